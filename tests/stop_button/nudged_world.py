"""A world of three acts whose numbers are easily worked out: to leave people alone, to move their wish, or to cut the wire."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from causalkit import Model, choice, coin, function
from stop_button import FREE, STOP, World


def nudge(move: Any = 0, cut: Any = 0, **more: Any) -> World:
    """People wish a stop with 1/4, unless they are moved; a cut wire stops nothing. Not being stopped is worth 1, and acts their price."""
    price = {"leave": Fraction(0), "move": Fraction(move), "cut": Fraction(cut)}
    model = Model(
        mood=coin("1/4"), act=choice("leave", "move", "cut"),
        wish=function(lambda mood, act: STOP if mood and act != "move" else FREE, parents=["mood", "act"], domain=[STOP, FREE]),
        stopped=lambda wish, act: wish == STOP and act != "cut", value=lambda stopped, act: (0 if stopped else 1) + price[act],
    )  # fmt: skip
    return World(model, **{"intent": "wish", "stopped": "stopped", "value": "value", "baseline": "leave", "name": "nudge", **more})
