"""Encapsulation: a boxed producer whose outside should turn out as if its resources had vanished and its product had appeared.

Source: [ours], after an idea of the author of [tailcalled2021]
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from causalkit.errors import WrongShape
from stop_button.evaluation.utility import definition
from stop_button.language.formula import BASELINE, E, Formula, Reading, X, most

__all__ = ["encapsulation", "impact_penalty"]

OUTSIDE = ("steel", "regulator", "price")


def _penalised(output: str, lam: Any, outside: Sequence[str], instead: Any) -> Formula:
    if isinstance(outside, str) or not outside:
        raise WrongShape(f"the outside is a list of variables, and got {outside!r}; type outside=['steel', 'price']")
    first, *others = (_distance(X(name), instead(X(name))) for name in outside)
    return E(X(output) - lam * sum(others, first))


def _distance(a: Reading, b: Reading) -> Formula:
    """The absolute difference of two numbers."""
    return most(a - b, b - a)


@definition("encapsulation", source="ours")
def encapsulation(
    *, lam: Any = 5, outside: Sequence[str] = OUTSIDE, output: str = "output", resources: str = "resources", gone: Any = 0
) -> Formula:
    """The product, minus ``lam`` times how far the outside lies from where it would be had the box held nothing and its product come from
    nowhere: E[n - lam * d(outside, outside had resources been gone and output been n)].

    The distance is the sum of absolute differences over the ``outside``, which are variables or roles that hold numbers; ``gone`` is the
    value of ``resources`` when there are none. Source: [ours], after an idea of the author of [tailcalled2021].
    """
    return _penalised(output, lam, outside, lambda r: r.had({resources: gone, output: X(output)}))


@definition("impact_penalty", source="ours")
def impact_penalty(*, lam: Any = 5, outside: Sequence[str] = OUTSIDE, output: str = "output", policy: Any = BASELINE) -> Formula:
    """The product, minus ``lam`` times how far the outside lies from where it would be under an idle policy.

    The plain form of a penalty on impact: it charges for the product's own effects too. ``policy`` is the idle one, by default the
    world's baseline. Source: [ours], in the form of [armstrong2017].
    """
    return _penalised(output, lam, outside, lambda r: r.under(policy))
