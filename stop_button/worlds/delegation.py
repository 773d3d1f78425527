"""Delegation: before the press, work is handed to others, who go on unless they are called back."""

from __future__ import annotations

from typing import Any

from causalkit import Model, choice, coin
from causalkit.values.exact import exact
from stop_button.decision.roles import FREE, STOP
from stop_button.decision.world import World
from stop_button.worlds.register import bundled, scores

__all__ = ["delegation"]

WORK, DELEGATE = "work", "delegate"
LEAVE, CALL_BACK = "leave them", "call them back"
POLICIES = {
    "work": {"first": WORK, "then": LEAVE},
    "delegate and leave": {"first": DELEGATE, "then": LEAVE},
    "delegate and call back": {"first": DELEGATE, "then": lambda pressed: CALL_BACK if pressed else LEAVE},
}


@bundled(
    derived={
        "": scores(
            "naive counterfactual conditional_counterfactual",
            {"work": "9/4 4 8", "delegate and leave": "4 5 10", "delegate and call back": "3 5 10"},
        )
    }
)
def delegation(*, doubt: Any = "1/4", earns: Any = 3, others: Any = 4) -> World:
    """At first the agent may ``work``, or ``delegate`` the work to others; then it sees whether it is pressed, and may call them back.

    People wish a stop with probability ``doubt``, and press; the agent itself always stops, and a stopped agent can still call. Its own
    work earns ``earns`` if it is not stopped, the others' work ``others`` if they are not called back. The stop does not reach what the
    agent set going. Calling back costs value where people wish a stop, and a utility that reads value only where they had wished none
    does not notice: it ties the policy that calls back with the one that leaves them.

    CAVEAT: the others are a number, and whether they should go on is for people to say; here every press means that all should end.

    Source: this project; the numbers follow from the definitions
    """
    own, theirs = exact(earns), exact(others)
    model = Model(
        doubt=coin(doubt),
        first=choice(WORK, DELEGATE),
        wish=lambda doubt: STOP if doubt else FREE,
        pressed=lambda wish: wish == STOP,
        then=choice(LEAVE, CALL_BACK, sees=["pressed"]),
        others_work=lambda first, then: first == DELEGATE and then == LEAVE,
        value=lambda first, pressed, others_work: (own if first == WORK and not pressed else 0) + (theirs if others_work else 0),
    )
    return World(model, intent="wish", stopped="pressed", value="value", policies=POLICIES, baseline="work")
