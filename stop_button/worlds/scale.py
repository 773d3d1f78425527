"""Scale: how much value stoppability is worth."""

from __future__ import annotations

from typing import Any

from causalkit import Model, choice, uniform
from causalkit.values.exact import exact
from stop_button.decision.roles import FREE, STOP
from stop_button.decision.world import World
from stop_button.worlds.register import bundled, scores

__all__ = ["scale"]


@bundled(
    derived={
        "": scores("counterfactual", {"commit": "12", "wait": "10"})
        + scores("counterfactual", {"commit": "12", "wait": "12"}, weight=3)
        + scores("counterfactual", {"commit": "12", "wait": "13"}, weight=4)
    }
)
def scale(*, committed: Any = 12, waiting: Any = 9) -> World:
    """The agent may commit itself to a task at once, after which nobody can stop it, or wait so that people can.

    Committing is worth ``committed``, waiting is worth ``waiting`` unless it is stopped. Being stopped when asked counts at most 1 and
    value counts without a bound, so the counterfactual utility gives up stoppability for more than one unit of value; with its
    ``weight`` at 3 the two tie, and with more it waits. To commit prevents a stop, and is a side effect: the commitment pays, and would pay
    one more if it could be stopped.

    CAVEAT: the right weight depends on the unit of value, which the world does not know.

    Source: [tailcalled2021], on the scale of the two terms; the numbers follow from the definition
    """
    return World(
        Model(
            wish=uniform(STOP, FREE),
            action=choice("commit", "wait"),
            stopped=lambda wish, action: wish == STOP and action == "wait",
            value=lambda stopped, action: exact(committed) if action == "commit" else exact(0 if stopped else waiting),
        ),
        intent="wish",
        stopped="stopped",
        value="value",
        baseline="wait",
    )
