"""Models as JSON: exact both ways, no code run, every mistake named by its place, nothing half-written."""

from __future__ import annotations

import copy
import json
import subprocess
import sys
import tempfile
from collections.abc import Hashable, Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st

import causalkit as ck
from causalkit import Dist, Model, choice, coin, cpt, table
from causalkit.documents.json import from_json, load, read_value, save, to_json, written_value
from causalkit.documents.symbols import read_symbols
from causalkit.errors import WrongFile, WrongShape
from causalkit.testing import AWKWARD_NAMES, models

ROOT = Path(__file__).resolve().parent.parent.parent

every_model = st.one_of(
    models(choices=0),
    models(max_variables=4, choices=2, names=AWKWARD_NAMES),
    models(max_variables=4, couplings=["monotone", "independent", None]),
)
plain = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.text(),
    st.floats(allow_nan=False, allow_infinity=False),
    st.fractions(),
)
values = st.recursive(plain, lambda inside: st.lists(inside, max_size=3).map(tuple))
p = sympy.Symbol("p", positive=True)
q = sympy.Symbol("q")

MODEL = Model(
    u=coin("1/3"),
    act=choice("go", "stay", sees=["u"]),
    y=cpt(["u", "act"], {(u, a): {0: "1/4", 1: "3/4"} for u in (False, True) for a in ("go", "stay")}, coupling="independent"),
    z=table(["y"], {0: (1, "a"), 1: Fraction(1, 2)}),
    k=7,
)


def through_text(document: Any) -> Any:
    return json.loads(json.dumps(document))


def same_value(one: Hashable, other: Hashable) -> bool:
    """Equal, and of one type all the way down."""
    if isinstance(one, tuple):
        return isinstance(other, tuple) and len(one) == len(other) and all(map(same_value, one, other))
    return one == other and type(one) is type(other)


# ---------------------------------------------------------------- round trips


@given(every_model)
def test_round_trip(model: Model) -> None:
    again = from_json(through_text(to_json(model)))
    assert again == model
    assert (again.names, repr(again)) == (model.names, repr(model))
    assert to_json(again) == to_json(model)


@given(values)
def test_round_trip_of_values(value: Hashable) -> None:
    assert same_value(read_value(through_text(written_value(value))), value)


@pytest.mark.parametrize("value", [True, 1, 1.0, "1", Fraction(1), (1,), (True,)])
def test_what_is_equal_in_python_is_told_apart(value: Hashable) -> None:
    again = read_value(through_text(written_value(value)))
    assert same_value(again, value)
    assert type(next(iter(again if isinstance(again, tuple) else (again,)))) is type(
        next(iter(value if isinstance(value, tuple) else (value,)))
    )


@pytest.mark.parametrize(
    "expression",
    [p, q, 1 - p / 2, p * q / (1 + p), sympy.Rational(1, 3) * p**2, sympy.sqrt(p), sympy.exp(-q), sympy.Max(p, 1), sympy.pi * q, -q],
)
def test_round_trip_of_symbols(expression: Any) -> None:
    assert read_value(through_text(written_value(expression))) == expression


def test_round_trip_of_symbols_as_weights_and_payoffs() -> None:
    model = Model(u=coin(p), v=Dist({"a": q, "b": 1 - q}), pay=lambda u: q if u else 1 - q / 3)
    assert from_json(through_text(to_json(model))) == model
    assert from_json(through_text(to_json(model))).expect("pay") == model.expect("pay")


@given(every_model)
def test_round_trip_of_files(model: Model) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "größe.json"
        save(model, path)
        assert load(path) == model
        assert load(str(path)) == model
        assert [each.name for each in Path(folder).iterdir()] == ["größe.json"]


def test_the_document_is_as_documented() -> None:
    assert to_json(MODEL) == {
        "format": "causalkit model",
        "version": 1,
        "variables": {
            "u": {"noise": [[False, "2/3"], [True, "1/3"]]},
            "act": {"choice": ["go", "stay"], "sees": ["u"]},
            "y": {
                "cpt": [[[u, a], [[0, "1/4"], [1, "3/4"]]] for u in (False, True) for a in ("go", "stay")],
                "parents": ["u", "act"],
                "coupling": "independent",
            },
            "z": {"table": [[[0], {"tuple": [1, "a"]}], [[1], {"fraction": "1/2"}]], "parents": ["y"]},
            "k": {"constant": 7},
        },
    }


def test_weights_may_be_written_by_hand() -> None:
    document = to_json(Model(a=coin("1/4")))
    document["variables"]["a"]["noise"] = [[False, "0.75"], [True, "25/100"]]
    assert from_json(document) == Model(a=coin("1/4"))
    document["variables"]["a"]["noise"] = [["always", 1]]
    assert from_json(document) == Model(a=ck.point("always"))


# ---------------------------------------------------------------- what cannot be written


def test_a_model_after_steps_is_refused() -> None:
    model = Model(a=coin("1/2"))
    for later in (model.do(a=True), model.given(a=True)):
        with pytest.raises(WrongShape, match="write the model before given and do"):
            to_json(later)


@pytest.mark.parametrize("value", [object(), float("inf"), 1j, b"x", range(3), (1, b"x")])
def test_values_without_a_form_are_refused(value: Hashable) -> None:
    with pytest.raises(WrongShape, match="has no JSON form; text, numbers, booleans, None, tuples"):
        to_json(Model(a=value))


@pytest.mark.parametrize(
    "expression",
    [sympy.Symbol("two words"), sympy.Symbol("lambda"), sympy.Dummy("d") + sympy.Dummy("d"), sympy.Float(0.5) * q, sympy.gamma(q)],
)
def test_formulas_that_could_not_be_read_back_are_not_written(expression: Any) -> None:
    with pytest.raises(WrongShape):
        to_json(Model(a=expression))


# ---------------------------------------------------------------- what cannot be read


def changed(path: str, value: Any) -> Any:
    """The document of MODEL with one part replaced, or with a ``...`` removed."""
    document = to_json(MODEL)
    at: Any = document
    *steps, last = [int(step) if step.isdigit() else step for step in path.split("/")]
    for step in steps:
        at = at[step]
    if value is ...:
        del at[last]
    else:
        at[last] = value
    return document


VALUE = "text, a whole number, true, false, null, or a tagged value (fraction, float, tuple, symbols)"
WRONG = [
    ("format", "a world", "$.format: expected 'causalkit model', and found \"a world\""),
    ("version", 2, "$.version: expected 1, and found 2"),
    ("variables", ..., "$.variables: expected an object that holds mechanisms by name, and found null"),
    ("variables", [], "$.variables: expected an object that holds mechanisms by name, and found []"),
    ("variables/u", 3, "$.variables.u: expected an object that is a mechanism, and found 3"),
    ("variables/u", {"nose": []}, '$.variables.u: expected one of noise, constant, table, cpt, choice, and found ["nose"]'),
    (
        "variables/u",
        {"noise": [], "table": []},
        ('$.variables.u: expected one of noise, constant, table, cpt, choice, and found ["noise", "table"]'),
    ),
    ("variables/u/colour", 1, '$.variables.u: expected nothing beside noise, and found ["colour"]'),
    ("variables/u/noise", {}, "$.variables.u.noise: expected a list of [value, weight] pairs, and found {}"),
    ("variables/u/noise/0", [False], "$.variables.u.noise[0]: expected a pair [value, weight], and found [false]"),
    (
        "variables/u/noise/0/1",
        "1/2",
        ("$.variables.u.noise: the weights of False, True sum to 5/6, and they must sum to 1; nothing is filled in or rescaled"),
    ),
    (
        "variables/u/noise/0/1",
        "two thirds",
        (
            "$.variables.u.noise[0][1]: 'two thirds' is not an exact number; "
            "give an int, a Fraction, text such as '1/4' or '0.1', a float or a sympy expression"
        ),
    ),
    ("variables/u/noise/0/1", True, "$.variables.u.noise[0][1]: expected a weight such as '1/4', and found true"),
    ("variables/u/noise/1/0", False, "$.variables.u.noise[1][0]: expected a value that is not named before, and found false"),
    ("variables/u/noise/1/0", [1], f"$.variables.u.noise[1][0]: expected {VALUE}, and found [1]"),
    ("variables/u/noise/1/0", {"set": [1]}, f'$.variables.u.noise[1][0]: expected {VALUE}, and found {{"set": [1]}}'),
    ("variables/u/noise/1/0", {"tuple": 3}, f'$.variables.u.noise[1][0]: expected {VALUE}, and found {{"tuple": 3}}'),
    ("variables/act/sees", "u", '$.variables.act.sees: expected a list of names, and found "u"'),
    ("variables/act/sees", [1], "$.variables.act.sees: expected a list of names, and found [1]"),
    ("variables/act/choice", [], "$.variables.act: a choice takes one or more different options, and got ()"),
    ("variables/act/sees", ["v"], "$.variables: 'act' listens to 'v', which is not in the model; it has: u, act, y, z, k"),
    (
        "variables/y/coupling",
        "comonotone",
        ("$.variables.y: the coupling 'comonotone' is not known; type coupling='monotone' or coupling='independent'"),
    ),
    ("variables/y/cpt/0", ..., "$.variables: 'y' has no row for u=False, act='go'; add (False, 'go'): ... to its rows"),
    ("variables/y/cpt/0", 3, "$.variables.y.cpt[0]: expected a pair [inputs, value] with a list of inputs, and found 3"),
    (
        "variables/y/cpt/0/0",
        [False, "stay"],
        ('$.variables.y.cpt[1]: expected a row for other inputs than the rows before, and found "the same inputs again"'),
    ),
    ("variables/y/parents", ["u", "u"], "$.variables.y: a parent is named twice in 'u', 'u'"),
    ("variables/z/domain", [], "$.variables.z: a domain is a list of one or more different values, and got []"),
    ("variables/z/domain", [1], "$.variables: 'z' is (1, 'a') with y=0, and its domain was declared as 1"),
    ("variables/z/parents", ["z"], "$.variables: the variables listen to each other in a circle: z -> z; break it at one of its arrows"),
    ("variables/_z", {"constant": 1}, ("$.variables: '_z' cannot name a variable: names that begin with '_' are reserved; type 'z'")),
    ("variables/wish[3]", {"constant": [1]}, f"$.variables.wish[3].constant: expected {VALUE}, and found [1]"),
]


@pytest.mark.parametrize(("path", "value", "text"), WRONG)
def test_a_wrong_document_names_the_place(path: str, value: Any, text: str) -> None:
    with pytest.raises(WrongFile) as caught:
        from_json(changed(path, value))
    assert str(caught.value) == text


@pytest.mark.parametrize(
    ("path", "value", "place"),
    [
        ("colour", 1, "colour"),
        ("version", True, r"\$\.version"),
        ("variables/u/noise/1/0", {"fraction": "1/0"}, r"\$\.variables\.u\.noise\[1\]\[0\].*fraction"),
        ("variables/u/noise/1/0", {"float": "nan"}, r"\$\.variables\.u\.noise\[1\]\[0\]"),
        ("variables/u/noise/1/0", {"tuple": [[]]}, r"\$\.variables\.u\.noise\[1\]\[0\]\.tuple\[0\]"),
        ("variables/u/noise/1/1", {"symbols": "__import__('os')", "with": []}, r"\$\.variables\.u\.noise\[1\]\[1\]"),
        ("variables/u/noise/1/1", {"symbols": "p", "with": []}, r"\$\.variables\.u\.noise\[1\]\[1\]"),
        ("variables/u/noise/1/1", {"symbols": "p", "with": [["p", {"positive": 1}]]}, r"\$\.variables\.u\.noise\[1\]\[1\]"),
    ],
)
def test_a_wrong_document_names_at_least_the_place(path: str, value: Any, place: str) -> None:
    with pytest.raises(WrongFile, match=place):
        from_json(changed(path, value))


@pytest.mark.parametrize("text", ["1e99999999", "1e-99999999"])
def test_a_few_characters_do_not_become_millions_of_digits(text: str) -> None:
    """Run apart, because what is wanted is that it comes to an end."""
    code = f"from causalkit.documents.json import from_json; from_json({changed('variables/u/noise/0/1', text)!r})"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=10, check=False, cwd=ROOT)
    assert "WrongFile: $.variables.u.noise[0][1]" in ran.stderr


def test_deep_nesting_is_refused() -> None:
    value: Any = 1
    for _ in range(5000):
        value = {"tuple": [value]}
    with pytest.raises(WrongFile):
        from_json(changed("variables/k/constant", value))


@pytest.mark.parametrize("document", [None, [], "model", 3, {}, {"format": "causalkit model"}])
def test_what_is_no_document_at_all(document: Any) -> None:
    with pytest.raises(WrongFile, match=r"^\$"):
        from_json(document)


def every_place(document: Any, place: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield place
    inside = document.items() if isinstance(document, dict) else enumerate(document) if isinstance(document, list) else ()
    for step, part in inside:
        yield from every_place(part, (*place, step))


PLACES = list(every_place(to_json(MODEL)))[1:]
junk = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-2, 2), st.floats(), st.sampled_from(["", "u", "act", "1/2", "-1"])),
    lambda inside: st.one_of(
        st.lists(inside, max_size=3),
        st.dictionaries(st.sampled_from(["noise", "table", "tuple", "fraction", "symbols", "with", "x"]), inside),
    ),
)


@given(st.sampled_from(PLACES), junk)
def test_any_change_is_read_or_refused(place: tuple[Any, ...], replacement: Any) -> None:
    """A changed document is a model or a ``WrongFile``; nothing else comes out."""
    document = copy.deepcopy(to_json(MODEL))
    at: Any = document
    for step in place[:-1]:
        at = at[step]
    at[place[-1]] = replacement
    try:
        found: object = from_json(document)
    except WrongFile as error:
        found = error
    assert isinstance(found, (Model, WrongFile))


@pytest.mark.parametrize(
    "text",
    [
        "open('x')",
        "p.subs",
        "(lambda: 1)()",
        "[1]",
        "p if p else p",
        "'p'",
        "1.5",
        "p == p",
        "9**9**9",
        "2**100000",
        "p(1)",
        "",
        "(" * 5000,
        "x := 1",
    ],
)
def test_formulas_run_nothing(text: str) -> None:
    with pytest.raises(WrongFile):
        read_symbols({"symbols": text, "with": [["p", {}]]})


# ---------------------------------------------------------------- files


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", ": not JSON: Expecting value in line 1, column 1"),
        (b"{", ": not JSON: .* in line 1, column 2"),
        (b"import os", ": not JSON: Expecting value in line 1, column 1"),
        (b'{"a": 1, "a": 2}', ": 'a' is named twice in one object; name it once"),
        (b"[NaN]", ": NaN is not a value; numbers are finite"),
        (b"[" * 100_000, ": not a document: it is nested too deeply"),
        (b"[" + b"1" * 5000 + b"]", ""),
        (b"\xff\xfe", "is not text in UTF-8, and a JSON document is"),
        (b"{}", r": \$\.format: expected 'causalkit model', and found null"),
        (b'{"format": "causalkit model", "version": 1, "variables": {"a": 1}}', r": \$\.variables\.a: expected an object"),
    ],
)
def test_a_file_that_is_none(tmp_path: Path, content: bytes, reason: str) -> None:
    path = tmp_path / "model.json"
    path.write_bytes(content)
    with pytest.raises(WrongFile, match=f"model\\.json ?{reason}"):
        load(path)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises((WrongFile, FileNotFoundError), match=r"nothing\.json"):
        load(tmp_path / "nothing.json")


def test_nothing_half_written_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "model.json"
    save(MODEL, path)
    before = path.read_bytes()
    with pytest.raises(WrongShape):
        save(Model(a=b"x"), path)
    with pytest.raises((WrongShape, UnicodeEncodeError)):
        save(Model(a="\ud800"), path)
    monkeypatch.setattr(Path, "replace", lambda *_: (_ for _ in ()).throw(OSError("the disk is full")))
    with pytest.raises(OSError, match="the disk is full"):
        save(Model(a=1), path)
    assert path.read_bytes() == before
    assert [each.name for each in tmp_path.iterdir()] == ["model.json"]
