"""The mark that stands in a table where a score is undefined."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Any, Final, TypeAlias, TypeGuard

from causalkit.errors import Impossible
from causalkit.values.exact import Number
from causalkit.values.render import number

__all__ = ["UNDEFINED", "Score", "Undefined", "defined", "nowhere_defined", "score_text"]


class Undefined(Enum):
    """What stands for a score that does not exist, because a condition is impossible. There is one: ``UNDEFINED``.

    It is the one member of an enumeration, so that a type checker knows that a score which ``is not UNDEFINED`` is a number.
    """

    UNDEFINED = "undefined"

    def __repr__(self) -> str:
        return self.value

    __str__ = __repr__


UNDEFINED: Final = Undefined.UNDEFINED

if TYPE_CHECKING:
    Score: TypeAlias = Number | Undefined
else:
    Score = Any
"""What a policy has under a utility: an exact number, or ``UNDEFINED``."""


def defined(score: Score) -> TypeGuard[Number]:
    """Whether a score exists.

    >>> defined(UNDEFINED), defined(0)
    (False, True)
    """
    return score is not UNDEFINED


def score_text(score: Score) -> str:
    """A score in words and figures.

    >>> score_text(UNDEFINED)
    'undefined'
    """
    return number(score) if defined(score) else "undefined"


def nowhere_defined(what: object, where: str, policies: str) -> Impossible:
    """The error for something that is undefined under all of some policies.

    >>> print(nowhere_defined("cond", "office", "every policy that draws no lots"))
    in office, cond is undefined under every policy that draws no lots: each makes a condition impossible, or divides by 0
    """
    return Impossible(f"in {where}, {what} is undefined under {policies}: each makes a condition impossible, or divides by 0")
