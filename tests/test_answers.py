"""The student's folder: what is in it, what happens to it, and who sees it."""

import json
import os
import re
import shutil
import subprocess
import sys
import time
import tomllib
from pathlib import Path

import pytest

from solutions import build
from starter.kit import course, registry
from starter.kit.desk import answers, history
from tests.test_blanks import ASK, IMPORTS, RIGHT, WRONG, kept, python, solved

OLD = Path(__file__).parent / "mine_0_1_0"  # written by version 0.1.0, with lines added by hand
OTHER = solved("losses.generator_loss")
ASK_OTHER = "print('other', float(losses.generator_loss(torch.ones(2))))"
LOSSES = Path("starter", "losses.py")


@pytest.fixture
def old(student):
    """A student who comes from version 0.1.0."""
    shutil.copytree(OLD, student.mine)
    return student


def states(student, **switches: str) -> dict[str, str]:
    """The state of each exercise, as another process sees it."""
    code = "from starter.kit import progress; import json\n"
    code += "print(json.dumps({s.exercise.name: s.state for s in progress()}))"
    done = python(code, WGAN_LABS="student", WGAN_WORK=str(student.mine), **switches)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


# Only what the student wrote -------------------------------------------------


def test_the_file_holds_the_answers_and_nothing_else(student):
    student(IMPORTS, RIGHT, OTHER)
    file = answers.read_file(student.mine / "losses.py")
    assert [part.name for part in file.parts] == ["critic_loss", "generator_loss"]
    assert "import" not in file.text.split("def ")[0].replace("Imports", "").replace("import is", "")


def test_given_lines_of_a_newer_hand_out_reach_who_has_started(student, tmp_path):
    student(IMPORTS, RIGHT)
    newer = tmp_path / "newer"
    for name in ("starter", "solutions"):
        shutil.copytree(build.ROOT / name, newer / name, ignore=shutil.ignore_patterns("__pycache__", "mine"))
    text = (newer / LOSSES).read_text().replace("import torch\n", "import torch\nfrom math import tau\n", 1)
    added = "\n\ndef new_given(x):\n    return x * tau\n\n\n"
    (newer / LOSSES).write_text(text.replace("\n\n\ndef generator_loss", added + "def generator_loss"))
    code = (
        "import torch; from starter import losses; from starter.kit import progress;"
        "print(losses.new_given(1) > 6, float(losses.critic_loss(torch.ones(2), torch.zeros(2))))"
    )
    env = {**os.environ, "WGAN_LABS": "student", "WGAN_WORK": str(student.mine)}
    done = subprocess.run([sys.executable, "-c", code], cwd=newer, env=env, capture_output=True, text=True)
    assert done.stdout.strip() == "True -1.0", done.stderr


def test_helpers_and_imports_written_by_hand_work_and_stay(student):
    student.mine.mkdir()
    (student.mine / "more.py").write_text("def negative(x):\n    return -x\n")
    (student.mine / "losses.py").write_text(
        "from __future__ import annotations\nimport math\nfrom .more import negative\n\nSIGN = math.cos(0)\n\n\n"
        "def mean(x: NotKnown):\n    return x.mean() * SIGN  # mine\n\n\nclass Sizes:\n    one = 1\n"
    )
    mine = (
        RIGHT.replace("real_scores.mean()", "mean(real_scores) * Sizes.one")
        .replace("return fake", "return -negative(fake")
        .replace("mean() - mean", "mean()) - mean")
    )
    ran = student(IMPORTS, mine, ASK)
    assert ": right" in ran[2].text and "value -1.0" in ran[3].text, ran[2].text
    text = student.answer("losses")
    assert text.startswith("from __future__") and "# mine" in text and text.count("def ") == 2
    assert "value -1.0" in student(IMPORTS, ASK)[-1].text
    assert states(student)["losses.critic_loss"] == "done"


def test_a_helper_that_is_set_twice_is_there_for_what_stands_between(student):
    student.mine.mkdir()
    answer = "def critic_loss(real_scores, fake_scores, sign=SIGN):\n    "
    answer += "return fake_scores.mean() - sign * real_scores.mean()"
    (student.mine / "losses.py").write_text(f"SIGN = 1\n\n\n{answer}\n\n\nSIGN = 2\n")
    assert "value -1.0" in student(IMPORTS, ASK)[-1].text and states(student)["losses.critic_loss"] == "done"


def test_comments_between_answers_stay_and_do_not_multiply(student):
    student(IMPORTS, RIGHT)
    path = student.mine / "losses.py"
    path.write_text(path.read_text().replace("def critic_loss", "# remember: fake first\ndef critic_loss"))
    above = RIGHT.replace("\ndef ", "\n# typed above the definition\ndef ")
    student(IMPORTS, above, above.replace("return", "a = 1\n    return"), OTHER)
    assert path.read_text().count("# remember") == 1 and path.read_text().count("# typed") <= 1


def test_reset_takes_the_definition_out_and_nothing_else(student):
    student(IMPORTS, RIGHT, OTHER)
    ran = student(IMPORTS, 'reset("losses.critic_loss")', ASK, ASK_OTHER)
    assert ran[3].error == "Blank" and "other -1.0" in ran[4].text
    assert [part.name for part in answers.read_file(student.mine / "losses.py").parts] == ["generator_loss"]


# From version 0.1.0 ----------------------------------------------------------


def test_a_folder_of_0_1_0_keeps_every_state(old):
    found = states(old)
    expected = {
        "losses.critic_loss": "done",
        "losses.wasserstein_estimate": "wrong",
        "critic.MLPCritic": "done",
        "clipping.clip_weights": "borrowed",
        "training.critic_step": "done",
        "generator.to_image": "done",
    }
    assert found == {one.name: expected.get(one.name, "blank") for one in registry.EXERCISES}


def test_a_folder_of_0_1_0_is_taken_over_and_nothing_is_lost(old):
    before = {path.name: path.read_bytes() for path in old.mine.glob("*.py")}
    ran = old(IMPORTS, "from starter import critic, clipping, generator, training", ASK, "print(training.half(4))")
    assert "value -1.0" in ran[3].text and "2.0" in ran[4].text
    for name, data in before.items():
        module = name.removesuffix(".py")
        assert (old.mine / ".history" / f"{module}.as-of-0.1.0.py").read_bytes() == data
        file = answers.read_file(old.mine / name)
        assert "Built from" not in file.text and "raise Blank" not in file.text and not file.problem
    assert [part.name for part in answers.read_file(old.mine / "losses.py").parts] == [
        "critic_loss",
        "wasserstein_estimate",
    ]
    training = old.answer("training")
    assert "# my own helper\ndef half(x)" in training and "import math  # my own import" in training
    assert "Penalty =" not in training and "from . import losses" not in training
    assert b"\r\n" in (old.mine / "generator.py").read_bytes()
    assert answers.BORROWED in old.answer("clipping")


def test_versions_that_0_1_0_kept_are_listed_and_can_be_taken_back(old):
    ran = old(IMPORTS, 'print(history("losses.critic_loss"))', 'restore("losses.critic_loss", 1)', ASK)
    assert history.UNKNOWN in ran[2].text and "in use" in ran[2].text
    assert "version 1 again" in ran[3].text and "value 1.0" in ran[4].text
    assert any("# my own words\n    return fake_scores.mean()" in text for text in kept(old))


def test_a_right_answer_of_0_1_0_is_known_as_right_when_a_wrong_one_replaces_it(old):
    ran = old(IMPORTS, WRONG, 'restore("losses.critic_loss")', ASK)
    assert "Your right answer is kept" in ran[2].text
    assert "(right)" in ran[3].text and "value -1.0" in ran[4].text


def test_where_nothing_can_be_written_the_old_form_is_read_all_the_same(old, monkeypatch):
    def refuse(*_args: object, **_kwargs: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(course, "work_folder", lambda: old.mine)
    monkeypatch.setattr(os, "replace", refuse)
    before = old.answer("losses")
    answers.take_over("losses")
    assert old.answer("losses") == before
    assert [part.name for part in answers.read_answers("losses").parts] == ["critic_loss", "wasserstein_estimate"]


def test_a_damaged_file_of_0_1_0_costs_its_answers_only(old):
    path = old.mine / "losses.py"
    path.write_text(path.read_text() + "\ndef half(:\n")
    found = states(old)
    assert found["losses.critic_loss"] == "broken" and found["losses.generator_loss"] == "blank"
    assert found["training.critic_step"] == "done"


# Damaged files ---------------------------------------------------------------

GOOD = "def critic_loss(real_scores, fake_scores):\n    return fake_scores.mean() - real_scores.mean()\n"
DAMAGE = {
    "conflict marks": (f"<<<<<<< mine\n{GOOD}=======\n{GOOD}>>>>>>> theirs\n".encode(), "both sides of a conflict"),
    "not Python": (GOOD.encode() + b"def half(:\n", "line 3"),
    "NUL bytes": (GOOD.encode() + b"\x00" * 4096, "NUL bytes"),
    "UTF-16": (GOOD.encode("utf-16"), "UTF-8"),
    "Latin-1": ("# Größe\n".encode("latin-1") + GOOD.encode(), "UTF-8"),
    "stops": (b"1 / 0\n" + GOOD.encode(), "ZeroDivisionError"),
    "leaves": (b"import sys\nsys.exit(0)\n" + GOOD.encode(), "SystemExit"),
    "module gone": (b"import no_such_module\n" + GOOD.encode(), "no_such_module"),
    "definition stops": (GOOD.replace("fake_scores)", "fake_scores=1 / 0)").encode(), "ZeroDivisionError"),
}


@pytest.mark.parametrize(("data", "words"), DAMAGE.values(), ids=list(DAMAGE))
def test_a_damaged_file_is_one_sentence_and_the_rest_works(student, data, words):
    student.mine.mkdir()
    (student.mine / "losses.py").write_bytes(data)
    ran = student(
        IMPORTS, ASK, ASK_OTHER, "from starter import training", "print(progress())", 'check("losses.critic_loss")'
    )
    assert not ran[1].error and not ran[4].error
    assert ran[2].error == "BrokenModule" and words in ran[2].message and "losses.py" in ran[2].message
    assert "Traceback" not in ran[2].text and "delete" not in ran[2].message.lower()
    assert ran[3].error == "Blank"
    table = ran[5].text
    assert re.search(r"\[!\] losses.critic_loss +does not load", table) and words in table
    assert re.search(r"\[ \] losses.generator_loss", table) and re.search(r"\[ \] training.critic_step", table)
    assert not ran[6].error and words in ran[6].text
    assert (student.mine / "losses.py").read_bytes() == data


@pytest.mark.parametrize("kind", ["conflict marks", "NUL bytes", "Latin-1"])
def test_an_answer_for_a_damaged_file_is_judged_used_and_kept(student, kind):
    student.mine.mkdir()
    (student.mine / "losses.py").write_bytes(DAMAGE[kind][0])
    ran = student(IMPORTS, OTHER, ASK_OTHER, "print(progress('03'))")
    assert ": right" in ran[2].text and "Not saved" in ran[2].text and "losses.py" in ran[2].text
    assert "other -1.0" in ran[3].text
    assert re.search(r"\[x\] losses.generator_loss +done, in use in this notebook only", ran[4].text)
    assert (student.mine / "losses.py").read_bytes() == DAMAGE[kind][0]
    assert len(kept(student, "losses.generator_loss")) == 1


def test_an_empty_file_is_named_and_its_answers_can_be_taken_back(student):
    student(IMPORTS, RIGHT)
    (student.mine / "losses.py").write_bytes(b"")
    ran = student(IMPORTS, "print(progress('02'))", 'restore("losses.critic_loss")', ASK)
    assert "losses.py is empty" in ran[2].text and "value -1.0" in ran[4].text


def test_a_byte_order_mark_and_old_line_ends_are_read(student):
    student.mine.mkdir()
    (student.mine / "losses.py").write_bytes(b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").encode())
    assert "value -1.0" in student(IMPORTS, ASK)[-1].text


def test_a_folder_in_the_place_of_a_file(student):
    (student.mine / "losses.py").mkdir(parents=True)
    ran = student(IMPORTS, RIGHT, ASK)
    assert ": right" in ran[2].text and "Not saved" in ran[2].text and "value -1.0" in ran[3].text


# What cannot be saved --------------------------------------------------------

FAIL = """
import errno, os, pathlib
def fail(*_args, **_kwargs):
    raise OSError(errno.{code}, os.strerror(errno.{code}))
{place} = fail
"""


@pytest.mark.parametrize(
    ("place", "code"),
    [
        ("pathlib.Path.write_bytes", "ENOSPC"),
        ("pathlib.Path.write_bytes", "EDQUOT"),
        ("os.replace", "EACCES"),
        ("pathlib.Path.mkdir", "EROFS"),
    ],
)
def test_an_answer_that_cannot_be_saved_is_judged_and_used(student, place, code):
    ran = student(IMPORTS, FAIL.format(place=place, code=code), RIGHT, ASK, "print(progress('02'))")
    note = ran[3].text
    assert not ran[3].error and ": right" in note and "Not saved" in note and "WGAN_WORK" in note
    assert os.strerror(getattr(__import__("errno"), code)) in note and "Traceback" not in note
    assert "value -1.0" in ran[4].text
    assert re.search(r"\[x\] losses.critic_loss +done, in use in this notebook only", ran[5].text)


def test_where_there_are_no_locks_answers_are_saved_all_the_same(student):
    no_locks = FAIL.format(place="fcntl.flock", code="ENOLCK").replace("import errno", "import fcntl, errno")
    ran = student(IMPORTS, no_locks, RIGHT)
    assert "Saved in" in ran[3].text and "value -1.0" in student(IMPORTS, ASK)[-1].text


def test_a_lock_held_by_another_program_is_named(student):
    hold = f"""
import os, filelock
from starter.kit.desk import answers
answers._PATIENCE = 0.2
os.makedirs({str(student.mine)!r}, exist_ok=True)
lock = filelock.FileLock({str(student.mine / ".lock")!r}, is_singleton=False); lock.acquire()
"""
    ran = student(IMPORTS, hold, RIGHT, ASK)
    assert ": right" in ran[3].text and "another notebook is saving" in ran[3].text and "value -1.0" in ran[4].text


def test_a_folder_of_answers_is_made_at_the_first_save(student):
    assert not student.mine.exists()
    student(IMPORTS, "progress()")
    assert not student.mine.exists()
    student(IMPORTS, RIGHT)
    assert (student.mine / "losses.py").exists()


# A right answer and what comes after it --------------------------------------

LEFT = {
    "above": (RIGHT.replace("    return", '    raise Blank("losses.critic_loss")\n    return'), "Line 3"),
    "below": (RIGHT + '    raise Blank("losses.critic_loss")\n', "Line 4"),
    "bare": (RIGHT.replace("    return", "    raise Blank\n    return"), "Line 3"),
    "in a branch": (
        RIGHT.replace("    return", '    if len(real_scores) > 99:\n        raise Blank("x.y")\n    return'),
        "Line 4",
    ),
}


@pytest.mark.parametrize(("text", "words"), LEFT.values(), ids=list(LEFT))
def test_a_line_raise_blank_that_is_left_is_named_and_the_answer_stays(student, text, words):
    ran = student(IMPORTS, RIGHT, text, ASK)
    assert words in ran[3].text and "raise Blank" in ran[3].text and "earlier answer stays" in ran[3].text
    assert "value -1.0" in ran[4].text and "raise Blank" not in student.answer("losses")


def test_the_method_is_named(student):
    text = solved("critic.MLPCritic")
    left = text.replace(
        "        return self.layers", '        raise Blank("critic.MLPCritic")\n        return self.layers'
    )
    ran = student(IMPORTS, text, left)
    assert "in forward" in ran[3].text and "earlier answer stays" in ran[3].text


def test_a_half_answer_is_saved_where_there_is_none_and_says_so_in_the_table(student):
    ran = student(IMPORTS, LEFT["above"][0], "print(progress('02'))", ASK, RIGHT, ASK)
    assert "blank-left" in ran[2].text and "Saved" in ran[2].text
    assert re.search(r"\[!\] losses.critic_loss +not yet right \(blank-left\)", ran[3].text)
    assert ran[4].error == "Blank" and "value -1.0" in ran[6].text


def test_a_blank_cell_over_a_wrong_answer_says_that_it_is_not_yet_right(student):
    ran = student(IMPORTS, WRONG, build._fill_cell("losses.critic_loss", solved=False))
    assert "stays in use" in ran[3].text and "not yet right (sign-swapped)" in ran[3].text
    ran = student(IMPORTS, RIGHT, build._fill_cell("losses.critic_loss", solved=False))
    assert "It is right" in ran[3].text


def test_history_lists_and_restore_takes_back(student):
    second = RIGHT.replace("return", "also = 1\n    return")
    ran = student(
        IMPORTS,
        RIGHT,
        second,
        WRONG,
        'print(history("losses.critic_loss"))',
        'restore("losses.critic_loss")',
        ASK,
        'restore("losses.critic_loss", 1)',
        'restore("losses.critic_loss", 3)',
        ASK,
        'restore("losses.critic_loss", 9)',
    )
    table = ran[5].text
    assert len(re.findall(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d  right", table)) == 2
    assert re.search(r"3 .* not yet right \(sign-swapped\), in use", table)
    assert "version 2 again (right)" in ran[6].text and "value -1.0" in ran[7].text
    assert "version 1 again" in ran[8].text and "version 3 again" in ran[9].text and "value 1.0" in ran[10].text
    assert ran[11].error == "CourseError" and "no version 9" in ran[11].message


def test_restore_without_a_right_version_says_so(student):
    ran = student(
        IMPORTS,
        'restore("losses.critic_loss")',
        WRONG,
        'restore("losses.critic_loss")',
        RIGHT,
        'restore("losses.critic_loss")',
    )
    assert ran[2].error == "CourseError" and "No version" in ran[2].message
    assert ran[4].error == "CourseError" and "history(" in ran[4].message
    assert "in use already" in ran[6].text


def test_what_was_edited_by_hand_is_kept_before_it_is_replaced(student):
    student(IMPORTS, RIGHT)
    path = student.mine / "losses.py"
    path.write_text(path.read_text().replace("return fake", "by_hand = 1\n    return fake"))
    student(IMPORTS, WRONG)
    assert any("by_hand = 1" in text and ": right\n" in text for text in kept(student))


def test_versions_shows_text_in_a_notebook_without_running_it(student):
    student(IMPORTS, RIGHT.replace("return", "a = '<b>'\n    return"))
    ran = student(IMPORTS, 'print(history("losses.critic_loss")._repr_html_())')
    assert "&lt;b&gt;" in ran[-1].text and "<b>'" not in ran[-1].text


# Several kernels, and an editor ----------------------------------------------


def test_an_answer_of_another_notebook_is_seen_without_a_restart(student):
    with student.start(IMPORTS, "before = losses") as open_before:
        open_before.results()
        assert open_before.run(ASK)[0].error == "Blank"
        student(IMPORTS, RIGHT)
        assert "value -1.0" in open_before.run(ASK)[0].text
        student(IMPORTS, WRONG)
        ran = open_before.run(
            ASK,
            'check("losses.critic_loss")',
            "print(progress('02'))",
            "print(float(before.critic_loss(torch.ones(2), torch.zeros(2))))",
        )
        assert "value 1.0" in ran[0].text and "sign-swapped" in ran[1].text and "sign-swapped" in ran[2].text
        assert "1.0" in ran[3].text
        student('restore("losses.critic_loss")')
        assert "value -1.0" in open_before.run(ASK)[0].text
        student('reset("losses.critic_loss")')
        assert open_before.run(ASK)[0].error == "Blank"


def test_an_edit_in_an_editor_is_seen_without_a_restart(student):
    path = student.mine / "losses.py"
    with student.start(IMPORTS, RIGHT, OTHER, "first = losses.generator_loss") as kernel:
        kernel.results()
        right = path.read_text()
        path.write_text(right.replace("fake_scores.mean() - real_scores", "2 * fake_scores.mean() - 2 * real_scores"))
        ran = kernel.run(ASK, "print(losses.generator_loss is first)")
        assert "value -2.0" in ran[0].text and "True" in ran[1].text, "only what changed is run again"
        path.write_text("half = 0.5\n" + right.replace("return fake_scores.mean()", "return half * fake_scores.mean()"))
        assert "value -1.0" in kernel.run(ASK)[0].text
        path.write_text(right + "def half(:\n")
        assert kernel.run(ASK)[0].error == "BrokenModule"
        path.write_text(right)
        assert "value -1.0" in kernel.run(ASK)[0].text
        path.unlink()
        assert kernel.run(ASK)[0].error == "Blank"


def test_the_last_write_wins_cell_or_editor(student):
    path = student.mine / "losses.py"
    with student.start(IMPORTS, RIGHT) as kernel:
        kernel.results()
        path.write_text(path.read_text().replace("return fake", "from_the_editor = 1\n    return fake"))
        ran = kernel.run(WRONG, ASK)
        assert "value 1.0" in ran[1].text
        assert any("from_the_editor" in text for text in kept(student))


def test_a_class_keeps_its_identity_while_its_text_does(student):
    with student.start(
        IMPORTS,
        "from starter import critic as critics; from math import prod",
        solved("critic.MLPCritic"),
        "net = critics.MLPCritic()",
    ) as kernel:
        kernel.results()
        student("from math import prod", IMPORTS, solved("critic.optimal_discriminator"))
        ran = kernel.run(
            "p = torch.ones(2) / 2",
            "print(critics.optimal_discriminator(p, p), isinstance(net, critics.MLPCritic), type(net) is MLPCritic)",
        )
        assert "True True" in ran[1].text


def test_what_cannot_be_saved_stays_in_use_while_others_save(student):
    refuse = "import pathlib; keep = pathlib.Path.write_bytes\n" + FAIL.format(
        place="pathlib.Path.write_bytes", code="ENOSPC"
    )
    with student.start(IMPORTS, refuse, RIGHT, "pathlib.Path.write_bytes = keep") as kernel:
        assert "Not saved" in kernel.results()[-2].text
        student(IMPORTS, OTHER)
        ran = kernel.run(ASK, ASK_OTHER, RIGHT, "print(progress('02'))")
        assert "value -1.0" in ran[0].text and "other -1.0" in ran[1].text
        assert "Saved in" in ran[2].text and "this notebook only" not in ran[3].text


def test_importing_the_module_again_keeps_the_answer(student):
    ran = student(IMPORTS, RIGHT, "import importlib; importlib.reload(losses)", ASK)
    assert "value -1.0" in ran[-1].text


def test_looking_at_the_file_costs_next_to_nothing(student):
    ran = student(
        IMPORTS, RIGHT, "import timeit; print(timeit.timeit(lambda: losses.critic_loss, number=10_000) / 10_000 < 5e-5)"
    )
    assert "True" in ran[-1].text


# The version -----------------------------------------------------------------


def test_the_version_stands_in_one_place():
    settings = tomllib.loads((build.ROOT / "pyproject.toml").read_text())
    assert settings["tool"]["setuptools"]["dynamic"]["version"] == {"attr": "starter.kit.registry.VERSION"}
    assert "version" in settings["project"]["dynamic"] and "version" not in settings["project"]
    assert re.fullmatch(r"\d+\.\d+\.\d+", registry.VERSION)
    files = [*build.ROOT.glob("starter/**/*.py"), *build.ROOT.glob("solutions/**/*.py"), build.ROOT / "pyproject.toml"]
    holding = [path.name for path in files if f'"{registry.VERSION}"' in path.read_text(encoding="utf-8")]
    assert holding == ["registry.py"]


def test_progress_names_version_and_folder(student):
    text = student("print(progress())", "print(progress()._repr_html_())")
    assert all(f"WGAN Lab {registry.VERSION}" in ran.text and str(student.mine) in ran.text for ran in text[1:])


# Names of exercises ----------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ('"losses.critic_los"', "losses.critic_loss"),
        ('"critic_loss"', "losses.critic_loss"),
        ('"loss.critic_loss"', "losses.critic_loss"),
        ('"critic.mlpcritic"', "critic.MLPCritic"),
        ('"training.critic_loss"', "losses.critic_loss"),
        ("losses.critic_loss", 'in quotes, such as "losses.critic_loss"'),
    ],
)
@pytest.mark.parametrize("call", ["reset", "borrow", "history", "restore", "check"])
def test_a_mistyped_name_gets_the_nearest(call, typed, meant):
    code = (
        f"from starter import losses, kit\ntry:\n    kit.{call}({typed})\nexcept Exception as error:\n    print(error)"
    )
    message = python_here(code)
    assert meant in message and message.count(".") < 6


def python_here(code: str) -> str:
    """What the code prints in this process, under the reference."""
    import contextlib
    import io

    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        exec(code, {})
    return out.getvalue()


def test_a_name_like_no_other_leads_to_the_table():
    with pytest.raises(KeyError, match="progress"):
        registry.exercise("zzz.qqq")


def test_a_sheet_may_be_named_in_several_ways():
    assert registry.sheet("2") is registry.sheet(2) is registry.sheet("02")
    with pytest.raises(KeyError, match="There is no sheet"):
        registry.sheet("55")


def test_time_is_not_what_tells_versions_apart(student):
    """Two saves within one tick of the clock, and of the same length."""
    student(IMPORTS, RIGHT, RIGHT.replace("fake_scores.mean() - real", "fake_scores.mean() + real"), ASK)
    stamp = time.time()
    with student.start(IMPORTS) as kernel:
        kernel.results()
        kernel.run(ASK)
        path = student.mine / "losses.py"
        text = path.read_text().replace("fake_scores.mean() + real", "fake_scores.mean() - real")
        scratch = path.with_suffix(".new")
        scratch.write_text(text)
        os.replace(scratch, path)
        os.utime(path, (stamp, stamp))
        assert "value -1.0" in kernel.run(ASK)[0].text


def test_a_name_taken_earlier_is_told_to_be_an_earlier_version(student):
    with student.start(IMPORTS, RIGHT) as kernel:
        kernel.results()
        call = "print(float(critic_loss(torch.ones(2), torch.zeros(2))))"
        assert "earlier version" not in kernel.run(call)[0].text
        student(IMPORTS, WRONG)
        assert "critic_loss is an earlier version here" in kernel.run(call)[0].text
        assert "earlier version" not in kernel.run(ASK)[0].text


def test_a_newer_course_under_a_running_kernel_asks_for_a_restart(student, tmp_path, monkeypatch):
    newer = tmp_path / "registry.py"
    newer.write_text('VERSION = "9.9.9"\n')
    monkeypatch.setattr(registry, "__file__", str(newer))
    assert registry.newer_on_disk() == "9.9.9"
    from starter.kit.desk.progress import Progress

    assert any("restart the kernel" in note for note in Progress([]).notes())


def test_a_relative_folder_means_the_same_everywhere(student):
    code = "import os; from starter.kit import course; first = course.work_folder(); os.chdir('/')\n"
    code += "print(first == course.work_folder() == course.ROOT / 'somewhere' / 'mine')"
    assert python(code, WGAN_LABS="student", WGAN_WORK="somewhere/mine").stdout.strip() == "True"


# Unsaved answers among others -------------------------------------------------

NO_ROOM = "import pathlib; keep = pathlib.Path.write_bytes\n" + FAIL.format(
    place="pathlib.Path.write_bytes", code="ENOSPC"
)
ROOM = "pathlib.Path.write_bytes = keep"
VALUE_RIGHT, VALUE_WRONG = "value -1.0", "value 1.0"
RESTORE, LIST = 'restore("losses.critic_loss")', 'print(history("losses.critic_loss"))'


def test_an_unsaved_right_answer_is_kept_when_a_wrong_one_replaces_it(student):
    ran = student(IMPORTS, NO_ROOM, RIGHT, WRONG, ASK, 'restore("losses.critic_loss")', ASK, ROOM, OTHER)
    assert 'Your right answer is kept: restore("losses.critic_loss")' in ran[4].text and VALUE_WRONG in ran[5].text
    assert "(right)" in ran[6].text and VALUE_RIGHT in ran[7].text
    ran = student(IMPORTS, NO_ROOM, RIGHT, ROOM, WRONG, 'print(history("losses.critic_loss"))')
    assert re.search(r"\d  right", ran[-1].text) and len(kept(student)) >= 2


@pytest.mark.parametrize("call", ["reset", "borrow"])
def test_an_unsaved_answer_can_be_taken_back_after_reset_and_borrow(student, call):
    ran = student(
        IMPORTS, NO_ROOM, RIGHT, ROOM, f'{call}("losses.critic_loss")', 'restore("losses.critic_loss", 1)', ASK
    )
    assert "version 1 again (right)" in ran[6].text and VALUE_RIGHT in ran[7].text


def test_an_unsaved_answer_stays_until_its_own_text_in_the_file_changes(student):
    path = student.mine / "losses.py"
    with student.start(IMPORTS, WRONG, NO_ROOM, RIGHT, ROOM, OTHER) as kernel:
        kernel.results()
        assert VALUE_RIGHT in kernel.run(ASK)[0].text
        path.write_text(path.read_text() + "\n\nHELP = 1\n")
        assert VALUE_RIGHT in kernel.run(ASK)[0].text, "a helper runs all again, and it stays"
        path.write_text(path.read_text().replace("real_scores.mean() - fake", "3 * real_scores.mean() - 3 * fake"))
        assert "value 3.0" in kernel.run(ASK)[0].text


def test_a_line_raise_blank_does_not_replace_an_unsaved_answer(student):
    ran = student(IMPORTS, LEFT["above"][0], NO_ROOM, RIGHT, ROOM, LEFT["above"][0], ASK)
    assert "earlier answer stays" in ran[6].text and VALUE_RIGHT in ran[7].text


def test_importing_the_module_again_keeps_an_unsaved_answer(student):
    ran = student(IMPORTS, NO_ROOM, RIGHT, "import importlib; importlib.reload(losses)", ASK)
    assert VALUE_RIGHT in ran[-1].text


# Helpers of their own ---------------------------------------------------------

USES = "def critic_loss(r, f):\n    return {}\n"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            "K = 1\n\n\n" + USES.format("K * (f.mean() - r.mean())"),
            "K = 4\n\n\n" + USES.format("K * (f.mean() - r.mean())"),
        ),
        (
            "def twice(x):\n    return x\n\n\n" + USES.format("twice(f.mean() - r.mean())"),
            "def twice(x):\n    return 4 * x\n\n\n" + USES.format("twice(f.mean() - r.mean())"),
        ),
        (
            "def own(f):\n    return f\n\n\n@own\n" + USES.format("f.mean() - r.mean()"),
            "def own(f):\n    return lambda *a: 4 * f(*a)\n\n\n@own\n" + USES.format("f.mean() - r.mean()"),
        ),
    ],
    ids=["constant", "function", "decorator"],
)
def test_a_changed_helper_reaches_what_uses_it(student, before, after):
    student.mine.mkdir()
    path = student.mine / "losses.py"
    path.write_text(before)
    with student.start(IMPORTS) as kernel:
        kernel.results()
        assert "value -1.0" in kernel.run(ASK)[0].text
        path.write_text(after)
        assert "value -4.0" in kernel.run(ASK)[0].text


def test_a_helper_that_is_gone_is_gone_in_every_kernel(student):
    student.mine.mkdir()
    path = student.mine / "losses.py"
    path.write_text("K = 1\n\n\n" + USES.format("K * (f.mean() - r.mean())"))
    with student.start(IMPORTS) as kernel:
        kernel.results()
        path.write_text(USES.format("K * (f.mean() - r.mean())"))
        assert kernel.run(ASK)[0].error == "NameError"


def test_a_changed_module_of_their_own_is_loaded_again(student):
    student.mine.mkdir()
    more = student.mine / "more.py"
    more.write_text("def size(x):\n    return x\n")
    (student.mine / "losses.py").write_text("from .more import size\n\n\n" + USES.format("size(f.mean() - r.mean())"))
    with student.start(IMPORTS) as kernel:
        kernel.results()
        assert "value -1.0" in kernel.run(ASK)[0].text
        more.write_text("def size(x):\n    return 4.0 * x\n")
        assert "value -4.0" in kernel.run(ASK)[0].text


@pytest.mark.parametrize(
    "text",
    [
        "critic_loss = lambda real_scores, fake_scores: fake_scores.mean() - real_scores.mean()\n",
        "if True:\n    def critic_loss(real_scores, fake_scores):\n        return fake_scores.mean() - "
        "real_scores.mean()\n",
    ],
    ids=["assigned", "under an if"],
)
def test_an_answer_written_in_another_way_by_hand_is_an_answer(student, text):
    student.mine.mkdir()
    (student.mine / "losses.py").write_text(text)
    assert states(student)["losses.critic_loss"] == "done"
    ran = student(IMPORTS, ASK, WRONG, 'restore("losses.critic_loss")', ASK)
    assert VALUE_RIGHT in ran[2].text and "Your right answer is kept" in ran[3].text and VALUE_RIGHT in ran[5].text
    with student.start(IMPORTS) as kernel:
        kernel.results()
        (student.mine / "losses.py").write_text(
            "if True:\n" + GOOD.replace("def", "    def").replace("    ret", "        ret")
        )
        assert VALUE_RIGHT in kernel.run(ASK)[0].text


# Folders and files that are something else ------------------------------------


@pytest.mark.parametrize("inside", ["starter", "solutions", "starter/kit", ".", "labwork/..", "notebooks"])
def test_a_folder_of_the_course_is_no_folder_of_answers(inside, tmp_path):
    course_copy = tmp_path / "course"
    shutil.copytree(
        build.ROOT / "starter", course_copy / "starter", ignore=shutil.ignore_patterns("__pycache__", "data")
    )
    for name in ("solutions", "labwork", "notebooks/source"):
        (course_copy / name).mkdir(parents=True)
    (course_copy / "solutions" / "build.py").write_text("")
    (course_copy / "starter" / "mine").mkdir(exist_ok=True)
    before = {path: path.read_bytes() for path in course_copy.rglob("*.py")}
    for code in ("from starter import losses", "import runpy; runpy.run_module('starter.kit', run_name='__main__')"):
        done = python(code, WGAN_LABS="student", WGAN_WORK=str(course_copy / inside))
        assert done.returncode and "holds the course itself" in done.stderr.strip().splitlines()[-1], inside
        assert {path: path.read_bytes() for path in course_copy.rglob("*.py")} == before
    if inside == "starter":
        assert f"Did you mean {course_copy / 'starter' / 'mine'}?" in done.stderr


@pytest.mark.parametrize("value", ["", "  ", "~nobody-of-that-name/x"])
def test_a_folder_that_is_no_name(value):
    done = python("import starter", WGAN_LABS="student", WGAN_WORK=value)
    assert done.returncode and "WGAN_WORK" in done.stderr.strip().splitlines()[-1]


def test_a_file_of_nothing_but_nul_bytes_is_named_everywhere(student):
    student.mine.mkdir()
    (student.mine / "losses.py").write_bytes(b"\x00" * 300)
    ran = student("print(progress('05'))")
    assert "losses.py holds NUL bytes" in ran[-1].text


def test_a_folder_copied_into_itself_is_told(student):
    (student.mine / "mine").mkdir(parents=True)
    (student.mine / "mine" / "losses.py").write_text(GOOD)
    assert "one folder too deep" in student("print(progress())")[-1].text


# What is said of versions -----------------------------------------------------


def test_reset_names_the_version_that_it_kept(student):
    ran = student(IMPORTS, WRONG, 'reset("losses.critic_loss")', 'restore("losses.critic_loss", 1)', ASK)
    assert 'restore("losses.critic_loss", 1) takes your answer back' in ran[3].text and VALUE_WRONG in ran[5].text


def test_a_right_answer_by_hand_is_found_again(student):
    student.mine.mkdir()
    (student.mine / "losses.py").write_text(GOOD)
    ran = student(IMPORTS, 'reset("losses.critic_loss")', 'restore("losses.critic_loss")', ASK)
    assert VALUE_RIGHT in ran[4].text


def test_versions_that_nobody_checked_are_checked_before_none_is_called_right(old):
    folder = old.mine / ".history"
    (folder / "losses.critic_loss.0002.py").write_text(GOOD)
    (old.mine / "losses.py").write_text("")
    ran = old(IMPORTS, 'restore("losses.critic_loss")', ASK)
    assert "(right)" in ran[2].text and VALUE_RIGHT in ran[3].text


def test_a_borrowed_answer_is_kept_too(student):
    ran = student(IMPORTS, 'borrow("losses.critic_loss")', WRONG, 'restore("losses.critic_loss")', ASK)
    assert "Your borrowed answer is kept" in ran[3].text and VALUE_RIGHT in ran[5].text


def test_an_empty_version_is_not_taken_back(student):
    student(IMPORTS, WRONG)
    (student.mine / ".history" / "losses.critic_loss.0001.py").write_bytes(b"")
    ran = student(IMPORTS, 'restore("losses.critic_loss", 1)', ASK)
    assert ran[2].error == "CourseError" and "is empty" in ran[2].message and VALUE_WRONG in ran[3].text


def test_nothing_is_said_to_stay_where_the_file_is_damaged(student):
    student.mine.mkdir()
    (student.mine / "losses.py").write_bytes(DAMAGE["conflict marks"][0])
    ran = student(IMPORTS, LEFT["above"][0], RIGHT.replace("fake_scores.mean()", "unknown"))
    assert "stays in use" not in ran[2].text + ran[3].text


def test_several_definitions_of_one_exercise_all_go_with_reset(student):
    student.mine.mkdir()
    (student.mine / "losses.py").write_text(GOOD + "\n\n" + GOOD.replace("- real", "+ real"))
    ran = student(IMPORTS, 'reset("losses.critic_loss")', ASK)
    assert ran[3].error == "Blank" and "critic_loss" not in student.answer("losses").split("\n\n\n", 1)[-1]


def test_notes_between_the_answers_of_0_1_0_are_taken_over(old):
    path = old.mine / "losses.py"
    text = path.read_text().replace("\n\n\ndef wasserstein", "\n\n# to do: ask about signs\n\n\ndef wasserstein")
    path.write_text(text + "\n# and one at the end\n")
    old(IMPORTS, ASK)
    taken = old.answer("losses")
    assert "# to do: ask about signs" in taken and "# and one at the end" in taken and "as-of-0.1.0" in taken


def test_a_copy_whose_first_mark_was_deleted_is_taken_over_as_well(old):
    path = old.mine / "losses.py"
    path.write_text("\n".join(line for line in path.read_text().split("\n") if "Built from" not in line))
    old(IMPORTS, ASK)
    assert [part.name for part in answers.read_file(path).parts] == ["critic_loss", "wasserstein_estimate"]


# Where only a part can be written -----------------------------------------------


def test_a_right_answer_that_could_not_be_saved_is_not_called_the_one_in_use(student):
    """A read-only folder with a right answer, and a wrong one on top of it in the kernel."""
    ask = [RESTORE, ASK, LIST]
    ran = student(IMPORTS, RIGHT, NO_ROOM, WRONG, ASK, *ask, RESTORE, ROOM, RESTORE)
    assert VALUE_WRONG in ran[5].text and "again (right)" in ran[6].text and VALUE_RIGHT in ran[7].text
    assert ran[8].text.count("not yet right") == 1 and "not recorded" not in ran[8].text, (
        "each text with its own verdict"
    )
    assert "is in use already" in ran[-1].text, "and now it is"


def test_a_wrong_answer_that_could_not_be_saved_is_never_listed_as_right(student):
    text = student(IMPORTS, NO_ROOM, WRONG, RIGHT, LIST)[-1].text
    assert re.findall(r"\d\d  (not yet right|right)", text) == ["not yet right", "right"], text


def test_versions_that_cannot_be_kept_are_told(student):
    student.mine.mkdir()
    (student.mine / ".history").write_text("a file")
    ran = student(IMPORTS, RIGHT, 'reset("losses.critic_loss")', WRONG, RESTORE, ASK)
    assert "Nothing was changed" in ran[3].message and ".history cannot be written" in ran[3].message
    assert "kept in this notebook only, because" in ran[4].text and VALUE_RIGHT in ran[-1].text
    assert "Saved in" in student(IMPORTS, RIGHT)[-1].text


def test_a_file_of_answers_that_is_a_link_stays_one(student, tmp_path):
    """Somebody keeps the file in a synchronised folder, or in a repository of their own."""
    student.mine.mkdir()
    there = tmp_path / "synchronised" / "losses.py"
    there.parent.mkdir()
    there.touch()
    (student.mine / "losses.py").symlink_to(there)
    student(IMPORTS, RIGHT)
    assert (student.mine / "losses.py").is_symlink() and "def critic_loss" in there.read_text()


def test_a_link_to_nowhere_is_told_and_left_alone(student, tmp_path):
    student.mine.mkdir()
    (student.mine / "losses.py").symlink_to(tmp_path / "unmounted" / "losses.py")
    ran = student(IMPORTS, RIGHT, ASK, "print(progress('02'))")
    assert ": right" in ran[2].text and "is a link to" in ran[2].text and "which is not there" in ran[4].text
    assert VALUE_RIGHT in ran[3].text and (student.mine / "losses.py").is_symlink()


@pytest.mark.parametrize("after", ["", "HELP = 1\n", None])
@pytest.mark.parametrize("damage", ["raise ValueError('x')\n", "retrun\n", "\0"])
def test_what_a_damaged_file_blocked_is_free_again_when_it_is_mended_or_gone(student, damage, after):
    path = student.mine / "losses.py"
    with student.start(IMPORTS, RIGHT, ASK) as kernel:
        kernel.results()
        path.write_text(path.read_text() + damage)
        assert kernel.run(ASK)[0].error == "BrokenModule"
        path.unlink() if after is None else path.write_text(after)
        assert kernel.run(ASK)[0].error == "Blank"
        assert "again (right)" in kernel.run(RESTORE)[0].text and VALUE_RIGHT in kernel.run(ASK)[0].text
