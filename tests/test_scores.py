"""Scores from libraries: against formulas, against sets whose score is known, and against the real-real floor."""

from dataclasses import astuple, fields
from math import log

import numpy as np
import ot
import pytest
import scipy.linalg
import torch
from scipy.stats import t
from torch.nn import functional as F

from starter.kit import data, scores

N = 500


def noise(n: int = N, seed: int = 0) -> torch.Tensor:
    return torch.rand(n, 1, 28, 28, generator=torch.Generator().manual_seed(seed)) * 2 - 1


def reference() -> torch.Tensor:
    return scores.held_out()[:N]


def blurred(images: torch.Tensor) -> torch.Tensor:
    return F.avg_pool2d(F.pad(images, (1, 1, 1, 1), mode="replicate"), 3, 1)


@pytest.fixture(scope="module")
def found() -> dict[str, scores.Scores]:
    """Scores of sets that are more and less like the held-out images."""
    real = scores.real_images(0, N)
    sets = {
        "real": real,
        "moved": real.roll(2, dims=3),
        "blurred": blurred(real),
        "one garment": real[:1].expand(N, -1, -1, -1),
        "noise": noise(),
    }
    return {name: scores.score(images, reference()) for name, images in sets.items()}


# Order -----------------------------------------------------------------------


def test_real_images_are_the_floor_of_every_score(found):
    floor = found["real"]
    for name in ("moved", "blurred", "one garment", "noise"):
        other = found[name]
        assert floor.frechet < 0.5 * other.frechet, name
        assert floor.kid < other.kid, name
        assert floor.sliced < 0.7 * other.sliced, name
        assert floor.recall > other.recall, name
    assert floor.frechet < 0.05 * found["noise"].frechet
    assert found["blurred"].frechet < found["noise"].frechet
    assert floor.precision > 0.75 and floor.recall > 0.75
    assert found["noise"].precision < 0.4 and found["noise"].recall < 0.05


def test_one_garment_for_all_is_precise_and_recalls_nothing(found):
    collapsed = found["one garment"]
    assert collapsed.recall < 0.05
    assert collapsed.entropy == 0
    assert found["real"].entropy == pytest.approx(log(10), abs=0.05)
    assert collapsed.precision in (0, 1)


def test_the_floor_grows_as_sets_shrink():
    held_out, real = scores.features(scores.held_out()), scores.features(scores.real_images(1))
    sizes = (250, 500, 1000, 2000)
    floors = [scores.frechet(held_out[:n], real[:n]) for n in sizes]
    assert floors == sorted(floors, reverse=True)
    assert floors[0] > 3 * floors[-1]


# Each score ------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(10))
def test_the_frechet_distance_is_that_of_the_formula(seed):
    rng = torch.Generator().manual_seed(seed)
    real, fake = (torch.randn(n, 64, generator=rng, dtype=torch.float64).relu() for n in (200, 300))
    fake = fake * 1.5
    a, b = np.cov(real.numpy(), rowvar=False), np.cov(fake.numpy(), rowvar=False)
    gap = (real.mean(dim=0) - fake.mean(dim=0)).square().sum().item()
    expected = gap + np.trace(a + b - 2 * scipy.linalg.sqrtm(a @ b).real)
    assert scores.frechet(real, fake) == pytest.approx(expected, abs=1e-4)
    assert scores.frechet(real, real) == pytest.approx(0, abs=1e-4)


@pytest.mark.parametrize("seed", range(10))
def test_the_kernel_distance_is_that_of_the_formula(seed):
    """All 60 of 60 features in each subset: the unbiased estimate with the kernel (x.y / 64 + 1)^3."""
    rng = torch.Generator().manual_seed(seed)
    real, fake = torch.randn(2, 60, 64, generator=rng, dtype=torch.float64)
    fake = fake + 0.5

    def kernel(x, y):
        return (x @ y.T / 64 + 1) ** 3

    within = sum((kernel(x, x).sum() - kernel(x, x).trace()) / (60 * 59) for x in (real, fake))
    expected = (within - 2 * kernel(real, fake).mean()).item()
    assert scores.kid(real, fake, seed) == pytest.approx(expected, rel=1e-4, abs=1e-6)


@pytest.mark.parametrize("seed", range(10))
def test_precision_and_recall_of_clusters(seed):
    """Real ones around 0 and 10, a third of the fakes copies of those at 0, and the others far off."""
    rng = torch.Generator().manual_seed(seed)
    real = torch.randn(100, 64, generator=rng, dtype=torch.float64) * 0.01
    real[50:] += 10
    fake = torch.cat([real[:50], torch.randn(100, 64, generator=rng, dtype=torch.float64) * 0.01 + 50])
    assert scores.precision_recall(real, fake) == pytest.approx((1 / 3, 1 / 2))
    assert scores.precision_recall(real, real) == (1.0, 1.0)


@pytest.mark.parametrize("seed", range(10))
def test_precision_and_recall_are_what_their_definition_gives(seed):
    """Counted one by one: near is no farther than the third neighbour of a member, which copies reach, too."""
    rng = np.random.default_rng(seed)
    real, fake = rng.normal(size=(30, 4)), rng.normal(0.7, 1.2, size=(25, 4))
    fake[:2] = real[:2]

    def share_near(members, points):
        near = []
        for point in points:
            reaches = [sorted(np.linalg.norm(members - member, axis=1))[3] for member in members]
            near.append(any(np.linalg.norm(point - m) <= r for m, r in zip(members, reaches, strict=True)))
        return np.mean(near)

    expected = share_near(real, fake), share_near(fake, real)
    assert scores.precision_recall(torch.tensor(real), torch.tensor(fake)) == pytest.approx(expected, abs=1e-12)
    assert 0 < expected[0] < 1


@pytest.mark.parametrize("shift", [0.1, 0.4])
def test_the_sliced_distance_of_a_known_shift(shift):
    """Each direction sees the shift times the sum of its coordinates."""
    images = noise(50)
    directions = ot.sliced.get_random_projections(784, scores.PROJECTIONS, seed=3)
    expected = shift * np.abs(directions.sum(axis=0)).mean()
    assert scores.sliced(images, images + shift, seed=3) == pytest.approx(expected, rel=1e-4)
    assert expected == pytest.approx(shift * (2 / np.pi) ** 0.5, rel=0.2)
    assert scores.sliced(images, images.flip(0)) == pytest.approx(0, abs=1e-6)


def test_labels_are_mostly_right_and_shares_sum_to_1():
    test = data.load(split="test")
    images = test[:]
    assert torch.equal(scores.held_out(), images)
    named = scores.labels(images)
    assert named.shape == (len(test),) and (named == test.labels).float().mean() > 0.88
    for sample in (images, noise(300), images[:1]):
        shares = scores.label_shares(sample)
        assert shares.shape == (10,) and shares.sum().item() == pytest.approx(1, abs=1e-6)
    assert scores.label_shares(images).min() > 0.07


def test_features_do_not_depend_on_their_neighbours():
    images = scores.held_out()[:7]
    together = scores.features(images)
    assert together.shape == (7, 64) and together.dtype == torch.float64 and (together >= 0).all()
    alone = torch.cat([scores.features(image[None]) for image in images])
    assert torch.allclose(together, alone, atol=1e-4)
    assert not together.requires_grad


def test_real_images_are_drawn_without_repetition_and_by_seed():
    images = scores.real_images(3, 200)
    assert images.shape == (200, 1, 28, 28) and -1 <= images.min() < images.max() <= 1
    assert torch.equal(images, scores.real_images(3, 200))
    assert not torch.equal(images, scores.real_images(4, 200))
    bundle = data.load()[:].flatten(1)
    everything = scores.real_images(0, len(bundle)).flatten(1)
    assert torch.equal(everything.sum(dim=1).sort().values, bundle.sum(dim=1).sort().values)


# Seeds, intervals, table -----------------------------------------------------


def test_scores_repeat_and_leave_the_random_numbers_alone():
    real, fake = scores.held_out()[:100], scores.real_images(0, 100)
    scores.classifier.cache_clear()  # loading counts too
    torch.manual_seed(5)
    np.random.seed(5)
    before = torch.get_rng_state(), str(np.random.get_state())
    first = scores.score(fake, real, seed=1)
    assert torch.equal(torch.get_rng_state(), before[0]) and str(np.random.get_state()) == before[1]
    torch.manual_seed(6)
    assert scores.score(fake, real, seed=1) == first
    assert scores.score(fake, real, seed=2).sliced != first.sliced


def test_scores_do_not_mind_grad_mode_or_dtype():
    real, fake = scores.held_out()[:50], scores.real_images(0, 50).requires_grad_(True)
    first = scores.score(fake.detach(), real)
    assert scores.score(fake, real) == first


@pytest.mark.parametrize("values", [[1.0, 3.0], [2.0, 2.5, 4.0, 1.0, 0.0], [7.0] * 4], ids=str)
def test_the_interval_is_students(values):
    mean, half = scores.interval(values)
    assert mean == pytest.approx(np.mean(values))
    if half:
        spread = np.std(values, ddof=1) / len(values) ** 0.5
        low, high = t.interval(0.95, len(values) - 1, loc=np.mean(values), scale=spread)
        assert (mean - half, mean + half) == pytest.approx((low, high))
    else:
        assert len(set(values)) == 1


def test_an_interval_holds_the_mean_in_95_of_100_cases():
    rng = np.random.default_rng(0)
    held = [abs(mean) <= half for mean, half in map(scores.interval, rng.standard_normal((2000, 4)).tolist())]
    assert np.mean(held) == pytest.approx(0.95, abs=0.02)


def test_the_table_has_a_row_for_each_name_with_means_and_intervals():
    rows = {
        "mine": [scores.Scores(10.0, 1.0, 0.5, 0.25, 0.02, 2.0), scores.Scores(20.0, 3.0, 0.7, 0.25, 0.04, 2.2)],
        "real": [scores.Scores(2.0, 0.0, 0.9, 0.9, 0.01, 2.3)] * 3,
    }
    lines = scores.table(rows).splitlines()
    names = [field.name for field in fields(scores.Scores)]
    assert lines[0].split("|")[2:-1] == [f" {name} " for name in names]
    assert {line.count("|") for line in lines} == {len(names) + 2}
    assert len(lines) == 4
    cells = [cell.strip().replace(",", "") for cell in lines[2].split("|")[1:-1]]
    assert cells[0] == "mine"
    for cell, values in zip(cells[1:], zip(*map(astuple, rows["mine"]), strict=True), strict=True):
        shown_mean, shown_half = map(float, cell.split(" ± "))
        mean, half = scores.interval(values)
        assert shown_mean == pytest.approx(mean, abs=half / 2 + 1e-3)
        assert shown_half == pytest.approx(half, rel=0.5)
    assert "0.9" in lines[3] and "-0" not in lines[3]


def test_no_zero_in_a_table_is_negative():
    kid = [scores.Scores(1.0, value, 1.0, 1.0, 1.0, 1.0) for value in (-2.0, 0.0, 1.4)]
    cell = scores.table({"x": kid}).splitlines()[2].split("|")[3]
    assert cell.strip().startswith("0 ± ")
