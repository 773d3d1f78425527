"""Documents that ask for more work, memory or depth than they are worth: each is read or refused within a second and 100 MB of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import sympy

from causalkit.documents.budget import STANDARD, Budget
from causalkit.documents.formula_size import Number, Product, Sum, constant
from causalkit.documents.json import from_json, load, read_document, read_value
from causalkit.documents.symbols import FUNCTIONS, PLAIN, read_sympy, size_of_sum
from causalkit.errors import WrongFile, WrongShape
from stop_button.decision.world_file import load_worlds, world_from_json, world_to_json
from stop_button.worlds import basic_button

ROOT = Path(__file__).resolve().parents[2]
P = [f"p{i}" for i in range(3000)]
PRIMES = [int(prime) for prime in sympy.sieve.primerange(100_000, 400_000)]
SECONDS, MEGABYTES = 3.0, 100
"""A second each, of the processor, on a quiet machine, and up to three on a slow or busy one; what the budgets keep out takes minutes."""


def document(**variables: Any) -> dict[str, Any]:
    return {"format": "causalkit model", "version": 1, "variables": variables}


def weighted(formula: str, names: Any = ()) -> dict[str, Any]:
    """A formula as a weight, which is simplified when it is read."""
    stated = [[name, {}] for name in names]
    return document(a={"noise": [[1, {"symbols": formula, "with": stated}], [2, {"symbols": f"1-({formula})", "with": stated}]]})


def nested(before: str, times: int, after: str = ")") -> str:
    return before * times + "p" + after * times


def tupled(depth: int) -> Any:
    value: Any = 1
    for _ in range(depth):
        value = {"tuple": [value]}
    return value


def bits(count: int) -> dict[str, Any]:
    return {f"u{i}": {"noise": [[0, "1/2"], [1, "1/2"]]} for i in range(count)}


def formulas() -> Iterator[tuple[str, Any]]:
    for k in (4, 5, 6, 7, 14, 200, 900):
        yield f"{k} quotients", weighted("+".join(f"1/({p}+{i}*q)" for i, p in enumerate(P[:k])), [*P[:k], "q"])
    for k in (10, 19, 30, 500):
        yield f"Max of {k}", weighted(f"Max({','.join(P[:k])})", P[:k])
        yield f"Max of {k} sums", weighted(f"Max({','.join(f'{p}*q+{i}' for i, p in enumerate(P[:k]))})", [*P[:k], "q"])
    for k in (10, 18, 30, 1000, 10**6):
        yield f"power {k}", weighted(f"(p+q+1)**{k}", "pq")
        yield f"quotient by power {k}", weighted(f"p/q+1/(p+q+1)**{k}", "pq")
        yield f"quotient by univariate power {k}", weighted(f"q+1/(p+1)**{k}", "pq")


def rounder_formulas() -> Iterator[tuple[str, Any]]:
    for k in (7, 9, 300):
        yield f"product of {k}", weighted("*".join(f"(1+{p})" for p in P[:k]), P[:k])
    for k in (60, 90, 300):
        yield f"sum of {k}", weighted("+".join(P[:k]), P[:k])
    for name in ("exp", "sin", "sqrt", "Abs", "log", "1/"):
        for k in (5, 10, 22, 40, 150, 5000):
            yield f"{k} nested {name}", weighted(nested(f"{name}(1+", k), "p")
    for k in (2, 3, 5, 20):
        yield f"{k} nested Max", weighted(nested("Max(p,q-", k), "pq")
    for k in (1, 2, 4, 6):
        pairs = [(sympy.prime(2 * i + 1), sympy.prime(2 * i + 2)) for i in range(k)]
        yield f"{k} zeros of roots", weighted("+".join(f"sqrt({a + b}+2*sqrt({a * b}))-sqrt({a})-sqrt({b})" for a, b in pairs))
    for text in (
        "(p+q)**(1000+r-r)", "(p+q)**sqrt(1000000)", "((p+q+1)**30)**30", "(p+q+1)**Max(500,400)", "9**9**9", "2**(2**(2**99))",
        "(10**300)**1000", "sqrt(10**900+7)", "10**(1000000/3)", "exp(exp(exp(exp(100))))", "exp(exp(7))-exp(exp(6))", "exp(900)-exp(899)",
        "-" * 90_000 + "1", "(" * 90_000 + "1" + ")" * 90_000, "0x" + "f" * 90_000, "9" * 90_000, "+".join(["p"] * 90_000),
        "*".join(["10**300"] * 900), "+".join(f"1/{prime}" for prime in PRIMES[:900]), "p" * 900_000, "p+" * 400_000 + "p",
        "1e999999999", "\u0661" * 9, "q**p**q**p**q**p", "(p*q)**(r*1000)+(p+q)**r", "cos(10**400)",
    ):  # fmt: skip
        yield f"formula {text[:30]}", weighted(text, "pqr")


def documents() -> Iterator[tuple[str, Any]]:
    yield from formulas()
    yield from rounder_formulas()
    for weight in ("1e-99999999", "1e-" + "\u0661" * 8, "1E+9_9_9_9_9_9_9", "1/" + "9" * 9000, "\u0661/\u0662", "9" * 900_000):
        yield f"weight {weight[:20]!a}", document(a={"noise": [[1, weight], [2, "1"]]})
        yield f"value {weight[:20]!a}", document(a={"constant": {"fraction": weight}})
        yield f"float {weight[:20]!a}", document(a={"constant": {"float": weight}})
    yield "many denominators", document(a={"noise": [[i, f"1/{prime}"] for i, prime in enumerate(PRIMES[:20_000])]})
    yield "long denominators", document(a={"noise": [[i, f"1/{10**40 + 2 * i + 1}"] for i in range(15_000)]})
    yield "many weights", document(a={"noise": [[i, "1/30000"] for i in range(30_000)]})
    many = range(12_000)
    yield "many rows", document(u={"noise": [[i, "1/12000"] for i in many]}, a={"table": [[[i], i] for i in many], "parents": ["u"]})
    yield "many options", document(a={"choice": list(range(90_000))})
    yield "40 parents", document(**bits(40), a={"table": [[[0] * 40, 1]], "parents": [f"u{i}" for i in range(40)]})
    yield "19 parents", document(**bits(19), a={"table": [[[0] * 19, 1]], "parents": [f"u{i}" for i in range(19)]})
    yield "a choice that sees 40", document(**bits(40), a={"choice": [0, 1], "sees": [f"u{i}" for i in range(40)]})
    yield "a chain", document(**{f"v{i}": {"table": [[[1], 1]], "parents": [f"v{i - 1}"]} if i else {"constant": 1} for i in range(9000)})
    yield "a circle", document(**{f"v{i}": {"table": [[[1], 1]], "parents": [f"v{(i - 1) % 9000}"]} for i in range(9000)})
    yield "many parents", document(a={"table": [], "parents": [f"x{i}" for i in range(90_000)]})
    yield "long names", document(**{"a" * 400_000: {"constant": 1}, "b": {"table": [], "parents": ["a" * 399_999 + "b"]}})
    yield "many names", document(**{f"variable{i}": {"constant": 1} for i in range(20_000)}, b={"table": [], "parents": ["variabel"]})
    yield "depth", document(a={"constant": tupled(250)})
    yield "nodes", document(a={"constant": [0] * 200_000})
    yield "a long number", document(a={"constant": 10**9999})


def run(shown: str) -> list[Any]:
    """What a child says of documents, one a line: how long each took, what came of it, and by how many MB it raised the highest memory."""
    script = (
        "import json, resource, sys, time\n"
        "from causalkit import CausalError\n"
        "from causalkit.documents.json import read_document, from_json\n"
        "import sympy\n"
        "def most(): return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024\n"
        "for line in sys.stdin:\n"
        "    sys.set_int_max_str_digits(0)\n"
        "    one = json.loads(line)\n"
        "    sys.set_int_max_str_digits(4300)\n"
        "    begun, before = time.process_time(), most()\n"
        "    try:\n"
        "        from_json(one); came = 'model'\n"
        "    except CausalError as error:\n"
        "        came = type(error).__name__ + ': ' + str(error)\n"
        "    print(json.dumps([time.process_time() - begun, came[:2000], most() - before]), flush=True)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], input=shown, capture_output=True, text=True, cwd=ROOT, timeout=900, check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    return list(map(json.loads, done.stdout.splitlines()))


@pytest.fixture(scope="module")
def told() -> dict[str, Any]:
    sys.set_int_max_str_digits(0)
    try:
        cases = dict(documents())
        shown = "\n".join(json.dumps(one) for one in cases.values())
    finally:
        sys.set_int_max_str_digits(4300)
    return dict(zip(cases, run(shown), strict=True))


def test_every_document_is_read_or_refused_in_time(told: dict[str, Any]) -> None:
    slow = {name: took for name, (took, _, _) in told.items() if took > SECONDS}
    assert not slow
    assert {came.partition(":")[0] for _, came, _ in told.values()} == {"model", "WrongFile"}


def test_no_document_takes_much_memory(told: dict[str, Any]) -> None:
    assert not {name: more for name, (_, _, more) in told.items() if more > MEGABYTES}


def test_small_formulas_are_read(told: dict[str, Any]) -> None:
    small = ["4 quotients", "5 quotients", "Max of 10", "Max of 10 sums", "power 10", "product of 7", "sum of 60", "10 nested sin"]
    assert {name: told[name][1] for name in small} == dict.fromkeys(small, "model")


# ---------------------------------------------------------------- what an error says, and how a limit is raised

OVER: list[tuple[str, Any, Budget, str]] = [
    ("text", " " * 300, Budget(text=200), "there are 300 characters of text, and at most 200 are read; .*text=300"),
    ("nodes", "[1, 2, 3]", Budget(nodes=3), "there are 4 parts, and at most 3 are read; .*nodes=4"),
    ("depth", "[[[[]]]]", Budget(depth=3), "there are 4 levels of nesting, and at most 3 are read; .*depth=4"),
    ("digits", "[123456]", Budget(digits=5), r"a number has 6 digits, and at most 5 are read; .*digits=6"),
]


@pytest.mark.parametrize(("limit", "text", "budget", "said"), OVER, ids=[case[0] for case in OVER])
def test_an_error_names_the_limit_and_the_size(limit: str, text: str, budget: Budget, said: str) -> None:
    with pytest.raises(WrongFile, match=said):
        read_document(text, budget)
    if limit != "text":
        read_document(text)


def test_each_limit_is_an_argument() -> None:
    large = weighted("+".join(P[:150]), P[:150])
    with pytest.raises(WrongFile, match=r"may take [0-9,]+ operations to simplify, and at most 10,000 are done"):
        from_json(large)
    assert from_json(large, budget=Budget(operations=10**5)).names == ("a",)
    with pytest.raises(WrongFile, match=r"\$\.fraction: a number has 6 digits, and at most 5"):
        read_value({"fraction": "1/1234"}, budget=Budget(digits=5))
    with pytest.raises(WrongShape, match="it has 5 characters, and at most 4"):
        read_sympy("1 + 1", {}, budget=Budget(text=4))
    assert Budget() == STANDARD


def test_files_within_a_budget(tmp_path: Path) -> None:
    path = tmp_path / "large.json"
    path.write_text(json.dumps(document(a={"constant": "x" * 1_100_000})), encoding="utf-8")
    with pytest.raises(WrongFile, match=r"large\.json: there are 1,100,\d+ bytes of text, and at most 1,000,000 are read"):
        load(path)
    assert load(path, budget=Budget(text=2_000_000)).names == ("a",)
    with pytest.raises(WrongFile, match="no plain file"):
        load("/dev/zero")


def test_worlds_within_a_budget(tmp_path: Path) -> None:
    world = world_to_json(basic_button())
    path = tmp_path / "world.json"
    path.write_text(json.dumps(world), encoding="utf-8")
    with pytest.raises(WrongFile, match=r"at most 100 are read"):
        load_worlds(path, budget=Budget(text=100))
    assert load_worlds(path) == [world_from_json(world)]
    for rule in ("1e-99999999", "1e-" + "\u0661" * 8):
        broken = json.loads(json.dumps(world))
        rows = next(iter(broken["baseline"].values()))
        rows[0][1] = {"dist": [["none", rule], ["manip_f", "1"]]}
        with pytest.raises(WrongFile, match=r"\$\.baseline"):
            world_from_json(broken)


def test_a_world_whose_decision_would_be_a_billion_rows() -> None:
    world = world_to_json(basic_button())
    variables = world["model"]["variables"]
    world["model"]["variables"] = {**bits(40), **variables}
    (action,) = [name for name, one in variables.items() if "choice" in one]
    variables[action]["sees"] = [f"u{i}" for i in range(40)]
    with pytest.raises(WrongFile, match=r"things that the decision '\w+' may see, and at most 100,000"):
        world_from_json(world)


@pytest.mark.parametrize("version", [True, 1.0, "1", None, [1]])
def test_the_version_is_the_whole_number_one(version: Any) -> None:
    with pytest.raises(WrongFile, match="version"):
        from_json({**document(a={"constant": 1}), "version": version})
    with pytest.raises(WrongFile, match="version"):
        world_from_json({**world_to_json(basic_button()), "version": version})


@pytest.mark.parametrize(
    "text",
    ["1/0", "p/0", "1/(p-p)", "0**-1", "0**p", "log(0)", "tan(pi/2)", "sqrt(-1)", "log(-1)", "1/(1/0)", "zoo", "oo", "nan", "I", "1/0-1/0"],
)
def test_what_is_no_finite_real_number_is_no_value(text: str) -> None:
    with pytest.raises(WrongFile):
        from_json(document(a={"constant": {"symbols": text, "with": [["p", {}]]}}))


@pytest.mark.parametrize("function", sorted({*FUNCTIONS} - {*PLAIN}))
def test_a_function_of_a_number_is_read_up_to_a_thousand_in_size_and_in_binary_digits(function: str) -> None:
    def read(number: str) -> Any:
        return read_sympy(f"{function}({number})", {})

    assert read("999") == getattr(sympy, function)(999)
    for number in (
        "1001",
        "2001/2",
        "pi*400",
        "exp(7)",
        "1/3**900",
        "10**400",
        *(["-1001", "-pi*400"] if function not in ("log", "sqrt") else []),
    ):
        with pytest.raises(WrongShape, match=rf"{function} of a number above 1,000 grows out of hand"):
            read(number)


@pytest.mark.parametrize("text", ["exp(exp(exp(exp(p))))", "-(-(-(-p)))", "p**p**p**p**p"])
def test_a_formula_is_nested_as_deep_as_the_budget_says(text: str) -> None:
    known: dict[str, dict[str, bool]] = {"p": {}}
    for depth in (1, 2, 3):
        with pytest.raises(WrongShape, match=rf"nested over {depth} levels deep; raise the limit with budget=Budget\(depth={2 * depth}\)"):
            read_sympy(text, known, budget=Budget(depth=depth))
    assert read_sympy(text, known, budget=Budget(depth=5)) == sympy.sympify(text)


@pytest.mark.parametrize("said", [{"positive": True, "negative": True}, {"foo": True}, {"": True}])
def test_what_is_assumed_of_a_symbol_makes_sense(said: dict[str, bool]) -> None:
    with pytest.raises(WrongFile):
        read_value({"symbols": "p", "with": [["p", said]]})


@pytest.mark.parametrize("place", ["value", "name", "text"])
def test_half_characters_are_refused(place: str) -> None:
    texts = {"value": r'{"constant": "\ud800"}', "name": r'{"constant": 1}, "\udfff": {"constant": 1}', "text": r'{"choice": ["a\udc80"]}'}
    with pytest.raises(WrongFile, match="half a character"):
        read_document(f'{{"variables": {{"a": {texts[place]}}}}}')


@pytest.mark.parametrize("count", [2_000, 16_000])
def test_keys_are_told_apart_in_linear_time(count: int) -> None:
    text = "{" + ",".join(f'"k{i}":0' for i in range(count)) + "}"
    assert len(read_document(text)) == count
    with pytest.raises(WrongFile, match="'k1' is named twice"):
        read_document(text[:-1] + ',"k1":0}')


@pytest.mark.parametrize("kind", [Sum, Product])
def test_a_constant_of_many_parts_is_not_worked_out(kind: Any) -> None:
    assert constant(kind((Number(2),) * 10)) == (20 if kind is Sum else 1024)
    assert constant(kind((Number(2),) * 11)) is None
    assert constant(kind((Number(2), Number(10**7)))) is None


def test_a_formula_of_as_many_parts_as_are_read_is_read() -> None:
    text, symbols = "+".join(f"p{i}" for i in range(10)), {f"p{i}": dict[str, bool]() for i in range(10)}
    assert read_sympy(text, symbols, budget=replace(STANDARD, nodes=39)) == sum(map(sympy.Symbol, symbols))
    with pytest.raises(WrongShape, match="it has 39 parts, and at most 38 are read"):
        read_sympy(text, symbols, budget=replace(STANDARD, nodes=38))


def test_the_sum_of_formulas_is_held_to_the_budget_too() -> None:
    each = [f"1/(p{i} + 1)" for i in range(6)]
    most = size_of_sum(each).operations
    assert size_of_sum(each, replace(STANDARD, operations=most)).operations == most
    with pytest.raises(WrongShape, match=f"at most {most - 1:,}"):
        size_of_sum(each, replace(STANDARD, operations=most - 1))
