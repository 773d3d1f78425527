"""Small models with their joint distributions written out, and readings of them, for tests of the engine's parts."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

import causalkit as ck
from causalkit.engine import compiled_query, point_query
from causalkit.engine.compiling import plan as plans
from causalkit.engine.compiling.ordering import elimination_order
from causalkit.mechanisms.network import Edits, Node, Reading

CHAIN = ck.Model(
    x=ck.coin("1/3"),
    y=ck.cpt(["x"], {False: {0: "1/4", 1: "3/4"}, True: {1: "1/2", 2: "1/2"}}, domain=[0, 1, 2]),
    z=ck.cpt(["y"], {0: ck.coin("1/5"), 1: ck.coin("2/5"), 2: ck.coin("4/5")}),
    one=lambda: 1,
)
ROWS = {False: {0: Fraction(1, 4), 1: Fraction(3, 4)}, True: {1: Fraction(1, 2), 2: Fraction(1, 2)}}
JOINT = {
    (x, y, z): Fraction(1 if x else 2, 3) * py * (Fraction((1, 2, 4)[y], 5) if z else Fraction((4, 3, 1)[y], 5))
    for x, rows in ROWS.items()
    for y, py in rows.items()
    for z in (False, True)
}
"""Every way that the chain can go."""

COUPLED = ck.Model(
    x=ck.coin("1/3"),
    y=ck.cpt(["x"], {False: ck.coin("1/4"), True: ck.coin("1/2")}, coupling="monotone", domain=[False, True]),
    z=lambda x, y: x + y,
    one=lambda: 1,
    w=ck.cpt(["z"], {0: {"a": 1}, 1: {"a": "1/3", "b": "2/3"}, 2: {"b": 1}}, coupling="independent", domain=["a", "b"]),
)
TRUE, FALSE = (ck.Model(x=value).mechanism("x") for value in (True, False))
PLAIN, ON, OFF = Edits(), Edits({"x": TRUE}), Edits({"x": FALSE})


def fresh(model: ck.Model) -> Any:
    """The network of a model, with nothing worked out about it."""
    return ck.Model({name: model.mechanism(name) for name in model.names}).regime.network


def forget() -> None:
    """Lets go of what is kept about questions."""
    for cached in (plans.planned_for, plans.eliminating, elimination_order, point_query.point_query, compiled_query.float_runner):
        cached.cache_clear()


def as_if_large(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every world takes the way of the large ones, and nothing is remembered."""
    monkeypatch.setattr(plans, "FEW_VISITS", 0)
    forget()


def weights(target: str, **seen: Any) -> dict[Any, Fraction]:
    """The joint of the chain, cut to what was seen and added up by the target."""
    found: dict[Any, Fraction] = {}
    for values, weight in JOINT.items():
        at = dict(zip("xyz", values, strict=True))
        if all(at[name] == value for name, value in seen.items()):
            found[at[target]] = found.get(at[target], Fraction(0)) + weight
    return found


def nodes_of(of: Any, *names: str) -> list[Node]:
    """The nodes of a model, or of a network, of these names."""
    network = of.regime.network if isinstance(of, ck.Model) else of
    return [network.node(Edits(), name) for name in names]


def value_of(node: Node) -> Reading:
    return Reading((node,), lambda values: values[node], is_values=True)


def seen_at(node: Node, value: Any) -> Reading:
    return Reading((node,), lambda values: values[node] == value, (value,))
