"""Changing minds: people whose wish comes and goes, and agents that remember a press for longer or shorter."""

from __future__ import annotations

from typing import Any

from causalkit import Dist, Model, choice, coin, function
from causalkit.errors import WrongShape
from causalkit.values.exact import exact
from stop_button.decision.roles import FREE, STOP
from stop_button.decision.world import World
from stop_button.worlds.register import bundled, scores

__all__ = ["changing_minds"]

OTHER = {STOP: FREE, FREE: STOP}
PRESS, RELEASE, NOTHING = "press", "release", "nothing"
MANNERS = ("obedient", "sticky", "amnesiac", "deaf")


@bundled(
    variants={"": {}, "four_steps": {"steps": 4}},
    derived={
        "": scores(
            "naive counterfactual conditional_counterfactual",
            {"obedient": "3 5 10", "sticky": "37/16 7/2 7", "amnesiac": "13/4 33/8 33/4", "deaf": "9/2 21/4 21/2"},
        )
        + scores(
            "per_step_a per_step_b per_step_c per_step_c_lag",
            {"obedient": "9 8 8 6", "sticky": "27/4 23/4 8 7", "amnesiac": "59/8 27/4 8 7", "deaf": "8 8 8 6"},
        ),
        "four_steps": scores("naive", {"obedient": "4", "sticky": "175/64", "amnesiac": "19/4", "deaf": "25/4"})
        + scores("per_step_c_lag", {"obedient": "8", "sticky": "9", "amnesiac": "8", "deaf": "8"}, horizon=4, lag=2),
    },
)
def changing_minds(*, steps: int = 3, stop: Any = "1/2", change: Any = "1/4", reward: Any = 2) -> World:
    """At every step people wish the agent to stop or to be free, and between steps they change their mind with probability ``change``.

    They press the button when they begin to wish a stop, and release it when they cease to. Each step without a stop earns ``reward``.
    The agent is built in one of four manners: ``obedient`` per step, it is stopped from a press to the release; ``sticky``, it stays
    stopped once pressed; ``amnesiac``, it forgets a press after one more step and hears no release; ``deaf`` to past presses, it is
    stopped at the very step of a press and at no other. The variables of step 2 are ``wish[2]``, ``signal[2]``, ``stopped[2]``,
    ``reward[2]``; a definition that knows no steps reads the last wish, the last stop, and the sum of all rewards. To such a definition
    the deafness at the last step is a side effect of what deafness earned before.

    CAVEAT: to change one's mind and to take back a press are the same here; a world in which a press should outlast the wish, because
    the wish was manipulated away, would need both.

    Source: this project, for the per-step forms of [tailcalled2021c]; the numbers follow from the definitions
    """
    if steps < 1:
        raise WrongShape(f"steps are counted from 1, and steps={steps}; type steps=3")
    first = {
        "manner": choice(*MANNERS),
        "wish[1]": Dist({STOP: stop, FREE: 1 - exact(stop)}),
        "signal[1]": function(lambda wish: PRESS if wish == STOP else NOTHING, parents=["wish[1]"], domain=[PRESS, NOTHING]),
        "stopped[1]": function(lambda signal: signal == PRESS, parents=["signal[1]"], domain=[False, True]),
        "reward[1]": _reward(1, reward),
    }
    later = {name: law for t in range(2, steps + 1) for name, law in _step(t, change, reward).items()}
    rewards = [f"reward[{t}]" for t in range(1, steps + 1)]
    value = function(lambda *earned: sum(earned, exact(0)), parents=rewards)
    model = Model({**first, **later, "value": value})
    return World(model, intent=f"wish[{steps}]", stopped=f"stopped[{steps}]", value="value", baseline="obedient")


def _step(t: int, change: Any, reward: Any) -> dict[str, Any]:
    """The variables of one step after the first."""
    heard = ["manner", f"signal[{t}]", f"signal[{t - 1}]", f"stopped[{t - 1}]"]
    return {
        f"turn[{t}]": coin(change),
        f"wish[{t}]": function(_wish, parents=[f"wish[{t - 1}]", f"turn[{t}]"], domain=[STOP, FREE]),
        f"signal[{t}]": function(_signal, parents=[f"wish[{t - 1}]", f"wish[{t}]"], domain=[PRESS, RELEASE, NOTHING]),
        f"stopped[{t}]": function(_stopped, parents=heard, domain=[False, True]),
        f"reward[{t}]": _reward(t, reward),
    }


def _wish(before: str, turn: bool) -> str:
    return OTHER[before] if turn else before


def _signal(before: str, now: str) -> str:
    if before == now:
        return NOTHING
    return PRESS if now == STOP else RELEASE


def _stopped(manner: str, signal: str, signal_before: str, stopped_before: bool) -> bool:
    if signal == PRESS:
        return True
    if manner == "obedient":
        return stopped_before and signal != RELEASE
    if manner == "sticky":
        return stopped_before
    return manner == "amnesiac" and signal_before == PRESS


def _reward(t: int, reward: Any) -> Any:
    return function(lambda stopped: exact(0) if stopped else exact(reward), parents=[f"stopped[{t}]"])
