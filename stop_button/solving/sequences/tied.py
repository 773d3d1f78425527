"""Tied decisions: one rule that is used at several steps, made best as one, with a proof.

What nobody exceeds is found by backward induction in which each step may act for itself, as far as the rule is not fixed yet. Where the
steps disagree about what to do on seeing the same, one branch is opened for each option (branch and bound). With nothing tied this
solves decisions that recall too little. Source: [land1960], for the search.
"""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Hashable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING

from causalkit.errors import UnknownName, WrongShape, suggestion
from stop_button.decision.policy import Policy
from stop_button.decision.world import World
from stop_button.evaluation.unfolding.discovery import Landscape
from stop_button.evaluation.unfolding.open_form import seen_values
from stop_button.solving.sequences.backward_induction import induced, valued
from stop_button.solving.sequences.optimal_policies import OptimalPolicies

if TYPE_CHECKING:
    from stop_button.evaluation.unfolding.integers import Array

__all__ = ["TiedSearch", "checked_ties", "searched"]

Key = tuple[str, tuple[Hashable, ...]]
"""A decision that stands for all that are tied to it, and what is seen."""

Rule = Mapping[Key, int]
"""The number of the option taken for each key that is fixed."""

ONE = (Fraction(1),)


@dataclass(frozen=True, eq=False)
class TiedSearch:
    """The best rule found, its score, what no rule exceeds, and how many partial rules were looked at; proved when both agree."""

    policy: Policy
    score: Fraction
    bound: Fraction
    looked_at: int


def checked_ties(world: World, tied: Iterable[Iterable[str]]) -> dict[str, str]:
    """For each decision the one that stands for all that are tied to it.

    Raises ``UnknownName`` for what is no decision, ``WrongShape`` for decisions that differ in their options or in how many things they
    see, and for one that is in two groups.

    >>> import causalkit as ck
    >>> from stop_button import World
    >>> world = World(ck.Model(a=ck.choice(0, 1), b=ck.choice(0, 1), value=lambda a, b: a * b), value="value")
    >>> checked_ties(world, [["a", "b"]])
    {'a': 'a', 'b': 'a'}
    """
    decisions = {decision.name: decision for decision in world.decisions}
    stands = {name: name for name in decisions}
    taken: set[str] = set()
    for group in tied:
        names = [group] if isinstance(group, str) else list(group)
        for name in names:
            if name not in decisions:
                raise UnknownName(f"{name!r} is no decision; the decisions are: {', '.join(decisions)}{suggestion(name, decisions)}")
            if name in taken:
                raise WrongShape(f"{name!r} is tied twice; put all that share one rule in one group")
            taken.add(name)
            one, other = decisions[names[0]], decisions[name]
            if one.options != other.options or len(one.sees) != len(other.sees):
                raise WrongShape(
                    f"{names[0]!r} and {name!r} cannot share a rule: their options, or the number of things that they see, differ; tie "
                    "decisions that see the same kinds of things in the same order"
                )
            stands[name] = names[0]
    return stands


def searched(landscape: Landscape, stands: Mapping[str, str], *, most: int) -> TiedSearch:
    """The best rule of a landscape's decisions when some are tied, by branch and bound over at most ``most`` partial rules.

    Interrupted by the user, it returns the best rule so far with what none exceeds.
    """
    keys = _Keys(landscape, stands)
    order = itertools.count()
    best: tuple[Fraction, Rule] | None = None
    looked_at = 0
    waiting: list[tuple[Fraction, int, Rule]] = [(-keys.bound({})[0], next(order), {})]
    with suppress(KeyboardInterrupt):
        while waiting and looked_at < most and (best is None or -waiting[0][0] > best[0]):
            fixed = waiting[0][2]
            bound, rule, split = keys.bound(fixed)
            score = keys.score(rule)
            if best is None or score > best[0]:
                best = score, rule
            opened = [{**fixed, split: option} for option in range(keys.options(split))] if split is not None and score < bound else []
            entries = [(-keys.bound(narrower)[0], next(order), narrower) for narrower in opened]
            heapq.heappop(waiting)  # only now, so that an interruption leaves nothing out of the bound
            looked_at += 1
            for entry in entries:
                heapq.heappush(waiting, entry)
    if best is None:
        best = keys.score({}), {}
    open_bound = max((-entry[0] for entry in waiting), default=best[0])
    return TiedSearch(keys.policy(best[1]), best[0], max(best[0], open_bound), looked_at)


class _Keys:
    """The keys of a landscape: which states share one, and what a partial rule allows."""

    def __init__(self, landscape: Landscape, stands: Mapping[str, str]) -> None:
        self._landscape, self._stands = landscape, stands
        self._of: list[list[Key]] = []
        for layer in landscape.layers:
            of_context = [(stands[layer.decision.name], seen_values(landscape, layer, context)) for context in range(len(layer.seen))]
            self._of.append([of_context[context] for context in layer.context.tolist()])

    @cached_property
    def _counts(self) -> dict[Key, int]:
        return {key: layer.options for layer, of in zip(self._landscape.layers, self._of, strict=True) for key in of}

    def options(self, key: Key) -> int:
        """How many options there are at a key."""
        return self._counts[key]

    def bound(self, fixed: Rule) -> tuple[Fraction, Rule, Key | None]:
        """What no rule that goes on from these exceeds; a rule that may reach it; and a key at which steps disagree, if there is one."""
        import numpy as np

        within: list[Array] = []
        for layer, of in zip(self._landscape.layers, self._of, strict=True):
            allowed = np.ones((layer.size, layer.options), dtype=bool)
            for state, key in enumerate(of):
                if key in fixed:
                    allowed[state] = False
                    allowed[state, fixed[key]] = True
            within.append(allowed)
        induction = induced(self._landscape, ONE, within=within)
        liked = self._liked(OptimalPolicies(induction))
        rule = dict(fixed)
        disagreed: list[tuple[int, Key]] = []
        for key, votes in liked.items():
            if key in fixed:
                continue
            common = set.intersection(*map(set, votes))
            rule[key] = min(common) if common else max(set(itertools.chain(*votes)), key=lambda pick: sum(pick in v for v in votes))
            if not common:
                disagreed.append((len(votes), key))
        split = max(disagreed, key=lambda one: one[0])[1] if disagreed else next((key for key in liked if key not in fixed), None)
        return induction.score, rule, split

    def _liked(self, optimal: OptimalPolicies) -> dict[Key, list[list[int]]]:
        """For each key that is met when every state takes its first best option, the best options of each state that meets it."""
        liked: dict[Key, list[list[int]]] = {}
        for place, state, best in optimal.met_by_first():
            liked.setdefault(self._of[place][state], []).append(best)
        return liked

    def score(self, rule: Rule) -> Fraction:
        """The score of a rule, which takes the first option where it says nothing."""
        import numpy as np

        acts = {place: np.array([rule.get(key, 0) for key in of], dtype=np.int64) for place, of in enumerate(self._of)}
        return valued(self._landscape, ONE, acts)

    def policy(self, rule: Rule) -> Policy:
        """The policy that follows a rule at every decision that shares it."""
        world = self._landscape.scheme.world
        decisions = {decision.name: decision for decision in world.decisions}
        acts = {
            (name, seen): decision.options[rule.get((self._stands[name], seen), 0)]
            for name, decision in decisions.items()
            for seen in decision.contexts
        }
        return world.policy(world.policies.filled(acts))
