"""The check-up finds what is wrong in stored runs and in small ones, says nothing of healthy ones, and changes none."""

import copy
from dataclasses import replace
from importlib import import_module

import numpy as np
import pytest
import torch
from torch import nn

from starter.kit import data, own_run, stored, toys, train
from starter.kit.loop.settings import RATES
from starter.kit.measure import checkup
from starter.kit.measure.checkup import NORMAL, judge, page
from starter.kit.measure.checkup import RATES as USUAL
from starter.kit.measure.evidence import Evidence, collect, load, save

wrong = import_module("solutions.experiments.08_wrong_code")
cases = import_module("solutions.experiments.08_cases")
tried = import_module("solutions.experiments.08_checkup")
CASES, HEALTHY = cases.CASES, ("healthy", "healthy clip")
FOUND = {name: mistake.found[0] for name, mistake in wrong.MISTAKES.items() if mistake.found}


@pytest.fixture(scope="module")
def seen() -> dict[str, Evidence]:
    return load("08_cases")


def ids(evidence: Evidence) -> list[str]:
    return [finding.id for finding in judge(evidence)]


# Stored evidence ---------------------------------------------------------------


@pytest.mark.parametrize("when", ["", " early"])
@pytest.mark.parametrize("case", CASES)
def test_each_stored_case_is_found(seen, case, when):
    findings = judge(seen[case + when])
    assert findings[0].id == FOUND[case]
    assert any(digit in findings[0].says for digit in "0123456789"), "a finding names its evidence"


@pytest.mark.parametrize("when", ["", " early"])
@pytest.mark.parametrize("case", HEALTHY)
def test_healthy_runs_are_left_alone(seen, case, when):
    assert ids(seen[case + when]) == []
    assert page(seen[case + when]).endswith("I see nothing wrong.")


@pytest.mark.parametrize("case", HEALTHY)
def test_healthy_numbers_are_normal(seen, case):
    for normal in NORMAL[seen[case].method]:
        assert normal.low <= normal.number(seen[case]) <= normal.high, normal.name


def test_the_usual_rates_are_those_of_the_loop():
    assert USUAL == RATES


def test_the_page_marks_what_is_not_normal(seen):
    marked = [line for line in page(seen["frozen"]).splitlines() if line.endswith("<-")]
    assert any("reaches the generator" in line for line in marked)
    assert not any("real images" in line for line in marked)


def test_look_alikes_are_told_apart_by_one_number(seen):
    """Three runs with a flat estimate or a grey ground: gradient, smallest sample, smallest real pixel."""
    assert seen["frozen"].generator_gradient == 0 < seen["sigmoid"].generator_gradient
    assert seen["sigmoid"].smallest_sample >= 0 > seen["frozen"].smallest_sample
    assert seen["unit"].smallest_real == 0 > seen["sigmoid"].smallest_real
    assert seen["sign"].last("estimate") > 100 and seen["cooperate"].last("estimate") < -100


def test_fine_pictures_and_wrong_code(seen):
    """The estimate of an unclipped critic says nothing, and the penalty by the right formula tells a wrong one."""
    assert seen["unclipped"].last("estimate") > 100 * seen["healthy clip"].last("estimate")
    assert seen["unclipped"].diversity > 0.8 and seen["pixelwise"].diversity > 0.8
    assert seen["pixelwise"].penalty_now > 100 * seen["pixelwise"].last("penalty")


def test_the_table_holds_three_seeds(seen):
    settings, arrays = stored.load("08_cases")
    table = dict(zip(settings["cases"], arrays["table"], strict=True))
    at = settings["numbers"].index
    assert all(numbers.shape == (3, len(settings["numbers"])) for numbers in table.values())
    assert (table["frozen"][:, at("generator_gradient")] == 0).all()
    assert (table["sigmoid"][:, at("smallest_sample")] >= 0).all()
    assert (table["unit"][:, at("smallest_real")] == 0).all()
    assert (table["sign"][:, at("estimate")] > 50).all() and (table["cooperate"][:, at("estimate")] < -50).all()
    assert (table["unclipped"][:, at("largest_weight")] > 0.1).all()


def test_the_figures_of_the_note_are_those_of_the_stored_runs():
    """80 % of the failures that leave a sign, at most one false alarm in 40."""
    _, arrays = stored.load("08_checkup")
    for part in (arrays["in_sample"], ~arrays["in_sample"]):
        sick = part & (arrays["expected"] != "")
        assert (arrays["right"][sick]).mean() >= 0.8
    healthy = ~arrays["in_sample"] & (arrays["mistake"] == "healthy")
    assert (~arrays["right"][healthy]).sum() <= max(1, healthy.sum() / 40)


# What a number that is missing does ------------------------------------------------


def test_what_could_not_be_measured_accuses_nobody(seen):
    blank = {
        name: float("nan")
        for name, value in vars(seen["healthy"]).items()
        if isinstance(value, float) and name not in ("lambda_", "c", "rate", "momentum")
    }
    for case in HEALTHY:
        assert ids(replace(seen[case], **blank)) == []


def test_evidence_survives_its_file(seen, tmp_path, monkeypatch):
    monkeypatch.setattr(stored, "FOLDER", tmp_path)
    save("two", {"seed": 0}, {"a": seen["frozen"], "b early": seen["unit"]})
    again = load("two")
    assert list(again) == ["a", "b early"]
    for name, value in vars(seen["frozen"]).items():
        np.testing.assert_array_equal(getattr(again["a"], name), value)


# Small runs -------------------------------------------------------------------------


@pytest.fixture(scope="module")
def garments() -> data.Images:
    return data.load()


def small(steps: int = 2, critic: nn.Module | None = None, images=None, **more):
    """A run of small networks."""
    torch.manual_seed(0)
    images = images or data.load()
    critic = critic or nn.Sequential(nn.Flatten(), nn.Linear(784, 32), nn.LeakyReLU(0.2), nn.Linear(32, 1))
    generator = wrong.generators.MLPGenerator(8, images.shape, width=32)
    return train(critic, generator, images, steps=steps, batch_size=16, live=False, device="cpu", **more)


@pytest.mark.parametrize("method", ["penalty", "clip"])
def test_a_look_changes_nothing(garments, method):
    run = small(method=method)
    run.average.train()
    state, random = copy.deepcopy([run.critic.state_dict(), run.generator.state_dict()]), torch.get_rng_state()
    gradients = [weight.grad.clone() for weight in run.generator.parameters()]
    history, memory = copy.deepcopy(run.history), copy.deepcopy(run.critic_optimizer.state_dict())
    first, second = collect(run, garments), collect(run, garments)
    assert torch.equal(torch.get_rng_state(), random)
    assert run.critic.training and run.generator.training and run.average.training
    torch.testing.assert_close([run.critic.state_dict(), run.generator.state_dict()], state, rtol=0, atol=0)
    assert all(torch.equal(w.grad, g) for w, g in zip(run.generator.parameters(), gradients, strict=True))
    assert run.history == history and str(run.critic_optimizer.state_dict()) == str(memory)
    assert first.trouble == "" and first.slope == second.slope and first.estimate_now == second.estimate_now


def test_a_training_is_the_same_whether_one_looks_or_not(garments):
    looked = small(4, watch=lambda run: collect(run, garments))
    assert looked.history["wasserstein"] == small(4).history["wasserstein"]


def test_a_saved_run_shows_the_same(garments, tmp_path):
    run = small(3)
    run.save(tmp_path / "run.pt")

    def networks():
        critic = nn.Sequential(nn.Flatten(), nn.Linear(784, 32), nn.LeakyReLU(0.2), nn.Linear(32, 1))
        return critic, wrong.generators.MLPGenerator(8, garments.shape, width=32)

    again, _ = own_run(tmp_path / "run.pt", networks, garments)
    one, two = collect(run, garments), collect(again, garments)
    assert one.slope == two.slope and one.generator_gradient == two.generator_gradient > 0
    np.testing.assert_array_equal(one.samples, two.samples)


def test_few_steps_are_too_early(garments, capsys):
    checkup(small(1), garments)
    printed = capsys.readouterr().out
    assert "1 step, and before 30 nothing can be told" in printed and "wrong" not in printed


def test_points_are_not_for_this(capsys):
    law = toys.EIGHT_GAUSSIANS
    critic, generator = wrong.critics.MLPCritic((2,), 16), wrong.generators.MLPGenerator(4, (2,), 16)
    checkup(train(critic, generator, law, steps=1, batch_size=8, live=False, device="cpu"), law)
    assert "is for images" in capsys.readouterr().out


def test_no_step_is_one_sentence(garments, capsys):
    run = small(1)
    run.drop(1)
    checkup(run, garments)
    assert "no step" in capsys.readouterr().out


def test_a_run_that_ended_in_nan(garments, capsys):
    run = small(3, penalty=lambda critic, real, fake: critic(real).mean() * float("inf"))
    assert run.ended == "not finite"
    if run.steps:
        assert ids(collect(run, garments))[0] == "not-finite"
    checkup(run, garments)
    assert capsys.readouterr().out.strip()


class Table(nn.Module):
    """A critic that gives ten numbers for an image."""

    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(784, 10)

    def forward(self, x):
        return self.layer(x.flatten(1))


def test_a_critic_that_fits_no_formula_is_one_sentence(garments, capsys):
    def step(critic, generator, real, optimizer, penalty=None, lambda_=10.0):
        return torch.tensor(1.0), torch.tensor(0.0)

    run = small(40, Table(), critic_step=step, method="clip", generator_step=lambda *_: torch.tensor(0.0))
    checkup(run, garments)
    assert "Not all could be measured: the critic gives 2560 numbers for 256 images" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("side", "kind", "precision"), [(8, torch.float64, "float32"), (32, torch.float32, "bfloat16")]
)
def test_other_sizes_colours_and_number_formats(side, kind, precision):
    images = data.Images("own", torch.randint(0, 255, (300, 3, side, side), dtype=torch.uint8))
    before = torch.get_default_dtype()
    torch.set_default_dtype(kind)
    try:
        critic, generator = (
            wrong.critics.MLPCritic(images.shape, 16),
            wrong.generators.MLPGenerator(8, images.shape, 16),
        )
        run = train(critic, generator, images, steps=2, batch_size=8, live=False, device="cpu", precision=precision)
        evidence = collect(run, images)
    finally:
        torch.set_default_dtype(before)
    assert evidence.trouble == "" and evidence.samples.shape == (64, 3, side, side) and evidence.slope > 0


def test_an_optimiser_without_memory_accuses_nobody(garments):
    def sgd(network: nn.Module) -> torch.optim.Optimizer:
        return torch.optim.SGD(network.parameters(), lr=1e-4)

    critic, generator = wrong.networks(wrong.HEALTHY)
    optimizers = {"critic_optimizer": sgd(critic), "generator_optimizer": sgd(generator)}
    run = train(critic, generator, garments, steps=31, batch_size=8, n_critic=1, live=False, device="cpu", **optimizers)
    assert np.isnan(collect(run, garments).generator_gradient)
    assert "generator-frozen" not in ids(collect(run, garments))


def test_both_signs_turned_are_the_same_game(garments):
    """Real images score low and the generator minimises the score: nothing is wrong, as the notes say."""
    mirror = {"critic_step": wrong.friendly_critic, "generator_step": wrong.wrong_sign}
    run = wrong.trained(wrong.HEALTHY, 40, images=garments, batch_size=32, **mirror)
    assert run.history["wasserstein"][-1] < 0
    assert ids(collect(run, garments)) == []


# A machine check ---------------------------------------------------------------------


@pytest.mark.parametrize("case", ["frozen", "sigmoid", "unclipped"])
def test_the_experiment_finds_its_cases_at_reduced_size(case):
    seen = cases.looked_at(case, 3, 32, (32,), batch_size=32)[0][32]
    assert ids(seen)[0] == FOUND[case]
    assert len(cases.row(seen)) == len(cases.SETTINGS["numbers"])


@pytest.mark.parametrize("name", wrong.MISTAKES)
def test_each_mistake_trains(name, garments):
    mistake = wrong.MISTAKES[name]
    run = wrong.trained(mistake, 1, images=garments, batch_size=2 if name == "two_images" else 8)
    assert run.steps == 1 and collect(run, mistake.data(garments)).trouble == ""


def test_the_script_that_stores_the_cases_runs(monkeypatch):
    kept = {}
    names = ["healthy", "healthy clip", "sigmoid"]
    small = {"cases": names, "steps": {"penalty": 6, "clip": 7}, "early": 2, "halfway": 4, "seeds": [0, 1]}
    for key, value in small.items():
        monkeypatch.setitem(cases.SETTINGS, key, value)
    monkeypatch.setattr(
        cases, "save", lambda name, settings, seen, **arrays: kept.update(settings, seen=seen, **arrays)
    )
    monkeypatch.setattr(cases, "distance", lambda run: float(run.steps))
    cases.main()
    assert list(kept["seen"]) == [f"{name}{when}" for name in names for when in ("", " early")]
    assert kept["frechet"].tolist() == [6, 7, 6] and kept["cure"][-1] == wrong.MISTAKES["sigmoid"].cure
    assert [len(kept["seen"][name].estimate) for name in names] == [6, 7, 6]
    table = kept["table"]
    assert table.shape == (3, 2, len(cases.SETTINGS["numbers"]))
    assert (table[2, :, cases.SETTINGS["numbers"].index("smallest_sample")] >= 0).all()


def test_the_script_that_stores_the_judgements_runs(monkeypatch, capsys):
    kept = {}
    monkeypatch.setattr(tried, "STEPS", {("mlp", "penalty"): 40, ("mlp", "clip"): 40})
    monkeypatch.setattr(tried, "IN_SAMPLE", (tried.Training("frozen", 3), tried.Training("healthy", 3, share=0.75)))
    monkeypatch.setattr(tried, "OUT_OF_SAMPLE", (tried.Training("sigmoid", 3, on="digits", method="clip"),))
    monkeypatch.setattr(tried, "MENDED", {tried.IN_SAMPLE[0]: ["seen-before"]})
    monkeypatch.setattr(stored, "save", lambda name, settings, **arrays: kept.update(arrays))
    tried.main()
    assert kept["steps"].tolist() == [40, 30, 40] and kept["in_sample"].tolist() == [True, True, False]
    assert kept["found"][0] == "seen-before" and not kept["right"][0], "a first verdict is kept"
    assert kept["right"][1:].all()
    assert "0 of 1 mistakes named first, 0 false alarms in 1 healthy runs" in capsys.readouterr().out


def test_the_stored_judgements_are_of_the_trainings_that_the_script_names():
    _, arrays = stored.load("08_checkup")
    trainings = [*tried.IN_SAMPLE, *tried.OUT_OF_SAMPLE]
    assert len(arrays["mistake"]) == len(trainings)
    for k, one in enumerate(trainings):
        kept = tuple(arrays[name][k] for name in ("mistake", "seed", "pair", "on", "method", "steps"))
        assert kept == (one.mistake, one.seed, one.pair, one.on, one.leash, one.steps)
        found = [word for word in str(arrays["found"][k]).split(", ") if word]
        assert arrays["right"][k] == tried.is_right(one, found)
        assert arrays["expected"][k] == (one.code.found[0] if one.code.found else "")


def test_digits_are_ten_shapes_in_the_right_range():
    digits = wrong.digits(200)
    assert len(digits) == 200 and digits.labels.bincount().tolist() == [20] * 10
    assert digits[:].min() == -1 and digits[:].max() == 1
    means = digits.images.float().view(10, 20, -1).mean(dim=1)
    apart = torch.cdist(means, means) + 1e9 * torch.eye(10)
    assert apart.min() > 500, "no digit looks like another one"
