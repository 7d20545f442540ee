"""`make grade`: what students return is read, shut in, checked and reported, whatever it does."""

import csv
import io
import json
import os
import random
import stat
import sys
import time
import zipfile
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from solutions.grade import __main__ as grade
from solutions.grade import alike, box, marks, report, submissions
from starter.kit import registry
from starter.kit.desk import progress
from tests import returned

LOSS = "def critic_loss(real_scores, fake_scores):\n    return fake_scores.mean() - real_scores.mean()\n"
WRONG = "def critic_loss(real_scores, fake_scores):\n    return real_scores.mean() - fake_scores.mean()\n"


def archive(path: Path, files: dict[str, str | bytes]) -> Path:
    with zipfile.ZipFile(path, "w") as out:
        for name, text in files.items():
            out.writestr(name, text)
    return path


def only(folder: Path, **kwargs) -> submissions.Submission:
    (found,) = submissions.collect(folder, **kwargs)
    return found


# What was returned -----------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "owner"),
    [
        ("Anna Meier_12345_assignsubmission_file_.zip", "Anna Meier"),
        ("Anna Meier_12345_assignsubmission_file_", "Anna Meier"),
        ("meieranna_LATE_123_4567_mine.zip", "meieranna"),
        ("meieranna_123_4567_mine-2.zip", "meieranna"),
        ("anna_meier.zip", "anna_meier"),
        ("anna_meier (1).zip", "anna_meier"),
        ("anna", "anna"),
        (".zip", ".zip"),
    ],
)
def test_the_owner_is_read_from_the_name(name, owner):
    assert submissions.owner_of(name) == owner


@pytest.mark.parametrize("inside", ["losses.py", "mine/losses.py", "lab/starter/mine/losses.py", "a\\mine\\losses.py"])
def test_answers_are_found_on_any_level(tmp_path, inside):
    archive(tmp_path / "anna.zip", {inside: LOSS, "lab/README.md": "x"})
    assert only(tmp_path).modules == {"losses": LOSS}


def test_a_whole_hand_out_is_read_and_its_blanks_are_no_answers(tmp_path):
    files = {"lab/starter/losses.py": "blank", "lab/starter/kit/registry.py": "", "lab/starter/mine/losses.py": LOSS}
    archive(tmp_path / "anna.zip", {**files, "lab/.handout.json": '{"version": "0.1.9"}'})
    found = only(tmp_path)
    assert found.modules == {"losses": LOSS} and found.version == "0.1.9"


def test_the_last_one_before_the_date_counts(tmp_path):
    for name, text, day in (("anna (1).zip", WRONG, 2), ("anna (2).zip", LOSS, 3), ("anna (3).zip", WRONG, 9)):
        when = datetime(2026, 12, day).timestamp()
        os.utime(archive(tmp_path / name, {"losses.py": text}), (when, when))
    found = only(tmp_path, due=datetime(2026, 12, 5))
    assert found.modules == {"losses": LOSS} and not found.late
    assert found.notes == ("This is anna (2).zip; not graded: anna (1).zip, anna (3).zip.",)
    assert only(tmp_path, due=datetime(2026, 12, 1)).late


def test_notebooks_do_where_there_are_no_files(tmp_path):
    cells = [
        {"cell_type": "code", "source": ['@fills("losses.critic_loss")\n', *LOSS.splitlines(keepends=True)]},
        {"cell_type": "markdown", "source": "text"},
    ]
    archive(tmp_path / "anna.zip", {"02_critic.ipynb": json.dumps({"cells": cells}), "bad.ipynb": "{"})
    found = only(tmp_path)
    assert found.modules["losses"].strip() == LOSS.strip()
    assert "bad.ipynb is no notebook" in found.notes[0] and "the notebooks were taken" in found.notes[1]


BAD = {
    "empty.zip": (b"", "cannot be read"),
    "nothing.zip": ({}, "no answers"),
    "two.zip": ({"a/mine/losses.py": LOSS, "b/mine/losses.py": WRONG}, "two sets of answers"),
    "up.zip": ({"../../losses.py": LOSS}, "leads out of it"),
    "large.zip": ({"losses.py": "#" * 600_000}, "larger than"),
    "wide.zip": ({"losses.py": LOSS.encode("utf-16")}, "UTF-8"),
    "essay.docx": (b"PK", "no submission"),
    "half.zip": (b"PK\x03\x04 and no end", "cannot be read"),
}


@pytest.mark.parametrize("name", BAD)
def test_what_cannot_be_graded_gets_a_line_of_its_own(tmp_path, name):
    content, said = BAD[name]
    if isinstance(content, bytes):
        (tmp_path / name).write_bytes(content)
    else:
        archive(tmp_path / name, content)
    assert any(said in note for note in only(tmp_path).notes), only(tmp_path).notes


def test_links_are_not_followed(tmp_path):
    secret = tmp_path / "secret.py"
    secret.write_text(LOSS)
    returned_folder = tmp_path / "returned"
    (returned_folder / "anna" / "mine").mkdir(parents=True)
    (returned_folder / "anna" / "mine" / "losses.py").symlink_to(secret)
    (returned_folder / "bert").symlink_to(tmp_path)
    link = zipfile.ZipInfo("mine/losses.py")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(returned_folder / "carla.zip", "w") as out:
        out.writestr(link, str(secret))
    for found in submissions.collect(returned_folder):
        assert not found.modules and "link" in found.notes[0]


def test_a_bomb_is_not_unpacked(tmp_path):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as out:
        out.writestr("mine/losses.py", b"\0" * 200_000_000)
    (tmp_path / "anna.zip").write_bytes(buffer.getvalue())
    started = time.perf_counter()
    assert not only(tmp_path).modules.get("losses") and time.perf_counter() - started < 1


def test_windows_line_ends_and_a_folder_that_is_not_there(tmp_path):
    archive(tmp_path / "anna.zip", {"mine/losses.py": LOSS.replace("\n", "\r\n")})
    assert only(tmp_path).modules == {"losses": LOSS}
    with pytest.raises(SystemExit, match="is no folder"):
        submissions.collect(tmp_path / "missing")


# Answers that are alike ------------------------------------------------------

NORMS = """
def gradient_norms(critic, images):
    '''Words.'''
    images = images.detach().requires_grad_(True)
    scores = critic(images)
    (gradients,) = torch.autograd.grad(scores.sum(), images, create_graph=True)
    return gradients.flatten(start_dim=1).norm(dim=1)
"""
RENAMED = NORMS.replace("scores", "s").replace("gradients", "g").replace("'''Words.'''", "").replace("images", "x")
OWN = NORMS.replace(".norm(dim=1)", ".square().sum(dim=1).add(1e-12).sqrt()")


def test_names_and_words_do_not_hide_a_copy():
    found = alike.groups([("anna", {"penalty": NORMS}), ("bert", {"penalty": RENAMED}), ("carla", {"penalty": OWN})])
    assert found["anna", "penalty.gradient_norms"] == ["the reference", "bert"]
    assert found["bert", "penalty.gradient_norms"] == ["the reference", "anna"]
    assert ("carla", "penalty.gradient_norms") not in found


def test_a_short_answer_is_no_copy():
    assert alike.groups([("anna", {"losses": LOSS}), ("bert", {"losses": LOSS})]) == {}


# Marks and reports -----------------------------------------------------------


def test_points_follow_one_rule():
    exercise = registry.exercise("training.critic_step")
    assert marks.earned(exercise, "done") == exercise.difficulty
    assert marks.earned(exercise, "other") == exercise.difficulty / 2
    assert {marks.earned(exercise, state) for state in ("wrong", "blank", "borrowed")} == {0}
    assert set(marks.CREDIT) < set(marks.STATES) == set(progress.WORDS)


def test_a_spreadsheet_takes_no_formula_and_a_page_no_code(tmp_path):
    found = submissions.Submission("=1+1 <b>", "x.zip", datetime.now(), {"losses": LOSS})
    graded = [report.Graded(found, [report.Row("losses.critic_loss", "wrong", "error", "=HYPERLINK(<script>)")])]
    (row,) = csv.DictReader(io.StringIO(report.table(graded)))
    assert row["student"].startswith("'=") and row["sentence"].startswith("'=")
    page = report.page(graded, 7)
    assert "<script>" not in page and "<b>" not in page and "&lt;script&gt;" in page


def test_the_page_sums_up_what_students_said_of_the_sheets(tmp_path):
    for owner, minutes in (("anna", 30), ("bert", 50), ("carla", "x")):
        said = json.dumps({"02": {"minutes": minutes, "hard": f"<b>{owner[0]}</b>"}})
        archive(tmp_path / f"{owner}.zip", {"starter/mine/losses.py": LOSS, "starter/mine/feedback.json": said})
    graded = [report.Graded(one, []) for one in submissions.collect(tmp_path)]
    page = report.page(graded, 7)
    assert "What they said of the sheets" in page and "<td>40</td>" in page
    assert "&lt;b&gt;a&lt;/b&gt;" in page and "<b>" not in page
    assert "What they said" not in report.page([report.Graded(replace(graded[0].submission, said=()), [])], 7)


# In the box ------------------------------------------------------------------

HOSTILE = {
    "losses.critic_loss": "def critic_loss(real_scores, fake_scores):\n    import os\n    os._exit(0)\n",
    "losses.wasserstein_estimate": """
def wasserstein_estimate(real_scores, fake_scores):
    import json, os
    forged = json.dumps({"name": "losses.wasserstein_estimate", "state": "done", "mistake": "", "message": ""})
    for file in range(3, 50):
        try:
            os.write(file, b"0" * 64 + forged.encode())
        except OSError:
            pass
    os._exit(0)
""",
    "losses.generator_loss": """
def generator_loss(fake_scores):
    from starter.kit.checks import judge, report
    judge.CHECKS["losses.generator_loss"] = None
    report.Report.passed = True
    return fake_scores
""",
    "penalty.interpolate": """
def interpolate(real, fake):
    import importlib
    return importlib.import_module("solutions.penalty").interpolate(real, fake)
""",
    "penalty.gradient_norms": """
def gradient_norms(critic, images):
    import glob, os
    seen = [place for place in ("COURSE/solutions", "COURSE/tests", "RETURNED") if os.path.isdir(place)]
    raise ValueError(f"I see {seen} and {glob.glob('/proc/[0-9]*').__len__() < 9}")
""",
    "penalty.gradient_penalty": """
def gradient_penalty(critic, real, fake):
    done = []
    for place in ("COURSE/made", "RETURNED/made", "/etc/made", "/usr/made"):
        try:
            open(place, "w").write("x")
            done.append(place)
        except OSError:
            pass
    raise ValueError(f"I wrote {done}")
""",
    "penalty.input_gradient": """
def input_gradient(f, x):
    import socket
    socket.create_connection(("127.0.0.1", PORT), timeout=2)
    raise ValueError("connected")
""",
    "generator.to_image": """
def to_image(x):
    import subprocess
    subprocess.Popen(["sleep", "600"], start_new_session=True)
    return (x + 1) / 2
""",
    "generator.sample_latent": """
def sample_latent(n, latent_dim, device=None):
    import torch
    return torch.zeros(2 * 10**9, 8)
""",
    "distances.kl_divergence": """
def kl_divergence(p, q):
    import dataclasses
    from starter.kit.checks.report import Report
    dataclasses.replace = lambda report, **more: Report(report.name, True, "", "forged")
    return p.sum()
""",
    "distances.js_divergence": """
def js_divergence(p, q):
    import json
    json.dumps = lambda report: '{"name": "distances.js_divergence", "state": "done", "mistake": "", "message": ""}'
    return p.sum()
""",
    "distances.total_variation": """
def total_variation(p, q):
    from starter.kit.checks import judge
    def verdict(exercise, candidate, explain_name):
        return judge.Report(exercise.name, True, "", "forged")
    judge._verdict.__code__ = verdict.__code__
    return p.sum()
""",
    "distances.wasserstein_1d": """
def wasserstein_1d(x, y):
    from starter.kit.checks.report import Report, Wrong
    Report.__init__ = lambda self, *given, **more: self.__dict__.update(name=given[0], passed=True, mistake="")
    Wrong.__init__ = lambda self, *given: None
    return x.sum()
""",
    "latent.lerp": "def lerp(a, b, t):\n    while True:\n        pass\n",
    "evaluation.nearest_neighbours": """
def nearest_neighbours(images, references, k=1):
    import json, sys
    frame = sys._getframe()
    while "seal" not in frame.f_locals:
        frame = frame.f_back
    name, found = "evaluation.nearest_neighbours", frame.f_locals
    text = json.dumps({"name": name, "state": "done", "mistake": "", "message": "forged"}).encode()
    found["seal"].update(text)
    found["write"](found["there"], found["seal"].hexdigest().encode() + text)
    found["end"](0)
""",
    "latent.slerp": """
def slerp(a, b, t):
    from starter.kit import borrow
    borrow("latent.slerp")
    import starter.latent
    return starter.latent.slerp(a, b, t)
""",
}


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    """A folder as a platform exports it, graded; every row by owner and exercise."""
    if not box.maker():
        pytest.skip("no box can be made on this machine")
    import socket

    folder = tmp_path_factory.mktemp("grade")
    trial = folder / "trial"
    (trial / "mine").mkdir(parents=True)
    try:
        box.Box(box.maker(), box.hand_out(trial), trial / "mine", [], []).close()
    except box.Died:
        pytest.skip("no box starts on this machine")
    back, out = folder / "returned", folder / "out" / "marks.csv"
    back.mkdir()
    out.parent.mkdir()
    listener = socket.create_server(("127.0.0.1", 0))
    places = {"COURSE": str(box.ROOT), "RETURNED": str(back), "PORT": str(listener.getsockname()[1])}
    files: dict[str, str] = {}
    for name, text in HOSTILE.items():
        for word, place in places.items():
            text = text.replace(word, place)
        module = name.partition(".")[0]
        files[f"mine/{module}.py"] = files.get(f"mine/{module}.py", "") + text + "\n\n"
    archive(back / "mallory.zip", files)
    archive(back / "Anna Meier_1_assignsubmission_file_.zip", {"starter/mine/losses.py": LOSS})
    archive(back / "bert.zip", {"losses.py": WRONG + "\n\ndef generator_loss(fake_scores:\n"})
    archive(back / "carla.zip", {"losses.py": WRONG})
    solved = {f"{module}.py": (box.ROOT / "solutions" / f"{module}.py").read_text() for module in registry.MODULES}
    archive(back / "emil.zip", solved)
    (back / "dora.zip").write_bytes(b"")
    before = {path: path.read_bytes() for path in back.iterdir()}
    monkey = pytest.MonkeyPatch()
    monkey.setattr(box, "LIMIT", 12.0)
    grade.main([str(back), "--out", str(out), "--seed", "7"])
    monkey.undo()
    listener.close()
    assert {path: path.read_bytes() for path in back.iterdir()} == before
    assert sorted(path.name for path in out.parent.iterdir()) == ["marks.csv", "marks.html"]
    rows = {(row["student"], row["exercise"]): row for row in csv.DictReader(out.open())}
    assert len(rows) == 6 * len(registry.EXERCISES)
    return rows


def test_honest_students_get_what_is_theirs(graded):
    assert graded["Anna Meier", "losses.critic_loss"]["points"] == "2"
    assert graded["Anna Meier", "penalty.interpolate"]["state"] == "blank"
    assert graded["carla", "losses.critic_loss"]["mistake"] == "sign-swapped"
    assert "is not valid Python" in graded["bert", "losses.critic_loss"]["sentence"]
    assert all(row["points"] == "0" for (owner, _), row in graded.items() if owner == "dora")


FORGED = "evaluation.nearest_neighbours"  # reaches the seal, and is found out by what it has to use for that


@pytest.mark.parametrize("name", [name for name in HOSTILE if name not in ("generator.to_image", FORGED)])
def test_hostile_answers_gain_nothing(graded, name):
    row = graded["mallory", name]
    assert row["points"] == "0" and row["state"] in ("wrong", "broken"), row


def test_what_the_interpreters_own_frames_give_is_held_back(graded):
    row = graded["mallory", FORGED]
    assert row["sentence"] == "forged" and row["state"] == "done"
    assert row["points"] == "0" and row["held"] == "2"
    assert "It uses _getframe, f_back, f_locals, sys, which no answer needs." in row["seen"]


def test_what_hostile_answers_attempt_finds_nothing(graded):
    assert "I see [] and True" in graded["mallory", "penalty.gradient_norms"]["sentence"]
    assert "I wrote []" in graded["mallory", "penalty.gradient_penalty"]["sentence"]
    assert "connected" not in graded["mallory", "penalty.input_gradient"]["sentence"]
    assert not list(Path("/etc").glob("made")) and not (box.ROOT / "made").exists()


def test_the_reference_gets_all_points(graded):
    of_emil = [row for (owner, _), row in graded.items() if owner == "emil"]
    assert not [(row["exercise"], row["sentence"]) for row in of_emil if row["state"] != "done"]
    assert sum(float(row["points"]) for row in of_emil) == marks.most() and not any(row["held"] for row in of_emil)


@pytest.mark.parametrize("how", ["bwrap", "unshare"])
def test_either_kind_of_box_hides_the_course_and_takes_no_files(how, tmp_path):
    if how not in box.makers():
        pytest.skip(f"{how} makes no box on this machine")
    mine, back = tmp_path / "mine", tmp_path / "returned"
    mine.mkdir()
    back.mkdir()
    text = "\n\n".join(HOSTILE[name] for name in ("penalty.gradient_norms", "penalty.gradient_penalty"))
    (mine / "penalty.py").write_text(text.replace("COURSE", str(box.ROOT)).replace("RETURNED", str(back)))
    python = [Path(sys.prefix), Path(sys.prefix).resolve()]
    kept = [folder for folder in python if folder.is_relative_to(box.ROOT)]
    try:
        room = box.Box(how, box.hand_out(tmp_path), mine, [box.ROOT, back], kept)
    except box.Died:
        pytest.skip("no box starts on this machine")
    try:
        said = [room.ask(name, 7)["message"] for name in ("penalty.gradient_norms", "penalty.gradient_penalty")]
    finally:
        room.close()
    assert "I see [] and True" in said[0]
    in_memory = any(box.ROOT.is_relative_to(place) for place in box.SCRATCH)  # there files vanish with the box
    assert in_memory or "I wrote []" in said[1]
    assert not list(back.iterdir()) and not (box.ROOT / "made").exists()


def test_what_can_be_told_is_told(graded):
    assert "left" in graded["mallory", "generator.to_image"]["seen"]
    assert "wrote something else" in graded["mallory", "losses.wasserstein_estimate"]["seen"]
    assert "still running" in graded["mallory", "latent.lerp"]["sentence"]
    assert graded["mallory", "losses.critic_loss"]["mistake"] == "no-report"


def test_without_a_box_it_has_to_be_asked_for(monkeypatch, tmp_path):
    monkeypatch.setattr(box, "maker", lambda: "")
    archive(tmp_path / "anna.zip", {"losses.py": LOSS})
    with pytest.raises(SystemExit, match="UNSAFE=1"):
        grade.main([str(tmp_path)])


def test_a_box_that_does_not_start_is_nobodys_fault(monkeypatch, tmp_path):
    def died(*_):
        raise box.Died("The box does not answer.")

    archive(tmp_path / "anna.zip", {"losses.py": LOSS})
    monkeypatch.setattr(box, "Box", died)
    with pytest.raises(SystemExit, match="does not start on this machine, so nothing is graded"):
        grade.main([str(tmp_path), "--out", str(tmp_path / "marks.csv"), "--unsafe", "1"])
    assert not (tmp_path / "marks.csv").exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([""], "Name the folder"),
        (["{}", "--due", "tomorrow"], "is no date"),
        (["{}", "--seed", "x"], "no whole number"),
        (["{}", "--out", "missing/marks.csv"], "should be a .csv file"),
        (["{}", "--out", "marks.txt"], "should be a .csv file"),
    ],
)
def test_a_wrong_argument_gets_one_sentence(tmp_path, arguments, said):
    with pytest.raises(SystemExit, match=said):
        grade.main([argument.format(tmp_path) for argument in arguments])


def test_an_interrupted_call_goes_on_where_it_stopped(tmp_path, monkeypatch):
    back, asked = tmp_path / "returned", []
    back.mkdir()
    for name in ("anna", "bert", "carla"):
        archive(
            back / f"{name}.zip", {"losses.py": LOSS.replace("fake_scores.mean", f"fake_scores  .mean  # {name}\n")}
        )

    def rows(student, *_):
        asked.append(student.owner)
        if student.owner == "bert" and asked.count("bert") == 1:
            raise KeyboardInterrupt
        return [report.Row("losses.critic_loss", "done")]

    monkeypatch.setattr(grade, "_rows", rows)
    monkeypatch.setattr(box, "hand_out", lambda folder: folder)
    monkeypatch.setattr(os, "cpu_count", lambda: 1)
    with pytest.raises(KeyboardInterrupt):
        grade.main([str(back), "--out", str(tmp_path / "marks.csv"), "--seed", "7", "--unsafe", "1"])
    assert not (tmp_path / "marks.csv").exists()
    grade.main([str(back), "--out", str(tmp_path / "marks.csv"), "--seed", "7", "--unsafe", "1"])
    assert asked.count("anna") == 1 and asked.count("bert") == 2
    assert (tmp_path / "marks.csv").read_text().count("done") == 3


def test_made_up_students_are_put_together_from_answers_that_stand_alone():
    files, expected = returned.student(random.Random(0))
    for module, text in files.items():
        compile(text, module, "exec")
    assert len(expected) == len(registry.EXERCISES) and set(expected.values()) & {"", "blank"}
