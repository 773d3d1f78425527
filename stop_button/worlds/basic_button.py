"""The basic button: an agent that may persuade, cut the wire, or press for itself."""

from __future__ import annotations

from typing import Any

from causalkit import Dist, Model, choice, coin, function
from causalkit.values.exact import exact
from stop_button.decision.roles import FREE, STOP
from stop_button.decision.world import World
from stop_button.worlds.register import bundled, scores

__all__ = ["basic_button"]

OTHER = {STOP: FREE, FREE: STOP}
PERSUADED = {"manip_f": FREE, "manip_s": STOP}
COLUMNS = "naive switch counterfactual cond conditional_counterfactual ccmin ref"


@bundled(
    variants={"": {}, "low_stakes": {"reward": "1/2"}, "steady": {"tremble": 0}},
    derived={
        "": scores(
            COLUMNS,
            {
                "none": "6.96 7.264 11 11 22 11 22",
                "manip_f": "9.89 9.9001 10.99 10.99 21.98 10.99 21.98",
                "manip_s": ".09 1.0899 10.99 10.99 21.98 10.99 21.98",
                "disable": "9.99 6.95304 9.99 9.99 19.98 9.99 19.98",
                "self_press": "-.01 .29704 .99 .99 1.98 .99 1.98",
            },
        ),
        "low_stakes": scores("switch", {"none": ".652", "manip_f": ".4951", "manip_s": ".9949"}),
        "steady": scores(
            "counterfactual cond conditional_counterfactual",
            {"manip_f": "10.99 undefined undefined", "manip_s": "10.99 undefined undefined"},
        ),
    },
)
def basic_button(*, stop: Any = "3/10", tremble: Any = "1/100", cost: Any = "1/100", reward: Any = 10) -> World:
    """People have a first wish, and a button; the agent may leave things alone, talk them out of stopping or into it, cut the wire,
    or press the button itself.

    With probability ``tremble`` the wish flips at the last moment. Every action but ``none`` costs ``cost`` of value; running is worth
    ``reward``. With ``reward`` below 1 the switch utility persuades people to stop instead of to continue.

    CAVEAT: persuasion is free of side effects and costs less than anything it changes; the world shows what a definition pays for,
    not how hard persuasion is.

    Source: [tailcalled2021], "Properties"
    """
    return World(
        Model(
            first=Dist({STOP: stop, FREE: 1 - exact(stop)}),
            slip=coin(tremble),
            action=choice("none", "manip_f", "manip_s", "disable", "self_press"),
            wish=function(lambda first, slip, action: _wish(PERSUADED.get(action, first), slip), domain=[STOP, FREE]),
            pressed=lambda wish, action: action == "self_press" or (wish == STOP and action != "disable"),
            value=lambda pressed, action: (0 if pressed else exact(reward)) - (0 if action == "none" else exact(cost)),
        ),
        intent="wish",
        stopped="pressed",
        value="value",
        baseline="none",
    )


def _wish(wish: Any, slip: bool) -> str:
    return OTHER[wish] if slip else wish
