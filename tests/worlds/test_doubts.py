"""The worlds built for doubts about the stop-button utilities, beyond the numbers that they publish."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import stop_button as sb
from causalkit.errors import WrongShape
from stop_button.auditing.flags import influence
from stop_button.auditing.frequencies import shift, stopped_more
from stop_button.auditing.gains import conditioning_shift, via
from stop_button.definitions.instructions import STOP_OR_RUN, Instructions, instructed, instructed_conditional
from stop_button.evaluation.branch_distance import cells, distances, reveals
from stop_button.evaluation.sensitivity_analysis import sensitivity
from stop_button.evaluation.utility import Utility
from stop_button.testing import policies, worlds
from tests.tries import tries

# ---------------------------------------------------------------- the butterfly


def macroscopic(world: sb.World, policy: str) -> list[Any]:
    """Everything that can be counted: wishes, stops and values together, as they come and with every wish imposed."""
    model = world.under(policy)
    imposed = [model.do(wish=wish) for wish in model.domain("wish")]
    return [one.dist("wish", "stopped", "value") for one in (model, *imposed)]


def test_butterfly_changes_no_frequency() -> None:
    world = sb.worlds.butterfly()
    assert macroscopic(world, "still") == macroscopic(world, "flap")
    assert shift(world, "flap").amount == 0
    assert influence(world, "flap"), "no frequency, and yet single wishes"


@pytest.mark.parametrize("utility", [sb.naive, sb.switch, sb.counterfactual, sb.cond, sb.ref])
def test_butterfly_is_nothing_to_utilities_that_do_not_choose_their_condition(utility: Utility) -> None:
    world = sb.worlds.butterfly()
    assert utility(world, "still") == utility(world, "flap")


def test_butterfly_moves_the_conditional_score_and_only_by_conditioning() -> None:
    world, utility = sb.worlds.butterfly(), sb.conditional_counterfactual
    assert (utility(world, "still"), utility(world, "flap")) == (12, 112)
    assert conditioning_shift(world, utility, "flap").amount == 100
    assert via(world, utility, "flap").amount == 100
    assert sb.audit(world, utility).verdict == "rewards"
    # By hand: P(S) = 1/4 either way, and V_f in S is what running is worth in state 0, or in state 1.
    assert world.under("flap").given(wish=sb.STOP).do(wish=sb.FREE).expect("value") == 100
    assert world.under("still").given(wish=sb.STOP).do(wish=sb.FREE).expect("value") == 0


def test_butterfly_is_paid_the_same_however_rare_its_state_is() -> None:
    world = sb.worlds.butterfly()
    assert not sensitivity(world, sb.conditional_counterfactual, "flap", of="air")
    assert sensitivity(world, sb.counterfactual, "flap", of="air").slope("air", 1) == 100 * Fraction(3, 4) - Fraction(20, 4) == 70


def test_butterfly_among_the_decided_moves_how_value_goes_along_with_the_wish() -> None:
    world = sb.worlds.butterfly.variant("decided")
    assert macroscopic(world, "still") != macroscopic(world, "flap")
    assert world.under("still").dist("wish") == world.under("flap").dist("wish")
    assert world.under("still").do(wish=sb.FREE).dist("value") == world.under("flap").do(wish=sb.FREE).dist("value")
    assert conditioning_shift(world, sb.conditional_counterfactual, "flap").amount == Fraction(200, 3)


@given(worlds(possible=True), st.data())
@settings(max_examples=tries(60))
def test_with_two_wishes_the_conditional_score_follows_from_frequencies(world: sb.World, data: st.DataObject) -> None:
    """E[V_f | S] = (E[V_f] - P(F) E[V | F]) / P(S), and so for B_s: what changes no frequency cannot change the score."""
    model = world.under(data.draw(policies(world)))
    stop, free = model.given(wish=sb.STOP), model.given(wish=sb.FREE)
    p = model.prob(wish=sb.STOP)
    v_f = (model.do(wish=sb.FREE).expect("value") - (1 - p) * free.expect("value")) / p
    b_s = (model.do(wish=sb.STOP).prob(stopped=True) - p * stop.prob(stopped=True)) / (1 - p)
    expected = stop.prob(stopped=True) + v_f + b_s + free.expect("value")
    assert stop.do(wish=sb.FREE).expect("value") == v_f
    assert free.do(wish=sb.STOP).prob(stopped=True) == b_s
    chosen = world.policy({d.name: {s: model.mechanism(d.name).row(s).outcomes[0][0] for s in d.contexts} for d in world.decisions})
    assert sb.conditional_counterfactual(world, chosen) == expected


# ---------------------------------------------------------------- reasons


def bits(p: float) -> float:
    return -p * math.log2(p) - (1 - p) * math.log2(1 - p)


def test_reasons_that_are_seen_reveal_the_condition() -> None:
    seen, hidden = sb.worlds.reasons(), sb.worlds.reasons(seen=False)
    assert reveals(seen, "listen") == pytest.approx(bits(0.3) - bits(0.1))
    assert reveals(hidden, "listen") == 0


@pytest.mark.parametrize("utility", [sb.counterfactual, sb.conditional_counterfactual, sb.ccmin])
def test_reasons_that_are_seen_are_acted_on_unasked(utility: Utility) -> None:
    world = sb.worlds.reasons()
    (best,) = sb.score(world, utility).best(utility)
    assert str(best) == "both"
    assert stopped_more(world, best).amount == Fraction(1, 4)


def test_to_shut_down_for_peoples_reasons_is_worth_more_than_to_listen_to_them() -> None:
    world = sb.worlds.reasons()
    assert sb.counterfactual(world, "judge") == Fraction(1, 4) + Fraction(3, 4) * 10
    assert sb.counterfactual(world, "listen") == 1 + Fraction(3, 4) * 10 - Fraction(1, 4) * 20
    assert sb.counterfactual(world, "both") == 1 + Fraction(3, 4) * 10


def test_reasons_that_are_hidden_make_the_conditional_utility_give_up() -> None:
    world = sb.worlds.reasons(seen=False)
    assert [str(policy) for policy in sb.score(world, sb.conditional_counterfactual).best("conditional_counterfactual")] == ["rest"]
    assert [str(policy) for policy in sb.score(world, sb.counterfactual).best("counterfactual")] == ["listen"]
    # A danger that is P(danger | S) = .225 / .3 likely where people wish a stop.
    assert world.under("listen").given(wish=sb.STOP).prob(danger=True) == Fraction(3, 4)


# ---------------------------------------------------------------- errands


def instructions(world: sb.World) -> Instructions:
    return (*STOP_OR_RUN, *((drink, str(drink)) for drink in world.model.domain("wish") if drink not in (sb.STOP, sb.FREE)))


@pytest.mark.parametrize(
    ("variant", "expected"),
    [
        ("", {"listen": "11.75", "habit": "11.5", "persuade": "11.75"}),
        ("five", {"listen": "12.5", "habit": "11.5", "persuade": "12.5"}),
    ],
)
def test_errands_by_hand(variant: str, expected: dict[str, str]) -> None:
    # Stop 1, own work 9 or 9.5, tea 1, every other drink 3/4 or, out of habit, 0.
    world = sb.worlds.errands.variant(variant)
    told = instructed.vary(instructions=instructions(world))
    assert {str(policy): told(world, policy) for policy in world.policies} == {name: Fraction(score) for name, score in expected.items()}


def test_instructions_do_not_pay_for_persuasion_and_their_factual_form_does() -> None:
    world = sb.worlds.errands()
    wanted = instructions(world)
    followed = Utility("followed", sum(sb.E(sb.X(goal) * sb.H.is_(wish)) for wish, goal in wanted))
    assert followed(world, "persuade") - followed(world, "listen") == Fraction(1, 4) * Fraction(9, 10) * Fraction(1, 4)
    assert instructed.vary(instructions=wanted)(world, "persuade") == instructed.vary(instructions=wanted)(world, "listen")
    every = instructed_conditional.vary(instructions=wanted)
    assert every(world, "persuade") == every(world, "listen") == 4 * Fraction(47, 4)


@pytest.mark.parametrize(("variant", "k"), [("", 4), ("five", 5)])
@pytest.mark.parametrize("utility", [instructed, instructed_conditional])
def test_c4_the_factual_share_of_k_instructions_is_one_kth(utility: Utility, variant: str, k: int) -> None:
    world = sb.worlds.errands.variant(variant)
    told = utility.vary(instructions=instructions(world))
    assert len(distances(world, told, "listen", over=["wish"]).parts) == (k if utility is instructed else k * k)
    for policy in world.policies:
        assert distances(world, told, policy, over=["wish"]).factual_share == Fraction(1, k)
        found = cells(world, told, policy)
        natural = world.under(policy).dist("wish") if utility is instructed else dict.fromkeys(world.model.domain("wish"), Fraction(1, k))
        assert dict(found) == {(a, b): natural[a] / k for a in natural for b in natural}


def test_two_instructions_are_the_stop_button_utilities() -> None:
    assert instructed.formula == sb.counterfactual.formula
    assert instructed_conditional.formula == sb.conditional_counterfactual.formula


@pytest.mark.parametrize("wrong", [(), ((sb.STOP, "stopped"),), ((sb.STOP, "stopped"), (sb.STOP, "value"))])
def test_instructions_are_two_or_more_different_wishes(wrong: Any) -> None:
    for utility in (instructed, instructed_conditional):
        with pytest.raises(WrongShape) as caught:
            utility.vary(instructions=wrong)
        assert str(caught.value) == (
            f"instructions are two or more different wishes with their goals, and got {wrong!r}; "
            "type (('stop', 'stopped'), ('free', 'value'))"
        )


@pytest.mark.parametrize("drinks", [(), "tea", ("stop",)])
def test_errands_are_names_of_drinks(drinks: Any) -> None:
    with pytest.raises(WrongShape) as caught:
        sb.worlds.errands(drinks=drinks)
    assert str(caught.value) == f"drinks are a list of one or more names other than 'stop' and 'free', and got {drinks!r}"


# ---------------------------------------------------------------- wanting and trying


@pytest.mark.parametrize("lever", ["intent", "trying"])
def test_a_condition_out_of_reach_is_never_shifted(lever: str) -> None:
    world, utility = sb.worlds.wanting_and_trying(), sb.conditional_counterfactual
    told = {condition: utility.vary(lever=lever, condition=condition) for condition in ("intent", "trying", "alarmed")}
    shifts = {c: [conditioning_shift(world, one, policy).amount for policy in world.policies] for c, one in told.items()}
    assert shifts["alarmed"] == [0, 0, 0]
    assert shifts["intent"] == [0, 0, -20]
    assert shifts["trying"] == [0, -20 if lever == "trying" else -Fraction(58, 3), -20]


def test_only_with_wanting_as_the_lever_deterring_costs_what_it_breaks() -> None:
    world = sb.worlds.wanting_and_trying()
    for condition in ("intent", "alarmed"):
        for lever, gain in [("intent", -1), ("trying", 1)]:
            told = sb.conditional_counterfactual.vary(lever=lever, condition=condition)
            assert (told(world, "deter") - told(world, "keep")) * gain > 0


# ---------------------------------------------------------------- the common filter


def test_people_behind_the_filter_take_the_common_for_the_cause() -> None:
    model = sb.worlds.common_filter().under("plan").given(arrives=False)
    assert model.prob(common=True) == Fraction(10000, 10099)
    assert round(float(model.prob(common=True)), 3) == 0.990  # the source: about 1 - 100 eps
    assert model.prob(panic=True) == 0


def test_without_the_filter_the_counterfactual_world_is_one_of_panic() -> None:
    world = sb.worlds.common_filter.variant("unfiltered")
    assert world.under("plan").do(rare=True).prob(panic=True) == 1
    told = sb.counterfactual.vary(lever="blocking", goal="aftermath")
    assert [str(policy) for policy in sb.score(world, told).best(told)] == ["bunker"]
    assert [str(policy) for policy in sb.score(sb.worlds.common_filter(), told).best(told)] == ["plan"]


def test_the_filter_makes_the_counterfactual_branch_less_surprising() -> None:
    told = sb.counterfactual.vary(lever="blocking", goal="aftermath")
    for world, frequency in [(sb.worlds.common_filter(), 1 - 0.99 * 0.9999), (sb.worlds.common_filter.variant("unfiltered"), 0.0001)]:
        blocked = distances(world, told, "plan", over=["arrives", "panic"]).parts[0]
        assert blocked.off_support == 0
        assert blocked.surprise == pytest.approx(-math.log2(frequency))
