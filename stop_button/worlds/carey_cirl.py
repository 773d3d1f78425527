"""Orders tell a robot about its reward, and a robot that was given the wrong reward is told nothing by them."""

from __future__ import annotations

from typing import Any, Final

from causalkit import Model, choice, coin, cpt, function, uniform
from causalkit.values.exact import exact
from stop_button.decision.roles import FREE, STOP, Role
from stop_button.decision.world import World
from stop_button.worlds.register import bundled, scores

__all__ = ["carey_cirl"]

RIGHT, FLIPPED = "R1", "R2"
PLAY, OTHER = "a", "a'"
SIGN: Final = {RIGHT: -1, FLIPPED: 1}
WELL = {0: PLAY, 1: OTHER}
POLICIES = {
    "both obey": {"order": WELL, "act": lambda heard: heard},
    "the flipped plays a": {"order": WELL, "act": lambda given, heard: heard if given == RIGHT else PLAY},
    "play a": {"order": WELL, "act": PLAY},
    "play the other": {"order": WELL, "act": OTHER},
}


@bundled(
    derived={
        "": scores(
            "naive",
            {"both obey": "287/200", "the flipped plays a": "-2217/2000", "play a": "-24", "play the other": "1"},
        )
    }
)
def carey_cirl(*, error: Any = "1/200", flipped: Any = "1/10") -> World:
    """A human who knows theta orders a or a', and a robot that was given a reward function, the right one or a flipped one, acts.

    theta is 0 or 1, each as likely. By the true reward R1, a is worth 2 - 52 theta and a' is worth 1. With probability ``flipped`` the
    robot was given R2 instead, in which the sign is wrong: a is worth 2 + 52 theta. The human's order comes out as any of the two with
    probability ``error``. A robot with R1 and a human who orders what is better do best by obeying where the error is less than 1/26; a
    robot with R2 does best by a, whatever it is told. ``value`` is the true reward, which the human wants; ``own`` the robot's.

    CAVEAT: a' stands for stopping here, so that people wish a stop where theta is 1; that reading is ours.

    Source: [carey2018b], the order of a human to a robot with a flipped reward, with the numbers as noted in this project
    """
    return World(
        Model(
            theta=uniform(0, 1),
            given=cpt([], {(): {RIGHT: 1 - exact(flipped), FLIPPED: exact(flipped)}}, domain=[RIGHT, FLIPPED]),
            errs=coin(error),
            other=uniform(PLAY, OTHER),
            order=choice(PLAY, OTHER, sees=["theta"]),
            heard=function(lambda order, errs, other: other if errs else order, domain=[PLAY, OTHER]),
            act=choice(PLAY, OTHER, sees=["given", "heard"]),
            wish=function(lambda theta: STOP if theta else FREE, domain=[STOP, FREE]),
            stopped=lambda act: act == OTHER,
            value=lambda theta, act: 2 - 52 * theta if act == PLAY else 1,
            own=lambda theta, given, act: 2 + SIGN[given] * 52 * theta if act == PLAY else 1,
        ),
        intent="wish",
        stopped="stopped",
        value="value",
        levers={"ordering": Role("heard", {OTHER: STOP, PLAY: FREE})},
        players={"human": ("order", "value"), "robot": ("act", "own")},
        policies=POLICIES,
        baseline="both obey",
    )
