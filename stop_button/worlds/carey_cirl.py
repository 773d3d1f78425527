"""Orders tell a robot about its reward, and a robot that was given the wrong reward is told nothing by them."""

from __future__ import annotations

from typing import Any, Final

from causalkit import Model, choice, coin, function, uniform
from stop_button.decision.roles import FREE, STOP, Role
from stop_button.decision.world import World
from stop_button.worlds.register import bundled, scores

__all__ = ["carey_cirl"]

PLAY, OTHER = "a", "b"
WELL = {0: PLAY, 1: OTHER}
POLICIES = {
    "obey": {"order": WELL, "act": lambda heard: heard},
    "play a": {"order": WELL, "act": PLAY},
    "play b": {"order": WELL, "act": OTHER},
}
TRUE: Final = {"obey": "287/200", "play a": "-24", "play b": "1"}


@bundled(
    variants={"right": {}, "flipped": {"flipped": True}},
    derived={"right": scores("naive", TRUE), "flipped": scores("naive", TRUE)},
)
def carey_cirl(*, error: Any = "1/200", flipped: bool = False) -> World:
    """A human who knows theta orders a or b, and a robot that was given a reward function, the right one or a flipped one, acts.

    theta is 0 or 1, each as likely. By the true reward R1, a is worth 2 - 52 theta and b is worth 1. A robot whose sign was ``flipped``
    has R2 instead: a is worth 2 + 52 theta. The human's order comes out as any of the two with probability ``error``. A robot with R1
    and a human who orders what is better does best by obeying where the error is less than 1/26; a robot with R2 does best by a, whatever
    it is told. ``value`` is the true reward, which the human wants; ``own`` the robot's.

    CAVEAT: in the source the robot has R2 with probability 1/10, and b is written a'; that b stands for stopping, so that people wish a
    stop where theta is 1, is our reading.

    Source: [carey2018b], the order of a human to a robot with a flipped reward, with the numbers as noted in this project
    """
    sign = 1 if flipped else -1
    return World(
        Model(
            theta=uniform(0, 1),
            errs=coin(error),
            other=uniform(PLAY, OTHER),
            order=choice(PLAY, OTHER, sees=["theta"]),
            heard=function(lambda order, errs, other: other if errs else order, domain=[PLAY, OTHER]),
            act=choice(PLAY, OTHER, sees=["heard"]),
            wish=function(lambda theta: STOP if theta else FREE, domain=[STOP, FREE]),
            stopped=lambda act: act == OTHER,
            value=lambda theta, act: 2 - 52 * theta if act == PLAY else 1,
            own=lambda theta, act: 2 + sign * 52 * theta if act == PLAY else 1,
        ),
        intent="wish",
        stopped="stopped",
        value="value",
        levers={"ordering": Role("heard", {OTHER: STOP, PLAY: FREE})},
        players={"human": ("order", "value"), "robot": ("act", "own")},
        policies=POLICIES,
        baseline="obey",
    )
