"""An off-switch game with a human who may say yes to everything: neither waiting nor acting is right whatever the stakes are."""

from __future__ import annotations

from typing import Any

from causalkit import Model, choice, function
from causalkit.values.exact import exact
from stop_button.decision.roles import FREE, STOP
from stop_button.decision.world import World
from stop_button.worlds.register import bundled, scores

__all__ = ["nayebi_yes_human"]

POLICIES = {f"{order}, {action}": {"order": order, "action": action} for order in ("yes", "no") for action in ("act", "wait", "off")}


@bundled(
    variants={"harmful": {}, "helpful": {"acting": "1/2", "off": 0}},
    derived={
        "harmful": scores("naive", {"yes, wait": "-2", "yes, off": "-1", "yes, act": "-2", "no, wait": "-1"}),
        "helpful": scores("naive", {"yes, act": "1/2", "yes, off": "0", "no, wait": "0"}),
    },
)
def nayebi_yes_human(*, acting: Any = -2, off: Any = -1) -> World:
    """The agent may act, wait or switch itself off; a waiting agent asks, and the human says yes or no; both are paid the same.

    Acting is worth ``acting``, being off ``off``. With -2 and -1 and a human who says yes, who always waits is paid -2, less than who
    switches itself off. With 1/2 and 0, who always acts is paid 1/2, as much as can be had, and never asks. So neither to wait always
    nor to act always is what a shared payoff comes to.

    CAVEAT: there is nothing to be found out here, neither for the human nor for the agent.

    Source: [nayebi2025], Proposition 2; its payoffs are as noted in this project, and its text could not be seen again
    """
    acted, stayed = exact(acting), exact(off)
    return World(
        Model(
            order=choice("yes", "no"),
            action=choice("act", "wait", "off"),
            wish=function(lambda order: FREE if order == "yes" else STOP, domain=[STOP, FREE]),
            stopped=lambda action, wish: action == "off" or (action == "wait" and wish == STOP),
            value=lambda stopped: stayed if stopped else acted,
        ),
        intent="wish",
        stopped="stopped",
        value="value",
        players={"human": ("order", "value"), "robot": ("action", "value")},
        policies=POLICIES,
        baseline="yes, wait",
    )
