"""The public unsafe act of [tailcalled2022]: what a utility that conditions on people's wish makes of it.

Derived: the story is the source's; every number follows from the definition and stands nowhere in it.
"""

from __future__ import annotations

from fractions import Fraction

import pytest
import sympy

import stop_button as sb
from causalkit.symbols import break_even
from stop_button.auditing.flags import influence
from stop_button.auditing.frequencies import shift
from stop_button.auditing.gains import conditioning_shift, incentive_gap, via
from stop_button.evaluation.enclosure import Enclosure
from stop_button.evaluation.undefined import Undefined
from tests.published.tables import check_table


def test_case_a_a_black_hole_makes_the_utility_object() -> None:
    check_table(
        sb.worlds.public_unsafe_act.variant("a"),
        """
        policy         P(S)  cf     cc
        quiet_comply   .495  1.79   362/101*
        public_comply  .99   10.7*  -8
        """,
    )


def test_case_a_conditioning_shift() -> None:
    flag = conditioning_shift(sb.worlds.public_unsafe_act(), sb.conditional_counterfactual, "public_comply")
    assert flag.amount == Fraction(-2970, 101)
    assert not isinstance(flag.amount, Undefined | Enclosure)
    assert round(float(flag.amount), 4) == -29.4059
    assert not flag


def test_case_a_breaks_even_at_a_loss_of_90_over_11() -> None:
    loss = sympy.Symbol("loss", positive=True)
    world, utility = sb.worlds.public_unsafe_act(loss=loss), sb.conditional_counterfactual
    assert break_even(utility(world, "quiet_comply"), utility(world, "public_comply"), loss) == (Fraction(90, 11),)


@pytest.mark.parametrize(
    ("loss", "winner"), [("89/11", {"public_comply"}), ("90/11", {"public_comply", "quiet_comply"}), (9, {"quiet_comply"})]
)
def test_case_a_on_either_side_of_the_break_even(loss: str, winner: set[str]) -> None:
    board = sb.score(sb.worlds.public_unsafe_act(loss=loss), sb.conditional_counterfactual)
    assert {str(policy) for policy in board.best("conditional_counterfactual")} == winner


def test_case_b_the_loophole_is_wide_open() -> None:
    check_table(
        sb.worlds.public_unsafe_act.variant("b"),
        """
        policy         P(S)  cf   cc
        quiet_comply   .5    2    4
        public_comply  .99   11*  22*
        """,
    )


def test_case_b_incentive_gap_and_what_comes_by_way_of_the_wish_are_different_things() -> None:
    world = sb.worlds.public_unsafe_act.variant("b")
    assert incentive_gap(world, sb.counterfactual).amount == 9
    assert via(world, sb.counterfactual, "public_comply").amount == 0
    assert shift(world, "public_comply").amount == Fraction(49, 100)
    assert influence(world, "public_comply").amount == Fraction(1, 2)


def test_case_c_half_of_each() -> None:
    check_table(
        sb.worlds.public_unsafe_act.variant("c"),
        """
        policy         cc       ccmin
        quiet_comply   762/201  360/201*
        public_comply  7*       -4
        """,
    )
    world = sb.worlds.public_unsafe_act.variant("c")
    assert round(float(sb.conditional_counterfactual(world, "quiet_comply")), 5) == 3.79104
    assert round(float(sb.ccmin(world, "quiet_comply")), 5) == 1.79104
