"""Lesson and sheet 08: cases, instruments and diagnoses, what the lesson says of stored runs, and the six causes."""

import json
import re
from importlib import import_module

import jupytext
import numpy as np
import pytest
import torch

from solutions import build, clinic
from starter.kit import check, course, data, registry, stored
from starter.kit.desk import clinic as desk
from starter.kit.measure import causes, evidence, words
from starter.kit.show import figures, lesson_08
from tests.lesson_cells import after

LESSON = "08_clinic"
CAUSES = {1: "sign", 2: "frozen", 3: "sigmoid", 4: "unit", 5: "once", 6: "unclipped"}
SHEET = (build.SOLVED / "source" / "08_clinic.py").read_text(encoding="utf-8")


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.setattr(desk, "_here", {})
    monkeypatch.setattr(course, "work_folder", lambda: tmp_path)
    monkeypatch.setattr(course, "solutions_mode", lambda: False)
    return tmp_path


@pytest.fixture(scope="module")
def cases():
    return evidence.load("08_cases")


# Words -----------------------------------------------------------------------

SAID = {
    "often": (
        "n_critic too large",
        "n_critic is too high",
        "too many critic steps",
    ),
    "slow": (
        "the learning rate is too small",
        "learning rate too low",
        "the generator's learning rate is 0",
        "lr too small",
        "small learning rate",
    ),
    "small": (
        "the network is too small",
        "the networks are too small",
        "too few parameters",
        "the model is not big enough",
    ),
    "sign": (
        "the sign of the generator's loss is wrong",
        "generator loss has a missing minus",
        "The generator minimises the mean score, so it goes the wrong way",
        "generator maximizes instead of minimizes",
        "loss of G has the wrong sign",
        "it goes downhill: the generator is trained to get low scores (sign flipped)",
        "the generator minimises the score instead of maximising it",
        "generator minimizes f(G(z))",
        "the generator pushes its scores down",
        "the generator tries to make the critic give it low scores",
        "loss_G should be -f(G(z)).mean()",
        "loss = mean instead of -mean",
        "backward(one) should be backward(-one)",
        "wrong sing of the generator loss",
        "the generator is trained with the wrong loss",
        "the generator lowers its own scores",
        "The sign in the generator's update is flipped",
        "generator loss not negated",
        "she forgot the minus in the generator step",
        "gradient descent instead of ascent for the generator",
        "G's loss has the wrong sign",
        "they forgot the minus sign in the generator loss",
        "the generator is optimised in the wrong direction",
        "generator gradient goes the wrong way",
        "generator loss should be -mean(f(fake))",
        "the generator makes the score smaller",
        "the generator's update direction is reversed",
        "missing minus in generator objective",
        "generator minimises instead of maximising",
    ),
    "cooperate": (
        "sign error in critic loss",
        "the sign of the discriminator loss is flipped",
        "the critic's loss is negated",
    ),
    "frozen": (
        "fakes are detached in the generator step",
        "the generator is frozen",
        "detach",
        "no_grad around the generator",
        "fake.detach() in the generator update",
        "the generator's parameters have requires_grad=False",
        "the generator gets no gradient",
        "gradient is not flowing to G",
        "gradient does not flow to the generator",
        "the graph is cut before the generator",
        "backpropagation stops before the generator",
        "G(z).detach()",
        "detatch",
        ".detach() in the generator step",
        "requires_grad_(False)",
        "with torch.no_grad",
        "no gradient reaches the generator",
        "the fakes are cut off from the generator",
        "detached fakes",
        "fake images are detached when training the generator",
        "no gradients flow back to the generator",
        "the generator loss is computed on detached fakes",
        "detach() cuts the graph to G",
        "generator doesn't receive gradients",
        "gradients are blocked by detach",
        "the generator is not updated because of detach",
        "the generator weights have no gradient",
        "fake.detach() was used for the generator too",
    ),
    "unstepped": (
        "the generator's optimizer is never stepped",
        "optimizer.step() is missing",
        "optimizer_G.step() is never called",
    ),
    "sigmoid": (
        "sigmoid instead of tanh",
        "the last layer of the generator is a sigmoid",
        "wrong output activation in the generator",
        "Sigmoid",
        "the output of the generator is in [0,1]",
        "the generator outputs are between 0 and 1",
        "the generator cannot reach -1",
        "the generator never goes below 0",
        "pixels are never negative",
        "tanh is missing",
        "no tanh",
        "tanh forgotten",
        "wrong activation function",
        "the final activation is wrong",
        "sigmod",
        "logistic function at the end",
        "clamp(0, 1) at the end of the generator",
        "the real images are in [-1, 1] but the fakes in [0, 1]",
        "ReLU at the end of the generator",
        "sigmoid output",
        "the samples are never below 0",
        "generator should end in tanh",
        "the generator uses sigmoid as last activation",
        "generator outputs only positive values",
        "the generator's last layer is sigmoid, should be tanh",
        "output range of generator is [0, 1] instead of [-1, 1]",
        "fake pixels lie in [0,1]",
        "generated images are never darker than 0",
        "activation function of the generator is wrong",
        "final sigmoid",
    ),
    "unit": (
        "the data are in [0,1]",
        "real images not scaled to [-1,1]",
        "data normalisation is missing",
        "the images are not normalized",
        "preprocessing: data divided by 255 only",
        "the images are in [0, 1]",
        "missing normalize transform",
        "ToTensor without Normalize",
        "normalisation missing",
        "the background of the real images is 0 instead of -1",
        "the real images are never below 0",
        "forgot to scale the images",
        "she forgot to subtract 0.5",
        "forgot * 2 - 1",
        "the images are not centred around zero",
        "wrong preprocessing",
        "wrong normalization",
        "wrong normalisation of the dataset",
        "no real image has a pixel below 0",
        "real images in [0, 1]",
        "the data are divided by 255",
        "the data was not shifted to [-1, 1]",
        "data is not normalized to [-1,1]",
        "the dataset is in range 0-1",
        "real images are scaled to [0,1] but tanh outputs [-1,1]",
        "the training images are in [0,1]",
        "inputs were only divided by 255",
        "the normalisation of the images is missing",
        "real images have wrong range",
        "real data not rescaled",
        "the data has the wrong scale",
        "images are between 0 and 1",
    ),
    "once": (
        "create_graph=True forgotten",
        "retain_graph instead of create_graph",
        "the penalty is detached",
        "no path leads from the penalty to the weights",
        "the penalty trains nothing",
        "penalty is not differentiable",
        "the penalty doesn't reach the weights",
        "penalty doesn't backpropagate",
        "the graph of the gradient is not kept",
        "torch did not record how it computed the slope",
        "it does not differentiate twice",
        "second-order gradient missing",
        "the penalty is logged, but not minimised",
        "create_graph = True is forgotten",
        "the gradient of the penalty is lost",
        "missing create_graph=True",
        "create_graph is False",
        "gradient penalty has no gradient",
        "the penalty does not influence the critic",
        "penalty is computed but does not train the critic",
        "second derivatives are not tracked",
        "the gradient penalty cannot be backpropagated",
        "autograd.grad without create_graph",
        "the penalty is a constant for autograd",
    ),
    "unadded": (
        "no gradient penalty",
        "penalty forgotten in the loss",
        "the penalty is not added to the loss",
        "lambda is zero",
        "the penalty is missing",
        "the gradient penalty is not used in the loss",
        "forgot to add the penalty",
    ),
    "unclipped": (
        "the weights are not clipped",
        "clipping forgotten",
        "clamp is not in place",
        "the critic is never clipped",
        "it is not the sign, it is the clipping that is missing",
        "Nothing limits the critic's slope",
        "the critic has no leash",
        "the leash is missing",
        "forgot the underscore",
        "the weights are not assigned back",
        "the clipped weights are thrown away",
        "clamp returns a new tensor",
        "w is only a local name",
        "clamp makes copies",
        "w.clamp is not in place",
        "clipping does nothing",
        "the critic is not constrained",
        "clipping is not applied",
        "weight clipping missing",
        "weights are never clamped",
        "clamp not in-place",
        "w = w.clamp creates a new tensor, the parameter is unchanged",
        "the clipping only changes a local variable",
        "the parameters are not really clipped",
        "clamping has no effect",
        "critic weights are too large because they are not clipped",
    ),
    "window": ("c too big", "the window is too wide"),
    "inverted": (
        "too few critic steps",
        "n_critic and 1 swapped",
        "n_critic too small",
        "n_critic swapped",
        "the critic is trained too rarely",
        "too few critic steps",
        "critic is trained less than the generator",
        "n_critic is 1 and the generator is trained 5 times",
    ),
    "batchnorm": (
        "BN in the critic",
        "batch normalization in the critic",
    ),
    "pixelwise": (
        "gradient norm per pixel",
        "norm(dim=1) without flatten",
        "norm over the wrong axis",
        "the norm is wrong",
        "flatten missing",
        "norm computed over the wrong dimension",
    ),
    "lambda-small": (
        "λ is too low",
        "lambda too small",
    ),
    "lambda-large": ("penalty weight too high",),
    "uncleared": (
        "zero_grad missing in the critic step",
        "zero_grad is missing for the critic",
    ),
    "piled": (
        "the generator's gradients are not cleared",
        "the generator's zero_grad is missing",
    ),
    "rate": (
        "lr too large",
        "learning rate",
        "lr too high",
        "the learning rate is too large",
        "too high learning rate",
        "learning rate too big",
    ),
    "short": (
        "not trained long enough",
        "needs more steps",
        "needs more training",
        "training needs longer",
        "the training was too short",
        "needs to train longer",
        "stopped too early",
        "not enough training",
        "too few iterations",
        "should be trained longer",
    ),
    "bounded": (
        "the critic has a sigmoid",
        "critic ends with sigmoid",
    ),
}


@pytest.mark.parametrize("cause", words.NAMES)
def test_a_cause_is_understood_in_many_words_and_in_those_of_the_list(cause):
    for said in (*SAID[cause], words.NAMES[cause], words.NAMES[cause].upper() + "."):
        assert words.heard(said) == [cause], said


@pytest.mark.parametrize(
    "said",
    [
        "both losses pull the same way",
        "the players cooperate",
        "wrong sign",
        "a minus is missing",
        "ascent instead of descent",
    ],
)
def test_what_can_mean_two_things_is_asked_back(said, capsys):
    assert {"sign", "cooperate"} == set(words.heard(said))
    desk.diagnose(1, "both losses pull the same way")
    assert "Which of these do you mean?" in capsys.readouterr().out


@pytest.mark.parametrize(
    "said", ["mode collapse", "the critic is too strong", "gradients vanish", "it diverges", "noise"]
)
def test_what_one_sees_is_no_cause(said, capsys):
    assert words.heard(said) == [] and words.seen_only(said)
    desk.diagnose(2, said)
    assert capsys.readouterr().out.startswith("That is what one sees.")


@pytest.mark.parametrize("said", ["bananas", "I do not know", "9" * 5000, "ää ß 猫", "loss", "tanh"])
def test_who_is_not_understood_is_asked_where_it_is(said, capsys):
    desk.diagnose(3, said)
    asked = capsys.readouterr().out
    assert asked.startswith("I know no such cause. Is it in the data, the generator, ") and "- " not in asked


@pytest.mark.parametrize("place", words.PLACES)
def test_who_says_where_gets_the_causes_there(place, capsys):
    desk.diagnose(3, f"something in {place} is odd")
    listed = [line for line in capsys.readouterr().out.splitlines() if line.startswith("- ")]
    assert listed == [f"- {words.NAMES[key]}" for key in words.PLACES[place]]


def test_each_cause_has_one_place_and_a_question_mark_lists_all(capsys):
    assert sorted(key for keys in words.PLACES.values() for key in keys) == sorted(words.NAMES)
    desk.diagnose(3, "?")
    listed = capsys.readouterr().out
    assert all(f"- {name}\n" in listed for name in words.NAMES.values()) and "Right" not in listed


@pytest.mark.parametrize(
    ("said", "cause"),
    [
        ("the generator ends in tanh", "sigmoid"),
        ("the sign of the generator's loss is right", "sign"),
        ("the generator's loss has not the wrong sign", "sign"),
        ("the penalty has the wrong sign", "sign"),
        ("the learning rate is 0", "rate"),
        ("n_critic is too large", "inverted"),
        ("the clip value is wrong", "unclipped"),
        ("wrong normalization", "pixelwise"),
        ("it is not because of the sign", "sign"),
    ],
)
def test_the_opposite_and_what_is_ruled_out_are_not_taken_for_it(said, cause):
    assert cause not in words.heard(said)


# Diagnoses -------------------------------------------------------------------


@pytest.mark.parametrize("number", CAUSES)
def test_the_evidence_bears_out_the_cause_and_no_other(number, capsys):
    case = desk.Case(f"case {number}")
    assert [cause for cause in words.NAMES if causes.is_so(cause, case.seen)] == [CAUSES[number]]
    for cause in words.NAMES:
        desk.diagnose(number, words.NAMES[cause])
        said = capsys.readouterr().out
        assert said.startswith("Right: " if cause == CAUSES[number] else "You say: ")
        assert re.search(r"\bHere\s", said) and "{" not in said and "nan" not in said


@pytest.mark.parametrize("run", ["healthy", "healthy clip"])
def test_nothing_is_so_in_a_healthy_run(run):
    seen = causes.Seen.of(*causes.stored(run))
    assert not [cause for cause in words.NAMES if causes.is_so(cause, seen)]


def test_the_instruments_are_counted_once_each_and_the_diagnosis_says_how_many(folder, capsys):
    case = desk.open_case("case 1")
    case.curves(), case.diversity(), case.curves(), case.beside()
    assert case.asked() == ["curves", "diversity"]
    capsys.readouterr()
    desk.diagnose("case 1", "the learning rate is too high")
    assert "too high.\nIf that were so, " in capsys.readouterr().out
    desk.diagnose("case 1", "the generator's loss has the wrong sign")
    assert "You used 2 of 6 instruments (curves, diversity) and 2 diagnoses." in capsys.readouterr().out
    kept = json.loads((folder / desk.FILE).read_text())["case 1"]
    assert kept["asked"] == ["curves", "diversity"] and kept["said"][0] == "the learning rate is too high"


@pytest.mark.parametrize("number", CAUSES)
def test_no_line_is_cut_by_a_notebook(number, capsys):
    desk.open_case(f"case {number}")
    for cause in words.NAMES.values():
        desk.diagnose(f"case {number}", cause)
    printed = capsys.readouterr().out.splitlines()
    assert max(map(len, printed)) <= 100


def test_what_comes_after_the_right_diagnosis_is_not_counted(folder, capsys):
    for said in (
        "the learning rate is too high",
        "the weights are not clipped",
        "the rate",
        "the weights are not clipped",
    ):
        desk.diagnose("case 6", said)
    assert "2 diagnoses." in capsys.readouterr().out.splitlines()[-1]


@pytest.mark.parametrize("number", range(1, 7))
def test_what_bears_a_diagnosis_out_says_the_same_twice(number, capsys):
    """No sentence says first what would be so and then that it is not."""
    case = desk.Case(f"case {number}")
    held = {"penalty": "a penalty", "clip": "clipping"}[case.seen.method]
    sentences = list(causes.speaks_for(CAUSES[number], case.seen, case.healthy))
    assert sentences and not [each for each in sentences if "held by" in each and f"held by {held}." not in each]
    assert not [each for each in sentences if "does tell real from fake" in each or "it has none" in each]


@pytest.mark.parametrize("said", ["nothing is wrong", "Nothing", "everything is fine", "no mistake", "it's healthy"])
def test_nothing_is_no_diagnosis_and_gets_an_answer(said, capsys):
    desk.diagnose("case 6", said)
    assert "Something is wrong" in capsys.readouterr().out


def test_another_kernel_goes_on_counting(folder, monkeypatch):
    desk.Case("case 2").gradients()
    monkeypatch.setattr(desk, "_here", {})
    desk.Case("case 2").weights()
    assert desk.Case("case 2").asked() == ["gradients", "weights"]


@pytest.mark.parametrize("damage", ["", "{", "[1]", "null", '{"case 1": 3}', '{"case 1": {"asked": "x", "said": [1]}}'])
def test_a_damaged_file_stops_nobody(damage, folder):
    (folder / desk.FILE).write_text(damage)
    case = desk.Case("case 1")
    case.slopes()
    assert case.asked() == ["slopes"]


def test_a_folder_that_cannot_be_written_to_keeps_it_for_this_kernel(folder, monkeypatch):
    (folder / "file").write_text("")
    monkeypatch.setattr(course, "work_folder", lambda: folder / "file" / "missing")
    case = desk.Case("case 1")
    case.slopes()
    assert case.asked() == ["slopes"]


def test_the_solved_sheet_writes_nothing(folder, monkeypatch):
    monkeypatch.setattr(course, "solutions_mode", lambda: True)
    desk.Case("case 1").slopes()
    desk.diagnose(1, "noise")
    assert not list(folder.iterdir())


def test_an_instrument_that_there_is_not_is_told_in_a_sentence():
    case = desk.Case("case 1")
    with pytest.raises(AttributeError, match=r"A case has no curve\. Its instruments are curves, "):
        case.curve()
    assert not hasattr(case, "_repr_html_")


@pytest.mark.parametrize("name", ["Cleo", "case 3", "Case 3", "case_3", "3", 3, "clinic.case_3", " case3 "])
def test_a_case_has_several_names(name):
    assert desk._key(name) == "case 3"


@pytest.mark.parametrize("name", ["case 7", 0, "", None, True, "sign", "cases", ["case 1"], "case 1 and 2"])
def test_a_name_that_no_case_has_is_told_in_a_sentence(name):
    for use in (desk.open_case, lambda case: desk.diagnose(case, "noise")):
        with pytest.raises(course.CourseError, match='"case 1" to "case 6"'):
            use(name)


@pytest.mark.parametrize("cause", [3, None, ["sign"], ...])
def test_a_diagnosis_is_text(cause):
    with pytest.raises(course.CourseError, match="between quotes"):
        desk.diagnose("case 1", cause)


@pytest.mark.parametrize("cause", ["", "...", "  "])
def test_no_diagnosis_is_not_counted(cause, capsys):
    desk.diagnose("case 1", cause)
    assert "A question mark lists causes" in capsys.readouterr().out and not desk._record("case 1")["said"]


def test_every_instrument_of_every_case_shows_a_figure_with_words(monkeypatch, capsys):
    shown = []
    monkeypatch.setattr(figures, "show", lambda figure, alt, caption="": shown.append((figure, alt)))
    for number in CAUSES:
        case = desk.open_case(number)
        opened = len(shown)
        for instrument in desk.INSTRUMENTS:
            getattr(case, instrument)()
        assert len(shown) == opened + len(desk.INSTRUMENTS)
        for _, alt in shown[opened:]:
            assert len(alt) > 40 and "nan" not in alt
    figures.png(shown[1][0])
    assert "healthy" in capsys.readouterr().out


def test_neither_the_words_of_a_fellow_nor_opening_names_the_cause(capsys):
    for number, cause in CAUSES.items():
        desk.open_case(number)
        said = capsys.readouterr().out
        assert cause not in words.heard(said) and words.NAMES[cause] not in said


# Code ------------------------------------------------------------------------


def shown_code(number: int) -> str:
    """The fellow student's code in the sheet."""
    names = [fellow.name for fellow in desk.FELLOWS]
    fold = re.search(rf"<summary>{names[number - 1]}'s code.*?```python\n(.*?)```", SHEET, re.DOTALL)
    return "\n".join(line.removeprefix("# ").removeprefix("#") for line in fold[1].splitlines())


HEADS = {
    1: "critic, generator, z, optimizer",
    2: "critic, generator, z, player",
    3: "features, weight, bias, image_shape=(1, 28, 28)",
    4: "raw",
    5: "critic, between",
    6: "critic, update, n_critic=5, c=0.03",
}
AROUND = {
    1: ("", "return mean_score.detach()"),
    3: ("", "return pixels.view(-1, *image_shape)"),
    5: ("between = between.detach().requires_grad_(True)\nscores = critic(between)", ""),
}


@pytest.mark.parametrize("number", CAUSES)
def test_the_code_that_the_sheet_shows_is_as_sick_as_the_check_says(number):
    before, behind = AROUND.get(number, ("", ""))
    body = "\n".join(f"    {line}" for part in (before, shown_code(number), behind) for line in part.splitlines())
    made: dict = {"torch": torch}
    exec(f"def case({HEADS[number]}):\n{body}\n", made)
    assert check(f"clinic.case_{number}", made["case"]).mistake == "still-sick"


def test_no_case_uses_another_exercise():
    text = (build.ROOT / "solutions" / "clinic.py").read_text(encoding="utf-8")
    assert not re.search(r"^from (\.|starter)|^import starter", text, re.MULTILINE)
    lines = {line.strip() for line in text.splitlines() if len(line.strip()) > 24}
    for module in ("training", "penalty", "clipping", "losses", "generator"):
        other = (build.ROOT / "solutions" / f"{module}.py").read_text(encoding="utf-8")
        regions = re.findall(r"### BEGIN SOLUTION\n(.*?)### END SOLUTION", other, re.DOTALL)
        assert not lines & {line.strip() for region in regions for line in region.splitlines()}


wrong_code = import_module("solutions.experiments.08_wrong_code")


def gradient(step, number: int) -> torch.Tensor:
    """What the generator's weights change by in one step of a tiny pair."""
    torch.manual_seed(number)
    critic = torch.nn.Sequential(torch.nn.Linear(3, 4), torch.nn.Tanh(), torch.nn.Linear(4, 1), torch.nn.Flatten(0))
    generator = torch.nn.Linear(2, 3)
    generator.latent_dim = 2
    before = generator.weight.detach().clone()
    torch.manual_seed(5)
    step(critic, generator, torch.optim.SGD(generator.parameters(), lr=0.1))
    return generator.weight.detach() - before


def test_adas_code_is_the_opposite_of_the_right_step_and_that_of_the_stored_run():
    def mended(critic, generator, optimizer):
        clinic.case_1(critic, generator, torch.randn(6, 2), optimizer)

    right = gradient(mended, 1)
    stored = gradient(lambda critic, generator, optimizer: wrong_code.wrong_sign(critic, generator, 6, optimizer), 1)
    assert right.norm() > 1e-4 and torch.allclose(right, -stored)


# What the lesson says --------------------------------------------------------


def test_three_alike_are_told_apart_by_one_number_each(cases):
    sigmoid, frozen, unit = cases["sigmoid"], cases["frozen"], cases["unit"]
    assert sigmoid.smallest_sample > -0.01 and frozen.smallest_sample < -0.5 and unit.smallest_sample < -0.5
    assert unit.smallest_real > -0.01 and max(sigmoid.smallest_real, frozen.smallest_real) == -1
    assert frozen.generator_updates == 0 < min(sigmoid.generator_updates, unit.generator_updates)
    for run in (sigmoid, frozen):  # the estimate stays level
        assert 30 < run.last("estimate") < 55 and np.ptp(run.estimate[len(run.estimate) // 2 :]) < 5
    assert unit.last("estimate") < 3


def test_twins_are_told_apart_by_the_sign_of_the_estimate(cases):
    assert cases["sign"].last("estimate") > 80 and cases["cooperate"].last("estimate") < -80
    assert max(cases[key].diversity for key in ("sign", "cooperate")) < 0.02


def test_pictures_are_fine_and_the_code_is_wrong(cases):
    assert cases["unclipped"].last("estimate") > 50 * cases["healthy clip"].last("estimate")
    assert cases["unclipped"].largest_weight > 5 * 0.03 and cases["healthy clip"].largest_weight <= 0.0301
    settings, results = stored.load("08_cases")
    far = dict(zip(settings["cases"], results["frechet"], strict=True))
    assert far["unclipped"] < far["healthy clip"] and max(far["unclipped"], far["pixelwise"]) < 0.5 * far["inverted"]
    assert cases["pixelwise"].slope > 10 * cases["healthy"].slope
    assert cases["pixelwise"].penalty_now > 50 * cases["pixelwise"].last("penalty")


def test_one_epsilon_for_a_batch_leaves_one_number():
    torch.manual_seed(3)
    mixed = after(LESSON, "def mix").variables["mix"](torch.ones(5, 2), torch.zeros(5, 2))
    assert len(mixed.unique()) == 1


def test_the_check_up_is_counted_apart_on_runs_that_set_its_limits_and_on_others():
    said = after(LESSON, "tried['right']").printed.strip().splitlines()[-3:-1]
    _, tried = stored.load("08_checkup")
    for line, part in zip(said, (tried["in_sample"], ~tried["in_sample"]), strict=True):
        named, shows, alarms, well = map(int, re.findall(r"\d+", line))
        assert shows + well <= part.sum() and named / shows >= 0.8 and alarms <= 1


def test_drawings_take_what_the_file_holds(cases):
    lesson_08.curves(cases["unclipped"], cases["healthy clip"])
    lesson_08.ward(None)
    figures.png(lesson_08.ward(data.load()[:9]))


# The sheet -------------------------------------------------------------------


def test_the_sheet_asks_before_it_shows_the_code_and_mends_after():
    cells = [cell.source for cell in jupytext.reads(SHEET, fmt="py:percent").cells]
    for number in CAUSES:
        places = [
            next(place for place, text in enumerate(cells) if mark in text)
            for mark in (f'open_case("case {number}")', f'diagnose("case {number}", "...")')
        ]
        code = next(
            place for place, text in enumerate(cells) if f"<summary>{desk.FELLOWS[number - 1].name}'s code" in text
        )
        fill = next(place for place, text in enumerate(cells) if f"fill clinic.case_{number} " in text)
        assert places[0] < places[1] < code < fill
    assert len(registry.of_sheet("08")) == len(CAUSES)
