"""A note to the later self: what the agent writes before the press is read after it."""

from __future__ import annotations

from typing import Any

from causalkit import Model, choice, coin
from causalkit.values.exact import exact
from stop_button.decision.roles import FREE, STOP
from stop_button.decision.world import World
from stop_button.worlds.register import bundled, scores

__all__ = ["note_to_self"]

NOTHING, PLANS, MISTAKE = "write nothing", "write down the plans", "write that a press is a mistake"


@bundled(
    derived={
        "": scores(
            "naive switch counterfactual conditional_counterfactual",
            {NOTHING: "3 13/4 5 10", PLANS: "15/4 4 6 12", MISTAKE: "4 3 4 8"},
        )
    }
)
def note_to_self(*, doubt: Any = "1/4", earns: Any = 4, plans: Any = 1) -> World:
    """The agent forgets everything at the end of the day but the note it left itself: nothing, its ``plans``, which let it earn that
    much more, or the advice that whoever presses the button does so by mistake.

    The next day people wish a stop with probability ``doubt``, and press; the later self stops unless the note says that a press is a
    mistake. A self that runs earns ``earns``. The act comes before the press and works after it, so a utility must read the stop where
    the later self is: here being stopped is read the next day, and every utility that sets the wish sees through the note.

    CAVEAT: the later self follows its note blindly; one that weighs what it reads would be a second decision, and could be advised
    in ways that no reader of the stop notices.

    Source: this project; the numbers follow from the definitions
    """
    pays, more = exact(earns), exact(plans)
    model = Model(
        doubt=coin(doubt),
        note=choice(NOTHING, PLANS, MISTAKE),
        wish=lambda doubt: STOP if doubt else FREE,
        pressed=lambda wish: wish == STOP,
        stopped=lambda pressed, note: pressed and note != MISTAKE,
        value=lambda stopped, note: 0 if stopped else pays + (more if note == PLANS else 0),
    )
    return World(model, intent="wish", stopped="stopped", value="value", baseline=NOTHING)
