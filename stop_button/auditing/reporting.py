"""Reports: everything that is known about one world under many definitions, in one record."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from causalkit.arguments import checked
from stop_button.auditing.scoreboard import Scoreboard, score
from stop_button.auditing.verdict import Audit, audit
from stop_button.decision.world import World
from stop_button.evaluation.utility import Applies, Utility, applies

__all__ = ["Report", "report"]


@dataclass(frozen=True)
class Report:
    """One world under several definitions: the scoreboard, an audit of each definition, and the definitions that do not apply.

    Truthy when every audit is clean.
    """

    world: World
    board: Scoreboard
    audits: tuple[Audit, ...]
    left_out: tuple[Applies, ...]

    def __bool__(self) -> bool:
        return all(self.audits)

    @cached_property
    def verdicts(self) -> tuple[tuple[str, str], ...]:
        """The definitions with their verdicts."""
        return tuple((one.utility.name, one.verdict) for one in self.audits)

    def __str__(self) -> str:
        return "\n\n".join([self.world.title, str(self.board), *map(str, self.audits), *map(str, self.left_out)])

    def __repr__(self) -> str:
        return str(self)

    def _repr_html_(self) -> str:
        from stop_button.presentation.html import world_section

        return world_section(self)


@checked
def report(world: World, utilities: Iterable[Utility]) -> Report:
    """A world under every definition that applies to it.

    Raises ``MissingRole`` when the world has no intent or no baseline, against which manipulation could be measured.

    >>> import stop_button as sb
    >>> report(sb.worlds.basic_button(), [sb.naive, sb.counterfactual]).verdicts
    (('naive', 'rewards'), ('counterfactual', 'clean'))
    """
    judged = [(utility, applies(utility, world)) for utility in utilities]
    fitting = [utility for utility, fits in judged if fits]
    audits = tuple(audit(world, utility) for utility in fitting)
    return Report(world, score(world, fitting), audits, tuple(fits for _, fits in judged if not fits))
