"""Correlated equilibria: a lot that tells each player what to do, and that nobody gains by disobeying."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final

from causalkit import Dist
from causalkit.errors import TooLarge, WrongShape
from causalkit.values.arguments import checked
from causalkit.values.exact import as_fraction
from causalkit.values.frozen import Frozen
from causalkit.values.linear_program import Column, minimised
from causalkit.values.render import Printed, html_text, number
from causalkit.values.tables import ResultTable, Tabled
from stop_button.decision.world import World
from stop_button.games.strategic_form import Profile, StrategicForm, Strategy, payoff_table, strategic_form, strategy_called
from stop_button.language.formula import Formula

__all__ = ["MOST_CORRELATED", "CorrelatedJudgement", "Disobedience", "correlated_optimum", "is_correlated"]

MOST_CORRELATED: Final = 64
"""So many inequalities are in the linear program at most: one for each player, strategy told and strategy played instead."""


@dataclass(frozen=True)
class Disobedience(Printed):
    """What a player gains by one strategy whenever it is told another: truthy when it gains; ``gain`` is over all draws of the lot."""

    player: str
    told: Strategy
    instead: Strategy
    gain: Fraction

    def __bool__(self) -> bool:
        return self.gain > 0

    def __str__(self) -> str:
        return f"{self.player}, told {self.told}, gains {number(self.gain)} by {self.instead}"


@dataclass(frozen=True, repr=False)
class CorrelatedJudgement(Tabled):
    """Whether a distribution over profiles is a correlated equilibrium: truthy when no player gains by disobeying.

    ``weights`` are of pure profiles; ``disobediences`` holds each way of disobeying with its gain. Where a linear objective was made
    largest, ``objective`` says which, ``value`` is what is reached and ``bound`` what the prices of the program prove that no correlated
    equilibrium exceeds.
    """

    form: StrategicForm
    weights: Frozen[Profile, Fraction]
    disobediences: tuple[Disobedience, ...]
    objective: str = ""
    value: Fraction | None = None
    bound: Fraction | None = None

    def __bool__(self) -> bool:
        return not any(self.disobediences)

    @property
    def payoffs(self) -> Frozen[str, Fraction]:
        """What each player has, before it is told anything."""
        worth = {
            player: sum((weight * as_fraction(self.form.payoffs[profile][k]) for profile, weight in self.weights.items()), Fraction(0))
            for k, player in enumerate(self.form.players)
        }
        return Frozen(worth)

    def _result(self) -> ResultTable:
        """A row for each profile that is drawn: every player's strategy, and the probability."""
        rows = [[*row, weight] for row, weight in self._rows()]
        return ResultTable([*self.form.players, "probability"], rows, caption=f"{self.form.world.title}: {self._said}")

    def _rows(self) -> Iterator[tuple[tuple[str, ...], Fraction]]:
        for profile, weight in self.weights.items():
            yield tuple(map(str, self.form.named(profile))), weight

    def __str__(self) -> str:
        drawn = "; ".join(f"{number(weight)} {' | '.join(row)}" for row, weight in self._rows())
        return f"{drawn}: {self._said}"

    @property
    def _said(self) -> str:
        said = "a correlated equilibrium" if self else f"no correlated equilibrium: {next(filter(None, self.disobediences))}"
        most = f"; {self.objective} is {number(self.value)}, the most of any" if self.value is not None else ""
        return f"{said}{most}"

    def __repr__(self) -> str:
        return str(self)

    def _repr_html_(self) -> str:
        return f"<p>{html_text(self._said)}</p>{self._result().html()}"


@checked
def is_correlated(world: World, weights: Any) -> CorrelatedJudgement:
    """Whether a distribution over pure profiles is a correlated equilibrium of a world with players.

    :param world: a world with players.
    :param weights: a ``Dist`` over tuples, or a mapping from tuples to probabilities; a tuple has a reduced strategy, or its text, for each
        player in order.
    :returns: a ``CorrelatedJudgement``, truthy when nobody gains by disobeying what it is told.
    :raises UnknownValue: for what is no profile of reduced strategies.

    Source: [aumann1974].

    >>> import stop_button as sb
    >>> tables = {"row": [[6, 2], [7, 0]], "column": [[6, 7], [2, 0]]}
    >>> third = "1/3"
    >>> bool(is_correlated(sb.games.matrix_game(tables), {("0", "0"): third, ("0", "1"): third, ("1", "0"): third}))
    True
    """
    form = strategic_form(world)
    form.check_mixtures()
    if not isinstance(weights, Dist | Mapping):
        raise WrongShape(f"{weights!r} is no distribution over profiles; type a Dist, or a mapping such as {{('0', '1'): '1/2', ...}}")
    given = weights if isinstance(weights, Dist) else Dist(dict(weights))
    read: dict[Profile, Fraction] = {}
    for told, weight in given.items():
        profile = _profile(form, told)
        read[profile] = read.get(profile, Fraction(0)) + as_fraction(weight)
    return _judged(form, read)


def _profile(form: StrategicForm, told: Any) -> Profile:
    if not isinstance(told, tuple) or len(told) != len(form.players):
        raise WrongShape(f"{told!r} is no profile; type a tuple with a strategy for each of {', '.join(form.players)}")
    places = []
    for player, mine, one in zip(form.players, form.strategies, told, strict=True):
        places.append(mine.index(strategy_called(player, mine, one)))
    return tuple(places)


def _judged(form: StrategicForm, weights: Mapping[Profile, Fraction], **more: Any) -> CorrelatedJudgement:
    disobediences = tuple(
        Disobedience(form.players[k], form.strategies[k][told], form.strategies[k][instead], _gain(form, weights, k, told, instead))
        for k, told, instead in _ways(form)
    )
    return CorrelatedJudgement(form, Frozen({profile: weight for profile, weight in weights.items() if weight}), disobediences, **more)


def _ways(form: StrategicForm) -> Iterator[tuple[int, int, int]]:
    """Every player, strategy told and strategy played instead."""
    for k, size in enumerate(form.shape):
        yield from ((k, told, instead) for told in range(size) for instead in range(size) if told != instead)


def _difference(form: StrategicForm, profile: Profile, k: int, instead: int) -> Fraction:
    """What a player gains at a profile by another strategy."""
    return as_fraction(form.payoffs[(*profile[:k], instead, *profile[k + 1 :])][k] - form.payoffs[profile][k])


def _gain(form: StrategicForm, weights: Mapping[Profile, Fraction], k: int, told: int, instead: int) -> Fraction:
    parts = (weight * _difference(form, profile, k, instead) for profile, weight in weights.items() if profile[k] == told)
    return sum(parts, Fraction(0))


@checked
def correlated_optimum(world: World, objective: Formula | str | None = None) -> CorrelatedJudgement:
    """A correlated equilibrium that makes a linear objective largest, by a linear program in fractions with its prices as the proof.

    :param world: a world with players.
    :param objective: a formula, whose mean over the lot is made largest; or a player's name, for its payoff; the sum of all payoffs if left
        out.
    :returns: a ``CorrelatedJudgement`` with the objective's value.
    :raises TooLarge: for more than ``MOST_CORRELATED`` inequalities.
    :raises WrongShape: for payoffs that are no sums of means.

    >>> import stop_button as sb
    >>> best = correlated_optimum(sb.games.matrix_game({"row": [[6, 2], [7, 0]], "column": [[6, 7], [2, 0]]}))
    >>> print(best)
    0.5 0 | 0; 0.25 0 | 1; 0.25 1 | 0: a correlated equilibrium; the sum of payoffs is 10.5, the most of any
    """
    form = strategic_form(world)
    form.check_mixtures()
    ways = list(_ways(form))
    if len(ways) > MOST_CORRELATED:
        raise TooLarge(
            f"the correlated equilibria of {' x '.join(map(str, form.shape))} reduced strategies satisfy {len(ways):,} inequalities, and "
            f"at most {MOST_CORRELATED} are taken; verify one that you know: is_correlated(world, weights)"
        )
    worth, title = _objective(form, objective)
    program: list[Column] = []
    for profile in form.profiles:
        gains = {row: -_difference(form, profile, k, instead) for row, (k, told, instead) in enumerate(ways) if profile[k] == told}
        program.append({**{row: value for row, value in gains.items() if value}, len(ways): Fraction(1)})
    program += [{row: Fraction(-1)} for row in range(len(ways))]
    costs = [-worth[profile] for profile in form.profiles] + [Fraction(0)] * len(ways)
    best = minimised(costs, program, [Fraction(0)] * len(ways) + [Fraction(1)])
    if best is None:
        raise AssertionError("a correlated equilibrium always exists")
    weights = {form.profiles[j]: value for j, value in best.point.items() if j < len(form.profiles)}
    return _judged(form, weights, objective=title, value=-best.value, bound=-best.prices[-1])


def _objective(form: StrategicForm, objective: Formula | str | None) -> tuple[dict[Profile, Fraction], str]:
    if objective is None:
        return {profile: as_fraction(sum(each, Fraction(0))) for profile, each in form.payoffs.items()}, "the sum of payoffs"
    if isinstance(objective, str):
        place = form.place(objective)
        return {profile: as_fraction(each[place]) for profile, each in form.payoffs.items()}, f"the payoff of {objective}"
    return {profile: as_fraction(value) for profile, value in payoff_table(objective, form).items()}, str(objective)
