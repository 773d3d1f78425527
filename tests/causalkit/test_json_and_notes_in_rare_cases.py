"""Documents, notes and records of networks in cases that come seldom: what is written and read, and what is refused."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest

import causalkit as ck
from causalkit import errors
from causalkit.documents.json import read_dist, read_document, read_mechanism, read_value, to_json, written_mechanism, written_value
from causalkit.documents.symbols import read_sympy
from causalkit.mechanisms.constructors import function
from causalkit.mechanisms.mechanism import CPT, Table
from causalkit.networks.building import built, recorded
from causalkit.networks.notes import agreed, note_of, read_note, weights_of
from causalkit.networks.record import Network, Node, row_count
from causalkit.values.dist import Dist
from tests.refusing import check_refused

HALF = Fraction(1, 2)
YES_NO = (HALF, HALF)


def nested(depth: int) -> Any:
    value: Any = 1
    for _ in range(depth):
        value = {"tuple": [value]}
    return value


READ: dict[str, tuple[type[Exception], Callable[[], Any]]] = {
    "has no JSON form": (errors.WrongShape, lambda: written_mechanism(function(lambda a: a))),
    "the value [1] has no JSON form": (errors.WrongShape, lambda: written_value([1])),  # type: ignore[arg-type]
    "$: nested too deeply": (errors.WrongFile, lambda: read_mechanism({"constant": nested(20_000)})),
    "'b' is named twice in one object; name it once": (errors.WrongFile, lambda: read_document('{"a": 1, "b": 2, "c": {}, "b": 3}')),
    "NaN is not a value; numbers are finite": (errors.WrongFile, lambda: read_document("[1, NaN]")),
    "-Infinity is not a value; numbers are finite": (errors.WrongFile, lambda: read_document("[1, -Infinity]")),
    "not JSON: Expecting value in line 2, column 4": (errors.WrongFile, lambda: read_document("[1,\n 2,]")),
    "$[1][0]": (errors.WrongFile, lambda: read_dist([["a", "1/2"], ["a", "1/2"]])),
    "$[1]": (errors.WrongFile, lambda: read_dist([["a", "1/2"], ["b"]])),
    "$.table[1]": (errors.WrongFile, lambda: read_mechanism({"table": [[[0], 1], [[0], 2]], "parents": ["a"]})),
    "$.table[1][0][1]": (errors.WrongFile, lambda: read_mechanism({"table": [[[0, 0], 1], [[0, []], 2]], "parents": ["a", "b"]})),
    "$.parents": (errors.WrongFile, lambda: read_mechanism({"table": [[[0], 1]], "parents": ["a", 3]})),
    "$.choice[1]": (errors.WrongFile, lambda: read_mechanism({"choice": [0, []]})),
    "$.domain[1]": (errors.WrongFile, lambda: read_mechanism({"table": [[[0], 1]], "parents": ["a"], "domain": [1, []]})),
}


@pytest.mark.parametrize("words", READ)
def test_what_is_no_document_is_told_at_its_place(words: str) -> None:
    check_refused(READ, words)


@pytest.mark.parametrize(
    ("one", "document"),
    [
        (ck.choice(0, 1, sees=["a"]), {"choice": [0, 1], "sees": ["a"]}),
        (ck.table(["a"], {0: 1}, domain=[1, 2]), {"table": [[[0], 1]], "parents": ["a"], "domain": [1, 2]}),
        (ck.table(["a"], {0: 1}), {"table": [[[0], 1]], "parents": ["a"]}),
        (
            ck.cpt(["a"], {0: {1: 1}}, coupling="monotone", domain=[1, 2]),
            {"cpt": [[[0], [[1, "1"]]]], "parents": ["a"], "coupling": "monotone", "domain": [1, 2]},
        ),
        (ck.cpt(["a"], {0: {1: 1}}), {"cpt": [[[0], [[1, "1"]]]], "parents": ["a"]}),
    ],
)
def test_a_mechanism_is_written_with_all_that_it_states_and_nothing_else(one: Any, document: Any) -> None:
    assert written_mechanism(one) == document
    again: Any = read_mechanism(document)
    assert (again, getattr(again, "declared", None), getattr(again, "coupling", None)) == (
        one,
        getattr(one, "declared", None),
        getattr(one, "coupling", None),
    )


@pytest.mark.parametrize("value", [None, True, 0, -3, "a", Fraction(1, 3), 0.5, (1, ("a", None)), ()])
def test_values_come_back_with_their_type(value: Any) -> None:
    again = read_value(written_value(value))
    assert (again, type(again)) == (value, type(value))


@pytest.mark.parametrize("text", ["1/0", "log(0)", "-1/0", "0/0", "log(0) + p", "sqrt(-1)", "exp(log(0))"])
def test_what_is_no_finite_real_number_is_no_formula(text: str) -> None:
    with pytest.raises(errors.WrongShape, match="is not a formula"):
        read_sympy(text, {"p": {}})
    assert str(read_sympy("log(2) + p", {"p": {}})) == "p + log(2)"


# ---------------------------------------------------------------- notes


LAW = CPT(("a",), {(0,): Dist({"x": "1/3", "y": "2/3"}), (1,): Dist({"y": 1})})
THIRDS = (Fraction("0." + 18 * "3"), Fraction("0." + 17 * "6" + "7"))
WRITTEN = Node("b", "chance", ("x", "y"), ("a",), (THIRDS, (Fraction(0), Fraction(1))), (1, 2))


def test_weights_are_those_of_all_values_in_their_order() -> None:
    assert weights_of(LAW, (0,)) == {"x": Fraction(1, 3), "y": Fraction(2, 3)}
    assert list(weights_of(LAW, (1,)).items()) == [("x", 0), ("y", 1)]
    assert weights_of(LAW, (2,)) == {}
    assert weights_of(Table(("a",), {(0,): "x", (1,): "y"}), (1,)) == {"x": 0, "y": 1}
    cut = ck.cpt(["a"], {0: {"x": "1/3", "y": "2/3"}, 1: {"x": "1/2", "y": "1/2"}}, coupling="monotone", domain=["x", "y"])
    assert weights_of(cut, (0,)) == {"x": Fraction(1, 3), "y": Fraction(2, 3)}


@pytest.mark.parametrize(
    "change",
    [
        {"parents": ("c",)},
        {"kind": "decision"},
        {"states": ("x", "y", "z")},
        {"rows": (WRITTEN.rows[0], (HALF, HALF))},
        {"rows": ((HALF, HALF), WRITTEN.rows[1])},
    ],
)
def test_a_note_holds_where_it_says_what_the_table_says(change: dict[str, Any]) -> None:
    node = replace(WRITTEN, note=note_of("b", LAW), place=(7, 3))
    note = read_note(node)
    assert note is not None
    assert (note.name, agreed(note, node, [(0, 1)], ("a",))) == ("b", LAW)
    with pytest.raises(errors.WrongText) as told:
        agreed(note, replace(node, **change), [(0, 1)], change.get("parents", ("a",)))
    assert (told.value.line, told.value.column) == (7, 3)
    assert "and its table do not agree; remove the property to read the table alone" in str(told.value)
    assert read_note(WRITTEN) is None


@pytest.mark.parametrize(
    "note", ["%", "3", "%7B%7D", '{"name": 3, "law": {"constant": 1}}', '{"name": "a"}', '{"name": "a", "law": {"b": 1}}', "%ff"]
)
def test_a_note_that_is_damaged_is_refused_at_its_node(note: str) -> None:
    with pytest.raises(errors.WrongText, match=r"line 4, column 2: the property 'causalkit' of 'b' cannot be read: .*; remove it to read"):
        read_note(replace(WRITTEN, note=note, place=(4, 2)))


# ---------------------------------------------------------------- records


def coin_node(name: str, *parents: str, **more: Any) -> Node:
    count = 2 ** len(parents)
    return Node(name, "chance", ("no", "yes"), parents, (YES_NO,) * count, tuple(range(1, count + 1)), **more)


NETWORKS: dict[str, tuple[type[Exception], Callable[[], Any]]] = {
    "line 1, column 1: no variable was found in it": (errors.WrongText, lambda: Network(()).checked()),
    "line 6, column 1: the variables listen to each other in a circle: ": (
        errors.WrongText,
        lambda: built(Network((coin_node("z", place=(2, 1)), coin_node("x", "y", "z", place=(6, 1)), coin_node("y", "x", place=(8, 1))))),
    ),
    "line 5, column 2: 'b' is declared twice; declare each variable once": (
        errors.WrongText,
        lambda: Network((coin_node("a"), coin_node("b", place=(5, 2)), coin_node("b"))).checked(),
    ),
    "line 5, column 2: 'b' has the parent 'aa', which is not in the network; did you mean 'a'?": (
        errors.WrongText,
        lambda: Network((coin_node("a"), coin_node("b", "a", "aa", place=(5, 2)))).checked(),
    ),
    "line 5, column 2: 'b' has the parent 'a' twice": (
        errors.WrongText,
        lambda: Network((coin_node("a"), coin_node("c"), coin_node("b", "c", "a", "a", place=(5, 2)))).checked(),
    ),
    "line 5, column 2: 'b' is its own parent": (
        errors.WrongText,
        lambda: Network((coin_node("a"), coin_node("b", "a", "b", place=(5, 2)))).checked(),
    ),
    "line 5, column 2: 'b' has 2 rows, and the states of its parents make 4": (
        errors.WrongText,
        lambda: Network((coin_node("a"), coin_node("c"), replace(coin_node("b", "a", place=(5, 2)), parents=("a", "c")))).checked(),
    ),
    "line 5, column 2: 'b' has the state 'no' twice": (
        errors.WrongText,
        lambda: Network((coin_node("a"), replace(coin_node("b", place=(5, 2)), states=("x", "no", "no")))).checked(),
    ),
    "line 5, column 2: 'b' has no states": (errors.WrongText, lambda: Network((Node("b", "decision", (), place=(5, 2)),)).checked()),
    "line 2, column 1: a row of 'b' has 1 numbers, and 2 were expected": (
        errors.WrongText,
        lambda: Network((coin_node("a"), replace(coin_node("b", "a"), rows=(YES_NO, (HALF,))))).checked(),
    ),
    "line 5, column 2: 'b' has the parent 'u', which is a utility; utilities have no children": (
        errors.WrongText,
        lambda: Network((coin_node("a"), Node("u", "utility", (), (), ((HALF,),), (1,)), coin_node("b", "a", "u", place=(5, 2)))).checked(),
    ),
    "line 5, column 2: 'b' has 1,000,001 rows, and at most 1,000,000 are read": (
        errors.WrongText,
        lambda: row_count("b", ("a",), {"a": 1_000_001}, (5, 2)),
    ),
    "a coupling is stated for 'bb', which is not in the network; did you mean 'b'?": (
        errors.UnknownName,
        lambda: built(Network((coin_node("a"), coin_node("b", "a"))), coupling={"b": "monotone", "bb": "monotone"}),
    ),
    "the coupling 'loose' is not known; type coupling='monotone' or coupling='independent'": (
        errors.WrongShape,
        lambda: built(Network((coin_node("a"), coin_node("b", "a"))), coupling={"b": "monotone", "a": "loose"}),  # type: ignore[dict-item]
    ),
    "rounded='up' is not known; type rounded='scale' or rounded='largest'": (
        errors.WrongShape,
        lambda: built(Network((coin_node("a"),)), rounded="up"),  # type: ignore[arg-type]
    ),
}


@pytest.mark.parametrize("words", NETWORKS)
def test_what_a_network_refuses_is_told_at_its_place(words: str) -> None:
    check_refused(NETWORKS, words)


@pytest.mark.parametrize("name", ["", " a", "a ", "_a"])
def test_names_of_nodes_are_those_of_variables(name: str) -> None:
    with pytest.raises(errors.WrongText, match="cannot name a variable; a name is not empty, has no blanks around it and does not begin"):
        Network((coin_node("a"), coin_node(name))).checked()
    assert row_count("b", ("a", "b"), {"a": 1000, "b": 1000}, (1, 1)) == 1_000_000
    assert row_count("b", (), {}, (1, 1)) == 1


@pytest.mark.parametrize(
    ("coupling", "found"), [(None, [None, None]), ("monotone", ["monotone"] * 2), ({"c": "independent"}, [None, "independent"])]
)
def test_a_coupling_is_stated_for_tables_with_parents(coupling: Any, found: list[Any]) -> None:
    made = built(Network((coin_node("a"), coin_node("b", "a"), coin_node("c", "a"))), coupling=coupling)
    laws: list[Any] = [made.mechanism(name) for name in "bc"]
    assert [law.coupling for law in laws] == found
    assert made.dist("a") == Dist({"no": HALF, "yes": HALF})


def anything(text: str) -> bool:
    """Whether a format can hold a text: this one can hold all."""
    return True


def test_a_model_with_decisions_has_utilities_where_nobody_listens() -> None:
    model = ck.Model(
        rain=ck.coin("1/2"),
        act=ck.choice("go", "stay", sees=["rain"]),
        gain=lambda rain, act: (act == "go") - 2 * rain,
        third=ck.table(["act"], {"go": Fraction(1, 3), "stay": Fraction(1, 2)}),
        heard=ck.table(["act"], {"go": 1, "stay": 2}),
        last=lambda heard: (heard, heard),
    )
    found = recorded(model, names=anything, labels=anything, decisions=True)
    assert [node.kind for node in found.nodes] == ["chance", "decision", "utility", "chance", "chance", "chance"]
    utility = found.by_name()["gain"]
    assert [number for (number,) in utility.rows] == [1, 0, -1, -2]
    with pytest.raises(errors.OpenChoice, match="'act' is a choice that nobody has made, and the format has no decisions; fill it with"):
        recorded(model, names=anything, labels=anything)
    settled = recorded(model.choose(act="go"), names=anything, labels=anything)
    assert {node.kind for node in settled.nodes} == {"chance"}
    filled = model.choose(act="go")
    for changed in (model.do(act="go"), model.do(rain=True), filled.given(rain=True), filled.do(rain=True)):
        with pytest.raises(errors.WrongShape, match="a model that has been observed or edited has no file form; write the model before"):
            recorded(changed, names=anything, labels=anything, decisions=True)
        with pytest.raises(errors.WrongShape, match="a model that has been observed or edited has no JSON form; write the model before"):
            to_json(changed)
