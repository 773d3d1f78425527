"""The strategic form of a world with players: each player's reduced strategies, and the exact payoffs of every profile of them."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from causalkit import Dist
from causalkit.errors import Impossible, TooLarge, Undecided, UnknownName, UnknownValue, WrongShape, listing, suggestion
from causalkit.values.arguments import checked
from causalkit.values.exact import Number, are_fractions, exact, tidy
from causalkit.values.frozen import Frozen
from causalkit.values.render import Printed, visible
from causalkit.values.tables import ResultTable, Tabled
from stop_button.decision.policy import Choices, Decision, InformationSet, Policy
from stop_button.decision.roles import MissingRole
from stop_button.decision.world import World
from stop_button.evaluation.policy_polynomial import policy_polynomial
from stop_button.games.reduced import count_listed, reduced_acts
from stop_button.grounding.resolving import resolved
from stop_button.language.arithmetic import evaluate_means
from stop_button.language.formula import Expectation, Formula
from stop_button.language.parts import means, policies_read
from stop_button.language.references import OWN
from stop_button.solving.fractional_form import single_polynomial

if TYPE_CHECKING:
    import pandas

__all__ = [
    "MOST_PROFILES",
    "Profile",
    "StrategicForm",
    "Strategy",
    "described",
    "payoff_table",
    "strategic_form",
    "strategy_called",
    "wanted",
]

MOST_PROFILES: Final = 50_000
"""So many profiles of reduced strategies are listed at most."""

Profile = tuple[int, ...]
"""A pure profile: for each player, the place of a strategy in its list."""

Payoffs = tuple[Number, ...]
"""A payoff for each player, in the order of the players."""


@dataclass(frozen=True, repr=False)
class Strategy(Printed):
    """What one player does wherever its own acts may lead: a reduced pure strategy, from information sets to options.

    What the player would do where its own earlier acts never lead is left out.
    """

    player: str
    acts: Frozen[InformationSet, Any]
    label: str = field(default="", compare=False)

    def __str__(self) -> str:
        return visible(self.label)

    def __repr__(self) -> str:
        return f"<{visible(self.player)}: {self}>"


@dataclass(frozen=True, repr=False)
class StrategicForm(Tabled):
    """The players, the reduced strategies of each, and the payoffs of each profile.

    ``players`` are in the order of the world's. ``payoffs`` maps a profile, the place of a strategy for each player, to a payoff for
    each. ``linear`` says whether the payoff of a mixture of strategies is the mean of their payoffs, which takes weighted sums of means
    whose conditions no policy makes more or less likely. ``listed`` counts each player's strategies before they are reduced.
    """

    world: World
    players: tuple[str, ...]
    strategies: tuple[tuple[Strategy, ...], ...]
    payoffs: Frozen[Profile, Payoffs] = field(repr=False)
    linear: bool
    listed: tuple[int, ...]

    @property
    def shape(self) -> tuple[int, ...]:
        """How many reduced strategies each player has."""
        return tuple(map(len, self.strategies))

    @cached_property
    def profiles(self) -> tuple[Profile, ...]:
        """Every pure profile, the last player's strategy changing fastest."""
        return tuple(itertools.product(*map(range, self.shape)))

    def place(self, player: str) -> int:
        """Where a player stands in the order of players; raises ``UnknownName`` for nobody."""
        if player not in self.players:
            raise UnknownName(f"{player!r} is no player; the players are: {', '.join(self.players)}{suggestion(player, self.players)}")
        return self.players.index(player)

    def named(self, profile: Profile) -> tuple[Strategy, ...]:
        """The strategies of a profile."""
        return tuple(mine[k] for mine, k in zip(self.strategies, profile, strict=True))

    def policy(self, profile: Profile) -> Policy:
        """The world's policy that a profile is; it takes the first option where no strategy says anything."""
        return self.world.policies.filled({place: act for one in self.named(profile) for place, act in one.acts.items()})

    def mixture(self, place: int, weights: Sequence[Number]) -> Dist:
        """A player's strategies, each with its weight; those without one are left out."""
        return Dist({one: weight for one, weight in zip(self.strategies[place], weights, strict=True) if weight})

    def table(self, player: str) -> tuple[tuple[Number, ...], ...]:
        """A player's payoffs in a game of two, a row for each strategy of the first player; raises ``WrongShape`` for another number."""
        if len(self.players) != 2:
            raise WrongShape(f"a table of payoffs takes two players, and {self.world.title} has {len(self.players)}")
        place, (rows, columns) = self.place(player), self.shape
        return tuple(tuple(self.payoffs[i, j][place] for j in range(columns)) for i in range(rows))

    def check_mixtures(self) -> None:
        """Raises ``WrongShape`` where a mixture's payoff is not the mean of payoffs, ``Undecided`` where payoffs hold symbols."""
        if not self.linear:
            raise WrongShape(
                f"a player of {self.world.title} wants what is no weighted sum of means whose conditions no policy moves, so that a "
                "mixture of strategies is not worth the mean of what they are worth; ask for pure equilibria, which need no means"
            )
        if not all(are_fractions(each) for each in self.payoffs.values()):
            raise Undecided(
                f"payoffs in {self.world.title} hold symbols or irrationals, and mixtures are found for fractions; substitute those first"
            )

    def to_frame(self, *, floats: bool = False) -> pandas.DataFrame:
        """A row for each profile: every player's strategy and payoff.

        :param floats: give payoffs as floats; else they are exact objects.
        :returns: a frame with a column for each player's strategy, and one for each player's payoff.
        """
        return self._listed().to_frame(floats=floats)

    def _listed(self) -> ResultTable:
        header = [*self.players, *(f"payoff of {name}" for name in self.players)]
        rows = [[*map(str, self.named(profile)), *self.payoffs[profile]] for profile in self.profiles]
        return ResultTable(header, rows, caption=f"Payoffs of {self.world.title}")

    def _result(self) -> ResultTable:
        if len(self.players) != 2:
            return self._listed()
        first, second = self.strategies
        rows = [[str(one), *(self.payoffs[i, j] for j in range(len(second)))] for i, one in enumerate(first)]
        head = f"{self.players[0]} / {self.players[1]}"
        return ResultTable([head, *map(str, second)], rows, caption=f"Payoffs of {self.world.title}", joint=", ")

    def __str__(self) -> str:
        return str(self._result())

    def __repr__(self) -> str:
        sizes = " x ".join(map(str, self.shape))
        return f"<strategic form of {self.world.title}: {sizes} reduced strategies of {', '.join(self.players)}>"

    def _repr_html_(self) -> str:
        return self._result().html()


def wanted(world: World) -> dict[str, Formula]:
    """What each player of a world wants, with everything found that the world alone decides.

    Raises ``MissingRole`` for a world without players, ``WrongShape`` for a wish that takes its own policy for granted.
    """
    if not world.players:
        raise MissingRole(f"{world.title} has no players; type World(..., players={{'human': ('order', 'true'), 'robot': ('act', 'own')}})")
    for name, player in world.players.items():
        if OWN in policies_read(player.utility):
            raise WrongShape(
                f"{name} of {world.title} wants {player.utility}, which takes the policy itself for granted (OWN); games are of "
                "payoffs that do not: name a policy, .under(policy), or ask stop_button.replies.stable of one agent"
            )
    return {name: resolved(player.utility, world) for name, player in world.players.items()}


@checked
def strategic_form(world: World, *, also: Iterable[Formula] = ()) -> StrategicForm:
    """The strategic form of a world with players: reduced strategies of each, and the exact payoffs of each pure profile.

    Strategies that differ only where the player's own acts never lead, in fact or in what a payoff reads, are one.

    :param world: a world with players.
    :param also: formulas that read further branches; strategies that differ where these lead are kept apart.
    :returns: a ``StrategicForm``.
    :raises MissingRole: for a world without players.
    :raises Impossible: where a player's payoff is undefined under some profile.
    :raises TooLarge: for more than ``MOST_PROFILES`` profiles, or more than ``MOST_STRATEGIES`` strategies of one player.

    >>> from causalkit import Model, choice
    >>> from stop_button import E, X
    >>> model = Model(row=choice("heads", "tails"), column=choice("heads", "tails"), same=lambda row, column: int(row == column))
    >>> pennies = World(model, players={"even": ("row", "same"), "odd": ("column", -E(X("same")))})
    >>> print(strategic_form(pennies))
    even / odd  heads  tails
    heads       1, -1   0, 0
    tails        0, 0  1, -1
    """
    utilities = wanted(world)
    spoken = [*utilities.values(), *(resolved(f, world) for f in also)]
    strategies = tuple(_strategies(world, name, acts) for name, acts in reduced_acts(world, spoken).items())
    shape, players = tuple(map(len, strategies)), tuple(utilities)
    if math.prod(shape) > MOST_PROFILES:
        raise TooLarge(
            f"{world.title} has {' x '.join(f'{many:,}' for many in shape)} = {math.prod(shape):,} profiles of reduced strategies, and at "
            f"most {MOST_PROFILES:,} are listed; let decisions see less, or verify one profile: stop_button.games.is_equilibrium"
        )
    policies = [[world.policies.filled(one.acts) for one in mine] for mine in strategies]
    polynomials = [single_polynomial(f, world) for f in utilities.values()]
    fit = _Fit(world, players, policies)
    tables = [
        _table_of(f, world, shape, fit) if polynomial is None else _linear_table(polynomial, shape, fit)
        for f, polynomial in zip(utilities.values(), polynomials, strict=True)
    ]
    payoffs = {profile: tuple(table[profile] for table in tables) for profile in itertools.product(*map(range, shape))}
    return StrategicForm(
        world, players, strategies, Frozen(payoffs), None not in polynomials, tuple(count_listed(world, name) for name in players)
    )


def _strategies(world: World, player: str, acts: Sequence[Mapping[InformationSet, Any]]) -> tuple[Strategy, ...]:
    decisions = [d for d in world.decisions if d.name in world.players[player].decisions]
    return tuple(Strategy(player, Frozen(one), described(decisions, one)) for one in acts)


def strategy_called(player: str, mine: Sequence[Strategy], told: Any) -> Strategy:
    """The strategy that is told, itself or by its text; raises ``UnknownValue`` for none, ``WrongShape`` where several have the text."""
    labels = [str(each) for each in mine]
    found = [each for each, label in zip(mine, labels, strict=True) if told in (each, label)]
    if not found:
        raise UnknownValue(f"{told!r} is no reduced strategy of {player}; there are: {listing(labels)}{suggestion(str(told), labels)}")
    if len(found) > 1:
        raise WrongShape(f"{len(found)} strategies of {player} read {told!r}; give one itself, from strategic_form(world).strategies")
    return found[0]


def described(decisions: Sequence[Decision], acts: Mapping[InformationSet, Any]) -> str:
    """A strategy in words; with one decision, its name goes without saying."""
    parts = [(d, {seen: acts[d.name, seen] for seen in d.contexts if (d.name, seen) in acts}) for d in decisions]
    shown = [(d, _rule(d, done)) for d, done in parts if done]
    return "; ".join(text if len(decisions) == 1 else f"{d.name}: {text}" for d, text in shown) or "nothing to decide"


def _rule(decision: Decision, done: Mapping[tuple[Any, ...], Any]) -> str:
    if len(set(done.values())) == 1:
        return str(next(iter(done.values())))
    return ", ".join(f"{act} if {decision.text(seen)}" for seen, act in done.items())


class _Fit:
    """For each player, the strategies with which a set of choices agrees."""

    def __init__(self, world: World, players: Sequence[str], policies: Sequence[Sequence[Policy]]) -> None:
        self.owners = {decision: place for place, player in enumerate(players) for decision in world.players[player].decisions}
        self.policies = policies
        self.known: dict[tuple[int, Choices], list[int]] = {}

    def places(self, choices: Choices) -> list[list[int]]:
        """For each player the places of the strategies that do what these choices say."""
        mine: list[set[Any]] = [set() for _ in self.policies]
        for act in choices:
            mine[self.owners[act[0]]].add(act)
        return [self._of(player, frozenset(acts)) for player, acts in enumerate(mine)]

    def _of(self, player: int, acts: Choices) -> list[int]:
        if (player, acts) not in self.known:
            self.known[player, acts] = [
                k for k, policy in enumerate(self.policies[player]) if all(policy.acts[name, seen] == act for name, seen, act in acts)
            ]
        return self.known[player, acts]


def payoff_table(f: Formula, form: StrategicForm) -> Mapping[Profile, Number]:
    """What a formula is under each pure profile; raises ``WrongShape`` where a mixture is not worth the mean of what is drawn."""
    found = resolved(f, form.world)
    polynomial = single_polynomial(found, form.world)
    if polynomial is None:
        raise WrongShape(f"{f} is no weighted sum of means whose conditions no policy moves, so its mean over a lot is not its score")
    policies = [[form.world.policies.filled(one.acts) for one in mine] for mine in form.strategies]
    return _linear_table(polynomial, form.shape, _Fit(form.world, form.players, policies))


def _linear_table(polynomial: Mapping[Choices, Number], shape: Sequence[int], fit: _Fit) -> Mapping[Profile, Number]:
    table = _summed(polynomial.items(), shape, fit)
    return {profile: tidy(table[profile]) for profile in itertools.product(*map(range, shape))}


def _table_of(f: Formula, world: World, shape: Sequence[int], fit: _Fit) -> Mapping[Profile, Number]:
    tables = {mean: _mean_tables(mean, world, shape, fit) for mean in dict.fromkeys(means(f))}
    return {profile: _evaluated(f, world, tables, profile) for profile in itertools.product(*map(range, shape))}


def _summed(terms: Iterable[tuple[Choices, Number]], shape: Sequence[int], fit: _Fit) -> Any:
    import numpy as np

    table = np.full(tuple(shape), exact(0), dtype=object)
    for choices, weight in terms:
        table[np.ix_(*fit.places(choices))] += weight
    return table


def _mean_tables(mean: Expectation, world: World, shape: Sequence[int], fit: _Fit) -> tuple[Any, Any]:
    parts = policy_polynomial(mean, world).parts
    top = _summed(((choices, worth) for choices, _, worth in parts), shape, fit)
    return top, None if mean.given is None else _summed(((choices, mass) for choices, mass, _ in parts), shape, fit)


def _evaluated(f: Formula, world: World, tables: Mapping[Expectation, tuple[Any, Any]], profile: Profile) -> Number:
    def mean(asked: Expectation) -> Number:
        top, bottom = tables[asked]
        if bottom is not None and not tidy(bottom[profile]):
            raise Impossible(f"{asked} is undefined: its condition has probability 0")
        return tidy(top[profile] if bottom is None else top[profile] / bottom[profile])

    try:
        return tidy(evaluate_means(f, mean))
    except Impossible as error:
        raise Impossible(
            f"in {world.title} the payoff {f} has no value under a profile, and a game needs one under each: {error}"
        ) from None
