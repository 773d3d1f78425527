"""Tied decisions: one rule that is used at several steps, made best as one, with a proof.

What nobody exceeds is found by backward induction in which each step may act for itself, as far as the rule is not fixed yet. Where the
steps disagree about what to do on seeing the same, one branch is opened for each option (branch and bound). With nothing tied this
solves decisions that recall too little, and formulas that no single induction solves. Source: [land1960], for the search.
"""

from __future__ import annotations

import heapq
import itertools
import math
from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from causalkit.errors import UnknownName, WrongShape, suggestion
from causalkit.values.exact import Number
from stop_button.decision.policy import Policy
from stop_button.decision.world import World
from stop_button.evaluation.unfolding.discovery import Landscape
from stop_button.evaluation.unfolding.open_form import all_seen_values
from stop_button.language.formula import Formula
from stop_button.solving.relaxing.formulas import Unbounded, Undefined
from stop_button.solving.sequences.optimal_policies import OptimalPolicies
from stop_button.solving.sequences.over_states import Met, StatesAbove, SumOverTime, score_at
from stop_button.solving.sequences.paths import Acts, best_between, ends_of_ties

if TYPE_CHECKING:
    from stop_button.evaluation.terms.integers import Array

__all__ = ["TiedSearch", "checked_ties", "searched"]

Key = tuple[str, tuple[Hashable, ...]]
"""A decision that stands for all that are tied to it, and what is seen."""

Rule = Mapping[Key, int]
"""The number of the option taken for each key that is fixed."""

PLAIN = SumOverTime(0)
MOST_ENDS = 2


@dataclass(frozen=True, eq=False)
class TiedSearch:
    """The best rule found, its score, what no rule exceeds, and how many partial rules were looked at; proved when both agree.

    ``policy`` and ``score`` are ``None`` when no rule was found under which the formula is defined; proved, if ``bound`` is so too. An
    infinite ``bound`` is none: something is divided by what may be 0.
    """

    policy: Policy | None
    score: Number | None
    bound: Number | None
    looked_at: int


@dataclass(frozen=True, eq=False)
class _Partial:
    """A partial rule: what no rule that goes on from it exceeds, a rule that may reach it, its score, and a key to branch at."""

    fixed: Rule
    bound: Number
    rule: Rule
    score: Number | None
    split: Key | None


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


def searched(landscape: Landscape, stands: Mapping[str, str], *, most: int, tree: Formula = PLAIN) -> TiedSearch:
    """The best rule of a landscape's decisions when some are tied, by branch and bound over at most ``most`` partial rules.

    ``tree`` is a formula of the landscape's sums, its first sum when left out.
    Interrupted by the user, it returns the best rule so far with what none exceeds.
    """
    keys = _Keys(landscape, stands, tree)
    order = itertools.count()
    looked_at = 0
    waiting = [(-one.bound, next(order), one) for one in keys.partials([{}])]
    best = next(((one.score, one.rule) for _, _, one in waiting if one.score is not None), None)
    with suppress(KeyboardInterrupt):
        while waiting and looked_at < most and (best is None or -waiting[0][0] > best[0]):
            at = waiting[0][2]
            if at.score is not None and (best is None or at.score > best[0]):
                best = at.score, at.rule
            is_reached = at.score == at.bound
            narrower = [{**at.fixed, at.split: k} for k in range(keys.options(at.split))] if at.split and not is_reached else []
            entries = [(-one.bound, next(order), one) for one in keys.partials(narrower)]
            heapq.heappop(waiting)  # only now, so that an interruption leaves nothing out of the bound
            looked_at += 1
            for entry in entries:
                heapq.heappush(waiting, entry)
    open_bound = max((-entry[0] for entry in waiting), default=None)
    if best is None:
        return TiedSearch(None, None, open_bound, looked_at)
    return TiedSearch(keys.policy(best[1]), best[0], best[0] if open_bound is None else max(best[0], open_bound), looked_at)


class _Keys:
    """The keys of a landscape: which states share one, and what a partial rule allows."""

    def __init__(self, landscape: Landscape, stands: Mapping[str, str], tree: Formula) -> None:
        self._landscape, self._stands, self._tree = landscape, stands, tree
        self._of: list[list[Key]] = []
        for layer in landscape.layers:
            of_context = [(stands[layer.decision.name], seen) for seen in all_seen_values(landscape, layer)]
            self._of.append([of_context[context] for context in layer.context.tolist()])
        self._each_alone = len({key for of in self._of for key in of}) == sum(map(len, self._of))

    @cached_property
    def _counts(self) -> dict[Key, int]:
        return {key: layer.options for layer, of in zip(self._landscape.layers, self._of, strict=True) for key in of}

    def options(self, key: Key) -> int:
        """How many options there are at a key."""
        return self._counts[key]

    def partials(self, rules: Iterable[Rule]) -> Iterator[_Partial]:
        """Partial rules with their bounds; those are left out that no rule goes on from under which the formula is defined."""
        for fixed in rules:
            above = StatesAbove(self._landscape, self._within(fixed))
            try:
                bound, met = above.bounded(self._tree)
            except Undefined:
                continue
            except Unbounded:
                bound, met = math.inf, above.anyhow()
            rule, split = self._like(fixed, self._liked(OptimalPolicies(met.induction)))
            score = self.score(rule)
            if self._each_alone:  # no two states share a key, so that whatever was met is what some rule comes to
                among, better = above.best_met(self._tree)
                if better is not None and among is not None and (score is None or among > score):
                    score, rule = among, self._rule_of(better.acts)
            if not fixed and (score is None or score < bound):
                score, rule = self._between(above, met, score, rule)
            if split is None and bound == math.inf:  # all is fixed, and what it divides by is 0, or no bound is needed
                if score is None:
                    continue
                bound = score
            yield _Partial(fixed, bound, rule, score, split)

    def _within(self, fixed: Rule) -> list[Array]:
        """The options that a partial rule leaves in each state of each layer."""
        import numpy as np

        within: list[Array] = []
        for layer, of in zip(self._landscape.layers, self._of, strict=True):
            allowed = np.ones((layer.size, layer.options), dtype=bool)
            for state, key in enumerate(of) if fixed else ():
                if key in fixed:
                    allowed[state] = False
                    allowed[state, fixed[key]] = True
            within.append(allowed)
        return within

    def _like(self, fixed: Rule, liked: Mapping[Key, list[list[int]]]) -> tuple[Rule, Key | None]:
        """The rule that most steps like, and a key at which they disagree, or have a choice, or that is not fixed yet."""
        rule = dict(fixed)
        disagreed: list[tuple[int, Key]] = []
        free: list[tuple[int, Key]] = []
        for key, votes in liked.items():
            if key in fixed:
                continue
            common = set.intersection(*map(set, votes))
            rule[key] = min(common) if common else max(set(itertools.chain(*votes)), key=lambda pick: sum(pick in v for v in votes))
            (free if common else disagreed).append((len(common) if common else len(votes), key))
        return rule, max(disagreed or free, key=lambda one: one[0])[1] if disagreed or free else None

    def _between(self, above: StatesAbove, met: Met, score: Number | None, rule: Rule) -> tuple[Number | None, Rule]:
        """The best rule that lies between two that were met, if it is better."""
        keys = list(self._counts)
        ends = [place for place, (one, other) in enumerate(itertools.pairwise(keys), 1) if one[0] != other[0]]

        def listed(acts: Acts) -> list[int]:
            of = self._rule_of(acts)
            return [of[key] for key in keys]

        every = [listed(one.acts) for one in above.met]
        here = [rule.get(key, 0) for key in keys]
        around = every[:MOST_ENDS] + every[-MOST_ENDS:]
        near = [(listed(one), listed(other)) for one, other in ends_of_ties(self._landscape, met)]
        near += [pair for other in around if other != here for pair in ((here, other), (other, here))]
        for pairs, looked_at in ((near, ()), (itertools.permutations(every, 2), ends)):
            for first, last in pairs if score is None or pairs is near else ():
                found = best_between(first, last, looked_at, lambda picks: self.score(dict(zip(keys, picks, strict=True))))
                if found is not None and (score is None or found[0] > score):
                    score, rule = found[0], dict(zip(keys, found[1], strict=True))
                    if pairs is not near:
                        break
        return score, rule

    def _rule_of(self, acts: Acts) -> Rule:
        """What most states do that share a key."""
        votes: dict[Key, Counter[int]] = {}
        for place, of in enumerate(self._of):
            for key, pick in zip(of, acts[place].tolist(), strict=True):
                votes.setdefault(key, Counter())[pick] += 1
        return {key: count.most_common(1)[0][0] for key, count in votes.items()}

    def _liked(self, optimal: OptimalPolicies) -> dict[Key, list[list[int]]]:
        """For each key that is met when every state takes its first best option, the best options of each state that meets it."""
        liked: dict[Key, list[list[int]]] = {}
        for place, state, best in optimal.met_by_first():
            liked.setdefault(self._of[place][state], []).append(best)
        return liked

    def score(self, rule: Rule) -> Number | None:
        """The score of a rule, which takes the first option where it says nothing."""
        import numpy as np

        acts = {place: np.array([rule.get(key, 0) for key in of], dtype=np.int64) for place, of in enumerate(self._of)}
        return score_at(self._tree, self._landscape, acts)

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
