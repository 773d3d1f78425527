"""Files of networks in cases that come seldom: what is read of them with its lines, and what is refused, in whole sentences."""

from __future__ import annotations

import json
from collections.abc import Callable
from fractions import Fraction
from typing import Any
from urllib.parse import quote

import pytest

import causalkit as ck
from causalkit.errors import NotADistribution, WrongFile, WrongRows, WrongShape, WrongText
from causalkit.networks import read_record, read_text, to_text
from causalkit.networks.markup import parsed, quoted_text
from causalkit.networks.noisy import expanded
from causalkit.networks.rounded_rows import dist_of_row, fitting_row, law_of_rows
from causalkit.networks.texts import Numbers, Text, decimal_text, decoded, is_decimal

HALF, ONE, NONE = Fraction(1, 2), Fraction(1), Fraction(0)


# ---------------------------------------------------------------- one network, row by row on lines of its own

BIF = """network n {
}
variable rain {
  type discrete [ 2 ] { yes, no };
}
  variable wet {
  type discrete [ 2 ] { on, off };
}
probability ( rain ) {
  table 0.25, 0.75;
}
probability ( wet | rain ) {
  (no) 0.5, 0.5;

  (yes) 1.0, 0.0;
}
"""
NET = """net { }
node rain {
  states = ("yes" "no"); }
  node wet { states = ("on" "off"); }
potential ( rain ) {
  data = (
    0.25 0.75 ); }
potential ( wet | rain ) {
  data = (
    ( 1.0 0.0 )
    ( 0.5
      0.5 )); }
"""
XMLBIF = """<BIF><NETWORK>
<VARIABLE TYPE="nature"><NAME>rain</NAME><OUTCOME>yes</OUTCOME><OUTCOME>no</OUTCOME></VARIABLE>
  <VARIABLE><NAME>wet</NAME><OUTCOME>on</OUTCOME><OUTCOME>off</OUTCOME></VARIABLE>
<DEFINITION><FOR>rain</FOR>
<TABLE>0.25 0.75</TABLE></DEFINITION>
<DEFINITION><FOR>wet</FOR><GIVEN>rain</GIVEN><TABLE>
1.0 0.0

0.5 0.5
</TABLE></DEFINITION>
</NETWORK></BIF>
"""
XDSL = """<smile>
<nodes>
<cpt id="rain"><state id="yes"/><state id="no"/><probabilities>
0.25 0.75</probabilities></cpt>
  <cpt id="wet"><state id="on"/><state id="off"/><parents>rain</parents>
<probabilities>1.0 0.0
0.5 0.5</probabilities></cpt>
</nodes>
</smile>
"""
UAI = """BAYES
2
2 2
2
1 0
2 0 1

2
.25 .75
4
1.0 0.0
0.5 0.5
"""


@pytest.mark.parametrize(
    ("kind", "text", "places", "lines"),
    [
        ("bif", BIF, [(3, 10), (6, 12)], [(10,), (15, 13)]),
        ("net", NET, [(2, 1), (4, 3)], [(7,), (10, 11)]),
        ("xmlbif", XMLBIF, [(2, 1), (3, 3)], [(5,), (7, 9)]),
        ("xdsl", XDSL, [(3, 1), (5, 3)], [(4,), (6, 7)]),
        ("uai", UAI, [(5, 1), (6, 1)], [(9,), (11, 12)]),
    ],
)
def test_each_node_and_each_row_knows_its_line(kind: str, text: str, places: list[tuple[int, int]], lines: list[tuple[int, ...]]) -> None:
    rain, wet = read_record(text, kind).nodes
    assert [rain.place, wet.place] == places
    assert [rain.lines, wet.lines] == lines
    assert (rain.rows, wet.rows) == (((Fraction(1, 4), Fraction(3, 4)),), ((ONE, NONE), (HALF, HALF)))


@pytest.mark.parametrize(("kind", "text"), [("bif", BIF), ("net", NET), ("xmlbif", XMLBIF), ("xdsl", XDSL), ("uai", UAI)])
def test_the_line_of_a_row_that_is_wrong_is_named(kind: str, text: str) -> None:
    wrong = text.replace("0.5 )", "0.4 )").replace("0.5 0.5", "0.5 0.4").replace("0.5, 0.5", "0.5, 0.4")
    line = read_record(text, kind).nodes[1].lines[1]
    with pytest.raises(WrongRows) as told:
        read_text(wrong, kind)
    assert " sums to 0.9, and it must sum to 1" in str(told.value)
    assert f"(line {line})" in str(told.value)
    assert [line for line, _ in told.value.rows] == [line]


def test_all_wrong_rows_are_listed_by_their_lines() -> None:
    wrong = BIF.replace("0.25, 0.75", "0.25, 0.5").replace("(no) 0.5, 0.5", "(no) 0.5, 0.25")
    with pytest.raises(WrongRows) as told:
        read_text(wrong, "bif")
    assert str(told.value) == (
        "the row of 'rain' sums to 0.75, and it must sum to 1; that is farther off than rounding its numbers explains, so the file is "
        "wrong or was misread (line 10)\n2 rows are no distributions; the others are\n"
        "  line 13: the row with rain='no' of 'wet' sums to 0.75"
    )


# ---------------------------------------------------------------- noisy-max

FREE, SURE = (NONE, ONE), (ONE, NONE)
LEAK = (Fraction(1, 4), Fraction(3, 4))


@pytest.mark.parametrize(
    ("columns", "sizes", "strengths", "said"),
    [
        ([(HALF, Fraction(1, 4)), FREE, LEAK], [2], [0, 1], "a column of its parameters is no distribution"),
        ([(Fraction(3, 2), -HALF), FREE, LEAK], [2], [0, 1], "a column of its parameters is no distribution"),
        ([SURE, FREE, (HALF, NONE)], [2], [0, 1], "a column of its parameters is no distribution"),
        (
            [FREE, SURE, FREE, LEAK],
            [3],
            [1, 0, 2],
            "parent 1: its columns can be read in two orders; write it as a table",
        ),
        (
            [SURE, FREE, SURE, (HALF, HALF), LEAK],
            [2, 2],
            [0, 1, 0, 1],
            "parent 2: its weakest state has an effect; expected one column that is 0 but for the last state",
        ),
        ([SURE, FREE, LEAK], [2], [0, 0], "parent 1: the strengths 0 0 do not order 2 states"),
        ([SURE, FREE, LEAK], [2], [1, 2], "parent 1: the strengths 1 2 do not order 2 states"),
    ],
)
def test_what_is_no_noisy_max_is_told_why(columns: list[tuple[Fraction, ...]], sizes: list[int], strengths: list[int], said: str) -> None:
    assert expanded(columns, sizes, strengths) == said


def test_columns_in_the_order_of_strength_are_put_in_that_of_states() -> None:
    strong, weak = (Fraction(3, 4), Fraction(1, 4)), (HALF, HALF)
    by_strength = expanded([strong, weak, FREE, (NONE, ONE)], [3], [2, 0, 1])
    assert by_strength == (weak, FREE, strong)
    by_state = expanded([weak, FREE, strong, (NONE, ONE)], [3], [2, 0, 1])
    assert by_state == (weak, FREE, strong)
    assert expanded([FREE, FREE, LEAK], [2], [1, 0]) == (LEAK, LEAK)


def test_rows_of_a_noisy_max_stand_where_its_parameters_begin() -> None:
    inside = '<state id="a"/><state id="b"/><parents>rain</parents>\n<parameters>0.5 0.5 0 1 0.25 0.75</parameters>'
    node = f'<noisymax id="y">{inside}</noisymax>'
    record = read_record(XDSL.replace("</nodes>", f"{node}\n</nodes>"), "xdsl")
    assert record.nodes[2].lines == (9, 9)


# ---------------------------------------------------------------- what is refused

DEEP = "<a>" * 100 + "</a>" * 100


def noted(law: Any, name: str = "rain") -> str:
    note = quote(json.dumps({"name": name, "law": law}), safe="-._~")
    return BIF.replace("{ yes, no };", f"{{ yes, no }};\n  property causalkit = {note};")


@pytest.mark.parametrize(
    ("kind", "text", "said"),
    [
        ("uai", "BAYES 1 0 1 1 0 0", "line 1, column 13: 'var_0' has no states"),
        ("uai", "BAYES 1 2 1 1 0 3 1 0 0", "line 1, column 17: the table of var_0 has 3 entries, and its scope asks for 2"),
        ("uai", "BAYES 1 2 1 1 0 2 1 0 0", "line 1, column 23: there is more text behind the last table"),
        ("uai", "MARKOV 1", "line 1, column 1: it does not begin with BAYES; only Bayesian networks are causal models"),
        ("uai", "BAYES x", "line 1, column 7: 'x' stands where the number of variables was expected"),
        ("uai", "BAYES 1 2 1 2 0", "line 1, column 13: '2' stands where the size of table 0's scope was expected"),
        (
            "uai",
            "BAYES 2 2 2 2 1 0 2 1 1 2 1 0 4 1 0 1 0",
            "line 1, column 19: the scope of table 1 is [1, 1], and it must name one or more different variables below 2",
        ),
        (
            "uai",
            "BAYES 1 2 1 1 1 2 1 0",
            "line 1, column 13: the scope of table 0 is [1], and it must name one or more different variables below 1",
        ),
        (
            "uai",
            "BAYES 1 2 1 0 2 1 0",
            "line 1, column 13: the scope of table 0 is [], and it must name one or more different variables below 1",
        ),
        ("uai", "BAYES 2 2 2 1 1 0 2 1 0", "line 1, column 15: every variable must be the last one in the scope of exactly one table"),
        ("uai", "BAYES 1 2 1 1 0 2 1 x", "line 1, column 21: 'x' stands where a number of the table of var_0 was expected"),
        ("uai", "BAYES 1 2 1 1 0 2 1", "line 1, column 20: 'nothing' stands where a number of the table of var_0 was expected"),
        ("uai", f"BAYES {'9' * 50}", f"line 1, column 7: '{'9' * 37}...' stands where the number of variables was expected"),
        ("uai", "BAYES 1000001", "line 1, column 7: '1000001' stands where the number of variables was expected"),
        (
            "xdsl",
            XDSL.replace("</nodes>", '<utility id="u"><state id="a"/><utilities>1</utilities></utility></nodes>'),
            "line 8, column 1: 'u' is a utility and has states; a utility has numbers alone",
        ),
        ("xdsl", DEEP.replace("<a>", "<a><a>", 1).replace("</a>", "</a></a>", 1), "the elements are nested too deeply"),
        ("xdsl", DEEP, "line 1, column 1: found <a> where <smile> was expected"),
        ("bif", BIF.replace("( wet | rain )", "( wet | rain"), "line 12, column 26: found '{' where the name of a parent was expected"),
        ("bif", BIF[: BIF.index("( wet")] + "( wet", "found the end of the text where ',' or ')' was expected"),
        (
            "bif",
            BIF.replace("(no) 0.5, 0.5;", "() 0.5, 0.5;"),
            "line 13, column 3: the row of 'wet' names 0 states, and its parents are rain",
        ),
        (
            "bif",
            BIF.replace("(no) 0.5, 0.5;", "( ) 0.5 0,5;"),
            "line 13, column 3: the row of 'wet' names 0 states, and its parents are rain",
        ),
        ("bif", BIF.replace("table 0.25", "(yes) 0.25"), "line 10, column 3: the row of 'rain' names 1 states, and its parents are none"),
        ("bif", BIF.replace("  table 0.25, 0.75;\n", ""), "line 9, column 1: 'rain' has no row, and no default"),
        ("bif", noted({"constant": "yes"}, "wet"), "line 7, column 12: two variables are called 'wet'"),
        (
            "bif",
            noted({"constant": "yes"}, "wet") + "variable z { type discrete [1] { a }; } probability ( z ) { table 1; }",
            "line 7, column 12: two variables are called 'wet'",
        ),
        ("bif", BIF.replace("{ yes, no };", "{ yes, no };\n  property causalkit = %5B1%5D;"), "expected a name and a law; remove it"),
        (
            "bif",
            noted({"noise": [["yes", "1/4"], ["no", "3/4"]]}, "rain").replace("0.25, 0.75", "0.75, 0.25"),
            "line 3, column 10: the property 'causalkit' of 'rain' and its table do not agree; remove the property to read the table alone",
        ),
        ("bif", noted({"table": [[["yes"], "no"]], "parents": ["rain"]}), "do not agree"),
        ("bif", noted({"choice": ["yes", "no"], "sees": []}), "do not agree"),
        ("bif", noted({"noise": [["yes", "1/4"], ["no", "1/2"], ["x", "1/4"]]}), "do not agree"),
    ],
)
def test_what_a_file_may_not_hold_is_refused_at_its_place(kind: str, text: str, said: str) -> None:
    with pytest.raises(WrongText) as told:
        read_text(text, kind)
    assert said in str(told.value)


def test_an_empty_tail_and_empty_states_are_read() -> None:
    assert read_text(BIF.replace("( rain )", "( rain | )"), "bif") == read_text(BIF, "bif")
    assert read_text(BIF.replace("table 0.25, 0.75", "() 0.25, 0.75"), "bif") == read_text(BIF, "bif")
    assert read_text(BIF.replace("table 0.25, 0.75", "() 0.25 .75"), "bif") == read_text(BIF, "bif")


def test_a_node_of_one_state_may_have_parentheses_of_its_own() -> None:
    only = 'node one { states = ("a"); } potential ( one | rain ) { data = (( 1 ) ( 1 )); }'
    found = read_text(f"{NET}{only}", "net")
    assert found.dist("one") == ck.Dist({"a": 1})
    flat = read_text(NET + only.replace("(( 1 ) ( 1 ))", "( 1 1 )"), "net")
    assert flat == found
    assert read_text(NET + only.replace("(( 1 ) ( 1 ))", "1 1"), "net") == found
    with pytest.raises(WrongText, match=r"the parentheses in the data of 'one' do not fit the states: 2 x 1"):
        read_text(NET + only.replace("(( 1 ) ( 1 ))", "(( 1 1 ))"), "net")


def test_numbers_in_quotes_are_no_numbers() -> None:
    with pytest.raises(WrongText, match=r"line 7, column 5: found '0\.25' where a number \(at most 10,000 digits\) of 'rain' was expected"):
        read_text(NET.replace("0.25 0.75", '"0.25" 0.75'), "net")
    bare = NET.replace("(\n    0.25 0.75 )", "\n    0.25 0.75")
    assert read_text(bare, "net") == read_text(NET, "net")


# ---------------------------------------------------------------- rows and decimals


@pytest.mark.parametrize(
    ("row", "fits"),
    [
        ([Fraction(1, 4)] * 2 + [Fraction(1, 6)] * 3, True),
        ([Fraction(1, 4)] * 2 + [Fraction(1, 6)] * 2, False),
        ([Fraction(5, 4), Fraction(-1, 4)], False),
        ([Fraction(5, 4), Fraction(-1, 3), Fraction(1, 12)], False),
        ([Fraction(1, 4), Fraction(1, 4), Fraction(1, 6), Fraction(2, 3), Fraction(-1, 3)], False),
        ([HALF, HALF, NONE], True),
        ([ONE], True),
    ],
)
def test_rows_that_are_distributions(row: list[Fraction], fits: bool) -> None:
    found = fitting_row(range(len(row)), row)
    assert found == (ck.Dist(dict(enumerate(row))) if fits else None)


@pytest.mark.parametrize(
    ("row", "rounded", "found"),
    [
        (["0.3", "0.3", "0.3"], "scale", None),  # three numbers of one decimal may be 0.15 off, and a hundredth is the most
        (["0.33", "0.33", "0.33"], "scale", [Fraction(1, 3)] * 3),
        (["0.33", "0.33", "0.33"], "largest", [Fraction(34, 100), Fraction(33, 100), Fraction(33, 100)]),
        (["0", "0.99"], "scale", None),  # a 0 was not rounded, and the other by half a hundredth at most
        (["0.00", "0.995"], "scale", None),
        (["0", "0.9995"], "largest", None),
        (["0.5", "0.499"], "scale", [Fraction(500, 999), Fraction(499, 999)]),
        (["0.25", "0.751"], "largest", [Fraction(25, 100), Fraction(75, 100)]),
        (["-0.5", "1.5"], "scale", None),
    ],
)
def test_sums_are_mended_as_far_as_rounding_explains(row: list[str], rounded: Any, found: list[Fraction] | None) -> None:
    weights = list(map(Fraction, row))
    if found is None:
        with pytest.raises(NotADistribution):
            dist_of_row(range(len(row)), weights, "the row of 'x'", rounded)
    else:
        law = dist_of_row(range(len(row)), weights, "the row of 'x'", rounded)
        assert [law[i] for i in range(len(row))] == found


@pytest.mark.parametrize(
    ("ask", "kind", "said"),
    [
        (
            lambda: dist_of_row("ab", [HALF, Fraction(-1, 4)], "the row of 'x'", None),
            NotADistribution,
            "the row of 'x' holds the weight -0.25, and weights are 0 or more",
        ),
        (
            lambda: dist_of_row("ab", [HALF, Fraction("0.499")], "the row of 'x'", None),
            NotADistribution,
            "the row of 'x' sums to 0.999, and it must sum to 1; nothing is rescaled in silence: type rounded='scale' to divide such rows "
            "by their sums, or rounded='largest' to let the largest weight take the difference",
        ),
        (
            lambda: dist_of_row("ab", [HALF, HALF], "x", "other"),  # type: ignore[arg-type]
            WrongShape,
            "rounded='other' is not known; type rounded='scale' or rounded='largest'",
        ),
        (
            lambda: read_text(BIF, "bif", rounded="other"),  # type: ignore[arg-type]
            WrongShape,
            "rounded='other' is not known; type rounded='scale' or rounded='largest'",
        ),
        (
            lambda: read_text(BIF, "bif", coupling="other"),  # type: ignore[arg-type]
            WrongShape,
            "the coupling 'other' is not known; type coupling='monotone' or coupling='independent'",
        ),
        (
            lambda: dist_of_row("ab", [HALF, HALF + Fraction(1, 3**300)], "x", None),
            NotADistribution,
            "x sums to 1 + 10**-144, and it must sum to 1; nothing is rescaled in silence: type rounded='scale' to divide such rows "
            "by their sums, or rounded='largest' to let the largest weight take the difference",
        ),
        (
            lambda: dist_of_row("ab", [HALF, HALF - Fraction(1, 10**12)], "x", None),
            NotADistribution,
            "x sums to 999999999999/1000000000000, and it must sum to 1; nothing is rescaled in silence: type rounded='scale' to divide "
            "such rows by their sums, or rounded='largest' to let the largest weight take the difference",
        ),
    ],
)
def test_rows_that_are_refused_are_told_why(ask: Callable[[], Any], kind: type[Exception], said: str) -> None:
    with pytest.raises(kind) as told:
        ask()
    assert str(told.value) == said


def test_the_plainest_law_of_rows() -> None:
    coin, sure = ck.Dist({"a": "1/2", "b": "1/2"}), ck.Dist({"a": 1})
    assert law_of_rows([], {(): coin}, ["a", "b"], None) == coin
    assert law_of_rows([], {(): sure}, ["a", "b"], None) == ck.table([], {(): "a"}, domain=["a", "b"])
    assert law_of_rows(["x"], {(0,): coin, (1,): sure}, ["a", "b"], "monotone") == ck.cpt(
        ["x"], {0: coin, 1: sure}, coupling="monotone", domain=["a", "b"]
    )


@pytest.mark.parametrize(
    ("number", "text", "is_exact"),
    [
        (Fraction(1, 40), "0.025", True),
        (Fraction(-1, 8), "-0.125", True),
        (Fraction(3), "3.0", True),
        (Fraction(1, 125), "0.008", True),
        (Fraction(7, 50), "0.14", True),
        (Fraction(1, 3), "0.333333333333333333", False),
        (Fraction(-2, 3), "-0.666666666666666667", False),
        (Fraction(100, 7), "14.285714285714285714", False),
        (Fraction(1, 5**30), f"0.{2**30:030d}", True),
    ],
)
def test_numbers_are_written_as_decimals(number: Fraction, text: str, is_exact: bool) -> None:
    assert decimal_text(number) == text
    assert is_decimal(number) is is_exact


def test_a_number_of_more_digits_than_python_writes_is_written_and_read() -> None:
    number = Fraction(10**4500 + 7, 10**4600)
    text = decimal_text(number)
    assert len(text) == 4602
    assert text.startswith("0." + "0" * 99 + "1")
    assert text.endswith("07")
    assert Numbers().number(text) == number
    assert Numbers().number("1" * 10_000) is not None
    assert Numbers().number("1" * 10_001) is None
    assert Numbers().number("1e10000") is not None
    assert Numbers().number("1e10001") is None
    assert Numbers().number(".") is None
    assert Numbers().row(("1", "x")) is None


def test_bytes_in_every_encoding_that_is_told_from_its_beginning() -> None:
    for encoding in ("utf-8", "utf-8-sig", "utf-16", "utf-32", "utf-16-le", "utf-16-be"):
        assert decoded("net { größe }".encode(encoding)) == "net { größe }"
    with pytest.raises(WrongText) as told:
        decoded(b"a\ngr" + b"\xf6\xdf")
    assert str(told.value) == "line 2, column 3: the byte 0xf6 is not utf-8; type encoding='latin-1' if that is it"


def test_elements_are_nested_a_hundred_deep_and_no_deeper() -> None:
    assert parsed(DEEP).tag == "a"
    with pytest.raises(WrongText, match="line 1, column 301: the elements are nested too deeply"):
        parsed("<a>" * 101 + "</a>" * 101)
    assert quoted_text('<&>"') == "&lt;&amp;&gt;&quot;"
    assert [*parsed("<a>on<!-- -->e two\n three</a>").words()] == [(1, "one"), (1, "two"), (2, "three")]


def test_places_in_a_text() -> None:
    text = Text("\ufeffone\r\n\ntwo")
    assert (text.place(0), text.place(4), text.place(5), text.line(7)) == ((1, 1), (2, 1), (3, 1), 3)


def test_a_missing_file_is_named() -> None:
    with pytest.raises(WrongFile, match=r"nowhere\.bif is not there; "):
        ck.read("nowhere.bif")


def test_a_property_of_somebody_else_is_no_note() -> None:
    """Only what we wrote beside a table is read as its exact form."""
    model = ck.Model(x=ck.coin("1/3"))
    text = to_text(model, "xdsl")
    other = '<property id="author">%7B%22noise%22%3A1%7D</property>'
    assert read_text(text.replace("<property", f"{other}<property"), "xdsl") == model
    alone = text[: text.index("<property")] + other + text[text.index("</cpt>") :]
    assert read_text(alone, "xdsl", rounded="largest").domain("x") == ("False", "True")
