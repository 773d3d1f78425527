"""A mean with the choices left open: one rule's is a look-up, those of many stochastic rules are matrix products."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from causalkit.arguments import checked
from causalkit.engine.multilinear import Monomials, monomials
from causalkit.errors import Impossible, InvalidNumber, UnknownValue, WrongShape, listing
from causalkit.values.exact import Number, is_symbolic

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, Any]

__all__ = ["Leg", "OpenRatio"]

Value = Hashable
Tables = Mapping[str, tuple[tuple[tuple[Value, ...], ...], tuple[Value, ...]]]


@dataclass(frozen=True)
class Leg:
    """One copy of an open choice: two axes of a tensor, what is seen (``seen``, tuples of values) and what is done (``options``)."""

    decision: str
    seen: tuple[tuple[Value, ...], ...]
    options: tuple[Value, ...]


@dataclass(frozen=True, eq=False)
class OpenRatio:
    """An expectation given evidence, as two tensors over the open choices: ``E[target; evidence]`` and ``P(evidence)``.

    Both have the shape ``(seen, options)`` for one leg, ``(seen, options, seen, options)`` for two, and so on. A deterministic
    policy's numerator is the sum of the cells in which every leg does what the policy does there; likewise its denominator. Cells in
    which two copies of one decision see the same and do otherwise hold zero. ``Model.by_rule`` makes one.
    """

    legs: tuple[Leg, ...]
    numerator: Array
    denominator: Array
    conditioned: bool = True
    _exactly: Callable[[], OpenRatio] | None = None

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
        given = {**(rules or {}), **named}
        self._check_decisions(given)
        found: Number = self.exact().value({name: rule if callable(rule) else _always(rule) for name, rule in given.items()})
        return found

    @cached_property
    def tables(self) -> Tables:
        """For each decision what may be seen and what may be done: the rows and the columns of the tables that ``batch`` takes."""
        found: dict[str, tuple[dict[tuple[Value, ...], None], tuple[Value, ...]]] = {}
        for leg in self.legs:
            found.setdefault(leg.decision, ({}, leg.options))[0].update(dict.fromkeys(leg.seen))
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
        tops, bottoms = self.parts(tables, **named)
        if bottoms is None:
            return tops
        if not (bottoms > 0).all():
            raise Impossible(f"the evidence has probability 0 under rule {int((bottoms <= 0).argmax())}, so its mean is undefined")
        found: Array = tops / bottoms
        return found

    @checked
    def parts(self, tables: Mapping[str, Array] | None = None, /, **named: Array) -> tuple[Array, Array | None]:
        """The same as ``E[target; evidence]`` and ``P(evidence)``, which is None where there is no evidence."""
        entries = self._entries({**(tables or {}), **named})
        top, bottom = self._polynomials
        return top(entries), bottom(entries) if bottom is not None else None

    def _entries(self, given: Mapping[str, Array]) -> Array:
        """The tables side by side, a row for each rule."""
        import numpy as np

        self._check_decisions(given)
        arrays = {name: np.asarray(given[name], np.float64) for name in self.tables}
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
    def _polynomials(self) -> tuple[Monomials, Monomials | None]:
        """Numerator and denominator as polynomials in the entries of the tables."""
        import numpy as np

        entries = ((name, s, o) for name, (seen, options) in self.tables.items() for s in seen for o in options)
        column = {entry: i for i, entry in enumerate(entries)}
        entry = [np.array([column[leg.decision, s, o] for s in leg.seen for o in leg.options]) for leg in self.legs]
        tensors = [self.numerator, *([self.denominator] if self.conditioned else [])]
        if any(is_symbolic(cell) for tensor in tensors if tensor.dtype == object for cell in tensor.ravel()):
            raise InvalidNumber("the mean holds symbols, and many rules are worked out in floats; ask for one rule, as in form(name=rule)")
        made = [_polynomial(tensor.astype(np.float64), entry) for tensor in tensors]
        return made[0], made[1] if self.conditioned else None

    def exact(self) -> OpenRatio:
        """The same with exact numbers in the place of floats, in arrays of objects."""
        return self._exactly() if self._exactly is not None else self

    @checked
    def value(self, rules: Mapping[str, Callable[..., Value]]) -> Any:
        """The score of one policy: a rule for each decision, from what it sees to what it does. Raises ``Impossible``."""
        import numpy as np

        missing = [leg.decision for leg in self.legs if leg.decision not in rules]
        if missing:
            raise WrongShape(f"no rule is given for {listing(missing)}; give a function of what it sees for each decision")
        places: list[Any] = []
        for leg in self.legs:
            done = [_place(leg, rules[leg.decision](*saw)) for saw in leg.seen]
            places += [np.arange(len(leg.seen)), np.array(done)]
        total, share = _along(self.numerator, places), _along(self.denominator, places)
        if share == 0:
            raise Impossible("the evidence has probability 0 under this policy, so its score is undefined")
        return total / share


def _place(leg: Leg, option: Value) -> int:
    if option not in leg.options:
        raise UnknownValue(f"the rule for {leg.decision!r} does {option!r}, and its options are: {listing(leg.options)}")
    return leg.options.index(option)


def _always(option: Value) -> Callable[..., Value]:
    return lambda *seen: option


def _polynomial(tensor: Array, entry: Sequence[Array]) -> Monomials:
    """The cells of a tensor that are not zero, as products of the entries that they stand for."""
    import numpy as np

    if not entry:
        return monomials(np.zeros((1, 0), np.intp), tensor.reshape(1))
    flat = tensor.reshape([len(places) for places in entry])
    cells = np.nonzero(flat)
    return monomials(np.stack([places[cell] for places, cell in zip(entry, cells, strict=True)], axis=1), flat[cells])


def _along(tensor: Array, places: Sequence[Array]) -> Any:
    """The sum of the cells that a policy picks: for each leg every observation, with the one option that goes with it."""
    for seen, done in zip(reversed(places[::2]), reversed(places[1::2]), strict=True):
        tensor = tensor[..., seen, done].sum(axis=-1)
    return tensor[()] if hasattr(tensor, "ndim") else tensor
