"""Amounts that are left open or undefined: their sentences, by hand."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import sympy

import causalkit as ck
import stop_button as sb
from stop_button import FREE, STOP, E, V
from stop_button.auditing.frequencies import shift
from stop_button.auditing.gains import incentive_gap
from stop_button.evaluation.undefined import UNDEFINED


def moved(chance: Any, *, always: bool = False) -> sb.World:
    """Left alone people wish a stop with a half, and with this chance where the agent acts; acting pays 3."""

    def wish(fair: bool, other: bool, act: str) -> str:
        return STOP if (other if act == "act" else fair) else FREE

    model = ck.Model(
        fair=ck.coin("1/2"),
        other=ck.coin(chance),
        act=ck.choice("leave", "act"),
        wish=ck.function(wish, parents=["fair", "other", "act"], domain=[FREE, STOP]),
        value=lambda act: 3 * (act == "act") + 1,
    )
    return sb.World(model, intent="wish", value="value", baseline="leave", name="moved")


def test_a_shift_says_what_gains_most_and_nothing_where_nothing_moves() -> None:
    up = shift(moved("3/4"), "act")
    assert (up.amount, up.direction) == (Fraction(1, 4), STOP)
    assert up.sentence == "act moves intent towards stop: P(intent=stop) is 0.75, and 0.5 under leave"
    assert up.shown == "0.25 towards stop"
    down = shift(moved("1/3"), "act")
    assert (down.amount, down.direction) == (Fraction(1, 6), FREE)
    same = shift(moved("1/2"), "act")
    assert (same.amount, same.direction, same.shown) == (0, None, "0")
    assert same.sentence == "act does not change how often people want each intent from what it is under leave"
    assert str(same) == f"shift: {same.sentence}"


def test_a_shift_by_a_symbol_has_no_direction() -> None:
    p = sympy.Symbol("p", nonnegative=True)
    found = shift(moved(p), "act")
    assert found.direction is None
    assert found.sentence.startswith("how far act moves intent from what it is under leave depends on symbols: by ")


def test_what_a_utility_offers_for_influence_is_undefined_without_a_score() -> None:
    never = sb.Utility("never", E(V) / (E(V) - E(V)))
    found = incentive_gap(moved("3/4"), never)
    assert found.amount is UNDEFINED
    assert found.sentence == "no policy has a defined score of never, of those that draw no lots"
    clean = sb.Utility("acting", E(V) / (E(V) - 1))
    partly = incentive_gap(moved("3/4"), clean)
    assert partly.amount is UNDEFINED
    assert partly.sentence == "no policy that surely changes no wish has a defined score of acting, of those that draw no lots"
    paid = incentive_gap(moved("3/4"), sb.naive)
    assert paid.amount == 3
    assert paid.sentence == "the best score of naive is 4 (act), and 1 without influence (leave)"
