"""Sets of covariates, mediators and instruments: sides that overlap, what must be in a set or may not, and what breaks a set."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import pytest

from causalkit import errors
from causalkit.graphs import (
    Graph,
    adjustment_sets,
    backdoor_sets,
    direct_effect_sets,
    frontdoor_sets,
    is_adjustment_set,
    is_backdoor_set,
    is_direct_effect_set,
    is_frontdoor_set,
)
from causalkit.graphs.instrument import Instrument, conditional_instruments, instruments, is_instrument

GRAPH = Graph.parse("z -> x -> m -> y, c -> x, c -> y, b -> c, x <-> y, d")
JUDGED: dict[str, Callable[..., Any]] = {
    "is_backdoor_set": is_backdoor_set,
    "is_adjustment_set": is_adjustment_set,
    "is_frontdoor_set": is_frontdoor_set,
    "is_direct_effect_set": is_direct_effect_set,
    "is_instrument": lambda graph, x, y, given=(): is_instrument(graph, "z", x, y, given),
}
SEARCHED: dict[str, Callable[..., Any]] = {
    "backdoor_sets": backdoor_sets,
    "adjustment_sets": adjustment_sets,
    "direct_effect_sets": direct_effect_sets,
    "instruments": instruments,
    "conditional_instruments": conditional_instruments,
}
OVERLAP = r"'{}' stands on more than one side; the cause, the outcome and the set must not overlap"


@pytest.mark.parametrize("name", JUDGED)
def test_the_sides_of_a_judgement_do_not_overlap(name: str) -> None:
    for x, y, given, both in (("x", "x", "c", "x"), ("x", "y", ["c", "x"], "x"), ("x", "y", "y", "y")):
        with pytest.raises(errors.WrongShape, match=OVERLAP.format(both)):
            JUDGED[name](GRAPH, x, y, given)
    for x, y, given in (("w", "y", "c"), ("x", "w", "c"), ("x", "y", ["c", "w"])):
        with pytest.raises(errors.UnknownName, match="'w' is not in the graph; it has: z, x, m, y, c, b, d"):
            JUDGED[name](GRAPH, x, y, given)


@pytest.mark.parametrize("name", [*SEARCHED, "frontdoor_sets"])
def test_the_sides_of_a_search_do_not_overlap(name: str) -> None:
    search = SEARCHED.get(name, frontdoor_sets)
    with pytest.raises(errors.WrongShape, match=OVERLAP.format("x")):
        search(GRAPH, "x", "x")
    with pytest.raises(errors.UnknownName):
        search(GRAPH, "x", "w")
    if name in SEARCHED:
        for included, both in ((["c", "x"], "x"), ("y", "y")):
            with pytest.raises(errors.WrongShape, match=OVERLAP.format(both)):
                search(GRAPH, "x", "y", included=included)
        for more in ({"excluded": "c"}, {"among": ["b"]}):
            with pytest.raises(errors.WrongShape, match="'c' is to be included, and it is excluded or not among the variables allowed"):
                search(GRAPH, "x", "y", included="c", **more)


GRAPHS = [
    GRAPH,
    Graph.parse("x <- a -> b -> y, x -> y, a <-> y"),
    Graph.parse("a -> x -> m -> y, a -> m, b -> m, b -> y, c -> x, x -> y"),
    Graph.parse("x -> p -> y, x -> q -> y, p <-> q, u -> x, u -> y"),
]


def within(sets: list[tuple[str, ...]], kind: str) -> set[frozenset[str]]:
    every = [frozenset(each) for each in sets]
    if kind == "minimal":
        return {each for each in every if not any(other < each for other in every)}
    return {each for each in every if kind == "all" or len(each) == min(map(len, every))}


@pytest.mark.parametrize("name", ["backdoor_sets", "adjustment_sets", "direct_effect_sets"])
@pytest.mark.parametrize("kind", ["all", "minimal", "smallest"])
def test_sets_are_those_that_are_valid_and_allowed(name: str, kind: str) -> None:
    judge = JUDGED["is_" + name.removesuffix("s")]
    graphs = GRAPHS[1:] if kind == "minimal" else GRAPHS[1:2]
    assert graphs
    for graph in graphs:
        others = [each for each in graph.nodes if each not in ("x", "y")]
        valid = [each for n in range(len(others) + 1) for each in itertools.combinations(others, n) if judge(graph, "x", "y", each)]
        for must, never, among in ((), (), None), (("a",), (), None), ((), ("c", "m"), None), ((), (), ("b", "c", "u", "m")):
            known = [[each for each in names or () if each in graph] for names in (must, never, among)]
            fits = [
                each for each in valid if {*known[0]} <= {*each} and not {*known[1]} & {*each} and (among is None or {*each} <= {*known[2]})
            ]
            found = SEARCHED[name](
                graph, "x", "y", kind=kind, included=known[0], excluded=known[1], among=None if among is None else known[2]
            )
            assert set(map(frozenset, found)) == within(fits, kind)
            assert all(list(each) == [node for node in graph.nodes if node in each] for each in found)
            assert len(set(found)) == len(found)


@pytest.mark.parametrize("kind", ["all", "minimal", "smallest"])
def test_front_doors_are_those_that_are_valid(kind: Any) -> None:
    for graph in GRAPHS:
        others = [each for each in graph.nodes if each not in ("x", "y")]
        valid = [
            each for n in range(len(others) + 1) for each in itertools.combinations(others, n) if is_frontdoor_set(graph, "x", "y", each)
        ]
        assert set(map(frozenset, frontdoor_sets(graph, "x", "y", kind=kind))) == within(valid, kind)


def test_instruments_are_those_that_are_valid() -> None:
    for graph in GRAPHS:
        others = [each for each in graph.nodes if each not in ("x", "y")]
        valid = {
            z: [
                each
                for n in range(len(others))
                for each in itertools.combinations([one for one in others if one != z], n)
                if is_instrument(graph, z, "x", "y", each)
            ]
            for z in others
        }
        for kind in ("all", "minimal", "smallest"):
            found = conditional_instruments(graph, "x", "y", kind=kind)
            expected = {(z, each) for z, sets in valid.items() if sets for each in within(sets, kind)}
            assert {(one.variable, frozenset(one.given)) for one in found} == expected
        assert all(bool(is_instrument(graph, one.variable, "x", "y", one.given)) for one in instruments(graph, "x", "y"))
    assert [str(one) for one in instruments(GRAPH, "x", "y")] == ["z"]
    assert str(Instrument("z", ("a", "b"))) == "z given a, b"


@pytest.mark.parametrize(
    ("judgement", "text"),
    [
        (
            is_backdoor_set(GRAPH, "x", "y", ["m", "c"]),
            "no: m, c meets the back-door criterion for x and y\n  fails: no descendant of x is in the set (m)\n"
            "  fails: every back-door path from x to y is blocked (x <-> y)",
        ),
        (
            is_backdoor_set(Graph.parse("c -> x -> y, c -> y"), "x", "y", "c"),
            "yes: c meets the back-door criterion for x and y\n  holds: no descendant of x is in the set\n"
            "  holds: every back-door path from x to y is blocked",
        ),
        (
            is_frontdoor_set(GRAPH, "x", "y", ()),
            "no: the empty set meets the front-door criterion for x and y\n"
            "  fails: every causal path from x to y goes through the set (x -> m -> y)\n"
            "  holds: no back-door path from x to the set is open\n"
            "  holds: every back-door path from the set to y is blocked by x",
        ),
        (
            is_instrument(GRAPH, "d", "x", "y", "m"),
            "no: d given m is an instrument for the effect of x on y\n  fails: x affects none of the covariates (m)\n"
            "  fails: d and x are dependent\n  holds: d and y are separated once nothing reaches x",
        ),
        (
            is_instrument(GRAPH, "b", "x", "y"),
            "no: b is an instrument for the effect of x on y\n  holds: x affects none of the covariates\n"
            "  holds: b and x are dependent\n  fails: b and y are separated once nothing reaches x (b -> c -> y)",
        ),
    ],
)
def test_a_judgement_says_what_breaks_it(judgement: Any, text: str) -> None:
    assert str(judgement) == text
    assert [str(each) for each in judgement.failures] == [line.strip() for line in text.splitlines()[1:] if "fails" in line]
