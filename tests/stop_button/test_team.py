"""Sub-agents and power: the numbers, the theorem, and every grab against the utility worked out before and after."""

from collections.abc import Callable
from fractions import Fraction
from itertools import permutations
from typing import Any

import numpy as np
import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

from causalkit.errors import Impossible, InvalidNumber, TooLarge, UnknownName, WrongArgument, WrongShape
from stop_button.presentation.plot_sequences import plot_transfers
from stop_button.sequences import OUTSIDE, Team, returns_to_power
from tests.tries import tries

F = Fraction
FALLING = lambda x: F(x, x + 1)
RISING = lambda x: F(x * x, 16)


@pytest.mark.parametrize(("weights", "after", "before"), [((1, 1), F(5, 4), F(4, 3)), ((2, 1), 2, 2), ((3, 1), F(11, 4), F(8, 3))])
def test_a_grab_at_two_and_two(weights: tuple[int, int], after: Fraction, before: Fraction) -> None:
    """Derived: no grab, a tie, a grab; the threshold is a weight of twice the other's."""
    team = Team(FALLING, weights=weights, power=[2, 2])
    assert (team.utility([3, 1]), team.utility()) == (after, before)
    grab = team.grabs("S1", from_="S2", picked_by="U")
    assert (grab.gain, bool(grab), grab.tie, grab.threshold) == (after - before, after > before, after == before, 2)
    assert team.grabs("S1", from_="S2", picked_by="itself").gain == F(1, 12)


def test_what_comes_from_outside_costs_nobody_so_that_no_weight_is_needed() -> None:
    team = Team(FALLING, weights=[2, 1], power=[2, 2])
    grab = team.grabs("S1", from_=OUTSIDE, picked_by="U")
    assert (grab.gain, grab.threshold) == (2 * (F(3, 4) - F(2, 3)), None)
    level = Team(lambda x: min(x, 2), weights=[1, 1], power=[2, 2]).grabs("S1", from_="S2", picked_by="U")
    assert (level.gain, level.threshold) == (-1, None), "more does not help, at whatever weight"


def test_with_rising_returns_power_concentrates() -> None:
    """Derived: 1/2, 5/8, 1, so the conjecture fails."""
    team = Team(RISING, weights=[1, 1], power=[2, 2])
    assert [team.utility(power) for power in ([2, 2], [3, 1], [4, 0])] == [F(1, 2), F(5, 8), 1]
    assert team.grabs("S1", from_="S2", picked_by="U")
    assert "returns rise at 1 units" in str(returns_to_power(RISING, upto=5))
    assert "no rising returns up to 5 units" in str(returns_to_power(FALLING, upto=5))


@pytest.mark.parametrize(("weights", "share"), [((1, 1, 1), 0), ((3, 1, 1), F(1, 3)), ((5, 2, 1), F(1, 3)), ((9, 3, 1), F(1, 2))])
def test_shares_over_ways_of_handing_out_the_weights(weights: tuple[int, ...], share: Fraction) -> None:
    """Derived: 0, 1/3, 1/3, 1/2; a selfish one always grabs."""
    team = Team(FALLING, weights=weights, power=[2, 2, 2])
    assert team.share_that_grab("S1", from_="S2", picked_by="U") == share
    assert team.share_that_grab("S1", from_="S2", picked_by="itself") == 1


def test_loyal_ones_are_started() -> None:
    """Derived: 4/3, 5/4, 5/4, 7/6 when two grabbers burn a unit."""
    team = Team(FALLING, weights=[1, 1], power=[2, 2])
    picks = team.picks(
        {("loyal", "loyal"): (2, 2), ("selfish", "loyal"): (3, 1), ("loyal", "selfish"): (1, 3), ("selfish", "selfish"): (1, 2)}
    )
    assert list(picks.worth.values()) == [F(4, 3), F(5, 4), F(5, 4), F(7, 6)]
    assert picks.best == (("loyal", "loyal"),)


def test_power_from_outside_is_always_worth_taking() -> None:
    """Derived: 1/12 for a loyal one too."""
    team = Team(FALLING, weights=[1, 1], power=[2, 2])
    assert [team.grabs("S1", from_=OUTSIDE, picked_by=by).gain for by in ("U", "itself")] == [F(1, 12)] * 2


# ---------------------------------------------------------------- laws, on three shapes of success

CURVES = st.lists(st.integers(0, 6), min_size=9, max_size=9)
SUCCESS = st.one_of(
    CURVES.map(lambda steps: [F(sum(sorted(steps, reverse=True)[:k]), 7) for k in range(10)]),
    CURVES.map(lambda steps: [F(sum(sorted(steps)[:k]), 7) for k in range(10)]),
    CURVES.map(lambda steps: [F(sum(steps[:k]), 7) - F(k, 3) for k in range(10)]),
)
MEMBERS = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=2, max_size=4)


@settings(max_examples=tries(100))
@given(SUCCESS, MEMBERS, st.integers(1, 2))
def test_a_grab_is_the_utility_after_minus_before(curve: list[Fraction], members: list[tuple[int, int]], units: int) -> None:
    weights, power = [w for w, _ in members], [x for _, x in members]
    team = Team(lambda x: curve[x], weights=weights, power=power)
    worth = lambda powers: sum((w * curve[x] for w, x in zip(weights, powers, strict=True)), F(0))
    if power[1] < units:
        with pytest.raises(Impossible, match="cannot lose"):
            team.grabs("S1", from_="S2", picked_by="U", units=units)
        return
    moved = [power[0] + units, power[1] - units, *power[2:]]
    assert team.grabs("S1", from_="S2", picked_by="U", units=units).gain == worth(moved) - worth(power)
    assert team.grabs("S1", from_="S2", picked_by="itself", units=units).gain == curve[moved[0]] - curve[power[0]]
    assert team.grabs("S1", from_=OUTSIDE, picked_by="U", units=units).gain == worth([moved[0], *power[1:]]) - worth(power)
    ways = list(permutations(weights))
    grabbing = sum(w[0] * (curve[moved[0]] - curve[power[0]]) > w[1] * (curve[power[1]] - curve[moved[1]]) for w in ways)
    assert team.share_that_grab("S1", from_="S2", picked_by="U", units=units) == F(grabbing, len(ways))


@settings(max_examples=tries(100))
@given(SUCCESS, st.integers(1, 8), st.integers(1, 3))
def test_the_theorem(curve: list[Fraction], upto: int, weight: int) -> None:
    """L14: at equal weights and power nobody grabs, exactly if returns do not rise."""
    q = lambda x: curve[x]
    grabs = [x for x in range(1, upto + 1) if Team(q, weights=[weight] * 2, power=[x, x]).grabs("S1", from_="S2", picked_by="U")]
    assert bool(returns_to_power(q, upto=upto)) == (not grabs)
    assert returns_to_power(q, upto=upto).first == min(grabs, default=None)


@settings(max_examples=tries(50))
@given(SUCCESS, MEMBERS)
def test_the_threshold_is_where_it_ties(curve: list[Fraction], members: list[tuple[int, int]]) -> None:
    power = [x + 1 for _, x in members]
    grab = Team(lambda x: curve[x], weights=[1] * len(power), power=power).grabs("S1", from_="S2", picked_by="U")
    if grab.threshold is not None and grab.threshold >= 0:
        tied = Team(lambda x: curve[x], weights=[grab.threshold, *[1] * (len(power) - 1)], power=power)
        assert tied.grabs("S1", from_="S2", picked_by="U").tie


REFUSED: dict[str, tuple[type[Exception], str, Callable[[], Any]]] = {
    "an unknown member": (UnknownName, r"'S3' is not in the team; it has: S1, S2", lambda: pair().grabs("S3", from_="S1", picked_by="U")),
    "from itself": (WrongShape, r"take from another", lambda: pair().grabs("S1", from_="S1", picked_by="U")),
    "picked by nobody": (WrongShape, r"by 'U' or 'itself'", lambda: pair().grabs("S1", from_="S2", picked_by="us")),  # type: ignore[arg-type]
    "too little": (Impossible, r"'S2' has 2 units and cannot lose 3", lambda: pair().grabs("S1", from_="S2", picked_by="U", units=3)),
    "lengths": (WrongShape, r"there are 1 weights and 2 powers", lambda: Team(FALLING, weights=[1], power=[1, 1])),
    "a negative weight": (WrongShape, r"weights are 0 or more", lambda: Team(FALLING, weights=[-1, 1], power=[1, 1])),
    "symbols": (InvalidNumber, r"symbols are not carried", lambda: Team(FALLING, weights=[sympy.Symbol("w"), 1], power=[1, 1])),
    "power in text": (WrongShape, r"power is whole units, and got 1, 1 and 2, 1", lambda: Team(FALLING, weights=[1, 1], power=["2", 1])),  # type: ignore[list-item]
    "power without end": (
        WrongShape,
        r"power is whole units, and got 1, 1 and inf, 1",
        lambda: Team(FALLING, weights=[1, 1], power=[float("inf"), 1]),  # type: ignore[list-item]
    ),
    "one power for two": (WrongShape, r"there are 1 powers, expected one for each of: S1, S2", lambda: pair().utility([1])),
    "no powers": (WrongArgument, r"takes power as Sequence.*, and got 5", lambda: pair().utility(5)),  # type: ignore[arg-type]
    "no menus": (WrongArgument, r"takes after as Mapping.*, and got 5", lambda: pair().picks(5)),  # type: ignore[arg-type]
    "a menu without powers": (WrongShape, r"a menu ends with the powers None", lambda: pair().picks({("loyal",): None})),
    "too many": (
        TooLarge,
        r"362,880 ways",
        lambda: Team(FALLING, weights=[1] * 9, power=[1] * 9).share_that_grab("S1", from_="S2", picked_by="U"),
    ),
}


def pair() -> Team:
    return Team(FALLING, weights=[1, 1], power=[2, 2])


@pytest.mark.parametrize("case", REFUSED)
def test_misuse_is_refused_in_words(case: str) -> None:
    error, words, call = REFUSED[case]
    with pytest.raises(error, match=words):
        call()


def test_the_picture_shows_both_shapes() -> None:
    ax = plot_transfers({"falling": pair(), "rising": Team(RISING, weights=[1, 1], power=[2, 2])}, "S1", "S2")
    falling, rising = (np.asarray(line.get_ydata(), float) for line in ax.lines[:2])
    assert (falling[2], rising[2]) == (0.0, 0.0)
    assert falling[3] <= 0 < rising[3]


def test_what_is_printed_of_returns_is_of_sub_agents_that_the_utility_picks() -> None:
    falling = lambda x: Fraction(x, x + 1)
    assert "that U picks" in str(returns_to_power(falling, upto=5))
    assert Team(falling, weights=[1, 1], power=[2, 2]).grabs("S1", from_="S2", picked_by="itself")
    with pytest.raises(WrongShape, match="upto=0 is no number"):
        returns_to_power(falling, upto=0)
    with pytest.raises(WrongShape, match="a menu ends with"):
        Team(falling, weights=[1, 1], power=[2, 2]).picks({("loyal",): (1,)})
    with pytest.raises(WrongShape, match=r"a menu ends with the powers \(3, -1\), expected whole units"):
        Team(falling, weights=[1, 1], power=[2, 2]).picks({("loyal", "loyal"): (3, -1)})
    with pytest.raises(WrongShape, match=r"units=Fraction\(3, 2\) is no number"):
        Team(falling, weights=[1, 1], power=[2, 2]).grabs("S1", from_="S2", picked_by="U", units=Fraction(3, 2))  # type: ignore[arg-type]


def test_powers_may_be_whole_numbers_of_other_libraries() -> None:
    """They are printed, and counted, as whole numbers are."""
    team = Team(FALLING, weights=[1, 1], power=[np.int64(2), np.int64(2)])  # type: ignore[list-item]
    one: Any = np.int64(1)
    taken = [each.grabs("S1", from_="S2", picked_by="itself", units=units) for each, units in ((team, one), (pair(), 1))]
    assert str(taken[0]) == str(taken[1])
