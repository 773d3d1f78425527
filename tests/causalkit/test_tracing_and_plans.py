"""What a reading is seen to read, and which plan follows: counts by hand, and limits on either side of what is counted."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any

import pytest

import causalkit as ck
from causalkit.engine.compiling import plan as plans
from causalkit.engine.compiling import tracing
from causalkit.engine.compiling.ordering import elimination_order
from causalkit.engine.compiling.plan import FEW_RUNS, Plan, eliminating, has_few_runs, planned, planned_for
from causalkit.engine.compiling.query import Query, TooWide, as_query
from causalkit.engine.compiling.tracing import Raised, Tabulated, Wide, is_surely_beyond, runs_bound, tabulated
from causalkit.errors import InvalidNumber, NeedsCoupling, TooLarge, WrongShape
from causalkit.mechanisms.network import Edits, Node, Reading

COINS = ck.Model({name: ck.coin("1/2") for name in "abcde"})


def read(model: ck.Model, asks: Callable[[Any], Any]) -> Reading:
    found = model.branches().reading(asks)
    assert found.nodes == ()
    return found


def nodes_of(model: ck.Model, names: str) -> list[Node]:
    return [model.regime.network.node(Edits(), name) for name in names]


def first_true(branches: Any) -> str:
    return next((name for name in "abc" if branches.fact[name]), "none")


# ---------------------------------------------------------------- readings


READ: dict[str, tuple[Callable[[Any], Any], str, str, int]] = {
    "all of three": (lambda b: (b.fact.a, b.fact.b, b.fact.c), "abc", "abc", 8),
    "the first that is true": (first_true, "abc", "a", 2),
    "long paths first": (lambda b: 7 if b.fact.a else (b.fact.c, b.fact.b), "acb", "a", 2),
    "long paths last": (lambda b: (b.fact.c, b.fact.b) if b.fact.a else 7, "acb", "a", 2),
    "in another order": (lambda b: (b.fact.b, b.fact.c) if b.fact.a else (b.fact.c, b.fact.b), "acb", "acb", 8),
    "either of two": (lambda b: b.fact.b if b.fact.a else b.fact.c, "acb", "a", 4),
    "the same twice": (lambda b: b.fact.a + b.fact.a, "a", "a", 2),
}


@pytest.mark.parametrize("kind", READ)
def test_a_reading_is_a_table_of_what_it_says_everywhere(kind: str) -> None:
    asks, scope, certain, fewest = READ[kind]
    reading = read(COINS, asks)
    found = tabulated(reading)
    assert isinstance(found, Tabulated)
    assert [node.variable for node in found.scope] == list(scope)
    assert {node.variable for node in found.certain} == set(certain)
    every = list(itertools.product((False, True), repeat=len(scope)))
    assert list(found.values) == [reading.read(dict(zip(found.scope, values, strict=True))) for values in every]
    assert tracing._fewest_paths(reading) == fewest


def test_what_is_read_in_another_order_on_other_paths_is_read_right(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a is true b is read first, elsewhere c: 2 b + c is the same either way."""
    model = ck.Model(a=ck.coin("1/2"), b=ck.coin("1/3"), c=ck.coin("1/7"))
    asks = lambda m: 2 * m.fact.b + m.fact.c if m.fact.a else m.fact.c + 2 * m.fact.b
    expected = ck.Dist({0: "4/7", 1: "2/21", 2: "2/7", 3: "1/21"})
    for few in (0, 200):
        monkeypatch.setattr(plans, "FEW_VISITS", few)
        assert model.branches().dist(asks) == expected
        assert model.branches(other={"a": True}).dist(asks) == expected


def test_a_reading_of_nodes_that_are_known_is_asked_everywhere() -> None:
    a, b = nodes_of(COINS, "ab")
    found = tabulated(Reading((b, a, b), lambda values: (values[a], values[b])))
    assert found == Tabulated((b, a), ((False, False), (True, False), (False, True), (True, True)), frozenset({a, b}))


def test_what_raises_stands_for_its_error_unless_everything_does() -> None:
    """A value without a hash is no value either."""
    for wrong in (lambda b: [1] if b.fact.a else 2, lambda b: 1 // 0 if b.fact.a else 2):
        found = tabulated(read(COINS, wrong))
        assert isinstance(found, Tabulated)
        assert found.values[0] == 2
        assert isinstance(found.values[1], Raised)
    a, b = nodes_of(COINS, "ab")
    told = tabulated(Reading((a, b), lambda values: [] if bool(values[a]) else values[b]))
    assert isinstance(told, Tabulated)
    assert [isinstance(value, Raised) for value in told.values] == [False, False, True, True]
    never_read: list[Callable[[Any], Any]] = [lambda b: 1 // 0, lambda b: []]
    for never in never_read:
        with pytest.raises((ZeroDivisionError, WrongShape)):
            tabulated(read(COINS, never))


@pytest.mark.parametrize(
    ("slack", "most", "asks", "is_wide"),
    [
        (0, 8, lambda b: (b.fact.a, b.fact.b, b.fact.c), False),
        (0, 7, lambda b: (b.fact.a, b.fact.b, b.fact.c), True),
        (0, 4, first_true, False),
        (0, 3, first_true, True),
        (4, 31, lambda b: tuple(b.fact[name] for name in "abcde"), True),
        (4, 32, lambda b: tuple(b.fact[name] for name in "abcde"), False),
        (4, 5, lambda b: next((name for name in "abcde" if b.fact[name]), ""), True),
        (4, 6, lambda b: next((name for name in "abcde" if b.fact[name]), ""), False),
    ],
)  # fmt: skip
def test_a_reading_has_so_many_paths_at_most(slack: int, most: int, asks: Any, is_wide: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tracing, "SLACK", slack)
    monkeypatch.setattr(tracing, "MOST_PATHS", most)
    assert isinstance(tabulated(read(COINS, asks)), Wide) is is_wide


@pytest.mark.parametrize(("slack", "is_wide"), [(1, True), (2, True), (5, True), (6, False)])
def test_a_reading_with_more_paths_than_runs_is_wide(slack: int, is_wide: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """Three functions of one coin have 8 combinations and 2 runs."""
    monkeypatch.setattr(tracing, "SLACK", slack)
    model = ck.Model(u=ck.coin("1/2"), **{name: ck.function(lambda u: u, parents=["u"]) for name in "abc"})
    found = tabulated(read(model, lambda b: (b.fact.a, b.fact.b, b.fact.c)))
    assert isinstance(found, Wide) is is_wide
    nodes = nodes_of(model, "abc")
    known = tabulated(Reading(tuple(nodes), lambda values: tuple(values[node] for node in nodes)))
    assert isinstance(known, Wide) is is_wide
    assert {node.variable for node in known.scope} == set("abc")


@pytest.mark.parametrize("few", [0, 200])
def test_what_has_no_hash_is_no_value_and_may_be_evidence(few: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of evidence only the truth is asked, on every way; what is asked for needs a value, and what to return is said."""
    monkeypatch.setattr(plans, "FEW_VISITS", few)
    model = ck.Model(u=ck.coin("1/3"), v=ck.coin("1/2"))
    branches = model.branches(on={"u": True})
    assert branches.given(lambda b: [True] if b.fact.u or b.fact.v else []).prob(lambda b: b.fact.u) == Fraction(1, 2)
    for ask in (
        lambda: branches.dist(lambda b: [b.fact.u]), lambda: branches.dist(lambda b: []), lambda: model.dist(lambda u: [u]),
        lambda: model.by_rule(lambda u: [u]),
    ):  # fmt: skip
        with pytest.raises(WrongShape, match="because it is not hashable; return a tuple or a frozenset"):
            ask()
    with pytest.raises(InvalidNumber, match="some of the values are not hashable, and their mean needs numbers"):
        model.estimate(lambda u: [u], samples=10)


def test_few_paths_through_many_combinations_are_wide(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nine coins, of which each path reads one and two: five paths stand for 512 combinations, and there is room for 16 for each."""
    names = [f"u{i}" for i in range(9)]
    model = ck.Model({name: ck.coin("1/2") for name in names} | {"pick": ck.uniform(*range(9))})
    reading = read(model, lambda b: b.fact[f"u{b.fact.pick}"])
    for slack, is_wide in ((0, True), (9 * 2**9, False)):
        monkeypatch.setattr(tracing, "SLACK", slack)
        monkeypatch.setattr(tracing, "MOST_PATHS", 18 + slack)
        assert isinstance(tabulated(reading), Wide) is is_wide
    monkeypatch.setattr(tracing, "SLACK", 18)
    monkeypatch.setattr(tracing, "MOST_PATHS", 200_000)
    assert isinstance(tabulated(reading), Tabulated)  # 18 paths, and each of the fewest is as short


# ---------------------------------------------------------------- runs


ROWS = {False: {0: "1/2", 1: "1/2"}, True: {0: "1/4", 1: "1/4", 2: "1/2"}}
SHARED = ck.Model(
    x=ck.coin("1/2"),
    t=ck.cpt(["x"], ROWS, coupling="monotone", domain=[0, 1, 2]),
    i=ck.cpt(["x"], ROWS, coupling="independent", domain=[0, 1, 2]),
    a=ck.choice(*range(5)),
    f=lambda t, i, a: t + i + a,
)


def test_runs_are_counted_by_what_each_draw_can_be() -> None:
    """Of the coupled table the draw counts, once for both copies: it can fall in four parts."""
    x, t, i, a, f = nodes_of(SHARED, "xtiaf")
    parts = len(t.mechanism.row((True,)).outcomes)
    assert (runs_bound([x]), runs_bound([t]), runs_bound([i]), runs_bound([a])) == (2, 2 * parts, 2 * 3, 5)
    assert runs_bound([f]) == 2 * parts * 3 * 5
    net, off = SHARED.regime.network, Edits({"x": ck.Model(x=False).mechanism("x")})
    assert runs_bound([t, net.node(off, "t")]) == 2 * parts
    assert runs_bound([i, net.node(off, "i")]) == 2 * 3 * 3


@pytest.mark.parametrize(("name", "found"), [("x", 2 * 1), ("i", 3 * 2 * 2), ("a", 5), ("f", 5 * 3 * 2 * 5)])
def test_what_is_surely_beyond_a_limit_is_seen_on_the_way_up(name: str, found: int) -> None:
    """Runs of noises, choices and tables that are not coupled, times the nodes met."""
    (node,) = nodes_of(SHARED, name)
    assert is_surely_beyond([node], found - 1)
    assert not is_surely_beyond([node], found)
    assert not is_surely_beyond([node, node], 10**6)


# ---------------------------------------------------------------- plans


@pytest.fixture(autouse=True)
def nothing_planned() -> Iterator[None]:
    """Plans that were made under other limits are forgotten."""
    for cached in (planned_for, eliminating, elimination_order):
        cached.cache_clear()
    yield
    for cached in (planned_for, eliminating, elimination_order):
        cached.cache_clear()


def question(model: ck.Model, name: str) -> Query:
    (node,) = nodes_of(model, name)
    found = as_query([], Reading((node,), lambda values: values[node]))
    assert isinstance(found, Query)
    return found


SUM = ck.Model(a=ck.coin("1/2"), b=ck.coin("1/3"), c=ck.coin("1/5"), y=lambda a, b, c: a + b + c)


def test_a_plan_within_its_limits_is_given_back() -> None:
    plan = Plan("elimination", 1, 1, 10, 10, 10, "so")
    assert plan.check() is plan
    with pytest.raises(TooLarge, match="the answer takes up to 10 runs"):
        Plan("elimination", 1, 1, 10, 10, 10, "so", fits=False).check()


@pytest.mark.parametrize(("few", "strategy"), [(31, "elimination"), (32, "enumeration")])
def test_few_runs_are_walked_through_up_to_a_limit(few: int, strategy: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Three coins and their sum: eight runs of four nodes."""
    monkeypatch.setattr(plans, "FEW_VISITS", few)
    asked = question(SUM, "y")
    assert has_few_runs(asked.structure.asked_for) is (strategy == "enumeration")
    plan, found = planned(asked)
    assert (plan.strategy, plan.nodes, plan.runs, found is None) == (strategy, 4, 8, strategy == "enumeration")
    assert plan.reason == (FEW_RUNS if found is None else "it costs less than enumeration")


@pytest.mark.parametrize(("runs", "fits"), [(8, True), (7, False)])
@pytest.mark.parametrize("limit", ["MOST_COST", "MOST_CELLS"])
def test_an_elimination_beyond_a_limit_is_left_to_runs_up_to_theirs(
    limit: str, runs: int, fits: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plans, "FEW_VISITS", 0)
    asked = question(SUM, "y")
    order = eliminating(asked.structure).order
    monkeypatch.setattr(plans, limit, takes := order.cost if limit == "MOST_COST" else order.largest)
    eliminating.cache_clear()
    assert planned(asked)[0].strategy == "elimination"
    assert planned(asked)[0]
    for cached in (planned_for, eliminating):
        cached.cache_clear()
    monkeypatch.setattr(plans, limit, takes - 1)
    monkeypatch.setattr(plans, "MOST_RUNS", runs)
    plan, found = planned(asked)
    assert bool(plan) is fits
    assert (plan.strategy, found is None) == (("enumeration", True) if fits else ("elimination", False))
    if fits:
        assert plan.reason == "elimination would take more"


def test_all_observed_values_at_once_where_that_is_soon_done(monkeypatch: pytest.MonkeyPatch) -> None:
    model = ck.Model(a=ck.uniform(*range(3)), b=ck.coin("1/3"), y=lambda a, b: a * b)
    a, y = nodes_of(model, "ay")
    asked = as_query([Reading((a,), lambda values: values[a] == 1, (1,))], Reading((y,), lambda values: values[y]))
    assert isinstance(asked, Query)
    found = eliminating(asked.structure)
    assert (found.tables.observed != (), found.whole.observed) == (True, ())
    for little, is_whole in ((found.order.cost, True), (found.order.cost - 1, False), (3, False), (2, False)):
        monkeypatch.setattr(plans, "LITTLE", little)
        eliminating.cache_clear()
        assert (eliminating(asked.structure).whole.observed == ()) is is_whole
    monkeypatch.setattr(plans, "LITTLE", 10**6)
    monkeypatch.setattr(plans, "elimination_order", lambda *given, **named: found.order)
    for little, is_whole in ((10**6, True), (10**6 - 1, True)):
        monkeypatch.setattr(plans, "LITTLE", little)
        eliminating.cache_clear()
        assert (eliminating(asked.structure).whole.observed == ()) is is_whole
    monkeypatch.setattr(plans, "elimination_order", lambda *given, **named: found.order._replace(cost=0))
    for little, is_whole in ((3, True), (2, False)):
        monkeypatch.setattr(plans, "LITTLE", little)
        eliminating.cache_clear()
        assert (eliminating(asked.structure).whole.observed == ()) is is_whole


def test_why_only_runs_will_do() -> None:
    open_ = ck.Model(a=ck.coin("1/2"), act=ck.choice(0, 1), pay=lambda act: act)
    lazily = as_query([], read(open_, lambda b: b.fact.pay if b.fact.a else 0))
    assert isinstance(lazily, Query)
    assert not lazily.certain
    plan, found = planned(lazily)
    assert (plan.strategy, plan.reason, found) == ("enumeration", "which choices are met depends on the values that are read", None)
    rows = {False: ck.coin("1/3"), True: ck.coin("1/4")}
    free = ck.Model(a=ck.coin("1/2"), y=ck.cpt(["a"], rows)).branches(on={"a": True})
    both = as_query([], free.reading(lambda b: b.on.y if b.fact.a else b.fact.y))
    assert isinstance(both, Query)
    assert planned(both)[0].reason == "whether a coupling is needed depends on the values that are read"
    always = as_query([], free.reading(lambda b: b.on.y + b.fact.y))
    assert isinstance(always, Query)
    with pytest.raises(NeedsCoupling):
        planned(always)
    a, b = nodes_of(COINS, "ab")
    plan, found = planned(TooWide((a, b), "because"))
    assert (plan.strategy, plan.nodes, plan.runs, plan.reason, bool(plan), found) == ("enumeration", 2, 4, "because", True, None)


def test_what_is_too_large_says_what_it_would_take() -> None:
    cells = Plan("elimination", 9, 5, 600_000_000, 7_000_000, 10**20, "so", fits=False, cells=5_000_000)
    with pytest.raises(TooLarge) as told:
        cells.check()
    assert str(told.value).startswith(
        "the answer takes up to 10^20 runs of the world by enumeration, and 600,000,000 multiply-adds by elimination (width 5, "
        "tables of 5,000,000 cells, 7 MB), and the limit is 2,000,000 runs, or 500,000,000 multiply-adds with tables of 4,000,000 cells; "
    )
    with pytest.raises(TooLarge) as told:
        Plan("elimination", 9, 5, 60_000_000, 7_000, 10**20, "so", fits=False).check()
    assert "(width 5, 7 kB), and the limit is 2,000,000 runs, or 30,000,000 multiply-adds" in str(told.value)
    with pytest.raises(TooLarge) as told:
        Plan("enumeration", 9, 0, 0, 0, 10**20, "so", fits=False).check()
    assert "by enumeration, and the limit is 2,000,000 runs; ask about" in str(told.value)


def test_a_question_in_parts() -> None:
    """What is observed, what holds besides, and what is asked; where two observations contradict each other nothing is seen."""
    a, b, c = nodes_of(COINS, "abc")
    value = Reading((c,), lambda values: values[c])
    fixed = Reading((a, b), lambda values: bool(values[a]) and not bool(values[b]))
    either = Reading((a, b), lambda values: bool(values[a]) or bool(values[b]))
    asked = as_query([Reading((c,), lambda values: not bool(values[c]), (False,)), fixed, either], value)
    assert isinstance(asked, Query)
    assert dict(zip(asked.structure.observed, asked.seen or (), strict=True)) == {c: False, a: True, b: False}
    assert [(condition.scope, condition.holds) for condition in asked.structure.conditions] == [((a, b), (False, True, True, True))]
    assert asked.structure.asked_for == (*asked.structure.observed, a, b, c)
    for first, second, is_seen in (((True,), (True,), True), ((True,), (False,), False)):
        twice = as_query([Reading((a,), lambda values: True, first), Reading((a,), lambda values: True, second), fixed], value)
        assert isinstance(twice, Query)
        assert (twice.seen is not None) is is_seen
    raising = as_query([Reading((a, b), lambda values: 1 // int(bool(values[a])))], value)
    assert isinstance(raising, TooWide)
    assert (raising.nodes, raising.reason) == ((a, b), "evidence raises for some values")
    assert Fraction(1, 2) == COINS.given(lambda a, b: a and not b).prob(c=True)
