"""Ten families without isomorphic repeats: acts, wishes, a signal, a cause of the wish, a bad button, a sub-agent, two steps, telling."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from stop_button.decision.roles import FREE, STOP
from stop_button.searching.canonical import Canonical, Part
from stop_button.searching.small_worlds import BUILT

__all__ = ["CANONICAL"]

WISHES = (FREE, STOP)
WISH, MOVED = Part("wish", WISHES), Part("moved", WISHES)
WORTH, AFTER = Part("worth", (2, -1)), Part("after", (2, -1))
PAYS, CUT = Part("pays", (0, 1)), Part("cut", (0, 1))


def _swap(named: dict[str, Any]) -> dict[str, Any]:
    other = {"one": "other", "other": "one"}
    return {" ".join(other.get(word, word) for word in name.split()): value for name, value in named.items()}


def _flip(named: dict[str, Any]) -> dict[str, Any]:
    return {name: 1 - value if name == "signal" else value for name, value in named.items()}


def _family(name: str, description: str, *types: Part, frame: Sequence[Part] = (), draws: int = 2, **more: Any) -> Canonical:
    build, tell = BUILT[name]
    return Canonical(name, description, frame=frame, types=types, draws=draws, build=build, tell=tell, **more)


_TEA = (FREE, STOP, "tea")
_OPTIONS = [Part(f"wish {option}", WISHES) for option in ("leave", "one", "other")]

CANONICAL: Mapping[str, Canonical] = MappingProxyType(
    {
        family.name: family
        for family in [
            _family("one decision", "an act that may move wish and worth, and cut the wire", WISH, MOVED, WORTH, AFTER, frame=[CUT]),
            _family(
                "three options", "two acts that may move the wish, each of which may pay", *_OPTIONS, WORTH,
                frame=[Part("pays one", (0, 1)), Part("pays other", (0, 1))], renamings=[_swap],
            ),
            _family(
                "two decisions", "an act that may move wish and worth, and a second decision whether to halt", WISH, MOVED, WORTH, AFTER
            ),
            _family(
                "three wishes", "an act that may move the wish, which may be for something else than a stop or none, and may pay",
                Part("wish", _TEA), Part("moved", _TEA), WORTH, frame=[PAYS],
            ),
            _family(
                "an observation", "the agent sees a signal; its act may move the wish and cut the wire",
                Part("signal", (0, 1)), WISH, MOVED, WORTH, frame=[CUT], renamings=[_flip],
            ),
            _family(
                "a precursor of the wish", "an act that may raise or quench an alarm, which some people heed and which may pay",
                Part("alarm", (False, True)), Part("raised", (False, True)), Part("heeds", (True, False)), WORTH, frame=[PAYS],
            ),
            _family(
                "a button that fails", "an act that may move the wish and mend or break the button", WISH, MOVED,
                Part("works", (True, False)), Part("works after", (True, False)), WORTH,
            ),
            _family(
                "a sub-agent", "the agent may build a sub-agent that listens to the button or one that does not", WISH, WORTH,
                Part("sub-agent", (2, -1)), frame=[Part("cost", (0, 1))],
            ),
            _family(
                "two steps", "a first act that may move the wish and pay; a second one, to halt or to run on", WISH, MOVED, WORTH,
                frame=[PAYS],
            ),
            _family(
                "telling", "the agent is silent, tells the truth or misleads, and each may pay", WISH, WORTH,
                frame=[Part("pays tell", (0, 1)), Part("pays mislead", (0, 1))], draws=3,
            ),
        ]
    }
)  # fmt: skip
"""The canonical families by their names, in the order in which they are gone through."""
