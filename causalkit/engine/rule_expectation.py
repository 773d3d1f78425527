"""A mean with the choices left open: one rule's is a look-up, those of many stochastic rules are matrix products."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

from causalkit.engine.multilinear import MultilinearPolynomial, multilinear_polynomial
from causalkit.errors import Impossible, InvalidNumber, UnknownValue, WrongShape, listing
from causalkit.mechanisms.event import named_values
from causalkit.mechanisms.rows import answers
from causalkit.values.arguments import checked
from causalkit.values.arrays import LEAST, Array
from causalkit.values.dist import Value
from causalkit.values.exact import Number, is_symbolic

__all__ = ["DecisionAxes", "RuleExpectation"]

Tables = Mapping[str, tuple[tuple[tuple[Value, ...], ...], tuple[Value, ...]]]


@dataclass(frozen=True)
class DecisionAxes:
    """One copy of an open choice: two axes of a tensor, what is seen (``seen``, tuples of values) and what is done (``options``)."""

    decision: str
    seen: tuple[tuple[Value, ...], ...]
    options: tuple[Value, ...]


@dataclass(frozen=True, eq=False)
class RuleExpectation:
    """An expectation given evidence, as two tensors over the open choices: ``E[target; evidence]`` and ``P(evidence)``.

    Both have the shape ``(seen, options)`` for one decision, ``(seen, options, seen, options)`` for two, and so on. A deterministic
    policy's numerator is the sum of the cells in which every copy of a decision does what the policy does there; likewise its
    denominator. Cells in which two copies of one decision see the same and do otherwise hold zero. ``Model.by_rule`` makes one.
    """

    axes: tuple[DecisionAxes, ...]
    numerator: Array
    denominator: Array
    conditioned: bool = True
    _exactly: Callable[[], RuleExpectation] | None = None

    def __repr__(self) -> str:
        decisions = ", ".join(f"{name} ({len(seen)} x {len(options)})" for name, (seen, options) in self.tables.items())
        return f"<a mean for every rule of {decisions or 'nothing'}>"

    @checked
    def __call__(self, rules: Mapping[str, Any] | None = None, /, **named: Any) -> Number:
        """The mean under one rule for each decision, exactly: an option, or a function of what is seen. Raises ``Impossible``.

        >>> from causalkit import Model, choice, coin
        >>> m = Model(rain=coin("1/4"), take=choice("coat", "hat", sees=["rain"]), dry=lambda rain, take: take == "coat" or not rain)
        >>> form = m.by_rule("dry")
        >>> form(take="hat"), form(take=lambda rain: "coat" if rain else "hat")
        (Fraction(3, 4), Fraction(1, 1))
        """
        given = named_values(rules, named)
        self._check_decisions(given)
        laws = {name: self._rule(name, rule) if callable(rule) else _always(rule) for name, rule in given.items()}
        found: Number = self.exact().value(laws)
        return found

    def _rule(self, decision: str, rule: Callable[..., Value]) -> Callable[..., Value]:
        """A rule, asked twice in every row, as a look-up."""
        seen, _ = self.tables[decision]
        names = [f"seen[{i}]" for i in range(len(seen[0]))] if seen else []
        table = answers(rule, f"the rule for {decision!r}", names, seen, needs="; it must return an option")
        return lambda *saw: table[saw]

    def __post_init__(self) -> None:
        for tensor in (self.numerator, self.denominator):
            tensor.setflags(write=False)

    @cached_property
    def tables(self) -> Tables:
        """For each decision what may be seen and what may be done: the rows and the columns of the tables that ``batch`` takes."""
        found: dict[str, tuple[dict[tuple[Value, ...], None], tuple[Value, ...]]] = {}
        for copy in self.axes:
            found.setdefault(copy.decision, ({}, copy.options))[0].update(dict.fromkeys(copy.seen))
        return {name: (tuple(seen), options) for name, (seen, options) in found.items()}

    @checked
    def batch(self, tables: Mapping[str, Array] | None = None, /, **named: Array) -> Array:
        """The mean for many stochastic rules at once, in float64: for each decision an array (rules, what is seen, what is done).

        Entries are probabilities, laid out as ``tables`` says; one draw of a rule is shared by all branches. The answer is linear in
        each row of each table, and rows are taken as they are. Raises ``WrongShape``, and ``Impossible`` for a rule under which the
        evidence has probability zero.

        >>> import numpy
        >>> from causalkit import Model, choice, coin
        >>> m = Model(rain=coin("1/4"), take=choice("coat", "hat", sees=["rain"]), dry=lambda rain, take: take == "coat" or not rain)
        >>> form = m.by_rule("dry")
        >>> form.tables["take"]
        (((False,), (True,)), ('coat', 'hat'))
        >>> form.batch(take=numpy.array([[[0, 1], [0.5, 0.5]], [[0, 1], [1, 0]]])).tolist()
        [0.875, 1.0]
        """
        entries = self._entries(named_values(tables, named))
        top, bottom = self._polynomials
        tops, bottoms = top(entries), bottom(entries) if bottom is not None else None
        if bottoms is None:
            return tops
        found: Array = tops / _or_one(bottoms)
        for rule in (bottoms < LEAST).nonzero()[0].tolist():
            found[rule] = self._exactly_at(entries[rule], rule)
        return found

    def _exactly_at(self, entries: Array, rule: int) -> float:
        """The mean under one rule from a table's entries, where floats may have lost how likely the evidence is."""
        top, bottom = (_sum_of_products(tensor, self._places, entries) for tensor in (self.exact().numerator, self.exact().denominator))
        if bottom <= 0:
            raise Impossible(f"the evidence has probability 0 under rule {rule}, so its mean is undefined")
        return float(top / bottom)

    def parts(self, tables: Mapping[str, Array] | None = None, /, **named: Array) -> tuple[Array, Array | None]:
        """The same as ``E[target; evidence]`` and ``P(evidence)``, which is None where there is no evidence."""
        entries = self._entries(named_values(tables, named))
        top, bottom = self._polynomials
        return top(entries), bottom(entries) if bottom is not None else None

    def _entries(self, given: Mapping[str, Array]) -> Array:
        """The tables side by side, a row for each rule."""
        import numpy as np

        self._check_decisions(given)
        try:
            arrays = {name: np.asarray(given[name], np.float64) for name in self.tables}
        except (TypeError, ValueError) as error:
            raise WrongShape(f"the tables are arrays of numbers (rules, what is seen, what is done): {error}") from None
        sizes = {array.shape[:1] for array in arrays.values()}
        for name, (seen, options) in self.tables.items():
            if arrays[name].ndim != 3 or arrays[name].shape[1:] != (len(seen), len(options)) or len(sizes) > 1:
                raise WrongShape(
                    f"the tables for {name!r} have the shape {arrays[name].shape}, and (rules, {len(seen)}, {len(options)}) is expected, "
                    "with as many rules for each decision; .tables says what stands where"
                )
        flat = [array.reshape(len(array), -1) for array in arrays.values()]
        return flat[0] if len(flat) == 1 else np.concatenate(flat, axis=1) if flat else np.zeros((1, 0))

    def _check_decisions(self, given: Mapping[str, Any]) -> None:
        if set(given) != set(self.tables):
            raise WrongShape(f"rules are given for {listing(given) or 'nothing'}, and the decisions are: {listing(self.tables) or 'none'}")

    @cached_property
    def _polynomials(self) -> tuple[MultilinearPolynomial, MultilinearPolynomial | None]:
        """Numerator and denominator as polynomials in the entries of the tables."""
        tensors = [self.numerator, *([self.denominator] if self.conditioned else [])]
        if any(is_symbolic(cell) for tensor in tensors if tensor.dtype == object for cell in tensor.ravel()):
            raise InvalidNumber(
                "the mean holds symbols or irrationals, and many rules are worked out in floats; ask for one rule, as in form(name=rule)"
            )
        made = [_polynomial(tensor.astype(float), self._places) for tensor in tensors]
        return made[0], made[1] if self.conditioned else None

    @cached_property
    def _places(self) -> list[Array]:
        """For each copy, where the entries of its axes stand among all entries of the tables."""
        import numpy as np

        entries = ((name, s, o) for name, (seen, options) in self.tables.items() for s in seen for o in options)
        column = {entry: i for i, entry in enumerate(entries)}
        return [np.array([column[copy.decision, s, o] for s in copy.seen for o in copy.options]) for copy in self.axes]

    def exact(self) -> RuleExpectation:
        """The same with exact numbers in the place of floats, in arrays of objects."""
        return self._exactly() if self._exactly is not None else self

    @checked
    def value(self, rules: Mapping[str, Callable[..., Value]]) -> Any:
        """The score of one policy: a rule for each decision, from what it sees to what it does. Raises ``Impossible``."""
        import numpy as np

        missing = [copy.decision for copy in self.axes if copy.decision not in rules]
        if missing:
            raise WrongShape(f"no rule is given for {listing(missing)}; give a function of what it sees for each decision")
        places: list[Any] = []
        for copy in self.axes:
            done = [_place(copy, rules[copy.decision](*saw)) for saw in copy.seen]
            places += [np.arange(len(copy.seen)), np.array(done)]
        total, share = _along(self.numerator, places), _along(self.denominator, places)
        if share == 0:
            raise Impossible("the evidence has probability 0 under this policy, so its score is undefined")
        return total / share


def _place(copy: DecisionAxes, option: Value) -> int:
    if option not in copy.options:
        raise UnknownValue(f"the rule for {copy.decision!r} does {option!r}, and its options are: {listing(copy.options)}")
    return copy.options.index(option)


def _always(option: Value) -> Callable[..., Value]:
    return lambda *seen: option


def _polynomial(tensor: Array, entry: Sequence[Array]) -> MultilinearPolynomial:
    """The cells of a tensor that are not zero, as products of the entries that they stand for."""
    import numpy as np

    if not entry:
        return multilinear_polynomial(np.zeros((1, 0), np.intp), tensor.reshape(1))
    flat = tensor.reshape([len(places) for places in entry])
    cells = np.nonzero(flat)
    return multilinear_polynomial(np.stack([places[cell] for places, cell in zip(entry, cells, strict=True)], axis=1), flat[cells])


def _or_one(bottoms: Array) -> Array:
    """The denominators, with 1 for those that are not used."""
    import numpy as np

    return np.where(bottoms < LEAST, 1.0, bottoms)


def _sum_of_products(tensor: Array, places: Sequence[Array], entries: Array) -> Fraction:
    """The cells of an exact tensor times the entries that they stand for, an entry named twice counting once."""
    total = Fraction(0)
    flat = tensor.reshape([len(each) for each in places])
    for cell in zip(*flat.nonzero(), strict=True):
        used = {int(each[place]) for each, place in zip(places, cell, strict=True)}
        total += flat[cell] * math.prod((Fraction(float(entries[i])) for i in used), start=Fraction(1))
    return total


def _along(tensor: Array, places: Sequence[Array]) -> Any:
    """The sum of the cells that a policy picks: for each copy of a decision every observation, with the one option that goes with it."""
    for seen, done in zip(reversed(places[::2]), reversed(places[1::2]), strict=True):
        tensor = tensor[..., seen, done].sum(axis=-1)
    return tensor[()] if hasattr(tensor, "ndim") else tensor
