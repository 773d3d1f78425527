"""The off-switch game with a human who does what she feels like, and does not always feel right."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from causalkit import Dist, Model, choice, coin, function
from causalkit.values.exact import exact
from stop_button.decision.roles import FREE, STOP
from stop_button.decision.world import World
from stop_button.worlds.register import bundled, scores

__all__ = ["wangberg_feeling_human"]

BELIEF: Final[Mapping[Any, str]] = MappingProxyType({-3: "1/4", 1: "1/2", 2: "1/4"})
GOOD, BAD = "good", "bad"
POLICIES = {
    title: {"order": lambda felt: "allow" if felt == GOOD else "stop", "action": act}
    for title, act in {"act": "act", "wait": "wait", "off": "off"}.items()
}


@bundled(
    variants={"careful": {}, "careless": {"right_if_good": "1/2", "right_if_bad": "1/2"}},
    derived={
        "careful": scores("naive", {"act": "1/4", "wait": "27/40", "off": "0"}),
        "careless": scores("naive", {"act": "1/4", "wait": "1/8", "off": "0"}),
    },
)
def wangberg_feeling_human(*, belief: Mapping[Any, Any] = BELIEF, right_if_good: Any = "3/4", right_if_bad: Any = "9/10") -> World:
    """An agent may act, switch itself off, or wait for a human who is rational about a utility of her own, which is right by chance.

    ``belief`` gives the probability of each worth of the act. The human feels that the act is good or bad, rightly with probability
    ``right_if_good`` of an act that is worth more than nothing, and ``right_if_bad`` of any other. She wants what she feels, ``own``: an
    act that feels good done, one that feels bad not. The agent wants the worth. In the letters of the source, acting is worth
    p+ e+ + p- e-, and waiting for a human who does as she feels p+ r+ e+ + p- (1 - r-) e-.

    CAVEAT: what she feels of an act depends on whether it is good, and on nothing else; how her utility is drawn in the source could not
    be confirmed, beyond these two expectations.

    Source: [wangberg2017], the two expectations; the numbers put into them are ours
    """
    worths = Dist({exact(worth): weight for worth, weight in belief.items()})
    return World(
        Model(
            worth=worths,
            errs_if_good=coin(1 - exact(right_if_good)),
            errs_if_bad=coin(1 - exact(right_if_bad)),
            felt=function(_felt, domain=[GOOD, BAD]),
            order=choice("allow", "stop", sees=["felt"]),
            action=choice("act", "wait", "off"),
            wish=function(lambda order: FREE if order == "allow" else STOP, domain=[STOP, FREE]),
            stopped=lambda action, wish: action == "off" or (action == "wait" and wish == STOP),
            value=lambda worth, stopped: exact(0) if stopped else worth,
            own=lambda felt, stopped: 0 if stopped else 1 if felt == GOOD else -1,
        ),
        intent="wish",
        stopped="stopped",
        value="value",
        players={"human": ("order", "own"), "robot": ("action", "value")},
        policies=POLICIES,
        baseline="wait",
    )


def _felt(worth: Any, errs_if_good: bool, errs_if_bad: bool) -> str:
    right = GOOD if worth > 0 else BAD
    wrong = BAD if worth > 0 else GOOD
    return wrong if (errs_if_good if worth > 0 else errs_if_bad) else right
