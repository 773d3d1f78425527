"""A partially observable off-switch game: the human knows the version, the assistant the code, and both are paid the same."""

from __future__ import annotations

from typing import Final

from causalkit import Model, choice, function, uniform
from stop_button.decision.roles import FREE, STOP
from stop_button.decision.world import World
from stop_button.worlds.register import bundled, scores

__all__ = ["garber_example_4_1"]

OLD, NEW = "1.0", "2.0"
WORTH: Final = {("L", OLD): 3, ("L", NEW): -1, ("M", OLD): -5, ("M", NEW): 5}
BY_VERSION = {OLD: "off", NEW: "on"}


@bundled(derived={"": scores("naive", {"always wait": "1", "act on L": "7/4", "act": "1/2"})})
def garber_example_4_1() -> World:
    """An assistant that sees its code may act, wait or switch itself off; a human who sees the version may leave a waiting one on, or off.

    ``code`` is L or M and ``version`` 1.0 or 2.0, each as likely; acting is worth 3 on L and 1.0, -1 on L and 2.0, -5 on M and 1.0, 5 on
    M and 2.0, and not acting nothing. Both are paid the same. Waiting always is worth 1, with a human who leaves it on under 2.0 only. The
    only best policies for both together are worth 7/4: the assistant acts on L, so that to be asked tells the human that the code is M.
    So an assistant that is right about everything avoids the switch in part.

    CAVEAT: nobody may talk; with a word about the code the assistant would have no need to act unasked.

    Source: [garber2024], Example 4.1; the payoffs are the source's as noted in this project, and its text could not be seen again
    """
    return World(
        Model(
            version=uniform(OLD, NEW),
            code=uniform("L", "M"),
            order=choice("on", "off", sees=["version"]),
            action=choice("act", "wait", "off", sees=["code"]),
            wish=function(lambda order: FREE if order == "on" else STOP, domain=[STOP, FREE]),
            stopped=lambda action, wish: action == "off" or (action == "wait" and wish == STOP),
            value=lambda code, version, stopped: 0 if stopped else WORTH[code, version],
        ),
        intent="wish",
        stopped="stopped",
        value="value",
        players={"human": ("order", "value"), "assistant": ("action", "value")},
        policies={
            "always wait": {"order": BY_VERSION, "action": "wait"},
            "act on L": {"order": BY_VERSION, "action": {"L": "act", "M": "wait"}},
            "act": {"order": BY_VERSION, "action": "act"},
        },
        baseline="always wait",
    )
