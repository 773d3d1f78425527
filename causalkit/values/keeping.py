"""What has been worked out about a thing, kept as long as the thing itself lives and no longer."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from functools import wraps
from typing import Any, ParamSpec, TypeVar
from weakref import WeakKeyDictionary

__all__ = ["while_it_lives"]

P = ParamSpec("P")
T = TypeVar("T")


def while_it_lives(owner: int) -> Callable[[Callable[P, T]], Callable[P, T]]:
    """A function whose answers are kept with one of its arguments, and go when that does; arguments are given by place.

    An answer must not hold its owner, which would then never go.

    :param owner: which argument that is, counted from 0; it and the others are hashable.
    :returns: a decorator.

    >>> class World: pass
    >>> asked = []
    >>> @while_it_lives(1)
    ... def score(formula, world):
    ...     asked.append(formula)
    ...     return len(formula)
    >>> world = World()
    >>> score("E[V]", world), score("E[V]", world), asked
    (4, 4, ['E[V]'])
    """

    def keeping(function: Callable[P, T]) -> Callable[P, T]:
        kept: WeakKeyDictionary[Any, dict[tuple[Hashable, ...], T]] = WeakKeyDictionary()

        @wraps(function)
        def answer(*args: P.args, **named: P.kwargs) -> T:
            about = kept.setdefault(args[owner], {})
            key = (*args[:owner], *args[owner + 1 :])
            if key not in about:
                about[key] = function(*args, **named)
            return about[key]

        return answer

    return keeping
