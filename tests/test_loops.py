"""A test whose assertions all stand inside loops first asserts that there is something to loop over."""

import ast
from collections.abc import Iterator
from functools import partial

import pytest

from tests.source import ROOT

FILES = sorted((ROOT / "tests").rglob("test_*.py"))
WRAPPERS = {"enumerate", "zip", "range", "sorted", "list", "tuple", "reversed", "pairwise"}
WRAPPERS |= {"product", "combinations", "permutations", "chain"}
METHODS = {"items", "values", "keys", "splitlines", "split"}
# by construction, or asserted where it is made
NEVER_EMPTY = {"variables", "names", "policies", "nodes", "domain", "decisions", "fitting", "every_move"}


def functions_in(tree: ast.AST) -> Iterator[ast.FunctionDef]:
    """Every test function."""
    return (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"))


def is_written_out(node: ast.expr, written: set[str]) -> bool:
    """Whether one reads in the test itself that the loop is not empty: literals, constants, and what is made of them alone."""
    within = partial(is_written_out, written=written)
    match node:
        case ast.Constant(value=value):
            return bool(value)
        case ast.List(elts=parts) | ast.Tuple(elts=parts) | ast.Set(elts=parts) | ast.Dict(keys=parts):
            return bool(parts)
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name.isupper() or name in NEVER_EMPTY or (isinstance(node, ast.Name) and name in written)
        case ast.Call(func=ast.Attribute(value=owner, attr=name)) if name in METHODS:
            return within(owner)
        case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name), args=arguments):
            return name in NEVER_EMPTY or (name in WRAPPERS and bool(arguments) and all(map(within, arguments)))
        case ast.ListComp(generators=loops):
            return all(within(loop.iter) and not loop.ifs for loop in loops)
        case ast.IfExp() | ast.BinOp() | ast.Subscript() | ast.Starred():
            inner = [node.body, node.orelse] if isinstance(node, ast.IfExp) else [*ast.iter_child_nodes(node)]
            return all(within(part) for part in inner if isinstance(part, ast.expr))
        case _:
            return False


def asserts(node: ast.AST) -> Iterator[ast.AST]:
    """The statements that can fail a test: assertions, `pytest.raises`, `pytest.fail`, and helpers named for what they check."""
    for each in ast.walk(node):
        if isinstance(each, ast.Assert):
            yield each
        elif isinstance(each, ast.Call):
            name = ast.unparse(each.func).rpartition(".")[2]
            if name in {"raises", "fail", "warns"} or name.startswith(("assert", "check", "same", "agree")):
                yield each


def unguarded(test: ast.FunctionDef) -> list[int]:
    """The lines of loops over computed things in which all that a test asserts is asserted."""
    if any(ast.unparse(each).startswith("reaches(") for each in test.decorator_list):
        return []
    outside = [statement for statement in test.body if not isinstance(statement, ast.For) and any(asserts(statement))]
    loops = [statement for statement in test.body if isinstance(statement, ast.For) and any(asserts(statement))]
    if outside or not loops:
        return []
    written = {
        target.id
        for statement in ast.walk(test)
        if isinstance(statement, ast.Assign | ast.AnnAssign) and statement.value is not None and is_written_out(statement.value, set())
        for target in (statement.targets if isinstance(statement, ast.Assign) else [statement.target])
        if isinstance(target, ast.Name)
    }
    return [] if any(is_written_out(loop.iter, written) for loop in loops) else [loop.lineno for loop in loops]


@pytest.mark.parametrize(
    ("body", "is_seen"),
    [
        ("for x in result(): assert x", True),
        ("for x in result:\n  for y in x: assert y", True),
        ("xs = result()\n for x in xs: assert x", True),
        ("xs = result()\n assert xs\n for x in xs: assert x", False),
        ("for x in [1, 2]: assert x", False),
        ("for x in enumerate(CASES): assert x", False),
        ("cases = [1, 2]\n for x in cases: assert x", False),
        ("for x in result(): pass\n assert x", False),
    ],
)
def test_loops_that_may_be_empty_are_seen(body: str, is_seen: bool) -> None:
    (test,) = functions_in(ast.parse(f"def test_it():\n {body}\n"))
    assert bool(unguarded(test)) is is_seen


def test_no_test_passes_because_a_loop_is_empty() -> None:
    assert len(FILES) > 60
    open_loops = [
        f"{path.relative_to(ROOT)}:{line} {test.name}"
        for path in FILES
        for test in functions_in(ast.parse(path.read_text(encoding="utf-8")))
        for line in unguarded(test)
    ]
    assert not open_loops, "assert first that there is something to loop over"
