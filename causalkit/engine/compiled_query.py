"""Answers in float64, compiled once and asked again and again with other values for what is observed."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from causalkit.engine.compiling.factors import Problem
from causalkit.engine.compiling.plan import Elimination, Plan, eliminating
from causalkit.engine.compiling.query import Query, TooWide, as_query
from causalkit.engine.compiling.tracing import Raised
from causalkit.engine.exact.circuit import Program
from causalkit.engine.exact.execution import MOST_KEPT, Runner, TableLookup, runner
from causalkit.engine.exact.indexing import layout
from causalkit.engine.exact.native import Native
from causalkit.engine.exact.native import native as compiled_program
from causalkit.engine.exact.rings import float_tables
from causalkit.errors import CausalError, Impossible, InvalidNumber, OpenChoice, TooLarge, WrongShape, listing
from causalkit.mechanisms.network import Reading
from causalkit.values.arguments import checked
from causalkit.values.arrays import Array
from causalkit.values.dist import Value

__all__ = ["CompiledQuery", "compile_query", "float_runner"]

LEAST = 2.0**-900
"""Weights below this may have lost digits, or all of them: floats then say nothing, not even that something is impossible."""


@dataclass(frozen=True, eq=False, repr=False)
class CompiledQuery:
    """A question compiled to float64 tables, to be asked with any values for what was observed, in the order in which it was.

    ``observed`` names what is observed; ``values`` are the different values of the target: they run along the last axis of every
    answer. ``Model.compile`` makes one.
    """

    plan: Plan
    observed: tuple[str, ...]
    values: tuple[Value, ...]
    _tables: Problem
    _run: Runner
    _which: Array
    _native: Native | None = None
    _found: Elimination | None = None

    def __call__(self, /, *seen: Value, **named: Value) -> Array:
        """The probability of each value of the target, given what is observed.

        Raises ``Impossible`` when that has probability zero, and ``InvalidNumber`` when it is less likely than floats can hold.
        """
        places = self._places(self._in_order(seen, named) if named else seen)
        if isinstance(self._run, TableLookup):
            found: Array = self._known[tuple(places)]
        else:
            weights = self._weights(places)
            total = weights.sum()
            found = weights / total if total >= LEAST else weights * math.nan
        if found[0] != found[0]:
            raise self._without_answer(places, seen or tuple(named.values()))
        return found

    def weights(self, /, *seen: Value, **named: Value) -> Array:
        """The probability of each value of the target together with what is observed."""
        return self._weights(self._places(self._in_order(seen, named) if named else seen))

    @checked
    def batch(self, seen: Sequence[Sequence[Value]]) -> Array:
        """The answers for many rows of observed values at once: a row of probabilities each; raises ``Impossible`` as one would."""
        import numpy as np

        places = np.array([self._places(row) for row in seen], np.int64).reshape(len(seen), len(self.observed))
        weights = self._batch(places)
        totals = weights.sum(axis=1, keepdims=True)
        if not (totals >= LEAST).all():
            row = int(np.argmin(totals[:, 0]))
            raise self._without_answer(places[row].tolist(), seen[row])
        found: Array = weights / totals
        return found

    def _weights(self, places: Sequence[int]) -> Array:
        import numpy as np

        if self._native is not None:
            found: Array = self._native(np.array([places], np.int64))[0]
            return found
        return self._run(dict(zip(self._tables.observed, places, strict=True))) @ self._sums

    def _batch(self, places: Array) -> Array:
        if self._native is not None:
            return self._native(places)
        columns = {variable: places[:, i] for i, variable in enumerate(self._tables.observed)}
        found: Array = self._run.batch(columns, len(places)) @ self._sums
        return found

    def _without_answer(self, places: Sequence[int], seen: Sequence[Value]) -> CausalError:
        """What to say of observed values whose weight floats do not hold; whether it is zero is found by counting, not by weighing."""
        assert self._found is not None
        ways = _support_runner(self._found)(dict(zip(self._tables.observed, places, strict=True)))
        if not ways.any():
            return Impossible(_impossible(seen))
        return InvalidNumber(
            f"the observed values {', '.join(map(repr, seen))} are possible, and less likely than floats can hold; "
            "ask exactly, with .given(...) and .dist(...)"
        )

    @cached_property
    def _sums(self) -> Array:
        """The matrix that adds up the weights of the kept combinations for each value of the target."""
        import numpy as np

        sums: Array = np.equal.outer(self._which, range(len(self.values))).astype(np.float64)
        return sums

    @cached_property
    def _known(self) -> Array:
        """The answers for everything that can be observed, where these are few: read-only, NaN where it is impossible."""
        import numpy as np

        assert isinstance(self._run, TableLookup)
        weights = self._run.answers @ self._sums
        totals = weights.sum(axis=-1, keepdims=True)
        known: Array = np.divide(weights, totals, out=np.full_like(weights, np.nan), where=totals >= LEAST)
        known.setflags(write=False)
        return known

    def _in_order(self, seen: Sequence[Value], named: Mapping[str, Value]) -> Sequence[Value]:
        """Observed values by name, in the order in which they are observed."""
        if seen or len(set(self.observed)) < len(self.observed) or set(named) != set(self.observed):
            raise WrongShape(f"the observed values are given for {listing(named)}, and what is observed is: {listing(self.observed)}")
        return [named[name] for name in self.observed]

    def _places(self, seen: Sequence[Value]) -> list[int]:
        try:
            return [lookup[value] for lookup, value in zip(self._lookups, seen, strict=True)]
        except KeyError as error:
            raise Impossible(f"the value {error.args[0]!r} cannot occur there; observe what the model can produce") from None
        except ValueError:
            expected = listing(self.observed) or "nothing"
            raise WrongShape(f"{len(seen)} values are given, and what is observed is: {expected}; give a value for each") from None

    @cached_property
    def _lookups(self) -> tuple[dict[Value, int], ...]:
        return tuple({value: i for i, value in enumerate(self._tables.domains[v])} for v in self._tables.observed)

    def __repr__(self) -> str:
        how = "looked up" if isinstance(self._run, TableLookup) else "machine code" if self._native is not None else "numpy"
        given = f" given {', '.join(self.observed)}" if self.observed else ""
        return f"<compiled question: {len(self.values)} values{given}; {how}, at most {self.plan.cost:,} multiply-adds>"


def _impossible(seen: Sequence[Value]) -> str:
    return f"the observed values {', '.join(map(repr, seen))} have probability 0; observe what the model can produce"


def compile_query(evidence: Sequence[Reading], target: Reading, *, native: bool = False) -> CompiledQuery:
    """The question compiled; the values that the evidence fixes are those that may change from one asking to the next.

    ``native`` makes it machine code. Raises ``TooLarge``, ``OpenChoice``, ``NeedsCoupling``, ``InvalidNumber`` for weights that hold
    symbols, and ``MissingExtra`` where numba is missing.

    >>> from causalkit.values.dist import coin
    >>> from causalkit.mechanisms.mechanism import Noise, Table
    >>> from causalkit.mechanisms.network import Edits, Network, Reading
    >>> network = Network({"u": Noise(coin("1/3")), "y": Table(("u",), {(False,): 0, (True,): 1})})
    >>> y = network.node(Edits(), "y")
    >>> u = network.node(Edits(), "u")
    >>> compiled = compile_query([Reading((y,), lambda values: values[y] == 1)], Reading((u,), lambda values: values[u]))
    >>> compiled.values, compiled(1).tolist(), compiled(0).tolist()
    ((False, True), [0.0, 1.0], [1.0, 0.0])
    """
    question = as_query(evidence, target)
    if isinstance(question, TooWide):
        raise TooLarge(f"the question cannot be put as tables: {question.reason}; ask about fewer variables at once")
    found = eliminating(question.structure)
    found.plan.check()
    if found.tables.choices:
        name = found.tables.nodes[found.tables.choices[0]].variable
        raise OpenChoice(
            f"{name!r} is a choice that nobody has made; fill it with .choose(...), or ask under every rule with .by_rule(...)"
        )
    if set(question.structure.observed) & set(question.structure.target):
        raise WrongShape("the target reads what is observed, which is known already; leave it out of the target")
    values, which = _which_value(found, question)
    run = float_runner(found)
    names = tuple(node.variable for node in question.structure.observed)
    machine = _machine(run, found, which) if native else None
    return CompiledQuery(found.plan, names, values, found.tables, run, which, machine, found)


def _machine(run: Runner, found: Elimination, which: Array) -> Native | None:
    """The question as machine code, where it is not looked up anyway; raises ``TooLarge`` where it is not kept as a circuit."""
    if isinstance(run, TableLookup):
        return None
    if not isinstance(run, Program):
        raise TooLarge(
            f"the question takes {found.plan.cost:,} multiply-adds, and at most {MOST_KEPT:,} are made into machine code; "
            "leave native=True out: it is then carried out on whole tables"
        )
    return compiled_program(run, found.tables.observed, which)


def _which_value(found: Elimination, question: Query) -> tuple[tuple[Value, ...], Array]:
    """The target's different values, and which of them each kept combination has."""
    import numpy as np

    read = layout(found.tables, found.target)
    cells = {i: question.values[place] for i, place in zip(read.order, read.places, strict=True)}
    for value in cells.values():
        if isinstance(value, Raised):
            raise value.error
    values = tuple(dict.fromkeys(cells.values()))
    return values, np.array([values.index(cells[i]) for i in range(len(cells))], np.int64)


@lru_cache(maxsize=128)
def float_runner(found: Elimination) -> Runner:
    """A planned elimination in float64."""
    import numpy as np

    return runner(found.tables, found.whole, found.order, float_tables(found.tables.factors), np.float64)


@lru_cache(maxsize=128)
def _support_runner(found: Elimination) -> Runner:
    """The same with 1 for every weight that is not zero: it counts the ways in which something can happen."""
    import numpy as np

    tables = tuple(np.array([float(bool(weight)) for weight in factor.weights]) for factor in found.tables.factors)
    return runner(found.tables, found.whole, found.order, tables, np.float64)
