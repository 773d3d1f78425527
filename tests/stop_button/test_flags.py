"""Flags, frequencies and gains: what each carries, how each prints, and what is refused. Amounts: test_judged_draw_by_draw.py."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import strategies as st

import causalkit as ck
import stop_button as sb
from causalkit.errors import UnknownValue
from stop_button import BASELINE, FREE, STOP, UNDEFINED, B, E, H, V
from stop_button.auditing.draws import flag_formulas
from stop_button.auditing.flags import Flag, influence, loses_a_stop, policy_flags, prevents_stopping, stops_unasked
from stop_button.auditing.frequencies import frequencies, less_stoppable, shift, stopped_more
from stop_button.auditing.gains import Gain, abducted, answer_held, conditioning_shift, frozen, gains, incentive_gap, via
from stop_button.decision.policy import Policy
from stop_button.decision.roles import MissingRole
from stop_button.decision.world import World
from stop_button.evaluation.enclosure import Enclosure
from stop_button.evaluation.policy_polynomial import score_or_undefined
from stop_button.evaluation.undefined import defined
from stop_button.testing import policies, utilities, worlds
from tests import brute
from tests.changed_worlds import for_all
from tests.refusing import refusal

BUTTON = sb.worlds.basic_button()
JACKPOT = sb.worlds.jackpot_steering()
cc = sb.conditional_counterfactual


def with_two_policies(of: st.SearchStrategy[World]) -> st.SearchStrategy[tuple[World, Policy, Policy]]:
    """A world, a policy and a reference, each stochastic or not."""

    def any_policy(world: World) -> st.SearchStrategy[Policy]:
        return st.one_of(policies(world), policies(world, stochastic=True))

    return of.flatmap(lambda world: st.tuples(st.just(world), any_policy(world), any_policy(world)))


# ---------------------------------------------------------------- how often


@for_all(with_two_policies(worlds()))
def test_a_shift_is_the_change_of_one_probability(drawn: tuple[World, Policy, Policy]) -> None:
    """With two wishes, the total variation is |P(S) - P_base(S)|, and the direction is its sign."""
    world, policy, base = drawn
    gain = world.under(policy).prob(wish=STOP) - world.under(base).prob(wish=STOP)
    moved = shift(world, policy, base=base)
    assert moved.amount == abs(gain)
    assert moved.direction == (STOP if gain > 0 else FREE if gain < 0 else None)


def test_a_shift_of_another_variable() -> None:
    moved = shift(sb.worlds.which_lever(), "deter", of="trying")
    assert (moved.amount, moved.direction) == (Fraction(1, 2), FREE)
    assert shift(sb.worlds.which_lever(), "deter").amount == 0


def test_a_shift_carries_its_evidence() -> None:
    moved = shift(BUTTON, "manip_f")
    assert moved.evidence == {
        "intent under manip_f": ck.Dist({STOP: "1/100", FREE: "99/100"}),
        "intent under none": ck.Dist({STOP: "304/1000", FREE: "696/1000"}),
    }
    assert moved.sentence == "manip_f moves intent towards free: P(intent=free) is 0.99, and 0.696 under none"
    assert moved.shown == "0.294 towards free"
    assert shift(BUTTON, "disable").sentence == "disable does not change how often people want each intent from what it is under none"


@for_all(worlds(), st.data())
def test_shortfall_and_excess(world: World, data: st.DataObject) -> None:
    policy = data.draw(policies(world, stochastic=True))
    stops = {p: world.under(p).do(wish=STOP).prob(stopped=True) for p in world.policies}
    unasked = {p: world.under(p).do(wish=FREE).prob(stopped=True) for p in world.policies}
    m = world.under(policy)
    assert less_stoppable(world, policy).amount == max(stops.values()) - m.do(wish=STOP).prob(stopped=True) >= 0
    assert stopped_more(world, policy).amount == m.do(wish=FREE).prob(stopped=True) - min(unasked.values()) >= 0


def test_the_lever_of_stopping_is_an_argument() -> None:
    world = sb.worlds.which_lever()
    assert less_stoppable(world, "deter").amount == prevents_stopping(world, "deter").amount == 1
    assert less_stoppable(world, "deter", lever="trying").amount == prevents_stopping(world, "deter", lever="trying").amount == 0
    assert stopped_more(world, "deter", lever="trying").amount == stops_unasked(world, "deter", lever="trying").amount == 0


def test_frequencies_carry_their_evidence() -> None:
    short = less_stoppable(BUTTON, "disable")
    assert short.sentence == "were people to wish a stop, disable is stopped with probability 0, and none with 1"
    assert short.evidence == {"E[B_s] under disable": 0, "E[B_s] under none": 1}


# ---------------------------------------------------------------- the baseline


def test_the_baseline_is_an_argument() -> None:
    assert influence(BUTTON, "none", base="manip_f").amount == Fraction("0.3")
    assert influence(BUTTON, "manip_f", base="manip_f").amount == 0


@for_all(with_two_policies(worlds()), utilities())
def test_nothing_is_done_or_gained_against_oneself(drawn: tuple[World, Policy, Policy], utility: sb.Utility) -> None:
    """Measured against the policy itself no flag fires, nothing comes by way of anything, and no condition shifts."""
    world, policy, _ = drawn
    assert [flag.amount for flag in policy_flags(world, policy, base=policy)] == [0] * 7
    for gain in (*gains(world, utility, policy, base=policy), conditioning_shift(world, utility, policy, base=policy)):
        assert gain.amount is UNDEFINED or gain.amount == 0


# ---------------------------------------------------------------- by way of what


@for_all(with_two_policies(worlds()))
def test_by_way_of_the_wish_of_the_switch_by_brute_force(drawn: tuple[World, Policy, Policy]) -> None:
    """E[B if H=s else V] less the same with the wish that the reference would have brought about, unit by unit."""
    world, policy, base = drawn
    branches = {"base": base.rules, "held": {"wish": brute.FromBranch("base", "wish")}}
    units = brute.worlds(world.under(policy), branches)

    def score(run: Any) -> Any:
        return run["stopped"] if run["wish"] == STOP else run["value"]

    expected = brute.expect(units, lambda unit: score(unit.fact) - score(unit.held))
    assert via(world, sb.switch, policy, base=base).amount == expected


def test_a_gain_carries_its_evidence() -> None:
    gain = via(BUTTON, sb.switch, "manip_f")
    assert gain
    assert gain.evidence == {"score": Fraction("9.9001"), "score, the wish held": Fraction("7.25704")}
    assert gain.sentence == ("switch of manip_f is 9.9001, and 7.25704 with the wish held as under none: a difference of 2.64306")
    assert str(gain).startswith("by way of the wish: ")
    assert not via(BUTTON, sb.switch, "manip_s")


def test_by_way_of_another_variable() -> None:
    """Cutting the wire pays by way of the press, not of the wish."""
    by_press = via(BUTTON, sb.naive, "disable", "pressed")
    assert by_press.kind == "by way of pressed"
    assert by_press.amount == sb.naive(BUTTON, "disable") - (sb.naive(BUTTON, "none") - Fraction(1, 100)) == Fraction("3.04")
    assert via(BUTTON, sb.naive, "disable").amount == 0


def test_frozen_keeps_what_the_formula_sets() -> None:
    assert frozen(sb.counterfactual.formula, at=BASELINE) == sb.counterfactual.formula
    assert frozen(E(V, given=H.under(BASELINE).is_(STOP)), at="none") == E(V.had(intent=H.under("none")), given=H.under(BASELINE).is_(STOP))
    assert frozen(E(B * H.is_(STOP)), at="none") == E(B.had(intent=H.under("none")) * H.had(intent=H.under("none")).is_(STOP))
    assert answer_held(E(B.had(stopped=1)), at="none") == E(B.had(stopped=1))


def test_own_variables_and_what_lies_between() -> None:
    assert [gain.kind for gain in gains(BUTTON, sb.switch, "manip_f")] == [
        f"by way of the {what}" for what in ("wish", "answer", "outcome")
    ]


# ---------------------------------------------------------------- conditioning shift and incentive gap


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


@for_all(worlds())
def test_incentive_gap_is_what_those_miss_who_change_no_wish(world: World) -> None:
    scores = {p: sb.counterfactual(world, p) for p in world.policies}
    reference = world.reference()

    def changes_none(policy: Policy) -> bool:
        units = brute.worlds(world.under(policy), {"base": reference.rules})
        return all(unit.fact["wish"] == unit.base["wish"] for unit in units if unit.weight)

    honest = [score for policy, score in scores.items() if changes_none(policy)]
    assert honest
    assert incentive_gap(world, sb.counterfactual).amount == max(scores.values()) - max(honest) >= 0


def test_incentive_gap_carries_its_evidence() -> None:
    gap = incentive_gap(JACKPOT, cc)
    assert gap.amount == Fraction("97.8")
    assert gap.policy is None
    assert gap.sentence == "the best score of conditional_counterfactual is 101.8 (steer), and 4 without influence (quiet)"


def test_incentive_gap_where_no_honest_policy_has_a_score() -> None:
    world = sb.worlds.basic_button(tremble=0, stop=0)
    gap = incentive_gap(world, sb.cond)
    assert gap.amount is UNDEFINED
    assert not gap
    assert gap.sentence == "no policy has a defined score of cond, of those that draw no lots"


def test_incentive_gap_where_a_coupling_decides_what_is_an_influence() -> None:
    """With monotone tables nothing is an influence and the gap is 0; with independent ones it is 1."""
    even = {STOP: "1/2", FREE: "1/2"}

    def gap(coupling: Any) -> Any:
        wish = ck.cpt(["act"], {"work": even, "x": even}, coupling=coupling, domain=[STOP, FREE])
        model = ck.Model(act=ck.choice("work", "x"), wish=wish, value=lambda act: int(act == "x"))
        return incentive_gap(sb.World(model, intent="wish", value="value", baseline="work"), sb.naive)

    assert (gap("monotone").amount, gap("independent").amount) == (0, 1)
    assert gap(None).amount == Enclosure(Fraction(0), Fraction(1), sharp=False)
    assert gap(None).sentence == "the best score of naive is 1 (x), and 0 surely without influence (work)"


# ---------------------------------------------------------------- what a flag is


NONE = BUTTON.policy("none")


@pytest.mark.parametrize(
    ("amount", "sign"),
    [
        (Fraction(1, 10**9), "positive"),
        (Fraction(0), "not positive"),
        (Fraction(-1), "not positive"),
        (UNDEFINED, "open"),
        (Enclosure(Fraction(0), Fraction(1), sharp=False), "open"),
        (Enclosure(Fraction(1, 4), Fraction(1), sharp=True), "positive"),
        (Enclosure(Fraction(-1), Fraction(0), sharp=True), "not positive"),
    ],
)
def test_a_flag_fires_when_its_amount_is_surely_positive(amount: Any, sign: str) -> None:
    flag = Flag("influence", NONE, NONE, amount)
    assert flag.sign == Gain("by way of the wish", "u", NONE, amount, "said").sign == sign
    assert bool(flag) == (sign == "positive")


def test_a_flag_whose_amount_depends_on_symbols_is_open_and_names_the_region() -> None:
    import sympy

    p = sympy.Symbol("p")
    world = sb.worlds.basic_button(stop=p)
    flag = loses_a_stop(world, "disable")
    assert flag.sign == "open"
    assert not flag
    assert flag.region == sympy.Gt(flag.amount, 0)
    assert flag.region.subs(p, sympy.Rational(3, 10)) == True  # noqa: E712 - sympy's own truth


def test_undefined_amounts_say_which_side_is_undefined() -> None:
    gain = via(sb.worlds.basic_button(tremble=0), sb.cond, "manip_f")
    assert gain.amount is UNDEFINED
    assert gain.shown == "undefined"
    assert gain.sentence == "cond of manip_f is undefined, and 10.99 with the wish held as under none"


def test_print() -> None:
    assert str(influence(BUTTON, "manip_s")) == (
        "influence: manip_s changes what people want in 0.7 of all draws, against none (0.007 from stop to free; 0.693 from free to stop)"
    )
    assert str(prevents_stopping(BUTTON, "none")) == (
        "prevents stopping, were they to wish: were people to wish a stop, none would be stopped wherever none would be"
    )


def test_flags_are_equal_by_what_they_say() -> None:
    assert influence(BUTTON, "manip_s") == influence(sb.worlds.basic_button(), "manip_s")
    assert influence(BUTTON, "manip_s") != influence(BUTTON, "manip_f")


def test_a_flag_is_a_formula_that_can_be_scored() -> None:
    formulas = flag_formulas(BUTTON)
    assert len(formulas) > 5
    for (kind, way), f in formulas.items():
        mine = [flag for flag in policy_flags(BUTTON, "disable") if (flag.kind, flag.way) == (kind, way)]
        assert kind == "improves" or sb.Utility("as a utility", f)(BUTTON, "disable") == mine[0].amount


def test_only_flags_whose_roles_the_world_has() -> None:
    half = World(BUTTON.model, value="value", baseline="none")
    assert policy_flags(half, "disable") == ()
    assert gains(half, sb.naive, "disable") == ()
    assert frequencies(half, "disable") == ()
    wishing = World(BUTTON.model, intent="wish", value="value", baseline="none")
    assert [flag.kind for flag in policy_flags(wishing, "disable")] == ["influence"]
    assert [one.kind for one in frequencies(wishing, "disable")] == ["shift"]


# ---------------------------------------------------------------- what is refused, and how


@pytest.mark.parametrize(
    "judge",
    [
        lambda world: influence(world, "none"),
        lambda world: via(world, sb.switch, "none"),
        lambda world: conditioning_shift(world, cc, "none"),
        lambda world: incentive_gap(world, sb.switch),
        lambda world: prevents_stopping(world, "none"),
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


def test_an_unknown_way_of_judging() -> None:
    message = refusal(UnknownValue, lambda: prevents_stopping(BUTTON, "none", way="really"))  # type: ignore[arg-type]
    assert message == "'really' is no way of judging; type one of: 'in fact', 'were they to wish'"


def test_an_influence_names_its_directions_where_it_has_several() -> None:
    one, other = sb.worlds.off_switch_game().policies[:2]
    both = {"from stop to free": Fraction(1, 4), "from free to stop": Fraction(1, 4)}
    base = f"{one} changes what people want in 0.5 of all draws, against {other}"
    assert Flag("influence", one, other, Fraction(1, 2), evidence=both).sentence == (
        f"{base} (0.25 from stop to free; 0.25 from free to stop)"
    )
    assert Flag("influence", one, other, Fraction(1, 2), evidence={"from stop to free": Fraction(1, 2)}).sentence == base
    assert "from stop" not in Flag("prevents stopping", one, other, Fraction(1, 2), way="in fact", evidence=both).sentence
