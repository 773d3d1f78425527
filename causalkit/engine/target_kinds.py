"""What the target of an estimate can take: its values, and the most that a sample of a kind that was not drawn could weigh."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple, Protocol

from causalkit.errors import InvalidNumber
from causalkit.mechanisms.mechanism import CPT, Constant, Noise, Table
from causalkit.mechanisms.network import Node, Reading, UnknownNode
from causalkit.values.dist import Value
from causalkit.values.exact import exact, is_symbolic

__all__ = ["NOTHING", "Drawn", "Kinds", "as_float", "as_number", "by_number", "kinds_of", "one_or_not"]

MOST_COMBINATIONS = 20_000
"""A target that depends on more combinations of values is not asked what it can take."""

NOTHING = object()


class Drawn(Protocol):
    """Samples: the observed nodes that give them weight, what was observed, the scale of their weights, and the kinds that were drawn."""

    weighed: Any
    observed: Any
    scale: Any

    def kinds(self, nodes: Any, /) -> Any: ...


def as_float(weight: Any) -> float:
    if is_symbolic(weight):
        raise InvalidNumber(f"the weight {weight} holds symbols or irrationals, and samples are drawn by fractions; substitute those first")
    return float(weight)


def as_number(value: Any) -> float:
    try:
        return float(exact(value))
    except OverflowError:
        raise InvalidNumber("a value of the target is larger than any float, in which means are estimated; ask in smaller units") from None


class Kinds(NamedTuple):
    """The values that the target can take, and the most that a sample can weigh of a kind that was not drawn, by its value."""

    possible: set[Any]
    missed: dict[Any, float]


def kinds_of(target: Reading, drawn: Drawn) -> Kinds | None:
    """Samples sorted by all that decides the target's value and their weight; None where there are too many kinds to list."""
    about = [*target.nodes, *(parent for node in drawn.weighed for parent in node.parents)]
    cells = list(itertools.islice(_every_kind(target, about, drawn.observed), MOST_COMBINATIONS + 1))
    if len(cells) > MOST_COMBINATIONS:
        return None
    found, weighs = Kinds(set(), {}), _Heaviest(drawn)
    seen: dict[tuple[Node, ...], set[tuple[Value, ...]]] = {}
    for decides, known, value in cells:
        nodes = tuple(decides)
        if nodes not in seen:
            seen[nodes] = drawn.kinds(nodes)
        found.possible.add(value)
        if tuple(decides.values()) not in seen[nodes] and found.missed.get(value, 0.0) < weighs.most:
            found.missed[value] = max(found.missed.get(value, 0.0), weighs(known))
    return found


def _every_kind(
    target: Reading, about: Sequence[Node], observed: Mapping[Node, Value]
) -> Iterator[tuple[dict[Node, Value], dict[Node, Value], Value]]:
    """Every combination of what is drawn, on the way to some nodes and to the target: it, all that follows, and the target's value.

    Combinations for which the target has no value are taken never to occur: where they do, it has raised already.
    """
    parts: list[tuple[dict[Node, Value], dict[Node, Value]]] = [({}, {})]
    while parts:
        decides, known = parts.pop()
        needed = _needed(about, known, observed)
        if needed is None:
            try:
                value = target.read(known)
            except UnknownNode as need:
                needed = _needed([need.node], known, observed)
                if needed is None:
                    parts.append((decides, known))
                    continue
            except Exception:
                continue
            else:
                yield decides, known, value
                continue
        options = (observed[needed],) if needed in observed else needed.mechanism.domain
        parts += [({**decides, needed: value}, {**known, needed: value}) for value in reversed(options)]


def _needed(nodes: Sequence[Node], known: dict[Node, Value], observed: Mapping[Node, Value]) -> Node | None:
    """A node that is drawn and has to be known before these; None where all of them are, worked out by then."""
    waiting = list(nodes)
    while waiting:
        node = waiting[-1]
        if node in known:
            waiting.pop()
        elif node in observed or not isinstance(node.mechanism, (Table, Constant)):
            return node
        elif unknown := [parent for parent in node.parents if parent not in known]:
            waiting += unknown
        else:
            known[node] = node.mechanism.row(tuple(known[parent] for parent in node.parents)).outcomes[0][0]
    return None


class _Heaviest:
    """The most that a sample can weigh, given some of its values; on the scale of the samples' weights."""

    def __init__(self, drawn: Drawn) -> None:
        self._nodes = [(node, drawn.observed[node]) for node in drawn.weighed]
        self._scale = drawn.scale
        self._known: dict[tuple[Node, tuple[Any, ...]], float] = {}
        self.most = self({})

    def __call__(self, known: Mapping[Node, Value]) -> float:
        logs = [self._log(node, value, tuple(known.get(parent, NOTHING) for parent in node.parents)) for node, value in self._nodes]
        return math.exp(min(sum(logs) - self._scale, 700.0))

    def _log(self, node: Node, value: Value, parents: tuple[Any, ...]) -> float:
        """The logarithm of the largest probability of an observed value in the rows that are left."""
        if (node, parents) not in self._known:
            most = max((as_float(row[value]) for inputs, row in _rows_of(node) if _agrees(inputs, parents)), default=0.0)
            self._known[node, parents] = math.log(most) if most else -math.inf
        return self._known[node, parents]


def _rows_of(node: Node) -> Iterator[tuple[tuple[Value, ...], Mapping[Any, Any]]]:
    if isinstance(node.mechanism, CPT):
        yield from node.mechanism.rows.items()
    elif isinstance(node.mechanism, Noise):
        yield (), node.mechanism.dist


def _agrees(inputs: Sequence[Value], known: Sequence[Any]) -> bool:
    return all(one is NOTHING or one == value for value, one in zip(inputs, known, strict=True))


def by_number(kinds: Kinds | None) -> Kinds | None:
    if kinds is None:
        return None
    found = Kinds(set(), {})
    for value in kinds.possible:
        try:
            number = as_number(value)
        except InvalidNumber:  # a value that is no number, and was not drawn: it would have been refused
            continue
        found.possible.add(number)
        found.missed[number] = max(found.missed.get(number, 0.0), kinds.missed.get(value, 0.0))
    return found


def one_or_not(value: Value, kinds: Kinds | None) -> Kinds | None:
    """The same for whether the target has a value."""
    if kinds is None:
        return None
    others = [weight for other, weight in kinds.missed.items() if other != value]
    return Kinds({1.0, *([0.0] if kinds.possible - {value} else [])}, {1.0: kinds.missed.get(value, 0.0), 0.0: max(others, default=0.0)})
