"""Branches: several edits of one model that share one draw of noise."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from causalkit.arguments import checked
from causalkit.engine.answer import measure, open_measure
from causalkit.engine.exact.enumeration import Assignment
from causalkit.errors import Impossible, InvalidName, UnknownName, WrongShape, listing, suggestion, visible
from causalkit.mechanisms.building import edited
from causalkit.mechanisms.event import check_value
from causalkit.mechanisms.network import AsIn, Edits, Elsewhere, Need, Node, Reading
from causalkit.values.dist import Dist, normalised
from causalkit.values.exact import Number, exact, is_zero, tidy
from causalkit.values.frozen import Frozen

if TYPE_CHECKING:
    from causalkit.engine.compiling.plan import Plan
    from causalkit.engine.rule_expectation import OpenRatio
    from causalkit.model import Model

__all__ = ["Branches", "as_in"]

Asked = Callable[[Any], Any]


def as_in(branch: str, variable: str | None = None) -> AsIn:
    """The value that a variable takes in another branch, for use as an edit: a nested counterfactual.

    >>> from causalkit import Model, coin
    >>> m = Model(u=coin("1/3"), x=coin("1/2"), z=lambda x, u: x or u, y=lambda x, z: x and z)
    >>> b = m.branches(off={"x": False}, direct={"x": True, "z": as_in("off")})
    >>> b.prob(lambda b: b.direct.y)
    Fraction(1, 3)
    """
    return AsIn(branch, variable)


@dataclass(frozen=True, repr=False)
class Branches:
    """Several edits of one model that share one draw of noise, with evidence on any of them.

    Questions are functions of a record ``b``: ``b.fact.pressed`` is the value of ``pressed`` in the branch ``fact``;
    ``b["fact"]["wish[3]"]`` reads names that are not identifiers. ``model.branches`` builds one.
    """

    model: Model
    edits: Mapping[str, Edits]
    evidence: tuple[Asked, ...] = ()

    @classmethod
    @checked
    def of(cls, model: Model, branches: Mapping[str, Mapping[Any, Any]]) -> Branches:
        """The branches of a model; raises for names that are taken, for circles of ``as_in`` and for unknown names and values."""
        done: dict[str, Edits] = {"fact": model._edits}
        waiting = dict(branches)
        for name, edits in branches.items():
            if not _is_branch_name(name):
                raise InvalidName(
                    f"{name!r} cannot name a branch: 'fact' is the model as it stands, and names are identifiers; type branch1={{...}}"
                )
            _check_references(name, edits, {"fact", *branches})
        while waiting:
            ready = {n: e for n, e in waiting.items() if all(ref.branch in done for ref in _references(e))}
            if not ready:
                raise WrongShape(f"the branches {listing(waiting)} refer to each other in a circle; let one of them use values only")
            for name, edits in ready.items():
                done[name] = _branch_edits(model, edits, done)
                del waiting[name]
        return cls(model, Frozen({name: done[name] for name in ["fact", *branches]}))

    @checked
    def given(self, event: Asked) -> Branches:
        """The branches after observing an event on any of them; raises ``Impossible`` when it has probability zero.

        >>> from causalkit import Model, coin
        >>> m = Model(u=coin("1/2"), x=coin("1/2"), y=lambda x, u: x and u)
        >>> b = m.branches(treated={"x": True})
        >>> b.given(lambda b: not b.fact.y).prob(lambda b: b.treated.y)
        Fraction(1, 3)
        """
        new = Branches(self.model, self.edits, (*self.evidence, event))
        if is_zero(sum(new._measure(lambda b: True).values(), exact(0))):
            raise Impossible(
                "the event has probability 0 on these branches, so what follows from it is undefined; observe something they can produce"
            )
        return new

    @checked
    def prob(self, event: Asked) -> Number:
        """The probability of an event that may read every branch."""
        return normalised(self._measure(lambda b: bool(event(b))))[True]

    @checked
    def expect(self, quantity: Asked) -> Number:
        """The mean of a quantity that may read every branch."""
        return self.dist(quantity).expect()

    @checked
    def dist(self, quantity: Asked) -> Dist:
        """The distribution of a quantity that may read every branch.

        >>> from causalkit import Model, coin
        >>> m = Model(u=coin("1/3"), x=lambda u: u)
        >>> m.branches(on={"x": True}).dist(lambda b: (b.fact.x, b.on.x))
        Dist({(False, True): '2/3', (True, True): '1/3'})
        """
        return normalised(self._measure(quantity))

    @checked
    def by_choice(self, quantity: Asked) -> dict[Assignment, dict[Hashable, Number]]:
        """The weight of each value of a quantity, together with the evidence, for each way of making the open choices it meets.

        The keys are sets of ``(decision, what was seen, what was done)``. A policy's answer is the sum over the keys that it agrees
        with: this is the polynomial in the policy from which all policies can be scored without asking again.

        >>> from causalkit import Model, coin, choice
        >>> m = Model(u=coin("1/3"), a=choice(0, 1, sees=["u"]), y=lambda a, u: a == u)
        >>> len(m.branches().by_choice(lambda b: b.fact.y))
        4
        """
        found = open_measure(self._evidence_readings(), self._reading(quantity))
        return {choices: {v: tidy(w) for v, w in weights.items()} for choices, weights in found.items()}

    @checked
    def plan(self, quantity: Asked) -> Plan:
        """How the distribution of a quantity would be computed and at what cost; nothing is computed.

        >>> from causalkit import Model, coin
        >>> b = Model(u=coin("1/3"), x=lambda u: u).branches(on={"x": True})
        >>> print(b.plan(lambda b: b.fact.x == b.on.x))
        strategy     enumeration: there are few runs
        nodes        3
        enumeration  at most 2 runs
        """
        from causalkit.engine.compiling.plan import plan

        return plan(self._evidence_readings(), self._reading(quantity))

    @checked
    def by_rule(self, quantity: Asked) -> OpenRatio:
        """The mean of a quantity for every way of filling the open choices, as ``Model.by_rule``.

        >>> from causalkit import Model, choice, coin
        >>> m = Model(u=coin("1/3"), a=choice(0, 1, sees=["u"]), y=lambda a, u: a == u)
        >>> m.branches(on={"u": True}).by_rule(lambda b: b.fact.y and b.on.y)(a=lambda u: int(u))
        Fraction(1, 1)
        """
        from causalkit.engine.decision_tensor import every_rule

        return every_rule(self._evidence_readings(), self._reading(quantity))

    def _measure(self, quantity: Asked) -> dict[Hashable, Number]:
        found = measure(self._evidence_readings(), self._reading(quantity))
        return {v: tidy(w) for v, w in found.items()}

    def _evidence_readings(self) -> list[Reading]:
        return [*self.model._observed(), *(self._reading(event) for event in self.evidence)]

    def _reading(self, asked: Asked) -> Reading:
        return Reading((), lambda values: asked(_Record(self, values)))

    def _node(self, branch: str, variable: str) -> Node:
        return self.model._network.node(self.edits[branch], variable)

    def _repr_svg_(self) -> str:
        from causalkit.plot import to_svg

        return to_svg(self)

    def __repr__(self) -> str:
        return visible(f"<branches {', '.join(self.edits)} of a model of {', '.join(self.model.names)}>")


class _Record:
    """The branches of one run; attributes are branches."""

    __slots__ = ("_branches", "_values")

    def __init__(self, branches: Branches, values: Mapping[Node, Hashable]) -> None:
        self._branches, self._values = branches, values

    def __getattr__(self, branch: str) -> _Branch:
        if branch not in self._branches.edits:
            known = self._branches.edits
            raise UnknownName(f"{branch!r} is not a branch; there are: {', '.join(known)}{suggestion(branch, known)}")
        return _Branch(self._branches, branch, self._values)

    __getitem__ = __getattr__


class _Branch:
    """One branch of one run; attributes are the values of variables."""

    __slots__ = ("_branch", "_branches", "_values")

    def __init__(self, branches: Branches, branch: str, values: Mapping[Node, Hashable]) -> None:
        self._branches, self._branch, self._values = branches, branch, values

    def __getattr__(self, variable: str) -> Any:
        names = self._branches.model.names
        if variable not in names:
            raise UnknownName(f"{variable!r} is not in the model; it has: {', '.join(names)}{suggestion(variable, names)}")
        node = self._branches._node(self._branch, variable)
        if node not in self._values:
            raise Need(node)
        return self._values[node]

    __getitem__ = __getattr__


def _is_branch_name(name: Any) -> bool:
    return isinstance(name, str) and name.isidentifier() and not name.startswith("_") and name != "fact"


def _references(edits: Mapping[Any, Any]) -> list[AsIn]:
    return [edit for edit in edits.values() if isinstance(edit, AsIn)]


def _check_references(name: str, edits: Any, known: set[str]) -> None:
    if not isinstance(edits, Mapping):
        raise WrongShape(
            f"the branch {name!r} is {edits!r}, and a branch is a mapping of names to values; type {name}={{'variable': value}}"
        )
    for reference in _references(edits):
        if reference.branch not in known:
            raise UnknownName(f"the branch {name!r} refers to {reference.branch!r}; there are: {', '.join(sorted(known))}")


def _branch_edits(model: Model, edits: Mapping[Any, Any], done: Mapping[str, Edits]) -> Edits:
    read = {key: _elsewhere(model, key, edit, done) if isinstance(edit, AsIn) else edit for key, edit in edits.items()}
    return edited(model._mechanisms, model._edits, read, model.domains) if read else model._edits


def _elsewhere(model: Model, key: Any, edit: AsIn, done: Mapping[str, Edits]) -> Elsewhere:
    variable = edit.variable or (key[0] if isinstance(key, tuple) else key)
    if variable not in model.names:
        check_value(variable, None, model.domains)
    return Elsewhere(done[edit.branch], variable)
