"""Flags: what a policy does, what a utility pays for it, and the evidence."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import causalkit as ck
import stop_button as sb
from causalkit.errors import Undecided
from stop_button import BASELINE, FREE, STOP, UNDEFINED, B, E, H, V
from stop_button.auditing.flags import (
    Flag,
    abducted,
    conditioning_shift,
    frozen,
    incentive_gap,
    influence,
    policy_flags,
    prevents_stopping,
    stops_unasked,
    utility_flags,
    via_intent,
)
from stop_button.decision.policy import Policy
from stop_button.decision.roles import MissingRole
from stop_button.decision.world import World
from stop_button.evaluation.policy_polynomial import score_or_undefined
from stop_button.evaluation.undefined import defined
from stop_button.testing import policies, utilities, worlds
from tests import brute

BUTTON = sb.worlds.basic_button()
JACKPOT = sb.worlds.jackpot_steering()
cc = sb.conditional_counterfactual


def with_two_policies(of: Any) -> st.SearchStrategy[tuple[World, Policy, Policy]]:
    """A world, a policy and a reference, each stochastic or not."""

    def any_policy(world: World) -> st.SearchStrategy[Policy]:
        return st.one_of(policies(world), policies(world, stochastic=True))

    return of.flatmap(lambda world: st.tuples(st.just(world), any_policy(world), any_policy(world)))


def for_all(*strategies: st.SearchStrategy[Any]) -> Any:
    """A property of everything that these strategies draw, tried half as often as usual."""
    return lambda test: settings(max_examples=50)(given(*strategies)(test))


def refusal(kind: type[Exception], give: Any) -> str:
    with pytest.raises(kind) as caught:
        give()
    return str(caught.value)


# ---------------------------------------------------------------- influence


@for_all(with_two_policies(worlds()))
def test_influence_is_the_change_of_one_probability(drawn: tuple[World, Policy, Policy]) -> None:
    """With two wishes, the total variation is |P(S) - P_base(S)|, and the direction is its sign."""
    world, policy, base = drawn
    gain = world.under(policy).prob(wish=STOP) - world.under(base).prob(wish=STOP)
    flag = influence(world, policy, base=base)
    assert flag.amount == abs(gain)
    assert flag.direction == (STOP if gain > 0 else FREE if gain < 0 else None)
    assert bool(flag) == (gain != 0)


def test_influence_on_another_variable() -> None:
    flag = influence(sb.worlds.which_lever(), "deter", of="trying")
    assert (flag.amount, flag.direction) == (Fraction(1, 2), FREE)
    assert influence(sb.worlds.which_lever(), "deter").amount == 0


def test_influence_carries_its_evidence() -> None:
    flag = influence(BUTTON, "manip_f")
    assert flag.evidence == {
        "intent under manip_f": ck.Dist({STOP: "1/100", FREE: "99/100"}),
        "intent under none": ck.Dist({STOP: "304/1000", FREE: "696/1000"}),
    }
    assert flag.sentence == "manip_f moves intent towards free: P(intent=free) is 0.99, and 0.696 under none"
    assert flag.shown == "0.294 towards free"
    assert influence(BUTTON, "disable").sentence == "disable leaves intent as it is under none"


def test_the_baseline_is_an_argument() -> None:
    assert influence(BUTTON, "none", base="manip_f").direction == STOP
    assert influence(BUTTON, "manip_f", base="manip_f").amount == 0


# ---------------------------------------------------------------- via intent


@for_all(with_two_policies(worlds()))
def test_via_intent_of_the_switch_by_brute_force(drawn: tuple[World, Policy, Policy]) -> None:
    """E[B if H=s else V] less the same with the wish that the reference would have brought about, unit by unit."""
    world, policy, base = drawn
    branches = {"base": base.rules, "held": {"wish": brute.FromBranch("base", "wish")}}
    units = brute.worlds(world.under(policy), branches)

    def score(run: Any) -> Any:
        return run["stopped"] if run["wish"] == STOP else run["value"]

    expected = brute.expect(units, lambda unit: score(unit.fact) - score(unit.held))
    assert via_intent(world, sb.switch, policy, base=base).amount == expected


@for_all(with_two_policies(worlds()), utilities())
def test_nothing_is_gained_against_oneself(drawn: tuple[World, Policy, Policy], utility: sb.Utility) -> None:
    """Measured against the policy itself there is no influence, nothing comes via intent, and no condition shifts."""
    world, policy, _ = drawn
    assert influence(world, policy, base=policy).amount == 0
    for flag in (via_intent(world, utility, policy, base=policy), conditioning_shift(world, utility, policy, base=policy)):
        assert not defined(flag.amount) or flag.amount == 0


def test_via_intent_of_manipulation_that_pays() -> None:
    flag = via_intent(BUTTON, sb.switch, "manip_f")
    assert flag
    assert flag.evidence == {"score": Fraction("9.9001"), "score, intent frozen": Fraction("7.25704")}
    assert flag.sentence == ("switch of manip_f is 9.9001, and 7.25704 with intent as it would be under none: a difference of 2.64306")
    assert not via_intent(BUTTON, sb.switch, "manip_s")


def test_through_another_variable() -> None:
    """Cutting the wire pays through the press, not through the wish."""
    through_press = via_intent(BUTTON, sb.naive, "disable", through="pressed")
    assert through_press.kind == "via pressed"
    assert through_press.amount == sb.naive(BUTTON, "disable") - (sb.naive(BUTTON, "none") - Fraction(1, 100)) == Fraction("3.04")
    assert via_intent(BUTTON, sb.naive, "disable").amount == 0


def test_frozen_keeps_what_the_formula_sets() -> None:
    assert frozen(sb.counterfactual.formula, at=BASELINE) == sb.counterfactual.formula
    assert frozen(E(V, given=H.under(BASELINE).is_(STOP)), at="none") == E(V.had(intent=H.under("none")), given=H.under(BASELINE).is_(STOP))
    assert frozen(E(B * H.is_(STOP)), at="none") == E(B.had(intent=H.under("none")) * H.had(intent=H.under("none")).is_(STOP))


# ---------------------------------------------------------------- conditioning shift


@for_all(with_two_policies(worlds()))
def test_conditioning_shift_is_the_score_less_ref(drawn: tuple[World, Policy, Policy]) -> None:
    world, policy, base = drawn
    fixed = sb.ref.vary(policy=base)
    mine, theirs = (score_or_undefined(utility.formula, world, policy) for utility in (cc, fixed))
    expected = mine - theirs if defined(mine) and defined(theirs) else UNDEFINED
    assert conditioning_shift(world, cc, policy, base=base).amount == expected


def test_abducted_moves_conditions_only() -> None:
    assert abducted(E(V, given={"intent": STOP}) + E(B), under=BASELINE) == E(V, given=H.under(BASELINE).is_(STOP)) + E(B)
    assert abducted(cc.formula, under=BASELINE) == sb.ref.formula


# ---------------------------------------------------------------- stopping


@for_all(worlds(), st.data())
def test_shortfall_and_excess(world: World, data: st.DataObject) -> None:
    policy = data.draw(policies(world, stochastic=True))
    stops = {p: world.under(p).do(wish=STOP).prob(stopped=True) for p in world.policies}
    unasked = {p: world.under(p).do(wish=FREE).prob(stopped=True) for p in world.policies}
    m = world.under(policy)
    assert prevents_stopping(world, policy).amount == max(stops.values()) - m.do(wish=STOP).prob(stopped=True) >= 0
    assert stops_unasked(world, policy).amount == m.do(wish=FREE).prob(stopped=True) - min(unasked.values()) >= 0


def test_the_lever_of_stopping_is_an_argument() -> None:
    world = sb.worlds.which_lever()
    assert prevents_stopping(world, "deter").amount == 1
    assert prevents_stopping(world, "deter", lever="trying").amount == 0
    assert stops_unasked(world, "deter", lever="trying").amount == 0


def test_stopping_carries_its_evidence() -> None:
    flag = prevents_stopping(BUTTON, "disable")
    assert flag.sentence == "were people to wish to stop, disable is stopped with probability 0, and none with 1"
    assert flag.evidence == {"E[B_s] under disable": 0, "E[B_s] under none": 1}


# ---------------------------------------------------------------- incentive gap


@for_all(worlds())
def test_incentive_gap_is_what_the_honest_miss(world: World) -> None:
    scores = {p: sb.counterfactual(world, p) for p in world.policies}
    wished = world.under(world.baseline).prob(wish=STOP)
    honest = [score for p, score in scores.items() if world.under(p).prob(wish=STOP) == wished]
    assert incentive_gap(world, sb.counterfactual).amount == max(scores.values()) - max(honest) >= 0


def test_incentive_gap_carries_its_evidence() -> None:
    flag = incentive_gap(JACKPOT, cc)
    assert flag.amount == Fraction("97.8")
    assert flag.policy is None
    assert flag.sentence == "the best score of conditional_counterfactual is 101.8 (steer), and 4 without influence (quiet)"


def test_incentive_gap_where_no_honest_policy_has_a_score() -> None:
    world = sb.worlds.basic_button(tremble=0, stop=0)
    flag = incentive_gap(world, sb.cond)
    assert flag.amount is UNDEFINED
    assert not flag
    assert flag.sentence == "cond has no defined score on one of the two sides"


# ---------------------------------------------------------------- what a flag is


@pytest.mark.parametrize(("amount", "fires"), [(Fraction(1, 10**9), True), (Fraction(0), False), (Fraction(-1), False), (UNDEFINED, False)])
def test_a_flag_fires_when_its_amount_is_positive(amount: Any, fires: bool) -> None:
    assert bool(Flag("influence", None, amount, "said")) == fires


def test_a_flag_whose_amount_depends_on_symbols_does_not_guess() -> None:
    import sympy

    flag = via_intent(sb.worlds.basic_button(reward=sympy.Symbol("reward", positive=True)), sb.switch, "manip_f")
    with pytest.raises(Undecided):
        bool(flag)


def test_undefined_amounts_say_which_side_is_undefined() -> None:
    flag = via_intent(sb.worlds.basic_button(tremble=0), sb.cond, "manip_f")
    assert flag.amount is UNDEFINED
    assert flag.shown == "undefined"
    assert flag.sentence == "cond of manip_f is undefined, and 10.99 with intent as it would be under none"


def test_print() -> None:
    assert str(influence(BUTTON, "manip_s")) == (
        "influence: manip_s moves intent towards stop: P(intent=stop) is 0.99, and 0.304 under none"
    )


def test_only_flags_whose_roles_the_world_has() -> None:
    half = World(BUTTON.model, value="value", baseline="none")
    assert policy_flags(half, "disable") == ()
    assert utility_flags(half, sb.naive, "disable") == ()
    assert [flag.kind for flag in policy_flags(BUTTON, "disable")] == ["influence", "prevents stopping", "stops unasked"]
    assert [flag.kind for flag in utility_flags(BUTTON, sb.naive, "disable")] == ["via intent", "conditioning shift"]


# ---------------------------------------------------------------- what is refused, and how


@pytest.mark.parametrize(
    "judge",
    [
        lambda world: influence(world, "none"),
        lambda world: via_intent(world, sb.switch, "none"),
        lambda world: conditioning_shift(world, cc, "none"),
        lambda world: incentive_gap(world, sb.switch),
    ],
)
def test_without_a_baseline(judge: Any) -> None:
    world = World(BUTTON.model, intent="wish", stopped="pressed", value="value", name="half")
    message = refusal(MissingRole, lambda: judge(world))
    assert message == "half has no baseline policy to measure against; type World(..., baseline=...) or base=..."


def test_without_an_intent() -> None:
    world = World(BUTTON.model, stopped="pressed", value="value", baseline="none", name="half")
    message = refusal(MissingRole, lambda: influence(world, "none"))
    assert message.startswith("half has no role or variable 'intent'; its roles are: stopped, value; ")
