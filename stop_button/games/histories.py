"""The extensive form of a world with players: its histories, what each player recalls along them, and its subgames.

Decisions are made in an order in which each comes after what it sees, and what happens by chance happens as late as some decision
needs it. A history holds every decision made so far and everything that somebody has seen; what nobody sees is averaged at the end.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, cast

from causalkit.errors import TooLarge, WrongShape
from causalkit.values.arguments import checked
from causalkit.values.exact import Number, exact, tidy
from causalkit.values.frozen import Frozen
from stop_button.decision.policy import Choices, InformationSet, decisions_in_order
from stop_button.decision.world import World
from stop_button.games.strategic_form import wanted
from stop_button.grounding.queries import branch_readings, ground
from stop_button.language.formula import Expectation, Formula
from stop_button.solving.fractional_form import weighted_means

__all__ = ["MOST_HISTORIES", "ExtensiveForm", "History", "extensive_form"]

MOST_HISTORIES: Final = 20_000
"""So many histories are listed at most."""

History = tuple[Hashable, ...]
"""The values so far of the variables in ``ExtensiveForm.order``."""


@dataclass(frozen=True, repr=False)
class ExtensiveForm:
    """The histories of a world with players, from its beginning to the end of each run that may happen.

    ``order`` holds the variables that somebody sees, and the decisions, in the order in which they come about. ``ends`` holds the whole
    histories, each with its weighted payoffs: what it adds to each player's payoff under a policy that leads to it.
    """

    world: World
    order: tuple[str, ...]
    ends: Frozen[History, tuple[Number, ...]] = field(repr=False)

    def met(self, history: History) -> InformationSet | None:
        """The information set at which the next step is made; ``None`` where it is made by chance, or nothing is left."""
        if len(history) == len(self.order) or self.order[len(history)] not in self.world.model.choices:
            return None
        known = dict(zip(self.order, history, strict=False))
        name = self.order[len(history)]
        return name, tuple(known[parent] for parent in self.world.model.parents(name))

    def passed(self, history: History) -> Iterator[tuple[History, InformationSet, Hashable]]:
        """The decisions on the way to a history: what had been before, where it was made, and what was done."""
        for length in range(len(history)):
            place = self.met(history[:length])
            if place is not None:
                yield history[:length], place, history[length]

    def beginnings(self) -> list[History]:
        """Every history, the shortest first; also those that are over."""
        found = {end[:length]: None for end in self.ends for length in range(len(end) + 1)}
        return sorted(found, key=len)

    def forgotten(self) -> tuple[str, InformationSet, str] | None:
        """A player, an information set of it, and what it does not recall there of its own past; ``None`` under perfect recall."""
        pasts: dict[InformationSet, tuple[Any, ...]] = {}
        for history in self.beginnings():
            place = self.met(history)
            if place is None:
                continue
            player = self.world.player_of(place[0])
            past = tuple((there, act) for _, there, act in self.passed(history) if self.world.player_of(there[0]) == player)
            before = pasts.setdefault(place, past)
            if before != past:
                one = next((mine for mine, other in zip(past, before, strict=False) if mine != other), (past or before)[0])
                return player, place, one[0][0]
        return None

    def check_recall(self) -> None:
        """Raises ``WrongShape`` where a player forgets what it did or saw: mixtures then need not be lots drawn at each decision."""
        lost = self.forgotten()
        if lost is not None:
            player, (name, seen), what = lost
            when = f" when it sees {', '.join(map(str, seen))}" if seen else ""
            raise WrongShape(
                f"{player} of {self.world.title} has no perfect recall: deciding {name!r}{when} it does not know all that it did or saw at "
                f"{what!r}; then a mixture of strategies need not be a lot drawn at each decision (Kuhn's theorem asks for that). "
                f"Let {name!r} see what {what!r} saw and did, or stay with the mixture"
            )

    def subgames(self) -> list[tuple[History, frozenset[InformationSet]]]:
        """Where a subgame begins, with the information sets in it, the smallest first; the whole game is the last.

        A history begins one when each information set that is met from there on is met nowhere else. Where there is only one option
        nothing is decided, so that it makes no difference when that is, and it belongs to no subgame.
        """
        open_ = {slot[:2] for slot in self.world.policies.slots if len(slot[2]) > 1}
        everywhere: dict[InformationSet, set[History]] = {}
        inside: dict[History, dict[InformationSet, set[History]]] = {}
        for history in self.beginnings():
            place = self.met(history)
            if place in open_:
                everywhere.setdefault(place, set()).add(history)
                for length in range(len(history) + 1):
                    inside.setdefault(history[:length], {}).setdefault(place, set()).add(history)
        roots = {
            root: frozenset(below) for root, below in inside.items() if all(len(below[place]) == len(everywhere[place]) for place in below)
        }
        longest = {sets: root for root, sets in sorted(roots.items(), key=lambda item: len(item[0]))}
        return sorted(((root, sets) for sets, root in longest.items()), key=lambda item: (len(item[1]), -len(item[0])))


@checked
def extensive_form(world: World) -> ExtensiveForm:
    """The extensive form of a world whose players want weighted sums of unconditioned means of what happens.

    :param world: a world with players.
    :returns: an ``ExtensiveForm``.
    :raises WrongShape: where a player wants something else, such as what would have happened.
    :raises TooLarge: for more than ``MOST_HISTORIES`` histories.

    >>> import stop_button as sb
    >>> entry = sb.games.matrix_game({"in": [[0, 2], [1, 1]], "out": [[0, 1], [2, 2]]})
    >>> [(root, len(sets)) for root, sets in extensive_form(entry).subgames()]
    [((), 2)]
    """
    utilities = wanted(world)
    order = _order(world)
    count = math.prod(len(world.model.domain(name)) for name in order)
    if count > MOST_HISTORIES:
        raise TooLarge(
            f"{world.title} has up to {count:,} histories of {', '.join(order)}, and at most {MOST_HISTORIES:,} are listed; ask for "
            "equilibria, which need no histories"
        )
    chances = cast("Mapping[Choices, Mapping[History, Number]]", world.model.branches({}).by_choice(lambda run: _values(run, order)))
    weights = {history: weight for values in chances.values() for history, weight in values.items()}
    payoffs = [_payoff(f, world, player, order) for player, f in utilities.items()]
    ends = {
        history: tuple(tidy(constant * weight + worth.get(history, exact(0))) for constant, worth in payoffs)
        for history, weight in weights.items()
    }
    return ExtensiveForm(world, order, Frozen(ends))


def _values(run: Any, order: Sequence[str]) -> History:
    return tuple(run["fact"][name] for name in order)


def _order(world: World) -> tuple[str, ...]:
    """The decisions, with what each sees before it."""
    order: dict[str, None] = {}
    for decision in decisions_in_order(world.model):
        seen = [name for name in world.model.names if name in world.model.parents(decision) and name not in order]
        order |= dict.fromkeys([*seen, decision])
    return tuple(order)


def _payoff(f: Formula, world: World, player: str, order: Sequence[str]) -> tuple[Number, dict[History, Number]]:
    """A payoff as a constant, and what each whole history adds to it; only what happens may be read, and nothing conditioned on."""
    found = weighted_means(f, world)
    means = [each.mean for each in found or () if each.mean is not None]
    branches = any(reading.edits or reading.policy is not None for mean in means for reading in branch_readings(mean.children()))
    if found is None or branches or any(mean.given is not None for mean in means):
        raise WrongShape(
            f"{player} of {world.title} wants {f}; histories are of what happens, so that payoffs are to be weighted sums of means of "
            "that, without conditions and without what would have been"
        )
    worth: dict[History, Number] = {}
    for each in found:
        for history, value in _weighed(each.mean, world, order) if each.mean is not None else ():
            worth[history] = worth.get(history, exact(0)) + each.scale * value
    constant = sum((weight for each in found if each.mean is None for weight in each.top.values()), exact(0))
    return constant, worth


def _weighed(mean: Expectation, world: World, order: Sequence[str]) -> Iterator[tuple[History, Number]]:
    """What each whole history adds to a mean."""
    question = ground(mean, world, world.model)
    asked = question.branches.by_choice(lambda run: (_values(run, order), question.quantity(run)))
    found = cast("Mapping[Choices, Mapping[tuple[History, Number], Number]]", asked)
    return ((history, weight * value) for values in found.values() for (history, value), weight in values.items())
