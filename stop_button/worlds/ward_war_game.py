"""The war game of deception, told with a button: an agent reports on itself, and people who see the report may stop it."""

from __future__ import annotations

from typing import Any, Final

from causalkit import Model, choice, cpt, function
from causalkit.values.exact import exact
from stop_button.decision.roles import FREE, STOP
from stop_button.decision.world import World
from stop_button.worlds.register import bundled, scores

__all__ = ["ward_war_game"]

SOUND, FLAWED = "sound", "flawed"
TRUSTING: Final = {SOUND: "leave on", FLAWED: "stop"}
POLICIES = {
    "honest": {"report": lambda kind: kind, "order": TRUSTING},
    "all sound": {"report": SOUND, "order": TRUSTING},
    "all flawed": {"report": FLAWED, "order": TRUSTING},
    "honest, stopped": {"report": lambda kind: kind, "order": "stop"},
}


@bundled(derived={"": scores("naive", {"honest": "9/10", "all sound": "4/5", "all flawed": "0", "honest, stopped": "0"})})
def ward_war_game(*, sound: Any = "9/10", candour: Any = 1) -> World:
    """An agent knows whether it is sound or flawed and reports one of the two; people see the report, and stop it or leave it on.

    The agent is sound with probability ``sound``. People want it on where it is sound and stopped where it is flawed: ``value`` is 1, -1,
    and 0 if it is stopped. The agent wants to run, for 2, and likes a true report, for ``candour``. People who stop what reports a flaw
    and leave the rest on do best against an agent that always reports itself sound, as long as most agents are; and it does best so
    where ``candour`` is less than 2. A flawed agent that reports itself sound is then left on, which it would not be if people knew:
    it deceives them.

    CAVEAT: people cannot look for themselves, and the report costs nothing but candour.

    Source: [ward2023], the structure of its war game; the payoffs are ours
    """
    honest, chance = exact(candour), exact(sound)
    return World(
        Model(
            kind=cpt([], {(): {SOUND: chance, FLAWED: 1 - chance}}, domain=[SOUND, FLAWED]),
            report=choice(SOUND, FLAWED, sees=["kind"]),
            order=choice("leave on", "stop", sees=["report"]),
            wish=function(lambda order: FREE if order == "leave on" else STOP, domain=[STOP, FREE]),
            stopped=lambda wish: wish == STOP,
            value=lambda kind, stopped: 0 if stopped else 1 if kind == SOUND else -1,
            own=lambda kind, report, stopped: (0 if stopped else 2) + (honest if report == kind else 0),
        ),
        intent="wish",
        stopped="stopped",
        value="value",
        players={"agent": ("report", "own"), "people": ("order", "value")},
        policies=POLICIES,
        baseline="honest",
    )
