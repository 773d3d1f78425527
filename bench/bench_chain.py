"""Solving a long diagram: a chain of n binary variables, people's intent among them, a glance at it, one decision, one utility.

    python -m pytest bench/bench_chain.py --benchmark-json=chain.json
    python bench/table.py chain.json

Ours is the ranking of every policy, exact, with ties: the first time, when nothing is kept and world and model are new, and the next
time. PyCID solves the same diagram in an environment of its own, which `bench/environments.py` makes; it is timed over a pipe, keeps
nothing from one solving to the next, and takes too long for more than 64 variables. Its times change with the seed of Python's hashes,
which is held fixed. The expected utility of its policy is checked to be ours.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import ExitStack
from fractions import Fraction
from typing import Any

import pytest

import causalkit as ck
import stop_button as sb
from bench.environments import PYCID, Unavailable, Worker
from bench.forgetting import forget
from stop_button import FREE, STOP, E, V
from stop_button.evaluation.ranking import Ranking

LENGTHS = [2, 4, 8, 16, 32, 64, 128, 256, 512]
SOLVED_BY_PYCID = 64

OPTIONS = ["go on", "ask", "stop"]
WORTH = {("go on", False): 3, ("go on", True): -2, ("ask", False): 1, ("ask", True): 1, ("stop", False): 0, ("stop", True): 2}
"""What an action is worth where the last of the chain is false, and where it is true."""

STARTS, STAYS, TURNS = Fraction(1, 3), Fraction(255, 256), Fraction(1, 512)
RIGHT, WRONG = Fraction(7, 8), Fraction(1, 8)

UTILITY = sb.Utility("value", E(V))


def links(length: int) -> dict[str, tuple[list[str], list[Fraction]]]:
    """The chance nodes: the parents of each, and how likely it is true for each combination of their values."""
    names = [f"link{i}" for i in range(length)]
    chain = {name: ([before], [TURNS, STAYS]) for before, name in itertools.pairwise(names)}
    return {names[0]: ([], [STARTS]), **chain, "glance": ([names[length // 2]], [WRONG, RIGHT])}


def world(length: int) -> sb.World:
    mechanisms: dict[str, Any] = {}
    for name, (parents, rows) in links(length).items():
        by_input = dict(zip([False, True], map(ck.coin, rows), strict=False))
        mechanisms[name] = ck.cpt(parents, by_input, coupling="monotone", domain=[False, True]) if parents else ck.coin(rows[0])
    mechanisms["act"] = ck.choice(*OPTIONS, sees=["glance"])
    mechanisms["value"] = ck.table(["act", f"link{length - 1}"], WORTH)
    intent = sb.Role(f"link{length // 2}", {True: STOP, False: FREE})
    return sb.World(ck.Model(mechanisms), intent=intent, value="value", name=f"a chain of {length}")


def diagram(length: int) -> list[dict[str, Any]]:
    """The same for PyCID's worker."""
    nodes: list[dict[str, Any]] = [
        {"name": name, "parents": parents, "rows": list(map(float, rows))} for name, (parents, rows) in links(length).items()
    ]
    act = {"name": "act", "parents": ["glance"], "options": list(range(len(OPTIONS)))}
    value = {"name": "value", "parents": ["act", f"link{length - 1}"], "worth": list(WORTH.values())}
    return [*nodes, act, value]


def solved(asked: sb.World) -> Ranking:
    return sb.rank(asked, UTILITY)


@pytest.mark.parametrize("length", LENGTHS)
@pytest.mark.parametrize("call", ["first", "next"])
def test_solving(benchmark: Any, call: str, length: int) -> None:
    benchmark.group, benchmark.extra_info["engine"] = f"n = {length}", call
    if call == "next":
        kept = world(length)
        assert solved(kept).complete
        found = benchmark(solved, kept)
    else:

        def anew() -> tuple[tuple[sb.World], dict[str, Any]]:
            forget()
            return (world(length),), {}

        found = benchmark.pedantic(solved, setup=anew, rounds=5, iterations=1)
    assert found.complete
    assert found.ties == 1


@pytest.fixture(scope="module")
def pycid() -> Iterator[Worker]:
    with ExitStack() as stack:
        try:
            worker = stack.enter_context(Worker(PYCID, "pycid_worker.py"))
        except Unavailable as error:
            pytest.skip(f"PyCID is left out of the comparison: {error}")
        yield worker


@pytest.mark.parametrize("length", [length for length in LENGTHS if length <= SOLVED_BY_PYCID])
def test_pycid(benchmark: Any, pycid: Worker, length: int) -> None:
    benchmark.group, benchmark.extra_info["engine"] = f"n = {length}", "PyCID"
    pycid.ask(what="build", nodes=diagram(length))
    benchmark.pedantic(pycid.ask, kwargs={"what": "solve"}, rounds=3 if length <= 8 else 1, iterations=1)
    assert pycid.ask(what="worth")["worth"] == pytest.approx(float(solved(world(length)).scores[0]), abs=1e-9)
