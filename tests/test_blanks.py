"""fills, reset, borrow and the student's file."""

import os
import re
import signal
import subprocess
import sys
import time

import pytest

from solutions import build
from starter.kit import registry
from starter.kit.desk import answers

RIGHT = """@fills("losses.critic_loss")
def critic_loss(real_scores: Tensor, fake_scores: Tensor) -> Tensor:
    return fake_scores.mean() - real_scores.mean()
"""
WRONG = RIGHT.replace("fake_scores.mean() - real_scores.mean()", "real_scores.mean() - fake_scores.mean()")
IMPORTS = (
    "from torch import Tensor, nn; import torch; from starter import losses; from starter.kit import Generator; "
    "from starter.training import Penalty"
)
ASK = "print('value', float(losses.critic_loss(torch.ones(2), torch.zeros(2))))"


def blank(name: str) -> str:
    return build._fill_cell(name, solved=False)


def solved(name: str) -> str:
    return build._fill_cell(name, solved=True)


def kept(student, name: str = "losses.critic_loss") -> list[str]:
    """The saved versions of an answer, the oldest first."""
    return [path.read_text() for path in sorted((student.mine / ".history").glob(f"{name}.*.py"))]


def test_a_right_answer_is_reported_saved_and_used(student):
    _, _, fill, ask = student(IMPORTS, RIGHT, ASK)
    assert "right" in fill.text and "mine" not in fill.error and "Saved in" in fill.text
    assert "value -1.0" in ask.text
    assert "return fake_scores.mean() - real_scores.mean()" in student.answer("losses")
    assert "@fills" not in student.answer("losses")


def test_the_next_kernel_uses_the_answer(student):
    student(IMPORTS, RIGHT)
    assert "value -1.0" in student(IMPORTS, ASK)[-1].text


def test_the_rest_of_the_module_stays_blank(student):
    ran = student(IMPORTS, RIGHT, "losses.generator_loss(torch.ones(2))")[-1]
    assert ran.error == "Blank" and "losses.generator_loss" in ran.message and "03_generator" in ran.message


def test_a_blank_cell_stops_with_one_sentence(student):
    ran = student(IMPORTS, blank("losses.critic_loss"))[-1]
    assert ran.error == "Blank"
    assert "Traceback" not in ran.text and len(ran.text.strip().split("\n")) == 1


def test_a_blank_cell_never_overwrites_an_answer(student):
    student(IMPORTS, RIGHT)
    before = student.answer("losses")
    ran = student(IMPORTS, blank("losses.critic_loss"), ASK)
    assert not ran[2].error and "stays in use" in ran[2].text and "value -1.0" in ran[3].text
    assert student.answer("losses") == before


def test_running_a_cell_twice_changes_nothing(student):
    student(IMPORTS, RIGHT, RIGHT)
    first = student.answer("losses")
    student(IMPORTS, RIGHT)
    assert student.answer("losses") == first and len(kept(student)) == 1


def test_wrong_after_right_is_saved_and_the_right_one_kept(student):
    ran = student(IMPORTS, RIGHT, WRONG, ASK)
    assert "sign-swapped" in ran[3].text and "value 1.0" in ran[4].text
    assert 'Your right answer is kept: restore("losses.critic_loss")' in ran[3].text
    first, second = kept(student)
    assert first.endswith("fake_scores.mean() - real_scores.mean()\n") and ": right\n" in first
    assert second.endswith("real_scores.mean() - fake_scores.mean()\n") and "not yet right (sign-swapped)" in second


def test_history_keeps_every_version_in_order(student):
    versions = [RIGHT.replace("return", f"number = {i}\n    return") for i in range(12)]
    student(IMPORTS, *versions)
    assert [re.search(r"number = (\d+)", text)[1] for text in kept(student)] == [str(i) for i in range(12)]


def test_a_syntax_error_saves_nothing(student):
    ran = student(IMPORTS, RIGHT, RIGHT.replace("return", "retrun"), ASK)
    assert ran[3].error == "SyntaxError" and "value -1.0" in ran[4].text


def test_a_name_that_only_the_notebook_knows_is_reported_not_saved(student):
    helper = "import numpy as np\ndef mean(x): return x.mean()"
    ran = student(IMPORTS, helper, RIGHT.replace("fake_scores.mean()", "mean(fake_scores) + np.pi"), ASK)
    assert "mean and np" in ran[3].text and "Not saved" in ran[3].text
    assert ran[4].error == "Blank" and not (student.mine / "losses.py").exists()


@pytest.mark.parametrize(
    ("name", "right", "typed", "advice"),
    [
        ("penalty.gradient_penalty", "interpolate(real", "penalty.interpolate(real", "leave out penalty"),
        ("training.critic_step", "losses.critic_loss(", "critic_loss(", "Did you mean losses.critic_loss?"),
        ("training.critic_step", "generators.sample_latent(", "sample_latent(", "generators.sample_latent?"),
        ("losses.generator_loss", "-fake_scores.mean()", "-mean(fake_scores)", "method of tensors"),
        ("losses.generator_loss", "-fake_scores.mean()", "-f.mean()", "letter of the formula"),
    ],
)
def test_an_unknown_name_gets_the_likely_advice(student, name, right, typed, advice):
    assert right in solved(name)
    ran = student(IMPORTS, solved(name).replace(right, typed))[-1]
    assert advice in ran.text and "Not saved" in ran.text and not list(student.mine.glob("*.py"))


def test_torch_may_be_used_by_its_name_everywhere(student):
    ran = student(IMPORTS, RIGHT.replace("fake_scores.mean()", "torch.mean(fake_scores)"))[-1]
    assert ": right" in ran.text


def test_an_import_inside_the_answer_is_fine(student):
    inside = RIGHT.replace("    return fake", "    import torch as t\n    return t.zeros(()) + fake")
    assert ": right" in student(IMPORTS, inside)[-1].text


def test_a_definition_that_does_not_load_is_not_saved(student):
    ran = student(IMPORTS, RIGHT, RIGHT.replace("-> Tensor", "-> 1 / 0"), ASK)
    assert ran[3].error == "ZeroDivisionError" and "value -1.0" in ran[4].text


def test_a_cell_magic_that_hides_the_text_is_named(student):
    ran = student(IMPORTS, RIGHT, f"%%time\n{WRONG}", ASK)
    assert ran[3].error == "CourseError" and "%%time" in ran[3].text and "Traceback" not in ran[3].text
    assert "value -1.0" in ran[4].text


def test_another_name_than_asked_for(student):
    ran = student(IMPORTS, RIGHT.replace("def critic_loss", "def my_loss"))[-1]
    assert ran.error == "CourseError" and "critic_loss" in ran.message and "my_loss" in ran.message


def test_an_unknown_exercise(student):
    ran = student(IMPORTS, RIGHT.replace("losses.critic_loss", "losses.critic_los"))[-1]
    assert ran.error == "CourseError" and "losses.critic_loss" in ran.message


@pytest.mark.parametrize("name", ["critic.MLPCritic", "generator.ConvGenerator"])
def test_a_class_is_filled_and_used(student, name):
    module, definition = name.split(".")
    ran = student(
        IMPORTS, solved(name), f"from starter import {module} as m; print(m.{definition}.__module__, m.{definition}())"
    )
    assert ": right" in ran[2].text and f"starter.{module}" in ran[3].text


def test_a_class_half_filled_says_what_is_blank(student):
    text = solved("critic.MLPCritic").replace("return self.layers(images).flatten()", 'raise Blank("critic.MLPCritic")')
    ran = student(IMPORTS, text)[-1]
    assert "blank" in ran.text and "Saved" in ran.text


def test_a_class_without_methods(student):
    ran = student(IMPORTS, '@fills("critic.MLPCritic")\nclass MLPCritic(nn.Module):\n    pass')[-1]
    assert not ran.error and "not yet right" in ran.text and "Saved" in ran.text


def test_other_decorators_are_kept(student):
    text = solved("clipping.clip_weights").replace("def clip", "@torch.no_grad()\ndef clip")
    assert ": right" in student(IMPORTS, text)[-1].text
    assert "@torch.no_grad()\ndef clip_weights" in student.answer("clipping")


def test_an_indented_definition(student):
    text = "if True:\n" + "\n".join(f"    {line}" for line in RIGHT.split("\n"))
    assert ": right" in student(IMPORTS, text)[-1].text
    assert "\ndef critic_loss" in student.answer("losses")


def test_the_cell_around_the_definition_may_hold_more(student):
    ran = student(IMPORTS, f"a = 1\n\n# my answer\n{RIGHT}\nprint('after', a)")[-1]
    assert ": right" in ran.text and "after 1" in ran.text


def test_errors_show_the_line_of_the_cell(student):
    text = RIGHT.replace("    return", "    scores = None\n    scores.mean()\n    return")
    ran = student(IMPORTS, "# first line\n\n" + text)[-1]
    assert "line 6" in ran.text and "scores.mean()" in ran.text and "is None" in ran.text


def test_two_kernels_do_not_lose_each_others_answers(student):
    both = [
        student.start(IMPORTS, *[solved(name)] * 3)
        for name in ("losses.critic_loss", "losses.generator_loss", "losses.wasserstein_estimate")
    ]
    for process in both:
        process.results()
    for exercise in registry.EXERCISES:
        if exercise.module == "losses":
            text = answers.read_definition(student.mine / "losses.py", exercise.definition)
            assert "return" in text and "Blank" not in text, exercise.name
    assert not list(student.mine.glob(".*.new"))


def test_windows_line_ends_are_kept(student):
    student(IMPORTS, RIGHT)
    path = student.mine / "losses.py"
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert ": right" in student(IMPORTS, solved("losses.generator_loss"))[-1].text
    data = path.read_bytes()
    assert data.count(b"\r\n") == data.count(b"\n") > 15 and b"-fake_scores.mean()" in data


def test_the_files_mode_is_kept(student):
    student(IMPORTS, RIGHT)
    path = student.mine / "losses.py"
    path.chmod(0o640)
    student(IMPORTS, WRONG)
    assert path.stat().st_mode & 0o777 == 0o640


def test_an_answer_edited_by_hand_is_what_the_next_kernel_uses(student):
    student(IMPORTS, WRONG, ASK)
    path = student.mine / "losses.py"
    mended = answers.read_definition(path, "critic_loss").replace(
        "real_scores.mean() - fake_scores.mean()", "fake_scores.mean() - real_scores.mean()"
    )
    path.write_text(path.read_text().replace(answers.read_definition(path, "critic_loss"), mended))
    assert "value -1.0" in student(IMPORTS, ASK)[-1].text


def test_a_file_older_than_an_exercise_gets_it_appended(student):
    student.mine.mkdir()
    (student.mine / "losses.py").write_text("from torch import Tensor\n\n\ndef other():\n    return 1\n")
    assert ": right" in student(IMPORTS, RIGHT)[-1].text
    assert "def other" in student.answer("losses") and "def critic_loss" in student.answer("losses")


def test_stop_ends_an_endless_answer_and_loses_nothing(student):
    started = student.mine / "started"
    loop = f"    open({str(started)!r}, 'w').close()\n    while True:\n        pass\n"
    endless = RIGHT.replace("    return fake", loop + "    return fake")
    student(IMPORTS, RIGHT)
    kernel = student.start(IMPORTS, endless, ASK)
    while not started.exists():  # the answer itself says that it runs: nothing depends on the clock
        time.sleep(0.05)
    os.kill(kernel.pid, signal.SIGINT)
    stopped, ask = kernel.results()[-2:]
    assert "Stopped" in stopped.text and "not saved" in stopped.text and "value -1.0" in ask.text
    assert "while True" not in student.answer("losses")


def test_reset_gives_the_blank_back_and_keeps_the_answer(student):
    ran = student(IMPORTS, RIGHT, 'reset("losses.critic_loss")', ASK)
    assert "blank again" in ran[3].text and ran[4].error == "Blank"
    assert len(kept(student)) == 1 and "def critic_loss" not in student.answer("losses")


def test_borrow_takes_the_reference_and_marks_it(student):
    name = "penalty.gradient_norms"
    ran = student(IMPORTS, f'borrow("{name}")', "from starter import penalty; print(callable(penalty.gradient_norms))")
    assert "borrowed" in ran[2].text and not ran[3].error
    text = student.answer("penalty")
    assert answers.BORROWED in text and "SOLUTION" not in text and "create_graph=True" in text
    student(IMPORTS, solved(name))
    assert answers.BORROWED not in student.answer("penalty")


def test_progress_tells_the_states_apart(student):
    ran = student(
        IMPORTS,
        RIGHT,
        WRONG.replace("critic_loss", "wasserstein_estimate").replace(
            "real_scores.mean() - fake_scores.mean()", "fake_scores.mean() - real_scores.mean()"
        ),
        'borrow("clipping.clip_weights")',
        "print(progress())",
    )
    table = ran[-1].text
    assert re.search(r"\[x\] losses.critic_loss +done", table)
    assert re.search(r"\[!\] losses.wasserstein_estimate +not yet right \(sign-swapped\)", table)
    assert re.search(r"\[=\] clipping.clip_weights +borrowed", table)
    assert re.search(r"\[ \] penalty.interpolate +blank, 8 min", table)
    assert "1 of" in table and "Next: generator.to_image" in table


@pytest.mark.parametrize(
    ("cell", "words"),
    [
        ("import os; os.environ['WGAN_LABS'] = 'solutions'\nreset('losses.critic_loss')", "was loaded"),
        ("borrow('nothing.here')", "no exercise"),
    ],
)
def test_a_wrong_set_up_is_one_sentence(student, cell, words):
    ran = student(cell)[-1]
    assert ran.error == "CourseError" and words in ran.message and "Traceback" not in ran.text


def python(code: str, **switches: str) -> subprocess.CompletedProcess:
    env = {**os.environ, **switches}
    return subprocess.run([sys.executable, "-c", code], env=env, cwd=build.ROOT, capture_output=True, text=True)


@pytest.mark.parametrize(("name", "value"), [("WGAN_LABS", "answers"), ("WGAN_WORK", __file__)])
def test_a_switch_that_cannot_be(name, value):
    done = python("import starter", **{"WGAN_LABS": "student", name: value})
    assert done.returncode and done.stderr.strip().split("\n")[-1].startswith("starter.kit.course.CourseError")
    assert value in done.stderr


def test_solutions_mode_never_writes(tmp_path):
    code = "from starter.kit import reset; reset('losses.critic_loss')"
    done = python(code, WGAN_LABS="solutions", WGAN_WORK=str(tmp_path))
    assert done.returncode and "uses the reference" in done.stderr and not list(tmp_path.iterdir())
