"""A best policy, with what proves that no other is better, and the method by which it was found."""

from __future__ import annotations

import math
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Final, Literal, cast, get_args

from causalkit.loading import later
from causalkit.values.exact import Number
from causalkit.values.render import html_text, number
from stop_button.decision.policy import Policy
from stop_button.decision.world import World
from stop_button.evaluation.utility import Utility

__all__ = [
    "BACKWARD_INDUCTION", "BRANCH_AND_BOUND", "FACTORISED", "LINEAR_PROGRAM", "LOCAL_SEARCH", "METHOD_NAMES", "OVER_STATES",
    "SUBDIVISION", "SUBDIVISION_TIED", "TIED", "MethodName", "Solution",
]  # fmt: skip

MethodName = Literal[
    "factorised", "backward induction", "branch and bound", "branch and bound over states", "branch and bound over tied rules",
    "local search", "linear program", "subdivision", "subdivision over tied rules",
]  # fmt: skip
"""How a policy was found."""

FACTORISED: Final = "factorised"
BACKWARD_INDUCTION: Final = "backward induction"
BRANCH_AND_BOUND: Final = "branch and bound"
OVER_STATES: Final = "branch and bound over states"
TIED: Final = "branch and bound over tied rules"
LOCAL_SEARCH: Final = "local search"
LINEAR_PROGRAM: Final = "linear program"
SUBDIVISION: Final = "subdivision"
SUBDIVISION_TIED: Final = "subdivision over tied rules"
METHOD_NAMES: Final[tuple[MethodName, ...]] = get_args(MethodName)

_DRAWN = "all policies that draw lots"
_AMONG: Final[dict[str, str]] = {
    TIED: "all tied policies", LINEAR_PROGRAM: _DRAWN, SUBDIVISION: _DRAWN, SUBDIVISION_TIED: "all tied policies that draw lots",
}  # fmt: skip

WIDE = 100
LONGEST_NUMBER = 16
LARGEST_FLOAT = Fraction(10**300)


@dataclass(frozen=True)
class Solution:
    """A policy, its exact score, and what no policy exceeds; truthy when that proves the policy to be a best one.

    ``bound`` is ``None`` where nothing is known. ``ties`` counts all best policies where the method can, else it is ``None``; of
    decisions that share a rule it counts the rules.
    ``looked_at`` counts what the method looks at: slots (factorised), discovered states (where states are), partial
    policies (branch and bound), policies (local search), programs (linear program), parts of the space of chances (subdivision). ``why``
    says what it would have taken to count ties that the method did not count, where it knows.
    """

    world: World
    utility: Utility
    policy: Policy
    score: Number
    bound: Number | None
    ties: int | None
    method: MethodName
    looked_at: int
    proved: bool
    why: str = ""

    def __bool__(self) -> bool:
        return self.proved

    def __str__(self) -> str:
        policy = str(self.policy)
        by = f" by {policy}" if len(policy) <= WIDE else ""
        return f"{self.utility.name}: {_short(self.score)}{by}, {self._claim}" + ("" if by else f"\n{policy}")

    @property
    def _claim(self) -> str:
        """What is proved, and how."""
        among = _AMONG.get(self.method) or _count(self.world.policies.size, "policy", "policies")
        if self.method == LOCAL_SEARCH:
            return f"the best found of {among} (local search: nothing is proved; {self.looked_at:,} looked at)"
        if self.proved:
            return f"the best of {among} ({self.method}; {self._work})"
        if self.method == BACKWARD_INDUCTION and self.bound is not None:
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
        if self.method in (BACKWARD_INDUCTION, TIED, OVER_STATES):
            return f"{_count(self.looked_at, 'state', 'states')}, {self._ties}"
        if self.method == BRANCH_AND_BOUND:
            return f"{_count(self.looked_at, 'partial policy', 'partial policies')} looked at, {self._ties}"
        if self.method in (SUBDIVISION, SUBDIVISION_TIED):
            return f"{_count(self.looked_at, 'part', 'parts')} of the space of chances, ties not counted"
        return _count(self.looked_at, "program", "programs")

    @property
    def _ties(self) -> str:
        if self.ties is not None:
            return f"{_size(self.ties)} with this score"
        return f"ties not counted: {self.why}" if self.why else "ties not counted"

    def __repr__(self) -> str:
        return str(self)

    def _repr_html_(self) -> str:
        return f"<p>{'<br>'.join(map(html_text, str(self).splitlines()))}</p>"


def _short(value: Number) -> str:
    text = number(value)
    is_whole = "/" not in text
    if len(text) <= (WIDE if is_whole else LONGEST_NUMBER):
        return text
    fits = 1 / LARGEST_FLOAT < abs(value) < LARGEST_FLOAT
    if fits:
        return f"about {float(value):.10g}"
    ratio = cast("Fraction", value)
    return f"about {Decimal(ratio.numerator) / Decimal(ratio.denominator):.10g}"


def _count(many: int, one: str, more: str) -> str:
    return f"{_size(many)} {one if many == 1 else more}"


def _size(many: int) -> str:
    return f"{many:,}" if many < 10**30 else f"more than 10^{math.floor((many.bit_length() - 1) * math.log10(2))}"


__getattr__, __dir__ = later(__name__, __all__, {}, {"solve": "stop_button.solving:solve"})
