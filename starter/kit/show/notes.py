"""The flow chart of the notes."""

from typing import NamedTuple

from matplotlib.figure import Figure

from . import figures


class Question(NamedTuple):
    """One question about a run.

    Attributes:
        asks: a question to be answered by yes or no.
        cause: what is wrong where the answer is yes.
    """

    asks: str
    cause: str


# In the order of starter/kit/measure/checkup.py; the numbers are those of garments in lesson 08.
QUESTIONS = (
    Question("Are the real images noise,\nas the critic gets them?", "A reshape of the file is wrong."),
    Question("Is the smallest real pixel 0,\nand the samples reach -1?", "Scale the data: 2 * x - 1."),
    Question("Is the smallest pixel\nof the samples 0?", "The generator ends in a sigmoid:\ntake tanh."),
    Question(
        "Is the gradient 0 that reaches the\ngenerator (estimate flat near 45)?",
        "Fakes are detached in\nthe generator's step.",
    ),
    Question("Clipping: is the largest\nweight above c?", "Nothing is clipped, however\ngood the pictures are."),
    Question("Has the generator more\nupdates than the critic?", "Turn n_critic round."),
    Question("Samples all alike,\nestimate near -120?", "The sign of the critic's loss."),
    Question(
        "Samples all alike,\nestimate near 120?",
        "The sign of the generator's loss, or it\nuses gradients of the critic's step.",
    ),
    Question("Penalty: is mean (slope - 1)²\n10 times what yours says?", "Its norm runs over\nthe wrong axes."),
    Question("Is a player's gradient 20 times\nwhat one step gives?", "zero_grad is missing."),
    Question("Is the slope above 30,\nwith lambda = 10?", "create_graph is missing."),
    Question("Is the slope\nnearly 0?", "The penalty is subtracted,\nor c is too small."),
    Question(
        "Has the critic batch normalisation or\na last layer that is not linear?",
        "Take layer normalisation or none,\nand end in a linear layer.",
    ),
    Question("Momentum with clipping,\nor a rate 10 times larger?", "Take the paper's optimiser\nor a smaller rate."),
)
LAST = "No sign is left in the run:\nlet a check look at the code."


def flow_chart() -> Figure:
    """A column of questions: yes leads to the right, to a cause, and no leads down."""
    n = len(QUESTIONS) + 1
    figure, ax = figures.axes(height=0.62 * n)
    ax.set(xlim=(0, 10), ylim=(-n + 0.4, 0.6))
    ax.axis("off")
    box = {"boxstyle": "round,pad=0.4", "facecolor": "none"}
    arrow = {"arrowstyle": "->", "color": figures.QUIET}
    for row, (asks, cause) in enumerate(QUESTIONS):
        ax.text(2.4, -row, asks, ha="center", va="center", fontsize=9, bbox=box | {"edgecolor": figures.CRITIC})
        ax.text(6.6, -row, cause, ha="left", va="center", fontsize=9, bbox=box | {"edgecolor": figures.FAKE})
        ax.annotate("", (6.3, -row), (4.9, -row), arrowprops=arrow)
        ax.text(5.55, -row + 0.08, "yes", ha="center", va="bottom", fontsize=8)
        ax.annotate("", (2.4, -row - 0.68), (2.4, -row - 0.34), arrowprops=arrow)
        ax.text(2.6, -row - 0.5, "no", ha="left", va="center", fontsize=8)
    ax.text(2.4, 1 - n, LAST, ha="center", va="center", fontsize=9, bbox=box | {"edgecolor": figures.QUIET})
    return figure


def in_words() -> str:
    """The same, to be read aloud."""
    steps = (f"{asks} Yes: {cause}" for asks, cause in QUESTIONS)
    return " ".join(("A list of questions, where no leads to the next one.", *steps, LAST)).replace("\n", " ")
