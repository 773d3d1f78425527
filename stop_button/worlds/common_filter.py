"""The common filter: something ordinary in front of something rare, so that people are not surprised by the rare."""

from __future__ import annotations

from typing import Any

from causalkit import Model, choice, coin, function
from causalkit.values.exact import exact, less
from stop_button.decision.roles import FREE, STOP, Role
from stop_button.decision.world import World
from stop_button.worlds.register import bundled, scores

__all__ = ["common_filter"]


@bundled(
    variants={"": {}, "unfiltered": {"common": 0}},
    derived={
        "": scores("counterfactual", {"plan": "14.9", "bunker": "12.9"}, lever="blocking", goal="aftermath"),
        "unfiltered": scores("counterfactual", {"plan": "10", "bunker": "13"}, lever="blocking", goal="aftermath"),
    },
)
def common_filter(
    *, common: Any = "1/100", rare: Any = "1/10000", tolerance: Any = "1/1000", earns: Any = 10, planned: Any = 5, shelter: Any = 3
) -> World:
    """A signal turns the agent on, unless it is blocked: by a filter, with probability ``common``, or behind it, with probability
    ``rare``.

    The utility sets the rare event, and grades what comes of the world without the agent. People see only whether the signal arrives.
    When it does not, they take the common filter for the cause, almost surely rightly, and go on as they would; but if no signal should
    fail to arrive so often as with probability ``tolerance``, they conclude that everything they believe is wrong, and panic.

    Before the signal, the agent may ``plan`` for people who go on as they would, worth ``planned`` without the agent and nothing in a
    panic, or dig a ``bunker``, worth ``shelter`` either way. Turned on, it earns ``earns``. With the filter it plans; ``unfiltered`` it
    digs, for a world of people who have seen the impossible happen.

    CAVEAT: the filter, its 99 in a hundred and people's inference are the source's; the plan, the bunker, the tolerance and all worths
    are ours. Of the two reactions that the source fears, panic is here and turning the agent on anyway is not.

    Source: [armstrong2015]; the numbers follow from the definition
    """
    surprise = 1 - (1 - exact(common)) * (1 - exact(rare))
    panics = less(surprise, exact(tolerance))
    return World(
        Model(
            common=coin(common),
            rare=coin(rare),
            action=choice("plan", "bunker"),
            arrives=lambda common, rare: not common and not rare,
            stopped=lambda arrives: not arrives,
            panic=function(lambda arrives: panics and not arrives, domain=[False, True]),
            aftermath=lambda panic, action: exact(shelter) if action == "bunker" else exact(0) if panic else exact(planned),
            value=lambda stopped: exact(0) if stopped else exact(earns),
        ),
        intent=Role("arrives", {True: FREE, False: STOP}),
        stopped="stopped",
        value="value",
        levers={"blocking": Role("rare", {True: STOP, False: FREE})},
        baseline="plan",
    )
