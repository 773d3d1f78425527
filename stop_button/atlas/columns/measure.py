"""Definitions that no formula says: a function of a world and a policy, in bits. More of it is better."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from causalkit.errors import Undecided
from causalkit.values.channels import InBits
from causalkit.values.exact import is_zero, less
from causalkit.values.render import Printed
from stop_button.decision.policy import Policy
from stop_button.decision.world import World
from stop_button.definitions import goal_directedness, policy_modification
from stop_button.evaluation.evaluation import Evaluation
from stop_button.evaluation.utility import has_role

__all__ = ["MEASURES", "Measure", "largest_bits"]


@dataclass(frozen=True)
class Measure(Printed):
    """A function of a world and a policy, with what a world must have for it; it can be asked of what only formulas need not be asked of.

    ``reads`` are the variables or roles that it reads, ``decisions`` how many decisions a world may have, or None for any number.
    """

    name: str
    of: Callable[..., InBits] = field(repr=False)
    meaning: str = field(repr=False)
    source: str = field(repr=False)
    parameters: Mapping[str, Any] = field(default_factory=dict)
    reads: tuple[str, ...] = ()
    decisions: int | None = None

    def missing(self, world: World) -> tuple[str, ...]:
        """What a world lacks for it.

        >>> import stop_button as sb
        >>> MEASURES[1].missing(sb.worlds.two_coins()), MEASURES[0].missing(sb.worlds.ward_war_game())
        ((), ('way to ask this of 2 decisions',))
        """
        lacking = [name for name in self.reads if not has_role(world, name)]
        many = len(world.decisions)
        return (*lacking, *([f"way to ask this of {many} decisions"] if self.decisions not in (None, many) else []))

    @property
    def formula(self) -> Any:
        """What its policies are best by: itself, since nothing else says it."""
        return self

    def of_each(self, evaluation: Evaluation) -> Sequence[InBits]:
        """What it is under every policy, worked out once a world."""
        world = evaluation.world
        return evaluation.kept(f"atlas: {self}", lambda: tuple(self.of(world, policy, **self.parameters) for policy in world.policies))

    def best(self, evaluation: Evaluation) -> tuple[Policy, ...]:
        """The policies that have most of it; raises ``Undecided`` where enclosures leave that open."""
        return tuple(evaluation.world.policies[place] for place in largest_bits(self.of_each(evaluation)))

    def __str__(self) -> str:
        given = "".join(f", {name}={value!r}" for name, value in self.parameters.items())
        return f"{self.name}(world, policy{given})"


def largest_bits(each: Sequence[InBits]) -> tuple[int, ...]:
    """The places of the largest of some numbers of bits, all that are equal; raises ``Undecided`` where enclosures overlap.

    >>> from causalkit.values.channels import capacity
    >>> from causalkit import Dist
    >>> sure, noisy = Dist({0: 1}), Dist({0: "1/2", 1: "1/2"})
    >>> largest_bits([capacity([sure, sure]), capacity([sure, noisy]), capacity([sure, Dist({1: 1})])])
    (2,)
    """
    floor = max(one.within.low for one in each)
    left = [place for place, one in enumerate(each) if one.within.high >= floor]
    if len(left) == 1:
        return tuple(left)
    known = [each[place].bits for place in left]
    exact = [bits for bits in known if bits is not None]
    if len(exact) < len(known):
        raise Undecided("numbers of bits that are enclosed overlap, so that it is not decided which is the largest")
    top = exact[0]
    for bits in exact[1:]:
        top = bits if less(top, bits) else top
    return tuple(place for place, bits in zip(left, exact, strict=True) if is_zero(bits - top))


MEASURES: Final = (
    Measure(
        "goal_directedness",
        goal_directedness,
        "How well a policy is predicted by supposing that it pursues the task's value, in bits: the best by it are the most goal-directed.",
        "macdermott2024",
        reads=("value",),
        decisions=1,
    ),
    Measure(
        "policy_modification",
        policy_modification,
        "How much people's wish decides whether it is stopped, in bits, for the law of wishes that makes this most; being stopped stands "
        "for what the agent then does.",
        "turner2021b",
        {"human": "intent", "after": "stopped"},
        reads=("intent", "stopped"),
    ),
)
"""The bundled definitions that are functions of a world and a policy."""
