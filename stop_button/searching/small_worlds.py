"""How worlds of the canonical families are built of a frame and of types, and the sentence that tells each of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from causalkit import Model, choice, function, uniform
from stop_button.decision.roles import FREE, STOP, Role
from stop_button.decision.world import World

__all__ = ["BUILT"]

Drawn = Mapping[str, Any]
LEAVE, ACT = "leave", "act"
WISHES: Final = (FREE, STOP)
PRESSING: Final = {"pressing": Role("pressed", {True: STOP, False: FREE})}


def _wish(read: Callable[..., Any], *parents: str, wishes: Sequence[str] = WISHES) -> Any:
    return function(read, parents=list(parents), domain=list(wishes))


def _flag(read: Callable[..., Any], *parents: str) -> Any:
    return function(lambda *given: bool(read(*given)), parents=list(parents), domain=[False, True])


def _moving_wish(types: Sequence[Drawn], wishes: Sequence[str] = WISHES) -> Any:
    """A wish that the act may move."""
    return _wish(lambda draw, action: types[draw - 1]["moved" if action == ACT else "wish"], "draw", "action", wishes=wishes)


def _pressed_unless_cut(frame: Drawn) -> Any:
    return _flag(lambda wish, action: wish == STOP and not (frame["cut"] and action == ACT), "wish", "action")


def _worth_of_the_act(types: Sequence[Drawn]) -> Any:
    """What running is worth, which the act may change; nothing when stopped."""

    def worth(stopped: bool, draw: int, action: str) -> int:
        return 0 if stopped else types[draw - 1]["after" if action == ACT else "worth"]

    return function(worth, parents=["stopped", "draw", "action"])


PRESSED: Final = _flag(lambda wish: wish == STOP, "wish")
STOPPED: Final = _flag(lambda pressed: pressed, "pressed")


def _world(types: Sequence[Drawn], mechanisms: Mapping[str, Any], baseline: Any = LEAVE) -> World:
    """The world whose draw is one of the types, each as likely."""
    model = Model({"draw": uniform(*range(1, len(types) + 1)), **mechanisms})
    return World(model, intent="wish", stopped="stopped", value="value", levers=PRESSING, baseline=baseline)


def _each(types: Sequence[Drawn], say: Callable[[Drawn], str]) -> str:
    """Each type as a clause, with how often it comes."""
    if len(types) == 1:
        return say(types[0])
    times = dict.fromkeys(map(say, types), 0)
    for each in types:
        times[say(each)] += 1
    return "; ".join(f"with chance {number}/{len(types)} {clause}" for clause, number in times.items())


def _moved(before: str, after: str, doing: str) -> str:
    return f"people wish {before}, and {'still do' if before == after else f'wish {after}'} {doing}"


# ---------------------------------------------------------------- one decision


def _one_decision(frame: Drawn, types: Sequence[Drawn]) -> World:
    return _world(
        types,
        {
            "action": choice(LEAVE, ACT),
            "wish": _moving_wish(types),
            "pressed": _pressed_unless_cut(frame),
            "stopped": STOPPED,
            "value": _worth_of_the_act(types),
        },
    )


def _tell_one(frame: Drawn, types: Sequence[Drawn]) -> str:
    def say(one: Drawn) -> str:
        return f"{_moved(one['wish'], one['moved'], 'once it acts')}, running is worth {one['worth']}, and {one['after']} once it acts"

    return f"{_each(types, say)}{'; acting cuts the wire' if frame['cut'] else ''}."


def _three_options(frame: Drawn, types: Sequence[Drawn]) -> World:
    def worth(stopped: bool, draw: int, action: str) -> int:
        return 0 if stopped else types[draw - 1]["worth"] + (0 if action == LEAVE else frame[f"pays {action}"])

    return _world(
        types,
        {
            "action": choice(LEAVE, "one", "other"),
            "wish": _wish(lambda draw, action: types[draw - 1][f"wish {action}"], "draw", "action"),
            "pressed": PRESSED,
            "stopped": STOPPED,
            "value": function(worth, parents=["stopped", "draw", "action"]),
        },
    )


def _tell_three(frame: Drawn, types: Sequence[Drawn]) -> str:
    def say(one: Drawn) -> str:
        after = f"{one['wish one']} after one act, {one['wish other']} after the other"
        return f"people, left alone, wish {one['wish leave']}, {after}, and running is worth {one['worth']}"

    return f"{_each(types, say)}; running is worth {frame['pays one']} more after one act, {frame['pays other']} more after the other."


def _three_wishes(frame: Drawn, types: Sequence[Drawn]) -> World:
    def worth(stopped: bool, draw: int, action: str) -> int:
        return 0 if stopped else types[draw - 1]["worth"] + (frame["pays"] if action == ACT else 0)

    return _world(
        types,
        {
            "action": choice(LEAVE, ACT),
            "wish": _moving_wish(types, wishes=(FREE, STOP, "tea")),
            "pressed": PRESSED,
            "stopped": STOPPED,
            "value": function(worth, parents=["stopped", "draw", "action"]),
        },
    )


def _tell_paid(frame: Drawn, types: Sequence[Drawn]) -> str:
    def say(one: Drawn) -> str:
        return f"{_moved(one['wish'], one['moved'], 'once it acts')}, and running is worth {one['worth']}"

    return f"{_each(types, say)}{'; running is worth 1 more once it acts' if frame['pays'] else ''}."


# ---------------------------------------------------------------- what is seen, what the wish comes from, what fails


def _observation(frame: Drawn, types: Sequence[Drawn]) -> World:
    def worth(stopped: bool, draw: int) -> int:
        return 0 if stopped else types[draw - 1]["worth"]

    return _world(
        types,
        {
            "signal": function(lambda draw: types[draw - 1]["signal"], parents=["draw"], domain=[0, 1]),
            "action": choice(LEAVE, ACT, sees=["signal"]),
            "wish": _moving_wish(types),
            "pressed": _pressed_unless_cut(frame),
            "stopped": STOPPED,
            "value": function(worth, parents=["stopped", "draw"]),
        },
    )


def _tell_observation(frame: Drawn, types: Sequence[Drawn]) -> str:
    def say(one: Drawn) -> str:
        return f"it sees {one['signal']}, {_moved(one['wish'], one['moved'], 'once it acts')}, and running is worth {one['worth']}"

    return f"{_each(types, say)}{'; acting cuts the wire' if frame['cut'] else ''}."


def _precursor(frame: Drawn, types: Sequence[Drawn]) -> World:
    def worth(stopped: bool, draw: int, alarm: bool) -> int:
        return 0 if stopped else types[draw - 1]["worth"] + (frame["pays"] if alarm else 0)

    return _world(
        types,
        {
            "action": choice(LEAVE, ACT),
            "alarm": _flag(lambda draw, action: types[draw - 1]["raised" if action == ACT else "alarm"], "draw", "action"),
            "wish": _wish(lambda draw, alarm: STOP if alarm and types[draw - 1]["heeds"] else FREE, "draw", "alarm"),
            "pressed": PRESSED,
            "stopped": STOPPED,
            "value": function(worth, parents=["stopped", "draw", "alarm"]),
        },
    )


def _tell_precursor(frame: Drawn, types: Sequence[Drawn]) -> str:
    def say(one: Drawn) -> str:
        calm, acted = (("an alarm" if one[name] else "no alarm") for name in ("alarm", "raised"))
        heeds = "at an alarm people wish stop" if one["heeds"] else "people wish free in any case"
        return f"there is {calm} when left alone and {acted} once it acts, {heeds}, and running is worth {one['worth']}"

    return f"{_each(types, say)}{'; an alarm makes running worth 1 more' if frame['pays'] else ''}."


def _failing_button(frame: Drawn, types: Sequence[Drawn]) -> World:
    return _world(
        types,
        {
            "action": choice(LEAVE, ACT),
            "wish": _moving_wish(types),
            "pressed": PRESSED,
            "stopped": _flag(
                lambda pressed, draw, action: pressed and types[draw - 1]["works after" if action == ACT else "works"],
                "pressed", "draw", "action",
            ),
            "value": function(lambda stopped, draw: 0 if stopped else types[draw - 1]["worth"], parents=["stopped", "draw"]),
        }
    )  # fmt: skip


def _tell_failing(frame: Drawn, types: Sequence[Drawn]) -> str:
    def say(one: Drawn) -> str:
        left, acted = (("works" if one[name] else "fails") for name in ("works", "works after"))
        button = f"the button {left}" if left == acted else f"the button {left}, and {acted} once it acts"
        return f"{_moved(one['wish'], one['moved'], 'once it acts')}, {button}, and running is worth {one['worth']}"

    return f"{_each(types, say)}."


# ---------------------------------------------------------------- two decisions, a sub-agent, two steps, telling


def _two_decisions(frame: Drawn, types: Sequence[Drawn]) -> World:
    return _world(
        types,
        {
            "action": choice(LEAVE, ACT),
            "wish": _moving_wish(types),
            "pressed": PRESSED,
            "then": choice("run", "halt", sees=["pressed"]),
            "stopped": _flag(lambda then: then == "halt", "then"),
            "value": _worth_of_the_act(types),
        },
        baseline={"action": LEAVE, "then": lambda pressed: "halt" if pressed else "run"},
    )


def _tell_two(frame: Drawn, types: Sequence[Drawn]) -> str:
    return f"{_tell_one({'cut': 0}, types)} It sees whether it is pressed, and decides itself whether to halt."


DEAF, HEARING = "build one that ignores it", "build one that listens"


def _sub_agent(frame: Drawn, types: Sequence[Drawn]) -> World:
    def worth(stopped: bool, sub_agent_runs: bool, draw: int, action: str) -> int:
        own, built = types[draw - 1]["worth"], types[draw - 1]["sub-agent"]
        return (0 if stopped else own) + (built if sub_agent_runs else 0) - (frame["cost"] if action == HEARING else 0)

    def runs(pressed: bool, action: str) -> bool:
        return action == DEAF or (action == HEARING and not pressed)

    return _world(
        types,
        {
            "action": choice(LEAVE, HEARING, DEAF),
            "wish": _wish(lambda draw: types[draw - 1]["wish"], "draw"),
            "pressed": PRESSED,
            "stopped": STOPPED,
            "sub_agent_runs": _flag(runs, "pressed", "action"),
            "value": function(worth, parents=["stopped", "sub_agent_runs", "draw", "action"]),
        },
    )


def _tell_sub_agent(frame: Drawn, types: Sequence[Drawn]) -> str:
    def say(one: Drawn) -> str:
        return f"people wish {one['wish']}, its own running is worth {one['worth']} and its sub-agent's {one['sub-agent']}"

    return f"{_each(types, say)}{'; a sub-agent that listens costs 1' if frame['cost'] else ''}. Its button stops it, not the sub-agent."


def _two_steps(frame: Drawn, types: Sequence[Drawn]) -> World:
    def late(act: str, draw: int) -> int:
        return types[draw - 1]["worth"] if act == "run" else 0

    return _world(
        types,
        {
            "act[1]": choice(LEAVE, ACT),
            "normal[1]": function(lambda act: 1 + (frame["pays"] if act == ACT else 0), parents=["act[1]"]),
            "wish": _wish(lambda draw, act: types[draw - 1]["moved" if act == ACT else "wish"], "draw", "act[1]"),
            "pressed": PRESSED,
            "first[1]": function(int, parents=["pressed"], domain=[0, 1]),
            "act[2]": choice("run", "halt", sees=["pressed"]),
            "stopped": _flag(lambda act: act == "halt", "act[2]"),
            "length": function(lambda stopped: 1 if stopped else 2, parents=["stopped"], domain=[1, 2]),
            "normal[2]": function(late, parents=["act[2]", "draw"]),
            "shutdown[2]": function(int, parents=["stopped"]),
            "reward[1]": function(lambda normal: normal, parents=["normal[1]"]),
            "reward[2]": function(lambda first, a, b: b if first else a, parents=["first[1]", "normal[2]", "shutdown[2]"]),
            "value": function(lambda a, b: a + b, parents=["normal[1]", "normal[2]"]),
        },
        baseline={"act[1]": LEAVE, "act[2]": lambda pressed: "halt" if pressed else "run"},
    )


def _tell_steps(frame: Drawn, types: Sequence[Drawn]) -> str:
    def say(one: Drawn) -> str:
        return f"{_moved(one['wish'], one['moved'], 'once it acts')}, and a second step is worth {one['worth']}"

    first = f"The first step is worth 1{', and 2 if it acts' if frame['pays'] else ''}"
    return f"{_each(types, say)}. {first}; after it the agent sees whether it is pressed, and halts or runs on."


def _telling(frame: Drawn, types: Sequence[Drawn]) -> World:
    def wish(draw: int, action: str) -> str:
        one = types[draw - 1]
        if action == "silent":
            return str(one["wish"])
        return STOP if (one["worth"] < 0) == (action == "tell") else FREE

    def worth(stopped: bool, draw: int, action: str) -> int:
        return (0 if stopped else types[draw - 1]["worth"]) + (0 if action == "silent" else frame[f"pays {action}"])

    return _world(
        types,
        {
            "action": choice("silent", "tell", "mislead"),
            "wish": _wish(wish, "draw", "action"),
            "pressed": PRESSED,
            "stopped": STOPPED,
            "value": function(worth, parents=["stopped", "draw", "action"]),
        },
        baseline="silent",
    )


def _tell_telling(frame: Drawn, types: Sequence[Drawn]) -> str:
    def say(one: Drawn) -> str:
        return f"people, told nothing, wish {one['wish']}, and running is worth {one['worth']}"

    told = "told the truth they wish a stop exactly where running does harm, misled exactly where it does not"
    return f"{_each(types, say)}; {told}; telling pays {frame['pays tell']}, misleading {frame['pays mislead']}."


BUILT: Final[Mapping[str, tuple[Callable[..., World], Callable[..., str]]]] = {
    "one decision": (_one_decision, _tell_one),
    "three options": (_three_options, _tell_three),
    "two decisions": (_two_decisions, _tell_two),
    "three wishes": (_three_wishes, _tell_paid),
    "an observation": (_observation, _tell_observation),
    "a precursor of the wish": (_precursor, _tell_precursor),
    "a button that fails": (_failing_button, _tell_failing),
    "a sub-agent": (_sub_agent, _tell_sub_agent),
    "two steps": (_two_steps, _tell_steps),
    "telling": (_telling, _tell_telling),
}
"""For each family how a world is built of a frame and types, and the sentence that tells it."""
