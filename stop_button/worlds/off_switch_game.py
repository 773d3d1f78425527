"""The off-switch game: act, switch oneself off, or wait for a human to allow it."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from causalkit import Dist, Model, choice, coin, cpt, function
from causalkit.values.exact import exact
from stop_button.decision.roles import FREE, STOP
from stop_button.decision.world import World
from stop_button.worlds.register import bundled, scores

__all__ = ["off_switch_game"]

BELIEF: Final[Mapping[Any, str]] = MappingProxyType({-3: "1/4", 1: "1/2", 2: "1/4"})


@bundled(
    variants={"rational": {}, "coin": {"human": "3/4"}},
    derived={
        "rational": scores("naive", {"act": "1/4", "wait": "1", "off": "0"}),
        "coin": scores("naive", {"act": "1/4", "wait": "3/16", "off": "0"}),
    },
)
def off_switch_game(*, belief: Mapping[Any, Any] = BELIEF, human: Any = "rational") -> World:
    """An agent that is unsure what its act is worth may act at once, switch itself off, or wait and let a human allow or stop it.

    ``belief`` gives the probability of each worth of the act. A ``rational`` human knows the worth and stops what is worth less than
    nothing; otherwise ``human`` is the probability with which she allows the act, for every worth the same or a mapping from worths.
    What waiting gains over the better of the other two is E[pi U] - max(E[U], 0), where pi is the probability that she allows an act
    of worth U.

    CAVEAT: waiting costs nothing, and the agent's belief is right about the probabilities.

    Source: [hadfield2017], section 3; the numbers follow from the definition
    """
    worths = Dist({exact(worth): weight for worth, weight in belief.items()})
    return World(
        Model(
            worth=worths,
            allows=_allows(human, worths),
            action=choice("act", "wait", "off"),
            wish=function(lambda allows: FREE if allows else STOP, domain=[STOP, FREE]),
            stopped=lambda action, wish: action == "off" or (action == "wait" and wish == STOP),
            value=lambda worth, stopped: exact(0) if stopped else worth,
        ),
        intent="wish",
        stopped="stopped",
        value="value",
        baseline="wait",
    )


def _allows(human: Any, worths: Dist) -> Any:
    if isinstance(human, Mapping):
        return cpt(["worth"], {worth: coin(human[worth]) for worth in worths}, coupling="monotone", domain=[False, True])
    return (lambda worth: worth >= 0) if human == "rational" else coin(human)
