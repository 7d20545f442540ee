"""What a check says: a report, and the mistake that ends a check."""

import html
from dataclasses import dataclass, field
from typing import NoReturn


@dataclass(frozen=True, repr=False)
class Report:
    """What a check found.

    Attributes:
        name: the exercise, such as "losses.critic_loss".
        passed: whether the answer counts as done.
        mistake: short id of the mistake, "" when it is right.
        message: one to three sentences: the mistake, or what was tested.
        note: what became of the answer, such as where it was saved.
        printed: the first lines that the answer printed, "" if none.
        works: whether it works although it is not what was asked for.
        seed: what the examples of this check were drawn from; with it they come again.
    """

    name: str
    passed: bool
    mistake: str
    message: str
    note: str = ""
    printed: str = ""
    works: bool = False
    seed: int | None = field(default=None, compare=False)

    @property
    def verdict(self) -> str:
        """The report in a few words."""
        if not self.mistake:
            return "right"
        return f"{'works, but is not what was asked' if self.works else 'not yet right'} ({self.mistake})"

    def _again(self) -> str:
        """How to see the same numbers once more."""
        if not self.mistake or self.seed is None:
            return ""
        return f'The same numbers again: check("{self.name}", seed={self.seed})'

    def __str__(self) -> str:
        printed = f"Your code printed:\n{self.printed}".replace("\n", "\n    ") if self.printed else ""
        return "\n  ".join(
            filter(None, [f"{self.name}: {self.verdict}", self.message, printed, self.note, self._again()])
        )

    __repr__ = __str__

    def _repr_html_(self) -> str:
        mark, colour = ("&#10003;", "#009E73") if self.passed else ("&#10007;", "#D55E00")
        small = "<br>".join(filter(None, [_html(self.note), html.escape(self._again())]))
        printed = f"<br>Your code printed:<pre>{html.escape(self.printed)}</pre>" if self.printed else ""
        return (
            f'<div role="status" style="border-left:4px solid {colour};padding:4px 12px;margin:4px 0">'
            f"<b>{mark} {html.escape(self.name)}: "
            f"{html.escape(self.verdict)}</b><br>{_html(self.message)}{printed}<br><small>{small}</small></div>"
        )


class Wrong(Exception):
    """Ends a check: the candidate makes this mistake."""

    def __init__(self, mistake: str, message: str) -> None:
        super().__init__(message)
        self.mistake, self.message = mistake, message


class NotAsAsked(Wrong):
    """Ends a check: the candidate works, but it is something else than what was asked for.

    Args:
        done: whether it counts all the same.
    """

    def __init__(self, mistake: str, message: str, done: bool) -> None:
        super().__init__(mistake, message)
        self.done = done


def wrong(mistake: str, message: str) -> NoReturn:
    """End the check with this mistake."""
    raise Wrong(mistake, message)


def _html(message: str) -> str:
    return html.escape(message).replace("\n", "<br>")
