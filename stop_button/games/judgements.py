"""Whether a profile is an equilibrium: each player's payoff beside the best that it could have alone, exactly."""

from __future__ import annotations

import itertools
import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from causalkit import Dist
from causalkit.errors import TooLarge, WrongShape
from causalkit.values.arguments import checked
from causalkit.values.exact import Number, exact, largest, less, tidy
from causalkit.values.frozen import Frozen
from causalkit.values.render import Printed, html_text, number
from causalkit.values.tables import ResultTable, Tabled
from stop_button.decision.policy import Choices, InformationSet, Policy
from stop_button.decision.world import World
from stop_button.evaluation.policy_polynomial import score_of
from stop_button.games.strategic_form import (
    Profile,
    StrategicForm,
    Strategy,
    described,
    strategic_form,
    strategy_called,
    wanted,
)
from stop_button.grounding.queries import references
from stop_button.language.formula import Formula
from stop_button.language.parts import means
from stop_button.replies.relevance import deciding
from stop_button.solving.fractional_form import single_polynomial
from stop_button.solving.variable_elimination import maximised

__all__ = [
    "Deviation", "NashJudgement", "Weighted", "deviation", "is_equilibrium", "judged", "mixture_text", "played", "profile_text", "weighted",
]  # fmt: skip

MOST_SUPPORT = 200_000
"""So many pure profiles are drawn at most by a mixed one that is verified."""

Weighted = Frozen[str, Dist]
"""For each player, a distribution over reduced strategies; the players draw independently."""


@dataclass(frozen=True)
class Deviation(Printed):
    """The most that one player can get while the others stay: truthy when it is more than the player has.

    ``replies`` are best replies: all of them among reduced strategies where those were listed, else one; ``count`` counts them, over
    everything that the player may see where they were not listed.
    """

    player: str
    payoff: Number
    best: Number
    replies: tuple[Strategy, ...]
    count: int

    @property
    def gain(self) -> Number:
        """What the player gains by the best reply."""
        return tidy(self.best - self.payoff)

    def __bool__(self) -> bool:
        return less(self.payoff, self.best)

    def __str__(self) -> str:
        if self:
            return f"{self.player} has {number(self.payoff)} and would have {number(self.best)} by {self.replies[0]}"
        return f"{self.player} has {number(self.payoff)}, and no reply has more"


@dataclass(frozen=True, repr=False)
class NashJudgement(Tabled):
    """Whether a profile is a Nash equilibrium: truthy when no player gains by another strategy alone.

    ``profile`` holds a distribution over reduced strategies for each player, or is a policy of the world where one was handed over.
    ``deviations`` hold each player's best, gain or no gain.
    """

    world: World
    profile: Weighted | Policy
    deviations: tuple[Deviation, ...]

    def __bool__(self) -> bool:
        return not any(self.deviations)

    @property
    def payoffs(self) -> Frozen[str, Number]:
        """What each player has."""
        return Frozen({one.player: one.payoff for one in self.deviations})

    @property
    def is_pure(self) -> bool:
        """Whether nobody draws lots."""
        return not self.profile.is_stochastic if isinstance(self.profile, Policy) else all(len(dist) == 1 for dist in self.profile.values())

    @property
    def is_strict(self) -> bool:
        """Whether each player has one best reply only, and plays it."""
        return bool(self) and self.is_pure and all(one.count == 1 for one in self.deviations)

    @property
    def policy(self) -> Policy:
        """A pure profile as a policy of the world; raises ``WrongShape`` where somebody mixes."""
        if isinstance(self.profile, Policy):
            return self.profile
        if not self.is_pure:
            raise WrongShape(f"{profile_text(self.profile)} draws lots; ask for stop_button.games.behavioural(judgement)")
        return self.world.policies.filled(
            {place: act for dist in self.profile.values() for one, _ in played(dist) for place, act in one.acts.items()}
        )

    def _result(self) -> ResultTable:
        """A row for each player: what it has, the best that it could have alone, by what, and how many replies are as good."""
        rows = [[one.player, one.payoff, one.best, str(one.replies[0]), one.count] for one in self.deviations]
        return ResultTable(["player", "payoff", "best", "best reply", "best replies"], rows, caption=f"{self.world.title}: {self}")

    def __str__(self) -> str:
        said = "an equilibrium" if self else "no equilibrium"
        return f"{profile_text(self.profile)}: {said} ({'; '.join(map(str, self.deviations))})"

    def __repr__(self) -> str:
        return str(self)

    def _repr_html_(self) -> str:
        return f"<p>{html_text(str(self))}</p>"


def profile_text(profile: Weighted | Policy) -> str:
    """A profile in words."""
    if isinstance(profile, Policy):
        return str(profile)
    return " | ".join(f"{player}: {mixture_text(dist)}" for player, dist in profile.items())


def mixture_text(dist: Dist) -> str:
    """A mixture in words: each strategy after its probability."""
    if len(dist) == 1:
        return str(next(iter(dist)))
    return ", ".join(f"{number(weight)} {one}" for one, weight in dist.items())


def played(dist: Dist) -> list[tuple[Strategy, Number]]:
    """The strategies that a mixture draws, each with its weight."""
    return cast("list[tuple[Strategy, Number]]", list(dist.items()))


def weighted(form: StrategicForm, profile: Profile) -> Weighted:
    """A pure profile as a distribution over strategies for each player."""
    return Frozen({player: Dist({one: 1}) for player, one in zip(form.players, form.named(profile), strict=True)})


def judged(form: StrategicForm, profile: Weighted) -> NashJudgement:
    """A profile of reduced strategies, with what each player could have by each of its own.

    >>> import stop_button as sb
    >>> pennies = sb.games.matrix_game({"even": [[1, -1], [-1, 1]], "odd": [[-1, 1], [1, -1]]})
    >>> form = strategic_form(pennies)
    >>> print(judged(form, weighted(form, (0, 0))))
    even: 0 | odd: 0: no equilibrium (even has 1, and no reply has more; odd has -1 and would have 1 by 1)
    """
    places = [{one: k for k, one in enumerate(mine)} for mine in form.strategies]
    drawn = [[(places[i][one], weight) for one, weight in played(profile[player])] for i, player in enumerate(form.players)]
    if math.prod(map(len, drawn)) > MOST_SUPPORT:
        raise TooLarge(f"the profile draws among {math.prod(map(len, drawn)):,} pure ones, and at most {MOST_SUPPORT:,} are gone through")
    return NashJudgement(form.world, profile, tuple(_deviation(form, drawn, place) for place in range(len(form.players))))


def _deviation(form: StrategicForm, drawn: Sequence[Sequence[tuple[int, Number]]], place: int) -> Deviation:
    worth = [exact(0)] * form.shape[place]
    for others in itertools.product(*(each for k, each in enumerate(drawn) if k != place)):
        weight = math.prod((share for _, share in others), start=exact(1))
        rest = [k for k, _ in others]
        for k in range(form.shape[place]):
            worth[k] = worth[k] + weight * form.payoffs[(*rest[:place], k, *rest[place:])][place]
    worth = [tidy(value) for value in worth]
    best = largest(worth)
    replies = tuple(one for one, value in zip(form.strategies[place], worth, strict=True) if not less(value, best))
    payoff = tidy(sum((weight * worth[k] for k, weight in drawn[place]), exact(0)))
    return Deviation(form.players[place], payoff, best, replies, len(replies))


# ---------------------------------------------------------------- profiles that are handed over


@checked
def is_equilibrium(world: World, profile: Any) -> NashJudgement:
    """Whether a profile is a Nash equilibrium: no player gains by another strategy while the others stay.

    :param world: a world with players.
    :param profile: for each player a reduced strategy, its text, or a ``Dist`` over those; or a policy of the world, or what
        ``world.policy`` makes one of. A policy that draws does so independently at each information set; it may be verified where there
        are too many strategies to list.
    :returns: a ``NashJudgement``, truthy when nobody gains; it holds each player's best.
    :raises MissingRole: for a world without players.
    :raises WrongShape: for a profile that draws where a mixture is not worth the mean of what is drawn.

    >>> import stop_button as sb
    >>> from causalkit import Dist
    >>> pennies = sb.games.matrix_game({"even": [[1, -1], [-1, 1]], "odd": [[-1, 1], [1, -1]]})
    >>> half = Dist({0: "1/2", 1: "1/2"})
    >>> print(is_equilibrium(pennies, {"even": half, "odd": half}))
    even: 0 (1/2) or 1 (1/2); odd: 0 (1/2) or 1 (1/2): an equilibrium (even has 0, and no reply has more; odd has 0, and no reply has more)
    """
    utilities = wanted(world)
    if _is_by_player(world, profile):
        form = strategic_form(world)
        mixed = Frozen({player: _read(form, player, profile[player]) for player in form.players})
        if any(len(dist) > 1 for dist in mixed.values()):
            form.check_mixtures()
        return judged(form, mixed)
    policy = world.policy(profile)
    polynomials = {player: single_polynomial(f, world) for player, f in utilities.items()}
    if any(polynomial is None for polynomial in polynomials.values()):
        return _without_means(world, policy)
    _check_draws(world, policy, utilities)
    return NashJudgement(
        world, policy, tuple(_reply(world, player, f, polynomials[player] or {}, policy) for player, f in utilities.items())
    )


def _is_by_player(world: World, profile: Any) -> bool:
    """Whether a profile speaks of players and their strategies, rather than of decisions."""
    if not isinstance(profile, Mapping) or isinstance(profile, Dist) or set(profile) != set(world.players):
        return False
    one = next(iter(profile.values()))
    speaks = isinstance(next(iter(one)) if isinstance(one, Dist) else one, Strategy)
    return speaks or set(profile) != {decision.name for decision in world.decisions}


def _read(form: StrategicForm, player: str, given: Any) -> Dist:
    """A player's part of a profile, as a distribution over its reduced strategies."""
    mine = form.strategies[form.place(player)]
    weights: dict[Strategy, Number] = {}
    for one, weight in given.items() if isinstance(given, Dist) else [(given, exact(1))]:
        told = strategy_called(player, mine, one)
        weights[told] = weights.get(told, exact(0)) + weight
    return Dist(weights)


def _without_means(world: World, policy: Policy) -> NashJudgement:
    """A policy judged among reduced strategies, where payoffs are no sums of means."""
    form = strategic_form(world)
    if policy.is_stochastic:
        form.check_mixtures()
    chosen = {
        player: next(one for one in mine if all(policy.acts[place] == act for place, act in one.acts.items()))
        for player, mine in zip(form.players, form.strategies, strict=True)
    }
    return judged(form, Frozen({player: Dist({one: 1}) for player, one in chosen.items()}))


def _check_draws(world: World, policy: Policy, utilities: Mapping[str, Formula]) -> None:
    """Raises ``WrongShape`` where a policy that draws would share its draws with a reference that draws."""
    for f in utilities.values() if policy.is_stochastic else ():
        if any(reference.is_stochastic for mean in means(f) for reference in references(mean, world)):
            raise WrongShape(
                f"{f} reads what a policy that draws lots would have done, and draws are shared; verify a policy that draws none"
            )


def _reply(world: World, player: str, f: Formula, polynomial: Mapping[Choices, Number], policy: Policy) -> Deviation:
    """A player's best reply to a policy, by elimination over what it may see: nothing is listed."""
    own = world.players[player].decisions
    left: dict[Choices, Number] = {}
    for choices, weight in polynomial.items():
        share = weight
        for name, seen, act in choices:
            share = share if name in own else share * policy.weight(name, seen, act)
        rest = frozenset(act for act in choices if act[0] in own)
        left[rest] = left.get(rest, exact(0)) + share
    mine = {slot[:2] for slot in world.policies.slots if slot[0] in own}
    return deviation(world, player, score_of(f, world, policy), left, mine)


def deviation(world: World, player: str, has: Number, left: Mapping[Choices, Number], mine: Collection[InformationSet]) -> Deviation:
    """What a player has, beside the most that it could have by its acts at some information sets, of which a polynomial is left."""
    best = maximised(left, deciding(world.decisions, mine))
    acts = {slot[:2]: best.policy.acts[slot[:2]] for slot in world.policies.slots if slot[:2] in mine}
    named = described([d for d in world.decisions if d.name in {name for name, _ in acts}], acts)
    return Deviation(player, has, best.expected_utility, (Strategy(player, Frozen(acts), named),), best.count)
