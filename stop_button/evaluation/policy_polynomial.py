"""A mean with the policy left open: worked out once per world, then each policy is a handful of look-ups."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from causalkit.errors import Impossible, TooLarge
from causalkit.values.exact import Number, exact, is_zero, tidy
from causalkit.values.keeping import while_it_lives
from stop_button.decision.policy import Choices, Policy
from stop_button.decision.world import World
from stop_button.evaluation.terms.objective import Refusal
from stop_button.evaluation.undefined import UNDEFINED, Score
from stop_button.evaluation.unfolding.open_form import has_many_draws, open_parts
from stop_button.grounding.queries import ground, references
from stop_button.grounding.resolving import resolved
from stop_button.language.arithmetic import evaluate_means
from stop_button.language.formula import Expectation, Formula

__all__ = ["PolicyPolynomial", "choices_met", "policy_polynomial", "score_directly", "score_of", "score_or_undefined"]


@dataclass(frozen=True)
class PolicyPolynomial:
    """The polynomial in the policy that a mean is: for each set of choices met on a run, its weight and its weighted quantity."""

    mean: Expectation
    title: str
    parts: tuple[tuple[Choices, Number, Number], ...]

    def score(self, policy: Policy) -> Number:
        """The mean under a policy; raises ``Impossible`` when its condition has probability zero."""
        weight, total = exact(0), exact(0)
        for choices, mass, worth in self._spoken_of(policy) if self.is_flat and not policy.is_stochastic else self.parts:
            share = _share(policy, choices)
            if share:
                weight, total = weight + share * mass, total + share * worth
        if self.mean.given is None:
            return tidy(total)
        if is_zero(weight):
            raise Impossible(f"in {self.title}, {self.mean} is undefined under the policy {policy}: its condition has probability 0")
        return tidy(total / weight)

    @cached_property
    def is_flat(self) -> bool:
        """Whether no part speaks of two choices, so that a policy's parts are found by its acts."""
        return all(len(choices) <= 1 for choices, _, _ in self.parts)

    @cached_property
    def _by_choices(self) -> Mapping[Choices, tuple[Choices, Number, Number]]:
        return {part[0]: part for part in self.parts}

    def _spoken_of(self, policy: Policy) -> Iterator[tuple[Choices, Number, Number]]:
        wanted: list[Choices] = [frozenset(), *(frozenset([(name, seen, option)]) for (name, seen), option in policy.acts.items())]
        return (self._by_choices[choices] for choices in wanted if choices in self._by_choices)


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
    if has_many_draws(world):
        try:
            return PolicyPolynomial(mean, world.title, tuple(open_parts(mean, world)))
        except (Refusal, TooLarge):
            pass  # by the draws of noise, if they are not too many
    met = choices_met(mean, world)
    return PolicyPolynomial(mean, world.title, tuple((choices, *_weighed(values)) for choices, values in met.items()))


def choices_met(mean: Expectation, world: World) -> Mapping[Choices, Mapping[Any, Number]]:
    """For each set of choices that runs meet, the weights of the quantity's values, ``None`` standing for a condition that fails."""
    question = ground(mean, world, world.model)
    condition = question.condition

    def outcome(run: Any) -> Any:
        return None if condition is not None and not condition(run) else question.quantity(run)

    return question.branches.by_choice(outcome)


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
