"""Three ways to a score agree: asking the model, looking up the open form, and writing every unit out."""

from __future__ import annotations

import inspect
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import stop_button as sb
from causalkit.errors import Impossible
from stop_button.decision.policy import Policy
from stop_button.decision.world import World
from stop_button.evaluation import vectorised as dense
from stop_button.evaluation.evaluation import sweep
from stop_button.evaluation.policy_polynomial import policy_polynomial, score_directly, score_of, score_or_undefined
from stop_button.evaluation.undefined import UNDEFINED
from stop_button.evaluation.utility import applies
from stop_button.evaluation.vectorised import all_scores
from stop_button.language.formula import Expectation, Formula
from stop_button.language.parts import leaves
from stop_button.testing import formulas, policies, worlds
from tests import brute
from tests.changed_worlds import with_policy
from tests.stop_button import brute_scores
from tests.tries import tries


def or_none(score: Any) -> Any:
    """A score, or None where it is undefined."""
    try:
        return score()
    except (Impossible, brute.Undefined):
        return None


@settings(max_examples=tries(60))
@given(with_policy(worlds()), formulas())
def test_direct_compiled_and_brute_force(drawn: tuple[World, Policy], f: Formula) -> None:
    world, policy = drawn
    direct = or_none(lambda: score_directly(f, world, policy))
    assert or_none(lambda: score_of(f, world, policy)) == direct
    assert or_none(lambda: brute_scores.score(f, world, policy)) == direct


@settings(max_examples=tries(60))
@given(with_policy(worlds(couplings=("monotone", "independent"))), formulas())
def test_direct_and_compiled_where_noise_is_shared_between_rows(drawn: tuple[World, Policy], f: Formula) -> None:
    world, policy = drawn
    direct = or_none(lambda: score_directly(f, world, policy))
    assert or_none(lambda: score_of(f, world, policy)) == direct


@settings(max_examples=tries(40))
@given(worlds(1, 2), formulas(2), st.data())
def test_where_the_reference_draws_lots_too(world: World, f: Formula, data: st.DataObject) -> None:
    """A policy shares its draws with a reference that draws the same ones, and with itself above all."""
    policy = data.draw(policies(world, stochastic=True))
    base = data.draw(st.one_of(st.just(policy), policies(world, stochastic=True)))
    based = World(world.model, **dict[str, Any](world.roles), baseline=base)
    expected = or_none(lambda: brute_scores.score(f, based, policy))
    assert or_none(lambda: score_directly(f, based, policy)) == expected
    assert or_none(lambda: score_of(f, based, policy)) == expected


@settings(max_examples=tries(30))
@given(worlds(), formulas())
def test_a_sweep_is_every_policy_one_by_one(world: World, f: Formula) -> None:
    one_by_one = [or_none(lambda p=policy: score_directly(f, world, p)) for policy in world.policies]
    assert [None if score is UNDEFINED else score for score in sweep(f, world)] == one_by_one


@settings(max_examples=tries(60))
@given(worlds(), formulas())
def test_all_scores_at_once_are_every_policy_one_by_one(world: World, f: Formula) -> None:
    found = all_scores(f, world)
    if found is None:
        assert not [leaf for leaf in leaves(f) if isinstance(leaf, Expectation)]
        return
    one_by_one = [or_none(lambda p=policy: score_directly(f, world, p)) for policy in world.policies]
    assert [None if score is UNDEFINED else score for score in found] == one_by_one


@settings(max_examples=tries(40))
@given(worlds(), formulas())
def test_all_scores_at_once_where_floats_do_not_hold_the_integers(world: World, f: Formula) -> None:
    """The same with no integer small enough for float64, so that policies are told apart by remainders."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(dense, "EXACT_LIMIT", 0)
        patch.setattr(dense, "FEW", 0)
        patch.setattr(dense, "dense_means", inspect.unwrap(dense.dense_means))  # what was worked out before is of no use
        found = dense.all_scores(f, world)
    assert found == all_scores(f, world)


@pytest.mark.parametrize(
    "world", [sb.worlds.office(), sb.worlds.careyeveritt_figure_1(), sb.worlds.public_unsafe_act()], ids=lambda w: w.name
)
def test_bundled_worlds_by_brute_force(world: World) -> None:
    fitting = [utility for utility in sb.definitions.REGISTER.values() if applies(utility, world)]
    assert fitting
    for utility in fitting:
        for policy in world.policies[:8]:
            expected = or_none(lambda f=utility.formula, p=policy: brute_scores.score(f, world, p))
            assert score_or_undefined(utility.formula, world, policy) == (UNDEFINED if expected is None else expected)


def test_the_open_form_is_worked_out_once_per_world() -> None:
    world, mean = sb.worlds.basic_button(), sb.E(sb.B)
    assert policy_polynomial(mean, world) is policy_polynomial(mean, sb.worlds.basic_button())
