"""The results of lesson 07 at a size that takes seconds: which is larger, not their digits."""

import re
from base64 import b64decode
from collections.abc import Callable
from importlib import import_module
from io import BytesIO
from itertools import pairwise
from pathlib import Path

import jupytext
import numpy as np
import PIL.Image
import pytest
import torch

from solutions import build
from starter import critic, latent
from starter import generator as generators
from starter.kit import CourseError, data, figures, machine, pretrained, scores, stored, train, widgets
from starter.kit.show import lesson_07 as draw
from tests.lesson_cells import after

by_length = import_module("solutions.experiments.07_lengths")
arithmetic = import_module("solutions.experiments.07_sums")
search = import_module("solutions.experiments.07_search")
LESSON = "07_latent"
T = torch.linspace(0, 1, 9)


@pytest.fixture(scope="module")
def generator():
    return pretrained.load("penalty")


@pytest.fixture(scope="module")
def place() -> draw.Place:
    return after(LESSON, "def place").variables["place"]


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


def test_lengths_lie_near_8_and_those_of_middles_of_lines_near_8_over_root_2():
    length = {name: z.norm(dim=1) for name, z in by_length.halfway(1000, seed=1).items()}
    fresh, line, bow = (length[name] for name in ("fresh z", "middle of a line", "middle of an arc"))
    assert fresh.mean() == pytest.approx(63.5**0.5, abs=0.1) and 0.6 < fresh.std() < 0.8
    assert line.mean() == pytest.approx(31.75**0.5, abs=0.1)
    assert bow.mean() == pytest.approx(63.5**0.5, abs=0.1)
    assert (line < 7).double().mean() > 0.98 > 0.02 > (bow < 6.5).double().mean()


def test_the_lengths_of_the_lesson():
    fresh, half_way = (z.norm(dim=1) for z in after(LESSON, "kinds =").variables["kinds"].values())
    assert fresh.mean() == pytest.approx(63.5**0.5, abs=0.1) and half_way.mean() == pytest.approx(5.66, abs=0.1)
    assert (fresh < 5.66).double().mean() < 0.002 and 0.4 < (half_way < 5.66).double().mean() < 0.6


def test_half_way_both_lines_of_the_lesson_meet_much_the_same_and_the_arcs_do_not(generator):
    walks = after(LESSON, "walks |=").variables["walks"]
    lines, arcs = ([images[5] for name, images in walks.items() if name.endswith(kind)] for kind in ("line", "arc"))
    assert search.rms(lines[0][None], lines[1][None]) < 0.5 * search.rms(arcs[0][None], arcs[1][None])
    assert max(image.mean() for image in lines) < -0.3  # dark


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


# The globe and the explorer --------------------------------------------------


def globe(seed: int) -> draw.Place:
    """As in the lesson, with other directions."""
    e = torch.linalg.qr(torch.randn(64, 3, generator=torch.Generator().manual_seed(seed))).Q.T

    def place(u: torch.Tensor, v: torch.Tensor) -> torch.Tensor:
        u, v = u.deg2rad(), v.deg2rad()
        return 8 * torch.stack([v.cos() * u.cos(), v.cos() * u.sin(), v.sin()], dim=1) @ e

    return place


def shares(generator, place: draw.Place) -> torch.Tensor:
    """How often each garment is on the map; its last column, which is its first, is left out."""
    images = generator(draw.world(place)).unflatten(0, (7, 13))[:, :-1].flatten(0, 1)
    return scores.label_shares(images)


def evenness(of: torch.Tensor) -> float:
    """Entropy of shares."""
    return torch.special.entr(of).sum().item()


def test_the_globe_has_radius_8_and_its_directions(place):
    z = place(torch.tensor([0.0, 90.0, 17.0, -120.0]), torch.tensor([0.0, 0.0, 90.0, 30.0]))
    assert torch.allclose(z.norm(dim=1), torch.tensor(8.0), atol=1e-4)
    assert torch.allclose(z[:3] @ z[:3].T, 64 * torch.eye(3), atol=1e-3)
    other = torch.tensor([-120.0]), torch.tensor([30.0])
    assert torch.allclose(z[3:], globe(102)(*other), atol=1e-4)


def test_the_globe_of_the_lesson_shows_all_ten_kinds_and_more_evenly_than_others(generator, place):
    of = shares(generator, place)
    assert of.min() > 0.02
    assert evenness(of) > max(evenness(shares(generator, globe(seed))) for seed in range(20))


@pytest.mark.parametrize(
    ("east", "north", "garment"), [(-150, -40, "Bag"), (-30, -20, "Sandal"), (-120, 40, "Dress"), (-30, 40, "Trouser")]
)
def test_the_strip_of_the_lesson_shows_what_it_says(generator, place, east, north, garment):
    z = place(torch.tensor([float(east)]), torch.tensor([float(north)]))
    assert data.GARMENTS[scores.labels(generator(z))[0]] == garment


def test_nothing_jumps_and_on_the_map_neighbours_can_differ_as_any_two():
    moment = after(LESSON, "def change")
    _, *steps, unrelated = moment.printed.splitlines()
    assert len(moment.variables["u"]) == 1800
    means, largest = zip(*((float(line.split()[5].strip(",")), float(line.split()[-1])) for line in steps), strict=True)
    assert largest[0] > float(unrelated.split()[3])
    assert largest[2] == pytest.approx(largest[1] / 10, rel=0.2) and means[2] == pytest.approx(means[1] / 10, rel=0.2)


def test_a_globe_through_three_z_has_their_directions():
    z = noise(3, 64)
    place, marks = draw.globe_through(z)
    assert list(marks) == ["a", "b", "c"] and all(0 < north < 70 for _, north in marks.values())
    found = place(*torch.tensor(list(marks.values())).T)
    assert torch.allclose(found, 8 * z / z.norm(dim=1, keepdim=True), atol=1e-3)


def test_the_strip_shows_what_is_at_each_place(place):
    places = [(0.0, 0.0, 1.0), (90.0, 0.0, 0.5)]
    seen = []
    draw.strip(lambda z: seen.append(z) or torch.zeros(len(z), 1, 28, 28), place, places)
    wanted = place(torch.tensor([0.0, 90.0]), torch.zeros(2))
    assert torch.allclose(seen[0], wanted * torch.tensor([[1.0], [0.5]]))


@pytest.mark.parametrize("axis", [0, 1])
def test_the_map_has_north_above_and_east_to_the_right(axis):
    """Each image is as bright as it is far east, or north."""
    explorer = draw.Explorer(
        lambda z: z[:, axis].div(180).view(-1, 1, 1, 1).expand(-1, 1, 28, 28), lambda u, v: torch.stack([u, v], dim=1)
    )
    image = explorer.figure.axes[0].images[0]
    picture, (left, right, bottom, top) = image.get_array()[..., 0], image.get_extent()
    assert left < right and bottom < top and image.origin == "upper"
    brighter = picture[14, -14] if axis == 0 else picture[14, 14]
    assert brighter > (picture[14, 14] if axis == 0 else picture[-14, 14])


def test_every_slider_of_the_explorer_changes_the_picture(generator, place, monkeypatch):
    shown = []
    monkeypatch.setattr(widgets, "_display", shown.append)
    explorer = draw.Explorer(generator, place)
    widgets.side_by_side(explorer, explorer.knobs, alt="a map and a garment")
    knobs, picture = shown[0].children
    assert [knob.description for knob in knobs.children] == [knob.label for knob in explorer.knobs]
    assert {knob.orientation for knob in knobs.children} == {"horizontal"}
    assert sum(int(knob.layout.width.removesuffix("px")) for knob in knobs.children) <= 100 * figures.WIDTH
    seen = {picture.value}
    for knob in knobs.children:
        knob.value -= 4 * knob.step  # four presses of an arrow key
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


def test_a_gif_has_its_frames_its_ends_and_its_duration(generator, tmp_path):
    frames = generator(latent.slerp(*noise(2, 64), torch.linspace(0, 1, 16)))
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


def test_a_walk_to_keep_has_280_pixels_a_side(tmp_path):
    frames = torch.tanh(noise(3, 1, 28, 28))
    found = frames_of(figures.save_animation(draw.enlarged(frames), tmp_path / "a.gif"))
    assert found[0].shape == (280, 280)


def test_the_walk_of_the_lesson_is_closed_and_saved(generator):
    now = after(LESSON, "save_animation").variables
    assert now["path"].name == "globe.gif"
    assert len(set(scores.labels(now["frames"]).tolist())) >= 6
    gaps = search.rms(now["frames"], now["frames"].roll(-1, dims=0))
    assert gaps[-1] <= gaps[:-1].max()


def test_an_animation_is_a_gif_and_has_a_text_alternative(tmp_path):
    with pytest.raises(CourseError, match=r"end in \.gif, not '\.png'"):
        figures.save_animation(torch.zeros(2, 1, 4, 4), tmp_path / "a.png")
    with pytest.raises(CourseError, match="alt"):
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
    assert now["boots"]["+ boot - sandal"] > 5 > 2 >= now["boots"]["+ random step"]
    lengths = (now["ends"]["+ random step"] - now["start"]).norm(dim=1)
    assert torch.allclose(lengths, now["step"].norm(), atol=1e-4)


def test_a_search_for_one_number_ends_in_the_valley_where_it_starts():
    moment = after(LESSON, "searches = []")
    error, searches = moment.variables["error"], moment.variables["searches"]
    assert [abs(end - 1) < 0.005 for _, end in searches] == [False, False, True, False, False]
    assert all(error(end) > 1 for _, end in searches if abs(end - 1) > 0.005)
    for start, end in searches:  # downhill all the way
        way = error(np.linspace(start, end, 200))
        assert (np.diff(way) <= 1e-9).all()


def test_sums_beat_random_steps_and_do_worse_from_a_third_garment(generator):
    sums = arithmetic.count(generator, each=10)
    difference, third, random = (np.nanmean(sums[name]) for name in ("difference", "third", "random"))
    assert difference > third > random
    assert difference > 4 * random
    assert np.isnan(np.diagonal(sums["difference"])).all() and np.isnan(sums["random"]).sum() == 10


@pytest.mark.parametrize(
    ("less", "more", "once", "twice"), [("Sandal", "Ankle boot", 0.75, 0.84), ("Trouser", "Dress", 0.4, 0.08)]
)
def test_twice_the_step_of_the_sheet_arrives_more_often_or_less(less, more, once, twice):
    clipped = pretrained.load("clip")
    torch.manual_seed(2)
    z = torch.randn(5000, 64)
    kinds = scores.labels(clipped(z))
    first, goal = data.GARMENTS.index(less), data.GARMENTS.index(more)
    start, step = z[kinds == first], z[kinds == goal].mean(dim=0) - z[kinds == first][100:].mean(dim=0)
    for times, share in ((1, once), (2, twice)):
        reached = scores.labels(clipped(start[:100] + times * step)) == goal
        assert reached.double().mean().item() == pytest.approx(share, abs=0.03)


def test_random_steps_have_the_length_asked_for():
    steps = arithmetic.random_steps(7, torch.tensor(3.0), torch.Generator().manual_seed(0))
    assert torch.allclose(steps.norm(dim=1), torch.tensor(3.0))
    assert not torch.allclose(steps[0], steps[1])


def test_its_own_garments_come_back_and_photographs_less(generator):
    images = torch.cat([generator(noise(6, 64)), scores.held_out()[:6]])
    z, errors = search.invert(generator, images, 64, starts=2, marks=[20, 60])
    best = errors.min(dim=1).values
    assert torch.allclose(search.rms(generator(z), images), best[-1], atol=1e-5)
    assert best[-1, :6].mean() < 0.7 * best[-1, 6:].mean()
    assert best[-1].mean() < errors[-1, 0].mean() and best[-1].mean() < best[0].mean()


def test_the_search_of_the_sheet_does_so_too(generator):
    images = torch.cat([generator(noise(6, 64)), scores.held_out()[:6]])
    start = noise(12, 64, seed=1)
    before = search.rms(generator(start), images)
    error = search.rms(generator(latent.find_latent(generator, images, start, 150)), images)
    assert (error < before).all()
    assert error[:6].mean() < error[6:].mean() < before.mean()


def test_a_search_finds_the_garment_and_another_z():
    clipped, own = pretrained.load("clip"), noise(5, 64, seed=1)
    found = latent.find_latent(clipped, clipped(own), noise(5, 64, seed=2), 400, learning_rate=0.1)
    assert search.rms(clipped(found), clipped(own)).median() < 0.1
    apart = (found - own).norm(dim=1)  # of two random z: 11
    assert apart.min() > 5 and apart.max() < 11.5


def test_the_gaps_of_the_search_stand_between_its_groups():
    images = torch.zeros(12, 1, 28, 28)
    figure = draw.found_again(images, images, ("one", "two", "three"))
    assert [ax.get_title() for ax in figure.axes] == ["one", "two", "three"]
    assert all(ax.images[0].get_array().shape[:2] == (58, 118) for ax in figure.axes)


def test_cells_of_the_lesson_run_again_after_the_last_one(monkeypatch):
    """Nothing that a cell needs is called the same as something later."""
    monkeypatch.setattr(widgets, "_display", lambda *_: None)
    end = after(LESSON, "save_animation").variables
    for cell in jupytext.read(build.LESSONS / "source" / f"{LESSON}.py").cells:
        if cell.cell_type == "code":
            exec(compile(cell.source, "lesson 07", "exec"), dict(end))


# What is stored says what the lesson says ------------------------------------


def test_the_stored_scores_of_shorter_z():
    settings, found = stored.load("07_lengths")
    assert found["middles"].shape == (3, 3, 3) and found["truncated"].shape == (4, 3, 3)
    fresh, line, bow = found["middles"].mean(axis=1)
    assert line[0] > 3 * fresh[0] and bow[0] == pytest.approx(fresh[0], rel=0.15)
    assert line[1] >= fresh[1] and line[2] < fresh[2] - 0.1 and bow[2] == pytest.approx(fresh[2], abs=0.03)
    _, precision, recall = found["truncated"].mean(axis=1).T
    assert precision == pytest.approx([0.75, 0.85, 0.82, 0.72], abs=0.005)  # as the lesson says it
    assert recall[[0, 2]] == pytest.approx([0.22, 0.63], abs=0.005)
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
    assert (n, settings["starts"], settings["marks"]) == (24, 10, [100, 200, 400, 800])  # as the lesson says
    own = generator(noise(n, 64, seed=settings["seed_of_images"]))
    one, best = errors[:, 0], errors.min(dim=1).values
    assert torch.allclose(search.rms(generator(z[:n]), own), best[-1, :n], atol=1e-3)
    assert best[-1, :n].max() < 0.05 and best[-1, :n].mean() < 0.2 * best[-1, n:].mean()
    for part in (slice(n), slice(n, None)):  # more starts and more steps made the error smaller
        assert (best[:, part].mean(dim=1) < one[:, part].mean(dim=1)).all()
        assert (best[:, part].mean(dim=1).diff() < 0).all()


# Whose network the sheet takes -----------------------------------------------


def opened(root: Path, capsys) -> tuple[dict, str]:
    """What the sheet's first cell leaves, and what it prints, in a course's folder."""
    cells = jupytext.read(build.SOLVED / "source" / f"{LESSON}.py").cells
    code = next(cell.source for cell in cells if cell.cell_type == "code")
    variables: dict = {"root": root}
    exec(compile(code, "sheet 07", "exec"), variables)
    return variables, capsys.readouterr().out


def test_without_a_run_the_sheet_takes_another_network_than_the_lesson(tmp_path, capsys):
    now, words = opened(tmp_path, capsys)
    assert now["name"] == "clip" and now["generator"](noise(2, 64)).shape == (2, 1, 28, 28)
    assert words.startswith("You have no runs/mine.pt yet") and words.count("\n") == 1


def test_one_line_of_the_sheet_takes_the_generator_of_the_course(tmp_path, capsys):
    now, _ = opened(tmp_path, capsys)
    cells = jupytext.read(build.SOLVED / "source" / f"{LESSON}.py").cells
    cell = next(cell.source for cell in cells if cell.source.startswith("# generator, name = "))
    exec(compile(cell.removeprefix("# "), "sheet 07", "exec"), now)
    assert now["name"] == "penalty" and not any(weight.requires_grad for weight in now["generator"].parameters())
    assert torch.equal(now["images"], pretrained.load("penalty")(now["z"]))


def test_the_sheet_takes_the_run_that_sheet_05_saved(tmp_path, capsys):
    garments = data.load()
    networks = critic.MLPCritic(garments.shape), generators.MLPGenerator(64, garments.shape)
    run = train(*networks, garments, method="penalty", steps=2, live=False)
    run.save(tmp_path / "runs" / "mine.pt")
    now, words = opened(tmp_path, capsys)
    assert now["name"] == "mine2" and words == "Your own run of sheet 05 draws here: 2 generator steps.\n"
    assert torch.equal(now["generator"](noise(2, 64)), run.average(noise(2, 64)))


@pytest.mark.parametrize("how", ["text", "networks"])
def test_a_run_that_cannot_be_read_is_named_and_the_sheet_goes_on(how, tmp_path, capsys):
    (tmp_path / "runs").mkdir()
    if how == "text":
        (tmp_path / "runs" / "mine.pt").write_text("no run")
    else:
        garments = data.load()
        networks = critic.MLPCritic(garments.shape, width=8), generators.MLPGenerator(64, garments.shape)
        run = train(*networks, garments, method="penalty", steps=1, live=False)
        run.save(tmp_path / "runs" / "mine.pt")
    now, words = opened(tmp_path, capsys)
    assert now["name"] == "clip"
    assert "runs/mine.pt" in words and str(tmp_path) not in words and words.count("\n") == 1
