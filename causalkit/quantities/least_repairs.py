"""Credit backwards through an execution: which leaves, changed, would have given the wanted answer.

The cheap way visits each node once, from the answer back to the leaves. It is exact where a leaf has one way to the answer, and may be
wrong both ways where ways meet again; so it never goes without the word whether it is exact here. The dear way is exact always.
"""

from __future__ import annotations

import itertools
from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, Literal

from causalkit.errors import InvalidNumber, TooLarge, UnknownName, WrongShape, listing, suggestion
from causalkit.graphs.order import Names
from causalkit.model import Model
from causalkit.quantities.execution import Execution, execution_of
from causalkit.quantities.repair_search import least_cost_bounds, minimal_sets
from causalkit.quantities.setting import Values
from causalkit.values.arguments import checked
from causalkit.values.exact import exact
from causalkit.values.render import Printed

__all__ = ["Adjustment", "Repairs", "Sweep", "adjusted", "repairs", "sweep"]

Value = Hashable
MOST_TRIED = 100
FEW = 6


@dataclass(frozen=True)
class Sweep(Printed):
    """What one visit to each node says: for each leaf, the other values that all who use it would take.

    ``visits`` counts the nodes and leaves visited. ``shared`` are the nodes that are used in more than one place, where ways to the
    answer meet again; ``several`` are the leaves with more than one way, for which the sweep may be wrong.
    """

    single: Mapping[str, tuple[Value, ...]]
    visits: int
    shared: tuple[str, ...]
    several: tuple[str, ...]

    @property
    def exact(self) -> bool:
        """Whether the sweep is right about every leaf here: each has one way to the answer."""
        return not self.several

    def exact_for(self, leaf: str) -> bool:
        """Whether the sweep is right about one leaf: it has one way to the answer, whatever the others have."""
        return leaf not in self.several

    def __bool__(self) -> bool:
        return bool(self.single)

    def __str__(self) -> str:
        what = ", ".join(self.single) or "no single leaf"
        shared = ", ".join(self.shared[:FEW]) + (", ..." if len(self.shared) > FEW else "")
        word = "exact here" if self.exact else f"not exact here: ways meet again from {shared}"
        return f"{what} ({self.visits:,} visits, {word})"


@dataclass(frozen=True)
class Repairs(Printed):
    """The sweep's answer and the exact one, side by side; truthy when some change of leaves gives what is wanted;
    where bounds leave that open, ``TooLarge``.

    ``minimal`` are the changes whose leaves hold no smaller set that would do, the fewest leaves first; ``None`` when finding them is
    too large, and then ``bounds`` hold a lower and an upper bound on the least cost, and ``why`` says what was too large.
    """

    root: str
    wanted: Value
    sweep: Sweep
    minimal: tuple[dict[str, Value], ...] | None
    costs: Mapping[str, Fraction] = field(default_factory=dict)
    bounds: tuple[Fraction | None, Fraction | None] = (None, None)
    why: str = ""

    @property
    def single(self) -> Mapping[str, tuple[Value, ...]]:
        """The sweep's answer; ask ``exact`` whether it is right."""
        return self.sweep.single

    @property
    def exact(self) -> bool:
        """Whether the sweep is exact here."""
        return self.sweep.exact

    @property
    def smallest(self) -> tuple[dict[str, Value], ...]:
        """The minimal changes of least cost, every tie; ``TooLarge`` when only bounds are there."""
        changes = self._changes()
        least = min((self.cost(change) for change in changes), default=None)
        return tuple(change for change in changes if self.cost(change) == least)

    @property
    def misleads(self) -> tuple[str, ...]:
        """The leaves about which the sweep is wrong: it claims a single repair where there is none, or misses one."""
        truth = {leaf for change in self._changes() if len(change) == 1 for leaf in change}
        return tuple(leaf for leaf in self.costs if (leaf in truth) != (leaf in self.single))

    def cost(self, change: Mapping[str, Value]) -> Fraction:
        """What a change of leaves costs."""
        return sum((self.costs[leaf] for leaf in change), Fraction(0))

    def _changes(self) -> tuple[dict[str, Value], ...]:
        if self.minimal is None:
            low, high = ("none" if bound is None else str(bound) for bound in self.bounds)
            raise TooLarge(f"{self.why}; the least cost is bounded by {low} and {high}; name fewer leaves with among=[...]")
        return self.minimal

    def __bool__(self) -> bool:
        low, high = self.bounds
        if self.minimal is None and low is not None and high is None:
            self._changes()
        return bool(self.minimal) if self.minimal is not None else high is not None

    def __str__(self) -> str:
        if self.minimal is None:
            low, high = self.bounds
            upper = "no repair was found, and there may be one" if high is None else f"at most {high}"
            found = f"not worked out ({self.why}); " + ("none" if low is None else f"the least cost is at least {low}; {upper}")
        else:
            found = "; ".join(_change_text(change) for change in self.minimal) or "none"
        return f"for {self.root}={self.wanted!r}\n  sweep  {self.sweep}\n  exact  {found}"


@dataclass(frozen=True)
class Adjustment:
    """Leaves as they are adjusted by the sweep's advice, again and again.

    ``states`` are their values in turn; ``repaired`` says whether the last gives what is wanted; ``cycle`` is the length of the cycle
    that it fell into, or ``None``.
    """

    states: tuple[dict[str, Value], ...]
    repaired: bool
    cycle: int | None

    def __bool__(self) -> bool:
        return self.repaired


@checked
def repairs(
    where: Model | Execution,
    root: str,
    *,
    wanted: Value,
    among: Names | None = None,
    costs: Mapping[str, Any] | None = None,
    context: Values | None = None,
) -> Repairs:
    """Which leaves of an execution, changed, would have given the wanted answer.

    :param where: an ``Execution``, or a model whose noise is settled by its evidence or by ``context``.
    :param root: the node that came out wrong.
    :param wanted: the value that it should have had.
    :param among: the leaves that may be changed; in a model, any variables.
    :param costs: what changing a leaf costs, above 0; without it, 1 each.
    :param context: for a model, further observations that settle the noise.
    :returns: ``Repairs``: the sweep's answer with the word whether it is exact here, and every minimal change, or bounds.
    :raises UnknownName: for a node or leaf that is not there. ``InvalidNumber`` for a cost that is not a number above 0.
        ``WrongShape`` for a model in several contexts, or with conditional tables.

    Source: [christiano2018], for the question and the sweep

    >>> run = Execution({"a": 0, "b": 0}, {"answer": lambda a, b: a & b})
    >>> print(repairs(run, "answer", wanted=1))
    for answer=1
      sweep  no single leaf (3 visits, exact here)
      exact  a=1, b=1
    """
    run = _execution(where, root, among, context)
    swept, prices = sweep(run, root, wanted=wanted), _costs(run, costs)
    try:
        sets = minimal_sets(run, root, wanted)
    except TooLarge as error:
        singles = itertools.islice(({leaf: value} for leaf, values in swept.single.items() for value in values), MOST_TRIED)
        bounds = least_cost_bounds(run, root, wanted, prices, [{}, *singles])
        return Repairs(root, wanted, swept, None, prices, bounds, str(error))
    places = {leaf: place for place, leaf in enumerate(run.leaves)}
    ordered = sorted(sets, key=lambda one: (len(one), sorted(places[leaf] for leaf in one)))
    changes = tuple(_values(run, root, wanted, sorted(one, key=lambda leaf: places[leaf])) for one in ordered)
    return Repairs(root, wanted, swept, changes, prices)


@checked
def sweep(where: Model | Execution, root: str, *, wanted: Value, among: Names | None = None, context: Values | None = None) -> Sweep:
    """One visit to each node, from the answer back: what an input would have to be for the node to be as wished, its siblings as they are.

    A node that is used in several places is visited when all wishes are in, and must satisfy all of them. Time is linear in the
    execution. What is wanted already needs no visit.

    :param where: as for ``repairs``.
    :param root: the node that came out wrong.
    :param wanted: the value that it should have had.
    :param among: as for ``repairs``.
    :param context: as for ``repairs``.
    :returns: a ``Sweep``, which says whether it is exact here.

    Source: [christiano2018]

    >>> twice = Execution({"x": 0}, {"y": (lambda a, b: a ^ b, ("x", "x"))})
    >>> print(sweep(twice, "y", wanted=1))
    x (2 visits, not exact here: ways meet again from x)
    """
    run = _execution(where, root, among, context)
    steps, actual = run.before(root), run.values
    ways, uses = {root: 1}, {root: 1}
    wishes: dict[str, set[Value]] = {} if actual[root] == wanted else {root: {wanted}}
    visits = 0
    for name in reversed(steps):
        _count_ways(run.steps[name][1], ways[name], ways, uses)
        if name in wishes:
            visits += 1
            _pass_on(run, name, wishes)
    single = {leaf: tuple(v for v in run.domains[leaf] if v != value and v in wishes.get(leaf, ())) for leaf, value in run.leaves.items()}
    visits += sum(leaf in wishes for leaf in run.leaves)
    several = tuple(leaf for leaf in run.leaves if ways.get(leaf, 0) > 1)
    shared = tuple(name for name in [*run.leaves, *steps] if uses.get(name, 0) > 1)
    return Sweep({leaf: values for leaf, values in single.items() if values}, visits, shared, several)


@checked
def adjusted(where: Execution, root: str, *, wanted: Value, adjust: Literal["all", "one"] = "one", steps: int = 100) -> Adjustment:
    """The leaves as the sweep's advice is followed again and again: all the leaves that it names at once, or the first of them.

    :param where: an execution.
    :param root: the node that came out wrong.
    :param wanted: the value that it should have.
    :param adjust: ``"all"`` or ``"one"``.
    :param steps: how often at most; it ends early when the answer is as wanted, when there is no advice, or when values come again.
    :returns: an ``Adjustment``, truthy when it ends in a repair.

    Source: [christiano2018]

    >>> both = Execution({"a": 1, "b": 1}, {"odd": lambda a, b: a ^ b})
    >>> adjusted(both, "odd", wanted=1, adjust="all").cycle, adjusted(both, "odd", wanted=1, adjust="one").states[-1]
    (2, {'a': 0, 'b': 1})
    """
    if not isinstance(where, Execution):
        raise WrongShape(f"{type(where).__name__} is no execution; type execution_of(model, ...)")
    where.before(root)
    if adjust not in ("all", "one"):
        raise WrongShape(f"adjust={adjust!r}, expected 'all' or 'one'")
    states = [dict(where.leaves)]
    for _ in range(steps):
        now = Execution(states[-1], where.steps, domains={leaf: where.domains[leaf] for leaf in where.leaves})
        if now.values[root] == wanted:
            return Adjustment(tuple(states), True, None)
        advice = {leaf: values[0] for leaf, values in sweep(now, root, wanted=wanted).single.items()}
        change = advice if adjust == "all" else dict(itertools.islice(advice.items(), 1))
        after = {**states[-1], **change}
        if after in states:
            return Adjustment(tuple(states), False, len(states) - states.index(after))
        states.append(after)
    return Adjustment(tuple(states), where.run(states[-1])[root] == wanted, None)


def _execution(where: Model | Execution, root: str, among: Names | None, context: Values | None) -> Execution:
    if isinstance(where, Model):
        return execution_of(where, root, among=among, context=context)
    if context is not None:
        raise WrongShape("an execution has happened, so it takes no context; change its leaves, or give a model")
    where.before(root)
    return where if among is None else where.restricted(among)


def _pass_on(run: Execution, name: str, wishes: dict[str, set[Value]]) -> None:
    """Add to the wishes of a node's inputs what this node asks of them; nodes that no leaf moves are asked too, in vain."""
    _, inputs = run.steps[name]
    actual = [run.values[one] for one in inputs]
    for place, one in enumerate(inputs):
        fine = {value for value in run.domains[one] if run.outcome(name, [*actual[:place], value, *actual[place + 1 :]]) in wishes[name]}
        wishes[one] = wishes[one] & fine if one in wishes else fine


def _count_ways(inputs: tuple[str, ...], own: int, ways: dict[str, int], uses: dict[str, int]) -> None:
    """Add this node's ways to the answer to those of its inputs, and count who uses them; two stands for two or more."""
    for one in inputs:
        ways[one] = min(2, ways.get(one, 0) + own)
        uses[one] = uses.get(one, 0) + 1


def _costs(run: Execution, costs: Mapping[str, Any] | None) -> dict[str, Fraction]:
    for leaf in costs or {}:
        if leaf not in run.leaves:
            raise UnknownName(f"{leaf!r} has a cost and is no leaf; the leaves are: {listing(run.leaves)}{suggestion(leaf, run.leaves)}")
    prices: dict[str, Fraction] = {}
    for leaf in run.leaves:
        price = exact((costs or {}).get(leaf, 1))
        if not isinstance(price, Fraction) or price <= 0:
            raise InvalidNumber(f"changing {leaf!r} costs {price}, expected a number above 0; symbols are not carried here")
        prices[leaf] = price
    return prices


def _change_text(change: Mapping[str, Value]) -> str:
    return ", ".join(f"{leaf}={value!r}" for leaf, value in change.items()) or "nothing"


def _values(run: Execution, root: str, wanted: Value, leaves: list[str]) -> dict[str, Value]:
    """The first change of exactly these leaves that gives what is wanted."""
    others = [[value for value in run.domains[leaf] if value != run.leaves[leaf]] for leaf in leaves]
    tried = (dict(zip(leaves, values, strict=True)) for values in itertools.product(*others))
    return next(change for change in tried if run.run(change)[root] == wanted)
