"""Words for cases that come seldom: what the atlas says without a best policy, paths of length zero, cycles, boards that are cut short."""

from __future__ import annotations

import pytest

import causalkit as ck
import stop_button as sb
from causalkit.errors import TooLarge, WrongShape
from causalkit.graphs import Graph
from stop_button import E, V
from stop_button.atlas import COLUMNS
from stop_button.atlas.asking import answered
from stop_button.incentives.evidence import cut, missing
from stop_button.sequences.optimum import check_cycles
from stop_button.sequences.transitions import read_transitions

PLAIN = sb.World(ck.Model(act=ck.choice("a", "b", "c"), value=lambda act: int(act != "c")), value="value", name="plain")


def test_the_atlas_answers_with_the_best_policies_and_without_any() -> None:
    column = COLUMNS["defined_everywhere"]
    assert str(answered(PLAIN, "naive", column)) == "naive in plain, defined_everywhere: holds (best: a; b)"
    never = answered(PLAIN, sb.Utility("never", E(V) / (E(V) - E(V))), column)
    assert str(never) == "never in plain, defined_everywhere: fails (best: none)"
    assert not never
    lacking = answered(PLAIN, "switch", column)
    assert str(lacking).endswith("defined_everywhere: does not apply (best: none)")
    assert (
        str(answered(PLAIN, "naive", COLUMNS["no_safety_tax"])) == "naive in plain, no_safety_tax: holds of every best policy (best: a; b)"
    )


def test_paths_that_are_not_there_are_named() -> None:
    whole, reduced = Graph([("a", "b"), ("b", "u"), ("c", "u")]), Graph(["a", "b", "u", "c"], edges=[("b", "u"), ("c", "u")])
    assert missing(whole, "a", ["u"]) == ""
    assert missing(reduced, "c", ["a", "b"]) == "no directed path leads from c to a, b"
    assert cut(whole, reduced, "a", ["u"]) == "the minimal reduction cuts a -> b"
    assert cut(reduced, reduced, "u", ["c"]) == "no directed path leads from u to c"


def ring(size: int, discount: str) -> tuple[object, list[tuple[int, ...]]]:
    process = read_transitions({place: [(place + 1) % size] for place in range(size)}, {}, discount)
    return process, [part for part in process.components(set(range(size))) if process.cyclic(part)]


@pytest.mark.parametrize(("size", "names"), [(2, "0, 1"), (4, "0, 1, 2, 3"), (5, "0, 1, 2, 3, ...")])
def test_up_to_four_states_of_a_cycle_are_named(size: int, names: str) -> None:
    process, parts = ring(size, "1")
    with pytest.raises(WrongShape) as told:
        check_cycles(process, parts)  # type: ignore[arg-type]
    assert str(told.value) == f"the states {names} lie on a cycle, and with a discount of 1 its worth has no end; type horizon=... "


def test_cycles_of_two_hundred_states_are_solved_and_no_larger_ones() -> None:
    process, parts = ring(200, "1/2")
    check_cycles(process, parts)  # type: ignore[arg-type]
    process, parts = ring(201, "1/2")
    with pytest.raises(TooLarge) as told:
        check_cycles(process, parts)  # type: ignore[arg-type]
    assert str(told.value) == (
        "201 states, 0, 1, 2, 3, ..., lie on cycles with each other, and at most 200 are solved exactly; type horizon=..."
    )


def test_a_board_that_is_cut_short_marks_what_is_best_among_what_it_shows() -> None:
    options = list(range(150))
    world = sb.World(ck.Model(act=ck.choice(*options), value=lambda act: int(act in (3, 149))), value="value", name="wide")
    board = sb.score(world, sb.naive)
    assert len(str(board).splitlines()) < 120
    assert [line.split()[0] for line in str(board).splitlines() if line.rstrip().endswith("*")] == ["3"]
