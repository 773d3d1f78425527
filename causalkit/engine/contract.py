"""Answers in float64, compiled once and asked again and again with other values for what is observed."""

from __future__ import annotations

import math
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any

from causalkit.engine.factors import Problem
from causalkit.engine.plan import Elimination, Plan, eliminating
from causalkit.engine.query import Asked, TooWide, asked
from causalkit.engine.readout import layout
from causalkit.engine.rings import float_tables
from causalkit.engine.run import LookedUp, Runner, runner
from causalkit.engine.trace import Raised
from causalkit.errors import Impossible, OpenChoice, TooLarge, WrongShape
from causalkit.network import Node, Reading

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, Any]

__all__ = ["Contraction", "contraction", "float_runner"]

Value = Hashable


@dataclass(frozen=True, eq=False)
class Contraction:
    """A question compiled to float64 tables, to be asked with any values for the nodes in ``observed``.

    ``values`` are the different values of the target: they run along the last axis of every answer.
    """

    plan: Plan
    observed: tuple[Node, ...]
    values: tuple[Value, ...]
    _tables: Problem
    _run: Runner
    _sums: Array

    def __call__(self, *seen: Value) -> Array:
        """The probability of each value of the target, given what is observed; raises ``Impossible`` when that has probability zero."""
        places = self._places(seen)
        if isinstance(self._run, LookedUp):
            found: Array = self._known[tuple(places.values())]
        else:
            weights = self._run(places) @ self._sums
            total = weights.sum()
            found = weights / total if total > 0 else weights * math.nan
        if found[0] != found[0]:
            raise Impossible(_impossible(seen))
        return found

    def weights(self, *seen: Value) -> Array:
        """The probability of each value of the target together with what is observed."""
        found: Array = self._run(self._places(seen)) @ self._sums
        return found

    @cached_property
    def _known(self) -> Array:
        """The answers for everything that can be observed, where these are few: read-only, NaN where it is impossible."""
        import numpy as np

        weights = self._run.answers @ self._sums if isinstance(self._run, LookedUp) else np.zeros((0, len(self.values)))
        totals = weights.sum(axis=-1, keepdims=True)
        known: Array = np.divide(weights, totals, out=np.full_like(weights, np.nan), where=totals > 0)
        known.setflags(write=False)
        return known

    def batch(self, seen: Sequence[Sequence[Value]]) -> Array:
        """The answers for many rows of observed values at once: a row of probabilities each; raises ``Impossible`` as one would."""
        import numpy as np

        rows = [self._places(row) for row in seen]
        columns = {variable: np.array([row[variable] for row in rows], np.intp) for variable in self._tables.observed}
        weights = self._run.batch(columns, len(rows)) @ self._sums
        totals = weights.sum(axis=1, keepdims=True)
        if not (totals > 0).all():
            row = seen[int(np.argmin(totals[:, 0]))]
            raise Impossible(_impossible(row))
        found: Array = weights / totals
        return found

    def _places(self, seen: Sequence[Value]) -> dict[int, int]:
        try:
            return {v: lookup[value] for v, lookup, value in zip(self._tables.observed, self._lookups, seen, strict=True)}
        except KeyError as error:
            raise Impossible(f"the value {error.args[0]!r} cannot occur there; observe what the model can produce") from None

    @cached_property
    def _lookups(self) -> tuple[dict[Value, int], ...]:
        return tuple({value: i for i, value in enumerate(self._tables.domains[v])} for v in self._tables.observed)


def _impossible(seen: Sequence[Value]) -> str:
    return f"the observed values {', '.join(map(repr, seen))} have probability 0; observe what the model can produce"


def contraction(evidence: Sequence[Reading], target: Reading) -> Contraction:
    """The question compiled; the values that the evidence fixes are those that may change from one asking to the next.

    Raises ``TooLarge``, ``OpenChoice``, ``NeedsCoupling``, and ``InvalidNumber`` for weights that hold symbols.

    >>> from causalkit.dist import coin
    >>> from causalkit.mechanism import Noise, Table
    >>> from causalkit.network import Edits, Network, Reading
    >>> network = Network({"u": Noise(coin("1/3")), "y": Table(("u",), {(False,): 0, (True,): 1})})
    >>> y = network.node(Edits(), "y")
    >>> u = network.node(Edits(), "u")
    >>> compiled = contraction([Reading((y,), lambda values: values[y] == 1)], Reading((u,), lambda values: values[u]))
    >>> compiled.values, compiled(1).tolist(), compiled(0).tolist()
    ((False, True), [0.0, 1.0], [1.0, 0.0])
    """
    question = asked(evidence, target)
    if isinstance(question, TooWide):
        raise TooLarge(f"the question cannot be put as tables: {question.reason}; ask about fewer variables at once")
    found = eliminating(question.structure)
    found.plan.check()
    if found.tables.choices:
        name = found.tables.nodes[found.tables.choices[0]].variable
        raise OpenChoice(f"{name!r} is a choice that nobody has made; fill it with .choose(...), or keep it open with open_ratio")
    if set(question.structure.observed) & set(question.structure.target):
        raise WrongShape("the target reads what is observed, which is known already; leave it out of the target")
    values, sums = _sums(found, question)
    return Contraction(found.plan, question.structure.observed, values, found.tables, float_runner(found), sums)


def _sums(found: Elimination, question: Asked) -> tuple[tuple[Value, ...], Array]:
    """The target's different values, and the matrix that adds up the kept combinations of each."""
    import numpy as np

    read = layout(found.tables, found.target)
    cells = {i: question.values[place] for i, place in zip(read.order, read.places, strict=True)}
    for value in cells.values():
        if isinstance(value, Raised):
            raise value.error
    values = tuple(dict.fromkeys(cells.values()))
    return values, np.array([[float(cells[i] == value) for value in values] for i in range(len(cells))])


@lru_cache(maxsize=128)
def float_runner(found: Elimination) -> Runner:
    """A planned elimination in float64."""
    import numpy as np

    return runner(found.tables, found.whole, found.order, float_tables(found.tables.factors), np.float64)
