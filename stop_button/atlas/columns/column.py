"""A column of the atlas: a property that is asked of a definition in one world after the other."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal

from causalkit.values.render import Printed
from stop_button.atlas.columns.standing import OPEN, NoFormula, Standing
from stop_button.decision.roles import MissingRole
from stop_button.decision.world import World

__all__ = ["LETTERS", "Column", "Outcome", "outcome"]

Outcome = Literal["holds", "fails", "by a tie", "impossible", "open", "without best", "does not apply"]
"""What one world says: see ``LETTERS``."""

LETTERS: Final[dict[Outcome, str]] = {
    "holds": ".", "fails": "x", "by a tie": "t", "impossible": "i", "open": "o", "without best": "b", "does not apply": "n",
}  # fmt: skip
"""How outcomes are written down. ``holds``: of every best policy. ``fails``: no best policy is known to have it, and some policy has it.
``by a tie``: of the best policies some have it and some lack it. ``impossible``: no policy of the world has it. ``open``: symbols, a
missing coupling or an undefined number leave it open. ``without best``: no policy has a score, or none is stable. A property of
definitions holds or fails of all scores or best policies together."""


@dataclass(frozen=True)
class Column(Printed):
    """A property with its source: what a world must have for it to be asked, and how it is asked of a definition there."""

    name: str
    sentence: str
    source: str
    lacks: Callable[[World], str]
    ask: Callable[[Standing], Outcome]
    needs_best: bool = True
    of: Literal["policies", "definitions"] = "policies"
    """Whether single policies have it or lack it, or a definition does with all its scores or best policies."""

    def __str__(self) -> str:
        return f"{self.name}: {self.sentence}"


def outcome(column: Column, standing: Standing) -> Outcome:
    """What a world says of a definition by a column.

    >>> import stop_button as sb
    >>> from stop_button.atlas import COLUMNS
    >>> from stop_button.atlas.columns.standing import standing
    >>> from stop_button.evaluation.evaluation import Evaluation
    >>> outcome(COLUMNS["no_influence"], standing(Evaluation(sb.worlds.basic_button()), sb.switch))
    'fails'
    """
    if column.lacks(standing.world):
        return "does not apply"
    if column.needs_best and standing.best is None:
        return "open"
    if column.needs_best and not standing.best:
        return "without best"
    try:
        return column.ask(standing)
    except OPEN:
        return "open"
    except (MissingRole, NoFormula):
        return "does not apply"
