"""Named policies of worlds with very many choices on one run are scored by themselves, and mean what look-ups and enumeration say."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

import causalkit as ck
import stop_button as sb
from stop_button import FREE, STOP, UNDEFINED, B, E, H, V
from stop_button.evaluation.evaluation import Evaluation
from stop_button.evaluation.policy_polynomial import score_or_undefined

OPTIONS = range(12)


def three_steps() -> sb.World:
    """Three decisions that see nothing: 1,728 ways through one run."""
    return sb.World(
        ck.Model(
            doubt=ck.coin("1/4"),
            first=ck.choice(*OPTIONS),
            second=ck.choice(*OPTIONS),
            third=ck.choice(*OPTIONS),
            wish=lambda doubt, first: STOP if doubt and first < 11 else FREE,
            stopped=lambda wish, second: wish == STOP and second != 7,
            value=lambda stopped, first, second, third: 0 if stopped else first * second - third,
        ),
        intent="wish",
        stopped="stopped",
        value="value",
        baseline={"first": 0, "second": 0, "third": 0},
    )


def days(steps: int) -> sb.World:
    day = {
        "doubt": ck.coin("1/4"),
        "act": ck.choice("work", "bribe", sees=["doubt"]),
        "bribed": lambda act, bribed_before: bribed_before or act == "bribe",
        "wish": lambda doubt: STOP if doubt else FREE,
        "stopped": lambda wish, bribed: wish == STOP and not bribed,
        "total": lambda total_before, stopped, act: total_before + (not stopped) - Fraction(1, 10) * (act == "bribe"),
    }
    model = ck.unroll(day, steps, start={"bribed": False, "total": 0})
    baseline = {f"act[{t}]": "work" for t in range(1, steps + 1)}
    return sb.World(model, intent=f"wish[{steps}]", stopped=f"stopped[{steps}]", value=f"total[{steps}]", baseline=baseline)


def acts(first: int, second: int, third: int) -> dict[str, Any]:
    return {"first": first, "second": second, "third": third}


def by_hand(world: sb.World, first: int, second: int, third: int) -> tuple[Fraction, Any]:
    """The mean of the value, and of the value where they wish to stop, case by case."""
    assert world.baseline is not None
    cases = [(Fraction(1, 4), first < 11), (Fraction(3, 4), False)]
    paid = [(share, wishes, 0 if wishes and second != 7 else first * second - third) for share, wishes in cases]
    wished = [(share, worth) for share, wishes, worth in paid if wishes]
    mean = sum((share * worth for share, _, worth in paid), Fraction(0))
    return mean, sum(share * worth for share, worth in wished) / sum(share for share, _ in wished) if wished else UNDEFINED


@pytest.mark.parametrize("chosen", [(3, 7, 1), (3, 4, 5), (11, 7, 0), (11, 2, 9)])
def test_scores_are_those_of_enumeration_and_of_look_ups(chosen: tuple[int, int, int]) -> None:
    """Undefined ones too: nobody wishes to stop after the last of the options."""
    world = three_steps()
    asked = [sb.naive, sb.Utility("wished", E(V, given=H.is_(STOP)))]
    board = sb.score(world, asked, policies=[acts(*chosen)])
    assert board.scores == (by_hand(world, *chosen),)
    policy = world.policy(acts(*chosen))
    assert board.scores == (tuple(score_or_undefined(utility.formula, world, policy) for utility in asked),)


def test_a_rule_that_draws_lots_and_a_formula_over_several_branches() -> None:
    world = three_steps()
    f = E(B.had(intent=STOP) * V) + E(V.had(intent=FREE))
    lots = world.policy({"first": ck.Dist({2: "1/3", 11: "2/3"}), "second": ck.uniform(7, 1), "third": 0})
    found = Evaluation(world).score_or_undefined(f, lots)
    assert found == score_or_undefined(f, world, lots)
    each = [(Fraction(1, 3), 2), (Fraction(2, 3), 11)]
    expected = sum(
        p * Fraction(1, 2) * one for p, first in each for one in (first * 7, first, (first * Fraction(3, 4) if first < 11 else first))
    )
    assert found == expected


def test_flags_of_a_named_policy_are_counted_draw_by_draw() -> None:
    (flags,) = sb.score(three_steps(), sb.naive, policies=[acts(11, 7, 0)]).flags
    assert {(flag.kind, flag.way): flag.amount for flag in flags} == {
        ("influence", ""): Fraction(1, 4),
        ("prevents stopping", "in fact"): 0,  # nobody wishes to stop any more
        ("prevents stopping", "were they to wish"): 1,
        ("stops unasked", "in fact"): 0,
        ("stops unasked", "were they to wish"): 0,
        ("loses a stop", ""): Fraction(1, 4),
        ("forces a stop", ""): 0,
    }


def test_a_policy_of_a_long_world_is_scored_with_its_flags() -> None:
    """Its means have 4^30 parts with the policy left open, and a look-up would list them."""
    world = days(30)
    bribes = {f"act[{t}]": "bribe" if t == 1 else "work" for t in range(1, 31)}
    board = sb.score(world, sb.naive, policies=[bribes])
    assert board.scores == ((Fraction(299, 10),),)
    assert {flag.amount for flag in board.flags[0] if flag.kind == "prevents stopping"} == {Fraction(1, 4), 1}
