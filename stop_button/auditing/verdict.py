"""Audits: one verdict on a utility in a world, with its evidence."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import Any, Final

from causalkit.arguments import checked
from causalkit.values.exact import is_symbolic, tidy
from causalkit.values.render import html_text, latex_text, number
from stop_button.auditing.flags import Flag, incentive_gap, policy_flags, utility_flags
from stop_button.auditing.scoreboard import Scoreboard, score
from stop_button.decision.policy import Policy
from stop_button.decision.world import World
from stop_button.evaluation.sweep import places_of_best
from stop_button.evaluation.undefined import UNDEFINED, defined
from stop_button.evaluation.utility import Utility
from stop_button.incentives.through import PossibleIncentive, possible_incentive

__all__ = ["VERDICTS", "Audit", "Remedy", "audit"]

VERDICTS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "clean": "no best policy manipulates, prevents a stop, or stops unasked",
        "permits": "some best policies are flagged, and others as good are not: the utility does not object",
        "rewards": "every best policy is flagged: the utility rewards it",
        "undefined": "no policy has a score",
    }
)


@dataclass(frozen=True)
class Remedy:
    """What would have to change for an unflagged policy to win: ``margin`` is what the best policies are ahead by."""

    policy: Policy | None
    margin: Any

    def __str__(self) -> str:
        if self.policy is None:
            return "every policy with a score is flagged; the world would need another action, or another baseline"
        if self.margin == 0:
            return f"{self.policy} scores as much and is not flagged; any cost of what the others do would decide for it"
        return f"{self.policy} would win if what the best policies do cost more than {number(self.margin)}"


@dataclass(frozen=True)
class Audit:
    """A verdict on a utility in a world: truthy when clean. ``flags`` holds every judgement, fired or not, of every best policy.

    ``path`` says whether the graph lets the utility reward an influence on what people want, for any choice of numbers; ``remedy``
    what would have to change. A flag says what the best policies of this world do; it proves nothing about other worlds.
    """

    world: World
    utility: Utility
    board: Scoreboard
    best: tuple[Policy, ...]
    flags: tuple[Flag, ...]
    path: PossibleIncentive
    remedy: Remedy | None

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
        """The report, a line each: verdict, best policies, flags that fire, what the graph says, what would have to change."""
        winners = "; ".join(str(policy) for policy in self.best) or "none"
        return [
            f"{self.utility.name} in {self.world.title}: {self.verdict} ({VERDICTS[self.verdict]})",
            f"best: {winners}",
            *(f"flag: {flag}" for flag in self.fired),
            f"graph: {self.path}",
            *([f"remedy: {self.remedy}"] if self.remedy is not None else []),
        ]

    def plot(self, ax: Any = None) -> Any:
        """The causal graph with the incentive's path marked; returns the Axes."""
        from stop_button.presentation.plot import plot_audit

        return plot_audit(self, ax=ax)

    def __str__(self) -> str:
        return "\n".join(self.lines())

    def __repr__(self) -> str:
        return str(self)

    def _repr_html_(self) -> str:
        head, *rest = self.lines()
        items = "".join(f"<li>{html_text(line)}</li>" for line in rest)
        return f"<p><b>{html_text(head)}</b></p><ul>{items}</ul>{self.board._repr_html_()}"

    def _repr_latex_(self) -> str:
        head, *rest = (latex_text(line) for line in self.lines())
        items = "\n".join(rf"\item {line}" for line in rest)
        return f"\\textbf{{{head}}}\n\\begin{{itemize}}\n{items}\n\\end{{itemize}}\n{self.board._repr_latex_()}"


@checked
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
    known = dict(zip(board.policies, board.flags, strict=True)) if board.flags and base is None else {}

    def does(policy: Policy) -> tuple[Flag, ...]:
        return known[policy] if policy in known else policy_flags(world, policy, base=base)

    own = [flag for policy in best for flag in (*does(policy), *utility_flags(world, utility, policy, base=base))]
    gap = [incentive_gap(world, utility, base=base)] if best else []
    flagged = any(own) or any(gap)
    remedy = _remedy(board, does) if flagged else None
    return Audit(world, utility, board, best, (*own, *gap), possible_incentive(world, utility, "intent"), remedy)


def _remedy(board: Scoreboard, does: Callable[[Policy], tuple[Flag, ...]]) -> Remedy:
    """The best policy without a flag, and how far it is behind."""
    scores = [row[0] for row in board.scores]
    for tier in _tiers(scores):
        fair = [i for i in tier if not any(does(board.policies[i]))]
        if fair:
            best = fair[places_of_best([scores[i] for i in fair])[0]]
            return Remedy(board.policies[best], tidy(scores[places_of_best(scores)[0]] - scores[best]))
    return Remedy(None, UNDEFINED)


def _tiers(scores: Sequence[Any]) -> Iterator[list[int]]:
    """The places of defined scores, those of equal scores together, the best first; all at once where symbols leave the order open."""
    places = [i for i, score in enumerate(scores) if defined(score)]
    if any(is_symbolic(scores[i]) for i in places):
        yield places
        return
    falling = sorted(places, key=lambda i: -scores[i])
    yield from (list(tier) for _, tier in itertools.groupby(falling, key=lambda i: scores[i]))
