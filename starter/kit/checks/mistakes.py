"""One table for all mistakes that a file of checks can name.

    wrong = Mistakes('''
        sign-swapped: Yours is {yours}, and an optimiser would make it smaller: the critic would learn to
            score fakes high. You minimise, so negate what the critic wants to be large.
        one-sided/first: The mixture is compared with p alone. Both count, half each.
    ''')

    wrong("sign-swapped", yours=5.5)                          # ends the check
    wrong.not_as_asked("other-width", done=True)              # ends it too: it works, but is something else
    wrong.named(value, {"sign-swapped": -right, "one-sided/first": (first, first / 2)})    # if it is one of them
    wrong.first({"one-sided/first": left == 0, "one-sided/second": right == 0})             # if one of them is so
    with wrong.blaming("single-image"): ...                                                 # if an error comes
    with wrong.translating({"pairs-missing": "must match the size"}): ...                   # if its text says so

A line of the table is an id, a colon and the sentences; lines that are indented
further go on with them. What follows a slash tells sentences with the same id
apart. Names in braces are filled in where the mistake is found.
"""

import re
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from textwrap import dedent
from traceback import format_exception_only
from typing import Any, NoReturn

from .explanation import where
from .probes import blaming, near, show
from .report import NotAsAsked, Wrong, wrong

_LINE = re.compile(r"([a-z0-9-]+(?:/[a-z0-9-]+)?): (.*)")


class Mistakes:
    """Ids and sentences of the mistakes in one file of checks.

    Args:
        table: as above.

    Raises:
        ValueError: a line is neither an entry nor goes on with one, or an entry stands twice.
    """

    def __init__(self, table: str) -> None:
        self._sentences: dict[str, str] = {}
        key = ""
        for line in dedent(table).strip("\n").split("\n"):
            entry = _LINE.match(line)
            if entry:
                key = entry[1]
                if key in self._sentences:
                    raise ValueError(f"The mistake {key} stands twice in its table.")
                self._sentences[key] = entry[2]
            elif line.strip() and key and line.startswith(" "):
                self._sentences[key] += " " + line.strip()
            elif line.strip():
                raise ValueError(f"This is no entry of a table of mistakes: {line!r}.")

    def __getitem__(self, key: str) -> str:
        return self._sentences[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._sentences)

    def said(self, key: str, **values: Any) -> tuple[str, str]:
        """Id and sentences of this mistake."""
        return key.partition("/")[0], self._sentences[key].format(**values)

    def not_as_asked(self, key: str, *, done: bool, **values: Any) -> NoReturn:
        """End the check: the answer works, but it is another one than was asked for.

        Args:
            key: the id, or id/variant.
            done: whether it counts all the same, because no later sheet minds.
            values: for the names in braces.
        """
        raise NotAsAsked(*self.said(key, **values), done=done)

    def __call__(self, key: str, **values: Any) -> NoReturn:
        """End the check with this mistake.

        Args:
            key: the id, or id/variant.
            values: for the names in braces.
        """
        wrong(*self.said(key, **values))

    def named(self, observed: Any, values: Mapping[str, Any], tolerance: float = 1e-4, **more: Any) -> None:
        """End the check if what was observed is the value of a known mistake; the first one counts.

        Args:
            observed: a number or a tensor.
            values: for each mistake the value it gives, or a tuple of several.
            tolerance: as in near.
            more: for the names in braces; {yours} is what was observed.
        """
        for key, known in values.items():
            if any(near(observed, value, tolerance) for value in (known if isinstance(known, tuple) else (known,))):
                self(key, **{"yours": show(observed), **more})

    def first(self, found: Mapping[str, Any], **values: Any) -> None:
        """End the check with the first of these mistakes that was made.

        Args:
            found: for each mistake whether it was made.
            values: for the names in braces.
        """
        for key, made in found.items():
            if made:
                self(key, **values)

    def blaming(self, key: str, **values: Any) -> AbstractContextManager[None]:
        """Give any error inside this id, and its sentences with the error's text after them."""
        return blaming(*self.said(key, **values))

    @contextmanager
    def translating(self, errors: Mapping[str, str | tuple[str, ...]], **values: Any) -> Iterator[None]:
        """End the check if an error inside is how a known mistake shows; other errors go on.

        Args:
            errors: for each mistake a pattern of the error's text, or a tuple of several.
            values: for the names in braces; {where} is the line that it came from.
        """
        try:
            yield
        except Wrong:
            raise
        except Exception as error:
            said = "".join(format_exception_only(error))  # even if the error cannot be printed
            for key, known in errors.items():
                if any(re.search(words, said) for words in (known if isinstance(known, tuple) else (known,))):
                    self(key, **{"where": where(error), **values})
            raise
