"""Agents that do not look: the best of the policies that do the same whatever some variables are."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import product

from causalkit.errors import Impossible, TooLarge, UnknownName, WrongShape, listing, suggestion
from causalkit.values.arguments import checked
from causalkit.values.exact import Number, tidy
from causalkit.values.render import html_text, number
from stop_button.agents.ideal import proved_best
from stop_button.decision.policy import MOST_LISTED, Decision, Policy, Seen
from stop_button.decision.world import World
from stop_button.evaluation.evaluation import places_of_best
from stop_button.evaluation.policy_polynomial import score_or_undefined
from stop_button.evaluation.utility import Utility

__all__ = ["Inattentive", "inattentive"]


@dataclass(frozen=True)
class Inattentive:
    """The best of the policies that ignore some of what they see, every exact tie; ``best`` is what they could have by looking.

    Truthy when it costs nothing to ignore it.
    """

    world: World
    utility: Utility
    to: tuple[str, ...]
    policies: tuple[Policy, ...]
    score: Number
    best: Number

    def __bool__(self) -> bool:
        return bool(self.worth == 0)

    @property
    def worth(self) -> Number:
        """What looking is worth: the best score less the best score of those that do not look."""
        return tidy(self.best - self.score)

    def __str__(self) -> str:
        each = "; ".join(map(str, self.policies))
        return (
            f"{self.utility.name} in {self.world.title}: {number(self.score)} by {each}, without looking at {', '.join(self.to)}; "
            f"{number(self.best)} with it"
        )

    def __repr__(self) -> str:
        return str(self)

    def _repr_html_(self) -> str:
        return f"<p>{html_text(str(self))}</p>"


@checked
def inattentive(world: World, utility: Utility, *, to: Iterable[str]) -> Inattentive:
    """An agent that does not look at some variables: the best of the policies that do the same whatever those are.

    What looking is worth is the value of information of [howard1966], where a decision sees the variables; it is never negative, since
    who looks may do the same.

    :param world: where it acts.
    :param utility: what it goes by.
    :param to: the variables that it does not look at, each seen by some decision.
    :returns: an ``Inattentive``: all such policies with the best score, and the best score of all policies.
    :raises UnknownName: for a variable that no decision sees.
    :raises WrongShape: without a variable.
    :raises Impossible: where none of these policies has a score.
    :raises TooLarge: for more than ``MOST_LISTED`` such policies.

    >>> import stop_button as sb
    >>> inattentive(sb.worlds.careyeveritt_figure_1(), sb.naive, to=["request"]).worth
    Fraction(1, 2)
    """
    names = tuple(dict.fromkeys(to))
    seen = sorted({name for d in world.decisions for name in d.sees})
    if not names:
        raise WrongShape(f"to=[] names nothing that it does not look at; the decisions of {world.title} see: {listing(seen) or 'nothing'}")
    for name in names:
        if name not in seen:
            raise UnknownName(f"no decision of {world.title} sees {name!r}; they see: {listing(seen) or 'nothing'}{suggestion(name, seen)}")
    policies = list(_ignoring(world, names))
    places = places_of_best(scores := [score_or_undefined(utility.formula, world, policy) for policy in policies])
    if not places:
        raise Impossible(f"in {world.title}, {utility.name} is undefined under every policy that ignores {listing(names)}")
    best = tuple(world.policy(policies[place]) for place in places)
    score: Number = scores[places[0]]  # type: ignore[assignment]
    return Inattentive(world, utility, names, best, score, proved_best(world, utility).score)


def _ignoring(world: World, names: tuple[str, ...]) -> Iterator[Policy]:
    """Every deterministic policy that does the same whatever the variables of these names are."""
    slots = [(d, kept) for d in world.decisions for kept in dict.fromkeys(_kept(d, seen, names) for seen in d.contexts)]
    many = math.prod(len(d.options) for d, _ in slots)
    if many > MOST_LISTED:
        raise TooLarge(f"{many:,} policies of {world.title} ignore {listing(names)}, and at most {MOST_LISTED:,} are listed; ignore more")
    for acts in product(*(d.options for d, _ in slots)):
        done = {(d.name, kept): act for (d, kept), act in zip(slots, acts, strict=True)}
        yield world.policies.filled({(d.name, seen): done[d.name, _kept(d, seen, names)] for d in world.decisions for seen in d.contexts})


def _kept(decision: Decision, seen: Seen, names: tuple[str, ...]) -> Seen:
    """What is left of a thing seen by who ignores the variables of these names."""
    return tuple(value for name, value in zip(decision.sees, seen, strict=True) if name not in names)
