"""The value given each length of a trajectory, put together with weights that no policy moves, or as shares of the best.

Source: [thornley2025]; [thornley2024b]
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Any

from causalkit.errors import WrongShape
from stop_button.evaluation.utility import definition
from stop_button.language.algebra import Quotient
from stop_button.language.formula import E, Formula, V, X
from stop_button.language.references import best

__all__ = ["neutrality_plus", "usefulness"]


@definition("neutrality_plus", source="thornley2025")
def neutrality_plus(*, lengths: Sequence[Hashable] = (1, 2), weights: Sequence[Any] = ("1/2", "1/2"), length: str = "length") -> Formula:
    """The value given each length, weighed by fixed numbers: the sum over l of w_l E[V | length = l].

    Undefined under a policy that makes one of the lengths impossible. The weights are the reader's; equal ones are ours. Source:
    [thornley2025], Neutrality+.
    """
    if len(lengths) != len(weights) or not lengths:
        raise WrongShape(f"{len(lengths)} lengths and {len(weights)} weights do not pair up; type lengths=(1, 2), weights=('1/2', '1/2')")
    parts: list[Formula] = [w * E(V, given={length: each}) for each, w in zip(lengths, weights, strict=True)]
    return sum(parts[1:], parts[0])


@definition("usefulness", source="thornley2024b")
def usefulness(*, lengths: Sequence[Hashable] = (1, 2), length: str = "length") -> Formula:
    """The value as a share of the best that each length admits: the sum over l of P(l) E[V | l] / m_l, with m_l = max E[V | l].

    Undefined where the best of some length is 0 or no policy makes the length possible. Source: [thornley2024b], USEFULNESS.
    """
    if not lengths:
        raise WrongShape("trajectories have one or more lengths; type lengths=(1, 2)")
    first, *others = (Quotient(E(V * X(length).is_(each)), best(E(V, given={length: each}))) for each in lengths)
    return sum(others, first)
