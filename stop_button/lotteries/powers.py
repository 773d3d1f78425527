"""Power: what can be had on average over utilities, by somebody who then does best for the one that was drawn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from causalkit import Dist
from causalkit.errors import Impossible, WrongShape
from causalkit.values.arguments import checked
from causalkit.values.exact import Number, as_fraction, exact, less, smallest, tidy
from causalkit.values.frozen import Frozen
from causalkit.values.render import html_text, number
from stop_button.decision.world import World
from stop_button.evaluation.evaluation import sweep
from stop_button.evaluation.undefined import Score, defined, score_text
from stop_button.language.algebra import Constant, Formula
from stop_button.language.formula import E, Reading
from stop_button.language.tests import Comparison, Test
from stop_button.lotteries.arrangements import Orbit, Payoffs, arrangements, payoffs_of
from stop_button.lotteries.judging import by_definition, judge_of
from stop_button.lotteries.shares import check_size, formula_of

__all__ = ["Obstruction", "non_obstruction", "power", "terminal_laws", "terminal_power"]

ANYTHING: Test = Comparison(Constant(exact(0)), "<=", Constant(exact(0)))
"""A test that holds of every policy."""


@checked
def power(lottery: Orbit | Dist, world: World) -> Number:
    """The mean over utilities of the best score that each allows: what can be had, on average, by whoever does best for the one drawn.

    Best is over deterministic policies; a utility without a best policy makes it undefined. In units of the utilities. Source:
    [turner2021], POWER, without its discount: for a choice among ends the two are the same.

    :param lottery: an ``orbit(...)``, of which each permutation counts the same, or a ``Dist`` of utilities or formulas.
    :param world: the world in which they are had.
    :returns: an exact number.
    :raises Impossible: where no policy has a score under one of the utilities.
    :raises TooLarge: for more than 50,000 arrangements that differ.

    >>> import stop_button as sb
    >>> from causalkit import Dist
    >>> power(Dist({sb.E(sb.V): "1/2", sb.E(sb.B): "1/2"}), sb.worlds.office())
    Fraction(1, 1)
    """
    if isinstance(lottery, Dist):
        scores = [(by_definition(formula_of(member), ANYTHING, world).score, weight) for member, weight in lottery.items()]
        return _mean(scores, world)
    payoffs = payoffs_of(lottery, world)
    judge = judge_of(lottery.utility, ANYTHING, payoffs, world)
    moved = [payoffs.paid[place] for place in payoffs.moved]
    check_size(lottery, world, moved, judge.apart, judge.kinds)
    found = arrangements(moved, judge.apart)
    return _mean([(judge.judge(payoffs.placed(each)).score, exact(many)) for each, many in found], world)


def _mean(scores: Sequence[tuple[Score, Number]], world: World) -> Number:
    total = weights = exact(0)
    for score, weight in scores:
        if not defined(score):
            raise Impossible(f"in {world.title} no policy has a score under one of the utilities, so that what can be had is undefined")
        total, weights = total + weight * score, weights + weight
    return tidy(total / weights)


# ---------------------------------------------------------------- a choice among ends


@checked
def terminal_power(variable: str, world: World, *, rewards: Dist | None = None) -> Number:
    """The mean of the best that can be had when every outcome's reward is drawn independently from one law, in a choice among outcomes.

    Let each policy leave outcomes the part of probability that they have under all policies, and give the rest, w, to outcomes that can
    each be had with all of it. Of such outcomes there are k, and the answer is (1 - w) E[R] + w E[max of k draws]: for draws that are
    uniform on [0, 1] a mean of k / (k + 1), by order statistics. Anything else, such as an outcome that is reached by chance alone, is
    refused. Source: [turner2021], POWER; with a discount it is the same in a choice among ends that last.

    :param variable: a role or variable, whose values are the outcomes.
    :param world: the world in which they are reached.
    :param rewards: the law of each outcome's reward; uniform on [0, 1] if left out.
    :returns: an exact number.
    :raises WrongShape: where a policy reaches outcomes by chance that nobody can choose.

    >>> from causalkit import Model, choice
    >>> terminal_power("end", World(Model(act=choice("a", "b", "c"), end=lambda act: act)))
    Fraction(3, 4)
    """
    outcomes, laws = terminal_laws(variable, world)
    common = [smallest(law[i] for law in laws) for i in range(len(outcomes))]
    left = tidy(1 - sum(common, exact(0)))
    rest = [[tidy(share - base) for share, base in zip(law, common, strict=True)] for law in laws]
    chosen = {i for law in rest for i, share in enumerate(law) if share == left != 0}
    stray = next((outcomes[i] for law in rest for i, share in enumerate(law) if share != 0 and i not in chosen), None)
    if stray is not None:
        raise WrongShape(
            f"{stray!r} is reached by chance under some policy of {world.title} and cannot be chosen, so that the best is no largest of "
            f"independent draws; count utilities with power(orbit({variable!r}, payoffs=[...]), world)"
        )
    mean, largest = _draws(rewards, len(chosen))
    return tidy((1 - left) * mean + left * largest)


def _draws(rewards: Dist | None, many: int) -> tuple[Number, Number]:
    """The mean of one draw, and of the largest of so many."""
    if rewards is None:
        return exact("1/2"), exact(many) / (many + 1)
    worths = sorted((as_fraction(worth), as_fraction(weight)) for worth, weight in rewards.items())
    largest, below = Fraction(0), Fraction(0)
    for worth, weight in worths:
        largest += worth * ((below + weight) ** many - below**many)
        below += weight
    return rewards.expect(), largest


def terminal_laws(variable: str, world: World) -> tuple[tuple[Any, ...], list[tuple[Number, ...]]]:
    """The outcomes of a variable, and their probabilities under every policy, in the order of ``world.policies``.

    >>> import stop_button as sb
    >>> terminal_laws("doubt", sb.worlds.office())[1][0]
    (Fraction(3, 4), Fraction(1, 4))
    """
    role = world.role(variable)
    outcomes = world.model.domain(role.variable)
    if world.role(role.variable).means:
        raise WrongShape(f"{role.variable!r} is a variable and a role with meanings of its own; rename the variable")
    columns = [sweep(E(Reading(role.variable).is_(outcome)), world) for outcome in outcomes]
    laws: list[Any] = list(zip(*columns, strict=True))
    return outcomes, laws


# ---------------------------------------------------------------- non-obstruction


@dataclass(frozen=True)
class Obstruction:
    """For which goals people can have at least as much with something as without it; truthy when for all of them.

    ``share`` is the share of such goals, ``undefined`` the share of goals of which it cannot be said, ``obstructed`` a goal of which people
    can have less, with what they can have ``with_it`` and ``without_it``; ``None`` without one.
    """

    world: World
    share: Number
    undefined: Number
    obstructed: str | None
    with_it: Score | None
    without_it: Score | None

    def __bool__(self) -> bool:
        return self.share == 1

    def __str__(self) -> str:
        said = f"not obstructed for {number(self.share)} of the goals in {self.world.title}"
        said += f", undefined for {number(self.undefined)}" if self.undefined != 0 else ""
        if self.obstructed is None or self.with_it is None or self.without_it is None:
            return said
        return f"{said}; obstructed: {self.obstructed} ({score_text(self.with_it)} with it, {score_text(self.without_it)} without)"

    def __repr__(self) -> str:
        return str(self)

    def _repr_html_(self) -> str:
        return f"<p>{html_text(str(self))}</p>"


@checked
def non_obstruction(lottery: Orbit | Dist, world: World, *, on: Mapping[str, Any], off: Mapping[str, Any]) -> Obstruction:
    """For which goals people can have at least as much with an AI on as with it off, when they do best for the goal.

    The world's decisions are people's, and the AI is a part of the model. For each goal the best score is found where the AI had been on,
    and where it had been off. Source: [turner2020], non-obstruction with respect to a set of goals; there people follow any one map from
    goals to policies, here the one that is best, on and off.

    :param lottery: an ``orbit(...)``, or a ``Dist`` of utilities or formulas: people's possible goals.
    :param world: a world in which people decide.
    :param on: what is set for the AI to be on, such as ``{"ai": "on"}``.
    :param off: what is set for it to be off.
    :returns: an ``Obstruction``, truthy when no goal is obstructed.
    :raises TooLarge: for more than 50,000 arrangements that differ.

    >>> from causalkit import Model, choice
    >>> world = World(Model(ai=choice("on", "off"), aim=choice("a", "b"), end=lambda ai, aim: "a" if ai == "on" else aim), name="lever")
    >>> from stop_button.lotteries import orbit
    >>> print(non_obstruction(orbit("end", payoffs=[1, 0]), world, on={"ai": "on"}, off={"ai": "off"}))
    not obstructed for 0.5 of the goals in lever; obstructed: a: 0, b: 1 (0 with it, 1 without)
    """
    weights: dict[bool | None, Number] = {}
    against: tuple[str, Score, Score] | None = None
    for which, with_it, without_it, weight in _attained(lottery, world, Frozen(on), Frozen(off)):
        answer = None if not defined(with_it) or not defined(without_it) else not less(with_it, without_it)
        weights[answer] = weights.get(answer, exact(0)) + weight
        if answer is False and against is None:
            against = which, with_it, without_it
    total = sum(weights.values(), exact(0))
    share, undefined = (tidy(weights.get(answer, exact(0)) / total) for answer in (True, None))
    return Obstruction(world, share, undefined, *(against or (None, None, None)))


def _attained(lottery: Orbit | Dist, world: World, on: Mapping[str, Any], off: Mapping[str, Any]) -> list[tuple[str, Score, Score, Number]]:
    """Each goal, the best score where the AI had been on and where it had been off, and the goal's weight."""
    if isinstance(lottery, Dist):
        goals = [(member, formula_of(member), weight) for member, weight in lottery.items()]
        best = [[by_definition(f.had(done), ANYTHING, world).score for done in (on, off)] for _, f, _ in goals]
        return [(str(member), one, other, weight) for (member, _, weight), (one, other) in zip(goals, best, strict=True)]
    payoffs: Payoffs = payoffs_of(lottery, world)
    branches: list[Formula] = [lottery.utility.had(done) for done in (on, off)]
    judges = [judge_of(f, ANYTHING, payoffs, world) for f in branches]
    groups = [tuple(sorted(set(a) & set(b))) for a in judges[0].apart for b in judges[1].apart if set(a) & set(b)]
    moved = [payoffs.paid[place] for place in payoffs.moved]
    check_size(lottery, world, moved, groups, max(judge.kinds for judge in judges))
    found = [(payoffs.placed(each), exact(many)) for each, many in arrangements(moved, groups)]
    return [(payoffs.text(each), *(judge.judge(each).score for judge in judges), many) for each, many in found]  # type: ignore[misc]
