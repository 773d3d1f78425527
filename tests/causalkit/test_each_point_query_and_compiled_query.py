"""Questions that are asked again, compiled or on a tree: every form gives the same numbers, and takes the way that is said."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

import causalkit as ck
from causalkit.engine import answer, point_query, tree_query
from causalkit.engine.answer import Answers, Weights, open_measure, open_on_tree
from causalkit.engine.compiling import plan as plans
from causalkit.engine.compiling.factors import Structure
from causalkit.engine.compiling.query import Query, as_query
from causalkit.engine.compiling.world import world_of
from causalkit.engine.most_probable import explanations
from causalkit.engine.point_query import PointQuery
from causalkit.engine.tree_query import askings_before_compiling, joint_weights, single_weights
from causalkit.errors import InvalidNumber, TooLarge
from causalkit.mechanisms.network import Edits, Reading
from tests.causalkit.written_out import CHAIN, JOINT, as_if_large, forget, fresh, nodes_of, seen_at, value_of, weights


@pytest.fixture(autouse=True)
def large_worlds(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Every world takes the way of the large ones, and nothing is remembered."""
    as_if_large(monkeypatch)
    yield
    forget()


def numbers(found: Weights) -> dict[Any, Any]:
    return {value: found.number(weight) for value, weight in found.found.items()}


# ---------------------------------------------------------------- point queries


def test_a_first_asking_is_put_to_the_tree_and_the_next_is_compiled() -> None:
    net = fresh(CHAIN)
    x, y, z = nodes_of(net, "x", "y", "z")
    find = lambda: world_of(net, [Edits()])
    query = PointQuery((z,), (y,))
    assert numbers(query((True,), find)) == weights("y", z=True)
    assert "_compiled" not in query.__dict__
    assert query._left == 0
    assert numbers(query((False,), find)) == weights("y", z=False)
    assert query.__dict__["_compiled"] is not None
    alone = PointQuery((z,), (y,))
    assert numbers(alone((True,))) == weights("y", z=True)
    assert "_compiled" in alone.__dict__
    both = PointQuery((z,), (x, y))
    for ways in (find, None):
        expected = {(x, y): weight for (x, y, z), weight in JOINT.items() if z}
        assert numbers(both((True,), ways)) == expected


@pytest.mark.parametrize("find_world", [True, False])
def test_what_cannot_be_has_no_weights(find_world: bool) -> None:
    net = fresh(CHAIN)
    x, y = nodes_of(net, "x", "y")
    find = (lambda: world_of(net, [Edits()])) if find_world else None
    query = PointQuery((x, y, x), (nodes_of(net, "z")[0],))
    for strange in ((True, 9, True), (True, 0, False), (False, 1, True), ("no", 0, "no")):
        found = query(strange, find)
        assert found.found == {} or not any(found.found.values())
        assert (found.total, found.is_zero) == (0, True)
    assert numbers(query((True, 2, True), find)) == weights("z", x=True, y=2)
    assert numbers(query((True, 2, True), find)) == weights("z", x=True, y=2)


def test_floats_show_what_is_surely_positive_and_every_repeat_has_to_agree() -> None:
    net = fresh(CHAIN)
    x, y = nodes_of(net, "x", "y")
    find = lambda: world_of(net, [Edits()])
    agree = {(True, 2, True, 2): True, (True, 2, False, 2): False, (True, 2, True, 1): False}
    agree |= {(True, 0, True, 0): False, (True, 9, True, 9): False}
    for values, is_positive in agree.items():
        query = PointQuery((x, y, x, y), ())
        assert query.is_surely_positive(values, find) is is_positive
    query = PointQuery((x,), ())
    assert query.is_surely_positive((True,), find)
    assert not query.is_surely_positive((True,), find)  # the next asking is compiled
    never = PointQuery((x,), (y,))
    assert never((7,), find).found == {}
    assert "_compiled" not in never.__dict__
    strange = PointQuery((x,), ())
    assert not strange.is_surely_positive((7,), find)
    assert strange._left == 1  # nothing was answered, and the tree is asked again


def test_weights_in_whole_numbers_and_others() -> None:
    whole = Weights({"a": 1, "b": 3}, lambda weight: Fraction(weight, 8))
    assert (whole.total, whole.is_zero, whole.share("b"), whole.share("c")) == (Fraction(1, 2), False, Fraction(3, 4), 0)
    assert whole.dist() == ck.Dist({"a": "1/4", "b": "3/4"})
    part = Weights({"a": Fraction(1, 8), "b": Fraction(3, 8)}, lambda weight: weight)
    assert (part.total, part.is_zero, part.share("b"), part.dist()) == (Fraction(1, 2), False, Fraction(3, 4), whole.dist())
    nothing = Weights({}, lambda weight: weight)
    assert (nothing.total, nothing.is_zero) == (0, True)
    assert Weights({"a": 0, "b": 0}, lambda weight: Fraction(weight, 8)).is_zero


@pytest.mark.parametrize(("most", "kept"), [(0, 0), (1, 1), (2, 2)])
def test_what_is_known_to_be_possible_is_kept_up_to_a_limit(most: int, kept: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(point_query, "MOST_POSSIBLE", most)
    query = PointQuery((nodes_of(fresh(CHAIN), "x")[0],), ())
    for value in (True, False):
        query.keep_possible((value,))
    assert len(query.possible) == kept


@pytest.mark.parametrize(("cost", "left"), [(1_000_000, 2), (1_000_001, tree_query.FOREVER)])
def test_a_question_is_put_to_the_tree_more_often_the_more_tables_it_has(cost: int, left: int) -> None:
    assert askings_before_compiling(tree_query.JointWeights(np.ones(1), (), 1, cost, 59)) == left


# ---------------------------------------------------------------- answers


def answers(net: Any, *evidence: Reading, world: bool = True) -> Answers:
    return Answers(evidence, (lambda: world_of(net, [Edits()])) if world else None)


def test_values_given_values_are_asked_as_points(monkeypatch: pytest.MonkeyPatch) -> None:
    net = fresh(CHAIN)
    y, z = nodes_of(net, "y", "z")
    asked = answers(net, seen_at(z, True))
    total = sum(weights("y", z=True).values())
    expected = ck.Dist({value: weight / total for value, weight in weights("y", z=True).items()})
    assert (asked.mass, asked.is_possible, asked.can_be) == (total, True, True)
    monkeypatch.setattr(answer, "measure", lambda *question: pytest.fail("this is no point"))
    assert asked.dist(value_of(y)) == expected
    assert asked.prob(seen_at(y, 1)) == expected[1]
    assert asked.prob(seen_at(z, False)) == 0
    assert answers(net, seen_at(z, True)).prob(seen_at(z, True)) == 1
    monkeypatch.undo()
    monkeypatch.setattr(plans, "FEW_VISITS", 0)
    assert asked.dist(Reading((y,), lambda values: values[y])) == expected
    assert asked.dist(value_of(z)) == ck.Dist({True: 1})
    assert asked.prob(Reading((y,), lambda values: values[y] == 1)) == expected[1]


@pytest.mark.parametrize("world", [True, False])
def test_all_marginals_with_and_without_a_world(world: bool) -> None:
    net = fresh(CHAIN)
    nodes = nodes_of(net, "x", "y", "z")
    asked = answers(net, seen_at(nodes[2], True), world=world)
    total = sum(weights("y", z=True).values())
    expected = [ck.Dist({value: weight / total for value, weight in weights(name, z=True).items()}) for name in "xyz"]
    assert asked.marginals(nodes) == expected
    if not world:
        with pytest.raises(InvalidNumber, match="some weights hold symbols or irrationals, or choices are open"):
            asked.float_marginals(nodes)
        with pytest.raises(TooLarge, match="the evidence reads more variables"):
            asked.most_probable(["x"], nodes[:1], 1)
        return
    for dist, found in zip(expected, asked.float_marginals(nodes), strict=True):
        assert found == pytest.approx({value: float(weight) for value, weight in dist.items()})


def test_marginals_that_are_too_much_together_are_asked_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """With room for each alone on a tree; without, run by run where runs are few; and else for none."""
    net = fresh(CHAIN)
    nodes = nodes_of(net, "x", "y", "z", "one")
    z = nodes[2]
    evidence = seen_at(z, True)
    world = world_of(net, [Edits()])
    price = tree_query.planned_on_tree(world, Structure((z,), (), (nodes[1],)), (True,))
    assert price is not None
    monkeypatch.setattr(plans, "MOST_RUNS", 0)

    def too_large(*given: Any, **named: Any) -> Any:
        raise TooLarge("all at once")

    monkeypatch.setattr(answer, "single_weights", too_large)
    total = sum(weights("y", z=True).values())
    expected = [ck.Dist({value: weight / total for value, weight in weights(name, z=True).items()}) for name in "xyz"]
    assert answers(net, evidence).marginals(nodes) == [*expected, ck.Dist({1: 1})]
    floats = answers(net, evidence).float_marginals(nodes)
    assert floats[1] == pytest.approx({value: float(weight) for value, weight in expected[1].items()})
    monkeypatch.setattr(tree_query, "MOST_ON_TREES", 0)
    forget()
    assert answers(net, evidence).marginals(nodes) == [*expected, ck.Dist({1: 1})], "run by run, for runs are few"
    monkeypatch.setattr(answer, "MOST_RUNS", 0)
    with pytest.raises(TooLarge):
        answers(net, evidence).marginals(nodes)


def test_evidence_that_contradicts_itself_is_nothing_on_every_way() -> None:
    net = fresh(CHAIN)
    x, y = nodes_of(net, "x", "y")
    evidence, world = [seen_at(x, True), seen_at(x, False)], world_of(net, [Edits()])
    anything = Reading((), lambda values: True)
    assert answer.measure(evidence, value_of(y), world) == {}
    assert answer.measure(evidence, value_of(y)) == {}
    assert answer.measure([seen_at(x, True), seen_at(y, 0)], value_of(y), world) == {}
    assert answer.measure([seen_at(y, 9)], anything, world) == {}
    assert open_measure(evidence, value_of(y), world) == open_measure(evidence, value_of(y)) == {}
    for wrong in (evidence, [seen_at(y, 9)]):
        asked = as_query(wrong, value_of(x))
        assert isinstance(asked, Query)
        assert open_on_tree(asked, world) == {}
    both = answers(net, *evidence)
    assert (both.mass, both.can_be) == (0, False)
    plan = answer.plan(evidence, value_of(y), world)
    assert plan.strategy == "elimination"
    assert plan.cells == 0  # of no tree
    assert answer.plan([seen_at(x, True)], value_of(y), world).cells > 0
    assert answer.plan([seen_at(x, True)], value_of(y)).cells == 0


def test_a_plan_takes_ratios_where_evidence_can_be_and_values_are_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    net = fresh(CHAIN)
    (y,) = nodes_of(net, "y")
    told: list[bool] = []
    monkeypatch.setattr(answer, "plan", lambda evidence, target, world, *, ratios: told.append(ratios))
    for is_possible, is_values in ((True, True), (True, False), (False, True), (False, False)):
        asked = Answers([seen_at(y, 1)], lambda: world_of(net, [Edits()]), is_possible)
        asked.plan(Reading((y,), lambda values: values[y], is_values=is_values))
    assert told == [True, False, False, False]


def test_how_likely_values_are_that_cannot_be_seen_is_nothing() -> None:
    net = fresh(CHAIN)
    x, y = nodes_of(net, "x", "y")
    for world in (world_of(net, [Edits()]), None):
        assert answer._truth([seen_at(y, 9)], seen_at(x, True), world) == {}
        assert answer._truth([seen_at(y, 2)], seen_at(x, True), world) == {True: Fraction(1, 6)}
        assert answer._truth([], seen_at(x, True), world) == {False: Fraction(2, 3), True: Fraction(1, 3)}


def test_what_is_dearer_than_runs_is_walked_through_and_not_compiled(monkeypatch: pytest.MonkeyPatch) -> None:
    net = fresh(CHAIN)
    y, z = nodes_of(net, "y", "z")
    monkeypatch.setattr(plans, "MOST_COST", -1)
    query = PointQuery((z,), (y,))
    assert numbers(query((True,))) == weights("y", z=True)
    assert query._compiled is None


def test_single_weights_are_asked_apart_where_that_takes_less(monkeypatch: pytest.MonkeyPatch) -> None:
    """Exactly as much as they take is enough."""
    net = fresh(CHAIN)
    nodes, world = nodes_of(net, "x", "y", "z"), world_of(net, [Edits()])
    together = Structure((), (), tuple(nodes))
    costs = [made.way.cost for node in nodes if (made := tree_query.prepared(world, Structure((), (), (node,)), ())) is not None]
    assert len(costs) == 3
    for most, is_enough in ((sum(costs), True), (sum(costs) - 1, False)):
        found = tree_query._apart(world, together, (), floats=False, ratios=False, most=most)
        assert (found is not None) is is_enough
        assert found is None or [each.structure.target for each in found] == [(node,) for node in nodes]
    monkeypatch.setattr(tree_query, "MOST_CELLS", 0)
    assert tree_query._apart(world, together, (), floats=False, ratios=False, most=10**9) is None


@pytest.mark.parametrize("floats", [False, True])
def test_a_way_on_a_tree_is_planned_within_limits(floats: bool) -> None:
    net = fresh(CHAIN)
    z = nodes_of(net, "z")[0]
    made = tree_query.prepared(world_of(net, [Edits()]), Structure((), (), (z,)), ())
    assert made is not None
    bound = replace(made.bound, scale=1 << 159)
    most = 500_000_000 * (40 if floats else 1)
    for cost, cells, fits in ((most, 4_000_000, True), (most + 1, 4_000_000, False), (most, 4_000_001, False)):
        plan = tree_query.tree_plan(bound, replace(made.way, cost=cost, largest=cells), [z], floats=floats)
        assert (plan.fits, plan.cost, plan.cells, plan.memory) == (fits, cost, cells, 2 * cells * (44 + 10))
    for own, sliced, words in ((True, (), "network"), (False, (1, 2), "question, for each value of 2 variables in turn")):
        plan = tree_query.tree_plan(bound, replace(made.way, own=own, sliced=sliced), [z])
        assert plan.reason == f"messages on the join tree of the {words}"


def test_tables_are_let_go_of_after_every_kind_of_question(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: dict[str, Callable[[Any, Structure], Any]] = {
        "joint": lambda world, structure: joint_weights(world, structure, ()),
        "singles": lambda world, structure: single_weights(world, structure, ()),
        "likeliest": lambda world, structure: explanations(world, structure, (), 1),
    }
    for most, is_kept in ((10**6, True), (0, False)):
        monkeypatch.setattr("causalkit.engine.compiling.network_memory.MOST_CELLS_KEPT", most)
        for ask in asked.values():
            net = fresh(CHAIN)
            world = world_of(net, [Edits()])
            ask(world, Structure((), (), tuple(nodes_of(net, "x", "y", "z"))))
            assert (world.memory._cells > 0) is is_kept
