"""What ``solve`` tries, one method after the other: each says which problems it accepts, and what it makes of one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, cast

from causalkit.errors import Impossible, TooLarge, WrongShape
from causalkit.values.arguments import checked
from causalkit.values.exact import Number, count
from stop_button.decision.policy import Policy
from stop_button.decision.world import World
from stop_button.evaluation.undefined import defined, nowhere_defined
from stop_button.evaluation.utility import Utility, say_whose
from stop_button.language.constraints import Infeasible, SubjectTo
from stop_button.language.information import Shannon
from stop_button.language.parts import contains
from stop_button.solving.branch_and_bound import branched, ties_counted
from stop_button.solving.local_search import climbs
from stop_button.solving.methods_with_lots import LinearProgram, Subdivision
from stop_button.solving.problem import Method, Problem, check_question, groups_of
from stop_button.solving.sequences.answers import SequenceAnswer, sequence_answer
from stop_button.solving.sequences.counting import MOST_STANDINGS
from stop_button.solving.sequences.sequence import solve_tied
from stop_button.solving.solution import (
    BACKWARD_INDUCTION,
    BRANCH_AND_BOUND,
    FACTORISED,
    LOCAL_SEARCH,
    OVER_STATES,
    TIED,
    MethodName,
    Solution,
)  # fmt: skip
from stop_button.solving.term_matrix import PartialAssignment
from stop_button.solving.variable_elimination import maximised

__all__ = ["METHODS", "solve"]

FEW_POLICIES = 1_000_000
"""So many policies at most are given to other methods when decisions recall too little for backward induction to count the ties."""

FEW_PARTS = 4_000
"""So many sets of choices at most are written out to count the ties of an answer that the induction has proved already."""

INDUCTIONS = 500
"""A partial rule over states takes as long as so many partial policies, so that fewer of them are looked at."""

UNCOUNTED = f"more than {MOST_STANDINGS:,} ways in which policies may stand would have to be kept apart, or each for very long"
"""Why the ties of a formula of sums are not counted."""


@dataclass(frozen=True)
class Elimination:
    """One polynomial in the policy, by eliminating one information set after the other."""

    name: Final[MethodName] = FACTORISED

    def accepts(self, problem: Problem) -> bool:
        return problem.is_plain and problem.polynomial is not None

    def apply(self, problem: Problem) -> Solution:
        world, utility = problem.world, problem.utility
        if problem.polynomial is None:
            raise WrongShape(
                f"{utility} is not one polynomial in the policy in {world.title}: that takes a weighted sum of means whose conditions no "
                f"policy makes more or less likely; type method={BRANCH_AND_BOUND!r}, or leave method= out"
            )
        best = maximised(problem.polynomial, world.decisions)
        score = best.expected_utility
        return Solution(world, utility, world.policy(best.policy), score, score, best.count, self.name, len(best.stages), True)


@dataclass(frozen=True)
class BackwardInduction:
    """Several decisions, from the last to the first, over the states in which they are met."""

    name: Final[MethodName] = BACKWARD_INDUCTION

    def accepts(self, problem: Problem) -> bool:
        if not problem.is_plain or len(problem.world.decisions) < 2:
            return False
        best = sequence_answer(problem.utility, problem.world)
        if isinstance(best, str):
            return False
        return best.recalls or problem.world.policies.size > FEW_POLICIES or self._too_many_to_count(best)

    def _too_many_to_count(self, best: SequenceAnswer) -> bool:
        """Whether it is proved to be best, and the method that would count the ties has far more to do."""
        return best.score == best.bound and best.parts is not None and best.parts > FEW_PARTS

    def apply(self, problem: Problem) -> Solution:
        world, utility = problem.world, problem.utility
        best = sequence_answer(utility, world)
        if isinstance(best, str):
            raise WrongShape(f"{best}; backward induction does not apply; leave method= out")
        policy, proved = world.policy(best.policy), best.score == best.bound
        return Solution(world, utility, policy, best.score, best.bound, best.ties, self.name, best.states, proved, self._why(best))

    def _why(self, best: SequenceAnswer) -> str:
        """Why ties are not counted: what it would take."""
        if best.parts is None or best.score != best.bound:
            return ""
        many = f"up to {best.parts:,.0f}" if best.parts < 10**15 else "very many"
        return f"{many} sets of choices would have to be written out; type method={FACTORISED!r} to try"


@dataclass(frozen=True)
class TiedRules:
    """One rule for each group of decisions, by branch and bound over the states of backward induction."""

    name: Final[MethodName] = TIED

    def accepts(self, problem: Problem) -> bool:
        return problem.tied is not None and not problem.mixed

    def apply(self, problem: Problem) -> Solution:
        name: MethodName = self.name if problem.ties_decisions else OVER_STATES
        return _over_states(problem, name, problem.most, "decisions are tied for formulas of means, without constraints")


@dataclass(frozen=True)
class OverStates:
    """Several decisions under a formula that no single induction solves, where there are too many policies for other methods."""

    name: Final[MethodName] = OVER_STATES

    def accepts(self, problem: Problem) -> bool:
        world = problem.world
        return problem.is_plain and problem.resume is None and len(world.decisions) > 1 and world.policies.size > FEW_POLICIES

    def apply(self, problem: Problem) -> Solution:
        most = max(1, problem.most // INDUCTIONS)
        return _over_states(problem, self.name, most, "branch and bound over states does not apply; leave method= out")


def _over_states(problem: Problem, name: MethodName, most: int, otherwise: str) -> Solution:
    """What the search over states finds; ``otherwise`` is what to say to a formula that it does not take."""
    world, utility = problem.world, problem.utility
    best = solve_tied(world, utility, problem.tied or (), most=most)
    if isinstance(best, str):
        raise WrongShape(f"{best}; {otherwise}")
    why = UNCOUNTED if best and best.ties is None else ""
    return Solution(world, utility, best.policy, best.score, best.bound, best.ties, name, best.states, bool(best), why)


@dataclass(frozen=True)
class BranchAndBound:
    """Partial policies, the most promising first, until nothing that is left can be better."""

    name: Final[MethodName] = BRANCH_AND_BOUND

    def accepts(self, problem: Problem) -> bool:
        return problem.is_plain

    def apply(self, problem: Problem) -> Solution:
        world, utility, search = problem.world, problem.utility, problem.in_term_matrices()

        def score(assignment: PartialAssignment) -> Number:
            return cast("Number", problem.score(search.policy(assignment)))

        found = branched(search, score, most=problem.most, seed=problem.seed, mark=problem.mark())
        if found.assignment is None:
            if found.proved and isinstance(problem.formula, SubjectTo):
                raise Infeasible(f"in {world.title}, {utility} is infeasible: no policy with a score passes every test")
            if found.proved:
                raise nowhere_defined(utility, world.title, "every policy that draws no lots")
            raise TooLarge(
                f"among {found.looked_at:,} partial policies of {world.title} none with a score was found; type most={10 * problem.most}"
            )
        policy = world.policy(search.policy(found.assignment))
        (ties, why), best = ties_counted(search, score, found), cast("Number", found.score)
        return Solution(world, utility, policy, best, found.bound, ties, self.name, found.looked_at, found.proved, why)


@dataclass(frozen=True)
class LocalSearch:
    """Climbs from several starts, one change at a time; it proves nothing, so it is tried when it is asked for."""

    name: Final[MethodName] = LOCAL_SEARCH

    def accepts(self, problem: Problem) -> bool:
        return False

    def apply(self, problem: Problem) -> Solution:
        world, utility, search, looked_at = problem.world, problem.utility, problem.in_term_matrices(), 0
        best: tuple[Policy, Number] | None = None
        try:
            for climb in climbs(search, seed=problem.seed, starts=problem.starts):
                looked_at += climb.looked_at
                policy = search.policy(climb.assignment)
                score = problem.score(policy)
                if defined(score) and (best is None or score > best[1]):
                    best = policy, score
        except KeyboardInterrupt:
            pass
        if best is None:
            raise Impossible(
                f"in {world.title}, {problem.starts} climbs met no policy for which {utility} is defined; "
                f"type starts={10 * problem.starts}, or method={BRANCH_AND_BOUND!r}, which proves whether there is one"
            )
        return Solution(world, utility, world.policy(best[0]), best[1], None, None, self.name, looked_at, False)


METHODS: Final[tuple[Method, ...]] = (
    TiedRules(), BackwardInduction(), Elimination(), OverStates(), BranchAndBound(), LocalSearch(), LinearProgram(), Subdivision(),
)  # fmt: skip
"""What is tried, in this order; a method that finds a problem too large hands it to the next that accepts it."""


@checked
def solve(
    world: World,
    utility: Utility,
    *,
    method: MethodName | None = None,
    mixed: bool = False,
    most: int = 100_000,
    seed: int = 0,
    starts: int = 20,
    tied: Iterable[Iterable[str]] | None = None,
    resume: str | Path | None = None,
) -> Solution:
    """A best policy of a world under a utility, found without listing the policies, and proved to be one.

    Without a ``method``: a weighted sum of means whose conditions no policy makes more or less likely is solved, where there are several
    decisions, by "backward induction" over the states that it discovers, in time that grows with them, else by elimination ("factorised");
    both for spaces of any size and with every tie counted. Where decisions recall too little for the induction, rules are searched over its
    states: elimination is taken where that proves nothing or where it counts the ties in little time, for up to a million policies, and
    else the answer of the search, which may be a local optimum with what no policy exceeds. Anything else is solved by "branch and bound",
    which looks at no more than ``most`` partial policies, and counts ties where that takes few more; stopped by that or by an interruption,
    it returns the best policy found, with what none exceeds. Several decisions with more than a million policies are solved by "branch and
    bound over states", whose bounds are inductions: sums, products and quotients of means, and the least and the most of them; of these
    ties are counted where few ways of deciding have to be kept apart. "local search" climbs, and proves nothing.

    With ``mixed``, policies may draw lots in each situation: for a weighted sum of means with one condition, or ``least(...)`` of such
    sums, each linear in the policy, by "linear program". A best mixed policy with probabilities that are no fractions, or that is
    approached and never reached, is not proved: ``score`` and ``bound`` then enclose what it is worth. Other sums, products, quotients,
    least and most of means are solved by "subdivision" of the space of chances, as far as a twentieth of ``most`` parts go; the search
    ends when score and bound lie closer than a billionth of what scores may differ by, or, where a divisor may be 0 so that nothing limits
    that, of the score. Constraints take the linear program.

    With ``tied``, groups of decisions such as ``[["act[1]", "act[2]"]]``, each group follows one rule, which is made best as one; with an
    empty list, decisions that recall too little are solved for sure, if ``most`` partial rules are enough. With ``mixed`` too, one rule
    draws lots, anew at each decision: what it is worth is a polynomial in its chances, and is solved by subdivision.

    Source: [lauritzen2001] (elimination), [land1960] (branch and bound), [dinkelbach1967] (ratios), [farouki2012] (bounds of polynomials).

    :param world: the world whose policies are searched.
    :param utility: what a policy is to have much of.
    :param method: one of the methods named above; the first that fits if left out.
    :param mixed: let policies draw lots.
    :param most: the most partial policies, or partial rules, that are looked at.
    :param seed: of the policies from which climbs start, a whole number from 0.
    :param starts: how many climbs "local search" makes, from 1.
    :param tied: groups of decisions that follow one rule each.
    :param resume: a file that keeps where "branch and bound" stands, written every few seconds and when it ends or is stopped; given
        again, the search goes on from there. The other methods write none.
    :returns: a policy with its exact score, truthy when it is proved to be a best one.
    :raises Impossible: when no policy of the kind that is searched has a defined score.
    :raises WrongShape: for a method that does not fit the formula.
    :raises TooLarge: when the limit is met before any score is.
    :raises WrongFile: for a file of another question.
    :raises Undecided: for numbers with symbols (factorised: when they decide).

    >>> import stop_button as sb
    >>> print(solve(sb.worlds.basic_button(), sb.counterfactual))
    counterfactual: 11 by none, the best of 5 policies (factorised; 1 with this score)
    >>> best = solve(sb.worlds.office(), sb.conditional_counterfactual)
    >>> bool(best), best.score, str(best.policy)
    (True, Fraction(4, 1), 'work')
    """
    ties = None if tied is None else groups_of(tied)
    check_question(utility, method, mixed, ties)
    say_whose(utility, world)
    most, seed, starts = count("most", most), count("seed", seed, least=0), count("starts", starts)
    problem = Problem(world, utility, method, mixed, most, seed, starts, ties, resume)
    if contains(problem.formula, Shannon):
        raise WrongShape(
            f"{utility} holds an entropy, of which no method of solve knows a bound; list the policies: sb.rank(world, utility)"
        )
    if method is not None and ties is None:
        return next(each for each in METHODS if each.name == method).apply(problem)
    return _first_answer(problem)


def _first_answer(problem: Problem) -> Solution:
    """What the first method says that accepts a problem and does not find it too large.

    Else what the last one finds, or that there are too many states, which says what to leave out of the world.
    """
    refusals: dict[MethodName, TooLarge | WrongShape] = {}
    for each in METHODS:
        try:
            if each.accepts(problem):
                return each.apply(problem)
        except TooLarge as error:
            refusals[each.name] = error
        except WrongShape as error:
            if not isinstance(each, OverStates | LinearProgram):
                raise  # what is no formula over states, or not linear in chances, may still be searched
            refusals[each.name] = error
    raise refusals.get(BACKWARD_INDUCTION, next(reversed(refusals.values())))
