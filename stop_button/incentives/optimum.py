"""The best policies of a model with open choices: the expected sum of utilities as a polynomial in the policy, made greatest."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from causalkit import Model
from causalkit.errors import InvalidNumber, NeedsCoupling, TooLarge, WrongShape, listing
from causalkit.values.exact import Number, exact, tidy
from stop_button.decision.policy import Choices, Decision, Policy, decisions_of
from stop_button.decision.world import World
from stop_button.evaluation.policy_polynomial import policy_polynomial
from stop_button.evaluation.utility import Utility
from stop_button.language.formula import E, X
from stop_button.solving.sequences.optimal_policies import OptimalPolicies
from stop_button.solving.sequences.sequence import SequenceSolution, solve_sequence
from stop_button.solving.variable_elimination import Optimum, Polynomial, maximised

__all__ = ["OptimumOverTime", "best_expected_utility", "optimum", "polynomial"]

Names = str | Sequence[str]


@dataclass(frozen=True, eq=False)
class OptimumOverTime:
    """What ``Optimum`` says, where it was found by backward induction: in time that grows with its states, nothing listed.

    ``count`` is the number of best policies, those that differ only where they never lead counted apart.
    """

    expected_utility: Number
    count: int
    decisions: tuple[Decision, ...]
    optimal: OptimalPolicies = field(repr=False)

    @property
    def policy(self) -> Policy:
        """One best policy: of several, the one that prefers options named earlier."""
        return next(self.policies())

    def policies(self) -> Iterator[Policy]:
        """Every best policy, one by one; there may be very many."""
        return self.optimal.policies()

    __str__ = Optimum.__str__


def optimum(model: Model, utilities: Names) -> Optimum | OptimumOverTime:
    """The best expected sum of utilities that the open choices of a model can reach, and all deterministic policies that reach it.

    Ties are exact. On a model that has been conditioned, the mean is the conditional one. Several decisions that recall what they need
    are solved by backward induction, whose time grows with the number of steps and not with that of policies; others by elimination.
    Source: [everitt2021], section 3; [lauritzen2001].

    :param model: a model with open choices.
    :param utilities: the name of a variable with numbers as values, or several, which are added up.
    :returns: the best expected utility, and the policies that reach it, counted.
    :raises WrongShape: for a model without open choices.
    :raises InvalidNumber: for a utility whose values are not numbers.
    :raises Undecided: when what is best depends on symbols.
    :raises TooLarge: when too many choices hang together, or there are too many states.

    >>> from causalkit import choice, coin
    >>> m = Model(rain=coin("1/4"), coat=choice(True, False, sees=["rain"]), fine=lambda rain, coat: 3 if rain and coat else int(not coat))
    >>> best = optimum(m, "fine")
    >>> best.expected_utility, best.count, str(best.policy)
    (Fraction(3, 2), 1, 'False if rain=False, True if rain=True')
    """
    names = _checked(model, utilities)
    found = _over_time(model, names)
    if found is not None and found.optimal is not None and found.ties is not None:
        return OptimumOverTime(found.score, found.ties, found.world.decisions, found.optimal)
    return maximised(polynomial(model, names), decisions_of(model))


def best_expected_utility(model: Model, utilities: Names) -> Number:
    """The best expected sum of utilities alone, as ``optimum`` finds it: also where best policies are too many ways to count.

    >>> from causalkit import choice, coin
    >>> best_expected_utility(Model(rain=coin("1/4"), coat=choice(True, False), fine=lambda rain, coat: int(coat == rain)), "fine")
    Fraction(3, 4)
    """
    names = _checked(model, utilities)
    found = _over_time(model, names)
    return maximised(polynomial(model, names), decisions_of(model)).expected_utility if found is None else found.score


def _checked(model: Model, utilities: Names) -> list[str]:
    if not model.choices:
        raise WrongShape("the model has no open choice, so there is nothing to choose; ask for model.expect(...), or declare choice(...)")
    names = [utilities] if isinstance(utilities, str) else list(utilities)
    for name in names:
        _check_numbers(name, model.domain(name))
    return names


def _over_time(model: Model, names: Sequence[str]) -> SequenceSolution | None:
    """What backward induction proves of several decisions; ``None`` where it does not apply, or proves no best policy."""
    world = _readable(model, names)
    if len(model.choices) < 2 or world is None or not names:
        return None
    total = sum((E(X(name)) for name in names[1:]), E(X(names[0])))
    try:
        found = solve_sequence(world, Utility("expected utility", total))
    except (TooLarge, NeedsCoupling):
        return None  # another method may find it smaller, or reads no table twice
    return found if isinstance(found, SequenceSolution) and found else None


def _readable(model: Model, names: Sequence[str]) -> World | None:
    """The model as a world in which these variables can be read; ``None`` for a model that was observed, or names with a meaning there."""
    if not model.choices or model.regime.evidence or {"intent", "stopped"} & set(names):
        return None
    return World(model, value="value" if "value" in names else None)


def polynomial(model: Model, utilities: Names) -> Polynomial:
    """The expected sum of utilities as a polynomial in the policy; without open choices, its one term is the mean."""
    names = [utilities] if isinstance(utilities, str) else list(utilities)
    for name in names:
        _check_numbers(name, model.domain(name))
    total: dict[Choices, Number] = {}
    for found in _by_mean(model, names):
        for chosen, mean in found.items():
            total[chosen] = total.get(chosen, exact(0)) + mean
    return {chosen: tidy(mean) for chosen, mean in total.items()}


def _by_mean(model: Model, names: Sequence[str]) -> Iterator[Polynomial]:
    """The polynomial of each utility: by states where the noise can be drawn in many ways."""
    world = _readable(model, names)
    if world is not None:
        yield from ({chosen: worth for chosen, _, worth in policy_polynomial(E(X(name)), world).parts} for name in names)
        return
    branches = model.branches()
    (evidence,) = branches.by_choice(lambda b: 1).values()
    for name in names:
        sums = branches.by_choice(_reader(name))
        yield {
            chosen: sum((weight * exact(value) for value, weight in weights.items()), exact(0)) / evidence[1]
            for chosen, weights in sums.items()
        }


def _reader(name: str) -> Callable[[Any], Any]:
    return lambda b: b["fact"][name]


def _check_numbers(name: str, domain: Sequence[Hashable]) -> None:
    for value in domain:
        try:
            exact(value)
        except InvalidNumber:
            raise InvalidNumber(f"{name!r} cannot be a utility: it takes {listing(domain)}, and {value!r} is not a number") from None
