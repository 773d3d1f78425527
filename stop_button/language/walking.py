"""One way to walk an expression: a function for each kind of node, looked up by type.

A walk is data: a name, and what to do at each kind of node. A new kind of node is added to a walk in one place, its mapping; a walk that
meets a kind that it does not know says so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar, Generic, Self, TypeVar

from causalkit.errors import CausalError, visible
from stop_button.language.notation import ATOM, CODE, LATEX, TEXT, Style, html

__all__ = ["Node", "UnknownNode", "Walk", "each_leaf", "each_part"]

T = TypeVar("T")


class UnknownNode(CausalError, TypeError):
    """A walk met a kind of expression that it has no rule for."""


class Node:
    """A part of the language: frozen, made of other parts, and written down in three styles."""

    precedence: ClassVar[int] = ATOM
    is_leaf: ClassVar[bool] = False
    """Whether a number comes from here and not from the parts."""
    asks_world: ClassVar[bool] = False
    """Whether a world is needed to say what this kind of node stands for, before any policy is scored."""

    @cached_property
    def needs_world(self) -> bool:
        """Whether this node, or a part of it, has to be resolved in a world first."""
        return self.asks_world or any(part.needs_world for part in self.children())

    def children(self) -> tuple[Node, ...]:
        """The parts that this one is made of, in the order in which they are written."""
        return ()

    def rebuilt(self, children: Sequence[Any], /) -> Self:
        """The same kind of node with other parts, as many as it has."""
        return self

    def written(self, style: Style) -> str:
        """What it looks like in a style."""
        return f"<{type(self).__name__.lower()}>"

    def listed(self, style: Style) -> str:
        """What it looks like in a list of events that hold together."""
        return self.written(style)

    def __str__(self) -> str:
        return visible(self.written(TEXT))

    def __repr__(self) -> str:
        return self.written(CODE)

    def _repr_html_(self) -> str:
        return html(self)

    def _repr_latex_(self) -> str:
        return f"${self.written(LATEX)}$"


@dataclass(frozen=True)
class Walk(Generic[T]):
    """A walk over expressions: ``rules`` says what to do at each kind of node; a kind is looked up, then what it is a kind of.

    A rule takes the node, ``visit``, which walks on into a part, and whatever else the walk was called with.

    >>> from stop_button import B, E, V
    >>> from stop_button.language.formula import Expectation, Sum
    >>> count = Walk("counting means", {Sum: lambda f, visit: sum(map(visit, f.parts)), Expectation: lambda f, visit: 1})
    >>> count(E(B) + E(V))
    2
    >>> count(E(B) * E(V))
    Traceback (most recent call last):
    stop_button.language.walking.UnknownNode: counting means has no rule for a Product: E(B) * E(V); it has rules for: Sum, Expectation
    """

    name: str
    rules: Mapping[type, Callable[..., T]]

    def __call__(self, node: Node, *context: Any) -> T:
        """Walk from this node down; raises ``UnknownNode`` at a kind that there is no rule for."""
        by_type = self.by_type

        def visit(part: Node) -> T:
            rule = by_type.get(type(part)) or self.rule(part)
            return rule(part, visit, *context)

        return visit(node)

    @cached_property
    def by_type(self) -> dict[type, Callable[..., T]]:
        """The rules for the types met so far, those of parents included."""
        return dict(self.rules)

    def rule(self, node: Node) -> Callable[..., T]:
        """What to do at a node; raises ``UnknownNode`` when nothing was said."""
        for kind in type(node).__mro__:
            if kind in self.rules:
                self.by_type[type(node)] = self.rules[kind]
                return self.rules[kind]
        kinds = ", ".join(kind.__name__ for kind in self.rules)
        raise UnknownNode(f"{self.name} has no rule for a {type(node).__name__}: {node!r}; it has rules for: {kinds}")


def each_leaf(node: Node) -> Iterator[Any]:
    """The parts from which numbers come, from left to right: readings, events and means; a mean is one leaf."""
    if node.is_leaf:
        yield node
        return
    for part in node.children():
        yield from each_leaf(part)


def each_part(node: Node) -> Iterator[Node]:
    """An expression and all that it is put together from, down to its numbers and leaves; a mean is one leaf."""
    yield node
    for part in () if node.is_leaf else node.children():
        yield from each_part(part)
