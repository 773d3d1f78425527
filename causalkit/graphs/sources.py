"""What a graph may be made from besides names and edges: a list of pairs, a networkx graph, a pandas frame of adjacencies."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

from causalkit.errors import WrongShape
from causalkit.graphs.order import Edge

__all__ = ["from_frame", "from_pairs", "is_frame", "is_networkx"]


def is_networkx(given: object) -> bool:
    """Whether something is a networkx graph; networkx is not imported to find out."""
    return hasattr(given, "is_directed") and hasattr(given, "edges") and hasattr(given, "nodes")


def is_frame(given: object) -> bool:
    """Whether something is a pandas frame; pandas is not imported to find out."""
    return hasattr(given, "columns") and hasattr(given, "index") and hasattr(given, "to_numpy")


def from_pairs(given: Iterable[Any]) -> tuple[list[Any], list[Edge]]:
    """Names as they are; or pairs of names as edges, with the names in the order of their first appearance.

    >>> from_pairs([("a", "b"), ("b", "c")])
    (['a', 'b', 'c'], [('a', 'b'), ('b', 'c')])
    >>> from_pairs(["a", "b"])
    (['a', 'b'], [])
    """
    if not isinstance(given, Iterable):
        raise WrongShape(f"found {given!r}, which describes no graph; give names, pairs of names, a networkx DiGraph or a pandas frame")
    items = list(given)
    pairs = [item for item in items if isinstance(item, (tuple, list)) and len(item) == 2]
    if not items or len(pairs) < len(items):
        return items, []
    return list(dict.fromkeys(name for pair in pairs for name in pair)), [(a, b) for a, b in pairs]


def from_frame(frame: Any) -> tuple[list[Any], list[Edge]]:
    """The names and arrows of a frame that is true, or not 0, in the row of a parent and the column of its child.

    Raises ``WrongShape`` when rows and columns have other names, and for an entry that is no finite number.
    """
    rows, columns = list(frame.index), list(frame.columns)
    if set(rows) != set(columns) or len(rows) != len(set(rows)):
        raise WrongShape(f"found a frame with the rows {rows!r} and the columns {columns!r}, expected the same names in both, each once")
    edges: list[Edge] = []
    for parent, entries in zip(rows, frame.to_numpy().tolist(), strict=True):
        for child, entry in zip(columns, entries, strict=True):
            if not isinstance(entry, (bool, int, float)) or not math.isfinite(entry):
                raise WrongShape(f"found {entry!r} in the row {parent!r} and the column {child!r} of a frame, expected a number")
            if entry:
                edges.append((parent, child))
    return rows, edges
