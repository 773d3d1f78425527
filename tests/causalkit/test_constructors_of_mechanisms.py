"""Tables, choices, functions and constants as they are typed: when two are one, and what is refused, in whole sentences."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pytest
import sympy

import causalkit as ck
from causalkit import errors
from causalkit.mechanisms import mechanism
from causalkit.mechanisms.constructors import argument_names, as_mechanism, is_law
from causalkit.mechanisms.coupling import monotone_segments
from causalkit.mechanisms.mechanism import CPT, Mechanism, Row, Table
from causalkit.values.dist import Dist, point
from tests.refusing import check_refused, check_told

HALF = Fraction(1, 2)


def test_functions_are_the_same_where_all_about_them_is() -> None:
    f = lambda a: a
    one = ck.function(f, domain=[0, 1])
    assert one == ck.function(f, domain=[0, 1])
    assert hash(one) == hash(ck.function(f, domain=[0, 1]))
    others = [
        ck.function(f),
        ck.function(f, domain=[0, 1], pure=True),
        ck.function(lambda a: a, domain=[0, 1]),
        ck.function(f, parents=["b"], domain=[0, 1]),
    ]
    assert all(one != other for other in others)


def test_a_table_is_printed_without_a_coupling_that_nobody_stated() -> None:
    rows = {0: {"a": 1}, 1: {"a": "1/2", "b": "1/2"}}
    told = "{0: Dist({'a': '1'}), 1: Dist({'a': '1/2', 'b': '1/2'})}"
    assert repr(ck.cpt(["x"], rows)) == f"cpt(['x'], {told})"
    assert repr(ck.cpt(["x"], rows, coupling="independent")) == f"cpt(['x'], {told}, coupling='independent')"


def test_tables_are_the_same_where_rows_domain_and_coupling_are() -> None:
    rows = {False: ck.coin("1/2"), True: ck.coin("1/4")}
    one = ck.cpt(["a"], rows, domain=[False, True])
    assert one == ck.cpt(["a"], rows, domain=[True, False])
    monotone = ck.cpt(["a"], rows, coupling="monotone", domain=[False, True])
    assert monotone != ck.cpt(["a"], rows, coupling="monotone", domain=[True, False])
    assert one != monotone
    assert one != ck.cpt(["a"], rows, coupling="independent", domain=[False, True])
    assert one != ck.cpt(["b"], rows, domain=[False, True])
    many = {i: point(i % 2) for i in range(50)}
    turned = dict(reversed(many.items()))
    assert hash(CPT(("a",), {(k,): v for k, v in many.items()})) == hash(CPT(("a",), {(k,): v for k, v in turned.items()}))
    assert as_mechanism(3) == Table((), {(): 3})
    assert ck.table(["a"], {0: 1}) != ck.table(["a"], {0: 1}, domain=[1, 2])


def test_the_hash_of_a_large_table_looks_at_few_of_its_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    """Those whose inputs have the smallest hashes, in whatever order they stand; a small table is looked at as a whole."""
    looked: list[Dist] = []

    def counted(self: Dist) -> int:
        looked.append(self)
        return 1

    monkeypatch.setattr(mechanism, "MOST_HASHED", 3)
    monkeypatch.setattr(Dist, "__hash__", counted)
    rows: dict[tuple[Any, ...], Dist] = {(i,): point(i) for i in range(8)}
    three: dict[tuple[Any, ...], Dist] = {(i,): rows[i,] for i in range(3)}
    for some in (three, rows, dict(reversed(rows.items()))):
        looked.clear()
        hash(CPT(("a",), some))
        assert len(looked) == 3
    looked.clear()
    hash(CPT(("a",), {(i,): rows[i,] for i in range(2)}))
    assert len(looked) == 2


def test_what_is_a_law_and_what_a_value() -> None:
    assert all(map(is_law, (ck.coin("1/2"), len, ck.choice(0, 1))))
    assert not any(map(is_law, (sympy.Symbol("p"), 3, (1, 2))))
    assert argument_names(lambda a, b, k=3, *, c=4: a) == ("a", "b")


TYPED: dict[str, tuple[type[Exception], Callable[[], Any]]] = {
    "a choice takes its options one by one, and got ['a', 'b']; type choice('a', 'b')": (errors.WrongShape, lambda: ck.choice(["a", "b"])),  # type: ignore[arg-type]
    "a choice takes one or more different options, and got (1, 1)": (errors.WrongShape, lambda: ck.choice(1, 1)),
    "a choice takes one or more different options, and got ()": (errors.WrongShape, ck.choice),
    "a parent is named twice in 'a', 'a'": (errors.WrongShape, lambda: ck.table(["a", "a"], {})),
    "'ab' is one text where a list of names was expected; type ['ab']": (errors.WrongShape, lambda: ck.table("ab", {})),
    "a domain is a list of one or more different values, and got []": (errors.WrongShape, lambda: ck.table(["a"], {0: 1}, domain=[])),
    "a domain is a list of one or more different values, and got 'ab'": (errors.WrongShape, lambda: ck.table(["a"], {0: "a"}, domain="ab")),
    "a domain is a list of one or more different values, and got [1, 1]": (
        errors.WrongShape,
        lambda: ck.function(lambda a: 1, domain=[1, 1]),
    ),
    "the rows of the table hold both 0 and (0,), which are one row of 'a'; type (0,) for the value 0, and ((0,),) for the value (0,)": (
        errors.WrongShape,
        lambda: ck.table(["a"], {0: 1, (0,): 2}),
    ),
    "the rows of a cpt are a mapping from the parents' values, and got 3; type {(value, value): ...}": (
        errors.WrongShape,
        lambda: ck.cpt(["a"], 3),  # type: ignore[arg-type]
    ),
    "the coupling 'other' is not known; type coupling='monotone' or coupling='independent'": (
        errors.WrongShape,
        lambda: ck.cpt(["a"], {}, coupling="other"),  # type: ignore[arg-type]
    ),
    "the monotone coupling goes along the order of the values; state it: cpt(..., coupling='monotone', domain=[...])": (
        errors.WrongShape,
        lambda: ck.cpt(["a"], {}, coupling="monotone"),
    ),
}


@pytest.mark.parametrize("words", TYPED)
def test_what_is_typed_wrong_is_told_why(words: str) -> None:
    check_told(TYPED, words)


def starred(*a: int) -> int:
    return 0


def keyed(**a: int) -> int:
    return 0


def must(a: int, *, b: int) -> int:
    return 0


CALLED: dict[str, tuple[type[Exception], Callable[[], Any]]] = {
    "takes *args, **kwargs or keyword-only arguments, and the parents of a function are its plain argument names; name them one by one": (
        errors.WrongShape,
        lambda: argument_names(starred),
    ),
    "takes *args, **kwargs or keyword-only arguments, and the parents": (errors.WrongShape, lambda: argument_names(keyed)),
    "keyword-only arguments, and the parents of a function": (errors.WrongShape, lambda: argument_names(must)),
    "does not tell its argument names; name its parents: function(f, parents=['this', 'that'])": (
        errors.WrongShape,
        lambda: ck.function(max),
    ),
    "a value in (1, [2]) is not hashable; give a tuple or a frozenset": (errors.WrongShape, lambda: ck.choice(1, [2])),  # type: ignore[arg-type]
    "a choice takes its options one by one, and got {1: 2}; type choice(1)": (errors.WrongShape, lambda: ck.choice({1: 2})),  # type: ignore[arg-type]
    "a value in ([],) is not hashable; give a tuple or a frozenset": (errors.WrongShape, lambda: ck.choice([])),  # type: ignore[arg-type]
    "the row (1,) of the cpt: the weights of 'a' sum to 1/2": (
        errors.NotADistribution,
        lambda: ck.cpt(["x"], {0: {"a": 1}, 1: {"a": "1/2"}}),
    ),
    "a parent is named twice in 'a', 'b', 'a'": (errors.WrongShape, lambda: ck.choice(0, 1, sees=["a", "b", "a"])),
    "a parent is named twice in 'b', 'b'": (errors.WrongShape, lambda: ck.function(lambda a, c: a, parents=["b", "b"])),
}


@pytest.mark.parametrize("words", CALLED)
def test_what_tells_no_names_and_no_values_is_told_why(words: str) -> None:
    check_refused(CALLED, words)


def test_arguments_with_a_default_are_no_parents_wherever_they_stand() -> None:
    assert argument_names(lambda a, *, k=3: a) == ("a",)
    assert argument_names(lambda a=1, b=2: a) == ()
    assert ck.function(lambda a, b=2: a).parents == ("a",)
    assert ck.function(lambda a, b=2: a, parents=["x", "y"]).parents == ("x", "y")
    assert ck.choice("one").domain == ("one",)
    assert ck.choice((1, 2)).domain == ((1, 2),)


def test_rows_of_one_parent_are_kept_by_tuples_and_of_several_as_they_are() -> None:
    assert dict(ck.table(["a"], {0: "x", (1,): "y"}).rows) == {(0,): "x", (1,): "y"}
    assert dict(ck.table(["a", "b"], {(0, 1): "x"}).rows) == {(0, 1): "x"}
    assert dict(ck.cpt(["a"], {0: {"x": 1}}).rows) == {(0,): Dist({"x": 1})}
    assert dict(ck.table([], {(): 1}).rows) == {(): 1}


KINDS: dict[str, tuple[Any, tuple[str, ...], tuple[Any, ...], str]] = {
    "noise": (as_mechanism(ck.coin("1/4")), (), (False, True), "Dist({False: '3/4', True: '1/4'})"),
    "constant": (as_mechanism("a"), (), ("a",), "Constant('a')"),
    "table": (ck.table(["x"], {0: "b", 1: "a", 2: "b"}), ("x",), ("b", "a"), "table(['x'], {0: 'b', 1: 'a', 2: 'b'})"),
    "declared": (ck.table(["x"], {0: "b"}, domain=["a", "b"]), ("x",), ("a", "b"), "table(['x'], {0: 'b'}, domain=['a', 'b'])"),
    "cpt": (
        ck.cpt(["x"], {0: {"b": 1}, 1: {"a": 1}}, coupling="independent"),
        ("x",),
        ("b", "a"),
        "cpt(['x'], {0: Dist({'b': '1'}), 1: Dist({'a': '1'})}, coupling='independent')",
    ),
    "monotone": (
        ck.cpt(["x"], {0: {"b": 1}}, coupling="monotone", domain=["a", "b"]),
        ("x",),
        ("a", "b"),
        "cpt(['x'], {0: Dist({'b': '1'})}, coupling='monotone', domain=['a', 'b'])",
    ),
    "choice": (ck.choice("a", "b", sees=["x"]), ("x",), ("a", "b"), "choice('a', 'b', sees=['x'])"),
    "blind": (ck.choice(0, 1), (), (0, 1), "choice(0, 1)"),
}


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_of_mechanism_says_what_it_is(kind: str) -> None:
    one, parents, domain, text = KINDS[kind]
    assert (one.parents, one.domain, repr(one)) == (parents, domain, text)
    assert pickle.loads(pickle.dumps(one)) == one
    assert hash(pickle.loads(pickle.dumps(one))) == hash(one)
    assert [other for other in KINDS if KINDS[other][0] == one] == [kind]
    assert one != text
    assert as_mechanism(one) is one


def test_what_each_kind_of_mechanism_does_in_a_row() -> None:
    fair, sure = ck.coin("1/2"), Dist({True: 1})
    assert as_mechanism(fair).row(()) == Row((), ((False, HALF), (True, HALF)))
    assert as_mechanism(3).row(()) == Row(None, ((3, None),))
    assert ck.table(["x"], {0: 5, 1: 6}).row((1,)) == Row(None, ((6, None),))
    apart = ck.cpt(["x"], {0: fair, 1: sure}, coupling="independent")
    assert apart.row((0,)) == Row((0,), ((False, HALF), (True, HALF)))
    together = ck.cpt(["x"], {0: fair, 1: sure}, coupling="monotone", domain=[False, True])
    assert together.row((0,)) == Row((), ((False, HALF), (True, HALF)))
    assert together.row((1,)) == Row((), ((True, HALF), (True, HALF)))
    assert ck.choice("a", "b", sees=["x"]).row((0,)) == Row((0,), (("a", None), ("b", None)))


@pytest.mark.parametrize("ask", ["row", "identity"])
def test_a_mechanism_of_no_kind_does_nothing(ask: str) -> None:
    bare = Mechanism()
    assert bare.tabulated("y", {}) is bare
    with pytest.raises(NotImplementedError):
        bare.row(()) if ask == "row" else bare.identity


def test_rows_that_are_no_distributions_are_refused_when_the_table_is_tabulated() -> None:
    odd: Any = CPT(("x",), {(0,): ck.coin("1/2"), (1,): 3})  # type: ignore[dict-item]
    with pytest.raises(errors.NotADistribution, match="'y' with x=1 is 3, and a row of a cpt is a Dist"):
        odd.tabulated("y", {"x": (0, 1)})
    wide = ck.cpt(["x"], {0: {"a": 1}, 1: {"b": "1/2", "c": "1/2"}}, domain=["a", "b"])
    with pytest.raises(errors.OutsideDomain, match="'y' is 'c' with x=1, and its domain was declared as 'a', 'b'"):
        wide.tabulated("y", {"x": (0, 1)})


def test_one_draw_decides_all_rows_along_the_order() -> None:
    """The unit interval is cut at 1/4, 1/2 and 3/4 by one row or another, and each piece keeps its place in each row."""
    order = ("a", "b", "c")
    rows: dict[tuple[Any, ...], Dist] = {
        (0,): Dist({"a": "1/2", "b": "1/4", "c": "1/4"}),
        (1,): Dist({"c": "3/4", "a": "1/4"}),
        (2,): Dist({"b": 1}),
    }
    found = monotone_segments(rows, order)
    assert {inputs: [value for value, _ in pieces] for inputs, pieces in found.items()} == {
        (0,): ["a", "a", "b", "c"],
        (1,): ["a", "c", "c", "c"],
        (2,): ["b"] * 4,
    }
    assert {tuple(length for _, length in pieces) for pieces in found.values()} == {(Fraction(1, 4),) * 4}


def test_rows_with_symbols_are_cut_where_they_jump() -> None:
    """With p positive, p / (2 p + 2) is below 1/2, so the pieces end there, at 1/2 and at 1."""
    p = sympy.Symbol("p", positive=True)
    some = p / (2 * p + 2)
    found = monotone_segments({(0,): Dist({"a": some, "b": 1 - some}), (1,): Dist({"b": "1/2", "a": "1/2"})}, ("a", "b"))
    assert [value for value, _ in found[(0,)]] == ["a", "b", "b"]
    assert [value for value, _ in found[(1,)]] == ["a", "a", "b"]
    for pieces in found.values():
        lengths = [length for _, length in pieces]
        assert all(
            sympy.simplify(length - each) == 0
            for length, each in zip(lengths, [some, sympy.Rational(1, 2) - some, sympy.Rational(1, 2)], strict=True)
        )
    same = monotone_segments({(0,): Dist({"a": some, "b": 1 - some}), (1,): Dist({"a": some, "b": 1 - some})}, ("b", "a"))
    assert [[value for value, _ in pieces] for pieces in same.values()] == [["b", "a"], ["b", "a"]]
