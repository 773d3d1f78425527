"""The states of decisions that recall everything: each thing seen is a state of its own, with the chances of what is hidden in a table.

Where a decision sees all that earlier ones saw and did, no two states are ever one, and nothing has to be compared: what is hidden is
filtered by products of whole tables. Source: [shachter1986], for taking variables out of an influence diagram one by one.
"""

from __future__ import annotations

from causalkit.errors import TooLarge
from stop_button.decision.policy import Decision
from stop_button.evaluation.terms.integers import MOST, whole
from stop_button.evaluation.terms.scheme import Scheme
from stop_button.evaluation.unfolding.beliefs import Edges, Layer
from stop_button.evaluation.unfolding.blocks import Block, Unfit
from stop_button.evaluation.unfolding.frontier import Batch
from stop_button.evaluation.unfolding.histories import Histories, Met, passed, recalls, summed

__all__ = ["recalled", "too_many_states"]


def recalled(scheme: Scheme, most: int) -> tuple[tuple[Layer, ...], tuple[Batch, ...]] | None:
    """The layers of decisions that recall everything, and what terms add; ``None`` for other decisions, and for terms with conditions.

    Raises ``TooLarge`` beyond ``most`` states.
    """
    if not recalls(scheme):
        return None
    found = _States(scheme, most)
    try:
        start = passed(scheme, found)
    except Unfit:
        return None
    zero = whole([0])
    first = [Batch(channel, zero, whole([total.numerator]), total.denominator) for channel, total in start.items()]
    return tuple(found.layers), (*first, *found.batches)


def too_many_states(scheme: Scheme, decision: Decision, total: int, most: int) -> TooLarge:
    """The error of a world with more states than may be."""
    return TooLarge(
        f"the decisions of {scheme.world.title} have more than {most:,} states ({total:,} up to {decision.name!r}); let "
        "them see less, fix some with model.choose(...), shorten the horizon, or type method='local search'"
    )


class _States:
    """The layers so far: in each state, weights without a common divisor."""

    in_floats = False

    def __init__(self, scheme: Scheme, most: int) -> None:
        self.scheme, self.most = scheme, most
        self.layers: list[Layer] = []
        self.batches: list[Batch] = []
        self.first, self.total = 1, 0

    def met(self, met: Met, number: int) -> Histories:
        import numpy as np

        scheme, now, flat = self.scheme, met.now, met.weight
        factor = np.gcd.reduce(flat, axis=1)
        beliefs = flat // factor[:, None]
        mass = int((met.mass // factor).max())
        if beliefs.dtype == object and mass < MOST:
            beliefs = beliefs.astype(np.int64)
        before = self.layers[-1] if self.layers else None
        origins = met.before if before is None else met.before * before.options + (before.first + met.codes[0])
        sees, every = scheme.copies[number].parents, np.arange(len(now))
        columns = now.seen if sees == now.shown else now.seen[:, [now.shown.index(copy) for copy in sees]]
        decision = scheme.decision(number)
        layer = Layer(decision, columns, every, Edges(origins, every, factor, now.scale), self.first)
        self.layers.append(layer)
        self.first += layer.size * layer.options
        self.total += layer.size
        if self.total > self.most:
            raise too_many_states(scheme, decision, self.total, self.most)
        return Histories(now.terms, now.known, now.shown, now.seen, now.hidden, beliefs.reshape(now.weight.shape), 1, mass)

    def added(self, now: Histories, block: Block, t: int, number: int) -> None:
        import numpy as np

        if not block.most:
            return
        layer = self.layers[-1]
        origins = np.arange(layer.first, self.first)
        numbers = summed(now, block, number, layer.options)
        self.batches.append(Batch(self.scheme.terms[t].channel, origins, numbers.ravel(), block.unit))
