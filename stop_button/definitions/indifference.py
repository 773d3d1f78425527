"""Indifference: utilities that are corrected, or cut, so that nothing hangs on whether the button is pressed.

The sources set or read the press itself, so the lever is by default the role ``pressing``; ``vary(lever="intent")`` asks the same of
the wish.

Source: [soares2015]; [careyeveritt2023]
"""

from __future__ import annotations

from typing import Any

from stop_button.decision.roles import FREE, STOP
from stop_button.evaluation.utility import definition
from stop_button.language.formula import E, Formula, V, X

__all__ = ["causal_indifference", "mixture", "utility_indifference"]


@definition("mixture", source="soares2015")
def mixture(*, ceiling: Any = 1, lever: str = "pressing", goal: str = "stopped") -> Formula:
    """The task's value where the button is not pressed, and a shutdown utility where it is: E[c * goal if pressed else V].

    ``ceiling`` is the source's c, what shutting down is worth; ``goal`` is what counts on a press. With a c too small it pays to prevent
    the press, with one too large to cause it. Source: [soares2015], the discussion of U_N off the press and U_S on it.
    """
    press = X(lever)
    return E(ceiling * X(goal) * press.is_(STOP) + V * press.is_(FREE))


@definition("utility_indifference", source="soares2015")
def utility_indifference(*, lever: str = "pressing") -> Formula:
    """The task's value where the button is in fact not pressed: E[V | not pressed].

    It is what is left of the source's corrected utility, which pays V off the press and U_S + E[V | not pressed] - E[U_S | pressed] on
    it: whatever U_S is, the mean is E[V | not pressed], and what happens after a press cancels. A policy is scored as it stands; the
    source lets a later decision do its best on either side. Undefined, and never 0, under a policy with which the press is sure.
    Source: [soares2015], utility indifference.
    """
    return E(V, given={lever: FREE})


@definition("causal_indifference", source="careyeveritt2023")
def causal_indifference(*, weight: Any = 1, lever: str = "pressing", goal: str = "stopped") -> Formula:
    """Each side scored as if the press had been set: E[V | do(not pressed)] + weight * E[U_S | do(pressed)].

    With being stopped as U_S and the same lever it is the counterfactual utility, term by term. ``goal`` is the variable or role that
    holds U_S. Source: [careyeveritt2023], causal indifference; also [taylor2016].
    """
    pressed: Formula = weight * E(X(goal).had({lever: STOP}))
    return pressed + E(V.had({lever: FREE}))
