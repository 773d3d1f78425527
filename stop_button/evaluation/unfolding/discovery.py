"""The states of a sequence of decisions, discovered: what is seen at a decision, and what may then be hidden, with its chances.

A state is a context together with a belief: whole numbers without a common divisor, one for each way that what still matters may stand.
The belief is found by exact filtering, forwards, and holds only what the future depends on: never the history. A belief that comes
about in different ways is one state. Source: [astrom1965], for the belief as a state.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction

from causalkit.errors import TooLarge
from stop_button.evaluation.terms.objective import Refusal
from stop_button.evaluation.terms.scheme import Scheme, bits
from stop_button.evaluation.unfolding.beliefs import Layer, met
from stop_button.evaluation.unfolding.frontier import Batch, Frontier, forgotten, grown, harvested, next_settled, opening, parts
from stop_button.evaluation.unfolding.recalled import recalled, too_many_states

__all__ = ["MOST_STATES", "Landscape", "discovered"]

MOST_STATES = 2_000_000
SMALL, GROWTH = 256, 8
"""What decided terms share with others is worked out once as long as that takes few rows, or few times as many as there are."""


@dataclass(frozen=True, eq=False)
class Landscape:
    """All that backward induction needs to know: the layers, in order, and what terms add at each origin; origin 0 is the start.

    ``recalls`` says that the states come from tables, as decisions recall everything: each thing seen is then one of them.
    """

    scheme: Scheme
    layers: tuple[Layer, ...]
    batches: tuple[Batch, ...]
    channels: int
    recalls: bool = False

    @property
    def units(self) -> list[tuple[Fraction, ...]]:
        """For each of the sums, the weights that take it alone."""
        return [tuple(Fraction(channel == other) for other in range(self.channels)) for channel in range(self.channels)]


@dataclass(eq=False)
class _Walk:
    """The frontiers that wait for a decision, and what has been added so far."""

    scheme: Scheme
    waiting: dict[int, list[tuple[int, Frontier]]]
    batches: list[Batch]
    passed: int = 0

    def on(self, stack: list[Frontier]) -> None:
        """Follow frontiers to their next decisions, taken off the list; what needs different copies of what is decided parts ways."""
        while stack:
            now = stack.pop()
            choice = self._next(now)
            if choice is None:
                self._finish(now)
            else:
                stack.extend(self._towards(now, choice))

    def _next(self, frontier: Frontier) -> int | None:
        """The place, among the choices, of the next one that the frontier's terms depend on."""
        scheme = self.scheme
        if not any(scheme.choices_of[t] >> self.passed for t in bits(frontier.terms)):
            return None
        for c in range(self.passed, len(scheme.choices)):
            copy = scheme.choices[c]
            if not frontier.known >> copy & 1 and scheme.users[copy] & frontier.terms:
                return c
        return None

    def _towards(self, frontier: Frontier, c: int) -> Iterator[Frontier]:
        scheme = self.scheme
        copy = scheme.choices[c]
        stay, leave = frontier.terms & scheme.users[copy], frontier.terms & ~scheme.users[copy]
        if leave:
            undecided = sum(1 << t for t in bits(leave) if scheme.choices_of[t] >> c)
            frontier = self._with_shared(frontier, leave & ~undecided, stay)
            ripe = leave & ~undecided & frontier.terms
            if ripe:
                self._finish(forgotten(scheme, replace(frontier, terms=ripe)))
            if undecided:
                yield forgotten(scheme, replace(frontier, terms=undecided))
            frontier = forgotten(scheme, replace(frontier, terms=stay))
        self._check_once(c, stay)
        frontier = self._settled(self._grown(frontier, scheme.ancestors[copy] & ~(1 << copy)))
        several = parts(scheme, frontier)
        if len(several) != 1 or several[0].terms != frontier.terms:
            yield from several
            return
        (frontier,) = several
        self.waiting.setdefault(scheme.stage[c], []).append((copy, frontier))

    def _with_shared(self, frontier: Frontier, ripe: int, stay: int) -> Frontier:
        """The frontier after what the terms that are decided have in common with those that are not, where that stays small."""
        scheme, wanted = self.scheme, 0
        for t in bits(ripe):
            for copy in scheme.scopes[t]:
                wanted |= scheme.ancestors[copy]
        common = sum(1 << copy for copy in bits(wanted & ~frontier.known & ~scheme.roots) if scheme.users[copy] & stay)
        if not common:
            return frontier
        try:
            *found, shared = grown(scheme, frontier, self._closed(common), SMALL + GROWTH * len(frontier))
        except TooLarge:
            return frontier  # what is common is then worked out for each of the two
        self.batches += [batch for batch in found if isinstance(batch, Batch)]
        return shared if isinstance(shared, Frontier) else frontier

    def _settled(self, frontier: Frontier) -> Frontier:
        """The frontier after what acts have already decided, as long as that stays small."""
        while (copy := next_settled(self.scheme, frontier)) is not None:
            try:
                *found, after = grown(self.scheme, frontier, 1 << copy, SMALL + GROWTH * len(frontier))
            except TooLarge:
                return frontier
            assert isinstance(after, Frontier)
            self.batches += [batch for batch in found if isinstance(batch, Batch)]
            frontier = after
        return frontier

    def _closed(self, copies: int) -> int:
        found = 0
        for copy in bits(copies):
            found |= self.scheme.ancestors[copy]
        return found

    def _grown(self, frontier: Frontier, wanted: int) -> Frontier:
        for found in grown(self.scheme, frontier, wanted):
            if isinstance(found, Batch):
                self.batches.append(found)
            else:
                frontier = found
        return frontier

    def _finish(self, frontier: Frontier) -> None:
        """Add the terms whose choices are all made, apart from each other where they have nothing but noise in common."""
        for group in self._apart(frontier):
            part = forgotten(self.scheme, replace(frontier, terms=group))
            wanted = 0
            for t in bits(group):
                for copy in self.scheme.scopes[t]:
                    wanted |= self.scheme.ancestors[copy]
            part, found = harvested(self.scheme, part, group)
            self.batches += found
            self._grown(forgotten(self.scheme, part), wanted)

    def _apart(self, frontier: Frontier) -> list[int]:
        scheme = self.scheme
        if not frontier.terms & (frontier.terms - 1):
            return [frontier.terms] if frontier.terms else []
        groups: list[tuple[int, int]] = []
        for t in bits(frontier.terms):
            needs, members = 0, 1 << t
            for copy in scheme.scopes[t]:
                needs |= scheme.ancestors[copy]
            needs &= ~frontier.known & ~scheme.roots
            others = []
            for group in groups:
                if group[0] & needs:
                    needs, members = needs | group[0], members | group[1]
                else:
                    others.append(group)
            groups = [*others, (needs, members)]
        return [members for _, members in groups]

    def _check_once(self, c: int, terms: int) -> None:
        scheme = self.scheme
        for other in range(c + 1, len(scheme.choices)):
            if scheme.stage[other] != scheme.stage[c]:
                return
            if scheme.users[scheme.choices[other]] & terms:
                name = scheme.copies[scheme.choices[c]].name
                raise Refusal(f"one of its means reads {name!r} in two branches at once, in which the agent may see different things")


def discovered(scheme: Scheme, channels: int = 1) -> Landscape:
    """The states of a world's decisions under some terms; raises ``Refusal`` and ``TooLarge``."""
    tables = recalled(scheme, MOST_STATES)
    if tables is not None:
        return Landscape(scheme, *tables, channels, recalls=True)
    walk = _Walk(scheme, {}, [])
    start, found = harvested(scheme, opening(scheme), (1 << len(scheme.terms)) - 1)
    walk.batches += found
    walk.on([start])
    layers: list[Layer] = []
    first, total = 1, 0
    for stage, decision in enumerate(scheme.decisions):
        arrived = walk.waiting.pop(stage, [])
        if not arrived:
            continue
        layer, onward = met(scheme, decision, arrived, first)
        layers.append(layer)
        first += layer.size * layer.options
        total += layer.size
        if total > MOST_STATES:
            raise too_many_states(scheme, decision, total, MOST_STATES)
        walk.passed = bisect_left(scheme.stage, stage)
        del arrived  # so that no more than one moment is held at once
        while onward:
            walk.on([onward.pop(0)])
    return Landscape(scheme, tuple(layers), tuple(walk.batches), channels)
