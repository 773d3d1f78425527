"""Sympy expressions as JSON, read without running code."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from typing import Any

from causalkit.errors import WrongFile
from causalkit.exact import Number

__all__ = ["read_symbols", "written_symbols"]


def written_symbols(value: Number) -> dict[str, Any]:
    """An expression as its text, with its symbols and what is assumed of them.

    >>> import sympy
    >>> written_symbols(1 - sympy.Symbol("p", positive=True))
    {'symbols': '1 - p', 'with': [['p', {'positive': True}]]}
    """
    symbols = sorted(value.free_symbols, key=lambda symbol: str(symbol.name))
    return {"symbols": str(value), "with": [[symbol.name, dict(symbol._assumptions_orig)] for symbol in symbols]}


def read_symbols(document: Mapping[str, Any]) -> Number:
    """An expression from its text: sums, products, quotients and powers of numbers and of the symbols that are named.

    >>> read_symbols({"symbols": "1 - p", "with": [["p", {}]]})
    1 - p
    """
    import sympy

    text, pairs = document["symbols"], document["with"]
    if not isinstance(text, str) or not isinstance(pairs, list):
        raise WrongFile("symbols are text, with a list of [name, assumptions]")
    known = {}
    for name, assumptions in pairs:
        if not isinstance(assumptions, dict) or not all(isinstance(value, bool) for value in assumptions.values()):
            raise WrongFile(f"the assumptions of {name!r} are {assumptions!r}, and they are true or false by name")
        known[name] = sympy.Symbol(name, **assumptions)
    try:
        tree = ast.parse(text, mode="eval").body
    except (SyntaxError, RecursionError):
        raise WrongFile(f"{text!r} is not an expression") from None
    return _built(tree, known)


def _built(node: ast.expr, known: Mapping[str, Any]) -> Any:
    """An expression from its syntax, by arithmetic alone."""
    import sympy

    match node:
        case ast.Constant(int(value)) if not isinstance(value, bool):
            return sympy.Integer(value)
        case ast.Name(name) if name in known:
            return known[name]
        case ast.UnaryOp(ast.USub(), inner):
            return -_built(inner, known)
        case ast.BinOp(left, operator, right) if type(operator) in _ARITHMETIC:
            return _ARITHMETIC[type(operator)](_built(left, known), _built(right, known))
    raise WrongFile(f"{ast.unparse(node)!r} is not arithmetic on whole numbers and the symbols {', '.join(known) or '(none)'}")


def _power(base: Any, exponent: Any) -> Any:
    if not exponent.is_Integer or abs(exponent) > 1000:
        raise WrongFile(f"a power of {exponent} is not read; exponents are whole numbers of at most 1000")
    return base**exponent


_ARITHMETIC: Mapping[type[ast.operator], Any] = {
    ast.Add: lambda a, b: a + b,
    ast.Sub: lambda a, b: a - b,
    ast.Mult: lambda a, b: a * b,
    ast.Div: lambda a, b: a / b,
    ast.Pow: _power,
}
