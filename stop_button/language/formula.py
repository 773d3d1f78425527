"""The language of utilities: frozen expressions that print as the papers write them, and evaluate on any world.

``B``, ``V`` and ``H`` read a world's roles (stopped, value, intent); ``X("name")`` reads any role or variable.
``.had(intent=STOP)`` reads it where people had wished to stop, ``.under(BASELINE)`` where the baseline policy had been
followed, with the same draw of noise. ``E(...)`` is the mean over the noise, with ``given=`` conditioning on the factual
world. Sums, products, weights, ``least`` and ``most`` combine both.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import takewhile
from typing import Any, Final

from causalkit.arguments import checked
from causalkit.errors import Impossible, Undecided, WrongShape, visible
from causalkit.values.exact import Number, exact, is_zero, less, tidy

__all__ = [
    "BASELINE", "B", "Constant", "E", "Expectation", "Formula", "H", "Is", "Least", "Most", "Product", "Quotient", "Reading", "Sum",
    "V", "X", "evaluate", "formula", "least", "leaves", "most", "rewritten",
]  # fmt: skip

BASELINE: Final = "baseline"
"""The world's own baseline policy, as a reference."""


class Formula:
    """An expression of the language; frozen, compared by structure."""

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
        return rewritten(self, lambda r: r.had(edits, **named))

    def under(self, policy: Hashable) -> Formula:
        """The same read where another policy had been followed, with the same draw of noise.

        >>> H.under(BASELINE)
        H.under('baseline')
        """
        return rewritten(self, lambda r: r.under(policy))

    def __str__(self) -> str:
        from stop_button.language.notation import text

        return visible(text(self))

    def __repr__(self) -> str:
        from stop_button.language.notation import code

        return code(self)

    def _repr_latex_(self) -> str:
        from stop_button.language.notation import latex

        return f"${latex(self)}$"


@dataclass(frozen=True, repr=False)
class Constant(Formula):
    """A number."""

    value: Number


@dataclass(frozen=True, repr=False)
class Reading(Formula):
    """The value of a role or variable, in the branch where ``edits`` had been done and ``policy`` followed (None: as it is)."""

    name: str
    edits: tuple[tuple[str, Any], ...] = ()
    policy: Hashable = None

    @checked
    def had(self, edits: Mapping[str, Any] | None = None, /, **named: Any) -> Reading:
        """This reading where roles or variables had been set to these values, or to what another reading is."""
        new = {**(edits or {}), **named}
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


@dataclass(frozen=True, repr=False)
class Is(Formula):
    """1 where a reading has a meaning, else 0."""

    reading: Reading
    meaning: Hashable


@dataclass(frozen=True, repr=False)
class Sum(Formula):
    """The sum of formulas."""

    parts: tuple[Formula, ...]


@dataclass(frozen=True, repr=False)
class Product(Formula):
    """The product of formulas."""

    parts: tuple[Formula, ...]


@dataclass(frozen=True, repr=False)
class Least(Formula):
    """The smallest of formulas."""

    parts: tuple[Formula, ...]


@dataclass(frozen=True, repr=False)
class Most(Formula):
    """The largest of formulas."""

    parts: tuple[Formula, ...]


@dataclass(frozen=True, repr=False)
class Quotient(Formula):
    """One formula divided by another."""

    top: Formula
    bottom: Formula

    @property
    def parts(self) -> tuple[Formula, ...]:
        return (self.top, self.bottom)


@dataclass(frozen=True, repr=False)
class Expectation(Formula):
    """The mean of a formula of readings over the noise, given an event; ``E`` builds one."""

    inner: Formula
    given: Formula | None = None


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
        if any(isinstance(leaf, Expectation) for leaf in leaves(part)):
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
    head, rest = _COMBINE[kind](numbers), parts[len(numbers) :]
    kept = rest if rest and is_zero(head - _COMBINE[kind]([])) else [Constant(head), *rest]
    return kept[0] if len(kept) == 1 else kind(tuple(kept))


def rewritten(f: Formula, change: Callable[[Reading], Formula], mean: Callable[[Expectation], Formula] | None = None) -> Formula:
    """The formula with every reading changed (in conditions too), or with every mean changed by ``mean``."""
    if isinstance(f, Reading):
        return change(f)
    if isinstance(f, Is):
        new = change(f.reading)
        return Is(new, f.meaning) if isinstance(new, Reading) else f
    if isinstance(f, Expectation):
        if mean is not None:
            return mean(f)
        return Expectation(rewritten(f.inner, change), None if f.given is None else rewritten(f.given, change))
    if isinstance(f, Quotient):
        return Quotient(rewritten(f.top, change, mean), rewritten(f.bottom, change, mean))
    if isinstance(f, (Sum, Product, Least, Most)):
        return type(f)(tuple(rewritten(part, change, mean) for part in f.parts))
    return f


def leaves(f: Formula) -> Iterator[Formula]:
    """The readings, events and means that a formula is made of; a mean is one leaf."""
    if isinstance(f, (Sum, Product, Least, Most, Quotient)):
        for part in f.parts:
            yield from leaves(part)
    elif not isinstance(f, Constant):
        yield f


def evaluate(f: Formula, leaf: Callable[[Formula], Number]) -> Number:
    """The number that a formula stands for, once its leaves are numbers."""
    if isinstance(f, Constant):
        return f.value
    if isinstance(f, (Sum, Product, Least, Most)):
        return _COMBINE[type(f)]([evaluate(part, leaf) for part in f.parts])
    if isinstance(f, Quotient):
        bottom = evaluate(f.bottom, leaf)
        if is_zero(bottom):
            raise Impossible(f"{f} is undefined: what it divides by is 0")
        return tidy(evaluate(f.top, leaf) / bottom)
    return leaf(f)


def _sum(numbers: Iterable[Number]) -> Number:
    return tidy(sum(numbers, exact(0)))


def _product(numbers: Iterable[Number]) -> Number:
    total = exact(1)
    for number in numbers:
        total = total * number
    return tidy(total)


def _extreme(numbers: list[Number], sympy_name: str, better: Callable[[Number, Number], bool]) -> Number:
    best = numbers[0]
    for number in numbers[1:]:
        try:
            best = number if better(number, best) else best
        except Undecided:
            import sympy

            best = getattr(sympy, sympy_name)(best, number)
    return best


_COMBINE: Mapping[type[Formula], Callable[[list[Number]], Number]] = {
    Sum: _sum,
    Product: _product,
    Least: lambda numbers: _extreme(numbers, "Min", less),
    Most: lambda numbers: _extreme(numbers, "Max", lambda a, b: less(b, a)),
}
