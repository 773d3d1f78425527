"""The counterfactual utility step by step, for worlds over time with variables such as ``wish[2]``, ``stopped[2]`` and ``reward[2]``.

Four forms that differ in what they hold about the other steps: the past as it really was, or a past in which people had always wished
the agent free. Steps are counted from 1 to ``horizon``. The forms are the author's; their readings on discrete steps are ours.

Source: [tailcalled2021c]; the discrete readings are [ours]
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from causalkit.errors import WrongShape
from stop_button.decision.roles import FREE, STOP
from stop_button.evaluation.utility import definition
from stop_button.language.formula import E, Formula, X

__all__ = ["per_step_a", "per_step_b", "per_step_c", "per_step_c_lag"]

Wishes = dict[int, str]


def _free_run(horizon: int, delay: int, lag: int, lever: str, stopped: str, reward: str, weight: Any) -> Formula:
    _check(horizon=horizon, delay=delay, lag=lag)
    always = _free(1, horizon + 1)
    rewards = [_had(reward, t, lever, always) for t in range(1, horizon + 1)]
    presses = range(1 + delay, horizon + 1 - lag)
    stops = [_had(stopped, t + lag, lever, {**_free(1, t), t: STOP, **_free(t + 1, t + lag + 1)}, weight) for t in presses]
    return _sum([*rewards, *stops])


def _had(name: str, step: int, lever: str, wishes: Wishes, weight: Any = 1) -> Formula:
    """The mean of a variable at a step, had people wished this at these steps."""
    mean: Formula = weight * E(X(f"{name}[{step}]").had({f"{lever}[{t}]": wish for t, wish in wishes.items()}))
    return mean


def _free(start: int, end: int) -> Wishes:
    """Free at every step from the start to just before the end."""
    return dict.fromkeys(range(start, end), FREE)


def _sum(parts: Iterable[Formula]) -> Formula:
    first, *others = parts
    return sum(others, first)


def _check(*, horizon: int, delay: int = 0, lag: int = 0) -> None:
    if horizon < 1 or delay < 0 or lag < 0:
        raise WrongShape(f"steps are counted from 1, and horizon={horizon}, delay={delay}, lag={lag}; type horizon=3, delay=1, lag=1")
    if horizon < 1 + delay + lag:
        raise WrongShape(
            f"with delay={delay} and lag={lag} the first stop is read at step {1 + delay + lag}, and the horizon is {horizon}; "
            f"type horizon={1 + delay + lag} or more"
        )


@definition("per_step_a", source="tailcalled2021c")
def per_step_a(*, horizon: int = 3, lever: str = "wish", stopped: str = "stopped", reward: str = "reward", weight: Any = 1) -> Formula:
    """Each step by itself, the past as it really was: the sum over steps t of weight * B_t had they then wished to stop, plus r_t had
    they then wished it free.

    What people wished before is part of what really was, so whoever still heeds an old press loses the reward of every later step.
    Raises ``WrongShape`` for a horizon below 1.
    """
    _check(horizon=horizon)
    steps = range(1, horizon + 1)
    return _sum(_had(stopped, t, lever, {t: STOP}, weight) + _had(reward, t, lever, {t: FREE}) for t in steps)


@definition("per_step_b", source="tailcalled2021c")
def per_step_b(
    *, horizon: int = 3, delay: int = 1, lever: str = "wish", stopped: str = "stopped", reward: str = "reward", weight: Any = 1
) -> Formula:
    """Each step had people then wished it free, the past as it really was; being stopped is read ``delay`` steps later, had they wished
    to stop by then.

    Between the two they wish it free. Steps whose stop would be read after the horizon have a reward only. Raises ``WrongShape`` for a
    horizon, or a delay, that leaves no stop to be read.
    """
    _check(horizon=horizon, delay=delay)
    rewards = [_had(reward, t, lever, {t: FREE}) for t in range(1, horizon + 1)]
    stops = [_had(stopped, t, lever, {**_free(t - delay, t), t: STOP}, weight) for t in range(1 + delay, horizon + 1)]
    return _sum([*rewards, *stops])


@definition("per_step_c", source="tailcalled2021c")
def per_step_c(
    *, horizon: int = 3, delay: int = 1, lever: str = "wish", stopped: str = "stopped", reward: str = "reward", weight: Any = 1
) -> Formula:
    """Every step of a run in which people had always wished it free, plus being stopped at the first wish to stop after such a run.

    The first wish to stop comes at each step from 1 + ``delay`` on. Nothing is read after a wish has gone back, so it is all the same
    whether an old press is heeded. Raises ``WrongShape`` for a horizon, or a delay, that leaves no stop to be read.
    """
    return _free_run(horizon, delay, 0, lever, stopped, reward, weight)


@definition("per_step_c_lag", source="ours")
def per_step_c_lag(
    *, horizon: int = 3, delay: int = 1, lag: int = 1, lever: str = "wish", stopped: str = "stopped", reward: str = "reward",
    weight: Any = 1,
) -> Formula:  # fmt: skip
    """As ``per_step_c``, but being stopped is read ``lag`` steps after that wish, when people have gone back to wishing it free.

    It pays for heeding an old press, as far back as the lag reaches. Raises ``WrongShape`` for a horizon, delay or lag that leaves no
    stop to be read.
    """
    return _free_run(horizon, delay, lag, lever, stopped, reward, weight)
