"""Tests: comparisons of formulas as values, which hold of a policy, do not hold, or are undefined.

A comparison has no truth value of its own: it is asked of a world and a policy. Where a part is undefined, what is said is that of
Kleene's three values: a false part decides an ``&``, a true part an ``|``, and else undefined stays undefined.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Final, Literal

from causalkit.errors import WrongShape
from stop_button.language.notation import ATOM, BOTH, COMPARISON, EITHER, Style, bracketed
from stop_button.language.walking import Node, Walk

__all__ = ["OPPOSITE", "Both", "Comparison", "Either", "Every", "Not", "Relation", "Some", "Test", "comparisons", "without_not"]

Relation = Literal["<=", "<", ">=", ">", "=="]
"""How two formulas are compared."""

OPPOSITE: Final[dict[str, Relation]] = {"<=": ">", "<": ">=", ">=": "<", ">": "<="}
"""What holds of two numbers of which a relation does not hold; of ``==`` it is one of two."""


class Test(Node):
    """Something that holds of a policy in a world, or does not, or is undefined; frozen, compared by structure."""

    __test__ = False  # it is no test of a test suite

    def __and__(self, other: Any) -> Test:
        return _joined(Both, self, other, "&")

    def __or__(self, other: Any) -> Test:
        return _joined(Either, self, other, "|")

    def __invert__(self) -> Test:
        return self.test if isinstance(self, Not) else Not(self)

    def __bool__(self) -> bool:
        raise WrongShape(
            f"{self!r} holds of a policy in a world, and is neither true nor false by itself; put two together with & or | and not with "
            "'and', 'or' or 0 <= a <= 1, which lose one of them; say every('request', ...) for all that may be seen; take the larger of "
            "two with most(a, b) and not with max; and ask it with holds(test, world, policy)"
        )


def _joined(kind: type[Both] | type[Either], a: Test, b: Any, sign: str) -> Test:
    if not isinstance(b, Test):
        raise WrongShape(f"{b!r} is no test, and {sign} joins two tests; put brackets round each: (E(V) >= 1) {sign} (E(B) >= 1)")
    return kind(tuple(part for side in (a, b) for part in (side.tests if isinstance(side, kind) else (side,))))


@dataclass(frozen=True, repr=False)
class Comparison(Test):
    """One formula compared with another."""

    precedence: ClassVar[int] = COMPARISON
    left: Any
    relation: Relation
    right: Any

    def children(self) -> tuple[Node, ...]:
        return (self.left, self.right)

    def rebuilt(self, children: Sequence[Any], /) -> Comparison:
        return Comparison(children[0], self.relation, children[1])

    @property
    def is_strict(self) -> bool:
        """Whether equality is not enough."""
        return self.relation in ("<", ">")

    def written(self, style: Style) -> str:
        shape = style.relations[self.relation]
        left = bracketed(self.left, style, ATOM - 1) if shape.startswith("{}.") else self.left.written(style)
        return shape.format(left, self.right.written(style))


@dataclass(frozen=True, repr=False)
class Both(Test):
    """Tests that are to hold together."""

    precedence: ClassVar[int] = BOTH
    tests: tuple[Test, ...]

    def children(self) -> tuple[Node, ...]:
        return self.tests

    def rebuilt(self, children: Sequence[Any], /) -> Both:
        return Both(tuple(children))

    def written(self, style: Style) -> str:
        return style.both.join(bracketed(test, style, max(EITHER, style.loosest_test)) for test in self.tests)


@dataclass(frozen=True, repr=False)
class Either(Test):
    """Tests of which one is to hold, or more."""

    precedence: ClassVar[int] = EITHER
    tests: tuple[Test, ...]

    def children(self) -> tuple[Node, ...]:
        return self.tests

    def rebuilt(self, children: Sequence[Any], /) -> Either:
        return Either(tuple(children))

    def written(self, style: Style) -> str:
        return style.either.join(bracketed(test, style, style.loosest_test) for test in self.tests)


@dataclass(frozen=True, repr=False)
class Not(Test):
    """A test that is not to hold."""

    test: Test

    def children(self) -> tuple[Node, ...]:
        return (self.test,)

    def rebuilt(self, children: Sequence[Any], /) -> Not:
        return Not(children[0])

    def written(self, style: Style) -> str:
        return style.negation.format(bracketed(self.test, style, COMPARISON))


@dataclass(frozen=True, repr=False)
class Every(Test):
    """A test of every combination of values of some roles or variables that may be seen: its means are conditioned on each in turn.

    Seen may be what has a positive probability, given an event where there is one; with nothing to be seen it is undefined.
    """

    names: tuple[str, ...]
    test: Test
    given: Any = None

    asks_world: ClassVar[bool] = True

    def children(self) -> tuple[Node, ...]:
        return (self.test,) if self.given is None else (self.test, self.given)

    def rebuilt(self, children: Sequence[Any], /) -> Every:
        return type(self)(self.names, *children)

    def written(self, style: Style) -> str:
        given = "" if self.given is None else self.given.listed(style) if style.lists_events else self.given.written(style)
        written: str = self.shape(style)(self.names, self.test.written(style), given)
        return written

    def shape(self, style: Style) -> Any:
        """How this kind is written."""
        return style.every


@dataclass(frozen=True, repr=False)
class Some(Every):
    """A test of some combination of values of roles or variables that may be seen; with nothing to be seen it is undefined."""

    def shape(self, style: Style) -> Any:
        return style.some


def without_not(test: Test) -> Test:
    """The same test with every ``~`` carried into the comparisons: it holds where the test does, and is undefined where that is.

    >>> from stop_button import B, E, V
    >>> without_not(~((E(V) >= 1) & (E(B) < 1)))
    (E(V) < 1) | (E(B) >= 1)
    """
    return _WITHOUT_NOT(test, False)


def _negated_comparison(test: Comparison, _visit: Any, negated: bool) -> Test:
    if not negated:
        return test
    if test.relation == "==":
        return Either((Comparison(test.left, "<", test.right), Comparison(test.left, ">", test.right)))
    return Comparison(test.left, OPPOSITE[test.relation], test.right)


_WITHOUT_NOT: Walk[Test] = Walk(
    "negating",
    {
        Comparison: _negated_comparison,
        Both: lambda test, visit, negated: (Either if negated else Both)(tuple(map(visit, test.tests))),
        Either: lambda test, visit, negated: (Both if negated else Either)(tuple(map(visit, test.tests))),
        Not: lambda test, _visit, negated: _WITHOUT_NOT(test.test, not negated),
    },
)


def comparisons(test: Test) -> Iterator[Comparison]:
    """The comparisons that a test is put together from."""
    return _COMPARISONS(test)


_COMPARISONS: Walk[Iterator[Comparison]] = Walk(
    "listing comparisons",
    {
        Comparison: lambda test, _visit: iter([test]),
        Test: lambda test, visit: (each for part in test.children() for each in visit(part)),
    },
)
