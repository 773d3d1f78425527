"""What is meant by text in the place of a thing that has a name: the nearest name of its kind, found when somebody asks."""

from __future__ import annotations

from functools import partial
from importlib import import_module
from typing import Final, Literal

from causalkit.errors import nearest
from causalkit.values.arguments import TYPED_FOR

__all__ = ["meant", "tell_what_is_meant"]

Kind = Literal["Utility", "Test", "Claim", "World"]

SHELVES: Final[dict[Kind, tuple[str, str, str]]] = {
    "Utility": ("definitions", "Utility", ""),
    "Test": ("definitions", "Property", ".test"),
    "Claim": ("claims", "Claim", ""),
    "World": ("worlds", "Bundled", "()"),
}
"""For each kind the public module that has such things by name, the class that they are of there, and what is typed after a name."""


def meant(text: object, kind: Kind) -> str:
    """What to type for the thing of the nearest name, nothing where no name is near.

    >>> meant("nieve", "Utility"), meant("ofice", "World"), meant("my own", "Utility")
    ('did you mean sb.definitions.naive?', 'did you mean sb.worlds.office()?', '')
    """
    if not isinstance(text, str):
        return ""
    place, kept, after = SHELVES[kind]
    shelf = getattr(import_module(__name__.partition(".")[0]), place)
    near = nearest(text, [name for name in shelf.__all__ if type(getattr(shelf, name)).__name__ == kept])
    return f"did you mean sb.{place}.{near[0]}{after}?" if near else ""


def tell_what_is_meant() -> None:
    """Let functions that take such things, and get text, say what is meant."""
    TYPED_FOR.update({(kind, "str"): partial(meant, kind=kind) for kind in SHELVES})
