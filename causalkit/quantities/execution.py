"""Execution graphs: leaves that hold values and may be changed, and steps that work values out from others, with nothing left to chance."""

from __future__ import annotations

import graphlib
import itertools
import math
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from causalkit.errors import CyclicModel, MechanismFailed, TooLarge, UnknownName, UnknownValue, WrongShape, listing, suggestion
from causalkit.graphs.order import Names, several
from causalkit.mechanisms.constructors import argument_names
from causalkit.model import Model
from causalkit.quantities.setting import Values, single_setting
from causalkit.values.arguments import checked

__all__ = ["Execution", "execution_of"]

Value = Hashable
Step = tuple[Callable[..., Value], tuple[str, ...]]

MOST_ROWS = 4_096


@checked
class Execution:
    """What was worked out from what, once: leaves with their values, and steps with the names of what they were worked out from.

    :param leaves: the values that may be changed.
    :param steps: for each step a function whose argument names are its inputs, or a pair of a function and the names of its inputs;
        an input may be named twice.
    :param domains: for a leaf, the values that it could have. For a leaf that is true or false, or 0 or 1, both are taken without.
    :raises WrongShape: for a leaf whose other values are not said. ``UnknownName`` for an input that is nowhere, ``CyclicModel``.

    >>> chain = Execution({"a": 0, "b": 1}, {"both": lambda a, b: a & b})
    >>> chain.values["both"], chain.run({"a": 1})["both"]
    (0, 1)
    """

    def __init__(
        self, leaves: Mapping[str, Value], steps: Mapping[str, Any], *, domains: Mapping[str, Sequence[Value]] | None = None
    ) -> None:
        self.leaves = dict(leaves)
        for name, value in self.leaves.items():
            _check_hashable(name, value)
        self.steps: dict[str, Step] = {name: _step(name, given) for name, given in steps.items()}
        self._check_names()
        self.order = _ordered(self.steps, self.leaves)
        self._domains = {name: _domain(name, value, (domains or {}).get(name)) for name, value in self.leaves.items()}

    def __eq__(self, other: object) -> bool:
        """Whether leaves, their other values, and steps are the same; functions are the same where they are one object."""
        return isinstance(other, Execution) and self._identity == other._identity

    def __hash__(self) -> int:
        return hash(self._identity)

    @property
    def _identity(self) -> Hashable:
        return frozenset(self.leaves.items()), frozenset(self._domains.items()), frozenset(self.steps.items())

    @cached_property
    def values(self) -> Values:
        """What every leaf and step was."""
        return self.run({})

    @cached_property
    def domains(self) -> Mapping[str, tuple[Value, ...]]:
        """What every leaf could be, and every step could then come to; ``TooLarge`` for a step of more than 4,096 rows."""
        domains = dict(self._domains)
        for name in self.order:
            domains[name] = tuple(dict.fromkeys(output for _, output in self.rows(name, domains)))
        return domains

    def rows(self, name: str, domains: Mapping[str, Sequence[Value]]) -> Iterable[tuple[dict[str, Value], Value]]:
        """Every combination of a step's inputs, each name once, with what it comes to."""
        inputs = self.steps[name][1]
        names = tuple(dict.fromkeys(inputs))
        count = math.prod(len(domains[one]) for one in names)
        if count > MOST_ROWS:
            raise TooLarge(f"{name!r} has {count:,} combinations of inputs, and at most {MOST_ROWS:,} are tried; split it into steps")
        for values in itertools.product(*(domains[one] for one in names)):
            row = dict(zip(names, values, strict=True))
            yield row, self.outcome(name, [row[one] for one in inputs])

    def outcome(self, name: str, inputs: Sequence[Value]) -> Value:
        """What a step comes to on these inputs; ``MechanismFailed`` when it raises."""
        try:
            value = self.steps[name][0](*inputs)
            hash(value)
            return value
        except Exception as error:
            shown = ", ".join(f"{one}={value!r}" for one, value in zip(self.steps[name][1], inputs, strict=True))
            raise MechanismFailed(
                f"the step {name!r} raised {type(error).__name__}: {error} on {shown}; it must take every value"
            ) from error

    def run(self, changes: Mapping[str, Value]) -> dict[str, Value]:
        """What every leaf and step is after leaves are changed; raises ``UnknownName`` for what is no leaf."""
        for name in changes:
            if name not in self.leaves:
                raise UnknownName(f"{name!r} is no leaf; the leaves are: {', '.join(self.leaves)}{suggestion(name, self.leaves)}")
        values = {**self.leaves, **changes}
        for name in self.order:
            values[name] = self.outcome(name, [values[one] for one in self.steps[name][1]])
        return values

    def before(self, root: str) -> list[str]:
        """The steps that a node was worked out from, itself with them, inputs first; ``UnknownName`` when it is not there."""
        if root not in self.steps and root not in self.leaves:
            known = [*self.leaves, *self.steps]
            raise UnknownName(f"{root!r} is neither a leaf nor a step; there are: {listing(known[:12])}{suggestion(root, known)}")
        wanted = {root}
        for name in reversed(self.order):
            if name in wanted:
                wanted.update(self.steps[name][1])
        return [name for name in self.order if name in wanted]

    def restricted(self, among: Names) -> Execution:
        """The same execution in which only some leaves may be changed; the others are steps that always come to the same."""
        names = several(among)
        for name in names:
            if name not in self.leaves:
                raise UnknownName(f"{name!r} is no leaf; the leaves are: {', '.join(self.leaves)}{suggestion(name, self.leaves)}")
        fixed: dict[str, Any] = {name: (_Always(value), ()) for name, value in self.leaves.items() if name not in names}
        kept = {name: value for name, value in self.leaves.items() if name in names}
        return Execution(kept, {**fixed, **self.steps}, domains={name: self._domains[name] for name in kept})

    def _check_names(self) -> None:
        known = {**self.leaves, **self.steps}
        both = next((name for name in self.leaves if name in self.steps), None)
        if both is not None:
            raise WrongShape(f"{both!r} is both a leaf and a step; give one of them another name")
        for name, (_, inputs) in self.steps.items():
            stray = next((one for one in inputs if one not in known), None)
            if stray is not None:
                raise UnknownName(f"the step {name!r} takes {stray!r}, which is neither a leaf nor a step{suggestion(stray, known)}")


def execution_of(model: Model, root: str, *, among: Names | None = None, context: Values | None = None) -> Execution:
    """The execution of a deterministic model in one context, as far as a variable listens to it.

    :param model: a model whose variables are functions of noise that is settled, by evidence or by ``context``.
    :param root: the variable that came out wrong.
    :param among: the variables that may be changed; those that listen to others are then cut off from them. Without it, every
        variable that listens to nothing and has more than one value.
    :param context: further observations that settle the noise.
    :raises WrongShape: when several contexts are possible, or a variable is a conditional table or has edited edges.

    >>> from causalkit.values.dist import coin
    >>> m = Model(a=coin("1/2"), b=coin("1/2"), y=lambda a, b: a and b)
    >>> execution_of(m, "y", context={"a": True, "b": False}).leaves
    {'a': True, 'b': False}
    """
    if root not in model.names:
        raise UnknownName(f"{root!r} is not in the model; it has: {', '.join(model.names)}{suggestion(root, model.names)}")
    names = None if among is None else several(among)
    setting = single_setting(model, {root: model.domain(root)[0]}, context, also=names or ())
    roots = tuple(name for name in setting.heard if not setting.laws[name].parents and len(setting.domains[name]) > 1)
    free = roots if names is None else names
    steps: dict[str, Any] = {}
    for name in setting.order:
        if name not in free:
            law = setting.laws[name]
            steps[name] = (_row_of(law), law.parents) if law.parents else (_Always(setting.actual[name]), ())
    leaves = {name: setting.actual[name] for name in free}
    return Execution(leaves, steps, domains={name: setting.domains[name] for name in leaves})


def _row_of(law: Any) -> Callable[..., Value]:
    return lambda *inputs: law.row(inputs).outcomes[0][0]


@dataclass(frozen=True)
class _Always:
    """A step that always comes to the same."""

    value: Value

    def __call__(self) -> Value:
        return self.value


def _check_hashable(name: str, value: Value) -> None:
    try:
        hash(value)
    except TypeError:
        raise WrongShape(f"the leaf {name!r} is {value!r}, and values must be hashable; give a tuple or a frozenset") from None


def _step(name: str, given: Any) -> Step:
    if callable(given):
        return given, tuple(argument_names(given))
    if isinstance(given, tuple) and len(given) == 2 and callable(given[0]) and not isinstance(given[1], str):
        return given[0], tuple(given[1])
    raise WrongShape(f"the step {name!r} is {given!r}, expected a function of its inputs; type {{{name!r}: lambda a, b: ...}}")


def _ordered(steps: Mapping[str, Step], leaves: Mapping[str, Value]) -> list[str]:
    needs = {name: inputs for name, (_, inputs) in steps.items()}
    try:
        return [name for name in graphlib.TopologicalSorter(needs).static_order() if name in steps]
    except graphlib.CycleError as error:
        raise CyclicModel(f"the steps {' -> '.join(error.args[1])} need each other; an execution has no circle") from None


def _domain(name: str, value: Value, given: Sequence[Value] | None) -> tuple[Value, ...]:
    if given is None:
        if isinstance(value, bool):
            return (False, True)
        if isinstance(value, int) and value in (0, 1):
            return (0, 1)
        raise WrongShape(f"what else the leaf {name!r} could be is not said, it is {value!r}; type domains={{{name!r}: [{value!r}, ...]}}")
    if value not in given:
        raise UnknownValue(f"the leaf {name!r} is {value!r}, which is not among its values: {listing(given)}")
    return tuple(dict.fromkeys(given))
