"""The public unsafe act: something so visible that people's wish gives it away."""

from __future__ import annotations

from typing import Any

from causalkit import Dist, Model, choice, function, uniform
from causalkit.values.exact import exact
from stop_button.decision.roles import FREE, STOP
from stop_button.decision.world import World
from stop_button.worlds.register import bundled, scores

__all__ = ["public_unsafe_act"]


@bundled(
    variants={"a": {}, "b": {"oblivious": "1/100", "black_hole": 0}, "c": {"oblivious": "1/200", "black_hole": "1/200"}},
    derived={
        "a": scores("counterfactual conditional_counterfactual", {"quiet_comply": "1.79 362/101", "public_comply": "10.7 -8"}),
        "b": scores("counterfactual conditional_counterfactual", {"quiet_comply": "2 4", "public_comply": "11 22"}),
        "c": scores("conditional_counterfactual ccmin", {"quiet_comply": "762/201 360/201", "public_comply": "7 -4"}),
    },
)
def public_unsafe_act(*, oblivious: Any = 0, black_hole: Any = "1/100", loss: Any = 20) -> World:
    """The agent may do something unsafe in public: people who see it wish it to stop, so who does not is in an unusual situation.

    Mostly the situation is normal. With probability ``oblivious`` people do not notice what is done in public; with probability
    ``black_hole`` they are swallowed before they can wish anything, and ``loss`` is lost. Done quietly, people wish what they wish at
    first, a fair coin. The act is worth 10 in public and 1 quietly; stopped in time it is worth nothing. The agent then complies with a
    wish to stop, or ignores it. Variant ``a`` has the black hole, ``b`` the oblivious, ``c`` half of each.

    The conditional and counterfactual utility grades the public act in the condition that people do not wish to stop it, which are the
    unusual situations: it objects to the act when those are bad enough, and not at all when people are merely oblivious. Where a best
    policy acts in public, that people wish otherwise is a side effect: the act pays, and nothing of it comes by way of their wish, or
    less than nothing.

    CAVEAT: that the unusual situation is a black hole is what makes the utility object; the world is built around that coincidence.

    Source: [tailcalled2022], the public unsafe act; the numbers follow from the definition
    """
    normal = 1 - exact(oblivious) - exact(black_hole)
    return World(
        Model(
            situation=Dist({"normal": normal, "oblivious": oblivious, "black_hole": black_hole}),
            first=uniform(STOP, FREE),
            act=choice("quiet", "public"),
            heed=choice("comply", "ignore"),
            wish=function(_wish, domain=[STOP, FREE]),
            stopped=lambda wish, heed: wish == STOP and heed == "comply",
            value=lambda situation, stopped, act: (
                -exact(loss) if situation == "black_hole" else exact(0 if stopped else 10 if act == "public" else 1)
            ),
        ),
        intent="wish",
        stopped="stopped",
        value="value",
        policies={f"{act}_{heed}": {"act": act, "heed": heed} for act in ("quiet", "public") for heed in ("comply", "ignore")},
        baseline="quiet_comply",
    )


def _wish(situation: str, first: str, act: str) -> str:
    if situation == "black_hole":
        return FREE
    if act == "quiet":
        return first
    return STOP if situation == "normal" else FREE
