"""Small faults that can be put into a module: signs, constants, guards, statements, arguments. tools/mutants.py draws from them."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Mutant:
    """A piece of a module, in bytes, and what stands there instead."""

    module: str
    kind: str
    line: int
    end: int
    start: int
    stop: int
    old: str
    new: str

    def put_into(self, source: bytes) -> bytes:
        return source[: self.start] + self.new.encode() + source[self.stop :]


# ---------------------------------------------------------------- the faults

Fault = tuple[str, ast.AST, str]  # its kind, what is replaced, and by what

OPPOSITE: dict[type, type] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In,
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult, ast.And: ast.Or, ast.Or: ast.And,
}  # fmt: skip
NEGATED: dict[type, type] = {ast.Lt: ast.GtE, ast.Gt: ast.LtE, ast.LtE: ast.Gt, ast.GtE: ast.Lt}
OTHER_FUNCTION = {"any": "all", "all": "any", "min": "max", "max": "min"}
WITHOUT_ORDER = {"isinstance", "zip", "max", "min", "cast", "hasattr", "getattr", "issubclass"}
HARMLESS = {"strict", "frozen", "repr", "eq", "slots", "kw_only", "order", "init", "compare", "stacklevel", "indent"}
GENERIC = {"tuple", "dict", "list", "frozenset", "Callable", "Mapping", "Sequence", "Iterable", "set"}


def changed(kind: str, node: ast.expr, change: Callable[[Any], None]) -> Fault:
    other = deepcopy(node)
    change(other)
    return kind, node, f"({ast.unparse(other)})"


def of_compare(node: ast.Compare) -> Iterator[Fault]:
    for i, sign in enumerate(node.ops):
        for signs in (OPPOSITE, NEGATED):
            if type(sign) in signs:
                signs_after = [*node.ops[:i], signs[type(sign)](), *node.ops[i + 1 :]]
                yield changed("comparison", node, lambda other, after=signs_after: setattr(other, "ops", after))  # type: ignore[misc]


def of_boolop(node: ast.BoolOp) -> Iterator[Fault]:
    yield changed("and/or", node, lambda other: setattr(other, "op", OPPOSITE[type(node.op)]()))
    for i in range(len(node.values)):
        kept = [*node.values[:i], *node.values[i + 1 :]]
        yield "part of and/or dropped", node, f"({ast.unparse(ast.BoolOp(node.op, kept) if len(kept) > 1 else kept[0])})"


def of_call(node: ast.Call) -> Iterator[Fault]:
    name = node.func.id if isinstance(node.func, ast.Name) else None
    if name in OTHER_FUNCTION:
        yield changed("any/all, min/max", node, lambda other: setattr(other.func, "id", OTHER_FUNCTION[name]))
    starred = any(isinstance(one, ast.Starred) for one in node.args)
    if len(node.args) > 1 and not starred and name not in WITHOUT_ORDER and ast.unparse(node.args[0]) != ast.unparse(node.args[1]):
        yield changed("arguments swapped", node, lambda other: other.args.__setitem__(slice(0, 2), [*reversed(other.args[:2])]))


def of_binop(node: ast.BinOp) -> Iterator[Fault]:
    if type(node.op) in OPPOSITE:
        yield changed("arithmetic", node, lambda other: setattr(other, "op", OPPOSITE[type(node.op)]()))


def of_unaryop(node: ast.UnaryOp) -> Iterator[Fault]:
    if isinstance(node.op, ast.Not) or (isinstance(node.op, ast.USub) and not isinstance(node.operand, ast.Constant)):
        yield "not dropped" if isinstance(node.op, ast.Not) else "arithmetic", node, f"({ast.unparse(node.operand)})"


def of_constant(node: ast.Constant, parent: ast.AST | None = None) -> Iterator[Fault]:
    kind = "default" if isinstance(parent, ast.arguments) else "constant"
    kind = "slice or index" if isinstance(parent, ast.Slice | ast.Subscript) else kind
    value = node.value
    if isinstance(value, bool):
        yield kind, node, str(not value)
    elif isinstance(value, int):
        yield kind, node, str({0: 1, 1: 0}.get(value, value + 1))
        yield from [(kind, node, "2")] if value == 1 else []
    elif isinstance(value, float):
        yield kind, node, repr(value * 2 or 1.0)


def of_if(node: ast.If) -> Iterator[Fault]:
    if isinstance(node.body[-1], ast.Raise | ast.Return | ast.Continue | ast.Break) and not node.orelse:
        yield "guard dropped", node.test, "False"
    else:
        yield from (("branch", node.test, word) for word in ("False", "True"))


def of_return(node: ast.Return) -> Iterator[Fault]:
    if node.value is not None and not (isinstance(node.value, ast.Constant) and node.value.value is None):
        yield "return None", node, "return None"


def of_slice(node: ast.Slice) -> Iterator[Fault]:
    for bound in (node.lower, node.upper):
        if bound is not None and not isinstance(bound, ast.Constant | ast.UnaryOp):
            yield "slice or index", bound, f"({ast.unparse(bound)} + 1)"


FAULTS: dict[type, Callable[[Any], Iterable[Fault]]] = {
    ast.Compare: of_compare,
    ast.BoolOp: of_boolop,
    ast.Call: of_call,
    ast.BinOp: of_binop,
    ast.UnaryOp: of_unaryop,
    ast.If: of_if,
    ast.IfExp: lambda node: [("branch", node, f"({ast.unparse(one)})") for one in (node.body, node.orelse)],
    ast.comprehension: lambda node: [("filter dropped", test, "True") for test in node.ifs],
    ast.Return: of_return,
    ast.Expr: lambda node: [("statement dropped", node, "pass")] if isinstance(node.value, ast.Call) else [],
    ast.AugAssign: lambda node: [("statement dropped", node, "pass")],
    ast.Slice: of_slice,
}


def unchanged(node: ast.AST) -> Sequence[ast.AST]:
    """What of a node is left as it is: annotations, decorators, text, the words of errors, and options that only speak of form."""
    match node:
        case ast.JoinedStr() | ast.Raise():
            return [node]
        case ast.FunctionDef():
            found = [*node.decorator_list, *([node.returns] if node.returns else [])]
            return [node] if any("overload" in ast.unparse(one) for one in node.decorator_list) else found
        case ast.ClassDef():
            return list(node.decorator_list)
        case ast.arg(annotation=ast.AST() as annotation) | ast.AnnAssign(annotation=annotation):
            return [annotation]
        case ast.If(test=test) if "TYPE_CHECKING" in ast.unparse(test):
            return [node]
        case ast.keyword(arg=str() as name) if name in HARMLESS:
            return [node]
        case ast.Call(func=ast.Name(id="TypeVar" | "NewType" | "cast" | "ParamSpec")):
            return [node]
        case ast.Subscript(value=ast.Name(id=name), slice=ast.Name() | ast.Tuple()) if name in GENERIC:
            return [node]
    return []


def mutants_of(module: str) -> Iterator[Mutant]:
    """Every mutant of a module."""
    source = (ROOT / module).read_bytes()
    tree = ast.parse(source)
    starts = [0]
    for line in source.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    parents = {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}
    kept = {each for node in ast.walk(tree) for part in unchanged(node) for each in ast.walk(part)}
    for node in ast.walk(tree):
        if node in kept:
            continue
        faults = of_constant(node, parents.get(node)) if isinstance(node, ast.Constant) else FAULTS.get(type(node), lambda _: ())(node)
        for kind, at, new in faults:
            if at in kept:
                continue
            start, stop = starts[at.lineno - 1] + at.col_offset, starts[at.end_lineno - 1] + at.end_col_offset  # type: ignore[attr-defined]
            yield Mutant(module, kind, at.lineno, at.end_lineno, start, stop, source[start:stop].decode(), new)  # type: ignore[attr-defined]
