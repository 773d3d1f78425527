"""What is kept with a network: cells that are counted and let go of, tables of whole numbers, and trees once they are worth it."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
import sympy

import causalkit as ck
from causalkit.engine.compiling import network_memory
from causalkit.engine.compiling.factors import Factor
from causalkit.engine.compiling.network_memory import NetworkMemory, memory_of
from causalkit.engine.compiling.node_tables import Table
from causalkit.engine.compiling.triangulation import join_tree
from tests.causalkit.written_out import COUPLED, OFF, ON, PLAIN, fresh


def test_cells_are_counted_wherever_they_come_from(monkeypatch: pytest.MonkeyPatch) -> None:
    net = fresh(COUPLED)
    memory = memory_of(net)
    assert memory_of(net) is memory
    memory.entry(net.node(PLAIN, "z"))
    assert memory._cells == 2 + 4 + 2 * 2 * 3
    memory.entry(net.node(PLAIN, "z"))
    assert memory.derived("a", lambda: Table(1, np.zeros(10), 1)) is memory.derived("a", lambda: Table(1, np.zeros(99), 1))
    memory.derived("b", lambda: Table(1, None, 1))
    assert memory._cells == 18 + 10 + 1
    before = memory._cells
    made = memory.shared((net.node(ON, "y"), net.node(OFF, "y")))
    assert made.tables is not None
    inputs = 2 * (1 + 2)  # x as it is set to, and y then
    assert memory._cells == before + inputs + sum(cells.size for cells, _, _ in made.tables)
    assert memory.shared((net.node(ON, "y"), net.node(OFF, "y"))) is made
    kept = memory._cells
    there = memory.entry(net.node(PLAIN, "x"))
    for most, stays in ((kept, True), (kept - 1, False)):
        monkeypatch.setattr(network_memory, "MOST_CELLS_KEPT", most)
        memory.trim()
        assert (memory.entry(net.node(PLAIN, "x")) is there) is stays
        assert (memory.derived("a", lambda: Table(2, np.zeros(1), 1)).mask == 1) is stays
    assert memory._cells == 2 + 1


@pytest.mark.parametrize(("scale", "kind"), [(2**62, np.int64), (2**63 - 1, np.int64), (2**63, object), (10**30, object)])
def test_shared_tables_are_machine_numbers_where_these_fit(scale: int, kind: Any) -> None:
    made = network_memory._dense(Factor((0,), (1, 2), (Fraction(1, scale), Fraction(scale - 1, scale))), (4,))
    assert made is not None
    cells, number, denominator = made
    assert (cells.dtype, cells.tolist(), denominator) == (np.dtype(kind), [0, 1, scale - 1, 0], scale)
    other = network_memory._dense(Factor((1, 0), (5,), (Fraction(1),)), (2, 3))
    assert other is not None
    assert (other[0].tolist(), other[1] > number) == ([[0, 0], [0, 0], [0, 1]], True)
    assert network_memory._dense(Factor((0,), (1,), (sympy.Symbol("p"),)), (2,)) is None


def test_nothing_is_always_possible_where_weights_are_no_numbers() -> None:
    p = sympy.Symbol("p", positive=True)
    model = ck.Model(x=ck.coin(p), y=lambda x: 1, z=ck.coin("1/2"))
    memory = memory_of(model.regime.network)
    found: Mapping[str, Any] = {name: memory.always_possible(model.regime.node(name)) for name in ("x", "y", "z")}
    assert found == {"x": frozenset(), "y": frozenset(), "z": {False, True}}


def test_a_tree_is_made_once_as_much_was_asked_as_the_network_has(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(network_memory, "SOON_TRIANGULATED", 3)
    memory, scopes = NetworkMemory(), tuple((i, i + 1) for i in range(5))
    assert [memory.tree(scopes, lambda: [2] * 6, asks) is None for asks in (2, 2, 1)] == [True, True, False]
    assert memory.tree(scopes, lambda: [2] * 6, 0).cells == join_tree([2] * 6, scopes).cells  # type: ignore[union-attr]
