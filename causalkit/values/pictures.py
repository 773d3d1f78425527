"""The door to pictures: what prints asks here for its own, and the room that draws enters how each kind is painted."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

__all__ = ["ASKED_FOR", "MOST_BOXES", "NOT_DRAWN", "drawn", "draws", "no_attribute", "paints", "picture", "when_first_wanted"]

Painter = TypeVar("Painter", bound=Callable[[Any], str | None])
Drawer = TypeVar("Drawer", bound=Callable[..., Any])

MOST_BOXES = 30
"""A thing of more boxes than this is drawn when it is asked for, and not each time it is displayed."""

NOT_DRAWN = "too large to be drawn each time it is displayed; draw it with causalkit.plot.draw"

ASKED_FOR = ("draw", "plot", "show")
"""What things are asked to do that functions draw."""

PAINTERS: dict[type, Callable[[Any], str | None]] = {}
DRAWERS: dict[type, Callable[..., Any]] = {}
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
    _load()
    painter = next((PAINTERS[kind] for kind in type(thing).__mro__ if kind in PAINTERS), None)
    return painter(thing) if painter is not None else None


def draws(kind: type) -> Callable[[Drawer], Drawer]:
    """Enter a function as the one that draws things of a kind into Axes, as their method ``plot`` does.

    >>> @draws(bytes)
    ... def bar(data: bytes, *, ax: object = None) -> object:
    ...     return ax
    >>> drawn(b"abc", ax="axes")
    'axes'
    """

    def enter(drawer: Drawer) -> Drawer:
        DRAWERS[kind] = drawer
        return drawer

    return enter


def drawn(thing: object, *, ax: Any = None) -> Any:
    """A thing drawn into Axes, by whichever function was entered for its kind; returns the Axes.

    Raises ``TypeError`` for a kind that nobody draws.
    """
    _load()
    drawer = next((DRAWERS[kind] for kind in type(thing).__mro__ if kind in DRAWERS), None)
    if drawer is None:
        raise TypeError(f"nobody draws a {type(thing).__name__}; the kinds that are drawn: {', '.join(kind.__name__ for kind in DRAWERS)}")
    return drawer(thing, ax=ax)


def no_attribute(thing: object, name: str, call: str) -> str:
    """What a thing says that has no attribute of this name: in Python's words, with the call to type where a picture was asked for.

    >>> no_attribute(1j, "plot", "causalkit.plot.draw(number)")
    "'complex' object has no attribute 'plot'; type causalkit.plot.draw(number)"
    """
    return f"{type(thing).__name__!r} object has no attribute {name!r}" + (f"; type {call}" if name in ASKED_FOR else "")


def _load() -> None:
    """Let every room that draws enter what it draws."""
    while LOADERS:
        LOADERS.pop()()
