"""The results of lesson 06, each at a size that takes seconds: their shape, not their digits."""

from pathlib import Path

import jupytext
import numpy as np
import pytest
import torch
from scipy.linalg import sqrtm

from solutions import build
from starter import critic as critics
from starter import evaluation
from starter import generator as generators
from starter.kit import Blank, data, pretrained, scores, stored, theory, train
from starter.kit.measure import copies, image_sets
from starter.kit.show import figures
from starter.kit.show import lesson_06 as draw
from tests.lesson_cells import after

N = 500


def gaussians(n: int, d: int, seed: int) -> torch.Tensor:
    return torch.randn(n, d, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


@pytest.fixture(scope="module")
def sets():
    return image_sets.known(N, seed=0)


@pytest.fixture(scope="module")
def found(sets):
    return {name: scores.score(images) for name, images in sets.items()}


# Section 2: what is near -----------------------------------------------------


def test_a_top_that_moves_by_two_pixels_is_far_by_pixels_and_near_by_features():
    now = after("06_evaluation", "by features").variables
    assert now["garments"].labels[4] == 0 and (now["moved"] != now["top"]).any()
    assert len(now["by_pixels"]) > 2000 and len(now["nearer"](scores.features)) == 2


# Section 3: the distance -----------------------------------------------------


def test_in_one_dimension_means_and_standard_deviations_are_compared():
    """Of 1, 2, 3, 4 and 5, 7, 9, 11: means 2.5 and 8, variances 5/3 and 20/3."""
    now = after("06_evaluation", "by_hand =").variables
    assert now["library"] == pytest.approx(5.5**2 + 5 / 3, rel=1e-9)
    assert now["by_hand"].item() == pytest.approx(now["library"], rel=1e-9)


@pytest.mark.parametrize("n", [40, 400])
def test_the_exercise_meets_the_library_and_the_matrix_root(n):
    real, fake = gaussians(n, 64, 1), 0.5 + gaussians(n, 64, 2) @ gaussians(64, 64, 3) / 8
    covariances = real.T.cov(), fake.T.cov()
    root = torch.from_numpy(sqrtm((covariances[0] @ covariances[1]).numpy()).real).trace()
    expected = (real.mean(0) - fake.mean(0)).square().sum() + sum(c.trace() for c in covariances) - 2 * root
    yours = evaluation.frechet_distance(real, fake).item()
    assert yours == pytest.approx(scores.frechet(real, fake), abs=1e-4)
    assert yours == pytest.approx(expected.item(), rel=1e-4)


def test_on_real_features_too():
    real, fake = scores.held_out_features(), scores.features(scores.real_images(0, N).flip(2))
    assert evaluation.frechet_distance(real, fake).item() == pytest.approx(scores.frechet(real, fake), rel=1e-6)


# Section 4: the floor --------------------------------------------------------


def test_the_floor_of_white_noise_is_what_the_formula_says():
    measured = [scores.frechet(gaussians(1000, 64, 2 * k), gaussians(1000, 64, 2 * k + 1)) for k in range(5)]
    assert np.mean(measured) == pytest.approx(64 * 69 / 2000, rel=0.05)


def test_the_floor_of_any_gaussian_is_what_the_formula_says():
    spread = torch.linspace(0.2, 3, 20, dtype=torch.float64)
    measured = [scores.frechet(*(gaussians(2000, 20, 2 * k + i) * spread for i in (0, 1))) for k in range(10)]
    assert np.mean(measured) == pytest.approx(theory.frechet_floor(np.diag(spread**2), 2000), rel=0.1)
    assert theory.frechet_floor(np.eye(20), 50) == pytest.approx(20 * 25 / 100)


def test_a_feature_that_is_always_zero_adds_nothing_to_the_floor():
    assert theory.frechet_floor(np.diag([1.0, 2.0, 0.0]), 100) == pytest.approx(
        theory.frechet_floor(np.diag([1.0, 2.0]), 100), rel=1e-6
    )


def test_the_floor_of_real_images_is_halved_with_twice_as_many():
    features = scores.features(scores.real_images(0, 4000))
    floors = [scores.frechet(features[:n], features[-n:]) for n in (500, 1000, 2000)]
    assert 1.4 < floors[0] / floors[1] < 2.9 and 1.4 < floors[1] / floors[2] < 2.9
    assert floors[1] == pytest.approx(theory.frechet_floor(features.T.cov().numpy(), 1000), rel=0.35)


def test_the_mean_floor_of_real_images_is_that_of_gaussians_and_one_draw_is_easily_off_by_a_fifth():
    everything = scores.features(scores.real_images(0, 10_000))
    rng = torch.Generator().manual_seed(0)
    halves = [everything[torch.randperm(10_000, generator=rng)[:1000]].split(500) for _ in range(40)]
    floors = np.array([scores.frechet(*two) for two in halves])
    assert floors.mean() == pytest.approx(theory.frechet_floor(everything.T.cov().numpy(), 500), rel=0.12)
    assert 0.1 < floors.std() / floors.mean() < 0.35


def test_an_image_lies_among_real_ones_if_it_is_nearer_than_a_third_neighbour():
    """Of 0, 1, 2, 3, 10 the third neighbours are 3, 2, 2, 3 and 9 away."""
    real = torch.tensor([0.0, 1.0, 2.0, 3.0, 10.0], dtype=torch.float64)[:, None]
    among = [
        scores.precision_recall(real, torch.full((5, 1), x, dtype=torch.float64))[0] for x in (-2.9, -3.1, 18.9, 20)
    ]
    assert among == [1, 0, 1, 0]


# Section 5: the table --------------------------------------------------------


def test_the_distances_order_the_frauds(found):
    for measure in ("frechet", "kid", "sliced"):
        order = [getattr(found[name], measure) for name in ("real", "no sandals", "bags only", "noise")]
        assert order == sorted(order), measure
    assert found["no sandals"].frechet > 2.5 * found["real"].frechet
    assert found["bags only"].frechet > 10 * found["no sandals"].frechet


def test_precision_misses_what_is_missing_and_recall_sees_it(found):
    real = found["real"]
    for name in ("no sandals", "bags only"):
        assert found[name].precision == pytest.approx(real.precision, abs=0.12)
    assert found["bags only"].recall < 0.35 < found["no sandals"].recall < real.recall
    assert found["noise"].precision < 0.2 and found["noise"].recall < 0.1


def test_the_entropy_counts_the_garments(found):
    assert found["real"].entropy == pytest.approx(np.log(10), abs=0.03)
    assert found["no sandals"].entropy == pytest.approx(np.log(9), abs=0.04)
    assert found["bags only"].entropy < 0.3


def test_no_column_tells_images_learned_by_heart_from_a_perfect_generator(found):
    real, by_heart = found["real"], found["by heart"]
    assert by_heart.frechet == pytest.approx(real.frechet, rel=0.4)
    assert by_heart.kid < found["no sandals"].kid
    for measure in ("precision", "recall", "entropy"):
        assert getattr(by_heart, measure) == pytest.approx(getattr(real, measure), abs=0.08), measure


def test_the_generators_lie_between_the_floor_and_noise(found):
    for name in image_sets.GENERATORS:
        assert 1.2 * found["real"].frechet < found[name].frechet < found["noise"].frechet / 4
        assert found[name].recall < found["real"].recall


def test_a_score_depends_on_n(sets):
    features, real = scores.features(sets["WGAN-GP"]), scores.held_out_features()
    assert scores.frechet(real[:60], features[:60]) > 1.2 * scores.frechet(real[:N], features)


def test_the_table_shows_no_more_digits_than_the_interval_allows():
    one, two = scores.Scores(3.0, -1.0, 0.9, 0.8, 0.02, 2.3), scores.Scores(3.2, 40.0, 0.9, 0.82, 0.0213, 2.31)
    last = scores.table({"a set": [one, two]}).splitlines()[-1]
    assert last.startswith("| a set | 3 ± 1 | 0 ± 300 | 0.900 ± 0.000 | 0.8 ± 0.1 | 0.021 ± 0.008 | 2.30 ± 0.06 |")


def test_one_command_prints_the_table(monkeypatch, capsys):
    monkeypatch.setattr(scores, "N", 20)
    monkeypatch.setattr(scores, "score", lambda images, seed: scores.Scores(*[float(images.mean()) + seed] * 6))
    scores.main(seeds=2)
    lines = capsys.readouterr().out.splitlines()
    assert [line.split("|")[1].strip() for line in lines[2:5]] == ["real (the floor)", "WGAN-GP", "WGAN, clipped"]
    assert "95 %" in lines[-2]


# Section 5: labels -----------------------------------------------------------


def test_the_classifier_sees_what_is_missing(sets):
    missing, only = scores.label_shares(sets["no sandals"]), scores.label_shares(sets["bags only"])
    assert missing[image_sets.MISSING] < 0.01 and only[image_sets.ONLY] > 0.95
    assert scores.label_shares(sets["real"]).min() > 0.05


# Section 6: learned by heart -------------------------------------------------


def test_only_copies_are_near_the_training_images():
    training, held_out = image_sets.by_heart(2000), scores.held_out()
    shifted = training[:300].roll(1, dims=3)
    honest, copied, moved = (
        copies.nearest_is_training(images, training, held_out)
        for images in (image_sets.others(300), training[:100], shifted)
    )
    assert abs(honest.share - 0.5) < 1.5 * honest.chance
    assert copied.share == 1
    assert 0.6 < moved.share < 0.9
    learned, unseen = scores.features(training), scores.held_out_features()
    assert moved.share + 0.1 < copies.nearest_is_training(scores.features(shifted), learned, unseen).share < 1


def test_chance_moves_the_clipped_wgan_more_than_others():
    """Its 46 % by features lie within it, but not within that of real images."""
    sets = image_sets.known(2000, seed=0)
    learned, unseen = scores.features(image_sets.by_heart(2000)), scores.held_out_features()
    clipped, real = (
        copies.nearest_is_training(scores.features(images), learned, unseen)
        for images in (sets["WGAN, clipped"], image_sets.others(2000))
    )
    assert clipped.share == pytest.approx(0.46, abs=0.01)
    assert real.chance < 0.5 - clipped.share < clipped.chance


def test_the_bars_of_chance_stand_where_it_was_found():
    found = {"one": copies.Nearness(0.47, 0.03), "two": copies.Nearness(0.9, 0.05)}
    (ax,) = draw.nearness(found, found).axes
    ends = [(bar.get_x(), bar.get_x() + bar.get_width()) for bar in ax.patches]
    assert np.allclose(ends, [(47, 53), (45, 55)] * 2)


def test_the_band_of_chance_counts_images_and_references():
    """One reference that is nearest to all leaves it to chance altogether on which side it is."""
    images, near, far = torch.zeros(50, 2), torch.ones(1, 2), 5 * torch.ones(1, 2)
    assert copies.nearest_is_training(images, near, far) == pytest.approx((1, 1), abs=0.03)
    inside = []
    for seed in range(60):
        points = gaussians(600, 3, seed)
        found = copies.nearest_is_training(*points.split(200))
        inside.append(abs(found.share - 0.5) < found.chance)
    assert 0.85 < np.mean(inside) < 1


def test_the_exercise_finds_the_same_neighbours():
    training, held_out = image_sets.by_heart(300), scores.held_out()[:300]
    images = scores.real_images(3, 50)
    found = evaluation.nearest_neighbours(images, torch.cat([training, held_out]))
    share = (found < 300).double().mean().item()
    assert share == pytest.approx(copies.nearest_is_training(images, training, held_out).share, abs=0.021)


def test_the_frauds_show_no_image_of_the_references(sets):
    references = {image.numpy().tobytes() for image in image_sets.by_heart(2000)}
    for images in (sets["no sandals"], sets["bags only"], image_sets.others(8000)):
        assert not any(image.numpy().tobytes() in references for image in images)
    assert all(image.numpy().tobytes() in references for image in sets["by heart"])


# The sheet: whom it judges ---------------------------------------------------


def sheet(root: Path, *marks: str) -> dict:
    """What the sheet has after its imports and the cells that hold these marks; figures are made and not shown."""
    variables = {"root": root, "Blank": Blank, "fills": lambda _: lambda answer: answer}
    for cell in jupytext.read(build.SOLVED / "source" / "06_evaluation.py").cells:
        if cell.cell_type == "code" and any(mark in cell.source for mark in ("from starter import", *marks)):
            exec(compile(cell.source, "sheet 06", "exec"), variables)
    return variables


JUDGED = "own_run("


def test_without_a_run_another_generator_is_judged(tmp_path, capsys):
    now = sheet(tmp_path, JUDGED)
    assert now["run"] is None and now["whose"] == "1.3 z"
    assert "You have no runs/mine.pt yet" in capsys.readouterr().out
    assert now["drawn_by"]["1.3 z"](3, 0).shape == (3, 1, 28, 28)


@pytest.fixture
def trained(tmp_path):
    """A short run, saved as sheet 05 saves it."""
    garments = data.load()
    networks = critics.MLPCritic(garments.shape), generators.MLPGenerator(64, garments.shape)
    run = train(*networks, garments, method="penalty", steps=3, live=False)
    run.save(tmp_path / "runs" / "mine.pt")
    return run


def test_a_run_of_sheet_05_is_judged(trained, tmp_path, capsys):
    now = sheet(tmp_path, JUDGED)
    assert "your run of 3 generator steps" in capsys.readouterr().out and now["whose"] == "yours"
    assert now["drawn_by"]["yours"](5, 0) == pytest.approx(trained.sample(5, 0), abs=1e-5)


@pytest.mark.parametrize(
    ("broken", "reason"),
    [
        ("no run", "damaged"),
        ("an older run", "cannot be read"),
        ("no number", "not finite"),
        ("another generator", "another generator"),
        ("blank", "blank"),
    ],
)
def test_a_run_that_cannot_be_used_gets_one_sentence(trained, tmp_path, capsys, monkeypatch, broken, reason):
    def blank(*_):
        raise Blank("generator.MLPGenerator")

    path = tmp_path / "runs" / "mine.pt"
    if broken == "no run":
        path.write_bytes(b"something else")
    elif broken == "an older run":
        torch.save({"format": torch.load(path)["format"]}, path)
    elif broken == "no number":
        for weight in trained.average.parameters():
            weight.data.fill_(torch.nan)
        trained.save(path)
    else:
        small = lambda *_: torch.nn.Linear(64, 784)  # noqa: E731
        monkeypatch.setattr(generators, "MLPGenerator", blank if broken == "blank" else small)
    now = sheet(tmp_path, JUDGED)
    said = capsys.readouterr().out
    assert now["whose"] == "1.3 z" and "Until then WGAN-GP stands in" in said
    assert str(tmp_path) not in said and said.count("\n") == 1 and reason in said


def test_noise_of_another_length_trades_precision_for_recall():
    wgan_gp, z = pretrained.load("penalty"), torch.randn(1000, 64, generator=torch.Generator().manual_seed(7))
    short, plain, long = (scores.score(wgan_gp(factor * z)) for factor in (0.7, 1, 1.3))
    assert short.precision > plain.precision + 0.02 and short.recall < plain.recall - 0.1
    assert long.precision < plain.precision - 0.05 and long.recall > plain.recall
    assert short.frechet > 3 * plain.frechet


# The sheet: copies and suspects ----------------------------------------------


def test_a_table_that_is_too_large_is_told_and_made_in_parts(tmp_path, capsys, monkeypatch):
    nearest = sheet(tmp_path, "def nearest(")["nearest"]
    sizes = []

    def of_the_first(images, references, k=1):
        sizes.append(len(images))
        return torch.zeros(len(images), k, dtype=torch.int64)

    monkeypatch.setattr(evaluation, "nearest_neighbours", of_the_first)
    assert nearest(torch.zeros(50_000, 1), torch.zeros(60_000, 1)).shape == (50_000, 1)
    assert "12.0 GB" in capsys.readouterr().out and max(sizes) == 1000
    nearest(torch.zeros(2000, 1), torch.zeros(10_000, 1))
    assert not capsys.readouterr().out


def test_each_suspect_is_given_away_by_what_the_sheet_says(tmp_path):
    now = sheet(tmp_path, JUDGED, "def suspects")
    now["n"] = 1000  # as in a full run
    suspects = now["suspects"](0)
    found = {letter: scores.score(images) for letter, images in suspects.items()}
    references = torch.cat([image_sets.by_heart(2000), scores.held_out()])
    share = {
        letter: (evaluation.nearest_neighbours(images, references) < 2000).double().mean().item()
        for letter, images in suspects.items()
    }
    assert share["D"] == 1 and all(abs(share[letter] - 0.5) < 0.12 for letter in "ABCE")
    assert found["A"].recall < found["E"].recall - 0.2 and found["A"].precision > found["E"].precision - 0.06
    assert found["B"].entropy == pytest.approx(np.log(5), abs=0.1) and found["B"].frechet == max(
        each.frechet for each in found.values()
    )
    drawn = scores.score(now["drawn_by"]["WGAN-GP"](len(suspects["C"]), 0))
    assert found["C"].frechet > 1.3 * drawn.frechet  # at the same n
    assert found["D"].frechet == pytest.approx(found["E"].frechet, rel=0.4)
    copied = {image.numpy().tobytes() for image in image_sets.by_heart(2000)}
    for letter in "BE":
        assert not any(image.numpy().tobytes() in copied for image in suspects[letter])


def test_the_catalogue_shows_the_best_of_each_kind_and_leaves_missing_ones_black():
    images = torch.linspace(-0.9, 0.9, 30)[:, None, None, None].expand(30, 1, 28, 28)
    kinds, gaps = torch.arange(30) % 10, torch.arange(30, 0, -1).double()
    kinds[kinds == 5] = 6
    figure = draw.catalogue(images, kinds, gaps, -images, "a title")
    top, bottom = (ax.images[0].get_array() for ax in figure.axes)
    grey = lambda grid, row, column: 2 * float(grid[30 * row + 14, 30 * column + 14].mean()) - 1  # noqa: E731
    assert grey(top, 0, 2) == pytest.approx(images[2].mean().item(), abs=0.01)  # the first of its kind
    assert grey(top, 1, 2) == pytest.approx(images[22].mean().item(), abs=0.01)  # the one with the smallest gap
    assert grey(top, 2, 2) == pytest.approx(-images[22].mean().item(), abs=0.01)
    assert all(grey(top, row, 5) == pytest.approx(-1, abs=0.01) for row in range(3))
    assert [grey(bottom, 0, i) for i in range(10)] == pytest.approx(images[:10, 0, 0, 0].tolist(), abs=0.01)


# What is stored says what the lesson says ------------------------------------


def test_the_stored_critic_learns_its_images_by_heart():
    settings, result = stored.load("06_overfit")
    assert settings["images"] == [1000, 10000] and len(result["estimate"]) == len(settings["seeds"])
    for estimate in result["estimate"]:  # of each seed
        last = estimate[:, -20:].mean(axis=1)
        gaps = last[:, 0] - last[:, 1]
        assert estimate[0, 0, 0] > 4 and last[0, 0] == pytest.approx(2.5, abs=0.3)
        assert gaps[0] > 0.8 and 0 < gaps[1] < 0.25
        middle = estimate[0, 15:30].mean(axis=0)
        assert last[0, 1] < middle[1] - 0.3  # held out: falls
        assert abs(last[0, 0] - middle[0]) < 0.4  # training: stays


def test_the_stored_estimates_follow_the_distance_and_the_bound_of_js_does_not():
    settings, result = stored.load("06_run")
    now = after("06_evaluation", "def follows").variables
    ranks = [now["follows"](result["medians"][:, run], result["distances"][:, run]) for run in range(4)]
    paper, course, gan, penalised = map(np.array, ranks)
    assert len(course) == len(settings["seeds"])
    assert (course > 0.85).all() and (penalised > 0.9).all()
    assert (paper[1:] > paper[0] + 0.4).all()  # other seeds are quite different
    assert (gan < 0).all() and (paper < 0.75).all() and paper.min() < 0.3
    distances = result["distances"]
    assert (distances[:, :, -1] < 0.75 * distances[:, :, 0]).all() and (distances > 10 * result["floor"]).all()
    bound = result["medians"][:, 2]
    assert (bound[:, -1] > bound[:, 0]).all() and (bound < np.log(2)).all()


def test_the_first_seed_is_kept_whole():
    result = stored.load("06_run")[1]
    assert result["frechet"] == pytest.approx(result["distances"][0])
    medians = [figures.running_median(reported, 101)[99::100] for reported in result["reported"]]
    assert np.array(medians) == pytest.approx(result["medians"][0], abs=1e-5)


def test_the_same_gan_gets_worse_by_sliced_pixels():
    """Lesson 04's runs of the same three seeds: the curves are the same, the rulers are not."""
    before, after = stored.load("04_curves")[1], stored.load("06_run")[1]
    assert after["reported"][2] == pytest.approx(before["js"][:2000], abs=1e-3)
    assert after["medians"][:, :3, :19] == pytest.approx(before["medians"][: len(after["medians"]), :, :19], abs=1e-3)
    sliced, frechet = before["distances"][:, 2], after["distances"][:, 2]
    assert (sliced[:, 19] > 1.2 * sliced[:, 0]).all() and (frechet[:, -1] < 0.8 * frechet[:, 0]).all()


def test_the_stored_scores_are_those_of_the_sets(found):
    """At another n and seed: precision and entropy hardly depend on them."""
    settings, arrays = stored.load("06_scores")
    assert settings["sets"] == list(found) and arrays["values"].shape == (7, len(settings["seeds"]), 6)
    for name, of_set in zip(settings["sets"], arrays["values"].mean(axis=1), strict=True):
        mean = scores.Scores(*of_set)
        assert found[name].precision == pytest.approx(mean.precision, abs=0.08), name
        assert found[name].entropy == pytest.approx(mean.entropy, abs=0.08), name
        if mean.frechet < 100:
            assert mean.frechet < found[name].frechet  # a larger n, a smaller floor


def test_the_bars_name_the_garments_and_show_their_shares(sets):
    shares = {name: scores.label_shares(sets[name]) for name in ("real", "no sandals")}
    figure = draw.label_bars(shares)
    for ax, share in zip(figure.axes, shares.values(), strict=True):
        assert [bar.get_width() for bar in ax.patches] == pytest.approx((100 * share).tolist(), abs=1e-4)
    assert [label.get_text() for label in figure.axes[0].get_yticklabels()] == list(data.GARMENTS)


def test_the_ellipse_of_a_cloud_has_the_axes_of_its_gaussian():
    """Standard deviations 3, 2 and 0.1: the plane is that of the first two."""
    points = gaussians(20_000, 3, 5) * torch.tensor([2.0, 0.1, 3.0])
    moved = points + torch.tensor([1.0, 0.0, 0.0])
    figure = draw.clouds(points, {"same": points, "moved": moved}, [0.0, 1.0])
    for ax, distance in zip(figure.axes, (0, 1), strict=True):
        real, other = ax.patches
        assert (real.width, real.height) == pytest.approx((12, 8), rel=0.03)
        assert np.linalg.norm(np.subtract(other.center, real.center)) == pytest.approx(distance, abs=1e-3)
