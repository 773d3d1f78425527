"""Estimands: formulas in probabilities of observed variables that print themselves and evaluate exactly."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from typing import Any

from causalkit.errors import Impossible, UnknownName, WrongShape, suggestion
from causalkit.graphs.order import Names, several
from causalkit.identification.notation import LATEX, TEXT, Notation, html_of
from causalkit.identification.observed import Observed
from causalkit.identification.symbol import At, Symbol, assigned, fresh, named
from causalkit.values.arguments import checked
from causalkit.values.exact import Number, exact, is_zero, tidy

__all__ = ["AnyValue", "At", "Estimand", "P", "Probability", "Product", "Quotient", "Scalar", "Sum", "Symbol", "given_once"]

Bound = Mapping[Symbol, Hashable]
Shown = Mapping[Symbol, str]


class Estimand:
    """A formula in probabilities of observed variables; a final class for each form: probability, product, quotient, sum."""

    @property
    def free(self) -> tuple[Symbol, ...]:
        """The values that the formula leaves open.

        >>> Sum((Symbol("z"),), P("y", given=["x", "z"]) * P("z")).free
        (Symbol(variable='x', primes=0), Symbol(variable='y', primes=0))
        """
        raise NotImplementedError

    def substituted(self, values: Bound) -> Estimand:
        """The formula with symbols replaced by other symbols or by constants, where they are free.

        >>> print(P("y", given="x").substituted({Symbol("x"): 1}))
        P(y | x=1)
        """
        raise NotImplementedError

    def shown(self, names: Shown, notation: Notation) -> str:
        """The formula in a notation, with the names that stand for its free symbols."""
        raise NotImplementedError

    def worth(self, source: Observed, values: Bound) -> Number:
        """The number that the formula stands for, given a value for each free symbol."""
        raise NotImplementedError

    def evaluate(self, source: Any, values: Mapping[Any, Hashable] | None = None, /, **named: Hashable) -> Any:
        """The formula on a distribution: a number when every open value is given, else a mapping from the others to numbers.

        ``source`` is a model, or anything with ``dist(*names)``. Values are named as they print: ``x``, in a mapping also ``"x'"``.
        The keys of the mapping are values when one is left open, and tuples in the order of ``free`` when several are.
        Raises ``Impossible`` where the formula conditions on probability zero, ``UnknownName``, ``UnknownValue``.

        >>> from causalkit.values.dist import coin
        >>> from causalkit.model import Model
        >>> model = Model(x=coin("1/4"), y=lambda x: x)
        >>> P("y").evaluate(model, y=True), P("y").evaluate(model)
        (Fraction(1, 4), {False: Fraction(3, 4), True: Fraction(1, 4)})
        """
        observed = Observed(source)
        bound = self._bound(given_once(values, named), observed)
        left = tuple(symbol for symbol in self.free if symbol not in bound)
        if not left:
            return self.worth(observed, bound)
        cells = {tuple(each.values()): self.worth(observed, {**bound, **each}) for each in _settings(left, observed)}
        return cells if len(left) > 1 else {key[0]: weight for key, weight in cells.items()}

    def _bound(self, values: Mapping[Any, Hashable], source: Observed) -> dict[Symbol, Hashable]:
        known = {str(symbol): symbol for symbol in self.free}
        for name in values:
            if str(name) not in known:
                has = ", ".join(known) or "none"
                raise UnknownName(f"'{name}' is not an open value of {self}; it has: {has}{suggestion(str(name), known)}")
        bound = {known[str(name)]: value for name, value in values.items()}
        for symbol, value in bound.items():
            source.check_value(symbol.variable, value)
        return bound

    def __mul__(self, other: Estimand) -> Estimand:
        return Product((*_factors(self), *_factors(other)))

    def __truediv__(self, other: Estimand) -> Estimand:
        return Quotient(self, other)

    def __str__(self) -> str:
        return self.shown({symbol: str(symbol) for symbol in self.free}, TEXT)

    def latex(self) -> str:
        r"""The formula in LaTeX, without dollar signs.

        >>> print(P("y", given="x").latex())
        P(y \mid x)
        """
        return self.shown({symbol: str(symbol) for symbol in self.free}, LATEX)

    def _repr_html_(self) -> str:
        return html_of(str(self))

    def _repr_latex_(self) -> str:
        return f"${self.latex()}$"


@dataclass(frozen=True)
class Scalar(Estimand):
    """A number.

    >>> print(Scalar(Fraction(1, 2)))
    1/2
    """

    value: Fraction

    @property
    def free(self) -> tuple[Symbol, ...]:
        return ()

    def substituted(self, values: Bound) -> Estimand:
        return self

    def shown(self, names: Shown, notation: Notation) -> str:
        return str(self.value)

    def worth(self, source: Observed, values: Bound) -> Number:
        return self.value


@dataclass(frozen=True)
class Probability(Estimand):
    """A conditional probability of variables at values; with ``do``, one from an experiment that sets variables.

    >>> print(Probability((At("y", Symbol("y")),), given=(At("x", 1),)))
    P(y | x=1)
    """

    events: tuple[At, ...]
    given: tuple[At, ...] = ()
    do: tuple[At, ...] = ()

    def __post_init__(self) -> None:
        for part in ("events", "given", "do"):
            object.__setattr__(self, part, tuple(sorted(set(getattr(self, part)), key=lambda at: (at.variable, str(at.value)))))

    @property
    def free(self) -> tuple[Symbol, ...]:
        return tuple(sorted({at.value for at in (*self.events, *self.given, *self.do) if isinstance(at.value, Symbol)}))

    def substituted(self, values: Bound) -> Estimand:
        return Probability(*(tuple(at.substituted(values) for at in part) for part in (self.events, self.given, self.do)))

    def shown(self, names: Shown, notation: Notation) -> str:
        return notation.probability(*([at.shown(names, notation) for at in part] for part in (self.events, self.do, self.given)))

    def worth(self, source: Observed, values: Bound) -> Number:
        given, do = assigned(self.given, values), assigned(self.do, values) or {}
        below = exact(0) if given is None else source.weight(given, do)
        if is_zero(below):
            where = ", ".join(at.substituted(values).shown({}, TEXT) for at in self.given)
            raise Impossible(f"{self} conditions on {where}, which has probability 0; the formula has no value there")
        asked = assigned((*self.events, *self.given), values)
        return exact(0) if asked is None else tidy(source.weight(asked, do) / below)


@dataclass(frozen=True)
class Product(Estimand):
    """The product of its factors; zero as soon as one of them is, even where another has no value.

    A factor without a value stands for a probability, which lies between 0 and 1 however the distribution is completed.

    >>> print(P("y", given="x") * P("x"))
    P(y | x) P(x)
    """

    factors: tuple[Estimand, ...]

    @property
    def free(self) -> tuple[Symbol, ...]:
        return tuple(sorted({symbol for factor in self.factors for symbol in factor.free}))

    def substituted(self, values: Bound) -> Estimand:
        return Product(tuple(factor.substituted(values) for factor in self.factors))

    def shown(self, names: Shown, notation: Notation) -> str:
        written = [factor.shown(names, notation) for factor in self.factors]
        open_ended = [isinstance(f, Sum) and f is not self.factors[-1] for f in self.factors]
        flat = [isinstance(f, Quotient) and not notation.is_latex for f in self.factors]
        return " ".join(notation.grouped(*each) for each in zip(written, map(any, zip(open_ended, flat, strict=True)), strict=True))

    def worth(self, source: Observed, values: Bound) -> Number:
        result, undefined = exact(1), None
        for factor in self.factors:
            try:
                result = result * factor.worth(source, values)
            except Impossible as error:
                undefined = undefined or error
        if undefined and not is_zero(result):
            raise undefined
        return tidy(result)


@dataclass(frozen=True)
class Quotient(Estimand):
    """A ratio; without a value where its denominator is zero.

    >>> print(P(["x", "y"]) / P("x"))
    P(x, y) / P(x)
    """

    numerator: Estimand
    denominator: Estimand

    @property
    def free(self) -> tuple[Symbol, ...]:
        return tuple(sorted({*self.numerator.free, *self.denominator.free}))

    def substituted(self, values: Bound) -> Estimand:
        return Quotient(self.numerator.substituted(values), self.denominator.substituted(values))

    def shown(self, names: Shown, notation: Notation) -> str:
        parts = self.numerator, self.denominator
        flat = [not isinstance(part, Probability | AnyValue) and not notation.is_latex for part in parts]
        return notation.quotient(*(notation.grouped(part.shown(names, notation), f) for part, f in zip(parts, flat, strict=True)))

    def worth(self, source: Observed, values: Bound) -> Number:
        below = self.denominator.worth(source, values)
        if is_zero(below):
            raise Impossible(f"{self.denominator} is 0, so {self} has no value there")
        return tidy(self.numerator.worth(source, values) / below)


@dataclass(frozen=True)
class _Bound(Estimand):
    """A formula in which some symbols stand for every value, and are no business of what is outside."""

    over: tuple[Symbol, ...]
    of: Estimand

    @property
    def free(self) -> tuple[Symbol, ...]:
        return tuple(symbol for symbol in self.of.free if symbol not in self.over)

    def substituted(self, values: Bound) -> Estimand:
        return type(self)(*_under_binder(self.over, self.of, values))


@dataclass(frozen=True)
class Sum(_Bound):
    """The sum of a formula over all values of some variables.

    >>> print(P("x") * Sum((Symbol("x"),), P("y", given="x") * P("x")))
    P(x) Σ_{x'} P(y | x') P(x')
    """

    def shown(self, names: Shown, notation: Notation) -> str:
        inner = named(self.over, names)
        body = notation.grouped(self.of.shown(inner, notation), isinstance(self.of, Quotient) and not notation.is_latex)
        return notation.sum([notation.name(inner[symbol]) for symbol in self.over], body)

    def worth(self, source: Observed, values: Bound) -> Number:
        return tidy(sum((self.of.worth(source, {**values, **each}) for each in _settings(self.over, source)), exact(0)))


@dataclass(frozen=True)
class AnyValue(_Bound):
    """A formula whose result is the same at any value of some variables: evaluated at the first where it is defined.

    >>> print(AnyValue((Symbol("r"),), P("y", given=["r", "x"])))
    [P(y | r, x) at any r]
    """

    def shown(self, names: Shown, notation: Notation) -> str:
        inner = named(self.over, names)
        return notation.any_value([notation.name(inner[symbol]) for symbol in self.over], self.of.shown(inner, notation))

    def worth(self, source: Observed, values: Bound) -> Number:
        undefined = []
        for each in _settings(self.over, source):
            try:
                return self.of.worth(source, {**values, **each})
            except Impossible as error:
                undefined.append(error)
        raise undefined[0]


def given_once(values: Mapping[Any, Hashable] | None, named: Mapping[str, Hashable]) -> dict[str, Hashable]:
    """Values by the names that they print as; raises ``WrongShape`` for one that is given in the mapping and by keyword.

    >>> given_once({Symbol("x"): 1}, {"y": 2})
    {'x': 1, 'y': 2}
    """
    mapped = {str(name): value for name, value in (values or {}).items()}
    both = [name for name in named if name in mapped]
    if both:
        raise WrongShape(f"{both[0]!r} is given twice, in the mapping and by keyword; give it once")
    return {**mapped, **named}


@checked
def P(events: Names, *, given: Names = (), do: Names = ()) -> Probability:
    """A probability term by the names of its variables.

    :param events: a name, or names, of the variables whose probability it is
    :param given: a name, or names, of the variables that it conditions on
    :param do: a name, or names, of the variables that an experiment sets
    :returns: the term, with the value of every variable left open

    >>> print(P("y", do="x", given="z"))
    P(y | do(x), z)
    """
    return Probability(*(tuple(At(name, Symbol(name)) for name in several(part)) for part in (events, given, do)))


def _factors(estimand: Estimand) -> tuple[Estimand, ...]:
    return estimand.factors if isinstance(estimand, Product) else (estimand,)


def _settings(over: tuple[Symbol, ...], source: Observed) -> Iterator[dict[Symbol, Hashable]]:
    for values in product(*(source.domain(symbol.variable) for symbol in over)):
        yield dict(zip(over, values, strict=True))


def _under_binder(over: tuple[Symbol, ...], of: Estimand, values: Bound) -> tuple[tuple[Symbol, ...], Estimand]:
    """The bound symbols and the body after a substitution that reaches free symbols only, and captures none."""
    reached = {symbol: value for symbol, value in values.items() if symbol in of.free and symbol not in over}
    taken = {*reached.values(), *(symbol for symbol in of.free if symbol not in over)}
    renamed: dict[Symbol, Symbol] = {}
    for symbol in over:
        renamed[symbol] = fresh(symbol, {*taken, *renamed.values(), *over}) if symbol in taken else symbol
    return tuple(renamed.values()), of.substituted({**reached, **renamed})
