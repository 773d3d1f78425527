"""Random graphs with latent confounders, and random causal models on them, enumerated in the slow and obvious way."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from itertools import combinations, product

from hypothesis import strategies as st

from causalkit.graphs.graph import Graph


@st.composite
def admgs(draw: st.DrawFn, *, least: int = 2, most: int = 5, shared: int = 10) -> Graph:
    """Graphs of a few variables with at most so many shared unseen causes; in no particular order of declaration."""
    size = draw(st.integers(least, most))
    names = [f"v{i}" for i in range(size)]
    pairs = list(combinations(names, 2))
    edges = [pair for pair in pairs if draw(st.booleans())]
    confounded = draw(st.lists(st.sampled_from(pairs), unique=True, max_size=min(shared, len(pairs))))
    return Graph(draw(st.permutations(names)), edges, confounded)


@dataclass(frozen=True)
class Scm:
    """A causal model as a list of noises with weights, and one function of (values so far, noise) for each variable."""

    graph: Graph
    noises: Mapping[str, Mapping[int, Fraction]]
    functions: Mapping[str, Callable[[Mapping[str, int], Mapping[str, int]], int]]
    done: Mapping[str, int]
    sizes: Mapping[str, int]

    def do(self, values: Mapping[str, int]) -> Scm:
        return replace(self, done={**self.done, **values})

    def domain(self, name: str) -> tuple[int, ...]:
        return tuple(range(self.sizes[name]))

    def units(self) -> list[tuple[dict[str, int], Fraction]]:
        found = []
        for drawn in product(*(noise.items() for noise in self.noises.values())):
            weight = Fraction(1)
            for _, part in drawn:
                weight *= part
            found.append(({name: value for name, (value, _) in zip(self.noises, drawn, strict=True)}, weight))
        return found

    def at(self, unit: Mapping[str, int], do: Mapping[str, int] | None = None) -> dict[str, int]:
        """The value of every variable for one draw of noise, under a further intervention."""
        forced = {**self.done, **(do or {})}
        values: dict[str, int] = {}
        for name in self.graph.order:
            values[name] = forced[name] if name in forced else self.functions[name](values, unit)
        return values

    @cached_property
    def joint(self) -> dict[tuple[int, ...], Fraction]:
        found: dict[tuple[int, ...], Fraction] = {}
        for unit, weight in self.units():
            values = self.at(unit)
            key = tuple(values[name] for name in self.graph.nodes)
            found[key] = found.get(key, Fraction(0)) + weight
        return found

    def dist(self, *names: str) -> dict[object, Fraction]:
        found: dict[object, Fraction] = {}
        places = [self.graph.nodes.index(name) for name in names]
        for values, weight in self.joint.items():
            key = values[places[0]] if len(names) == 1 else tuple(values[i] for i in places)
            found[key] = found.get(key, Fraction(0)) + weight
        return found


def random_scm(graph: Graph, seed: int, *, positive: bool = True, sizes: Mapping[str, int] | None = None) -> Scm:
    """A model whose graph is (at most) the one given: a shared noise for each confounded pair, a private one for each variable.

    When ``positive``, a private noise overrules the function now and then with any value, so every event is possible.
    """
    rng = random.Random(seed)
    size = {name: (sizes or {}).get(name, 2) for name in graph.nodes}
    noises = {f"{a}<->{b}": _weights(rng, 2) for a, b in graph.confounded}
    noises.update({f"u_{name}": _weights(rng, size[name] + 1 if positive else 2) for name in graph.nodes})
    return Scm(graph, noises, {name: _function(graph, name, size, rng, positive) for name in graph.nodes}, {}, size)


def _weights(rng: random.Random, size: int) -> dict[int, Fraction]:
    parts = [rng.randint(1, 6) for _ in range(size)]
    return {i: Fraction(part, sum(parts)) for i, part in enumerate(parts)}


def _function(
    graph: Graph, name: str, size: Mapping[str, int], rng: random.Random, positive: bool
) -> Callable[[Mapping[str, int], Mapping[str, int]], int]:
    shared = [f"{a}<->{b}" for a, b in graph.confounded if name in (a, b)]
    private, parents = f"u_{name}", graph.parents(name)
    table: dict[tuple[int, ...], int] = {}

    def value(values: Mapping[str, int], unit: Mapping[str, int]) -> int:
        if positive and unit[private] < size[name]:
            return unit[private]
        key = (*(values[parent] for parent in parents), *(unit[noise] for noise in shared), unit[private])
        return table[key]

    ranges = [range(size[parent]) for parent in parents] + [range(2)] * len(shared)
    last = [size[name]] if positive else range(2)
    for key in product(*ranges, last):
        table[key] = rng.randrange(size[name])
    return value
