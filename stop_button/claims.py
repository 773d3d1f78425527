"""Claims about utilities that a world can refute."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from stop_button.flags import Flag, conditioning_shift, incentive_gap, influence, prevents_stopping, stops_unasked, via_intent
from stop_button.policy import Policy
from stop_button.sweep import places_of_best, sweep
from stop_button.utility import Utility
from stop_button.world import World

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

    def refuted_by(self, utility: Utility, world: World) -> Flag | None:
        """The first flag of a world that refutes the claim, or None.

        >>> import stop_button as sb
        >>> print(never_pays_to_manipulate.refuted_by(sb.switch, sb.worlds.basic_button()).kind)
        via intent
        """
        return next((flag for flag in self.doubts(utility, world) if flag), None)

    def __str__(self) -> str:
        return self.sentence


def _of_best(judge: Callable[[World, Utility, Policy], Flag]) -> Callable[[Utility, World], Iterator[Flag]]:
    """A judgement of every best policy."""

    def doubts(utility: Utility, world: World) -> Iterator[Flag]:
        policies = world.policies
        return (judge(world, utility, policies[i]) for i in places_of_best(sweep(utility.formula, world)))

    return doubts


never_pays_to_manipulate = Claim(
    "never_pays_to_manipulate",
    "no best policy gains through its influence on what people want",
    _of_best(via_intent),
)
no_best_policy_has_influence = Claim(
    "no_best_policy_has_influence",
    "no best policy changes what people want",
    _of_best(lambda world, utility, policy: influence(world, policy)),
)
never_grades_other_worlds = Claim(
    "never_grades_other_worlds",
    "no best policy gains by changing which worlds are graded",
    _of_best(conditioning_shift),
)
never_rewards_preventing = Claim(
    "never_rewards_preventing",
    "no best policy makes it harder to stop the agent than it could be",
    _of_best(lambda world, utility, policy: prevents_stopping(world, policy)),
)
never_rewards_stopping_unasked = Claim(
    "never_rewards_stopping_unasked",
    "no best policy is stopped more often than need be where people wish it free",
    _of_best(lambda world, utility, policy: stops_unasked(world, policy)),
)
never_offers_more_for_influence = Claim(
    "never_offers_more_for_influence",
    "some best policy leaves what people want as it is",
    lambda utility, world: iter([incentive_gap(world, utility)]),
)
