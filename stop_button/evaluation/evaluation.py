"""A world with what has been worked out about it: a value that is passed along, so that no policy is scored twice under one formula."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any, TypeVar, cast

from causalkit.errors import Impossible, TooLarge
from causalkit.values.exact import Number, less
from stop_button.decision.policy import MOST_LISTED, Policy
from stop_button.decision.world import World
from stop_button.evaluation.policy_polynomial import policy_polynomial, score_directly, score_of, score_or_undefined
from stop_button.evaluation.undefined import UNDEFINED, Score, defined
from stop_button.evaluation.vectorised import all_scores
from stop_button.grounding.resolving import resolved
from stop_button.language.formula import Formula
from stop_button.language.parts import means

__all__ = ["Evaluation", "all_policies", "evaluation_of", "extreme", "places_of_best", "sweep"]

MANY_OPTIONS = 512

MANY_ON_A_RUN = 1_000
"""Where decisions of one run can be made in more ways than this, a policy is scored by itself: the polynomial has a part for each way."""

FEW = 16
"""So few policies are scored one by one: arrays would take longer to set up."""

T = TypeVar("T")


class Evaluation:
    """A world, and the scores that have been asked of it so far; what it keeps goes when it does.

    Everything that judges policies takes a world, or the evaluation of one: hand the same one on where several judgements are made.

    >>> import stop_button as sb
    >>> evaluation = Evaluation(sb.worlds.basic_button())
    >>> evaluation.scores(sb.naive.formula) is evaluation.scores(sb.naive.formula)
    True
    """

    def __init__(self, world: World) -> None:
        self.world = world
        self._scores: dict[Formula, tuple[Score, ...]] = {}
        self._kept: dict[str, Any] = {}

    def scores(self, f: Formula) -> tuple[Score, ...]:
        """The score of every policy, in the order of ``world.policies``; raises ``TooLarge`` when there are more than can be listed."""
        if f not in self._scores:
            self._scores[f] = sweep(f, self.world)
        return self._scores[f]

    def score(self, f: Formula, policy: Policy) -> Number:
        """The score of one policy; raises ``Impossible`` where it is undefined."""
        return (score_directly if self._is_long else score_of)(f, self.world, policy)

    def score_or_undefined(self, f: Formula, policy: Policy) -> Score:
        """The score of one policy, or ``UNDEFINED`` where a condition is impossible."""
        listed = self._scores.get(f)
        if listed is not None and policy in self.world.policies:
            return listed[self.world.policies.index(policy)]
        try:
            return self.score(f, policy)
        except Impossible:
            return UNDEFINED

    @cached_property
    def _is_long(self) -> bool:
        """Whether the decisions of one run can be made in very many ways."""
        ways = [len(each.contexts) * len(each.options) for each in self.world.policies.decisions]
        return len(ways) > 1 and math.prod(ways) > MANY_ON_A_RUN

    def best(self, f: Formula) -> tuple[Policy, ...]:
        """The policies with the largest score, every exact tie; raises ``Undecided`` when symbols decide."""
        policies = all_policies(self.world)
        return tuple(policies[i] for i in places_of_best(self.scores(f)))

    def extreme(self, f: Formula, *, largest: bool = True) -> tuple[Policy, Number]:
        """A policy with the largest (or smallest) score of a formula that is never undefined, and that score."""
        scores = self.scores(f if largest else -f)
        place = places_of_best(scores)[0]
        best = cast("Number", scores[place])
        return self.world.policies[place], best if largest else -best

    def kept(self, name: str, make: Callable[[], T]) -> T:
        """What was made under this name before, or is made now: judgements of the world that several tables show."""
        if name not in self._kept:
            self._kept[name] = make()
        made: T = self._kept[name]
        return made

    def __repr__(self) -> str:
        return f"<evaluation of {self.world.title}: {len(self._scores)} formulas over all policies>"


def evaluation_of(world: World | Evaluation) -> Evaluation:
    """The evaluation that was handed on, or a new one of a world.

    >>> import stop_button as sb
    >>> evaluation = evaluation_of(sb.worlds.office())
    >>> evaluation_of(evaluation) is evaluation
    True
    """
    return world if isinstance(world, Evaluation) else Evaluation(world)


def all_policies(world: World) -> Sequence[Policy]:
    """Every deterministic policy of a world; raises ``TooLarge`` when there are more than can be listed."""
    if world.policies.size > MOST_LISTED:
        raise TooLarge(
            f"{world.title} has {world.policies.size:,} policies, and at most {MOST_LISTED:,} are listed; "
            "find the best with sb.rank(world, utility) or sb.solve(world, utility), "
            "score some with sb.score(world, utility, policies=[...]), or let decisions see less"
        )
    return world.policies


def sweep(f: Formula, world: World) -> tuple[Score, ...]:
    """The score of every policy, in the order of ``world.policies``; nothing is kept.

    >>> import stop_button as sb
    >>> sweep(sb.naive.formula, sb.worlds.scale())
    (Fraction(12, 1), Fraction(9, 2))
    """
    policies = all_policies(world)
    listed = all_scores(f, world) if len(policies) > FEW and not _is_wide_and_flat(f, world) else None
    return listed if listed is not None else tuple(score_or_undefined(f, world, policy) for policy in policies)


def _is_wide_and_flat(f: Formula, world: World) -> bool:
    """Whether one slot has very many options and nothing speaks of two slots: then arrays of all acts by all acts would be held."""
    if max(len(options) for _, _, options in world.policies.slots) < MANY_OPTIONS:
        return False
    return all(policy_polynomial(mean, world).is_flat for mean in means(resolved(f, world)))


def places_of_best(scores: Sequence[Any]) -> tuple[int, ...]:
    """Where the largest scores stand, every exact tie; undefined scores never win. Raises ``Undecided`` when symbols decide.

    >>> from stop_button import UNDEFINED
    >>> places_of_best([1, UNDEFINED, 3, 3])
    (2, 3)
    """
    best: list[int] = []
    for i, score in enumerate(scores):
        if not defined(score):
            continue
        if not best or less(scores[best[0]], score):
            best = [i]
        elif not less(score, scores[best[0]]):
            best.append(i)
    return tuple(best)


def extreme(f: Formula, world: World, *, largest: bool = True) -> tuple[Policy, Number]:
    """A policy with the largest (or smallest) score of a formula that is never undefined, and that score."""
    return Evaluation(world).extreme(f, largest=largest)
