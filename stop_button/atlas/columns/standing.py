"""What is shared by all columns of a definition in a world: the form that is asked, the best policies, and what every policy is like."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from causalkit.errors import CausalError, Impossible, NeedsCoupling, TooLarge, Undecided
from stop_button.atlas.columns.measure import Measure
from stop_button.decision.policy import Policy
from stop_button.decision.world import World
from stop_button.evaluation.evaluation import Evaluation, places_of_best
from stop_button.evaluation.undefined import Score
from stop_button.evaluation.utility import Utility
from stop_button.grounding.resolving import owned
from stop_button.language.formula import Formula
from stop_button.language.parts import policies_read
from stop_button.language.references import OWN
from stop_button.properties import Property, holds

__all__ = ["OPEN", "NoFormula", "Standing", "best_of", "judged", "standing"]

OPEN = (Undecided, NeedsCoupling, TooLarge, Impossible)
"""Errors that leave a question open rather than answered."""


@dataclass(frozen=True)
class Standing:
    """One definition in one world: its form, and its best policies, every exact tie.

    Where the form reads the scored policy's own (``OWN``), the best are the stable policies: those that no other beats once they are taken
    for granted. ``best`` is empty where no policy has a score, or none is stable; it is None where symbols or a missing coupling decide.
    """

    evaluation: Evaluation
    utility: Utility | Measure
    best: tuple[Policy, ...] | None

    @property
    def world(self) -> World:
        """The world."""
        return self.evaluation.world

    @cached_property
    def takes_itself_for_granted(self) -> bool:
        """Whether the form reads the scored policy's own."""
        return isinstance(self.utility, Utility) and OWN in policies_read(self.utility.formula)

    def fixed(self, policy: Policy) -> Utility:
        """The utility with the policy taken for granted, where the form reads one; raises ``NoFormula`` for a function of a world."""
        if isinstance(self.utility, Measure):
            raise NoFormula(f"{self.utility} is a function of a world, with no formula in which anything is held; ask this of a Utility")
        if not self.takes_itself_for_granted:
            return self.utility
        return Utility(self.utility.name, owned(self.utility.formula, policy))

    @cached_property
    def scores(self) -> Sequence[Score]:
        """The score of every policy, each as it stands; raises ``Undecided`` where some are only enclosed."""
        if isinstance(self.utility, Utility):
            return self.evaluation.scores(self.utility.formula)
        bits = [one.bits for one in self.utility.of_each(self.evaluation)]
        known = [number for number in bits if number is not None]
        if len(known) < len(bits):
            raise Undecided(f"{self.utility.name} is only enclosed for some policies of {self.world.title}")
        return known

    def score(self, policy: Policy) -> Any:
        """A policy's score, itself taken for granted; an enclosure where no more is known."""
        if isinstance(self.utility, Measure):
            one = self.utility.of_each(self.evaluation)[self.world.policies.index(policy)]
            return one.within if one.bits is None else one.bits
        return self.evaluation.score_or_undefined(self.fixed(policy).formula, policy)


class NoFormula(CausalError):
    """A formula is asked for, and the definition is a function of a world."""


def standing(evaluation: Evaluation, utility: Utility | Measure) -> Standing:
    """A definition in a world, with its best policies.

    >>> import stop_button as sb
    >>> [str(policy) for policy in standing(Evaluation(sb.worlds.scale()), sb.naive).best]
    ['commit']
    """
    try:
        return Standing(evaluation, utility, best_of(evaluation, utility.formula))
    except OPEN:
        return Standing(evaluation, utility, None)


def best_of(evaluation: Evaluation, f: Formula | Measure) -> tuple[Policy, ...]:
    """The best policies, or the stable ones of a formula that reads the scored policy's own."""
    if isinstance(f, Measure):
        return f.best(evaluation)
    policies = evaluation.world.policies
    if OWN not in policies_read(f):
        return evaluation.best(f)
    replies = (places_of_best(evaluation.scores(owned(f, policy))) for policy in policies)
    return tuple(policy for place, (policy, best) in enumerate(zip(policies, replies, strict=True)) if place in best)


def judged(
    evaluation: Evaluation, named: Property | str, ask: Callable[[Evaluation, Policy], bool | None] | None = None
) -> tuple[Any, ...]:
    """For every policy of a world whether it has a property: True, False, or None where that is open; asked once a world."""
    name = named.name if isinstance(named, Property) else named
    return evaluation.kept(f"atlas: {name}", lambda: tuple(_asked(evaluation, named, ask, policy) for policy in evaluation.world.policies))


def _asked(evaluation: Evaluation, named: Property | str, ask: Any, policy: Policy) -> bool | None:
    try:
        if isinstance(named, Property):
            value = holds(named.test, evaluation.world, policy).value
            return value if isinstance(value, bool) else None
        answer: bool | None = ask(evaluation, policy)
        return answer
    except OPEN:
        return None
