"""Answers with the choices left open: one tensor from which every policy's score is a look-up."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, NamedTuple

from causalkit.engine.compiling.factors import Problem, problem
from causalkit.engine.compiling.ordering import Order, elimination_order
from causalkit.engine.compiling.plan import MOST_CELLS, MOST_COST
from causalkit.engine.compiling.query import Query, TooWide, as_query
from causalkit.engine.exact.execution import runner
from causalkit.engine.exact.indexing import checked, places
from causalkit.engine.exact.rings import exact_tables, float_tables
from causalkit.engine.rule_expectation import DecisionAxes, RuleExpectation
from causalkit.errors import InvalidNumber, TooLarge
from causalkit.mechanisms.network import Reading, ordered
from causalkit.values.arrays import Array
from causalkit.values.exact import Number, exact, tidy

__all__ = ["every_rule_expectation", "rule_expectation"]


def rule_expectation(evidence: Sequence[Reading], target: Reading, *, exactly: bool = False) -> RuleExpectation:
    """The expectation of a target given evidence with all choices left open, in float64 or exactly.

    Values of the target are numbers, or true and false. Raises ``TooLarge`` before anything is computed, ``NeedsCoupling``, and
    ``InvalidNumber`` for a target that is not a number, or for floats of weights that hold symbols.

    >>> from causalkit.values.dist import coin
    >>> from causalkit.mechanisms.mechanism import Choice, Noise
    >>> from causalkit.mechanisms.network import Edits, Network, Reading
    >>> network = Network({"u": Noise(coin("1/4")), "a": Choice((False, True), ("u",))})
    >>> u, a = network.node(Edits(), "u"), network.node(Edits(), "a")
    >>> form = rule_expectation([], Reading((u, a), lambda values: values[u] == values[a]))
    >>> form.numerator.tolist()
    [[0.75, 0.0], [0.0, 0.25]]
    >>> form.exact().value({"a": lambda u: True})
    Fraction(1, 4)
    """
    import numpy as np

    question = as_query(evidence, target)
    if isinstance(question, TooWide):
        raise TooLarge(f"the question cannot be put as tables: {question.reason}; ask about fewer variables at once")
    ordered(question.structure.asked_for)
    whole = problem(question.structure)
    seen = places(whole, question.seen)
    tables, order = _opened(whole)
    axes = _axes(tables)
    if seen is None:
        cells = _Cells([], {variable: np.zeros(0, np.intp) for variable in range(len(tables.cards))})
    elif exactly:
        ring = exact_tables(tables.factors)
        found = _cells(tables, seen, runner(tables, tables, order, ring.tables, object)(seen))
        cells = _Cells([ring.number(weight) for weight in found.weights], found.at)
    else:
        cells = _cells(tables, seen, runner(tables, tables, order, float_tables(tables.factors), np.float64)(seen))
    tensors = _tensors(tables, axes, cells, _numbers(tables, question, cells), object if exactly else np.float64)
    return RuleExpectation(axes, *tensors, bool(evidence), None if exactly else partial(rule_expectation, evidence, target, exactly=True))


def every_rule_expectation(evidence: Sequence[Reading], target: Reading) -> RuleExpectation:
    """The same in float64, or exactly where weights hold symbols."""
    try:
        return rule_expectation(evidence, target)
    except InvalidNumber:
        return rule_expectation(evidence, target, exactly=True)


def _opened(tables: Problem) -> tuple[Problem, Order]:
    """The tables with every choice and what it sees kept, also where it is observed; raises ``TooLarge``."""
    on_axes = {variable for choice, parents in tables.axes for variable in (choice, *parents)}
    kept = tuple(sorted({*tables.kept, *(on_axes & set(tables.observed))}))
    opened = replace(tables, observed=tuple(v for v in tables.observed if v not in on_axes), kept=kept)
    order = elimination_order(opened.cards, opened.shapes, opened.kept)
    size = math.prod(math.prod(tables.cards[v] for v in (choice, *parents)) for choice, parents in tables.axes)
    if max(order.largest, size) > MOST_CELLS or order.cost > MOST_COST:
        raise TooLarge(
            f"the tensor over the open choices has {size:,} cells and takes {order.cost:,} multiply-adds, and the limits are "
            f"{MOST_CELLS:,} and {MOST_COST:,}; let the decisions see less, give them fewer options, or fill some with .choose(...)"
        )
    return opened, order


def _axes(tables: Problem) -> tuple[DecisionAxes, ...]:
    return tuple(
        DecisionAxes(
            tables.nodes[choice].variable, tuple(itertools.product(*(tables.domains[p] for p in parents))), tables.domains[choice]
        )
        for choice, parents in tables.axes
    )  # fmt: skip


class _Cells(NamedTuple):
    """The combinations of the kept variables that have a weight: the weights, and where each variable stands in them."""

    weights: Any
    at: Mapping[int, Array]


def _cells(tables: Problem, seen: Mapping[int, int], weights: Array) -> _Cells:
    """The combinations that agree with what is observed on the axes, and in which copies of one choice agree."""
    import numpy as np

    some = np.flatnonzero(weights)
    at = dict(zip(tables.kept, np.unravel_index(some, [tables.cards[v] for v in tables.kept]), strict=True)) if tables.kept else {}
    good = np.ones(len(some), bool)
    for variable in set(seen) & set(at):
        good &= at[variable] == seen[variable]
    for one, other in itertools.combinations(tables.axes, 2):
        if _same_choice(tables, one[0], other[0]):
            good &= ~_disagree(tables, one, other, at)
    fixed = {variable: np.full(len(some), place) for variable, place in seen.items() if variable not in at}
    return _Cells(weights[some[good]], {variable: column[good] for variable, column in {**at, **fixed}.items()})


def _same_choice(tables: Problem, one: int, other: int) -> bool:
    a, b = tables.nodes[one], tables.nodes[other]
    return a.variable == b.variable and a.mechanism == b.mechanism


def _disagree(tables: Problem, one: tuple[int, tuple[int, ...]], other: tuple[int, tuple[int, ...]], at: Mapping[int, Array]) -> Array:
    """Where two copies of one choice see the same and do otherwise."""
    import numpy as np

    differ = np.asarray(at[one[0]] != at[other[0]])
    for a, b in zip(one[1], other[1], strict=True):
        code = {value: i for i, value in enumerate(tables.domains[a])}
        matching = np.array([code.get(value, -1) for value in tables.domains[b]])
        differ = differ & (at[a] == matching[at[b]])
    return differ


def _numbers(tables: Problem, question: Query, cells: _Cells) -> list[Number]:
    """The target's value in each cell, as an exact number."""
    import numpy as np

    number = {node: i for i, node in enumerate(tables.nodes)}
    place = np.zeros(len(cells.weights), np.intp)
    for node in question.structure.target:
        whole, domain = node.mechanism.domain, tables.domains[number[node]]
        place = place * len(whole) + np.array([whole.index(value) for value in domain])[cells.at[number[node]]]
    found = [question.values[i] for i in place]
    read = {value: exact(value) for value in checked(dict.fromkeys(found))}
    return [read[value] for value in found]


def _tensors(tables: Problem, axes: Sequence[DecisionAxes], cells: _Cells, numbers: Sequence[Number], dtype: Any) -> tuple[Array, Array]:
    """The cells' weights times the target's values, and the weights, summed over all that is on no axis."""
    import numpy as np

    shape = [size for copy in axes for size in (len(copy.seen), len(copy.options))]
    flat = np.zeros(len(cells.weights), np.intp)
    for choice, parents in tables.axes:
        for variable in (*parents, choice):
            flat = flat * tables.cards[variable] + cells.at[variable]
    tensors = []
    for factor in (numbers, [exact(1)] * len(numbers)):
        tensor = np.full(math.prod(shape), exact(0), dtype)
        np.add.at(tensor, flat, np.array(cells.weights, dtype) * np.array(factor, dtype))
        tensors.append(np.array([tidy(cell) for cell in tensor], dtype) if dtype is object else tensor)
    return tensors[0].reshape(shape), tensors[1].reshape(shape)
