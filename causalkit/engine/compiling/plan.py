"""How an answer will be computed, and what it will cost: known before anything is computed."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

from causalkit.engine.compiling.factors import Problem, Structure, problem
from causalkit.engine.compiling.ordering import Order, elimination_order
from causalkit.engine.compiling.query import Query, TooWide, as_query
from causalkit.engine.compiling.tracing import is_surely_beyond, runs_bound
from causalkit.errors import NeedsCoupling, TooLarge
from causalkit.mechanisms.mechanism import Choice
from causalkit.mechanisms.network import Node, Reading, closure, ordered
from causalkit.values.render import Printed

__all__ = [
    "FEW_RUNS", "MOST_CELLS", "MOST_ON_TREES", "MOST_RUNS", "PER_MULTIPLY_ADD", "Elimination", "Plan", "Strategy", "eliminating",
    "has_few_runs", "plan", "planned", "planned_for",
]  # fmt: skip

Strategy = Literal["enumeration", "elimination"]

FEW_VISITS = 200
"""Enumeration that looks at no more nodes than this is done without asking for anything better."""

FEW_RUNS = "there are few runs"

LITTLE = 20_000
"""Multiply-adds that are soon done: an elimination that takes no more is made for all observed values at once."""

MOST_RUNS = 2_000_000
MOST_COST = 30_000_000
MOST_CELLS = 4_000_000

MOST_ON_TREES = 500_000_000
"""Multiply-adds on a join tree at most: some minutes of whole numbers. Of floats there may be as many times more as they are faster."""

PER_MULTIPLY_ADD, PER_FLOAT, PER_TABLE = 3e-7, 8e-9, 3e-5
"""Seconds on a join tree, roughly: for each multiply-add of whole numbers, for each of floats, and for each table in either case.

In questions about the networks barley, diabetes, mildew and munin1 that take a million multiply-adds and more of whole numbers, each took
1.4e-7 to 3.7e-7 seconds of the processor, for the most part by remainders; a first question took up to four times as long."""


@dataclass(frozen=True)
class Plan(Printed):
    """How an answer will be computed: printable, and truthy when it is within the limits.

    ``nodes`` are the copies of variables that matter; ``width`` the variables in the widest table; ``cost`` the multiply-adds of
    elimination at most; ``memory`` its bytes, roughly; ``runs`` the runs of enumeration at most. ``reason`` says why this strategy.
    ``cells`` are those of the largest table that is made on a join tree, beside the tables of the model itself; 0 where there is no tree.
    """

    strategy: Strategy
    nodes: int
    width: int
    cost: int
    memory: int
    runs: int
    reason: str
    fits: bool = True
    cells: int = 0

    @property
    def seconds(self) -> float:
        """How long the answer takes on a join tree, roughly; less where messages of earlier questions serve again."""
        return PER_MULTIPLY_ADD * self.cost + PER_TABLE * self.nodes

    @property
    def float_seconds(self) -> float:
        """The same in floats."""
        return PER_FLOAT * self.cost + PER_TABLE * self.nodes

    def __bool__(self) -> bool:
        return self.fits

    def __str__(self) -> str:
        rows = [
            ("strategy", f"{self.strategy}: {self.reason}"),
            ("nodes", f"{self.nodes:,}"),
            ("enumeration", f"at most {_amount(self.runs)} runs"),
            ("elimination", f"at most {_amount(self.cost)} multiply-adds, width {self.width}, about {_bytes(self.memory)}"),
        ]
        if self.strategy == "enumeration" and not self.cost:
            rows.pop()
        if self.cells:
            rows.append(("tables", f"of at most {_amount(self.cells)} cells"))
            rows.append(("time", f"about {self.seconds:.2g} s, in floats {self.float_seconds:.2g} s"))
        return "\n".join(f"{name:<12} {text}" for name, text in rows)

    def check(self) -> Plan:
        """The plan itself when it is within the limits; raises ``TooLarge`` otherwise."""
        if not self.fits:
            raise TooLarge(_too_large(self))
        return self


def plan(evidence: Sequence[Reading], target: Reading) -> Plan:
    """How ``measure`` would answer; nothing is computed but the cost.

    Raises ``NeedsCoupling`` as the answer would.

    >>> from causalkit.values.dist import coin
    >>> from causalkit.mechanisms.mechanism import Noise, Table
    >>> from causalkit.mechanisms.network import Edits, Network, Reading
    >>> network = Network({"u": Noise(coin("1/3")), "y": Table(("u",), {(False,): 0, (True,): 1})})
    >>> y = network.node(Edits(), "y")
    >>> print(plan([], Reading((y,), lambda values: values[y])))
    strategy     enumeration: there are few runs
    nodes        2
    enumeration  at most 2 runs
    """
    question = as_query(evidence, target)
    return planned(question)[0]


@dataclass(frozen=True, eq=False)
class Elimination:
    """A plan to eliminate, with the tables and the order that it rests on.

    ``whole`` are the tables to which the order belongs: with the observed variables open, where that costs little.
    """

    plan: Plan
    target: tuple[Node, ...]
    tables: Problem
    whole: Problem
    order: Order


def planned(question: Query | TooWide) -> tuple[Plan, Elimination | None]:
    """The plan of a question, with what it takes to eliminate when that is the plan."""
    if isinstance(question, TooWide):
        nodes = closure(question.nodes)
        return _by_enumeration(len(nodes), runs_bound(nodes), question.reason), None
    return planned_for(question.structure, question.certain)


def has_few_runs(asked_for: Sequence[Node]) -> bool:
    """Whether walking through all runs looks at so few nodes that nothing better is asked for."""
    if is_surely_beyond(asked_for, FEW_VISITS):
        return False
    nodes = closure(asked_for)
    return runs_bound(nodes) * len(nodes) <= FEW_VISITS


@lru_cache(maxsize=128)
def planned_for(structure: Structure, certain: bool = True) -> tuple[Plan, Elimination | None]:
    """The same for a structure; ``certain`` says whether every reading reads the same nodes on all of its paths."""
    nodes = closure(structure.asked_for)
    runs = runs_bound(nodes)
    reason = _only_enumeration(structure.asked_for, nodes, certain)
    if reason or runs * len(nodes) <= FEW_VISITS:
        return _by_enumeration(len(nodes), runs, reason or FEW_RUNS), None
    found = eliminating(structure)
    if not found.plan and runs <= MOST_RUNS:
        return replace(found.plan, strategy="enumeration", reason="elimination would take more", fits=True), None
    return found.plan, found


@lru_cache(maxsize=128)
def eliminating(structure: Structure) -> Elimination:
    """The plan to answer by elimination, whatever enumeration costs."""
    tables = problem(structure)
    whole, order = _way(tables)
    memory = 40 * (order.cells + min(order.cost, 2 * order.largest))
    fits = order.cost <= MOST_COST and order.largest <= MOST_CELLS
    runs = runs_bound(tables.nodes)
    found = Plan("elimination", len(tables.nodes), order.width, order.cost, memory, runs, "it costs less than enumeration", fits)
    return Elimination(found, structure.target, tables, whole, order)


def _way(tables: Problem) -> tuple[Problem, Order]:
    """Elimination once for everything that can be observed, where that is soon done, or else at the observed values."""
    if tables.observed and math.prod(tables.cards[variable] for variable in tables.observed) <= LITTLE:
        whole = tables.opened()
        order = elimination_order(whole.cards, whole.shapes, whole.kept, thorough=False)
        if order.cost <= LITTLE:
            return whole, order
    return tables, elimination_order(tables.cards, tables.shapes, tables.kept)


def _only_enumeration(asked_for: Sequence[Node], nodes: Sequence[Node], certain: bool) -> str:
    """Why a question can only be answered run by run, or nothing; raises ``NeedsCoupling`` when every run would need it."""
    try:
        ordered(asked_for)
    except NeedsCoupling:
        if certain:
            raise
        return "whether a coupling is needed depends on the values that are read"
    if not certain and any(isinstance(node.mechanism, Choice) for node in nodes):
        return "which choices are met depends on the values that are read"
    return ""


def _by_enumeration(nodes: int, runs: int, reason: str) -> Plan:
    return Plan("enumeration", nodes, 0, 0, 0, runs, reason, runs <= MOST_RUNS)


def _amount(count: int) -> str:
    return f"{count:,}" if count < 10**15 else f"10^{len(str(count)) - 1}"


def _bytes(count: int) -> str:
    for unit in ["bytes", "kB", "MB", "GB"]:
        if count < 1000:
            return f"{count:,} {unit}"
        count //= 1000
    return f"{_amount(count)} TB"


def _too_large(found: Plan) -> str:
    takes, limits = f"up to {_amount(found.runs)} runs of the world by enumeration", f"{MOST_RUNS:,} runs"
    if found.cost:
        tables = f", tables of {_amount(found.cells)} cells" if found.cells else ""
        takes += f", and {_amount(found.cost)} multiply-adds by elimination (width {found.width}{tables}, {_bytes(found.memory)})"
        limits += f", or {MOST_ON_TREES if found.cells else MOST_COST:,} multiply-adds with tables of {MOST_CELLS:,} cells"
    return (
        f"the answer takes {takes}, and the limit is {limits}; ask about fewer variables at once, observe or set what connects many "
        "variables, put a summary between a variable and its many parents, or estimate the answer from samples with .estimate(...)"
    )
