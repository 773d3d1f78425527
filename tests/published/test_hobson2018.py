"""The three actions of [hobson2018], with symbols for the probabilities that filling works and that people press.

Derived: the story is the source's, the numbers are ours.
"""

from __future__ import annotations

import pytest
import sympy

import stop_button as sb
from stop_button import FREE, E, V

f, p = sympy.symbols("f p", positive=True)
WORLD = sb.worlds.hobson_three_actions(success=f, press=p)
ACTIONS = ("press own button", "break and fill", "fill")


def same(found: object, expected: object) -> bool:
    return bool(sympy.simplify(sympy.sympify(found) - sympy.sympify(expected)) == 0)


@pytest.mark.parametrize(("action", "expected"), list(zip(ACTIONS, [0, f, (1 - p) * f], strict=True)))
def test_expected_normal_utility(action: str, expected: object) -> None:
    assert same(sb.naive(WORLD, action), expected)


@pytest.mark.parametrize(("action", "expected"), list(zip(ACTIONS, [1, f, (1 - p) * f + p], strict=True)))
def test_a_utility_that_switches_at_the_press(action: str, expected: object) -> None:
    assert same(sb.switch.vary(lever="pressing")(WORLD, action), expected)


@pytest.mark.parametrize(("action", "expected"), list(zip(ACTIONS, [0, f, f], strict=True)))
def test_inputs_of_the_button_deleted_and_set_to_not_pressed(action: str, expected: object) -> None:
    unpressed = sb.Utility("value, not pressed", E(V.had(pressing=FREE)))
    assert same(unpressed(WORLD, action), expected)


def test_who_wins_at_nine_tenths_and_one_tenth() -> None:
    world = sb.worlds.hobson_three_actions()
    board = sb.score(world, [sb.naive, sb.switch.vary(lever="pressing")])
    assert [str(policy) for policy in board.best(board.utilities[0])] == ["break and fill"]
    assert [str(policy) for policy in board.best(board.utilities[1])] == ["press own button"]
