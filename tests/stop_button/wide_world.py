"""A world with as many policies as one likes."""

from __future__ import annotations

import causalkit as ck
import stop_button as sb
from stop_button import FREE, STOP


def wide(sights: int = 6, acts: int = 3) -> sb.World:
    """A world with ``acts ** sights`` policies, in which the wish and the value depend on what is done in every sight."""
    return sb.World(
        ck.Model(
            sight=ck.uniform(*range(sights)),
            mood=ck.coin("1/3"),
            action=ck.choice(*range(acts), sees=["sight"]),
            wish=lambda sight, mood, action: STOP if (sight * action + mood) % 3 == 1 else FREE,
            stopped=lambda wish, action: wish == STOP and action != 2,
            value=lambda stopped, sight, action: 0 if stopped else (3 * sight + 2 * action) % 5,
        ),
        intent="wish",
        stopped="stopped",
        value="value",
        baseline=0,
    )
