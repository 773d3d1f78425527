"""The best policies of a model with open choices: the expected sum of utilities as a polynomial in the policy, made greatest."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import Any

from causalkit import Model
from causalkit.errors import InvalidNumber, WrongShape, listing
from causalkit.values.exact import Number, exact, tidy
from stop_button.decision.policy import Choices, decisions_of
from stop_button.solving.variable_elimination import Optimum, Polynomial, maximised

__all__ = ["optimum", "polynomial"]


def optimum(model: Model, utilities: str | Sequence[str]) -> Optimum:
    """The best expected sum of utilities that the open choices of a model can reach, and all deterministic policies that reach it.

    Ties are exact. On a model that has been conditioned, the mean is the conditional one. Raises ``WrongShape`` for a model without
    open choices, ``InvalidNumber`` for a utility whose values are not numbers, ``Undecided`` when what is best depends on symbols, and
    ``TooLarge`` when too many choices hang together. Source: [everitt2021], section 3; [lauritzen2001].

    >>> from causalkit import choice, coin
    >>> m = Model(rain=coin("1/4"), coat=choice(True, False, sees=["rain"]), fine=lambda rain, coat: 3 if rain and coat else int(not coat))
    >>> best = optimum(m, "fine")
    >>> best.expected_utility, best.count, str(best.policy)
    (Fraction(3, 2), 1, 'False if rain=False, True if rain=True')
    """
    if not model.choices:
        raise WrongShape("the model has no open choice, so there is nothing to choose; ask for model.expect(...), or declare choice(...)")
    return maximised(polynomial(model, utilities), decisions_of(model))


def polynomial(model: Model, utilities: str | Sequence[str]) -> Polynomial:
    """The expected sum of utilities as a polynomial in the policy; without open choices, its one term is the mean."""
    names = [utilities] if isinstance(utilities, str) else list(utilities)
    for name in names:
        _check_numbers(name, model.domain(name))
    branches = model.branches()
    (evidence,) = branches.by_choice(lambda b: 1).values()
    total: dict[Choices, Number] = {}
    for name in names:
        for chosen, weights in branches.by_choice(_reader(name)).items():
            mean = sum((weight * exact(value) for value, weight in weights.items()), exact(0)) / evidence[1]
            total[chosen] = total.get(chosen, exact(0)) + mean
    return {chosen: tidy(mean) for chosen, mean in total.items()}


def _reader(name: str) -> Callable[[Any], Any]:
    return lambda b: b["fact"][name]


def _check_numbers(name: str, domain: Sequence[Hashable]) -> None:
    for value in domain:
        try:
            exact(value)
        except InvalidNumber:
            raise InvalidNumber(f"{name!r} cannot be a utility: it takes {listing(domain)}, and {value!r} is not a number") from None
