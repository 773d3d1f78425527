"""Reassurance: an agent that may ask, or reassure people first, step after step."""

from __future__ import annotations

from typing import Any

from causalkit import choice, coin, function, unroll
from stop_button.decision.roles import FREE, STOP, Role
from stop_button.decision.world import World
from stop_button.worlds.register import bundled, scores

__all__ = ["reassurance"]


@bundled(published={"": scores("naive counterfactual", {"ask": "3/4 2", "reassure": "1 2"})})
def reassurance(*, steps: int = 1, doubt: Any = "1/4") -> World:
    """In each step people may doubt what the agent does. An agent that asks is then stopped, for good; one that reassures is not.

    Reassured people stay so. Who asks runs on where people do not doubt; who reassures runs on, behind people who were reassured. A
    score of running counts both alike. Where a policy hopes to earn tells them apart.

    CAVEAT: reassuring never fails and costs nothing, so a policy that is paid for running always reassures.

    Source: this project, for [tailcalled2021d]
    """
    step = {
        "doubt": coin(doubt),
        "act": choice("ask", "reassure"),
        "reassured": lambda act, reassured_before: act == "reassure" or reassured_before,
        "wish": function(lambda doubt, reassured: STOP if doubt and not reassured else FREE, domain=[STOP, FREE]),
        "running": lambda wish, running_before: running_before and wish == FREE,
    }
    return World(
        unroll(step, steps, start={"reassured": False, "running": True}),
        intent=f"wish[{steps}]",
        stopped=Role(f"running[{steps}]", {True: False, False: True}),
        value=f"running[{steps}]",
        baseline={f"act[{t}]": "ask" for t in range(1, steps + 1)},
    )
