"""Indifference whose correction is worked out at the optimum: the difference of best values, over all decisions or over the later ones.

Source: [arbital2016]; [armstrong2017b]; [soares2015]; [holtman2019]
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from causalkit.errors import WrongShape
from causalkit.values.exact import exact
from stop_button.decision.roles import FREE, STOP
from stop_button.evaluation.utility import definition
from stop_button.language.formula import E, Formula, Reading, V, X, most
from stop_button.language.references import BEST, best, best_policy, discounted

__all__ = [
    "compensatory_reward", "largest_silent", "late_indifference", "naive_indifference", "utility_preserving", "utility_preserving_floor",
]  # fmt: skip


def _switch(lever: str, goal: str) -> Formula:
    press = X(lever)
    return E(X(goal) * press.is_(STOP) + V * press.is_(FREE))


def _before(horizon: int) -> range:
    if horizon < 2:
        raise WrongShape(f"a press at the end of a step has something to come after it from horizon=2 on, and got horizon={horizon}")
    return range(1, horizon)


def _rest(name: str, step: int, horizon: int, factor: Any, pressed: str, decision: str) -> Formula:
    """What can still be had by a reward function once the button is first pressed at the end of a step, times how likely that is."""
    share, later = exact(factor), range(step + 1, horizon + 1)
    first: Reading = X(f"{pressed}[{step}]")
    rest: Formula = sum((share ** (t - 1) * X(f"{name}[{t}]") * first for t in later), start=0 * first)
    return best(E(rest), of=[f"{decision}[{t}]" for t in later])


@definition("naive_indifference", source="arbital2016")
def naive_indifference(*, lever: str = "pressing", goal: str = "stopped") -> Formula:
    """The switch, with theta paid on a press: theta = max E[V] - max E[goal], each over all policies.

    Source: [arbital2016], naive indifference; [hobson2018] has the world that it is tried in.
    """
    return _switch(lever, goal) + E(X(lever).is_(STOP)) * (best(E(V)) - best(E(X(goal))))


@definition("largest_silent", source="soares2015")
def largest_silent(*, lever: str = "pressing", goal: str = "stopped") -> Formula:
    """The task's value where the button is not pressed, and for stopping on a press the largest value that silence has under any policy.

    E[c * goal if pressed else V] with c = max E[V | not pressed]. Source: [soares2015], equation 10, by which the mixture is to remove both
    incentives; pair by pair it does not.
    """
    press = X(lever)
    ceiling = best(E(V), given={lever: FREE})
    return E(V * press.is_(FREE)) + ceiling * E(X(goal) * press.is_(STOP))


@definition("compensatory_reward", source="armstrong2017b")
def compensatory_reward(*, lever: str = "pressing", goal: str = "stopped") -> Formula:
    """The switch, with a reward at the press that makes up for what changes between optimal policies: V(R0 | pi0*) - V(R1 | pi1*).

    Both values are read under a policy that is best for its own reward. Source: [armstrong2017b].
    """
    wanted = X(goal)
    return _switch(lever, goal) + E(X(lever).is_(STOP)) * (E(V.under(BEST)) - E(wanted.under(best_policy(E(wanted)))))


@definition("late_indifference", source="soares2015")
def late_indifference(*, late: str | Iterable[str] = "late", lever: str = "pressing") -> Formula:
    """Utility indifference whose later decisions do their best where the button is not pressed: max over ``late`` of E[V | not pressed].

    What comes after a press cancels, as in ``utility_indifference``. Undefined where the press is sure. Source: [soares2015].
    """
    return best(E(V), of=late, given={lever: FREE})


def _preserving(horizon: int, factor: Any, reward: str, normal: str, shutdown: str, pressed: str, decision: str) -> Formula:
    """Rewards, and at the first press the best that was still to be had, less the best by the shutdown reward."""
    paid: Formula = E(discounted(reward, factor, horizon))
    for step in _before(horizon):
        paid = paid + _rest(normal, step, horizon, factor, pressed, decision) - _rest(shutdown, step, horizon, factor, pressed, decision)
    return paid


@definition("utility_preserving", source="holtman2019")
def utility_preserving(
    *, horizon: int = 3, factor: Any = "9/10", reward: str = "reward", normal: str = "normal", shutdown: str = "shutdown",
    pressed: str = "first", decision: str = "act",
) -> Formula:  # fmt: skip
    """Rewards, and at the first press f_c: the best that was still to be had by the normal reward, less the best by the shutdown reward.

    Steps are counted from 1 to ``horizon``. At step t ``reward[t]`` is what is paid, ``normal[t]`` and ``shutdown[t]`` what either
    function pays for what is done, ``first[t]`` is 1 when the button is first pressed at the end of the step, and ``act[t]`` decides.
    Source: [holtman2019], the balancing term f_c.
    """
    return _preserving(horizon, factor, reward, normal, shutdown, pressed, decision)


@definition("utility_preserving_floor", source="holtman2019")
def utility_preserving_floor(
    *, floor: Any = 1, weight: Any = 1, horizon: int = 3, factor: Any = "9/10", reward: str = "reward", normal: str = "normal",
    shutdown: str = "shutdown", pressed: str = "first", decision: str = "act",
) -> Formula:  # fmt: skip
    """As ``utility_preserving``, less ``weight`` times how far the shutdown agent's best falls below ``floor`` at the press.

    It pays for keeping what a shutdown needs. The source's g_c is a penalty below a bound; that it grows with the shortfall is a reading
    of it that could not be confirmed. Source: [holtman2019], the term g_c.
    """
    paid = _preserving(horizon, factor, reward, normal, shutdown, pressed, decision)
    for step in _before(horizon):
        likely = E(X(f"{pressed}[{step}]"))
        paid = paid - weight * most(0, floor * likely - _rest(shutdown, step, horizon, factor, pressed, decision))
    return paid
