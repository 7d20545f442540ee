"""What holds for any input: of distances, of checks, and of the files that keep answers."""

import importlib
import math
from itertools import pairwise

import hypothesis
import numpy as np
import pytest
import torch
from hypothesis import HealthCheck, assume, given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from starter import clipping, distances, penalty
from starter.kit import check, course, registry
from starter.kit.desk import answers, history

# The same examples each time: a red run can be run again.
settings = hypothesis.settings(
    derandomize=True, deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def histograms(bins: int = 5):
    """Shares of a few bins, zeros among them."""
    counts = arrays.arrays(np.int64, bins, elements=st.integers(0, 9)).filter(lambda found: found.sum() > 0)
    return counts.map(lambda found: torch.tensor(found / found.sum(), dtype=torch.float64))


def numbers(n: int = 6, most: float = 100.0):
    finite = st.floats(-most, most, width=32)
    return arrays.arrays(np.float64, n, elements=finite).map(torch.from_numpy)


def transport_on_a_line(p: torch.Tensor, q: torch.Tensor) -> float:
    """The distance of two histograms whose bins are 1 apart: the area between the distribution functions."""
    return (p - q).cumsum(0).abs().sum().item()


# Distances -------------------------------------------------------------------


@settings
@given(histograms(), histograms(), numbers(5))
def test_no_critic_proves_more_than_the_distance(p, q, f):
    assume((f.diff().abs() > 1e-3).any())
    assert distances.dual_value(f, p, q) <= transport_on_a_line(p, q) + 1e-9


@settings
@given(histograms(), histograms())
def test_the_divergences_keep_to_their_inequalities(p, q):
    kl, js, tv = distances.kl_divergence(p, q), distances.js_divergence(p, q), distances.total_variation(p, q)
    assert 0 <= tv <= 1 + 1e-12
    assert -1e-12 <= js <= math.log(2) * tv + 1e-9  # Lin 1991, theorem 3
    assert kl >= 2 * tv**2 - 1e-9  # Pinsker
    assert torch.isclose(js, distances.js_divergence(q, p))
    assert tv - 1e-9 <= transport_on_a_line(p, q) <= 4 * tv + 1e-9  # steps of 1 at least, of 4 at most


@settings
@given(numbers(), numbers(), numbers())
def test_the_distance_on_the_line_is_a_metric(x, y, z):
    far = distances.wasserstein_1d
    assert far(x, x) == 0
    assert torch.isclose(far(x, y), far(y, x))
    assert far(x, z) <= far(x, y) + far(y, z) + 1e-9
    assert far(x, y) >= (x.mean() - y.mean()).abs() - 1e-9


@settings
@given(histograms(4), histograms(4), arrays.arrays(np.float64, (4, 4), elements=st.floats(0, 9)).map(torch.from_numpy))
def test_the_cheapest_plan_is_a_plan_and_no_dearer_than_the_independent_one(p, q, cost):
    plan = distances.transport_plan(p, q, cost)
    assert torch.allclose(plan.sum(1), p, atol=1e-8) and torch.allclose(plan.sum(0), q, atol=1e-8)
    assert plan.min() >= -1e-12
    assert (plan * cost).sum() <= (torch.outer(p, q) * cost).sum() + 1e-8


# The leash -------------------------------------------------------------------


@settings
@given(st.integers(0, 10_000), st.floats(0.01, 1.0), st.lists(st.integers(1, 9), min_size=0, max_size=3))
def test_no_clipped_critic_is_steeper_than_its_bound(seed, c, hidden):
    torch.manual_seed(seed)
    sizes = [3, *hidden, 1]
    layers = [part for i, o in pairwise(sizes) for part in (torch.nn.Linear(i, o), torch.nn.ReLU())]
    critic = torch.nn.Sequential(*layers[:-1], torch.nn.Flatten(0)).double()
    for parameter in critic.parameters():
        torch.nn.init.normal_(parameter)
    clipping.clip_weights(critic, c)
    x, y = torch.randn(50, 3).double(), torch.randn(50, 3).double()
    with torch.no_grad():
        climbed = (critic(x) - critic(y)).abs()
    assert (climbed <= clipping.lipschitz_bound(critic, c) * (x - y).abs().sum(1) + 1e-12).all()
    before = [parameter.clone() for parameter in critic.parameters()]
    clipping.clip_weights(critic, c)
    assert all(torch.equal(*pair) for pair in zip(before, critic.parameters(), strict=True))


@settings
@given(st.lists(st.integers(1, 5), min_size=1, max_size=4), st.integers(0, 10_000))
def test_points_between_are_between_whatever_the_shape(shape, seed):
    torch.manual_seed(seed)
    real, fake = torch.randn(7, *shape), torch.randn(7, *shape)
    between = penalty.interpolate(real, fake)
    low, high = torch.minimum(real, fake), torch.maximum(real, fake)
    assert ((low - 1e-6 <= between) & (between <= high + 1e-6)).all()
    epsilon = ((between - fake) / (real - fake)).flatten(1)
    assert torch.allclose(epsilon, epsilon[:, :1], atol=1e-2)


# Checks ----------------------------------------------------------------------

FACTORS = st.sampled_from([-2.0, -1.0, -0.5, 0.0, 0.5, 1.0, 2.0])


@settings
@given(FACTORS, FACTORS, FACTORS)
def test_a_loss_is_right_only_with_its_own_factors(a, b, constant):
    def candidate(real_scores, fake_scores):
        return a * real_scores.mean() + b * fake_scores.mean() + constant

    is_right = {"losses.critic_loss": (-1, 1, 0), "losses.wasserstein_estimate": (1, -1, 0)}
    for name, factors in is_right.items():
        assert check(name, candidate).passed == ((a, b, constant) == factors)


@settings
@given(FACTORS, FACTORS)
def test_a_generator_loss_is_right_only_with_its_own_factor(a, constant):
    assert check("losses.generator_loss", lambda fake_scores: a * fake_scores.mean() + constant).passed == (
        (a, constant) == (-1, 0)
    )


@settings
@given(
    target=st.sampled_from([0.0, 0.5, 1.0, 2.0]),
    power=st.sampled_from([1.0, 2.0, 4.0]),
    factor=st.sampled_from([0.5, 1.0, 10.0]),
    one_sided=st.booleans(),
)
def test_a_penalty_is_right_only_with_target_1_and_power_2(target, power, factor, one_sided):
    def candidate(critic, real, fake):
        far = penalty.gradient_norms(critic, penalty.interpolate(real, fake)) - target
        return factor * ((far.clamp(min=0) if one_sided else far.abs()) ** power).mean()

    right = (target, power, factor) == (1, 2, 1)
    assert check("penalty.gradient_penalty", candidate).passed == (right and not one_sided)
    assert check("penalty.one_sided_penalty", candidate).passed == (right and one_sided)


@settings
@given(st.floats(-3, 3, width=16), st.floats(-3, 3, width=16))
def test_only_the_right_line_brings_pixels_to_the_screen(slope, offset):
    assert check("generator.to_image", lambda x: slope * x + offset).passed == ((slope, offset) == (0.5, 0.5))


ANYTHING = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-9, 9)
    | st.floats()
    | st.text(max_size=5)
    | arrays.arrays(
        st.sampled_from([np.float32, np.float64, np.int64, np.bool_]),
        arrays.array_shapes(min_dims=0, min_side=0, max_side=4),
    ).map(torch.from_numpy),
    lambda inner: st.lists(inner, max_size=3) | st.tuples(inner, inner) | st.dictionaries(st.text(max_size=2), inner),
    max_leaves=4,
)


@settings
@given(st.sampled_from([exercise.name for exercise in registry.EXERCISES]), ANYTHING)
def test_whatever_an_answer_returns_the_report_is_a_sentence(name, value):
    report = check(name, lambda *args, **kwargs: value)
    assert not report.passed and report.mistake
    assert report.message.endswith((".", "?", ")")) and len(report.message) < 900


# Files -----------------------------------------------------------------------

TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=("Cs",), exclude_characters="\r\x00"), max_size=30)


@st.composite
def definitions(draw, name: str) -> str:
    """A definition as a student may type it: comments, strings over several lines, any characters."""
    lines = [f"def {name}(*args):"]
    for _ in range(draw(st.integers(0, 4))):
        text = draw(TEXTS)
        lines.append(
            draw(
                st.sampled_from(
                    [
                        f"    x = {text!r}",
                        '    x = """' + text.replace("\\", "/").replace('"', "'") + '"""',
                        "    # " + "".join(text.splitlines()),
                        "",
                        "    def inner(): return 1",
                    ]
                )
            )
        )
    return "\n".join([*lines, f"    return {draw(st.integers())}"])


LOSSES = ("critic_loss", "generator_loss", "wasserstein_estimate")


@settings
@given(data=st.data())
def test_no_answer_is_lost_whatever_is_typed_in_which_order(data, tmp_path_factory):
    folder = tmp_path_factory.mktemp("mine")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(course, "work_folder", lambda: folder)
        last: dict[str, str] = {}
        kept: dict[str, list[str]] = {name: [] for name in LOSSES}
        for name in data.draw(st.lists(st.sampled_from(LOSSES), max_size=6)):
            text = data.draw(definitions(name))
            exercise = registry.exercise(f"losses.{name}")
            history.note(exercise, text, history.RIGHT)
            path = answers.write_definition(exercise, text)
            if last.get(name) != text:
                kept[name].append(text)
            last[name] = text
            assert {one: answers.read_definition(path, one) for one in last} == last
        for name in LOSSES:
            exercise = registry.exercise(f"losses.{name}")
            assert [version.text for version in history.of(exercise)] == kept[name]
            assert [version.text for version in history.of(exercise) if version.in_use] == kept[name][-1:]
            assert answers.state(exercise) == ("filled" if name in last else "blank")
        if last:
            compile(path.read_bytes(), "losses.py", "exec")


def test_the_reference_is_still_in_use_afterwards():
    assert course.solutions_mode()
    assert all(
        check(exercise.name, getattr(importlib.import_module(f"starter.{exercise.module}"), exercise.definition)).passed
        for exercise in registry.of_sheet("02")
    )
