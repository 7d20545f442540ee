"""The clinic of sheet 08: open a case, ask instruments, name the cause.

    case = open_case("case 2")
    case.curves()                                         # each instrument shows the case beside a healthy run
    diagnose("case 2", "the learning rate is too high")   # in your own words

Which instruments you asked, and what you diagnosed, lies beside your answers, in starter/mine/cases.json. Nobody
grades it.
"""

import contextlib
import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple, NoReturn

from .. import course
from ..measure import causes, words
from ..measure.causes import Seen, number
from ..show import figures, lesson_08
from . import answers

FILE = "cases.json"
INSTRUMENTS = ("curves", "pixels", "diversity", "slopes", "gradients", "weights")


class Fellow(NamedTuple):
    """Whose case it is, and what they say."""

    name: str
    says: str


FELLOWS = (
    Fellow("Ada", "My critic is excellent, and my generator draws one single thing, whatever the noise is."),
    Fellow("Ben", "My estimate does not move, and my pictures are still noise. The networks must be too small."),
    Fellow("Cleo", "My estimate does not move, and everything has a grey ground. Training for longer did not help."),
    Fellow("Dora", "All my numbers look like yours, and yet my garments stand in a fog."),
    Fellow("Eli", "My numbers have more digits than I can read, and my garments are broken."),
    Fellow("Fay", "My garments are better than those of the clipped WGAN in sheet 04. I am done."),
)

_here: dict[str, dict[str, list[str]]] = {}  # what was asked and said in this kernel, by case


class NoInstrument(course.CourseError, AttributeError):
    """A case was asked for something that it does not have."""


class Case:
    """One run that went wrong, beside a healthy one. Each instrument shows both, and is counted.

    Args:
        key: "case 1" to "case 6".
    """

    def __init__(self, key: str) -> None:
        self.key, self.fellow = key, FELLOWS[int(key[-1]) - 1]
        self._early, self._late = causes.stored(key)
        healthy = causes.stored("healthy clip" if self._late.method == "clip" else "healthy")
        self._healthy = healthy[1]
        self.seen, self.healthy = Seen.of(self._early, self._late), Seen.of(*healthy)

    def __repr__(self) -> str:
        return f"{self.key.capitalize()}, of {self.fellow.name}: instruments are {', '.join(INSTRUMENTS)}."

    def __getattr__(self, name: str) -> NoReturn:
        """For names that a case does not have: says which instruments there are.

        Raises:
            NoInstrument: always.
        """
        raise NoInstrument(f"A case has no {name}. Its instruments are {', '.join(INSTRUMENTS)}.", name=name, obj=self)

    def curves(self) -> None:
        """Show the estimate, the penalty and the generator's loss over the steps."""
        self._ask("curves")
        rows = {"estimate": "estimate", "penalty": "penalty", "generator's loss": "generator_loss"}
        if self._late.method == "clip":
            del rows["penalty"]
        figures.show(
            lesson_08.curves(self._late, self._healthy),
            alt="What both runs report over their steps. " + self._words(rows),
            caption="Smoothed over 9 steps. Large numbers have a logarithmic axis.",
        )
        self._print(rows)

    def pixels(self) -> None:
        """Show which values the pixels of real images and of samples have."""
        self._ask("pixels")
        rows = {"darkest pixel of the samples": "darkest", "darkest pixel of the real images": "darkest_real"}
        figures.show(
            lesson_08.pixels(self._late, self._healthy),
            alt="How many pixels have which value, for real images and samples, in the sick and the healthy run. "
            + self._words(rows),
            caption="The garments of this course lie in [-1, 1], and about half of their pixels are -1.",
        )
        self._print(rows)

    def diversity(self) -> None:
        """Show how much samples differ from one another, and whether they still change."""
        self._numbers(
            "diversity", {"diversity (photographs: 1)": "diversity", "change of a pixel since step 30": "changed"}
        )

    def slopes(self) -> None:
        """Show how steep the critic is, and the penalty, as reported and by the right formula."""
        rows = {"critic's slope": "slope", "penalty, as reported": "penalty", "penalty, computed again": "checked"}
        if self._late.method == "clip":
            rows = {"critic's slope": "slope"}
        self._numbers("slopes", rows)

    def gradients(self) -> None:
        """Show how long the gradients are that reach the two networks."""
        rows = {"length at the critic": "critic_pull", "length at the generator": "generator_pull"}
        self._numbers("gradients", rows | {"generator's updates, for each step": "updates"})

    def weights(self) -> None:
        """Show the critic's largest weight, and the window of a clipped critic."""
        rows = {"largest weight of the critic": "largest"}
        self._numbers("weights", rows | ({"c, half of the window": "c"} if self._late.method == "clip" else {}))

    def beside(self) -> None:
        """Show images of both runs. This is no instrument, and is not counted."""
        figures.show(
            lesson_08.rows({"sick": self._late, "healthy": self._healthy}),
            alt=f"Two rows of eight samples: {self.fellow.name}'s run above, garments of a healthy run below.",
            caption=f"The same networks and settings, {self.seen.steps} steps each.",
        )

    def asked(self) -> list[str]:
        """The instruments that you have asked so far, in their order."""
        return list(_record(self.key)["asked"])

    def _ask(self, instrument: str) -> None:
        """Count it."""
        record = _record(self.key)
        if instrument not in record["asked"]:
            record["asked"].append(instrument)
            _save(self.key, record)

    def _numbers(self, instrument: str, rows: dict[str, str]) -> None:
        self._ask(instrument)
        figures.show(
            lesson_08.numbers(self._values(rows)),
            alt="Numbers of the sick and of the healthy run. " + self._words(rows),
            caption="Each line has a number of the sick run and, in a ring, that of the healthy one.",
        )
        self._print(rows)

    def _values(self, rows: dict[str, str]) -> dict[str, tuple[float, float]]:
        """The numbers of both runs, by the names of the rows."""
        return {name: (getattr(self.seen, key), getattr(self.healthy, key)) for name, key in rows.items()}

    def _words(self, rows: dict[str, str]) -> str:
        """The last numbers of both runs, for the text alternative."""
        return " ".join(
            f"{name[0].upper()}{name[1:]}: sick {number(sick)}, healthy {number(healthy)}."
            for name, (sick, healthy) in self._values(rows).items()
        )

    def _print(self, rows: dict[str, str]) -> None:
        width = max(map(len, rows)) + 2
        print(f"{'at the end':{width}}{'sick':>10}{'healthy':>12}")
        for name, (sick, healthy) in self._values(rows).items():
            print(f"{name:{width}}{number(sick):>10}{number(healthy):>12}")


def open_case(case: str | int) -> Case:
    """Open a case: it shows what your fellow student shows you.

    Args:
        case: "case 1" to "case 6".

    Raises:
        CourseError: there is no such case.
    """
    opened = Case(_key(case))
    print(course.wrapped(f'{opened.fellow.name} says: "{opened.fellow.says}"'))
    reported = f"{opened.seen.steps} steps, estimate {number(opened.seen.estimate)}"
    if opened.seen.method == "penalty":
        reported += f", penalty {number(opened.seen.penalty)}"
    reported += f", generator's loss {number(opened.seen.generator_loss)}"
    print(course.wrapped(f"The last line of the training: {reported}."))
    figures.show(
        lesson_08.rows({opened.fellow.name: opened._late}),
        alt=f"Eight samples of {opened.fellow.name}'s generator at the end of the training.",
        caption="Samples at the end, as they come.",
    )
    return opened


def diagnose(case: str | int, cause: str = "") -> None:
    """Say what is wrong, in your own words, and get the evidence for it or against it.

    Args:
        case: "case 1" to "case 6".
        cause: what in the code makes the run as it is, in English; "?" lists causes.

    Raises:
        CourseError: there is no such case, or the cause is no text.
    """
    key = _key(case)
    if not isinstance(cause, str):
        raise course.CourseError(f"Write your diagnosis between quotes, such as {_example()!r}, and not {cause!r:.40}.")
    said = " ".join(cause.replace("...", "").split())
    if not said:
        print("Write what is wrong between the quotes, and run this cell again. A question mark lists causes.")
        return
    opened, record = Case(key), _record(key)
    if not _solved(record, opened):
        record["said"].append(said[:300])
        _save(key, record)
    heard = words.heard(said)
    if words.denies(said):
        print("Something is wrong: at least one instrument shows a number that is far from the healthy one. Ask on.")
    elif said == "?":
        print(f"These causes are known, also in other words:\n{_choices()}")
    elif not heard:
        print(_not_understood(said))
    elif len(heard) > 1:
        listed = "\n".join(f"- {words.NAMES[each]}" for each in heard)
        print(f"That can mean more than one thing. Which of these do you mean?\n{listed}")
    elif causes.is_so(heard[0], opened.seen):
        print(course.wrapped(_right(heard[0], opened, record)))
    else:
        against = causes.against(heard[0], opened.seen, opened.healthy)
        print(course.wrapped(f"You say: {words.NAMES[heard[0]]}.\n{against}"))
        print("Ask another instrument, and try again.")


def _solved(record: dict[str, list[str]], opened: Case) -> bool:
    """Whether a right diagnosis was made before: what comes after is not counted."""
    named = (words.heard(said) for said in record["said"])
    return any(len(found) == 1 and causes.is_so(found[0], opened.seen) for found in named)


def _right(cause: str, opened: Case, record: dict[str, list[str]]) -> str:
    """What to say of a right diagnosis."""
    lines = [f"Right: {words.NAMES[cause]}. The evidence:"]
    lines += [f"- {sentence}" for sentence in causes.speaks_for(cause, opened.seen, opened.healthy)]
    asked, said = record["asked"], len(record["said"])
    used = f"{len(asked)} of {len(INSTRUMENTS)} instruments" + (f" ({', '.join(asked)})" if asked else "")
    lines.append(f"You used {used} and {said} {'diagnosis' if said == 1 else 'diagnoses'}.")
    return "\n".join(lines)


def _not_understood(said: str) -> str:
    """Ask back: where is it? Who has said where gets the causes there."""
    first = "That is what one sees. What in the code makes it so?" if words.seen_only(said) else "I know no such cause."
    places = words.places(said)
    if not places:
        *others, last = words.PLACES
        return f"{first} Is it in {', '.join(others)} or {last}? Say where, or write a question mark for all causes."
    keys = [key for place in places for key in words.PLACES[place]]
    return f"{first} In {' and '.join(places)} these are known, also in other words:\n{_choices(keys)}"


def _choices(keys: Iterable[str] = words.NAMES) -> str:
    return "\n".join(f"- {words.NAMES[key]}" for key in keys)


def _example() -> str:
    return 'diagnose("case 2", "the learning rate is too high")'


def _key(case: object) -> str:
    """The name of a case, from whatever names one: "case 2", "2", 2, "clinic.case_2", "Ben"."""
    named = {fellow.name.lower(): str(number) for number, fellow in enumerate(FELLOWS, 1)}
    said = str(case).strip().lower()
    found = re.fullmatch(r"(?:clinic\.)?(?:case)?[\s_-]*([1-6])", named.get(said, said))
    if not found or isinstance(case, bool):
        raise course.CourseError(f'The cases are called "case 1" to "case {len(FELLOWS)}"; there is no {case!r:.40}.')
    return f"case {found[1]}"


# What was asked and said -----------------------------------------------------


def _record(key: str) -> dict[str, list[str]]:
    """What was asked and said in one case: that of this kernel, else that on disk."""
    if key not in _here:
        _here[key] = _saved().get(key, {"asked": [], "said": []})
    return _here[key]


def _file() -> Path:
    return course.work_folder() / FILE


def _saved() -> dict[str, dict[str, list[str]]]:
    """What the file holds, as far as it can be read."""
    if course.solutions_mode():
        return {}
    with contextlib.suppress(OSError, ValueError, course.CourseError):
        found: Any = json.loads(_file().read_text(encoding="utf-8"))
        if isinstance(found, dict):
            return {key: _clean(value) for key, value in found.items() if isinstance(value, dict)}
    return {}


def _clean(value: dict[str, Any]) -> dict[str, list[str]]:
    """The two lists of one case, with nothing but text in them."""
    lists = {name: value.get(name) for name in ("asked", "said")}
    return {name: list(map(str, found)) if isinstance(found, list) else [] for name, found in lists.items()}


def _save(key: str, record: dict[str, list[str]]) -> None:
    """Write it in one move; a folder that cannot be written to loses nothing but the file."""
    _here[key] = record
    if course.solutions_mode():
        return
    with contextlib.suppress(OSError, course.CourseError):
        path = _file()
        path.parent.mkdir(parents=True, exist_ok=True)
        answers.replace_file(path, json.dumps({**_saved(), key: record}, ensure_ascii=False, indent=1, sort_keys=True))
