"""Models that are put to several engines, and what they ask of one."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from hypothesis import strategies as st

import causalkit as ck
from causalkit.mechanisms.event import event, quantity
from causalkit.mechanisms.mechanism import Coupling
from causalkit.mechanisms.network import Reading
from causalkit.testing import AWKWARD_NAMES, models

COUPLINGS: tuple[Coupling, ...] = ("monotone", "independent")
plain = models(max_variables=4)
tables = models(max_variables=4, max_domain=2, max_parents=2, couplings=COUPLINGS)
any_model = st.one_of(plain, tables)
any_names = st.one_of(models(max_variables=5), models(max_variables=4, names=AWKWARD_NAMES), tables)
"""The same, some under names that are hard to write down."""

Readings = tuple[Sequence[Reading], Reading]


def readings(model: ck.Model, target: Any) -> Readings:
    """What a model asks of an engine."""
    asked_for = quantity(target, model.domains) if callable(target) or isinstance(target, str) else event(target, {}, model.domains)
    return model.regime.observed, model.regime.reading(asked_for)


def branch_readings(branches: Any, target: Any) -> Readings:
    """What several branches ask of an engine."""
    return branches.observed, branches.reading(target)


def every(model: ck.Model) -> Any:
    """Reads all variables off one branch, in declared order."""
    return lambda values: tuple(values[name] for name in model.names)


def grid(side: int) -> ck.Model:
    """Coins on a grid, each leaning to what stands left of it and above it: as wide as it is long."""
    mechanisms: dict[str, Any] = {}
    for i in range(side):
        for j in range(side):
            parents = [f"g{a}_{b}" for a, b in ((i - 1, j), (i, j - 1)) if a >= 0 and b >= 0]
            rows = {
                key: ck.coin(Fraction(1 + sum(key), 4)) for key in [(x, y)[: len(parents)] for x in (False, True) for y in (False, True)]
            }
            mechanisms[f"g{i}_{j}"] = ck.cpt(parents, rows, domain=[False, True]) if parents else ck.coin("1/2")
    return ck.Model(mechanisms)
