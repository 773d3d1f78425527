"""Claims about utilities that a world can refute."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from causalkit.arguments import checked
from stop_button.auditing.flags import Flag, conditioning_shift, incentive_gap, influence, prevents_stopping, stops_unasked, via_intent
from stop_button.decision.world import World
from stop_button.evaluation.sweep import places_of_best, sweep
from stop_button.evaluation.utility import Utility

__all__ = [
    "Claim", "never_grades_other_worlds", "never_offers_more_for_influence", "never_pays_to_manipulate", "never_rewards_preventing",
    "never_rewards_stopping_unasked", "no_best_policy_has_influence",
]  # fmt: skip


@dataclass(frozen=True)
class Claim:
    """A sentence about a utility, and the flags that would refute it in a world: one that fires does."""

    name: str
    sentence: str
    doubts: Callable[[Utility, World], Iterator[Flag]]

    @checked
    def refuted_by(self, utility: Utility, world: World) -> Flag | None:
        """The first flag of a world that refutes the claim, or None.

        >>> import stop_button as sb
        >>> print(never_pays_to_manipulate.refuted_by(sb.switch, sb.worlds.basic_button()).kind)
        via intent
        """
        return next((flag for flag in self.doubts(utility, world) if flag), None)

    def __str__(self) -> str:
        return self.sentence


@dataclass(frozen=True)
class _OfBest:
    """A judgement of every best policy, either of what the utility pays it for or of what it does whatever the utility."""

    judge: Callable[..., Flag]
    of_utility: bool

    def __call__(self, utility: Utility, world: World) -> Iterator[Flag]:
        policies = world.policies
        best = (policies[i] for i in places_of_best(sweep(utility.formula, world)))
        return (self.judge(world, utility, policy) if self.of_utility else self.judge(world, policy) for policy in best)


def _gap(utility: Utility, world: World) -> Iterator[Flag]:
    return iter([incentive_gap(world, utility)])


never_pays_to_manipulate = Claim(
    "never_pays_to_manipulate",
    "no best policy gains through its influence on what people want",
    _OfBest(via_intent, of_utility=True),
)
no_best_policy_has_influence = Claim(
    "no_best_policy_has_influence",
    "no best policy changes what people want",
    _OfBest(influence, of_utility=False),
)
never_grades_other_worlds = Claim(
    "never_grades_other_worlds",
    "no best policy gains by changing which worlds are graded",
    _OfBest(conditioning_shift, of_utility=True),
)
never_rewards_preventing = Claim(
    "never_rewards_preventing",
    "no best policy makes it harder to stop the agent than it could be",
    _OfBest(prevents_stopping, of_utility=False),
)
never_rewards_stopping_unasked = Claim(
    "never_rewards_stopping_unasked",
    "no best policy is stopped more often than need be where people wish it free",
    _OfBest(stops_unasked, of_utility=False),
)
never_offers_more_for_influence = Claim(
    "never_offers_more_for_influence",
    "some best policy leaves what people want as it is",
    _gap,
)
