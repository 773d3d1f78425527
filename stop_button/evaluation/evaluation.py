"""A world with what has been worked out about it: a value that is passed along, so that no policy is scored twice under one formula."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

from causalkit.values.exact import Number
from stop_button.decision.policy import Policy
from stop_button.decision.world import World
from stop_button.evaluation.policy_polynomial import score_of, score_or_undefined
from stop_button.evaluation.sweep import all_policies, places_of_best, sweep
from stop_button.evaluation.undefined import Score
from stop_button.language.formula import Formula

__all__ = ["Evaluation", "evaluation_of"]

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
        return score_of(f, self.world, policy)

    def score_or_undefined(self, f: Formula, policy: Policy) -> Score:
        """The score of one policy, or ``UNDEFINED`` where a condition is impossible."""
        listed = self._scores.get(f)
        if listed is not None and policy in self.world.policies:
            return listed[self.world.policies.index(policy)]
        return score_or_undefined(f, self.world, policy)

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
