"""A pytest plugin that keeps, for each test, the statements of both packages that it runs; tools/mutants.py starts it.

Modules are compiled with a mark before each statement and in each lambda. Their files, and so their sources, stay as they are. Marks cost
much less than tracing. Cases of one test are taken together, and so are the blocks of a page.
"""

from __future__ import annotations

import ast
import builtins
import importlib.machinery
import os
import pickle
import sys
import time
from collections.abc import Generator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parent.parent
KEPT = ROOT / "statements.pickle"
PACKAGES = ("causalkit", "stop_button")
UNMARKED = {"causalkit/engine/exact/native.py"}
"""What is compiled to machine code, which knows no marks."""

Place = tuple[str, int]


@dataclass
class Ran:
    """What one test ran: the numbers of its statements, its processor seconds, and whether it failed."""

    statements: set[int] = field(default_factory=set)
    seconds: float = 0.0
    failed: bool = False


PLACES: dict[Place, int] = {}
NOW: set[int] = set()
RAN: dict[str, Ran] = {}


class Marks(ast.NodeTransformer):
    """Puts ``__ran__(number)`` before each statement of a function and into each lambda."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.inside = False

    def mark(self, node: ast.AST) -> ast.Call:
        number = PLACES.setdefault((self.file, node.lineno), len(PLACES))  # type: ignore[attr-defined]
        return ast.Call(ast.Name("__ran__", ast.Load()), [ast.Constant(number)], [])

    def block(self, statements: list[ast.stmt]) -> list[ast.stmt]:
        found: list[ast.stmt] = []
        for i, each in enumerate(statements):
            new = self.visit(each)
            is_docstring = i == 0 and isinstance(each, ast.Expr) and isinstance(each.value, ast.Constant)
            if self.inside and not is_docstring:
                found.append(ast.copy_location(ast.Expr(self.mark(each)), each))
            found.append(new)
        return found

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        return self.within(node, True)

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.AST:
        return self.within(node, False)

    def within(self, node: ast.AST, inside: bool) -> ast.AST:
        before, self.inside = self.inside, inside
        self.generic_visit(node)
        self.inside = before
        return node

    def visit_Lambda(self, node: ast.Lambda) -> ast.AST:
        self.generic_visit(node)
        node.body = ast.Subscript(ast.Tuple([self.mark(node), node.body], ast.Load()), ast.Constant(1), ast.Load())
        return node

    def generic_visit(self, node: ast.AST) -> ast.AST:
        for name, value in ast.iter_fields(node):
            if isinstance(value, list) and value and all(isinstance(one, ast.stmt) for one in value):
                setattr(node, name, self.block(value))
            elif isinstance(value, list):
                value[:] = [self.visit(one) if isinstance(one, ast.AST) else one for one in value]
            elif isinstance(value, ast.AST):
                setattr(node, name, self.visit(value))
        return node


def file_of(path: str) -> str | None:
    """The name of a module's file from the root of the tree, or None for what is not marked."""
    if not path.startswith(str(ROOT)):
        return None
    name = Path(path).relative_to(ROOT).as_posix()
    return name if name.split("/")[0] in PACKAGES and name not in UNMARKED else None


def marking(compiled: Any) -> Any:
    def source_to_code(self: Any, data: bytes, path: Any, *, _optimize: int = -1) -> Any:
        file = file_of(os.fspath(path))
        if file is None:
            return compiled(self, data, path, _optimize=_optimize)
        tree: Any = ast.fix_missing_locations(Marks(file).generic_visit(ast.parse(data)))
        return compile(tree, path, "exec", dont_inherit=True, optimize=_optimize)

    return source_to_code


def test_of(nodeid: str) -> str:
    """A test with all its cases; a page with all its blocks."""
    file, _, name = nodeid.partition("::")
    return file if file.endswith(".md") else f"{file}::{name.partition('[')[0]}"


def pytest_configure() -> None:
    sys.dont_write_bytecode = True
    builtins.__ran__ = NOW.add  # type: ignore[attr-defined]
    loader = importlib.machinery.SourceFileLoader
    loader.source_to_code = marking(loader.source_to_code)  # type: ignore[method-assign]


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, Any, Any]:
    ran = RAN.setdefault(test_of(item.nodeid), Ran())
    NOW.clear()
    begun = time.process_time()
    try:
        return (yield)
    finally:
        ran.statements |= NOW
        ran.seconds += time.process_time() - begun


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    if report.failed:
        RAN[test_of(report.nodeid)].failed = True


def pytest_sessionfinish() -> None:
    tests = {name: (ran.statements, ran.seconds) for name, ran in RAN.items() if not ran.failed}
    KEPT.write_bytes(pickle.dumps((PLACES, tests)))
