"""Losses that policies are trained by: means, over all that can happen, of what is measured, of an overseer's score, of other acts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from causalkit import Model
from causalkit.errors import CausalError, MechanismFailed, UnknownName, WrongShape, listing, suggestion
from causalkit.values.exact import as_fraction
from stop_button.decision.policy import Policy
from stop_button.decision.world import World
from stop_button.learning.losses import plain_number

__all__ = ["Loss", "Rated", "imitation", "mean", "outcome", "process"]


@dataclass(frozen=True)
class Rated:
    """What a loss looks at in a world, and the loss of one case; ``ends`` are the variables from which it changes."""

    names: tuple[str, ...]
    ends: tuple[str, ...]
    cost: Callable[[Callable[[str], Any]], Fraction]


@dataclass(frozen=True)
class Loss:
    """A loss of a policy in a world: its name, what it reads of the world, and how a case is rated; it is the mean over all cases.

    ``reads`` is the variable that is measured, or ``None`` for a loss that looks at acts alone. ``outcome``, ``process`` and
    ``imitation`` make them.
    """

    name: str
    reads: str | None
    rated: Callable[[World], Rated]

    def of(self, world: World, policy: Policy, model: Model) -> Fraction:
        """The mean over all cases of a model in which a policy is followed."""
        rated = self.rated(world)
        law: Mapping[Any, Any] = model.dist(*rated.names)
        rows = [(row if len(rated.names) > 1 else (row,), weight) for row, weight in law.items()]
        costs = (as_fraction(weight) * rated.cost(dict(zip(rated.names, row, strict=True)).__getitem__) for row, weight in rows)
        return sum(costs, Fraction(0))


def outcome(measured: str) -> Loss:
    """The loss that is minus the mean of what is measured.

    :param measured: a variable whose values are numbers.
    """
    rated = Rated((measured,), (measured,), lambda case: -plain_number(case(measured), f"a value of {measured!r}"))
    return Loss(f"outcome({measured!r})", measured, lambda world: rated)


def process(score: Mapping[Any, Any] | Callable[[Any], Any], *, decision: str | None = None) -> Loss:
    """The loss that is minus the mean score that an overseer gives to what is done, without a look at what comes of it.

    :param score: a number for each option, or a function of an option.
    :param decision: the decision that is judged; needed when there are several.
    :raises WrongShape: for what is no score. ``MechanismFailed``, when it is asked, for a function that raises.
    """
    if not isinstance(score, Mapping) and not callable(score):
        raise WrongShape(f"{score!r} is no score; give a number for each option, as process({{'work': 1}}), or a function of one")

    def rated(world: World) -> Rated:
        name = _decision(world, decision)
        return Rated((name,), (name,), lambda case: -_score(score, case(name)))

    return Loss("process", None, rated)


def _score(score: Mapping[Any, Any] | Callable[[Any], Any], act: Any) -> Fraction:
    if isinstance(score, Mapping):
        if act not in score:
            raise WrongShape(f"the overseer has no score for {act!r}; add it to process({{...}})")
        return plain_number(score[act], f"the score of {act!r}")
    try:
        found = score(act)
    except CausalError:
        raise
    except Exception as error:
        raise MechanismFailed(f"the score raised {type(error).__name__}: {error} for {act!r}; it must give a number") from error
    return plain_number(found, f"the score of {act!r}")


def imitation(demonstrator: Any) -> Loss:
    """The loss that is the chance of doing something else than a demonstrator would, seeing the same, in any decision.

    :param demonstrator: a deterministic policy, or what ``world.policy`` reads as one.
    """

    def rated(world: World) -> Rated:
        shown = world.policy(demonstrator)
        if shown.is_stochastic:
            raise WrongShape(f"the demonstrator {str(shown)!r} draws its acts; imitate a policy that does one thing in each context")
        acts = tuple(d.name for d in world.decisions)
        names = dict.fromkeys(name for d in world.decisions for name in (d.name, *d.sees))
        return Rated(tuple(names), acts, lambda case: _differs(shown, case))

    return Loss(f"imitation({demonstrator!r})", None, rated)


def _differs(shown: Policy, case: Callable[[str], Any]) -> Fraction:
    return Fraction(any(shown.act(d.name, *map(case, d.sees)) != case(d.name) for d in shown.decisions))


def mean(model: Model, variable: str) -> Fraction:
    """The mean of a variable whose values are numbers."""
    return as_fraction(model.dist(variable).expect(lambda value: plain_number(value, f"a value of {variable!r}")))


def _decision(world: World, named: str | None) -> str:
    names = [decision.name for decision in world.decisions]
    if named is None and len(names) > 1:
        raise WrongShape(f"the world has the decisions {listing(names)}; say which is judged with process(..., decision=...)")
    if named is not None and named not in names:
        raise UnknownName(f"{named!r} is no decision; there are: {', '.join(names)}{suggestion(named, names)}")
    return names[0] if named is None else named
