"""The checks: every wrong answer is caught under its own id, every right one passes, and nothing gets hurt."""

import ast
import builtins
import gc
import importlib
import inspect
import logging
import math
import os
import random
import re
import signal
import subprocess
import sys
import time
import warnings
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

from starter.kit import Blank, course, registry
from starter.kit.checks import draw, probes, watch
from starter.kit.checks.calls import call
from starter.kit.checks.judge import CHECKS
from starter.kit.checks.mistakes import Mistakes
from starter.kit.checks.report import NotAsAsked, Report, Wrong
from starter.kit.checks.sandbox import undisturbed
from starter.kit.desk.verdict import check
from tests import mistakes

ANSWERS = mistakes.everything()
WRONG = [answer for answer in ANSWERS if answer.mistake]
RIGHT = [answer for answer in ANSWERS if not answer.mistake]
NAMES = [exercise.name for exercise in registry.EXERCISES]
SEED, SEEDS = 1, (2, 3, 4)  # of the examples that the checks draw
FOLDER = Path(course.ROOT, "starter", "kit", "checks")
torch_optimizer = sys.modules[torch.optim.Optimizer.__module__]


def label(answer: mistakes.Answer) -> str:
    return f"{answer.exercise}-{answer.label}"


# Right and wrong answers -----------------------------------------------------


@pytest.mark.parametrize("answer", WRONG, ids=label)
def test_a_wrong_answer_is_caught_under_its_own_id(answer):
    report = check(answer.exercise, answer.candidate, SEED)
    assert report.mistake == answer.mistake, report.message
    assert report.works or not report.passed
    said = re.sub(r"\(line \d+ of your code.*", "", report.message)
    assert 20 < len(said) < 700
    assert not [line for line in lines_of_the_reference(answer.exercise) if line in said], "it gives the code away"
    assert "!" not in said
    assert report.message.endswith((".", "?", ")"))


@pytest.mark.parametrize("answer", RIGHT, ids=label)
def test_a_right_answer_passes_however_it_is_written(answer):
    for seed in SEEDS:
        report = check(answer.exercise, answer.candidate, seed)
        assert report.passed and not report.mistake, f"seed {seed}: {report.mistake}: {report.message}"


@pytest.mark.parametrize("name", NAMES)
def test_the_reference_passes_and_the_report_says_with_which_numbers(name):
    assert course.solutions_mode(), "run the tests with WGAN_LABS=solutions"
    report = check(name)
    assert report == Report(name, True, "", report.message), report.message
    assert re.search(r"\d", report.message)
    assert report.message.endswith(".")


@pytest.mark.parametrize("name", NAMES)
def test_the_reference_passes_while_all_other_exercises_are_blank(name, monkeypatch):
    exercise = registry.exercise(name)
    reference = getattr(importlib.import_module(f"starter.{exercise.module}"), exercise.definition)
    for other in registry.EXERCISES:

        def blank(*args, name=other.name, **kwargs):
            raise Blank(name)

        monkeypatch.setattr(importlib.import_module(f"starter.{other.module}"), other.definition, blank)
    assert check(name).mistake == "blank"
    assert check(name, reference).passed


def test_right_answers_pass_and_blanks_are_blank_without_the_solutions(tmp_path):
    code = (
        "from starter.kit import registry; from starter.kit import check; from tests import mistakes\n"
        "assert all(check(e.name).mistake == 'blank' for e in registry.EXERCISES)\n"
        "right = [a for a in mistakes.everything() if not a.mistake]\n"
        "print(len(right), [a.label for a in right if not check(a.exercise, a.candidate).passed])"
    )
    environment = {**os.environ, "WGAN_LABS": "student", "WGAN_WORK": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=course.ROOT, env=environment, capture_output=True, text=True
    )
    assert done.stdout.strip() == f"{len(RIGHT)} []", done.stdout + done.stderr


# Completeness ----------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_every_exercise_has_a_check_with_wrong_and_right_answers(name):
    answers = [answer for answer in ANSWERS if answer.exercise == name]
    ids = {answer.mistake for answer in answers} - {""}
    assert len(ids) >= 5
    assert sum(not answer.mistake for answer in answers) >= 2
    importlib.import_module(f"starter.kit.checks.{registry.exercise(name).module}")  # a check is loaded when it is used
    assert name in CHECKS


def test_no_file_of_answers_is_about_nothing():
    assert {answer.exercise for answer in ANSWERS} == set(NAMES)
    assert len({label(answer) for answer in ANSWERS}) == len(ANSWERS)


ELSEWHERE = {FOLDER / "watch.py", FOLDER / "explanation.py"}  # all of them are tried below, and in test_explanation.py


@pytest.mark.parametrize("path", sorted({*FOLDER.glob("*.py")} - ELSEWHERE), ids=lambda path: path.stem)
def test_every_id_of_a_check_is_met_by_some_wrong_answer(path):
    shared = {"networks": ("critic", "generator")}
    shared |= dict.fromkeys(("probes", "calls", "judge", "device"), registry.MODULES)
    modules = shared.get(path.stem, (path.stem,))
    met = {answer.mistake for answer in WRONG if registry.exercise(answer.exercise).module in modules}
    elsewhere = {"blank", "blank-left", "broken-module", "definition-missing", "not-callable", "endless-recursion"}
    assert ids_in(path) - met - elsewhere == set()


def ids_in(path: Path) -> set[str]:
    """The ids of mistakes in a file: those of its tables, and what wrong and blaming are called with."""
    module = importlib.import_module(f"starter.kit.checks.{path.stem}")
    tables = [value for value in vars(module).values() if isinstance(value, Mistakes)]
    found = {key.partition("/")[0] for table in tables for key in table}
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("wrong", "blaming") and node.args:
            argument = node.args[0]
            choices = (argument.body, argument.orelse) if isinstance(argument, ast.IfExp) else (argument,)
            found |= {choice.value.partition("/")[0] for choice in choices if isinstance(choice, ast.Constant)}
        elif isinstance(node, ast.Constant) and re.fullmatch(r"[a-z]+(-[a-z0-9]+)+", str(node.value)):
            found.add(node.value)
    return found


def lines_of_the_reference(name: str) -> set[str]:
    """What only the solution says: its lines of code, short ones aside."""
    exercise = registry.exercise(name)
    text = (course.REFERENCE / f"{exercise.module}.py").read_text(encoding="utf-8")
    regions = re.findall(r"### BEGIN SOLUTION\n(.*?)### END SOLUTION", text, re.S)
    return {line.strip() for region in regions for line in region.splitlines() if len(line.strip()) > 12}


# Whatever a student types ----------------------------------------------------


def raises(*args, **kwargs):
    raise ValueError("no idea")


def leaves(*args, **kwargs):
    sys.exit(3)


def gives_up(*args, **kwargs):
    raise GeneratorExit


def calls_itself(*args, **kwargs):
    return calls_itself(*args, **kwargs)


def nothing(*args, **kwargs):
    return None


def text(*args, **kwargs):
    return "a tensor"


def nan(*args, **kwargs):
    return torch.tensor(float("nan"))


def whole(*args, **kwargs):
    return torch.ones(3, dtype=torch.int64)


def empty(*args, **kwargs):
    return torch.empty(0)


def complex_numbers(*args, **kwargs):
    return torch.ones(2, 2, dtype=torch.complex64)


def huge(*args, **kwargs):
    return torch.empty(10**15)


def its_input(*args, **kwargs):
    return args[0] if args else None


def zeroes_everything(*args, **kwargs):
    for value in args:
        if isinstance(value, torch.Tensor):
            value.detach().zero_()
        if isinstance(value, nn.Module):
            for parameter in value.parameters():
                parameter.data.zero_()
    return args[-1] if args else None


def resizes(*args, **kwargs):
    for value in args:
        if isinstance(value, torch.Tensor):
            value.resize_(0)
    return torch.ones(())


class Unprintable(Exception):
    def __str__(self):
        raise ValueError("no text")


def raises_unprintable(*args, **kwargs):
    raise Unprintable


HOSTILE = (
    raises,
    leaves,
    gives_up,
    calls_itself,
    nothing,
    text,
    nan,
    whole,
    empty,
    complex_numbers,
    huge,
    its_input,
    zeroes_everything,
    resizes,
    raises_unprintable,
)


@pytest.mark.parametrize("name", NAMES)
def test_nonsense_gets_a_report_and_does_no_harm(name):
    right = RIGHT_BY_NAME[name]
    before = state()
    for candidate in HOSTILE:
        report = check(name, candidate)
        assert not report.passed and report.mistake and len(report.message) > 15, candidate
        if inspect.isclass(right):
            report = check(name, type("Answer", (right,), {"forward": lambda self, x, f=candidate: f(x)}))
            assert not report.passed and report.mistake and len(report.message) > 15, candidate
    assert state() == before
    assert check(name, right).passed


RIGHT_BY_NAME = {answer.exercise: answer.candidate for answer in reversed(RIGHT)}


@pytest.mark.parametrize("value", [3, "critic_loss", torch.ones(2)], ids=str)
def test_what_cannot_be_called_is_named(value):
    assert {check(name, value).mistake for name in NAMES} == {"not-callable"}


@pytest.mark.parametrize("name", NAMES)
def test_the_stop_button_gets_through_and_leaves_no_stand_in(name):
    def endless(*args, **kwargs):
        raise KeyboardInterrupt

    before = state()
    with pytest.raises(KeyboardInterrupt):
        check(name, endless)
    assert state() == before


@pytest.mark.parametrize("name", NAMES)
def test_everything_is_left_as_found(name):
    right = RIGHT_BY_NAME[name]
    if inspect.isclass(right):

        class Meddler(right):
            def forward(self, *args):
                meddle()
                return super().forward(*args)
    else:

        def Meddler(*args, **kwargs):
            meddle()
            return right(*args, **kwargs)

    random.seed(5)
    np.random.seed(5)
    torch.manual_seed(5)
    before = state()
    report = check(name, Meddler)
    assert state() == before
    assert report.mistake == "seed-set"


def test_a_check_does_not_mind_the_state_it_is_called_in():
    with torch.inference_mode():
        assert check("penalty.gradient_penalty").passed
    with torch.no_grad():
        assert check("training.generator_step").passed
    torch.set_default_dtype(torch.float64)
    try:
        assert check("critic.MLPCritic").passed
        assert torch.get_default_dtype() == torch.float64
    finally:
        torch.set_default_dtype(torch.float32)


def test_a_check_gives_the_same_report_with_the_same_seed_and_names_it():
    for name in ("generator.sample_latent", "penalty.interpolate"):
        reports = []
        for number in range(3):
            torch.manual_seed(number)
            reports.append(check(name, WRONG_WITH_NUMBERS[name], seed=5))
        assert len({report.message for report in reports}) == 1
        assert f'check("{name}", seed=5)' in str(reports[0]) and "seed=5" in reports[0]._repr_html_()


def test_a_check_takes_another_seed_at_every_call():
    seeds = {check("losses.critic_loss").seed for _ in range(8)}
    assert len(seeds) > 1
    assert "seed=" not in str(check("losses.critic_loss"))


WRONG_WITH_NUMBERS = {
    answer.exercise: answer.candidate for answer in WRONG if answer.mistake in ("uniform", "not-between")
}


def test_a_check_ends_even_if_no_example_will_do():
    draw.start(0)
    with pytest.raises(RuntimeError, match="No example"):
        while True:
            draw.whole(0, 1)
    draw.start(0)
    assert draw.whole(0, 1) in (0, 1)


def test_noise_on_the_screen_is_not_shown(capsys):
    def chatty(real_scores, fake_scores):
        print("hello")
        print("hello", file=sys.stderr)
        warnings.warn("careful", stacklevel=1)
        return fake_scores.mean() - real_scores.mean()

    assert check("losses.critic_loss", chatty).passed
    assert capsys.readouterr() == ("", "")


def seeds() -> None:
    np.random.seed(1)


def leaves_gradients_off() -> None:
    torch.set_grad_enabled(False)


def changes_the_dtype() -> None:
    torch.set_default_dtype(torch.float64)


def replaces_a_function() -> None:
    torch.rand = torch.zeros


def computes_in_half_precision() -> None:
    torch.set_autocast_enabled("cpu", True)


def hooks_all_networks() -> None:
    nn.modules.module.register_module_forward_hook(lambda *given: None)


def hooks_all_optimisers() -> None:
    torch_optimizer.register_optimizer_step_pre_hook(lambda *given: None)


def tunes_cudnn() -> None:
    torch.backends.cudnn.benchmark = True


def takes_autograds_threads() -> None:
    torch.autograd.set_multithreading_enabled(False)


def seeds_the_generator_itself() -> None:
    torch.default_generator.manual_seed(3)


def replaces_a_builtin() -> None:
    builtins.sum = max


def replaces_pi() -> None:
    math.pi = 3.0


def puts_a_method_before_torchs() -> None:
    torch.Tensor.mean = torch.Tensor.median


def replaces_an_operator() -> None:
    nn.Module.__call__ = lambda *given: None


def replaces_another_exercise() -> None:
    importlib.import_module("starter.losses").critic_loss = max


def replaces_what_judges() -> None:
    importlib.import_module("starter.kit.checks.probes").near = max


def replaces_a_module() -> None:
    sys.modules["math"] = random


def takes_a_module_out() -> None:
    del sys.modules["starter.losses"]


MEDDLERS = [
    (seeds, "seed-set"),
    (seeds_the_generator_itself, "seed-set"),
    (leaves_gradients_off, "gradients-left-off"),
    (changes_the_dtype, "switch-left"),
    (computes_in_half_precision, "switch-left"),
    (hooks_all_networks, "switch-left"),
    (hooks_all_optimisers, "switch-left"),
    (tunes_cudnn, "switch-left"),
    (takes_autograds_threads, "switch-left"),
    (replaces_a_function, "function-replaced"),
    (replaces_a_builtin, "function-replaced"),
    (replaces_pi, "function-replaced"),
    (puts_a_method_before_torchs, "function-replaced"),
    (replaces_an_operator, "function-replaced"),
    (replaces_another_exercise, "function-replaced"),
    (replaces_what_judges, "function-replaced"),
    (replaces_a_module, "function-replaced"),
    (takes_a_module_out, "function-replaced"),
]


@pytest.mark.parametrize(("meddling", "mistake"), MEDDLERS, ids=[meddling.__name__ for meddling, _ in MEDDLERS])
def test_what_an_answer_leaves_changed_is_told_and_put_back(meddling, mistake):
    def critic_loss(real_scores, fake_scores):
        meddling()
        return fake_scores.mean() - real_scores.mean()

    before = state()
    report = check("losses.critic_loss", critic_loss)
    assert report.mistake == mistake, report.message
    assert state() == before
    assert check("losses.critic_loss").passed


def test_watching_takes_no_time():
    times = []
    for _ in range(50):
        begin = time.process_time()
        with undisturbed(1) as sandbox:
            assert sandbox.watch.left_changed() is None
        times.append(time.process_time() - begin)
    assert min(times) < 0.01  # 2 ms on an idle machine


def test_no_check_loads_the_compiler_of_torch_and_it_is_there_when_it_is_needed():
    code = (
        "import sys, torch; from starter.kit import check, registry\n"
        "reports = [check(exercise.name) for exercise in registry.EXERCISES]\n"
        "print(all(report.passed for report in reports), 'torch._dynamo' in sys.modules)\n"
        "torch.optim.Adam([torch.ones(1, requires_grad=True)]).step()\n"
        "print(sys.modules['torch._dynamo'].__file__ is not None, torch.optim.Optimizer.zero_grad.__name__)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=course.ROOT, capture_output=True, text=True)
    assert done.stdout.split() == ["True", "False", "True", "zero_grad"], done.stdout + done.stderr


def test_an_answer_that_needs_the_compiler_of_torch_gets_it():
    code = (
        "import sys; from starter.kit import check\n"
        "def critic_loss(real_scores, fake_scores):\n"
        "    import torch._dynamo\n"
        "    assert torch._dynamo.config.verbose in (True, False)\n"
        "    import torch._dynamo.utils\n"
        "    return fake_scores.mean() - real_scores.mean()\n"
        "print(check('losses.critic_loss', critic_loss), sys.modules['torch._dynamo'].__file__)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=course.ROOT, capture_output=True, text=True)
    assert "losses.critic_loss: right" in done.stdout and "_dynamo" in done.stdout, done.stdout + done.stderr


def given_two_networks(change):
    """What a call says of an answer that does this to the second network."""
    nets = nn.Linear(2, 1), nn.Sequential(nn.Linear(2, 2), nn.Sequential(nn.Linear(2, 2), nn.Dropout().eval()))
    nets[1][1][0].requires_grad_(False)
    nets[1][0].weight.grad = torch.ones(2, 2)
    optimizer = torch.optim.Adam(nets[1].parameters())
    with pytest.raises(Wrong) as caught:
        call(lambda critic, generator, optimizer: change(generator, optimizer), *nets, optimizer)
    return caught.value.mistake


CHANGES = [
    (lambda net, _: net.eval(), "left-in-eval"),
    (lambda net, _: net[1][1].train(), "left-in-train"),
    (lambda net, _: net.requires_grad_(False), "left-frozen"),
    (lambda net, _: net[1][0].requires_grad_(True), "left-thawed"),
    (lambda net, _: net.register_forward_hook(lambda *given: None), "hook-left"),
    (lambda net, _: net[0].bias.data.add_(1), "network-changed"),
    (lambda net, _: net.double(), "network-rebuilt"),
    (lambda net, _: net.append(nn.Tanh()), "network-rebuilt"),
    (lambda net, _: setattr(net[0], "bias", nn.Parameter(net[0].bias.clone())), "network-rebuilt"),
    (lambda net, _: setattr(net, "forward", lambda z: z), "network-rebuilt"),
    (lambda net, _: nn.utils.parametrizations.spectral_norm(net[0]), "network-rebuilt"),
    (lambda net, _: net.zero_grad(), "gradients-emptied"),
    (lambda net, _: net(torch.ones(3, 2)).sum().backward(), "parameter-gradients"),
    (lambda _, optimizer: optimizer.param_groups[0].update(lr=1.0), "optimiser-changed"),
    (lambda _, optimizer: optimizer.add_param_group({"params": [torch.ones(1)]}), "optimiser-changed"),
]


@pytest.mark.parametrize(("change", "mistake"), CHANGES)
def test_a_network_that_is_given_is_left_alone(change, mistake):
    assert given_two_networks(change) == mistake


def test_all_that_a_network_or_torch_may_be_left_with_is_tried():
    assert {mistake for _, mistake in (*CHANGES, *MEDDLERS)} == set(watch.wrong)


def test_an_answer_that_works_but_is_something_else_is_told_so():
    table = Mistakes("other-width: The hidden layer has {n} units.")
    with pytest.raises(NotAsAsked) as caught:
        table.not_as_asked("other-width", done=True, n=3)
    assert (caught.value.mistake, caught.value.done) == ("other-width", True)
    report = Report("critic.ConvCritic", True, "other-width", "It has 3 units.", works=True)
    assert str(report).startswith("critic.ConvCritic: works, but is not what was asked (other-width)")


def meddle() -> None:
    """Change all that can be changed from a cell."""
    print("noise")
    random.seed(1)
    np.random.seed(1)
    torch.manual_seed(1)
    torch.set_grad_enabled(True)
    torch.set_default_dtype(torch.float64)
    torch.set_num_threads(2 if torch.get_num_threads() == 1 else 1)
    torch.use_deterministic_algorithms(True, warn_only=True)
    torch.autograd.set_detect_anomaly(True)
    torch.set_default_device("cpu")
    warnings.simplefilter("error")
    sys.setrecursionlimit(sys.getrecursionlimit() + 100)
    os.environ["WGAN_LABS"] = "changed"
    os.chdir("/")
    sys.path.insert(0, "elsewhere")
    np.seterr(all="ignore")
    np.set_printoptions(precision=2)
    torch.set_printoptions(precision=2)
    torch.set_warn_always(True)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    logging.disable(logging.CRITICAL)
    logging.root.setLevel(logging.DEBUG)
    sys.excepthook = sys.displayhook = max
    gc.disable()
    tunes_cudnn()
    hooks_all_networks()
    hooks_all_optimisers()
    takes_autograds_threads()
    computes_in_half_precision()
    leaves_gradients_off()
    replaces_a_builtin()
    replaces_pi()
    replaces_an_operator()
    puts_a_method_before_torchs()
    sys.modules["math"] = random


def state() -> tuple:
    """All that a check must leave as it found it."""
    exercises = [
        getattr(importlib.import_module(f"starter.{exercise.module}"), exercise.definition)
        for exercise in registry.EXERCISES
    ]
    return (
        random.getstate(),
        str(np.random.get_state()),
        torch.get_rng_state().tolist(),
        torch.get_default_dtype(),
        torch.get_default_device(),
        torch.get_num_threads(),
        torch.is_grad_enabled(),
        torch.are_deterministic_algorithms_enabled(),
        torch.is_anomaly_enabled(),
        sys.getrecursionlimit(),
        (sys.stdout, sys.stderr),
        (os.getcwd(), dict(os.environ), list(sys.path), np.geterr()),
        list(warnings.filters),
        exercises,
        (np.get_printoptions(), dict(vars(torch._tensor_str.PRINT_OPTS)), torch.is_warn_always_enabled()),
        (signal.getsignal(signal.SIGINT), logging.root.level, logging.root.manager.disable),
        (sys.excepthook, sys.displayhook, gc.isenabled(), torch.backends.cudnn.benchmark),
        [len(table) for name, table in vars(nn.modules.module).items() if name.startswith("_global") and table],
        [
            len(table)
            for name, table in vars(sys.modules["torch.optim.optimizer"]).items()
            if name.startswith("_global")
        ],
        (torch._C._is_multithreading_enabled(), torch.is_autocast_enabled("cpu")),
        (sum, math.pi, nn.Module.__call__, torch.Tensor.mean, torch.rand, probes.near, sys.modules["math"]),
        sys.modules["starter.losses"],
    )


# Reports ---------------------------------------------------------------------


def test_an_error_is_reported_with_the_line_it_came_from():
    report = check("losses.critic_loss", raises)
    line = inspect.getsourcelines(raises)[1] + 1
    assert report.mistake == "error"
    assert report.message == (
        f'Your code stops with ValueError: no idea (line {line} of your code: raise ValueError("no idea"))'
    )


def test_an_answer_that_calls_a_blank_is_told_which():
    def uses_another(f, x):
        raise Blank("losses.critic_loss")

    report = check("penalty.input_gradient", uses_another)
    assert report.mistake == "blank"
    assert report.message == "Your code calls losses.critic_loss, which is still blank (sheet 02)."


def test_a_definition_that_is_gone_is_named(monkeypatch):
    monkeypatch.delattr("starter.losses.critic_loss")
    assert check("losses.critic_loss").mistake == "definition-missing"


def test_a_module_that_does_not_load_is_named(monkeypatch):
    def broken(name):
        raise course.BrokenModule("starter/mine/losses.py does not load (SyntaxError, line 3).")

    monkeypatch.setattr("starter.kit.desk.modules.module_of", broken)
    assert check("losses.critic_loss") == Report(
        "losses.critic_loss", False, "broken-module", "starter/mine/losses.py does not load (SyntaxError, line 3)."
    )


def test_a_report_reads_well_in_a_terminal_and_in_a_notebook():
    report = check("losses.critic_loss", nothing)
    assert str(report).startswith("losses.critic_loss: not yet right (returns-none)\n")
    assert "not yet right" in report._repr_html_()
    assert "&lt;b&gt;" in Report("losses.critic_loss", False, "error", "<b>")._repr_html_()
    assert "&#10003;" in check("losses.critic_loss")._repr_html_()


def test_an_unknown_exercise_is_an_error_with_the_names():
    with pytest.raises(KeyError, match=r"losses\.critic_loss"):
        check("losses.critic_los")
