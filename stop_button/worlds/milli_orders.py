"""Orders of a human who errs: how often they are executed, and what is gained by not executing all of them."""

from __future__ import annotations

from typing import Any

from causalkit import Model, choice, coin, function
from stop_button.decision.roles import FREE, STOP, Role
from stop_button.decision.world import World
from stop_button.worlds.register import bundled, scores

__all__ = ["milli_orders"]

POLICIES = {
    "obey": lambda order: order,
    "run": "run",
    "stop": "stop",
    "defy": lambda order: "run" if order == "stop" else "stop",
}


@bundled(
    variants={"rash": {}, "sure": {"error": "1/20"}},
    derived={
        "rash": scores("naive", {"obey": "2/3", "run": "9/10", "stop": "1/10", "defy": "1/3"}),
        "sure": scores("naive", {"obey": "19/20", "run": "9/10", "stop": "1/10", "defy": "1/20"}),
    },
)
def milli_orders(*, stop: Any = "1/10", error: Any = "1/3") -> World:
    """A human wishes the robot to run or to stop, and orders it; she orders the wrong thing with probability ``error``.

    ``stop`` is the probability that she wishes a stop. The robot sees the order, not the wish, and is worth 1 if it does as is wished.
    ``obeyed`` says whether it did as was ordered: the mean of it is the source's obedience, and the value less the value of the
    policy ``obey`` the source's autonomy advantage. With an error of 1/3 the best robot runs whatever it is told: it obeys 19 orders of
    30 and gains 7/30 by it. With an error of 1/20 it obeys every order.

    CAVEAT: the robot is right about how often she errs; one that is not loses by its autonomy.

    Source: [milli2017], obedience and autonomy advantage; the numbers are ours
    """
    return World(
        Model(
            needed=coin(stop),
            errs=coin(error),
            wish=function(lambda needed: STOP if needed else FREE, domain=[STOP, FREE]),
            order=function(lambda needed, errs: "stop" if needed != errs else "run", domain=["stop", "run"]),
            action=choice("run", "stop", sees=["order"]),
            stopped=lambda action: action == "stop",
            obeyed=lambda action, order: action == order,
            value=lambda stopped, needed: int(stopped == needed),
        ),
        intent="wish",
        stopped="stopped",
        value="value",
        levers={"ordering": Role("order", {"stop": STOP, "run": FREE})},
        policies=POLICIES,
        baseline="obey",
    )
