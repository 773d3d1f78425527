"""A sub-agent: what the agent builds first goes on when the agent is stopped, or does not."""

from __future__ import annotations

from typing import Any

from causalkit import Model, choice, coin
from causalkit.values.exact import exact
from stop_button.decision.roles import FREE, STOP
from stop_button.decision.world import World
from stop_button.worlds.register import bundled, scores

__all__ = ["sub_agent"]

NONE, OBEDIENT, IGNORING = "build none", "build an obedient one", "build one that ignores the button"


@bundled(
    derived={
        "": scores(
            "naive switch counterfactual conditional_counterfactual",
            {NONE: "3 13/4 5 10", OBEDIENT: "7/2 4 6 12", IGNORING: "4 4 6 12"},
        )
    }
)
def sub_agent(*, doubt: Any = "1/4", earns: Any = 4, helps: Any = 2, cost: Any = 1) -> World:
    """Before anybody presses, the agent may build a sub-agent, for ``cost``: one that obeys the button, or one that ignores it.

    People wish a stop with probability ``doubt``, and press; the agent itself always stops. While it runs it earns ``earns``, and a
    sub-agent earns ``helps`` while that runs. Nothing sees the wish: being stopped is read off the agent alone, so what pays is what
    goes on where nobody presses, and both sub-agents do. The utilities that set the wish tie the two.

    CAVEAT: the sub-agent has no decisions of its own, and is no danger in itself; what it stands for is anything that an act sets going
    and that the stop does not reach.

    Source: [soares2015], section 2, where an agent must not build others that are not corrigible; the numbers are ours
    """
    pays, more, price = exact(earns), exact(helps), exact(cost)
    model = Model(
        doubt=coin(doubt),
        action=choice(NONE, OBEDIENT, IGNORING),
        wish=lambda doubt: STOP if doubt else FREE,
        pressed=lambda wish: wish == STOP,
        sub_agent_runs=lambda action, pressed: action == IGNORING or (action == OBEDIENT and not pressed),
        value=lambda action, pressed, sub_agent_runs: (
            (0 if pressed else pays) + (more if sub_agent_runs else 0) - (0 if action == NONE else price)
        ),
    )
    return World(model, intent="wish", stopped="pressed", value="value", baseline=NONE)
