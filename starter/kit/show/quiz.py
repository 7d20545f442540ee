"""The quiz: compares what you believe with what was computed, and says why. The answers stand here: read on later."""

import re
from collections.abc import Mapping

WHY = {
    1: "Being a little too steep costs the critic little, so it reports more than the distance, and much more for a "
    "small lambda. With clipping it reports a number of its own scale.",
    2: "Far out its slope is about 1 + |x| / (2 lambda): where interpolates are rare, the penalty hardly looks.",
    3: "At 8 it has reached log 2 = 0.6931 and cannot grow, so no gradient is left to follow. That does not prove that "
    "a GAN cannot learn there (Fedus et al., 2018): a network is trained for a few steps, not to the divergence.",
    4: "c enters once for each layer of weights. That is why a good c for one critic is a bad one for another.",
    5: "For two points at distance theta the slope is 1 + theta / (2 lambda): theta has a unit, so lambda has it too.",
    6: "64 grey averages are nearer to the data than 64 real samples. A generator that made the distance of batches "
    "small would draw averages. It is as well that a critic is no exact distance.",
    7: "Adam divides by the size of past gradients, so a badly scaled loss hides behind it.",
    8: "Only differences of scores enter the losses, so no score is a border. Zero means nothing for a critic.",
    9: "A flat curve says that neither player gains on the other. They can stand still far from the data, as here, "
    "where the generator has lost its gradient. Look at samples and at a score that you do not train on.",
}
_SAME = {"a": "", "an": "", "the": "", "two": "2", "four": "4", "sixteen": "16", "16x": "16", "no": "no"}


def plain(answer: object) -> str:
    """An answer as it is compared: numbers as digits, no articles, no capitals."""
    words = re.findall(r"[a-z0-9]+", str(answer).lower().replace(".0", ""))
    return " ".join(filter(None, (_SAME.get(word, word) for word in words)))


class Quiz:
    """Your answers beside the computed ones.

    Args:
        mine: your answer to each question, by number.
    """

    def __init__(self, mine: Mapping[int, object]) -> None:
        self._mine, self._right = dict(mine), dict[int, bool]()

    def compare(self, number: int, choices: Mapping[str, bool]) -> None:
        """Print the answer, yours, and the reason.

        Args:
            number: of the question.
            choices: for each answer whether the numbers bear it out; one does.
        """
        (answer,) = [choice for choice, so in choices.items() if so]
        said = self._mine.get(number, "")
        if not plain(said):
            print(f"You have not answered question {number} yet: write a word above, then come back.")
            return
        self._right[number] = plain(said) == plain(answer)
        print(f"You said: {said}. Computed: {answer}. {'Right.' if self._right[number] else 'Not so.'}")
        print(WHY[number])

    def result(self) -> None:
        """Print how many were right."""
        print(f"{sum(self._right.values())} right, {len(self._right)} of {len(WHY)} answered.")
