"""The NET format of Hugin: ``node``, ``decision``, ``utility`` and ``potential`` blocks, alone or in one ``class``.

In ``data`` the node itself changes fastest, then the last parent; the parentheses are checked against the states. Continuous and function
nodes, instances of classes and tables given by expressions are refused by name. Attributes that do not touch the meaning (labels,
positions, experience) are passed over.

Source: [hugin2011].
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from causalkit.errors import suggestion
from causalkit.networks.notes import NOTE
from causalkit.networks.record import Kind, Network, Node, row_count
from causalkit.networks.texts import Numbers, Scanner, decimal_text

__all__ = ["is_identifier", "read_net", "representable", "write_net"]

BLANKS = re.compile(r"(?:\s+|%[^\n]*|//[^\n]*|/\*.*?\*/)*+", re.DOTALL)
WORD = re.compile(r"[^\s(){};=|\"%,]+")
STRING = re.compile(r'"((?:[^"\\]|\\.)*)"', re.DOTALL)
KINDS: dict[str, Kind] = {"node": "chance", "decision": "decision", "utility": "utility"}

Item = tuple[str, int, int]
"""A number or word, how deep in parentheses it stands, and where."""


@dataclass
class _Block:
    kind: Kind
    name: str
    at: int
    values: dict[str, list[Item]] = field(default_factory=dict)
    closes: dict[str, list[tuple[int, int]]] = field(default_factory=dict)
    parents: tuple[str, ...] = ()


def read_net(text: str) -> Network:
    """The record of a NET text; raises ``WrongText`` with line and column.

    >>> read_net('net { } node rain { states = ("yes" "no"); } potential ( rain ) { data = ( 0.25 0.75 ); }').nodes[0].states
    ('yes', 'no')
    """
    return _Reader(text).network()


class _Reader(Scanner):
    def __init__(self, text: str) -> None:
        super().__init__(text, BLANKS)
        self.numbers = Numbers()
        self.blocks: dict[str, _Block] = {}
        self.potentials: dict[str, _Block] = {}

    def network(self) -> Network:
        inside = self.opening()
        while not (self.accept("}") if inside else self.done()):
            self.statement(inside)
        if not self.done():
            self.wrong("the end of the file")
        return Network(tuple(self.node(block) for block in self.blocks.values()))

    def opening(self) -> bool:
        """The head of the file: a ``net`` block, or ``class name {`` in which everything stands."""
        at, word = self.word("'net' or 'class'")
        if word == "class":
            self.word("the name of the class")
            self.expect("{", "behind the name of the class")
            return True
        if word != "net":
            self.at = at
            self.wrong("'net' or 'class'")
        self.attributes(_Block("chance", "", at))
        return False

    def word(self, expected: str) -> tuple[int, str]:
        at = self.skip()
        match = self.take(WORD)
        if match is None:
            self.wrong(expected)
        return at, match[0]

    def statement(self, inside: bool) -> None:
        at, word = self.word("'node', 'decision', 'utility' or 'potential'")
        if inside and self.accept("="):
            items, _ = self.value()
            if word in ("inputs", "outputs") and items:
                self.fail(f"the class has {word}, and classes that are parts of others are not read", at)
            return
        if word == "potential":
            self.potential(at)
            return
        if word == "discrete":
            at, word = self.word("'node'")
        if word not in KINDS:
            name = self.word("a name")[1]
            if word == "continuous":
                name = self.word("a name")[1] if name == "node" else name
            self.fail(f"{name!r} is of the kind {word!r}, which is not read; there are: node, decision, utility, potential", at)
        block = _Block(KINDS[word], self.word("the name of a node")[1], at)
        if block.name in self.blocks:
            first = self.line(self.blocks[block.name].at)
            self.fail(f"{block.name!r} is declared twice; its first declaration is in line {first}", at)
        self.blocks[block.name] = block
        self.attributes(block)

    def potential(self, at: int) -> None:
        self.expect("(", "behind 'potential'")
        name = self.word("the name of a node")[1]
        parents: list[str] = []
        if self.accept("|"):
            while not self.accept(")"):
                parents.append(self.word("the name of a parent, or ')'")[1])
        else:
            self.expect(")", f"or '|' behind {name!r}; a potential of several nodes together is not read")
        if name in self.potentials:
            self.fail(f"the potential of {name!r} is given twice; the first time in line {self.line(self.potentials[name].at)}", at)
        block = self.potentials[name] = _Block("chance", name, at, parents=tuple(parents))
        self.attributes(block)

    def attributes(self, block: _Block) -> None:
        self.expect("{", "before the attributes")
        while not self.accept("}"):
            at, name = self.word("an attribute or '}'")
            if name in block.values:
                self.fail(f"{block.name!r} has {name!r} twice", at)
            self.expect("=", f"behind {name!r}")
            block.values[name], block.closes[name] = self.value()

    def value(self) -> tuple[list[Item], list[tuple[int, int]]]:
        """Everything up to the semicolon: words and strings, and after how many of them how many parentheses close."""
        items: list[Item] = []
        closes: list[tuple[int, int]] = []
        depth = 0
        while not (depth == 0 and self.accept(";")):
            at = self.skip()
            if self.accept("("):
                depth += 1
            elif self.accept(")"):
                if not depth:
                    self.fail("this parenthesis closes nothing", at)
                closes.append((depth, len(items)))
                depth -= 1
            elif string := self.take(STRING):
                items.append((re.sub(r'\\(["\\])', r"\1", string[1]), -depth - 1, at))
            elif self.accept(","):
                continue
            else:
                items.append((self.word("a value, with ';' behind the last one")[1], depth, at))
        return items, closes

    # ---- from blocks to nodes

    def node(self, block: _Block) -> Node:
        name = block.name
        states = tuple(text for text, depth, _ in block.values.get("states", ()))
        potential = self.potentials.get(name)
        if block.kind == "utility" and states:
            self.fail(f"{name!r} is a utility and has states; a utility has numbers alone", block.at)
        if block.kind != "utility" and not states:
            self.fail(f'{name!r} has no states; expected states = ("a" "b");', block.at)
        if block.kind != "decision" and potential is None:
            self.fail(f"{name!r} has no potential; expected 'potential ( {name} ...'", block.at)
        self.check_names()
        parents = potential.parents if potential else ()
        note = block.values.get(NOTE)
        shown = note[0][0] if note else None
        if block.kind == "decision":
            if potential and potential.values.get("data"):
                self.fail(f"{name!r} is a decision and has data; a decision has none, its potential names what it sees", potential.at)
            return Node(name, "decision", states, parents, place=self.place(block.at), note=shown)
        assert potential is not None
        rows, lines = self.rows(potential, 1 if block.kind == "utility" else len(states))
        return Node(name, block.kind, states, parents, rows, lines, self.place(block.at), shown)

    def check_names(self) -> None:
        for potential in self.potentials.values():
            for each in (potential.name, *potential.parents):
                if each not in self.blocks:
                    self.fail(f"{each!r} is not a node of the network{suggestion(each, self.blocks)}", potential.at)
                if each != potential.name and self.blocks[each].kind == "utility":
                    self.fail(f"{potential.name!r} has the parent {each!r}, which is a utility; utilities have no children", potential.at)

    def rows(self, potential: _Block, size: int) -> tuple[tuple[tuple[Fraction, ...], ...], tuple[int, ...]]:
        name, sizes = potential.name, {each: len(block.values.get("states", ())) for each, block in self.blocks.items()}
        count = row_count(name, potential.parents, sizes, self.place(potential.at))
        items = potential.values.get("data")
        if items is None:
            given = " by an expression" if "model_data" in potential.values else ""
            self.fail(f"the potential of {name!r} has no data{given}; expected data = ( ... );", potential.at)
        for word, depth, at in items:
            if depth < 0 or self.numbers.number(word) is None:
                shown = word if len(word) <= 40 else f"{word[:37]}..."
                self.fail(f"found {shown!r} where a number (at most 10,000 digits) of {name!r} was expected", at)
        if len(items) != count * size:
            self.fail(f"the data of {name!r} has {len(items)} numbers, and {count * size} were expected", potential.at)
        self.check_shape(potential, [*(sizes[parent] for parent in potential.parents), *([size] if size > 1 else [])], sizes)
        parts = [items[i * size : (i + 1) * size] for i in range(count)]
        rows = tuple(self.numbers.row(tuple(word for word, _, _ in part)) or () for part in parts)
        return rows, tuple(self.line(part[0][2]) for part in parts)

    def check_shape(self, potential: _Block, shape: list[int], sizes: Mapping[str, int]) -> None:
        """Nested parentheses close where the states of the parents say; numbers in one pair, or in none, are taken in order."""
        items, closes = potential.values["data"], potential.closes["data"]
        depths = {depth for _, depth, _ in items}
        if depths <= {0, 1} and len(depths) == 1:
            return
        if self.blocks[potential.name].kind == "chance" and sizes[potential.name] == 1:
            shape = [*shape, 1]
        steps, step = {}, 1
        for depth in range(len(shape), 0, -1):
            step *= shape[depth - 1]
            steps[depth] = step
        expected = sorted((depth, end) for depth, step in steps.items() for end in range(step, len(items) + 1, step))
        if depths != {len(shape)} or sorted(closes) != expected:
            self.fail(
                f"the parentheses in the data of {potential.name!r} do not fit the states: {' x '.join(map(str, shape))}", items[0][2]
            )


def is_identifier(text: str) -> bool:
    """Whether NET can hold a name: a letter, then letters, digits and underscores.

    >>> is_identifier("front_door"), is_identifier("front door")
    (True, False)
    """
    return re.fullmatch(r"[A-Za-z][A-Za-z0-9_]*", text) is not None


def representable(text: str) -> bool:
    r"""Whether NET can hold a state: any text in one line.

    >>> representable('the "door"'), representable("two\nlines")
    (True, False)
    """
    return bool(text) and text.isprintable()


def write_net(network: Network) -> str:
    """A network as NET text."""
    words = {kind: word for word, kind in KINDS.items()}
    blocks = ["net\n{\n}\n"]
    for node in network.nodes:
        states = f"  states = ({' '.join(_string(str(state)) for state in node.states)});\n" if node.states else ""
        note = f'  {NOTE} = "{node.note}";\n' if node.note else ""
        blocks.append(f"{words[node.kind]} {node.name}\n{{\n{states}{note}}}\n")
    sizes = {node.name: len(node.states) for node in network.nodes}
    for node in network.nodes:
        given = f" | {' '.join(node.parents)}" if node.parents else ""
        shape = [*(sizes[parent] for parent in node.parents), *([] if node.kind == "utility" else [len(node.states)])]
        data = "" if node.kind == "decision" else f"  data = {_nested([decimal_text(n) for row in node.rows for n in row], shape)};\n"
        blocks.append(f"potential ( {node.name}{given} )\n{{\n{data}}}\n")
    return "".join(blocks)


def _nested(numbers: list[str], shape: list[int]) -> str:
    groups = numbers
    for size in reversed(shape[1:]):
        groups = [f"( {' '.join(groups[i : i + size])} )" for i in range(0, len(groups), size)]
    return f"( {' '.join(groups)} )"


def _string(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
