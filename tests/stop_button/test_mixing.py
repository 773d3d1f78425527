"""Policies that draw lots: proved from both sides, against games with known values and against every pure and every gridded policy."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

import causalkit as ck
import stop_button as sb
from causalkit import Dist
from causalkit.errors import CausalError, Impossible, Undecided, WrongShape
from stop_button import FREE, STOP, B, E, H, V, X, least
from stop_button.decision.roles import MissingRole
from stop_button.evaluation.policy_polynomial import score_or_undefined
from stop_button.evaluation.undefined import defined
from stop_button.solving.lots.recovery import near_solution, simplest_between
from stop_button.testing import utilities, worlds
from tests.tries import tries

fractions = st.fractions(min_value=-3, max_value=3, max_denominator=6)


def game(payoffs: Sequence[Sequence[Any]]) -> tuple[sb.World, sb.Utility]:
    """A game against somebody who picks a column once it is known how rows are drawn."""
    columns = {f"column{j}": ck.function(lambda act, j=j: Fraction(payoffs[act][j]), parents=["act"]) for j in range(len(payoffs[0]))}
    world = sb.World(ck.Model({"act": ck.choice(*range(len(payoffs))), **columns}), baseline=0)
    return world, sb.Utility("value", least(*(E(X(name)) for name in columns)))


def value_by_hand(rows: Sequence[tuple[Fraction, Fraction]]) -> Fraction:
    """The value of a game with two columns: at a row, or where a mixture of two rows makes the columns equal."""
    values = [min(row) for row in rows]
    for (a, b), (c, d) in itertools.combinations(rows, 2):
        slope = (a - b) - (c - d)
        share = (d - c) / slope if slope else Fraction(-1)
        if 0 <= share <= 1:
            values.append(share * a + (1 - share) * c)
    return max(values)


# ---------------------------------------------------------------- games


def test_matching_pennies() -> None:
    world, utility = game([[1, 0], [0, 1]])
    assert sb.solve(world, utility).score == 0
    found = sb.solve(world, utility, mixed=True)
    assert found
    assert found.score == found.bound == Fraction(1, 2)
    assert found.policy.act("act") == Dist({0: "1/2", 1: "1/2"})
    assert str(found).startswith("value: 0.5 by 0 (1/2) or 1 (1/2), the best of all policies that draw lots (linear program; ")


def test_rock_paper_scissors_with_uneven_stakes() -> None:
    """Stakes 1, 2 and 3: each act is drawn in proportion to the stake of the pair it is not in."""
    world, utility = game([[0, -1, 2], [1, 0, -3], [-2, 3, 0]])
    found = sb.solve(world, utility, mixed=True)
    assert (found.score, found.bound) == (0, 0)
    assert found.policy.act("act") == Dist({0: "1/2", 1: "1/3", 2: "1/6"})


@settings(max_examples=tries(80))
@given(st.lists(st.tuples(fractions, fractions), min_size=1, max_size=6))
def test_games_with_two_columns_have_the_value_worked_out_by_hand(rows: list[tuple[Fraction, Fraction]]) -> None:
    world, utility = game(rows)
    found = sb.solve(world, utility, mixed=True)
    assert found
    assert found.score == value_by_hand(rows) == utility(world, found.policy)


@settings(max_examples=tries(40))
@given(st.integers(1, 5).flatmap(lambda n: st.lists(st.lists(fractions, min_size=n, max_size=n), min_size=1, max_size=5)))
def test_games_with_more_columns_are_proved(rows: list[list[Fraction]]) -> None:
    world, utility = game(rows)
    found = sb.solve(world, utility, mixed=True)
    assert found
    assert found.score == utility(world, found.policy)
    answer = game([[-rows[i][j] for i in range(len(rows))] for j in range(len(rows[0]))])
    assert sb.solve(*answer, mixed=True).score == -found.score  # the theorem of von Neumann: whoever moves first, the value is the same


@settings(max_examples=tries(60))
@given(worlds(possible=True), utilities())
def test_lots_are_never_worse_than_none(world: sb.World, utility: sb.Utility) -> None:
    try:
        found = sb.solve(world, utility, mixed=True)
    except (WrongShape, Impossible):
        return
    assert found.score == utility(world, found.policy) <= found.bound
    assert bool(found) == (found.score == found.bound)
    assert found.score >= sb.solve(world, utility).score


# ---------------------------------------------------------------- ratios


def toss(sights: int) -> sb.World:
    """What is done in each sight moves the wish, and with it what is asked for under ccmin."""
    return sb.World(
        ck.Model(
            sight=ck.uniform(*range(sights)),
            mood=ck.coin("1/3"),
            act=ck.choice(0, 1, 2, sees=["sight"]),
            wish=lambda sight, mood, act: STOP if (sight + act + mood) % 3 == 0 else FREE,
            stopped=lambda sight, wish, act: wish == STOP and (act + sight) % 3 != 1,
            value=lambda stopped, sight, act: 0 if stopped else (2 * sight + 3 * act) % 4,
        ),
        intent="wish",
        stopped="stopped",
        value="value",
        baseline=0,
    )


def test_no_gridded_policy_exceeds_a_bound() -> None:
    world = toss(2)
    found = sb.solve(world, sb.ccmin, mixed=True)
    shares = [Dist({0: Fraction(i, 6), 1: Fraction(j, 6), 2: Fraction(6 - i - j, 6)}) for i in range(7) for j in range(7 - i)]
    gridded = [world.policy({"act": {0: a, 1: b}}) for a, b in itertools.product(shares, repeat=2)]
    best = max(score for policy in gridded if defined(score := score_or_undefined(sb.ccmin.formula, world, policy)))
    assert best <= found.bound
    assert found.score == sb.ccmin(world, found.policy) >= sb.solve(world, sb.ccmin).score
    assert found.bound - found.score < Fraction(1, 10**12)


def test_both_controls_of_a_bundled_world() -> None:
    button = sb.worlds.basic_button()
    found = sb.solve(button, sb.ccmin, mixed=True)
    assert found
    assert found.score == sb.solve(button, sb.ccmin).score == 11


def rooted() -> tuple[sb.World, sb.Utility]:
    """Resting with probability p is worth 1 - p, and 2p / (1 + p) where the bell rings; the two are equal at p = sqrt(2) - 1."""
    model = ck.Model(
        coin=ck.coin("1/2"),
        act=ck.choice("rest", "go"),
        bell=lambda coin, act: act == "rest" or coin,
        rested=lambda act: int(act == "rest"),
        gone=lambda act: int(act == "go"),
    )
    return sb.World(model), sb.Utility("rooted", least(E(X("gone")), E(X("rested"), given=X("bell").is_(True))))


def test_a_value_that_is_no_fraction_is_enclosed() -> None:
    world, utility = rooted()
    found = sb.solve(world, utility, mixed=True)
    assert not found
    assert found.score == utility(world, found.policy)
    assert found.bound is not None
    for side, sign in ((found.score, 1), (found.bound, -1)):
        assert sign * (2 - side) ** 2 > sign * 2  # below and above 2 - sqrt(2)
        assert math.isclose(side, 2 - math.sqrt(2), abs_tol=1e-12)
    assert "not proved" in str(found)


def test_what_is_approached_and_never_reached_is_not_proved() -> None:
    """The first part is 3 wherever it is defined; the rarer that is, the nearer the second comes to 3."""
    model = ck.Model(act=ck.choice("a", "b"), asked=lambda act: act == "b", gain=lambda act: 3 if act == "a" else -97)
    world = sb.World(model)
    utility = sb.Utility("near", least(3 + 0 * E(X("gain"), given=X("asked").is_(True)), E(X("gain"))))
    found = sb.solve(world, utility, mixed=True)
    assert not found
    assert found.bound == 3
    assert 0 < 3 - found.score < Fraction(1, 1000)


def test_a_policy_that_is_a_little_less_than_sure_of_itself() -> None:
    """Asking is better the rarer it is, and a float that is all but 1 must not pass for a policy that still asks."""
    asks = {"often": Fraction(5, 12), "rarely": Fraction(1, 12), "never": Fraction(0)}
    model = ck.Model(
        dice=ck.uniform(*range(12)),
        act=ck.choice(*asks),
        asked=lambda dice, act: dice < 12 * asks[act],
        gain=lambda asked: -2 * int(asked),
        prize=lambda act: Fraction(6, 5) if act == "often" else 0,
    )
    utility = sb.Utility("rarer", least(E(X("prize"), given=X("asked").is_(True)), E(X("gain"))))
    found = sb.solve(sb.World(model), utility, mixed=True)
    assert not found
    assert found.bound == 0
    assert 0 < -found.score < Fraction(1, 1000)


def test_what_rounding_leaves_of_a_condition_is_no_condition() -> None:
    """Never asking has the probability .9 - .3 - .6 of asking, which is more than 0 in floats."""
    assert 0.9 - (0.3 + 0.6) > 0
    model = ck.Model(
        sight=ck.Dist({0: "3/10", 1: "6/10", 2: "1/10"}),
        act=ck.choice("ask", "never", sees=["sight"]),
        asked=lambda sight, act: act == "ask" and sight < 2,
        gain=lambda asked: -int(asked),
    )
    utility = sb.Utility("rarer", least(E(X("gain")), E(1 + 0 * X("gain"), given=X("asked").is_(True))))
    found = sb.solve(sb.World(model), utility, mixed=True)
    assert 0 < -found.score < Fraction(1, 1000)


def test_lots_make_a_score_where_no_other_policy_has_one() -> None:
    model = ck.Model(act=ck.choice("a", "b"), gain=lambda act: 3 if act == "a" else 5)
    utility = sb.Utility("both", least(*(E(X("gain"), given=X("act").is_(act)) for act in ("a", "b"))))
    world = sb.World(model)
    with pytest.raises(Impossible, match="is undefined under every policy that draws no lots: each makes a condition impossible"):
        sb.solve(world, utility)
    found = sb.solve(world, utility, mixed=True)
    assert found
    assert found.score == 3


def test_many_sights() -> None:
    world = toss(30)
    found = sb.solve(world, sb.Utility("three", least(E(V), 2 * E(B), 1 + E(V.had(intent=FREE)) - E(B))), mixed=True)
    assert found
    assert found.score >= sb.solve(world, found.utility, method="local search", starts=3).score
    assert sum(isinstance(act, Dist) for act in found.policy.acts.values()) <= 2


def test_what_is_never_spoken_of_is_the_first_option() -> None:
    model = ck.Model(act=ck.choice("x", "y"), idle=ck.choice("u", "v"), gain=lambda act: int(act == "y"))
    found = sb.solve(sb.World(model), sb.Utility("gain", E(X("gain"))), mixed=True)
    assert (found.policy.act("act"), found.policy.act("idle")) == ("y", "u")


# ---------------------------------------------------------------- wrong on purpose


OFFICE, BUTTON = sb.worlds.office(), sb.worlds.basic_button()
TWO = sb.World(ck.Model(a=ck.choice(0, 1), b=ck.choice(0, 1), value=lambda a, b: int(a == b == 1)), value="value")
DRAWING = sb.World(
    BUTTON.model, intent="wish", stopped="pressed", value="value", baseline=Dist({"none": "1/2", "disable": "1/2"}), name="lots"
)
INSTEAD = "type sb.solve(world, utility) for the best policy that draws no lots"


@pytest.mark.parametrize(
    ("world", "f", "error", "text"),
    [
        (BUTTON, E(B) * E(V), WrongShape, f"E[B] E[V] is no weighted sum of means; mixed policies are found for {{}}; {INSTEAD}"),
        (
            BUTTON,
            sb.cond.formula,
            WrongShape,
            "E[B | H=s] + E[V | H=f] adds up means with different conditions, whose probability a policy changes",
        ),
        (BUTTON, E(V) + E(B, given={"intent": STOP}), WrongShape, "E[V] + E[B | H=s] adds up means with different conditions"),
        (
            TWO,
            E(V),
            WrongShape,
            "E[V] depends on 2 choices of one run together (a=1 and b=1), and a linear program takes one at a time; " + INSTEAD,
        ),
        (DRAWING, E(B.under("baseline")), WrongShape, "E[B_{{baseline}}] refers to a policy that draws lots"),
        (TWO, E(B), MissingRole, "the world has no role or variable 'stopped'"),
        (sb.worlds.public_unsafe_act(loss=sympy.Symbol("L", positive=True)), E(V), Undecided, "E[V] holds symbols or irrationals"),
        (BUTTON, E(B, given=H.is_(STOP) * H.is_(FREE)), Impossible, "in basic_button, E[B | H=s, H=f] is undefined under every policy"),
    ],
)
def test_errors(world: sb.World, f: Any, error: type[CausalError], text: str) -> None:
    with pytest.raises(error) as found:
        sb.solve(world, sb.Utility("wrong", f), mixed=True, method="linear program")
    needed = "a weighted sum of means with one condition, or for least(...) of such sums"
    assert str(found.value).startswith(text.format(needed))


# ---------------------------------------------------------------- from floats to fractions


@given(st.lists(st.lists(st.integers(-3, 3), min_size=3, max_size=3), min_size=1, max_size=4), st.lists(fractions, min_size=3, max_size=3))
def test_solutions_near_a_solution(rows: list[list[int]], x: list[Fraction]) -> None:
    lines = [[Fraction(a) for a in row] for row in rows]
    rhs = [sum((a * b for a, b in zip(row, x, strict=True)), Fraction(0)) for row in lines]
    found = near_solution(lines, rhs, [float(value) for value in x])
    assert found == x


def test_systems_without_a_solution() -> None:
    assert near_solution([[Fraction(1), Fraction(1)], [Fraction(2), Fraction(2)]], [Fraction(1), Fraction(1)], [0.5, 0.5]) is None


@given(fractions, fractions)
def test_nothing_between_is_simpler(a: Fraction, b: Fraction) -> None:
    low, high = min(a, b), max(a, b)
    found = simplest_between(low, high)
    assert low <= found <= high
    for denominator in range(1, found.denominator):
        assert math.floor(high * denominator) < math.ceil(low * denominator)


def test_lots_are_drawn_only_where_they_are_needed() -> None:
    """In the office each of several policies is best for the smaller of the controls, one of them without lots."""
    found = sb.solve(sb.worlds.office(), sb.ccmin, mixed=True)
    assert found.proved
    assert not found.policy.is_stochastic
    assert found.score == sb.solve(sb.worlds.office(), sb.ccmin).score


@settings(max_examples=tries(40))
@given(st.lists(st.tuples(fractions, fractions), min_size=2, max_size=4))
def test_a_game_with_a_saddle_is_played_without_lots(rows: list[tuple[Fraction, Fraction]]) -> None:
    world, utility = game(rows)
    mixed, pure = sb.solve(world, utility, mixed=True), sb.solve(world, utility)
    assert mixed.proved
    assert mixed.policy.is_stochastic == (mixed.score > pure.score)


SCALES = [Fraction(1, 10**9), Fraction(1, 10**4), 10**4, 10**9, Fraction(10**6, 7)]


@pytest.mark.parametrize("scale", SCALES)
@settings(max_examples=8)
@given(st.lists(st.tuples(fractions, fractions), min_size=2, max_size=5), st.one_of(fractions, st.sampled_from([10**6, -(10**9)])))
def test_games_are_solved_whatever_the_unit_and_the_zero_of_payoffs(
    scale: Fraction, rows: list[tuple[Fraction, Fraction]], zero: Fraction
) -> None:
    """What programs in floats call small or tight depends on the unit; what is found and proved does not."""
    world, utility = game([[scale * (one + zero), scale * (other + zero)] for one, other in rows])
    found = sb.solve(world, utility, mixed=True)
    assert found.proved
    assert found.score == scale * (value_by_hand(rows) + zero) == utility(world, found.policy)
