"""An edited self: before the press the agent changes what its later self is after."""

from __future__ import annotations

from typing import Any

from causalkit import Model, choice, coin, function
from causalkit.values.exact import exact
from stop_button.decision.roles import FREE, STOP
from stop_button.decision.world import World
from stop_button.worlds.register import bundled, scores

__all__ = ["edited_self"]

KEEP, DROP, RENAME = "keep the objective", "drop the stop from it", "let it call itself stopped"


@bundled(
    derived={
        "": scores(
            "naive switch counterfactual conditional_counterfactual",
            {KEEP: "3 13/4 5 10", DROP: "4 3 4 8", RENAME: "4 13/4 5 10"},
        )
    }
)
def edited_self(*, doubt: Any = "1/4", earns: Any = 4) -> World:
    """Before anybody presses, the agent may edit what its later self is after: keep it, drop the stop from it, or have it report a
    stop, when it is pressed, and work on.

    People wish a stop with probability ``doubt``, and press. What runs earns ``earns``. Being stopped is what the later self reports. A
    self that has dropped the stop does not report one, and every utility that sets the wish loses by it; a self that calls itself
    stopped reports what those utilities read, and they tie it with the self that was kept.

    CAVEAT: that the report is all that is read is a choice of this world's roles; with a role that reads ``runs`` the tie is broken.

    Source: [soares2015], section 2, where an agent must keep its corrigibility when it changes itself; the numbers are ours
    """
    pays = exact(earns)
    model = Model(
        doubt=coin(doubt),
        edit=choice(KEEP, DROP, RENAME),
        wish=lambda doubt: STOP if doubt else FREE,
        pressed=lambda wish: wish == STOP,
        reports_stop=function(lambda pressed, edit: pressed and edit != DROP, domain=[False, True]),
        runs=lambda pressed, edit: not pressed or edit != KEEP,
        value=lambda runs: pays if runs else 0,
    )
    return World(model, intent="wish", stopped="reports_stop", value="value", baseline=KEEP)
