"""Sums and greatest values of products of tables, whole or in parts, against every combination written out."""

from __future__ import annotations

import itertools
import math
import random
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from causalkit.engine.compiling.greedy_elimination import bits
from causalkit.engine.compiling.node_tables import Table
from causalkit.engine.contraction import products
from causalkit.engine.contraction.growing import Growing, Grown, _with_count, first_primes, restored
from causalkit.engine.contraction.products import FLOATS, WHOLE, Pricing, joined, summed, without_barren
from causalkit.engine.contraction.residues import LARGEST, LEFT_ALONE, REDUCED, Residues
from causalkit.engine.exact import peaks
from causalkit.engine.exact.peaks import Peak, Peaks, Step, assigned
from causalkit.values.arrays import INT64

CARDS = (2, 3, 2, 4, 1)
EVERY = range(len(CARDS))


def shape(mask: int) -> list[int]:
    return [CARDS[v] for v in EVERY if mask >> v & 1]


def some_table(rng: random.Random, mask: int, most: int = 3) -> Table:
    cells = [rng.randint(0, most) for _ in range(math.prod(shape(mask)))]
    return Table(mask, np.array(cells, np.int64 if most < INT64 else object).reshape(shape(mask)), most)


def cell(table: Table, at: Sequence[int]) -> Any:
    return table.cells[tuple(at[v] for v in EVERY if table.mask >> v & 1)]


def written_out(tables: Sequence[Table], gone: int) -> dict[tuple[int, ...], list[int]]:
    """For each combination of the variables that stay, the products at all values of the others."""
    union = 0
    for table in tables:
        union |= table.mask
    found: dict[tuple[int, ...], list[int]] = {}
    for at in itertools.product(*(range(CARDS[v]) if union >> v & 1 else [0] for v in EVERY)):
        key = tuple(at[v] for v in EVERY if (union & ~gone) >> v & 1)
        found.setdefault(key, []).append(math.prod(int(cell(table, at)) for table in tables))
    return found


@pytest.mark.parametrize("at_once", [1, 6, 100_000])
@pytest.mark.parametrize("product", [WHOLE, FLOATS], ids=["whole", "floats"])
def test_a_product_of_two_tables_is_the_sum_of_its_cells(product: Any, at_once: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(products, "AT_ONCE", at_once)
    monkeypatch.setattr(products, "SMALL", at_once)
    monkeypatch.setattr(products, "THIN", at_once)
    rng = random.Random(at_once)
    for _ in range(40):
        a, b = some_table(rng, rng.randrange(32)), some_table(rng, rng.randrange(32))
        gone = rng.randrange(32) & (a.mask | b.mask)
        found = product.pair(a, b, gone, CARDS)
        expected = written_out([a, b], gone)
        assert found.mask == (a.mask | b.mask) & ~gone
        assert {key: found.cells[key] for key in expected} == {key: sum(each) for key, each in expected.items()}
        assert found.bound == (9 * math.prod(shape(gone)) if product is WHOLE else 1)
        alone = product.alone(a, gone & a.mask, CARDS)
        assert {key: alone.cells[key] for key in written_out([a], gone)} == {key: sum(each) for key, each in written_out([a], gone).items()}
        assert (alone.mask, alone.bound) == (a.mask & ~gone, 3 * math.prod(shape(gone & a.mask)) if product is WHOLE else 1)


@pytest.mark.parametrize(("bound", "kind"), [(2**31, np.int64), (2**32, object)])
def test_whole_numbers_are_pythons_where_a_sum_could_leave_64_bits(bound: int, kind: Any) -> None:
    """Two of at most 2^31 are below 2^63 together, also twice over less one; and not more."""
    one = Table(1, np.array([bound, 1]), bound)
    other = Table(1, np.array([2**31 - 1, 1]), 2**31 - 1)
    found = WHOLE.pair(one, other, 0, CARDS)
    assert (found.cells.dtype, found.cells.tolist()) == (np.dtype(np.int64), [bound * (2**31 - 1), 1])
    wide = Table(3, np.array([[2**30, 1, 0], [1, 2, 3]]), 2**30)
    twice = WHOLE.pair(one, wide, 1, CARDS)
    assert (twice.cells.dtype, twice.bound) == (np.dtype(kind), 2 * bound * 2**30)
    assert twice.cells.tolist() == [bound * 2**30 + 1, bound + 2, 3]
    for most, is_kept in ((INT64 // 2 - 1, True), (INT64 // 2, False)):
        table = Table(3, np.array([[most] * 3] * 2), most)
        assert WHOLE.alone(table, 1, CARDS).cells.tolist() == [2 * most] * 3
        assert (WHOLE.alone(table, 1, CARDS).cells.dtype == np.int64) is is_kept
        assert (WHOLE.plus(table, table).cells.dtype == np.int64) is is_kept
        assert WHOLE.plus(table, table).cells.tolist() == [[2 * most] * 3] * 2


def test_shapes_alone_count_what_products_would_take() -> None:
    price = Pricing()
    a, b = Table(0b0011, None, 5), Table(0b1010, None, 7)
    both = price.pair(a, b, 0b0010, CARDS)
    assert (both.mask, both.cells, both.bound) == (0b1001, None, 35)
    assert (price.cost, price.largest, price.width) == (2 * 3 * 4, 2 * 4, 3)
    left = price.alone(both, 0b0001, CARDS)
    assert (left.mask, left.cells, left.bound) == (0b1000, None, 35)
    assert (price.cost, price.largest, price.width) == (24 + 8, 8, 3)
    assert price.plus(left, both) is left
    assert price.cost == 32
    price.pair(Table(0b0100, None, 1), Table(0b0100, None, 1), 0, CARDS)
    assert (price.cost, price.largest, price.width) == (34, 8, 3)


@pytest.mark.parametrize("seed", range(10))
def test_variables_are_summed_out_of_several_tables(seed: int) -> None:
    rng = random.Random(seed)
    tables = [some_table(rng, rng.choice([1, 3, 5, 6, 9, 10, 12, 20])) for _ in range(5)]
    gone = rng.randrange(32)
    left = summed(list(tables), gone, CARDS, WHOLE)
    assert not any(table.mask & gone for table in left)
    expected = written_out(tables, gone)
    whole = joined(left, 0, CARDS, WHOLE)
    assert {key: whole.cells[key] for key in expected} == {key: sum(each) for key, each in expected.items()}
    at_once = joined(list(tables), gone, CARDS, WHOLE)
    assert {key: at_once.cells[key] for key in expected} == {key: sum(each) for key, each in expected.items()}


def test_the_variable_of_the_smallest_product_goes_first_and_small_tables_are_multiplied_first() -> None:
    """Of four in a row the first is cheapest to sum out, then the second with what is left of it."""
    price = Pricing()
    row = [Table(0b0011, None, 1), Table(0b0110, None, 1), Table(0b1100, None, 1)]
    (left,) = summed(list(row), 0b0111, CARDS, price)
    assert left.mask == 0b1000
    assert price.cost == 6 + 6 + 8  # alone; with the next one; with the last
    star = Pricing()
    joined([Table(0b1111, None, 1), Table(0b0001, None, 1), Table(0b0011, None, 1)], 0b0001, CARDS, star)
    assert star.cost == 6 + 48
    arrays = [Table(mask, np.ones(shape(mask), np.int64), 1) for mask in (0b1111, 0b0001, 0b0011)]
    made: list[tuple[int, int, int]] = []

    class Told(Pricing):
        def pair(self, a: Table, b: Table, gone: int, cards: Any) -> Table:
            made.append((a.mask, b.mask, gone))
            return WHOLE.pair(a, b, gone, cards)

    assert joined(arrays, 0b0001, CARDS, Told()).mask == 0b1110
    assert made == [(0b0001, 0b0011, 0), (0b0011, 0b1111, 0b0001)]
    remainders = [Table(table.mask, np.ones((7, *shape(table.mask))), 1) for table in arrays]
    made.clear()
    primes = Residues(first_primes(1)[:7])

    class ByRemainders(Told):
        def pair(self, a: Table, b: Table, gone: int, cards: Any) -> Table:
            made.append((a.mask, b.mask, gone))
            return primes.pair(a, b, gone, cards)

    joined(remainders, 0b0001, CARDS, ByRemainders())
    assert made == [(0b0001, 0b0011, 0), (0b0011, 0b1111, 0b0001)]


def distribution(own: int, mask: int, bound: int = 10) -> Table:
    """The same number of ways for whatever the others are."""
    return Table(mask, np.full(shape(mask), 1), bound, own)


def test_distributions_of_nothing_but_what_is_summed_out_are_left_out() -> None:
    a, b, c = distribution(1, 1), distribution(2, 3), distribution(4, 6)
    event = Table(3, np.ones((2, 3), np.int64), 1)
    assert without_barren([a, b, c], 0b111) == []
    assert without_barren([a, b, c], 0b011) == [a, b, c]
    assert without_barren([a, b, c, event], 0b111) == [a, b, event]
    assert without_barren([a, b], 0b010) == [a]
    (left,) = summed([a, b], 0b001, CARDS, WHOLE, lean=True)
    assert (left.own, left.mask, left.bound, left.cells.tolist()) == (0b010, 0b010, 100, [2, 2, 2])
    (open_,) = summed([b, event], 0b001, CARDS, WHOLE, lean=True)
    assert open_.own == 0
    (of_no_one,) = summed([b, distribution(4, 5)], 0b001, CARDS, WHOLE, lean=True)
    assert (of_no_one.own, of_no_one.bound) == (0, 2 * 100)
    (shapes,) = summed([Table(1, None, 10, 1), Table(3, None, 10, 2)], 0b001, CARDS, Pricing(), lean=True)
    assert (shapes.own, shapes.bound) == (0b010, 100)
    (plain,) = summed([a, b], 0b001, CARDS, WHOLE)
    assert (plain.own, plain.bound) == (0, 200)


# ---------------------------------------------------------------- greatest values


@pytest.mark.parametrize("at_once", [1, 100_000])
@pytest.mark.parametrize("most", [3, 2**62])
def test_peaks_are_the_greatest_products_and_count_who_reaches_them(at_once: int, most: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(peaks, "AT_ONCE", at_once)
    rng = random.Random(most + at_once)
    for _ in range(25):
        tables = [some_table(rng, mask, most if i else 3) for i, mask in enumerate(rng.sample([1, 3, 5, 6, 9, 10, 12, 20, 15], 3))]
        tables[1] = Table(tables[1].mask, np.minimum(tables[1].cells, 2), most)
        union = tables[0].mask | tables[1].mask | tables[2].mask
        gone = rng.randrange(32) & union
        expected = written_out(tables, gone)
        found = joined(list(tables), gone, CARDS, Peaks())
        assert {key: found.cells[key] for key in expected} == {key: max(each) for key, each in expected.items()}
        assert found.bound >= max(map(max, expected.values()))
        if gone:
            assert isinstance(found, Peak)
            assert found.counts is not None
            ties = {key: each.count(max(each)) for key, each in expected.items() if max(each)}
            assert {key: int(found.counts[key]) for key in ties} == ties
        steps: list[Step] = []
        best = joined(list(tables), union, CARDS, Peaks(steps))
        at = assigned(steps, CARDS)
        assert set(at) == set(bits(union))
        assert math.prod(int(cell(table, [at.get(v, 0) for v in EVERY])) for table in tables) == int(best.cells)


def test_parts_of_peaks_have_the_largest_bound_and_counts_where_all_have() -> None:
    one, other = Peak(2, np.array([1, 2, 3]), 3, np.array([1, 1, 2])), Peak(2, np.array([4, 5, 6]), 6, np.array([3, 1, 1]))
    found = peaks._stacked(3, [one, other])
    assert isinstance(found, Peak)
    assert found.counts is not None
    assert (found.mask, found.bound, found.cells.tolist(), found.counts.tolist()) == (3, 6, [[1, 2, 3], [4, 5, 6]], [[1, 1, 2], [3, 1, 1]])
    assert peaks._stacked(3, [other, one]).bound == 6
    assert peaks._stacked(3, [one, Peak(2, other.cells, 6, None)]).counts is None  # type: ignore[attr-defined]
    with pytest.raises(NotImplementedError, match="peaks are not added up"):
        Peaks().plus(one, other)


def test_of_equals_the_first_is_assigned() -> None:
    steps = [Step((Table(3, np.array([[1, 2, 2], [2, 0, 1]]), 2),), 3)]
    assert assigned(steps, CARDS) == {0: 0, 1: 1}
    assert assigned([], CARDS) == {}


# ---------------------------------------------------------------- remainders


def test_tables_by_remainders_stand_for_themselves_up_to_a_limit() -> None:
    primes = first_primes(1)[:3]
    by = Residues(primes)
    for bound, rows in ((LEFT_ALONE, 1), (LEFT_ALONE + 1, 3), (LARGEST - 1, 3), (LARGEST, 3), (2**60, 3)):
        found = by.of(Table(1, np.array([bound, 5]), bound))
        assert len(found.cells) == rows
        assert found.bound == (bound if rows == 1 else REDUCED)
        for prime, row in zip(primes if rows == 3 else primes[:1], found.cells, strict=True):
            assert [(int(each) - number) % prime for each, number in zip(row, (bound, 5), strict=True)] == [0, 0]
            assert rows == 1 or abs(row).max() <= prime / 2 + 8
    for bound, rows in ((LEFT_ALONE // 2, 1), (LEFT_ALONE // 2 + 1, 3)):
        half = by.of(Table(1, np.array([bound, 7]), bound))
        for made, number in ((by.plus(half, half), [2 * bound, 14]), (by.alone(half, 1, CARDS), [bound + 7])):
            assert len(made.cells) == rows
            for prime, row in zip(primes[:rows], made.cells.reshape(rows, -1), strict=True):
                assert [(int(each) - one) % prime for each, one in zip(row, number, strict=True)] == [0] * len(number)


def test_growing_tables_are_summed_and_cut_to_the_primes_that_are_needed() -> None:
    by = Growing(10**200)
    table = Table(3, np.array([[10**30, 2, 3], [4, 5, 6]], object), 10**30)
    grown = by.of(table)
    assert restored(by.alone(grown, 1, CARDS), CARDS).cells.tolist() == [10**30 + 4, 7, 9]
    assert restored(by.alone(grown, 3, CARDS), CARDS).cells.item() == 10**30 + 20
    assert isinstance(grown, Grown)
    assert by.alone(grown, 1, CARDS).most == grown.most == 10**30  # type: ignore[attr-defined]
    few = _with_count(grown, 6)
    assert (len(few.cells), len(grown.cells) > 6, few.mask, few.bound) == (6, True, 3, grown.bound)
    assert few.cells.tolist() == grown.cells[:6].tolist()
    assert _with_count(grown, len(grown.cells)) is grown
    other = by.of(Table(1, np.array([3, 10**20], object), 10**20))
    long = Grown(_with_count(other, 30), 10**20)
    found = by.pair(long, Grown(few, 10**30), 1, CARDS)
    assert restored(found, CARDS).cells.tolist() == [3 * 10**30 + 4 * 10**20, 6 + 5 * 10**20, 9 + 6 * 10**20]
    small = by.of(Table(1, np.array([3, 4]), 4))
    assert len(small.cells) == 1
    assert restored(by.plus(small, small), CARDS).cells.tolist() == [6, 8]
    assert restored(table, CARDS) is table
