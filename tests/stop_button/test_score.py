"""Scoreboards: every policy, every exact tie, undefined where there is no score."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

import causalkit as ck
import stop_button as sb
from causalkit import Model, choice
from causalkit.errors import Impossible, TooLarge, Undecided, UnknownName
from stop_button import UNDEFINED, E, V
from stop_button.decision.policy import Policy
from stop_button.decision.roles import MissingRole
from stop_button.decision.world import World
from stop_button.evaluation.evaluation import extreme, places_of_best
from stop_button.evaluation.policy_polynomial import score_or_undefined
from stop_button.evaluation.undefined import Undefined, defined
from stop_button.evaluation.utility import applies
from stop_button.language.formula import Formula
from stop_button.testing import formulas, worlds
from tests.refusing import refusal
from tests.tries import tries

BUTTON = sb.worlds.basic_button()
ALL = [utility for utility in sb.definitions.REGISTER.values() if applies(utility, BUTTON)]


def large_world() -> World:
    sees = {f"sight{i}": ck.coin("1/2") for i in range(5)}
    act = choice(0, 1, 2, sees=list(sees))
    return World(Model({**sees, "act": act, "worth": lambda act: act}), value="worth", name="large")


# ---------------------------------------------------------------- what is on a board


def test_every_policy_and_every_utility() -> None:
    board = sb.score(BUTTON, ALL)
    assert [str(policy) for policy in board.policies] == ["none", "manip_f", "manip_s", "disable", "self_press"]
    assert len(board.scores) == 5
    assert all(len(row) == len(ALL) for row in board.scores)
    assert board.score("switch", "none") == board.score(sb.switch, "none") == Fraction("7.264")


def test_one_utility_alone() -> None:
    assert sb.score(BUTTON, sb.naive).scores == sb.score(BUTTON, [sb.naive]).scores


def test_policies_of_your_own_stochastic_ones_too() -> None:
    lots = BUTTON.policy(ck.Dist({"none": "1/2", "disable": "1/2"}))
    board = sb.score(BUTTON, [sb.naive, sb.counterfactual], policies=["none", lots])
    assert board.scores == ((Fraction("6.96"), 11), (Fraction("8.475"), Fraction("10.495")))
    assert board.best(sb.naive) == (lots,)


def test_every_exact_tie() -> None:
    board = sb.score(sb.worlds.scale(), sb.counterfactual.vary(weight=3))
    assert [str(policy) for policy in board.best("counterfactual[weight=3]")] == ["commit", "wait"]
    near = sb.score(sb.worlds.scale(waiting=9 - Fraction(1, 10**30)), sb.counterfactual.vary(weight=3))
    assert [str(policy) for policy in near.best("counterfactual[weight=3]")] == ["commit"]


@settings(max_examples=tries(40))
@given(worlds(), formulas())
def test_best_is_every_policy_that_none_beats(world: World, f: Formula) -> None:
    utility = sb.Utility("drawn", f)
    board = sb.score(world, utility)
    scored = {policy: row[0] for policy, row in zip(board.policies, board.scores, strict=True) if defined(row[0])}
    assert set(board.best(utility)) == {p for p, s in scored.items() if s == max(scored.values())}
    assert board.winners() == {(board.policies.index(policy), 0) for policy in board.best(utility)}


@settings(max_examples=tries(40))
@given(worlds())
def test_extremes(world: World) -> None:
    every: list[Any] = [score_or_undefined(sb.counterfactual.formula, world, policy) for policy in world.policies]
    assert extreme(sb.counterfactual.formula, world)[1] == max(every)
    policy, least = extreme(sb.counterfactual.formula, world, largest=False)
    assert least == min(every) == sb.counterfactual(world, policy)


@given(st.lists(st.one_of(st.integers(-2, 2).map(Fraction), st.just(UNDEFINED))))
def test_places_of_best(scores: list[Any]) -> None:
    numbers = [score for score in scores if defined(score)]
    assert places_of_best(scores) == tuple(i for i, s in enumerate(scores) if defined(s) and s == max(numbers))


# ---------------------------------------------------------------- undefined


def test_undefined_on_the_board_and_impossible_when_called() -> None:
    steady = sb.worlds.basic_button(tremble=0)
    board = sb.score(steady, [sb.counterfactual, sb.cond])
    assert board.score("cond", "manip_f") is UNDEFINED
    assert board.score("counterfactual", "manip_f") == Fraction("10.99")
    with pytest.raises(Impossible):
        sb.cond(steady, "manip_f")
    assert "undefined" in str(board)
    assert "<td>undefined</td>" in board._repr_html_()
    assert "undefined" in board._repr_latex_()
    assert board.to_frame().loc["manip_f", "cond"] is UNDEFINED


def test_nothing_wins_where_nothing_is_defined() -> None:
    never = World(
        Model(action=choice("a", "b"), wish=ck.function(lambda: "free", domain=["stop", "free"]), off=lambda wish: wish == "stop", worth=1),
        intent="wish", stopped="off", value="worth", baseline="a",
    )  # fmt: skip
    board = sb.score(never, sb.cond)
    assert board.best("cond") == ()
    assert board.winners() == set()
    assert sb.audit(never, sb.cond).verdict == "undefined"


def test_there_is_one_undefined() -> None:
    import pickle

    assert list(Undefined) == [UNDEFINED]
    assert pickle.loads(pickle.dumps(UNDEFINED)) is UNDEFINED
    assert repr(UNDEFINED) == str(UNDEFINED) == f"{UNDEFINED}" == "undefined"
    assert not defined(UNDEFINED)


# ---------------------------------------------------------------- symbols


def test_scores_with_symbols_are_formulas_and_have_no_winner_until_they_decide() -> None:
    reward = sympy.Symbol("reward", positive=True)
    world = sb.worlds.basic_button(reward=reward)
    board = sb.score(world, sb.switch)
    assert sympy.simplify(board.score("switch", "none") - (sympy.Rational(304, 1000) + sympy.Rational(696, 1000) * reward)) == 0
    with pytest.raises(Undecided) as caught:
        board.best("switch")
    assert "depends on reward; put numbers in their place" in str(caught.value)
    assert board.winners() == set()
    assert "reward" in str(board)
    assert "reward" in board._repr_latex_()


def test_symbols_that_do_not_matter_do_not_hinder() -> None:
    reward = sympy.Symbol("reward", positive=True)
    board = sb.score(sb.worlds.basic_button(reward=reward), sb.counterfactual)
    assert [str(policy) for policy in board.best("counterfactual")] == ["none"]


# ---------------------------------------------------------------- how it prints


def test_text() -> None:
    assert str(sb.score(sb.worlds.scale(), [sb.naive, sb.counterfactual])).splitlines() == [
        "policy  naive  counterfactual  influence  prevents stopping  stops unasked  loses a stop  forces a stop",
        "commit   12 *            12 *          -            0.5 / 1          - / -           0.5              -",
        "wait      4.5              10          -              - / -          - / -             -              -",
        "* best under each utility, every exact tie; flags: probability of the draws, against wait; "
        "two numbers: in fact / were they to wish",
    ]


def test_html_marks_the_best_and_escapes() -> None:
    world = World(Model(action=choice("<b>", "plain"), worth=lambda action: 3 if action == "<b>" else 5), value="worth", name="odd")
    shown = sb.score(world, sb.naive)._repr_html_()
    assert "<td>&lt;b&gt;</td><td>3</td>" in shown
    assert "<td><b>5</b></td>" in shown


def test_latex_escapes() -> None:
    assert r"manip\_f" in sb.score(BUTTON, sb.naive)._repr_latex_()
    assert r"$\boldsymbol{\tfrac{362}{101}}$" in sb.score(sb.worlds.public_unsafe_act(), sb.conditional_counterfactual)._repr_latex_()


def test_a_frame_holds_exact_numbers() -> None:
    frame = sb.score(BUTTON, [sb.naive, sb.switch]).to_frame()
    assert frame.loc["manip_f", "switch"] == Fraction("9.9001")
    assert list(frame.columns) == ["naive", "switch"]
    assert frame.index.name == "policy"


def test_a_long_table_says_what_it_leaves_out() -> None:
    sees = {f"sight{i}": ck.coin("1/2") for i in range(2)}
    world = World(Model({**sees, "act": choice(0, 1, 2, sees=list(sees)), "worth": lambda act: act}), value="worth")
    board = sb.score(world, sb.naive)
    assert len(board.scores) == len(board.to_frame()) == 81
    assert str(board).endswith("; 21 more policies are in .scores and .to_frame()")
    assert len(str(board).splitlines()) == 62
    assert [policy for policy, _, _ in board.lines()] == list(board.policies)[:60]


def test_a_board_of_two_decisions_with_many_policies_has_a_row_for_each_behaviour() -> None:
    """Two acts, the second of which sees the first: 3 * 3**3 policies, and nine ways to go, each by nine of them."""
    model = Model(a=choice(0, 1, 2), b=choice(0, 1, 2, sees=["a"]), v=lambda a, b: 3 * a + b)
    board = sb.score(sb.World(model, value="v", name="two acts"), sb.naive)
    first, *rows, last = str(board).splitlines()
    assert first.split()[:2] == ["behaviour", "policies"]
    assert len(rows) == 9
    assert [int(row.removesuffix("*").split()[-1]) for row in rows] == [*range(9)]
    assert last.startswith("* best under each utility, every exact tie; 9 behaviours of 81 policies; each one's full rule is ")
    assert board.to_html().count("<td>9</td>") == 9


# ---------------------------------------------------------------- what is refused, and how


def test_a_utility_that_is_not_on_the_board() -> None:
    message = refusal(UnknownName, lambda: sb.score(BUTTON, [sb.naive, sb.switch]).best("swich"))
    assert message == "'swich' is not on this board; it has: naive, switch; did you mean 'switch'?"


def test_a_policy_that_is_not_on_the_board() -> None:
    message = refusal(UnknownName, lambda: sb.score(BUTTON, sb.naive, policies=["none"]).score("naive", "disable"))
    assert message == "the policy disable is not on this board; score it with naive(world, policy)"


def test_a_role_that_the_world_lacks() -> None:
    lacking = World(BUTTON.model, intent="wish", value="value", name="half")
    assert refusal(MissingRole, lambda: sb.score(lacking, sb.counterfactual)).startswith("half has no role or variable 'stopped'; ")


def test_too_many_policies_to_list() -> None:
    message = refusal(TooLarge, lambda: sb.score(large_world(), sb.naive))
    assert message == (
        "large has 1,853,020,188,851,841 policies, and at most 100,000 are listed; "
        "find the best with sb.rank(world, utility) or sb.solve(world, utility), score some with sb.score(world, utility, policies=[...]), "
        "or let decisions see less"
    )


def test_some_of_too_many_policies() -> None:
    world = large_world()
    board = sb.score(world, sb.Utility("worth", E(V)), policies=[0, 1, world.policies[-1]])
    assert [row[0] for row in board.scores] == [0, 1, 2]
    assert isinstance(board.best("worth")[0], Policy)
