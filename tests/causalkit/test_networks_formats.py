"""Readers of network formats on texts written by hand: what each format allows is read, and what contradicts itself is refused."""

from __future__ import annotations

import gzip
import re
import time
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest

import causalkit as ck
from causalkit import Dist, Model
from causalkit.errors import CausalError, MissingExtra, NotADistribution, UnknownName, WrongFile, WrongRows, WrongShape, WrongText
from causalkit.networks import read_record, read_text, write
from causalkit.networks.record import Network, Node
from causalkit.networks.texts import Numbers, Text, decimal, decimal_text, decoded

BIF = """network wet {
}
variable rain {
  type discrete [ 2 ] { yes, no };
}
variable grass {
  type discrete [ 3 ] { dry, damp, wet };
}
probability ( rain ) {
  table 0.25, 0.75;
}
probability ( grass | rain ) {
  (yes) 0.1, 0.2, 0.7;
  (no) 0.6, 0.3, 0.1;
}
"""
XMLBIF = """<?xml version="1.0"?>
<BIF VERSION="0.3"><NETWORK><NAME>wet</NAME>
<VARIABLE TYPE="nature"><NAME>rain</NAME><OUTCOME>yes</OUTCOME><OUTCOME>no</OUTCOME></VARIABLE>
<VARIABLE TYPE="nature"><NAME>grass</NAME><OUTCOME>dry</OUTCOME><OUTCOME>damp</OUTCOME><OUTCOME>wet</OUTCOME></VARIABLE>
<DEFINITION><FOR>rain</FOR><TABLE>0.25 0.75</TABLE></DEFINITION>
<DEFINITION><FOR>grass</FOR><GIVEN>rain</GIVEN><TABLE>0.1 0.2 0.7
0.6 0.3 0.1</TABLE></DEFINITION>
</NETWORK></BIF>
"""
XDSL = """<?xml version="1.0" encoding="UTF-8"?>
<smile version="1.0" id="wet"><nodes>
<cpt id="rain"><state id="yes"/><state id="no"/><probabilities>0.25 0.75</probabilities></cpt>
<cpt id="grass"><state id="dry"/><state id="damp"/><state id="wet"/><parents>rain</parents>
<probabilities>0.1 0.2 0.7 0.6 0.3 0.1</probabilities></cpt>
</nodes><extensions><genie><node id="rain"><name>Rain</name></node></genie></extensions></smile>
"""
NET = """net
{
  node_size = (80 40);
}
node rain
{
  states = ("yes" "no");
  position = (10 20);
}
discrete node grass
{
  label = "the lawn";
  states = ("dry" "damp" "wet");
}
potential ( rain )
{
  data = ( 0.25 0.75 );
}
potential ( grass | rain )
{
  data = (( 0.1 0.2 0.7 )    % yes
          ( 0.6 0.3 0.1 ));  % no
}
"""
UAI = "BAYES\n2\n2 3\n2\n1 0\n2 0 1\n\n2\n 0.25 0.75\n6\n 0.1 0.2 0.7\n 0.6 0.3 0.1\n"

TEXTS = {"bif": BIF, "xmlbif": XMLBIF, "xdsl": XDSL, "net": NET}
WET = Model(
    rain=Dist({"yes": "1/4", "no": "3/4"}),
    grass=ck.cpt(
        ["rain"],
        {"yes": {"dry": ".1", "damp": ".2", "wet": ".7"}, "no": {"dry": ".6", "damp": ".3", "wet": ".1"}},
        domain=["dry", "damp", "wet"],
    ),
)


def changed(old: str, new: str, text: str = BIF) -> str:
    assert old in text
    return text.replace(old, new)


def read_bytes(folder: Path, data: bytes, ending: str, **options: object) -> Model:
    (folder / f"x{ending}").write_bytes(data)
    return ck.read(folder / f"x{ending}", **options)  # type: ignore[arg-type]


def test_every_format_says_the_same() -> None:
    assert {kind: read_text(text, kind) for kind, text in TEXTS.items()} == dict.fromkeys(TEXTS, WET)
    numbered = read_text(UAI, "uai")
    assert numbered.do(var_0=1).dist("var_1") == Dist({0: ".6", 1: ".3", 2: ".1"})


@pytest.mark.parametrize("kind", TEXTS)
@pytest.mark.parametrize(
    "rewritten",
    [
        lambda text: text.replace("\n", "\r\n").encode(),
        lambda text: text.replace("\n", "\r").encode(),
        lambda text: text.rstrip("\n").encode(),
        lambda text: text.replace("\n", "\n\n\t ").encode() if not text.startswith("<?xml") else text.encode() + b"\n\n",
        lambda text: b"\xef\xbb\xbf" + text.encode(),
        lambda text: text.replace("UTF-8", "UTF-16").encode("utf-16"),
        lambda text: b"\xfe\xff" + text.replace("UTF-8", "UTF-16").encode("utf-16-be"),
        lambda text: text.replace("UTF-8", "UTF-16").encode("utf-16-le"),
    ],
    ids=["crlf", "cr", "no last newline", "blank lines", "utf-8 with a mark", "utf-16", "utf-16 big", "utf-16 without a mark"],
)
def test_line_ends_and_encodings(tmp_path: Path, kind: str, rewritten: Callable[[str], bytes]) -> None:
    assert read_bytes(tmp_path, rewritten(TEXTS[kind]), f".{kind}") == WET
    assert read_bytes(tmp_path, gzip.compress(rewritten(TEXTS[kind])), f".{kind}.gz") == WET


@pytest.mark.parametrize("kind", ["bif", "net"])
def test_a_file_on_one_line(kind: str) -> None:
    lines = (line.partition("%")[0] for line in TEXTS[kind].splitlines())
    assert read_text(" ".join(lines), kind) == WET
    assert read_text("".join(line.strip() + " " for line in XMLBIF.splitlines()), "xml") == WET


def test_letters_outside_ascii(tmp_path: Path) -> None:
    text = changed("yes", "größe")
    assert read_bytes(tmp_path, text.encode(), ".bif").domain("rain") == ("größe", "no")
    with pytest.raises(WrongText, match=r"line 4, column 27: the byte 0xf6 is not utf-8; type encoding='latin-1' if that is it"):
        read_bytes(tmp_path, text.encode("latin-1"), ".bif")
    assert read_bytes(tmp_path, text.encode("latin-1"), ".bif", encoding="latin-1").domain("rain") == ("größe", "no")
    declared = changed('<?xml version="1.0"?>', '<?xml version="1.0" encoding="ISO-8859-1"?>', XMLBIF).replace("yes", "größe")
    assert read_bytes(tmp_path, declared.encode("latin-1"), ".xml").domain("rain") == ("größe", "no")


# ---------------------------------------------------------------- BIF


@pytest.mark.parametrize(
    "text",
    [
        changed("network wet", "/* a { comment ; */ network // wet\n wet"),
        changed("{ yes, no }", "{ yes, /* maybe, */ no // never\n }"),
        changed("(yes) 0.1, 0.2,", "(/* x */yes) // y\n 0.1, /* 0.9; */ 0.2,"),
        changed("table 0.25, 0.75", "table 0.25/* , */ 0.75"),
        changed("0.1, 0.2, 0.7", "0.1 0.2 0.7"),
        changed("0.1, 0.2, 0.7", ".1,2e-1\t7.0E-01"),
        changed("0.25, 0.75", "+0.25, 00.7500"),
        changed("network wet {", 'network "wet; grass" {\n property "a ; { // b" ;\n property version = 1 ;'),
        changed("{ yes, no };", "{ yes, no };\n property position = (73, 165) ;\n property note = it's { 5 \" wide ;"),
        changed("( rain ) {", "( rain ) {\n property seen = http://x.org/a ;"),
        changed("rain", '"rain"').replace("yes", '"yes"'),
        changed("  (yes) 0.1, 0.2, 0.7;\n  (no) 0.6, 0.3, 0.1;", "  (no) 0.6, 0.3, 0.1;\n  (yes) 0.1, 0.2, 0.7;"),
        changed("(yes) 0.1, 0.2, 0.7;", "default 0.1, 0.2, 0.7;"),
        changed("  (yes) 0.1, 0.2, 0.7;\n  (no) 0.6, 0.3, 0.1;", "  table 0.1, 0.6, 0.2, 0.3, 0.7, 0.1;"),
        changed("( grass | rain )", "( grass rain )"),
        changed("( grass | rain )", "(grass|rain)"),
        changed("discrete [ 2 ] {", "discrete[2]{"),
        changed("network wet {\n}\n", ""),
        changed("network wet {\n}\n", "").replace("variable rain", "network wet {}variable rain"),
        BIF[BIF.index("probability") :] + BIF[: BIF.index("probability")],
    ],
)
def test_bif_as_it_may_be_written(text: str) -> None:
    """A table with parents has the variable itself change slowest."""
    read = read_text(text, "bif")
    assert read == WET
    assert read.domains == WET.domains


@pytest.mark.parametrize(
    "label", ["(0,5]", "[-1.5,2e3)", "(5, Inf]", "<7.5", ">=10", "n/a", "1", "a-b", "Low_(<5)", "100%", "a:b", "a[2]", "x'"]
)
def test_bif_states_without_quotes(label: str) -> None:
    assert read_text(changed("yes", label), "bif").domain("rain") == (label, "no")
    assert read_text(changed("yes", f'"{label}"'), "bif").domain("rain") == (label, "no")


@pytest.mark.parametrize("name", ["front door", "größe", "a.b", "a-b", "a, b", "a|b", "x{y}", "network", "default", "table", "1st"])
def test_bif_names_and_states_in_quotes(name: str) -> None:
    model = read_text(changed("rain", f'"{name}"'), "bif")
    assert model.do({name: "yes"}).prob(grass="wet") == Fraction(7, 10)
    assert read_text(changed("yes", f'"{name}"'), "bif").domain("rain") == (name, "no")


def test_bif_names_and_states_of_several_words() -> None:
    """Commas say where one ends, and the number of states which of two readings is meant."""
    text = changed("rain", "rain today").replace("yes", "yes indeed")
    assert read_text(text, "bif").do({"rain today": "yes indeed"}).prob(grass="wet") == Fraction(7, 10)


def test_two_parents_in_bif() -> None:
    """The last parent changes fastest in what is read, whatever the order of the rows."""
    rows = "(no, 2) 0.4 0.6; (yes, 1) 0.1 0.9; (no, 1) 0.3 0.7; (yes, 2) 0.2 0.8;"
    more = "variable n { type discrete [2] {1, 2}; } probability (n) { table .5 .5; } variable y { type discrete [2] {a, b}; } "
    model = read_text(f"{BIF} {more} probability ( y | rain, n ) {{ {rows} }}", "bif")
    every = {(rain, n): model.do(rain=rain, n=n).prob(y="a") for rain in ("yes", "no") for n in ("1", "2")}
    assert every == {
        ("yes", "1"): Fraction(1, 10),
        ("yes", "2"): Fraction(2, 10),
        ("no", "1"): Fraction(3, 10),
        ("no", "2"): Fraction(4, 10),
    }


TWICE = "probability ( rain ) {\n  table 0.5, 0.5;\n}\n"
WRONG_BIF = [
    (changed("[ 2 ]", "[ 3 ]"), 4, "'rain' is said to have 3 states, and 2 are named: yes, no"),
    (changed("yes, no", "yes, yes"), 4, "'rain' has the state 'yes' twice"),
    (changed("{ yes, no }", "{ yes, no"), 4, "found ';' where a state of 'rain' was expected"),
    (BIF + TWICE, 16, "the probabilities of 'rain' are given twice; the first time in line 9"),
    (changed("variable grass", "variable rain"), 6, "the variable 'rain' is declared twice; its first declaration is in line 3"),
    (changed("  (no) 0.6", "  (yes) 0.6"), 14, "the row of 'grass' is given twice; the first time in line 13"),
    (changed("  (no) 0.6, 0.3, 0.1;\n", ""), 12, "'grass' has no row with rain='no', and no default"),
    (changed("(no) 0.6", "(perhaps) 0.6"), 14, "'perhaps' is not a state of 'rain'; it has: yes, no"),
    (changed("(no) 0.6", "(no, no) 0.6"), 14, "the row of 'grass' names 2 states, and its parents are rain"),
    (changed("| rain", "| rian"), 12, "'rian' is not a variable of the network; did you mean 'rain'?"),
    (changed("| rain", "| grass"), 12, "'grass' is named twice in the head"),
    (changed("0.6, 0.3, 0.1", "0.6, 0.4"), 14, "the row of 'grass' has 2 numbers, and 3 were expected"),
    (changed("0.25, 0.75", "0.25, 0.75, 0"), 10, "the table of 'rain' has 3 numbers, and 2 were expected"),
    (changed("0.25", "0,25"), 10, "the table of 'rain' has 3 numbers, and 2 were expected"),
    (changed("0.25", "1/4"), 10, "found '1/4,' where a number"),
    (changed("0.25", "0.2.5"), 10, "found '0.2.5,' where a number"),
    (changed("0.25", "nan"), 10, "found 'nan,' where a number"),
    (changed("0.25", "0_25"), 10, "where a number"),
    (changed("0.25", "٠.25"), 10, "where a number"),
    (changed("0.25", "1e-99999999"), 10, "where a number"),
    (changed("discrete", "continuous"), 4, "the variable 'rain' is continuous, and only discrete variables are read"),
    (changed("probability ( rain ) {\n  table 0.25, 0.75;\n}\n", ""), 3, "the variable 'rain' has no probabilities"),
    (changed("network wet {\n}", "network wet {\n} /* open"), 2, "the comment is not closed"),
    (changed("network wet", "network wet { } network wet"), 1, "a second network begins here"),
    (changed("(yes) 0.1", "default 0.1 0.2 0.7; default 0.1"), 13, "a second 'default'"),
    (changed("(yes) 0.1", "table 0.1 0.6 0.2 0.3 0.7 0.1; (yes) 0.1"), 13, "beside a 'table', which has them all"),
    (
        changed("(yes) 0.1", "table 0.1 0.6 0.2 0.3 0.7 0.1; default 0.1").replace("  (no) 0.6, 0.3, 0.1;\n", ""),
        13,
        "beside a 'table', which has",
    ),
    (changed("[ 2 ] { yes, no }", "[ 0 ] { }"), 4, "found '};' where a state of 'rain' was expected"),
    (changed("( rain )", "( )"), 9, "found ')' where the name of a variable was expected"),
    (changed("( grass | rain )", "( | rain )"), 12, "found '|' where the name of a variable was expected"),
    (BIF + "}", 16, "found '}' where 'network', 'variable' or 'probability' was expected"),
    (BIF.rstrip()[:-1], 15, "found the end of the text where 'property' or '}' was expected"),
    (changed("rain", "_rain"), 3, "'_rain' cannot name a variable"),
    ("", 1, "no variable was found in it"),
]


@pytest.mark.parametrize(("text", "line", "message"), WRONG_BIF)
def test_bif_that_contradicts_itself(text: str, line: int, message: str) -> None:
    with pytest.raises(WrongText) as caught:
        read_text(text, "bif")
    assert message in str(caught.value)
    assert str(caught.value).startswith(f"line {line}, column {caught.value.column}: ")
    assert caught.value.line == line


def test_a_circle_has_a_place() -> None:
    text = changed("probability ( rain ) {\n  table 0.25, 0.75;", "probability ( rain | grass ) {\n  default 0.25, 0.75;")
    with pytest.raises(WrongText, match=r"line \d, column 10: the variables listen to each other in a circle: .*rain -> "):
        read_text(text, "bif")


# ---------------------------------------------------------------- numbers


@pytest.mark.parametrize("kind", [*TEXTS, "uai"])
def test_numbers_are_read_by_their_decimals_however_many(kind: str) -> None:
    digits = "1234567890" * 999
    other = str_of(10**9990 - whole(digits))
    text = changed("0.25", f"0.{digits}", {**TEXTS, "uai": UAI}[kind]).replace("0.75", f"0.{other}")
    model = read_text(text, kind)
    name, value = ("var_0", 0) if kind == "uai" else ("rain", "yes")
    assert model.prob({name: value}) == Fraction(whole(digits), 10**9990)


def whole(digits: str) -> int:
    found = 0
    for digit in digits:
        found = found * 10 + int(digit)
    return found


def str_of(number: int) -> str:
    """All 9,990 digits of a number below 10 ** 9990."""
    digits = []
    for _ in range(9990):
        number, digit = divmod(number, 10)
        digits.append(str(digit))
    return "".join(reversed(digits))


@pytest.mark.parametrize("kind", [*TEXTS, "uai"])
@pytest.mark.parametrize(
    "number", ["1e-10001", "1e999999999", "1e9999999999999999999", "0." + "0" * 10_000 + "1", "1e", ".", "-", "0x1", "1_0", "inf"]
)
def test_what_is_no_number_is_refused_before_the_work(kind: str, number: str) -> None:
    text = changed("0.25", number, {**TEXTS, "uai": UAI}[kind])
    start = time.process_time()
    with pytest.raises(WrongText, match=r"line \d+, column \d+: .*number"):
        read_text(text, kind)
    assert time.process_time() - start < 1


def test_decimals_both_ways() -> None:
    for number in (Fraction(1, 40), Fraction(-7, 2), Fraction(0), Fraction(123), Fraction(3, 5**9000), Fraction(10**5000 + 1, 2**7)):
        assert Numbers().number(decimal_text(number)) == number
    assert abs(Fraction(decimal_text(Fraction(2, 3))) - Fraction(2, 3)) < Fraction(1, 10**18)


ROUNDED = changed("0.25, 0.75", "0.333, 0.666").replace("0.6, 0.3, 0.1", "0.61, 0.3, 0.1")


@pytest.mark.parametrize("word", ["5", "5.", ".5", "5e2", "1.5e3", "-2e1", "25e-2", "1.50e1", "-0.125", "3E+2", "0e5"])
def test_a_decimal_is_the_fraction_that_it_stands_for(word: str) -> None:
    assert decimal(word) == Fraction(Decimal(word))


def test_all_rows_that_do_not_sum_to_one_are_named_at_once() -> None:
    with pytest.raises(WrongRows) as caught:
        read_text(ROUNDED, "bif")
    assert [line for line, _ in caught.value.rows] == [10, 14]
    assert "the row of 'rain' sums to 0.999, and it must sum to 1; nothing is rescaled in silence: type rounded='scale'" in str(
        caught.value
    )
    assert "line 14: the row with rain='no' of 'grass' sums to 1.01" in str(caught.value)
    assert isinstance(caught.value, NotADistribution)


def test_a_sum_that_thousands_of_digits_tell_from_one_is_named() -> None:
    with pytest.raises(WrongRows, match=r"the row of 'rain' sums to 1 - 10\*\*-9000, and it must sum to 1; nothing is rescaled"):
        read_text(changed("0.25, 0.75", f"0.{'9' * 9000}, 0.0"), "bif")


def test_rounded_rows_are_repaired_as_told() -> None:
    assert read_text(ROUNDED, "bif", rounded="scale").prob(rain="yes") == Fraction(1, 3)
    assert read_text(ROUNDED, "bif", rounded="largest").prob(rain="no") == Fraction(667, 1000)
    with pytest.raises(WrongRows, match=r"\(line 10\)$"):
        read_text(changed("0.25", "0.5"), "bif", rounded="scale")
    with pytest.raises(WrongShape, match="rounded='up' is not known"):
        read_text(BIF, "bif", rounded="up")  # type: ignore[arg-type]


def test_couplings_are_stated_for_all_tables_or_by_name() -> None:
    assert read_text(BIF, "bif", coupling="monotone") == read_text(BIF, "bif", coupling={"grass": "monotone"})
    with pytest.raises(UnknownName, match="a coupling is stated for 'gras', which is not in the network; did you mean 'grass'"):
        read_text(BIF, "bif", coupling={"gras": "monotone"})
    with pytest.raises(WrongShape, match="the coupling 'up' is not known"):
        read_text(BIF, "bif", coupling="up")  # type: ignore[arg-type]


# ---------------------------------------------------------------- XMLBIF, XDSL


@pytest.mark.parametrize(
    "text",
    [
        changed('<BIF VERSION="0.3">', '<BIF VERSION="0.3" xmlns="http://www.cs.ubc.ca/labs/lci/fopi/ve/XMLBIFv0_3">', XMLBIF),
        changed("BIF VERSION", "b:BIF xmlns:b='http://x.org' VERSION", XMLBIF).replace("</BIF>", "</b:BIF>"),
        changed("<NETWORK>", "<!-- <VARIABLE/> --><NETWORK>", XMLBIF).replace("0.25 0.75", "0.25 <!-- 0.1 --> 0.75"),
        changed("<BIF VERSION", "<!DOCTYPE BIF [ <!ELEMENT BIF (NETWORK)> <!ATTLIST BIF VERSION CDATA #REQUIRED> ]><BIF VERSION", XMLBIF),
        changed("<OUTCOME>yes</OUTCOME>", "<OUTCOME> yes\n</OUTCOME><PROPERTY>position = (1, 2)</PROPERTY>", XMLBIF),
        changed(' TYPE="nature"', "", XMLBIF),
        changed("0.25 0.75", "\n\t0.25\n0.75\n", XMLBIF),
        changed("yes", "<![CDATA[yes]]>", XMLBIF),
        changed("yes", "&#121;es", XMLBIF),
        changed("<FOR>grass</FOR><GIVEN>rain</GIVEN>", "<GIVEN>rain</GIVEN><FOR>grass</FOR>", XMLBIF),
    ],
)
def test_xmlbif_as_it_may_be_written(text: str) -> None:
    assert read_text(text, "xml") == WET


DECISION = changed('<VARIABLE TYPE="nature"><NAME>rain', '<VARIABLE TYPE="decision"><NAME>rain', XMLBIF).replace(
    "<DEFINITION><FOR>rain</FOR><TABLE>0.25 0.75</TABLE></DEFINITION>\n", ""
)
PAY = "<DEFINITION><FOR>pay</FOR><GIVEN>rain</GIVEN><TABLE>10 -2.5</TABLE></DEFINITION>"
UTILITY = DECISION.replace("</NETWORK>", f'<VARIABLE TYPE="utility"><NAME>pay</NAME></VARIABLE>{PAY}</NETWORK>')


def test_decisions_become_choices_and_utilities_tables_of_numbers() -> None:
    xdsl = changed('<cpt id="rain">', '<decision id="rain">', XDSL).replace("<probabilities>0.25 0.75</probabilities></cpt>", "</decision>")
    xdsl = xdsl.replace("</nodes>", '<utility id="pay"><parents>rain</parents><utilities>10 -2.5</utilities></utility></nodes>')
    net = changed("node rain", "decision rain", NET).replace("data = ( 0.25 0.75 );", "")
    net += "utility pay { }\npotential ( pay | rain ) { data = ( 10 -2.5 ); }"
    for text, kind in ((UTILITY, "xml"), (xdsl, "xdsl"), (net, "net")):
        model = read_text(text, kind)
        assert model.choices == ("rain",)
        assert model.mechanism("rain") == ck.choice("yes", "no")
        assert model.choose(rain="yes").expect("pay") == 10
        assert model.choose(rain="no").expect("pay") == Fraction(-5, 2)
        assert read_record(text, kind).by_name()["pay"].kind == "utility"


def test_a_decision_sees_what_its_definition_names_and_no_more() -> None:
    text = NET + 'decision act { states = ("go" "stay"); }\npotential ( act | grass ) { }'
    assert read_text(text, "net").mechanism("act") == ck.choice("go", "stay", sees=["grass"])


@pytest.mark.parametrize(
    ("text", "part", "what"),
    [
        (XMLBIF, "NETWORK", "the file has no <NETWORK>"),
        (XMLBIF, "NAME", "a variable has no <NAME>"),
        (XMLBIF, "FOR", "a definition has no <FOR>"),
        (XMLBIF, "TABLE", "has no <TABLE>"),
        (XDSL, "nodes", "the file has no <nodes>"),
        (XDSL, "probabilities", "has no <probabilities>"),
    ],
)
def test_what_must_stand_in_a_file_and_does_not_is_named(text: str, part: str, what: str) -> None:
    without = re.sub(rf"<{part}>.*?</{part}>", "", text, flags=re.DOTALL)
    assert without != text
    with pytest.raises(WrongFile, match=what):
        read_text(without, "xmlbif" if text is XMLBIF else "xdsl")


def test_deterministic_nodes_are_expanded() -> None:
    inside = '<state id="off"/><state id="on"/><parents>rain</parents><resultingstates>on off</resultingstates>'
    node = f'<deterministic id="shoes">{inside}</deterministic>'
    model = read_text(changed("</nodes>", f"{node}</nodes>", XDSL), "xdsl")
    assert model.mechanism("shoes") == ck.table(["rain"], {"yes": "on", "no": "off"}, domain=["off", "on"])


def noisy_max(parts: list[dict[str, list[Fraction]]], leak: list[Fraction], values: tuple[str, ...]) -> list[Fraction]:
    """The largest of independent effects, every combination of them counted; the first state is the largest."""
    found = [Fraction(0)] * len(leak)
    combinations = [(Fraction(1), len(leak) - 1)]
    for column in [leak, *(part[value] for part, value in zip(parts, values, strict=True))]:
        combinations = [(weight * each, min(at, i)) for weight, at in combinations for i, each in enumerate(column)]
    for weight, at in combinations:
        found[at] += weight
    return found


@pytest.mark.parametrize("strengths", ["0 1 0 1 2", "1 0 2 0 1", None])
def test_noisy_max_is_expanded(strengths: str | None) -> None:
    """Against every combination of the parents' single effects."""
    absent = [Fraction(0), Fraction(0), Fraction(1)]
    some = [[Fraction(n, 10) for n in row] for row in ([5, 3, 2], [1, 6, 3], [2, 2, 6])]
    leak = [Fraction(1, 10), Fraction(2, 10), Fraction(7, 10)]
    backwards = strengths == "1 0 2 0 1"
    rain = {"yes": absent, "no": some[0]} if backwards else {"yes": some[0], "no": absent}
    grass = {"dry": some[1], "damp": absent, "wet": some[2]} if backwards else {"dry": some[1], "damp": some[2], "wet": absent}
    numbers = " ".join(str(float(n)) for column in (*rain.values(), *grass.values(), leak) for n in column)
    given = f"<strengths>{strengths}</strengths>" if strengths else ""
    states = '<state id="high"/><state id="low"/><state id="none"/>'
    node = f'<noisymax id="y">{states}<parents>rain grass</parents>{given}<parameters>{numbers}</parameters></noisymax>'
    model = read_text(changed("</nodes>", f"{node}</nodes>", XDSL), "xdsl")
    pairs = [(a, b) for a in rain for b in grass]
    assert len(pairs) == 6
    for values in pairs:
        expected = noisy_max([rain, grass], leak, values)
        found = model.do(rain=values[0], grass=values[1]).dist("y")
        assert [found[state] for state in ("high", "low", "none")] == expected


SHOES = (
    '<deterministic id="shoes"><state id="off"/><state id="on"/><parents>rain</parents>'
    "<resultingstates>{}</resultingstates></deterministic>"
)
NOISY = (
    '<noisymax id="y"><state id="high"/><state id="low"/><parents>rain</parents><strengths>{}</strengths>'
    "<parameters>0.5 0.5 0 {} 0.25 0.75</parameters></noisymax>"
)
PAYS = changed('  states = ("yes" "no");\n', "", changed("node rain", "utility rain", changed("( 0.25 0.75 )", "( 1 )", NET)))
NAMED = [
    (
        "xdsl",
        changed('<cpt id="rain">', '<equation id="flow"/><cpt id="rain">', XDSL),
        "'flow' is a node of the kind 'equation', which is not read",
    ),
    ("xdsl", changed('<cpt id="rain">', '<submodel id="part"/><cpt id="rain">', XDSL), "'part' is a node of the kind 'submodel'"),
    ("xdsl", changed('<cpt id="rain">', '<mau id="sum"/><cpt id="rain">', XDSL), "'sum' is a node of the kind 'mau'"),
    ("xdsl", changed('<cpt id="rain">', '<cpt id="rain" dynamic="plate">', XDSL), "'rain' is part of a temporal network"),
    ("xdsl", changed("<nodes>", '<dynamic numslices="3"/><nodes>', XDSL), "<dynamic> in <smile> is not read"),
    (
        "xdsl",
        changed("<parents>rain</parents>", "<parents>rian</parents>", XDSL),
        "'rian', which is not in the network; did you mean 'rain'",
    ),
    ("xdsl", changed('id="grass"', 'id="rain"', XDSL), "'rain' is declared twice; its first declaration is in line 3"),
    ("xdsl", changed("0.1 0.2 0.7", "0.1 0.9", XDSL), "the table of 'grass' has 5 numbers, and 6 were expected"),
    ("xdsl", "<smile><nodes/></smile>", "no variable was found in it"),
    ("xml", changed('TYPE="nature"><NAME>rain', 'TYPE="decision"><NAME>rain', XMLBIF), "'rain' is a decision and has a table"),
    ("xml", changed('TYPE="nature"', 'TYPE="magic"', XMLBIF), "'rain' has the type 'magic'; expected nature, decision or utility"),
    (
        "xml",
        changed("</NETWORK>", "<DEFINITION><FOR>rain</FOR><TABLE>.5 .5</TABLE></DEFINITION></NETWORK>", XMLBIF),
        "'rain' is defined twice",
    ),
    ("xml", changed("<GIVEN>rain", "<GIVEN>rian", XMLBIF), "'rian' is not a variable of the network"),
    ("xml", changed("<GIVEN>rain</GIVEN>", "<GIVEN>rain</GIVEN><GIVEN>rain</GIVEN>", XMLBIF), "the table of 'grass' has 6 numbers, and 12"),
    ("xml", changed("<NETWORK>", "<NETWORK><SUBNET/>", XMLBIF), "<SUBNET> in <NETWORK> is not read"),
    ("xml", changed("</BIF>", "", XMLBIF), "not XML: no element found"),
    ("xml", changed("<BIF", "<!DOCTYPE BIF [<!ENTITY a 'aaaa'>]><BIF", XMLBIF), "the entity 'a' is declared, and entities are not read"),
    ("net", changed("node rain", "continuous node rain", NET), "'rain' is of the kind 'continuous', which is not read"),
    ("net", changed("node rain", "function rain", NET), "'rain' is of the kind 'function', which is not read"),
    ("net", changed('("yes" "no")', "()", NET), "'rain' has no states"),
    ("net", changed("( 0.25 0.75 )", "normal( 0, 1 )", NET), "found 'normal' where a number"),
    ("net", changed("data = ( 0.25 0.75 );", "model_data = ( 1 );", NET), "the potential of 'rain' has no data by an expression"),
    ("net", changed("node rain", "node grass", NET), "'grass' is declared twice; its first declaration is in line 5"),
    ("net", NET + "potential ( rain ) { data = ( .5 .5 ); }", "the potential of 'rain' is given twice; the first time in line 15"),
    ("net", changed("potential ( rain )", "potential ( rain grass )", NET), "a potential of several nodes together is not read"),
    ("net", changed("(( 0.1 0.2 0.7 )", "(( 0.1 0.2 ) 0.7", NET), "the parentheses in the data of 'grass' do not fit the states: 2 x 3"),
    (
        "net",
        changed("(( 0.1 0.2 0.7 )    % yes\n          ( 0.6 0.3 0.1 ))", "(( 0.1 0.2 ) ( 0.7 0.6 0.3 0.1 ))", NET),
        "the parentheses in the data of 'grass' do not fit the states: 2 x 3",
    ),
    ("net", changed("| rain", "| rian", NET), "'rian' is not a node of the network; did you mean 'rain'?"),
    ("net", "class a { inputs = (x); node x { } }", "the class has inputs"),
    ("xdsl", changed("smile", "smil", XDSL.partition("<extensions>")[0]) + "</smil>", "found <smil> where <smile> was expected"),
    ("xdsl", changed('<cpt id="rain">', '<cpt id="ra in">', XDSL), "'ra in' cannot be an id; an id is one word"),
    ("xdsl", changed('<cpt id="rain">', "<cpt>", XDSL), "<cpt> has no id="),
    ("xdsl", changed('<state id="yes"/>', "<state/>", XDSL), "<state> has no id="),
    ("xdsl", changed("<probabilities>0.25", "<probabilities>1 0</probabilities><probabilities>0.25", XDSL), "has a second <probabilities>"),
    ("xdsl", changed("</nodes>", f"{SHOES.format('on')}</nodes>", XDSL), "'shoes' has 1 resulting states, and 2 were expected"),
    (
        "xdsl",
        changed("</nodes>", f"{SHOES.format('on of')}</nodes>", XDSL),
        "is not a state of 'shoes'; it has: off, on; did you mean 'off'",
    ),
    (
        "xdsl",
        changed("</nodes>", f"{NOISY.format('0 1 0', 1)}</nodes>", XDSL),
        "'y' has the strengths 0 1 0, and 2 whole numbers were expected",
    ),
    (
        "xdsl",
        changed("</nodes>", f"{NOISY.format('0 x', 1)}</nodes>", XDSL),
        "'y' has the strengths 0 x, and 2 whole numbers were expected",
    ),
    ("xdsl", changed("</nodes>", f"{NOISY.format('0 0', 1)}</nodes>", XDSL), "the noisy-max 'y': "),
    ("xdsl", changed("</nodes>", f"{NOISY.format('0 1', 0.5)}</nodes>", XDSL), "the noisy-max 'y': "),
    ("xml", "<BIFF><NETWORK/></BIFF>", "found <BIFF> where <BIF> was expected"),
    (
        "xml",
        changed("<DEFINITION><FOR>rain</FOR><TABLE>0.25 0.75</TABLE></DEFINITION>", "", XMLBIF),
        "'rain' has no definition; expected a",
    ),
    ("xml", changed("<NAME>grass", "<NAME>rain", XMLBIF), "the variable 'rain' is declared twice; its first declaration is in line 3"),
    ("net", "nets { }", "'net' or 'class'"),
    ("net", "{ }", "'net' or 'class'"),
    ("net", "class a { } more", "the end of the file"),
    (
        "net",
        changed("potential ( rain )\n{\n  data = ( 0.25 0.75 );\n}", "", NET),
        "'rain' has no potential; expected 'potential ( rain ...'",
    ),
    ("net", changed("position = (10 20);", 'states = ("a" "b");', NET), "'rain' has 'states' twice"),
    ("net", changed("position = (10 20);", "position = );", NET), "this parenthesis closes nothing"),
    ("net", changed("node rain", "utility rain", NET), "'rain' is a utility and has states; a utility has numbers alone"),
    ("net", changed("node rain", "decision rain", NET), "'rain' is a decision and has data; a decision has none"),
    ("net", PAYS, "'grass' has the parent 'rain', which is a utility; utilities have no children"),
    ("bif", changed("table 0.25, 0.75", "table"), "a number before ';'"),
    ("bif", changed("table 0.25, 0.75;", "table 0.25, 0.75; table 0.5, 0.5;"), "the block has a second 'table'"),
    ("bif", changed("  type discrete [ 2 ] { yes, no };\n", ""), "the variable 'rain' has no type"),
    ("bif", changed("{ yes, no };", "{ yes, no }; type discrete [ 2 ] { yes, no };"), "the variable 'rain' has a second type"),
    (
        "bif",
        changed("( grass | rain )", "( grass, rain | rain )"),
        "the probabilities of 2 variables together; expected one",
    ),
    ("bif", changed("(yes) 0.1, 0.2, 0.7", "default 0.1, 0.9"), "the default of 'grass' has 2 numbers, and 3 were expected"),
    ("uai", "BAYES 2 2 2 2 2 1 0 2 0 1 4 1 0 0 1 4 1 0 0 1", "the variables listen to each other in a circle"),
]


@pytest.mark.parametrize(("kind", "text", "message"), NAMED)
def test_what_is_not_represented_is_refused_by_name(kind: str, text: str, message: str) -> None:
    with pytest.raises(WrongText) as caught:
        read_text(text, kind)
    assert message in str(caught.value)
    assert caught.value.line is not None
    assert f"line {caught.value.line}, column {caught.value.column}: " in str(caught.value)


def test_net_in_a_class_and_with_everything_on_its_own_line() -> None:
    inside = NET.partition("}\n")[2]
    assert read_text(f"class wet {{ inputs = (); node_size = (80 40);\n{inside}}}", "net") == WET
    assert (
        read_text(NET.replace(" ", "\n").replace("%\nyes", "%yes").replace("%\nno", "%no").replace("the\nlawn", "the lawn"), "net") == WET
    )
    assert read_text(NET.replace("(( 0.1 0.2 0.7 )", "( 0.1 0.2 0.7").replace("( 0.6 0.3 0.1 ))", "0.6 0.3 0.1 )"), "net") == WET


def test_net_strings_with_quotes_and_comment_signs() -> None:
    states = read_text(changed('"yes"', r'"50% \"wet\" \\ // day"', NET), "net").domain("rain")
    assert states == ('50% "wet" \\ // day', "no")


# ---------------------------------------------------------------- files and places


def test_places_count_every_kind_of_line_end() -> None:
    text = Text("a\r\nbc\rd\n\ne")
    assert [text.place(at) for at in range(len(text.text))] == [(1, 1), (1, 2), (2, 1), (2, 2), (2, 3), (3, 1), (3, 2), (4, 1), (5, 1)]


def test_names_of_files_are_in_the_errors(tmp_path: Path) -> None:
    with pytest.raises(WrongText, match=r"x\.bif cannot be read as \.bif: line 4, column 19: .*3 states") as caught:
        read_bytes(tmp_path, changed("[ 2 ]", "[ 3 ]").encode(), ".bif")
    assert (caught.value.line, caught.value.column) == (4, 19)
    with pytest.raises(WrongRows, match=r"x\.bif: the row of 'rain' sums to 0\.999"):
        read_bytes(tmp_path, ROUNDED.encode(), ".bif")
    with pytest.raises(WrongFile, match=r"ends in '\.doc', and networks are read from: \.bif, \.xml"):
        ck.read(tmp_path / "x.doc")
    with pytest.raises(WrongFile, match="cannot be read"):
        read_bytes(tmp_path, b"no gzip", ".bif.gz")
    with pytest.raises(UnknownName, match=r"the format '\.doc' is not known"):
        read_text("", "doc")
    with pytest.raises(UnknownName, match=r"did you mean '\.xdsl'\?"):
        read_text("", "xsdl")
    with pytest.raises(WrongText, match="the encoding 'klingon' is not known"):
        decoded(b"a", "klingon")
    assert not issubclass(WrongText, MissingExtra)
    assert issubclass(WrongText, CausalError)


@pytest.mark.parametrize("ending", [".bif", ".xmlbif", ".xml", ".net", ".xdsl", ".bif.gz", ".NET"])
def test_files_are_written_by_their_ending(tmp_path: Path, ending: str) -> None:
    write(WET, tmp_path / f"x{ending}")
    assert ck.read(tmp_path / f"x{ending}") == WET


def test_a_parent_list_too_long_is_refused_before_the_work() -> None:
    many = "".join(f"variable v{i} {{ type discrete [2] {{a b}}; }} probability (v{i}) {{ table .5 .5; }}" for i in range(40))
    last = f"variable y {{ type discrete [2] {{a b}}; }} probability (y | {', '.join(f'v{i}' for i in range(40))}) {{ default .5 .5; }}"
    with pytest.raises(WrongText, match=r"'y' has 1,099,511,627,776 rows, and at most 1,000,000 are read"):
        read_text(many + last, "bif")


@pytest.mark.parametrize(
    ("parents", "said"),
    [
        (("rian",), "'grass' has the parent 'rian', which is not in the network; did you mean 'rain'?"),
        (("rain", "rian"), "'grass' has the parent 'rian', which is not in the network; did you mean 'rain'?"),
        (("grass",), "'grass' is its own parent"),
        (("rain", "rain"), "'grass' has the parent 'rain' twice"),
    ],
)
def test_a_record_put_together_by_hand_is_checked(parents: tuple[str, ...], said: str) -> None:
    rain, grass = read_record(BIF, "bif").nodes
    with pytest.raises(WrongText) as caught:
        Network((rain, replace(grass, parents=parents))).checked()
    assert said in str(caught.value)


HALF = Fraction(1, 2)
COIN = Node("rain", "chance", ("yes", "no"), (), ((HALF, HALF),), (1,), (3, 7))
WORTH = Node("pay", "utility", (), ("rain",), ((Fraction(1),), (Fraction(2),)), (5, 6), (4, 1))
ACT = Node("act", "decision", ("go", "stay"), (), (), (), (6, 2))


def test_records_that_fit_together_are_kept() -> None:
    for nodes in [(COIN,), (COIN, WORTH), (ACT,), (ACT, COIN, WORTH), (WORTH, COIN)]:
        network = Network(nodes)
        assert network.checked() is network


UNFIT: list[tuple[tuple[Node, ...], str]] = [
    ((), "line 1, column 1: no variable was found in it"),
    ((replace(COIN, name=""),), "line 3, column 7: '' cannot name a variable"),
    ((replace(COIN, name=" rain"),), "line 3, column 7: ' rain' cannot name a variable"),
    ((replace(COIN, name="rain "),), "line 3, column 7: 'rain ' cannot name a variable"),
    ((replace(COIN, name="_rain"),), "line 3, column 7: '_rain' cannot name a variable"),
    ((COIN, replace(COIN, place=(9, 9))), "line 3, column 7: 'rain' is declared twice"),
    ((replace(COIN, states=(), rows=((),)),), "line 3, column 7: 'rain' has no states"),
    ((replace(ACT, states=()),), "line 6, column 2: 'act' has no states"),
    ((replace(ACT, states=("go", "stay", "go")),), "line 6, column 2: 'act' has the state 'go' twice"),
    ((replace(ACT, states=("go", "stay", "wait", "stay")),), "line 6, column 2: 'act' has the state 'stay' twice"),
    ((replace(ACT, states=("a", "b", "c", "c", "b")),), "line 6, column 2: 'act' has the state 'c' twice"),
    ((WORTH, replace(COIN, parents=("pay",))), "line 3, column 7: 'rain' has the parent 'pay', which is a utility"),
    ((replace(WORTH, name="rain"), replace(WORTH, parents=())), "line 4, column 1: 'rain' has the parent 'rain', which is a utility"),
    ((replace(COIN, rows=((HALF, HALF, HALF),)),), "line 1, column 1: a row of 'rain' has 3 numbers, and 2 were expected"),
    ((replace(COIN, rows=((HALF,),)),), "line 1, column 1: a row of 'rain' has 1 numbers, and 2 were expected"),
    ((COIN, replace(WORTH, rows=((HALF,), (HALF, HALF)))), "line 6, column 1: a row of 'pay' has 2 numbers, and 1 were expected"),
    ((COIN, replace(WORTH, rows=((HALF,),), lines=(5,))), "line 4, column 1: 'pay' has 1 rows, and the states of its parents make 2"),
    ((COIN, replace(WORTH, rows=((HALF,),) * 3, lines=(5, 6, 7))), "line 4, column 1: 'pay' has 3 rows, and"),
    ((replace(COIN, rows=(), lines=()),), "line 3, column 7: 'rain' has 0 rows, and the states of its parents make 1"),
]


@pytest.mark.parametrize(("nodes", "said"), UNFIT)
def test_each_thing_that_is_wrong_with_a_record_is_said_of_the_place_where_it_is(nodes: tuple[Node, ...], said: str) -> None:
    with pytest.raises(WrongText) as caught:
        Network(nodes).checked()
    assert str(caught.value).startswith(said)
