"""Estimates from samples, for what is too large to be answered exactly: seeded, with an interval, and never in silence."""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from statistics import NormalDist
from typing import TYPE_CHECKING, Any, NamedTuple

from causalkit.engine.compiling.query import wanted
from causalkit.errors import InvalidNumber, OpenChoice, TooLarge, WrongShape
from causalkit.mechanisms.mechanism import Choice
from causalkit.mechanisms.network import Need, Node, Reading, ordered
from causalkit.values.exact import exact, is_symbolic

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, Any]

__all__ = ["Estimate", "estimate", "estimates"]

Value = Hashable


@dataclass(frozen=True)
class Estimate:
    """An estimated number with an interval that covers the true one with probability ``level``, in the long run of seeds.

    ``samples`` were drawn; the share ``acceptance`` of them agreed with the evidence; after weighting they are worth ``effective``
    independent samples of the answer. Truthy, because an estimate always has samples behind it.
    """

    value: float
    low: float
    high: float
    level: float
    samples: int
    acceptance: float
    effective: float
    seed: int

    def __bool__(self) -> bool:
        return self.effective > 0

    def __float__(self) -> float:
        return self.value

    def __str__(self) -> str:
        return (
            f"{self.value:.6g} in [{self.low:.6g}, {self.high:.6g}] ({self.level:.0%} interval, {self.samples:,} samples, "
            f"{self.acceptance:.1%} accepted, worth {self.effective:,.0f}, seed {self.seed})"
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
    values, weights = _sampled(evidence, target, samples, level, seed)
    return _mean(_numbers(values), weights, level, seed)


def estimates(
    evidence: Sequence[Reading], target: Reading, *, samples: int = 100_000, level: float = 0.95, seed: int = 0
) -> dict[Value, Estimate]:
    """The probability of each value of the target given the evidence, estimated; values that never came up are missing."""
    import numpy as np

    values, weights = _sampled(evidence, target, samples, level, seed)
    kinds: dict[Value, int] = {}
    places = np.array([kinds.setdefault(value, len(kinds)) for value in values])
    return {value: _mean((places == i).astype(float), weights, level, seed) for value, i in kinds.items() if weights[places == i].any()}


def _sampled(evidence: Sequence[Reading], target: Reading, samples: int, level: float, seed: int) -> tuple[list[Any], Array]:
    """The target's value and the weight of each sample."""
    import numpy as np

    if samples < 1 or not 0 < level < 1:
        raise WrongShape(f"samples={samples!r} and level={level!r} do not make an interval; type samples=100_000, level=0.95")
    if seed < 0:
        raise WrongShape(f"seed is {seed}, and a seed is a whole number of 0 or more; type seed=0")
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
    return values, drawn.weights


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
        self._count, self._rng, self._observed = count, rng, observed
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
            except Need as need:
                self._need([need.node])
                parts += self._split(known, rows, need.node)
                continue
            for row in rows.tolist():
                found[row] = value
        return found

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
        weights = _padded([[_float(weight) for _, weight in found.outcomes] for found in table], float)
        draws = self._draws.setdefault((node.variable, mechanism), _Draws({}, []))
        key = np.array([draws.codes.setdefault(found.draw, len(draws.codes)) for found in table])[which]
        outcome = self._outcome(draws, key, which, weights, values == place.get(self._observed.get(node, _NOTHING), -1), node)
        return np.asarray(values[which, outcome])

    def _outcome(self, draws: _Draws, key: Array, which: Array, weights: Array, agrees: Array, node: Node) -> Array:
        """The outcome of each sample's draw: the one that an earlier copy drew under the same key, or else a new one."""
        import numpy as np

        found = np.full(self._count, -1)
        for keys, outcomes in draws.made:
            found = np.where((found < 0) & (keys == key), outcomes, found)
        if node in self._observed:
            total = (weights * agrees).sum(axis=1)
            self.weights *= np.where(found < 0, total[which], agrees[which, found])
            weights = np.where((total > 0)[:, None], weights * agrees, weights)
        steps = np.cumsum(weights / weights.sum(axis=1, keepdims=True), axis=1)
        steps[:, -1] = 1
        flat = (steps + np.arange(len(steps))[:, None]).ravel()
        new = np.searchsorted(flat, which + self._rng.random(self._count), side="right") - which * weights.shape[1]
        found = np.where(found < 0, np.minimum(new, weights.shape[1] - 1), found)
        draws.made.append((key, found))
        return found


_NOTHING = object()


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


def _float(weight: Any) -> float:
    if is_symbolic(weight):
        raise InvalidNumber(f"the weight {weight} holds symbols, and samples are drawn with numbers; substitute values for them first")
    return float(weight)


def _numbers(values: Sequence[Any]) -> Array:
    import numpy as np

    read = {value: math.nan if value is None else float(exact(value)) for value in set(values)}
    return np.array([read[value] for value in values])


def _mean(numbers: Array, weights: Array, level: float, seed: int) -> Estimate:
    """The weighted mean; Wilson's interval for shares, the normal one for other means."""
    import numpy as np

    kept = weights > 0
    numbers, weights_kept = numbers[kept], weights[kept]
    mean = float(weights_kept @ numbers / weights_kept.sum())
    share = weights_kept / weights_kept.sum()
    variance = float(share**2 @ (numbers - mean) ** 2)
    effective = float(1 / (share @ share))
    z = NormalDist().inv_cdf((1 + level) / 2)
    if np.isin(numbers, (0, 1)).all():
        low, high = _wilson(mean, mean * (1 - mean) / variance if variance else effective, z)
    else:
        low, high = mean - z * math.sqrt(variance), mean + z * math.sqrt(variance)
    return Estimate(mean, low, high, level, len(weights), float(kept.mean()), effective, seed)


def _wilson(share: float, count: float, z: float) -> tuple[float, float]:
    """Wilson's interval for a share seen in so many samples. Source: [wilson1927]."""
    centre = (share + z * z / (2 * count)) / (1 + z * z / count)
    half = z / (1 + z * z / count) * math.sqrt(share * (1 - share) / count + z * z / (4 * count * count))
    return max(0.0, centre - half), min(1.0, centre + half)
