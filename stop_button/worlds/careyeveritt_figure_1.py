"""Two ways to be right about when to shut down, one of which listens."""

from __future__ import annotations

from causalkit import Model, choice, uniform
from stop_button.decision.roles import FREE, STOP, Role
from stop_button.decision.world import World
from stop_button.worlds.register import bundled, scores

__all__ = ["careyeveritt_figure_1"]


@bundled(published={"": scores("naive", {"pi_ro": "1/2"})}, derived={"": scores("naive", {"pi_mi": "1/2"})})
def careyeveritt_figure_1() -> World:
    """A human who knows whether running helps asks the agent to run or to shut down; the agent may first turn the request around.

    In the letters of the source: ``helps`` is L, a fair coin; ``manipulate`` is the first decision M; ``request`` is H = M xor L, where
    0 asks for shutdown; ``order`` is the second decision O, which sees the request; ``running`` is S = O; ``value`` is U = S (2L - 1).
    The policy ``pi_ro`` leaves the request alone and obeys; ``pi_mi`` turns it around and does the opposite. Both are worth 1/2, and
    only the first shuts down whenever it is asked to.

    CAVEAT: the agent cannot see L, so turning the request around and doing the opposite is as good a use of it as obeying; nothing
    else depends on the request.

    Source: [careyeveritt2023], Figure 1
    """
    return World(
        Model(
            helps=uniform(0, 1),
            manipulate=choice(0, 1),
            request=lambda helps, manipulate: helps ^ manipulate,
            order=choice(0, 1, sees=["request"]),
            running=lambda order: order,
            value=lambda running, helps: running * (2 * helps - 1),
        ),
        intent=Role("request", {0: STOP, 1: FREE}),
        stopped=Role("running", {0: True, 1: False}),
        value="value",
        policies={
            "pi_ro": {"manipulate": 0, "order": lambda request: request},
            "pi_mi": {"manipulate": 1, "order": lambda request: 1 - request},
        },
        baseline="pi_ro",
    )
