"""A question bound to its observed values: the tables that are to be multiplied, and summed over all but the target."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from causalkit.engine.compiling.factors import Condition, Structure, condition_holds, groups
from causalkit.engine.compiling.greedy_elimination import bits, mask_of
from causalkit.engine.compiling.node_tables import Table
from causalkit.engine.compiling.world import World
from causalkit.mechanisms.mechanism import Choice
from causalkit.mechanisms.network import Node
from causalkit.values.arrays import Array
from causalkit.values.dist import Value

__all__ = ["Bound", "Unbound", "bind"]


class Unbound(Exception):
    """A question whose tables are not numbers: weights hold symbols, or a choice is open."""


@dataclass(frozen=True, eq=False)
class Bound:
    """A question with its tables at the observed values.

    ``cards`` says for each variable how many values it takes; ``keys`` tells each table from others that might stand in its place;
    ``target`` is the mask of what is asked for and not observed; ``scale`` is what the weights are to be divided by; ``fixed`` says
    where the observed values stand. With ``ratios`` only the ratios of weights matter, and the evidence is known to be possible.
    """

    world: World
    cards: Sequence[int]
    tables: Sequence[Table]
    keys: Sequence[Hashable]
    target: int
    scale: int
    fixed: Mapping[int, Any]
    ratios: bool = False

    def separated(self) -> Bound:
        """Only the tables that have to do with the target: what is separated from it by what was observed changes no ratio."""
        reached, waiting, kept = self.target, list(range(len(self.tables))), []
        grown = True
        while grown:
            grown, left = False, []
            for i in waiting:
                if self.tables[i].mask & reached:
                    reached |= self.tables[i].mask
                    kept.append(i)
                    grown = True
                elif self.tables[i].mask:
                    left.append(i)
            waiting = left
        return replace(self, tables=[self.tables[i] for i in kept], keys=[self.keys[i] for i in kept])

    @property
    def free(self) -> int:
        """The variables of all tables."""
        mask = self.target
        for table in self.tables:
            mask |= table.mask
        return mask

    def with_value(self, variable: int, value: int) -> Bound:
        """The same question where one more variable has a certain value."""
        low, cards = 1 << variable, list(self.cards)
        cards[variable] = 1
        tables, keys = list(self.tables), list(self.keys)
        for i, table in enumerate(self.tables):
            if table.mask & low:
                axis = (table.mask & (low - 1)).bit_count()
                cells = None if table.cells is None else table.cells[(slice(None),) * axis + (value, ...)]
                own = 0 if table.own & low else table.own
                tables[i], keys[i] = Table(table.mask & ~low, cells, table.bound, own), (keys[i], variable, value)
        return replace(self, cards=cards, tables=tables, keys=keys, fixed={**self.fixed, variable: value})


def bind(world: World, structure: Structure, seen: Sequence[Value], floats: bool = False, *, opened: bool = False) -> Bound | None:
    """What is asked as tables at the observed values ``seen``, or None where one of them cannot occur; raises ``Unbound``.

    Tables are whole numbers, or with ``floats`` float64; what has nothing to do with the question is left out. With ``opened`` a choice
    that nobody has made is free to take each of its options; the target has to hold it then, and what it sees.
    """
    nodes = world.closure(structure.asked_for)
    binding = _Binding(world, floats, opened)
    for node, value in zip(structure.observed, seen, strict=True):
        domain = world.memory.entry(node).table.domain
        if value not in domain:
            return None
        binding.fixed[world.slot(node)] = domain.index(value)
    if world.is_single:
        binding.add_nodes(nodes)
    else:
        binding.add_copies(nodes)
    for condition in structure.conditions:
        binding.add_condition(condition)
    mask = 0
    for slot in map(world.slot, structure.target):
        if slot not in binding.fixed and binding.cards[slot] > 1:
            mask |= 1 << slot
    return Bound(world, binding.cards, binding.tables, binding.keys, mask, binding.scale, binding.fixed)


class Placed(NamedTuple):
    """A node's variable, how many values it takes, and its table in the order of variables; None for a table of no numbers."""

    slot: int
    card: int
    table: Table | None
    scale: int


class _Binding:
    """The tables of a question while they are put together."""

    def __init__(self, world: World, floats: bool, opened: bool) -> None:
        self.world, self.floats, self.opened = world, floats, opened
        self.cards = [1] * world.size
        self.fixed: dict[int, Any] = {}
        self.tables: list[Table] = []
        self.keys: list[Hashable] = []
        self.scale = 1

    def add_nodes(self, nodes: Sequence[Node]) -> None:
        """The tables of nodes given what they listen to, each variable in one copy."""
        placed, seen, cards, scale = self.world.memory.placed, mask_of(self.fixed), self.cards, 1
        for node in nodes:
            found = placed.get((node, self.floats)) or self._placed(node)
            cards[found.slot] = found.card
            if found.table is None:
                self._check_open(node)
                continue
            scale *= found.scale
            if found.table.mask & seen:
                self._add_at_values(found.table)
            elif found.table.mask or found.table.cells != 1:
                self.tables.append(found.table)
                self.keys.append(found.table.number)
        self.scale *= scale

    def _placed(self, node: Node) -> Placed:
        """A node's table with its variables in order, kept for all questions under one regime each."""
        entry = self.world.memory.entry(node)
        slots = tuple([self.world.slot(each) for each in (*node.parents, node)])
        table = None if entry.table.cells is None else self._whole(entry.table.cells, entry.number, entry.table.scale, slots, slots[-1])
        found = Placed(slots[-1], len(entry.table.domain), table, entry.table.scale)
        self.world.memory.placed[node, self.floats] = found
        return found

    def _check_open(self, node: Node) -> None:
        if not (self.opened and isinstance(node.mechanism, Choice)):
            raise Unbound

    def add_copies(self, nodes: Sequence[Node]) -> None:
        """The tables of copies given what they listen to, and of the draws that they share."""
        memory, slot = self.world.memory, self.world.slot
        for node in nodes:
            self.cards[slot(node)] = len(memory.entry(node).table.domain)
        for group in groups(nodes):
            if len(group) > 1:
                self.add_group(tuple(group))
                continue
            (node,) = group
            entry = memory.entry(node)
            if entry.table.cells is None:
                self._check_open(node)
            else:
                slots = tuple([slot(each) for each in (*node.parents, node)])
                self._add(entry.table.cells, entry.number, entry.table.scale, slots, slots[-1])

    def add_group(self, group: tuple[Node, ...]) -> None:
        """The tables of copies that share draws."""
        entry = self.world.memory.shared(group)
        if entry.tables is None:
            raise Unbound
        shared = entry.shared
        variables = [*map(self.world.slot, shared.nodes), *(self.world.draws[draw] for draw in shared.draws)]
        for variable, card in zip(variables, shared.cards, strict=True):
            self.cards[variable] = card
        for factor, (cells, number, scale) in zip(shared.factors, entry.tables, strict=True):
            self._add(cells, number, scale, tuple([variables[i] for i in factor.scope]))

    def add_condition(self, condition: Condition) -> None:
        """An event over some nodes."""
        import numpy as np

        slots = tuple([self.world.slot(node) for node in condition.scope])
        holds = condition_holds(condition, lambda node: self.world.memory.entry(node).table.domain)
        cells = np.array(holds, np.int64).reshape([self.cards[slot] for slot in slots])
        self._add(cells, condition, 1, slots)

    def _add(self, cells: Array, number: Hashable, scale: int, slots: tuple[int, ...], own: int | None = None) -> None:
        self.scale *= scale
        whole = self._whole(cells, number, scale, slots, own)
        if whole.mask & mask_of(self.fixed):
            self._add_at_values(whole)
        elif whole.mask or whole.cells != 1:
            self.tables.append(whole)
            self.keys.append(whole.number)

    def _whole(self, cells: Array, number: Hashable, scale: int, slots: tuple[int, ...], own: int | None) -> Table:
        """A table with its variables in order, the same one each time; ``own`` is the variable that it is a distribution of."""
        return self.world.memory.derived((number, slots, self.floats), lambda: self._arranged(cells, scale, slots, own))

    def _add_at_values(self, whole: Table) -> None:
        """What is left of a table at the observed values."""
        fixed, mask = self.fixed, whole.mask
        index, places = [], []
        for slot in bits(whole.mask):
            if slot in fixed:
                mask &= ~(1 << slot)
                places.append((slot, fixed[slot]))
                index.append(fixed[slot])
            else:
                index.append(_ALL)
        self.tables.append(Table(mask, whole.cells[(*index, ...)], whole.bound, whole.own & mask))
        self.keys.append((whole.number, tuple(places)))

    def _arranged(self, cells: Array, scale: int, slots: tuple[int, ...], own: int | None) -> Table:
        """A table with an axis for each variable of more than one value, ascending."""
        import numpy as np

        for slot in [slot for i, slot in enumerate(slots) if slot in slots[:i]]:
            first, second = slots.index(slot), len(slots) - 1 - slots[::-1].index(slot)
            cells = np.diagonal(cells, axis1=first, axis2=second)
            slots = (*(each for i, each in enumerate(slots) if i not in (first, second)), slot)
        order = sorted(range(len(slots)), key=slots.__getitem__)
        axes = [i for i in order if cells.shape[i] > 1]
        cells = np.ascontiguousarray(cells.transpose(order)).reshape([cells.shape[i] for i in axes])
        mask = sum(1 << slots[i] for i in axes)
        of = 0 if own is None else mask & 1 << own
        if self.floats:
            return Table(mask, (cells / scale).astype(np.float64), 1, of)
        return Table(mask, cells, scale, of)


_ALL = slice(None)
