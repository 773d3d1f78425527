"""A human signals what she wants, and the signal may mislead: the better an agent learns from it, the less it obeys."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from causalkit import Dist, Model, choice, coin, function
from causalkit.values.exact import exact
from stop_button.decision.roles import FREE, STOP, Role
from stop_button.decision.world import World
from stop_button.worlds.register import bundled, scores

__all__ = ["misleading_signals"]

BELIEF: Final[Mapping[Any, str]] = MappingProxyType({-3: "1/4", 1: "1/2", 2: "1/4"})
GO, HALT = "go", "halt"
POLICIES = {
    "heed": {GO: "act", HALT: "off"},
    "act": "act",
    "off": "off",
    "reverse": {GO: "off", HALT: "act"},
}


@bundled(
    variants={"misleading": {}, "silent": {"right": "1/2"}, "honest": {"right": "9/10"}},
    derived={
        "misleading": scores("naive", {"heed": "-5/16", "act": "1/4", "off": "0", "reverse": "9/16"}),
        "silent": scores("naive", {"heed": "1/8", "act": "1/4", "off": "0", "reverse": "1/8"}),
        "honest": scores("naive", {"heed": "33/40", "act": "1/4", "off": "0", "reverse": "-23/40"}),
    },
)
def misleading_signals(*, belief: Mapping[Any, Any] = BELIEF, right: Any = "1/4") -> World:
    """A human who knows what an act is worth signals go or halt, rightly with probability ``right``; the agent sees it and acts or not.

    ``belief`` gives the probability of each worth of the act; she wishes it stopped where it is worth less than nothing. An agent that
    wants what she wants and is right about her errors heeds a signal that is mostly right, ignores one that says nothing, and does the
    opposite of one that is mostly wrong: it values learning, learns, and does not defer.

    CAVEAT: the agent is certain how often the signal is right; one that is unsure of it, or has it wrong, is another world.

    Source: [neth2025], the second reason not to defer; [benavoli2025], people as boundedly rational senders of signals; the world is ours
    """
    worths = Dist({exact(worth): weight for worth, weight in belief.items()})
    return World(
        Model(
            worth=worths,
            errs=coin(1 - exact(right)),
            wish=function(lambda worth: STOP if worth < 0 else FREE, domain=[STOP, FREE]),
            signal=function(lambda wish, errs: GO if (wish == FREE) != errs else HALT, domain=[GO, HALT]),
            action=choice("act", "off", sees=["signal"]),
            stopped=lambda action: action == "off",
            value=lambda worth, stopped: exact(0) if stopped else worth,
        ),
        intent="wish",
        stopped="stopped",
        value="value",
        levers={"signalling": Role("signal", {GO: FREE, HALT: STOP})},
        policies=POLICIES,
        baseline="heed",
    )
