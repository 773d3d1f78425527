"""Networks of pgmpy, both ways: files, rounding, couplings, and the networks that it ships with."""

from __future__ import annotations

import gzip
import itertools
import random
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st
from pgmpy.factors.discrete import TabularCPD
from pgmpy.inference import VariableElimination
from pgmpy.models import DiscreteBayesianNetwork
from pgmpy.readwrite import BIFWriter, NETWriter, UAIWriter, XDSLWriter, XMLBIFWriter

import causalkit as ck
from causalkit import Dist, Model, coin
from causalkit.errors import CausalError, NeedsCoupling, NotADistribution, OpenChoice, UnknownName, WrongFile, WrongShape, WrongText
from causalkit.interop.pgmpy import example, example_names, from_pgmpy, read, to_pgmpy
from causalkit.interop.uai import parse_uai, read_uai
from causalkit.mechanisms.mechanism import CPT, Noise, Table
from causalkit.testing import models
from tests.tries import tries

SMALL = ["asia", "cancer", "earthquake", "survey"]
MIDDLE = {"sachs": (11, 17), "alarm": (37, 46), "child": (20, 25), "insurance": (27, 52)}
ROUNDED = ["sachs", "alarm", "insurance"]

networks = models(max_variables=5, couplings=["independent"])


def eliminated(network: Any, names: list[str], evidence: dict[str, Any]) -> dict[tuple[Any, ...], float]:
    """pgmpy's answer, by the values' names."""
    factor = VariableElimination(network).query(names, evidence=evidence, show_progress=False)
    every = itertools.product(*(factor.state_names[name] for name in factor.variables))
    place = [factor.variables.index(name) for name in names]
    return {tuple(values[i] for i in place): float(weight) for values, weight in zip(every, factor.values.ravel(), strict=True)}


def check_answer(model: Model, network: Any, names: list[str], evidence: dict[str, Any], tolerance: float = 1e-9) -> None:
    ours = (model.given(evidence) if evidence else model).dist(*names)
    for values, weight in eliminated(network, names, evidence).items():
        assert abs(float(ours[values if len(names) > 1 else values[0]]) - weight) < tolerance


# ---------------------------------------------------------------- both ways


@given(networks)
def test_there_and_back(model: Model) -> None:
    """Weights that floats hold exactly come back exactly; the others within rounding, repaired as asked."""
    again = from_pgmpy(to_pgmpy(model), coupling="independent", rounded="scale")
    assert again.names == model.names
    for name in model.names:
        assert (again.domain(name), again.parents(name)) == (model.domain(name), model.parents(name))
        one, other = again.mechanism(name), model.mechanism(name)
        for inputs in itertools.product(*(model.domain(parent) for parent in model.parents(name))):
            distance = _row(one, inputs).total_variation(_row(other, inputs))
            assert distance < Fraction(1, 10**14)


def _row(mechanism: Any, inputs: tuple[Any, ...]) -> Dist:
    weights: dict[Any, Fraction] = {}
    for value, weight in mechanism.row(inputs).outcomes:
        weights[value] = weights.get(value, Fraction(0)) + (1 if weight is None else weight)
    return Dist(weights)


def test_decimal_tables_come_back_exactly() -> None:
    model = Model(
        rain=Dist({"no": ".9", "yes": ".1"}),
        wet=ck.cpt(["rain"], {"no": {0: ".123", 1: ".877"}, "yes": {0: 0, 1: 1}}, coupling="independent", domain=[0, 1]),
        loud=ck.table(["wet"], {0: "hush", 1: "bang"}),
    )
    assert from_pgmpy(to_pgmpy(model), coupling={"wet": "independent"}) == model


@pytest.mark.parametrize("coupling", ["monotone", "independent"])
def test_a_coupling_is_lost_on_the_way_and_stated_anew(coupling: Any) -> None:
    rows = {False: {0: "1/4", 1: "3/4"}, True: {0: "1/2", 1: "1/2"}}
    model = Model(x=coin("1/2"), y=ck.cpt(["x"], rows, coupling=coupling, domain=[0, 1]))
    bare = from_pgmpy(to_pgmpy(model))
    assert bare.do(x=True).dist("y") == model.do(x=True).dist("y")
    with pytest.raises(NeedsCoupling, match="coupling='monotone'"):
        bare.given(y=0).do(x=True).dist("y")
    for stated in (coupling, {"y": coupling}):
        assert from_pgmpy(to_pgmpy(model), coupling=stated) == model


def test_what_is_certain_becomes_a_table_and_noise_becomes_noise() -> None:
    kinds = {name: type(example("asia").mechanism(name)) for name in ("asia", "either", "lung")}
    assert kinds == {"asia": Noise, "either": Table, "lung": CPT}


def test_states_of_probability_zero_stay() -> None:
    network = DiscreteBayesianNetwork([("a", "b")])
    network.add_cpds(TabularCPD("a", 3, [[0.5], [0.5], [0]]), TabularCPD("b", 2, [[1, 0, 0.5], [0, 1, 0.5]], ["a"], [3]))
    model = from_pgmpy(network)
    assert model.domain("a") == (0, 1, 2)
    assert model.do(a=2).prob(b=0) == Fraction(1, 2)
    assert model.prob(a=2) == 0


def test_what_was_done_is_part_of_the_network() -> None:
    model = Model(a=coin("1/4"), b=lambda a: a, c=lambda b: not b)
    network = to_pgmpy(model.do(b=True))
    assert sorted(network.edges) == [("b", "c")]
    check_answer(model.do(b=True), network, ["a", "c"], {})


@settings(max_examples=tries(30))
@given(networks)
def test_a_network_of_a_model_answers_as_the_model(model: Model) -> None:
    check_answer(model, to_pgmpy(model), list(model.names), {})


@pytest.mark.parametrize(
    ("model", "error", "text"),
    [
        (Model(a=coin("1/2")).given(a=True), WrongShape, "a network holds no observations"),
        (Model(a=coin("1/2"), b=lambda a: a).do({("a", "b"): True}), WrongShape, r"cannot hold the edit of \('a', 'b'\)"),
        (Model(a=ck.choice("x", "y")), OpenChoice, r"fill it with \.choose\(\{'a': \.\.\.\}\)"),
        (Model(a=coin(sympy.Symbol("p"))), WrongShape, "'a' has the weight 1 - p, and a network holds numbers"),
    ],
)
def test_what_a_network_cannot_hold(model: Model, error: type[CausalError], text: str) -> None:
    with pytest.raises(error, match=text):
        to_pgmpy(model)


def test_what_is_no_network() -> None:
    with pytest.raises(WrongShape, match="list is not a DiscreteBayesianNetwork"):
        from_pgmpy([])
    with pytest.raises(WrongShape, match=r"no table was given for: 'a', 'b'; add one for each with network\.add_cpds"):
        from_pgmpy(DiscreteBayesianNetwork([("a", "b")]))
    with pytest.raises(UnknownName, match="a coupling is stated for 'lugn', which is not in the network; did you mean 'lung'"):
        example("asia", coupling={"lugn": "monotone"})
    with pytest.raises(UnknownName, match=r"pgmpy brings no network 'asai'; it has: alarm, .*; did you mean 'asia'"):
        example("asai")


# ---------------------------------------------------------------- rounding


def network_of(*weights: float) -> Any:
    network = DiscreteBayesianNetwork()
    network.add_node("a")
    network.add_cpds(TabularCPD("a", len(weights), [[weight] for weight in weights]))
    return network


def test_a_rounded_row_is_named_and_refused() -> None:
    with pytest.raises(NotADistribution) as caught:
        from_pgmpy(network_of(0.333, 0.333, 0.333))
    assert str(caught.value) == (
        "the row of 'a' sums to 0.999, and it must sum to 1; nothing is rescaled in silence: type rounded='scale' to divide such rows "
        "by their sums, or rounded='largest' to let the largest weight take the difference"
    )


def test_a_rounded_row_is_repaired_as_told() -> None:
    assert from_pgmpy(network_of(0.333, 0.333, 0.333), rounded="scale").dist("a") == ck.uniform(0, 1, 2)
    assert from_pgmpy(network_of(0.3333, 0.6666), rounded="largest").dist("a") == Dist({0: "0.3333", 1: "0.6667"})
    with pytest.raises(WrongShape, match="rounded='up' is not known"):
        from_pgmpy(network_of(0.5, 0.5), rounded="up")  # type: ignore[arg-type]


@pytest.mark.parametrize("weights", [(0.4, 0.5), (0.45, 0.45), (0.333, 0.334, 0.343), (0.0, 0.0), (1.0, 1.0)])
def test_a_sum_that_rounding_does_not_explain_is_refused_in_any_case(weights: tuple[float, ...]) -> None:
    for rounded in (None, "scale", "largest"):
        with pytest.raises(NotADistribution, match=r"the row of 'a' sums to .*farther off than rounding its numbers explains"):
            from_pgmpy(network_of(*weights), rounded=rounded)


def test_the_row_is_named_by_its_parents() -> None:
    with pytest.raises(NotADistribution, match=r"^sachs: the row with .*='.*' of '.*' sums to .*nothing is rescaled in silence"):
        example("sachs")


@given(st.lists(st.integers(1, 9), min_size=1, max_size=6))
def test_floats_of_any_fractions_are_rounded_rows(shares: list[int]) -> None:
    """What a model's own weights become as floats is always explained by rounding."""
    weights = [float(Fraction(share, sum(shares))) for share in shares]
    repaired = from_pgmpy(network_of(*weights), rounded="scale").dist("a")
    assert all(abs(repaired[i] - Fraction(share, sum(shares))) < Fraction(1, 10**15) for i, share in enumerate(shares))


# ---------------------------------------------------------------- the networks that ship with pgmpy


@pytest.mark.parametrize("name", SMALL)
def test_small_networks_load_exactly_and_answer_as_pgmpy(name: str) -> None:
    model = example(name)
    network = to_pgmpy(model)
    chance = random.Random(name)
    for _ in range(12):
        x, y, e = chance.sample(model.names, 3)
        seen = {e: chance.choice([value for value in model.domain(e) if model.prob({e: value})])}
        value = chance.choice(model.domain(x))
        check_answer(model, network, [y], {})
        check_answer(model, network, [x, y], seen)
        check_answer(model.do({x: value}), to_pgmpy(model.do({x: value})), [y], {})


@pytest.mark.parametrize("name", MIDDLE)
def test_larger_networks_load(name: str) -> None:
    model = example(name, rounded="scale")
    assert (len(model.names), sum(len(model.parents(each)) for each in model.names)) == MIDDLE[name]
    if name in ROUNDED:
        with pytest.raises(NotADistribution, match=f"^{name}: the row with"):
            example(name)
    else:
        assert example(name) == model


def test_single_answers_of_larger_networks() -> None:
    """Variables near the roots, where little has to be summed."""
    for name, asked, evidence in (
        ("alarm", ["LVEDVOLUME"], {"HYPOVOLEMIA": "TRUE"}),
        ("child", ["Disease"], {"BirthAsphyxia": "yes"}),
        ("sachs", ["PKA"], {"PKC": "LOW"}),
        ("insurance", ["RiskAversion", "SocioEcon"], {"Age": "Adult"}),
    ):
        model = example(name, rounded="scale")
        check_answer(model, to_pgmpy(model), asked, evidence)


@pytest.mark.parametrize("name", ["andes", "hailfinder", "hepar2", "pathfinder", "pigs", "water", "win95pts"])
def test_large_networks_load_and_answer_as_pgmpy_does(name: str) -> None:
    model = example(name, rounded="scale")
    roots = [each for each in model.names if not model.parents(each)]
    child = next(each for each in model.names if model.parents(each) and set(model.parents(each)) <= set(roots))
    check_answer(model, to_pgmpy(model), [child], {})


def test_all_names_are_listed() -> None:
    assert {*SMALL, *MIDDLE} <= set(example_names())


# ---------------------------------------------------------------- files

WRITERS = {"bif": BIFWriter, "xml": XMLBIFWriter, "net": NETWriter, "xdsl": XDSLWriter}


@pytest.mark.parametrize("kind", WRITERS)
@pytest.mark.parametrize("compressed", [False, True])
def test_files_give_back_the_network(tmp_path: Path, kind: str, compressed: bool) -> None:
    model = example("asia", coupling="independent")
    path = tmp_path / f"net.work.{kind}"
    WRITERS[kind](to_pgmpy(model)).write(str(path))
    if compressed:
        path = path.rename(path.with_name(path.name + "x"))
        data = path.read_bytes()
        path = tmp_path / f"net.work.{kind}.gz"
        path.write_bytes(gzip.compress(data))
    again = read(path, coupling="independent")
    assert {name: set(again.domain(name)) for name in again.names} == {name: set(model.domain(name)) for name in model.names}
    for name in model.names:
        assert again.do(either="yes").dist(name) == model.do(either="yes").dist(name)


DOG = """<?xml version="1.0"?>
<BIF VERSION="0.3"><NETWORK><NAME>two</NAME>
<VARIABLE TYPE="nature"><NAME>a</NAME><OUTCOME>x</OUTCOME><OUTCOME>y</OUTCOME></VARIABLE>
<VARIABLE TYPE="nature"><NAME>b</NAME><OUTCOME>r</OUTCOME><OUTCOME>s</OUTCOME><OUTCOME>t</OUTCOME></VARIABLE>
<VARIABLE TYPE="nature"><NAME>c</NAME><OUTCOME>yes</OUTCOME><OUTCOME>no</OUTCOME></VARIABLE>
<DEFINITION><FOR>a</FOR><TABLE>0.25 0.75</TABLE></DEFINITION>
<DEFINITION><FOR>b</FOR><TABLE>0.2 0.3 0.5</TABLE></DEFINITION>
<DEFINITION><FOR>c</FOR><GIVEN>a</GIVEN><GIVEN>b</GIVEN>
<TABLE>0.1 0.9 0.2 0.8 0.3 0.7 0.4 0.6 0.5 0.5 0.6 0.4</TABLE></DEFINITION>
</NETWORK></BIF>
"""


def test_the_order_of_a_table_in_a_file_written_by_hand(tmp_path: Path) -> None:
    """In XMLBIF the variable itself changes fastest, then the last parent."""
    (tmp_path / "dog.xmlbif").write_text(DOG, encoding="utf-8")
    model = read(tmp_path / "dog.xmlbif")
    answers = {(a, b): model.do(a=a, b=b).prob(c="yes") for a in "xy" for b in "rst"}
    assert list(answers.values()) == [Fraction(n, 10) for n in range(1, 7)]


@pytest.mark.parametrize(
    ("name", "content", "text"),
    [
        ("x.txt", b"", r"x\.txt ends in '\.txt', and networks are read from: \.bif, \.xml, \.xmlbif, \.net, \.xdsl, \.uai"),
        ("x", b"", r"x has no ending that says the format, and networks are read from"),
        ("x.bif", b"", r"x\.bif cannot be read as \.bif"),
        (
            "x.bif",
            b"hello",
            r"x\.bif cannot be read as \.bif: line 1, column 1: found 'hello' where 'network', 'variable' or",
        ),
        ("x.bif", b"\xff\xfe\x00", r"x\.bif cannot be read"),
        ("x.bif.gz", b"hello", r"x\.bif\.gz cannot be read"),
        ("x.xml", b"<html/>", r"x\.xml cannot be read as \.xml"),
        ("x.xml", b"<BIF", r"x\.xml cannot be read as \.xml"),
        ("x.xdsl", b"<smile/>", r"x\.xdsl cannot be read as \.xdsl"),
        ("x.net", b"net {}", r"x\.net cannot be read as \.net"),
        ("x.uai", b"MARKOV 1 2 1 1 0 2 1 1", r"x\.uai: line 1, column 1: it does not begin with BAYES"),
    ],
)
def test_files_that_are_none(tmp_path: Path, name: str, content: bytes, text: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(WrongFile, match=text):
        read(tmp_path / name)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    for name in ("x.bif", "x.uai"):
        with pytest.raises(WrongFile, match=rf"{name} is not there; name a file that holds a network"):
            read(tmp_path / name)


def test_a_bif_row_that_is_missing_is_no_row_of_zeros(tmp_path: Path) -> None:
    BIFWriter(to_pgmpy(example("cancer"))).write(str(path := tmp_path / "cancer.bif"))
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    at = next(i for i, line in enumerate(lines) if line.strip().startswith("("))
    path.write_text("".join(lines[:at] + lines[at + 1 :]), encoding="utf-8")
    with pytest.raises(WrongText, match=r"line 18, column 1: 'Cancer' has no row with Pollution=.*, Smoker=.*, and no default") as caught:
        read(path, rounded="scale")
    assert (caught.value.line, caught.value.column) == (18, 1)


# ---------------------------------------------------------------- UAI

UAI = """BAYES
3
2 2 3
3
1 0
2 0 1
2 1 2

2
 0.436 0.564

4
 0.128 0.872
 0.920 0.080

6
 0.210 0.333 0.457
 0.811 0.000 0.189
"""


def test_uai_tables_have_the_child_change_fastest(tmp_path: Path) -> None:
    """The example of the format's description: P(Y | X) and P(Z | Y) row by row."""
    (tmp_path / "x.uai").write_text("# a comment\n" + UAI, encoding="utf-8")
    (tmp_path / "x.uai.gz").write_bytes(gzip.compress(UAI.encode()))
    for model in (read_uai(tmp_path / "x.uai"), read(tmp_path / "x.uai"), read(tmp_path / "x.uai.gz"), parse_uai(UAI)):
        assert model.names == ("var_0", "var_1", "var_2")
        assert model.dist("var_0") == Dist({0: "0.436", 1: "0.564"})
        assert model.do(var_0=1).dist("var_1") == Dist({0: "0.92", 1: "0.08"})
        assert model.do(var_1=0).dist("var_2") == Dist({0: "0.21", 1: "0.333", 2: "0.457"})
    assert model.domain("var_2") == (0, 1, 2)


def test_uai_files_as_pgmpy_writes_them_are_refused(tmp_path: Path) -> None:
    """It lets the child change slowest, against the format; its own reader does not give its own networks back either."""
    UAIWriter(to_pgmpy(example("cancer"))).write(str(path := tmp_path / "x.uai"))
    with pytest.raises(NotADistribution, match=r"x\.uai: the row with var_\d=0.* of 'var_\d' sums to .*farther off"):
        read(path, rounded="scale")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "it does not begin with BAYES"),
        ("BAYES", "'nothing' stands where the number of variables was expected"),
        ("BAYES x", "'x' stands where the number of variables was expected"),
        ("BAYES 1 2 1 1 3 2 1 0", r"the scope of table 0 is \[3\]"),
        ("BAYES 2 2 2 2 1 0 1 0 2 .5 .5 2 .5 .5", "every variable must be the last one in the scope of exactly one table"),
        ("BAYES 1 2 1 1 0 3 .5 .5 0", "the table of var_0 has 3 entries, and its scope asks for 2"),
        ("BAYES 1 2 1 1 0 2 .5 half", "'half' stands where a number of the table of var_0 was expected"),
        ("BAYES 1 2 1 1 0 2 .5 1e999999", "'1e999999' stands where a number"),
        ("BAYES 1 2 1 1 0 2 .5", "'nothing' stands where a number"),
        ("BAYES 1 2 1 1 0 2 .5 .5 7", "there is more text behind the last table"),
        ("BAYES 1 2 1 1 0 2 1.5 -.5", r"the row of 'var_0' holds the weight -0\.5, and weights are 0 or more"),
        ("BAYES 1 2 1 1 0 2 .333 .666", r"the row of 'var_0' sums to 0\.999, and it must sum to 1; nothing is rescaled"),
        ("BAYES 2 2 2 2 2 1 0 2 0 1 4 1 0 0 1 4 1 0 0 1", "the variables listen to each other in a circle"),
    ],
)
def test_uai_texts_that_are_none(tmp_path: Path, text: str, message: str) -> None:
    (path := tmp_path / "x.uai").write_text(text, encoding="utf-8")
    readers: list[Callable[[], Model]] = [lambda: parse_uai(text), lambda: read_uai(path), lambda: read(path)]
    for reader in readers:
        with pytest.raises(CausalError, match=message):
            reader()


@given(st.text(st.sampled_from("BAYES 0123456789.#\n-"), max_size=60))
def test_any_text_is_read_as_uai_or_refused(text: str) -> None:
    try:
        found: object = parse_uai("BAYES " + text)
    except CausalError as error:
        found = error
    assert isinstance(found, (Model, CausalError))
