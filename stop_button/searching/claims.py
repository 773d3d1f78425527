"""Claims about utilities that a world can refute."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from causalkit.errors import Undecided
from causalkit.loading import later
from causalkit.values.arguments import checked
from causalkit.values.render import Printed
from stop_button.auditing.flags import Flag, forces_a_stop, influence, loses_a_stop, prevents_stopping, stops_unasked
from stop_button.auditing.gains import Gain, conditioning_shift, via
from stop_button.decision.policy import Policy
from stop_button.decision.world import World
from stop_button.evaluation.evaluation import Evaluation
from stop_button.evaluation.utility import Utility
from stop_button.language.tests import Test
from stop_button.properties import Failure, Property, holds

__all__ = [
    "Answer",
    "Claim",
    "Doubt",
    "holds_of_the_best",
    "never_grades_other_draws",
    "never_pays_for_influence",
    "never_pays_for_preventing",
    "no_best_policy_forces_a_stop",
    "no_best_policy_has_influence",
    "no_best_policy_loses_a_stop",
    "no_best_policy_prevents_stopping",
    "no_best_policy_stops_unasked",
    "some_best_policy_has_no_influence",
]  # fmt: skip

Doubt = Flag | Gain | Failure
"""What refutes a claim when it fires."""

Doubts = Callable[[Evaluation, Utility, Policy], Iterator[Doubt]]


@dataclass(frozen=True)
class Answer:
    """What a world says of a claim: the doubt that refutes it, or None; and whether there was a best policy to speak of.

    ``open`` counts the doubts that symbols or a missing coupling leave undecided: a world with one neither refutes nor supports the claim.
    """

    doubt: Doubt | None
    has_best: bool
    open: int = 0


@dataclass(frozen=True)
class Claim(Printed):
    """A sentence about the best policies of a utility, and the doubts that would refute it in a world: one that fires does."""

    name: str
    sentence: str
    doubts: Doubts

    @checked
    def asked_of(self, utility: Utility, world: World) -> Answer:
        """What a world says of the claim.

        >>> import stop_button as sb
        >>> answer = never_pays_for_influence.asked_of(sb.switch, sb.worlds.basic_button())
        >>> print(answer.doubt.kind)
        by way of the wish
        """
        evaluation, undecided = Evaluation(world), 0
        try:
            best = evaluation.best(utility.formula)
        except Undecided:
            return Answer(None, has_best=True, open=1)
        for policy in best:
            for doubt in self.doubts(evaluation, utility, policy):
                if doubt:
                    return Answer(doubt, has_best=True)
                undecided += doubt.sign == "open"
        return Answer(None, bool(best), undecided)

    @checked
    def refuted_by(self, utility: Utility, world: World) -> Doubt | None:
        """The first doubt that fires in a world, or None; a world in which no policy has a score refutes nothing.

        >>> import stop_button as sb
        >>> never_pays_for_influence.refuted_by(sb.counterfactual, sb.worlds.basic_button()) is None
        True
        """
        return self.asked_of(utility, world).doubt

    def __str__(self) -> str:
        return self.sentence


def _pays_for_influence(evaluation: Evaluation, utility: Utility, policy: Policy) -> Iterator[Doubt]:
    yield via(evaluation, utility, policy, "the wish")


def _pays_for_preventing(evaluation: Evaluation, utility: Utility, policy: Policy) -> Iterator[Doubt]:
    flags = list(_prevents(evaluation, utility, policy))
    if any(flags):
        yield via(evaluation, utility, policy, "the answer")
    elif via(evaluation, utility, policy, "the answer").sign != "not positive":
        yield from (flag for flag in flags if flag.sign == "open")


def _influences(evaluation: Evaluation, utility: Utility, policy: Policy) -> Iterator[Doubt]:
    yield from (influence(evaluation, policy, person=person) for person in ("", *evaluation.world.people))


def _regrades(evaluation: Evaluation, utility: Utility, policy: Policy) -> Iterator[Doubt]:
    yield conditioning_shift(evaluation, utility, policy)


def _prevents(evaluation: Evaluation, utility: Utility, policy: Policy) -> Iterator[Doubt]:
    for person in ("", *evaluation.world.people):
        yield prevents_stopping(evaluation, policy, way="in fact", person=person)
        yield prevents_stopping(evaluation, policy, person=person)


def _stops(evaluation: Evaluation, utility: Utility, policy: Policy) -> Iterator[Doubt]:
    for person in ("", *evaluation.world.people):
        yield stops_unasked(evaluation, policy, way="in fact", person=person)
        yield stops_unasked(evaluation, policy, person=person)


def _loses(evaluation: Evaluation, utility: Utility, policy: Policy) -> Iterator[Doubt]:
    yield from (loses_a_stop(evaluation, policy, person=person) for person in ("", *evaluation.world.people))


def _forces(evaluation: Evaluation, utility: Utility, policy: Policy) -> Iterator[Doubt]:
    yield from (forces_a_stop(evaluation, policy, person=person) for person in ("", *evaluation.world.people))


def _offers(evaluation: Evaluation, utility: Utility, policy: Policy) -> Iterator[Doubt]:
    flags = [influence(evaluation, best) for best in evaluation.best(utility.formula)]
    if policy == flags[0].policy and all(flag.sign != "not positive" for flag in flags):
        yield next((flag for flag in flags if flag.sign == "open"), flags[0])


never_pays_for_influence = Claim("never_pays_for_influence", "no best policy gains by way of what people want", _pays_for_influence)
never_pays_for_preventing = Claim(
    "never_pays_for_preventing", "no best policy prevents a stop and gains by way of the button's answer", _pays_for_preventing
)
never_grades_other_draws = Claim("never_grades_other_draws", "no best policy gains by changing which draws are graded", _regrades)
no_best_policy_has_influence = Claim("no_best_policy_has_influence", "no best policy changes what people want, in any draw", _influences)
no_best_policy_prevents_stopping = Claim(
    "no_best_policy_prevents_stopping", "no best policy prevents a stop that the baseline would give, in fact or had they wished it",
    _prevents,
)  # fmt: skip
no_best_policy_stops_unasked = Claim(
    "no_best_policy_stops_unasked", "no best policy is stopped unasked where the baseline would not be, in fact or had they wished so",
    _stops,
)  # fmt: skip
no_best_policy_loses_a_stop = Claim(
    "no_best_policy_loses_a_stop", "no best policy goes without a stop that people, undisturbed, would wish and get", _loses
)
no_best_policy_forces_a_stop = Claim(
    "no_best_policy_forces_a_stop",
    "no best policy is stopped where people, undisturbed, would wish no stop and get none",
    _forces,
)
some_best_policy_has_no_influence = Claim(
    "some_best_policy_has_no_influence", "some best policy changes what people want in no draw", _offers
)


@dataclass(frozen=True)
class _Fails:
    """The doubt that a test fails of a policy."""

    name: str
    test: Test

    def __call__(self, evaluation: Evaluation, utility: Utility, policy: Policy) -> Iterator[Doubt]:
        yield Failure(self.name, holds(self.test, evaluation.world, policy))


def holds_of_the_best(claimed: Test | Property) -> Claim:
    """The claim that a test, or a named property, holds of every best policy; where it is undefined the claim is open.

    >>> import stop_button as sb
    >>> stoppable = holds_of_the_best(sb.E(sb.B.had(intent="stop")) >= 1)
    >>> print(stoppable)
    of every best policy: E[B_s] >= 1
    >>> bool(sb.find_counterexample(sb.naive, claim=stoppable))
    True
    """
    name, test = (claimed.name, claimed.test) if isinstance(claimed, Property) else (str(claimed), claimed)
    return Claim(f"{name} of the best", f"of every best policy: {name}", _Fails(name, test))


__getattr__, __dir__ = later(
    __name__,
    __all__,
    {},
    {
        "never_pays_to_manipulate": f"{__name__}:never_pays_for_influence",
        "never_grades_other_worlds": f"{__name__}:never_grades_other_draws",
        "never_rewards_preventing": f"{__name__}:no_best_policy_prevents_stopping",
        "never_rewards_stopping_unasked": f"{__name__}:no_best_policy_stops_unasked",
        "never_offers_more_for_influence": f"{__name__}:some_best_policy_has_no_influence",
    },
)
