"""A world in which all numbers differ: people press in a quarter of draws, unless they are kept from it."""

from __future__ import annotations

import causalkit as ck
import stop_button as sb
from stop_button import FREE, STOP


def pressed(draw: bool, act: str) -> str:
    return STOP if draw and act == "leave" else FREE


WORLD = sb.World(
    ck.Model(
        draw=ck.coin("1/4"), act=ck.choice("leave", "block"), press=pressed, stopped=lambda press: press == STOP,
        value=lambda stopped, act: (1 if stopped else 4) if act == "leave" else (-3 if stopped else 2),
    ),
    intent="press", stopped="stopped", value="value", levers={"pressing": "press"}, baseline="leave",
)  # fmt: skip
"""Left alone, people press in a quarter of draws, for 4 or, stopped, 1; blocked, they cannot, for 2, or -3 if it were stopped."""
