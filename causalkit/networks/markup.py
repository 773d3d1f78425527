"""XML as elements that know their line and column, with names freed of namespaces; entities are not expanded."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import accumulate
from typing import Any, NoReturn
from xml.parsers import expat

from causalkit.errors import WrongText
from causalkit.networks.record import Place, refuse

__all__ = ["Element", "parsed", "quoted_text"]


@dataclass
class Element:
    """An element: its name without namespace, attributes, children, and the pieces of its text with the lines they begin in."""

    tag: str
    attributes: dict[str, str]
    place: Place
    children: list[Element] = field(default_factory=list)
    pieces: list[tuple[int, str]] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The text between the tags, without blanks around it."""
        return "".join(piece for _, piece in self.pieces).strip()

    def all(self, tag: str) -> list[Element]:
        """The children with this name."""
        return [child for child in self.children if child.tag == tag]

    def one(self, tag: str, of: str, *, needed: bool = True) -> Element | None:
        """The child with this name; refused when there is another, or none and one is needed."""
        found = self.all(tag)
        if len(found) > 1:
            found[1].fail(f"{of} has a second <{tag}>")
        if needed and not found:
            self.fail(f"{of} has no <{tag}>")
        return found[0] if found else None

    def needed(self, tag: str, of: str) -> Element:
        """The only child with this name."""
        found = self.one(tag, of)
        assert found is not None
        return found

    def attribute(self, name: str) -> str:
        """An attribute that must be there."""
        if name not in self.attributes:
            self.fail(f"<{self.tag}> has no {name}=")
        return self.attributes[name]

    def words(self) -> Iterator[tuple[int, str]]:
        """The words of the text, each with its line; a comment between two characters does not part them."""
        starts = [0, *accumulate(len(piece) for _, piece in self.pieces)]
        for match in re.finditer(r"\S+", "".join(piece for _, piece in self.pieces)):
            yield self.pieces[bisect_right(starts, match.start()) - 1][0], match[0]

    def only(self, *tags: str) -> None:
        """Refuses a child with another name: what is not understood is not dropped."""
        for child in self.children:
            if child.tag not in tags:
                child.fail(f"<{child.tag}> in <{self.tag}> is not read; expected one of {', '.join(tags)}")

    def fail(self, message: str) -> NoReturn:
        """Raises ``WrongText`` with the place of the element."""
        refuse(self.place, message)


class _Builder:
    def __init__(self) -> None:
        self.parser: Any = expat.ParserCreate("utf-8", namespace_separator="\n")
        self.root = Element("", {}, (1, 1))
        self.open = [self.root]
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = self.end
        self.parser.CharacterDataHandler = self.text
        self.parser.EntityDeclHandler = self.entity
        self.parser.buffer_text = False

    def place(self) -> Place:
        return self.parser.CurrentLineNumber, self.parser.CurrentColumnNumber + 1

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if len(self.open) > 100:
            refuse(self.place(), "the elements are nested too deeply")
        plain = {name.rpartition("\n")[2]: value for name, value in attributes.items()}
        element = Element(tag.rpartition("\n")[2], plain, self.place())
        self.open[-1].children.append(element)
        self.open.append(element)

    def end(self, tag: str) -> None:
        self.open.pop()

    def text(self, data: str) -> None:
        self.open[-1].pieces.append((self.parser.CurrentLineNumber, data))

    def entity(self, name: str, *_: object) -> None:
        refuse(self.place(), f"the entity {name!r} is declared, and entities are not read")


def parsed(text: str) -> Element:
    """The outermost element of an XML text; raises ``WrongText`` with the place where it is not XML.

    >>> parsed("<a xmlns='http://x.org'><b n='1'>.5</b></a>").children[0].attributes
    {'n': '1'}
    """
    builder = _Builder()
    try:
        builder.parser.Parse(text.removeprefix("\ufeff").encode("utf-8", errors="surrogatepass"), True)
    except expat.ExpatError as error:
        line, column = error.lineno, error.offset + 1
        raise WrongText(f"line {line}, column {column}: not XML: {expat.ErrorString(error.code)}", line, column) from None
    return builder.root.children[0]


def quoted_text(text: str) -> str:
    """Text as it stands in XML, in an attribute or between tags.

    >>> quoted_text('a < "b"')
    'a &lt; &quot;b&quot;'
    """
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")
