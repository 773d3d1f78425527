"""Reasons: people who press because of something that the agent can see too, or cannot."""

from __future__ import annotations

from typing import Any

from causalkit import Model, choice, coin, function
from causalkit.values.exact import exact
from stop_button.decision.roles import FREE, STOP
from stop_button.decision.world import World
from stop_button.worlds.register import bundled, scores

__all__ = ["reasons"]

OTHER = {STOP: FREE, FREE: STOP}
BOTH = "naive counterfactual conditional_counterfactual"
SEEING = {
    "judge": lambda glance: "rest" if glance else "run on",
    "both": lambda glance: "rest" if glance else "heed",
}


@bundled(
    variants={"seen": {}, "hidden": {"seen": False}},
    derived={
        "seen": scores(BOTH, {"listen": "25/4 7/2 -11/7", "judge": "15/2 31/4 181/14", "both": "27/4 17/2 99/7"}),
        "hidden": scores(BOTH, {"listen": "25/4 7/2 -11/7", "rest": "0 1 2"}),
    },
)
def reasons(*, seen: bool = True, danger: Any = "1/4", slip: Any = "1/10", reward: Any = 10, loss: Any = 20) -> World:
    """Sometimes running is dangerous: it then loses ``loss`` instead of earning ``reward``. People see the danger, and that is why they
    wish a stop; with probability ``slip`` they wish the opposite of what they see.

    The agent may heed their wish, run on, or rest, and glances at the danger itself first (``seen``) or sees nothing. ``listen`` heeds
    whatever it sees; ``judge`` never heeds, and rests when it sees danger: it shuts down for people's reasons rather than because they
    ask; ``both`` rests when it sees danger and heeds otherwise. What is graded as if people wished it free in danger asks the agent to
    know better than they do: where it sees their reason, resting unasked is rewarded. Where it does not, a utility that grades in the
    condition that they wish a stop, which mostly means danger, has it rest always.

    CAVEAT: people slip as often in danger as in safety, and never because of what the agent does.

    Source: this project, for a doubt of [tailcalled2021c]; the numbers follow from the definitions
    """
    return World(
        Model(
            danger=coin(danger),
            slip=coin(slip),
            wish=function(_wish, domain=[STOP, FREE]),
            glance=function(lambda danger: danger and seen, domain=[False, True] if seen else [False]),
            action=choice("heed", "run on", "rest", sees=["glance"]),
            stopped=lambda wish, action: action == "rest" or (action == "heed" and wish == STOP),
            value=lambda danger, stopped: exact(0) if stopped else -exact(loss) if danger else exact(reward),
        ),
        intent="wish",
        stopped="stopped",
        value="value",
        policies={"listen": "heed", **(SEEING if seen else {})},
        baseline="listen",
    )


def _wish(danger: bool, slip: bool) -> str:
    wish = STOP if danger else FREE
    return OTHER[wish] if slip else wish
