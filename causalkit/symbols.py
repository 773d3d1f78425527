"""Answers that hold symbols: their derivatives, where they are equal, which is the largest where, and their values.

A symbol is a sympy symbol or its name. An answer is a number as ``prob``, ``expect`` and scores give it: a rational function of symbols,
or a plain number. Results are exact: fractions where possible, else sympy numbers.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cmp_to_key
from typing import TYPE_CHECKING, Any

from causalkit.errors import InvalidNumber, Undecided, UnknownName, WrongShape
from causalkit.values.arguments import checked
from causalkit.values.dist import Dist
from causalkit.values.exact import Number, Numeric, exact, is_symbolic, is_zero, largest, less, tidy
from causalkit.values.pictures import drawn
from causalkit.values.tables import ResultTable, Tabled

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["Region", "Regions", "break_even", "derivative", "regions", "substitute"]

Symbol = Any


@checked
def derivative(answer: Numeric, symbol: Symbol) -> Number:
    """How fast an answer changes with a symbol.

    >>> import sympy
    >>> p = sympy.Symbol("p")
    >>> derivative(p**2 + 3 * p, p), derivative(3, p)
    (2*p + 3, Fraction(0, 1))
    """
    import sympy

    expression = _expression(answer)
    return tidy(sympy.diff(expression, _symbol(symbol, [expression])))


@checked
def substitute(answer: Any, values: Mapping[Symbol, Numeric]) -> Any:
    """An answer with values in the place of symbols: a number, a ``Dist``, or a mapping, list or tuple of such answers.

    Symbols may be given by name. Raises ``UnknownName`` when the answer has a symbol of the same name but with other assumptions, which
    sympy takes for a different symbol; a symbol that is not there at all changes nothing.

    >>> import sympy
    >>> p = sympy.Symbol("p", positive=True)
    >>> substitute({"work": 2 * p, "rest": Fraction(1)}, {"p": "1/4"})
    {'work': Fraction(1, 2), 'rest': Fraction(1, 1)}
    """
    if isinstance(answer, Dist):
        return Dist({value: substitute(weight, values) for value, weight in answer.items()})
    if isinstance(answer, Mapping):
        return {key: substitute(value, values) for key, value in answer.items()}
    if isinstance(answer, (list, tuple)):
        parts = [substitute(value, values) for value in answer]
        return type(answer)(*parts) if hasattr(answer, "_fields") else type(answer)(parts)  # a tuple may have names for its parts
    if any(kind.__name__ in ("Model", "World") for kind in type(answer).__mro__):
        raise WrongShape(
            f"substitute takes an answer, and got a {type(answer).__name__}; type substitute(model.prob(...), values), "
            "or build it with the values in the first place"
        )
    return _substituted(exact(answer), values)


@checked
def break_even(a: Numeric, b: Numeric, symbol: Symbol) -> tuple[Number, ...]:
    """Every real value of the symbol at which two answers are equal, sorted.

    Values that the symbol's assumptions exclude, or at which an answer is undefined, are left out. Other symbols are allowed where the
    equation is linear. Raises ``Undecided`` when the answers are equal everywhere, or nowhere, or when that depends on other symbols.

    :param a: an answer: a number or an expression
    :param b: the other answer
    :param symbol: the symbol, or its name
    :returns: the values, from the lowest to the highest

    >>> import sympy
    >>> L = sympy.Symbol("L")
    >>> break_even(L**2 - 2, 0, L)
    (-sqrt(2), sqrt(2))
    >>> break_even(1 - L / 10, "1/11", "L")
    (Fraction(100, 11),)
    """
    left, right = _expression(a), _expression(b)
    x = _symbol(symbol, [left, right])
    found = _meeting(left, right, x)
    if found is None:
        raise Undecided(f"{left} and {right} are the same for every {x}, so there is no value at which they break even")
    if not found:
        raise Undecided(f"{left} and {right} are never equal for a real {x} that its assumptions allow")
    return tuple(found)


@dataclass(frozen=True)
class Region:
    """An interval, without its ends, on which the same names are best."""

    low: Number
    high: Number
    best: tuple[str, ...]


@dataclass(frozen=True)
class Regions(Tabled):
    """Which of some named answers is the largest for which values of a symbol, from the lowest value to the highest.

    The regions are open intervals that lie end to end; at an end, the answers on both sides are equal (``at`` says which are best there).
    """

    symbol: str
    expressions: Mapping[str, Number]
    regions: tuple[Region, ...]

    def __iter__(self) -> Iterator[Region]:
        return iter(self.regions)

    def __len__(self) -> int:
        return len(self.regions)

    def at(self, value: Numeric) -> tuple[str, ...]:
        """The names that are best at one value, all of them when they are equal.

        >>> import sympy
        >>> p = sympy.Symbol("p")
        >>> regions({"bet": 2 * p, "keep": 1}, p, 0, 1).at("1/2")
        ('bet', 'keep')
        """
        return _best({name: substitute(one, {self.symbol: value}) for name, one in self.expressions.items()})

    @checked
    def plot(self, ax: Axes | None = None) -> Axes:
        """The regions as bars, a row for each name that is somewhere the best: ``causalkit.plot.regions``.

        :param ax: where to draw; without it, on a figure of its own. Nothing is shown.
        :returns: the Axes.

        >>> import sympy
        >>> p = sympy.Symbol("p")
        >>> ax = regions({"bet": 2 * p, "keep": 1}, p, 0, 1).plot()
        >>> [label.get_text() for label in ax.get_yticklabels()], [float(bar.get_width()) for bar in ax.patches]
        (['bet', 'keep'], [0.5, 0.5])
        """
        axes: Axes = drawn(self, ax=ax)
        return axes

    def __str__(self) -> str:
        return str(self._result())

    def _repr_html_(self) -> str:
        return self._result().html()

    def _result(self) -> ResultTable:
        rows = [[", ".join(region.best), region.low, region.high] for region in self.regions]
        return ResultTable(["best", "from", "to"], rows, caption=f"Which is best, by {self.symbol}")


@checked
def regions(expressions: Mapping[str, Numeric], symbol: Symbol, low: Numeric, high: Numeric) -> Regions:
    """Which of some named answers is the largest on which intervals between ``low`` and ``high``, with exact ends.

    Raises ``WrongShape`` when ``low`` is not less than ``high``, ``Undecided`` when the answers hold other symbols, ``InvalidNumber``
    when one of them is undefined somewhere in between.

    :param expressions: answers by name; each a number or an expression in the symbol
    :param symbol: the symbol, or its name
    :param low: where to begin, a number
    :param high: where to end, a larger number
    :returns: the intervals from ``low`` to ``high``, each with the names that are best on it

    >>> import sympy
    >>> p = sympy.Symbol("p")
    >>> print(regions({"bet": 3 * p, "keep": 1, "run": p / 2}, p, 0, 1))
    best  from   to
    keep     0  1/3
    bet    1/3    1
    """
    start, end = exact(low), exact(high)
    if not expressions or not less(start, end):
        raise WrongShape(f"regions needs named answers and low < high, and got {len(expressions)} answers between {start} and {end}")
    read = {name: _expression(one) for name, one in expressions.items()}
    x = _symbol(symbol, read.values())
    for one in read.values():
        _check_alone(one, x, start, end)
    found = [value for a, b in itertools.combinations(read.values(), 2) for value in _meeting(a, b, x) or []]
    ends = [start, *_sorted([value for value in found if less(start, value) and less(value, end)]), end]
    raw = [Region(a, b, _best_at(read, x, between(a, b))) for a, b in itertools.pairwise(ends)]
    merged = [list(group) for _, group in itertools.groupby(raw, key=lambda region: region.best)]
    return Regions(x.name, {name: tidy(one) for name, one in read.items()}, tuple(Region(g[0].low, g[-1].high, g[0].best) for g in merged))


def between(low: Number, high: Number) -> Fraction:
    """A fraction strictly between two real numbers, the first smaller than the second.

    >>> import sympy
    >>> between(sympy.sqrt(2), Fraction(3, 2))
    Fraction(1457, 1000)
    """
    if isinstance(low, Fraction) and isinstance(high, Fraction):
        return (low + high) / 2
    import sympy

    a, b = _expression(low), _expression(high)
    for digits in (4, 16, 64, 256):
        middle = sympy.Rational(str(sympy.N((a + b) / 2, digits))).limit_denominator(10**digits)
        if less(low, tidy(middle)) and less(tidy(middle), high):
            return Fraction(int(middle.p), int(middle.q))
    raise Undecided(f"{low} and {high} are too close to tell apart with 256 digits")


def _expression(answer: Numeric) -> Any:
    """A number as a sympy expression."""
    import sympy

    value = exact(answer)
    return sympy.Rational(value.numerator, value.denominator) if isinstance(value, Fraction) else value


def _symbol(symbol: Symbol, expressions: Iterable[Any]) -> Any:
    """The symbol that is meant, as the expressions have it; a name that is not there is a symbol without assumptions."""
    import sympy

    known = {one for expression in expressions for one in expression.free_symbols}
    name = symbol if isinstance(symbol, str) else symbol.name if isinstance(symbol, sympy.Symbol) else None
    if name is None:
        raise WrongShape(f"{symbol!r} is not a symbol; give a sympy symbol or its name")
    same = sorted((one for one in known if one.name == name), key=str)
    if symbol in known or not same:
        return sympy.Symbol(symbol) if isinstance(symbol, str) else symbol
    if isinstance(symbol, str) and len(same) == 1:
        return same[0]
    raise UnknownName(
        f"{name!r} with these assumptions is not in the answer, which has {' and '.join(map(_described, same))}; "
        "sympy takes symbols with different assumptions for different symbols, so make the symbol once and use it everywhere"
    )


def _described(symbol: Any) -> str:
    import sympy

    return str(sympy.srepr(symbol))


def _substituted(answer: Number, values: Mapping[Symbol, Numeric]) -> Number:
    if not is_symbolic(answer):
        return answer
    import sympy

    found = answer.xreplace({_symbol(symbol, [answer]): _expression(value) for symbol, value in values.items()})
    if found.has(sympy.nan, sympy.zoo, sympy.oo):
        raise InvalidNumber(f"{answer} is undefined for {', '.join(f'{symbol}={value}' for symbol, value in values.items())}")
    return tidy(found)


def _meeting(a: Any, b: Any, x: Any) -> list[Number] | None:
    """The real values at which two expressions are equal and defined, sorted; ``None`` when they are the same."""
    import sympy

    top, bottom = sympy.fraction(sympy.cancel(sympy.together(a - b)))
    if top == 0:
        return None
    if not (top.is_polynomial(x) and bottom.is_polynomial(x)):
        raise WrongShape(f"{a} and {b} must be rational functions of {x} to be compared exactly; write them as quotients of polynomials")
    poles = {pole for one in (a, b) for pole in _poles(one, x)}
    return _sorted([tidy(root) for root in _roots(top, x) if root not in poles and _allowed(root, x)])


def _roots(polynomial: Any, x: Any) -> Sequence[Any]:
    """The real roots of a polynomial, each once."""
    import sympy

    poly = sympy.Poly(polynomial, x)
    if poly.degree() == 0:
        return []
    if poly.degree() == 1:
        return [-poly.coeff_monomial(1) / poly.coeff_monomial(x)]
    others = polynomial.free_symbols - {x}
    if others:
        names = ", ".join(sorted(map(str, others)))
        raise Undecided(f"where {polynomial} is 0 depends on {names}; substitute values for them first")
    if poly.domain.is_EX:  # roots among its coefficients
        poly = sympy.Poly(polynomial, x, extension=True)
    try:
        return list(dict.fromkeys(sympy.real_roots(poly)))
    except NotImplementedError:
        raise Undecided(
            f"where {polynomial} is 0 is not worked out: that takes coefficients that are fractions or their roots; give such numbers"
        ) from None


def _poles(expression: Any, x: Any) -> Sequence[Any]:
    import sympy

    return _roots(sympy.fraction(sympy.cancel(sympy.together(expression)))[1], x)


def _allowed(root: Any, x: Any) -> bool:
    """Whether no assumption of the symbol excludes a value."""
    return all(getattr(root, f"is_{fact}", None) in (None, value) for fact, value in x.assumptions0.items())


def _check_alone(expression: Any, x: Any, low: Number, high: Number) -> None:
    others = expression.free_symbols - {x}
    if others:
        raise Undecided(f"which answer is largest depends on {', '.join(sorted(map(str, others)))} too; substitute values for them first")
    for pole in _poles(expression, x):
        if not less(tidy(pole), low) and not less(high, tidy(pole)):
            raise InvalidNumber(f"{expression} is undefined at {x} = {pole}; ask about values below or above it")


def _sorted(values: Iterable[Number]) -> list[Number]:
    def compared(a: Number, b: Number) -> int:
        return -1 if less(a, b) else int(less(b, a))

    return sorted(dict.fromkeys(values), key=cmp_to_key(compared))


def _best_at(expressions: Mapping[str, Any], x: Any, value: Fraction) -> tuple[str, ...]:
    return _best({name: _substituted(tidy(one), {x: value}) for name, one in expressions.items()})


def _best(values: Mapping[str, Number]) -> tuple[str, ...]:
    top = largest(values.values())
    return tuple(name for name, value in values.items() if is_zero(value - top))
