"""Independences that a graph implies, which data can speak against; and the variables that shield one from all others."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, combinations
from typing import Any, Literal

from causalkit.errors import TooLarge, WrongShape, suggestion
from causalkit.graphs.graph import Graph
from causalkit.graphs.separation import d_separated, minimal_separators
from causalkit.values.arguments import checked
from causalkit.values.render import Printed

__all__ = ["Independence", "IndependenceTest", "implied_independences", "markov_blanket"]

MOST_VARIABLES = 14


@dataclass(frozen=True)
class IndependenceTest:
    """A likelihood-ratio test of an independence: the statistic, its degrees of freedom, and the chance of one as large or larger."""

    statistic: float
    freedom: int
    p_value: float


@dataclass(frozen=True)
class Independence(Printed):
    """The statement that ``xs`` and ``ys`` are independent given ``given``."""

    xs: tuple[str, ...]
    ys: tuple[str, ...]
    given: tuple[str, ...] = ()

    def __str__(self) -> str:
        given = f" given {', '.join(self.given)}" if self.given else ""
        return f"{', '.join(self.xs)} and {', '.join(self.ys)} are independent{given}"

    def holds_in(self, model: Any) -> bool:
        """Whether it holds in a model, exactly.

        >>> from causalkit import Model, coin
        >>> Independence(("a",), ("c",), ("b",)).holds_in(Model(a=coin("1/2"), b=lambda a: a, c=lambda b: b))
        True
        """
        names = (*self.xs, *self.ys, *self.given)
        joint = dict(model.dist(lambda *values: values).items()) if not names else _joint(model, names)
        i, j = len(self.xs), len(self.xs) + len(self.ys)
        left, right, both = (
            _summed(joint, lambda v: (v[:i], v[j:])),
            _summed(joint, lambda v: (v[i:j], v[j:])),
            _summed(joint, lambda v: v[j:]),
        )
        cells = ((x, y, z) for x, z in left for y, other in right if other == z)
        return all(joint.get((*x, *y, *z), 0) * both[z] == left[x, z] * right[y, z] for x, y, z in cells)

    def test(self, data: Any) -> IndependenceTest:
        """The likelihood-ratio test (G) on a pandas frame of discrete columns, added up over the values of what is given.

        A frame in which there is nothing to compare has no degrees of freedom and the p-value 1.

        >>> import pandas
        >>> Independence(("a",), ("b",)).test(pandas.DataFrame({"a": [0, 0, 1, 1] * 9, "b": [0, 1, 0, 1] * 9})).p_value
        1.0
        """
        import numpy as np
        from scipy.stats import chi2

        missing = [name for name in (*self.xs, *self.ys, *self.given) if name not in data.columns]
        if missing:
            known = f"it has: {', '.join(map(str, data.columns))}{suggestion(missing[0], data.columns)}"
            raise WrongShape(f"{missing[0]!r} is not a column of the data; {known}")
        statistic, freedom = 0.0, 0
        for _, part in data.groupby(list(self.given)) if self.given else [((), data)]:
            x, y = (part.groupby(list(side)).ngroup().to_numpy() for side in (self.xs, self.ys))
            counts = np.zeros((x.max() + 1, y.max() + 1))
            np.add.at(counts, (x, y), 1)
            expected = counts.sum(1, keepdims=True) * counts.sum(0, keepdims=True) / counts.sum()
            there = counts > 0
            statistic += 2 * float((counts[there] * np.log(counts[there] / expected[there])).sum())
            freedom += (counts.shape[0] - 1) * (counts.shape[1] - 1)
        statistic = max(statistic, 0.0)
        return IndependenceTest(statistic, freedom, float(chi2.sf(statistic, freedom)) if freedom else 1.0)


def _joint(model: Any, names: tuple[str, ...]) -> dict[tuple[Any, ...], Any]:
    found = model.dist(*names)
    return {value if len(names) > 1 else (value,): weight for value, weight in found.items()}


def _summed(joint: dict[tuple[Any, ...], Any], key: Any) -> dict[Any, Any]:
    sums: dict[Any, Any] = {}
    for values, weight in joint.items():
        sums[key(values)] = sums.get(key(values), 0) + weight
    return sums


@checked
def implied_independences(graph: Graph, *, kind: Literal["basis", "minimal", "all"] = "basis") -> tuple[Independence, ...]:
    """The independences that hold in every model with this graph.

    Parameters: with ``kind="basis"`` each variable against those before it, given its Markov blanket among them; all others follow from
    these. With ``"minimal"`` every pair of variables with each minimal set that separates it; with ``"all"`` every pair with every set.

    Raises ``TooLarge`` for ``"all"``, and for a basis of a graph with confounded pairs, on more than 14 variables.
    Source: [richardson2003], section 3 (the ordered local Markov property).

    >>> graph = Graph.parse("a -> b -> c -> d")
    >>> print(*implied_independences(graph), sep="; ")
    c and a are independent given b; d and a, b are independent given c
    >>> len(implied_independences(graph, kind="minimal")), len(implied_independences(graph, kind="all"))
    (4, 7)
    """
    if kind not in ("basis", "minimal", "all"):
        raise WrongShape(f"kind={kind!r} is not known; type 'basis', 'minimal' or 'all'")
    if len(graph) > MOST_VARIABLES and (kind == "all" or (kind == "basis" and graph.confounded)):
        raise TooLarge(
            f"{len(graph)} variables have too many sets to go through, and the limit is {MOST_VARIABLES}; ask for kind='minimal'"
        )
    if kind == "basis":
        return tuple(dict.fromkeys(chain.from_iterable(_local(graph, i) for i in range(len(graph)))))
    pairs = combinations(graph.nodes, 2)
    if kind == "minimal":
        return tuple(Independence((a,), (b,), given) for a, b in pairs for given in minimal_separators(graph, a, b))
    return tuple(
        Independence((a,), (b,), given)
        for a, b in pairs
        for given in _subsets(tuple(name for name in graph.nodes if name not in (a, b)))
        if d_separated(graph, a, b, given)
    )


def _local(graph: Graph, i: int) -> Iterator[Independence]:
    """A variable against what comes before it, given its Markov blanket: in the whole past, or in each closed part of it that matters."""
    name, past = graph.order[i], graph.order[:i]
    blankets: dict[tuple[str, ...], list[frozenset[str]]] = {}
    for part in [past] if not graph.confounded else reversed(list(_subsets(past))):
        kept = {*part, name}
        if set(graph.ancestors(kept, include_self=True)) != kept:
            continue
        blanket = markov_blanket(graph.subgraph(kept), name)
        if not any(kept <= larger for larger in blankets.setdefault(blanket, [])):
            blankets[blanket].append(frozenset(kept))
            others = graph.select(kept - {name, *blanket})
            if others:
                yield Independence((name,), others, blanket)


def _subsets(names: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    return chain.from_iterable(combinations(names, size) for size in range(len(names) + 1))


@checked
def markov_blanket(graph: Graph, x: str) -> tuple[str, ...]:
    """The smallest set that separates a variable from all others: those next to it, or joined to it by a path of colliders alone.

    Source: [pearl1988], section 3.3; [richardson2003], section 3.

    >>> markov_blanket(Graph.parse("a -> x -> c <- b, d -> a"), "x")
    ('a', 'c', 'b')
    """
    graph.select(x)
    return graph.select(graph.moral()[x])
