"""One policy compared with another by several formulas at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from causalkit.errors import WrongShape
from causalkit.values.arguments import checked
from causalkit.values.exact import Number, less
from causalkit.values.render import Printed
from stop_button.decision.policy import Policy
from stop_button.decision.world import World
from stop_button.evaluation.policy_polynomial import score_or_undefined
from stop_button.evaluation.undefined import Score, defined, score_text
from stop_button.language.algebra import Formula, formula

__all__ = ["Dominance", "Relation", "dominates"]

Relation = Literal["dominates", "is dominated by", "equals", "is incomparable with"]
"""How one policy stands to another."""


@dataclass(frozen=True)
class Dominance(Printed):
    """How one policy stands to another by several formulas: truthy when it is at least as good by each and better by one.

    ``scores`` are those of both policies by each formula. A formula undefined under both says nothing; undefined under one of them it
    makes the two incomparable.
    """

    policy: Policy
    other: Policy
    by: tuple[Formula, ...]
    scores: tuple[tuple[Score, Score], ...]
    relation: Relation

    def __bool__(self) -> bool:
        return self.relation == "dominates"

    @property
    def undefined(self) -> tuple[Formula, ...]:
        """The formulas that have a value under one of the two policies only."""
        return tuple(f for f, (mine, theirs) in zip(self.by, self.scores, strict=True) if defined(mine) != defined(theirs))

    def __str__(self) -> str:
        numbers = "; ".join(
            f"{f}: {score_text(mine)} against {score_text(theirs)}" for f, (mine, theirs) in zip(self.by, self.scores, strict=True)
        )
        return f"{self.policy} {self.relation} {self.other} ({numbers})"

    def __repr__(self) -> str:
        return str(self)


@checked
def dominates(world: World, policy: Any, other: Any, *, by: Iterable[Any]) -> Dominance:
    """Whether a policy is at least as good as another by each of several formulas, and better by one.

    :param world: where both are scored.
    :param policy: the one that may dominate; a policy, or what ``world.policy`` makes one of.
    :param other: the one that it is compared with.
    :param by: formulas, one or more.
    :returns: a ``Dominance``, truthy when the first dominates the second.
    :raises WrongShape: without a formula.
    :raises Undecided: when symbols decide.

    >>> import stop_button as sb
    >>> print(dominates(sb.worlds.basic_button(), "none", "self_press", by=[sb.E(sb.V), sb.E(sb.B)]))
    none is incomparable with self_press (E[V]: 6.96 against -0.01; E[B]: 0.304 against 1)
    """
    formulas = tuple(formula(f) for f in by)
    if not formulas:
        raise WrongShape("policies are compared by one or more formulas; type dominates(world, a, b, by=[E(V)])")
    mine, theirs = world.policy(policy), world.policy(other)
    scores = tuple((score_or_undefined(f, world, mine), score_or_undefined(f, world, theirs)) for f in formulas)
    return Dominance(mine, theirs, formulas, scores, _relation(scores))


def _relation(scores: Sequence[tuple[Score, Score]]) -> Relation:
    if any(defined(a) != defined(b) for a, b in scores):
        return "is incomparable with"
    pairs: list[tuple[Number, Number]] = [(a, b) for a, b in scores if defined(a) and defined(b)]
    better, worse = any(less(b, a) for a, b in pairs), any(less(a, b) for a, b in pairs)
    if better and worse:
        return "is incomparable with"
    return "dominates" if better else "is dominated by" if worse else "equals"
