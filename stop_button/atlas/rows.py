"""The rows of the atlas: every bundled definition, with the forms in which it can be said where a world names things otherwise."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import Any, Final

from causalkit.values.arguments import checked
from causalkit.values.render import Printed
from stop_button.atlas.columns.measure import MEASURES, Measure
from stop_button.decision.world import World
from stop_button.definitions import NAMED, counterfactual, neutrality
from stop_button.evaluation.utility import Applies, Utility, applies

__all__ = ["ROWS", "Row", "row_of"]


@dataclass(frozen=True)
class Row(Printed):
    """A definition, and its forms: the first that applies to a world is the one that is asked of it.

    The first form is the definition with its defaults. Others are the same definition told that a variable goes by another name: where no
    press is told apart from the wish, the wish is taken for the press.
    """

    name: str
    forms: tuple[Utility | Measure, ...]

    def form(self, world: World) -> Utility | Measure | None:
        """The form that is asked of a world, or None where none applies."""
        return next((form for form in self.forms if not _missing(form, world)), None)

    def missing(self, world: World) -> str:
        """What a world lacks for every form, in words; nothing where one applies."""
        if self.form(world) is not None:
            return ""
        return str(Applies(self.name, world.title, _missing(self.forms[0], world)))

    def lacks(self, world: World) -> str:
        """What a world lacks for the form that needs the least, in a few words; nothing where one applies."""
        missing = min((_missing(form, world) for form in self.forms), key=len)
        return f"no {', no '.join(missing)}" if missing else ""

    @cached_property
    def source(self) -> str:
        """The key of its source in the bibliography."""
        return self.forms[0].source

    @cached_property
    def defaults(self) -> str:
        """Every parameter with its default, as text."""
        return ", ".join(f"{name}={value}" for name, value in self.forms[0].parameters.items())

    def __str__(self) -> str:
        return str(self.forms[0])


def _missing(form: Utility | Measure, world: World) -> tuple[str, ...]:
    return form.missing(world) if isinstance(form, Measure) else applies(form, world).missing


_IN_FAMILIES: Final[Mapping[str, Mapping[str, Any]]] = {
    "attainable_utility": {"auxiliary": ("value",), "now": "action", "nothing": "leave", "later": "then"},
    "relative_reachability": {"state": "stopped", "states": (True, False), "now": "action", "nothing": "leave", "later": "then"},
    "corrigibility_transformation": {"updates": ("then",), "reject": "run", "accept": "halt"},
    "late_indifference": {"late": "then"},
    "utility_preserving": {"horizon": 2},
    "utility_preserving_floor": {"horizon": 2},
    "constrained": {"seen": ("draw",)},
}
"""What the canonical families call what these definitions speak of by another name."""


@checked
def row_of(utility: Utility | Measure) -> Row:
    """The row of a definition, bundled or of your own, with its forms; a function of a world has one.

    >>> import stop_button as sb
    >>> [form.name for form in row_of(sb.definitions.utility_indifference).forms]
    ['utility_indifference', 'utility_indifference[lever=intent]']
    """
    if isinstance(utility, Measure):
        return Row(utility.name, (utility,))
    forms = [utility]
    if utility.family is not None:
        if utility.name in _IN_FAMILIES:
            forms.append(utility.vary(**_IN_FAMILIES[utility.name]))
        forms += [form.vary(lever="intent") for form in tuple(forms) if form.parameters.get("lever") == "pressing"]
    return Row(utility.name, tuple(dict.fromkeys(forms)))


_NEUTRALITY: Final = Utility(
    "neutrality", neutrality(), source="thornley2024b", meaning="How evenly it chooses between lengths: the entropy of the length, in bits."
)

_ALL: Final[tuple[Utility | Measure, ...]] = (
    *NAMED.values(), counterfactual.vary(lever="trying"), counterfactual.vary(lever="pressing"), _NEUTRALITY, *MEASURES,
)  # fmt: skip

ROWS: Mapping[str, Row] = MappingProxyType({row.name: row for row in map(row_of, _ALL)})
"""Every row by its name: the bundled definitions, variants for which their source gives the setting, and functions of a world."""
