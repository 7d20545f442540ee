"""The results of lesson 06, each at a size that takes seconds: their shape, not their digits."""

import numpy as np
import pytest
import torch
from scipy.linalg import sqrtm

from starter import evaluation
from starter.kit import data, scores, stored, theory
from starter.kit.measure import copies, image_sets
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


# Section 2: the distance -----------------------------------------------------


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


# Section 3: the floor --------------------------------------------------------


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


# Section 4: the table --------------------------------------------------------


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


def test_the_letters_of_the_sheet(sets):
    hidden = image_sets.suspects(N, seed=0)
    names = {
        letter: next(name for name, images in sets.items() if torch.equal(images, shown))
        for letter, shown in hidden.items()
    }
    assert (names["B"], names["C"], names["D"]) == ("no sandals", "by heart", "bags only")


# What is stored says what the lesson says ------------------------------------


def test_the_stored_critic_learns_its_images_by_heart():
    settings, result = stored.load("06_overfit")
    assert settings["images"] == [1000, 10000]
    last = result["estimate"][:, -20:].mean(axis=1)
    gaps = last[:, 0] - last[:, 1]
    assert gaps[0] > 0.8 and 0 < gaps[1] < 0.25
    middle = result["estimate"][0, 15:30].mean(axis=0)
    assert last[0, 1] < middle[1] - 0.3  # held out: falls
    assert abs(last[0, 0] - middle[0]) < 0.3  # training: stays


def test_the_stored_estimates_follow_the_distance_and_the_bound_of_js_does_not():
    _, result = stored.load("06_run")
    paper, course, gan, penalised = after("06_evaluation", "spearmanr(a").variables["rank"]
    assert course > 0.85 and penalised > 0.9
    assert gan < -0.3 and paper < 0.6
    assert (result["frechet"][:, -1] < 0.7 * result["frechet"][:, 0]).all()
    assert (result["frechet"] > 10 * result["floor"]).all()
    bound = result["reported"][2]
    assert 0.5 < np.median(bound[-500:]) < np.log(2)


def test_the_same_gan_gets_worse_by_sliced_pixels():
    """Lesson 04's runs of the same seed: the curves are the same, the rulers are not."""
    before, after = stored.load("04_curves")[1], stored.load("06_run")[1]
    assert after["reported"][2] == pytest.approx(before["js"][:2000], abs=1e-3)
    assert before["distance"][2, 19] > 1.1 * before["distance"][2, 0]


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
