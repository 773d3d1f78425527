"""How far branches lie from reality: distances by hand, the weights of factual cells (C3), and what observations tell."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

import stop_button as sb
from causalkit import Dist, Model, choice, coin, function, uniform
from causalkit.errors import Impossible, NotADistribution
from causalkit.values.logarithms import entropy_of
from stop_button import H, X
from stop_button.auditing.gains import frozen
from stop_button.evaluation.branch_distance import cells, distances, information, reveals
from stop_button.evaluation.utility import Utility
from stop_button.incentives.stopping.safety_tax import press_tells
from stop_button.language import mutual_information
from stop_button.testing import policies, worlds
from tests.tries import tries

HALF, QUARTER = Fraction(1, 2), Fraction(1, 4)
S, F = sb.STOP, sb.FREE


def plain() -> sb.World:
    """People wish a stop one time in four, and are obeyed, unless the agent makes them wish it free."""
    model = Model(
        doubt=coin("1/4"),
        action=choice("obey", "reassure", sees=["doubt"]),
        wish=function(lambda doubt, action: S if doubt and action == "obey" else F, domain=[S, F]),
        stopped=lambda wish: wish == S,
        value=lambda stopped: 0 if stopped else 1,
    )
    return sb.World(model, intent="wish", stopped="stopped", value="value", baseline="obey")


# ---------------------------------------------------------------- by hand


def test_distances_of_the_counterfactual_utility_by_hand() -> None:
    found = distances(plain(), sb.counterfactual, "obey", over=["wish", "stopped", "value"])
    stop, free = found.parts
    # In fact (s, stopped, 0) has 1/4 and (f, running, 1) has 3/4; each branch is one of the two for sure.
    assert (stop.total_variation, stop.off_support, stop.surprise, stop.factual) == (Fraction(3, 4), 0, 2.0, QUARTER)
    assert (free.total_variation, free.off_support, free.factual) == (QUARTER, 0, Fraction(3, 4))
    assert free.surprise == pytest.approx(math.log2(4 / 3))
    assert found.factual_share == HALF


def test_distances_of_a_branch_that_never_happens() -> None:
    stop, free = distances(plain(), sb.counterfactual, "reassure", over=["wish", "stopped", "value"]).parts
    assert (stop.total_variation, stop.off_support, stop.surprise, stop.factual) == (1, 1, math.inf, 0)
    assert (free.total_variation, free.off_support, free.surprise, free.factual) == (0, 0, 0.0, 1)


def test_a_branch_is_taken_in_its_condition() -> None:
    found = distances(plain(), sb.conditional_counterfactual, "obey", over=["doubt", "wish"])
    by_term = {str(part.mean): part for part in found.parts}
    # Where people doubt and wish a stop, had they wished it free: doubt and free together never happen.
    assert by_term["E[V_f | H=s]"].off_support == 1
    assert by_term["E[V_f | H=f]"].total_variation == QUARTER
    assert [by_term[term].factual for term in ("E[B_s | H=s]", "E[V_f | H=s]", "E[B_s | H=f]", "E[V_f | H=f]")] == [1, 0, 0, 1]


def test_what_is_read_as_it_is_is_factual() -> None:
    (part,) = distances(plain(), sb.naive, "obey").parts
    assert (part.total_variation, part.off_support, part.surprise, part.factual) == (0, 0, 0.0, 1)


def test_the_baseline_branch_is_factual_where_the_same_is_done() -> None:
    told = Utility("as before", sb.E(sb.V.under(sb.BASELINE)))
    assert distances(plain(), told, "obey").parts[0].factual == 1
    assert distances(plain(), told, {False: "obey", True: "reassure"}).parts[0].factual == Fraction(3, 4)


def test_by_default_noise_is_not_compared() -> None:
    assert distances(plain(), sb.naive, "obey").over == ("action", "wish", "stopped", "value")


def test_only_what_is_scored_is_a_term() -> None:
    held = Utility("held", frozen(sb.naive.formula, at=sb.BASELINE))
    assert str(held.formula) == "E[V_{H_{baseline}}]"
    (part,) = distances(plain(), held, "reassure").parts
    assert (part.off_support, part.factual) == (QUARTER, Fraction(3, 4))


def test_an_impossible_condition_has_no_distance() -> None:
    with pytest.raises(Impossible):
        distances(plain(), sb.cond, "reassure")
    with pytest.raises(Impossible):
        cells(plain(), sb.cond, "reassure")


def test_distances_print() -> None:
    found = distances(plain(), sb.counterfactual, "obey", over=["wish"])
    lines = str(found).splitlines()
    assert lines[0].split() == ["term", "total", "variation", "mass", "off", "support", "extra", "surprise", "(bits)", "factual"]
    assert lines[1].split() == ["B_s", "in", "E[B_s]", "0.75", "0", "2", "0.25"]
    assert lines[-1] == "share on factual cells: 0.5; over wish"
    assert found._repr_html_().count("<tr>") == 3


# ---------------------------------------------------------------- C3


@given(worlds(possible=True), st.data())
@settings(max_examples=tries(40))
def test_c3_the_weights_of_the_cells(world: sb.World, data: st.DataObject) -> None:
    policy = data.draw(policies(world))
    p = world.under(policy).prob(wish=S)
    plain_cells = {(S, S): p / 2, (S, F): p / 2, (F, S): (1 - p) / 2, (F, F): (1 - p) / 2}
    assert dict(cells(world, sb.counterfactual, policy)) == plain_cells
    assert dict(cells(world, sb.conditional_counterfactual, policy)) == dict.fromkeys(plain_cells, QUARTER)
    assert dict(cells(world, sb.cond, policy)) == {(S, S): HALF, (F, F): HALF}
    for utility in (sb.counterfactual, sb.conditional_counterfactual):
        assert distances(world, utility, policy, over=["wish"]).factual_share == HALF


@given(worlds(possible=True), st.data())
@settings(max_examples=tries(40))
def test_c2_the_counterfactual_utility_averages_the_controls(world: sb.World, data: st.DataObject) -> None:
    policy = data.draw(policies(world))
    p = world.under(policy).prob(wish=S)
    stop, free = (
        Utility("control", sb.E(sb.B.had(intent=S), given={"intent": c}) + sb.E(sb.V.had(intent=F), given={"intent": c})) for c in (S, F)
    )
    assert sb.counterfactual(world, policy) == p * stop(world, policy) + (1 - p) * free(world, policy)
    assert sb.conditional_counterfactual(world, policy) == stop(world, policy) + free(world, policy)


def test_cells_of_another_lever_and_condition() -> None:
    world = sb.worlds.wanting_and_trying()
    told = sb.conditional_counterfactual.vary(lever="trying", condition="alarmed")
    found = cells(world, told, "keep", condition="alarmed", lever="trying")
    assert dict(found) == {(a, b): QUARTER for a in (S, F) for b in (S, F)}


# ---------------------------------------------------------------- what observations tell


def test_what_symbols_tell_is_no_number() -> None:
    chance = sympy.Symbol("p", positive=True)
    with pytest.raises(NotADistribution, match="substitute them first"):
        information(Dist({(0, 0): chance, (1, 1): 1 - chance}))


def test_reveals_by_hand() -> None:
    def bits(*weights: float) -> float:
        return -sum(w * math.log2(w) for w in weights)

    world = plain()
    assert reveals(world, "obey") == pytest.approx(bits(0.25, 0.75))  # the doubt is the wish
    assert reveals(world, "reassure") == 0  # and here there is no wish to be told
    assert reveals(world, "obey", of="value") == pytest.approx(bits(0.25, 0.75))


@pytest.mark.parametrize("parts", [3, 5, 7, 10, 11, 13])
def test_what_is_seen_reveals_nothing_of_what_it_has_nothing_to_do_with(parts: int) -> None:
    """In floats the entropies add up to a little more or less than nothing."""
    wish = Dist({S: Fraction(1, parts), F: Fraction(parts - 1, parts)})
    model = Model(wish=wish, sky=uniform(*range(7)), act=choice("a", "b", sees=["sky"]), value=lambda act: int(act == "a"))
    assert reveals(sb.World(model, intent="wish", value="value", baseline="a"), "a") == 0.0


@pytest.mark.parametrize("one_in", [2, 10**6, 10**9, 10**17, 10**40])
def test_what_hardly_tells_anything_tells_as_much_as_exact_logarithms_say(one_in: int) -> None:
    """A sign that is the wish in a few draws, and else another coin: the differences of entropies in floats are more, or below 0."""
    model = Model(
        draw=coin(Fraction(1, one_in)), other=coin("1/3"), wish=Dist({S: "1/3", F: "2/3"}), act=choice("a", "b", sees=["sign"]),
        sign=lambda draw, other, wish: wish == S if draw else other, value=lambda act: int(act == "a"),
    )  # fmt: skip
    world = sb.World(model, intent="wish", value="value", baseline="a")
    expected = float(sb.Utility("bits", mutual_information(H, X("sign")))(world, "a"))
    assert 0 < reveals(world, "a") == pytest.approx(expected, rel=1e-9, abs=0)
    assert press_tells(world, press="sign").bits == pytest.approx(expected, rel=1e-9, abs=0)


@given(st.lists(st.integers(0, 5), min_size=9, max_size=9).filter(any))
def test_information_is_never_below_0_and_no_more_than_either_entropy(weights: list[int]) -> None:
    both = Dist({(i // 3, i % 3): Fraction(weight, sum(weights)) for i, weight in enumerate(weights) if weight})
    first, second = both.map(lambda pair: pair[0]), both.map(lambda pair: pair[1])
    exactly = sum(entropy_of(list(law.values())) for law in (first, second)) - entropy_of(list(both.values()))  # type: ignore[arg-type]
    assert information(both) == pytest.approx(float(exactly), rel=1e-9, abs=1e-300)
    assert 0 <= information(both) <= min(first.entropy(), second.entropy()) + 1e-12
    assert (information(both) == 0) == (exactly == 0)


@given(worlds(), st.data())
@settings(max_examples=tries(40))
def test_reveals_is_a_divergence_from_independence(world: sb.World, data: st.DataObject) -> None:
    policy = data.draw(policies(world))
    seen = list(dict.fromkeys(name for decision in world.decisions for name in decision.sees))
    both: Any = world.under(policy).branches().dist(lambda b: (b.fact.wish, tuple(b.fact[name] for name in seen)))
    left, right = both.map(lambda pair: pair[0]), both.map(lambda pair: pair[1])
    expected = sum(float(w) * math.log2(w / (left[pair[0]] * right[pair[1]])) for pair, w in both.items())
    assert reveals(world, policy) == pytest.approx(expected, abs=1e-9)


def test_what_irrational_chances_tell_is_a_number() -> None:
    law = coin(sympy.sqrt(2) - 1)
    assert information(law.map(lambda heads: (heads, heads))) == pytest.approx(law.entropy())
    assert information(Dist({(a, b): p * q for a, p in law.items() for b, q in law.items()})) == 0
