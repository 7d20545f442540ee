"""What lesson and sheet 00 say of their pictures: properties and bands, not digits."""

import re

import pytest
import torch

from solutions import build
from starter import generator as generators
from starter import penalty
from starter.kit import data, figures, pretrained, widgets
from starter.kit.measure import scores
from starter.kit.show import lesson_00 as draw
from tests.lesson_cells import after

LESSON = "00_start"
SHEET = (build.SOLVED / "source" / f"{LESSON}.py").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def generator():
    return pretrained.load("penalty")


@pytest.fixture(scope="module")
def noise_at():
    return after(LESSON, "def noise_at").variables["noise_at"]


# The walk ---------------------------------------------------------------------


def test_the_walk_is_a_circle_through_a_and_b(noise_at):
    variables = after(LESSON, "def noise_at").variables
    assert torch.allclose(noise_at(0), variables["a"]) and torch.allclose(noise_at(90), variables["b"], atol=1e-6)
    assert torch.allclose(noise_at(360), noise_at(0), atol=1e-5)


def test_the_walk_passes_through_many_kinds_of_garment(generator, noise_at):
    kinds = scores.labels(generator(torch.stack([noise_at(degrees) for degrees in range(0, 360, 45)])))
    assert len(kinds.unique()) >= 6


def test_the_slider_shows_what_the_generator_draws(generator, noise_at):
    scene = draw.Walk(generator, noise_at)
    pictures = {figures.png(widgets.drawn(scene)(degrees)) for degrees in (0, 45, 180)}
    assert len(pictures) == 3
    assert scene._words.get_text() == "the garment at 180 degrees"
    assert torch.equal(torch.as_tensor(scene._noise.get_array().data), noise_at(180).view(8, 8))


# The critic's part ---------------------------------------------------------------


def test_the_answer_names_the_five_fakes():
    moment = after(LESSON, "fakes = ")
    numbers, order = moment.variables["fakes"], moment.variables["order"]
    assert len(numbers) == 5 and all(order[number - 1] >= 5 for number in numbers)
    text = (build.LESSONS / "source" / f"{LESSON}.py").read_text(encoding="utf-8")
    said = re.search(r"The numbers are ([\d, and]+)\.", text)[1]
    assert [int(number) for number in re.findall(r"\d+", said)] == numbers
    assert moment.printed.strip() == "Drawn by the generator:\n" + " ".join(map(str, numbers))


def test_the_rows_of_the_game_were_trained_as_long_as_they_say():
    settings = after(LESSON, 'stored.load("05_side_by_side")').variables["_"]
    assert settings["seconds"] == 75 and "one core" in settings["machine"]
    assert int(float(pretrained.card("penalty")["minutes"])) == 46


def test_black_is_half_of_the_pixels():
    garments = data.load()
    assert 0.48 < (garments.images == 0).float().mean() < 0.54


# Sheet 00 ----------------------------------------------------------------------------


def climb(generator, wanted: str, z: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """The function of that name as it stands in the sheet."""
    cell = next(cell for cell in SHEET.split("# %%") if "def climb" in cell)
    room = {"pretrained": pretrained, "penalty": penalty, "torch": torch, "garments": data.load()}
    exec(cell, room)
    return room["climb"](wanted, z)


def test_four_of_six_become_bags_and_two_get_stuck(generator):
    z = torch.randn(6, 64, generator=torch.Generator().manual_seed(196))
    assert "manual_seed(196)" in SHEET
    path, rise = climb(generator, "Bag", z)
    start, end = (scores.labels(generator(path[step])).tolist() for step in (0, -1))
    assert start == [7, 5, 3, 0, 0, 1] and [place for place in range(6) if end[place] != 8] == [1, 5]
    assert (rise[:, 1] > rise[:, 0]).all()


def test_somewhat_more_than_half_arrive(generator):
    z = torch.randn(240, 64, generator=torch.Generator().manual_seed(0))
    path, _ = climb(generator, "Bag", z)
    share = (scores.labels(generator(path[-1])) == 8).float().mean()
    said = int(re.search(r"Of 240 other \$z\$, (\d+) % arrive", SHEET)[1]) / 100
    assert share == pytest.approx(said, abs=0.03)


def test_the_drawings_of_the_sheet_have_words(generator):
    images = generator(torch.randn(8, 64, generator=torch.Generator().manual_seed(0)))
    x = torch.linspace(-4, 4, 9)
    pixels = generators.to_image(images[:6]).view(2, 3, 1, 28, 28)
    for figure, alt, caption in (
        draw.beside_clamped(generators.to_image(images), images),
        draw.beside_cosine(x, x.cos()),
        draw.climbs(pixels, "Bag", torch.tensor([[0.0, 1.0], [2.0, 3.0]])),
    ):
        assert len(alt) > 20 and caption.endswith(".")
        assert figures.png(figure).startswith(b"\x89PNG")
