"""Sheet 11: conditional networks, own pictures, experiments and the class board, at sizes that take seconds."""

import json
from dataclasses import replace
from importlib import import_module

import numpy as np
import pytest
import safetensors.torch
import torch
from PIL import Image
from torch import nn

from starter import conditional, penalty, training
from starter.kit import CourseError, data, scores, stored, train
from starter.kit.data import pictures, pretrained, turns
from starter.kit.data.augment import Augmented, augment
from starter.kit.show import lesson_11 as draw
from starter.kit.study import board, handin, questions
from starter.kit.study import setup as setups
from starter.kit.study.questions import _QUESTIONS

experiments = import_module("starter.kit.study.experiment")
stored_by = import_module("solutions.experiments.11_conditional")
few = import_module("solutions.experiments.11_few")
TURN = torch.arange(10)


# Choose the garment ----------------------------------------------------------


class Told(nn.Module):
    """A linear critic or generator of samples and labels."""

    def __init__(self, inputs: int, outputs: int, latent_dim: int = 0) -> None:
        super().__init__()
        self.layer = nn.Linear(inputs + 10, outputs)
        if latent_dim:
            self.latent_dim = latent_dim

    def forward(self, x: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
        found = self.layer(conditional.with_label(x.flatten(1), labels))
        return found.tanh().view(-1, 1, 28, 28) if found.shape[1] > 1 else found.flatten()


def test_images_take_turns_and_each_image_of_a_class_is_drawn():
    garments = turns.of(data.load())
    batch = garments.sample(4000, torch.Generator().manual_seed(0))
    assert batch.shape == (4000, 1, 28, 28) and batch.min() == -1 and batch.max() == 1
    for label in (0, 9):
        of_class = garments.images[garments.images.labels == label].flatten(1)
        near = torch.cdist(batch[label::10].flatten(1), of_class)
        assert near.amin(dim=1).max() < 0.1 and len(near.argmin(dim=1).unique()) > 300


def test_a_drawn_class_is_as_in_the_data_even_if_classes_are_uneven():
    pixels = torch.arange(30, dtype=torch.uint8)[:, None, None, None].expand(-1, 1, 4, 4)
    labels = torch.tensor([1] * 5 + [0] * 25)
    drawn = turns.of(data.Images("own", pixels, labels)).sample(600, torch.Generator().manual_seed(1))
    values = ((drawn[:, 0, 0, 0] + 1) * 127.5).round().long()
    assert set(values[1::2].tolist()) == set(range(5)) and set(values[::2].tolist()) == set(range(5, 30))


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (torch.zeros(3), "Classes can take turns in data.Images"),
        (data.Images("own", torch.zeros(3, 1, 4, 4, dtype=torch.uint8)), "All images have one label"),
        (
            data.Images("own", torch.zeros(2, 1, 4, 4, dtype=torch.uint8), torch.tensor([0, 2])),
            "There is no image of class 1",
        ),
    ],
)
def test_what_cannot_take_turns_is_said(given, words):
    with pytest.raises(CourseError, match=words):
        turns.of(given)


def test_a_batch_that_breaks_the_turns_is_refused():
    critic, generator = conditional.Given(Told(784, 1), TURN), conditional.Given(Told(5, 784, 5), TURN)
    with pytest.raises(CourseError, match=r"batch_size is 64, and 10 classes take turns in these data; .* 70"):
        train(critic, generator, turns.of(data.load()), batch_size=64, steps=1, live=False)


def test_steps_penalty_and_loop_know_nothing_of_labels(tmp_path):
    torch.manual_seed(0)
    critic, generator = conditional.Given(Told(784, 1), TURN), conditional.Given(Told(5, 784, 5), TURN)
    run = train(critic, generator, turns.of(data.load()), n_critic=2, batch_size=20, steps=3, live=False, device="cpu")
    assert run.steps == 3 and run.sample(7).shape == (7, 1, 28, 28)
    assert all(np.isfinite(run.history["wasserstein"]))
    noise = torch.randn(3, 5)
    boots = conditional.Given(run.average.network, torch.tensor([9]))(noise)
    assert torch.allclose(boots, run.average.network(noise, torch.tensor([9, 9, 9])))


def test_the_penalty_never_mixes_classes():
    """Real image, fake image and the point between them are asked as one class."""
    asked = []

    class Critic(nn.Module):
        def forward(self, x, labels):
            asked.append(labels)
            return x.flatten(1).sum(dim=1)

    critic = conditional.Given(Critic(), TURN)
    real = torch.rand(20, 1, 28, 28)
    optimizer = torch.optim.SGD([nn.Parameter(torch.zeros(1))], lr=0.1)
    generator = conditional.Given(Told(5, 784, 5), TURN)
    found = penalty.gradient_penalty(critic, real, generator(torch.randn(20, 5)).detach())
    assert found.item() == pytest.approx(27**2, rel=1e-4)
    assert all(torch.equal(labels, TURN.repeat(2)) for labels in asked) and optimizer


def test_a_critic_that_is_told_the_class_learns_the_class():
    """Two classes that differ in the sign of one number: asked for class 1, the generator draws positive ones."""
    torch.manual_seed(0)

    class Player(nn.Module):
        def __init__(self, inputs, outputs):
            super().__init__()
            self.layers = nn.Sequential(nn.Linear(inputs, 16), nn.ReLU(), nn.Linear(16, outputs))

        def forward(self, x, labels):
            if self.layers[-1].out_features == 2:
                return conditional.pick_score(self.layers(x), labels)
            return self.layers(conditional.with_label(x, labels, classes=2))

    both = torch.arange(2)
    critic, generator = conditional.Given(Player(1, 2), both), conditional.Given(Player(2 + 2, 1), both)
    generator.latent_dim = 2
    optimizers = [torch.optim.Adam(one.parameters(), lr=5e-3, betas=(0.5, 0.9)) for one in (critic, generator)]
    for _ in range(150):
        for _ in range(2):
            real = torch.randn(40, 1) * 0.1 + torch.tensor([[-1.0], [1.0]]).repeat(20, 1)
            training.critic_step(critic, generator, real, optimizers[0], penalty.gradient_penalty, 1.0)
        training.generator_step(critic, generator, 40, optimizers[1])
    with torch.no_grad():
        drawn = generator(torch.randn(200, 2)).flatten()
    assert drawn[::2].mean() < -0.5 and drawn[1::2].mean() > 0.5


def test_the_classifier_recognises_about_eight_in_ten_shirts():
    test = data.load(split="test")
    shirts = test[test.labels == 6]
    assert (scores.labels(shirts) == 6).double().mean().item() == pytest.approx(0.78, abs=0.05)


def test_the_script_that_stores_garments_runs(monkeypatch):
    kept = {}
    for key, value in {"marks": [1, 2], "batch": 10, "n_critic": 1, "images": 100}.items():
        monkeypatch.setitem(stored_by.SETTINGS, key, value)
    monkeypatch.setattr(stored, "save", lambda name, settings, **arrays: kept.update(arrays))
    stored_by.main()
    assert kept["right"].shape == kept["frechet"].shape == (2, 11) and kept["images"].shape == (2, 100, 1, 28, 28)


@pytest.mark.parametrize("way", stored_by.WAYS["ways"])
def test_every_way_of_telling_the_critic_runs(way, monkeypatch):
    monkeypatch.setitem(stored_by.WAYS, "batch", 10)
    run = stored_by.trained((stored_by.MLPCritic(way), stored_by.MLPGenerator()), stored_by.WAYS, 0, 1)
    assert run.steps == 1 and np.isfinite(run.history["critic_loss"][0])


def test_ten_outputs_are_the_same_functions_as_projection_but_for_the_bias():
    """With features phi: rows w + v_y of the last layer, as the sheet's fold says."""
    features, labels = torch.randn(8, 128), torch.randint(10, (8,))
    w, vectors = torch.randn(128), torch.randn(10, 128)
    projection = features @ w + 0.3 + (features * vectors[labels]).sum(dim=1)
    ten = features @ (w + vectors).T + 0.3
    assert torch.allclose(conditional.pick_score(ten, labels), projection, atol=1e-4)


def test_the_chooser_shows_the_class_that_is_chosen():
    scene = draw.Chooser(lambda label: torch.full((draw.SHOWN, 1, 28, 28), label / 9 * 2 - 1), data.GARMENTS)
    scene.set(9)
    assert scene._title.get_text() == "9: Ankle boot" and scene._grid.get_array()[:5, :5].min() == 1
    assert draw.asked(torch.zeros(30, 1, 28, 28), data.GARMENTS, [0.5] * 10).axes


# Pictures of one's own -------------------------------------------------------


def save(folder, n=20, size=(40, 30), mode="RGB", ending="png", **how):
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(n):
        rng = np.random.default_rng(number)
        image = Image.fromarray(rng.integers(0, 255, (size[1], size[0], 3), dtype=np.uint8)).convert(mode)
        image.save(folder / f"{mode}_{number}.{ending}", **how)


@pytest.mark.parametrize("mode", ["RGB", "L", "LA", "RGBA", "P", "1", "I;16"])
def test_every_kind_of_picture_becomes_colour(tmp_path, mode):
    if mode == "I;16":
        for number in range(20):
            Image.fromarray(np.full((40, 40), 40_000, dtype=np.uint16)).save(tmp_path / f"{number}.png")
    else:
        save(tmp_path, mode=mode)
    own = pictures.folder(tmp_path)
    assert own.shape == pictures.SHAPE and len(own) == 20
    assert own.sample(8).min() >= -1 and own.sample(8).max() <= 1
    if mode == "I;16":
        assert own.images.float().mean() == pytest.approx(40_000 / 65_535 * 255, abs=1)


def test_what_is_transparent_becomes_white(tmp_path):
    for number in range(16):
        Image.new("RGBA", (32, 32), (0, 0, 0, 0)).save(tmp_path / f"{number}.png")
    assert (pictures.folder(tmp_path).images == 255).all()


def test_odd_files_get_a_sentence_and_the_rest_is_read(tmp_path, capsys):
    save(tmp_path, ending="jpg")
    (tmp_path / "broken.png").write_bytes((tmp_path / "RGB_0.jpg").read_bytes()[:300])
    (tmp_path / "text.png").write_text("no picture")
    (tmp_path / "empty.jpg").touch()
    (tmp_path / "notes.txt").write_text("hello")
    Image.new("RGB", (1, 1)).save(tmp_path / "tiny.png")
    own, printed = pictures.folder(tmp_path), capsys.readouterr().out
    said = " ".join(printed.split())
    assert len(own) == 20 and "20 pictures of 32 x 32" in said and "fewer than 1,000" in said
    for words in ("broken.png is damaged", "text.png is no picture", "empty.jpg", "tiny.png is only 1 x 1", ".txt"):
        assert words in said
    assert max(map(len, printed.splitlines())) <= 100


def test_a_huge_picture_is_left_out(tmp_path, capsys):
    save(tmp_path, n=16)
    Image.new("1", (10_000, 9_500)).save(tmp_path / "huge.png")
    assert len(pictures.folder(tmp_path)) == 16 and "huge.png is too large" in capsys.readouterr().out


def test_folders_name_classes_and_classes_take_turns(tmp_path):
    for name in ("cats", "dogs"):
        save(tmp_path / name, n=9)
    own = pictures.folder(tmp_path)
    assert own.classes == ("cats", "dogs") and own.labels.bincount().tolist() == [9, 9]
    assert turns.of(own).sample(4).shape == (4, 3, 32, 32)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda place: place / "nowhere", "is not there"),
        (lambda place: (place / "a.png", (place / "a.png").touch())[0], "is a file; name the folder"),
        (lambda place: place, "no PNG or JPEG picture: it is empty"),
        (lambda place: (save(place, n=3), place)[1], "has 3 pictures that can be read; a critic needs at least 16"),
        (lambda place: ((place / "a.gif").touch(), place)[1], "there are files with .gif"),
    ],
)
def test_a_folder_that_will_not_do_gets_one_sentence(tmp_path, make, words):
    with pytest.raises(CourseError, match=words) as caught:
        pictures.folder(make(tmp_path))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("path", [3, None, b"flags", ["flags"], "", " "])
def test_what_names_no_folder_gets_one_sentence(path):
    with pytest.raises(CourseError, match="path should name a folder"):
        pictures.folder(path)


@pytest.mark.parametrize("name", ["cifar10", "svhn"])
def test_a_data_set_that_is_not_here_gets_one_sentence(name, tmp_path, monkeypatch):
    from torchvision import datasets

    def unreachable(*_args, download=False, **_more):
        raise OSError("no route to host") if download else RuntimeError("not found")

    monkeypatch.setenv("WGAN_CACHE", str(tmp_path))
    monkeypatch.setattr(datasets, {"cifar10": "CIFAR10", "svhn": "SVHN"}[name], unreachable)
    with pytest.raises(CourseError, match=f"{name} is not on this machine and could not be fetched"):
        pictures.load(name)


def test_data_sets_are_read_as_torchvision_gives_them(monkeypatch):
    from torchvision import datasets

    class Cifar:
        data, targets = np.full((4, 32, 32, 3), 7, dtype=np.uint8), [0, 1, 2, 1]
        classes = tuple("abcdefghij")

    class Svhn:
        data, labels = np.full((4, 3, 32, 32), 9, dtype=np.uint8), np.array([1, 2, 3, 0])

    monkeypatch.setattr(datasets, "CIFAR10", lambda *_args, **_more: Cifar)
    monkeypatch.setattr(datasets, "SVHN", lambda *_args, **_more: Svhn)
    assert pictures.load("cifar10").images.shape == pictures.load("svhn").images.shape == (4, 3, 32, 32)
    with pytest.raises(CourseError, match="no data set 'imagenet'"):
        pictures.load("imagenet")


def test_flags_are_the_same_from_the_same_seed_and_many():
    flags = pictures.flags(60)
    assert flags.shape == pictures.SHAPE and torch.equal(flags.images, pictures.flags(60).images)
    assert not torch.equal(flags.images, pictures.flags(60, seed=1).images)
    assert len(flags.images.flatten(1).unique(dim=0)) == 60
    with pytest.raises(CourseError, match="n is 0"):
        pictures.flags(0)


def test_augmentation_moves_and_mirrors_and_lets_gradients_through():
    image = torch.zeros(400, 3, 32, 32)
    image[:, :, 16, 10] = 1.0
    changed = augment(image)
    assert changed.shape == image.shape and changed.sum().item() == pytest.approx(1200)
    rows, columns = changed[:, 0].flatten(1).argmax(dim=1) // 32, changed[:, 0].flatten(1).argmax(dim=1) % 32
    assert set(rows.tolist()) == set(range(12, 21))
    assert set(columns.tolist()) == set(range(6, 15)) | set(range(17, 26))
    x = torch.rand(5, 3, 32, 32, requires_grad=True)
    (gradient,) = torch.autograd.grad(augment(x, 0).sum(), x)
    assert torch.allclose(gradient, torch.ones_like(x))


def test_augmentation_is_for_training_only():
    critic = Augmented(nn.Sequential(nn.Flatten(), nn.Linear(3 * 32 * 32, 1))).eval()
    x = torch.rand(6, 3, 32, 32)
    assert torch.equal(critic(x), critic(x)) and torch.equal(critic(x), critic.critic(x))
    critic.train()
    assert not torch.equal(critic(x), critic(x))


def test_a_pair_that_fits_learns_colour_pictures():
    torch.manual_seed(0)
    flags = pictures.flags(40)
    critic = Augmented(pretrained.Critic(width=4, shape=pictures.SHAPE))
    generator = pretrained.Generator(width=4, shape=pictures.SHAPE)
    run = train(critic, generator, flags, n_critic=1, batch_size=8, steps=2, live=False, device="cpu")
    assert run.sample(3).shape == (3, 3, 32, 32)


def test_the_stored_critic_learns_few_flags_by_heart_and_augmentation_hinders_it():
    settings, arrays = stored.load("11_few")
    assert settings == few.SETTINGS
    for estimate in arrays["estimate"]:  # of each seed: by way, moment, (training, held out)
        as_they_are, changed = estimate[:, -3:].mean(axis=1)
        assert as_they_are[0] - as_they_are[1] > 3
        assert 0 < changed[0] - changed[1] < 0.5 * (as_they_are[0] - as_they_are[1])


def test_the_script_that_stores_few_flags_runs(monkeypatch):
    kept = {}
    small = {"images": 12, "held_out": 20, "width": 4, "batch_size": 6, "steps": 4, "every": 2, "seeds": [0]}
    for key, value in small.items():
        monkeypatch.setitem(few.SETTINGS, key, value)
    monkeypatch.setattr(stored, "save", lambda name, settings, **arrays: kept.update(arrays))
    few.main()
    assert kept["estimate"].shape == (1, 2, 2, 2) and np.isfinite(kept["estimate"]).all()
    assert (kept["estimate"][0, 0] != kept["estimate"][0, 1]).all()


# One change, measured --------------------------------------------------------


@pytest.fixture
def quick(monkeypatch):
    """An experiment of two steps with small networks whose scores are cheap."""
    monkeypatch.setattr(experiments, "LOOKS", 2)
    monkeypatch.setattr(scores, "N", 40)
    return experiments.experiment(
        "Is a narrow network worse?", change={"width": 8}, seeds=2, steps=2, base={"width": 16, "batch_size": 8}
    )


def test_an_experiment_reports_every_seed_and_one_sentence(quick):
    text = str(quick)
    assert text.splitlines()[0] == "Is a narrow network worse?" and "\nbase " in text and "\nwidth = 8 " in text
    assert quick.frechet.shape == (2, 2, 2) and (quick.steps == 2).all()
    figure, alt, caption = quick.figure()
    assert figure.axes and "base" in alt and caption
    assert "your own" in quick.literature


@pytest.mark.parametrize(
    ("base", "other", "words"),
    [
        (
            [100, 104, 102],
            [80, 84, 82],
            "20 better. Seeds of one side differ by 4 at most, so the difference is larger",
        ),
        ([100, 104, 102], [120, 90, 105], "3 worse. Seeds of one side differ by up to 30, so this tells no"),
    ],
)
def test_the_sentence_says_whether_the_difference_is_larger_than_the_spread(base, other, words):
    found = experiments.Verdict.of(np.array(base), np.array(other))
    assert words in found.sentence("n_critic = 1")
    assert found.clear == ("larger" in words)


def test_the_same_setting_twice_rarely_looks_clear():
    """Chance alone: both sides drawn from one distribution, three seeds each."""
    rng = np.random.default_rng(0)
    clear = [experiments.Verdict.of(*rng.normal(130, 5, (2, 3))).clear for _ in range(2000)]
    assert np.mean(clear) < 0.15


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"change": {"depth": 3}, "steps": 1}, "There is no setting 'depth' to change; there are method, n_critic"),
        ({"change": {"n_critic": 0}, "steps": 1}, "n_critic is 0; it should be a whole number from 1 to 50"),
        ({"change": {"n_critic": 2.5}, "steps": 1}, "n_critic is 2.5; it should be a whole number"),
        ({"change": {"lambda_": float("nan")}, "steps": 1}, "lambda_ is nan"),
        ({"change": {"method": "spectral"}, "steps": 1}, "method is 'spectral'"),
        ({"change": {"normalise": 0}, "steps": 1}, "normalise is 0; it can be True or False"),
        ({"change": {"n_critic": 5}, "steps": 1}, "Base and change are the same"),
        ({"change": [("n_critic", 1)], "steps": 1}, "change should be settings by name"),
        ({"change": {"n_critic": 1}}, "Give seconds or steps"),
        ({"change": {"n_critic": 1}, "steps": 1, "seconds": 1}, "Give seconds or steps"),
        ({"change": {"n_critic": 1}, "steps": 1, "seeds": 1}, "seeds is 1; it should be 2 or more"),
        ({"steps": 1}, "Say what you change"),
        ({"change": {"c": 0.01}, "steps": 9}, 'c has no effect here: it is used only with method="clip"'),
        (
            {"change": {"lambda_": 1}, "base": {"method": "clip"}, "steps": 9},
            'lambda_ has no effect here: it is used only with method="penalty"',
        ),
        ({"change": {"n_critic": 1}, "base": {"c": 0.1}, "steps": 9}, "c has no effect here: it is used only with"),
        ({"change": {"rate": 0}, "steps": 9}, "rate is 0; it should be a number from 1e-07"),
        ({"change": {"rate": 1.0}, "steps": 9}, "rate is 1.0"),
        ({"change": {"n_critic": 1}, "seconds": 0}, "seconds is 0; it should be a number above 0"),
        ({"change": {"n_critic": 1}, "seconds": "20"}, "seconds is '20'"),
        ({"change": {"n_critic": 1}, "seconds": float("nan")}, "seconds is nan"),
        ({"change": {"n_critic": 1}, "steps": 0}, "steps is 0; it should be a whole number from"),
        ({"change": {"n_critic": 1}, "steps": 9.5}, "steps is 9.5"),
        ({"change": {"n_critic": 1}, "steps": True}, "steps is True"),
        ({"change": {"n_critic": 1}, "base": "x", "steps": 9}, "base should be settings by name"),
        ({"width": 64, "steps": 9}, "A setting is changed with change={'width': 64}"),
        ({"colour": "red", "steps": 9, "change": {"width": 64}}, "experiment has no argument 'colour'"),
    ],
)
def test_what_is_no_experiment_is_said_before_it_trains(arguments, words):
    with pytest.raises(CourseError, match=words):
        experiments.experiment("What if?", **arguments)


def test_a_key_with_a_typing_error_finds_its_question_and_keeps_to_its_setting():
    with pytest.raises(CourseError, match='Did you mean "n_critic"'):
        experiments.experiment("n_critc", steps=9)
    with pytest.raises(CourseError, match='"n_critic" asks about n_critic'):
        experiments.experiment("n_critic", change={"width": 64}, steps=9)
    with pytest.raises(CourseError, match="question should be a sentence"):
        experiments.experiment()


def test_no_difference_is_neither_better_nor_worse():
    said = experiments.Verdict.of(np.array([100.0, 104]), np.array([104.0, 100])).sentence("n_critic = 1")
    assert "102 in the base: no difference. " in said


def test_each_of_the_ten_questions_changes_one_setting_that_there_is(capsys):
    assert len(_QUESTIONS) == 10
    for question in _QUESTIONS.values():
        base = setups.changed(setups.BASE, question.base)
        assert setups.difference(base, setups.changed(base, question.change)) == question.change
        assert len(question.change) == 1 and question.text.endswith("?") and len(question.said) > 80
    questions()
    said = capsys.readouterr().out
    assert len(said.splitlines()) == 10 and "Gulrajani" not in said


# The class board -------------------------------------------------------------


def claim(path, **changes):
    """Write the file again with another claim."""
    with safetensors.safe_open(path, "pt") as file:
        told = file.metadata()
    weights = safetensors.torch.load_file(path)
    card = json.loads(told["card"]) | changes
    safetensors.torch.save_file(weights, path, metadata={**told, "card": json.dumps(card)})


@pytest.fixture
def returned(quick, tmp_path):
    for name in ("ada", "ben", "cai"):
        for one in (generator for side in quick.generators for generator in side):
            with torch.no_grad():
                one[0].bias.add_(0.1)  # so that no two are the same
        again = replace(
            quick, frechet=np.array([[[experiments.distance(g)] for g in side] for side in quick.generators])
        )
        again.hand_in(tmp_path / f"{name}.safetensors", name=name.title())
    return tmp_path


def test_a_hand_in_comes_back_as_it_was(returned, quick):
    given = handin.read(returned / "ada.safetensors")
    assert (given.name, given.question) == ("Ada", "Is a narrow network worse?")
    assert (given.base.width, given.changed.width, given.base.batch_size) == (16, 8, 8)
    rows, left_out = board.board(returned)
    assert [row.name for row in rows] == ["Ada", "Ben", "Cai"] and not left_out
    assert [row.remark for row in rows] == [""] * 3


def test_who_claims_too_much_is_told_and_the_weights_count(returned):
    claim(returned / "ben.safetensors", frechet=[[900.0, 900.0], [20.0, 21.0]])
    rows, _ = board.board(returned)
    assert rows[1].remark.startswith("claims ") and rows[1].verdict.changed > 100
    assert rows[0].remark == rows[2].remark == ""
    assert "claims" in board.table(rows)
    claim(returned / "cai.safetensors", frechet=[[float("nan"), 1.0], [20.0, 21.0]])
    assert "claims" in board.board(returned)[0][2].remark


def test_the_same_weights_under_two_names_are_told(returned):
    (returned / "dan.safetensors").write_bytes((returned / "ada.safetensors").read_bytes())
    claim(returned / "dan.safetensors", name="Dan")
    assert [row.remark for row in board.board(returned)[0]][-1] == "has the same weights as Ada"


def odd(returned):
    """A file for each sentence."""
    whole = (returned / "ada.safetensors").read_bytes()
    (returned / "m_half.safetensors").write_bytes(whole[: len(whole) // 2])
    (returned / "n_text.safetensors").write_text("hello")
    (returned / "o_run.pt").write_bytes(b"PK")
    safetensors.torch.save_file({"a": torch.zeros(3)}, returned / "p_other.safetensors")
    with open(returned / "q_huge.safetensors", "wb") as file:
        file.truncate(handin.LARGEST + 1)
    for name, changes in {
        "r_wide": {"base": {"width": 64}},
        "s_setting": {"changed": {"width": 10**9}},
        "t_claims": {"frechet": "good"},
        "u_seconds": {"seconds": "long"},
    }.items():
        (returned / f"{name}.safetensors").write_bytes(whole)
        claim(returned / f"{name}.safetensors", **changes)
    with safetensors.safe_open(returned / "ada.safetensors", "pt") as file:
        told = file.metadata()
    weights = safetensors.torch.load_file(returned / "ada.safetensors")
    weights["base.0.0.weight"] = torch.full_like(weights["base.0.0.weight"], float("nan"))
    safetensors.torch.save_file(weights, returned / "v_nan.safetensors", metadata=told)
    safetensors.torch.save_file(weights, returned / "w_deep.safetensors", metadata={**told, "card": "[" * 100_000})
    (returned / "x_folder.safetensors").mkdir()


def test_broken_foreign_huge_and_odd_files_get_a_sentence_each_and_the_rest_goes_on(returned):
    odd(returned)
    rows, left_out = board.board(returned)
    assert [row.name for row in rows] == ["Ada", "Ben", "Cai"]
    for said, words in zip(
        sorted(left_out),
        [
            "m_half.safetensors is damaged",
            "n_text.safetensors is damaged",
            "o_run.pt is no .safetensors file",
            "p_other.safetensors holds weights, but no experiment",
            "q_huge.safetensors is 100 MB large",
            "r_wide.safetensors has weights that do not fit the course's own networks",
            "s_setting.safetensors has settings that cannot be",
            "t_claims.safetensors does not say what was found",
            "u_seconds.safetensors does not say how long",
            "v_nan.safetensors has weights that are no finite numbers",
            "w_deep.safetensors is damaged",
            "x_folder.safetensors is no .safetensors file",
        ],
        strict=True,
    ):
        assert said.startswith(words) and "\n" not in said


def test_names_cannot_break_the_table_or_the_figure(returned, capsys):
    claim(returned / "ada.safetensors", name="$x^{| <b>\x1b[31m", question="a|b\nc")
    board.main(str(returned))
    said = capsys.readouterr().out
    assert "\x1b" not in said and "x^{ b" in said and (returned / "board.png").is_file()
    rows = [line for line in (returned / "board.md").read_text().splitlines() if line.startswith("|")]
    assert {line.count("|") for line in rows} == {9}
    assert len(board.board(returned)[0]) == 3  # what it wrote is no hand-in


def test_a_folder_without_hand_ins_is_said(tmp_path):
    with pytest.raises(CourseError, match="There is no folder"):
        board.board(tmp_path / "nowhere")
    with pytest.raises(CourseError, match="is empty"):
        board.board(tmp_path)


def test_a_hand_in_needs_a_name_and_an_ending_and_says_where_it_is(quick, tmp_path, capsys):
    with pytest.raises(CourseError, match="name should end in"):
        quick.hand_in(tmp_path / "a.pt", name="Ada")
    with pytest.raises(CourseError, match="path should say where"):
        quick.hand_in(3, name="Ada")
    with pytest.raises(CourseError, match="path should say where"):
        quick.hand_in()
    with pytest.raises(CourseError, match="whose it is"):
        quick.hand_in(tmp_path / "a.safetensors", name=" ")
    assert not list(tmp_path.iterdir())
    for first in ("Written to ", "In the place of the one before, written to "):
        quick.hand_in(tmp_path / "ada.safetensors", name="Ada")
        assert capsys.readouterr().out.startswith(first)
