"""Whether a test holds of the best policies, for one utility after the other."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from operator import mul
from typing import Any

from causalkit.errors import Impossible
from causalkit.values.exact import Number, are_fractions, as_fraction, exact
from stop_button.decision.policy import Policy
from stop_button.decision.world import World
from stop_button.evaluation.evaluation import places_of_best, sweep
from stop_button.evaluation.policy_polynomial import score_of
from stop_button.evaluation.terms.sums import linear_means
from stop_button.evaluation.undefined import UNDEFINED, Score, defined
from stop_button.grounding.resolving import resolved
from stop_button.language.algebra import Formula
from stop_button.language.arithmetic import evaluate_means, truth_of_means
from stop_button.language.formula import Expectation
from stop_button.language.tests import Test
from stop_button.lotteries.arrangements import Arrangement, Payoffs
from stop_button.lotteries.opened import Terms, are_found_first, opened, paid, reads_payoffs

__all__ = ["Judge", "Judged", "by_definition", "judge_of", "judged", "truth_of_policy"]


@dataclass(frozen=True)
class Judged:
    """A test asked of the best policies of one utility: of some of them, of all of them; where they stand in the space, and their score."""

    some: bool | None
    all: bool | None
    best: tuple[int, ...]
    score: Score


def judged(best: Sequence[int], truths: Sequence[bool | None], score: Score) -> Judged:
    """Kleene's three values over the best policies; undefined where there is none.

    >>> judged([4, 7], [True, None], exact(2))
    Judged(some=True, all=None, best=(4, 7), score=Fraction(2, 1))
    """
    some = None if not truths else True if True in truths else None if None in truths else False
    every = None if not truths else False if False in truths else None if None in truths else True
    return Judged(some, every, tuple(best), score)


def by_definition(f: Formula, test: Test, world: World) -> Judged:
    """The best policies among all that are listed, and the test asked of each."""
    scores = sweep(f, world)
    best = places_of_best(scores)
    found = resolved(test, world)
    truths = [truth_of_policy(found, world, world.policies[place]) for place in best]
    return judged(best, truths, scores[best[0]] if best else UNDEFINED)


def truth_of_policy(found: Test, world: World, policy: Policy) -> bool | None:
    """Whether a test, with what the world decides found in it, holds of a policy; ``None`` where it is undefined."""
    return truth_of_means(found, lambda mean: score_of(mean, world, policy))


@dataclass(frozen=True)
class Judge:
    """What judges an arrangement of payoffs: ``kinds`` of policies that no payoffs tell apart are looked at once each.

    ``apart`` are the outcomes in groups that nothing tells apart, by their places among those that are moved.
    """

    kinds: int
    apart: tuple[tuple[int, ...], ...]
    judge: Callable[[Arrangement], Judged]


def judge_of(f: Formula, test: Test, payoffs: Payoffs, world: World) -> Judge:
    """What judges arrangements: by looking means up once where payoffs only weigh them, else by asking the world each time."""
    if are_found_first(f, payoffs, world) and are_found_first(test, payoffs, world):
        asked, claimed = resolved(f, world), resolved(test, world)
        parts = opened(asked, payoffs, world), opened(claimed, payoffs, world)
        if parts[0] is not None and parts[1] is not None:
            return _looked_up(asked, claimed, {**parts[0], **parts[1]}, payoffs, world)

    def one_by_one(arrangement: Arrangement) -> Judged:
        return by_definition(paid(f, payoffs, arrangement, world), paid(test, payoffs, arrangement, world), world)

    return Judge(world.policies.size, tuple((place,) for place in range(len(payoffs.moved))), one_by_one)


@dataclass(frozen=True)
class _Table:
    """The scores of the means that payoffs weigh, for each kind of policy; and the policies of that kind."""

    terms: Mapping[Expectation, Terms]
    columns: Mapping[Expectation, int]
    rows: tuple[tuple[Score, ...], ...]
    members: tuple[tuple[int, ...], ...]

    def value(self, row: Sequence[Score], mean: Expectation, arrangement: Arrangement) -> Number:
        """A mean under a kind of policy, with these payoffs."""
        total = exact(0)
        for factors, weighed in self.terms[mean].items():
            weight = row[self.columns[weighed]]
            if not defined(weight):
                raise Impossible(f"the condition of {mean} has probability 0")
            product = weight
            for place in factors:
                product = product * arrangement[place]
            total = total + product
        return total


def _looked_up(f: Formula, test: Test, terms: Mapping[Expectation, Terms], payoffs: Payoffs, world: World) -> Judge:
    wanted = list(dict.fromkeys(mean for weighed in terms.values() for mean in weighed.values()))
    scores = [sweep(mean, world) for mean in wanted]
    members: dict[tuple[Score, ...], list[int]] = {}
    for place, row in enumerate(zip(*scores, strict=True) if scores else (() for _ in range(world.policies.size))):
        members.setdefault(row, []).append(place)
    columns = {mean: i for i, mean in enumerate(wanted)}
    table = _Table(terms, columns, tuple(members), tuple(map(tuple, members.values())))
    plain = are_fractions(payoffs.paid) and not reads_payoffs(test, payoffs, world)
    weights = _weights(f, table, len(payoffs.outcomes)) if plain else None
    judge = _in_general(f, test, table) if weights is None else _by_weights(weights, _truths(test, table), table)
    return Judge(len(table.rows), _places_apart(table, payoffs), judge)


def _truth(test: Test, row: Sequence[Score], table: _Table, arrangement: Arrangement) -> bool | None:
    return truth_of_means(test, lambda mean: table.value(row, mean, arrangement))


def _truths(test: Test, table: _Table) -> list[bool | None]:
    return [_truth(test, row, table, ()) for row in table.rows]


def _in_general(f: Formula, test: Test, table: _Table) -> Callable[[Arrangement], Judged]:
    def score(row: Sequence[Score], arrangement: Arrangement) -> Score:
        try:
            return evaluate_means(f, lambda mean: table.value(row, mean, arrangement))
        except Impossible:
            return UNDEFINED

    def judge(arrangement: Arrangement) -> Judged:
        scores = [score(row, arrangement) for row in table.rows]
        best = places_of_best(scores)
        truths = [_truth(test, table.rows[i], table, arrangement) for i in best]
        return judged(_all_members(best, table), truths, scores[best[0]] if best else UNDEFINED)

    return judge


def _by_weights(weights: _Weights, truths: Sequence[bool | None], table: _Table) -> Callable[[Arrangement], Judged]:
    """The best kinds of policies where a score is a weighted sum of payoffs: whole numbers, compared exactly."""

    def judge(arrangement: Arrangement) -> Judged:
        scale = math.lcm(*(as_fraction(worth).denominator for worth in arrangement))
        whole = (*(int(worth * scale) for worth in arrangement), scale)
        scores = [None if row is None else sum(map(mul, row, whole)) for row in weights.rows]
        most = max((score for score in scores if score is not None), default=None)
        if most is None:
            return judged((), (), UNDEFINED)
        best = [i for i, score in enumerate(scores) if score == most]
        return judged(_all_members(best, table), [truths[i] for i in best], exact(most) / (weights.scale * scale))

    return judge


def _all_members(kinds: Sequence[int], table: _Table) -> list[int]:
    return sorted(place for kind in kinds for place in table.members[kind])


@dataclass(frozen=True)
class _Weights:
    """For each kind of policy, the weights of payoffs and of what is paid anyway, times a scale; ``None`` for a kind without a score."""

    rows: tuple[tuple[int, ...] | None, ...]
    scale: int


def _weights(f: Formula, table: _Table, outcomes: int) -> _Weights | None:
    """Each kind's weights of the payoffs, and of what is paid anyway, scaled alike to whole numbers; ``None`` where there are none such."""
    linear = linear_means(f)
    if linear is None:
        return None
    rows: list[list[Number] | None] = []
    for row in table.rows:
        total: list[Number] | None = [exact(0)] * (outcomes + 1)
        for weight, mean in linear:
            for factors, weighed in table.terms[mean].items() if mean is not None else [((), None)]:
                if len(factors) > 1:
                    return None
                score: Any = row[table.columns[weighed]] if weighed is not None else exact(1)
                if not defined(score):
                    total = None
                elif total is not None:
                    place = factors[0] if factors else outcomes
                    total[place] = total[place] + weight * score
        rows.append(total)
    flat = [number for row in rows if row is not None for number in row]
    if not are_fractions(flat):
        return None
    scale = math.lcm(1, *(number.denominator for number in flat))
    return _Weights(tuple(None if row is None else tuple(int(number * scale) for number in row) for row in rows), scale)


MOST_KINDS = 2_000
"""Symmetries are looked for among so many kinds of policies at most."""


def _places_apart(table: _Table, payoffs: Payoffs) -> tuple[tuple[int, ...], ...]:
    """The outcomes whose payoffs are moved, in groups that may change places: the kinds of policies are then the same, in another order.

    Two outcomes may when the table is the same set of rows once they have changed places. If a and b may, and b and c, then so may a and
    c, because changing a and c is changing a and b, then b and c, then a and b; so groups are found one pair at a time.
    """
    if len(table.rows) > MOST_KINDS:
        return tuple((place,) for place in range(len(payoffs.moved)))
    groups: list[list[int]] = []
    for place, outcome in enumerate(payoffs.moved):
        group = next((group for group in groups if _may_change(table, payoffs.moved[group[0]], outcome)), None)
        if group is None:
            groups.append([place])
        else:
            group.append(place)
    return tuple(map(tuple, groups))


def _may_change(table: _Table, a: int, b: int) -> bool:
    """Whether the kinds of policies are the same, in some order, once the payoffs of two outcomes have changed places.

    What reads a payoff reads that of every outcome, so that a mean has the same products of payoffs afterwards.
    """
    change = {a: b, b: a}
    now, then = [], []
    for terms in table.terms.values():
        for factors, weighed in terms.items():
            now.append(table.columns[weighed])
            then.append(table.columns[terms[tuple(sorted(change.get(place, place) for place in factors))]])
    before, after = (Counter(tuple(row[column] for column in columns) for row in table.rows) for columns in (now, then))
    return before == after
