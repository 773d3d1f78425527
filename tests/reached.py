"""For tests over random cases whose assertions stand under a condition or in a loop: that some case came there.

    @reaches("a refusal", "an answer")
    @given(...)
    def test_sound(question):
        if refused: came_to("a refusal"); assert ...

The test fails when it passed without coming to every place that it names.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

_PLACES: set[str] = set()


def came_to(place: str) -> None:
    """Note that a case came to a place."""
    _PLACES.add(place)


def reaches(*places: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """The test, and after its last case an assertion that every one of these places was come to."""

    def decorated(test: Callable[..., None]) -> Callable[..., None]:
        @functools.wraps(test)
        def checked(*arguments: Any, **named: Any) -> None:
            _PLACES.clear()
            test(*arguments, **named)
            missed = [place for place in places if place not in _PLACES]
            assert not missed, f"no case came to {' or '.join(missed)}, so this test has tried nothing there"

        return checked

    return decorated
