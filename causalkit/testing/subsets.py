"""Strategies for numbers and for some of several items, which the others are made of; says what to type where Hypothesis is missing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from causalkit.errors import MissingExtra

try:
    from hypothesis import strategies as st
except ModuleNotFoundError:
    raise MissingExtra(
        "causalkit.testing and stop_button.testing need hypothesis, which is not installed; type: pip install 'causalkit[testing]'"
    ) from None

__all__ = ["Some", "digits", "some", "st"]

Some = Sequence[str] | None


def digits(count: int, base: int) -> st.SearchStrategy[list[int]]:
    """Numbers below ``base``; few enough are drawn as one, so that shrinking what comes before does not shift what comes after."""
    if base**count > 2**24:
        return st.lists(st.integers(0, base - 1), min_size=count, max_size=count)
    return st.integers(0, base**count - 1).map(lambda number: [number // base**k % base for k in reversed(range(count))])


def some(items: Sequence[Any], *, least: int = 0, most: int | None = None) -> st.SearchStrategy[list[Any]]:
    """Some of the items, in their order; shrinks to few and early ones."""
    if not items:
        return st.just([])
    most = len(items) if most is None else min(most, len(items))
    places = st.lists(st.sampled_from(range(len(items))), unique=True, min_size=min(least, len(items)), max_size=most)
    return places.map(lambda found: [items[i] for i in sorted(found)])
