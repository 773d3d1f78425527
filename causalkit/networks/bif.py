"""The BIF format: ``network``, ``variable`` and ``probability`` blocks.

Read are quoted and bare names (with blanks where commas separate them), intervals such as ``(0,5]`` as states, commas or blanks between
numbers, comments ``//`` and ``/* */`` anywhere, ``default`` rows, rows in any order, and a ``table`` with parents, in which the variable
itself changes slowest. Properties are text and change nothing. BIF has no decisions and no utilities.

Source: [hulten2003].
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import product

from causalkit.errors import suggestion
from causalkit.networks.notes import NOTE
from causalkit.networks.record import Network, Node, row_count
from causalkit.networks.texts import Numbers, Scanner, decimal_text

__all__ = ["read_bif", "representable", "write_bif"]

Row = tuple[Fraction, ...]
Piece = tuple[str, ...]

BLANKS = re.compile(r"(?:\s+|//[^\n]*|/\*.*?\*/)*+", re.DOTALL)
_END = r"[-+]?(?:[0-9.]+(?:[eE][-+]?[0-9]+)?|[iI]nf|∞)"
INTERVAL = re.compile(rf"[(\[\]]\s*{_END}\s*,\s*{_END}\s*[)\]\[]")
_PLAIN = r"(?:[^\s{}(),;|\"/]|/(?![/*]))"
BARE = re.compile(rf"{_PLAIN}(?:{_PLAIN}|\([^\s{{}}(),;|\"]*\))*+")
QUOTED = re.compile(r'"([^"]*)"')
KEYWORD = re.compile(r"[A-Za-z]+")
COUNT = re.compile(r"[0-9]{1,9}")
PROPERTY = re.compile(r'(?>(?:"[^"\n]*"|[^;])*);')
ROW = re.compile(r"\(([^()\"\[\]{};|/]*+)\)\s*([0-9.eE+\-,\s]*+);")
SAFE = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")


@dataclass
class _Variable:
    name: str
    at: int
    states: tuple[str, ...] = ()
    note: str | None = None


@dataclass
class _Block:
    """A probability block: its head as pieces between commas, and its rows as they stand."""

    at: int
    head: list[Piece]
    tail: list[Piece] | None
    rows: list[tuple[list[Piece], Row, int]] = field(default_factory=list)
    table: tuple[Row, int] | None = None
    default: tuple[Row, int] | None = None


def read_bif(text: str) -> Network:
    """The record of a BIF text; raises ``WrongText`` with line and column.

    >>> rain = "network n { } variable rain { type discrete [2] { yes, no }; } probability (rain) { table 0.25, 0.75; }"
    >>> read_bif(rain).nodes[0].rows
    ((Fraction(1, 4), Fraction(3, 4)),)
    """
    return _Reader(text).network()


class _Reader(Scanner):
    def __init__(self, text: str) -> None:
        super().__init__(text, BLANKS)
        self.numbers = Numbers()
        self.variables: dict[str, _Variable] = {}
        self.blocks: list[_Block] = []

    def network(self) -> Network:
        begun = False
        while not self.done():
            at = self.at
            if self.keyword("network"):
                if begun:
                    self.fail("a second network begins here; expected one network in a file", at)
                begun = True
                self.network_block()
            elif self.keyword("variable"):
                self.variable_block()
            elif self.keyword("probability"):
                self.blocks.append(self.probability_block(at))
            else:
                self.wrong("'network', 'variable' or 'probability'")
        return Network(tuple(self.nodes()))

    # ---- blocks as they stand

    def network_block(self) -> None:
        while not self.accept("{"):
            self.label("the name of the network, or '{'")
        while not self.accept("}"):
            self.property_text()

    def property_text(self) -> str:
        if not self.keyword("property"):
            self.wrong("'property' or '}'")
        match = PROPERTY.match(self.text, self.at) or self.wrong("the text of a property with ';' behind it")
        self.at = match.end()
        return match[0][:-1].strip()

    def variable_block(self) -> None:
        at = self.skip()
        name = " ".join(self.words("{", "the name of a variable"))
        if name in self.variables:
            self.fail(f"the variable {name!r} is declared twice; its first declaration is in line {self.line(self.variables[name].at)}", at)
        found = self.variables[name] = _Variable(name, at)
        self.expect("{", f"behind the name {name!r}")
        while not self.accept("}"):
            if self.keyword("type"):
                self.type_of(found)
                continue
            text = self.property_text().strip('"')
            key, _, value = text.partition("=")
            found.note = value.strip() if key.strip() == NOTE else found.note
        if not found.states:
            self.fail(f"the variable {name!r} has no type; expected 'type discrete [ 2 ] {{ a, b }};'", at)

    def type_of(self, found: _Variable) -> None:
        at = self.skip()
        if found.states:
            self.fail(f"the variable {found.name!r} has a second type", at)
        kind = self.take(KEYWORD)
        if kind is None or kind[0] != "discrete":
            self.fail(f"the variable {found.name!r} is {kind[0] if kind else 'not discrete'}, and only discrete variables are read", at)
        self.expect("[", "before the number of states")
        at = self.skip()
        count = self.take(COUNT) or self.wrong("the number of states")
        self.expect("]", "behind the number of states")
        self.expect("{", f"before the states of {found.name!r}")
        pieces = self.pieces("}", f"a state of {found.name!r}")
        self.expect(";", f"behind the states of {found.name!r}")
        single = [word for piece in pieces for word in piece]
        states = single if len(single) == int(count[0]) else [" ".join(piece) for piece in pieces]
        if len(states) != int(count[0]):
            self.fail(f"{found.name!r} is said to have {count[0]} states, and {len(states)} are named: {', '.join(states)}", at)
        if twice := next((state for i, state in enumerate(states[:1000]) if state in states[:i]), None):
            self.fail(f"{found.name!r} has the state {twice!r} twice", at)
        found.states = tuple(states)

    def probability_block(self, at: int) -> _Block:
        self.expect("(", "behind 'probability'")
        head = self.pieces("|)", "the name of a variable")
        bar = self.text[self.at - 1] == "|"
        tail = self.pieces(")", "the name of a parent", empty=True) if bar else None
        block = _Block(at, head, tail)
        self.expect("{", "before the numbers")
        while not self.accept("}"):
            self.entry(block)
        return block

    def entry(self, block: _Block) -> None:
        at = self.skip()
        if quick := ROW.match(self.text, at):
            words = tuple(quick[2].replace(",", " ").split())
            row = self.numbers.row(words)
            if row and quick[2].count(",") in (0, len(words) - 1):
                self.at = quick.end()
                block.rows.append(([tuple(part.split()) for part in quick[1].split(",")] if quick[1].strip() else [], row, at))
                return
        if self.accept("("):
            given = self.pieces(")", "the state of a parent", empty=True)
            block.rows.append((given, self.weights(), at))
        elif self.keyword("table"):
            if block.table:
                self.fail("the block has a second 'table'", at)
            block.table = self.weights(), at
        elif self.keyword("default"):
            if block.default:
                self.fail("the block has a second 'default'", at)
            block.default = self.weights(), at
        else:
            self.property_text()

    def weights(self) -> Row:
        """Numbers up to the semicolon, with commas or blanks between them."""
        words: list[str] = []
        while not self.accept(";"):
            if words:
                self.accept(",")
            at = self.skip()
            word = self.take(BARE)
            if word is None or self.numbers.number(word[0]) is None:
                self.at = at
                self.wrong("a number (at most 10,000 digits), or ';' behind the last one,")
            words.append(word[0])
        return self.numbers.row(tuple(words)) or self.wrong("a number before ';'")

    # ---- names and states

    def keyword(self, word: str) -> bool:
        match = KEYWORD.match(self.text, self.skip())
        here = match is not None and match[0] == word and not BARE.match(self.text, match.end())
        self.at += len(word) * here
        return here

    def label(self, expected: str) -> str:
        if match := self.take(QUOTED):
            return match[1]
        return (self.take(INTERVAL) or self.take(BARE) or self.wrong(expected))[0]

    def words(self, ends: str, expected: str) -> list[str]:
        """Labels up to one of the marks, which is not passed."""
        words = [self.label(expected)]
        while self.skip() < len(self.text) and self.text[self.at] not in ends:
            words.append(self.label(expected))
        return words

    def pieces(self, ends: str, expected: str, *, empty: bool = False) -> list[Piece]:
        """Labels between commas, up to one of the marks, which is passed."""
        pieces: list[Piece] = []
        if empty and self.skip() < len(self.text) and self.text[self.at] in ends:
            self.at += 1
            return pieces
        while True:
            pieces.append(tuple(self.words("," + ends, expected)))
            if self.done():
                self.wrong(f"',' or {ends[-1]!r}")
            self.at += 1
            if self.text[self.at - 1] != ",":
                return pieces

    # ---- from blocks to nodes

    def nodes(self) -> list[Node]:
        tables: dict[str, tuple[_Block, tuple[str, ...]]] = {}
        for block in self.blocks:
            name, parents = self.family(block)
            if name in tables:
                first = self.line(tables[name][0].at)
                self.fail(f"the probabilities of {name!r} are given twice; the first time in line {first}", block.at)
            tables[name] = block, parents
        nodes = []
        for name, found in self.variables.items():
            if name not in tables:
                self.fail(f"the variable {name!r} has no probabilities; expected a block 'probability ( {name} ...'", found.at)
            block, parents = tables[name]
            rows, lines = self.rows(name, parents, block)
            nodes.append(Node(name, "chance", found.states, parents, rows, lines, self.place(found.at), found.note))
        return nodes

    def family(self, block: _Block) -> tuple[str, tuple[str, ...]]:
        """The variable and its parents: with a bar the names before and behind it, without one the first name and the others."""
        head = self.known(block.head, block.at)
        tail = self.known(block.tail, block.at) if block.tail is not None else head[1:]
        if not head or (block.tail is not None and len(head) > 1):
            self.fail(f"the probabilities of {len(head)} variables together; expected one variable before '|'", block.at)
        twice = next((name for i, name in enumerate(tail) if name in tail[:i] or name == head[0]), None)
        if twice is not None:
            self.fail(f"{twice!r} is named twice in the head of a probability block", block.at)
        return head[0], tuple(tail)

    def known(self, pieces: Sequence[Piece], at: int) -> list[str]:
        whole = ([name] if (name := " ".join(piece)) in self.variables else piece for piece in pieces)
        names = [name for piece in whole for name in piece]
        unknown = next((name for name in names if name not in self.variables), None)
        if unknown is not None:
            self.fail(f"{unknown!r} is not a variable of the network{suggestion(unknown, self.variables)}", at)
        return names

    def rows(self, name: str, parents: tuple[str, ...], block: _Block) -> tuple[tuple[Row, ...], tuple[int, ...]]:
        domains = [self.variables[parent].states for parent in parents]
        sizes = {each: len(found.states) for each, found in self.variables.items()}
        count, size = row_count(name, parents, sizes, self.place(block.at)), sizes[name]
        if block.table:
            if block.rows or block.default:
                self.fail(f"the rows of {name!r} are given beside a 'table', which has them all", block.table[1])
            numbers, at = block.table
            if len(numbers) != count * size:
                self.fail(f"the table of {name!r} has {len(numbers)} numbers, and {count * size} were expected", at)
            return tuple(numbers[i::count] for i in range(count)), (self.line(at),) * count
        rows = self.single_rows(name, parents, block, domains, size)
        if block.default and len(block.default[0]) != size:
            self.fail(f"the default of {name!r} has {len(block.default[0])} numbers, and {size} were expected", block.default[1])
        places = list(product(*map(range, map(len, domains))))
        if len(rows) < count and not block.default:
            missing = next(each for each in places if each not in rows)
            given = ", ".join(f"{parent}={domain[i]!r}" for parent, domain, i in zip(parents, domains, missing, strict=True))
            self.fail(f"{name!r} has no row{f' with {given}' if given else ''}, and no default", block.at)
        whole = {**(dict.fromkeys(places, block.default) if block.default else {}), **rows}
        return tuple(whole[each][0] for each in places), tuple(self.line(whole[each][1]) for each in places)

    def single_rows(
        self, name: str, parents: tuple[str, ...], block: _Block, domains: list[tuple[str, ...]], size: int
    ) -> dict[tuple[int, ...], tuple[Row, int]]:
        places = [{state: i for i, state in enumerate(domain)} for domain in domains]
        rows: dict[tuple[int, ...], tuple[Row, int]] = {}
        for pieces, row, at in block.rows:
            key = self.key(name, parents, pieces, places, at)
            if len(row) != size:
                self.fail(f"the row of {name!r} has {len(row)} numbers, and {size} were expected", at)
            if key in rows:
                self.fail(f"the row of {name!r} is given twice; the first time in line {self.line(rows[key][1])}", at)
            rows[key] = row, at
        return rows

    def key(
        self, name: str, parents: tuple[str, ...], pieces: list[Piece], places: Sequence[Mapping[str, int]], at: int
    ) -> tuple[int, ...]:
        given = [" ".join(piece) for piece in pieces]
        given = given if len(given) == len(parents) else [word for piece in pieces for word in piece]
        if len(given) != len(parents):
            self.fail(f"the row of {name!r} names {len(given)} states, and its parents are {', '.join(parents) or 'none'}", at)
        for parent, state, place in zip(parents, given, places, strict=True):
            if state not in place:
                self.fail(f"{state!r} is not a state of {parent!r}; it has: {', '.join(place)}{suggestion(state, place)}", at)
        return tuple(place[state] for state, place in zip(given, places, strict=True))


# ---- writing


def representable(text: str) -> bool:
    """Whether BIF can hold a name or a state: what fits between quotes in one line.

    >>> representable("front door"), representable('the "door"')
    (True, False)
    """
    return bool(text) and text == " ".join(text.split()) and '"' not in text and text.isprintable()


def write_bif(network: Network) -> str:
    """A network as BIF text; every row by the states of its parents."""
    blocks = ["network unknown {\n}\n"]
    for node in network.nodes:
        note = f"  property {NOTE} = {node.note} ;\n" if node.note else ""
        states = ", ".join(_quoted(str(state)) for state in node.states)
        blocks.append(f"variable {_quoted(node.name)} {{\n  type discrete [ {len(node.states)} ] {{ {states} }};\n{note}}}\n")
    return "".join([*blocks, *(_block(network, node) for node in network.nodes)])


def _block(network: Network, node: Node) -> str:
    shown = [", ".join(map(decimal_text, row)) for row in node.rows]
    head = f"{_quoted(node.name)}{' | ' * bool(node.parents)}{', '.join(map(_quoted, node.parents))}"
    given = (", ".join(_quoted(str(value)) for value in inputs) for inputs in network.inputs(node))
    rows = (f"  {f'({states})' if node.parents else 'table'} {row};\n" for states, row in zip(given, shown, strict=True))
    return f"probability ( {head} ) {{\n{''.join(rows)}}}\n"


def _quoted(text: str) -> str:
    return text if SAFE.fullmatch(text) else f'"{text}"'
