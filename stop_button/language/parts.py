"""What a formula is made of, and the same formula with some of that changed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from causalkit.errors import WrongShape
from stop_button.language.formula import Expectation, Formula, Is, Leaf, Product, Reading
from stop_button.language.information import Entropy
from stop_button.language.tests import Every
from stop_button.language.walking import Node, Walk, each_leaf

__all__ = ["conditioned", "contains", "followed", "leaves", "means", "policies_read", "readings", "rewritten"]


def policies_read(node: Any) -> set[Any]:
    """The policies that something is read under in a formula or a test, those inside edits too; None is the scored one."""
    policies = set()

    def noted(r: Reading) -> Reading:
        policies.add(r.policy)
        for _, value in r.read_by_edits():
            noted(value)
        return r

    rewritten(node, noted)
    return policies


def rewritten(f: Formula, change: Callable[[Reading], Formula], mean: Callable[[Expectation], Formula] | None = None) -> Formula:
    """The formula with every reading changed (in conditions too), or with every mean changed by ``mean``."""
    return _REWRITE(f, change, mean)


def conditioned(node: Any, event: Formula) -> Any:
    """The formula, or the test, with every mean conditioned on an event too.

    >>> from stop_button import E, H, V
    >>> conditioned(E(V, given={"stopped": True}), H.is_("free"))
    E(V, given=B.is_(True) * H.is_('free'))
    """
    return _CONDITION(node, event)


def followed(node: Any, policy: Any, *, instead_of: Any = None) -> Any:
    """The formula, or the test, with what is read under one policy (None: the scored one) read under another, inside edits too."""

    def moved(r: Reading) -> Reading:
        inner = {name: moved(value) for name, value in r.read_by_edits()}
        return Reading(r.name, tuple({**dict(r.edits), **inner}.items()), policy if r.policy == instead_of else r.policy)

    return rewritten(node, moved)


def contains(node: Node, *kinds: type) -> bool:
    """Whether a node of one of these kinds is among those that a formula or a test is put together from, the leaves left out."""
    return isinstance(node, kinds) or (not node.is_leaf and any(contains(part, *kinds) for part in node.children()))


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


def _rewritten_entropy(f: Entropy, visit: Callable[[Formula], Formula], *_: Any) -> Formula:
    new = [visit(reading) for reading in f.of]
    kept = [one if isinstance(one, Reading) else reading for one, reading in zip(new, f.of, strict=True)]
    return f.rebuilt([*kept, *([] if f.given is None else [visit(f.given)])])


_REWRITE: Walk[Formula] = Walk(
    "rewriting",
    {
        Entropy: _rewritten_entropy,
        Reading: lambda f, _visit, change, _mean: change(f),
        Is: _rewritten_event,
        Expectation: lambda f, visit, change, mean: _rebuilt(f, visit) if mean is None else mean(f),
        Node: _rebuilt,
    },
)


def _conditioned_mean(f: Expectation, _visit: Any, event: Formula) -> Formula:
    return Expectation(f.inner, event if f.given is None else _joint(f.given, event))


def _conditioned_entropy(f: Entropy, _visit: Any, event: Formula) -> Formula:
    return Entropy(f.of, event if f.given is None else _joint(f.given, event))


def _conditioned_cases(test: Every, _visit: Any, event: Formula) -> Every:
    """What may be seen is what may be seen given the event, on which the means are then conditioned too."""
    return test.rebuilt([test.test, event if test.given is None else _joint(test.given, event)])


def _joint(a: Formula, b: Formula) -> Formula:
    events = [part for side in (a, b) for part in (side.parts if isinstance(side, Product) else (side,))]
    both = tuple(dict.fromkeys(events))
    return both[0] if len(both) == 1 else Product(both)


_CONDITION: Walk[Any] = Walk(
    "conditioning",
    {
        Expectation: _conditioned_mean,
        Entropy: _conditioned_entropy,
        Every: _conditioned_cases,
        Leaf: lambda f, _visit, _event: f,
        Node: _rebuilt,
    },
)


def _stands_inside(f: Formula, _visit: Any) -> Reading:
    raise WrongShape(f"{f!r} cannot stand inside E(...)")


_READING: Walk[Reading] = Walk("reading", {Reading: lambda f, _visit: f, Is: lambda f, visit: visit(f.reading), Leaf: _stands_inside})
