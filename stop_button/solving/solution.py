"""The best policy of a world under a utility without listing the policies, with what proves that no other is better."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Final

from causalkit import Dist
from causalkit.errors import Impossible, TooLarge, WrongShape, suggestion
from causalkit.values.exact import Number
from causalkit.values.render import number
from stop_button.decision.policy import Policy
from stop_button.decision.world import World
from stop_button.evaluation.policy_polynomial import score_of, score_or_undefined
from stop_button.evaluation.undefined import defined
from stop_button.evaluation.utility import Utility
from stop_button.solving.branch_and_bound import branched
from stop_button.solving.fractional_form import in_ratios, single_polynomial
from stop_button.solving.linear_fractional import linear_parts
from stop_button.solving.linear_program import Lots, mixed_best
from stop_button.solving.local_search import climbs
from stop_button.solving.sequences.sequence import solve_sequence, solve_tied
from stop_button.solving.term_matrix import Frame, Picks, framed
from stop_button.solving.variable_elimination import maximised

__all__ = ["Solution", "solve"]

FACTORISED: Final = "factorised"
BRANCH_AND_BOUND: Final = "branch and bound"
LOCAL_SEARCH: Final = "local search"
LINEAR_PROGRAM: Final = "linear program"
TIED: Final = "branch and bound over tied rules"
BACKWARD_INDUCTION: Final = "backward induction"
METHODS = (FACTORISED, BACKWARD_INDUCTION, BRANCH_AND_BOUND, LOCAL_SEARCH, LINEAR_PROGRAM)

FEW_POLICIES = 1_000_000
"""So many policies at most are given to other methods when decisions recall too little for backward induction to count the ties."""

WIDE = 100
LONGEST_NUMBER = 16


@dataclass(frozen=True)
class Solution:
    """A policy, its exact score, and what no policy exceeds; truthy when that proves the policy to be a best one.

    ``bound`` is ``None`` where nothing is known. ``ties`` counts all best policies where the method can, else it is ``None``.
    ``looked_at`` counts what the method looks at: slots (factorised), discovered states (backward induction), partial policies (branch
    and bound), policies (local search), programs (linear program).
    """

    world: World
    utility: Utility
    policy: Policy
    score: Number
    bound: Number | None
    ties: int | None
    method: str
    looked_at: int
    proved: bool

    def __bool__(self) -> bool:
        return self.proved

    def __str__(self) -> str:
        policy = str(self.policy)
        by = f" by {policy}" if len(policy) <= WIDE else ""
        return f"{self.utility.name}: {_short(self.score)}{by}, {self._claim}" + ("" if by else f"\n{policy}")

    @property
    def _claim(self) -> str:
        """What is proved, and how."""
        among = (
            "all tied policies"
            if self.method == TIED
            else "all policies that draw lots"
            if self.method == LINEAR_PROGRAM
            else _count(self.world.policies.size, "policy", "policies")
        )
        if self.method == LOCAL_SEARCH:
            return f"the best found of {among} (local search: nothing is proved; {self.looked_at:,} looked at)"
        if self.proved:
            return f"the best of {among} ({self.method}; {self._work})"
        if self.method == BACKWARD_INDUCTION:
            return (
                f"which no decision alone can better, and none of {among} has more than {_short(self.bound)} ({self.method}; {self._work}: "
                "a local optimum, because decisions do not recall what they would need)"
            )
        most = "no bound is known" if self.bound is None else f"none of {among} has more than {_short(self.bound)}"
        return f"the best found, and {most} ({self.method}; {self._work}: not proved)"

    @property
    def _work(self) -> str:
        if self.method == FACTORISED:
            return f"{self.ties:,} with this score"
        if self.method == BACKWARD_INDUCTION:
            ties = "ties not counted" if self.ties is None else f"{_size(self.ties)} with this score"
            return f"{_count(self.looked_at, 'state', 'states')}, {ties}"
        if self.method == TIED:
            return f"{_count(self.looked_at, 'state', 'states')}, ties not counted"
        if self.method == BRANCH_AND_BOUND:
            return f"{_count(self.looked_at, 'partial policy', 'partial policies')} looked at, ties not counted"
        return _count(self.looked_at, "program", "programs")

    def __repr__(self) -> str:
        return str(self)

    def _repr_html_(self) -> str:
        from html import escape

        return f"<p>{'<br>'.join(map(escape, str(self).splitlines()))}</p>"


def _short(value: Number) -> str:
    text = number(value)
    return text if len(text) <= LONGEST_NUMBER or "/" not in text else f"about {float(value):.10g}"


def _count(many: int, one: str, more: str) -> str:
    return f"{_size(many)} {one if many == 1 else more}"


def _size(many: int) -> str:
    return f"{many:,}" if many < 10**30 else f"more than 10^{math.floor((many.bit_length() - 1) * math.log10(2))}"


def solve(
    world: World,
    utility: Utility,
    *,
    method: str | None = None,
    mixed: bool = False,
    most: int = 100_000,
    seed: int = 0,
    starts: int = 20,
    tied: Iterable[Iterable[str]] | None = None,
) -> Solution:
    """A best policy of a world under a utility, found without listing the policies, and proved to be one.

    Without a ``method``: a weighted sum of means whose conditions no policy makes more or less likely is solved, where there are several
    decisions, by "backward induction" over the states that it discovers, in time linear in the horizon, else by elimination
    ("factorised"); both for spaces of any size and with every tie counted. Where decisions recall too little for the induction, the
    answer is a local optimum with what no policy exceeds. Anything else is solved by "branch and bound", which looks at no
    more than ``most`` partial policies; stopped by that or by an interruption, it returns the best policy found, with what none
    exceeds. "local search" climbs from ``starts`` policies drawn with ``seed``, and proves nothing.

    With ``mixed``, policies may draw lots in each situation: for a weighted sum of means with one condition, or ``least(...)`` of such
    sums, each linear in the policy, by "linear program". A best mixed policy with probabilities that are no fractions, or that is
    approached and never reached, is not proved: ``score`` and ``bound`` then enclose what it is worth.

    With ``tied``, groups of decisions such as ``[["act[1]", "act[2]"]]``, each group follows one rule, which is made best as one; with an
    empty list, decisions that recall too little are solved for sure, if ``most`` partial rules are enough.

    Raises ``Impossible`` when no policy has a defined score, ``WrongShape`` for a method that does not fit the formula, ``TooLarge``
    when the limit is met before any score is, ``Undecided`` for numbers with symbols (factorised: when they decide). Source:
    [lauritzen2001] (elimination), [land1960] (branch and bound), [dinkelbach1967] (ratios).

    >>> import stop_button as sb
    >>> print(solve(sb.worlds.basic_button(), sb.counterfactual))
    counterfactual: 11 by none, the best of 5 policies (factorised; 1 with this score)
    >>> best = solve(sb.worlds.office(), sb.conditional_counterfactual)
    >>> bool(best), best.score, str(best.policy)
    (True, Fraction(4, 1), 'work')
    """
    _check(utility, method, mixed)
    if tied is not None:
        return _tied(world, utility, tied, most, method, mixed)
    if mixed:
        return _mixed(world, utility)
    if method == LOCAL_SEARCH:
        return _climbed(world, utility, seed, starts)
    if method == BACKWARD_INDUCTION or (method is None and len(world.decisions) > 1):
        over_time = _over_time(world, utility, forced=method is not None)
        if over_time is not None:
            return over_time
    found = _factorised(world, utility, forced=method is not None) if method != BRANCH_AND_BOUND else None
    return found or _branched(world, utility, most, seed)


def _check(utility: Any, method: str | None, mixed: bool) -> None:
    if not isinstance(utility, Utility):
        raise WrongShape(f"{utility!r} is no utility; give it a name: sb.Utility('mine', ...)")
    if method is not None and method not in METHODS:
        raise WrongShape(f"there is no method {method!r}; there are: {', '.join(METHODS)}{suggestion(method, METHODS)}")
    if method is not None and mixed != (method == LINEAR_PROGRAM):
        fix = "leave method= out, or mixed=True" if mixed else "type mixed=True"
        raise WrongShape(f"method={method!r} finds {'no ' if mixed else ''}policies that draw lots; {fix}")


def _over_time(world: World, utility: Utility, *, forced: bool) -> Solution | None:
    try:
        found = _once(world, utility)
    except TooLarge:
        if forced:
            raise
        return None
    if isinstance(found, str):
        if forced:
            raise WrongShape(f"{found}; backward induction does not apply; leave method= out")
        return None
    solution, recalled = found
    if not recalled and not forced and world.policies.size <= FEW_POLICIES:
        return None
    return replace(solution, world=world, utility=utility, policy=world.policy(solution.policy))


@lru_cache(maxsize=64)
def _once(world: World, utility: Utility) -> tuple[Solution, bool] | str:
    """The solution by backward induction without its states, kept for who asks again; and whether decisions recall what they need."""
    found = solve_sequence(world, utility)
    if isinstance(found, str):
        return found
    solved = Solution(world, utility, found.policy, found.score, found.bound, found.ties, BACKWARD_INDUCTION, found.states, bool(found))
    return solved, found.optimal is not None


def _tied(world: World, utility: Utility, tied: Iterable[Iterable[str]], most: int, method: str | None, mixed: bool) -> Solution:
    if mixed or method not in (None, BRANCH_AND_BOUND):
        raise WrongShape(
            "tied decisions are solved by method='branch and bound', for policies that draw no lots; leave method= and mixed= out"
        )
    found = solve_tied(world, utility, tied, most=most)
    if isinstance(found, str):
        raise WrongShape(f"{found}; decisions are tied for a weighted sum of means whose conditions no policy makes more or less likely")
    return Solution(world, utility, found.policy, found.score, found.bound, None, TIED, found.states, bool(found))


def _factorised(world: World, utility: Utility, *, forced: bool) -> Solution | None:
    polynomial = single_polynomial(utility.formula, world)
    if polynomial is None:
        if forced:
            raise WrongShape(
                f"{utility} is not one polynomial in the policy in {world.title}: that takes a weighted sum of means whose conditions no "
                f"policy makes more or less likely; type method={BRANCH_AND_BOUND!r}, or leave method= out"
            )
        return None
    try:
        best = maximised(polynomial, world.decisions)
    except TooLarge:
        if forced:
            raise
        return None
    score = best.expected_utility
    return Solution(world, utility, world.policy(best.policy), score, score, best.count, FACTORISED, len(best.stages), True)


def _framed(world: World, utility: Utility) -> Frame:
    return framed(in_ratios(utility.formula, world), world.policies)


def _branched(world: World, utility: Utility, most: int, seed: int) -> Solution:
    frame = _framed(world, utility)

    def score(picks: Picks) -> Number:
        return score_or_undefined(utility.formula, world, frame.policy(picks))

    found = branched(frame, score, most=most, seed=seed)
    if found.picks is None:
        if found.proved:
            raise Impossible(f"in {world.title}, {utility} is undefined under every policy: each makes a condition impossible")
        raise TooLarge(f"among {found.looked_at:,} partial policies of {world.title} none with a score was found; type most={10 * most}")
    policy = world.policy(frame.policy(found.picks))
    return Solution(world, utility, policy, found.score, found.bound, None, BRANCH_AND_BOUND, found.looked_at, found.proved)


def _climbed(world: World, utility: Utility, seed: int, starts: int) -> Solution:
    frame, looked_at = _framed(world, utility), 0
    best: tuple[Policy, Number] | None = None
    try:
        for climb in climbs(frame, seed=seed, starts=starts):
            looked_at += climb.looked_at
            policy = frame.policy(climb.picks)
            score = score_or_undefined(utility.formula, world, policy)
            if defined(score) and (best is None or score > best[1]):
                best = policy, score
    except KeyboardInterrupt:
        pass
    if best is None:
        raise Impossible(
            f"in {world.title}, {starts} climbs met no policy for which {utility} is defined; type starts={10 * starts}, or "
            f"method={BRANCH_AND_BOUND!r}, which proves whether there is one"
        )
    return Solution(world, utility, world.policy(best[0]), best[1], None, None, LOCAL_SEARCH, looked_at, False)


def _mixed(world: World, utility: Utility) -> Solution:
    parts = linear_parts(utility.formula, world)
    spoken = {act[:2] for part in parts for line in (part.top, part.bottom) for act in line.weights}
    best = mixed_best(parts, [slot for slot in world.policies.slots if slot[:2] in spoken])
    policy = world.policy(_drawing(world, best.lots))
    score = score_of(utility.formula, world, policy)
    return Solution(world, utility, policy, score, best.bound, None, LINEAR_PROGRAM, best.programs, score == best.bound)


def _drawing(world: World, lots: Lots) -> Policy:
    """The policy that draws these lots, and takes the first option where it makes no difference."""
    shares: dict[Any, dict[Any, Number]] = {}
    for (name, seen, option), share in lots.items():
        shares.setdefault((name, seen), {})[option] = share
    return world.policies.filled({slot: next(iter(of)) if len(of) == 1 else Dist(of) for slot, of in shares.items()})
