"""The slow obvious answer: every unit written out, every branch solved for every unit, sums of Fractions.

Nothing here shares code with the engine. From the package it takes only what a mechanism says about one row: which draw decides
(``row.draw``) and what can come out (``row.outcomes``). Two rows that name the same draw of the same mechanism share it.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from causalkit import Dist, Model
from causalkit.mechanisms.constructors import as_mechanism, is_law
from causalkit.mechanisms.mechanism import Constant, Mechanism
from causalkit.values.exact import as_fraction

Unit = Mapping[Any, int]
Values = dict[str, Any]


class Undefined(Exception):
    """The condition has probability zero."""


@dataclass(frozen=True)
class FromBranch:
    """An edit: the value that ``variable`` has in ``branch``."""

    branch: str
    variable: str


@dataclass(frozen=True)
class World:
    """One unit: its weight, and what every variable is in every branch."""

    weight: Fraction
    branches: Mapping[str, Values]

    def __getattr__(self, branch: str) -> Values:
        return self.branches[branch]


def worlds(model: Model, branches: Mapping[str, Mapping[Any, Any]] | None = None) -> list[World]:
    """Every unit of a model that nothing was done to, with the branch ``fact`` and the branches that the edits make."""
    base = {name: model.mechanism(name) for name in model.names}
    edits = {name: _read(edit, model) for name, edit in {"fact": {}, **(branches or {})}.items()}
    return [World(weight, _solved(base, edits, unit)) for weight, unit in units(base, edits)]


def _read(edits: Mapping[Any, Any], model: Model) -> dict[Any, Any]:
    """Edits with a mechanism in the place of every value."""
    domains = {name: model.domain(name) for name in model.names}
    read: dict[Any, Any] = {}
    for key, edit in edits.items():
        if isinstance(edit, FromBranch):
            read[key] = edit
        elif is_law(edit):
            read[key] = as_mechanism(edit).tabulated("", domains)
        else:
            read[key] = Constant(edit)
    return read


def units(base: Mapping[str, Mechanism], edits: Mapping[str, Mapping[Any, Any]]) -> Iterable[tuple[Fraction, Unit]]:
    """Every way that all draws can fall, with its probability."""
    placed = list(base.items())
    for edit in edits.values():
        for key, mechanism in edit.items():
            if isinstance(mechanism, Mechanism):
                placed.append((key[0] if isinstance(key, tuple) else key, mechanism))
    sources: dict[Any, list[Any]] = {}
    for name, mechanism in placed:
        for inputs in itertools.product(*(base[parent].domain for parent in mechanism.parents)):
            row = mechanism.row(inputs)
            if row.draw is not None:
                sources[name, mechanism, row.draw] = [weight for _, weight in row.outcomes]
    for indices in itertools.product(*(range(len(weights)) for weights in sources.values())):
        weight = Fraction(1)
        for weights, index in zip(sources.values(), indices, strict=True):
            weight *= weights[index]
        yield weight, dict(zip(sources, indices, strict=True))


def _solved(base: Mapping[str, Mechanism], edits: Mapping[str, Mapping[Any, Any]], unit: Unit) -> dict[str, Values]:
    """What every variable is in every branch, for one unit; branches may read earlier ones."""
    done: dict[str, Values] = {}
    for branch, edit in edits.items():
        values: Values = {}
        while len(values) < len(base):
            known = len(values)
            for name in base:
                if name not in values and _ready(name, base, edit, values):
                    values[name] = _value(name, base, edit, values, done, unit)
            assert len(values) > known, "the edits make a cycle"
        done[branch] = values
    return done


def _ready(name: str, base: Mapping[str, Mechanism], edit: Mapping[Any, Any], values: Values) -> bool:
    """Whether everything that one variable listens to in its own branch is known."""
    mechanism = edit.get(name, base[name])
    if isinstance(mechanism, FromBranch):
        return True
    through = [edit.get((parent, name)) for parent in mechanism.parents]
    direct = [parent for parent, on_edge in zip(mechanism.parents, through, strict=True) if on_edge is None]
    around = [other for on_edge in through if isinstance(on_edge, Mechanism) for other in on_edge.parents]
    return all(each in values for each in [*direct, *around])


def _value(
    name: str, base: Mapping[str, Mechanism], edit: Mapping[Any, Any], values: Values, done: Mapping[str, Values], unit: Unit
) -> Any:
    """One variable in one branch, when all that it listens to is known."""
    mechanism = edit.get(name, base[name])
    if isinstance(mechanism, FromBranch):
        return done[mechanism.branch][mechanism.variable]
    heard = []
    for parent in mechanism.parents:
        on_edge = edit.get((parent, name))
        if on_edge is None:
            heard.append(values[parent])
        elif isinstance(on_edge, FromBranch):
            heard.append(done[on_edge.branch][on_edge.variable])
        else:
            heard.append(_outcome(parent, on_edge, tuple(values[other] for other in on_edge.parents), unit))
    return _outcome(name, mechanism, tuple(heard), unit)


def _outcome(name: str, mechanism: Mechanism, inputs: tuple[Any, ...], unit: Unit) -> Any:
    row = mechanism.row(inputs)
    index = 0 if row.draw is None else unit[name, mechanism, row.draw]
    return row.outcomes[index][0]


def always(world: World) -> bool:
    return True


def weight(of: list[World], event: Callable[[World], object] = always) -> Fraction:
    return sum((world.weight for world in of if event(world)), Fraction(0))


def prob(of: list[World], event: Callable[[World], object], given: Callable[[World], object] = always) -> Fraction:
    """P(event | given)."""
    return as_fraction(dist(of, lambda world: bool(event(world)), given)[True])


def expect(of: list[World], quantity: Callable[[World], Any], given: Callable[[World], object] = always) -> Fraction:
    """E[quantity | given]."""
    if not weight(of, given):
        raise Undefined
    return sum((world.weight * quantity(world) for world in of if given(world)), Fraction(0)) / weight(of, given)


def dist(of: list[World], quantity: Callable[[World], Any], given: Callable[[World], object] = always) -> Dist:
    """The distribution of a quantity given an event."""
    total = weight(of, given)
    if not total:
        raise Undefined
    found: dict[Any, Fraction] = {}
    for world in of:
        if given(world):
            value = quantity(world)
            found[value] = found.get(value, Fraction(0)) + world.weight / total
    return Dist(found)


def agrees(values: Mapping[str, Any]) -> Callable[[Values], bool]:
    """The event that variables have these values, on the values of one branch."""
    return lambda found: all(found[name] == value for name, value in values.items())
