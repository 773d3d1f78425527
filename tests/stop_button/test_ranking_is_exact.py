"""Best, ties, order and missing scores of ``rank`` are those of fractions, whatever floats make of the scores."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from typing import Any

import pytest
import sympy
from hypothesis import event, given, settings
from hypothesis import strategies as st

import causalkit as ck
import stop_button as sb
from causalkit.errors import Impossible, TooLarge, Undecided, WrongShape
from stop_button import FREE, STOP, UNDEFINED, E, V, X, least, most
from stop_button.evaluation import ranking as ranking_module
from stop_button.evaluation.vectorised import floats
from stop_button.language.formula import Formula, formula
from stop_button.testing import utilities, worlds
from tests.tries import tries

HUGE = [1, 3 * 10**7, 10**16, 10**200, 10**400, Fraction(1, 10**400), -(10**7)]


def slowly(world: sb.World, utility: sb.Utility) -> list[Any]:
    """Every policy's score by asking the model, one by one; shares nothing with what ranks."""
    found: list[Any] = []
    for policy in world.policies:
        try:
            found.append(utility(world, policy))
        except Impossible:
            found.append(UNDEFINED)
    return found


def assert_ranks(world: sb.World, utility: sb.Utility, top: int) -> None:
    scores = slowly(world, utility)
    wanted = sorted(((score, i) for i, score in enumerate(scores) if score is not UNDEFINED), key=lambda pair: (-pair[0], pair[1]))
    found = sb.rank(world, utility, top=top)
    assert list(zip(found.scores, found.places, strict=True)) == wanted[:top]
    assert found.ties == (sum(score == wanted[0][0] for score, _ in wanted) if wanted else 0)
    assert found.undefined == scores.count(UNDEFINED)
    assert (found.looked_at, found.complete) == (len(scores), True)


@st.composite
def harsh(draw: st.DrawFn) -> sb.Utility:
    """Utilities with weights beyond all floats, terms that cancel, and quotients whose denominators may be 0."""
    one, other = draw(utilities(2)).formula, draw(utilities(2)).formula
    k, m = (draw(st.sampled_from(HUGE)) for _ in range(2))
    shapes: list[Formula] = [
        k * one + m * other,
        k * one - k * one + other,
        (k * one) * (m * other),
        one / (other - one * other),
        (k * one + other) / (k * one - k * other),
        most(k * one, m * other),
        least(k * one - k * other, one),
    ]
    return sb.Utility("harsh", draw(st.sampled_from(shapes)))


@settings(max_examples=tries(60))
@given(worlds(), harsh(), st.integers(1, 6))
def test_a_ranking_is_that_of_fractions(world: sb.World, utility: sb.Utility, top: int) -> None:
    assert_ranks(world, utility, top)


@pytest.mark.long
@settings(max_examples=10_000, deadline=None)
@given(worlds(), harsh(), st.integers(1, 6))
def test_ten_thousand_rankings_are_those_of_fractions(world: sb.World, utility: sb.Utility, top: int) -> None:
    assert_ranks(world, utility, top)


@settings(max_examples=tries(40))
@given(worlds(), st.one_of(utilities(), harsh()), st.integers(1, 4), st.integers(0, 2**32 - 1))
def test_floats_that_are_wrong_by_a_millionth_change_nothing(world: sb.World, utility: sb.Utility, top: int, seed: int) -> None:
    import numpy as np

    right, draw, calls = sb.rank(world, utility, top=top), np.random.default_rng(seed), Counter[str]()
    middles = ranking_module.middles_of

    def wrong(numbers: Any) -> Any:
        calls["wrong"] += 1
        return numbers * (1 + 1e-6 * draw.uniform(-1, 1, np.shape(numbers)))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ranking_module, "floats", lambda f, leaf: wrong(floats(f, leaf)))
        patch.setattr(ranking_module, "middles_of", lambda *given: {mean: wrong(values) for mean, values in middles(*given).items()})
        assert sb.rank(world, utility, top=top) == right
    assert calls["wrong"]
    event("a tie for the best" if right.ties > 1 else "one best")


def spread(worth: Any, acts: int = 12) -> sb.World:
    """A world in which each of some acts has a value, and there is nothing else to know."""
    return sb.World(ck.Model(a=ck.choice(*range(acts)), value=worth), value="value")


@pytest.mark.parametrize("k", [10**7, 10**16, 10**30, 10**320])
def test_large_terms_that_cancel(k: int) -> None:
    model = ck.Model(
        a=ck.choice(*range(12)),
        value=lambda a: Fraction(a, 7 + a),
        three=lambda value: 3 * value,
        extra=lambda a: Fraction(a * 5 % 12, 100),
    )
    utility = sb.Utility("u", 3 * k * E(V) - k * E(X("three")) + E(X("extra")))
    for top in (1, 3, 12):
        assert_ranks(sb.World(model, value="value"), utility, top)


def test_what_divides_is_zero_in_fractions_and_not_in_floats() -> None:
    model = ck.Model(
        u=ck.coin("1/10"), v=ck.coin("3/10"), a=ck.choice(*range(6)), value=lambda u, v, a: a + u + v,
        b=lambda u, v, a: (u or v) if a < 3 else (u and v),
    )  # fmt: skip
    lift = E(V) / (E(X("b")) - E(X("u")) - E(X("v")) + E(X("u") * X("v")))
    for top in (1, 10):
        assert_ranks(sb.World(model, value="value"), sb.Utility("lift", lift), top)


@pytest.mark.parametrize("value", [10**200, 10**400, Fraction(1, 10**400)])
def test_scores_beyond_all_floats(value: Any) -> None:
    world = spread(lambda a: a * value)
    for f in (E(V) * E(V), E(V) / E(V), E(V) - value * 5, most(E(V), 10**400), 1 / E(V)):
        assert_ranks(world, sb.Utility("u", f), 3)


def test_conditions_rarer_than_any_float() -> None:
    rare = Fraction(1, 10**400)
    model = ck.Model(u=ck.coin(rare), a=ck.choice(*range(12)), wish=lambda u, a: STOP if u and a < 6 else FREE, value=lambda a: a % 5)
    world = sb.World(model, intent="wish", value="value")
    for top in (1, 12):
        assert_ranks(world, sb.Utility("u", E(V, given={"intent": STOP})), top)


def test_conditions_rarer_than_any_float_among_numbers_that_are_no_small_integers() -> None:
    rare, share = Fraction(1, 10**400), Fraction(10**19 + 51, 10**20 + 39)
    model = ck.Model(
        u=ck.coin(rare),
        v=ck.coin(share),
        a=ck.choice(*range(12)),
        wish=lambda u, a: STOP if u and a < 6 else FREE,
        value=lambda a, v: a % 5 + v,
    )
    for top in (1, 12):
        assert_ranks(sb.World(model, intent="wish", value="value"), sb.Utility("u", E(V, given={"intent": STOP})), top)


def test_large_values_that_cancel_within_a_mean() -> None:
    """What is left of the mean is less than the rounding of what cancelled."""
    model = ck.Model(
        side=ck.uniform(-1, 1), a=ck.choice(*range(12)), value=lambda side, a: side * Fraction(10**40, 3) + Fraction(a * 5 % 12, 7)
    )
    for f in (E(V), E(V) * 2 - 1, most(E(V), 1)):
        assert_ranks(sb.World(model, value="value"), sb.Utility("u", f), 3)


def test_a_formula_without_a_mean() -> None:
    office = sb.worlds.office()
    found = sb.rank(office, sb.Utility("flat", formula(7)), top=3)
    assert (found.places, found.scores, found.ties, found.undefined, found.complete) == ((0, 1, 2), (7, 7, 7), 16, 0, True)
    none = sb.rank(office, sb.Utility("never", formula(1) / 0))
    assert (none.places, none.ties, none.undefined, none.complete) == ((), 0, 16, True)


def test_a_mean_that_no_policy_moves_and_a_decision_that_has_one_option() -> None:
    assert_ranks(sb.worlds.office(), sb.Utility("fixed", E(V.under("baseline"))), 3)
    assert_ranks(sb.World(ck.Model(a=ck.choice("only"), value=ck.table(["a"], {"only": 4})), value="value"), sb.Utility("value", E(V)), 3)


def test_weights_that_are_irrational() -> None:
    a, b = E(V), sympy.sqrt(2) * E(V)
    found = sb.rank(spread(lambda a: a % 5), sb.Utility("u", sympy.sqrt(2) * (a + b)), top=4)
    assert found.ties == 2
    assert [sympy.simplify(score - wanted * (sympy.sqrt(2) + 2)) for score, wanted in zip(found.scores, (4, 4, 3, 3), strict=True)] == [
        0
    ] * 4


def test_a_list_longer_than_a_run_of_policies(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first run does not fill the list, so what it has last is no threshold."""
    monkeypatch.setattr("stop_button.evaluation.vectorised.BLOCK", 4)
    monkeypatch.setattr("stop_button.evaluation.ranking.BLOCK", 4)
    assert_ranks(spread(lambda a: -a), sb.Utility("value", E(V)), 7)


@pytest.mark.parametrize("counts", [{"top": 0}, {"top": -1}, {"top": True}, {"top": 2.0}, {"pieces": 0}, {"pieces": -1}, {"top": None}])
def test_counts_that_count_nothing_are_refused(counts: dict[str, Any]) -> None:
    ((name, given),) = counts.items()
    with pytest.raises(WrongShape, match=f"{name}={given} is no number of things; give a whole number from 1 on"):
        sb.rank(sb.worlds.office(), sb.counterfactual, **counts)


@pytest.mark.parametrize("counts", [{"most": 0}, {"most": -1}, {"most": 2.5}, {"starts": 0}, {"starts": -1}, {"seed": -1}, {"seed": "x"}])
def test_counts_of_a_search_that_count_nothing_are_refused(counts: dict[str, Any]) -> None:
    with pytest.raises(WrongShape, match=r"is no number of things; give a whole number from [01] on"):
        sb.solve(sb.worlds.office(), sb.counterfactual, method="local search", **counts)


def test_what_cannot_be_ranked_says_so() -> None:
    office = sb.worlds.office()
    with pytest.raises(WrongShape, match="stands outside a mean"):
        sb.rank(office, sb.Utility("u", V + E(V)))
    with pytest.raises(Undecided, match="holds symbols"):
        sb.rank(office, sb.Utility("u", sympy.Symbol("c") * E(V)))
    seen = ck.uniform(*range(80))
    vast = ck.Model(s=seen, a=ck.choice(0, 1, sees=["s"]), value=lambda s, a: a)
    with pytest.raises(TooLarge, match=r"too many to look at one by one; find the best with sb.solve"):
        sb.rank(sb.World(vast, value="value"), sb.Utility("value", E(V)))
