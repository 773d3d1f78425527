"""Finite exact distributions."""

from __future__ import annotations

import bisect
import itertools
import math
from collections.abc import Callable, Collection, Hashable, ItemsView, Iterable, Iterator, Mapping, ValuesView
from fractions import Fraction
from random import Random
from typing import TYPE_CHECKING, Any

from causalkit.errors import Impossible, NotADistribution, UnknownValue, WrongShape, listing
from causalkit.values.arguments import checked
from causalkit.values.exact import Number, Numeric, are_fractions, as_fraction, exact, fraction_text, in_units, is_symbolic, is_zero, tidy
from causalkit.values.exact import count as a_count
from causalkit.values.render import about, typed
from causalkit.values.tables import ResultTable, Tabled, as_float

if TYPE_CHECKING:
    import pandas

__all__ = ["Dist", "Value", "coin", "point", "unhashable", "uniform"]

Value = Hashable
Counts = tuple[tuple[int, ...], int]
ZERO = exact(0)
NEAR = 1e-9


class Dist(Tabled, Mapping[Value, Number]):
    """A finite distribution: values with exact weights that sum to 1, as an immutable mapping.

    Values are any hashables, in the order given; values of weight zero are dropped. Weights are read by ``exact``.
    Raises ``NotADistribution`` for weights that are negative or do not sum to 1.

    >>> weather = Dist({"rain": "1/4", "sun": .75})
    >>> weather["rain"], weather["snow"]
    (Fraction(1, 4), Fraction(0, 1))
    >>> weather
    Dist({'rain': '1/4', 'sun': '3/4'})
    """

    __slots__ = ("_counts", "_hash", "_weights")

    def __init__(self, weights: Mapping[Any, Numeric], /) -> None:
        if not isinstance(weights, Mapping):
            raise NotADistribution(f"{weights!r} is not a mapping of values to weights; type Dist({{value: '1/2', ...}})")
        read = {value: exact(weight) for value, weight in weights.items()}
        try:
            self._counts = _counted(read)
        except NotADistribution as error:
            raise NotADistribution(f"{error}{_as_fractions(weights.values(), read.values())}") from None
        self._weights = {value: weight for value, weight in read.items() if not is_zero(weight)}
        self._hash: int | None = None

    @classmethod
    def trusted(cls, weights: dict[Any, Number], counts: Counts | None = None) -> Dist:
        """Positive exact weights that are known to sum to 1, as they are, and what ``counts`` is of them; nothing is checked.

        >>> Dist.trusted({"rain": exact("1/4"), "sun": exact("3/4")})
        Dist({'rain': '1/4', 'sun': '3/4'})
        """
        new = object.__new__(cls)
        new._weights, new._counts, new._hash = weights, counts, None
        return new

    def __getitem__(self, value: Value) -> Number:
        """The weight of a value; zero for a value that the distribution does not hold."""
        try:
            return self._weights.get(value, ZERO)
        except TypeError:
            raise UnknownValue(f"{value!r} cannot be a value of a distribution, because it is not hashable; give a tuple") from None

    def __iter__(self) -> Iterator[Value]:
        return iter(self._weights)

    def __len__(self) -> int:
        return len(self._weights)

    def items(self) -> ItemsView[Value, Number]:
        """The values with their weights."""
        return self._weights.items()

    def values(self) -> ValuesView[Number]:
        """The weights."""
        return self._weights.values()

    def __contains__(self, value: object) -> bool:
        return value in self._weights

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Dist) and self._weights == other._weights

    def __reduce__(self) -> Any:
        return Dist, (self._weights,)

    def __hash__(self) -> int:
        if self._hash is None:
            self._hash = hash(frozenset(self._weights.items()))
        return self._hash

    @property
    def support(self) -> tuple[Value, ...]:
        """The values that have a weight.

        >>> coin("1/4").support
        (False, True)
        """
        return tuple(self._weights)

    @property
    def counts(self) -> Counts | None:
        """The weights as whole numbers over one common denominator, and this; None where one of them holds symbols.

        >>> coin("1/4").counts
        ((3, 1), 4)
        """
        weights = self.values()
        if self._counts is None and are_fractions(weights):
            numbers, whole = in_units(weights)
            self._counts = tuple(numbers), whole
        return self._counts

    @checked
    def prob(self, event: Callable[[Any], object]) -> Number:
        """The weight of the values for which ``event(value)`` is true.

        >>> uniform(1, 2, 3, 4).prob(lambda n: n % 2 == 0)
        Fraction(1, 2)
        """
        return tidy(sum((w for v, w in self.items() if event(v)), exact(0)))

    @checked
    def expect(self, f: Callable[[Any], Numeric] = lambda value: value) -> Number:
        """The mean of ``f(value)``.

        >>> coin("1/4").expect()
        Fraction(1, 4)
        """
        return tidy(sum((w * exact(f(v)) for v, w in self.items()), exact(0)))

    @checked
    def map(self, f: Callable[[Any], Value]) -> Dist:
        """The distribution of ``f(value)``.

        >>> uniform(-1, 0, 1).map(abs)
        Dist({1: '2/3', 0: '1/3'})
        """
        return Dist(summed((f(v), w) for v, w in self.items()))

    @checked
    def given(self, event: Callable[[Any], object]) -> Dist:
        """The distribution conditioned on the values for which ``event(value)`` is true.

        Raises ``Impossible`` when no value is.

        >>> uniform(1, 2, 3).given(lambda n: n > 1)
        Dist({2: '1/2', 3: '1/2'})
        """
        kept = {v: w for v, w in self.items() if event(v)}
        if not kept:
            raise Impossible(f"the event has probability 0 under {self!r}; condition on an event that holds for one of its values")
        return normalised(kept)

    @checked
    def total_variation(self, other: Dist) -> Number:
        """Half the sum of absolute differences of weights: 0 when equal, 1 when disjoint.

        >>> coin("1/2").total_variation(coin("1/4"))
        Fraction(1, 4)
        """
        return tidy(sum((abs(tidy(self[v] - other[v])) for v in {**self._weights, **other._weights}), exact(0)) / 2)

    @checked
    def sample(self, count: int, *, seed: int = 0) -> tuple[Value, ...]:
        """Values drawn by their weights, exactly and independently.

        :param count: how many, 0 or more.
        :param seed: of the draws; the same seed draws the same values.
        :returns: the values, in the order in which they were drawn.
        :raises WrongShape: for what is no number of values. ``InvalidNumber`` for weights with symbols.

        >>> uniform("a", "b", "c").sample(5, seed=1)
        ('a', 'c', 'a', 'b', 'a')
        """
        many = a_count("count", count, least=0)
        counts, common = in_units([as_fraction(weight) for weight in self.values()])
        ends = list(itertools.accumulate(counts))
        random, values = Random(a_count("seed", seed, least=0)), self.support
        return tuple(values[bisect.bisect_right(ends, random.randrange(common))] for _ in range(many))

    def entropy(self) -> float:
        """Shannon's entropy in bits, as a float.

        >>> uniform(1, 2, 3, 4).entropy()
        2.0
        """
        weights = list(map(as_float, self.values()))
        if not all(isinstance(weight, float) for weight in weights):
            raise NotADistribution(f"the entropy of {self!r} is not a number while its weights hold symbols; substitute them first")
        return 0.0 - math.fsum(weight * math.log2(weight) for weight in weights if weight)  # and not -0.0

    @checked
    def to_frame(self, *, floats: bool = False) -> pandas.DataFrame:
        """The distribution as a pandas table: a row for each value, its weight as an exact number.

        :param floats: give weights as floats.
        :returns: a frame with the columns ``value``, as the values are, and ``probability``.

        >>> coin("1/4").to_frame()["probability"].tolist()
        [Fraction(3, 4), Fraction(1, 4)]
        """
        import pandas as pd

        weights = [as_float(weight) if floats else weight for weight in self.values()]
        values = pd.Series(list(self), dtype=object)
        return pd.DataFrame({"value": values, "probability": pd.Series(weights, dtype=None if floats else object)})

    def __repr__(self) -> str:
        return f"Dist({{{', '.join(f'{typed(v)}: {_weight(w)}' for v, w in self.items())}}})"

    def __str__(self) -> str:
        return str(self._read())

    def _repr_html_(self) -> str:
        return self._read().html()

    def _read(self) -> ResultTable:
        """The table for reading, in which long fractions have decimals beside them."""
        exactly, near = self._result(), list(map(about, self.values()))
        rows = [[*row, decimal] for row, decimal in zip(exactly.rows, near, strict=True)]
        return ResultTable([*exactly.header, "about"], rows) if any(near) else exactly

    def _repr_latex_(self) -> str:
        return self._result().tabular()

    def _result(self) -> ResultTable:
        return ResultTable(["value", "probability"], [[str(v), w] for v, w in self.items()])

    def _recipe(self) -> str:
        return f"from causalkit import Dist\n\nprint({self!r}.to_latex())"


def _weight(weight: Number) -> str:
    return repr(fraction_text(weight)) if isinstance(weight, Fraction) else typed(weight)


def _counted(weights: Mapping[Value, Number]) -> Counts | None:
    """What ``counts`` is of weights that are 0 or more and sum to 1; raises ``NotADistribution`` for others."""
    for value, weight in weights.items():
        if weight != weight or (weight < 0 if not is_symbolic(weight) else weight.is_negative):
            raise NotADistribution(f"the weight of {value!r} is {weight}, and weights are 0 or more")
    numbers = weights.values()
    counts, common = in_units(numbers) if are_fractions(numbers) else ([], 0)
    total = Fraction(sum(counts), common) if common else tidy(sum(numbers, exact(0)))
    if not is_zero(total - 1):
        raise NotADistribution(
            f"the weights of {listing(weights) or 'no values'} sum to {total}, and they must sum to 1; nothing is filled in or rescaled"
        )
    return (tuple([number for number in counts if number]), common) if common else None


def _as_fractions(given: Collection[Any], read: Collection[Number]) -> str:
    """Which fractions to type, where floats that stand for them almost sum to 1, and the fractions sum to 1."""
    if any(map(is_symbolic, read)) or abs(sum(map(float, read)) - 1) > NEAR:
        return ""
    simple = {weight: Fraction(weight).limit_denominator(1000) for weight in given if isinstance(weight, float)}
    meant = {weight: one for weight, one in simple.items() if exact(weight) != one and abs(weight - one) < NEAR}
    if not meant:
        return ""
    if sum(meant[weight] if isinstance(weight, float) and weight in meant else one for weight, one in zip(given, read, strict=True)) != 1:
        return ""
    told = ", ".join(f"'{one}' in place of {weight!r}" for weight, one in meant.items())
    return f"; a float is read as the decimal that it prints: type {told}"


def summed(pairs: Any) -> dict[Any, Number]:
    """Values with their weights added up.

    >>> summed([("a", 1), ("b", 2), ("a", 3)])
    {'a': 4, 'b': 2}
    """
    total: dict[Any, Number] = {}
    for value, weight in pairs:
        try:
            total[value] = total[value] + weight if value in total else weight
        except TypeError:
            raise unhashable(value) from None
    return total


def unhashable(value: Any) -> WrongShape:
    """What to say of a value that no distribution holds."""
    return WrongShape(f"{value!r} cannot be a value of a distribution, because it is not hashable; return a tuple or a frozenset")


def normalised(weights: Mapping[Any, Number]) -> Dist:
    """Positive weights divided by their sum.

    >>> normalised({"a": exact(1), "b": exact(3)})
    Dist({'a': '1/4', 'b': '3/4'})
    """
    total = tidy(sum(weights.values(), exact(0)))
    shares = {value: tidy(weight / total) for value, weight in weights.items()}
    return Dist.trusted({value: share for value, share in shares.items() if share != 0}) if shares else Dist({})


def coin(p: Numeric) -> Dist:
    """True with probability ``p``, else False.

    >>> coin("1/4")
    Dist({False: '3/4', True: '1/4'})
    """
    heads = exact(p)
    if heads != heads or (not is_symbolic(heads) and not 0 <= heads <= 1):
        raise NotADistribution(f"coin takes the probability of True, from 0 to 1, and got {p!r}; type coin('1/4') for one in four")
    return Dist({False: 1 - heads, True: heads})


def uniform(*values: Value) -> Dist:
    """Each of the values with the same probability.

    Raises ``WrongShape`` for no values, or for a value named twice.

    >>> uniform("heads", "tails")
    Dist({'heads': '1/2', 'tails': '1/2'})
    """
    alone: Any = values[0] if len(values) == 1 else None
    if isinstance(alone, Iterable) and not isinstance(alone, str | bytes | tuple | frozenset | Dist):
        raise WrongShape(f"uniform takes its values one by one, and got {alone!r}; type uniform(*values) with a star")
    if not values or len(summed((value, 1) for value in values)) < len(values):
        raise WrongShape(f"uniform takes one or more different values, and got {values!r}")
    return Dist({value: exact(1) / len(values) for value in values})


def point(value: Value) -> Dist:
    """One value for certain.

    >>> point("rain")
    Dist({'rain': '1'})
    """
    return Dist(summed([(value, 1)]))
