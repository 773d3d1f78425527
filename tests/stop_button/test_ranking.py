"""All policies at once: the vectorised ranking equals the sweep in fractions."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction

import pytest
import sympy
from hypothesis import given, settings

import causalkit as ck
import stop_button as sb
from causalkit.errors import Undecided
from causalkit.values.exact import Number, as_fraction
from stop_button import FREE, STOP, B, E, V
from stop_button.evaluation.evaluation import places_of_best, sweep
from stop_button.evaluation.ranking import rank
from stop_button.evaluation.undefined import defined
from stop_button.testing import utilities, worlds
from tests.stop_button.wide_world import wide
from tests.tries import tries

DEFINITIONS = [sb.naive, sb.switch, sb.counterfactual, sb.cond, sb.conditional_counterfactual, sb.ccmin, sb.ref]


def in_order(world: sb.World, utility: sb.Utility) -> list[tuple[Number, int]]:
    """Every defined score with its place, the best first, by the slow way."""
    found = [(score, i) for i, score in enumerate(sweep(utility.formula, world)) if defined(score)]
    return sorted(found, key=lambda pair: (-pair[0], pair[1]))


@settings(max_examples=tries(40))
@given(worlds(), utilities())
def test_ranking_equals_the_sweep(world: sb.World, utility: sb.Utility) -> None:
    ranking = rank(world, utility, top=world.policies.size)
    wanted = in_order(world, utility)
    assert list(zip(ranking.scores, ranking.places, strict=True)) == wanted
    assert ranking.ties == len(places_of_best(sweep(utility.formula, world)))
    assert ranking.undefined == world.policies.size - len(wanted)
    assert ranking.complete


@pytest.mark.parametrize("name", sorted(sb.worlds.bundled_worlds()))
def test_ranking_of_bundled_worlds(name: str) -> None:
    world = sb.worlds.bundled_worlds()[name]
    for utility in DEFINITIONS:
        top = rank(world, utility, top=3)
        assert list(zip(top.scores, top.places, strict=True)) == in_order(world, utility)[:3]


def test_a_larger_space_is_ranked_as_the_sweep_ranks_it() -> None:
    world = wide()
    for utility in (sb.counterfactual, sb.conditional_counterfactual, sb.ccmin):
        ranking = rank(world, utility, top=20)
        assert list(zip(ranking.scores, ranking.places, strict=True)) == in_order(world, utility)[:20]


def test_an_executor_changes_nothing() -> None:
    world = wide()
    with ThreadPoolExecutor(2) as executor:
        assert rank(world, sb.ccmin, executor=executor, pieces=5) == rank(world, sb.ccmin)


def test_ties_are_those_of_fractions_and_not_of_floats() -> None:
    third = Fraction(1, 10) + Fraction(2, 10)
    worth = {"sum": third, "whole": Fraction(3, 10), "less": third - Fraction(1, 10**15)}
    world = sb.World(ck.Model(action=ck.choice(*worth), value=lambda action: worth[action]), value="value")
    ranking = rank(world, sb.Utility("value", E(V)), top=2)
    assert ranking.ties == 2
    assert [str(policy) for policy in ranking.policies] == ["sum", "whole"]


def test_numbers_too_large_for_floats_are_ranked_exactly() -> None:
    big = Fraction(10**40 + 1, 3)
    world = sb.World(ck.Model(action=ck.choice("a", "b"), value=lambda action: big if action == "a" else big - 1), value="value")
    ranking = rank(world, sb.Utility("value", E(V)))
    assert ranking.scores == (big, big - 1)


def test_a_common_denominator_larger_than_any_float() -> None:
    primes = [p for p in range(3, 1500) if all(p % q for q in range(2, p))]
    turns = {
        f"y{i}": ck.cpt([f"y{i - 1}"], {True: ck.coin(Fraction(1, p)), False: ck.coin(Fraction(p - 2, p))}) for i, p in enumerate(primes)
    }
    last = f"y{len(primes) - 1}"
    value = ck.function(lambda act, end: int(act == end), parents=["act", last])
    model = ck.Model({"y-1": ck.coin("1/3"), **turns, "act": ck.choice(False, True, sees=["y-1"]), "value": value})
    world = sb.World(model, value="value")
    ranking = rank(world, sb.Utility("value", E(V)))
    wanted = in_order(world, ranking.utility)
    assert as_fraction(ranking.scores[0]).denominator > 10**308
    assert list(zip(ranking.scores, ranking.places, strict=True)) == wanted


def test_ties_of_numbers_too_large_for_floats_are_told_apart_by_remainders() -> None:
    """Three of four actions are alike in every sight, and a fourth is worse by less than a float can tell."""
    share = Fraction(123456789012345678901, 987654321098765432109)
    world = sb.World(
        ck.Model(
            sight=ck.uniform(0, 1, 2, 3),
            mood=ck.coin(share),
            act=ck.choice("a", "b", "c", "d", sees=["sight"]),
            value=lambda sight, mood, act: Fraction(int(mood)) - (Fraction(1, 10**20) if act == "d" else 0),
        ),
        value="value",
    )
    ranking = rank(world, sb.Utility("value", E(V)), top=4**4)
    assert ranking.ties == 3**4
    assert ranking.scores[0] == share
    assert [ranking.scores.count(share - Fraction(d, 4 * 10**20)) for d in range(5)] == [81, 108, 54, 12, 1]


def test_symbols_are_refused() -> None:
    world = sb.worlds.public_unsafe_act(loss=sympy.Symbol("L", positive=True))
    with pytest.raises(Undecided, match=r"holds symbols or irrationals in public_unsafe_act; substitute fractions before ranking"):
        rank(world, sb.counterfactual)


def test_when_no_score_is_defined() -> None:
    world = sb.worlds.basic_button(tremble=0, stop=0)
    ranking = rank(world, sb.Utility("never", E(B, given={"intent": STOP}) * E(B, given={"intent": FREE})))
    assert not ranking.places or all(defined(score) for score in ranking.scores)
    assert ranking.undefined + len(in_order(world, ranking.utility)) == world.policies.size


def test_print() -> None:
    text = str(rank(sb.worlds.basic_button(), sb.counterfactual, top=2))
    assert text.splitlines() == [
        "policy   counterfactual",
        "none                 11",
        "manip_f           10.99",
        "1 with the largest score; all 5 policies looked at, 0 of them undefined",
    ]
