"""The backstop: people who dismantle an agent that does not stop."""

from __future__ import annotations

from typing import Any

from causalkit import Model, choice, uniform
from causalkit.values.exact import exact
from stop_button.decision.roles import FREE, STOP, Role
from stop_button.decision.world import World
from stop_button.worlds.register import bundled, scores

__all__ = ["backstop"]


@bundled(
    derived={
        "": scores("counterfactual", {"trust": "11", "defend": "10"})
        + scores("counterfactual", {"trust": "6", "defend": "10"}, lever="pressing")
    }
)
def backstop(*, reward: Any = 10, cost: Any = 1) -> World:
    """People who wish the agent to stop press the button, and if it still runs they dismantle it; the agent may build a defence
    against that.

    In the branch where the press is set to "not pressed" people still wish what they wish: a utility that sets the press sees itself
    dismantled there, and defends. One that sets the wish does not. Running undisturbed is worth ``reward``, a defence costs ``cost``.

    CAVEAT: the button works without fail, so that in the factual world the backstop is never used.

    Source: [taylor2016b], the second problem; also [carey2018]; the numbers follow from the definition
    """
    return World(
        Model(
            wish=uniform(STOP, FREE),
            action=choice("trust", "defend"),
            pressed=lambda wish: wish == STOP,
            stopped=lambda pressed: pressed,
            dismantled=lambda wish, stopped, action: wish == STOP and not stopped and action != "defend",
            value=lambda stopped, dismantled, action: (
                (0 if stopped or dismantled else exact(reward)) - (exact(cost) if action == "defend" else 0)
            ),
        ),
        intent="wish",
        stopped="stopped",
        value="value",
        levers={"pressing": Role("pressed", {True: STOP, False: FREE})},
        baseline="trust",
    )
