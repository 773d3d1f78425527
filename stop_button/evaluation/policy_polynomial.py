"""A mean with the policy left open: worked out once per world, then each policy is a handful of look-ups."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from causalkit.errors import Impossible
from causalkit.values.exact import Number, exact, is_zero, tidy
from causalkit.values.keeping import while_it_lives
from stop_button.decision.policy import Choices, Policy
from stop_button.decision.world import World
from stop_button.evaluation.undefined import UNDEFINED, Score
from stop_button.grounding.queries import ground, references
from stop_button.grounding.resolving import resolved
from stop_button.language.arithmetic import evaluate_means
from stop_button.language.formula import Expectation, Formula

__all__ = ["PolicyPolynomial", "policy_polynomial", "score_directly", "score_of", "score_or_undefined"]


@dataclass(frozen=True)
class PolicyPolynomial:
    """The polynomial in the policy that a mean is: for each set of choices met on a run, its weight and its weighted quantity."""

    mean: Expectation
    title: str
    parts: tuple[tuple[Choices, Number, Number], ...]

    def score(self, policy: Policy) -> Number:
        """The mean under a policy; raises ``Impossible`` when its condition has probability zero."""
        weight, total = exact(0), exact(0)
        for choices, mass, worth in self.parts:
            share = _share(policy, choices)
            if share:
                weight, total = weight + share * mass, total + share * worth
        if self.mean.given is None:
            return tidy(total)
        if is_zero(weight):
            raise Impossible(f"in {self.title}, {self.mean} is undefined under the policy {policy}: its condition has probability 0")
        return tidy(total / weight)


def _share(policy: Policy, choices: Choices) -> Number:
    share = exact(1)
    for decision, seen, option in choices:
        share = share * policy.weight(decision, seen, option)
        if not share:
            break
    return share


@while_it_lives(1)
def policy_polynomial(mean: Expectation, world: World) -> PolicyPolynomial:
    """A mean over a world with all choices left open."""
    question = ground(mean, world, world.model)
    condition = question.condition

    def outcome(run: Any) -> Any:
        return None if condition is not None and not condition(run) else question.quantity(run)

    found = question.branches.by_choice(outcome)
    return PolicyPolynomial(mean, world.title, tuple((choices, *_weighed(values)) for choices, values in found.items()))


def _weighed(values: Mapping[Any, Number]) -> tuple[Number, Number]:
    held = {value: weight for value, weight in values.items() if value is not None}
    return sum(held.values(), exact(0)), sum((value * weight for value, weight in held.items()), exact(0))


def score_of(f: Formula, world: World, policy: Policy) -> Number:
    """The score of a policy, by look-up in the open form; raises ``Impossible`` where it is undefined."""
    return evaluate_means(resolved(f, world), lambda mean: _looked_up(mean, world, policy))


def score_or_undefined(f: Formula, world: World, policy: Policy) -> Score:
    """The score of a policy, or ``UNDEFINED`` where a condition is impossible."""
    try:
        return score_of(f, world, policy)
    except Impossible:
        return UNDEFINED


def _looked_up(mean: Expectation, world: World, policy: Policy) -> Number:
    # A policy that draws lots shares its draws with a reference that draws the same ones; a product of probabilities cannot say that.
    if policy.is_stochastic and any(reference.is_stochastic for reference in references(mean, world)):
        return score_directly(mean, world, policy)
    return policy_polynomial(mean, world).score(policy)


def score_directly(f: Formula, world: World, policy: Policy) -> Number:
    """The same by plugging the policy in and asking the model: the slow, obvious way that the look-ups are checked against."""
    model = world.under(policy)

    def direct(mean: Expectation) -> Number:
        question = ground(mean, world, model)
        branches = question.branches
        return (branches if question.condition is None else branches.given(question.condition)).expect(question.quantity)

    return evaluate_means(resolved(f, world), direct)
