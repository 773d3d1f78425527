"""How much each input had to do with an output, by several methods on one exact function, and where they disagree."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from causalkit.errors import InvalidNumber, TooLarge, UnknownName, WrongShape, listing, suggestion
from causalkit.graphs.order import Names
from causalkit.model import Model
from causalkit.quantities.execution import execution_of
from causalkit.quantities.setting import Values
from causalkit.values.arguments import check_takes, checked
from causalkit.values.exact import exact
from causalkit.values.tables import ResultTable, Tabled

__all__ = ["METHODS", "Attribution", "attribution", "attribution_in"]

METHODS = ("gradient", "gradient x input", "ablation", "shapley", "integrated gradients", "but-for")
"""The methods; the gradients need a function that answers to symbols."""

TABLE_METHODS = ("ablation", "shapley", "but-for")
SYMBOLIC = ("gradient", "gradient x input", "integrated gradients")
MOST_INPUTS = 12

Inputs = Mapping[str, Hashable]


@dataclass(frozen=True)
class Attribution(Tabled):
    """What each method gives each input. ``total`` is the output minus the output at the baseline.

    ``joint`` are the smallest sets of inputs that change the output when all of them go to the baseline, whatever each alone does.
    """

    by_method: Mapping[str, Mapping[str, Fraction]]
    total: Fraction
    joint: tuple[tuple[str, ...], ...]

    def order(self, method: str) -> tuple[tuple[str, ...], ...]:
        """The inputs from the most to the least by size, those of the same size together."""
        sizes = {name: abs(value) for name, value in self.by_method[method].items()}
        return tuple(tuple(name for name in sizes if sizes[name] == size) for size in sorted(set(sizes.values()), reverse=True))

    @property
    def disagreements(self) -> tuple[tuple[str, str, str, str], ...]:
        """Pairs of methods that put two inputs in opposite orders: ``(method, other, first, second)``, first above second in ``method``."""
        found = []
        for one, other in itertools.combinations(self.by_method, 2):
            a, b = self.by_method[one], self.by_method[other]
            for first, second in itertools.permutations(a, 2):
                if abs(a[first]) > abs(a[second]) and abs(b[first]) < abs(b[second]):
                    found.append((one, other, first, second))
        return tuple(found)

    def __bool__(self) -> bool:
        """Whether no two methods put two inputs in opposite orders."""
        return not self.disagreements

    def _result(self) -> ResultTable:
        names = list(next(iter(self.by_method.values())))
        rows = [[method, *(row[name] for name in names), sum(row.values(), Fraction(0))] for method, row in self.by_method.items()]
        return ResultTable(["method", *names, "sum"], rows)

    def __str__(self) -> str:
        lines = [str(self._result())]
        lines += [f"{one} puts {a} above {b}, {other} puts {b} above {a}" for one, other, a, b in self.disagreements[:3]]
        lines += [f"and {len(self.disagreements) - 3} more such pairs"] if len(self.disagreements) > 3 else []
        joint = "; ".join(", ".join(names) for names in self.joint) or "none"
        return "\n".join([*lines, f"smallest sets that change the output: {joint}"])

    def _repr_html_(self) -> str:
        return self._result().html()


@checked
def attribution(function: Callable[..., Any], *, at: Inputs, baseline: Inputs, how: Sequence[str] = TABLE_METHODS) -> Attribution:
    """How much each input of a function had to do with its output, against a baseline.

    :param function: a function of named inputs, whose output is a number.
    :param at: the inputs as they were.
    :param baseline: what each input is compared with; it decides more than the method does, and none is assumed.
    :param how: some of ``METHODS``. Gradients are those of the function as an expression of symbols.
    :returns: an ``Attribution``, truthy when no two methods disagree on an order.
    :raises UnknownName: for a method or an input that is not there. ``TooLarge`` for more than 12 inputs. ``WrongShape`` for a gradient
        of a function that does not answer to symbols. ``InvalidNumber`` for an output that is no plain number.

    Source: [tailcalled2021d]

    >>> print(attribution(lambda a, b: min(1, a + b), at={"a": 1, "b": 1}, baseline={"a": 0, "b": 0}))
    method      a    b  sum
    ablation    0    0    0
    shapley   0.5  0.5    1
    but-for     0    0    0
    smallest sets that change the output: a, b
    """
    _check(at, baseline, how)
    check_takes(function, at, "the function")
    names = tuple(at)
    worth: dict[frozenset[str], Fraction] = {}
    for size in range(len(names) + 1):
        for kept in itertools.combinations(names, size):
            worth[frozenset(kept)] = _number(function(**{name: at[name] if name in kept else baseline[name] for name in names}))
    every = frozenset(names)
    total = worth[every] - worth[frozenset()]
    if any(method in SYMBOLIC for method in how):
        _check_expression(function, at, baseline, worth)
    by_method = {method: _by_method(method, function, at, baseline, worth) for method in how}
    return Attribution(by_method, total, _joint(worth, every))


def attribution_in(
    model: Model,
    output: str,
    *,
    baseline: Inputs,
    among: Names | None = None,
    context: Values | None = None,
    how: Sequence[str] = TABLE_METHODS,
) -> Attribution:
    """As ``attribution``, for an output of a model in one context: inputs are set, and the rest follows.

    :param model: a model whose noise is settled by its evidence or by ``context``.
    :param output: a variable whose values are numbers, or true and false.
    :param baseline: what each input is compared with.
    :param among: the inputs, any variables; without it, those of ``baseline``.
    :param context: further observations that settle the noise.
    :param how: some of ``METHODS`` that need no symbols.
    :returns: an ``Attribution``.
    :raises WrongShape: when several contexts are possible, or a gradient is asked for.

    >>> from causalkit.values.dist import coin
    >>> m = Model(a=coin("1/2"), b=coin("1/2"), y=lambda a, b: a and b)
    >>> found = attribution_in(m, "y", baseline={"a": False, "b": False}, context={"a": True, "b": True})
    >>> found.by_method["shapley"]["a"], found.joint
    (Fraction(1, 2), (('a',), ('b',)))
    """
    run = execution_of(model, output, among=tuple(baseline) if among is None else among, context=context)
    wrong = next((method for method in how if method in SYMBOLIC), None)
    if wrong is not None:
        raise WrongShape(f"{wrong!r} needs a function that answers to symbols, and a model is a table; type how={list(TABLE_METHODS)}")
    return attribution(lambda **inputs: run.run(inputs)[output], at=run.leaves, baseline=baseline, how=how)


def _by_method(
    method: str, function: Callable[..., Any], at: Inputs, baseline: Inputs, worth: Mapping[frozenset[str], Fraction]
) -> dict[str, Fraction]:
    every = frozenset(at)
    if method == "shapley":
        return {name: _shapley(name, worth, every) for name in at}
    if method == "ablation":
        return {name: worth[every] - worth[every - {name}] for name in at}
    if method == "but-for":
        return {name: Fraction(worth[every] != worth[every - {name}]) for name in at}
    slopes = _slopes(function, tuple(at))
    if method == "integrated gradients":
        return {name: _along(slopes, name, at, baseline) for name in at}
    gradient = {name: _number(slope.subs({key: _rational(value) for key, value in at.items()})) for name, slope in slopes.items()}
    return gradient if method == "gradient" else {name: slope * _number(at[name]) for name, slope in gradient.items()}


def _shapley(name: str, worth: Mapping[frozenset[str], Fraction], every: frozenset[str]) -> Fraction:
    """The mean gain of an input over all orders in which inputs leave the baseline."""
    total, size = Fraction(0), len(every)
    for kept, value in worth.items():
        if name not in kept:
            weight = Fraction(1, size * math.comb(size - 1, len(kept)))
            total += weight * (worth[kept | {name}] - value)
    return total


def _joint(worth: Mapping[frozenset[str], Fraction], every: frozenset[str]) -> tuple[tuple[str, ...], ...]:
    found: list[frozenset[str]] = []
    for kept in sorted(worth, key=len, reverse=True):
        gone = every - kept
        if worth[kept] != worth[every] and not any(smaller <= gone for smaller in found):
            found.append(gone)
    return tuple(tuple(sorted(gone)) for gone in sorted(found, key=lambda gone: (len(gone), sorted(gone))))


def _slopes(function: Callable[..., Any], names: Sequence[str]) -> dict[str, Any]:
    import sympy

    symbols = {name: sympy.Symbol(name) for name in names}
    try:
        value = sympy.sympify(function(**symbols))
    except Exception as error:
        raise WrongShape(
            f"the function does not answer to symbols ({type(error).__name__}: {error}), so it has no gradient here; "
            f"type how={list(TABLE_METHODS)}"
        ) from error
    return {name: sympy.diff(value, symbol) for name, symbol in symbols.items()}


def _check_expression(function: Callable[..., Any], at: Inputs, baseline: Inputs, worth: Mapping[frozenset[str], Fraction]) -> None:
    """Refuse a function that answers to symbols with something else than it is: one that compares its inputs, for instance."""
    import sympy

    symbols = {name: sympy.Symbol(name) for name in at}
    try:
        value = sympy.sympify(function(**symbols))
    except Exception:
        return
    for kept, expected in worth.items():
        row = {symbol: _rational(at[name] if name in kept else baseline[name]) for name, symbol in symbols.items()}
        if sympy.simplify(value.subs(row, simultaneous=True) - sympy.Rational(expected.numerator, expected.denominator)) != 0:
            raise WrongShape(
                f"the function answers to symbols with {value}, and that is not what it gives for {row}; a function that compares its "
                f"inputs has no gradient here; type how={list(TABLE_METHODS)}"
            )


def _along(slopes: Mapping[str, Any], name: str, at: Inputs, baseline: Inputs) -> Fraction:
    """The integral of one slope along the straight way from the baseline, times the way that the input goes."""
    import sympy

    t = sympy.Dummy("t", nonnegative=True)
    start, way = {k: _rational(v) for k, v in baseline.items()}, {k: _rational(at[k]) - _rational(baseline[k]) for k in at}
    slope = slopes[name].subs({key: start[key] + t * way[key] for key in at}, simultaneous=True)
    return _number(sympy.integrate(sympy.expand(slope), (t, 0, 1)) * way[name])


def _check(at: Inputs, baseline: Inputs, how: Sequence[str]) -> None:
    stray = None if isinstance(how, str) else next((method for method in how if method not in METHODS), None)
    if stray is not None or isinstance(how, str) or not how:
        raise UnknownName(f"{stray or how!r} is no list of methods; the methods are: {listing(METHODS)}{suggestion(stray, METHODS)}")
    for one, other, word in ((at, baseline, "baseline"), (baseline, at, "at")):
        missing = next((name for name in one if name not in other), None)
        if missing is not None:
            raise UnknownName(f"{missing!r} has no value in {word}; every input needs both: {', '.join(one)}")
    if len(at) > MOST_INPUTS:
        raise TooLarge(f"{len(at)} inputs have {2 ** len(at):,} subsets, and at most {MOST_INPUTS} inputs are taken; group them")


def _rational(value: Any) -> Any:
    import sympy

    read = _number(value)
    return sympy.Rational(read.numerator, read.denominator)


def _number(value: Any) -> Fraction:
    read = exact(value)
    if not isinstance(read, Fraction):
        raise InvalidNumber(f"{read} is not a plain number; symbols are not carried through an attribution, give numbers")
    return read
