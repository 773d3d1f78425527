"""A problem that ``solve`` is given, and what every method is: which problems it accepts, and what it makes of one."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol

from causalkit.errors import WrongShape, suggestion
from stop_button.bookmarks import NOWHERE, Bookmark, digest
from stop_button.decision.policy import Policy
from stop_button.decision.world import World
from stop_button.evaluation.policy_polynomial import score_or_undefined
from stop_button.evaluation.undefined import Score
from stop_button.evaluation.utility import Utility, as_utility
from stop_button.grounding.resolving import resolved
from stop_button.language.algebra import Formula
from stop_button.solving.fractional_form import in_ratios, single_polynomial
from stop_button.solving.solution import (
    BRANCH_AND_BOUND,
    LINEAR_PROGRAM,
    METHOD_NAMES,
    SUBDIVISION,
    SUBDIVISION_TIED,
    TIED,
    MethodName,
    Solution,
)
from stop_button.solving.term_matrix import SearchProblem, search_problem
from stop_button.solving.variable_elimination import Polynomial

__all__ = ["Method", "Problem", "Ties", "check_question", "groups_of"]

Ties = tuple[tuple[str, ...], ...]
"""Groups of decisions that follow one rule each."""


@dataclass(frozen=True)
class Problem:
    """A world and a utility of which a best policy is wanted, and how far to look for it.

    ``method`` is the one asked for, if any; ``mixed`` wants a behavioural policy, ``tied`` one rule for each group of
    decisions; ``most``, ``seed`` and ``starts`` bound searches, and ``resume`` names a file that keeps where branch and bound stands.
    """

    world: World
    utility: Utility
    method: MethodName | None = None
    mixed: bool = False
    most: int = 100_000
    seed: int = 0
    starts: int = 20
    tied: Ties | None = None
    resume: str | Path | None = None

    @property
    def is_plain(self) -> bool:
        """Whether it asks for a policy that draws no lots and may do as it likes at each decision."""
        return not self.mixed and self.tied is None

    @property
    def ties_decisions(self) -> bool:
        """Whether some decisions follow one rule: an empty list ties none, and neither does a group of one."""
        return any(len(group) > 1 for group in self.tied or ())

    @cached_property
    def formula(self) -> Formula:
        """The utility's formula, with everything found that the world alone decides."""
        return resolved(self.utility.formula, self.world)  # type: ignore[no-any-return]

    @cached_property
    def polynomial(self) -> Polynomial | None:
        """The one polynomial in the policy that the utility is, or ``None`` when it is not one."""
        return single_polynomial(self.formula, self.world)

    def score(self, policy: Policy) -> Score:
        """The exact score of a policy, or ``UNDEFINED``."""
        return score_or_undefined(self.formula, self.world, policy)

    def mark(self) -> Bookmark:
        """Where branch and bound keeps how far it is."""
        if self.resume is None:
            return NOWHERE
        world = f"{self.world.title} {digest(self.world)}"
        return Bookmark(self.resume, {"work": "branch and bound", "world": world, "utility": repr(self.utility), "seed": str(self.seed)})

    def in_term_matrices(self) -> SearchProblem:
        """The same as ratios whose monomials are rows of arrays."""
        return search_problem(in_ratios(self.formula, self.world), self.world.policies)


class Method(Protocol):
    """One way to find a best policy."""

    @property
    def name(self) -> MethodName:
        """What the method is called, as in ``solve(..., method=...)``."""

    def accepts(self, problem: Problem) -> bool:
        """Whether a problem that asks for no method may be given to this one; raises ``TooLarge`` where finding that out is too much."""

    def apply(self, problem: Problem) -> Solution:
        """The policy found; raises ``WrongShape`` for a problem that does not fit, ``TooLarge`` for one that is too large."""


EXAMPLE = [["act[1]", "act[2]"]]
"""A group of decisions that follow one rule, as it is typed."""


def groups_of(tied: Any) -> Ties:
    """Groups of decisions as ``solve(..., tied=)`` is given them; raises ``WrongShape``."""
    try:
        listed = list(tied)
        groups = tuple((None,) if isinstance(group, str) else tuple(group) for group in listed)
    except TypeError:
        listed, groups = [], ((None,),)
    if isinstance(tied, str) or not all(isinstance(name, str) for group in groups for name in group):
        meant = [listed] if len(listed) > 1 and all(isinstance(name, str) for name in listed) and not isinstance(tied, str) else EXAMPLE
        raise WrongShape(f"tied={tied!r} is no list of groups of decisions; type tied={meant!r}, or tied=[] for none")
    return groups


def check_question(utility: Any, method: str | None, mixed: bool, tied: Ties | None) -> None:
    """That a method exists, and finds policies of the kind that is asked for; raises ``WrongShape``."""
    as_utility(utility)
    if method is not None and method not in METHOD_NAMES:
        raise WrongShape(f"there is no method {method!r}; there are: {', '.join(METHOD_NAMES)}{suggestion(method, METHOD_NAMES)}")
    if tied is not None and method not in ((None, SUBDIVISION, SUBDIVISION_TIED) if mixed else (None, BRANCH_AND_BOUND, TIED)):
        ways = f"{TIED!r}, and with mixed=True by method={SUBDIVISION_TIED!r}"
        raise WrongShape(f"tied decisions are solved by method={ways}; leave method= out")
    if tied is None and method in (TIED, SUBDIVISION_TIED):
        raise WrongShape(f"method={method!r} asks which decisions follow one rule; type tied={EXAMPLE!r}, or tied=[] for none")
    if method is not None and mixed != (method in (LINEAR_PROGRAM, SUBDIVISION, SUBDIVISION_TIED)):
        fix = "leave method= out, or mixed=True" if mixed else "type mixed=True"
        raise WrongShape(f"method={method!r} finds {'no ' if mixed else ''}policies that draw lots; {fix}")
