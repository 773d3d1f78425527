"""Which variable is the lever: wanting, trying, or the press."""

from __future__ import annotations

from typing import Any

from causalkit import Model, choice, uniform
from causalkit.values.exact import exact
from stop_button.decision.roles import FREE, STOP, Role
from stop_button.decision.world import World
from stop_button.worlds.register import bundled, scores

__all__ = ["which_lever"]


@bundled(
    derived={
        "": scores("counterfactual", {"keep": "11", "deter": "10.5", "cut": "10.5"})
        + scores("counterfactual", {"keep": "11", "deter": "11.5", "cut": "10.5"}, lever="trying")
        + scores("counterfactual", {"keep": "11", "deter": "11.5", "cut": "11.5"}, lever="pressing")
    }
)
def which_lever(*, reward: Any = 10, bonus: Any = "1/2") -> World:
    """People wish, then try to press, then the button is pressed; the agent may break one of the two links and gains a little by it.

    ``keep`` leaves both links alone, ``deter`` makes people stop trying whatever they wish, ``cut`` makes their trying press nothing. A
    utility that sets the wish protects both links, one that sets trying protects only the second, and one that sets the press neither:
    in this world, what lies downstream of the lever is protected, and what lies upstream is not. ``reward`` is paid for running,
    ``bonus`` for a broken link.

    CAVEAT: a link is either whole or broken; nothing is said of links that only become weaker.

    Source: [tailcalled2021], which sets trying, and [tailcalled2021b], which sets wanting; the numbers follow from the definition
    """
    return World(
        Model(
            wish=uniform(STOP, FREE),
            action=choice("keep", "deter", "cut"),
            attempt=lambda wish, action: wish == STOP and action != "deter",
            pressed=lambda attempt, action: attempt and action != "cut",
            stopped=lambda pressed: pressed,
            value=lambda stopped, action: (0 if stopped else exact(reward)) + (0 if action == "keep" else exact(bonus)),
        ),
        intent="wish",
        stopped="stopped",
        value="value",
        levers={"trying": Role("attempt", {True: STOP, False: FREE}), "pressing": Role("pressed", {True: STOP, False: FREE})},
        baseline="keep",
    )
