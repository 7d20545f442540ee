"""The machine that makes mutants. Whether each check refuses its own is asked by `make mutants`."""

import tomllib

import pytest

from starter.kit import registry
from tests.mutants import __main__ as run
from tests.mutants.make import mutants


@pytest.mark.parametrize("exercise", registry.EXERCISES, ids=lambda exercise: exercise.name)
def test_every_solution_has_mutants_with_names_of_their_own(exercise):
    changes = [mutant.change for mutant in mutants(exercise)]
    assert len(changes) >= 10 and len(set(changes)) == len(changes)


@pytest.mark.parametrize("path", sorted((run.HERE / "equivalent").glob("*.toml")), ids=lambda path: path.stem)
def test_what_counts_as_equivalent_is_a_mutant_and_has_a_reason(path):
    """Whoever changes a solution finds the lines here that are about it no more."""
    for definition, reasons in tomllib.loads(path.read_text(encoding="utf-8")).items():
        made = {mutant.change for mutant in mutants(registry.exercise(f"{path.stem}.{definition}"))}
        assert set(reasons) <= made, set(reasons) - made
        assert all(len(reason) >= 15 for reason in reasons.values())


def test_a_small_fault_is_made_where_the_solution_is_and_nowhere_else():
    changes = {mutant.change for mutant in mutants(registry.exercise("losses.critic_loss"))}
    assert "fake_scores.mean() - real_scores.mean() -> fake_scores.mean() + real_scores.mean()" in changes
    assert "torch.manual_seed(0) first" in changes
    assert not any("mean f(G(z))" in change for change in changes)


def test_no_mutant_of_a_loss_is_accepted(capsys):
    assert run.main(["losses.critic_loss"], everything=False) == 0
    assert "accepts" not in capsys.readouterr().out
