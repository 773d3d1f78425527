"""Audits: one verdict on a utility in a world, with its evidence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from html import escape
from types import MappingProxyType
from typing import Any, Final

from causalkit.render import latex_text
from stop_button.flags import Flag, incentive_gap, policy_flags, utility_flags
from stop_button.policy import Policy
from stop_button.score import Scoreboard, score
from stop_button.utility import Utility
from stop_button.world import World

__all__ = ["VERDICTS", "Audit", "audit"]

VERDICTS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "clean": "no best policy manipulates, prevents a stop, or stops unasked",
        "permits": "some best policies are flagged, and others as good are not: the utility does not object",
        "rewards": "every best policy is flagged: the utility rewards it",
        "undefined": "no policy has a score",
    }
)


@dataclass(frozen=True)
class Audit:
    """A verdict on a utility in a world: truthy when clean. ``flags`` holds every judgement, fired or not, of every best policy.

    A flag says what the best policies of this world do; it proves nothing about other worlds.
    """

    world: World
    utility: Utility
    board: Scoreboard
    best: tuple[Policy, ...]
    flags: tuple[Flag, ...]

    def __bool__(self) -> bool:
        return self.verdict == "clean"

    @cached_property
    def verdict(self) -> str:
        """``clean``, ``permits``, ``rewards`` or ``undefined``; ``VERDICTS`` says what each means."""
        if not self.best:
            return "undefined"
        flagged = {policy for policy in self.best if any(flag.policy == policy for flag in self.fired)}
        if len(flagged) == len(self.best):
            return "rewards"
        return "permits" if flagged else "clean"

    @cached_property
    def fired(self) -> tuple[Flag, ...]:
        """The flags that fire."""
        return tuple(flag for flag in self.flags if flag)

    def lines(self) -> list[str]:
        """The verdict, the best policies and the flags that fire, a line each."""
        winners = "; ".join(str(policy) for policy in self.best) or "none"
        return [
            f"{self.utility.name} in {self.world.title}: {self.verdict} ({VERDICTS[self.verdict]})",
            f"best: {winners}",
            *(f"flag: {flag}" for flag in self.fired),
        ]

    def __str__(self) -> str:
        return "\n".join(self.lines())

    def __repr__(self) -> str:
        return str(self)

    def _repr_html_(self) -> str:
        head, *rest = self.lines()
        items = "".join(f"<li>{escape(line)}</li>" for line in rest)
        return f"<p><b>{escape(head)}</b></p><ul>{items}</ul>{self.board._repr_html_()}"

    def _repr_latex_(self) -> str:
        head, *rest = (latex_text(line) for line in self.lines())
        items = "\n".join(rf"\item {line}" for line in rest)
        return f"\\textbf{{{head}}}\n\\begin{{itemize}}\n{items}\n\\end{{itemize}}\n{self.board._repr_latex_()}"


def audit(world: World, utility: Utility, *, base: Any = None) -> Audit:
    """What a utility rewards in a world: its best policies, every exact tie, and what they do to people's wish and to the button.

    Manipulation is measured against ``base``, by default the world's baseline. Raises ``MissingRole`` when the world lacks a role.

    >>> import stop_button as sb
    >>> bool(audit(sb.worlds.basic_button(), sb.counterfactual)), audit(sb.worlds.jackpot_steering(), sb.conditional_counterfactual).verdict
    (True, 'rewards')
    """
    world.role("intent")
    world.reference(base)
    board = score(world, utility)
    best = board.best(utility)
    own = [flag for policy in best for flag in (*policy_flags(world, policy, base=base), *utility_flags(world, utility, policy, base=base))]
    gap = [incentive_gap(world, utility, base=base)] if best else []
    return Audit(world, utility, board, best, (*own, *gap))
