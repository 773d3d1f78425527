"""The XDSL format of GeNIe and SMILE: ``cpt``, ``deterministic``, ``noisymax``, ``decision`` and ``utility`` nodes.

In ``probabilities`` the node itself changes fastest, then the last parent. Equations, submodels among the nodes, temporal networks, and
nodes of other kinds are refused by name. ``extensions`` hold the layout, and change nothing.

Source: [bayesfusion2024].
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from fractions import Fraction

from causalkit.errors import suggestion
from causalkit.networks.markup import Element, parsed, quoted_text
from causalkit.networks.noisy import expanded
from causalkit.networks.notes import NOTE
from causalkit.networks.record import Network, Node, row_count
from causalkit.networks.texts import Numbers, decimal_text
from causalkit.networks.xmlbif import table_rows

__all__ = ["is_identifier", "read_xdsl", "write_xdsl"]

Rows = tuple[tuple[Fraction, ...], ...]

BODIES = {
    "cpt": "probabilities",
    "deterministic": "resultingstates",
    "noisymax": "parameters",
    "decision": None,
    "utility": "utilities",
}


def read_xdsl(text: str) -> Network:
    """The record of an XDSL text; raises ``WrongText`` with line and column.

    >>> rain = '<cpt id="rain"><state id="yes"/><state id="no"/><probabilities>0.25 0.75</probabilities></cpt>'
    >>> read_xdsl(f'<smile id="n"><nodes>{rain}</nodes></smile>').nodes[0].name
    'rain'
    """
    root = parsed(text)
    if root.tag != "smile":
        root.fail(f"found <{root.tag}> where <smile> was expected")
    root.only("nodes", "extensions", "properties", "property", "documentation", "cases")
    nodes = root.needed("nodes", "the file")
    named: dict[str, Element] = {}
    for node in nodes.children:
        name = node.attributes.get("id", "?")
        if node.tag not in BODIES:
            node.fail(f"{name!r} is a node of the kind {node.tag!r}, which is not read; there are: {', '.join(BODIES)}")
        if "dynamic" in node.attributes:
            node.fail(f"{name!r} is part of a temporal network, which is not read; unroll it first")
        if len(node.attribute("id").split()) != 1:
            node.fail(f"{name!r} cannot be an id; an id is one word")
        if name in named:
            node.fail(f"{name!r} is declared twice; its first declaration is in line {named[name].place[0]}")
        named[name] = node
    states = {name: tuple(state.attribute("id") for state in node.all("state")) for name, node in named.items()}
    numbers = Numbers()
    return Network(tuple(_node(name, node, states, numbers) for name, node in named.items()))


def _node(name: str, node: Element, states: Mapping[str, tuple[str, ...]], numbers: Numbers) -> Node:
    body_tag = BODIES[node.tag]
    node.only("state", "parents", "property", *filter(None, [body_tag, "strengths" if node.tag == "noisymax" else None]))
    if node.tag == "utility" and states[name]:
        node.fail(f"{name!r} is a utility and has states; a utility has numbers alone")
    parents = _parents(name, node, states)
    note = next((each.text for each in node.all("property") if each.attributes.get("id") == NOTE), None)
    if body_tag is None:
        return Node(name, "decision", states[name], parents, place=node.place, note=note)
    body = node.needed(body_tag, repr(name))
    sizes = {each: len(found) for each, found in states.items()}
    count = row_count(name, parents, sizes, node.place)
    if node.tag == "utility":
        rows, lines = table_rows(body, name, count, 1, numbers)
        return Node(name, "utility", (), parents, rows, lines, node.place, note)
    if node.tag == "deterministic":
        rows, lines = _certain(name, body, states[name], count)
    elif node.tag == "noisymax":
        rows, lines = _noisy(name, node, body, [sizes[parent] for parent in parents], sizes[name], numbers)
    else:
        rows, lines = table_rows(body, name, count, sizes[name], numbers)
    return Node(name, "chance", states[name], parents, rows, lines, node.place, note)


def _parents(name: str, node: Element, states: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    listed = node.one("parents", repr(name), needed=False)
    parents = tuple(listed.text.split()) if listed else ()
    for parent in parents:
        if listed and parent not in states:
            listed.fail(f"{name!r} has the parent {parent!r}, which is not in the network{suggestion(parent, states)}")
    return parents


def _certain(name: str, body: Element, states: tuple[str, ...], count: int) -> tuple[Rows, tuple[int, ...]]:
    words = list(body.words())
    if len(words) != count:
        body.fail(f"{name!r} has {len(words)} resulting states, and {count} were expected")
    sure = {state: tuple(Fraction(i == j) for j in range(len(states))) for i, state in enumerate(states)}
    for line, word in words:
        if word not in sure:
            body.fail(f"{word!r} in line {line} is not a state of {name!r}; it has: {', '.join(states)}{suggestion(word, states)}")
    return tuple(sure[word] for _, word in words), tuple(line for line, _ in words)


def _noisy(name: str, node: Element, body: Element, sizes: list[int], size: int, numbers: Numbers) -> tuple[Rows, tuple[int, ...]]:
    columns, _ = table_rows(body, name, sum(sizes) + 1, size, numbers)
    strengths = node.one("strengths", repr(name), needed=False)
    words = [word for _, word in strengths.words()] if strengths else []
    if words and (len(words) != sum(sizes) or not all(re.fullmatch("[0-9]{1,6}", word) for word in words)):
        body.fail(f"{name!r} has the strengths {' '.join(words)}, and {sum(sizes)} whole numbers were expected")
    rows = expanded(columns, sizes, [int(word) for word in words] or [i for own in sizes for i in range(own)])
    if isinstance(rows, str):
        body.fail(f"the noisy-max {name!r}: {rows}")
    return rows, (body.place[0],) * len(rows)


def is_identifier(text: str) -> bool:
    """Whether XDSL can hold a name or a state: a letter, then letters, digits and underscores.

    >>> is_identifier("front_door"), is_identifier("front door")
    (True, False)
    """
    return re.fullmatch(r"[A-Za-z][A-Za-z0-9_]*", text) is not None


def write_xdsl(network: Network) -> str:
    """A network as XDSL text."""
    tags = {"chance": "cpt", "decision": "decision", "utility": "utility"}
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', '<smile version="1.0" id="unknown" numsamples="1000">', "<nodes>"]
    for node in network.nodes:
        tag = tags[node.kind]
        states = "".join(f'<state id="{quoted_text(str(state))}"/>' for state in node.states)
        parents = f"<parents>{' '.join(map(quoted_text, node.parents))}</parents>" if node.parents else ""
        body = BODIES[tag]
        numbers = " ".join(decimal_text(number) for row in node.rows for number in row)
        note = f'<property id="{NOTE}">{node.note}</property>' if node.note else ""
        lines.append(f'<{tag} id="{quoted_text(node.name)}">{states}{parents}{f"<{body}>{numbers}</{body}>" if body else ""}{note}</{tag}>')
    return "\n".join([*lines, "</nodes>", "</smile>", ""])
