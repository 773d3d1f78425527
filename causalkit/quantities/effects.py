"""Causal effects: what a change of a treatment does to an outcome, in total, for some, and along some of the ways.

The arguments are the same everywhere. ``on`` is the outcome: a variable's name or a function of variables (their mean), or a mapping
such as ``{"recovered": True}`` (the probability of that event). ``of`` is the change: ``{"x": (before, after)}``, for one treatment or
several at once. The effect is the mean after minus the mean before. On ``model.given(...)`` each function answers for those who showed
that evidence, before anything was done to them.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

from causalkit.branches import as_in
from causalkit.errors import WrongShape, listing
from causalkit.graphs.order import Names, several
from causalkit.mechanisms.event import Quantity, check_name, event, named_values, quantity
from causalkit.mechanisms.mechanism import Function
from causalkit.model import Model
from causalkit.values.arguments import checked
from causalkit.values.dist import Value
from causalkit.values.exact import Number, tidy

__all__ = [
    "Change",
    "average_effect",
    "controlled_direct_effect",
    "effect_on_treated",
    "effect_on_untreated",
    "natural_direct_effect",
    "natural_indirect_effect",
    "occurrence",
    "outcome",
    "path_specific_effect",
    "shift",
    "transition",
]

Outcome = str | Callable[..., Any] | Mapping[str, Value]
Change = Mapping[str, tuple[Any, Any]]
Path = tuple[str, ...]


class Transition(NamedTuple):
    """The treatments' values before and after a change."""

    before: dict[str, Any]
    after: dict[str, Any]


@checked
def average_effect(model: Model, on: Outcome, of: Change) -> Number:
    """The mean outcome if everyone were treated minus the mean if no one were: ``E[Y_after] - E[Y_before]``.

    Raises ``UnknownName``, ``UnknownValue``, ``WrongShape``. Source: [pearl2009], section 3.2.1.

    :param model: the model; after ``given`` the answer is for those who showed that evidence
    :param on: the outcome: a variable's name, a function of variables, or an event such as ``{"recovered": True}``
    :param of: the change, ``{"x": (before, after)}``, for one treatment or several at once
    :returns: a mean after minus a mean before, exact, in the unit of the outcome (an event: a probability)

    >>> from causalkit import coin
    >>> m = Model(u=coin("1/4"), x=lambda u: u, y=lambda x, u: x and not u)
    >>> average_effect(m, "y", {"x": (False, True)})
    Fraction(3, 4)
    """
    before, after = transition(model, of)
    read = outcome(model, on)
    return _contrast(model, {"after": after}, {"before": before}, read)


@checked
def effect_on_treated(model: Model, on: Outcome, of: Change) -> Number:
    """The average effect among those who in fact got the treatment: ``E[Y_after - Y_before | X = after]``.

    Raises ``Impossible`` when no one was treated. Source: [pearl2009], section 8.2.5 (the effect of treatment on the treated).

    :param model: the model; after ``given`` the answer is for those who showed that evidence
    :param on: the outcome: a variable's name, a function of variables, or an event such as ``{"recovered": True}``
    :param of: the change, ``{"x": (before, after)}``, for one treatment or several at once
    :returns: a mean after minus a mean before, exact, in the unit of the outcome (an event: a probability)

    >>> from causalkit import coin
    >>> m = Model(u=coin("1/4"), x=lambda u: u, y=lambda x, u: x and not u)
    >>> effect_on_treated(m, "y", {"x": (False, True)})
    Fraction(0, 1)
    """
    return average_effect(model.given(transition(model, of).after), on, of)


@checked
def effect_on_untreated(model: Model, on: Outcome, of: Change) -> Number:
    """The average effect among those who in fact went without the treatment: ``E[Y_after - Y_before | X = before]``.

    With two treatment values, the average effect is the mean of the effects on the treated and on the untreated.
    Raises ``Impossible`` when everyone was treated. Source: [pearl2009], section 8.2.5.

    :param model: the model; after ``given`` the answer is for those who showed that evidence
    :param on: the outcome: a variable's name, a function of variables, or an event such as ``{"recovered": True}``
    :param of: the change, ``{"x": (before, after)}``, for one treatment or several at once
    :returns: a mean after minus a mean before, exact, in the unit of the outcome (an event: a probability)

    >>> from causalkit import coin
    >>> m = Model(u=coin("1/4"), x=lambda u: u, y=lambda x, u: x and not u)
    >>> effect_on_untreated(m, "y", {"x": (False, True)})
    Fraction(1, 1)
    """
    return average_effect(model.given(transition(model, of).before), on, of)


@checked
def controlled_direct_effect(model: Model, on: Outcome, of: Change, *, at: Mapping[str, Any]) -> Number:
    """The effect while other variables are held at values of one's choice: ``E[Y_{after, z}] - E[Y_{before, z}]``.

    ``at`` maps the variables that are held to their values. Source: [pearl2009], section 4.5.2.

    :param model: the model; after ``given`` the answer is for those who showed that evidence
    :param on: the outcome: a variable's name, a function of variables, or an event such as ``{"recovered": True}``
    :param of: the change, ``{"x": (before, after)}``, for one treatment or several at once
    :param at: the values at which other variables are held, by name
    :returns: a mean after minus a mean before, exact, in the unit of the outcome (an event: a probability)

    >>> from causalkit import coin
    >>> m = Model(x=coin("1/2"), z=lambda x: x, y=lambda x, z: x and z)
    >>> controlled_direct_effect(m, "y", {"x": (False, True)}, at={"z": True})
    Fraction(1, 1)
    """
    return average_effect(model.do(at), on, of)


@checked
def natural_direct_effect(model: Model, on: Outcome, of: Change, *, mediators: Names) -> Number:
    """The effect while the mediators stay as they were before the change: ``E[Y_{after, Z_before}] - E[Y_before]``.

    Law: total effect = natural direct effect of the change - natural indirect effect of the reverse change.
    Source: [pearl2009], section 4.5.4; [pearl2001].

    :param model: the model; after ``given`` the answer is for those who showed that evidence
    :param on: the outcome: a variable's name, a function of variables, or an event such as ``{"recovered": True}``
    :param of: the change, ``{"x": (before, after)}``, for one treatment or several at once
    :param mediators: a name, or names, of variables between treatment and outcome
    :returns: a mean after minus a mean before, exact, in the unit of the outcome (an event: a probability)

    >>> from causalkit import coin
    >>> m = Model(u=coin("1/4"), x=coin("1/2"), z=lambda x: x, y=lambda x, z, u: (x and z) or (x and u))
    >>> natural_direct_effect(m, "y", {"x": (False, True)}, mediators="z")
    Fraction(1, 4)
    """
    before, after = transition(model, of)
    kept = {name: as_in("before") for name in _mediators(model, of, mediators)}
    return _contrast(model, {"before": before, "after": {**after, **kept}}, {"before": before}, outcome(model, on))


@checked
def natural_indirect_effect(model: Model, on: Outcome, of: Change, *, mediators: Names) -> Number:
    """The effect of the mediators' change alone, the treatment staying as it was: ``E[Y_{before, Z_after}] - E[Y_before]``.

    Source: [pearl2009], section 4.5.5; [pearl2001].

    :param model: the model; after ``given`` the answer is for those who showed that evidence
    :param on: the outcome: a variable's name, a function of variables, or an event such as ``{"recovered": True}``
    :param of: the change, ``{"x": (before, after)}``, for one treatment or several at once
    :param mediators: a name, or names, of variables between treatment and outcome
    :returns: a mean after minus a mean before, exact, in the unit of the outcome (an event: a probability)

    >>> from causalkit import coin
    >>> m = Model(u=coin("1/4"), x=coin("1/2"), z=lambda x: x, y=lambda x, z, u: z or (x and u))
    >>> natural_indirect_effect(m, "y", {"x": (False, True)}, mediators="z")
    Fraction(1, 1)
    """
    before, after = transition(model, of)
    moved = {name: as_in("treated") for name in _mediators(model, of, mediators)}
    return _contrast(model, {"treated": after, "after": {**before, **moved}}, {"before": before}, outcome(model, on))


@checked
def path_specific_effect(
    model: Model, on: Outcome, of: Change, *, edges: Iterable[tuple[str, str]] | None = None, paths: Iterable[Path] | None = None
) -> Number:
    """The effect that travels along some of the ways from treatment to outcome, everything else seeing the treatment as it was before.

    Give either ``edges``, pairs ``(parent, child)`` that carry the change (every way made of them is active), or ``paths``, tuples of
    names from a treatment to the outcome. With edges, each child sees along an active edge its parent as changed so far, and along any
    other edge its parent as under ``before``. With paths, a variable that lies on an active path for one of its children and off it for
    another has two values at once; a conditional table on such a variable needs a coupling (``NeedsCoupling``), which is the
    recanting-witness theorem: the effect is not determined by the table. Raises ``WrongShape`` for an edge that is not there.
    Source: [avin2005] (edges, the theorem); [shpitser2013] (paths).

    :param model: the model; after ``given`` the answer is for those who showed that evidence
    :param on: the outcome: a variable's name, a function of variables, or an event such as ``{"recovered": True}``
    :param of: the change, ``{"x": (before, after)}``, for one treatment or several at once
    :param edges: pairs (parent, child) that carry the change
    :param paths: tuples of names from a treatment to the outcome; instead of ``edges``
    :returns: a mean after minus a mean before, exact, in the unit of the outcome (an event: a probability)

    >>> from causalkit import coin
    >>> m = Model(x=coin("1/2"), z=lambda x: x, y=lambda x, z: 2 * x + z)
    >>> change = {"x": (False, True)}
    >>> path_specific_effect(m, "y", change, paths=[("x", "z", "y")]), path_specific_effect(m, "y", change, edges=[("x", "y")])
    (Fraction(1, 1), Fraction(2, 1))
    """
    change, read = transition(model, of), outcome(model, on)
    if (edges is None) == (paths is None):
        raise WrongShape(
            "a path-specific effect goes along edges or along paths; type edges=[('x', 'y'), ...] or paths=[('x', 'z', 'y'), ...]"
        )
    if edges is not None:
        branches, place = _along_edges(model, change, edges), dict.fromkeys(read.names, "active")
    else:
        branches, place = _along_paths(model, change, read, paths or ())
    after = _mean(model, branches, place, read)
    return tidy(after - _mean(model, {"before": change.before}, dict.fromkeys(read.names, "before"), read))


@checked
def shift(
    model: Model, shifts: Mapping[str, Callable[..., Any] | Function] | None = None, /, **named: Callable[..., Any] | Function
) -> Model:
    """The model in which everything that listens to a variable sees a function of the value it would have had: a shift intervention.

    The variable itself keeps its natural value, and its noise: ``shift(m, dose=lambda dose: min(dose + 1, 3))`` asks what would happen if
    everyone got one more than they got. The function must stay inside the variable's domain (``OutsideDomain``). Other arguments of the
    function are other variables. Source: [haneuse2013] (interventions that modify the treatment received).

    :param model: the model
    :param shifts: functions by name of the variable that they shift; the first argument may be the variable itself
    :param named: the same, as keywords
    :returns: a model

    >>> from causalkit import uniform
    >>> m = Model(dose=uniform(0, 1, 2), cured=lambda dose: dose == 2)
    >>> shift(m, dose=lambda dose: min(dose + 1, 2)).prob(cured=True)
    Fraction(2, 3)
    """
    asked = named_values(shifts, named)
    for name in asked:
        check_name(name, model.domains)
    edges = {(name, child): f for name, f in asked.items() for child in model.graph.children(name)}
    return model.do(edges) if edges else model


# ---- how changes and outcomes are read, here and in causation, actual and bounds


def transition(model: Model, of: Any) -> Transition:
    """The change ``{"x": (before, after)}`` as two interventions; raises ``WrongShape`` for anything else.

    >>> transition(Model(x=1, y=lambda x: x), {"x": (1, 1)}).after
    {'x': 1}
    """
    if not isinstance(of, Mapping) or not of or not all(isinstance(pair, tuple) and len(pair) == 2 for pair in of.values()):
        raise WrongShape(f"{of!r} is not a change of treatment; type {{'x': (before, after)}}")
    for name in of:
        check_name(name, model.domains)
    return Transition({name: pair[0] for name, pair in of.items()}, {name: pair[1] for name, pair in of.items()})


def outcome(model: Model, on: Outcome) -> Quantity:
    """The outcome as a quantity: a name, a function of variables, or an event given by values.

    >>> outcome(Model(x=1, y=lambda x: x), {"y": 1}).names
    ('y',)
    """
    return event(on, {}, model.domains) if isinstance(on, Mapping) else quantity(on, model.domains)


def occurrence(model: Model, on: Outcome) -> Quantity:
    """The outcome as an event: values, a function, or the name of a variable that is true or false; else ``WrongShape``.

    >>> occurrence(Model(x=True, y=lambda x: x), "y").text
    'y=True'
    """
    if not isinstance(on, str):
        return outcome(model, on)
    check_name(on, model.domains)
    if not set(model.domain(on)) <= {False, True}:
        example = {on: model.domain(on)[0]}
        raise WrongShape(f"{on!r} takes the values {listing(model.domain(on))}, so it is no event by itself; type {example!r}")
    return event({on: True}, {}, {on: (True,)})


def _contrast(model: Model, after: Mapping[str, Any], before: Mapping[str, Any], read: Quantity) -> Number:
    """The mean in the branch ``after`` of some branches minus the mean in the branch ``before`` of others."""
    # Two questions and not one about the difference: the difference of means needs no coupling where the mean difference does.
    high, low = (_mean(model, edits, dict.fromkeys(read.names, place), read) for edits, place in ((after, "after"), (before, "before")))
    return tidy(high - low)


def _mean(model: Model, branches: Mapping[str, Any], place: Mapping[str, str], read: Quantity) -> Number:
    """The mean of the outcome, each of its variables read in its own branch."""
    with read.averaged("; or give an event as the outcome, such as {NAME: VALUE}"):
        return model.branches(branches).expect(lambda b: read.function(*(b[place[name]][name] for name in read.names)))


def _mediators(model: Model, of: Change, mediators: Names) -> tuple[str, ...]:
    names = several(mediators)
    for name in names:
        check_name(name, model.domains)
        if name in of:
            raise WrongShape(f"{name!r} is the treatment, so it cannot be its own mediator; name variables between treatment and outcome")
    return names


def _along_edges(model: Model, change: Transition, edges: Iterable[tuple[str, str]]) -> dict[str, dict[Any, Any]]:
    active = {_edge(model, edge) for edge in edges}
    moved = set(model.graph.descendants(change.after, include_self=True))
    passive = [edge for edge in model.graph.edges if edge not in active and edge[0] in moved and edge[1] not in change.after]
    return {"before": {**change.before}, "active": {**change.after, **{edge: as_in("before") for edge in passive}}}


def _edge(model: Model, edge: Any) -> tuple[str, str]:
    if not isinstance(edge, tuple) or edge not in model.graph.edges:
        raise WrongShape(f"{edge!r} is not an edge of the model; its edges are: {listing(model.graph.edges) or 'none'}")
    return edge


def _along_paths(
    model: Model, change: Transition, read: Quantity, paths: Iterable[Path]
) -> tuple[dict[str, dict[Any, Any]], dict[str, str]]:
    """A branch for each rest of a path, in which the first variable of the rest has the value it sends along that rest."""
    rests: dict[Path, set[str]] = {}
    for path in paths:
        _check_path(model, change, read, path)
        for i in range(1, len(path)):
            rests.setdefault(path[i:], set()).add(path[i - 1])
    names = {rest: f"rest{k}" for k, rest in enumerate(rests)}
    branches: dict[str, dict[Any, Any]] = {"before": {**change.before}}
    for rest, sources in rests.items():
        seen: dict[Any, Any] = {(p, rest[0]): change.after[p] if p in change.after else as_in(names[(p, *rest)]) for p in sources}
        branches[names[rest]] = {**change.before, **seen}
    return branches, {name: names.get((name,), "before") for name in read.names}


def _check_path(model: Model, change: Transition, read: Quantity, path: Any) -> None:
    if not isinstance(path, tuple) or len(path) < 2:
        raise WrongShape(f"{path!r} is not a path; type a tuple of names from the treatment to the outcome, such as ('x', 'z', 'y')")
    for edge in itertools.pairwise(path):
        _edge(model, edge)
    if path[0] not in change.after or any(name in change.after for name in path[1:]) or path[-1] not in read.names:
        ends = f"from {' or '.join(change.after)} to {' or '.join(read.names)}"
        raise WrongShape(f"the path {' -> '.join(path)} must lead {ends}, and meet a treatment only at its start")
