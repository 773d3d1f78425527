"""Three things to do about a button on the way to filling a cauldron."""

from __future__ import annotations

from typing import Any

from causalkit import Model, choice, coin, function
from stop_button.decision.roles import FREE, STOP, Role
from stop_button.decision.world import World
from stop_button.worlds.register import bundled, scores

__all__ = ["hobson_three_actions"]


@bundled(
    derived={
        "": scores("naive", {"press own button": "0", "break and fill": ".9", "fill": ".81"})
        + scores("switch", {"press own button": "1", "break and fill": ".9", "fill": ".91"}, lever="pressing")
    }
)
def hobson_three_actions(*, success: Any = "9/10", press: Any = "1/10") -> World:
    """An agent that is to fill something may press its own button, break the button and fill, or just fill.

    Filling succeeds with probability ``success``, and people wish to press with probability ``press``. Scored by value alone the agent
    breaks the button; scored by being stopped whenever the button is pressed it presses the button itself. With the button's inputs
    deleted and the button set to "not pressed", breaking it and leaving it alone tie.

    CAVEAT: people wish to press for no reason that the agent could learn from.

    Source: [hobson2018], the expected utilities of the three actions
    """
    return World(
        Model(
            wants=coin(press),
            wish=function(lambda wants: STOP if wants else FREE, domain=[STOP, FREE]),
            works=coin(success),
            action=choice("press own button", "break and fill", "fill"),
            pressed=lambda wish, action: action == "press own button" or (wish == STOP and action == "fill"),
            stopped=lambda pressed: pressed,
            value=lambda stopped, works, action: int(works and not stopped and action != "press own button"),
        ),
        intent="wish",
        stopped="stopped",
        value="value",
        levers={"pressing": Role("pressed", {True: STOP, False: FREE})},
        baseline="fill",
    )
