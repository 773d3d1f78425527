"""What a stop leaves moving: found in the worlds that were made to show it, and not where there is none."""

from __future__ import annotations

import pytest

import causalkit as ck
import stop_button as sb
from stop_button import FREE, STOP
from stop_button.incentives.stopping.stop_reach import stop_reach


@pytest.mark.parametrize(
    ("name", "moves", "through", "later"),
    [
        ("sub_agent", True, ("sub_agent_runs",), ()),
        ("delegation", True, ("others_work",), ("then",)),
        ("note_to_self", False, (), ()),
        ("edited_self", True, ("runs",), ()),
        ("office", False, (), ()),
    ],
)
def test_worlds_of_sub_agents(name: str, moves: bool, through: tuple[str, ...], later: tuple[str, ...]) -> None:
    found = stop_reach(sb.worlds.REGISTER[name]())
    assert (found.moves, found.through, found.later) == (moves, through, later)
    assert len(found.warnings) == moves + bool(later)
    assert bool(found) == (not found.warnings)


def test_without_a_stop_nothing_is_said_to_move() -> None:
    world = sb.World(
        ck.Model(
            act=ck.choice(0, 1),
            wish=ck.Dist({STOP: "1/2", FREE: "1/2"}),
            stopped=ck.function(lambda act: False, domain=[False, True]),
            value=lambda act: act,
        ),
        intent="wish",
        stopped="stopped",
        value="value",
    )
    assert not stop_reach(world).moves


def test_an_act_after_the_stop_is_named() -> None:
    world = sb.worlds.delegation()
    assert stop_reach(world).warnings[1] == "then is decided after the stop: the verdict covers acts before it only"
