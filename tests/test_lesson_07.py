"""The results of lesson 07 at a size that takes seconds: which is larger, not their digits."""

import re
from base64 import b64decode
from collections.abc import Callable
from importlib import import_module
from io import BytesIO
from itertools import pairwise

import numpy as np
import PIL.Image
import pytest
import torch

from starter import latent
from starter.kit import data, figures, machine, pretrained, scores, stored, widgets
from starter.kit.show import lesson_07 as draw
from tests.lesson_cells import after

by_length = import_module("solutions.experiments.07_lengths")
arithmetic = import_module("solutions.experiments.07_sums")
search = import_module("solutions.experiments.07_search")
LESSON = "07_latent"
T = torch.linspace(0, 1, 9)
CORNERS = ("Trouser", "Bag", "Ankle boot")


@pytest.fixture(scope="module")
def generator():
    return pretrained.load("penalty")


@pytest.fixture(scope="module")
def corners() -> torch.Tensor:
    return after(LESSON, "def on_the_plane").variables["corners"]


@pytest.fixture(scope="module")
def on_the_plane() -> Callable[[torch.Tensor, torch.Tensor], torch.Tensor]:
    return after(LESSON, "def on_the_plane").variables["on_the_plane"]


@pytest.fixture(scope="module")
def arc() -> Callable[[torch.Tensor, torch.Tensor, torch.Tensor], torch.Tensor]:
    return after(LESSON, "def arc").variables["arc"]


def noise(*shape: int, seed: int = 0) -> torch.Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed))


# Walks -----------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(10))
def test_a_line_has_its_ends_and_equal_steps(seed):
    a, b = noise(2, 64, seed=seed)
    walk = latent.lerp(a, b, T)
    assert torch.allclose(walk[[0, -1]], torch.stack([a, b]), atol=1e-6)
    assert torch.allclose(walk, torch.lerp(a, b, T[:, None]), atol=1e-5)
    steps = walk.diff(dim=0).norm(dim=1)
    assert steps.max() / steps.min() < 1.001
    assert walk[4].norm() < min(a.norm(), b.norm())


@pytest.mark.parametrize("seed", range(10))
def test_an_arc_has_its_ends_equal_angles_and_keeps_its_radius(seed, arc):
    a, b = torch.nn.functional.normalize(noise(2, 64, seed=seed)) * 8
    walk = latent.slerp(a, b, T)
    assert torch.allclose(walk[[0, -1]], torch.stack([a, b]), atol=1e-5)
    assert torch.allclose(walk.norm(dim=1), torch.tensor(8.0), atol=1e-4)
    angles = [torch.arccos(torch.cosine_similarity(*two, dim=0)) for two in pairwise(walk.double())]
    assert torch.allclose(torch.stack(angles), angles[0], atol=1e-4)
    assert torch.allclose(walk, arc(a, b, T), atol=1e-4)


def test_the_arc_of_the_lesson_has_its_ends_and_the_lengths_in_between(arc):
    a, b = noise(2, 64)
    walk = arc(a, 2 * b, T)
    assert torch.allclose(walk[[0, -1]], torch.stack([a, 2 * b]), atol=1e-4)
    assert torch.allclose(walk.norm(dim=1), torch.lerp(a.norm(), 2 * b.norm(), T), atol=1e-4)


@pytest.mark.parametrize("kinds", ["lesson", "experiment"])
def test_lengths_lie_near_8_and_those_of_middles_of_lines_near_8_over_root_2(kinds):
    of = after(LESSON, "kinds =").variables["kinds"] if kinds == "lesson" else by_length.halfway(1000, seed=1)
    length = {name: z.norm(dim=1) for name, z in of.items()}
    fresh, line, bow = (length[name] for name in ("fresh z", "middle of a line", "middle of an arc"))
    assert fresh.mean() == pytest.approx(63.5**0.5, abs=0.1) and 0.6 < fresh.std() < 0.8
    assert line.mean() == pytest.approx(31.75**0.5, abs=0.1)
    assert bow.mean() == pytest.approx(63.5**0.5, abs=0.1)
    assert (line < 7).double().mean() > 0.98 > 0.02 > (bow < 6.5).double().mean()


def test_middles_of_lines_score_worse_and_cover_less_than_middles_of_arcs(generator):
    real = scores.features(scores.held_out()[:1000])
    of = {name: scores.features(generator(z)) for name, z in by_length.halfway(1000, 0).items()}
    fresh, line, bow = (scores.frechet(real, of[name]) for name in of)
    assert line > fresh
    assert abs(bow - fresh) < line - fresh
    recall = [scores.precision_recall(real, of[name])[1] for name in of]
    assert recall[1] < min(recall[0], recall[2])


def test_shorter_z_cover_less(generator):
    real, z = scores.features(scores.held_out()[:1000]), noise(1000, 64)
    recall = [scores.precision_recall(real, scores.features(generator(psi * z)))[1] for psi in (0.5, 0.7, 1.0)]
    assert recall == sorted(recall) and recall[2] > recall[0] + 0.05


# The plane and the explorer --------------------------------------------------


def test_the_three_garments_are_what_was_asked_for(generator, corners):
    found = scores.labels(generator(corners))
    assert [data.GARMENTS[label] for label in found] == list(CORNERS)


def test_the_plane_goes_through_its_three_points(corners, on_the_plane):
    u, v = torch.tensor([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0], [0.5, 0.5]]).T
    assert torch.allclose(on_the_plane(u, v), torch.cat([corners, corners[1:].mean(dim=0)[None]]), atol=1e-5)


def test_the_drawn_plane_frames_its_three_points():
    """Corner images white, all others black: each frame is around a white one."""
    images = -torch.ones(25, 1, 28, 28)
    images[[0, 4, 20]] = 1
    ax = draw.plane(images, side=5).axes[0]
    picture = ax.images[0].get_array()
    for frame in ax.patches:
        x, y = round(frame.get_x() + 15), round(frame.get_y() + 15)  # its middle
        assert picture[y, x].min() == 1


def test_the_strip_shows_what_is_at_each_place(on_the_plane):
    places = [(0.0, 0.0, 1.0), (1.0, 0.0, 0.5)]
    seen = []
    draw.strip(lambda z: seen.append(z) or torch.zeros(len(z), 1, 28, 28), on_the_plane, places)
    corners = on_the_plane(torch.tensor([0.0, 1.0]), torch.zeros(2))
    assert torch.allclose(seen[0], corners * torch.tensor([[1.0], [0.5]]))


def test_every_slider_of_the_explorer_changes_the_picture(generator, on_the_plane, monkeypatch):
    shown = []
    monkeypatch.setattr(widgets, "_display", shown.append)
    explorer = draw.Explorer(generator, on_the_plane)
    widgets.sliders(explorer, explorer.labels, explorer.start, explorer.bounds, alt="a map and a garment")
    knobs, picture = shown[0].children
    assert [knob.description for knob in knobs.children] == list(explorer.labels)
    seen = {picture.value}
    for knob in knobs.children:
        knob.value += 4 * knob.step  # four presses of an arrow key
        assert picture.value not in seen
        seen.add(picture.value)


# The animation ---------------------------------------------------------------


def frames_of(source) -> list[np.ndarray]:
    picture = PIL.Image.open(source)
    found = []
    for number in range(picture.n_frames):
        picture.seek(number)
        found.append(np.asarray(picture.convert("L")))
    return found


def test_a_gif_has_its_frames_its_ends_and_its_duration(generator, corners, tmp_path):
    frames = generator(latent.slerp(corners[0], corners[1], torch.linspace(0, 1, 16)))
    path = figures.save_animation(frames, tmp_path / "new" / "walk.gif")
    found = frames_of(path)
    assert len(found) == 16 and PIL.Image.open(path).info["duration"] == 250
    assert PIL.Image.open(path).info["loop"] == 0
    for picture, frame in ((found[0], frames[0]), (found[-1], frames[-1])):
        wanted = ((frame[0] + 1) / 2 * 255).repeat_interleave(5, 0).repeat_interleave(5, 1)
        assert np.abs(picture - wanted.numpy()).max() <= 1


def test_a_gif_can_have_colours(tmp_path):
    frames = torch.tanh(noise(3, 3, 4, 6))
    found = frames_of(figures.save_animation(frames, tmp_path / "a.gif"))
    assert len(found) == 3 and found[0].shape == (20, 30)


def test_an_animation_is_a_gif_and_has_a_text_alternative(tmp_path):
    with pytest.raises(ValueError, match=r"end in \.gif, not '\.png'"):
        figures.save_animation(torch.zeros(2, 1, 4, 4), tmp_path / "a.png")
    with pytest.raises(ValueError, match="alt"):
        figures.show_animation(torch.zeros(2, 1, 4, 4), alt="")


def test_a_shown_animation_moves(monkeypatch):
    import IPython.display

    shown = []
    monkeypatch.setattr(machine, "in_notebook", lambda: True)
    monkeypatch.setattr(IPython.display, "display", lambda thing, raw, display_id: shown.append(thing["text/html"]))
    figures.show_animation(torch.tanh(noise(5, 1, 4, 4)), alt="five frames of noise, as a test", caption="Noise.")
    picture = re.search(r'base64,([^"]+)"', shown[0])[1]
    assert len(frames_of(BytesIO(b64decode(picture)))) == 5
    assert 'alt="five frames of noise, as a test"' in shown[0]


# Sums, and the way back ------------------------------------------------------


def test_the_step_of_the_lesson_makes_boots_of_sandals_and_a_random_one_does_not():
    now = after(LESSON, "boots =").variables
    assert now["boots"]["sandals"] == 0
    assert now["boots"]["+ boot - sandal"] > 5 > 2 >= now["boots"]["+ random"]
    lengths = (now["ends"]["+ random"] - now["start"]).norm(dim=1)
    assert torch.allclose(lengths, now["step"].norm(), atol=1e-4)


def test_a_search_for_one_number_ends_in_the_valley_where_it_starts():
    lines = after(LESSON, "minimize(").printed.splitlines()
    errors = [float(line.split()[-1]) for line in lines]
    assert sum(error < 0.005 for error in errors) == 2 and max(errors) > 1


def test_sums_beat_random_steps_and_do_worse_from_a_third_garment(generator):
    sums = arithmetic.count(generator, each=10)
    difference, third, random = (np.nanmean(sums[name]) for name in ("difference", "third", "random"))
    assert difference > third > random
    assert difference > 4 * random
    assert np.isnan(np.diagonal(sums["difference"])).all() and np.isnan(sums["random"]).sum() == 10


def test_random_steps_have_the_length_asked_for():
    steps = arithmetic.random_steps(7, torch.tensor(3.0), torch.Generator().manual_seed(0))
    assert torch.allclose(steps.norm(dim=1), torch.tensor(3.0))
    assert not torch.allclose(steps[0], steps[1])


def test_its_own_garments_come_back_and_photographs_do_not(generator):
    images = torch.cat([generator(noise(6, 64)), scores.held_out()[:6]])
    z, errors = search.invert(generator, images, 64, restarts=2, steps=40)
    best = errors.min(dim=0).values
    assert torch.allclose(search.rms(generator(z), images), best, atol=1e-5)
    assert best[:6].mean() < 0.7 * best[6:].mean()
    assert best.mean() < errors[0].mean()


def test_the_search_of_the_sheet_does_so_too(generator):
    images = torch.cat([generator(noise(6, 64)), scores.held_out()[:6]])
    start = noise(12, 64, seed=1)
    before = search.rms(generator(start), images)
    error = search.rms(generator(latent.find_latent(generator, images, start, 150)), images)
    assert (error < before).all()
    assert error[:6].mean() < error[6:].mean() < before.mean()


# What is stored says what the lesson says ------------------------------------


def test_the_stored_scores_of_shorter_z():
    settings, found = stored.load("07_lengths")
    assert found["middles"].shape == (3, 3, 3) and found["truncated"].shape == (4, 3, 3)
    fresh, line, bow = found["middles"].mean(axis=1)
    assert line[0] > 3 * fresh[0] and bow[0] == pytest.approx(fresh[0], rel=0.15)
    assert line[1] >= fresh[1] and line[2] < fresh[2] - 0.1 and bow[2] == pytest.approx(fresh[2], abs=0.03)
    _, precision, recall = found["truncated"].mean(axis=1).T
    assert (np.diff(recall) > 0).all() and precision[3] < precision[2]
    assert settings["psi"][2] == 1 and found["truncated"][2] == pytest.approx(found["middles"][0], rel=1e-5)


def test_the_stored_sums():
    _, sums = stored.load("07_sums")
    difference, third, random = (np.nanmean(sums[way]) for way in ("difference", "third", "random"))
    assert 0.4 < difference < 0.6 and third == pytest.approx(0.55 * difference, rel=0.15) and random < 0.05
    assert all(np.isnan(np.diagonal(of_way)).all() for of_way in sums.values())


def test_the_stored_search(generator):
    settings, found = stored.load("07_search")
    n, z, errors = settings["images"], torch.from_numpy(found["z"]), torch.from_numpy(found["errors"])
    own = generator(noise(n, 64, seed=settings["seed_of_images"]))
    best = errors.min(dim=0).values
    assert torch.allclose(search.rms(generator(z[:n]), own), best[:n], atol=1e-3)
    assert best[:n].mean() < 0.5 * best[n:].mean()
    assert best.mean() < errors[0].mean()
