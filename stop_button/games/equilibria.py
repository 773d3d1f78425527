"""Nash equilibria of a world with players: all pure ones, of two players all extreme mixed ones too; and teams with one payoff."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from causalkit import Dist
from causalkit.errors import WrongShape
from causalkit.values.arguments import checked
from causalkit.values.exact import Number, as_fraction, exact, is_zero, less
from causalkit.values.frozen import Frozen
from causalkit.values.render import html_table, html_text, number
from causalkit.values.tables import ResultTable, Tabled
from stop_button.decision.world import World
from stop_button.evaluation.utility import Utility
from stop_button.games.extreme_points import extreme_pairs, maximal_subsets
from stop_button.games.judgements import NashJudgement, Weighted, judged, played, profile_text, weighted
from stop_button.games.strategic_form import Profile, StrategicForm, strategic_form, wanted
from stop_button.language.algebra import Formula
from stop_button.solving import Solution, solve
from stop_button.solving.fractional_form import anchored, single_polynomial

__all__ = ["Equilibria", "Subset", "equilibria", "pure_profiles", "team_optimum"]

Subset = tuple[tuple[Dist, ...], tuple[Dist, ...]]
"""Mixtures of each of two players, every combination of which is an equilibrium, and so is every mixture of these."""


@dataclass(frozen=True, repr=False)
class Equilibria(Tabled):
    """The equilibria of a strategic form: truthy when there is one.

    ``found`` holds a judgement for each, with every player's best. Without ``mixed`` they are all pure ones, one for each profile of
    reduced strategies. With it they are the extreme points of the set of all equilibria of two players, and ``subsets`` says what that set
    is: the union, over the subsets, of all mixtures of the first player's side with all mixtures of the second's.
    """

    form: StrategicForm
    found: tuple[NashJudgement, ...]
    mixed: bool
    subsets: tuple[Subset, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.found)

    def __len__(self) -> int:
        return len(self.found)

    def __iter__(self) -> Iterator[NashJudgement]:
        return iter(self.found)

    @property
    def is_finite(self) -> bool:
        """Whether the equilibria found are all there are, pure and mixed; known for two players whose mixtures were asked for."""
        return self.mixed and all(len(mine) == len(theirs) == 1 for mine, theirs in self.subsets)

    @property
    def scope(self) -> str:
        """Among what was looked, and what was not."""
        sizes = " x ".join(f"{many:,}" for many in self.form.shape)
        if not self.mixed:
            return f"all pure equilibria of {sizes} reduced strategies; those that draw lots were not looked for"
        if self.is_finite:
            return f"all equilibria of {sizes} reduced strategies"
        many = len(self.subsets)
        within = "the one maximal subset" if many == 1 else f"one of {many:,} maximal subsets"
        return f"all extreme equilibria of {sizes} reduced strategies; all others are mixtures within {within}"

    def _result(self) -> ResultTable:
        """A row for each equilibrium, player and strategy that is played, with its probability and the player's payoff."""
        rows = [
            [place, player, str(one), weight, judgement.payoffs[player]]
            for place, judgement in enumerate(self.found)
            for player, dist in _by_player(judgement).items()
            for one, weight in played(dist)
        ]
        caption = f"Equilibria of {self.form.world.title}: {self.scope}"
        return ResultTable(["equilibrium", "player", "strategy", "probability", "payoff"], rows, caption=caption)

    def __str__(self) -> str:
        lines = [f"{len(self.found):,} in {self.form.world.title}: {self.scope}"]
        return "\n".join([*lines, *(f"{text} (payoffs {payoffs})" for text, payoffs in self._lines())])

    def __repr__(self) -> str:
        return str(self)

    def _repr_html_(self) -> str:
        table = html_table(["equilibrium", "payoffs"], [list(line) for line in self._lines()])
        return f"<p>{html_text(str(self).splitlines()[0])}</p>{table}"

    def _lines(self) -> Iterator[tuple[str, str]]:
        for judgement in self.found:
            yield profile_text(judgement.profile), ", ".join(map(number, judgement.payoffs.values()))


def _by_player(judgement: NashJudgement) -> Weighted:
    if not isinstance(judgement.profile, Frozen):
        raise WrongShape("equilibria that are listed hold reduced strategies, and this is a policy")
    return judgement.profile


@checked
def equilibria(world: World, *, mixed: bool = False) -> Equilibria:
    """The Nash equilibria of a world with players, each with every player's best reply as evidence.

    Pure ones are found for any number of players, by the best replies to every profile. With ``mixed``, for two players, every extreme
    point of the set of all equilibria is found, pure ones included, and what the whole set is.

    :param world: a world with players.
    :param mixed: look among strategies that draw lots, too.
    :returns: an ``Equilibria``, truthy when there is one; its ``scope`` says what was not looked for.
    :raises MissingRole: for a world without players.
    :raises TooLarge: for too many profiles, and with ``mixed`` for more than 12 reduced strategies of a player.
    :raises WrongShape: with ``mixed``, for other than two players, and for payoffs that are no sums of means.
    :raises Undecided: where symbols decide.

    Source: [nash1951]; [avis2010].

    >>> import stop_button as sb
    >>> tables = {"he": [[2, 0], [0, 1]], "she": [[1, 0], [0, 2]]}
    >>> print(equilibria(sb.games.matrix_game(tables), mixed=True))
    3 in the world: all equilibria of 2 x 2 reduced strategies
    he: 0 | she: 0 (payoffs 2, 1)
    he: 2/3 0, 1/3 1 | she: 1/3 0, 2/3 1 (payoffs 2/3, 2/3)
    he: 1 | she: 1 (payoffs 1, 2)
    """
    form = strategic_form(world)
    if not mixed:
        return Equilibria(form, tuple(judged(form, weighted(form, profile)) for profile in pure_profiles(form)), False)
    if len(form.players) != 2:
        raise WrongShape(
            f"mixed equilibria are enumerated for two players, and {world.title} has {len(form.players)}: {', '.join(form.players)}; "
            "ask for pure ones, or verify one that you know: stop_button.games.is_equilibrium(world, profile)"
        )
    form.check_mixtures()
    first, second = ([[as_fraction(value) for value in row] for row in form.table(player)] for player in form.players)
    pairs = extreme_pairs(first, second)
    subsets = tuple(
        (tuple(form.mixture(0, one) for one in mine), tuple(form.mixture(1, one) for one in theirs))
        for mine, theirs in maximal_subsets(pairs)
    )
    profiles = (Frozen({player: form.mixture(k, pair[k]) for k, player in enumerate(form.players)}) for pair in pairs)
    return Equilibria(form, tuple(judged(form, profile) for profile in profiles), True, subsets)


def pure_profiles(form: StrategicForm) -> list[Profile]:
    """The pure profiles in which nobody gains alone; raises ``Undecided`` when symbols decide.

    >>> import stop_button as sb
    >>> pure_profiles(strategic_form(sb.games.matrix_game({"a": [[2, 0], [0, 1]], "b": [[1, 0], [0, 2]]})))
    [(0, 0), (1, 1)]
    """
    best: dict[tuple[int, Profile], Number] = {}
    for profile, payoffs in form.payoffs.items():
        for place, payoff in enumerate(payoffs):
            key = (place, (*profile[:place], *profile[place + 1 :]))
            if key not in best or less(best[key], payoff):
                best[key] = payoff
    return [
        profile
        for profile, payoffs in form.payoffs.items()
        if not any(less(payoff, best[k, (*profile[:k], *profile[k + 1 :])]) for k, payoff in enumerate(payoffs))
    ]


@checked
def team_optimum(world: World) -> Solution:
    """The best policy of a team, players who all want the same and see what each sees; ties are counted.

    It is an equilibrium that is best for all; others, worse for all, may be equilibria too.

    :param world: a world whose players all have one payoff under every policy.
    :returns: a ``Solution``, as ``stop_button.solve`` gives it.
    :raises WrongShape: where two players' payoffs differ, or cannot be compared.

    >>> import stop_button as sb
    >>> print(team_optimum(sb.games.matrix_game({"a": [[2, 0], [0, 1]], "b": [[2, 0], [0, 1]]})))
    team: 2 by a: 0; b: 0, the best of 4 policies (backward induction; 3 states, 1 with this score)
    """
    utilities = wanted(world)
    first, *others = utilities
    for other in others:
        if utilities[first] != utilities[other] and not _same(utilities[first], utilities[other], world):
            raise WrongShape(
                f"{first} wants {world.players[first].utility} and {other} wants {world.players[other].utility}, which are not the same "
                f"under every policy of {world.title}; a team has one payoff: ask for equilibria(world)"
            )
    return solve(world, Utility("team", utilities[first]))


def _same(a: Formula, b: Formula, world: World) -> bool:
    forms = single_polynomial(a, world), single_polynomial(b, world)
    if forms[0] is None or forms[1] is None:
        return False
    one, other = anchored(forms[0], world.policies), anchored(forms[1], world.policies)
    return all(is_zero(one.get(choices, exact(0)) - other.get(choices, exact(0))) for choices in {*one, *other})
