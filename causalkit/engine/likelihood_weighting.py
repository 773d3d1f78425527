"""Estimates from samples, for what is too large to be answered exactly: seeded, with an interval, and never in silence."""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from numbers import Real
from typing import TYPE_CHECKING, Any, NamedTuple

from causalkit.engine.compiling.query import wanted
from causalkit.engine.sampled_mean import interval, spread
from causalkit.engine.target_kinds import NOTHING, Kinds, as_float, as_number, by_number, kinds_of, one_or_not
from causalkit.errors import InvalidNumber, OpenChoice, TooLarge, WrongShape
from causalkit.mechanisms.mechanism import Choice
from causalkit.mechanisms.network import Node, Reading, UnknownNode, ordered
from causalkit.values.arrays import Array
from causalkit.values.dist import Value
from causalkit.values.exact import count
from causalkit.values.render import Printed

if TYPE_CHECKING:
    import numpy as np

__all__ = ["Estimate", "estimate", "estimates"]


@dataclass(frozen=True)
class Estimate(Printed):
    """An estimated number with an interval that is meant to cover the true one with probability ``level``, in the long run of seeds.

    ``samples`` were drawn; the share ``acceptance`` of them agreed with the evidence; after weighting they are worth ``effective``
    independent samples of the answer. The interval goes by the values that the target can take, drawn or not, and errs on the wide side
    where these lie far apart; ``every_value`` is False where they are too many to list, and the interval then goes by what was drawn.
    Truthy, because an estimate always has samples behind it.
    """

    value: float
    low: float
    high: float
    level: float
    samples: int
    acceptance: float
    effective: float
    seed: int
    every_value: bool = True

    def __bool__(self) -> bool:
        return self.effective > 0

    def __float__(self) -> float:
        return self.value

    def __str__(self) -> str:
        return (
            f"{self.value:.6g} in [{self.low:.6g}, {self.high:.6g}] ({self.level:.0%} interval, {self.samples:,} samples, "
            f"{self.acceptance:.1%} accepted, worth {self.effective:,.0f}, seed {self.seed}"
            f"{'' if self.every_value else _BY_WHAT_WAS_DRAWN})"
        )


def estimate(evidence: Sequence[Reading], target: Reading, *, samples: int = 100_000, level: float = 0.95, seed: int = 0) -> Estimate:
    """The mean of the target given the evidence, estimated; true and false count as 1 and 0.

    Interventions cost nothing: nothing is rejected. Observed values of conditional tables and noise enter as likelihood weights, other
    evidence rejects samples. Copies of a variable in several branches share their noise, so counterfactuals are answered as well.
    Source: [koller2009], section 12.3. Raises ``TooLarge`` when no sample agrees with the evidence, ``OpenChoice``,
    ``NeedsCoupling``, ``InvalidNumber``.

    >>> from causalkit.values.dist import coin
    >>> from causalkit.mechanisms.mechanism import Noise, Table
    >>> from causalkit.mechanisms.network import Edits, Network, Reading
    >>> network = Network({"u": Noise(coin("1/3")), "y": Table(("u",), {(False,): 0, (True,): 1})})
    >>> y = network.node(Edits(), "y")
    >>> found = estimate([], Reading((y,), lambda values: values[y]), samples=10_000)
    >>> found.low < 1 / 3 < found.high, found.acceptance
    (True, 1.0)
    """
    values, drawn = _sampled(evidence, target, samples, level, seed)
    return _mean(_numbers(values), drawn.weights, by_number(kinds_of(target, drawn)), level, seed)


def estimates(
    evidence: Sequence[Reading], target: Reading, *, samples: int = 100_000, level: float = 0.95, seed: int = 0
) -> dict[Value, Estimate]:
    """The probability of each value of the target given the evidence, estimated; values that never came up are missing."""
    import numpy as np

    values, drawn = _sampled(evidence, target, samples, level, seed)
    weights, known = drawn.weights, kinds_of(target, drawn)
    places_of: dict[Value, int] = {}
    places = np.array([places_of.setdefault(value, len(places_of)) for value in values])
    return {
        value: _mean((places == i).astype(float), weights, one_or_not(value, known), level, seed)
        for value, i in places_of.items()
        if weights[places == i].any()
    }


def _sampled(evidence: Sequence[Reading], target: Reading, samples: int, level: float, seed: int) -> tuple[list[Any], _Samples]:
    """The target's value in each sample, and the samples, with their weights."""
    import numpy as np

    samples, seed = count("samples", samples), count("seed", seed, least=0)
    _check_level(level)
    observed = {node: value for reading in evidence for node, value in (_fixed(reading) or {}).items()}
    drawn = _Samples(samples, np.random.default_rng(seed), observed)
    for reading in evidence:
        holds = drawn.read(reading, drawn.weights > 0)
        drawn.weights *= np.array([bool(value) for value in holds], float)
    values = drawn.read(target, drawn.weights > 0)
    if not drawn.weights.any():
        raise TooLarge(
            f"none of {samples:,} samples agrees with the evidence, so nothing can be estimated from them; "
            "draw more with samples=..., or observe variables that are noise or conditional tables, which reject nothing"
        )
    return values, drawn


def _check_level(level: Any) -> None:
    if not isinstance(level, Real) or not 0 < float(level) < 1:
        raise WrongShape(f"level={level!r} makes no interval; give a number between 0 and 1, such as level=0.95")


def _fixed(reading: Reading) -> Mapping[Node, Value] | None:
    """The values that evidence fixes, where one look tells: what says so itself, and readings of one node that hold for one value."""
    found = wanted(reading)
    if found is not None or len(set(reading.nodes)) != 1:
        return found
    node = reading.nodes[0]
    true = [value for value in node.mechanism.domain if reading.read({node: value})]
    return {node: true[0]} if len(true) == 1 else None


class _Samples:
    """Columns of samples, one for each node that was asked for so far; nodes are drawn parents first, when they are needed."""

    def __init__(self, count: int, rng: np.random.Generator, observed: Mapping[Node, Value]) -> None:
        import numpy as np

        self.weights = np.ones(count)
        self.weighed: list[Node] = []
        self.scale = 0.0
        """The logarithm of what all weights have been divided by, so that none leaves the range of floats."""
        self.observed = observed
        self._count, self._rng = count, rng
        self._columns: dict[Node, Array] = {}
        self._draws: dict[Hashable, _Draws] = {}

    def read(self, reading: Reading, where: Array) -> list[Any]:
        """The value of a reading in each sample; None in the samples that are left out."""
        import numpy as np

        found: list[Any] = [None] * self._count
        self._need(reading.nodes)
        parts = [(dict[Node, Value](), np.flatnonzero(where))]
        for node in dict.fromkeys(reading.nodes):
            parts = [part for known, rows in parts for part in self._split(known, rows, node)]
        while parts:
            known, rows = parts.pop()
            if not len(rows):
                continue
            try:
                value = reading.read(known)
            except UnknownNode as need:
                self._need([need.node])
                parts += self._split(known, rows, need.node)
                continue
            for row in rows.tolist():
                found[row] = value
        return found

    def kinds(self, nodes: Sequence[Node]) -> set[tuple[Value, ...]]:
        """The combinations of some nodes' values that were drawn and agree with the evidence."""
        import numpy as np

        kept = self.weights > 0
        rows = np.unique(np.stack([self._columns[node][kept] for node in nodes], axis=1), axis=0) if nodes else np.zeros((1, 0), int)
        return {tuple(node.mechanism.domain[i] for node, i in zip(nodes, row, strict=True)) for row in rows.tolist()}

    def _split(self, known: Mapping[Node, Value], rows: Array, node: Node) -> list[tuple[dict[Node, Value], Array]]:
        column = self._columns[node][rows]
        return [({**known, node: value}, rows[column == i]) for i, value in enumerate(node.mechanism.domain) if (column == i).any()]

    def _need(self, nodes: Sequence[Node]) -> None:
        for node in ordered(nodes, self._columns):
            self._columns[node] = self._drawn(node)

    def _drawn(self, node: Node) -> Array:
        """The place of a node's value in each sample; what was observed is set, and weighs the samples by its probability."""
        import numpy as np

        mechanism = node.mechanism
        if isinstance(mechanism, Choice):
            raise OpenChoice(f"{node.variable!r} is a choice that nobody has made; fill it with .choose(...) before sampling")
        row = np.zeros(self._count, np.intp)
        for parent in node.parents:
            row = row * len(parent.mechanism.domain) + self._columns[parent]
        used, which = np.unique(row, return_inverse=True)
        table = [mechanism.row(_inputs(node, int(i))) for i in used]
        place = {value: i for i, value in enumerate(mechanism.domain)}
        values = _padded([[place[value] for value, _ in found.outcomes] for found in table], np.intp)
        if all(found.draw is None for found in table):
            return np.asarray(values[which, 0])
        weights = _padded([[as_float(weight) for _, weight in found.outcomes] for found in table], float)
        draws = self._draws.setdefault((node.variable, mechanism), _Draws({}, []))
        key = np.array([draws.codes.setdefault(found.draw, len(draws.codes)) for found in table])[which]
        outcome = self._outcome(draws, key, which, weights, values == place.get(self.observed.get(node, NOTHING), -1), node)
        return np.asarray(values[which, outcome])

    def _outcome(self, draws: _Draws, key: Array, which: Array, weights: Array, agrees: Array, node: Node) -> Array:
        """The outcome of each sample's draw: the one that an earlier copy drew under the same key, or else a new one."""
        import numpy as np

        found = np.full(self._count, -1)
        for keys, outcomes in draws.made:
            found = np.where((found < 0) & (keys == key), outcomes, found)
        if node in self.observed:
            total = (weights * agrees).sum(axis=1)
            self.weights *= np.where(found < 0, total[which], agrees[which, found])
            self.weighed.append(node)
            if largest := float(self.weights.max()):
                self.weights /= largest
                self.scale += math.log(largest)
            weights = np.where((total > 0)[:, None], weights * agrees, weights)
        steps = np.cumsum(weights / weights.sum(axis=1, keepdims=True), axis=1)
        steps[:, -1] = 1
        flat = (steps + np.arange(len(steps))[:, None]).ravel()
        new = np.searchsorted(flat, which + self._rng.random(self._count), side="right") - which * weights.shape[1]
        found = np.where(found < 0, np.minimum(new, weights.shape[1] - 1), found)
        draws.made.append((key, found))
        return found


class _Draws(NamedTuple):
    """The draws of one noise: a code for each key, and for each copy so far which key each sample used and what came out."""

    codes: dict[Hashable, int]
    made: list[tuple[Array, Array]]


def _inputs(node: Node, row: int) -> tuple[Value, ...]:
    """The parents' values in one row."""
    values: list[Value] = []
    for parent in reversed(node.parents):
        row, place = divmod(row, len(parent.mechanism.domain))
        values.append(parent.mechanism.domain[place])
    return tuple(reversed(values))


def _padded(rows: Sequence[Sequence[Any]], dtype: Any) -> Array:
    import numpy as np

    table = np.zeros((len(rows), max(map(len, rows))), dtype)
    for i, row in enumerate(rows):
        table[i, : len(row)] = row
    return table


def _numbers(values: Sequence[Any]) -> Array:
    import numpy as np

    try:
        read = {value: math.nan if value is None else as_number(value) for value in set(values)}
    except TypeError:
        raise InvalidNumber("some of the values are not hashable, and their mean needs numbers") from None
    return np.array([read[value] for value in values])


def _mean(numbers: Array, weights: Array, kinds: Kinds | None, level: float, seed: int) -> Estimate:
    """The weighted mean, with an interval that goes by what the target can take."""
    kept = weights > 0
    found = spread(numbers[kept], weights[kept])
    possible, missed = kinds if kinds is not None else Kinds(set(), {})
    low, high = interval(found, possible, {value: weight for value, weight in missed.items() if weight}, level)
    return Estimate(found.mean, low, high, level, len(weights), float(kept.mean()), found.effective, seed, kinds is not None)


_BY_WHAT_WAS_DRAWN = ", as if no value of weight had been missed"
