"""The states of decisions that recall everything: each thing seen is a state of its own, with the chances of what is hidden in a table.

Where a decision sees all that earlier ones saw and did, no two states are ever one, and nothing has to be compared: what is hidden is
filtered by products of whole tables. Source: [shachter1986], for taking variables out of an influence diagram one by one.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from causalkit.errors import CausalError, TooLarge
from causalkit.values.exact import in_units
from stop_button.decision.policy import Decision
from stop_button.evaluation.unfolding.beliefs import Edges, Layer
from stop_button.evaluation.unfolding.frontier import Batch, alive
from stop_button.evaluation.unfolding.integers import MOST, code_type, whole
from stop_button.evaluation.unfolding.laws import Law
from stop_button.evaluation.unfolding.objective import Refusal
from stop_button.evaluation.unfolding.scheme import Scheme, bits

if TYPE_CHECKING:
    from stop_button.evaluation.unfolding.integers import Array

__all__ = ["recalled", "too_many_states"]

MOST_CELLS = 2**24
MOST_BLOCK = 2**12
"""Tables of terms, of what a copy does, and of what is hidden in one state have at most so many cells."""


class _Unfit(Exception):
    """The tables would be large, or a mechanism is no table of numbers: states are then found row by row."""


@dataclass(frozen=True, eq=False)
class _Block:
    """A table of whole numbers over ``unit``: an axis for each copy of ``scope``. None is larger than ``most``."""

    numbers: Array
    scope: tuple[int, ...]
    unit: int
    most: int


@dataclass(frozen=True, eq=False)
class _Histories:
    """What is seen so far, a row for each way, and how what is hidden may stand in each: weights over ``scale``.

    ``seen`` has a column for each copy of ``shown``: the places of values in its domain. The axes of ``weight`` are the histories and the
    copies of ``hidden``. ``terms`` are still to be added; ``known`` are the copies met so far. No history's weights add up to more than
    ``mass``.
    """

    terms: int
    known: int
    shown: tuple[int, ...]
    seen: Array
    hidden: tuple[int, ...]
    weight: Array
    scale: int
    mass: int


def recalled(scheme: Scheme, most: int) -> tuple[tuple[Layer, ...], tuple[Batch, ...]] | None:
    """The layers of decisions that recall everything, and what terms add; ``None`` for other decisions, and for terms with conditions.

    Raises ``TooLarge`` beyond ``most`` states.
    """
    if len(scheme.choices) < 2 or scheme.events or not _recall(scheme):
        return None
    try:
        return _walked(scheme, most)
    except _Unfit:
        return None


def too_many_states(scheme: Scheme, decision: Decision, total: int, most: int) -> TooLarge:
    """The error of a world with more states than may be."""
    return TooLarge(
        f"the decisions of {scheme.world.title} have more than {most:,} states ({total:,} up to {decision.name!r}); let "
        "them see less, fix some with model.choose(...), shorten the horizon, or type method='local search'"
    )


def _recall(scheme: Scheme) -> bool:
    """Whether each decision is met in one copy, and sees what the one before it saw and did."""
    if len(set(scheme.stage)) < len(scheme.choices):
        return False
    before: set[int] = set()
    for number, stage in zip(scheme.choices, scheme.stage, strict=True):
        sees = scheme.copies[number].parents
        if not before <= set(sees) or scheme.decisions[stage].sees != tuple(scheme.copies[copy].name for copy in sees):
            return False
        before = {number, *sees}
    return True


def _walked(scheme: Scheme, most: int) -> tuple[tuple[Layer, ...], tuple[Batch, ...]]:
    import numpy as np

    layers: list[Layer] = []
    terms = (1 << len(scheme.terms)) - 1
    ripe = _ripe(scheme, terms, 0)
    batches = list(_at_start(scheme, ripe))
    now = _Histories(terms & ~ripe, 0, (), np.zeros((1, 0), dtype=np.int8), (), whole([1]), 1, 1)
    first, total = 1, 0
    for c, number in enumerate(scheme.choices):
        if not scheme.users[number] & now.terms:
            continue
        for copy in _towards(scheme, now, scheme.copies[number].parents):
            now = _joined(scheme, now, copy)
        layer, now = _met(scheme, now, number, layers[-1] if layers else None, first)
        layers.append(layer)
        first += layer.size * layer.options
        total += layer.size
        if total > most:
            raise too_many_states(scheme, layer.decision, total, most)
        ripe = _ripe(scheme, now.terms, c + 1)
        batches += (batch for t in bits(ripe) for batch in _added(scheme, now, t, number, layer))
        now = _less(scheme, now, ripe)
    return tuple(layers), tuple(batches)


def _ripe(scheme: Scheme, terms: int, made: int) -> int:
    """The terms that depend on none but the first so many choices."""
    return sum(1 << t for t in bits(terms) if not scheme.choices_of[t] >> made)


# ---------------------------------------------------------------- tables


def _size(scheme: Scheme, copies: Sequence[int]) -> tuple[int, ...]:
    sizes = tuple([len(scheme.copies[copy].domain) for copy in copies])
    if math.prod(sizes) > MOST_BLOCK or len(set(copies)) < len(copies):
        raise _Unfit
    return sizes


def _law(scheme: Scheme, number: int) -> Law:
    law = scheme.copies[number].law
    if law is None:
        raise _Unfit
    return law


def _does(scheme: Scheme, number: int) -> _Block:
    """What a copy does, with its parents' axes before its own."""
    scope = (*scheme.copies[number].parents, number)
    sizes = _size(scheme, scope)
    law = _law(scheme, number)
    return _Block(law.dense(sizes[-1]).reshape(sizes), scope, law.unit, law.unit)


def _worth(scheme: Scheme, t: int) -> _Block:
    """A term as a table over the copies that it reads."""
    scope = scheme.scopes[t]
    sizes = _size(scheme, scope)
    try:
        numbers = list(scheme.worths(t))
    except (Refusal, CausalError, ArithmeticError, TypeError, ValueError) as error:
        raise _Unfit from error  # it may be that such values never come about
    counts, unit = in_units(numbers)
    return _Block(whole(counts).reshape(sizes), scope, unit, max(map(abs, counts)))


def _over(block: _Block, axes: Sequence[int], now: _Histories | None = None) -> Array:
    """A table with the histories and these copies as axes, of size 1 where nothing depends on them."""
    shown = () if now is None else now.shown
    fixed = [place for place, copy in enumerate(block.scope) if copy in shown]
    place_of = {copy: place for place, copy in enumerate(block.scope)}
    free = [place_of[copy] for copy in axes if copy in place_of]
    table = block.numbers.transpose(fixed + free)
    if now is not None and fixed:
        table = table[tuple([now.seen[:, shown.index(block.scope[place])] for place in fixed])]
    shape = [block.numbers.shape[place_of[copy]] if copy in place_of else 1 for copy in axes]
    return table.reshape(-1 if fixed else 1, *shape)


def _held(numbers: Array, most: int) -> Array:
    """The same numbers in a type that holds products up to ``most``."""
    return numbers.astype(object) if most >= MOST and numbers.dtype != object else numbers


def _worth_before(scheme: Scheme, block: _Block, known: int) -> _Block:
    """A term's mean over what is not known, from the last copy to the first, as a table over copies that are known."""
    while unknown := [copy for copy in block.scope if not known >> copy & 1]:
        last = max(unknown)
        others, parents = [copy for copy in block.scope if copy != last], scheme.copies[last].parents
        law = _law(scheme, last)
        if law.weights is None and not others:
            block = _Block(block.numbers[law.codes].reshape(_size(scheme, parents)), parents, block.unit, block.most)
            continue
        does = _does(scheme, last)
        axes, most = (*dict.fromkeys([*others, *parents]), last), block.most * does.unit
        _size(scheme, axes)
        product = _held(_over(block, axes), most) * _over(does, axes)
        block = _Block(product.sum(axis=-1)[0], axes[:-1], block.unit * does.unit, most)
    return block


def _at_start(scheme: Scheme, terms: int) -> Iterator[Batch]:
    """What the terms add that no choice matters to."""
    sums: dict[int, Fraction] = {}
    for t in bits(terms):
        worth = _worth_before(scheme, _worth(scheme, t), 0) if scheme.scopes[t] else None
        number = next(scheme.worths(t)) if worth is None else Fraction(int(worth.numbers), worth.unit)
        channel = scheme.terms[t].channel
        sums[channel] = sums.get(channel, Fraction(0)) + number
    for channel, total in sums.items():
        yield Batch(channel, whole([0]), whole([total.numerator]), total.denominator)


# ---------------------------------------------------------------- one moment after the other


def _towards(scheme: Scheme, now: _Histories, wanted: Sequence[int]) -> Iterator[int]:
    """What is not known of these copies and all that they depend on, parents first; noise only when it is needed."""
    needed = 0
    for copy in wanted:
        needed |= scheme.ancestors[copy]
    needed &= ~now.known & ~scheme.all_choices
    noise = needed & scheme.roots
    for copy in bits(needed & ~noise):
        for parent in scheme.copies[copy].parents:
            if noise >> parent & 1:
                yield parent
                noise &= ~(1 << parent)
        yield copy
    yield from bits(noise)


def _joined(scheme: Scheme, now: _Histories, number: int) -> _Histories:
    """The histories when one more copy is known, and what nothing depends on any more is taken out."""
    import numpy as np

    does = _does(scheme, number)
    known, mass = now.known | 1 << number, now.mass * does.unit
    axes = (*now.hidden, *(copy for copy in does.scope if copy not in now.hidden and copy not in now.shown))
    over = [copy for copy in axes if not alive(scheme, now.terms, known, copy)]
    if len(now.weight) * math.prod(_size(scheme, axes)) > MOST_CELLS:
        raise _Unfit
    weight = _held(now.weight, mass)
    shared = [copy for copy in does.scope if copy in now.hidden]
    if all(copy in over for copy in shared) and not any(copy in now.shown for copy in does.scope):
        weight = np.tensordot(weight, does.numbers, ([1 + now.hidden.index(copy) for copy in shared], list(map(does.scope.index, shared))))
        axes = tuple([copy for copy in axes if copy not in shared])
    else:
        weight = weight.reshape(*weight.shape, *(1,) * (len(axes) - len(now.hidden))) * _over(does, axes, now)
    weight, hidden = _without(over, axes, weight)
    return _Histories(now.terms, known, now.shown, now.seen, hidden, weight, now.scale * does.unit, mass)


def _less(scheme: Scheme, now: _Histories, ripe: int) -> _Histories:
    """The histories without these terms, and without the hidden copies that nothing else depends on."""
    terms = now.terms & ~ripe
    over = [copy for copy in now.hidden if not alive(scheme, terms, now.known, copy)]
    weight, hidden = _without(over, now.hidden, now.weight)
    return _Histories(terms, now.known, now.shown, now.seen, hidden, weight, now.scale, now.mass)


def _without(over: Collection[int], axes: tuple[int, ...], weight: Array) -> tuple[Array, tuple[int, ...]]:
    """Weights added up over some copies, and the axes that are left."""
    places = tuple([1 + place for place, copy in enumerate(axes) if copy in over])
    if not places:
        return weight, axes
    return weight.sum(axis=places), tuple([copy for copy in axes if copy not in over])


def _met(scheme: Scheme, now: _Histories, number: int, before: Layer | None, first: int) -> tuple[Layer, _Histories]:
    """The states in which a choice is met, and the histories once it is made."""
    import numpy as np

    new = sorted((copy for copy in scheme.copies[number].parents if copy not in now.shown), key=lambda copy: copy not in scheme.choices)
    rest = tuple([copy for copy in now.hidden if copy not in new])
    flat, mass, live = _apart(scheme, now, new, rest)
    history, *codes = np.unravel_index(live, (len(now.weight), *(len(scheme.copies[copy].domain) for copy in new)))
    factor = np.gcd.reduce(flat, axis=1)
    beliefs = flat // factor[:, None]
    most = int((mass // factor).max())
    if beliefs.dtype == object and most < MOST:
        beliefs = beliefs.astype(np.int64)
    origins = history if before is None else history * before.options + (before.first + codes[0])
    shown, seen = (*now.shown, *new), now.seen[history]
    if new:
        kind = np.result_type(seen, code_type(max(len(scheme.copies[copy].domain) for copy in new)))
        seen = np.concatenate([seen, np.stack(codes, axis=1).astype(kind)], axis=1)
    sees, every = scheme.copies[number].parents, np.arange(len(live))
    columns = seen if sees == shown else seen[:, [shown.index(copy) for copy in sees]]
    decision = scheme.decisions[scheme.place[scheme.copies[number].name]]
    layer = Layer(decision, columns, every, Edges(origins, every, factor, now.scale), first)
    weight = beliefs.reshape(len(live), *(len(scheme.copies[copy].domain) for copy in rest))
    return layer, _Histories(now.terms, now.known | 1 << number, shown, seen, rest, weight, 1, most)


def _apart(scheme: Scheme, now: _Histories, new: Sequence[int], rest: Sequence[int]) -> tuple[Array, Array, Array]:
    """Rows for each history with what is newly seen: the weights of what stays hidden, their sums, and which rows they are of all."""
    import numpy as np

    weight, axes = now.weight, now.hidden
    for copy in new:
        if copy not in axes:  # an act that nothing has listened to yet
            axes = (*axes, copy)
            weight = np.broadcast_to(weight[..., None], (*weight.shape, len(scheme.copies[copy].domain)))
    weight = weight.transpose([0, *(1 + axes.index(copy) for copy in (*new, *rest))])
    flat = weight.reshape(math.prod(weight.shape[: 1 + len(new)]), -1)
    mass = flat.sum(axis=1)
    live = np.flatnonzero(mass)
    return (flat, mass, live) if len(live) == len(flat) else (flat[live], mass[live], live)


def _added(scheme: Scheme, now: _Histories, t: int, number: int, layer: Layer) -> Iterator[Batch]:
    """What a term adds after each option in each state."""
    import numpy as np

    worth = _worth_before(scheme, _worth(scheme, t), now.known)
    most = now.mass * worth.most
    if not most:
        return
    weight, axes = _held(now.weight, most), (*now.hidden, number)
    table = _over(worth, axes, now)
    if len(table) > 1:
        numbers = (weight[..., None] * table).sum(axis=tuple(range(1, weight.ndim)))
    else:
        if table.shape[1:-1] != weight.shape[1:]:
            table = np.broadcast_to(table, (1, *weight.shape[1:], table.shape[-1]))
        numbers = weight.reshape(layer.size, -1) @ table.reshape(-1, table.shape[-1])
    if numbers.shape[1] < layer.options:
        numbers = np.broadcast_to(numbers, (layer.size, layer.options))
    origins = np.arange(layer.first, layer.first + layer.size * layer.options)
    yield Batch(scheme.terms[t].channel, origins, numbers.ravel(), worth.unit)
