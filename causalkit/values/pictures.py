"""The door to pictures: what prints asks here for its own, and the room that draws enters how each kind is painted."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

__all__ = ["MOST_BOXES", "NOT_DRAWN", "paints", "picture", "when_first_wanted"]

Painter = TypeVar("Painter", bound=Callable[[Any], str | None])

MOST_BOXES = 30
"""A thing of more boxes than this is drawn when it is asked for, and not each time it is displayed."""

NOT_DRAWN = "too large to be drawn each time it is displayed; draw it with causalkit.plot.draw"

PAINTERS: dict[type, Callable[[Any], str | None]] = {}
LOADERS: list[Callable[[], Any]] = []


def when_first_wanted(load: Callable[[], Any]) -> None:
    """Enter how a room that draws is loaded; it is, once, when the first picture is wanted."""
    LOADERS.append(load)


def paints(kind: type) -> Callable[[Painter], Painter]:
    """Enter a function as the one that paints things of a kind as SVG; it gives None for what is too large to be drawn unasked.

    >>> @paints(complex)
    ... def square(number: complex) -> str:
    ...     return "<svg/>"
    >>> picture(1j, boxes=1), picture(1j, boxes=1000)
    ('<svg/>', None)
    """

    def enter(painter: Painter) -> Painter:
        PAINTERS[kind] = painter
        return painter

    return enter


def picture(thing: object, *, boxes: int) -> str | None:
    """A thing as SVG, to be shown whenever it is displayed; None where that could take longer than a blink, or nobody paints it."""
    if boxes > MOST_BOXES:
        return None
    while LOADERS:
        LOADERS.pop()()
    painter = next((PAINTERS[kind] for kind in type(thing).__mro__ if kind in PAINTERS), None)
    return painter(thing) if painter is not None else None
