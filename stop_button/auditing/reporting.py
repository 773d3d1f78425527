"""Reports: everything that is known about one world under many definitions, in one record."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from causalkit.values.arguments import checked
from causalkit.values.render import html_text
from causalkit.values.tables import ResultTable, Tabled
from stop_button.auditing.audits import Audit, audit
from stop_button.auditing.naming import listed
from stop_button.auditing.scoreboard import Scoreboard, score
from stop_button.auditing.verdicts import Verdict, legend_of
from stop_button.citing.recipes import recipe
from stop_button.decision.world import World
from stop_button.evaluation.evaluation import Evaluation, evaluation_of
from stop_button.evaluation.undefined import UNDEFINED
from stop_button.evaluation.utility import Applies, Utility, applies, as_utilities

__all__ = ["Report", "report"]


@dataclass(frozen=True)
class Report(Tabled):
    """One world under several definitions: the scoreboard, an audit of each definition, and the definitions that do not apply.

    Truthy when every utility that was given and applies was audited and is clean; not ``complete`` where an interruption left some out.
    """

    world: World
    board: Scoreboard
    audits: tuple[Audit, ...]
    left_out: tuple[Applies, ...]
    complete: bool = True

    def __bool__(self) -> bool:
        return self.complete and all(self.audits)

    @cached_property
    def verdicts(self) -> tuple[tuple[str, Verdict], ...]:
        """The definitions with their verdicts."""
        return tuple((one.utility.name, one.verdict) for one in self.audits)

    def _result(self) -> ResultTable:
        """The verdict on each definition, with its best policies and their score."""
        rows = [[one.utility.name, one.verdict, listed(one.best), self._score(one)] for one in self.audits]
        left = [f"not asked: {', '.join(fits.utility for fits in self.left_out)}"] if self.left_out else []
        partly = [] if self.complete else [_PARTLY]
        caption, legend = "; ".join([self.world.title, *left, *partly]), legend_of(word for _, word in self.verdicts)
        return ResultTable(["definition", "verdict", "best", "score"], rows, caption=caption, legend=legend)

    def _score(self, one: Audit) -> Any:
        return self.board.score(one.utility, one.best[0]) if one.best else UNDEFINED

    def _recipe(self) -> str:
        return recipe(self.world.code, f"sb.report(world, [{', '.join(one.utility.code for one in self.audits)}])")

    def __str__(self) -> str:
        partly = [] if self.complete else [_PARTLY]
        return "\n\n".join([self.world.title, str(self.board), *map(str, self.audits), *map(str, self.left_out), *partly])

    def __repr__(self) -> str:
        return str(self)

    def _repr_html_(self) -> str:
        parts: list[Scoreboard | Audit] = [self.board, *self.audits]
        left_out = "".join(f"<p>{html_text(str(fits))}</p>" for fits in self.left_out)
        partly = "" if self.complete else f"<p>{_PARTLY}</p>"
        return f"<h3>{html_text(self.world.title)}</h3>" + "".join(part.to_html() for part in parts) + left_out + partly


_PARTLY = "interrupted: these are the definitions audited so far"


@checked
def report(world: World | Evaluation, utilities: Iterable[Utility] | Utility) -> Report:
    """A world under each of these utilities that applies to it; an interruption keeps the audits that are done.

    Raises ``MissingRole`` when the world has no intent or no baseline, against which manipulation could be measured; ``WrongShape`` for
    what is no utility.

    >>> import stop_button as sb
    >>> report(sb.worlds.basic_button(), [sb.naive, sb.counterfactual]).verdicts
    (('naive', 'rewards'), ('counterfactual', 'clean'))
    """
    evaluation = evaluation_of(world)
    judged = [(utility, applies(utility, evaluation.world)) for utility in as_utilities(utilities)]
    fitting = [utility for utility, fits in judged if fits]
    audits: list[Audit] = []
    with suppress(KeyboardInterrupt):
        for utility in fitting:
            audits.append(audit(evaluation, utility))  # noqa: PERF401 (an interruption keeps what is there)
    board, left_out = score(evaluation, fitting[: len(audits)]), tuple(fits for _, fits in judged if not fits)
    return Report(evaluation.world, board, tuple(audits), left_out, complete=len(audits) == len(fitting))
