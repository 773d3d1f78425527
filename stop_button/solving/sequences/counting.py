"""How many policies reach the best score of a formula of sums over time, by recursion, without listing them.

A policy is followed through the states that it reaches, together with what each sum has come to. What goes on alike is counted as one:
states from which on no best act changes any sum are kept without their weights. A way is given up as soon as a function above the
formula shows that it falls short.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Any

from causalkit.values.exact import Number
from stop_button.evaluation.unfolding.beliefs import Layer
from stop_button.evaluation.unfolding.discovery import Landscape
from stop_button.evaluation.unfolding.following import Following
from stop_button.evaluation.unfolding.open_form import added_at, all_seen_values
from stop_button.language.formula import Formula, Least, Most
from stop_button.solving.relaxing.formulas import LinearFunction, Unbounded, Undefined
from stop_button.solving.sequences.backward_induction import Induction, induced
from stop_button.solving.sequences.over_states import Met, StatesAbove, evaluated

if TYPE_CHECKING:
    from stop_button.evaluation.terms.integers import Array

__all__ = ["MOST_STANDINGS", "how_many_best"]

ZERO, ONE = Fraction(0), Fraction(1)
MOST_STANDINGS, MOST_STEPS, MOST_ORIGINS, MOST_PARTS = 4_096, 100_000, 100_000, 6

Sums = tuple[Fraction, ...]
Key = tuple[str, tuple[object, ...]]


class _TooMany(Exception):
    """More is to be kept apart than is kept."""


@dataclass(frozen=True)
class _Standing:
    """Where some policies stand alike: states with their weights, states whose acts change no sum, the sums, and shared rules so far."""

    moving: tuple[tuple[int, Fraction], ...]
    settled: frozenset[int]
    sums: Sums
    rules: frozenset[tuple[Key, int]]


def how_many_best(landscape: Landscape, tree: Formula, score: Number, stands: Mapping[str, str]) -> int | None:
    """How many policies have the best score; ``None`` where that takes more than ``MOST_STANDINGS`` standings, or very many steps.

    ``score`` is proved to be the best; ``tree`` is a formula of the landscape's sums. Decisions that stand for the same one share a rule,
    and what is counted are then the rules.
    """
    if sum(layer.size * layer.options for layer in landscape.layers) > MOST_ORIGINS:
        return None
    ways = _Ways(landscape, tree, score, stands)
    try:
        if not isinstance(tree, Most):
            return ways.reach((tree,))
        return sum((1 if len(parts) % 2 else -1) * ways.reach(parts) for parts in _subsets(tree.parts))
    except _TooMany:
        return None


def _subsets(parts: Sequence[Formula]) -> Iterator[tuple[Formula, ...]]:
    """All that may be the largest at once: those that reach any are those that reach one, less those that reach two, and so on."""
    distinct = tuple(dict.fromkeys(parts))
    if len(distinct) > MOST_PARTS:
        raise _TooMany
    for many in range(1, len(distinct) + 1):
        yield from itertools.combinations(distinct, many)


class _Ways:
    """The ways of deciding in a landscape, counted where they reach the score."""

    def __init__(self, landscape: Landscape, tree: Formula, score: Number, stands: Mapping[str, str]) -> None:
        self._landscape, self._tree, self._score, self._stands = landscape, tree, score, stands
        self._follow, self._above, self._added = Following(landscape), StatesAbove(landscape), added_at(landscape)
        shared = [name for name in stands.values() if list(stands.values()).count(name) > 1]
        self._shared = frozenset(name for name, stand in stands.items() if stand in shared)

    def reach(self, parts: Sequence[Formula]) -> int:
        """The number of policies for which each of these parts has the score, and the whole has it too."""
        try:
            limits = [limit for part in parts for limit in self._limits(part)]
        except Undefined:
            return 0
        if any(limit.most < self._score for limit in limits):
            return 0
        run = _Run(self._landscape, self._follow, self._added, _Tight(self._landscape, limits, self._score))

        def is_best(sums: Sums) -> bool:
            return all(evaluated(part, (*sums, ONE)) == self._score for part in {*parts, self._tree})

        if self._follow.is_tree and not self._shared:
            share = sum((many for sums, many in run.shares().items() if is_best(sums)), ZERO)
            return int(share * self._follow.all_policies)
        ended = run.ended(self._stands, self._shared)
        return sum(many for standing, many in ended if is_best(standing.sums))

    def _limits(self, f: Formula) -> list[_Limit]:
        """Functions of the sums none of which may be less than the score, if the formula is to be as much; raises ``Undefined``."""
        inside = [limit for part in f.parts for limit in self._limits(part)] if isinstance(f, Least) else []
        try:
            function = self._above.above(f, 1)
        except Unbounded:
            return inside
        return [*inside, _Limit(function, self._above.best_options(function.values), self._above.maximum(function))]


@dataclass(frozen=True, eq=False)
class _Limit:
    """A linear function of the sums above a formula, where it is greatest, and what it is there."""

    function: LinearFunction
    met: Met
    most: Number


class _Tight:
    """What limits leave: the options that may be best in each state, and whether what is still to come can be enough."""

    def __init__(self, landscape: Landscape, limits: Sequence[_Limit], score: Number) -> None:
        self._landscape, self._score = landscape, score
        self._limits = limits
        self._worths = [_worths(limit.met.induction) for limit in limits]
        self.allowed = self._allowed()

    def _allowed(self) -> list[Array]:
        import numpy as np

        allowed: list[Array] = [np.ones((layer.size, layer.options), dtype=bool) for layer in self._landscape.layers]
        for limit in self._limits:
            if limit.most == self._score:
                for table, worth in zip(allowed, limit.met.induction.worths, strict=True):
                    table &= worth.best
        return allowed

    def can_be_enough(self, standing: _Standing) -> bool:
        """Whether each limit still lets the score be reached, if all that follows is decided best."""
        for limit, worths in zip(self._limits, self._worths, strict=True):
            values = limit.function.values
            total = values[-1] + sum(by * amount for by, amount in zip(values[:-1], standing.sums, strict=True))
            if total + sum(weight * worths[state] for state, weight in standing.moving) < self._score:
                return False
        return True


def _worths(induction: Induction, sign: int = 1) -> list[Fraction]:
    """What each state is worth, through all layers."""
    return [Fraction(sign * number, worth.denominator) for worth in induction.worths for number in worth.numerators.max(axis=1).tolist()]


class _Run:
    """The recursion, over the options that are left."""

    def __init__(self, landscape: Landscape, follow: Following, added: Mapping[int, list[Fraction]], tight: _Tight) -> None:
        self._landscape, self._follow, self._added, self._tight = landscape, follow, added, tight
        self._none = (ZERO,) * landscape.channels

    @cached_property
    def _settled(self) -> dict[int, Sums]:
        """The states from which on every way of deciding comes to the same sums, with these."""
        import numpy as np

        within = [np.where(table.any(axis=1, keepdims=True), table, True) for table in self._tight.allowed]
        of_channel = []
        for unit in self._landscape.units:
            most = _worths(induced(self._landscape, unit, within=within))
            least = _worths(induced(self._landscape, [-one for one in unit], within=within), -1)
            of_channel.append([one if one == other else None for one, other in zip(most, least, strict=True)])
        rows = enumerate(zip(*of_channel, strict=True))
        return {state: tuple(one for one in row if one is not None) for state, row in rows if None not in row}

    def _options(self, place: int, states: Sequence[int]) -> list[int]:
        table: Any = self._tight.allowed[place][list(states)]
        good: list[bool] = table.all(axis=0).tolist()
        return [option for option, one in enumerate(good) if one]

    # ---- each thing seen is met after one state only

    def shares(self) -> dict[Sums, Fraction]:
        """For each of the sums that policies come to, the share of all policies that do."""
        of_state: dict[int, dict[Sums, Fraction]] = {}
        for place in reversed(range(len(self._landscape.layers))):
            options = self._landscape.layers[place].options
            for state in range(self._landscape.layers[place].size):
                found: dict[Sums, Fraction] = {}
                for option in self._options(place, [state]):
                    for sums, share in self._share(self._follow.origin(place, state, option), of_state).items():
                        found[sums] = found.get(sums, ZERO) + share / options
                of_state[self._follow.offsets[place] + state] = found
        return self._share(0, of_state)

    def _share(self, origin: int, of_state: Mapping[int, Mapping[Sums, Fraction]]) -> dict[Sums, Fraction]:
        found = {tuple(self._added.get(origin, self._none)): ONE}
        for after, weight in self._follow.with_weights(origin):
            if len(found) * len(of_state[after]) > MOST_STANDINGS:
                raise _TooMany
            more: dict[Sums, Fraction] = {}
            for (sums, share), (further, part) in itertools.product(found.items(), of_state[after].items()):
                both = _plus(sums, weight, further)
                more[both] = more.get(both, ZERO) + share * part
            found = more
        return found

    # ---- otherwise

    def ended(self, stands: Mapping[str, str], shared: frozenset[str]) -> list[tuple[_Standing, int]]:
        """How policies may end, each with how many do; of decisions that share a rule, how many rules."""
        start = self._moved(_Standing((), frozenset(), self._none, frozenset()), 0, ONE)
        ways, steps = {start: 1}, 0
        for place, layer in enumerate(self._landscape.layers):
            name = layer.decision.name
            found: dict[_Standing, int] = {}
            for standing, many in ways.items():
                reached = {*(state for state, _ in standing.moving), *standing.settled}
                met = self._follow.met(place, reached)
                steps += len(met)
                keys = _keys(self._landscape, layer, met, stands[name]) if name in shared else [None] * len(met)
                free = 1 if name in shared else layer.options ** (len(layer.decision.contexts) - len(met))
                for end, more in self._through(place, standing, list(zip(met.values(), keys, strict=True))).items():
                    found[end] = found.get(end, 0) + many * more * free
            if len(found) > MOST_STANDINGS or steps > MOST_STEPS:
                raise _TooMany
            ways = found
        idle, rules = self._idle(shared), _all_rules(self._landscape, stands, shared)
        ended = []
        for end, many in ways.items():
            unmet = rules.keys() - {key for key, _ in end.rules}
            ended.append((end, many * idle * math.prod(rules[key] for key in unmet)))
        return ended

    def _idle(self, shared: frozenset[str]) -> int:
        """The ways of deciding what changes no sum."""
        decided = {layer.decision.name for layer in self._landscape.layers} | shared
        decisions = self._landscape.scheme.world.decisions
        return math.prod(len(one.options) ** len(one.contexts) for one in decisions if one.name not in decided)

    def _through(self, place: int, standing: _Standing, met: Sequence[tuple[list[int], Key | None]]) -> dict[_Standing, int]:
        """The standings after one decision, each with the number of ways to it."""
        ends = {standing: 1}
        for states, key in met:
            more: dict[_Standing, int] = {}
            for end, many in ends.items():
                for option in self._options(place, states):
                    after = self._acted(end, place, states, key, option)
                    if after is not None and self._tight.can_be_enough(after):
                        more[after] = more.get(after, 0) + many
            if len(more) > MOST_STANDINGS:
                raise _TooMany
            ends = more
        return ends

    def _acted(self, standing: _Standing, place: int, states: Sequence[int], key: Key | None, option: int) -> _Standing | None:
        """A standing after an option is taken wherever the same is seen; ``None`` where a shared rule says another."""
        rules = standing.rules
        if key is not None:
            if any(one == key and taken != option for one, taken in rules):
                return None
            rules |= {(key, option)}
        low, weights = self._follow.offsets[place], dict(standing.moving)
        leaving = {low + state for state in states}
        stay = tuple((state, weight) for state, weight in standing.moving if state not in leaving)
        now = _Standing(stay, standing.settled - leaving, standing.sums, rules)
        for state in states:
            now = self._moved(now, self._follow.origin(place, state, option), weights.get(low + state))
        return now

    def _moved(self, standing: _Standing, origin: int, weight: Fraction | None) -> _Standing:
        """A standing with what follows an origin; without a weight, where no sum is changed any more."""
        if weight is None:
            return _Standing(standing.moving, standing.settled.union(self._follow.after(origin)), standing.sums, standing.rules)
        moving, settled = dict(standing.moving), set(standing.settled)
        sums = _plus(standing.sums, weight, self._added.get(origin, self._none))
        for state, part in self._follow.with_weights(origin):
            if state in self._settled:
                settled.add(state)
                sums = _plus(sums, weight * part, self._settled[state])
            else:
                moving[state] = moving.get(state, ZERO) + weight * part
        return _Standing(tuple(sorted(moving.items())), frozenset(settled), sums, standing.rules)


def _plus(sums: Sums, weight: Fraction, more: Sequence[Fraction]) -> Sums:
    return tuple(one + weight * other for one, other in zip(sums, more, strict=True))


def _keys(landscape: Landscape, layer: Layer, met: Mapping[int, object], stand: str) -> list[Key | None]:
    return [(stand, seen) for seen in all_seen_values(landscape, layer, list(met))]


def _all_rules(landscape: Landscape, stands: Mapping[str, str], shared: frozenset[str]) -> dict[Key, int]:
    """For all that shared rules may meet, the number of options."""
    decisions = [one for one in landscape.scheme.world.decisions if one.name in shared]
    return {(stands[one.name], seen): len(one.options) for one in decisions for seen in one.contexts}
