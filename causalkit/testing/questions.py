"""Strategies for what is done to a model, seen in it and asked of it: rules, interventions, edits, evidence, events."""

from __future__ import annotations

import inspect
import itertools
import keyword
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from causalkit.mechanisms.constructors import cpt, table
from causalkit.mechanisms.mechanism import Mechanism
from causalkit.model import Model
from causalkit.testing.structures import Couplings, dists, mechanisms
from causalkit.testing.subsets import Some, some, st
from causalkit.values.dist import Value

__all__ = ["Event", "edits", "events", "evidence", "interventions", "rules"]


@dataclass(frozen=True)
class Event:
    """An event: the values of some variables for which it holds. It is a function that ``prob`` and ``given`` take."""

    names: tuple[str, ...]
    holds: frozenset[tuple[Value, ...]]

    def __call__(self, *values: Value) -> bool:
        return values in self.holds

    @property
    def __signature__(self) -> inspect.Signature:
        return inspect.Signature([inspect.Parameter(name, inspect.Parameter.POSITIONAL_OR_KEYWORD) for name in self.names])


@st.composite
def rules(draw: st.DrawFn, model: Model, *, stochastic: bool = False) -> dict[str, Mechanism]:
    """A rule for every open choice of a model, for ``model.choose``; with ``stochastic``, rules that may draw lots.

    >>> from causalkit import Dist, choice
    >>> from hypothesis import find
    >>> m = Model(u=Dist({0: "1/2", 1: "1/2"}), act=choice("go", "stay", sees=["u"]))
    >>> find(rules(m), lambda rule: m.choose(rule).prob(act="stay") > 0)
    {'act': table(['u'], {0: 'go', 1: 'stay'})}
    """
    found: dict[str, Mechanism] = {}
    for name in model.choices:
        seen = model.parents(name)
        inputs = list(itertools.product(*(model.domain(parent) for parent in seen)))
        options = model.domain(name)
        if stochastic:
            found[name] = cpt(seen, {key: draw(dists(options)) for key in inputs}, coupling="independent", domain=options)
        else:
            found[name] = table(seen, {key: draw(st.sampled_from(options)) for key in inputs})
    return found


@st.composite
def interventions(draw: st.DrawFn, model: Model, *, max_variables: int = 2, among: Some = None) -> dict[str, Value]:
    """Values for some variables, for ``model.do``: one variable or more.

    :param model: the model whose variables are set.
    :param max_variables: the most that are set at once, from 1.
    :param among: the variables that may be set; all if left out.

    >>> from causalkit import Dist
    >>> from hypothesis import find
    >>> find(interventions(Model(u=Dist({0: "1/2", 1: "1/2"}))), lambda values: True)
    {'u': 0}
    """
    targets = draw(some(list(among or model.names), least=1, most=max_variables))
    return {name: draw(st.sampled_from(model.domain(name))) for name in targets}


@st.composite
def edits(
    draw: st.DrawFn, model: Model, *, max_edits: int = 2, soft: bool = True, edges: bool = True, couplings: Couplings = ()
) -> dict[Any, Any]:
    """Edits for ``model.do`` or for a branch: values, with ``soft`` also new mechanisms, and with ``edges`` also edits of one arrow.

    New mechanisms listen to variables that come before in the model's causal order, so edits make no cycle, alone or one after the
    other. An arrow is not edited together with the variable that it points to.

    :param model: the model that is edited.
    :param max_edits: the most edits at once, from 1.
    :param soft: let new mechanisms come up beside values.
    :param edges: let arrows be edited beside variables.
    :param couplings: the kinds of conditional tables that new mechanisms may have, as for ``mechanisms``.

    >>> from fractions import Fraction
    >>> from causalkit import Dist
    >>> from hypothesis import find
    >>> m = Model(u=Dist({0: "1/2", 1: "1/2"}), x=lambda u: 1 - u)
    >>> find(edits(m), lambda edit: list(edit) == ["x"] and m.do(edit).prob(x=0) == Fraction(1, 2))
    {'x': Dist({1: '1/2', 0: '1/2'})}
    """
    arrows = [(parent, child) for child in model.names for parent in model.parents(child)] if edges else []
    targets: list[Any] = draw(some([*model.names, *arrows], least=1, most=max_edits))
    kept = [target for target in targets if not isinstance(target, tuple) or target[1] not in targets]
    return {target: draw(_edit(model, target, soft, couplings)) for target in kept}


@st.composite
def _edit(draw: st.DrawFn, model: Model, target: Any, soft: bool, couplings: Couplings) -> Any:
    changed, child = target if isinstance(target, tuple) else (target, target)
    domain = model.domain(changed)
    if not soft or not draw(st.booleans()):
        return draw(st.sampled_from(domain))
    order = list(model.graph.order)
    parents = draw(some(order[: order.index(child)], most=2))
    return draw(mechanisms({parent: model.domain(parent) for parent in parents}, domain, couplings=couplings))


@st.composite
def evidence(draw: st.DrawFn, model: Model, *, max_variables: int = 2, among: Some = None, exactly: Some = None) -> dict[str, Value]:
    """Values of some variables that have positive probability in the model as it stands, for ``given``.

    :param model: the model in which they are seen.
    :param max_variables: the most variables that are seen, from 1.
    :param among: the variables that may be seen; all if left out.
    :param exactly: the variables that are seen, in place of some that are drawn.

    >>> from causalkit import Dist
    >>> from hypothesis import find
    >>> m = Model(u=Dist({0: "1/2", 1: "1/2"}), x=lambda u: 7)
    >>> find(evidence(m), lambda seen: len(seen) == 2)
    {'u': 0, 'x': 7}
    """
    names = draw(some(list(among or model.names), least=1, most=max_variables)) if exactly is None else list(exactly)
    return dict(zip(names, _draw_joint(draw, model, names), strict=True))


def _draw_joint(draw: st.DrawFn, model: Model, names: Sequence[str]) -> tuple[Any, ...]:
    """Values of the named variables that can come up together."""
    support = model.dist(*names).support
    return draw(st.sampled_from([(value,) for value in support] if len(names) == 1 else support))


@st.composite
def events(draw: st.DrawFn, model: Model, *, max_variables: int = 2, possible: bool = False) -> Event:
    """An event on some variables, as a function; with ``possible`` one of positive probability.

    :param model: the model; only names that a function can have as arguments are used, and at least one of its names must be such.
    :param max_variables: the most variables that the event is about, from 1.
    :param possible: draw events of positive probability only.

    >>> from causalkit import Dist
    >>> from hypothesis import find
    >>> find(events(Model(u=Dist({0: "1/2", 1: "1/2"})), possible=True), lambda event: True)
    Event(names=('u',), holds=frozenset({(0,)}))
    """
    readable = [name for name in model.names if name.isidentifier() and not keyword.iskeyword(name)]
    names = tuple(draw(some(readable, least=1, most=max_variables)))
    every = list(itertools.product(*(model.domain(name) for name in names)))
    holds = frozenset(draw(some(every)))
    return Event(names, holds | {_draw_joint(draw, model, names)} if possible else holds)
