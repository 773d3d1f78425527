"""From the readings of a formula to branches of a causal model, and to functions of one run."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from causalkit import Branches, Model, as_in
from causalkit.errors import UnknownValue, WrongShape, listing, suggestion
from causalkit.values.exact import Number, exact
from stop_button.decision.policy import Policy
from stop_button.decision.world import World
from stop_button.language.formula import BASELINE, Expectation, Formula, Is, Reading, evaluate, leaves

__all__ = ["Asked", "asked", "branch_readings", "references"]

Key = tuple[tuple[tuple[str, Any], ...], Hashable]


@dataclass(frozen=True)
class Asked:
    """A mean, put to a model: its branches, its quantity and its condition as functions of one run."""

    branches: Branches
    names: Mapping[Key, str]
    quantity: Callable[[Any], Number]
    condition: Callable[[Any], bool] | None


def asked(mean: Expectation, world: World, model: Model) -> Asked:
    """A mean over a world's model, with a policy plugged in or its choices left open.

    Raises ``MissingRole`` and ``UnknownValue`` for what the world does not have.
    """
    names = _branch_names(mean)
    for part in [mean.inner, *([] if mean.given is None else [mean.given])]:
        _check_meanings(part, world)
    branches = model.branches({name: _edits(key, world, names) for key, name in names.items() if name != "fact"})
    given = mean.given
    return Asked(
        branches,
        names,
        lambda run: evaluate(mean.inner, lambda leaf: _read(leaf, world, run, names)),
        None if given is None else lambda run: bool(evaluate(given, lambda leaf: _read(leaf, world, run, names))),
    )


def _branch_names(mean: Expectation) -> dict[Key, str]:
    """A name for every branch that a mean looks at, those that others refer to first."""
    names: dict[Key, str] = {((), None): "fact"}
    for reading in branch_readings([mean.inner, *([] if mean.given is None else [mean.given])]):
        names.setdefault((reading.edits, reading.policy), f"branch{len(names)}")
    return names


def _check_meanings(part: Formula, world: World) -> None:
    for leaf in leaves(part):
        if isinstance(leaf, Is):
            role = world.role(leaf.reading.name)
            known = list(dict.fromkeys(role.meaning(value) for value in world.model.domain(role.variable)))
            if leaf.meaning not in known:
                raise UnknownValue(
                    f"{leaf!r} is never so: the values of {role.variable!r} mean {listing(known)}{suggestion(leaf.meaning, known)}"
                )


def branch_readings(parts: Iterable[Formula]) -> Iterator[Reading]:
    """Every reading in formulas, those inside edits before the reading that they edit."""
    for part in parts:
        for leaf in leaves(part):
            reading = leaf.reading if isinstance(leaf, Is) else leaf
            if not isinstance(reading, Reading):
                raise WrongShape(f"{reading!r} cannot stand inside E(...)")
            yield from branch_readings(value for _, value in reading.edits if isinstance(value, Formula))
            yield reading


def references(mean: Expectation, world: World) -> list[Policy]:
    """The policies that a mean reads branches under, beside the one that is scored."""
    parts = [mean.inner, *([] if mean.given is None else [mean.given])]
    return [_reference(reading.policy, world) for reading in branch_readings(parts) if reading.policy is not None]


def _reference(policy: Any, world: World) -> Policy:
    return world.reference(None if policy == BASELINE else policy)


def _edits(key: Key, world: World, names: Mapping[Key, str]) -> dict[str, Any]:
    edits, policy = key
    rules = {} if policy is None else _reference(policy, world).rules
    done = {world.role(name).variable: _edit(name, value, world, names) for name, value in edits}
    return {**rules, **done}


def _edit(name: str, value: Any, world: World, names: Mapping[Key, str]) -> Any:
    if isinstance(value, Reading):
        return as_in(names[value.edits, value.policy], world.role(value.name).variable)
    return world.value_of(name, value)


def _read(leaf: Formula, world: World, run: Any, names: Mapping[Key, str]) -> Number:
    if isinstance(leaf, Is):
        return exact(int(_meaning(leaf.reading, world, run, names) == leaf.meaning))
    assert isinstance(leaf, Reading)
    return exact(_meaning(leaf, world, run, names))


def _meaning(reading: Reading, world: World, run: Any, names: Mapping[Key, str]) -> Any:
    role = world.role(reading.name)
    return role.meaning(run[names[reading.edits, reading.policy]][role.variable])
