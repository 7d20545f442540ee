"""The results of lesson 07 at a size that takes seconds: which is larger, not their digits."""

from io import BytesIO
from itertools import pairwise

import numpy as np
import PIL.Image
import pytest
import torch

from starter import latent
from starter.kit import data, figures, machine, pretrained, scores, widgets
from starter.kit.show import lesson_07 as scenes_07

T = torch.linspace(0, 1, 9)
CORNERS = ("Trouser", "Bag", "Ankle boot")


@pytest.fixture(scope="module")
def generator():
    return pretrained.load("penalty")


@pytest.fixture(scope="module")
def corners(generator):
    return torch.stack([scenes_07.find(generator, name) for name in CORNERS])


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
def test_an_arc_has_its_ends_equal_angles_and_keeps_its_radius(seed):
    a, b = torch.nn.functional.normalize(noise(2, 64, seed=seed)) * 8
    walk = latent.slerp(a, b, T)
    assert torch.allclose(walk[[0, -1]], torch.stack([a, b]), atol=1e-5)
    assert torch.allclose(walk.norm(dim=1), torch.tensor(8.0), atol=1e-4)
    angles = [torch.arccos(torch.cosine_similarity(*two, dim=0)) for two in pairwise(walk.double())]
    assert torch.allclose(torch.stack(angles), angles[0], atol=1e-4)
    assert torch.allclose(walk, scenes_07.arc(a, b, T.tolist()), atol=1e-4)


def test_the_arc_of_the_lesson_has_its_ends():
    a, b = noise(2, 64)
    assert torch.allclose(scenes_07.arc(a, 2 * b, [0.0, 1.0]), torch.stack([a, 2 * b]), atol=1e-4)


@pytest.mark.parametrize("seed", range(3))
def test_lengths_lie_near_8_and_those_of_middles_of_lines_near_8_over_root_2(seed):
    length = {name: z.norm(dim=1) for name, z in scenes_07.halfway(1000, 64, seed).items()}
    fresh, line, bow = (length[name] for name in ("fresh z", "middle of a line", "middle of an arc"))
    assert fresh.mean() == pytest.approx(63.5**0.5, abs=0.1) and 0.6 < fresh.std() < 0.8
    assert line.mean() == pytest.approx(31.75**0.5, abs=0.1)
    assert bow.mean() == pytest.approx(63.5**0.5, abs=0.1)
    assert (line < 7).double().mean() > 0.98 > 0.02 > (bow < 6.5).double().mean()


def test_middles_of_lines_score_worse_and_cover_less_than_middles_of_arcs(generator):
    real = scores.features(scores.held_out()[:1000])
    of = {name: scores.features(generator(z)) for name, z in scenes_07.halfway(1000, 64, 0).items()}
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


def test_the_plane_goes_through_its_three_points(corners):
    grid = scenes_07.plane_grid(corners, 5).view(5, 5, 64)
    assert torch.allclose(grid[0, 0], corners[0])
    assert torch.allclose(grid[0, -1], corners[1], atol=1e-5)
    assert torch.allclose(grid[-1, 0], corners[2], atol=1e-5)
    assert torch.allclose(grid[2, 2], corners[1:].mean(dim=0), atol=1e-5)


def test_every_slider_of_the_explorer_changes_the_picture(generator, corners, monkeypatch):
    shown = []
    monkeypatch.setattr(widgets, "_display", shown.append)
    explorer = scenes_07.Explorer(generator, corners)
    widgets.sliders(
        explorer, explorer.labels, explorer.start, explorer.bounds, alt="a map and a garment"
    )
    knobs, picture, _ = shown[0].children
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
    frames = generator(latent.slerp(corners[0], corners[1], torch.linspace(0, 1, 12)))
    path = figures.save_animation(frames, tmp_path / "new" / "walk.gif", seconds=1.2)
    found = frames_of(path)
    assert len(found) == 12 and PIL.Image.open(path).info["duration"] == 100
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
    monkeypatch.setattr(IPython.display, "display", lambda thing, display_id: shown.append(thing))
    figures.show_animation(torch.tanh(noise(5, 1, 4, 4)), alt="five frames of noise, as a test", caption="Noise.")
    assert len(frames_of(BytesIO(shown[0].data))) == 5
    assert shown[0].alt == "five frames of noise, as a test"


# Sums, and the way back ------------------------------------------------------


def test_sums_beat_random_steps_and_do_worse_from_a_third_garment(generator):
    sums = scenes_07.arithmetic(generator, each=10)
    difference, third, random = (np.nanmean(sums[name]) for name in ("difference", "third", "random"))
    assert difference > third > random
    assert difference > 4 * random
    assert np.isnan(np.diagonal(sums["difference"])).all() and np.isnan(sums["random"]).sum() == 10


def test_random_steps_have_the_length_asked_for():
    steps = scenes_07.random_steps(torch.zeros(7, 64), torch.tensor(3.0))
    assert torch.allclose(steps.norm(dim=1), torch.tensor(3.0))
    assert not torch.allclose(steps[0], steps[1])


def test_its_own_garments_come_back_and_photographs_do_not(generator):
    images = torch.cat([generator(noise(6, 64)), scores.held_out()[:6]])
    z, errors = scenes_07.invert(generator, images, 64, restarts=2, steps=40)
    best = errors.min(dim=0).values
    assert torch.allclose(scenes_07.rms(generator(z), images), best, atol=1e-5)
    assert best[:6].mean() < 0.7 * best[6:].mean()
    assert best.mean() < errors[0].mean()


def test_the_search_of_the_sheet_does_so_too(generator):
    images = torch.cat([generator(noise(6, 64)), scores.held_out()[:6]])
    start = noise(12, 64, seed=1)
    before = scenes_07.rms(generator(start), images)
    error = scenes_07.rms(generator(latent.find_latent(generator, images, start, 150)), images)
    assert (error < before).all()
    assert error[:6].mean() < error[6:].mean() < before.mean()
