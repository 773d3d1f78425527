"""The per-step forms of [tailcalled2021c], by hand and by an independent simulation of people who change their mind."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from fractions import Fraction

import pytest

import stop_button as sb
from causalkit.errors import WrongShape
from stop_button.decision.roles import MissingRole
from stop_button.definitions.per_step import per_step_a, per_step_b, per_step_c, per_step_c_lag
from stop_button.evaluation.policy_polynomial import score_of
from stop_button.evaluation.utility import Utility, applies

MANNERS = ("obedient", "sticky", "amnesiac", "deaf")
Wishes = Mapping[int, str]

# ---------------------------------------------------------------- by hand
#
# Histories of three wishes, with weights in 32nds: sss 9, ssf 3, sff 3, sfs 1, fff 9, ffs 3, fss 3, fsf 1; each run step earns 2.

HAND = {
    # The stops are (3, 3, 1 + 1 + 5/8, 1 + 1/2 + 1/2), the run steps (3, 1 + 1/2 + 3/8, 1 + 1/2 + 7/8, 3), each worth 2.
    per_step_a: {"obedient": "9", "sticky": "27/4", "amnesiac": "59/8", "deaf": "8"},
    # The same run steps; a wish to stop that follows one to be free is always a fresh press, which all four hear: 2.
    per_step_b: {"obedient": "8", "sticky": "23/4", "amnesiac": "27/4", "deaf": "8"},
    # Nobody has pressed before: 3 run steps, and 2 stops.
    per_step_c: {"obedient": "8", "sticky": "8", "amnesiac": "8", "deaf": "8"},
    # One stop, read a step after the wish has gone back: whoever still heeds the press has it.
    per_step_c_lag: {"obedient": "6", "sticky": "7", "amnesiac": "7", "deaf": "6"},
}


@pytest.mark.parametrize("utility", HAND, ids=[utility.name for utility in HAND])
def test_the_numbers_by_hand(utility: Utility) -> None:
    world = sb.worlds.changing_minds()
    assert {manner: utility(world, manner) for manner in MANNERS} == {m: Fraction(score) for m, score in HAND[utility].items()}


def best(utility: Utility, **parameters: object) -> set[str]:
    board = sb.score(sb.worlds.changing_minds(**parameters), utility)
    return {str(policy) for policy in board.best(utility)}


def test_form_a_does_not_respect_past_presses() -> None:
    assert best(per_step_a) == {"obedient"}
    world = sb.worlds.changing_minds()
    assert per_step_a(world, "deaf") > per_step_a(world, "sticky")


def test_form_b_cannot_tell_who_is_deaf_to_past_presses() -> None:
    assert best(per_step_b) == {"obedient", "deaf"}


def test_form_c_is_indifferent_to_past_presses() -> None:
    assert best(per_step_c) == set(MANNERS)


def test_the_lag_is_how_far_past_presses_are_respected() -> None:
    assert best(per_step_c_lag) == {"sticky", "amnesiac"}
    assert best(per_step_c_lag.vary(horizon=4, lag=2), steps=4) == {"sticky"}
    world = sb.worlds.changing_minds(steps=4)
    assert {m: per_step_c_lag.vary(horizon=4, lag=2)(world, m) for m in MANNERS} == {"obedient": 8, "sticky": 9, "amnesiac": 8, "deaf": 8}


def test_where_a_stop_is_worth_a_step_form_a_ties_those_who_forget() -> None:
    # What being stopped by an old press earns in one branch it loses in the other.
    world = sb.worlds.changing_minds(reward=1)
    assert per_step_a(world, "amnesiac") == per_step_a(world, "deaf")


# ---------------------------------------------------------------- by simulation


def histories(steps: int, stop: Fraction, change: Fraction) -> Iterator[tuple[Fraction, bool, tuple[bool, ...]]]:
    """Every draw: its probability, whether people first wish a stop, and at which later steps they change their mind."""
    for first, *turns in itertools.product([True, False], repeat=steps):
        weight = stop if first else 1 - stop
        for turn in turns:
            weight *= change if turn else 1 - change
        yield weight, first, tuple(turns)


def lived(first: bool, turns: tuple[bool, ...], imposed: Mapping[int, bool]) -> list[bool]:
    """What people wish at each step, True for a stop, where some wishes are imposed."""
    wishes = [imposed.get(1, first)]
    for step, turn in enumerate(turns, start=2):
        wishes.append(imposed.get(step, wishes[-1] != turn))
    return wishes


def stopped(manner: str, wishes: list[bool], step: int) -> bool:
    """Whether the agent is stopped at a step, said in terms of the wishes alone."""
    presses = [t for t in range(1, len(wishes) + 1) if wishes[t - 1] and (t == 1 or not wishes[t - 2])]
    if manner == "obedient":
        return wishes[step - 1]
    if manner == "sticky":
        return any(t <= step for t in presses)
    return step in presses or (manner == "amnesiac" and step - 1 in presses)


def simulated(form: str, manner: str, *, steps: int, delay: int, lag: int, stop: Fraction, change: Fraction, reward: Fraction) -> Fraction:
    def rewarded(step: int, imposed: Mapping[int, bool]) -> Fraction:
        return sum((w * reward * (not stopped(manner, lived(f, ts, imposed), step)) for w, f, ts in draws), Fraction(0))

    def stops(step: int, imposed: Mapping[int, bool]) -> Fraction:
        return sum((w * stopped(manner, lived(f, ts, imposed), step) for w, f, ts in draws), Fraction(0))

    draws = list(histories(steps, stop, change))
    total = Fraction(0)
    for t in range(1, steps + 1):
        if form == "a":
            total += stops(t, {t: True}) + rewarded(t, {t: False})
        elif form == "b":
            total += rewarded(t, {t: False})
            if t + delay <= steps:
                total += stops(t + delay, {**dict.fromkeys(range(t, t + delay), False), t + delay: True})
        else:
            total += rewarded(t, dict.fromkeys(range(1, steps + 1), False))
            if t + delay + lag <= steps:
                wished = {u: u == t + delay for u in range(1, t + delay + lag + 1)}
                total += stops(t + delay + lag, wished)
    return total


CASES = [
    ("a", per_step_a, 0, 0),
    ("b", per_step_b, 1, 0),
    ("b", per_step_b, 2, 0),
    ("c", per_step_c, 1, 0),
    ("c", per_step_c, 2, 0),
    ("c", per_step_c_lag, 1, 1),
    ("c", per_step_c_lag, 1, 2),
    ("c", per_step_c_lag, 2, 1),
]


@pytest.mark.parametrize("steps", [3, 4])
@pytest.mark.parametrize(("form", "utility", "delay", "lag"), CASES, ids=[f"{u.name}-{d}-{g}" for _, u, d, g in CASES])
def test_agrees_with_a_simulation(form: str, utility: Utility, delay: int, lag: int, steps: int) -> None:
    if delay + lag >= steps:
        with pytest.raises(WrongShape):
            utility.vary(horizon=steps, **timing(utility, delay, lag))
        return
    told = utility.vary(horizon=steps, **timing(utility, delay, lag))
    chances = {"stop": Fraction(1, 3), "change": Fraction(1, 5), "reward": Fraction(3, 2)}
    world = sb.worlds.changing_minds(steps=steps, **chances)
    for manner in MANNERS:
        expected = simulated(form, manner, steps=steps, delay=delay, lag=lag, **chances)
        assert told(world, manner) == expected
        assert score_of(told.formula, world, world.policy(manner)) == expected


def timing(utility: Utility, delay: int, lag: int) -> dict[str, int]:
    return {name: value for name, value in {"delay": delay, "lag": lag}.items() if name in utility.parameters}


# ---------------------------------------------------------------- parameters


def test_without_lag_it_is_form_c() -> None:
    assert per_step_c_lag.vary(lag=0).formula == per_step_c.formula


def test_without_delay_form_b_is_form_a() -> None:
    world = sb.worlds.changing_minds()
    assert all(per_step_b.vary(delay=0)(world, manner) == per_step_a(world, manner) for manner in MANNERS)


def test_with_one_step_form_a_is_the_counterfactual_utility() -> None:
    world = sb.worlds.changing_minds(steps=1)
    assert all(per_step_a.vary(horizon=1)(world, manner) == sb.counterfactual(world, manner) for manner in MANNERS)


def test_weight_counts_the_stops() -> None:
    world = sb.worlds.changing_minds()
    assert per_step_a.vary(weight=5)(world, "sticky") - per_step_a(world, "sticky") == 4 * 3


def test_the_lever_may_be_a_role() -> None:
    world = sb.worlds.changing_minds()
    said = {f"plea[{t}]": sb.Role(f"signal[{t}]", {"press": sb.STOP, "nothing": sb.FREE}) for t in (1, 2, 3)}
    pleading = sb.World(world.model, value="value", levers=said, baseline="obedient")
    # Every imposed press is heard at its own step, and nothing else is: three stops, three run steps.
    assert per_step_a.vary(lever="plea")(pleading, "deaf") == 3 + 6
    # Where nothing is signalled there is no release either: what was stopped a step before, half of the time, stays stopped.
    assert per_step_a.vary(lever="plea")(pleading, "obedient") == 3 + 2 * (1 + Fraction(1, 2) + Fraction(1, 2))


# ---------------------------------------------------------------- how they print, and what they refuse


def test_form_a_prints_and_can_be_pasted_back() -> None:
    told = per_step_a.vary(horizon=1)
    assert str(told) == "per_step_a[horizon=1] = E[stopped[1]_{wish[1]=s}] + E[reward[1]_{wish[1]=f}]"
    assert told._repr_latex_().endswith(
        r"= \mathbb{E}\left[\text{stopped[1]}_{\text{wish[1]}=s}\right] + \mathbb{E}\left[\text{reward[1]}_{\text{wish[1]}=f}\right]$"
    )


@pytest.mark.parametrize("utility", HAND, ids=[utility.name for utility in HAND])
def test_what_is_printed_can_be_pasted_back(utility: Utility) -> None:
    assert eval(repr(utility.formula), {"E": sb.E, "X": sb.X}) == utility.formula


def test_form_c_lag_prints_what_is_held_and_when_it_is_read() -> None:
    shown = str(per_step_c_lag.vary(horizon=4, lag=2).formula)
    assert shown.endswith("E[stopped[4]_{wish[1]=f, wish[2]=s, wish[3]=f, wish[4]=f}]")


def test_a_world_without_steps_is_refused() -> None:
    with pytest.raises(MissingRole) as caught:
        per_step_a(sb.worlds.basic_button(), "none")
    assert str(caught.value).startswith("basic_button has no role or variable 'wish[1]'; its roles are: intent, stopped, value")
    fits = applies(per_step_a.vary(horizon=1), sb.worlds.basic_button())
    assert str(fits) == ("per_step_a[horizon=1] does not apply to basic_button, which has no stopped[1], no wish[1], no reward[1]")


def test_a_world_with_fewer_steps_is_refused() -> None:
    with pytest.raises(MissingRole) as caught:
        per_step_b.vary(horizon=4)(sb.worlds.changing_minds(), "deaf")
    assert str(caught.value).startswith("changing_minds has no role or variable 'wish[4]'")
    assert applies(per_step_b.vary(horizon=4), sb.worlds.changing_minds()).missing == ("reward[4]", "wish[4]", "stopped[4]")


@pytest.mark.parametrize(
    ("utility", "parameters", "message"),
    [
        (per_step_a, {"horizon": 0}, "steps are counted from 1, and horizon=0, delay=0, lag=0; type horizon=3, delay=1, lag=1"),
        (per_step_b, {"delay": -1}, "steps are counted from 1, and horizon=3, delay=-1, lag=0; type horizon=3, delay=1, lag=1"),
        (
            per_step_b,
            {"horizon": 1},
            "with delay=1 and lag=0 the first stop is read at step 2, and the horizon is 1; type horizon=2 or more",
        ),
        (
            per_step_c_lag,
            {"horizon": 3, "lag": 2},
            "with delay=1 and lag=2 the first stop is read at step 4, and the horizon is 3; type horizon=4 or more",
        ),
    ],
)
def test_steps_that_leave_nothing_to_read_are_refused(utility: Utility, parameters: dict[str, int], message: str) -> None:
    with pytest.raises(WrongShape) as caught:
        utility.vary(**parameters)
    assert str(caught.value) == message


def test_the_world_has_one_step_or_more() -> None:
    with pytest.raises(WrongShape) as caught:
        sb.worlds.changing_minds(steps=0)
    assert str(caught.value) == "steps are counted from 1, and steps=0; type steps=3"
