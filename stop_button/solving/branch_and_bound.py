"""Branch and bound: partial policies, the most promising first, until nothing that is left can beat the best policy found.

What is as good as the best is counted afterwards, where few partial policies can be as good.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, cast

from causalkit.errors import WrongFile
from causalkit.values.exact import Number, count
from stop_button.bookmarks import NOWHERE, Bookmark
from stop_button.evaluation.undefined import defined
from stop_button.solving.local_search import climbs
from stop_button.solving.relaxation import Bound, bound
from stop_button.solving.symmetry import Symmetry, symmetry
from stop_button.solving.term_matrix import PartialAssignment, SearchProblem, suits_floats

__all__ = ["Found", "branched", "ties_counted"]

NEAR = Fraction(1, 10**9)
FEW_STARTS = 8
MOST_MORE = 200
"""So many partial policies more than the search has looked at are looked at to count ties."""

DIGITS = 10**9

Score = Callable[[PartialAssignment], Number]
"""The exact score of an assignment to every slot, or ``UNDEFINED``."""

Entry = tuple[Number, int, int, PartialAssignment, Bound]


@dataclass(frozen=True)
class Found:
    """What a search found: the best assignment and its score (``None``: none has one), and the most that any policy can score.

    ``bound`` is ``None`` when no bound is known; ``proved`` says that nothing is better, or that nothing is defined.
    """

    assignment: PartialAssignment | None
    score: Number | None
    bound: Number | None
    looked_at: int
    proved: bool


def branched(problem: SearchProblem, score: Score, *, most: int, seed: int = 0, mark: Bookmark = NOWHERE) -> Found:
    """The best policy of a problem, from at most ``most`` partial policies; an interruption keeps what was found.

    Bounds in floats order the search and drop what is clearly worse; what is as good as the best found, as far as floats can tell, is
    bounded again in fractions, and dropped when it cannot be better. Of policies that differ by an exchange of options or of slots which
    changes nothing, one is looked at. ``mark`` keeps what waits, and a search that was put down goes on from there.
    Source: [land1960] (the method).

    >>> import stop_button as sb
    >>> from stop_button.evaluation.policy_polynomial import score_of
    >>> from stop_button.solving.fractional_form import in_ratios
    >>> from stop_button.solving.term_matrix import search_problem
    >>> button, ccmin = sb.worlds.basic_button(), sb.ccmin.formula
    >>> problem = search_problem(in_ratios(ccmin, button), button.policies)
    >>> found = branched(problem, lambda assignment: score_of(ccmin, button, problem.policy(assignment)), most=100)
    >>> found.score, found.proved
    (Fraction(11, 1), True)
    """
    exactly = problem.exact_twin()
    search = _Search(problem, problem if suits_floats(problem.tree) else exactly, exactly, symmetry(problem), score, most)
    with mark.kept(search.state):
        try:
            if mark.state is None:
                search.start(seed)
            else:
                mark.picked_up(search.go_on, None)
            search.run(mark)
        except KeyboardInterrupt:
            search.stopped = True
    return search.found()


def ties_counted(problem: SearchProblem, score: Score, found: Found) -> tuple[int | None, str]:
    """How many policies score what a search has proved to be best, or ``None`` and why they are not counted.

    Slots that make no difference, which a problem leaves out, are counted with every option.

    >>> import stop_button as sb
    >>> sb.solve(sb.worlds.office(), sb.conditional_counterfactual).ties
    2
    """
    if not found.proved or found.score is None:
        return None, ""
    most = found.looked_at + MOST_MORE
    try:
        ties = _ties(problem, score, found.score, most)
    except KeyboardInterrupt:
        return None, "stopped before they were"
    return ties, f"more than {most:,} partial policies would have to be looked at" if ties is None else ""


def _ties(problem: SearchProblem, score: Score, best: Number, most: int) -> int | None:
    relaxed = problem if suits_floats(problem.tree) else problem.exact_twin()
    waiting: list[PartialAssignment] = [()]
    ties = 0
    for _ in range(most):
        if not waiting:
            break
        partial = waiting.pop()
        if len(partial) == len(problem.sizes):
            ties += score(partial) == best
        elif (above := bound(relaxed, partial)) is not None and _most(above) >= best:
            waiting += [(*partial, option) for option in range(problem.sizes[len(partial)])]
    return None if waiting else ties * (problem.space.size // math.prod(problem.sizes))


@dataclass
class _Search:
    """The state of a search: partial policies that wait, by falling bound, and the best policy so far.

    ``rough`` is climbed in, ``problem`` gives the bounds, in floats where they can be trusted, and ``exactly`` those that decide.
    """

    rough: SearchProblem
    problem: SearchProblem
    exactly: SearchProblem
    symmetry: Symmetry
    score: Score
    most: int
    assignment: PartialAssignment | None = None
    best: Number | None = None
    looked_at: int = 0
    stopped: bool = False
    offered: set[PartialAssignment] = field(default_factory=set)
    waiting: list[Entry] = field(default_factory=list)
    open: Number = math.inf
    """The bound of what is being looked at right now, so that an interruption forgets nothing."""
    at: PartialAssignment | None = ()
    """What is being looked at right now."""

    def start(self, seed: int) -> None:
        for climb in climbs(self.rough, seed=seed, starts=FEW_STARTS):
            self.offer(climb.assignment)
        self.push(())
        self.at, self.open = None, -math.inf

    def state(self) -> dict[str, Any]:
        """What another run needs in order to go on."""
        waiting = [list(entry[3]) for entry in self.waiting] + ([] if self.at is None else [list(self.at)])
        return {"best": self.assignment and list(self.assignment), "waiting": waiting, "looked_at": self.looked_at}

    def go_on(self, state: Any) -> None:
        """Take up what another run left, each partial policy with its bound worked out again."""
        sizes, best = self.problem.sizes, state["best"]
        for one in [*state["waiting"], *([] if best is None else [best])]:
            if len(one) > len(sizes) or not all(count("option", i, least=0) < n for i, n in zip(one, sizes, strict=False)):
                raise WrongFile("a partial policy in it is none of this world")
        if best is not None:
            if len(best) < len(sizes):
                raise WrongFile("its best policy does not say everything")
            self.offer(tuple(best))
        for partial in state["waiting"]:
            self.push(tuple(partial))
        self.looked_at = count("looked_at", state["looked_at"], least=0)
        self.at, self.open = None, -math.inf

    def run(self, mark: Bookmark) -> None:
        while self.waiting:
            mark.keep(self.state)
            if self.looked_at >= self.most:
                self.stopped = True
                return
            self.open, self.at = -self.waiting[0][0], self.waiting[0][3]
            _, _, _, partial, found = heapq.heappop(self.waiting)
            if not self.beaten(found) and not self.exactly_beaten(partial, found):
                self.branch(partial, found)
            self.at, self.open = None, -math.inf

    def branch(self, partial: PartialAssignment, found: Bound) -> None:
        self.offer(found.hint)
        if len(partial) < len(self.problem.sizes):
            for option in self.symmetry.extensions(partial):
                self.push((*partial, option))

    def push(self, partial: PartialAssignment) -> None:
        self.looked_at += 1
        found = bound(self.problem, partial)
        if found is not None and not self.beaten(found):
            heapq.heappush(self.waiting, (-_most(found), -len(partial), self.looked_at, partial, found))

    def offer(self, assignment: PartialAssignment) -> None:
        if assignment in self.offered:
            return
        self.offered.add(assignment)
        score = self.score(assignment)
        if defined(score) and (self.best is None or score > self.best):
            self.assignment, self.best = assignment, score

    def beaten(self, found: Bound) -> bool:
        return self.best is not None and _most(found) <= self.best

    def exactly_beaten(self, partial: PartialAssignment, found: Bound) -> bool:
        """Whether a bound in fractions drops what the bound in floats was too close to drop."""
        if self.best is None or found.value is None or self.problem.exactly:
            return False
        if found.value - found.slack > self.best + NEAR * max(1, abs(self.best)):
            return False
        exactly = bound(self.exactly, partial)
        return exactly is None or self.beaten(exactly)

    def found(self) -> Found:
        left = max(self.open, *(-entry[0] for entry in self.waiting), -math.inf) if self.stopped else -math.inf
        proved = left == -math.inf or (self.best is not None and left <= self.best)
        return Found(self.assignment, self.best, self.best if proved else _rounded_up(left), self.looked_at, proved)


def _most(found: Bound) -> Number:
    return math.inf if found.value is None else found.value + found.slack


def _rounded_up(value: Number) -> Number | None:
    return None if value == math.inf else Fraction(math.ceil(Fraction(cast("Fraction", value)) * DIGITS), DIGITS)
