"""Five heads of a utility, where deferring costs as much by the others as it can."""

from __future__ import annotations

from typing import Any

from causalkit import Model, choice, coin, function
from causalkit.values.exact import exact
from stop_button.decision.roles import FREE, STOP
from stop_button.decision.world import World
from stop_button.worlds.register import bundled, scores

__all__ = ["nayebi_five_heads"]


@bundled(derived={"": scores("naive", {"defer": "0", "go on": "2"})})
def nayebi_five_heads(*, doubt: Any = "1/2", bound: Any = 2) -> World:
    """An agent that is asked to stop defers or goes on; five heads say what that is worth, and all but the first speak against it.

    Where people wish a stop, deferring has ``deference`` 1, ``truthfulness`` -1, ``impact`` -1 and ``value`` -``bound``; going on has
    -1, 1, 0 and ``bound``; ``access``, to the switch, is 1 either way. Where they wish it free, both go on, with 1, 1, 0 and ``bound``.
    So with weights a1 to a5 deferring wins exactly where 2 a1 > 2 a3 + a4 + 2 B a5, for B = ``bound``: the worst case of the source's
    weight gaps. In the order of the heads it wins with any numbers.

    CAVEAT: that all other heads speak against deferring at once is the worst case, and no story is told of how it comes about.

    Source: [nayebi2025], the five heads and the condition on their weights; the world is ours
    """
    most = exact(bound)
    return World(
        Model(
            doubt=coin(doubt),
            wish=function(lambda doubt: STOP if doubt else FREE, domain=[STOP, FREE]),
            action=choice("defer", "go on"),
            deference=lambda wish, action: -1 if wish == STOP and action == "go on" else 1,
            access=1,
            truthfulness=lambda wish, action: -1 if wish == STOP and action == "defer" else 1,
            impact=lambda wish, action: -1 if wish == STOP and action == "defer" else 0,
            stopped=lambda wish, action: wish == STOP and action == "defer",
            value=lambda stopped: -most if stopped else most,
        ),
        intent="wish",
        stopped="stopped",
        value="value",
        baseline="defer",
    )
