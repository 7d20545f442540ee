"""What is said of torch's errors: each of them is raised here, and gets the id and sentences that are meant for it."""

import math
import re

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional

from starter.kit.checks.explanation import KNOWN, cause, explain, text

TABLE, VECTOR, WHOLE = torch.ones(3, 2), torch.ones(3), torch.arange(3)


def tracked():
    return torch.ones(3, requires_grad=True)


def detached_halfway():
    x = tracked()
    return torch.autograd.grad((x * 2).detach().requires_grad_().sum(), x)


def twice():
    loss = (tracked() ** 2).sum()
    loss.backward()
    loss.backward()


def changed_too_early():
    y = tracked().exp()
    y.add_(1)
    y.sum().backward()


def other_grad_outputs():
    return torch.autograd.grad(tracked() * 2, tracked(), grad_outputs=torch.ones(2))


def under_inference_mode():
    with torch.inference_mode():
        x = torch.ones(3)
    return x.requires_grad_()


class Early(nn.Module):
    def __init__(self):
        self.layer = nn.Linear(1, 1)


class Empty(nn.Module):
    pass


def itself():
    return itself()


def too_early():
    print(later)  # noqa: F821
    later = 1  # noqa: F841


ERRORS = [
    ("no-graph", lambda: VECTOR.sum().backward()),
    ("input-not-tracked", lambda: torch.autograd.grad(tracked().sum(), VECTOR)),
    ("not-in-the-graph", detached_halfway),
    ("not-a-scalar", lambda: (tracked() * 2).backward()),
    ("grad-outputs-shape", other_grad_outputs),
    ("graph-used-twice", twice),
    ("in-place-under-grad", lambda: tracked().add_(1)),
    ("changed-before-backward", changed_too_early),
    ("shared-memory", lambda: VECTOR.clone().expand(2, 3).add_(1)),
    ("not-a-leaf", lambda: (tracked() * 2).requires_grad_(False)),
    ("inference-mode", under_inference_mode),
    ("numpy-under-grad", lambda: np.array(tracked().tolist()) + tracked().numpy()),
    ("tuple-not-unpacked", lambda: (VECTOR,).norm()),
    ("tuple-not-unpacked", lambda: VECTOR.max(0) - VECTOR),
    ("tuple-not-unpacked", lambda: torch.sqrt((VECTOR,))),
    ("list-not-stacked", lambda: [VECTOR] - VECTOR),
    ("list-not-stacked", lambda: [VECTOR].mean()),
    ("none-used", lambda: tracked().grad.norm()),
    ("none-used", lambda: VECTOR - None),
    ("none-used", lambda: torch.sqrt(None)),
    ("call-forgotten", lambda: VECTOR - VECTOR.mean),
    ("call-forgotten", lambda: VECTOR.mean.item()),
    ("call-forgotten", lambda: torch.sqrt(itself)),
    ("size-not-whole", lambda: torch.zeros(7 / 2)),
    ("size-not-whole", lambda: nn.Linear(7 / 2, 1)),
    ("size-not-whole", lambda: list(range(7 / 2))),
    ("value-called", lambda: VECTOR(3)),
    ("wrong-call", lambda: torch.optim.Adam([VECTOR], rate=1)),
    ("wrong-call", lambda: torch.optim.Adam()),
    ("wrong-call", lambda: nn.Linear(1, 2, 3, 4, 5, 6)),
    ("wrong-call", lambda: nn.Linear(1, in_features=1)),
    ("wrong-call", lambda: VECTOR.mean(way=0)),
    ("wrong-call", lambda: torch.sqrt(2.0)),
    ("wrong-call", lambda: torch.cat([VECTOR, 1])),
    ("wrong-call", lambda: torch.cat([TABLE.max(dim=1), TABLE.min(dim=1)])),
    ("shapes-apart", lambda: torch.cat([TABLE, VECTOR], dim=1)),
    ("wrong-call", lambda: nn.Sequential([nn.Linear(1, 1)])),
    ("no-super", Early),
    ("no-forward", lambda: Empty()(VECTOR)),
    ("no-such-name", lambda: torch.absolutely),
    ("no-such-name", lambda: VECTOR.meen()),
    ("no-such-name", lambda: Empty().layer),
    ("not-a-tensor", lambda: (1.0).mean()),
    ("not-a-tensor", lambda: VECTOR.numpy().square()),
    ("name-unknown", lambda: unknown),  # noqa: F821
    ("name-unknown", too_early),
    ("name-unknown", lambda: __import__("no_such_module_anywhere")),
    ("shapes-apart", lambda: VECTOR + torch.ones(4)),
    ("shapes-apart", lambda: np.ones(3) + np.ones(4)),
    ("shapes-apart", lambda: nn.Linear(4, 1)(TABLE)),
    ("shapes-apart", lambda: torch.dot(VECTOR, torch.ones(4))),
    ("shapes-apart", lambda: VECTOR.clone().add_(torch.ones(3, 3))),
    ("shapes-apart", lambda: VECTOR.expand(4)),
    ("shapes-apart", lambda: torch.stack([VECTOR, TABLE])),
    ("shapes-apart", lambda: torch.cat([TABLE, TABLE.T])),
    ("shapes-apart", lambda: VECTOR.view(2, -1)),
    ("not-contiguous", lambda: TABLE.T.view(-1)),
    ("channels-apart", lambda: nn.Conv2d(1, 1, 2)(torch.ones(1, 3, 4, 4))),
    ("channels-apart", lambda: nn.ConvTranspose2d(4, 1, 4)(torch.ones(1, 3, 2, 2))),
    ("channels-apart", lambda: nn.BatchNorm1d(4)(TABLE)),
    ("channels-apart", lambda: nn.LayerNorm(4)(TABLE)),
    ("wrong-axes", lambda: functional.conv2d(TABLE, TABLE)),
    ("wrong-axes", lambda: nn.BatchNorm2d(3)(TABLE)),
    ("wrong-axes", lambda: torch.dot(TABLE, TABLE)),
    ("image-too-small", lambda: nn.Conv2d(1, 1, 4)(torch.ones(1, 1, 2, 2))),
    ("one-sample", lambda: nn.BatchNorm1d(3)(torch.ones(1, 3))),
    ("wrong-axis", lambda: VECTOR.sum(dim=1)),
    ("wrong-axis", lambda: np.ones(3).sum(axis=1)),
    ("wrong-axis", lambda: VECTOR[:, 0]),
    ("wrong-axis", lambda: VECTOR.sum()[0]),
    ("wrong-axis", lambda: TABLE.permute(0, 2, 1)),
    ("wrong-index", lambda: VECTOR[3]),
    ("wrong-index", lambda: TABLE.shape[2]),
    ("wrong-index", lambda: [1, 2][len(VECTOR)]),
    ("wrong-index", lambda: VECTOR[VECTOR]),
    ("wrong-unpacking", lambda: exec("a, b = 1, 2, 3")),
    ("wrong-unpacking", lambda: exec("a, b = 1")),
    ("dtypes-apart", lambda: TABLE @ TABLE.double().T),
    ("dtypes-apart", lambda: nn.Linear(2, 1)(TABLE.double())),
    ("dtypes-apart", lambda: nn.Conv2d(1, 1, 2)(torch.ones(1, 1, 4, 4).double())),
    ("dtypes-apart", lambda: WHOLE.add_(1.5)),
    ("whole-numbers", lambda: WHOLE.mean()),
    ("whole-numbers", lambda: WHOLE.requires_grad_()),
    ("whole-numbers", lambda: torch.linalg.vector_norm(WHOLE)),
    ("not-one-number", lambda: float(VECTOR)),
    ("not-one-number", lambda: math.sqrt(VECTOR)),
    ("not-one-number", lambda: VECTOR.item()),
    ("not-one-number", lambda: bool(VECTOR > 0)),
    ("divided-by-zero", lambda: 1 / 0),
    ("optimiser-empty", lambda: torch.optim.Adam([])),
    ("too-large", lambda: torch.empty(10**15)),
    ("endless-recursion", itself),
]


def raised(code):
    with pytest.raises(BaseException) as caught:
        code()
    return caught.value


@pytest.mark.parametrize(("mistake", "code"), ERRORS, ids=[f"{mistake}-{n}" for n, (mistake, _) in enumerate(ERRORS)])
def test_an_error_of_torch_is_put_into_plain_words(mistake, code):
    error = raised(code)
    known, message = explain(error)
    assert known == mistake, text(error)
    said = re.sub(r" \(line \d+ of your code.*", "", message)
    assert 20 < len(said) < 300 and said.endswith((".", "?")) and "  " not in said and "{" not in said
    assert cause(error) == message


def test_every_sentence_is_tried():
    said = {text(raised(code)) for _, code in ERRORS}
    first = {next(row for row in KNOWN if row[1].search(error)) for error in said}
    assert [pattern for _, pattern, _ in KNOWN if pattern not in {row[1] for row in first}] == []


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (lambda: VECTOR + torch.ones(4), "has 3 entries along an axis where the other has 4"),
        (lambda: nn.Linear(4, 1)(TABLE), "3x2 and 4x1"),
        (lambda: VECTOR.sum(dim=1), "name axis 1 of"),
        (lambda: torch.optim.Adam([VECTOR], rate=1), "You give Adam something called rate"),
        (lambda: torch.optim.Adam(), "You call Adam without 'params'"),
        (lambda: nn.BatchNorm1d(4)(TABLE), "made for 4 features gets 2"),
        (lambda: nn.Conv2d(1, 1, 2)(torch.ones(1, 3, 4, 4)), "made for 1 channels gets 3"),
    ],
)
def test_the_numbers_in_the_sentences_are_those_of_the_error(code, words):
    message = explain(raised(code))[1]
    assert words in message
    assert "(line " in message


def test_other_errors_keep_their_own_words():
    error = raised(lambda: int("seven"))
    assert explain(error)[1].startswith(
        "Your code stops with ValueError: invalid literal for int() with base 10: 'seven'"
    )
    assert cause(error).startswith("The error is ValueError: ")
