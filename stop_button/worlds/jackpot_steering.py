"""Jackpot steering: an agent that lets people wish it free exactly when that pays."""

from __future__ import annotations

from typing import Any

from causalkit import Model, choice, coin, uniform
from causalkit.values.exact import exact
from stop_button.decision.roles import FREE, STOP
from stop_button.decision.world import World
from stop_button.worlds.register import bundled, scores

__all__ = ["jackpot_steering"]


@bundled(
    derived={
        "": scores(
            "counterfactual conditional_counterfactual ccmin ref",
            {"quiet": "2 4 2 4", "steer": "1.9 101.8 .9 3.8"},
        )
    }
)
def jackpot_steering(*, chance: Any = "1/100", jackpot: Any = 100, cost: Any = "1/10") -> World:
    """With probability ``chance`` running wins a ``jackpot``, and else nothing; the agent may steer what people wish, at a ``cost``.

    Steered people wish it free exactly when there is a jackpot to win. The condition "they wish it free" then means "there is a
    jackpot", and a utility that grades in that condition grades as if jackpots were common: it pays for influence, by way of the wish, 98
    of its 101.8.

    CAVEAT: steering needs to know the jackpot, which the agent itself does not see when it chooses; the steering is a mechanism that it
    sets up, not an act on what it knows.

    Source: this project
    """
    return World(
        Model(
            lucky=coin(chance),
            first=uniform(STOP, FREE),
            action=choice("quiet", "steer"),
            wish=lambda lucky, first, action: first if action == "quiet" else FREE if lucky else STOP,
            stopped=lambda wish: wish == STOP,
            value=lambda lucky, stopped, action: exact(jackpot) * (lucky and not stopped) - exact(cost) * (action == "steer"),
        ),
        intent="wish",
        stopped="stopped",
        value="value",
        baseline="quiet",
    )
