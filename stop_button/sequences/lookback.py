"""Old values in a process that was edited: where they are off, how many sweeps mend them, what a rollout makes of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from causalkit.errors import WrongShape
from causalkit.values.exact import count
from stop_button.sequences.transitions import Outcomes, Transitions, check_count

__all__ = ["backed_up", "residuals", "rolled_out", "sweeps_until_still"]

MOST_STEPS = 5_000_000

Values = Mapping[int, Fraction]


def backed_up(process: Transitions, place: int, values: Values) -> Fraction:
    """The best worth of a place, one move ahead on given values."""
    return max((_worth(process, outcomes, values) for outcomes in process.outcomes[place]), default=Fraction(0))


def residuals(process: Transitions, values: Values) -> dict[int, Fraction]:
    """By how much one backup changes given values, where it does."""
    found = {place: backed_up(process, place, values) - values[place] for place in range(len(process.states))}
    return {place: residual for place, residual in found.items() if residual}


def sweeps_until_still(process: Transitions, order: Sequence[int], values: Values) -> int:
    """How many sweeps in an order, each state from the newest values, change something; raises ``WrongShape`` on a cycle."""
    cyclic = next((part for part in process.components(process.reachable(order)) if process.cyclic(part)), None)
    if cyclic is not None:
        raise WrongShape(f"{process.states[cyclic[0]]!r} lies on a cycle, where sweeps come closer and never end; ask for residual(...)")
    now, sweeps = dict(values), 0
    while True:
        before = [now[place] for place in order]
        for place in order:
            now[place] = backed_up(process, place, now)
        if before == [now[place] for place in order]:
            return sweeps
        sweeps += 1


def rolled_out(process: Transitions, place: int, steps: int, values: Values) -> Fraction:
    """The best worth of a place when a model is followed for so many moves and given values stand at the end."""
    steps = count("steps", steps, least=0)
    reached = process.reachable([place])
    check_count(len(reached) * max(steps, 1), MOST_STEPS, "states and moves left", "take fewer steps")
    now: dict[int, Fraction] = {one: values[one] for one in reached}
    for _ in range(steps):
        now = {one: backed_up(process, one, now) for one in reached}
    return now[place]


def _worth(process: Transitions, outcomes: Outcomes, values: Values) -> Fraction:
    return sum((p * (process.reward[to] + process.discount * values[to]) for to, p in outcomes), Fraction(0))
