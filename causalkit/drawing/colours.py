"""Colours for pictures: fills that differ for colour-blind readers and in grey print, under dark text."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from causalkit.errors import UnknownName, WrongShape, listing, suggestion

__all__ = ["ACCENT", "FAINT", "INK", "MUTED", "PALETTE", "PAPER", "PLAIN", "role_colours"]

PALETTE: Final = ("#BBD7FB", "#F4B928", "#61C489", "#BF94AA", "#F8EDB1", "#6993C2", "#F68D57")
"""Fills in the order of their use: sky, amber, green, mauve, cream, steel, orange."""

INK: Final = "#1F2933"
"""Text and arrows."""

MUTED: Final = "#5F6B76"
"""Text and arrows that stand back."""

ACCENT: Final = "#B03A00"
"""Arrows that are pointed out."""

FAINT: Final = "#B4BCC4"
"""Lines of what is no longer there."""

PLAIN: Final = "#F4F5F7"
"""The fill of a variable without a role."""

PAPER: Final = "#FFFFFF"
"""The background."""


KNOWN: Final = {
    "value": PALETTE[0], "utility": PALETTE[0], "decision": PALETTE[3], "treatment": PALETTE[4], "outcome": PALETTE[5],
}  # fmt: skip
"""The roles with a colour of their own, the same in every picture."""


def role_colours(roles: Iterable[str], colours: Mapping[str, str] | None = None) -> dict[str, str]:
    """A colour for each role, in order of first appearance; those in ``colours``, and those that are known, have theirs already.

    Raises ``UnknownName`` when ``colours`` names no role, ``WrongShape`` when there are more roles than colours.

    >>> role_colours(["intent", "value", "intent"], {"value": "tan"})
    {'intent': '#BBD7FB', 'value': 'tan'}
    >>> role_colours(["spare", "decision", "value"])
    {'spare': '#F4B928', 'decision': '#BF94AA', 'value': '#BBD7FB'}
    """
    named = list(dict.fromkeys(roles))
    chosen = {role: KNOWN[role] for role in named if role in KNOWN} | dict(colours or {})
    for role in chosen:
        if role not in named:
            known = f"the roles are: {listing(named) or 'none'}{suggestion(role, named)}"
            raise UnknownName(f"{role!r} has a colour and is not a role here; {known}")
    open_roles = [role for role in named if role not in chosen]
    spare = [colour for colour in PALETTE if colour not in chosen.values()]
    if len(open_roles) > len(spare):
        raise WrongShape(
            f"{len(open_roles)} roles need a colour, and {len(spare)} stay apart in every kind of sight; "
            f"give one role to several variables, or type colours={{{open_roles[-1]!r}: '#rrggbb', ...}}"
        )
    return {role: chosen.get(role) or spare[open_roles.index(role)] for role in named}
