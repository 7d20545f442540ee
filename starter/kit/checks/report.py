"""What a check says: a report, and the mistake that ends a check."""

import html
from dataclasses import dataclass
from typing import NoReturn


@dataclass(frozen=True, repr=False)
class Report:
    """What a check found.

    Attributes:
        name: the exercise, such as "losses.critic_loss".
        passed: whether the answer is right.
        mistake: short id of the mistake, "" when passed.
        message: one to three sentences: the mistake, or what was tested.
        note: what became of the answer, such as where it was saved.
        printed: the first lines that the answer printed, "" if none.
    """

    name: str
    passed: bool
    mistake: str
    message: str
    note: str = ""
    printed: str = ""

    def __str__(self) -> str:
        verdict = "right" if self.passed else f"not yet right ({self.mistake})"
        printed = f"Your code printed:\n{self.printed}".replace("\n", "\n    ") if self.printed else ""
        return "\n  ".join(filter(None, [f"{self.name}: {verdict}", self.message, printed, self.note]))

    __repr__ = __str__

    def _repr_html_(self) -> str:
        mark, colour = ("&#10003;", "#009E73") if self.passed else ("&#10007;", "#D55E00")
        verdict = "right" if self.passed else f"not yet right ({html.escape(self.mistake)})"
        printed = f"<br>Your code printed:<pre>{html.escape(self.printed)}</pre>" if self.printed else ""
        return (
            f'<div role="status" style="border-left:4px solid {colour};padding:4px 12px;margin:4px 0">'
            f"<b>{mark} {html.escape(self.name)}: "
            f"{verdict}</b><br>{_html(self.message)}{printed}<br><small>{_html(self.note)}</small></div>"
        )


class Wrong(Exception):
    """Ends a check: the candidate makes this mistake."""

    def __init__(self, mistake: str, message: str) -> None:
        super().__init__(message)
        self.mistake, self.message = mistake, message


def wrong(mistake: str, message: str) -> NoReturn:
    """End the check with this mistake."""
    raise Wrong(mistake, message)


def _html(message: str) -> str:
    return html.escape(message).replace("\n", "<br>")
