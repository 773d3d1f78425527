"""Formulas and the arithmetic on them: sums, products, quotients, extremes, and comparisons, which are tests and no numbers."""

from __future__ import annotations

import operator
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import takewhile
from typing import Any, ClassVar, NoReturn, Self

from causalkit.errors import WrongShape
from causalkit.values.arguments import checked
from causalkit.values.exact import Number, exact, is_symbolic, is_zero, tidy
from stop_button.language.notation import PRODUCT, QUOTIENT, SUM, Style, bracketed
from stop_button.language.tests import Comparison, Test
from stop_button.language.walking import Node

__all__ = ["Combination", "Constant", "Formula", "Leaf", "Least", "Most", "Product", "Quotient", "Sum", "formula", "least", "most"]


class Formula(Node):
    """An expression of the language that stands for a number; frozen, compared by structure."""

    def children(self) -> tuple[Formula, ...]:
        """The formulas that this one is made of, in the order in which they are written."""
        return ()

    def __add__(self, other: Any) -> Formula:
        return _joined(Sum, self, formula(other))

    def __radd__(self, other: Any) -> Formula:
        return self if type(other) is int and other == 0 else _joined(Sum, formula(other), self)

    def __mul__(self, other: Any) -> Formula:
        return _joined(Product, self, formula(other))

    def __rmul__(self, other: Any) -> Formula:
        return self if type(other) is int and other == 1 else _joined(Product, formula(other), self)

    def __neg__(self) -> Formula:
        return -1 * self

    def __sub__(self, other: Any) -> Formula:
        return self + -formula(other)

    def __rsub__(self, other: Any) -> Formula:
        return formula(other) + -self

    def __truediv__(self, other: Any) -> Formula:
        return Quotient(self, formula(other))

    def __rtruediv__(self, other: Any) -> Formula:
        return Quotient(formula(other), self)

    def __le__(self, other: Any) -> Test:
        return Comparison(self, "<=", formula(other))

    def __lt__(self, other: Any) -> Test:
        return Comparison(self, "<", formula(other))

    def __ge__(self, other: Any) -> Test:
        return Comparison(self, ">=", formula(other))

    def __gt__(self, other: Any) -> Test:
        return Comparison(self, ">", formula(other))

    def equals(self, other: Any) -> Test:
        """The test that two formulas are the same number; ``==`` says whether they are the same formula.

        >>> from stop_button import B, E, V
        >>> E(V).equals(E(B)), E(V) == E(B)
        (E(V).equals(E(B)), False)
        """
        return Comparison(self, "==", formula(other))

    def __bool__(self) -> NoReturn:
        raise WrongShape(
            f"{self!r} is a number that a world gives, neither true nor false here; "
            f"type 1 - f for 'not f', f * g for 'f and g', and most(f, g) for 'f or g', where they are 0 or 1"
        )

    def __abs__(self) -> NoReturn:
        raise WrongShape(f"abs({self!r}) is written most(f, -f)")

    def __pow__(self, other: Any) -> NoReturn:
        raise WrongShape(f"{self!r} ** {other!r} is written as a product: f * f")

    def __and__(self, other: Any) -> NoReturn:
        raise WrongShape(f"{self!r} is a number, and & joins two tests; put brackets round each: (E(V) >= 1) & (E(B) >= 1)")

    __rand__ = __or__ = __ror__ = __and__

    def __floordiv__(self, other: Any) -> NoReturn:
        raise WrongShape(f"formulas have no // and no %, which are not exact on means; divide {self!r} with /")

    __mod__ = __floordiv__

    @checked
    def had(self, edits: Mapping[str, Any] | None = None, /, **named: Any) -> Formula:
        """The same read where roles or variables had been set to these values, or to what another reading is.

        >>> from stop_button import B, V
        >>> (B * V).had(intent="stop")
        B.had(intent='stop') * V.had(intent='stop')
        """
        return self.rebuilt([part.had(edits, **named) for part in self.children()])

    def under(self, policy: Hashable) -> Formula:
        """The same read where another policy had been followed, with the same draw of noise.

        >>> from stop_button import BASELINE, H
        >>> H.under(BASELINE)
        H.under('baseline')
        """
        return self.rebuilt([part.under(policy) for part in self.children()])


class Leaf(Formula):
    """A formula from which a number comes: what it is has to be looked up in a world."""

    is_leaf: ClassVar[bool] = True


@dataclass(frozen=True, repr=False)
class Combination(Formula):
    """Formulas put together: a sum, a product, the smallest, the largest."""

    parts: tuple[Formula, ...]

    def children(self) -> tuple[Formula, ...]:
        return self.parts

    def rebuilt(self, children: Sequence[Any], /) -> Self:
        return type(self)(tuple(children))


@dataclass(frozen=True, repr=False)
class Constant(Formula):
    """A number."""

    value: Number

    def written(self, style: Style) -> str:
        return style.number(self.value)


@dataclass(frozen=True, repr=False)
class Sum(Combination):
    """The sum of formulas."""

    precedence: ClassVar[int] = SUM

    def written(self, style: Style) -> str:
        return self.parts[0].written(style) + "".join(_added(part, style) for part in self.parts[1:])


@dataclass(frozen=True, repr=False)
class Product(Combination):
    """The product of formulas."""

    precedence: ClassVar[int] = PRODUCT

    def written(self, style: Style) -> str:
        negative = self.parts[0] == Constant(-1) and len(self.parts) > 1
        shown = style.times.join(bracketed(part, style, QUOTIENT) for part in (self.parts[1:] if negative else self.parts))
        return f"-{shown}" if negative else shown

    def listed(self, style: Style) -> str:
        return ", ".join(part.listed(style) for part in self.parts)


@dataclass(frozen=True, repr=False)
class Least(Combination):
    """The smallest of formulas."""

    def written(self, style: Style) -> str:
        return style.least.format(", ".join(part.written(style) for part in self.parts))


@dataclass(frozen=True, repr=False)
class Most(Combination):
    """The largest of formulas."""

    def written(self, style: Style) -> str:
        return style.most.format(", ".join(part.written(style) for part in self.parts))


@dataclass(frozen=True, repr=False)
class Quotient(Formula):
    """One formula divided by another."""

    precedence: ClassVar[int] = QUOTIENT
    top: Formula
    bottom: Formula

    @property
    def parts(self) -> tuple[Formula, ...]:
        return (self.top, self.bottom)

    def children(self) -> tuple[Formula, ...]:
        return self.parts

    def rebuilt(self, children: Sequence[Any], /) -> Quotient:
        return Quotient(*children)

    def written(self, style: Style) -> str:
        return style.quotient(bracketed(self.top, style, QUOTIENT), bracketed(self.bottom, style, PRODUCT))


def least(*parts: Any) -> Formula:
    """The smallest of formulas.

    >>> from stop_button import B, E, V
    >>> least(E(B), E(V))
    least(E(B), E(V))
    """
    return Least(_some("least", parts))


def most(*parts: Any) -> Formula:
    """The largest of formulas.

    >>> from stop_button import B, E
    >>> most(E(B), 1)
    most(E(B), 1)
    """
    return Most(_some("most", parts))


def _some(name: str, parts: tuple[Any, ...]) -> tuple[Formula, ...]:
    if not parts:
        raise WrongShape(f"{name}() takes one or more formulas; type {name}(E(B), E(V))")
    return tuple(formula(part) for part in parts)


def formula(given: Any) -> Formula:
    """A formula as it is, and a number as a constant; raises ``WrongShape`` for what Python makes of ``H == STOP``."""
    if isinstance(given, bool):
        raise WrongShape(f"{given} is no formula: == compares formulas by structure; type H.is_(STOP) for an event, or 1 and 0 for numbers")
    return given if isinstance(given, Formula) else Constant(exact(given))


def _joined(kind: type[Sum] | type[Product], a: Formula, b: Formula) -> Formula:
    """A sum or product without a sum or product inside, and with at most one number at its head: what Python makes of it when typed."""
    parts = [part for side in (a, b) for part in (side.parts if isinstance(side, kind) else (side,))]
    numbers = [part.value for part in takewhile(lambda part: isinstance(part, Constant), parts) if isinstance(part, Constant)]
    none = exact(0) if kind is Sum else exact(1)
    head, rest = tidy(reduce(operator.add if kind is Sum else operator.mul, numbers, none)), parts[len(numbers) :]
    kept = rest if rest and is_zero(head - none) else [Constant(head), *rest]
    return kept[0] if len(kept) == 1 else kind(tuple(kept))


def _added(part: Formula, style: Style) -> str:
    """A part of a sum behind the first, with its sign."""
    head = part.parts[0] if isinstance(part, Product) else part
    if isinstance(head, Constant) and not is_symbolic(head.value) and head.value < 0:
        return f" - {bracketed(-part, style, SUM)}"
    return f" + {part.written(style)}"
