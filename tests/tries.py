"""How many random cases a test tries: it names the number of a full run, and the profile says which share of them it is."""

from __future__ import annotations

from hypothesis import settings


def tries(most: int) -> int:
    """As many cases under a profile that tries a hundred where no number is named: `many`, of `make.py test --long`; half under `fixed`."""
    return max(1, most * settings().max_examples // 100)
