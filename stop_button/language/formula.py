"""The language of utilities: frozen expressions that print as the papers write them, and evaluate on any world.

``B``, ``V`` and ``H`` read a world's roles (stopped, value, intent); ``X("name")`` reads any role or variable.
``.had(intent=STOP)`` reads it where people had wished to stop, ``.under(BASELINE)`` where the baseline policy had been
followed, with the same draw of noise. ``E(...)`` is the mean over the noise, with ``given=`` conditioning on the factual
world. Sums, products, weights, ``least`` and ``most`` combine both.
"""

from __future__ import annotations

import operator
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import takewhile
from typing import Any, ClassVar, Final

from causalkit.errors import WrongShape
from causalkit.values.arguments import checked
from causalkit.values.exact import Number, exact, is_symbolic, is_zero, tidy
from stop_button.language.notation import PRODUCT, QUOTIENT, SUM, Edit, Style, bracketed
from stop_button.language.walking import Node, each_leaf

__all__ = [
    "BASELINE", "B", "Combination", "Constant", "E", "Expectation", "Formula", "H", "Is", "Leaf", "Least", "Most", "Product", "Quotient",
    "Reading", "Sum", "V", "X", "formula", "least", "most",
]  # fmt: skip

BASELINE: Final = "baseline"
"""The world's own baseline policy, as a reference."""


class Formula(Node):
    """An expression of the language that stands for a number; frozen, compared by structure."""

    def children(self) -> tuple[Formula, ...]:
        """The formulas that this one is made of, in the order in which they are written."""
        return ()

    def __add__(self, other: Any) -> Formula:
        return _joined(Sum, self, formula(other))

    def __radd__(self, other: Any) -> Formula:
        return self if isinstance(other, int) and other == 0 else _joined(Sum, formula(other), self)

    def __mul__(self, other: Any) -> Formula:
        return _joined(Product, self, formula(other))

    def __rmul__(self, other: Any) -> Formula:
        return self if isinstance(other, int) and other == 1 else _joined(Product, formula(other), self)

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

    @checked
    def had(self, edits: Mapping[str, Any] | None = None, /, **named: Any) -> Formula:
        """The same read where roles or variables had been set to these values, or to what another reading is.

        >>> (B * V).had(intent="stop")
        B.had(intent='stop') * V.had(intent='stop')
        """
        return self.rebuilt([part.had(edits, **named) for part in self.children()])

    def under(self, policy: Hashable) -> Formula:
        """The same read where another policy had been followed, with the same draw of noise.

        >>> H.under(BASELINE)
        H.under('baseline')
        """
        return self.rebuilt([part.under(policy) for part in self.children()])


class Leaf(Formula):
    """A formula from which a number comes: what it is has to be looked up in a world."""

    is_leaf: ClassVar[bool] = True


class Combination(Formula):
    """Formulas put together: a sum, a product, the smallest, the largest."""

    parts: tuple[Formula, ...]

    def children(self) -> tuple[Formula, ...]:
        return self.parts


@dataclass(frozen=True, repr=False)
class Constant(Formula):
    """A number."""

    value: Number

    def written(self, style: Style) -> str:
        return style.number(self.value)


@dataclass(frozen=True, repr=False)
class Reading(Leaf):
    """The value of a role or variable, in the branch where ``edits`` had been done and ``policy`` followed (None: as it is)."""

    name: str
    edits: tuple[tuple[str, Any], ...] = ()
    policy: Hashable = None

    @checked
    def had(self, edits: Mapping[str, Any] | None = None, /, **named: Any) -> Reading:
        """This reading where roles or variables had been set to these values, or to what another reading is."""
        new = {**(edits or {}), **named}
        if len(new) < len(edits or {}) + len(named):
            twice = next(name for name in named if name in (edits or {}))
            raise WrongShape(f"{twice!r} is given twice, in the mapping and by keyword; give it once")
        if not new:
            raise WrongShape("had needs at least one role=value, such as had(intent=STOP)")
        return Reading(self.name, tuple({**dict(self.edits), **new}.items()), self.policy)

    def under(self, policy: Hashable) -> Reading:
        """This reading where another policy had been followed, with the same draw of noise."""
        return Reading(self.name, self.edits, policy)

    def is_(self, meaning: Hashable) -> Formula:
        """1 where it has this meaning, else 0: an event as a number.

        >>> E(V, given=H.is_("free"))
        E(V, given=H.is_('free'))
        """
        return Is(self, meaning)

    def read_by_edits(self) -> Iterator[tuple[str, Reading]]:
        """What had been set to another reading, with that reading."""
        return ((name, value) for name, value in self.edits if isinstance(value, Reading))

    def written(self, style: Style) -> str:
        shown = {name: value.written(style) for name, value in self.read_by_edits()}
        edits: list[Edit] = [(name, value, shown.get(name)) for name, value in self.edits]
        return style.reading(self.name, edits, self.policy)


@dataclass(frozen=True, repr=False)
class Is(Leaf):
    """1 where a reading has a meaning, else 0."""

    reading: Reading
    meaning: Hashable

    def children(self) -> tuple[Formula, ...]:
        return (self.reading,)

    def rebuilt(self, children: Sequence[Any], /) -> Is:
        return Is(children[0], self.meaning)

    def written(self, style: Style) -> str:
        return style.indicator.format(self.listed(style))

    def listed(self, style: Style) -> str:
        return style.event(self.reading.written(style), self.meaning)


@dataclass(frozen=True, repr=False)
class Sum(Combination):
    """The sum of formulas."""

    precedence: ClassVar[int] = SUM
    parts: tuple[Formula, ...]

    def rebuilt(self, children: Sequence[Any], /) -> Sum:
        return Sum(tuple(children))

    def written(self, style: Style) -> str:
        return self.parts[0].written(style) + "".join(_added(part, style) for part in self.parts[1:])


@dataclass(frozen=True, repr=False)
class Product(Combination):
    """The product of formulas."""

    precedence: ClassVar[int] = PRODUCT
    parts: tuple[Formula, ...]

    def rebuilt(self, children: Sequence[Any], /) -> Product:
        return Product(tuple(children))

    def written(self, style: Style) -> str:
        negative = self.parts[0] == Constant(-1) and len(self.parts) > 1
        shown = style.times.join(bracketed(part, style, QUOTIENT) for part in (self.parts[1:] if negative else self.parts))
        return f"-{shown}" if negative else shown

    def listed(self, style: Style) -> str:
        return ", ".join(part.listed(style) for part in self.parts)


@dataclass(frozen=True, repr=False)
class Least(Combination):
    """The smallest of formulas."""

    parts: tuple[Formula, ...]

    def rebuilt(self, children: Sequence[Any], /) -> Least:
        return Least(tuple(children))

    def written(self, style: Style) -> str:
        return style.least.format(", ".join(part.written(style) for part in self.parts))


@dataclass(frozen=True, repr=False)
class Most(Combination):
    """The largest of formulas."""

    parts: tuple[Formula, ...]

    def rebuilt(self, children: Sequence[Any], /) -> Most:
        return Most(tuple(children))

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


@dataclass(frozen=True, repr=False)
class Expectation(Leaf):
    """The mean of a formula of readings over the noise, given an event; ``E`` builds one."""

    inner: Formula
    given: Formula | None = None

    def children(self) -> tuple[Formula, ...]:
        return (self.inner,) if self.given is None else (self.inner, self.given)

    def rebuilt(self, children: Sequence[Any], /) -> Expectation:
        return Expectation(*children)

    def written(self, style: Style) -> str:
        given = "" if self.given is None else self.given.listed(style) if style.lists_events else self.given.written(style)
        return style.mean(self.inner.written(style), given)


def E(inner: Any, *, given: Mapping[str, Hashable] | Formula | None = None) -> Expectation:
    """The mean over the noise of a formula of readings, given an event of the factual world.

    ``given`` is a mapping of roles to meanings, or an event such as ``H.under(BASELINE).is_(STOP)``; its probability zero makes the
    score undefined. Raises ``WrongShape`` for a mean inside a mean.

    >>> E(B.had(intent="stop")) + E(V.had(intent="free"))
    E(B.had(intent='stop')) + E(V.had(intent='free'))
    >>> print(E(B.had(intent="stop"), given={"intent": "stop"}))
    E[B_s | H=s]
    """
    read = formula(inner)
    event = _event(given) if isinstance(given, Mapping) else given
    for part in [read, *([event] if event is not None else [])]:
        if any(isinstance(leaf, Expectation) for leaf in each_leaf(part)):
            raise WrongShape(f"E({read!r}) holds a mean inside a mean; take the inner E away, or multiply the two outside")
    return Expectation(read, event)


def X(name: str) -> Reading:  # noqa: N802 - a letter of the notation, like E
    """The value of any role or variable of a world, by its name.

    >>> E(X("pressed").had(intent="stop"))
    E(X('pressed').had(intent='stop'))
    """
    return Reading(name)


B = Reading("stopped")
"""Whether the agent is pressed-and-stopped, as 1 or 0."""

V = Reading("value")
"""The task's value: the original, unsafe utility."""

H = Reading("intent")
"""What people want."""


def least(*parts: Any) -> Formula:
    """The smallest of formulas.

    >>> least(E(B), E(V))
    least(E(B), E(V))
    """
    return Least(_some("least", parts))


def most(*parts: Any) -> Formula:
    """The largest of formulas.

    >>> most(E(B), 1)
    most(E(B), 1)
    """
    return Most(_some("most", parts))


def _some(name: str, parts: tuple[Any, ...]) -> tuple[Formula, ...]:
    if not parts:
        raise WrongShape(f"{name}() takes one or more formulas; type {name}(E(B), E(V))")
    return tuple(formula(part) for part in parts)


def formula(given: Any) -> Formula:
    """A formula as it is, and a number as a constant."""
    return given if isinstance(given, Formula) else Constant(exact(given))


def _event(given: Mapping[str, Hashable]) -> Formula:
    if not given:
        raise WrongShape("given={} is no event; leave it out, or name a role: given={'intent': STOP}")
    events: list[Formula] = [Reading(name).is_(meaning) for name, meaning in given.items()]
    return events[0] if len(events) == 1 else Product(tuple(events))


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
