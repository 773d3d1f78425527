"""Graphs as people write them: chains of arrows, braces, dagitty code; every other arrow is refused with its place in the text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import pairwise, product
from typing import NoReturn

from causalkit.errors import WrongShape
from causalkit.values.arguments import checked

__all__ = ["GraphText", "parse_text", "written_name", "written_text"]

Edge = tuple[str, str]
Token = tuple[str, str, int]
"""What it is (name, arrow, or a mark that stands for itself), its text, and where it begins."""

ARROWS = ("->", "<-", "<->")
_DASHES = "\\-=~\u2010-\u2015\u2212"
_ENDS = "oO*@"
_FOREIGN = "[\u2190-\u21ff\u27f0-\u27ff\u2900-\u297f\u2b00-\u2b11\u2b30-\u2b4f\u2b60-\u2bb8]"
_RUN = rf"[<>|.{_DASHES}]*[<>{_DASHES}][<>|.{_DASHES}]*"
_QUOTED = r'(?s:"((?:[^"\\]|\\.)*)")'
_BLANKS = r"(?s:(?:\s+|//[^\n]*|#[^\n]*|/\*.*?\*/)*+)"
_HEAD = r"\s*(?:strict\s+)?(dag|pdag|mag|pag|digraph|graph)\b\s*(?:\"[^\"]*\"|\w+)?\s*\{"
_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}
_ATTRIBUTE = r"\s*([\w.]+)\s*(?:=\s*(?:\"(?:[^\"\\]|\\.)*\"|[^\s,\]\"]*))?\s*([,;]?)"
_MARKS = {
    "latent": "latent", "l": "latent", "unobserved": "latent", "u": "latent",
    "exposure": "exposures", "e": "exposures", "source": "exposures",
    "outcome": "outcomes", "o": "outcomes", "target": "outcomes",
    "adjusted": "adjusted", "a": "adjusted", "adjustednode": "adjusted",
}  # fmt: skip


@cache
def _regex(pattern: str) -> re.Pattern[str]:
    """A pattern, compiled when it is first wanted: not every program reads a graph."""
    return re.compile(pattern)


@dataclass
class GraphText:
    """What a text says: names in the order of their first appearance, arrows, confounded pairs, and the marks of dagitty code."""

    nodes: dict[str, None] = field(default_factory=dict)
    edges: list[Edge] = field(default_factory=list)
    confounded: list[Edge] = field(default_factory=list)
    latent: dict[str, None] = field(default_factory=dict)
    exposures: dict[str, None] = field(default_factory=dict)
    outcomes: dict[str, None] = field(default_factory=dict)
    adjusted: dict[str, None] = field(default_factory=dict)

    def link(self, before: list[str], arrow: str, after: list[str]) -> None:
        """Every name of one side joined with every name of the other."""
        for a, b in product(before, after):
            if arrow == "<->":
                self.confounded.append((a, b))
            else:
                self.edges.append((a, b) if arrow == "->" else (b, a))


@checked
def parse_text(text: str) -> GraphText:
    """What a text says about a graph; ``Graph.parse`` makes the graph of it.

    Read are ``->``, ``<-`` and ``<->``, chains, braces for several names at once, names in quotes, and dagitty code (``dag { ... }``) with
    its marks. Raises ``WrongShape`` that says where in the text something else stands.

    >>> found = parse_text("dag { x [exposure] y [outcome] x -> {m y} u [latent] u -> {x y} }")
    >>> found.edges, list(found.exposures), list(found.latent)
    ([('x', 'm'), ('x', 'y'), ('u', 'x'), ('u', 'y')], ['x'], ['u'])
    """
    head = _regex(_HEAD).match(text)
    if head is None:
        return _statements(text, _plain_tokens(text))
    if head[1] not in ("dag", "digraph"):
        _fail(text, head.start(1), f"found a graph of the kind {head[1]!r}, expected 'dag'")
    return _Dagitty(text, head.end()).parsed()


def written_name(name: str) -> str:
    """A name as it is written in a graph's text: bare where it is read back so, else in quotes.

    >>> written_name("two words"), written_name("a, b"), written_name("x --> y")
    ('two words', '"a, b"', '"x --> y"')
    """
    try:
        bare = (
            "\n" not in name
            and _regex(_HEAD).match(name + " {") is None
            and [token[:2] for token in _plain_tokens(name)] == [("name", name)]
        )
    except WrongShape:
        bare = False
    if bare and name.count("[") == name.count("]") and name.count("(") == name.count(")"):
        return name
    return '"' + "".join(_ESCAPES.get(letter, letter) for letter in name) + '"'


def written_text(nodes: Sequence[str], edges: Sequence[Edge], confounded: Sequence[Edge]) -> str:
    """The text of a graph, which is read back as the same one: names without edges, then arrows, then confounded pairs.

    >>> written_text(["a", "x", "y"], [("x", "y")], [("x", "y")])
    'a, x -> y, x <-> y'
    """
    linked = {name for pair in [*edges, *confounded] for name in pair}
    text = {name: written_name(name) for name in nodes}
    alone = [text[name] for name in nodes if name not in linked]
    arrows = (f"{text[a]} -> {text[b]}" for a, b in edges)
    return ", ".join([*alone, *arrows, *(f"{text[a]} <-> {text[b]}" for a, b in confounded)])


def _fail(text: str, at: int, message: str) -> NoReturn:
    line, column = text.count("\n", 0, at) + 1, at - (text.rfind("\n", 0, at) + 1) + 1
    raise WrongShape(f"line {line}, column {column}: {message}")


def _unquoted(inside: str) -> str:
    plain = {"n": "\n", "r": "\r", "t": "\t"}
    return re.sub(r"\\(.)", lambda match: plain.get(match[1], match[1]), inside, flags=re.DOTALL)


def _arrow(text: str, at: int, before: int) -> tuple[str, int] | None:
    """The arrow that begins here, and its end; None for a sign that is part of a name. ``before`` is where the bare text began."""
    foreign = _regex(_FOREIGN).match(text, at)
    if foreign:
        _refuse_arrow(text, at, foreign.end())
    run = _regex(_RUN).match(text, at)
    if run is None:
        return None
    start, end = at, run.end()
    tail = text[start - 1 : start] if start > before and text[start - 1] in _ENDS and _apart(text, start - 2, before) else ""
    head = text[end : end + 1] if text[end : end + 1] and text[end] in _ENDS and _apart(text, end + 1, before) else ""
    alone = _apart(text, start - 1 - len(tail), before) and _apart(text, end + len(head), before)
    if end - start == 1 and not alone:
        return None
    if tail or head or run[0] not in ARROWS:
        _refuse_arrow(text, start - len(tail), end + len(head))
    return run[0], end


def _apart(text: str, at: int, first: int) -> bool:
    """Whether there is a blank, or nothing, at a place."""
    return at < first or at >= len(text) or text[at].isspace() or text[at] in "{},;"


def _refuse_arrow(text: str, start: int, end: int) -> NoReturn:
    _fail(text, start, f"found the arrow {text[start:end]!r}, expected '->', '<-' or '<->'; write a name that holds it in quotes")


# ---- chains and braces


def _plain_tokens(text: str) -> Iterator[Token]:
    """Names with blanks and brackets in them, arrows, braces, and separators as the mark ``;``."""
    at = begin = 0
    brackets: list[int] = []
    inside = False  # braces, in which blanks part names

    def bare(end: int) -> Iterator[Token]:
        name = text[begin:end]
        if brackets:
            _fail(text, brackets[-1], "this bracket is not closed; write a name that holds it in quotes")
        if name.strip():
            yield "name", name.strip(), begin + len(name) - len(name.lstrip())

    while at < len(text):
        letter = text[at]
        if letter == '"' and not text[begin:at].strip():
            match = _regex(_QUOTED).match(text, at) or _fail(text, at, "the quotation is not closed")
            yield "name", _unquoted(match[1]), at
            at = begin = match.end()
        elif letter == '"':
            _fail(
                text, at, 'found a quotation mark inside a name, expected it around one; write the name in quotes, and its own marks as \\"'
            )
        elif letter in "{}":
            yield from bare(at)
            yield letter, letter, at
            inside = letter == "{"
            at = begin = at + 1
        elif _ends_name(letter, inside, brackets):
            yield from bare(at)
            yield from [] if inside and letter != ";" else [(";", letter, at)]
            at = begin = at + 1
        elif arrow := _arrow(text, at, begin):
            yield from bare(at)
            yield "arrow", arrow[0], at
            at = begin = arrow[1]
        else:
            _count_bracket(brackets, letter, at)
            at += 1
    yield from bare(at)


def _count_bracket(brackets: list[int], letter: str, at: int) -> None:
    if letter in "[(":
        brackets.append(at)
    elif letter in "])" and brackets:
        brackets.pop()


def _ends_name(letter: str, inside: bool, brackets: list[int]) -> bool:
    """Whether a letter parts names: a comma or, in braces, a blank outside of brackets; a semicolon or a new line anywhere."""
    return letter in ";\n" or (not brackets and (letter == "," or (inside and letter.isspace())))


def _statements(text: str, tokens: Iterator[Token]) -> GraphText:
    found = GraphText()
    statement: list[Token] = []
    for token in [*tokens, (";", "", len(text))]:
        if token[0] != ";":
            statement.append(token)
        elif statement:
            _chain(text, statement, found)
            statement = []
    return found


def _chain(text: str, statement: list[Token], found: GraphText) -> None:
    """Names or braces with arrows between them."""
    sides: list[list[str]] = []
    arrows: list[str] = []
    group: list[str] | None = None
    for kind, word, at in statement:
        if kind == "{" and group is None and len(sides) == len(arrows):
            group = []
        elif kind == "}" and group:
            sides.append(group)
            group = None
        elif kind == "name" and group is not None:
            group.append(word)
        elif kind == "name" and len(sides) == len(arrows):
            sides.append([word])
        elif kind == "arrow" and group is None and len(sides) == len(arrows) + 1:
            arrows.append(word)
        else:
            _fail_chain(text, statement, at)
    if group is not None or len(sides) != len(arrows) + 1:
        _fail_chain(text, statement, statement[-1][2])
    found.nodes.update(dict.fromkeys(name for side in sides for name in side))
    for (before, after), arrow in zip(pairwise(sides), arrows, strict=True):
        found.link(before, arrow, after)


def _fail_chain(text: str, statement: list[Token], at: int) -> NoReturn:
    begin, last = statement[0][2], statement[-1]
    end = max(last[2] + len(last[1]), begin + 1)
    shown = repr(text[begin:end].strip())
    _fail(text, at, f"{shown} is not a chain of names; write 'x -> y', 'x <- y', 'x <-> y', 'x -> {{y z}}', or a single name")


# ---- dagitty code


class _Dagitty:
    """Statements with blanks between them: chains with attributes behind names, and settings such as ``bb="0,0,1,1"``."""

    def __init__(self, text: str, at: int) -> None:
        self.text, self.at = text, at
        self.found = GraphText()

    def parsed(self) -> GraphText:
        while not self.accept("}"):
            if self.accept(";") or self.accept(","):
                continue
            side = self.side()
            while (arrow := self.arrow()) is not None:
                after = self.side()
                self.found.link(side, arrow, after)
                side = after
        if self.skip() < len(self.text):
            _fail(self.text, self.at, f"found {self.text[self.at]!r} behind the graph, expected the end of the text")
        return self.found

    def skip(self) -> int:
        match = _regex(_BLANKS).match(self.text, self.at)
        self.at = match.end() if match else self.at
        return self.at

    def accept(self, mark: str) -> bool:
        here = self.text.startswith(mark, self.skip())
        self.at += here
        if not here and self.at >= len(self.text):
            _fail(self.text, self.at, "the graph is not closed; expected '}'")
        return here

    def arrow(self) -> str | None:
        at = self.skip()
        rest = _regex(rf"[{_ENDS}]?(?=[<>{_DASHES}])").match(self.text, at)
        found = _arrow(self.text, rest.end() if rest else at, at)
        if found is None:
            return None
        self.at = found[1]
        return found[0]

    def side(self) -> list[str]:
        """One name, or names in braces; what is in the braces may itself be a chain's names with attributes."""
        if not self.accept("{"):
            return self.name()
        names: list[str] = []
        while not self.accept("}"):
            names += [] if self.accept(",") or self.accept(";") else self.name()
        if not names:
            _fail(self.text, self.at - 1, "found empty braces, expected names in them")
        return names

    def name(self) -> list[str]:
        at = self.skip()
        quoted = _regex(_QUOTED).match(self.text, at)
        bare = _regex(r"[\w.]+(?:-[\w.]+)*").match(self.text, at)
        match = quoted or bare
        if match is None:
            _arrow(self.text, at, at)
            _fail(self.text, at, f"found {self.text[at]!r}, expected a name")
        self.at = match.end()
        setting = _regex(r'\s*=\s*"(?:[^"\\]|\\.)*"').match(self.text, self.at)
        if bare and setting:
            self.at = setting.end()
            return []
        name = _unquoted(quoted[1]) if quoted else match[0]
        self.found.nodes.setdefault(name)
        self.attributes(name)
        return [name]

    def attributes(self, name: str) -> None:
        while self.accept("["):
            while not self.accept("]"):
                match = _regex(_ATTRIBUTE).match(self.text, self.at) or _fail(self.text, self.at, "expected an attribute or ']'")
                if match[1] in ("selected", "s", "selectednode"):
                    _fail(self.text, self.at, f"{name!r} is marked as {match[1]!r}, and selection is not represented")
                if match[1] in _MARKS:
                    getattr(self.found, _MARKS[match[1]])[name] = None
                self.at = match.end()
