"""Corrigibility: the thresholds of a switch, and what utility indifference scores.

Derived: the claims are the source's, equations 8 to 10 and section 3; each number follows from its definitions and stands nowhere in it.
The actions of ``SILENT``, the ceilings and thresholds, and a thousandth against a million coincide with witnesses of the public Lean
development [cleanroom2026], which calls them its own. Which was first could not be told; the development was read and not compiled.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import causalkit as ck
import stop_button as sb
from causalkit.errors import Impossible
from causalkit.values.exact import as_fraction, exact
from stop_button import FREE, STOP, E, Role, V, X
from stop_button.definitions.indifference import causal_indifference, mixture, utility_indifference
from stop_button.evaluation.utility import Utility, applies
from stop_button.testing import worlds
from tests.tries import tries

SILENT = {"a*": ("1/2", 10), "a-": ("1/4", 8), "cheap": ("3/4", 9), "dear": ("3/4", 7), "ceiling": (0, 12)}
"""For each action the probability of a press, and what it is worth when the button stays silent."""


def button(actions: Mapping[str, tuple[object, ...]]) -> sb.World:
    """A world in which an action fixes the probability of a press, what silence is worth, and what a press is."""
    rows = {action: ck.coin(told[0]) for action, told in actions.items()}
    return sb.World(
        ck.Model(
            action=ck.choice(*actions),
            pressed=ck.cpt(["action"], rows, domain=[False, True]),
            value=lambda action, pressed: exact(0 if pressed else actions[action][1]),
            shutdown=lambda action, pressed: exact((*actions[action], 0)[2] if pressed else 0),
        ),
        intent=Role("pressed", {True: STOP, False: FREE}),
        stopped="pressed",
        value="value",
        levers={"pressing": Role("pressed", {True: STOP, False: FREE})},
        baseline=next(iter(actions)),
    )


@pytest.mark.parametrize(
    ("ceiling", "scores"),
    [
        (3, {"a*": Fraction(13, 2), "a-": Fraction(27, 4)}),
        (5, {"a*": Fraction(15, 2), "a-": Fraction(29, 4)}),
        (14, {"a*": 12, "dear": Fraction(49, 4)}),
        (12, {"a*": 11, "dear": Fraction(43, 4), "cheap": Fraction(45, 4), "a-": 9, "ceiling": 12}),
    ],
)
def test_the_switch_pays_by_what_shutting_down_is_worth(ceiling: int, scores: Mapping[str, Fraction]) -> None:
    utility = mixture.vary(ceiling=ceiling)
    assert {action: utility(button(SILENT), action) for action in scores} == scores


@pytest.mark.parametrize(
    ("other", "threshold", "below", "above"),
    [("a-", 4, "a-", "a*"), ("dear", 13, "a*", "dear")],
)
def test_thresholds_of_preventing_and_causing_the_press(other: str, threshold: int, below: str, above: str) -> None:
    world = button({action: SILENT[action] for action in ("a*", other)})

    def best(ceiling: Fraction) -> set[str]:
        utility = mixture.vary(ceiling=ceiling)
        return {str(policy) for policy in sb.score(world, utility).best(utility)}

    assert best(threshold - Fraction(1, 1000)) == {below}
    assert best(Fraction(threshold)) == {"a*", other}
    assert best(threshold + Fraction(1, 1000)) == {above}


def silent_values(actions: Mapping[str, tuple[object, ...]]) -> dict[str, Fraction]:
    return {action: as_fraction(told[1]) for action, told in actions.items()}


def test_the_largest_silent_value_still_pays_for_pressing_pair_by_pair() -> None:
    """Equation 10 claims more if it is read of any two actions: ``cheap`` is worth less than ``a*`` and presses more often."""
    scores = {action: mixture.vary(ceiling=12)(button(SILENT), action) for action in SILENT}
    assert max(silent_values(SILENT).values()) == 12
    assert scores["a-"] < scores["a*"] < scores["cheap"] < scores["ceiling"]


@settings(max_examples=tries(40))
@given(
    st.dictionaries(
        st.sampled_from("abcde"), st.tuples(st.fractions(0, Fraction(9, 10), max_denominator=10), st.integers(-5, 9)), min_size=1
    )
)
def test_at_the_optimum_the_largest_silent_value_removes_both_incentives(actions: dict[str, tuple[Fraction, int]]) -> None:
    """Where each action can stay silent, none beats one that attains the largest silent value: q c + (1 - q) v is at most c."""
    ceiling = max(silent_values(actions).values())
    utility = mixture.vary(ceiling=ceiling)
    best = {str(policy) for policy in sb.score(button(actions), utility).best(utility)}
    assert {action for action, worth in silent_values(actions).items() if worth == ceiling} <= best
    assert all(worth == ceiling for action, worth in silent_values(actions).items() if action in best and actions[action][0] < 1)


def test_a_largest_silent_value_that_is_never_silent_pays_for_pressing() -> None:
    """The condition is needed: with the largest value where silence does not happen, the sure press wins, 12 against 11."""
    actions = {"star": ("1/2", 10), "sure": (1, 12)}
    utility = mixture.vary(ceiling=12)
    assert [utility(button(actions), action) for action in actions] == [11, 12]


@given(worlds(), st.fractions(min_value=-3, max_value=3), st.data())
def test_the_corrected_utility_is_the_value_of_silence_for_every_shutdown_utility(
    world: sb.World, scale: Fraction, data: st.DataObject
) -> None:
    press, goal = X("intent"), scale * V
    correction = E(V, given={"intent": FREE}) - E(goal, given={"intent": STOP})
    corrected = Utility("corrected", E(V * press.is_(FREE) + goal * press.is_(STOP)) + E(press.is_(STOP)) * correction)
    policy = data.draw(st.sampled_from(list(world.policies)))
    q = Utility("q", E(press.is_(STOP)))(world, policy)
    assume(0 < q < 1 and Utility("1 - q", E(press.is_(FREE)))(world, policy) == 1 - q)
    assert corrected(world, policy) == utility_indifference.vary(lever="intent")(world, policy)


@pytest.mark.parametrize("shutdown", [(0, 0), (0, 10**6), (7, -5)])
def test_the_value_of_silence_is_all_that_counts(shutdown: tuple[int, int]) -> None:
    world = button({"tidy": ("1/2", "1/1000", shutdown[0]), "ready": ("1/2", 0, shutdown[1])})
    assert [utility_indifference(world, action) for action in ("tidy", "ready")] == [Fraction(1, 1000), 0]


def test_no_reason_to_preserve_shutdown() -> None:
    """A thousandth of silent value outweighs a million that shutting down would be worth."""
    world = button({"careless": ("1/2", "1/1000", 0), "careful": ("1/2", 0, 10**6)})
    assert [str(policy) for policy in sb.score(world, utility_indifference).best(utility_indifference)] == ["careless"]
    by_doing = causal_indifference.vary(goal="shutdown")
    assert [str(policy) for policy in sb.score(world, by_doing).best(by_doing)] == ["careful"]


def test_infinite_improbability_drive() -> None:
    """The story is Fallenstein's [fallenstein2014], which could not be seen; the numbers are derived."""
    eps, prize = Fraction(1, 1000), 314
    world = sb.World(
        ck.Model(
            wins=ck.coin(eps),
            action=ck.choice("null", "ticket", "drive"),
            pressed=lambda action, wins: action == "drive" and not wins,
            value=lambda action, wins: prize if wins and action != "null" else 0,
        ),
        intent=Role("pressed", {True: STOP, False: FREE}),
        stopped="pressed",
        value="value",
        levers={"pressing": Role("pressed", {True: STOP, False: FREE})},
        baseline="null",
    )
    assert [utility_indifference(world, action) for action in ("null", "ticket", "drive")] == [0, eps * prize, prize]


def test_undefined_where_the_press_is_sure() -> None:
    world = button({"leave": ("1/2", 1), "press": (1, 1)})
    with pytest.raises(Impossible):
        utility_indifference(world, "press")
    assert sb.score(world, utility_indifference).score(utility_indifference, "press") is sb.UNDEFINED


@given(worlds(), st.data())
def test_causal_indifference_is_the_counterfactual_formula(world: sb.World, data: st.DataObject) -> None:
    assert causal_indifference.vary(lever="intent").formula == sb.counterfactual.formula
    policy = data.draw(st.sampled_from(list(world.policies)))
    assert causal_indifference.vary(lever="intent")(world, policy) == sb.counterfactual(world, policy)


def test_the_lever_is_the_press_and_not_every_world_has_one() -> None:
    assert applies(utility_indifference, sb.worlds.backstop())
    assert not applies(causal_indifference, sb.worlds.basic_button())
    assert "pressing" in str(applies(causal_indifference, sb.worlds.basic_button()))
