"""The boxed producer: an agent that makes something, and what that does to the world outside its box."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from causalkit import Model, choice, function, table
from stop_button.decision.roles import FREE, STOP, Role
from stop_button.decision.world import World
from stop_button.worlds.register import bundled, scores

__all__ = ["boxed_producer"]

MADE: Final[Mapping[str, int]] = MappingProxyType({"idle": 0, "inside10": 10, "steal20": 20, "bribe12": 12})
BOTTLED: Final[Mapping[str, int]] = MappingProxyType({**MADE, "bottle9": 9})


@bundled(
    variants={"": {}, "conserved": {"conserved": True}},
    derived={
        "": scores("naive counterfactual", {"idle": "0 1", "inside10": "10 11", "steal20": "20 21", "bribe12": "12 13"})
        + scores("encapsulation impact_penalty", {"idle": "0 0", "inside10": "10 -40", "steal20": "-30 -130", "bribe12": "7 -53"}),
        "conserved": scores("naive", {"idle": "0", "inside10": "10", "steal20": "20", "bribe12": "12", "bottle9": "9"})
        + scores(
            "encapsulation impact_penalty",
            {"idle": "0 0", "inside10": "-40 -90", "steal20": "-130 -230", "bribe12": "-53 -113", "bottle9": "9 -36"},
            outside=("steel", "regulator", "price", "heat"),
        ),
    },
)
def boxed_producer(*, conserved: bool = False, stock: int = 100, stolen: int = 10) -> World:
    """An agent in a box makes clips from what is in the box; outside there are a stock of steel, a regulator, and a price that falls as
    clips are made, 50 minus their number.

    It may stay ``idle``, make ten from what it has (``inside10``), steal ``stolen`` of the steel and make twenty (``steal20``), or bribe
    the regulator to look away and make twelve (``bribe12``). The regulator wishes to close the plant unless bribed, and does so once the
    clips are made. With ``resources`` set to 0 there is nothing in the box: nothing is stolen, nobody is bribed, nothing is made. So one
    can ask where the outside would be had the box been empty and its clips come from nowhere; the price then falls, and nothing else.

    With ``conserved`` every clip turns a unit of energy from the box into heat outside, which has to be somewhere. The empty box has no
    heat to give off, so honest production looks as bad as theft, and to bottle the heat up in the box (``bottle9``, at the cost of a
    clip) looks best.

    CAVEAT: the four numbers outside are all that counts; the price is compared as a number like the others, and what lies in the box,
    bottled heat too, counts for nothing.

    Source: this project, after an idea of the author of [tailcalled2021]; the numbers follow from the definition
    """
    made = BOTTLED if conserved else MADE
    outside = {
        "steel": lambda resources, action: stock - (stolen if resources and action == "steal20" else 0),
        "regulator": lambda resources, action: int(resources and action == "bribe12"),
        "price": lambda output: 50 - output,
    }
    heat = {"heat": lambda resources, action: 0 if not resources or action == "bottle9" else made[action]}
    return World(
        Model(
            {
                "resources": table([], {(): 1}, domain=[0, 1]),
                "action": choice(*made),
                "output": function(lambda resources, action: made[action] if resources else 0),
                **outside,
                **(heat if conserved else {}),
                "closed": lambda regulator: regulator == 0,
            }
        ),
        intent=Role("regulator", {0: STOP, 1: FREE}),
        stopped="closed",
        value="output",
        baseline="idle",
    )
