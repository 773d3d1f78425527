"""Readings as tables: what a function of the world reads on every path, found by asking it."""

from __future__ import annotations

import itertools
import math
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, NamedTuple

from causalkit.mechanisms.mechanism import CPT, Choice, Noise
from causalkit.mechanisms.network import Node, Reading, UnknownNode, closure
from causalkit.values.dist import unhashable

__all__ = ["Raised", "Tabulated", "Wide", "is_surely_beyond", "runs_bound", "tabulated"]

SLACK = 256
"""Paths that a reading may always have, however few runs the world has."""

MOST_PATHS = 200_000


@dataclass(frozen=True, eq=False)
class Raised:
    """Stands for the value of a reading that raised; it matters only where it has a weight."""

    error: Exception


@dataclass(frozen=True)
class Tabulated:
    """A reading as a table: its value for every combination of the nodes in its scope, the last changing fastest.

    ``certain`` are the nodes that it reads whatever they show; the others are read on some paths only.
    """

    scope: tuple[Node, ...]
    values: tuple[Any, ...]
    certain: frozenset[Node]


@dataclass(frozen=True)
class Wide:
    """A reading with more paths than the world has runs, and the nodes that it was seen to read."""

    scope: tuple[Node, ...]


class _Path(NamedTuple):
    known: Mapping[Node, Hashable]
    value: Any


def tabulated(reading: Reading) -> Tabulated | Wide:
    """The reading as a table, unless it has more paths than the world has runs: then enumeration is cheaper.

    A reading that raises for every world raises here; one that raises for some holds ``Raised`` there.
    """
    if reading.nodes and _size(reading.nodes) <= SLACK:
        with suppress(UnknownNode):
            return _looked_at(reading)
    paths: list[_Path] = []
    scope: dict[Node, None] = dict.fromkeys(reading.nodes)
    limit = MOST_PATHS
    if reading.nodes and _size(scope) > min(runs_bound(scope) + SLACK, MOST_PATHS):
        return Wide(tuple(scope))
    for path in _paths(reading):
        if any(node not in scope for node in path.known):
            scope.update(dict.fromkeys(path.known))
            limit = min(runs_bound(scope) + SLACK, MOST_PATHS)
        paths.append(path)
        if len(paths) > limit or (len(paths) == SLACK and _fewest_paths(reading) > MOST_PATHS):
            return Wide(tuple(scope))
    if _size(scope) > max(limit, 16 * len(paths)):
        return Wide(tuple(scope))
    certain = frozenset(node for node in scope if all(node in path.known for path in paths))
    return Tabulated(tuple(scope), _spread(paths, tuple(scope)), certain)


def _looked_at(reading: Reading) -> Tabulated:
    """A reading of few nodes that are known, asked for every combination of their values."""
    nodes = tuple(dict.fromkeys(reading.nodes))
    values = tuple([_value(reading, dict(zip(nodes, known, strict=True))) for known in _every(nodes)])
    return Tabulated(nodes, values, frozenset(nodes))


def _value(reading: Reading, known: Mapping[Node, Hashable]) -> Any:
    """What a reading says of known values; raises ``UnknownNode`` when it asks for more."""
    try:
        value = reading.read(known)
    except Exception as error:
        return Raised(error)
    try:
        hash(value)
    except TypeError:
        return Raised(unhashable(value))
    return value


def _paths(reading: Reading) -> Iterator[_Path]:
    """Every path of the reading through the values it asks for, in the order of the domains."""
    distinct = tuple(dict.fromkeys(reading.nodes))
    waiting: list[dict[Node, Hashable]] = [dict(zip(distinct, values, strict=True)) for values in _every(distinct)][::-1]
    while waiting:
        known = waiting.pop()
        try:
            value = _value(reading, known)
        except UnknownNode as need:
            waiting.extend({**known, need.node: value} for value in reversed(need.node.mechanism.domain))
            continue
        if isinstance(value, Raised) and not known:
            raise value.error
        yield _Path(known, value)


def _fewest_paths(reading: Reading) -> int:
    """How many paths a reading has if all are as long as one where every answer is the first of its domain, or one where it is the last.

    Source: [knuth1975], whose estimate averages over random paths.
    """
    return min(_paths_like(reading, 0), _paths_like(reading, -1))


def _paths_like(reading: Reading, answer: int) -> int:
    known = {node: node.mechanism.domain[answer] for node in reading.nodes}
    while True:
        try:
            _value(reading, known)
            return _size(known)
        except UnknownNode as need:
            known[need.node] = need.node.mechanism.domain[answer]


def _every(scope: Iterable[Node]) -> Iterator[tuple[Hashable, ...]]:
    return itertools.product(*(node.mechanism.domain for node in scope))


def _size(scope: Iterable[Node]) -> int:
    return math.prod(len(node.mechanism.domain) for node in scope)


def _spread(paths: Sequence[_Path], scope: tuple[Node, ...]) -> tuple[Any, ...]:
    """The paths' values for every combination of the scope; what a path did not ask for does not change its value."""
    if all(tuple(path.known) == scope for path in paths):
        return tuple(path.value for path in paths)
    found: dict[tuple[Hashable, ...], Any] = {}
    for path in paths:
        axes = [(path.known[node],) if node in path.known else node.mechanism.domain for node in scope]
        found.update(dict.fromkeys(itertools.product(*axes), path.value))
    return tuple(found[values] for values in _every(scope))


def runs_bound(nodes: Iterable[Node]) -> int:
    """At most how many runs enumeration takes for readings of these nodes: the product of their noises' outcomes."""
    draws: dict[Hashable, int] = {}
    for node in closure(nodes):
        mechanism = node.mechanism
        if isinstance(mechanism, Noise | Choice):
            draws[node] = len(mechanism.domain)
        elif isinstance(mechanism, CPT):
            inputs = tuple(parent.mechanism.domain[0] for parent in node.parents)
            shared = mechanism.coupling == "monotone"
            draws[(node.variable, mechanism) if shared else node] = len(mechanism.row(inputs).outcomes if shared else mechanism.domain)
    return math.prod(draws.values())


def is_surely_beyond(nodes: Sequence[Node], most: int) -> bool:
    """Whether runs times nodes are more than this, as far as is seen on the way up from these nodes: as soon as it is, nobody walks on."""
    met, waiting, runs = set(nodes), list(nodes), 1
    for node in waiting:
        if isinstance(node.mechanism, Noise | Choice) or (isinstance(node.mechanism, CPT) and node.mechanism.coupling != "monotone"):
            runs *= len(node.mechanism.domain)
        if runs * len(met) > most:
            return True
        for parent in node.parents:
            if parent not in met:
                met.add(parent)
                waiting.append(parent)
    return False
