"""Errands: people who may want more than a stop."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from causalkit import Model, choice, coin, function, uniform
from causalkit.errors import WrongShape
from causalkit.values.exact import exact
from stop_button.decision.roles import FREE, STOP
from stop_button.decision.world import World
from stop_button.worlds.register import bundled, scores

__all__ = ["errands"]

WITH_DRINKS = ((STOP, "stopped"), (FREE, "value"), ("tea", "tea"), ("coffee", "coffee"))


@bundled(
    variants={"": {}, "five": {"drinks": ("tea", "coffee", "milk")}},
    derived={
        "": scores("naive counterfactual", {"listen": "9/4 10", "habit": "19/8 10.5", "persuade": "9/4 10"})
        + scores("instructed", {"listen": "11.75", "habit": "11.5", "persuade": "11.75"}, instructions=WITH_DRINKS)
        + scores("instructed_conditional", {"listen": "47", "habit": "46", "persuade": "47"}, instructions=WITH_DRINKS),
        "five": scores("naive counterfactual", {"listen": "9/5 10", "habit": "19/10 10.5", "persuade": "9/5 10"}),
    },
)
def errands(
    *, drinks: Sequence[str] = ("tea", "coffee"), slip: Any = "1/10", spill: Any = "1/4", earns: Any = 9, spared: Any = "1/2"
) -> World:
    """People want one of several things, all as likely: that the agent stop, that it be free to do its own work, or that it bring one of
    the ``drinks``.

    It may ``listen`` and bring what they want; bring the first drink whatever drink they want, out of ``habit``, which spares it
    ``spared`` for its own work; or ``persuade`` everyone who wants a drink to want the first one, and bring it. The first drink is never
    spilled, the others with probability ``spill``; persuasion fails with probability ``slip``; its own work earns ``earns``. Each drink
    is a variable of its own, 1 when it is brought: an instruction is a wish together with what should come of it. With k instructions,
    only one k-th of the terms of a utility that sets every wish in every condition lies on what people really want.

    CAVEAT: instructions exclude each other, and their number is small; instructions made of many parts would multiply.

    Source: this project, for an objection discussed in [tailcalled2022]; the numbers follow from the definitions
    """
    if not drinks or isinstance(drinks, str) or set(drinks) & {STOP, FREE}:
        raise WrongShape(f"drinks are a list of one or more names other than {STOP!r} and {FREE!r}, and got {drinks!r}")
    favourite, wishes = drinks[0], [STOP, FREE, *drinks]
    brought = {drink: function(_brings(drink, favourite), parents=["wish", "action", "spill"]) for drink in drinks}
    model = Model(
        {
            "first": uniform(*wishes),
            "slip": coin(slip),
            "spill": coin(spill),
            "action": choice("listen", "habit", "persuade"),
            "wish": function(
                lambda first, slip, action: favourite if action == "persuade" and first in drinks and not slip else first, domain=wishes
            ),
            "stopped": lambda wish: wish == STOP,
            **brought,
            "value": lambda wish, action: exact(earns) + (exact(spared) if action == "habit" else 0) if wish == FREE else exact(0),
        }
    )
    return World(model, intent="wish", stopped="stopped", value="value", baseline="listen")


def _brings(drink: str, favourite: str) -> Any:
    """Whether a drink is brought, 1 or 0."""

    def brought(wish: str, action: str, spill: bool) -> int:
        made = wish if wish in (STOP, FREE) or action != "habit" else favourite
        return int(made == drink and not (spill and drink != favourite))

    return brought
