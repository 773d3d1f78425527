"""Exact answers by walking through every draw of noise that matters: the slow, obvious engine that the others are checked against."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from causalkit.engine.compiling.plan import MOST_RUNS
from causalkit.errors import OpenChoice, TooLarge
from causalkit.mechanisms.mechanism import Choice
from causalkit.mechanisms.network import Node, Reading, UnknownNode, ordered
from causalkit.values.dist import summed
from causalkit.values.exact import Number, exact

__all__ = ["Assignment", "Run", "measure", "open_measure", "runs"]

Assignment = frozenset[tuple[str, tuple[Hashable, ...], Hashable]]
"""Choices made on one run: ``(decision, what was seen, what was done)``, each at most once."""


class Run(NamedTuple):
    """One way that the world can go, as far as it has been followed."""

    pending: list[Node]
    stage: int
    values: dict[Node, Hashable]
    draws: dict[Hashable, int]
    chosen: Assignment
    weight: Number

    def waiting_for(self, nodes: Iterable[Node], stage: int) -> Run:
        """The run at a stage where these nodes, and what they listen to, are still to be followed."""
        return Run(ordered(nodes, self.values), stage, self.values, self.draws, self.chosen, self.weight)


def measure(evidence: Sequence[Reading], target: Reading) -> dict[Hashable, Number]:
    """The weight of each value of the target together with the evidence; raises ``OpenChoice`` at an open choice."""
    return summed((value, run.weight) for value, run in runs(evidence, target, open_choices=False))


def open_measure(evidence: Sequence[Reading], target: Reading) -> dict[Assignment, dict[Hashable, Number]]:
    """The same with choices left open: for each set of choices that a run depends on, the weights of the target's values."""
    found: dict[Assignment, list[tuple[Hashable, Number]]] = {}
    for value, run in runs(evidence, target, open_choices=True):
        found.setdefault(run.chosen, []).append((value, run.weight))
    return {chosen: summed(pairs) for chosen, pairs in found.items()}


def runs(evidence: Sequence[Reading], target: Reading, *, open_choices: bool) -> Iterator[tuple[Any, Run]]:
    """Every run on which the evidence holds, with the target's value; draws are made only when something listens to them."""
    readings = [*evidence, target]
    stack = [Run(ordered(readings[0].nodes), 0, {}, {}, frozenset(), exact(1))]
    count = 0
    while stack:
        run = _advanced(stack.pop(), stack, open_choices)
        if run is None:
            continue
        value = _read(readings[run.stage], run, stack)
        if value is _POSTPONED:
            continue
        if run.stage == len(evidence):
            count += 1
            if count > MOST_RUNS:
                raise TooLarge(_too_many())
            yield value, run
        elif value:
            following = readings[run.stage + 1].nodes
            stack.append(run.waiting_for(following, run.stage + 1))


_POSTPONED = object()


def _read(reading: Reading, run: Run, stack: list[Run]) -> Any:
    try:
        return reading.read(run.values)
    except UnknownNode as need:
        stack.append(run.waiting_for([need.node], run.stage))
        return _POSTPONED


def _advanced(run: Run, stack: list[Run], open_choices: bool) -> Run | None:
    """The run with all pending nodes known, or None when it has split into several, which are put on the stack."""
    values = run.values
    for i, node in enumerate(run.pending):
        row = node.mechanism.row(tuple(values[parent] for parent in node.parents))
        if row.draw is None:
            values[node] = row.outcomes[0][0]
            continue
        key = (node.variable, node.mechanism, row.draw)
        if key in run.draws:
            values[node] = row.outcomes[run.draws[key]][0]
            continue
        if isinstance(node.mechanism, Choice) and not open_choices:
            raise OpenChoice(_left_open(node))
        stack.extend(reversed(list(_split(run, i, node, key, row.outcomes))))
        return None
    return run


def _split(run: Run, i: int, node: Node, key: Hashable, outcomes: Sequence[tuple[Hashable, Number | None]]) -> Iterator[Run]:
    for k, (value, weight) in enumerate(outcomes):
        chosen = run.chosen
        if weight is None:
            seen = tuple(run.values[parent] for parent in node.parents)
            chosen = chosen | {(node.variable, seen, value)}
        yield Run(
            run.pending[i + 1 :],
            run.stage,
            {**run.values, node: value},
            {**run.draws, key: k},
            chosen,
            run.weight if weight is None else run.weight * weight,
        )


def _left_open(node: Node) -> str:
    example = node.mechanism.domain[0]
    return (
        f"{node.variable!r} is a choice that nobody has made, and the answer depends on it; "
        f"plug in a rule with .choose({{{node.variable!r}: {example!r}}}) or set it with .do({{{node.variable!r}: {example!r}}})"
    )


def _too_many() -> str:
    return (
        f"the answer takes more than {MOST_RUNS:,} runs of the world; ask about fewer variables, "
        "split noise that only matters through a summary, or give the model fewer noises"
    )
