"""Messages on a join tree: inward for one question, both ways for all marginals, kept from one question to the next.

A message is not one table but several whose product it is: they are multiplied only when a variable that they share is summed out.
Source: [madsen1999].
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from threading import Lock
from typing import Any, NamedTuple

from causalkit.engine.compiling.greedy_elimination import bits, mask_of
from causalkit.engine.compiling.node_tables import Table, new_number
from causalkit.engine.compiling.triangulation import JoinTree
from causalkit.engine.contraction.products import Product, joined, summed
from causalkit.engine.contraction.progress import watched
from causalkit.engine.contraction.shapes import size_of

__all__ = ["Flow", "Message", "Messages", "nothing_kept"]

MOST_BYTES = 64_000_000
"""What the messages that are kept with one network take at most, roughly; the oldest go first."""


class Message(NamedTuple):
    """What a part of a tree says of the variables that it shares with the rest: tables, whose product it is."""

    tables: tuple[Table, ...]
    number: int

    @property
    def mask(self) -> int:
        """The variables of its tables."""
        mask = 0
        for table in self.tables:
            mask |= table.mask
        return mask


class Messages:
    """Messages that are kept, the least recently used ones only as long as there is room; safe under threads.

    >>> kept = Messages(most=1_000)
    >>> kept.put("a", Message((), 1))
    >>> kept.get("a"), kept.get("b")
    (Message(tables=(), number=1), None)
    """

    def __init__(self, most: int = MOST_BYTES) -> None:
        self.most, self.bytes = most, 0
        self._messages: OrderedDict[Any, tuple[Message, int]] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Any) -> Message | None:
        """The message of this key, if it is still there."""
        with self._lock:
            there = self._messages.get(key)
            if there is None:
                return None
            self._messages.move_to_end(key)
            return there[0]

    def put(self, key: Any, message: Message) -> None:
        """Keeps a message, and lets go of old ones where it takes the room."""
        size = 200 + sum(map(_bytes, message.tables))
        if size > self.most // 4:
            return
        with self._lock:
            before = self._messages.pop(key, None)
            self.bytes += size - (before[1] if before else 0)
            self._messages[key] = message, size
            while self.bytes > self.most:
                self.bytes -= self._messages.popitem(last=False)[1][1]


class _Nothing(Messages):
    """Keeps nothing."""

    def put(self, key: Any, message: Message) -> None:
        return


def nothing_kept() -> Messages:
    """Where messages are put that nobody will ask for again."""
    return _Nothing()


def _bytes(table: Table) -> int:
    if table.cells is None:
        return 0
    each = 44 + table.bound.bit_length() // 8 if table.cells.dtype == object else 8
    return int(table.cells.size) * each


@dataclass(eq=False)
class Flow:
    """Tables at the cliques of a tree, and the messages between these.

    ``held`` are the tables at each clique, and ``keys`` what tells them from others that might stand there: messages with equal keys
    behind them are equal. ``stays`` are the variables that are summed out on no way. With ``lean`` what changes no ratio is left out:
    distributions that sum to one number, and with 2 tables of one number too, for which none of them may be 0.
    """

    tree: JoinTree
    cards: Sequence[int]
    held: Mapping[int, list[Table]]
    keys: Mapping[int, tuple[Any, ...]]
    stays: int
    product: Product
    kept: Messages
    lean: int = 0
    sent: dict[tuple[int, int], Message] = field(default_factory=dict)

    def inward(self, root: int, target: int, seconds: float = 0.0) -> Table:
        """One table over the target, gathered at a clique; a bar says how far that is if it takes long.

        A message is let go of as soon as it has been used, and the branches come one after the other, so that few are there at a time.
        """
        way = list(self._away_from(root))[::-1]
        for clique, up in watched(way, seconds):
            if up >= 0:
                self._send(clique, up)
                for other in self.tree.near[clique]:
                    self.sent.pop((other, clique), None)
        tables = summed(self._at(root, -1), ~target, self.cards, self.product)
        return joined(tables or [_one()], 0, self.cards, self.product)

    def singles(self, target: int, wanted: int = -1, root: int = 0) -> Iterator[tuple[int, Table]]:
        """The table of each variable of the target, by messages to the root and from there to the smallest clique that holds it.

        Of these only the variables in ``wanted`` are worked out: a table is the same, whatever else is wanted and wherever the root is.
        """
        away = list(self._away_from(root))
        for clique, up in reversed(away):
            if up >= 0:
                self._send(clique, up)
        read = {clique: mine for clique, mine in self._read_at([clique for clique, _ in away], target).items() if mine & wanted}
        towards = set(read)
        for clique, up in reversed(away):
            if clique in towards:
                towards.add(up)
        for clique, up in away:
            if up >= 0 and clique in towards:
                self._send(up, clique)
        for clique, mine in read.items():
            yield from self._parted(self._at(clique, -1), list(bits(mine)), wanted)

    def _read_at(self, cliques: Iterable[int], target: int) -> dict[int, int]:
        """The variables of the target that are read off each clique: the smallest that holds them."""
        found: dict[int, int] = {}
        for clique in sorted(cliques, key=lambda clique: (size_of(self.tree.cliques[clique], self.cards), clique)):
            if mine := self.tree.cliques[clique] & target:
                target &= ~mine
                found[clique] = mine
        return found

    def _parted(self, tables: list[Table], among: Sequence[int], wanted: int) -> Iterator[tuple[int, Table]]:
        """The table of each of some variables: the half of them, and again the half of these, are summed out for the others."""
        mask = mask_of(among)
        if not mask & wanted:
            return
        left = summed(list(tables), ~mask, self.cards, self.product, lean=bool(self.lean))
        if self.lean > 1:
            left = [table for table in left if table.mask]
        if len(among) == 1:
            yield among[0], joined(left or [_one()], 0, self.cards, self.product)
            return
        middle = len(among) // 2
        yield from self._parted(left, among[:middle], wanted)
        yield from self._parted(left, among[middle:], wanted)

    def _away_from(self, root: int) -> Iterator[tuple[int, int]]:
        """Each clique that matters with its neighbour towards the root, the root first, and each branch as a whole."""
        marked = self.tree.spanned([*self.held, root])
        near = self.tree.near
        waiting = [(root, -1)]
        while waiting:
            clique, up = waiting.pop()
            yield clique, up
            waiting.extend((other, clique) for other in near[clique] if other != up and other in marked)

    def _at(self, clique: int, without: int) -> list[Table]:
        """The tables at a clique and in the messages to it, but for those from one neighbour."""
        tables = self._held_at(clique)
        for message in self._arrived(clique, without):
            tables.extend(message.tables)
        return tables

    def _held_at(self, clique: int) -> list[Table]:
        held = self.held.get(clique, ())
        return [table for table in held if table.mask] if self.lean > 1 else list(held)

    def _arrived(self, clique: int, without: int) -> list[Message]:
        sent = self.sent
        return [sent[other, clique] for other in self.tree.near[clique] if other != without and (other, clique) in sent]

    def _send(self, clique: int, to: int) -> None:
        arrived, held = self._arrived(clique, to), self._held_at(clique)
        if not held and len(arrived) == 1 and not arrived[0].mask & ~(self.tree.cliques[to] | self.stays):
            self.sent[clique, to] = arrived[0]  # nothing to add, nothing to sum
            return
        tables = held
        for message in arrived:
            tables.extend(message.tables)
        if not tables:
            return
        stays = 0
        for table in tables:
            stays |= table.mask
        stays &= self.stays & ~self.tree.cliques[to]
        behind = (self.keys.get(clique), *[message.number for message in arrived])
        key = (self.tree, clique, to, stays, behind, self.product.key, self.lean)
        there = self.kept.get(key)
        if there is None:
            left = summed(tables, ~(self.tree.cliques[to] | self.stays), self.cards, self.product, lean=bool(self.lean))
            if self.lean > 1:
                left = [table for table in left if table.mask]
            there = Message(tuple(left), new_number())
            self.kept.put(key, there)
        self.sent[clique, to] = there


def _one() -> Table:
    import numpy as np

    return Table(0, np.ones((), np.int64), 1)
