"""Answers in float64, compiled once and asked again and again with other values for what is observed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import NamedTuple

from causalkit.engine.compiling.factors import Problem
from causalkit.engine.compiling.plan import MOST_RUNS, Elimination, Plan, eliminating, has_few_runs
from causalkit.engine.compiling.query import Query, TooWide, as_query
from causalkit.engine.compiling.tracing import Raised
from causalkit.engine.compiling.world import World
from causalkit.engine.exact.circuit import Program
from causalkit.engine.exact.elimination import values_at
from causalkit.engine.exact.execution import MOST_KEPT, Runner, TableLookup, runner
from causalkit.engine.exact.indexing import layout
from causalkit.engine.exact.native import Native
from causalkit.engine.exact.native import native as compiled_program
from causalkit.engine.exact.rings import float_tables
from causalkit.engine.tree_query import OnTree, Unbound, planned_on_tree, prepared
from causalkit.errors import CausalError, Impossible, InvalidNumber, OpenChoice, TooLarge, WrongShape, listing
from causalkit.mechanisms.mechanism import Choice
from causalkit.mechanisms.network import Reading, closure, ordered
from causalkit.values.arguments import checked
from causalkit.values.arrays import LEAST, Array
from causalkit.values.dist import Value

__all__ = ["CompiledQuery", "compile_query", "float_runner"]

MANY = 1_000
"""A question that may be put to a tree more often than this is never compiled."""


class Compiled(NamedTuple):
    """What a question has become: its tables, a runner of them, which of the target's values each kept combination has.

    ``found`` is the elimination that it was made from.
    """

    tables: Problem
    run: Runner
    which: Array
    found: Elimination
    native: Native | None = None


@dataclass(frozen=True, eq=False, repr=False)
class CompiledQuery:
    """A question compiled to float64 tables, to be asked with any values for what was observed, in the order in which it was.

    ``plan`` says how it is answered; ``observed`` names what is observed; ``values`` are the different values of the target: they run along
    the last axis of every answer. ``Model.compile`` makes one. What is asked once or twice, or is too large to be kept, is put to the join
    tree.
    """

    observed: tuple[str, ...]
    values: tuple[Value, ...]
    _domains: tuple[tuple[Value, ...], ...]
    _planned: Callable[[], Plan]
    _make: Callable[[], Compiled]
    _tree: OnTree | None = None
    _met: dict[tuple[Value, ...], Array] = field(default_factory=dict)
    """Answers that were looked up, by the observed values as they were typed: no more than the table has."""

    @cached_property
    def plan(self) -> Plan:
        """How the question is answered, and at what cost."""
        return self._planned()

    @cached_property
    def _compiled(self) -> Compiled:
        return self._make()

    @property
    def _is_on_tree(self) -> bool:
        """Whether the next answer comes from the tree."""
        return self._tree is not None and self._tree.left > 0 and "_compiled" not in self.__dict__

    def __call__(self, /, *seen: Value, **named: Value) -> Array:
        """The probability of each value of the target, given what is observed.

        Raises ``Impossible`` when that has probability zero, and ``InvalidNumber`` when it is less likely than floats can hold.
        """
        if named:
            seen = tuple(self._in_order(seen, named))
        try:
            met = self._met.get(seen)
        except TypeError:  # what has no hash is no value of a variable, and its place says so
            met = None
        if met is not None:
            return met
        places = self._places(seen)
        if not self._is_on_tree and isinstance(self._compiled.run, TableLookup):
            found: Array = self._known[tuple(places)]
            if found[0] == found[0]:
                return self._met.setdefault(seen, found)
        else:
            weights = self._weights(places)
            total = weights.sum()
            if total >= LEAST:
                answer: Array = weights / total
                return answer
        raise self._without_answer(places, seen)

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

        if self._tree is not None and self._is_on_tree:
            self._tree.left -= 1
            return self._tree(self._values_at(places))
        made = self._compiled
        if made.native is not None:
            found: Array = made.native(np.array([places], np.int64))[0]
            return found
        return made.run(dict(zip(made.tables.observed, places, strict=True))) @ self._sums

    def _batch(self, places: Array) -> Array:
        import numpy as np

        if self._tree is not None and self._is_on_tree and self._tree.left > MANY:
            different, back = np.unique(places, axis=0, return_inverse=True)
            answers: Array = np.array([self._weights(row) for row in different.tolist()])[back.reshape(-1)]
            return answers
        made = self._compiled
        if made.native is not None:
            return made.native(places)
        columns = {variable: places[:, i] for i, variable in enumerate(made.tables.observed)}
        found: Array = made.run.batch(columns, len(places)) @ self._sums
        return found

    def _without_answer(self, places: Sequence[int], seen: Sequence[Value]) -> CausalError:
        """What to say of observed values whose weight floats do not hold."""
        if not self._can_be(places):
            return Impossible(f"the observed values {', '.join(map(repr, seen))} have probability 0; observe what the model can produce")
        return InvalidNumber(
            f"the observed values {', '.join(map(repr, seen))} are possible, and less likely than floats can hold; "
            "ask exactly, with .given(...) and .dist(...)"
        )

    def _can_be(self, places: Sequence[int]) -> bool:
        """Whether observed values are possible: on the tree found exactly, else by counting ways instead of weighing them."""
        if self._tree is not None and self._is_on_tree:
            with suppress(Unbound):
                return self._tree.can_be(self._values_at(places))
        made = self._compiled
        return bool(_support_runner(made.found)(dict(zip(made.tables.observed, places, strict=True))).any())

    @cached_property
    def _sums(self) -> Array:
        """The matrix that adds up the weights of the kept combinations for each value of the target."""
        import numpy as np

        sums: Array = np.equal.outer(self._compiled.which, range(len(self.values))).astype(np.float64)
        return sums

    @cached_property
    def _known(self) -> Array:
        """The answers for everything that can be observed, where these are few: read-only, NaN where it is impossible."""
        import numpy as np

        run = self._compiled.run
        assert isinstance(run, TableLookup)
        weights = run.answers @ self._sums
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
        except (KeyError, TypeError):  # a list, say, is in no domain
            strange = next(value for lookup, value in zip(self._lookups, seen, strict=True) if value not in list(lookup))
            raise Impossible(f"the value {strange!r} cannot occur there; observe what the model can produce") from None
        except ValueError:
            expected = listing(self.observed) or "nothing"
            raise WrongShape(f"{len(seen)} values are given, and what is observed is: {expected}; give a value for each") from None

    def _values_at(self, places: Sequence[int]) -> list[Value]:
        return [domain[place] for domain, place in zip(self._domains, places, strict=True)]

    @cached_property
    def _lookups(self) -> tuple[dict[Value, int], ...]:
        return tuple([{value: i for i, value in enumerate(domain)} for domain in self._domains])

    def __repr__(self) -> str:
        how = "on a join tree" if self._is_on_tree else _how(self._compiled)
        given = f" given {', '.join(self.observed)}" if self.observed else ""
        return f"<compiled question: {len(self.values)} values{given}; {how}, at most {self.plan.cost:,} multiply-adds>"


def _how(made: Compiled) -> str:
    return "looked up" if isinstance(made.run, TableLookup) else "machine code" if made.native is not None else "numpy"


def compile_query(evidence: Sequence[Reading], target: Reading, *, native: bool = False, world: World | None = None) -> CompiledQuery:
    """The question compiled; the values that the evidence fixes are those that may change from one asking to the next.

    ``native`` makes it machine code; in a ``world`` the first answers come from its join tree.
    Raises ``TooLarge``, ``OpenChoice``, ``NeedsCoupling``, ``InvalidNumber`` for weights that hold symbols,
    and ``MissingExtra`` where numba is missing.

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
    if set(question.structure.observed) & set(question.structure.target):
        raise WrongShape("the target reads what is observed, which is known already; leave it out of the target")
    if world is not None and not native and not has_few_runs(question.structure.asked_for):
        with suppress(Unbound):
            return _on_tree(world, question)
    ordered(question.structure.asked_for)
    found = eliminating(question.structure)
    found.plan.check()
    made = _compiled(found, question, native)
    names = tuple(node.variable for node in question.structure.observed)
    domains = tuple([found.tables.domains[variable] for variable in found.tables.observed])
    return CompiledQuery(names, _which_value(found, question)[0], domains, lambda: found.plan, lambda: made)


def _on_tree(world: World, question: Query) -> CompiledQuery:
    """The question put to a join tree, to be compiled when it has been asked often; raises ``Unbound`` where weights are no numbers."""
    import numpy as np

    structure = question.structure
    if question.seen is None or (structure.asked_for and any(isinstance(node.mechanism, Choice) for node in closure(structure.asked_for))):
        raise Unbound
    seen = question.seen
    made = prepared(world, structure, seen, floats=True)
    if made is not None and not made.is_within:
        _of_a_tree(made.exact_plan).check()
    domains = [world.memory.entry(node).table.domain for node in structure.target]
    cells = values_at(question, domains)
    values = tuple(dict.fromkeys(cells))
    place = {value: i for i, value in enumerate(values)}
    tree = OnTree(world, structure, np.array([place[value] for value in cells], np.int64), len(values), made)
    names = tuple(node.variable for node in structure.observed)
    there = tuple([world.memory.entry(node).table.domain for node in structure.observed])
    return CompiledQuery(
        names,
        values,
        there,
        lambda: _of_a_tree(planned_on_tree(world, structure, seen)),
        lambda: _compiled(eliminating(structure), question, native=False),
        tree,
    )


def _of_a_tree(plan: Plan | None) -> Plan:
    """A plan by which a question is put to a tree; raises ``Unbound`` where that is impossible, or runs are gone through in its place."""
    if plan is None or (not plan and plan.runs <= MOST_RUNS):
        raise Unbound
    return plan


def _compiled(found: Elimination, question: Query, native: bool) -> Compiled:
    if found.tables.choices:
        name = found.tables.nodes[found.tables.choices[0]].variable
        raise OpenChoice(
            f"{name!r} is a choice that nobody has made; fill it with .choose(...), or ask under every rule with .by_rule(...)"
        )
    which = _which_value(found, question)[1]
    run = float_runner(found)
    return Compiled(found.tables, run, which, found, _machine(run, found, which) if native else None)


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
