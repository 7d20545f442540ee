"""What lesson and sheet 01 say, against what their own code computes."""

from itertools import combinations
from math import inf, log

import jupytext
import numpy as np
import pytest
import torch
from scipy.spatial.distance import cdist

from solutions import build
from starter import distances
from starter.kit import data
from starter.kit.show import lesson_01 as draw
from tests.lesson_cells import after

LESSON = "01_distances"


@pytest.fixture(scope="module")
def sheet() -> dict:
    """The functions of the solved sheet's rewards."""
    variables: dict = {}
    for cell in jupytext.read(build.SOLVED / "source" / f"{LESSON}.py").cells:
        if any(mark in cell.source for mark in ("from starter import distances", "def sliced", "def carry")):
            exec(compile(cell.source, "sheet 01", "exec"), variables)
    return variables


# 1. Four numbers --------------------------------------------------------------


def test_beyond_the_overlap_only_the_wasserstein_distance_grows():
    printed = after(LESSON, "moved by     KL").printed
    numbers = [[float(word) for word in line.split()[2:]] for line in printed.splitlines()[1:]]
    assert [row[3] for row in numbers] == [0, 1, 2, 3]
    assert numbers[2][:3] == numbers[3][:3] == [inf, pytest.approx(log(2), abs=1e-3), 1]
    assert numbers[0] == [0, 0, 0, 0] and 0 < numbers[1][1] < numbers[2][1] and 0 < numbers[1][2] < 1


def test_without_the_halves_the_paper_would_contradict_its_own_example():
    p, q = torch.tensor([1.0, 0.0]), torch.tensor([0.0, 1.0])
    m = (p + q) / 2
    as_printed = distances.kl_divergence(p, m) + distances.kl_divergence(q, m)
    assert as_printed.item() == pytest.approx(1.386, abs=1e-3)
    assert distances.js_divergence(p, q).item() == pytest.approx(0.693, abs=1e-3)


# 2 and 3. Segments, and a line ------------------------------------------------


def test_the_measured_distance_of_the_segments_is_the_known_one():
    lines = after(LESSON, 'predicted("01.1")').printed.splitlines()
    for theta, line in zip((0.5, 0.01), lines[-2:], strict=True):
        assert line == f"theta {theta:4}: KL inf, JS 0.693, TV 1.0, W {theta}, measured {theta:.2f}"


def test_sorting_beats_the_order_as_it_stands():
    now = after(LESSON, "paired as they stand")
    assert now.printed == "The mean way:\npaired as they stand 4.333, cheapest 3.667\n"
    right = draw.sorted_pairs(now.variables["x"], now.variables["y"]).axes[1]
    area = 3 * (1 / 3) * (2 + 4 + 5) / 3
    places = np.linspace(0, 10, 100_001)
    shares = [(now.variables[name][:, None] <= places).mean(axis=0) for name in "xy"]
    assert abs(shares[0] - shares[1]).mean() * 10 == pytest.approx(area, abs=1e-3)
    assert right.get_title() == "the same as an area"


# 4. Be the critic -------------------------------------------------------------


def test_of_four_drawn_critics_the_ramp_proves_all_of_it():
    now = after(LESSON, '"too steep"').variables
    p, q = torch.from_numpy(now["p"]), torch.from_numpy(now["q"])
    proved = {name: distances.dual_value(torch.tensor(f).double(), p, q).item() for name, f in now["drawn"].items()}
    assert proved["wrong way"] < 0 < proved["one step"] < proved["too steep"] < proved["ramp"]
    assert proved["ramp"] == pytest.approx(now["exact"]) == pytest.approx(3)


def test_the_best_critic_found_by_the_computer_proves_the_distance():
    assert after(LESSON, "best critic proves").printed == "best critic proves 3.000, W is 3.000\n"


@pytest.mark.parametrize("f", [[0, 0, 0, 1], [-1.5, -0.5, 0.5, 1.5], [5, 5, 4, 4], [2, 2, 2, 2]])
def test_a_critic_of_slope_1_is_drawn_where_it_was_drawn(f):
    assert np.allclose(draw._rescaled(np.array(f, dtype=float)), f)


@pytest.mark.parametrize("seed", range(5))
def test_a_rescaled_critic_does_not_shift(seed):
    f = np.random.default_rng(seed).normal(1, 3, size=7)
    rescaled = draw._rescaled(f)
    assert rescaled.mean() == pytest.approx(f.mean()) and abs(np.diff(rescaled)).max() == pytest.approx(1)


# 5. In the plane --------------------------------------------------------------


def test_the_points_of_the_plane_can_be_told_apart_and_the_best_arrows_do_not_cross():
    now = after(LESSON, "cheapest = linear_sum").variables
    real, fake, cheapest = now["real"], now["fake"], now["cheapest"]
    points = np.r_[real, fake]
    assert len(real) == len(fake) == 12 and cdist(points, points)[~np.eye(24, dtype=bool)].min() > 0.3
    starts = fake[cheapest]
    assert not any(crossing(starts[i], real[i], starts[j], real[j]) for i, j in combinations(range(12), 2))
    assert any(crossing(fake[i], real[i], fake[j], real[j]) for i, j in combinations(range(12), 2))


def crossing(a: np.ndarray, b: np.ndarray, c: np.ndarray, d: np.ndarray) -> bool:
    """Whether the segments from a to b and from c to d cross."""
    side = lambda o, s, t: np.sign((s[0] - o[0]) * (t[1] - o[1]) - (s[1] - o[1]) * (t[0] - o[0]))  # noqa: E731
    return side(a, b, c) != side(a, b, d) and side(c, d, a) != side(c, d, b)


def test_the_distance_sees_more_than_the_means():
    words = after(LESSON, "cheapest = linear_sum").printed.replace(",", "").split()
    as_they_come, cheapest, means = float(words[3]), float(words[6]), float(words[11])
    assert means < 0.5 * cheapest and cheapest < 0.6 * as_they_come


# 6. Batches -------------------------------------------------------------------


def test_measured_on_batches_a_lazy_generator_beats_a_perfect_one():
    words = after(LESSON, "lazy =").printed.replace(",", "").split()
    assert float(words[-4]) == pytest.approx(38.0, rel=0.02) and float(words[-1]) == pytest.approx(28.0, rel=0.02)
    for _ in range(5):
        x, y = np.random.default_rng().standard_normal((2, 64, 784))
        far = cdist(x, y)
        assert np.median(far) == pytest.approx(39.6, rel=0.02)
        assert far.min() > np.linalg.norm(x, axis=1).mean()  # so that no plan between batches is as cheap


def test_larger_batches_hardly_help_in_many_dimensions():
    table = after(LESSON, "table = {").variables["table"]
    assert table[784][-1] > 0.97 * table[784][0] and table[2][-1] < 0.5 * table[2][0]


# The rewards of the sheet -----------------------------------------------------


def test_noise_becomes_whatever_garment_one_chooses(sheet):
    garments = data.load().first(8)
    for chosen in (0, 21, 40, 77):
        torch.manual_seed(0)
        real, fake = draw.points_of(garments[chosen], 2000), 2 * torch.rand(2000, 2) - 1
        frames = sheet["train"](fake, real)
        before, after_training = (sheet["sliced"](frame, real).item() for frame in (frames[0], frames[-1]))
        assert len(frames) == 81 and after_training < 0.05 * before
        seen, wanted = draw.cloud(frames[-1]), draw.cloud(real)
        assert (seen - wanted).abs().mean() < 0.4 * (draw.cloud(frames[0]) - wanted).abs().mean()


def test_a_random_side_shows_a_shift_of_images_about_35_times_too_small():
    sides = torch.nn.functional.normalize(torch.randn(20_000, 784, generator=torch.Generator().manual_seed(0)), dim=1)
    assert 1 / sides[:, 0].abs().mean().item() == pytest.approx(35, rel=0.03)


def test_points_are_as_dense_as_the_picture_is_bright():
    image = -torch.ones(1, 28, 28)
    image[:, :14, 14:] = 1  # above, on the right
    points = draw.points_of(image, 500)
    assert (points[:, 0] >= 0).all() and (points[:, 1] <= 0).all() and points.abs().max() <= 1
    picture = draw.cloud(points)
    assert picture.shape == (1, 56, 56) and picture[0, :20, 36:].mean() > 0 > picture[0, 36:, :20].mean() + 0.99


def test_the_plan_carries_the_shirt_all_the_way_to_the_boot(sheet):
    shirt, boot = data.load().first(8)[[0, 77]]
    plan, places = sheet["carry"](shirt, boot)
    p, q = (draw.shares_of(image) for image in (shirt, boot))
    used = (p > 0) | (q > 0)
    assert torch.allclose(plan.sum(dim=1), p[used], atol=1e-9) and torch.allclose(plan.sum(dim=0), q[used], atol=1e-9)
    pictures = draw.journey(plan, places)
    for picture, shares in ((pictures[0], p), (pictures[-1], q)):
        assert torch.allclose(picture, draw.cloud(places, shares[used], 1.7), atol=1e-4)
    assert pictures.shape == (42, 1, 56, 56) and (pictures[0] - pictures[20]).abs().mean() > 0.05
