"""Values that a formula leaves open, and variables at values."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass

from causalkit.identification.notation import Notation
from causalkit.values.render import Printed

__all__ = ["At", "Symbol", "assigned", "fresh", "named"]


@dataclass(frozen=True, order=True)
class Symbol(Printed):
    """A value of a variable that a formula leaves open: ``x``, and with primes other values of the same variable.

    >>> print(Symbol("x"), Symbol("x", 1))
    x x'
    """

    variable: str
    primes: int = 0

    def __str__(self) -> str:
        return self.variable + "'" * self.primes


@dataclass(frozen=True)
class At:
    """A variable at a value: a symbol, or a constant.

    >>> from causalkit.identification.notation import TEXT
    >>> At("x", 1).shown({}, TEXT), At("x", Symbol("x", 1)).shown({}, TEXT), At("x", Symbol("y")).shown({}, TEXT)
    ('x=1', "x'", 'x=y')
    """

    variable: str
    value: Hashable

    def shown(self, names: Mapping[Symbol, str], notation: Notation) -> str:
        """The event as it is written: the symbol alone where it is one of the variable's own, else ``variable=value``."""
        if not isinstance(self.value, Symbol):
            return f"{notation.name(self.variable)}={notation.value(self.value)}"
        name = notation.name(names.get(self.value, str(self.value)))
        return name if self.value.variable == self.variable else f"{notation.name(self.variable)}={name}"

    def substituted(self, values: Mapping[Symbol, Hashable]) -> At:
        """The event with its symbol replaced, where ``values`` has it."""
        return At(self.variable, values.get(self.value, self.value)) if isinstance(self.value, Symbol) else self


def assigned(events: Iterable[At], values: Mapping[Symbol, Hashable]) -> dict[str, Hashable] | None:
    """The value of each variable, or None when one would have to take two.

    >>> assigned([At("x", Symbol("x")), At("y", 1)], {Symbol("x"): 0})
    {'x': 0, 'y': 1}
    >>> assigned([At("x", Symbol("x")), At("x", 1)], {Symbol("x"): 0})
    """
    found: dict[str, Hashable] = {}
    for at in events:
        value = values[at.value] if isinstance(at.value, Symbol) else at.value
        if found.setdefault(at.variable, value) != value:
            return None
    return found


def fresh(symbol: Symbol, taken: Iterable[object]) -> Symbol:
    """The symbol itself, or the first with more primes that is not taken.

    >>> print(fresh(Symbol("x"), [Symbol("x")]))
    x'
    """
    used = set(taken)
    while symbol in used:
        symbol = Symbol(symbol.variable, symbol.primes + 1)
    return symbol


def named(over: Iterable[Symbol], names: Mapping[Symbol, str]) -> dict[Symbol, str]:
    """The names in use, and one for each newly bound symbol, with primes where its own is taken.

    >>> named([Symbol("x")], {Symbol("x"): "x"})[Symbol("x")]
    "x'"
    """
    found = dict(names)
    used = set(names.values())
    for symbol in over:
        name = symbol.variable
        while name in used:
            name += "'"
        found[symbol] = name
        used.add(name)
    return found
