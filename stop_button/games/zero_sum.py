"""The value of a game of two whose payoffs add up to one number, with mixtures that prove it from both sides."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from causalkit import Dist
from causalkit.errors import TooLarge, WrongShape
from causalkit.values.arguments import checked
from causalkit.values.exact import as_fraction
from causalkit.values.linear_program import Column, minimised
from causalkit.values.render import html_text, number
from stop_button.decision.world import World
from stop_button.games.judgements import mixture_text
from stop_button.games.strategic_form import StrategicForm, strategic_form

__all__ = ["MOST_ZERO_SUM", "GameValue", "zero_sum_value"]

MOST_ZERO_SUM: Final = 64
"""So many reduced strategies of a player are in the linear program at most."""


@dataclass(frozen=True, repr=False)
class GameValue:
    """What the first player can make sure of, and the second can hold it to: truthy when the two are the same, which proves both.

    ``first`` makes sure of ``value`` against everything: ``against_first`` holds what it gets against each reduced strategy of the second
    player. ``second`` holds the first player to ``value``: ``against_second`` holds what each reduced strategy of the first gets. ``total``
    is what the payoffs of both add up to.
    """

    form: StrategicForm
    value: Fraction
    total: Fraction
    first: Dist
    second: Dist
    against_first: tuple[Fraction, ...]
    against_second: tuple[Fraction, ...]

    def __bool__(self) -> bool:
        return min(self.against_first) == self.value == max(self.against_second)

    def __str__(self) -> str:
        one, other = self.form.players
        return (
            f"{self.form.world.title}: {one} can make sure of {number(self.value)} by {mixture_text(self.first)}, and {other} can hold it "
            f"to that by {mixture_text(self.second)}"
        )

    def __repr__(self) -> str:
        return str(self)

    def _repr_html_(self) -> str:
        return f"<p>{html_text(str(self))}</p>"


@checked
def zero_sum_value(world: World) -> GameValue:
    """The value of a game of two in which what one gains the other loses, by a linear program and its dual, in fractions.

    :param world: a world with two players, whose payoffs add up to the same number under every profile.
    :returns: a ``GameValue``, with a mixture for each player; others may do as well.
    :raises WrongShape: for other games, and for payoffs that are no sums of means.
    :raises TooLarge: for more than ``MOST_ZERO_SUM`` reduced strategies of a player.
    :raises Undecided: where payoffs hold symbols.

    Source: [osborne1994], section 2.5 (a pair of mixtures is an equilibrium exactly when each makes sure of the value).

    >>> import stop_button as sb
    >>> pennies = sb.games.matrix_game({"even": [[1, -1], [-1, 1]], "odd": [[-1, 1], [1, -1]]}, name="pennies")
    >>> print(zero_sum_value(pennies))
    pennies: even can make sure of 0 by 0.5 0, 0.5 1, and odd can hold it to that by 0.5 0, 0.5 1
    """
    form = strategic_form(world)
    if len(form.players) != 2:
        raise WrongShape(f"the value of a zero-sum game is of two players, and {world.title} has {len(form.players)}")
    form.check_mixtures()
    totals = {as_fraction(sum(each, Fraction(0))) for each in form.payoffs.values()}
    if len(totals) != 1:
        raise WrongShape(
            f"the payoffs of {' and '.join(form.players)} in {world.title} add up to {number(min(totals))} here and "
            f"{number(max(totals))} there; a zero-sum game has one sum: ask for equilibria(world, mixed=True)"
        )
    if max(form.shape) > MOST_ZERO_SUM:
        sizes = " x ".join(map(str, form.shape))
        raise TooLarge(f"a linear program of {sizes} reduced strategies, and at most {MOST_ZERO_SUM} x {MOST_ZERO_SUM} are taken")
    table = [[as_fraction(value) for value in row] for row in form.table(form.players[0])]
    mine, theirs = _solved(table)
    against_first = tuple(_dot(mine, column) for column in zip(*table, strict=True))
    against_second = tuple(_dot(theirs, row) for row in table)
    first, second = form.mixture(0, mine), form.mixture(1, theirs)
    return GameValue(form, min(against_first), totals.pop(), first, second, against_first, against_second)


def _solved(table: Sequence[Sequence[Fraction]]) -> tuple[list[Fraction], list[Fraction]]:
    """Weights of rows that make the least column largest, and of columns that make the largest row least: a program and its prices."""
    rows, columns = len(table), len(table[0])
    least = min(min(row) for row in table)
    one, minus = Fraction(1), Fraction(-1)
    program: list[Column] = [{**{j: table[i][j] - least for j in range(columns)}, columns: one} for i in range(rows)]
    program.append(dict.fromkeys(range(columns), minus))
    program += [{j: minus} for j in range(columns)]
    costs = [Fraction(0)] * rows + [minus] + [Fraction(0)] * columns
    best = minimised(costs, program, [Fraction(0)] * columns + [one])
    if best is None:
        raise AssertionError("some weights always satisfy the constraints")
    return [best.point.get(i, Fraction(0)) for i in range(rows)], list(best.prices[:columns])


def _dot(weights: Sequence[Fraction], values: Sequence[Fraction]) -> Fraction:
    return sum((weight * value for weight, value in zip(weights, values, strict=True)), Fraction(0))
