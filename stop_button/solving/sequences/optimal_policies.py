"""Every best policy at once: which acts are best where a best policy leads, and how many policies that is, without listing them.

A policy is best exactly when it takes a best option in every state that it reaches, and does the same wherever it sees the same.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Any

from stop_button.decision.policy import InformationSet, Policy
from stop_button.evaluation.unfolding.discovery import Landscape
from stop_button.evaluation.unfolding.following import Following
from stop_button.evaluation.unfolding.open_form import all_seen_values, seen_values
from stop_button.solving.sequences.backward_induction import Induction

if TYPE_CHECKING:
    from stop_button.evaluation.terms.integers import Array

__all__ = ["Behaviour", "OptimalPolicies"]

Behaviour = dict[InformationSet, Hashable]
"""What is done in everything that is ever seen."""

MOST_SETS = 4_096
MOST_STEPS = 200_000


@dataclass(frozen=True, eq=False)
class OptimalPolicies:
    """The policies that reach the score of an induction; ``count`` is ``None`` where there are too many ways to reach it to count.

    ``without`` are some of them that are left out, because what is asked is undefined under them.
    """

    induction: Induction
    without: OptimalPolicies | None = None

    @property
    def landscape(self) -> Landscape:
        """The states and what leads to them."""
        return self.induction.landscape

    @cached_property
    def _follow(self) -> Following:
        return Following(self.landscape)

    def _met(self, place: int, reached: frozenset[int]) -> tuple[dict[int, list[int]], frozenset[int]]:
        """The states reached of a layer by what is seen in them, and those of later layers."""
        high = self._follow.offsets[place + 1]
        return self._follow.met(place, reached), frozenset(state for state in reached if state >= high)

    def _allowed(self, place: int, states: Sequence[int]) -> list[int]:
        """The options that are best in all of these states of a layer."""
        table: Any = self.induction.worths[place].best[list(states)]
        best: list[bool] = table.all(axis=0).tolist()
        return [option for option, good in enumerate(best) if good]

    # ---- one by one

    def behaviours(self) -> Iterator[Behaviour]:
        """What best policies do where they lead, one by one; there may be very many."""
        start = frozenset(self._follow.after(0))
        last = len(self.landscape.layers)
        path: list[Iterator[tuple[Behaviour, frozenset[int]]]] = [iter([({}, start)])]
        acts: list[Behaviour] = []
        while path:
            step = next(path[-1], None)
            if step is None:
                path.pop()
                if acts:
                    acts.pop()
                continue
            acts.append(step[0])
            if len(path) == last + 1:
                yield {slot: option for done in acts for slot, option in done.items()}
                acts.pop()
            else:
                path.append(self._steps(len(path) - 1, step[1]))

    def policies(self) -> Iterator[Policy]:
        """Every best policy, one by one, with every way to act where it never leads; there may be very many."""
        space = self.landscape.scheme.world.policies
        for behaviour in self.behaviours():
            unmet = [(slot[:2], slot[2]) for slot in space.slots if slot[:2] not in behaviour]
            for picks in itertools.product(*(options for _, options in unmet)):
                policy = space.filled(behaviour | dict(zip((slot for slot, _ in unmet), picks, strict=True)))
                if self.without is None or policy not in self.without:
                    yield policy

    def _steps(self, place: int, reached: frozenset[int]) -> Iterator[tuple[Behaviour, frozenset[int]]]:
        """The ways of deciding best at one layer, in the order of the options, with the states that are then reached."""
        met, later = self._met(place, reached)
        layer = self.landscape.layers[place]
        options = layer.decision.options
        slots = [(layer.decision.name, seen) for seen in all_seen_values(self.landscape, layer, list(met))]
        for picks in itertools.product(*(self._allowed(place, states) for states in met.values())):
            new = {s for states, pick in zip(met.values(), picks, strict=True) for s in self._follow.led_to(place, states, pick)}
            yield {slot: options[pick] for slot, pick in zip(slots, picks, strict=True)}, later | new

    def slot(self, place: int, context: int) -> InformationSet:
        """A decision and what is seen in it, by the number of the context."""
        layer = self.landscape.layers[place]
        return layer.decision.name, seen_values(self.landscape, layer, context)

    def first(self) -> Behaviour | None:
        """What one best policy does, the one that prefers options named earlier; ``None`` when no policy reaches the score."""
        if self._follow.recalls:
            return self._first_of_each()
        return next(self.behaviours(), None)

    def _first_of_each(self) -> Behaviour:
        """The first best option in each state that is met when all take theirs."""
        import numpy as np

        layers, best = self.landscape.layers, [worth.best for worth in self.induction.worths]
        if self._is_single:
            every: Iterable[Array] = self._reached
        else:
            every = self._reached_by([table.argmax(axis=1)[:, None] == np.arange(table.shape[1]) for table in best])
        found: Behaviour = {}
        for layer, table, reached in zip(layers, best, every, strict=True):
            met = reached.nonzero()[0]
            seen = all_seen_values(self.landscape, layer, layer.context[met].tolist())
            options, name = layer.decision.options, layer.decision.name
            picks = table[met].argmax(axis=1).tolist()
            found.update(((name, one), options[pick]) for one, pick in zip(seen, picks, strict=True))
        return found

    @cached_property
    def is_reached(self) -> bool:
        """Whether a policy reaches the score. It is so where different states never look the same."""
        return self._follow.recalls or any(True for _ in itertools.islice(self.behaviours(), 1))

    def __contains__(self, policy: Policy) -> bool:
        reached = frozenset(self._follow.after(0))
        for place, layer in enumerate(self.landscape.layers):
            met, later = self._met(place, reached)
            new: set[int] = set()
            for context, states in met.items():
                pick = layer.decision.options.index(policy.act(layer.decision.name, *self.slot(place, context)[1]))
                if pick not in self._allowed(place, states):
                    return False
                new.update(self._follow.led_to(place, states, pick))
            reached = later | new
        return self.without is None or policy not in self.without

    def met_by_first(self) -> Iterator[tuple[int, int, list[int]]]:
        """The states that are met when each takes its first best option: the layer's place, the state, and all its best options."""
        reached = frozenset(self._follow.after(0))
        for place in range(len(self.landscape.layers)):
            met, later = self._met(place, reached)
            new: set[int] = set()
            for state in itertools.chain(*met.values()):
                best = self._allowed(place, [state])
                yield place, state, best
                new.update(self._follow.led_to(place, [state], best[0]))
            reached = later | new

    # ---- how many

    @cached_property
    def count(self) -> int | None:
        """How many policies reach the score, or ``None`` when that is not found out within a fixed number of steps."""
        every = self._count_single() if self._is_single else self._count_tree() if self._follow.is_tree else self._count_sets()
        left_out = 0 if self.without is None else self.without.count
        return None if every is None or left_out is None else every - left_out

    @cached_property
    def _reached(self) -> tuple[Array, ...]:
        """For each layer, the states that best acts lead to, as true and false."""
        return tuple(self._reached_by([worth.best for worth in self.induction.worths]))

    def _reached_by(self, acts: Sequence[Array]) -> Iterator[Array]:
        """For each layer, the states that some acts lead to: tables of true and false for the options in each state."""
        import numpy as np

        layers = self.landscape.layers
        taken = np.zeros(1 + sum(layer.size * layer.options for layer in layers), dtype=bool)
        taken[0] = True
        for layer, table in zip(layers, acts, strict=True):
            reached = np.zeros(layer.size, dtype=bool)
            reached[layer.edges.states[taken[layer.edges.origins]]] = True
            taken[layer.first : layer.first + layer.size * layer.options] = (table & reached[:, None]).ravel()
            yield reached

    @cached_property
    def _is_single(self) -> bool:
        """Whether what is seen always says which state it is, and one option is best wherever best acts lead."""
        worths = self.induction.worths
        return self._follow.recalls and all(
            bool((worth.best[reached].sum(axis=1) == 1).all()) for reached, worth in zip(self._reached, worths, strict=True)
        )

    def _count_single(self) -> int:
        """All policies that do the one best thing in each state that is met: free in all else."""
        layers = zip(self.landscape.layers, self._reached, strict=True)
        met: int = math.prod(layer.options ** int(reached.sum()) for layer, reached in layers)
        return self._follow.all_policies // met

    def _count_tree(self) -> int:
        """The share of all policies: of each state's options those that are best, each with the shares of what it leads to."""
        share: dict[int, Fraction] = {}
        for place in reversed(range(len(self.landscape.layers))):
            low = self._follow.offsets[place]
            options = self.landscape.layers[place].options
            for state in sorted(one for one in self._reachable if low <= one < self._follow.offsets[place + 1]):
                ways = [
                    math.prod((share[after] for after in self._follow.led_to(place, [state - low], pick)), start=Fraction(1))
                    for pick in self._allowed(place, [state - low])
                ]
                share[state] = sum(ways, Fraction(0)) / options
        total = math.prod((share[state] for state in self._follow.after(0)), start=Fraction(1)) * self._follow.all_policies
        return int(total)

    @cached_property
    def _reachable(self) -> frozenset[int]:
        """The states that best acts lead to."""
        offsets = zip(self._follow.offsets, self._reached, strict=False)
        return frozenset(low + state for low, reached in offsets for state in reached.nonzero()[0].tolist())

    def _count_sets(self) -> int | None:
        """By recursion over the sets of states that are reached together."""
        ways: Mapping[frozenset[int], int] = {frozenset(self._follow.after(0)): 1}
        steps = 0
        for place, layer in enumerate(self.landscape.layers):
            found: dict[frozenset[int], int] = {}
            for reached, many in ways.items():
                met, later = self._met(place, reached)
                steps += len(met)
                ends = self._ends(place, met, later)
                if ends is None or steps > MOST_STEPS:
                    return None
                free = layer.options ** (len(layer.decision.contexts) - len(met))
                for end, more in ends.items():
                    found[end] = found.get(end, 0) + many * more * free
            if len(found) > MOST_SETS:
                return None
            ways = found
        unmet = {decision.name: decision for decision in self.landscape.scheme.world.decisions}
        for layer in self.landscape.layers:
            unmet.pop(layer.decision.name)
        idle = math.prod(len(decision.options) ** len(decision.contexts) for decision in unmet.values())
        counted: int = sum(ways.values()) * idle
        return counted

    def _ends(self, place: int, met: Mapping[int, list[int]], later: frozenset[int]) -> dict[frozenset[int], int] | None:
        """The sets of states that ways of deciding best lead to, with the number of ways."""
        ends = {later: 1}
        for states in met.values():
            led = [frozenset(self._follow.led_to(place, states, pick)) for pick in self._allowed(place, states)]
            more: dict[frozenset[int], int] = {}
            for end, many in ends.items():
                for new in led:
                    joined = end | new
                    more[joined] = more.get(joined, 0) + many
            if len(more) > MOST_SETS:
                return None
            ends = more
        return ends
