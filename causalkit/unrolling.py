"""Time: a model of one step, unrolled over a horizon into an ordinary model with names like ``wish[3]``."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Hashable, Iterable, Mapping
from dataclasses import replace
from typing import Any

from causalkit.errors import CyclicModel, InvalidName, UnknownName, WrongShape, suggestion
from causalkit.mechanisms.building import check_new, parents_first
from causalkit.mechanisms.constructors import as_mechanism, is_law
from causalkit.mechanisms.event import named_values
from causalkit.mechanisms.mechanism import CPT, Choice, Function, Mechanism, Table
from causalkit.model import Model
from causalkit.values.arguments import checked
from causalkit.values.dist import Dist

__all__ = ["each_step", "names_meant", "unroll"]

Step = Mapping[str, Any] | Callable[[int], Mapping[str, Any]]
Resolve = Callable[[str, str], str]

Domains = dict[str, tuple[Hashable, ...]]

BEFORE = "_before"


def unroll(step: Step, horizon: int, *, start: Mapping[str, Any] | None = None, shared: Mapping[str, Any] | None = None) -> Model:
    """A model of one step, repeated: the variable ``wish`` of the step becomes ``wish[1]``, ``wish[2]``, ... up to the horizon.

    Inside a step a parent called ``wish`` is the wish of the same step, and a parent called ``wish_before`` is the wish of the step
    before; this holds for the arguments of functions and for the parents named in tables, CPTs and choices alike. Noise is drawn
    afresh in every step, and every step has its own choices. To look further back, carry the value along: ``earlier=lambda
    wish_before: wish_before`` makes ``earlier_before`` the wish two steps ago.

    A table has a row for everything that its parents can be at some step.

    :param step: the step's variables to their mechanisms, or a function from the step's number to such a mapping, for steps that differ.
    :param horizon: the number of steps, 1 or more.
    :param start: what the variables were before the first step; they become ``wish[0]``, and may listen to each other.
    :param shared: variables that hold for all steps, such as parameters drawn once; they keep their names.
    :returns: an ordinary model of all steps.
    :raises UnknownName: for a parent that is nowhere, or for a value before the first step that ``start`` does not give.
    :raises InvalidName: for a name that is taken or ends in ``_before``.
    :raises CyclicModel: for a variable that listens to itself.
    :raises WrongShape: for a horizon below 1, a step that is not a mapping, and a row that no step can use.

    >>> from causalkit import coin
    >>> m = unroll({"tired": coin("1/4"), "asleep": lambda tired, asleep_before: tired or asleep_before}, 3, start={"asleep": False})
    >>> m.names
    ('asleep[0]', 'tired[1]', 'asleep[1]', 'tired[2]', 'asleep[2]', 'tired[3]', 'asleep[3]')
    >>> m.prob({"asleep[3]": True})
    Fraction(37, 64)
    """
    lasting, first = _mechanisms(shared or {}, "shared"), _mechanisms(start or {}, "start")
    numbers = range(1, _checked(horizon) + 1)
    steps = {t: _mechanisms(step(t), f"step {t}") if callable(step) else _mechanisms(step, "the step") for t in numbers}
    _check_names(lasting, first, steps)
    variables = {name: _renamed(name, one, _among("shared", lasting)) for name, one in lasting.items()}
    variables |= {at(name, 0): _renamed(name, one, _in_start(first, lasting)) for name, one in first.items()}
    for t, now in steps.items():
        resolve = _in_step(t, now, steps[t - 1] if t > 1 else first, lasting)
        variables |= {at(name, t): _renamed(name, one, resolve) for name, one in now.items()}
    return Model(_fitted(variables))


@checked
def each_step(
    model: Model, edits: Mapping[str, Any] | None = None, /, *, steps: Iterable[int] | None = None, **named: Any
) -> dict[str, Any]:
    """The same rule or edit for several steps of an unrolled model, for its ``choose`` and ``do``, and for the policies of a world.

    Rules are written with the names of a step, as in ``unroll``: ``glance`` is seen in the same step, ``glance_before`` in the step
    before.

    :param model: the unrolled model.
    :param edits: variables of a step to their rule, mechanism or value.
    :param steps: the numbers of the steps that are meant; every step that has the variable, except what was before the first, if left out.
    :param named: more of ``edits``, by keyword.
    :returns: the names of variables at their steps, such as ``wish[3]``, to the rule or value of each.
    :raises UnknownName: for a variable or a parent that the model does not have at a step.

    >>> from causalkit import choice, coin
    >>> m = unroll({"rain": coin("1/4"), "take": choice("coat", "hat", sees=["rain"])}, 2)
    >>> dry = m.choose(each_step(m, take=lambda rain: "coat" if rain else "hat"))
    >>> dry.prob({"take[1]": "coat", "take[2]": "coat"})
    Fraction(1, 16)
    >>> each_step(m, rain=True, steps=[2])
    {'rain[2]': True}
    """
    found: dict[str, Any] = {}
    wanted = None if steps is None else list(steps)
    for name, rule in named_values(edits, named).items():
        for t in _steps_with(name, model.names) if wanted is None else wanted:
            if at(name, t) not in model.names:
                raise UnknownName(f"{at(name, t)!r} is not in the model; it has: {', '.join(model.names)}")
            found[at(name, t)] = _renamed(name, as_mechanism(rule), _in_model(t, model.names)) if is_law(rule) else rule
    return found


def at(name: str, t: int) -> str:
    """The name of a variable at a step.

    >>> at("wish", 3)
    'wish[3]'
    """
    return f"{name}[{t}]"


@checked
def names_meant(parent: str, listener: str) -> list[str]:
    """What a parent's name may stand for in the rule of a variable at a step, in the order in which it is looked for.

    >>> names_meant("wish", "act[3]"), names_meant("wish_before", "act[3]"), names_meant("wish", "act")
    (['wish[3]', 'wish'], ['wish_before[3]', 'wish[2]', 'wish_before'], ['wish'])
    """
    step = re.search(r"\[(\d+)\]$", listener)
    if step is None:
        return [parent]
    base, t = parent.removesuffix(BEFORE), int(step[1])
    return [at(parent, t), *([at(base, t - 1)] if base != parent else []), parent]


def _checked(horizon: Any) -> int:
    if not isinstance(horizon, int) or isinstance(horizon, bool) or horizon < 1:
        raise WrongShape(f"the horizon is {horizon!r}, expected the number of steps, 1 or more")
    return horizon


def _mechanisms(given: Any, word: str) -> dict[str, Mechanism]:
    if not isinstance(given, Mapping):
        raise WrongShape(f"{word} is {given!r}, expected a mapping of names to mechanisms; type {{'wish': ...}}")
    return {check_new(name): as_mechanism(one) for name, one in given.items()}


def _check_names(lasting: Collection[str], first: Collection[str], steps: Mapping[int, Collection[str]]) -> None:
    stepwise = list(dict.fromkeys(name for now in steps.values() for name in now))
    if not stepwise:
        raise WrongShape("the step has no variables; type {'wish': ...}")
    taken = {at(name, t) for name in [*stepwise, *first] for t in range(len(steps) + 1)}
    for name in [*lasting, *first, *stepwise]:
        if name.endswith(BEFORE):
            base = name.removesuffix(BEFORE)
            raise InvalidName(f"{name!r} cannot name a variable here: it stands for {base!r} one step earlier; choose another name")
    for name in lasting:
        if name in stepwise or name in first:
            raise InvalidName(f"{name!r} is both shared and in a step; a variable is drawn once for all steps, or in every step")
        if name in taken:
            raise InvalidName(f"the shared {name!r} has the name of a variable at a step; choose another name")
    for name in first:
        if name not in stepwise:
            raise UnknownName(
                f"start gives {name!r}, which is in no step; the steps have: {', '.join(stepwise)}{suggestion(name, stepwise)}"
            )


# ---- tables, which hold for all steps


def _fitted(variables: Mapping[str, Mechanism]) -> dict[str, Mechanism]:
    """Tables with the rows that can occur at their step; a row with a value that its variable takes at no step is refused."""
    done: dict[str, Mechanism] = {}
    domains: Domains = {}
    possible: dict[str, set[Hashable]] = {}
    for name in parents_first({name: one.parents for name, one in variables.items()}):
        one = variables[name]
        if isinstance(one, Table | CPT):
            one = replace(one, rows=_that_occur(one, domains))
        done[name] = one.tabulated(name, domains)
        domains[name] = done[name].domain
        possible.setdefault(_family(name), set()).update(domains[name], _values(variables[name]) or ())
    for name, one in variables.items():
        _check_rows(name, one, possible)
    return {name: done[name] for name in variables}


def _that_occur(one: Table | CPT, domains: Domains) -> dict[Any, Any]:
    known = {parent: domains[parent] for parent in one.parents}
    return {key: row for key, row in one.rows.items() if _stray(key, known) is None}


def _check_rows(name: str, one: Mechanism, possible: Mapping[str, Collection[Hashable]]) -> None:
    for key in one.rows if isinstance(one, Table | CPT) else ():
        stray = _stray(key, {parent: possible[_family(parent)] for parent in one.parents})
        if stray is not None:
            parent, value = stray
            known = ", ".join(sorted(map(repr, possible[_family(parent)])))
            shown = key[0] if len(key) == 1 else key
            raise WrongShape(f"{name!r} has a row for {shown!r}, and {parent!r} is {value!r} at no step; it is one of {known}")


def _stray(key: tuple[Hashable, ...], known: Mapping[str, Collection[Hashable]]) -> tuple[str, Hashable] | None:
    """The first value of a row that its parent does not take. A key of another length is left to the model, which refuses it."""
    if len(known) == 1:  # where the one parent's values are tuples, the key may be such a value
        ((parent, values),) = known.items()
        if key in values:
            return None
        if len(key) != 1 and any(isinstance(value, tuple) for value in values):
            return parent, key
    return next(((p, v) for (p, values), v in zip(known.items(), key, strict=False) if v not in values), None)


def _values(one: Mechanism) -> tuple[Hashable, ...] | None:
    """What a mechanism says by itself that its variable can be."""
    if isinstance(one, Function) or (isinstance(one, CPT) and not all(isinstance(row, Dist) for row in one.rows.values())):
        return None
    return one.domain


def _family(name: str) -> str:
    return re.sub(r"\[\d+\]$", "", name)


# ---- which variable a parent is


def _renamed(name: str, one: Mechanism, resolve: Resolve) -> Mechanism:
    """The same mechanism, listening to the variables that its parents' names stand for."""
    if isinstance(one, Choice):
        return replace(one, sees=tuple(resolve(name, parent) for parent in one.sees))
    if isinstance(one, Function | Table | CPT):
        return replace(one, parents=tuple(resolve(name, parent) for parent in one.parents))
    return one


def _among(word: str, lasting: Collection[str]) -> Resolve:
    def resolve(name: str, parent: str) -> str:
        if parent in lasting:
            return parent
        raise UnknownName(
            f"the {word} {name!r} listens to {parent!r}, which is not shared; {_has('shared', lasting)}{suggestion(parent, lasting)}"
        )

    return resolve


def _in_start(first: Collection[str], lasting: Collection[str]) -> Resolve:
    def resolve(name: str, parent: str) -> str:
        if parent in first:
            return at(parent, 0)
        if parent in lasting:
            return parent
        known = [*first, *lasting]
        raise UnknownName(
            f"the start of {name!r} listens to {parent!r}, which has no start and is not shared; "
            f"{_has('start', first)}, {_has('shared', lasting)}{suggestion(parent, known)}"
        )

    return resolve


def _in_step(t: int, now: Collection[str], last: Collection[str], lasting: Collection[str]) -> Resolve:
    def resolve(name: str, parent: str) -> str:
        if parent == name:
            raise CyclicModel(f"{name!r} listens to itself in the same step; listen to {name + BEFORE!r}, its value one step earlier")
        if parent in now:
            return at(parent, t)
        if parent in lasting:
            return parent
        base = parent.removesuffix(BEFORE)
        if base != parent and base in last:
            return at(base, t - 1)
        raise UnknownName(f"{name!r} at step {t} listens to {parent!r}, {_why_not(t, parent, base, now, last, lasting)}")

    return resolve


def _why_not(t: int, parent: str, base: str, now: Collection[str], last: Collection[str], lasting: Collection[str]) -> str:
    if base == parent:
        known = [*now, *(name + BEFORE for name in last), *lasting]
        return f"which is not there; {_has('the step', now)}, {_has('shared', lasting)}{suggestion(parent, known)}"
    if base in lasting:
        return f"and {base!r} is shared by all steps, so it is no other before; listen to {base!r}"
    if t == 1 and base in now:
        return f"and nothing says what {base!r} was before the first step; type start={{{base!r}: ...}}"
    return f"and step {t - 1} has no {base!r}; {_has(f'step {t - 1}', last)}{suggestion(base, [*last, *now])}"


def _has(word: str, names: Collection[str]) -> str:
    return f"{word} has: {', '.join(names) or 'nothing'}"


def _steps_with(name: str, names: Collection[str]) -> list[int]:
    numbers = (re.fullmatch(rf"{re.escape(name)}\[(\d+)\]", known) for known in names)
    found = [int(match[1]) for match in numbers if match and int(match[1]) > 0]
    if not found:
        stepwise = dict.fromkeys(match[1] for known in names if (match := re.fullmatch(r"(.*)\[\d+\]", known)))
        raise UnknownName(f"no step has {name!r}; the steps have: {', '.join(stepwise) or 'nothing'}{suggestion(name, stepwise)}")
    return sorted(found)


def _in_model(t: int, names: Collection[str]) -> Resolve:
    def resolve(name: str, parent: str) -> str:
        meant = names_meant(parent, at(name, t))
        for one in meant:
            if one in names:
                return one
        raise UnknownName(f"the rule for {at(name, t)!r} listens to {parent!r}, and none of {', '.join(meant)} is in the model")

    return resolve
