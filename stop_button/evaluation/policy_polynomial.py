"""A mean with the policy left open: worked out once per world, then each policy is a handful of look-ups."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

from causalkit.errors import Impossible, TooLarge, WrongShape
from causalkit.values.exact import Number, exact, is_zero, tidy
from stop_button.decision.policy import Policy
from stop_button.decision.world import World
from stop_button.evaluation.grounding import asked, references
from stop_button.evaluation.undefined import UNDEFINED
from stop_button.evaluation.unfolding.objective import Refusal
from stop_button.evaluation.unfolding.open_form import has_many_draws, open_parts
from stop_button.language.formula import Expectation, Formula, Is, Reading, evaluate

__all__ = ["PolicyForm", "choices_met", "policy_form", "score_directly", "score_of", "score_or_undefined"]

Choices = frozenset[tuple[str, tuple[Any, ...], Any]]

NOWHERE: Choices = frozenset()


@dataclass(frozen=True)
class PolicyForm:
    """The polynomial in the policy that a mean is: for each set of choices met on a run, its weight and its weighted quantity."""

    mean: Expectation
    world: World
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
            raise Impossible(f"in {self.world.title}, {self.mean} is undefined under the policy {policy}: its condition has probability 0")
        return tidy(total / weight)

    @cached_property
    def is_flat(self) -> bool:
        """Whether no part speaks of two choices, so that a policy's parts are found by its acts."""
        return all(len(choices) <= 1 for choices, _, _ in self.parts)

    @cached_property
    def _by_choices(self) -> Mapping[Choices, tuple[Choices, Number, Number]]:
        return {part[0]: part for part in self.parts}

    def _spoken_of(self, policy: Policy) -> Iterator[tuple[Choices, Number, Number]]:
        wanted = [NOWHERE, *(frozenset([(name, seen, option)]) for (name, seen), option in policy.acts.items())]
        return (self._by_choices[choices] for choices in wanted if choices in self._by_choices)


def _share(policy: Policy, choices: Choices) -> Number:
    share = exact(1)
    for decision, seen, option in choices:
        share = share * policy.weight(decision, seen, option)
        if not share:
            break
    return share


@lru_cache(maxsize=512)
def policy_form(mean: Expectation, world: World) -> PolicyForm:
    """A mean over a world with all choices left open."""
    if has_many_draws(world):
        try:
            return PolicyForm(mean, world, tuple(open_parts(mean, world)))
        except (Refusal, TooLarge):
            pass  # by the draws of noise, if they are not too many
    found = choices_met(mean, world)
    return PolicyForm(mean, world, tuple((choices, *_weighed(values)) for choices, values in found.items()))


def choices_met(mean: Expectation, world: World) -> Mapping[Choices, Mapping[Any, Number]]:
    """For each set of choices that runs meet, the weights of the quantity's values, ``None`` standing for a condition that fails."""
    question = asked(mean, world, world.model)
    condition = question.condition

    def outcome(run: Any) -> Any:
        return None if condition is not None and not condition(run) else question.quantity(run)

    return question.branches.by_choice(outcome)


def _weighed(values: Mapping[Any, Number]) -> tuple[Number, Number]:
    held = {value: weight for value, weight in values.items() if value is not None}
    return sum(held.values(), exact(0)), sum((value * weight for value, weight in held.items()), exact(0))


def score_of(f: Formula, world: World, policy: Policy) -> Number:
    """The score of a policy, by look-up in the open form; raises ``Impossible`` where it is undefined."""
    return evaluate(f, lambda leaf: _looked_up(_mean(leaf), world, policy))


def score_or_undefined(f: Formula, world: World, policy: Policy) -> Any:
    """The score of a policy, or ``UNDEFINED`` where a condition is impossible."""
    try:
        return score_of(f, world, policy)
    except Impossible:
        return UNDEFINED


def _looked_up(mean: Expectation, world: World, policy: Policy) -> Number:
    # A policy that draws lots shares its draws with a reference that draws the same ones; a product of probabilities cannot say that.
    if policy.is_stochastic and any(reference.is_stochastic for reference in references(mean, world)):
        return score_directly(mean, world, policy)
    return policy_form(mean, world).score(policy)


def score_directly(f: Formula, world: World, policy: Policy) -> Number:
    """The same by plugging the policy in and asking the model: the slow, obvious way that the look-ups are checked against."""
    model = world.under(policy)

    def direct(leaf: Formula) -> Number:
        question = asked(_mean(leaf), world, model)
        branches = question.branches
        return (branches if question.condition is None else branches.given(question.condition)).expect(question.quantity)

    return evaluate(f, direct)


def _mean(leaf: Formula) -> Expectation:
    if isinstance(leaf, Expectation):
        return leaf
    name = leaf.reading if isinstance(leaf, Is) else leaf
    assert isinstance(name, Reading)
    raise WrongShape(f"{leaf!r} stands outside a mean, where it has no single value; write E({leaf!r})")
