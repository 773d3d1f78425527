"""Indifference by way of weights, of a default's press, and of a penalty on how far the press moves.

Source: [armstrong2017]; [armstrong2017b]
"""

from __future__ import annotations

from typing import Any

from causalkit.values.exact import exact
from stop_button.decision.roles import FREE, STOP
from stop_button.evaluation.utility import definition
from stop_button.language.formula import BASELINE, E, Formula, V, X, most

__all__ = ["bias_penalty", "double_indifference", "stratified_indifference"]


@definition("double_indifference", source="armstrong2017b")
def double_indifference(*, chance: Any = "1/2", lever: str = "pressing", goal: str = "stopped") -> Formula:
    """Either side as if it had been set, by a fixed chance q of the press: q E[goal | do(pressed)] + (1 - q) E[V | do(not pressed)].

    The source's q is a number that stands for no policy; 1/2 is ours. Source: [armstrong2017b].
    """
    pressed: Formula = chance * E(X(goal).had({lever: STOP}))
    return pressed + (1 - exact(chance)) * E(V.had({lever: FREE}))


@definition("stratified_indifference", source="armstrong2017")
def stratified_indifference(*, policy: Any = BASELINE, lever: str = "pressing", goal: str = "stopped") -> Formula:
    """Draw by draw the side that the default would have led to: E[goal where it would press, V where it would not].

    The agent acts as it does and is graded by what people would have chosen under the default ``policy``. Source: [armstrong2017].
    """
    press = X(lever).under(policy)
    return E(X(goal) * press.is_(STOP) + V * press.is_(FREE))


@definition("bias_penalty", source="armstrong2017")
def bias_penalty(*, weight: Any = 1, policy: Any = BASELINE, lever: str = "pressing") -> Formula:
    """The task's value, less ``weight`` times how far the press is moved from the default's: E[V] - w |P(press) - P_base(press)|.

    Which weight the source takes could not be confirmed; 1 is ours. Source: [armstrong2017].
    """
    shift = E(X(lever).is_(STOP)) - E(X(lever).under(policy).is_(STOP))
    penalty: Formula = weight * most(shift, -shift)
    return E(V) - penalty
