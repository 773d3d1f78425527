"""Encapsulation and the plain impact penalty, by hand, by an independent calculation, and with a conserved resource."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
import sympy

import stop_button as sb
from causalkit.errors import WrongShape
from causalkit.symbols import break_even
from stop_button.decision.roles import MissingRole
from stop_button.definitions.encapsulation import encapsulation, impact_penalty
from stop_button.evaluation.policy_polynomial import score_of
from stop_button.evaluation.utility import Utility, applies

WITH_HEAT = ("steel", "regulator", "price", "heat")

TABLE = {
    # clips - 5 * (steel stolen + regulator bribed): the price is where the clips alone would have brought it.
    encapsulation: {"idle": 0, "inside10": 10, "steal20": 20 - 5 * 10, "bribe12": 12 - 5},
    # clips - 5 * (steel stolen + regulator bribed + clips): the price counts as an effect.
    impact_penalty: {"idle": 0, "inside10": -40, "steal20": 20 - 5 * 30, "bribe12": 12 - 5 * 13},
}
CONSERVED = {
    encapsulation: {"idle": 0, "inside10": -40, "steal20": -130, "bribe12": -53, "bottle9": 9},
    impact_penalty: {"idle": 0, "inside10": -90, "steal20": -230, "bribe12": -113, "bottle9": -36},
}


def scores(utility: Utility, world: sb.World) -> dict[str, Any]:
    return {str(policy): utility(world, policy) for policy in world.policies}


@pytest.mark.parametrize("utility", TABLE, ids=[utility.name for utility in TABLE])
def test_the_numbers_by_hand(utility: Utility) -> None:
    world = sb.worlds.boxed_producer()
    assert scores(utility, world) == TABLE[utility]
    assert {str(policy): score_of(utility.formula, world, policy) for policy in world.policies} == TABLE[utility]


def test_encapsulation_makes_what_it_can_from_what_it_has_and_the_penalty_makes_nothing() -> None:
    board = sb.score(sb.worlds.boxed_producer(), [encapsulation, impact_penalty])
    assert [str(policy) for policy in board.best(encapsulation)] == ["inside10"]
    assert [str(policy) for policy in board.best(impact_penalty)] == ["idle"]


@pytest.mark.parametrize("utility", CONSERVED, ids=[utility.name for utility in CONSERVED])
def test_a_conserved_resource_by_hand(utility: Utility) -> None:
    assert scores(utility.vary(outside=WITH_HEAT), sb.worlds.boxed_producer(conserved=True)) == CONSERVED[utility]


def test_a_conserved_resource_makes_honest_work_look_like_theft() -> None:
    world, told = sb.worlds.boxed_producer(conserved=True), encapsulation.vary(outside=WITH_HEAT)
    assert told(world, "inside10") == impact_penalty(sb.worlds.boxed_producer(), "inside10") == -40
    assert [str(policy) for policy in sb.score(world, told).best(told)] == ["bottle9"]
    # Not to look at the heat is no way out: what is not looked at is not charged for.
    assert [str(policy) for policy in sb.score(world, encapsulation).best(encapsulation)] == ["inside10"]


def test_where_theft_and_bribery_begin_to_pay() -> None:
    lam = sympy.Symbol("lam", nonnegative=True)
    world, told = sb.worlds.boxed_producer(), encapsulation.vary(lam=lam)
    honest = told(world, "inside10")
    assert break_even(told(world, "steal20"), honest, lam) == (1,)
    assert break_even(told(world, "bribe12"), honest, lam) == (2,)


def calculated(action: str, *, lam: Fraction, stock: int, stolen: int, conserved: bool, against_idle: bool) -> Fraction:
    """The score, from the outside as it is and as it would be, each worked out from scratch."""

    def outside(action: str, box_is_full: bool, clips: int) -> list[int]:
        steel = stock - (stolen if box_is_full and action == "steal20" else 0)
        bribed = 1 if box_is_full and action == "bribe12" else 0
        heat = clips if box_is_full and action != "bottle9" else 0
        return [steel, bribed, 50 - clips, *([heat] if conserved else [])]

    clips = {"idle": 0, "inside10": 10, "steal20": 20, "bribe12": 12, "bottle9": 9}[action]
    instead = outside("idle", True, 0) if against_idle else outside(action, False, clips)
    return clips - lam * sum(abs(a - b) for a, b in zip(outside(action, True, clips), instead, strict=True))


@pytest.mark.parametrize("conserved", [False, True])
@pytest.mark.parametrize(("lam", "stock", "stolen"), [(Fraction(5), 100, 10), (Fraction(1, 3), 100, 10), (Fraction(2), 7, 3)])
def test_agrees_with_a_calculation_from_scratch(lam: Fraction, stock: int, stolen: int, conserved: bool) -> None:
    world = sb.worlds.boxed_producer(conserved=conserved, stock=stock, stolen=stolen)
    outside = WITH_HEAT if conserved else WITH_HEAT[:-1]
    for utility, against_idle in [(encapsulation, False), (impact_penalty, True)]:
        told = utility.vary(lam=lam, outside=outside)
        for policy in world.policies:
            expected = calculated(str(policy), lam=lam, stock=stock, stolen=stolen, conserved=conserved, against_idle=against_idle)
            assert told(world, policy) == expected


def test_the_empty_box_leaves_the_product_and_nothing_else() -> None:
    model = sb.worlds.boxed_producer(conserved=True).under("steal20")
    empty = model.do(resources=0)
    assert [empty.expect(name) for name in ("output", "steel", "regulator", "price", "heat")] == [0, 100, 0, 50, 0]
    assert empty.do(output=20).expect("price") == 30


def test_an_idle_policy_may_be_named() -> None:
    world = sb.worlds.boxed_producer()
    assert impact_penalty.vary(policy="inside10")(world, "inside10") == 10
    assert impact_penalty.vary(policy="inside10")(world, "idle") == -50


def test_how_they_print() -> None:
    told = encapsulation.vary(outside=["steel"])
    assert str(told.formula) == (
        "E[output - 5 max(steel - steel_{resources=0, output=output}, steel_{resources=0, output=output} - steel)]"
    )
    assert str(impact_penalty.vary(outside=["steel"]).formula) == ("E[output - 5 max(steel - steel_{baseline}, steel_{baseline} - steel)]")
    for utility in TABLE:
        assert eval(repr(utility.formula), {"E": sb.E, "X": sb.X, "most": sb.most}) == utility.formula


def test_a_world_without_a_box_is_refused() -> None:
    with pytest.raises(MissingRole):
        encapsulation(sb.worlds.basic_button(), "none")
    assert set(applies(encapsulation, sb.worlds.basic_button()).missing) == {"output", "steel", "resources", "regulator", "price"}


@pytest.mark.parametrize("outside", ["steel", []])
def test_the_outside_is_a_list(outside: Any) -> None:
    with pytest.raises(WrongShape) as caught:
        encapsulation.vary(outside=outside)
    assert str(caught.value) == f"the outside is a list of variables, and got {outside!r}; type outside=['steel', 'price']"
