"""What a formula is made of, and the same formula with some of that changed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from causalkit.errors import WrongShape
from stop_button.language.formula import Expectation, Formula, Is, Leaf, Reading
from stop_button.language.walking import Walk, each_leaf

__all__ = ["leaves", "means", "readings", "rewritten"]


def rewritten(f: Formula, change: Callable[[Reading], Formula], mean: Callable[[Expectation], Formula] | None = None) -> Formula:
    """The formula with every reading changed (in conditions too), or with every mean changed by ``mean``."""
    return _REWRITE(f, change, mean)


def leaves(f: Formula) -> Iterator[Formula]:
    """The readings, events and means that a formula is made of; a mean is one leaf."""
    return each_leaf(f)


def means(f: Formula) -> Iterator[Expectation]:
    """The means that a formula is made of."""
    return (leaf for leaf in each_leaf(f) if isinstance(leaf, Expectation))


def readings(f: Formula) -> Iterator[Reading]:
    """The readings that a formula inside a mean is made of, those of events too; raises ``WrongShape`` for a mean inside."""
    return (_READING(leaf) for leaf in each_leaf(f))


def _rebuilt(f: Formula, visit: Callable[[Formula], Formula], *_: Any) -> Formula:
    return f.rebuilt([visit(part) for part in f.children()])


def _rewritten_event(f: Is, visit: Callable[[Formula], Formula], *_: Any) -> Formula:
    new = visit(f.reading)
    return Is(new, f.meaning) if isinstance(new, Reading) else f


_REWRITE: Walk[Formula] = Walk(
    "rewriting",
    {
        Reading: lambda f, _visit, change, _mean: change(f),
        Is: _rewritten_event,
        Expectation: lambda f, visit, change, mean: _rebuilt(f, visit) if mean is None else mean(f),
        Formula: _rebuilt,
    },
)


def _stands_inside(f: Formula, _visit: Any) -> Reading:
    raise WrongShape(f"{f!r} cannot stand inside E(...)")


_READING: Walk[Reading] = Walk("reading", {Reading: lambda f, _visit: f, Is: lambda f, visit: visit(f.reading), Leaf: _stands_inside})
