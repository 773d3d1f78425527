"""Best policies where little decides: by lots alone, among many ties, under references, and where somebody does not look."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
import sympy

import causalkit as ck
import stop_button as sb
from causalkit.errors import TooLarge, WrongShape
from causalkit.values.exact import exact
from stop_button import E, V, X
from stop_button.agents.attention import inattentive
from stop_button.atlas.along.stretches import parameters, worlds_inside
from stop_button.incentives.realised import quantitative_instrumental_control_incentive, quantitative_response_incentive
from stop_button.language.algebra import Constant
from stop_button.language.arithmetic import evaluate
from stop_button.language.references import Agreed, Ambiguous, best_policy


def either_or() -> sb.World:
    """Left pays one, right pays another, and nobody can do both."""
    model = ck.Model(
        wish=ck.Dist({"stop": "1/2", "free": "1/2"}), act=ck.choice("left", "right", "none"), stopped=lambda wish: wish == "stop",
        value=lambda act: int(act == "left"), other=lambda act: int(act == "right"),
    )  # fmt: skip
    return sb.World(model, intent="wish", stopped="stopped", value="value", baseline="none")


def test_where_lots_alone_are_best_no_plain_policy_is() -> None:
    found = sb.audit(either_or(), sb.Utility("the less paid", sb.least(E(V), E(X("other")))), mixed=True)
    assert found.mixed is not None
    assert (found.mixed.proved, found.mixed.score) == (True, Fraction(1, 2))
    assert found.best == (found.mixed.policy,)


def test_where_lots_are_no_better_the_plain_policies_are_best_too() -> None:
    found = sb.audit(either_or(), sb.naive, mixed=True)
    assert "left" in map(str, found.best)
    assert not {"right", "none"} & set(map(str, found.best))


@pytest.mark.parametrize("numbers", [(3, 1, 2), (1, 2, 3), (2, 3, 1)])
def test_what_best_policies_do_not_agree_on_lies_between_the_least_and_the_most(numbers: tuple[int, ...]) -> None:
    with pytest.raises(Ambiguous, match="3 policies are best, and it is between 1 and 3 under them"):
        evaluate(Agreed(tuple(Constant(exact(number)) for number in numbers)), lambda leaf: leaf)
    assert evaluate(Agreed((Constant(exact(2)), Constant(exact(2)))), lambda leaf: leaf) == 2


@pytest.mark.parametrize("aim", [E(V), E(V) / (1 + E(V))], ids=["a mean", "a quotient"])
def test_more_ties_than_are_compared_are_refused_however_they_are_found(aim: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def world(name: str, acts: int) -> sb.World:
        model = ck.Model(act=ck.choice(*range(acts)), value=lambda act: act // 3, other=lambda value: 7 * value)
        return sb.World(model, value="value", name=name)

    asked = sb.Utility("as the best would", E(X("other").under(best_policy(aim))))
    assert sb.score(world("once", 6), asked).score(asked, 0) == 7
    monkeypatch.setattr("stop_button.replies.best_values.MOST_TIES", 2)
    with pytest.raises(TooLarge, match=r"3 policies are best for .* in again, and at most 2 are compared"):
        sb.score(world("again", 9), asked)


def test_who_does_not_look_acts_in_that_world_by_that_utility() -> None:
    world = sb.worlds.careyeveritt_figure_1()
    found = inattentive(world, sb.naive, to=["request"])
    assert (found.world, found.utility, found.to) == (world, sb.naive, ("request",))
    assert [sb.naive(world, policy) for policy in found.policies] == [found.score] * len(found.policies)


@pytest.mark.parametrize("ends", [(0, 1), (Fraction(1, 4), Fraction(3, 4)), (2, 20)])
def test_a_world_inside_an_interval_has_its_number_there(ends: tuple[Any, Any]) -> None:
    (parameter, *_) = parameters(sb.worlds.backstop)
    model = worlds_inside(parameter)(*map(exact, ends)).world.model
    (u,) = {symbol for value in model.domain("value") for symbol in getattr(value, "free_symbols", ())}
    low, high = map(sympy.Rational, map(str, ends))
    inside = [sympy.simplify(value - (low + high * u) / (1 + u)) for value in model.domain("value")]
    assert 0 in inside
    assert u.is_positive


@pytest.mark.parametrize("ask", [quantitative_response_incentive, quantitative_instrumental_control_incentive])
def test_incentives_in_amounts_are_of_one_decision(ask: Any) -> None:
    model = ck.Model(a=ck.choice(0, 1), b=ck.choice(0, 1), node=lambda a: a, value=lambda node, b: node * b)
    with pytest.raises(WrongShape, match="with one open choice, 'a', and the open choices are: a, b; fill the others"):
        ask(model, "value", decision="a", node="node")
    assert ask(model.choose(b=1), "value", decision="a", node="node") is not None
