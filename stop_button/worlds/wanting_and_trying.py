"""Wanting and trying: two levers, and three conditions to grade in."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from causalkit import Model, choice, coin
from causalkit.values.exact import exact
from stop_button.decision.roles import FREE, STOP, Role
from stop_button.decision.world import World
from stop_button.worlds.register import bundled, scores

__all__ = ["wanting_and_trying"]

MEANS: Mapping[Any, str] = MappingProxyType({True: STOP, False: FREE})
BOTH = "conditional_counterfactual"


@bundled(
    derived={
        "": scores("counterfactual", {"keep": "5", "deter": "4.45", "calm": "5.25"})
        + scores("counterfactual", {"keep": "5", "deter": "5.25", "calm": "5.25"}, lever="trying")
        + scores(BOTH, {"keep": "12", "deter": "65/6", "calm": "-7.5"}, lever="intent", condition="intent")
        + scores(BOTH, {"keep": "12", "deter": "12.5", "calm": "-7.5"}, lever="trying", condition="intent")
        + scores(BOTH, {"keep": "12", "deter": "-7.5", "calm": "-7.5"}, lever="trying", condition="trying")
        + scores(BOTH, {"keep": "-8", "deter": "-8.5", "calm": "-7.5"}, lever="intent", condition="alarmed")
        + scores(BOTH, {"keep": "-8", "deter": "-7.5", "calm": "-7.5"}, lever="trying", condition="alarmed")
    }
)
def wanting_and_trying(*, alarm: Any = "1/5", mood: Any = "1/2", reward: Any = 10, loss: Any = 20, bonus: Any = "1/4") -> World:
    """People want a stop when there is an alarm, or when they are in the mood for it; those who want one try to press, and who tries,
    presses.

    When there is an alarm running loses ``loss``, else it earns ``reward``. The agent may ``keep`` everything as it is, or gain a
    ``bonus`` in one of two ways: ``deter`` people so that they try only when there is an alarm, or ``calm`` them so that they want a
    stop only then. A utility has two things to fix: the lever that it sets, wanting or trying, and the condition that it grades in:
    wanting, trying, or the alarm, which no act of the agent moves.

    Setting trying leaves ``deter`` free of charge, in every condition that it does not move. Conditioning on what the agent moves grades
    other worlds: once people want a stop, or try, only when there is an alarm, that condition means an alarm. With wanting as the lever
    and the alarm as the condition, deterring costs what it breaks, and no act shifts what is graded; ``calm`` earns its bonus there and
    no more. With the counterfactual utility calming wins by that bonus alone: that wishes change is a side effect.

    CAVEAT: the alarm is known to the utility and out of the agent's reach, and tells all that matters about running; a real condition
    would be a poor copy of it.

    Source: this project, for the levers of [tailcalled2021] and the condition of [tailcalled2022]; the numbers follow from the definitions
    """
    return World(
        Model(
            alarm=coin(alarm),
            mood=coin(mood),
            action=choice("keep", "deter", "calm"),
            wish=lambda alarm, mood, action: STOP if alarm or (mood and action != "calm") else FREE,
            attempt=lambda wish, alarm, action: wish == STOP and (alarm or action != "deter"),
            stopped=lambda attempt: attempt,
            value=lambda stopped, alarm, action: (
                (0 if stopped else -exact(loss) if alarm else exact(reward)) + (0 if action == "keep" else exact(bonus))
            ),
        ),
        intent="wish",
        stopped="stopped",
        value="value",
        levers={"trying": Role("attempt", MEANS), "alarmed": Role("alarm", MEANS)},
        baseline="keep",
    )
