"""The share of an orbit, or of a lottery over utilities, under which a test holds of the best policies."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from random import Random
from typing import Any

from causalkit import Dist
from causalkit.errors import TooLarge, WrongShape
from causalkit.values.arguments import checked
from causalkit.values.exact import Number, as_fraction, count, exact, tidy
from causalkit.values.render import Printed, html_text, number
from causalkit.values.tables import ResultTable, Tabled
from stop_button.decision.policy import Policy
from stop_button.decision.world import World
from stop_button.evaluation.utility import Utility
from stop_button.language.algebra import Formula, formula
from stop_button.language.tests import Test
from stop_button.lotteries.arrangements import Orbit, Payoffs, arrangements, count_of_arrangements, payoffs_of
from stop_button.lotteries.judging import Judged, by_definition, judge_of

__all__ = ["Estimate", "Member", "Share", "check_size", "formula_of", "share"]

MOST_ARRANGEMENTS = 50_000
"""So many arrangements that differ are looked at, at most: all of eight outcomes."""

MOST_COMPARED = 5_000_000
"""So many policies are scored, at most, over all arrangements; each kind of policy counts once."""


@dataclass(frozen=True)
class Estimate(Printed):
    """What draws say of a share: it lies between ``low`` and ``high`` with at least the probability ``level``, whatever it is.

    The interval is Hoeffding's: ``seen`` of the draws, give or take sqrt(ln(2 / (1 - level)) / (2 draws)), rounded outwards.
    """

    low: Fraction
    high: Fraction
    seen: Fraction
    level: Fraction

    def __str__(self) -> str:
        return f"between {float(self.low):.4f} and {float(self.high):.4f} (an interval of level {number(self.level)}, from draws)"

    def __repr__(self) -> str:
        return str(self)


@dataclass(frozen=True)
class Member(Printed):
    """One utility of a lottery, with what it is, the policies that are best for it, and what the test says of them."""

    which: str
    utility: Any
    best: tuple[Policy, ...]
    some: bool | None
    all: bool | None

    def __str__(self) -> str:
        first = ", ".join(map(str, self.best[:3])) + (f" and {len(self.best) - 3:,} more" if len(self.best) > 3 else "")
        return f"{self.which} (best: {first or 'none'})"


@dataclass(frozen=True)
class Share(Tabled):
    """Under which share of utilities a test holds of the best policies; truthy when it is known to hold of all of them under each.

    ``weakly`` is the share under which it holds of some best policy, ``strictly`` the share under which it holds of every one.
    ``weakly_undefined`` and ``strictly_undefined`` are the shares under which that has no answer: no policy has a score, or the test is
    undefined of policies that would decide. They are no part of the other two. Each is a fraction, or an ``Estimate`` where ``draws`` is
    not 0. ``looked_at`` counts the utilities that were looked at, ``of`` those that there are. ``holding`` is a member under which the test
    holds of some best policy (of all, if there is one such), ``failing`` one under which it does not hold of all.
    """

    test: Test
    world: World
    lottery: Any
    weakly: Number | Estimate
    strictly: Number | Estimate
    weakly_undefined: Number | Estimate
    strictly_undefined: Number | Estimate
    looked_at: int
    of: int
    draws: int
    holding: Member | None
    failing: Member | None

    def __bool__(self) -> bool:
        return self.draws == 0 and self.strictly == 1

    @property
    def is_exact(self) -> bool:
        """Whether every utility has been counted."""
        return self.draws == 0

    def _result(self) -> ResultTable:
        named = {
            "of some best policy": self.weakly,
            "of every best policy": self.strictly,
            "undefined of some": self.weakly_undefined,
            "undefined of every": self.strictly_undefined,
        }
        return ResultTable(["holds", "share"], [list(row) for row in named.items()], caption=self._note)

    @property
    def _note(self) -> str:
        counted = f"{self.draws:,} draws from {self.of:,}" if self.draws else f"all {self.of:,} (looked at: {self.looked_at:,})"
        return f"{self.test} in {self.world.title}, by {counted}"

    @property
    def _cases(self) -> list[str]:
        cases = {"for": self.holding, "against": self.failing}
        return [f"{side}: {member}" for side, member in cases.items() if member is not None]

    def __str__(self) -> str:
        return "\n".join([self._note, str(self._result()), *self._cases])

    def __repr__(self) -> str:
        return str(self)

    def _repr_html_(self) -> str:
        said = "".join(f"<p>{html_text(case)}</p>" for case in self._cases)
        return f"<p>{html_text(self._note)}</p>{self._result().html()}{said}"


@checked
def share(test: Test, lottery: Orbit | Dist, world: World, *, draws: int = 0, seed: int = 0, level: Any = "0.95") -> Share:
    """The share of utilities, in an orbit or a lottery, under which a test holds of the best policies.

    Best are all deterministic policies with the largest score, ties included. Weakly: of some best policy; strictly: of every one.
    Arrangements that differ only by equal payoffs, or by outcomes that may change places without the kinds of policies changing, are looked
    at once and counted as often as they stand for. Source: [turner2021]

    :param test: what is asked of the best policies. Where it reads a variable whose payoffs are permuted, it reads the payoff.
    :param lottery: an ``orbit(...)``, or a ``Dist`` of utilities or formulas.
    :param world: where it is asked.
    :param draws: how many permutations to draw, each with the same probability; 0 to count them all. An orbit only.
    :param seed: of the draws.
    :param level: for draws, the probability that each interval holds its share.
    :returns: a ``Share``; truthy when the test holds of all best policies under every utility.
    :raises TooLarge: for more than 50,000 arrangements that differ, without ``draws``; the message holds their number.
    :raises WrongShape: for what is no orbit and no lottery, and for draws from a lottery, which is counted.
    :raises Undecided: when symbols decide.

    >>> import stop_button as sb
    >>> from stop_button.lotteries import orbit
    >>> found = share(sb.E(sb.B) < "1/2", orbit("value"), sb.worlds.office())
    >>> found.weakly, found.strictly
    (Fraction(1, 2), Fraction(1, 2))
    """
    if not isinstance(test, Test):
        raise WrongShape(f"{test!r} is no test; compare formulas, as in E(B) >= 1")
    if isinstance(lottery, Dist):
        if draws:
            raise WrongShape(f"a lottery over {len(lottery):,} utilities is counted, not drawn from; leave draws= out")
        return _of_lottery(test, lottery, world)
    payoffs = payoffs_of(lottery, world)
    judge = judge_of(lottery.utility, test, payoffs, world)
    moved = [payoffs.paid[place] for place in payoffs.moved]
    if draws:
        drawn = _drawn(moved, count("draws", draws), seed)
        tally = _tally(((payoffs.placed(each), exact(1)) for each in drawn), judge.judge)
        return _share(test, lottery, world, tally, draws, math.factorial(len(moved)), payoffs, as_fraction(level))
    check_size(lottery, world, moved, judge.apart, judge.kinds)
    counted = ((payoffs.placed(each), exact(many)) for each, many in arrangements(moved, judge.apart))
    return _share(test, lottery, world, _tally(counted, judge.judge), 0, math.factorial(len(moved)), payoffs, None)


def check_size(lottery: Orbit, world: World, moved: Sequence[Number], groups: Sequence[Sequence[int]], kinds: int) -> None:
    """Raise ``TooLarge`` where more arrangements differ than are looked at."""
    many = count_of_arrangements(moved, groups)
    if many > MOST_ARRANGEMENTS or many * kinds > MOST_COMPARED:
        raise TooLarge(
            f"{lottery} has up to {many:,} arrangements that differ in {world.title}, to be compared for {kinds:,} kinds of policies "
            f"each; at most {MOST_ARRANGEMENTS:,} arrangements and {MOST_COMPARED:,} comparisons are made: draw some with share(..., "
            "draws=10_000), permute fewer outcomes with orbit(..., outcomes=[...]), or give fewer different payoffs"
        )


def _drawn(moved: Sequence[Number], draws: int, seed: int) -> Iterable[list[Number]]:
    random = Random(seed)
    for _ in range(draws):
        yield random.sample(list(moved), len(moved))


@dataclass(frozen=True)
class _Tally:
    """The weight of each answer, how many members were looked at, and a member for and one against with what was found of it."""

    weights: Mapping[tuple[bool | None, bool | None], Number]
    looked_at: int
    holding: tuple[Any, Judged] | None
    failing: tuple[Any, Judged] | None

    def share(self, of: int, answer: bool | None) -> Number:
        """The part of the weight with an answer: of some best policy (0), or of every one (1)."""
        total = sum(self.weights.values(), exact(0))
        return tidy(sum((weight for answers, weight in self.weights.items() if answers[of] is answer), exact(0)) / total)


def _tally(members: Iterable[tuple[Any, Number]], judge: Callable[[Any], Judged]) -> _Tally:
    weights: dict[tuple[bool | None, bool | None], Number] = {}
    holding = failing = None
    looked_at = 0
    for member, weight in members:
        looked_at += 1
        answer = judge(member)
        key = answer.some, answer.all
        weights[key] = weights.get(key, exact(0)) + weight
        if answer.some and (holding is None or (answer.all and not holding[1].all)):
            holding = member, answer
        if answer.all is False and (failing is None or (answer.some is False and failing[1].some is not False)):
            failing = member, answer
    return _Tally(weights, looked_at, holding, failing)


def _share(
    test: Test, lottery: Any, world: World, tally: _Tally, draws: int, of: int, payoffs: Payoffs | None, level: Fraction | None
) -> Share:
    found: list[Any] = [tally.share(place, answer) for answer in (True, None) for place in (0, 1)]
    if level is not None:
        found = [_estimate(seen, draws, level) for seen in found]
    weakly, strictly, weakly_undefined, strictly_undefined = found
    cases = [_member(case, payoffs, world) for case in (tally.holding, tally.failing)]
    return Share(
        test, world, lottery, weakly, strictly, weakly_undefined, strictly_undefined, tally.looked_at, of, draws, cases[0], cases[1]
    )  # fmt: skip


def _member(case: tuple[Any, Judged] | None, payoffs: Payoffs | None, world: World) -> Member | None:
    if case is None:
        return None
    which, answer = case
    best = tuple(world.policies[place] for place in answer.best)
    if payoffs is None:
        return Member(str(which), which, best, answer.some, answer.all)
    return Member(payoffs.text(which), dict(zip(payoffs.outcomes, which, strict=True)), best, answer.some, answer.all)


def _estimate(seen: Fraction, draws: int, level: Fraction) -> Estimate:
    """Hoeffding's interval, rounded outwards by far more than floats are off."""
    if not 0 < level < 1:
        raise WrongShape(f"level={level} is no probability of an interval to hold; give one between 0 and 1, such as level='0.95'")
    left = 1 - level
    half = math.sqrt((math.log(2 * left.denominator) - math.log(left.numerator)) / (2 * draws))
    wide = Fraction(math.ceil(half * 10**9) + 1, 10**9)
    return Estimate(max(Fraction(0), seen - wide), min(Fraction(1), seen + wide), seen, level)


def _of_lottery(test: Test, lottery: Dist, world: World) -> Share:
    members = [(formula_of(member), member, weight) for member, weight in lottery.items()]
    judge = {member: by_definition(f, test, world) for f, member, _ in members}
    tally = _tally(((member, weight) for _, member, weight in members), judge.__getitem__)
    return _share(test, lottery, world, tally, 0, len(lottery), None, None)


def formula_of(member: Any) -> Formula:
    """The formula of a member of a lottery: a utility, or a formula itself."""
    if isinstance(member, Utility):
        return member.formula
    if not isinstance(member, Formula):
        raise WrongShape(f"{member!r} is no utility; a lottery is a Dist of utilities or formulas: Dist({{sb.naive: '1/2', E(V): '1/2'}})")
    return formula(member)
