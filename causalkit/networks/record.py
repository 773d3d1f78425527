"""A network file as a value: what every format says, before it is a model."""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from typing import Literal, NoReturn

from causalkit.errors import WrongText, suggestion

__all__ = ["MOST_ROWS", "Network", "Node", "refuse", "row_count"]

Kind = Literal["chance", "decision", "utility"]
Place = tuple[int, int]

MOST_ROWS = 1_000_000


@dataclass(frozen=True)
class Node:
    """One node of a network file.

    ``rows`` go over the parents' states, the last parent changing fastest; a row of a chance node holds a weight for every
    state, a row of a utility node one number, and a decision has none. ``lines`` are the lines of the rows. ``note`` is what
    this library writes beside a table that the format cannot hold as it is.
    """

    name: str
    kind: Kind
    states: tuple[Hashable, ...]
    parents: tuple[str, ...] = ()
    rows: tuple[tuple[Fraction, ...], ...] = ()
    lines: tuple[int, ...] = ()
    place: Place = (1, 1)
    note: str | None = None


@dataclass(frozen=True)
class Network:
    """The nodes of a network file in the order in which they are declared; ``checked`` says whether they fit together."""

    nodes: tuple[Node, ...]

    def by_name(self) -> Mapping[str, Node]:
        """The nodes by their names."""
        return {node.name: node for node in self.nodes}

    def inputs(self, node: Node) -> Iterator[tuple[Hashable, ...]]:
        """Every combination of the parents' states, the last parent changing fastest."""
        named = self.by_name()
        return product(*(named[parent].states for parent in node.parents))

    def checked(self) -> Network:
        """The same network; raises ``WrongText`` with the place of a node that contradicts itself or the others."""
        named = self.by_name()
        if not self.nodes:
            raise WrongText("line 1, column 1: no variable was found in it", 1, 1)
        for node in self.nodes:
            _check_node(node, named)
        sizes = {node.name: len(node.states) for node in self.nodes}
        for node in self.nodes:
            if node.kind != "decision" and len(node.rows) != (count := row_count(node.name, node.parents, sizes, node.place)):
                refuse(node.place, f"{node.name!r} has {len(node.rows)} rows, and the states of its parents make {count}")
        return self


def _check_node(node: Node, named: Mapping[str, Node]) -> None:
    name = node.name
    if not name.strip() or name != name.strip() or name.startswith("_"):
        refuse(node.place, f"{name!r} cannot name a variable; a name is not empty, has no blanks around it and does not begin with '_'")
    if named[name] is not node:
        refuse(node.place, f"{name!r} is declared twice; declare each variable once")
    if node.kind != "utility" and not node.states:
        refuse(node.place, f"{name!r} has no states")
    if len(set(node.states)) < len(node.states):
        twice = next(state for i, state in enumerate(node.states) if state in node.states[:i])
        refuse(node.place, f"{name!r} has the state {twice!r} twice")
    _check_parents(node, named)
    size = 1 if node.kind == "utility" else len(node.states)
    for row, line in zip(node.rows, node.lines, strict=True):
        if len(row) != size:
            refuse((line, 1), f"a row of {name!r} has {len(row)} numbers, and {size} were expected")


def _check_parents(node: Node, named: Mapping[str, Node]) -> None:
    name = node.name
    for parent in node.parents:
        if parent not in named:
            refuse(node.place, f"{name!r} has the parent {parent!r}, which is not in the network{suggestion(parent, named)}")
        if named[parent].kind == "utility":
            refuse(node.place, f"{name!r} has the parent {parent!r}, which is a utility; utilities have no children")
        if parent == name:
            refuse(node.place, f"{name!r} is its own parent")
        if node.parents.count(parent) > 1:
            refuse(node.place, f"{name!r} has the parent {parent!r} twice")


def row_count(name: str, parents: tuple[str, ...], sizes: Mapping[str, int], place: Place) -> int:
    """The number of combinations of the parents' states; refused above a million before anything is made for each."""
    count = math.prod(sizes[parent] for parent in parents)
    if count > MOST_ROWS:
        refuse(place, f"{name!r} has {count:,} rows, and at most {MOST_ROWS:,} are read")
    return count


def refuse(place: Place, message: str) -> NoReturn:
    """Raises ``WrongText`` with a place in front of a message."""
    line, column = place
    raise WrongText(f"line {line}, column {column}: {message}", line, column)
