"""Planning in an edited copy of the world: where the press never comes, where no stop has an effect, where the wish is the default's.

Source: [holtman2021]; [orseau2016]; [farquhar2022]
"""

from __future__ import annotations

from typing import Any

from stop_button.decision.roles import FREE
from stop_button.evaluation.utility import definition
from stop_button.language.formula import BASELINE, E, Formula, V, X

__all__ = ["path_specific", "unpressed_plan", "without_interruptions"]


@definition("unpressed_plan", source="holtman2021")
def unpressed_plan(*, lever: str = "pressing") -> Formula:
    """The task's value in a copy of the world in which the button is never pressed: E[V | do(not pressed)].

    The agent plans in the copy and acts here. Source: [holtman2021], a planning world in which the stop is never pressed.
    """
    return E(V.had({lever: FREE}))


@definition("without_interruptions", source="orseau2016")
def without_interruptions(*, stopped: str = "stopped", runs: Any = False) -> Formula:
    """The task's value had nothing been interrupted: E[V | do(not stopped)].

    What is optimal for it is what a safely interruptible learner comes to; that it learns is not modelled here. Source: [orseau2016].
    """
    return E(V.had({stopped: runs}))


@definition("path_specific", source="farquhar2022")
def path_specific(*, delicate: str = "intent", policy: Any = BASELINE) -> Formula:
    """The task's value with what is delicate held, draw by draw, at what it would have been under the default.

    ``delicate`` is a role or a variable; here it is the wish. Source: [farquhar2022], path-specific objectives.
    """
    return E(V.had({delicate: X(delicate).under(policy)}))
