"""Network files written and read again, damaged at random, and read by a second reader that shares no code."""

from __future__ import annotations

import itertools
import logging
import random
from collections.abc import Hashable
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st
from pgmpy.readwrite import BIFReader, BIFWriter, NETReader, NETWriter, XDSLReader, XDSLWriter, XMLBIFReader, XMLBIFWriter

import causalkit as ck
from causalkit import Dist, Model, coin
from causalkit.errors import UNSEEN, CausalError, OpenChoice, WrongFile, WrongRows, WrongShape, WrongText
from causalkit.interop.pgmpy import example, from_pgmpy, to_pgmpy
from causalkit.mechanisms.mechanism import Coupling
from causalkit.networks import read_record, read_text, to_text
from causalkit.testing import AWKWARD_NAMES, models
from causalkit.values.exact import Number, as_fraction

KINDS = ["bif", "net", "xdsl", "xml"]
READERS = {"bif": BIFReader, "net": NETReader, "xdsl": XDSLReader, "xml": XMLBIFReader}
WRITERS = {"bif": BIFWriter, "net": NETWriter, "xdsl": XDSLWriter, "xml": XMLBIFWriter}
SMALL = ["asia", "cancer", "earthquake", "survey"]

hostile = st.text(st.sampled_from("ab \"'\\{}()[]<>&;|,%#/=*.-_\n\t\0é\u2028\ufeff10"), max_size=6) | st.text(max_size=4)
values = (
    hostile | st.integers(-2, 2) | st.booleans() | st.fractions(0, 2, max_denominator=3) | st.none() | st.tuples(hostile, st.integers(0, 1))
)
names = hostile.map(lambda name: UNSEEN.sub("", name).strip()).filter(lambda name: name and not name.startswith("_"))


@st.composite
def hostile_models(draw: st.DrawFn) -> Model:
    """Models whose names and values are whatever a variable may have, with weights that have no decimals."""
    variables: dict[str, Any] = {}
    domains: dict[str, list[Hashable]] = {}
    for name in draw(st.lists(names, min_size=1, max_size=4, unique=True)):
        parents = draw(st.lists(st.sampled_from(list(domains)), max_size=2, unique=True)) if domains else []
        domains[name] = draw(st.lists(values, min_size=1, max_size=3, unique=True))
        size = len(domains[name])
        rows = {}
        for inputs in itertools.product(*(domains[parent] for parent in parents)):
            shares = draw(st.lists(st.integers(0, 5), min_size=size, max_size=size).filter(any))
            rows[inputs] = Dist({value: Fraction(share, sum(shares)) for value, share in zip(domains[name], shares, strict=True)})
        coupling: Coupling | None = draw(st.sampled_from([None, "monotone", "independent"]))
        variables[name] = ck.cpt(parents, rows, coupling=coupling, domain=domains[name])
    return Model(variables)


def same(one: Model, other: Model) -> bool:
    return one == other and one.names == other.names and all(one.domain(name) == other.domain(name) for name in one.names)


@pytest.mark.parametrize("kind", KINDS)
@given(model=hostile_models())
def test_hostile_models_come_back_equal(kind: str, model: Model) -> None:
    assert same(read_text(to_text(model, kind), kind), model)


@pytest.mark.parametrize("kind", KINDS)
@given(model=models(names=AWKWARD_NAMES, couplings=[None, "monotone", "independent"]))
def test_models_of_every_mechanism_come_back_equal(kind: str, model: Model) -> None:
    assert same(read_text(to_text(model, kind), kind), model)


@pytest.mark.long
@pytest.mark.parametrize("kind", KINDS)
def test_ten_thousand_models_come_back_equal(kind: str) -> None:
    chance = random.Random(kind)
    for _ in range(10_000):
        model = decimal_model(chance)
        assert same(read_text(to_text(model, kind), kind), model)


def decimal_model(chance: random.Random, numbered: bool = False) -> Model:
    """A random model of text labels and weights of two decimals, or of numbered variables and values."""
    variables: dict[str, Any] = {}
    domains: dict[str, list[Hashable]] = {}
    for i in range(chance.randint(1, 4)):
        name = f"var_{i}" if numbered else f"{chance.choice(['x', 'two words ', 'größe'])}{i}"
        parents = [parent for parent in domains if chance.random() < 0.5]
        size = chance.randint(2, 3)
        domains[name] = list(range(size)) if numbered else [f"s {j}" for j in range(size)]
        rows = {}
        for inputs in itertools.product(*(domains[parent] for parent in parents)):
            cuts = [0, *sorted(chance.choices(range(101), k=size - 1)), 100]
            shares = [Fraction(b - a, 100) for a, b in itertools.pairwise(cuts)]
            rows[inputs] = Dist(dict(zip(domains[name], shares, strict=True)))
        variables[name] = ck.cpt(parents, rows, domain=domains[name])
    return Model(variables)


@given(st.randoms(use_true_random=False))
def test_plain_models_need_no_notes(chance: random.Random) -> None:
    """What a format can hold as it is, it holds alone; here all but roots with a value that never comes and certain tables."""
    model = decimal_model(chance)
    for kind in ("bif", "xml"):
        again = read_text(to_text(model, kind), kind)
        assert same(again, model)
        assert all(node.note is None or not law_is_plain(model, node.name) for node in read_record(to_text(model, kind), kind).nodes)


def law_is_plain(model: Model, name: str) -> bool:
    rows = model.mechanism(name).rows.values()  # type: ignore[attr-defined]
    return bool(model.parents(name)) and any(len(row) > 1 for row in rows)


@given(st.randoms(use_true_random=False))
def test_numbered_models_come_back_from_uai(chance: random.Random) -> None:
    model = decimal_model(chance, numbered=True)
    again = read_text(to_text(full(model), "uai"), "uai")
    assert same(again, full(model))


def full(model: Model) -> Model:
    """The model as UAI holds it: roots with every value are noise, certain tables are deterministic."""
    laws: dict[str, Any] = {}
    for name in model.names:
        law: Any = model.mechanism(name)
        if not law.parents and len(law.rows[()]) == len(law.domain):
            laws[name] = law.rows[()]
        elif all(len(row) == 1 for row in law.rows.values()):
            laws[name] = ck.table(law.parents, {inputs: row.support[0] for inputs, row in law.rows.items()}, domain=law.domain)
        else:
            laws[name] = law
    return Model(laws)


def test_influence_diagrams_come_back_equal() -> None:
    model = Model(
        rain=Dist({"yes": "1/4", "no": "3/4"}),
        look=ck.choice("up", "down"),
        act=ck.choice("go", 2, sees=["rain", "look"]),
        pay=ck.table(["rain", "act"], {("yes", "go"): 1, ("yes", 2): Fraction(1, 4), ("no", "go"): 3, ("no", 2): Fraction(-5, 2)}),
        third=ck.table(["act"], {"go": Fraction(1, 3), 2: Fraction(2, 3)}),
    )
    for kind in ("net", "xdsl", "xml"):
        text = to_text(model, kind)
        assert same(read_text(text, kind), model)
        record = read_record(text, kind).by_name()
        assert [record[name].kind for name in model.names] == ["chance", "decision", "decision", "utility", "chance"]
    with pytest.raises(OpenChoice, match=r"'look' is a choice that nobody has made, and the format has no decisions"):
        to_text(model, "bif")


@pytest.mark.parametrize(
    ("model", "error", "text"),
    [
        (Model(a=coin("1/2")).given(a=True), WrongShape, "observed or edited has no file form"),
        (Model(a=coin("1/2")).do(a=True), WrongShape, "observed or edited has no file form"),
        (Model(a=coin("1/2"), b=lambda a: a).do(a=True), WrongShape, r"give and do again what is read: read\(path\).do\(...\)"),
        (Model(a=coin(sympy.Symbol("p"))), WrongShape, "'a' has the weight 1 - p, and a file of a network holds numbers"),
        (Model(a=frozenset([1])), WrongShape, "has no JSON form"),
    ],
)
def test_what_a_file_cannot_hold(model: Model, error: type[CausalError], text: str) -> None:
    for kind in KINDS:
        with pytest.raises(error, match=text):
            to_text(model, kind)


def test_what_uai_cannot_hold() -> None:
    for model in (Model(a=Dist({0: "1/2", 1: "1/2"})), Model(var_0=coin("1/2")), Model(var_0=Dist({0: "1/3", 1: "2/3"}))):
        with pytest.raises(WrongShape, match=r"write another format, such as \.bif"):
            to_text(model, "uai")


@pytest.mark.parametrize("kind", [*KINDS, "uai"])
def test_what_is_done_again_after_reading_is_the_edited_model(kind: str, tmp_path: Path) -> None:
    model = Model(var_0=Dist({0: "1/4", 1: "3/4"}), var_1=ck.table(["var_0"], {0: 0, 1: 1}))
    path = tmp_path / f"model.{kind}"
    with pytest.raises(WrongShape, match="no file form; write the model before given and do"):
        ck.write(model.do(var_0=1), path)
    assert not path.exists()
    ck.write(model, path)
    assert same(ck.read(path).do(var_0=1), model.do(var_0=1))


@pytest.mark.parametrize(
    ("name", "said"), [("o.txt", "ends in '.txt'"), ("o", "has no ending that says the format"), ("o.gz", "has no ending")]
)
def test_a_file_of_no_format_is_not_written(name: str, said: str, tmp_path: Path) -> None:
    with pytest.raises(WrongFile) as told:
        ck.write(Model(a=coin("1/2")), tmp_path / name)
    assert said in str(told.value)
    assert str(told.value).endswith("and networks are written to: .bif, .xml, .xmlbif, .net, .xdsl, .uai")


# ---------------------------------------------------------------- notes


def test_a_note_that_contradicts_its_table_is_refused() -> None:
    third = Model(a=Dist({0: "1/3", 1: "2/3"}), b=ck.table(["a"], {0: True, 1: False}))
    for kind in KINDS:
        text = to_text(third, kind)
        for old, new in (
            ("0.333333333333333333", "0.433333333333333333"),
            ("1%2F3", "1%2F4"),
            ("%7B", "%7C"),
            ("%22a%22%5D", "%22b%22%5D"),
        ):
            assert old in text
            with pytest.raises(WrongText, match=r"line \d+, column \d+: .*'causalkit' of '.' .*remove"):
                read_text(text.replace(old, new), kind)


def test_others_read_the_table_beside_a_note() -> None:
    third = Model(a=Dist({0: "1/3", 1: "2/3"}), b=ck.table(["a"], {0: True, 1: False}))
    for kind in KINDS:
        other = from_pgmpy(READERS[kind](string=to_text(third, kind)).get_model(), rounded="scale")
        assert abs(other.prob(b="True") - Fraction(1, 3)) < Fraction(1, 10**15)


# ---------------------------------------------------------------- a second reader


def joint(model: Model) -> dict[Any, Number]:
    order = sorted(model.names)
    found = model.dist(*order)
    return dict(found.items())


@pytest.mark.parametrize("name", SMALL)
@pytest.mark.parametrize("kind", KINDS)
def test_we_read_what_pgmpy_writes_and_it_reads_what_we_write(tmp_path: Path, name: str, kind: str) -> None:
    model = example(name)
    network = to_pgmpy(model)
    WRITERS[kind](network).write(str(tmp_path / f"x.{kind}"))
    truth, read = (
        joint(model),
        joint(ck.read(tmp_path / f"x.{kind}", rounded="scale")),
    )  # its XDSL holds floats a little beside the decimals
    assert read.keys() == truth.keys()
    assert all(abs(weight - truth[values]) < Fraction(1, 10**14) for values, weight in read.items())
    assert joint(from_pgmpy(READERS[kind](string=to_text(model, kind)).get_model())) == joint(model)


@pytest.mark.parametrize("name", [*SMALL, "sachs", "child"])
def test_bundled_networks_are_read_as_pgmpy_reads_them(name: str) -> None:
    ours = example(name, rounded="scale")
    theirs = from_pgmpy(BIFReader(string=to_text(ours, "bif")).get_model(), rounded="scale")
    assert set(theirs.names) == set(ours.names)
    for each in ours.names:
        assert (theirs.domain(each), theirs.parents(each)) == (ours.domain(each), ours.parents(each))
        for one, other in zip(table_of(ours, each), table_of(theirs, each), strict=True):
            assert all(abs(a - b) < Fraction(1, 10**12) for a, b in zip(one, other, strict=True))


def table_of(model: Model, name: str) -> list[list[Fraction]]:
    """The weights of every row in order."""
    law = model.mechanism(name)
    rows = []
    for inputs in itertools.product(*(model.domain(parent) for parent in law.parents)):
        weights = dict.fromkeys(law.domain, Fraction(0))
        for value, weight in law.row(inputs).outcomes:
            weights[value] += Fraction(1) if weight is None else as_fraction(weight)
        rows.append(list(weights.values()))
    return rows


# ---------------------------------------------------------------- damaged files

SIGNS = '{}()[]|,;"0123456789.eE-+ \n<>/%=ax'


def damaged(text: str, chance: random.Random) -> str:
    """Some letters lost, doubled or replaced, or a whole line lost or doubled."""
    at, size = chance.randrange(len(text)), chance.choice([1, 1, 1, 2, 5, 20])
    lines = text.splitlines(keepends=True)
    line = chance.randrange(len(lines))
    return chance.choice(
        [
            text[:at] + text[at + size :],
            text[: at + size] + text[at:],
            text[:at] + chance.choice(SIGNS) + text[at:],
            text[:at] + chance.choice(SIGNS) + text[at + 1 :],
            "".join(lines[:line] + lines[line + 1 :]),
            "".join(lines[: line + 1] + lines[line:]),
        ]
    )


def numbers_alone(model: Model) -> list[Any]:
    """A model without its names and labels."""
    return [([model.names.index(parent) for parent in model.parents(name)], table_of(model, name)) for name in model.names]


def verdict(text: str, kind: str, whole: Model) -> str:
    """What became of a damaged file: refused with a line, read as the other reader does, or the same network with another label."""
    error: WrongText | WrongRows | None = None
    try:
        read = read_text(text, kind)
    except (WrongText, WrongRows) as refusal:
        error = refusal
    if isinstance(error, WrongRows):
        return "refused" if error.rows and all(f"line {line}" in str(error) for line, _ in error.rows) else f"a row without a line: {error}"
    if error is not None:
        return "refused" if f"line {error.line}, column {error.column}: " in str(error) else f"no place: {error}"
    if numbers_alone(read) == numbers_alone(whole):
        return "unchanged but for labels"
    theirs = from_pgmpy(READERS[kind](string=text).get_model())
    return "read alike" if joint(theirs) == joint(read) else f"read otherwise: {text}"


def check_damaged(seed: int, count: int) -> None:
    logging.disable(logging.CRITICAL)
    try:
        chance = random.Random(seed)
        texts = [(to_text(example(name), kind), kind, example(name)) for name in ("asia", "cancer", "earthquake") for kind in KINDS]
        verdicts = {verdict(damaged(text, chance), kind, whole) for text, kind, whole in chance.choices(texts, k=count)}
    finally:
        logging.disable(logging.NOTSET)
    assert {"refused", "unchanged but for labels"} <= verdicts <= {"refused", "unchanged but for labels", "read alike"}


def test_two_hundred_damaged_files_are_refused_with_a_line_or_read_alike() -> None:
    check_damaged(11, 200)


@pytest.mark.long
def test_ten_thousand_damaged_files_are_refused_with_a_line_or_read_alike() -> None:
    check_damaged(12, 10_000)
