"""What is worked out about one network and kept with it: nodes' tables and join trees."""

from __future__ import annotations

import math
from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence
from threading import RLock
from typing import Any, NamedTuple, TypeVar

from causalkit.engine.compiling.factors import Factor, SharedFactors, shared_factors
from causalkit.engine.compiling.node_tables import NodeTable, Table, new_number, node_table
from causalkit.engine.compiling.triangulation import JoinTree, join_tree
from causalkit.mechanisms.mechanism import Mechanism
from causalkit.mechanisms.network import Network, Node, closure
from causalkit.values.arrays import Array, whole
from causalkit.values.dist import Value
from causalkit.values.exact import are_fractions, in_units

__all__ = ["Entry", "NetworkMemory", "Scopes", "SharedEntry", "memory_of"]

SOON_TRIANGULATED = 100
"""Networks of no more variables get their tree with the first question."""

MOST_CELLS_KEPT = 4_000_000
"""Cells of nodes' tables that are kept with a network at most."""

MOST_TREES = 16
MOST_WORLDS = 64
MOST_QUESTIONS = 1024

Scopes = tuple[tuple[int, ...], ...]
W = TypeVar("W")


class Entry(NamedTuple):
    """A node's table, and the number that tells it from others."""

    table: NodeTable
    number: int


class SharedEntry(NamedTuple):
    """The tables of copies that share draws, each with an axis for each variable of its scope, a number and a denominator."""

    shared: SharedFactors
    tables: tuple[tuple[Array, int, int], ...] | None


class NetworkMemory:
    """What has been worked out about one network: nodes' tables and trees. Bounded, released with the network, safe under threads.

    ``triangulations`` counts the trees of the network that have been made so far; ``placed`` is for nodes' tables as questions take them.
    """

    def __init__(self) -> None:
        self.triangulations = 0
        self._lock = RLock()
        self._entries: dict[Node, Entry] = {}
        self._tables: dict[Hashable, tuple[Mechanism, Entry]] = {}
        self._shared: dict[tuple[Node, ...], SharedEntry] = {}
        self._derived: dict[Hashable, Table] = {}
        self.placed: dict[Hashable, Any] = {}
        self._always: dict[Node, frozenset[Value]] = {}
        self._cells = 0
        self._trees: OrderedDict[Scopes, JoinTree] = OrderedDict()
        self._worlds: OrderedDict[Hashable, Any] = OrderedDict()
        self._asked = 0
        self._met: OrderedDict[Hashable, None] = OrderedDict()

    # ---- tables

    def entry(self, node: Node) -> Entry:
        """The table of a node; its parents' are made first. One mechanism over equal inputs has one table, however many copies."""
        there = self._entries.get(node)
        if there is not None:
            return there
        with self._lock:
            for each in closure([node]):
                if each not in self._entries:
                    self._entries[each] = self._made(each)
            return self._entries[node]

    def always_possible(self, node: Node) -> frozenset[Value]:
        """The values that a node can take whatever it listens to is; none where a table on the way holds no numbers."""
        there = self._always.get(node)
        if there is None:
            table = self.entry(node).table
            if all(self._entries[each].table.cells is not None for each in closure([node])):
                sure = (table.cells.reshape(-1, len(table.domain)) != 0).all(axis=0)  # type: ignore[union-attr]
                there = frozenset([value for value, is_sure in zip(table.domain, sure.tolist(), strict=True) if is_sure])
            self._always[node] = there = there or frozenset()
        return there

    def _made(self, node: Node) -> Entry:
        inputs = tuple([self._entries[parent].table.domain for parent in node.parents])
        key = (id(node.mechanism), tuple([(each, tuple(map(type, each))) for each in inputs]))
        if key not in self._tables:
            table = node_table(node.mechanism, inputs)
            self._count(table.cells)
            self._tables[key] = node.mechanism, Entry(table, new_number())
        return self._tables[key][1]

    def shared(self, group: tuple[Node, ...]) -> SharedEntry:
        """The tables of copies that may share draws."""
        there = self._shared.get(group)
        if there is not None:
            return there
        with self._lock:
            made = shared_factors(group, lambda node: self.entry(node).table.domain)
            tables = [_dense(factor, made.cards) for factor in made.factors]
            entry = SharedEntry(made, None if None in tables else tuple([table for table in tables if table is not None]))
            for table in entry.tables or ():
                self._count(table[0])
            self._shared[group] = entry
            return entry

    def derived(self, key: Hashable, make: Callable[[], Table]) -> Table:
        """A table that is made from others once and found again under a key."""
        there = self._derived.get(key)
        if there is not None:
            return there
        made = make()
        self._count(made.cells)
        self._derived[key] = made
        return made

    def _count(self, cells: Array | None) -> None:
        self._cells += 1 if cells is None else int(cells.size)

    def trim(self) -> None:
        """Lets go of the nodes' tables when there are more than are to be kept."""
        with self._lock:
            if self._cells > MOST_CELLS_KEPT:
                self._entries, self._tables, self._shared, self._derived, self.placed, self._cells = {}, {}, {}, {}, {}, 0

    # ---- trees

    def tree(self, scopes: Scopes, cards: Callable[[], Sequence[int]], asks: int) -> JoinTree | None:
        """The tree of these scopes, unless the network is large and has been asked about little: then it would cost more than it saves.

        ``asks`` is how many variables the question is about: a tree is made once questions have been about as many as it has.
        """
        there = self._trees.get(scopes)
        if there is not None:
            return there
        with self._lock:
            if scopes not in self._trees:
                self._asked += asks
                if len(scopes) > SOON_TRIANGULATED and self._asked < len(scopes):
                    return None
                self._trees[scopes] = join_tree(cards(), scopes)
                self.triangulations += 1
                if len(self._trees) > MOST_TREES:
                    self._trees.popitem(last=False)
            return self._trees[scopes]

    def world(self, key: Hashable, make: Callable[[], W]) -> W:
        """Something that is made once for some regimes, and kept as long as there is room."""
        with self._lock:
            if key not in self._worlds:
                self._worlds[key] = make()
                if len(self._worlds) > MOST_WORLDS:
                    self._worlds.popitem(last=False)
            self._worlds.move_to_end(key)
            found: W = self._worlds[key]
            return found

    def is_new(self, question: Hashable) -> bool:
        """Whether a question has not been met lately; it is now."""
        with self._lock:
            new = question not in self._met
            self._met[question] = None
            self._met.move_to_end(question)
            if len(self._met) > MOST_QUESTIONS:
                self._met.popitem(last=False)
            return new


def _dense(factor: Factor, cards: Sequence[int]) -> tuple[Array, int, int] | None:
    """A factor as an array of whole numbers, with a number of its own and its denominator; None where weights hold symbols."""
    import numpy as np

    scope, cells, weights = factor
    if not are_fractions(weights):
        return None
    numerators, scale = in_units(weights)
    shape = [cards[variable] for variable in scope]
    flat = np.zeros(math.prod(shape), np.int64 if scale < 2**63 else object)
    flat[list(cells)] = whole(numerators, scale)
    return flat.reshape(shape), new_number(), scale


def memory_of(network: Network) -> NetworkMemory:
    """What has been worked out about a network: kept with it, and empty at first."""
    memory: NetworkMemory = network.memory.setdefault(NetworkMemory, NetworkMemory())
    return memory
