"""One question of the atlas, asked of one world."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from causalkit.errors import UnknownName, suggestion
from causalkit.values.arguments import checked
from causalkit.values.render import html_text
from stop_button.atlas.columns.column import Column, Outcome, outcome
from stop_button.atlas.columns.standing import standing
from stop_button.atlas.rows import ROWS, row_of
from stop_button.decision.policy import Policy
from stop_button.decision.world import World
from stop_button.evaluation.evaluation import Evaluation
from stop_button.evaluation.utility import Utility

__all__ = ["SAID", "Answered", "answered"]

SAID: Final[Mapping[Outcome, str]] = {
    "holds": "holds of every best policy",
    "fails": "no best policy is known to have it, and another policy has it",
    "by a tie": "some best policies have it and some lack it",
    "impossible": "no policy of this world has it",
    "open": "is left open by symbols, a missing coupling or an undefined number",
    "without best": "no policy is a best one",
    "does not apply": "does not apply",
}
"""What each outcome says where single policies have the property or lack it."""

SAID_OF_DEFINITIONS: Final[Mapping[Outcome, str]] = {
    **SAID, "holds": "holds", "fails": "fails", "by a tie": "fails for some best policies and not for others",
}  # fmt: skip
"""The same where a definition has it or lacks it."""


@dataclass(frozen=True)
class Answered:
    """What one world says of a definition by a property: truthy where it holds."""

    definition: str
    column: str
    world: str
    outcome: Outcome
    best: tuple[Policy, ...]
    says: str

    def __bool__(self) -> bool:
        return self.outcome == "holds"

    def __str__(self) -> str:
        best = "; ".join(map(str, self.best)) or "none"
        return f"{self.definition} in {self.world}, {self.column}: {self.says} (best: {best})"

    def __repr__(self) -> str:
        return str(self)

    def _repr_html_(self) -> str:
        return f"<p>{html_text(str(self))}</p>"


@checked
def answered(world: World, definition: Utility | str, column: Column) -> Answered:
    """What a world says of a definition by a property.

    :param world: the world that is asked.
    :param definition: a utility, or the name of a row.
    :param column: the property.
    :returns: an ``Answered``, truthy where the property holds of every best policy.
    :raises UnknownName: for a name that no row has.
    """
    if isinstance(definition, str) and definition not in ROWS:
        raise UnknownName(f"{definition!r} is no row of the atlas; it has: {', '.join(ROWS)}{suggestion(definition, ROWS)}")
    row = ROWS[definition] if isinstance(definition, str) else row_of(definition)
    form = row.form(world)
    words = SAID if column.of == "policies" else SAID_OF_DEFINITIONS
    if form is None:
        return Answered(row.name, column.name, world.title, "does not apply", (), words["does not apply"])
    stands = standing(Evaluation(world), form)
    found = outcome(column, stands)
    return Answered(form.name, column.name, world.title, found, stands.best or (), words[found])
