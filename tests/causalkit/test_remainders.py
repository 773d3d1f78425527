"""Whole numbers by their remainders: the same sums of products as Python's, also at the edge of what floats hold."""

from __future__ import annotations

import math
import random
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sympy import isprime, prevprime

from causalkit.engine.compiling.node_tables import Table
from causalkit.engine.contraction import products, residues
from causalkit.engine.contraction.growing import MARGIN, Growing, Grown, count_for, first_primes, further, restored
from causalkit.engine.contraction.products import FLOATS, WHOLE
from causalkit.engine.contraction.residues import BELOW, BLOCK, LEFT_ALONE, MOST_TERMS, REDUCED, Residues, chunks_of_primes, whole_numbers
from causalkit.values.arrays import INT64

CARDS = (3, 2, 4, 1, 5)


def some_table(rng: random.Random, mask: int, most: int) -> Table:
    shape = [card for i, card in enumerate(CARDS) if mask >> i & 1]
    cells = [rng.choice([0, most, rng.randint(0, most)]) for _ in range(math.prod(shape))]
    return Table(mask, np.array(cells, np.int64 if most < INT64 else object).reshape(shape), most)


@given(st.integers(0, 31), st.integers(0, 31), st.integers(0, 31), st.sampled_from([1, 10**6, 2**22, 2**60, 10**40]), st.randoms())
def test_products_and_sums(first: int, second: int, gone: int, most: int, rng: random.Random) -> None:
    a, b = some_table(rng, first, most), some_table(rng, second, most)
    expected = WHOLE.pair(a, b, gone & (first | second), CARDS)
    chunks = chunks_of_primes(expected.bound, 2)
    rows = []
    for primes in chunks:
        by = Residues(primes)
        found = by.pair(by.of(a), by.of(b), gone & (first | second), CARDS)
        assert found.mask == expected.mask
        assert np.abs(found.cells).max() <= found.bound <= LEFT_ALONE
        assert len(found.cells) == len(primes) or (len(found.cells) == 1 and expected.bound <= LEFT_ALONE)
        rows.append(np.broadcast_to(found.cells.reshape(len(found.cells), -1), (len(primes), expected.cells.size)))
        twice = by.plus(found, found)
        assert len(by.alone(twice, twice.mask, CARDS).cells) in (1, len(primes))
    cells = whole_numbers(np.concatenate(rows), [prime for primes in chunks for prime in primes])
    assert cells.tolist() == expected.cells.reshape(-1).tolist()


@pytest.mark.parametrize("terms", [1, MOST_TERMS, MOST_TERMS + 1, 3 * MOST_TERMS])
def test_the_longest_sums_of_the_largest_remainders(terms: int) -> None:
    """Remainders as far from 0 as they can be, all with one sign, so that nothing cancels."""
    (primes,) = chunks_of_primes(1, 2)
    by, cards = Residues(primes), (terms, 2)
    largest = primes[0] // 2
    for sign in (1, -1):
        left = Table(1, np.full((2, terms), float(largest + 8)), REDUCED)
        right = Table(3, np.full((2, terms, 2), float(sign * (largest + 8))), REDUCED)
        found = by.pair(left, right, 1, cards)
        for prime, row in zip(primes, found.cells, strict=True):
            assert all((int(each) - sign * terms * (largest + 8) ** 2) % prime == 0 for each in row)


@pytest.mark.parametrize("terms", [1, 2, 3, 5])
def test_products_of_the_largest_numbers_that_are_left_as_they_are(terms: int) -> None:
    """Two of them are below 2^53 together, and more are brought down to remainders first."""
    (primes,) = chunks_of_primes(1, 2)
    by, cards = Residues(primes), (terms, 2)
    left = by.of(Table(1, np.full(terms, LEFT_ALONE), LEFT_ALONE))
    right = by.of(Table(3, np.full((terms, 2), LEFT_ALONE), LEFT_ALONE))
    assert len(left.cells) == len(right.cells) == 1
    for prime, row in zip(primes, by.pair(left, right, 1, cards).cells, strict=True):
        assert all((int(each) - terms * LEFT_ALONE**2) % prime == 0 for each in row)


def test_remainders_of_distributions_may_add_up_to_more_than_their_numbers() -> None:
    """Four remainders, all at the end of what one can be, times a distribution of denominator 2: the bound is that of the sum."""
    (primes,) = chunks_of_primes(1, 2)
    by, cards = Residues(primes), (4, 2)
    first = Table(1, np.full((2, 4), float(REDUCED)), REDUCED, 1)
    second = by.of(Table(3, np.full((4, 2), 1), 2, 2))
    (found,) = products.summed([first, second], 1, cards, by, lean=True)
    assert np.abs(found.cells).max() == 4 * REDUCED <= found.bound
    assert found.own == 2


def test_remainders_in_parts_are_those_of_the_whole() -> None:
    (primes,) = chunks_of_primes(1, 2)
    numbers = np.array([[2**53 - 1, -(2**53) + 1, 2**52 + 12345] * BLOCK] * 2, np.float64)
    found = Residues(primes).reduced(numbers.copy())
    small = Residues(primes).reduced(numbers[:, :3].copy())
    assert found.shape == (2, 3 * BLOCK)
    assert len(primes) == len(small) == 2
    for prime, row, few, before in zip(primes, found, small, numbers, strict=True):
        assert not (row.astype(np.int64) - before.astype(np.int64) % prime).__mod__(prime).any()
        assert np.abs(row).max() <= prime / 2 + 8
        assert few.tolist() == row[:3].tolist()


def test_the_primes_are_the_largest_below_their_limit() -> None:
    chunks = chunks_of_primes(2**20_000, 4)
    primes = [prime for chunk in chunks for prime in chunk]
    assert math.prod(primes) > 2**20_000 >= math.prod(primes[:-4])
    assert all(map(isprime, primes))
    below, expected = BELOW, []
    for _ in primes:
        below = prevprime(below)
        expected.append(below)
    assert primes == expected
    with patch.object(residues, "BELOW", 1 << 17), pytest.raises(OverflowError, match="more primes"):
        chunks_of_primes(1 << 100_000, 1 << 10)


@given(st.lists(st.integers(0, 10**60), min_size=1), st.integers(1, 5))
def test_numbers_are_found_again(numbers: list[int], at_once: int) -> None:
    primes = [prime for chunk in chunks_of_primes(10**60, at_once) for prime in chunk]
    rows = np.array([[number % prime for number in numbers] for prime in primes])
    assert whole_numbers(rows, primes).tolist() == numbers


@given(
    st.integers(0, 31), st.lists(st.tuples(st.integers(0, 31), st.sampled_from([1, 9, 2**22, 2**40, 2**100])), max_size=12), st.randoms()
)
def test_products_that_need_more_and_more_primes(first: int, others: list[tuple[int, int]], rng: random.Random) -> None:
    by, expected = Growing(10**500), some_table(rng, first, 10**30)
    found = by.of(expected)
    for mask, most in others:
        table = some_table(rng, mask, most)
        found, expected = by.pair(found, by.of(table), 0, CARDS), WHOLE.pair(expected, table, 0, CARDS)
    assert isinstance(found, Grown)
    assert found.most >= int(expected.cells.max())
    assert restored(found, CARDS).cells.tolist() == expected.cells.tolist()
    twice = by.plus(found, found)
    assert restored(twice, CARDS).cells.tolist() == np.asarray(WHOLE.plus(expected, expected).cells).tolist()


@pytest.mark.parametrize("kept", range(5))
def test_a_chain_of_distributions_in_whole_numbers_of_any_size(kept: int) -> None:
    """From each of some values to each of the next, a hundred times: every sum is a probability, and the primes grow from few to many."""
    rng, scale, cards = random.Random(kept), 10**7, [4, 5]
    expected = np.array([scale - 3, 1, 2, 0], object)
    by = Growing(scale**101)
    message = by.of(Table(1, expected, scale))
    for step in range(100):
        here, there = step % 2, 1 - step % 2
        cuts = [sorted(rng.randint(0, scale) for _ in range(cards[there] - 1)) for _ in range(cards[here])]
        rows = np.array([[b - a for a, b in zip([0, *cut], [*cut, scale], strict=True)] for cut in cuts])
        message = by.pair(message, by.of(Table(3, rows if here == 0 else rows.T, scale)), 1 << here, cards)
        expected = expected @ rows.astype(object)
        if step % 25 == kept:
            assert restored(message, cards).cells.tolist() == expected.tolist()
    assert restored(message, cards).cells.tolist() == expected.tolist()
    assert sum(expected) == scale**101


@given(st.integers(2, 200), st.integers(1, 40), st.data())
def test_further_remainders_follow_from_those_there(there: int, more: int, data: st.DataObject) -> None:
    primes = first_primes(4)[: there + more]
    most = math.prod(primes[:there]) // MARGIN
    numbers = [0, 1, most, *data.draw(st.lists(st.integers(0, most), max_size=5))]
    cells = np.array([[(number + prime // 2) % prime - prime // 2 for number in numbers] for prime in primes[:there]], np.float64)
    found = further(cells, there + more)
    assert found.shape == (more, len(numbers))
    for prime, row in zip(primes[there:], found.tolist(), strict=True):
        assert [(number - int(each)) % prime for number, each in zip(numbers, row, strict=True)] == [0] * len(numbers)
        assert max(map(abs, row)) <= REDUCED


@given(st.integers(0, 10**400))
def test_as_many_primes_as_a_number_needs(most: int) -> None:
    count = count_for(most)
    assert math.prod(first_primes(2)[:count]) > MARGIN * most
    assert count == 2 or math.prod(first_primes(2)[: count - 1]) < 2 * MARGIN * most


@given(st.integers(0, 31), st.integers(0, 31), st.integers(0, 31), st.randoms())
def test_floats_by_matrices(first: int, second: int, gone: int, rng: random.Random) -> None:
    a, b = some_table(rng, first, 9), some_table(rng, second, 9)
    gone &= first | second
    expected = WHOLE.pair(a, b, gone, CARDS)
    left, right = (Table(each.mask, each.cells.astype(float), 1) for each in (a, b))
    with pytest.MonkeyPatch.context() as context:
        context.setattr(products, "SMALL", 0)
        context.setattr(products, "THIN", 0)
        found = FLOATS.pair(left, right, gone, CARDS)
    assert found.cells.tolist() == expected.cells.tolist()
