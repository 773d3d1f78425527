"""The engine's parts by plain arithmetic: intervals, kinds of samples, polynomials, plans, and what is remembered."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction
from statistics import NormalDist
from typing import Any

import numpy as np
import pytest

import causalkit as ck
from causalkit import errors
from causalkit.engine import multilinear
from causalkit.engine.compiled_query import compile_query
from causalkit.engine.compiling import tracing
from causalkit.engine.compiling.network_memory import MOST_QUESTIONS, MOST_TREES, MOST_WORLDS, SOON_TRIANGULATED, NetworkMemory
from causalkit.engine.compiling.node_tables import Table
from causalkit.engine.compiling.ordering import Shape, elimination_order, priced
from causalkit.engine.compiling.plan import Plan, eliminating
from causalkit.engine.compiling.query import Query, TooWide, as_query, wanted
from causalkit.engine.compiling.triangulation import join_tree
from causalkit.engine.contraction import products
from causalkit.engine.contraction.growing import Grown
from causalkit.engine.exact.propagation import Message, Messages, nothing_kept
from causalkit.engine.likelihood_weighting import estimates
from causalkit.engine.multilinear import multilinear_polynomial
from causalkit.engine.sampled_mean import interval, spread
from causalkit.engine.target_kinds import Kinds, by_number, kinds_of, one_or_not
from causalkit.mechanisms.network import Edits, Network, Reading

Z = NormalDist().inv_cdf(0.975)


# ---------------------------------------------------------------- intervals of samples

NUMBERS, WEIGHTS = [0.0, 1.0, 5.0, 1.0], [1.0, 2.0, 3.0, 0.5]


def plain_end(numbers: list[float], weights: list[float], extra: dict[float, float]) -> tuple[float, float]:
    """The interval where so many samples more are counted at each of some values, sample by sample."""
    count = Z * Z / 2
    total = sum(weights) + count * sum(extra.values())
    mean = (sum(w * x for w, x in zip(weights, numbers, strict=True)) + count * sum(w * x for x, w in extra.items())) / total
    squares = sum((w * (x - mean)) ** 2 for w, x in zip(weights, numbers, strict=True))
    squares += count * sum((w * (x - mean)) ** 2 for x, w in extra.items())
    return mean - Z * math.sqrt(squares) / total, mean + Z * math.sqrt(squares) / total


@pytest.mark.parametrize("extra", [{}, {0.0: 2.0}, {5.0: 1.5}, {0.0: 1.0, 5.0: 0.5}])
def test_an_interval_is_that_of_the_samples_and_of_those_that_are_counted_more(extra: dict[float, float]) -> None:
    found = spread(np.array(NUMBERS), np.array(WEIGHTS))
    assert found.end(Z, extra) == pytest.approx(plain_end(NUMBERS, WEIGHTS, extra))


def test_what_weighted_samples_say() -> None:
    found = spread(np.array(NUMBERS), np.array(WEIGHTS))
    total, squares = 6.5, 1 + 4 + 9 + 0.25
    mean = (2 + 15 + 0.5) / total
    assert (found.total, found.squares, found.effective) == pytest.approx((total, squares, total**2 / squares))
    assert found.mean == pytest.approx(mean)
    assert found.variance == pytest.approx(sum(w * (x - mean) ** 2 for w, x in zip(WEIGHTS, NUMBERS, strict=True)) / total)
    assert (found.above, found.below) == pytest.approx((9 / 3, (1 + 4 + 0.25) / 3.5))
    assert found.seen == {0.0, 1.0, 5.0}
    here = found.second / (found.variance * found.total)
    for place in (0.0, 0.3, 1.0):
        assert found.unit(place) == pytest.approx(max(here, (1 - place) * found.above + place * found.below))
    same = spread(np.array([2.0, 2.0]), np.array([1.0, 3.0]))
    assert (same.above, same.below, same.unit(0.5)) == (0.0, 0.0, pytest.approx(4 / 1.6))


def test_shares_are_counted_as_agresti_and_coull_count() -> None:
    drawn = np.array([1.0] * 30 + [0.0] * 70)
    low, high = interval(spread(drawn, np.ones(100)), [0.0, 1.0], {}, 0.95)
    near = (30 + Z * Z / 2) / (100 + Z * Z)
    assert (low + high) / 2 == pytest.approx(near)
    assert (low, high) == pytest.approx(plain_end(drawn.tolist(), [1.0] * 100, {0.0: 1.0, 1.0: 1.0}))


def test_an_interval_stays_among_the_values_and_grows_with_what_was_missed() -> None:
    found = spread(np.zeros(10), np.ones(10))
    low, high = interval(found, [0.0, 1.0], {}, 0.95)
    assert (low, 0 < high < 1) == (0.0, True)
    assert interval(found, [0.0, 1.0], {1.0: 5.0}, 0.95)[1] > high
    assert interval(found, [-1.0, 0.0], {}, 0.95)[0] < 0 == interval(found, [-1.0, 0.0], {}, 0.95)[1]
    assert interval(found, [0.0], {}, 0.95) == (0.0, 0.0)
    wide, narrow = interval(found, [0.0, 1.0], {}, 0.99), interval(found, [0.0, 1.0], {}, 0.5)
    assert wide[1] > high > narrow[1]


@dataclass
class Drawn:
    """Samples in which one variable was zero."""

    weighed: list[Any]
    observed: dict[Any, Any]
    scale: float = 0.0
    seen: dict[Any, set[Any]] = field(default_factory=dict)

    def kinds(self, nodes: Any) -> set[Any]:
        return {tuple(0 for _ in nodes)}


def test_the_most_that_a_sample_of_a_kind_that_was_not_drawn_can_weigh() -> None:
    network = ck.Model(
        u=ck.uniform(0, 1, 2),
        y=ck.cpt(["u"], {0: ck.coin("1/2"), 1: ck.coin("3/4"), 2: ck.coin("1/8")}),
        w=ck.coin("1/4"),
        v=lambda u: 10 * u,
    ).regime.network
    u, y, w, v = (network.node(Edits(), name) for name in "uywv")
    target = Reading((v,), lambda values: values[v])
    assert kinds_of(target, Drawn([], {})) == Kinds({0, 10, 20}, {10: 1.0, 20: 1.0})
    seen = kinds_of(target, Drawn([y], {y: True}))
    assert seen is not None
    assert seen.possible == {0, 10, 20}
    assert seen.missed == pytest.approx({10: 0.75, 20: 0.125})
    scaled = kinds_of(target, Drawn([y, w], {y: True, w: True}, scale=math.log(0.5)))
    assert scaled is not None
    assert scaled.missed == pytest.approx({10: 0.75 / 4 / 0.5, 20: 0.125 / 4 / 0.5})
    known = kinds_of(target, Drawn([], {u: 1}))
    assert known is not None
    assert known.possible == {10}
    fails = kinds_of(Reading((u,), lambda values: 1 // int(str(values[u]))), Drawn([], {}))
    assert fails == Kinds({0, 1}, {0: 1.0, 1: 1.0})


def test_a_kind_that_evidence_excludes_weighs_nothing() -> None:
    rows = {0: ck.coin("1/2"), 1: ck.coin("3/4"), 2: ck.point(False)}
    network = ck.Model(u=ck.uniform(0, 1, 2), y=ck.cpt(["u"], rows)).regime.network
    u, y = (network.node(Edits(), name) for name in "uy")
    found = kinds_of(Reading((u,), lambda values: values[u]), Drawn([y], {y: True}))
    assert found is not None
    assert found.missed == {1: pytest.approx(0.75), 2: 0.0}


def test_kinds_by_number_and_for_one_value() -> None:
    kinds = Kinds({True, "x", "1/2"}, {"1/2": 0.25, "x": 3.0})
    assert by_number(kinds) == Kinds({1.0, 0.5}, {1.0: 0.0, 0.5: 0.25})
    assert by_number(None) is None
    assert one_or_not("x", kinds) == Kinds({0.0, 1.0}, {1.0: 3.0, 0.0: 0.25})
    assert one_or_not("1/2", kinds) == Kinds({0.0, 1.0}, {1.0: 0.25, 0.0: 3.0})
    assert one_or_not("x", Kinds({"x"}, {})) == Kinds({1.0}, {1.0: 0.0, 0.0: 0.0})
    assert one_or_not("x", None) is None


def test_copies_share_their_draws_in_samples() -> None:
    rows = {False: ck.coin("1/2"), True: ck.coin("1/4")}
    model = ck.Model(x=ck.coin("1/2"), y=ck.cpt(["x"], rows, coupling="monotone", domain=[False, True]))
    never = model.branches(on={"x": True}, off={"x": False})
    found = estimates(never.observed, never.reading(lambda b: (b.off.y, b.on.y)), samples=4_000)
    assert set(found) == {(False, False), (True, False), (True, True)}
    for pair, share in {(False, False): 0.5, (True, False): 0.25, (True, True): 0.25}.items():
        assert found[pair].low < share < found[pair].high
    assert sum(each.value for each in found.values()) == pytest.approx(1)


@pytest.mark.parametrize(
    ("ask", "words"),
    [
        (lambda m: m.estimate("y", level=1), "level=1 makes no interval; give a number between 0 and 1, such as level=0.95"),
        (lambda m: m.estimate("y", level=0.0), "level=0.0 makes no interval; give a number between 0 and 1, such as level=0.95"),
        (lambda m: m.estimate("y", samples=0), "samples=0 is no number of things; give a whole number from 1 on, such as samples=10"),
        (lambda m: m.estimate("y", seed=-1), "seed=-1 is no number of things; give a whole number from 0 on, such as seed=10"),
    ],
)
def test_what_an_estimate_refuses(ask: Callable[[Any], Any], words: str) -> None:
    with pytest.raises(errors.WrongShape) as told:
        ask(ck.Model(y=ck.coin("1/2")))
    assert str(told.value) == words


# ---------------------------------------------------------------- polynomials


@pytest.mark.parametrize("chunk", [1, 6, 1 << 22])
def test_a_polynomial_is_the_sum_of_its_products(chunk: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(multilinear, "CHUNK", chunk)
    drawn = np.random.default_rng(3)
    for width in range(5):
        products = drawn.integers(0, 6, (9, width))
        weights, entries = drawn.random(9), drawn.random((4, 6))
        pairs = list(zip(products.tolist(), weights, strict=True))
        expected = [sum(weight * math.prod(row[i] for i in set(product)) for product, weight in pairs) for row in entries]
        assert multilinear_polynomial(products, weights)(entries) == pytest.approx(np.array(expected))
    nothing = multilinear_polynomial(np.array([[0, 1, 2]]), np.array([1.0]))
    assert nothing(np.zeros((0, 3))).tolist() == []


def test_a_mean_that_no_decision_changes() -> None:
    settled = ck.Model(u=ck.coin("1/3"), a=ck.choice(0, 1), y=lambda u: 3 * u).by_rule("y")
    assert settled() == 1
    plain = ck.Model(u=ck.coin("1/3")).by_rule("u")
    assert (plain(), plain.tables) == (Fraction(1, 3), {})
    assert plain.batch({}).tolist() == pytest.approx([1 / 3])
    with pytest.raises(errors.WrongShape, match="no rule is given for 'a'; give a function of what it sees for each decision"):
        ck.Model(a=ck.choice(0, 1)).by_rule("a").value({})


# ---------------------------------------------------------------- plans

CHAIN = (Shape((0,)), Shape((0, 1)), Shape((1, 2)))


def test_what_an_elimination_costs() -> None:
    """Of three variables of 2, 3 and 4 values in a row, the first and then the second are summed out."""
    found = priced((0, 1), (2, 3, 4), CHAIN)
    assert (found.variables, found.cost, found.largest, found.cells, found.width) == ((0, 1), 2 * 3 + 3 * 4, 12, 1 + 3 + 4, 2)
    other = priced((1, 0), (2, 3, 4), CHAIN)
    assert (other.cost, other.largest, other.width) == (2 * 3 * 4 + 2 * 4, 24, 3)


@pytest.mark.parametrize("cheap", [0, 10_000])
def test_an_order_keeps_what_is_kept_and_costs_no_more_than_others(cheap: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("causalkit.engine.compiling.ordering.CHEAP", cheap)
    elimination_order.cache_clear()
    shapes = (Shape((0, 1)), Shape((1, 2)), Shape((2, 3)), Shape((3, 0)), Shape((3, 4)))
    cards = (2, 3, 2, 5, 2)
    for kept in ((), (4,), (0, 4)):
        found = elimination_order(cards, shapes, kept)
        assert set(found.variables) == set(range(5)) - set(kept)
        every = [priced(order, cards, shapes) for order in itertools.permutations(set(range(5)) - set(kept))]
        assert min(each.cost for each in every) <= found.cost <= 1.5 * min(each.cost for each in every)
        assert found == priced(found.variables, cards, shapes)
    elimination_order.cache_clear()


def test_a_plan_counts_memory_and_time() -> None:
    model = ck.Model({f"x{i}": ck.coin("1/2") for i in range(20)} | {"y": lambda x0, x1, x2: x0 + x1 + x2})
    question = as_query([], model.regime.reading(ck.mechanisms.event.quantity("y", model.domains)))
    assert isinstance(question, Query)
    found = eliminating(question.structure)
    assert found.plan.memory == 40 * (found.order.cells + min(found.order.cost, 2 * found.order.largest))
    assert (found.plan.cost, found.plan.width, found.plan.runs) == (found.order.cost, found.order.width, 8)
    tree = Plan("elimination", 10, 3, 1_000_000, 4_321_987, 2**60, "so", cells=500)
    assert (tree.seconds, tree.float_seconds) == pytest.approx((3e-7 * 1e6 + 3e-5 * 10, 8e-9 * 1e6 + 3e-5 * 10))
    assert str(tree).splitlines() == [
        "strategy     elimination: so",
        "nodes        10",
        "enumeration  at most 10^18 runs",
        "elimination  at most 1,000,000 multiply-adds, width 3, about 4 MB",
        "tables       of at most 500 cells",
        "time         about 0.3 s, in floats 0.0083 s",
    ]
    sizes = {999: "999 bytes", 1_000: "1 kB", 999_999: "999 kB", 10**9: "1 GB", 10**12: "1 TB", 10**27: "10^15 TB"}
    for memory, text in sizes.items():
        assert f"about {text}" in str(Plan("elimination", 1, 1, 1, memory, 1, "so"))
    assert "at most 999,999,999,999,999 runs" in str(Plan("enumeration", 1, 0, 0, 0, 10**15 - 1, "so"))
    assert "at most 10^15 runs" in str(Plan("enumeration", 1, 0, 0, 0, 10**15, "so"))


@pytest.mark.parametrize(
    "ask",
    [
        lambda m, f: m.compile(f),
        lambda m, f: m.by_rule(f),
        lambda m, f: m.given(f).most_probable(),
    ],
)
def test_what_reads_too_much_to_be_a_table_is_refused(ask: Callable[[Any, Any], Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tracing, "SLACK", 0)
    monkeypatch.setattr(tracing, "MOST_PATHS", 4)
    model = ck.Model(a=ck.coin("1/2"), b=ck.coin("1/2"), c=ck.coin("1/2"))
    with pytest.raises(errors.TooLarge, match=r"; ask about fewer variables at once|reads more variables than can"):
        ask(model, lambda a, b, c: a + b + c > 1)


def test_evidence_that_is_too_wide_makes_a_question_too_wide(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tracing, "SLACK", 0)
    monkeypatch.setattr(tracing, "MOST_PATHS", 4)
    network = Network({name: ck.Model({name: ck.coin("1/2")}).mechanism(name) for name in "abc"})
    a, b, c = (network.node(Edits(), name) for name in "abc")
    wide = Reading((a, b, c), lambda values: any(map(bool, map(values.get, (a, b, c)))))
    narrow = Reading((a,), lambda values: values[a])
    for found in (as_query([wide], narrow), as_query([narrow], wide)):
        assert isinstance(found, TooWide)
        assert set(found.nodes) == {a, b, c}
    assert isinstance(as_query([narrow], narrow), Query)


# ---------------------------------------------------------------- what is remembered


def test_trees_worlds_and_questions_are_remembered_up_to_a_limit() -> None:
    memory = NetworkMemory()
    made: list[int] = []
    for i in [*range(MOST_WORLDS), 0, MOST_WORLDS, 0, 1]:
        memory.world(i, lambda i=i: made.append(i))  # type: ignore[misc]
    assert made == [*range(MOST_WORLDS), MOST_WORLDS, 1]  # the one that was asked for again has stayed
    assert {memory.is_new(i) for i in range(MOST_QUESTIONS)} == {True}
    assert [memory.is_new(i) for i in (0, MOST_QUESTIONS, 0, 1)] == [False, True, False, True]
    scopes = [((i, i + 1),) for i in range(MOST_TREES + 1)]
    cards = lambda: [2] * 100
    first = memory.tree(scopes[0], cards, 1)
    assert memory.tree(scopes[0], cards, 1) is first
    for each in scopes[1:]:
        assert memory.tree(each, cards, 1) is not None
    assert memory.triangulations == MOST_TREES + 1
    assert memory.tree(scopes[-1], cards, 1) is not None
    assert memory.triangulations == MOST_TREES + 1
    assert memory.tree(scopes[0], cards, 1) is not first


def test_a_large_network_has_a_tree_once_it_was_asked_about_enough() -> None:
    memory = NetworkMemory()
    scopes = tuple((i, i + 1) for i in range(SOON_TRIANGULATED + 1))
    cards = lambda: [2] * (SOON_TRIANGULATED + 2)
    assert memory.tree(scopes, cards, SOON_TRIANGULATED) is None
    assert memory.tree(scopes, cards, 1) is not None
    assert NetworkMemory().tree(scopes[:-1], cards, 0) is not None


def test_messages_are_kept_up_to_a_limit_and_the_oldest_go_first() -> None:
    table = lambda cells: Table(1, np.zeros(cells, np.int64), 1)
    kept = Messages(most=4_000)
    for i in range(4):
        kept.put(i, Message((table(75),), i))  # 200 bytes and 8 for each cell
    assert kept.bytes == 3_200
    assert kept.get(0) is not None
    kept.put(4, Message((table(75),), 4))
    assert (kept.bytes, kept.get(1) is not None) == (4_000, True)
    kept.put(5, Message((table(75),), 5))
    assert (kept.bytes, [kept.get(i) is not None for i in range(6)]) == (4_000, [True, True, False, True, True, True])
    kept.put(6, Message((table(101),), 6))  # more than a quarter of the room
    assert kept.get(6) is None
    kept.put(0, Message((table(0),), 7))
    assert kept.bytes == 3_400
    large = Table(1, np.array([1 << 80] * 10, object), 1 << 80)
    kept.put(7, Message((large,), 8))
    assert kept.bytes == 3_400 + 200 + 10 * (44 + 81 // 8) - 800  # the oldest of the others made room
    nothing_kept().put(0, Message((table(1),), 9))
    assert nothing_kept().get(0) is None


def test_a_question_without_a_world_is_compiled_in_every_form(monkeypatch: pytest.MonkeyPatch) -> None:
    model = ck.Model(u=ck.coin("1/3"), x=ck.cpt(["u"], {False: ck.coin("1/2"), True: ck.coin("1/4")}), y=lambda x, u: x or u)
    nodes = {name: model.regime.node(name) for name in model.names}
    seen = Reading((nodes["y"],), lambda values: values[nodes["y"]], (True,))
    target = Reading((nodes["u"],), lambda values: values[nodes["u"]])
    sure = ck.Model(x=3).regime.node("x")
    for kept in (1_000_000, 0):
        monkeypatch.setattr("causalkit.engine.exact.execution.MOST_KEPT", kept)
        compiled = compile_query([seen], target)
        assert compiled(True).tolist() == pytest.approx([0.5, 0.5])
        assert compiled(False).tolist() == pytest.approx([1, 0])
        assert compiled.batch([(True,), (False,), (True,)]) == pytest.approx(np.array([[0.5, 0.5], [1, 0], [0.5, 0.5]]))
        assert compile_query([], Reading((sure,), lambda values: values[sure])).batch([(), ()]).tolist() == [[1.0], [1.0]]
    with pytest.raises(ZeroDivisionError):
        compile_query([seen], Reading((nodes["u"],), lambda values: 1 // int(bool(values[nodes["u"]]))))(True)


def test_values_that_a_reading_wants() -> None:
    node = ck.Model(a=ck.uniform(1, 2)).regime.node("a")
    assert wanted(Reading((node,), lambda values: True, (1,))) == {node: 1}
    assert wanted(Reading((node, node), lambda values: True, (1, 1))) == {node: 1}
    assert wanted(Reading((node, node), lambda values: True, (1, 2))) is None
    assert wanted(Reading((node,), lambda values: True)) is None
    assert wanted(Reading((), lambda values: True, ())) is None


def test_values_that_are_always_possible() -> None:
    model = ck.Model(u=ck.coin("1/2"), y=ck.cpt(["u"], {False: {0: "1/2", 1: "1/2"}, True: {0: "1/4", 2: "3/4"}}), z=lambda y: y > 0)
    memory = NetworkMemory()
    found = {name: memory.always_possible(model.regime.node(name)) for name in "uyz"}
    assert found == {"u": {False, True}, "y": {0}, "z": set()}


def test_a_clique_holds_what_is_in_one_and_nothing_else() -> None:
    tree = join_tree((2, 2, 2, 2), [(0, 1), (1, 2), (2, 3), (3, 0)])
    for mask in range(16):
        held = [i for i, clique in enumerate(tree.cliques) if not mask & ~clique]
        found = tree.holder(mask)
        assert (found in held) if held else found is None
        assert tree.holder(mask) == found
    assert tree.near == ((1,), (0,))
    assert (tree.cells, tree.largest, tree.spanned([1]), tree.spanned([0])) == (16, 8, {0, 1}, {0})


def test_bounds_of_what_stands_for_itself_are_bounds_of_remainders_nowhere_else() -> None:
    """A table of remainders holds small floats that stand for large numbers, by two primes as by many."""
    itself = Grown(Table(1, np.ones((1, 2)), 8), 10**12)
    assert (itself.most, Grown(Table(1, np.ones((1, 2)), 8), 3).most) == (8, 3)
    for primes in (2, 3, 5):
        assert Grown(Table(1, np.ones((primes, 2)), 8), 10**12).most == 10**12


@pytest.mark.parametrize("largest", [2**61, 2**62, 2**63 - 1, 2**64])
def test_sums_of_whole_tables_stay_right_where_they_leave_64_bits(largest: int) -> None:
    cells = np.array([largest, 1], np.int64 if largest < 2**63 else object)
    both = products.WHOLE.plus(Table(1, cells, largest), Table(1, cells, largest))
    assert (both.cells.tolist(), both.bound) == ([2 * largest, 2], 2 * largest)
