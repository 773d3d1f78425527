"""The counterfactual utility of [tailcalled2021], worked out on small worlds.

Derived: the stories are the source's; every number follows from the definition and stands nowhere in it.
"""

from __future__ import annotations

from fractions import Fraction

import pytest
import sympy

import causalkit as ck
import stop_button as sb
from causalkit.errors import Impossible
from causalkit.symbols import break_even
from stop_button import FREE, STOP
from stop_button.auditing.flags import influence, prevents_stopping, stops_unasked
from stop_button.auditing.frequencies import less_stoppable, shift, stopped_more
from stop_button.auditing.gains import via
from tests.published.tables import check_table


def test_basic_button_scores() -> None:
    check_table(
        sb.worlds.basic_button(),
        """
        policy      P(S)  naive   switch   cf     cond   cc     ccmin  ref
        none        .304  6.96    7.264    11*    11*    22*    11*    22*
        manip_f     .01   9.89    9.9001*  10.99  10.99  21.98  10.99  21.98
        manip_s     .99   .09     1.0899   10.99  10.99  21.98  10.99  21.98
        disable     .304  9.99*   6.95304  9.99   9.99   19.98  9.99   19.98
        self_press  .304  -.01    .29704   .99    .99    1.98   .99    1.98
        """,
    )


def test_basic_button_with_low_stakes_manipulates_towards_stop() -> None:
    check_table(
        sb.worlds.basic_button(reward="1/2"),
        """
        policy   switch
        none     .652
        manip_f  .4951
        manip_s  .9949*
        """,
    )


def test_basic_button_without_tremble_leaves_conditions_impossible() -> None:
    check_table(
        sb.worlds.basic_button(tremble=0),
        """
        policy   P(S)  cf     cond       cc
        manip_f  0     10.99  undefined  undefined
        manip_s  1     10.99  undefined  undefined
        """,
    )


@pytest.mark.parametrize(
    ("policy", "amount", "direction"),
    [("none", 0, None), ("manip_f", ".294", FREE), ("manip_s", ".686", STOP), ("disable", 0, None), ("self_press", 0, None)],
)
def test_basic_button_shift_against_none(policy: str, amount: str, direction: str | None) -> None:
    moved = shift(sb.worlds.basic_button(), policy)
    assert moved.amount == Fraction(amount)
    assert moved.direction == direction


@pytest.mark.parametrize(("policy", "amount"), [("none", 0), ("manip_f", ".3"), ("manip_s", ".7"), ("disable", 0), ("self_press", 0)])
def test_basic_button_influence_against_none(policy: str, amount: str) -> None:
    """Derived: the initial wish is changed wherever it is not the one that is sought, whatever the tremble then does."""
    flag = influence(sb.worlds.basic_button(), policy)
    assert flag.amount == Fraction(amount)
    assert bool(flag) == (flag.sign == "positive")


@pytest.mark.parametrize(
    ("policy", "amount"), [("none", 0), ("manip_f", "2.64306"), ("manip_s", "-6.16714"), ("disable", 0), ("self_press", 0)]
)
def test_basic_button_by_way_of_the_wish(policy: str, amount: str) -> None:
    world = sb.worlds.basic_button()
    assert via(world, sb.switch, policy).amount == Fraction(amount)
    assert via(world, sb.counterfactual, policy).amount == 0


def test_basic_button_disabling_prevents_stopping_and_pressing_stops_unasked() -> None:
    world = sb.worlds.basic_button()
    prevented = {str(policy): prevents_stopping(world, policy).amount for policy in world.policies}
    unasked = {str(policy): stops_unasked(world, policy).amount for policy in world.policies}
    assert prevented == {"none": 0, "manip_f": 0, "manip_s": 0, "disable": 1, "self_press": 0}
    assert unasked == {"none": 0, "manip_f": 0, "manip_s": 0, "disable": 0, "self_press": 1}
    assert {policy: less_stoppable(world, policy).amount for policy in ("none", "disable")} == {"none": 0, "disable": 1}
    assert {policy: stopped_more(world, policy).amount for policy in ("none", "self_press")} == {"none": 0, "self_press": 1}


def test_which_variable_is_the_lever() -> None:
    world = sb.worlds.which_lever()
    check_table(world, "policy cf \n keep 11* \n deter 10.5 \n cut 10.5")
    check_table(world, "policy cf \n keep 11 \n deter 11.5* \n cut 10.5", lever="trying")
    check_table(world, "policy cf \n keep 11 \n deter 11.5* \n cut 11.5*", lever="pressing")


@pytest.mark.parametrize(("weight", "wait", "winners"), [(1, 10, {"commit"}), (3, 12, {"commit", "wait"}), (4, 13, {"wait"})])
def test_scale(weight: int, wait: int, winners: set[str]) -> None:
    world, utility = sb.worlds.scale(), sb.counterfactual.vary(weight=weight)
    assert utility(world, "wait") == wait
    assert utility(world, "commit") == 12
    assert {str(policy) for policy in sb.score(world, utility).best(utility)} == winners


def test_scale_breaks_even_at_a_weight_of_three() -> None:
    weight = sympy.Symbol("weight", positive=True)
    world, utility = sb.worlds.scale(), sb.counterfactual.vary(weight=weight)
    assert break_even(utility(world, "wait"), utility(world, "commit"), weight) == (3,)


def test_half_the_weight_on_a_fair_coin_is_the_same_utility() -> None:
    """U_cf = 2 E[B if H=s else V] where the wish is replaced by an independent fair coin."""
    worlds = sb.worlds.bundled_worlds()
    assert worlds
    for world in worlds.values():
        role = world.roles["intent"]
        stop, free = world.value_of("intent", STOP), world.value_of("intent", FREE)
        for policy in world.policies:
            m = world.under(policy).do({role.variable: ck.uniform(stop, free)})
            stopped, value = world.roles["stopped"], world.roles["value"]
            total = m.dist(role.variable, stopped.variable, value.variable).expect(
                lambda x, b=stopped, v=value, s=stop: b.meaning(x[1]) if x[0] == s else v.meaning(x[2])  # type: ignore[misc]
            )
            assert 2 * total == sb.counterfactual(world, policy)


def test_asking_what_is_seen_after_making_it_impossible_is_refused() -> None:
    with pytest.raises(Impossible):
        sb.worlds.basic_button().under("none").do(wish=FREE).given(wish=STOP)
