"""What a utility can reward at all, read off the graph: for every parametrisation, which variables can carry an incentive."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from typing import Any

from causalkit.mechanisms.constructors import as_mechanism, is_law
from causalkit.values.arguments import checked
from causalkit.values.render import Printed
from stop_button.decision.world import World
from stop_button.evaluation.utility import Utility
from stop_button.grounding.resolving import resolved
from stop_button.language.formula import Expectation, Reading, Wiring
from stop_button.language.parts import means, readings

__all__ = ["PossibleIncentive", "idle_wishes", "possible_incentive", "possible_incentives"]

Edits = tuple[tuple[str, Any], ...]
Branch = tuple[Edits, Hashable]
Copy = tuple[Branch, str]


@dataclass(frozen=True)
class PossibleIncentive(Printed):
    """Whether anything can be gained by way of a variable, in some parametrisation of the world's graph.

    Truthy for "may": ``path`` leads from a decision through the variable to what the term ``mean`` scores or, when ``conditioned``, to
    what it conditions on, in a branch that the utility's own interventions leave open. Falsy for "cannot": there is no such path, so the
    score with the variable frozen at its baseline value is the score itself, for every policy and all numbers. ``reached`` says whether a
    decision leads to the variable at all.
    """

    utility: str
    variable: str
    path: tuple[str, ...] = ()
    mean: Expectation | None = None
    conditioned: bool = False
    reached: bool = True

    def __bool__(self) -> bool:
        return bool(self.path)

    def __str__(self) -> str:
        if not self.reached:
            return f"no path leads from a decision to {self.variable}: no policy can change it"
        if not self:
            return (
                f"no path from a decision through {self.variable} reaches what {self.utility} scores or conditions on: "
                f"nothing can be gained by way of {self.variable}, for any numbers; an influence on it as a side effect is not excluded"
            )
        where = "is conditioned on" if self.conditioned else "is scored"
        return f"a gain of {self.utility} may come by way of {self.variable}: {' -> '.join(self.path)}, which {where} in {self.mean}"


def idle_wishes(world: World) -> tuple[str, ...]:
    """A sentence for each wish from which no path leads to being stopped: imposing it changes nothing about who is stopped.

    >>> import stop_button as sb
    >>> idle_wishes(sb.worlds.office())
    ()
    """
    if "stopped" not in world.roles:
        return ()
    stopped = world.role("stopped").variable
    wishes = [world.role(name).variable for name in world.wishes]
    return tuple(
        f"no path leads from {wish} to {stopped}: a wish that is imposed there changes nothing about who is stopped; "
        f"if {stopped} listens to what people want by another variable, name that as the intent"
        for wish in dict.fromkeys(wishes)
        if wish != stopped and stopped not in world.model.graph.descendants(wish)
    )


@checked
def possible_incentive(world: World, utility: Utility, variable: str) -> PossibleIncentive:
    """Whether a utility may reward an influence on a role or variable, judged on the world's graph alone.

    Source: [ours]; for a single unconditioned mean without interventions it is the instrumental control incentive of [everitt2021].

    :param world: whose causal graph is looked at.
    :param utility: what is scored.
    :param variable: a role, or the name of a variable.
    :returns: a ``PossibleIncentive``, truthy where a path allows one.
    :raises UnknownName: for a name that the world does not have.

    >>> import stop_button as sb
    >>> print(possible_incentive(sb.worlds.basic_button(), sb.counterfactual, "intent"))
    no path from a decision through wish reaches what counterfactual scores or conditions on: nothing can be gained by way of wish, ...
    >>> bool(possible_incentive(sb.worlds.basic_button(), sb.conditional_counterfactual, "intent"))
    True
    """
    name = world.role(variable).variable
    for mean in means(resolved(utility.formula, world)):
        for reading, conditioned in _read(mean):
            path = _path(world, _copy(world, reading), name)
            if path:
                return PossibleIncentive(utility.name, name, path, mean, conditioned)
    return PossibleIncentive(utility.name, name, reached=name in world.model.graph.descendants(world.model.choices))


@checked
def possible_incentives(world: World, utility: Utility) -> tuple[PossibleIncentive, ...]:
    """The same for every variable of a world that is neither a decision nor a source of noise.

    >>> import stop_button as sb
    >>> [one.variable for one in possible_incentives(sb.worlds.basic_button(), sb.counterfactual) if one]
    ['pressed', 'value']
    """
    model = world.model
    names = [name for name in model.names if model.parents(name) and name not in model.choices]
    return tuple(possible_incentive(world, utility, name) for name in names)


def _read(mean: Expectation) -> Iterator[tuple[Reading, bool]]:
    for part, conditioned in ((mean.inner, False), (mean.given, True)):
        yield from [] if part is None else ((reading, conditioned) for reading in readings(part))


def _copy(world: World, reading: Reading) -> Copy:
    return ((reading.edits, reading.policy), world.role(reading.name).variable)


def _parents(world: World, copy: Copy) -> list[Copy]:
    """The copies that a copy of a variable listens to, in the branch where it stands."""
    (edits, policy), name = copy
    done = _done(world, edits)
    edit = done.get(name)
    if isinstance(edit, Reading):
        return [_copy(world, edit)]
    set_ = as_mechanism(edit).parents if is_law(edit) else ()
    heard = set_ if name in done else world.model.parents(name)
    instead = _rewired(world, edits, name)
    return [((edits, policy), instead.get(parent, parent)) for parent in heard]


def _done(world: World, edits: Edits) -> dict[str, Any]:
    """What had been done to variables in a branch."""
    return {world.role(key).variable: value for key, value in edits if not isinstance(value, Wiring)}


def _rewired(world: World, edits: Edits, name: str) -> dict[str, str]:
    """What a variable hears in a branch in place of its parents."""
    wired = (pair for _, value in edits if isinstance(value, Wiring) for pair in value.items())
    heard = (pair for child, by_parent in wired if world.role(child).variable == name for pair in by_parent.items())
    return {world.role(parent).variable: world.role(other).variable for parent, other in heard}


def _is_open(world: World, copy: Copy) -> bool:
    """Whether a copy is a decision that the scored policy makes."""
    (edits, policy), name = copy
    return policy is None and name in world.model.choices and name not in _done(world, edits)


def _path(world: World, target: Copy, name: str) -> tuple[str, ...]:
    """A path from an open decision through a copy of the variable to the target, or nothing."""
    for middle, onward in _upstream(world, target).items():
        if middle[1] != name or _is_open(world, middle):
            continue
        for source, before in _upstream(world, middle).items():
            if source != middle and _is_open(world, source):
                return tuple(copy[1] for copy in (*before, *onward[1:]))
    return ()


def _upstream(world: World, target: Copy) -> dict[Copy, tuple[Copy, ...]]:
    """Every copy with a directed path to the target, with one such path."""
    paths: dict[Copy, tuple[Copy, ...]] = {target: (target,)}
    waiting = [target]
    while waiting:
        copy = waiting.pop(0)
        for parent in _parents(world, copy):
            if parent not in paths:
                paths[parent] = (parent, *paths[copy])
                waiting.append(parent)
    return paths
