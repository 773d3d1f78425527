"""Every error the package raises: what was found, what was expected, what to type."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

__all__ = [
    "UNSEEN",
    "CannotTell",
    "CausalError",
    "CyclicModel",
    "Impossible",
    "InvalidName",
    "InvalidNumber",
    "MechanismFailed",
    "MissingExtra",
    "NeedsCoupling",
    "NotADistribution",
    "OpenChoice",
    "OutsideDomain",
    "TooLarge",
    "Undecided",
    "UnknownName",
    "UnknownValue",
    "WrongArgument",
    "WrongFile",
    "WrongRows",
    "WrongShape",
    "WrongText",
    "listing",
    "nearest",
    "suggestion",
    "visible",
]

LONGEST_COMPARED, MOST_COMPARED = 60, 2_000
UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ufff9-\ufffb\ud800-\udfff]")
"""Characters that a terminal obeys, that turn the direction of a line, or that no file can hold."""


class CausalError(ValueError):
    """The parent of every error raised on purpose by causalkit and stop_button."""

    def __str__(self) -> str:
        return visible(super().__str__(), lines=True)


class InvalidName(CausalError):
    """A variable's name is empty, reserved, not a string, or used twice."""


class UnknownName(CausalError, LookupError):
    """Something was asked of a name that is not there."""


class UnknownValue(CausalError, LookupError):
    """A variable was asked to take a value that is not in its domain."""


class CyclicModel(CausalError):
    """Variables that listen to each other in a circle."""


class InvalidNumber(CausalError):
    """Something that was to be read as an exact number is not one."""


class NotADistribution(CausalError):
    """Weights that are negative, or do not sum to 1."""


class OutsideDomain(CausalError):
    """A mechanism produced a value outside the domain that was declared for it."""


class MechanismFailed(CausalError):
    """A mechanism raised while it was tabulated; the message names the variable and the inputs."""


class Impossible(CausalError):
    """Evidence of probability zero: what follows from it is undefined."""


class OpenChoice(CausalError):
    """A question that depends on a choice that nobody has made yet."""


class NeedsCoupling(CausalError):
    """A counterfactual asked of a conditional table that does not say how its noise is shared."""


class TooLarge(CausalError):
    """An exact answer would take more than the stated limit; the message holds the count."""


class Undecided(CausalError):
    """A comparison of formulas whose answer depends on the values of their symbols."""


class CannotTell(Impossible, Undecided):
    """A formula has no value on some data, although what it stands for may have one."""


class WrongShape(CausalError):
    """Arguments that do not fit together, such as a rule that misses a case."""


class WrongArgument(WrongShape, TypeError):
    """An argument of another kind than the function takes; the message holds the call to type."""


class WrongFile(CausalError):
    """A file that is not what it was said to be; nothing was read from it."""


class WrongText(WrongFile):
    """A place in a text that is not what the format says; ``line`` and ``column`` count from 1."""

    def __init__(self, message: str, line: int | None = None, column: int | None = None) -> None:
        super().__init__(message)
        self.line, self.column = line, column


class WrongRows(NotADistribution):
    """Rows of a file's tables that are no distributions, all of them: ``rows`` holds the line and the complaint of each."""

    def __init__(self, message: str, rows: tuple[tuple[int, str], ...] = ()) -> None:
        super().__init__(message)
        self.rows = rows


class MissingExtra(CausalError, ImportError):
    """A library that is only needed for this is not installed; the message says what to type. It is an ImportError too."""


def visible(text: str, *, lines: bool = False) -> str:
    r"""Text in which control characters and lone surrogates are written out; ``lines`` keeps the ends of lines.

    >>> print(visible(chr(27) + "[2J and " + chr(0xD800)))
    \x1b[2J and \ud800
    """
    if not isinstance(text, str):
        raise WrongArgument(f"visible takes text, and got {text!r}; type visible(str(...))")
    return UNSEEN.sub(lambda m: m[0] if lines and m[0] == "\n" else m[0].encode("unicode_escape").decode("ascii"), text)


def _several(items: Iterable[object]) -> Iterable[object]:
    if not isinstance(items, Iterable):
        raise WrongArgument(f"got {items!r} where several things were expected; type [{items!r}]")
    return items


def listing(items: Iterable[object]) -> str:
    """The items as they would be typed, separated by commas.

    >>> listing(["a", 2])
    "'a', 2"
    """
    return ", ".join(repr(item) for item in _several(items))


def nearest(found: object, known: Iterable[object]) -> list[Any]:
    """The known name that is closest to the one found, in a list; an empty one where none is close.

    >>> nearest("wihs", ["wish", "pressed"]), nearest("x", ["wish", "pressed"])
    (['wish'], [])
    """
    several, text = list(_several(known)), str(found)
    if len(text) > LONGEST_COMPARED:
        return []
    import difflib

    names = [name for name in several if isinstance(name, str) and len(name) <= LONGEST_COMPARED][:MOST_COMPARED]
    spoken = [value for value in several if isinstance(value, bool | None)] + names if isinstance(found, str) else []
    meant = [value for value in spoken if str(value).casefold() == text.casefold()]
    return meant[:1] or difflib.get_close_matches(text, names, n=1)


def suggestion(found: object, known: Iterable[object]) -> str:
    """``; did you mean 'wish'?`` when a known name is close to the one found, else nothing.

    >>> suggestion("wihs", ["wish", "pressed"])
    "; did you mean 'wish'?"

    A name in other letters, small or capital, is close however short it is; and so is a truth value, or ``None``, that is given as text:

    >>> suggestion("X", ["x", "y"]), suggestion("True", [False, True])
    ("; did you mean 'x'?", '; did you mean True?')
    """
    close = nearest(found, known)
    return f"; did you mean {close[0]!r}?" if close else ""
