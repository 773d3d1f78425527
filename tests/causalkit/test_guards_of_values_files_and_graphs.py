"""Small guards of values, files and graphs: what each lets through, what it keeps out, and what it saves, by hand."""

from __future__ import annotations

import json
import os
from collections.abc import Hashable
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
import sympy

import causalkit as ck
from causalkit.documents import files
from causalkit.documents.json import save, to_json
from causalkit.errors import Undecided, WrongShape, WrongText
from causalkit.graphs.adjustment import adjustment_sets
from causalkit.graphs.direct import direct_effect_sets
from causalkit.graphs.path_search import Path as Way
from causalkit.graphs.path_search import Step, paths
from causalkit.identification.observed import Observed
from causalkit.mechanisms.constructors import not_arguments
from causalkit.mechanisms.mechanism import CPT
from causalkit.networks.bif import read_bif
from causalkit.networks.texts import Numbers
from causalkit.networks.uai import write_uai
from causalkit.networks.xmlbif import representable
from causalkit.quantities.bounding import causation_bounds
from causalkit.symbols import break_even
from causalkit.unrolling import unroll
from causalkit.values import arguments, channels
from causalkit.values.arrays import INT64, whole
from causalkit.values.dist import Dist
from causalkit.values.frozen import Frozen
from causalkit.values.logarithms import entropy_between

F = Fraction
HALF = F(1, 2)

# ---------------------------------------------------------------- bounds


def test_a_treatment_may_prevent_unless_it_is_said_not_to() -> None:
    """Treated nobody has the outcome, and untreated everybody: nothing contradicts that unless treatment never prevents."""
    experiment = {True: 0, False: 1}
    found = causation_bounds(experimental=experiment)
    assert (found.both.lower, found.both.upper) == (0, 0)
    assert causation_bounds(experimental=experiment, monotone=False).both.upper == 0
    with pytest.raises(WrongShape, match="contradict monotone=True"):
        causation_bounds(experimental=experiment, monotone=True)
    half = causation_bounds(experimental={True: "3/4", False: "1/2"})
    assert (half.both.lower, half.both.upper) == (F(1, 4), HALF)
    never = causation_bounds(experimental={True: "3/4", False: "1/2"}, monotone=True)
    assert (never.both.lower, never.both.upper) == (F(1, 4), F(1, 4))


# ---------------------------------------------------------------- names and rows


@pytest.mark.parametrize(
    ("names", "odd"),
    [([], None), (["doubt"], None), (["class"], "class"), (["a", "two words"], "two words"), (["x[1]", "class"], "x[1]"), (["1st"], "1st")],
)
def test_the_first_name_that_cannot_be_an_argument_is_named(names: list[str], odd: str | None) -> None:
    said = not_arguments(names)
    assert said == ("" if odd is None else f"; {odd!r} cannot name an argument: type causalkit.function(rule, parents=[{odd!r}])")


def test_a_table_is_kept_as_it_is_where_it_can_neither_change_nor_reads_otherwise() -> None:
    even = Dist({0: HALF, 1: HALF})
    rows: dict[tuple[Hashable, ...], Dist] = {(False,): even, (True,): Dist({0: 1})}
    frozen = CPT(("a",), Frozen(rows))
    domains: dict[str, tuple[Any, ...]] = {"a": (False, True)}
    assert frozen.tabulated("x", domains) is frozen
    loose = CPT(("a",), rows).tabulated("x", domains)
    rows[False,] = Dist({0: 1})
    assert loose.rows[False,] == even
    assert isinstance(loose.rows, Frozen)
    for others, expected in (((True, False), [(True,), (False,)]), ((0, 1), [(0,), (1,)])):
        again = frozen.tabulated("x", {"a": others})
        assert again is not frozen
        assert list(map(repr, again.rows)) == list(map(repr, expected))
        assert again.rows[others[0],] == frozen.rows[others[0],]
    letters = ("x", "y")
    bare: Any = Frozen(dict.fromkeys(letters, even))
    assert list(CPT(("a",), bare).tabulated("x", {"a": letters}).rows) == [("x",), ("y",)]
    bare = Frozen({False: even, True: even})
    assert list(CPT(("a",), bare).tabulated("x", domains).rows) == [(False,), (True,)]
    two = CPT(("a", "b"), Frozen({(a, b): even for a in (False, True) for b in letters}))
    assert two.tabulated("z", {**domains, "b": letters}) is two
    assert list(map(repr, two.tabulated("z", {"a": (0, 1), "b": letters}).rows)) == ["(0, 'x')", "(0, 'y')", "(1, 'x')", "(1, 'y')"]


def test_a_row_for_two_parents_is_no_row_for_a_pair_that_one_of_them_is() -> None:
    """What one parent can be as a whole says nothing of the two of them; for a single parent the pair is its row."""
    pair = ck.uniform(("x", "y"), ("u", "v"))
    alone = unroll({"p": pair, "out": ck.table(["p"], {("x", "y"): 1, ("u", "v"): 2})}, 1)
    assert alone.dist("out[1]") == Dist({1: HALF, 2: HALF})
    rows = {(("x", "y"), 0): 1, (("u", "v"), 0): 2, ("x", "y"): 3}
    with pytest.raises(WrongShape, match=r"'out\[1\]' has a row for \('x', 'y'\), and 'p\[1\]' is 'x' at no step"):
        unroll({"p": pair, "q": 0, "out": ck.table(["p", "q"], rows)}, 1)
    with pytest.raises(WrongShape, match=r"has a row for \('w', 'w'\), and 'p\[1\]' is \('w', 'w'\) at no step"):
        unroll({"p": pair, "out": ck.table(["p"], {("x", "y"): 1, ("u", "v"): 2, ("w", "w"): 3})}, 1)
    single = unroll({"p": ck.uniform(("x",), ("y",)), "out": ck.table(["p"], {("x",): 1, ("y",): 2})}, 1)
    assert single.dist("out[1]") == alone.dist("out[1]")
    with pytest.raises(WrongShape, match=r"'out\[1\]' has a row for 'z', and 'p\[1\]' is 'z' at no step; it is one of 'a', 'b'"):
        unroll({"p": ck.uniform("a", "b"), "out": ck.table(["p"], {"a": 1, "b": 2, "z": 3})}, 1)


# ---------------------------------------------------------------- files


def test_what_is_written_is_on_the_disk_before_it_takes_the_place_of_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target, seen = tmp_path / "model.json", []
    target.write_text("before")

    def noted(number: int) -> None:
        seen.append((os.fstat(number).st_size, target.read_text()))

    monkeypatch.setattr("os.fsync", noted)
    files.write_whole(target, "after all")
    assert seen == [(len("after all"), "before")]
    assert target.read_text() == "after all"
    assert [path.name for path in tmp_path.iterdir()] == ["model.json"]


def test_what_is_being_written_is_its_owners_alone_until_it_is_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that was not there before has the mode of any new file."""
    target, modes = tmp_path / "model.json", []
    monkeypatch.setattr("os.fsync", lambda number: modes.append(os.fstat(number).st_mode & 0o777))
    target.write_text("before")
    plain = target.stat().st_mode & 0o777
    for mode in (0o640, 0o604, 0o600):
        target.chmod(mode)
        files.write_whole(target, "after")
        assert target.stat().st_mode & 0o777 == mode
    assert modes == [0o600] * 3
    files.write_whole(tmp_path / "new.json", "new")
    assert (tmp_path / "new.json").stat().st_mode & 0o777 == modes[-1] == plain


def test_a_saved_model_is_lines_of_text_as_it_is_written(tmp_path: Path) -> None:
    model = ck.Model(Glück=Dist({"ja": "1/4", "nein": "3/4"}))
    save(model, tmp_path / "model.json")
    text = (tmp_path / "model.json").read_text(encoding="utf-8")
    assert text == json.dumps(to_json(model), indent=1, ensure_ascii=False) + "\n"
    assert '  "Glück": {\n' in text
    assert text.startswith('{\n "')
    assert text.endswith("\n}\n")


RAIN = """network n { }
variable rain { type discrete [2] { yes, no }; }
variable wet { type discrete [2] { yes, no }; }
probability (rain) { table 0.25, 0.75; }
probability (wet | rain) {
  default 0.5, 0.5;
  (no) 0.125, 0.875;
}
"""


def test_rows_that_are_not_given_are_the_default_in_its_line() -> None:
    wet = read_bif(RAIN).nodes[1]
    assert wet.rows == ((HALF, HALF), (F(1, 8), F(7, 8)))
    assert wet.lines == (6, 7)
    with pytest.raises(WrongText, match="'wet' has no row with rain='yes', and no default"):
        read_bif(RAIN.replace("  default 0.5, 0.5;\n", ""))
    with pytest.raises(WrongText, match="the default of 'wet' has 3 numbers, and 2 were expected"):
        read_bif(RAIN.replace("default 0.5, 0.5", "default 0.5, 0.25, 0.25"))
    both = RAIN.replace("default 0.5, 0.5;", "(yes) 0.0, 1.0; default 0.5, 0.25, 0.25;").replace(", 0.25, 0.25", ", 0.5")
    assert read_bif(both).nodes[1].rows == ((F(0), F(1)), (F(1, 8), F(7, 8)))


def test_numbers_and_rows_that_come_again_are_the_same_objects() -> None:
    numbers = Numbers()
    row = numbers.row(("0.25", "0.75"))
    assert row == (F(1, 4), F(3, 4))
    assert numbers.row(("0.25", "0.75")) is row
    assert numbers.row(("0.75", "0.25")) == (F(3, 4), F(1, 4))
    other = numbers.row(("0.25", "0.5", "0.25"))
    assert other is not None
    assert row is not None
    assert other[0] is other[2] is row[0]
    assert numbers.row(()) == ()
    assert numbers.row(("0.25", "1_0")) is None


@pytest.mark.parametrize(
    "variables",
    [
        {"var_0": Dist({False: "1/4", True: "3/4"})}, {"var_0": Dist({1: "1/4", 2: "3/4"})}, {"var_1": Dist({0: "1/4", 1: "3/4"})},
        {"var_0": Dist({0: "1/4", 1: "3/4"}), "var_2": Dist({0: 1})}, {"var_0": Dist({"0": "1/4", "1": "3/4"})},
        {"var_0": Dist({1: "1/4", 0: "3/4"})}, {"var_0": Dist({0: "1/4", F(1): "3/4"})},
    ],
)  # fmt: skip
def test_what_a_uai_file_cannot_name_is_refused(variables: dict[str, Any]) -> None:
    """Truth values are equal to 0 and 1, and would be read again as numbers."""
    with pytest.raises(WrongShape, match="a UAI file has no names: its variables are var_0, var_1"):
        write_uai(ck.Model(variables))


@pytest.mark.parametrize(
    ("text", "fits"),
    [("", False), ("rain", True), ("a b", True), (" a", False), ("a ", False), ("a\nb", False), ("a\tb", False), ("<é>", True)],
)
def test_what_stands_in_one_line_without_blanks_around_it_is_a_name_in_xmlbif(text: str, fits: bool) -> None:
    assert representable(text) is fits


# ---------------------------------------------------------------- graphs, numbers, information


def test_a_path_is_open_where_every_step_is() -> None:
    through, held = Step("a", "chain", True, "not given"), Step("b", "collider", False, "not given")
    for steps, is_open in (((), True), ((through,), True), ((held,), False), ((through, held), False), ((held, through), False)):
        nodes = ("x", *(step.node for step in steps), "y")
        assert Way(nodes, ("->",) * (len(nodes) - 1), steps).is_open is is_open
    (found,) = paths(ck.Graph.parse("x -> a -> b <- y"), "x", "y")
    assert ([step.is_open for step in found.steps], found.is_open, found.colliders) == ([True, False], False, ("b",))


def test_whole_numbers_are_machine_numbers_below_two_to_the_63() -> None:
    for bound, name in ((INT64 - 1, "int64"), (INT64, "object"), (INT64 + 1, "object")):
        found = whole([bound - 1, -1], bound)
        assert (found.dtype.name, found.tolist()) == (name, [bound - 1, -1])
    assert whole([INT64 - 1], INT64 - 1).tolist() == [2**63 - 1]


def test_values_of_positive_weight_are_those_that_can_be_taken() -> None:
    """A source that does not say what can be is asked; zeros, also as floats or symbols, are left out, and tuples are kept whole."""

    class Counted:
        def dist(self, *names: str) -> dict[Any, Any]:
            whole_law = {("a", 0): "1/4", ("a", 1): 0, ("b", 0): sympy.Integer(0), ("b", 1): "3/4", ("c", 0): F(0)}
            if len(names) > 1:
                return whole_law
            return {"a": "1/4", "b": "3/4", "c": F(0)} if names == ("letter",) else {(0,): "1/4", (1,): "3/4", (2,): 0}

    observed = Observed(Counted())
    assert observed.domain("letter") == ("a", "b")
    assert observed.domain("pair") == ((0,), (1,))
    assert observed.weight({"letter": "b", "number": 1}, {}) == F(3, 4)
    assert observed.weight({"letter": "a", "number": 1}, {}) == 0
    assert observed.weight({"pair": (1,)}, {}) == F(3, 4)
    assert observed.weight({}, {}) == 1


def test_an_input_law_is_best_where_no_row_is_farther_from_the_output(monkeypatch: pytest.MonkeyPatch) -> None:
    """What bounds tell apart is told apart by them: numbers with logarithms are then compared nowhere."""
    sure = [(F(1), F(0)), (F(0), F(1))]
    assert channels._proved_best((HALF, HALF), sure) == 1
    assert channels._proved_best((F(1), F(0)), sure) is None, "what the second says is never heard"
    noisy = [(F(3, 4), F(1, 4)), (F(1, 4), F(3, 4))]
    best = channels._proved_best((HALF, HALF), noisy)
    assert best is not None
    assert abs(float(best) - 0.18872187554086717) < 1e-12

    exactly, asked = entropy_between, []

    def widely(terms: Any) -> Any:
        asked.append(list(terms))
        low, high = exactly(asked[-1])
        return (low - 1, high + 1) if len(asked) > 1 else (low, high)

    monkeypatch.setattr(channels, "entropy_between", widely)
    assert channels._proved_best((HALF, HALF), noisy) == best, "bounds that overlap decide nothing"
    monkeypatch.setattr(channels, "entropy_between", exactly)

    def refused(*_: Any) -> Any:
        raise AssertionError("bounds tell them apart")

    monkeypatch.setattr(channels, "logarithms", refused)
    assert channels._proved_best((F(1, 4), F(3, 4)), noisy) is None
    assert channels._proved_best((F(1, 4), F(3, 4)), sure) is None


def test_a_pole_is_no_place_where_two_expressions_meet() -> None:
    """Both are without a value at 1, where what is left of them is equal; other symbols and numbers have no poles."""
    x, y = sympy.symbols("x y", real=True)
    with pytest.raises(Undecided, match="are never equal"):
        break_even(1 / (x - 1) + 1, 1 / (x - 1) + x, x)
    assert break_even(1 / (x - 2) + 1, 1 / (x - 2) + x, x) == (1,)
    assert break_even(x, HALF, x) == (HALF,)
    assert break_even(x / y, 2, x) == (2 * y,)
    assert break_even(sympy.sqrt(2) * x, 2, x) == (sympy.sqrt(2),)


# ---------------------------------------------------------------- covariates that may not be used, and what is typed


def test_no_set_holds_a_covariate_that_no_set_may_hold() -> None:
    """What lies on a causal way from the treatment may be in no set for adjustment, and what follows the outcome in none at all."""
    graph = ck.Graph.parse("x -> m -> y -> after, c -> x, c -> y")
    for kind in ("minimal", "smallest", "all"):
        assert adjustment_sets(graph, "x", "y", kind=kind, included="m") == ()
        assert direct_effect_sets(graph, "m", "y", kind=kind, included="after") == ()
    assert adjustment_sets(graph, "x", "y", included="c") == (("c",),)
    assert direct_effect_sets(graph, "m", "y", included="x") == (("x",),)


def test_a_call_is_shown_with_what_must_be_given() -> None:
    def call(first: int, *more: str, key: float, other: bool = True, **rest: Any) -> None: ...

    assert arguments._call(call, "other").endswith("call(first: int, *more: str, key=..., other=...)")
    assert arguments._call(call, "first").endswith("call(first: int, *more: str, key=...)")


def test_what_a_function_gives_is_told_where_it_says_so() -> None:
    def made() -> Dist:
        return Dist({0: 1})

    silent = lambda: 0

    assert arguments._gives(made) == "Dist"
    assert [arguments._gives(value) for value in (silent, min, Dist, 3)] == [""] * 4
