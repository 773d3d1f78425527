"""From the readings of a formula to branches of a causal model, and to functions of one run."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from causalkit import Branches, Model, as_in, table
from causalkit.errors import UnknownValue, listing, suggestion
from causalkit.mechanisms.constructors import is_law
from causalkit.values.exact import Number, exact
from stop_button.decision.policy import Policy
from stop_button.decision.world import World
from stop_button.language.arithmetic import evaluate
from stop_button.language.formula import BASELINE, Expectation, Formula, Is, Reading, Wiring
from stop_button.language.parts import leaves, readings
from stop_button.language.walking import Walk

__all__ = ["Query", "branch_readings", "ground", "references"]

Key = tuple[tuple[tuple[str, Any], ...], Hashable]


@dataclass(frozen=True)
class Query:
    """A mean, put to a model: its branches, its quantity and its condition as functions of one run."""

    branches: Branches
    names: Mapping[Key, str]
    quantity: Callable[[Any], Number]
    condition: Callable[[Any], bool] | None


def ground(mean: Expectation, world: World, model: Model) -> Query:
    """A mean over a world's model, with a policy plugged in or its choices left open.

    Raises ``MissingRole`` and ``UnknownValue`` for what the world does not have.
    """
    names = _branch_names(mean)
    for part in mean.children():
        for leaf in leaves(part):
            _CHECK(leaf, world)
    branches = model.branches({name: _edits(key, world, names) for key, name in names.items() if name != "fact"})
    readers = {leaf: _READER(leaf, world, names) for part in mean.children() for leaf in leaves(part)}
    given = mean.given
    return Query(
        branches,
        names,
        lambda run: evaluate(mean.inner, lambda leaf: readers[leaf](run)),
        None if given is None else lambda run: bool(evaluate(given, lambda leaf: readers[leaf](run))),
    )


def _branch_names(mean: Expectation) -> dict[Key, str]:
    """A name for every branch that a mean looks at, those that others refer to first."""
    names: dict[Key, str] = {((), None): "fact"}
    for reading in branch_readings(mean.children()):
        names.setdefault((reading.edits, reading.policy), f"branch{len(names)}")
    return names


def _check_meaning(event: Is, _visit: Any, world: World) -> None:
    role = world.role(event.reading.name)
    known = list(dict.fromkeys(role.meaning(value) for value in world.model.domain(role.variable)))
    if event.meaning not in known:
        raise UnknownValue(
            f"{event!r} is never so: the values of {role.variable!r} mean {listing(known)}{suggestion(event.meaning, known)}"
        )


_CHECK: Walk[None] = Walk("checking meanings", {Is: _check_meaning, Reading: lambda _reading, _visit, _world: None})


def branch_readings(parts: Iterable[Formula]) -> Iterator[Reading]:
    """Every reading in formulas, those inside edits before the reading that they edit."""
    for part in parts:
        for reading in readings(part):
            yield from branch_readings(value for _, value in reading.read_by_edits())
            yield reading


def references(mean: Expectation, world: World) -> list[Policy]:
    """The policies that a mean reads branches under, beside the one that is scored."""
    return [_reference(reading.policy, world) for reading in branch_readings(mean.children()) if reading.policy is not None]


def _reference(policy: Any, world: World) -> Policy:
    return world.reference(None if policy == BASELINE else policy)


def _edits(key: Key, world: World, names: Mapping[Key, str]) -> dict[Any, Any]:
    edits, policy = key
    rules = {} if policy is None else _reference(policy, world).rules
    done: dict[Any, Any] = {}
    for name, value in edits:
        done |= _rewired(value, world) if isinstance(value, Wiring) else {world.role(name).variable: _edit(name, value, world, names)}
    return {**rules, **done}


def _rewired(wiring: Wiring, world: World) -> dict[tuple[str, str], Any]:
    """Edges edited so that a variable hears another one in place of a parent."""
    edges: dict[tuple[str, str], Any] = {}
    for child, heard in wiring.items():
        for parent, other in heard.items():
            instead = world.role(other).variable
            same = {value: value for value in world.model.domain(instead)}
            edges[world.role(parent).variable, world.role(child).variable] = table([instead], same)
    return edges


def _edit(name: str, value: Any, world: World, names: Mapping[Key, str]) -> Any:
    if isinstance(value, Reading):
        return as_in(names[value.edits, value.policy], world.role(value.name).variable)
    return value if is_law(value) else world.value_of(name, value)


Reader = Callable[[Any], Number]
"""What a reading or an event is in a run."""


def _reading_reader(reading: Reading, _visit: Any, world: World, names: Mapping[Key, str]) -> Reader:
    role, branch = world.role(reading.name), names[reading.edits, reading.policy]
    variable, meaning = role.variable, role.meaning
    return lambda run: exact(meaning(run[branch][variable]))


def _event_reader(event: Is, _visit: Any, world: World, names: Mapping[Key, str]) -> Reader:
    role, branch = world.role(event.reading.name), names[event.reading.edits, event.reading.policy]
    variable, meaning, wanted = role.variable, role.meaning, event.meaning
    return lambda run: exact(int(meaning(run[branch][variable]) == wanted))


_READER: Walk[Reader] = Walk("reading a run", {Is: _event_reader, Reading: _reading_reader})
