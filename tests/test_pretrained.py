"""The networks that come with the course: they load, they say what they are, and damage is named."""

import hashlib
import re
from pathlib import Path

import pytest
import torch

from starter.kit import CourseError, data, pretrained, train

NAMES = tuple(pretrained.NETWORKS)
CARD = {"name": "penalty", "data": "none", "settings": {}, "seed": 0, "minutes": 0.0, "scores": {}}
MIB = 2**20


# What is shipped -------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_a_shipped_network_loads_ready_for_use(name):
    torch.manual_seed(3)
    before = torch.get_rng_state()
    network = pretrained.load(name)
    assert torch.equal(torch.get_rng_state(), before), "loading moves the random numbers on"
    assert not any(module.training for module in network.modules())
    assert not any(parameter.requires_grad for parameter in network.parameters())
    assert all(value.device.type == "cpu" for value in network.state_dict().values())
    assert all(parameter.dtype == torch.float32 for parameter in network.parameters())
    assert all(torch.isfinite(value).all() for value in network.state_dict().values())


@pytest.mark.parametrize("name", ["penalty", "clip"])
def test_a_shipped_generator_draws(name):
    generator = pretrained.load(name)
    z = torch.randn(64, generator.latent_dim, generator=torch.Generator().manual_seed(0))
    images = generator(z)
    assert images.shape == (64, 1, 28, 28)
    assert images.min() >= -1 and images.max() <= 1
    assert images.std(dim=0).mean() > 0.1, "all images are alike"
    assert torch.allclose(generator(z[:3]), images[:3], atol=1e-5), "an image depends on its neighbours"


@pytest.mark.parametrize("name", NAMES)
def test_a_card_says_how_the_network_came_about(name):
    card = pretrained.card(name)
    assert card["name"] == name
    assert "Fashion-MNIST" in card["data"] and "licence" in card["data"]
    assert isinstance(card["seed"], int) and card["minutes"] > 0
    assert card["settings"] and card["scores"]
    assert all(isinstance(value, (int, float)) for value in card["scores"].values())


def test_the_files_are_small_and_their_hashes_are_noted():
    files = sorted(pretrained.FOLDER.glob("*.safetensors"))
    assert {path.stem for path in files} == set(NAMES)
    assert sum(path.stat().st_size for path in pretrained.FOLDER.iterdir()) <= 8 * MIB
    lines = pretrained.HASHES.read_text(encoding="utf-8").splitlines()
    assert lines == [f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}" for path in files]


# Damage ----------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with one network, in the place of the shipped one."""
    monkeypatch.setattr(pretrained, "FOLDER", tmp_path)
    monkeypatch.setattr(pretrained, "HASHES", tmp_path / "SHA256SUMS")
    with torch.random.fork_rng():
        torch.manual_seed(0)
        pretrained.save("penalty", pretrained.Generator(), CARD)
    return tmp_path


def note_hash(path: Path) -> None:
    text = f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n"
    pretrained.HASHES.write_text(text, encoding="utf-8")


def truncated(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1000])


def truncated_with_a_right_hash(path: Path) -> None:
    truncated(path)
    note_hash(path)


def emptied(path: Path) -> None:
    path.write_bytes(b"")


def one_bit_flipped(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)


def text_instead(path: Path) -> None:
    path.write_text("version https://git-lfs.github.com/spec/v1\n", encoding="utf-8")
    note_hash(path)


def another_network(path: Path) -> None:
    network = pretrained.Critic()
    pretrained.save(path.stem, network, CARD)


def another_width(path: Path) -> None:
    network = pretrained.Generator(width=8)
    pretrained.save(path.stem, network, CARD)


def missing(path: Path) -> None:
    path.unlink()


def no_hashes(path: Path) -> None:
    pretrained.HASHES.unlink()


def nonsense_for_hashes(path: Path) -> None:
    pretrained.HASHES.write_text("<<<<<<< HEAD\n\nsee above\n", encoding="utf-8")


DAMAGES = (
    *(truncated, truncated_with_a_right_hash, emptied, one_bit_flipped, text_instead),
    *(another_network, another_width, missing, no_hashes, nonsense_for_hashes),
)


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.__name__)
def test_a_damaged_file_is_named_in_one_sentence(folder, damage):
    pretrained.load("penalty")
    with torch.random.fork_rng():
        damage(folder / "penalty.safetensors")
    with pytest.raises(CourseError) as caught:
        pretrained.load("penalty")
    one_sentence(caught.value)
    assert "penalty.safetensors is missing or damaged" in str(caught.value)
    if damage not in (another_network, another_width):  # the card of those is fine
        with pytest.raises(CourseError, match=r"penalty\.safetensors is missing or damaged"):
            pretrained.card("penalty")


@pytest.mark.parametrize("name", ["penal", "", "../penalty", "Penalty"])
def test_an_unknown_name_is_told_which_there_are(name):
    for ask in (pretrained.load, pretrained.card):
        with pytest.raises(CourseError) as caught:
            ask(name)
        assert all(known in str(caught.value) for known in NAMES)
        assert repr(name) in str(caught.value)


def test_a_network_without_a_card_is_damaged(folder):
    from safetensors.torch import save_file

    path = folder / "penalty.safetensors"
    save_file(pretrained.Generator().state_dict(), path)
    note_hash(path)
    pretrained.load("penalty")
    with pytest.raises(CourseError):
        pretrained.card("penalty")


def one_sentence(error: CourseError) -> None:
    """Short, with no path of this machine, and no cause shown before it."""
    text = str(error)
    assert re.fullmatch(r"[^\n]{20,200}\.", text)
    assert not re.search(r"\. [A-Z]", text) and str(pretrained.FOLDER) not in text
    assert error.__suppress_context__ or error.__context__ is None


# Saving ----------------------------------------------------------------------


def test_what_is_saved_is_what_is_loaded_to_half_precision(folder):
    torch.manual_seed(1)
    network = pretrained.Classifier()
    network.body[1].running_mean.uniform_(-1, 1)
    path = pretrained.save("classifier", network, CARD | {"name": "classifier"})
    assert path == folder / "classifier.safetensors"
    loaded = pretrained.load("classifier")
    for key, value in network.state_dict().items():
        assert torch.allclose(loaded.state_dict()[key], value, atol=1e-3), key
        assert loaded.state_dict()[key].dtype == value.dtype
    assert pretrained.card("classifier")["name"] == "classifier"
    assert pretrained.card("penalty") == CARD, "the other file is still there, and its hash"
    assert path.read_bytes() == pretrained.save("classifier", network, CARD | {"name": "classifier"}).read_bytes()


def test_saving_trains_nothing_and_loading_twice_gives_two(folder):
    network = pretrained.Generator()
    pretrained.save("penalty", network, CARD)
    assert all(parameter.requires_grad and parameter.dtype == torch.float32 for parameter in network.parameters())
    one, other = pretrained.load("penalty"), pretrained.load("penalty")
    next(one.parameters()).zero_()
    assert next(other.parameters()).any()


# Another one like it ------------------------------------------------------------


@pytest.mark.parametrize("method", ["penalty", "clip"])
def test_the_recipe_is_what_the_shipped_generators_came_from(method):
    recipe, card = pretrained.recipe(method), pretrained.card(method)
    assert type(recipe["generator"]) is pretrained.NETWORKS[method]
    assert all(card["settings"][name] == recipe[name] for name in ("n_critic", "batch_size", "rate"))
    run = train(**recipe, data=data.load(), steps=1, live=False, device="cpu")
    assert run.settings.method == method and run.settings.decay == 0.95
    assert type(run.generator_optimizer).__name__ == card["settings"]["optimiser"]
    assert run.generator_optimizer.param_groups[0]["initial_lr"] == card["settings"]["rate"]
    assert run.sample(2).shape == (2, 1, 28, 28)


def test_a_shipped_generator_is_trained_further_once_its_weights_are_free():
    generator = pretrained.load("penalty")
    settings = {"data": data.load(), "steps": 1, "n_critic": 1, "batch_size": 8, "live": False, "device": "cpu"}
    with pytest.raises(CourseError, match=r"All weights of the generator are fixed.*generator.requires_grad_\(True\)"):
        train(pretrained.Critic(), generator, **settings)
    before = next(generator.parameters()).clone()
    train(pretrained.Critic(), generator.requires_grad_(True), **settings)
    assert not torch.equal(next(generator.parameters()), before)


def test_rates_fall_only_where_there_is_time_for_it():
    assert [pretrained.recipe(minutes=minutes)["decay"] for minutes in (2, 5, 10, 480)] == [0, 0, 0.95, 0.95]
