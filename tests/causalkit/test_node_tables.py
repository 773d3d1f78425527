"""A node's table as an array is what the rows of its mechanism say, in whatever order and form they came."""

from __future__ import annotations

import itertools
import pickle
from fractions import Fraction
from typing import Any

import numpy
import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st

import causalkit as ck
from causalkit.engine.compiling.node_tables import node_table
from causalkit.errors import OutsideDomain
from causalkit.mechanisms.mechanism import CPT, Mechanism
from causalkit.networks import read_text, to_text
from causalkit.values.exact import exact
from causalkit.values.frozen import Frozen


def said(mechanism: Mechanism, inputs: tuple[Any, ...], value: Any) -> Fraction:
    """How likely a row gives a value, summed up outcome by outcome."""
    weights = [weight for outcome, weight in mechanism.row(inputs).outcomes if outcome == value]
    return sum((Fraction(1) if weight is None else Fraction(str(weight)) for weight in weights), Fraction(0))


def assert_is_table_of(mechanism: Mechanism, inputs: list[tuple[Any, ...]]) -> None:
    table = node_table(mechanism, inputs)
    assert table.cells is not None
    assert table.cells.shape == (*map(len, inputs), len(table.domain))
    rows = table.cells.reshape(-1, len(table.domain)).tolist()
    for each, row in zip(itertools.product(*inputs), rows, strict=True):
        assert [Fraction(number, table.scale) for number in row] == [said(mechanism, each, value) for value in table.domain]
        assert sum(row) == table.scale


@st.composite
def rows(draw: st.DrawFn, largest: int) -> ck.Dist:
    shares = draw(st.lists(st.integers(0, largest), min_size=3, max_size=3).filter(any))
    return ck.Dist({value: Fraction(share, sum(shares)) for value, share in zip("abc", shares, strict=True)})


@given(st.data(), st.sampled_from([3, 10**6, 10**25]), st.sampled_from([None, "monotone", "independent"]))
def test_tables_of_random_rows(data: st.DataObject, largest: int, coupling: Any) -> None:
    keys = list(itertools.product((0, 1), "xyz"))
    some = data.draw(st.lists(rows(largest), min_size=1, max_size=4))
    law = ck.cpt(["u", "v"], {key: data.draw(st.sampled_from(some)) for key in keys}, coupling=coupling, domain=list("abc"))
    assert_is_table_of(law, [(0, 1), ("x", "y", "z")])
    assert_is_table_of(law, [(1, 0), ("z",)])
    assert_is_table_of(CPT(law.parents, dict(reversed(list(law.rows.items()))), coupling, law.declared), [(0, 1), ("x", "y", "z")])


@given(st.data())
def test_tables_of_what_was_written_and_read(data: st.DataObject) -> None:
    """Rows from a file are counted when they are read, and mean the same."""
    shares = data.draw(st.lists(st.integers(0, 1000), min_size=3, max_size=3))
    law = {x: ck.Dist({"no": 1 - (p := Fraction(share, 1000)), "yes": p}) for x, share in zip("abc", shares, strict=True)}
    model = ck.Model(x=ck.uniform("a", "b"), y=ck.cpt(["x"], {x: law[x] for x in "ab"}, domain=["no", "yes"]))
    read = read_text(to_text(model, "bif"), "bif")
    assert read == model
    for name, inputs in (("x", []), ("y", [("a", "b")])):
        assert_is_table_of(read.mechanism(name), inputs)
        ours, theirs = node_table(model.mechanism(name), inputs), node_table(read.mechanism(name), inputs)
        assert (ours.domain, ours.scale) == (theirs.domain, theirs.scale)
        assert numpy.array_equal(ours.cells, theirs.cells)  # type: ignore[arg-type]


def test_deterministic_rows_and_noise() -> None:
    model = ck.Model(u=ck.Dist({1: "1/6", 2: "1/3", 3: "1/2"}), odd=lambda u: u % 2)
    assert_is_table_of(model.mechanism("u"), [])
    assert_is_table_of(model.mechanism("odd"), [(1, 2, 3)])
    assert node_table(model.mechanism("odd"), [(1, 3)]).domain == (1,)


@pytest.mark.parametrize(
    "law", [ck.cpt(["u"], {0: {"a": sympy.Symbol("p"), "b": 1 - sympy.Symbol("p")}, 1: ck.point("a")}), ck.choice("a", "b", sees=["u"])]
)
def test_symbols_and_open_choices_have_a_domain_and_no_cells(law: Mechanism) -> None:
    table = node_table(law, [(0, 1)])
    assert (table.domain, table.cells, table.scale) == (("a", "b"), None, 1)


def test_whole_numbers_that_fit_are_int64_and_others_are_pythons() -> None:
    small, large = Fraction(1, 2**62), Fraction(1, 2**63)
    tables = [node_table(ck.Model(x=ck.Dist({0: share, 1: 1 - share})).mechanism("x"), []) for share in (small, large)]
    assert [table.cells.dtype for table in tables if table.cells is not None] == [numpy.dtype(numpy.int64), numpy.dtype(object)]
    assert [exact(Fraction(table.cells.tolist()[0], table.scale)) for table in tables if table.cells is not None] == [small, large]


def test_rows_that_cannot_change_are_kept_and_not_made_again() -> None:
    law = ck.cpt(["x"], {("a",): ck.coin("1/3"), ("b",): ck.coin("1/4")})
    once = ck.Model(x=ck.uniform("a", "b"), y=law).mechanism("y")
    assert ck.Model(x=ck.uniform("a", "b"), y=once).mechanism("y") is once
    plain = CPT(("x",), dict(law.rows))
    assert plain.tabulated("y", {"x": ("a", "b")}) is not plain  # a dictionary may change
    turned = ck.Model(x=ck.uniform("b", "a"), y=once).mechanism("y")
    assert isinstance(turned, CPT)
    assert (turned == once, list(turned.rows)) == (True, [("b",), ("a",)])


@pytest.mark.parametrize(("key", "value"), [(1, True), (True, 1), (0, False)])
def test_rows_have_the_inputs_of_their_model_and_not_what_is_equal_to_them(key: Any, value: Any) -> None:
    once = ck.Model(x=ck.uniform(key, "other"), y=ck.cpt(["x"], {key: ck.coin("1/3"), "other": ck.coin("1/4")})).mechanism("y")
    again = ck.Model(x=ck.uniform(value, "other"), y=once).mechanism("y")
    assert isinstance(again, CPT)
    assert [type(inputs[0]) for inputs in again.rows] == [type(value), str]


def test_one_bare_key_is_no_tuple_of_one() -> None:
    rows: Any = Frozen({"a": ck.coin("1/3")})
    law = ck.Model(x="a", y=CPT(("x",), rows)).mechanism("y")
    assert isinstance(law, CPT)
    assert list(law.rows) == [("a",)]


def test_rows_of_a_file_are_counted_when_they_are_read() -> None:
    text = to_text(ck.Model(x=ck.uniform("a", "b"), y=ck.cpt(["x"], {"a": ck.coin("1/4"), "b": ck.coin("3/4")})), "bif")
    law = read_text(text, "bif").mechanism("y")
    assert "counted" in vars(law)
    assert isinstance(law, CPT)
    assert law.counted.weights is not None
    assert law.counted.weights.tolist() == [3, 1, 1, 3]
    with pytest.raises(ValueError, match="read-only"):
        law.counted.weights[0] = 2
    assert "counted" not in vars(pickle.loads(pickle.dumps(law)))


def test_what_is_kept_with_a_table_is_no_more_than_its_weights() -> None:
    """Neither zeros nor rows that are one object are kept again, however many values and rows there are."""
    size = 60
    steps = {place: ck.Dist({place: "1/2", (place + 1) % size: "1/2"}) for place in range(size)}
    law = ck.Model(x=ck.uniform(*range(size)), y=ck.cpt(["x"], steps, domain=range(size))).mechanism("y")
    assert isinstance(law, CPT)
    assert [array.size for array in (law.counted.columns, law.counted.which)] == [2 * size, size]
    shared = ck.coin("1/3")
    one = ck.Model(x=ck.uniform(*range(size)), y=ck.cpt(["x"], dict.fromkeys(range(size), shared))).mechanism("y")
    assert isinstance(one, CPT)
    assert (one.counted.columns.size, one.counted.many.tolist(), one.counted.which.tolist()) == (2, [2], [0] * size)
    for mechanism in (law, one):
        assert_is_table_of(mechanism, [tuple(range(size))])


def test_a_row_in_many_places_is_looked_at_once() -> None:
    """What is wrong with it is told by the first of them."""
    looked = []

    class Value:
        def __eq__(self, other: object) -> bool:
            looked.append(1)
            return self is other

        def __hash__(self) -> int:
            return 1

    row = ck.Dist({Value(): 1})
    table = ck.cpt(["x"], dict.fromkeys(range(50), row))
    looked.clear()
    assert ck.Model(x=ck.uniform(*range(50)), y=table).prob(x=1) == Fraction(1, 50)
    assert len(looked) < 50
    wrong = ck.cpt(["x"], {0: {"a": 1}, 1: {"b": 1}, 2: {"b": 1}}, domain=["a"])
    with pytest.raises(OutsideDomain, match="'y' is 'b' with x=1"):
        ck.Model(x=ck.uniform(0, 1, 2), y=wrong)
