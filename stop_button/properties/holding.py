"""Whether a test holds of a policy in a world, with the numbers that decide it; and named tests."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from causalkit.errors import WrongShape
from causalkit.values.arguments import checked
from causalkit.values.exact import less, tidy
from causalkit.values.render import Printed, html_text
from stop_button.decision.policy import Policy
from stop_button.decision.world import World
from stop_button.evaluation.policy_polynomial import score_of, score_or_undefined
from stop_button.evaluation.undefined import UNDEFINED, Score, Undefined, defined, score_text
from stop_button.grounding.resolving import resolved
from stop_button.language.arithmetic import truth_of_means
from stop_button.language.tests import Comparison, Test, comparisons
from stop_button.loading.by_name import meant

__all__ = ["Failure", "Holds", "Margin", "Property", "holds"]


@dataclass(frozen=True)
class Margin(Printed):
    """The two sides of one comparison under a policy; ``margin`` is by how much it holds, negative where it fails."""

    test: Comparison
    left: Score
    right: Score

    @property
    def margin(self) -> Score:
        """How far the left side lies on the right side of the comparison; for ``==`` minus their distance."""
        if not defined(self.left) or not defined(self.right):
            return UNDEFINED
        gap = self.left - self.right
        if self.test.relation == "==":
            return tidy(-gap if not less(gap, gap - gap) else gap)
        return tidy(-gap if self.test.relation in ("<=", "<") else gap)

    def __str__(self) -> str:
        return f"{self.test}: {score_text(self.left)} against {score_text(self.right)}"


@dataclass(frozen=True)
class Holds:
    """Whether a test holds of a policy: truthy when it does. ``value`` is True, False or ``UNDEFINED``; ``evidence`` holds the numbers.

    A test that is undefined does not hold, and its negation does not hold either.
    """

    test: Test
    world: World
    policy: Policy
    value: bool | Undefined
    evidence: tuple[Margin, ...]

    def __bool__(self) -> bool:
        return self.value is True

    def __str__(self) -> str:
        said = "is undefined" if self.value is UNDEFINED else "holds" if self.value else "does not hold"
        numbers = "; ".join(map(str, self.evidence))
        return f"{self.test} {said} of {self.policy} in {self.world.title} ({numbers})"

    def __repr__(self) -> str:
        return str(self)

    def _repr_html_(self) -> str:
        return f"<p>{html_text(str(self))}</p>"


@dataclass(frozen=True)
class Failure(Printed):
    """A test that was claimed of a policy, as a doubt: truthy when the test does not hold, open when it is undefined."""

    name: str
    held: Holds

    def __bool__(self) -> bool:
        return self.held.value is False

    @property
    def kind(self) -> str:
        """What was claimed."""
        return self.name

    @property
    def sign(self) -> Literal["positive", "zero", "open"]:
        """Whether the claim fails, holds, or is open."""
        return "open" if self.held.value is UNDEFINED else "positive" if self else "zero"

    def __str__(self) -> str:
        return f"{self.name}: {self.held}"


@checked
def holds(test: Test, world: World, policy: Any) -> Holds:
    """Whether a test holds of a policy in a world, with both sides of each comparison.

    :param test: a comparison of formulas, or several put together.
    :param world: where it is asked.
    :param policy: of whom it is asked; a policy, or what ``world.policy`` makes one of. It may draw lots.
    :returns: a ``Holds``, truthy when the test holds; its value is ``UNDEFINED`` where the test is.
    :raises WrongShape: for what is no test.
    :raises Undecided: when symbols decide.
    :raises MissingRole: for a role that the world does not have.

    >>> import stop_button as sb
    >>> stoppable = sb.E(sb.B.had(intent=sb.STOP)) >= 1
    >>> bool(holds(stoppable, sb.worlds.office(), "work"))
    True
    >>> print(holds(stoppable, sb.worlds.office(), "cut the wire"))
    E[B_s] >= 1 does not hold of cut the wire in office (E[B_s] >= 1: 0 against 1)
    """
    if not isinstance(test, Test):
        raise WrongShape(
            f"{test!r} is no test; " + (meant(test, "Test") or "compare formulas, as in E(V) >= 1, and put tests together with &, | and ~")
        )
    chosen = world.policy(policy)
    found = resolved(test, world)
    value = truth_of_means(found, lambda mean: score_of(mean, world, chosen))
    margins = tuple(
        Margin(each, score_or_undefined(each.left, world, chosen), score_or_undefined(each.right, world, chosen))
        for each in dict.fromkeys(comparisons(found))
    )
    return Holds(test, world, chosen, UNDEFINED if value is None else value, margins)


@dataclass(frozen=True)
class Property(Printed):
    """A named test with its source; called on a world and a policy it says whether it holds.

    >>> import stop_button as sb
    >>> obedient = Property("obedient", sb.E(sb.B.had(intent=sb.STOP)) >= 1)
    >>> print(obedient)
    obedient: E[B_s] >= 1
    >>> bool(obedient(sb.worlds.basic_button(), "none"))
    True
    """

    name: str
    test: Test
    source: str = field(default="", compare=False, kw_only=True)
    meaning: str = field(default="", compare=False, kw_only=True)

    @checked
    def __call__(self, world: World, policy: Any) -> Holds:
        """Whether the property holds of a policy in a world, with the numbers that decide it."""
        return holds(self.test, world, policy)

    def __str__(self) -> str:
        return f"{self.name}: {self.test}"

    def __repr__(self) -> str:
        return f"Property({self.name!r}, {self.test!r})"
