"""Formulas of sympy as text, and back without running what the text says."""

from __future__ import annotations

import ast
import keyword
from collections.abc import Callable, Mapping
from typing import Any

from causalkit.errors import WrongFile, WrongShape

__all__ = ["read_symbols", "read_sympy", "sympy_text", "written_symbols"]

Assumptions = Mapping[str, Mapping[str, bool]]

LONGEST_TEXT = 100_000
LARGEST_POWER = 1_000
FUNCTIONS = ("exp", "log", "sqrt", "sin", "cos", "tan", "Abs", "Min", "Max", "sign")
CONSTANTS = ("pi", "E")


def written_symbols(expression: Any) -> dict[str, Any]:
    """A formula as JSON: its text, with its symbols and what is assumed of each.

    >>> import sympy
    >>> written_symbols(1 - sympy.Symbol("p", positive=True))
    {'symbols': '1 - p', 'with': [['p', {'positive': True}]]}
    """
    text, symbols = sympy_text(expression)
    return {"symbols": text, "with": [[name, said] for name, said in symbols.items()]}


def read_symbols(document: Mapping[str, Any]) -> Any:
    """A formula from its JSON form; raises ``WrongFile`` for what is not one.

    >>> read_symbols({"symbols": "1 - p", "with": [["p", {}]]})
    1 - p
    """
    text, pairs = document["symbols"], document["with"]
    if not isinstance(text, str) or not isinstance(pairs, list) or not all(_is_declared(pair) for pair in pairs):
        raise WrongFile('a formula is {"symbols": text, "with": [[name, {assumption: true or false}], ...]}')
    try:
        return read_sympy(text, dict(pairs))
    except WrongShape as error:
        raise WrongFile(str(error)) from None


def _is_declared(pair: Any) -> bool:
    """Whether something is a symbol's name with what is assumed of it."""
    if not isinstance(pair, list) or len(pair) != 2 or not isinstance(pair[0], str) or not isinstance(pair[1], dict):
        return False
    return all(isinstance(truth, bool) for truth in pair[1].values())


def sympy_text(expression: Any) -> tuple[str, dict[str, dict[str, bool]]]:
    """A formula as text, with what is assumed of each of its symbols.

    Raises ``WrongShape`` for a formula that ``read_sympy`` would not give back.

    >>> import sympy
    >>> sympy_text(1 - sympy.Symbol("p", positive=True) / 2)
    ('1 - p/2', {'p': {'positive': True}})
    """
    text = str(expression)
    symbols = {symbol.name: _assumed(symbol) for symbol in sorted(expression.free_symbols, key=str)}
    wrong = [name for name in symbols if not name.isidentifier() or keyword.iskeyword(name)]
    if wrong:
        raise WrongShape(f"the symbol {wrong[0]!r} cannot be written as text; rename it to an identifier")
    if len(symbols) < len(expression.free_symbols) or not _same(expression, text, symbols):
        raise WrongShape(
            f"the formula {text} cannot be written as text that can be read back; use +, -, *, /, ** and {', '.join(FUNCTIONS)}"
        )
    return text, symbols


def _assumed(symbol: Any) -> dict[str, bool]:
    """What was said of a symbol when it was made, as far as sympy remembers it, else all that it knows."""
    said = getattr(symbol, "_assumptions_orig", symbol.assumptions0)
    return {name: truth for name, truth in sorted(said.items()) if name != "commutative"}


def _same(expression: Any, text: str, symbols: Assumptions) -> bool:
    try:
        return bool(read_sympy(text, symbols) == expression)
    except WrongShape:
        return False


def read_sympy(text: str, symbols: Assumptions) -> Any:
    """The formula that a text writes: numbers, the symbols named, ``+ - * / **``, and a few functions; nothing is executed.

    Raises ``WrongShape`` for anything else, and for numbers that would grow out of hand.

    >>> read_sympy("1 - p/2", {"p": {"positive": True}})
    1 - p/2
    >>> read_sympy("__import__('os')", {})
    Traceback (most recent call last):
    causalkit.errors.WrongShape: "__import__('os')" is not a formula: '__import__' is not a function that formulas may hold
    """
    import sympy

    known = {name: sympy.Symbol(name, **said) for name, said in symbols.items()}
    known |= {name: getattr(sympy, name) for name in CONSTANTS if name not in known}
    try:
        if len(text) > LONGEST_TEXT:
            raise WrongShape(f"it has {len(text):,} characters, and at most {LONGEST_TEXT:,} are read")
        return _built(ast.parse(text, mode="eval").body, known)
    except WrongShape as error:
        raise WrongShape(f"{text[:60]!r} is not a formula: {error}") from None
    except (SyntaxError, ValueError, RecursionError, MemoryError, TypeError, ArithmeticError) as error:
        raise WrongShape(f"{text[:60]!r} is not a formula: {type(error).__name__}: {error}") from None


def _built(node: ast.expr, known: Mapping[str, Any]) -> Any:
    import sympy

    if isinstance(node, ast.Constant) and type(node.value) is int:
        return sympy.Integer(node.value)
    if isinstance(node, ast.Name):
        if node.id not in known:
            raise WrongShape(f"the symbol {node.id!r} is not declared")
        return known[node.id]
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, (ast.USub, ast.UAdd)):
        inside = _built(node.operand, known)
        return -inside if isinstance(node.op, ast.USub) else inside
    if isinstance(node, ast.BinOp) and type(node.op) in _OPERATIONS:
        return _OPERATIONS[type(node.op)](_built(node.left, known), _built(node.right, known))
    if isinstance(node, ast.Call) and not node.keywords:
        return _function(node.func)(*(_built(argument, known) for argument in node.args))
    raise WrongShape(f"it holds {ast.unparse(node)[:60]!r}")


def _function(named: ast.expr) -> Any:
    import sympy

    if not isinstance(named, ast.Name) or named.id not in FUNCTIONS:
        raise WrongShape(f"{ast.unparse(named)[:60]!r} is not a function that formulas may hold")
    return getattr(sympy, named.id)


def _power(base: Any, exponent: Any) -> Any:
    large = base.is_Rational and max(abs(base.p), base.q).bit_length() > LARGEST_POWER
    if exponent.is_Rational and exponent.q == 1 and (abs(exponent.p) > LARGEST_POWER or (large and abs(exponent.p) > 1)):
        raise WrongShape(f"a power of {exponent} grows out of hand")
    return base**exponent


_OPERATIONS: Mapping[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: lambda a, b: a + b,
    ast.Sub: lambda a, b: a - b,
    ast.Mult: lambda a, b: a * b,
    ast.Div: lambda a, b: a / b,
    ast.Pow: _power,
}
