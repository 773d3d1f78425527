"""What is written beside a table that the format cannot hold as it is: the mechanism, exactly, as one line without special characters.

A file of a network holds labels and decimals. A model may hold other values than text, weights such as 1/3, couplings, and names that
the format does not allow. Then the table holds labels and decimals near these, which every other reader understands, and a property
``causalkit`` of the node holds the mechanism itself. Reading checks that the two agree.
"""

from __future__ import annotations

import json
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from typing import Any, cast
from urllib.parse import quote, unquote

from causalkit.documents.json import read_document, read_mechanism, written_mechanism
from causalkit.errors import CausalError, WrongFile
from causalkit.mechanisms.mechanism import Choice, Mechanism
from causalkit.networks.record import Node, refuse
from causalkit.networks.texts import PLACES

__all__ = ["NOTE", "Note", "agreed", "note_of", "read_note", "weights_of"]

NOTE = "causalkit"
"""The name of the property that holds a note."""


@dataclass(frozen=True)
class Note:
    """The name and the mechanism that a note holds."""

    name: str
    mechanism: Mechanism


def note_of(name: str, law: Mechanism) -> str:
    """The text of a note: letters, digits and the marks ``%-._~`` alone.

    >>> from causalkit.mechanisms.mechanism import Constant
    >>> note_of("x", Constant(3))
    '%7B%22name%22%3A%22x%22%2C%22law%22%3A%7B%22constant%22%3A3%7D%7D'
    """
    return quote(json.dumps({"name": name, "law": written_mechanism(law)}, separators=(",", ":")), safe="-._~")


def read_note(node: Node) -> Note | None:
    """The note of a node, or None when it has none; raises ``WrongText`` for one that is damaged or contradicts the node."""
    if node.note is None:
        return None
    try:
        document: Any = read_document(unquote(node.note.strip(), errors="strict"))
        if not isinstance(document, dict) or set(document) != {"name", "law"} or not isinstance(document["name"], str):
            raise WrongFile("expected a name and a law")
        note = Note(document["name"], read_mechanism(document["law"]))
    except (CausalError, UnicodeDecodeError, TypeError) as error:
        refuse(node.place, f"the property {NOTE!r} of {node.name!r} cannot be read: {error}; remove it to read the table alone")
    return note


def agreed(note: Note, node: Node, domains: Sequence[tuple[Hashable, ...]], parents: tuple[str, ...]) -> Mechanism:
    """The mechanism of a note, when it says what the node's table says up to the digits written; else ``WrongText``."""
    law = note.mechanism
    same = law.parents == parents and isinstance(law, Choice) == (node.kind == "decision")
    if same and node.kind == "chance":
        rows = zip(product(*domains), node.rows, strict=True)
        same = len(law.domain) == len(node.states) and all(_near(weights_of(law, inputs), row) for inputs, row in rows)
    elif same and node.kind == "utility":
        rows = zip(product(*domains), node.rows, strict=True)
        same = all([v for v, w in weights_of(law, inputs).items() if w] == list(row) for inputs, row in rows)
    elif same:
        same = len(law.domain) == len(node.states)
    if not same:
        refuse(
            node.place, f"the property {NOTE!r} of {node.name!r} and its table do not agree; remove the property to read the table alone"
        )
    return law


def _near(weights: Mapping[Hashable, Fraction], row: Sequence[Fraction]) -> bool:
    return len(weights) == len(row) and all(
        abs(exact - written) * 10**PLACES <= 1 for exact, written in zip(weights.values(), row, strict=True)
    )


def weights_of(law: Mechanism, inputs: tuple[Hashable, ...]) -> dict[Hashable, Fraction]:
    """The weight of every value in one row, added up where a coupling has cut a value into pieces; nothing for a row that is missing."""
    try:
        outcomes = law.row(inputs).outcomes
    except KeyError:
        return {}
    weights: dict[Hashable, Fraction] = dict.fromkeys(law.domain, Fraction(0))
    for value, weight in outcomes:
        weights[value] = weights.get(value, Fraction(0)) + (Fraction(1) if weight is None else cast("Fraction", weight))
    return weights
