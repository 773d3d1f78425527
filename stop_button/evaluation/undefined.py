"""The mark that stands in a table where a score is undefined."""

from __future__ import annotations

from typing import Any, Final

__all__ = ["UNDEFINED", "Undefined", "defined"]


class Undefined:
    """What stands for a score that does not exist, because a condition is impossible. There is one: ``UNDEFINED``."""

    _only: Undefined | None = None

    def __new__(cls) -> Undefined:
        if cls._only is None:
            cls._only = super().__new__(cls)
        return cls._only

    def __reduce__(self) -> Any:
        return Undefined, ()

    def __repr__(self) -> str:
        return "undefined"


UNDEFINED: Final = Undefined()


def defined(score: Any) -> bool:
    """Whether a score exists.

    >>> defined(UNDEFINED), defined(0)
    (False, True)
    """
    return score is not UNDEFINED
