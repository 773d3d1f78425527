"""The XMLBIF format, version 0.3: ``VARIABLE`` and ``DEFINITION`` elements, with or without a namespace.

In a ``TABLE`` the variable itself changes fastest, then the last of the ``GIVEN``. ``TYPE`` is ``nature``, ``decision`` or ``utility``; a
decision has no table.

Source: [cozman1998].
"""

from __future__ import annotations

from fractions import Fraction

from causalkit.networks.markup import Element, parsed, quoted_text
from causalkit.networks.notes import NOTE
from causalkit.networks.record import Kind, Network, Node, row_count
from causalkit.networks.texts import Numbers, decimal_text

__all__ = ["read_xmlbif", "representable", "table_rows", "write_xmlbif"]

KINDS: dict[str, Kind] = {"nature": "chance", "decision": "decision", "utility": "utility"}


def read_xmlbif(text: str) -> Network:
    """The record of an XMLBIF text; raises ``WrongText`` with line and column.

    >>> rain = "<VARIABLE><NAME>rain</NAME><OUTCOME>yes</OUTCOME><OUTCOME>no</OUTCOME></VARIABLE>"
    >>> table = "<DEFINITION><FOR>rain</FOR><TABLE>0.25 0.75</TABLE></DEFINITION>"
    >>> read_xmlbif(f"<BIF><NETWORK>{rain}{table}</NETWORK></BIF>").nodes[0].states
    ('yes', 'no')
    """
    root = parsed(text)
    if root.tag != "BIF":
        root.fail(f"found <{root.tag}> where <BIF> was expected")
    root.only("NETWORK")
    network = root.needed("NETWORK", "the file")
    network.only("NAME", "PROPERTY", "VARIABLE", "DEFINITION")
    variables: dict[str, Element] = {}
    for variable in network.all("VARIABLE"):
        variable.only("NAME", "OUTCOME", "VALUE", "PROPERTY")
        name = variable.needed("NAME", "a variable").text
        if name in variables:
            variable.fail(f"the variable {name!r} is declared twice; its first declaration is in line {variables[name].place[0]}")
        variables[name] = variable
    definitions = _definitions(network, variables)
    sizes = {name: len(_states(variable)) for name, variable in variables.items()}
    numbers = Numbers()
    return Network(tuple(_node(name, variable, definitions.get(name), sizes, numbers) for name, variable in variables.items()))


def _definitions(network: Element, variables: dict[str, Element]) -> dict[str, Element]:
    found: dict[str, Element] = {}
    for definition in network.all("DEFINITION"):
        definition.only("FOR", "GIVEN", "TABLE", "PROPERTY")
        name = definition.needed("FOR", "a definition").text
        if name in found:
            definition.fail(f"{name!r} is defined twice; the first time in line {found[name].place[0]}")
        for each in (*definition.all("FOR"), *definition.all("GIVEN")):
            if each.text not in variables:
                each.fail(f"{each.text!r} is not a variable of the network; expected a name that a <VARIABLE> has")
        found[name] = definition
    return found


def _states(variable: Element) -> tuple[str, ...]:
    return tuple(child.text for child in variable.children if child.tag in ("OUTCOME", "VALUE"))


def _node(name: str, variable: Element, definition: Element | None, sizes: dict[str, int], numbers: Numbers) -> Node:
    said = variable.attributes.get("TYPE", "nature")
    kind = KINDS.get(said.lower()) or variable.fail(f"{name!r} has the type {said!r}; expected nature, decision or utility")
    parents = tuple(given.text for given in definition.all("GIVEN")) if definition else ()
    table = definition.one("TABLE", f"the definition of {name!r}", needed=kind != "decision") if definition else None
    if kind == "decision":
        if table and table.text:
            table.fail(f"{name!r} is a decision and has a table; a decision has none, its definition names what it sees")
        return Node(name, kind, _states(variable), parents, place=variable.place, note=_note(variable))
    if table is None:
        variable.fail(f"{name!r} has no definition; expected a <DEFINITION> with <FOR>{name}</FOR>")
    states = () if kind == "utility" else _states(variable)
    count = row_count(name, parents, sizes, variable.place)
    rows, lines = table_rows(table, name, count, 1 if kind == "utility" else len(states), numbers)
    return Node(name, kind, states, parents, rows, lines, variable.place, _note(variable))


def table_rows(
    table: Element, name: str, count: int, size: int, numbers: Numbers
) -> tuple[tuple[tuple[Fraction, ...], ...], tuple[int, ...]]:
    """The numbers of an element as rows of one size, with the line of each row; refused when there are more or fewer."""
    words = list(table.words())
    for line, word in words:
        if numbers.number(word) is None:
            shown = word if len(word) <= 40 else f"{word[:37]}..."
            table.fail(f"found {shown!r} in line {line} where a number (at most 10,000 digits) of {name!r} was expected")
    if len(words) != count * size:
        table.fail(f"the table of {name!r} has {len(words)} numbers, and {count * size} were expected")
    parts = [words[i * size : (i + 1) * size] for i in range(count)]
    rows = tuple(numbers.row(tuple(word for _, word in part)) or () for part in parts)
    return rows, tuple(part[0][0] if part else table.place[0] for part in parts)


def _note(variable: Element) -> str | None:
    pairs = [each.text.partition("=") for each in variable.all("PROPERTY")]
    return next((value.strip() for key, _, value in pairs if key.strip() == NOTE), None)


def representable(text: str) -> bool:
    """Whether XMLBIF can hold a name or a state: text in one line without blanks around it.

    >>> representable("a < b"), representable(" a")
    (True, False)
    """
    return bool(text) and text == text.strip() and text.isprintable()


def write_xmlbif(network: Network) -> str:
    """A network as XMLBIF text."""
    types = {kind: word for word, kind in KINDS.items()}
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', '<BIF VERSION="0.3">', "<NETWORK>", "<NAME>unknown</NAME>"]
    for node in network.nodes:
        outcomes = "".join(f"<OUTCOME>{quoted_text(str(state))}</OUTCOME>" for state in node.states)
        note = f"<PROPERTY>{NOTE} = {node.note}</PROPERTY>" if node.note else ""
        lines.append(f'<VARIABLE TYPE="{types[node.kind]}"><NAME>{quoted_text(node.name)}</NAME>{outcomes}{note}</VARIABLE>')
    for node in network.nodes:
        given = "".join(f"<GIVEN>{quoted_text(parent)}</GIVEN>" for parent in node.parents)
        rows = "\n".join(" ".join(map(decimal_text, row)) for row in node.rows)
        table = "" if node.kind == "decision" else f"<TABLE>\n{rows}\n</TABLE>"
        lines.append(f"<DEFINITION><FOR>{quoted_text(node.name)}</FOR>{given}{table}</DEFINITION>")
    return "\n".join([*lines, "</NETWORK>", "</BIF>", ""])
