"""What is built in the instructors' guide: tables of exercises and timetables, from the registry.

A page of solutions/guide says between two marks what stands there, and the build writes it:

    <!-- built: exercises 05 -->                                 exercises, minutes and points of a sheet
    <!-- built: minutes -->                                      minutes and points of all lessons and sheets
    <!-- built: plan lesson 00; sheet 00; 10 break; 5 to close -->    a timetable, with the minutes of the registry
    <!-- end -->
"""

import re
from pathlib import Path

from solutions.grade import marks
from solutions.making import sources
from starter.kit import registry
from starter.kit.registry import Exercise, Sheet

_BLOCK = re.compile(r"(<!-- built: (?P<what>\w+)(?P<rest>[^\n]*?) -->\n)(?P<old>.*?)(<!-- end -->)", re.DOTALL)


def page(path: Path) -> str:
    """The text of a page with its tables as they should be.

    Raises:
        SystemExit: a mark is none, or names what there is not; the sentence begins with file and line.
    """
    text = sources.text_of(path)

    def fill(found: re.Match) -> str:
        line = text[: found.start()].count("\n") + 1
        what, rest = found["what"], found["rest"].strip()
        try:
            rows = {"exercises": _exercises, "minutes": _minutes, "plan": _plan}[what](rest)
        except (KeyError, ValueError) as error:
            said = error if isinstance(error, registry.Unknown | ValueError) else f'"{what}" cannot be built.'
            sources.stop(path, line, str(said))
        return "".join([found[1], "\n", "\n".join(rows), "\n\n", found[5]])

    if len(_BLOCK.findall(text)) != text.count("<!-- built:"):
        sources.stop(path, 1, 'A built table stands between "<!-- built: ... -->" and "<!-- end -->".')
    return _BLOCK.sub(fill, text)


def _exercises(number: str) -> list[str]:
    """A table of one sheet's exercises."""
    exercises = registry.of_sheet(registry.sheet(number).number)
    rows = [
        f"| `{each.name}` | {registry.PATHS[each.path]} | {each.minutes} | {marks.points(each)} | {each.goal} |"
        for each in exercises
    ]
    head = ["| exercise | path | minutes | points | what it does |", "|---|---|---|---|---|"]
    total = f"| all | | {_sum(exercises)} | {sum(map(marks.points, exercises))} | |"
    return [*head, *rows, total]


def _sum(exercises: list[Exercise]) -> int:
    return sum(each.minutes for each in exercises)


def _minutes(rest: str) -> list[str]:
    """A table of all lessons and sheets."""
    if rest:
        raise ValueError(f'After "minutes" nothing can stand, and not {rest}.')
    rows = [
        "| number and title | lesson | sheet | of it exercises | optional | points, core | points, all |",
        "|---|---|---|---|---|---|---|",
    ]
    for sheet in registry.SHEETS:
        core, more = _core(sheet), [each for each in registry.of_sheet(sheet.number) if each.path != "core"]
        points = (sum(map(marks.points, some)) for some in (core, core + more))
        whole = sheet.minutes if core or not sheet.minutes else f"{sheet.minutes} at home"
        numbers = (sheet.lesson_minutes, whole, _sum(core), _sum(more), *points)
        rows.append(f"| {sheet.number} {sheet.title} | " + " | ".join(str(number or "-") for number in numbers) + " |")
    return rows


def _core(sheet: Sheet) -> list[Exercise]:
    return [each for each in registry.of_sheet(sheet.number) if each.path == "core"]


def _plan(steps: str) -> list[str]:
    """A timetable: when each step begins, how long it takes, what it is."""
    rows, clock = ["| begins | minutes | what |", "|---|---|---|"], 0
    for step in (each.strip() for each in steps.split(";")):
        minutes, words = _step(step)
        rows.append(f"| {clock // 60}:{clock % 60:02} | {minutes} | {words} |")
        clock += minutes
    return [*rows, f"| {clock // 60}:{clock % 60:02} | | the end |"]


def _step(step: str) -> tuple[int, str]:
    """How long one step takes, and what it is: "sheet 05", "exercise latent.lerp" or "10 break"."""
    if found := re.fullmatch(r"(lesson|sheet) (\w+)", step):
        sheet = registry.sheet(found[2])
        minutes = sheet.lesson_minutes if found[1] == "lesson" else sheet.minutes
        if not minutes:
            raise ValueError(f"There is no {step}.")
        return minutes, f"{found[1]} {sheet.number}, {sheet.title.lower()}"
    if found := re.fullmatch(r"exercise (\S+)", step):
        return registry.exercise(found[1]).minutes, f"`{found[1]}`"
    if found := re.fullmatch(r"(\d+) (.+)", step):
        return int(found[1]), found[2]
    raise ValueError(f'A step of a plan looks like "lesson 05", "sheet 05" or "10 break", and not like "{step}".')
