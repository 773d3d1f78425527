"""Formulas of sympy as text, and back without running what the text says."""

from __future__ import annotations

import ast
import keyword
import math
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any

from causalkit.documents.budget import STANDARD, Budget
from causalkit.documents.formula_size import (
    Apply,
    Name,
    Node,
    Number,
    Power,
    Product,
    Shapes,
    Size,
    Sum,
    added,
    check_operations,
    constant,
    parsed,
    size_of,
)  # fmt: skip
from causalkit.errors import WrongFile, WrongShape
from causalkit.values.arguments import checked
from causalkit.values.exact import is_symbolic

__all__ = ["read_symbols", "read_sympy", "size_of_sum", "sympy_text", "written_symbols"]

OUR_OWN = Budget(text=10**9, nodes=10**9, operations=10**13)
Assumptions = Mapping[str, Mapping[str, bool]]

LARGEST_POWER = 1_000
FUNCTIONS = ("exp", "log", "sqrt", "sin", "cos", "tan", "Abs", "Min", "Max", "sign")
PLAIN = ("Abs", "Min", "Max", "sign")
CONSTANTS = ("pi", "E")
ASSUMPTIONS = (
    "algebraic", "antihermitian", "commutative", "complex", "composite", "even", "extended_negative", "extended_nonnegative",
    "extended_nonpositive", "extended_nonzero", "extended_positive", "extended_real", "finite", "hermitian", "imaginary", "infinite",
    "integer", "irrational", "negative", "noninteger", "nonnegative", "nonpositive", "nonzero", "odd", "polar", "positive", "prime",
    "rational", "real", "transcendental", "zero",
)  # fmt: skip


@checked
def written_symbols(expression: Any) -> dict[str, Any]:
    """A formula as JSON: its text, with its symbols and what is assumed of each.

    >>> import sympy
    >>> written_symbols(1 - sympy.Symbol("p", positive=True))
    {'symbols': '1 - p', 'with': [['p', {'positive': True}]]}
    """
    text, symbols = sympy_text(expression)
    return {"symbols": text, "with": [[name, said] for name, said in symbols.items()]}


@checked
def read_symbols(document: Mapping[str, Any], *, budget: Budget = STANDARD) -> Any:
    """A formula from its JSON form; raises ``WrongFile`` for what is not one.

    >>> read_symbols({"symbols": "1 - p", "with": [["p", {}]]})
    1 - p
    """
    text, pairs = document.get("symbols"), document.get("with")
    if not isinstance(text, str) or not isinstance(pairs, list) or not all(_is_declared(pair) for pair in pairs):
        raise WrongFile('a formula is {"symbols": text, "with": [[name, {assumption: true or false}], ...]}')
    if len({name for name, _ in pairs}) < len(pairs):
        raise WrongFile("a symbol of the formula is declared twice; declare it once")
    try:
        return read_sympy(text, dict(pairs), budget=budget)
    except WrongShape as error:
        raise WrongFile(str(error)) from None


def _is_declared(pair: Any) -> bool:
    """Whether something is a symbol's name with what is assumed of it."""
    if not isinstance(pair, list) or len(pair) != 2 or not isinstance(pair[0], str) or not isinstance(pair[1], dict):
        return False
    return all(isinstance(truth, bool) for truth in pair[1].values())


@checked
def sympy_text(expression: Any) -> tuple[str, dict[str, dict[str, bool]]]:
    """A formula as text, with what is assumed of each of its symbols.

    Raises ``WrongShape`` for a formula that ``read_sympy`` would not give back.

    >>> import sympy
    >>> sympy_text(1 - sympy.Symbol("p", positive=True) / 2)
    ('1 - p/2', {'p': {'positive': True}})
    """
    if not is_symbolic(expression):
        raise WrongShape(f"{expression!r} is no formula of sympy; give one, such as sympy.Symbol('p')")
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
    """What was said of a symbol when it was made, as sympy itself writes it down."""
    import sympy

    written = ast.parse(sympy.srepr(symbol), mode="eval").body
    said = {each.arg: each.value.value for each in written.keywords} if isinstance(written, ast.Call) else {}  # type: ignore[attr-defined]
    return {str(name): bool(truth) for name, truth in sorted(said.items()) if name != "commutative"}


def _same(expression: Any, text: str, symbols: Assumptions) -> bool:
    try:
        return bool(read_sympy(text, symbols, budget=OUR_OWN) == expression)
    except WrongShape:
        return False


@checked
def read_sympy(text: str, symbols: Assumptions, *, budget: Budget = STANDARD) -> Any:
    """The formula that a text writes: numbers, the symbols named, ``+ - * / **``, and a few functions; nothing is executed.

    Raises ``WrongShape`` for anything else, for what is above the budget, and for what is no finite real number, such as ``1/0``.

    >>> read_sympy("1 - p/2", {"p": {"positive": True}})
    1 - p/2
    >>> read_sympy("__import__('os')", {})
    Traceback (most recent call last):
    causalkit.errors.WrongShape: "__import__('os')" is not a formula: it holds "'os'"
    """
    try:
        shape = parsed(text, budget)
        size_of(shape, budget)
        return _Builder(_symbols(symbols), budget).of(shape)
    except WrongShape as error:
        raise WrongShape(f"{text[:60]!r} is not a formula: {error}") from None
    except (SyntaxError, ValueError, RecursionError, MemoryError, TypeError, ArithmeticError, AttributeError) as error:
        raise WrongShape(f"{text[:60]!r} is not a formula: {type(error).__name__}: {error}") from None


@checked
def size_of_sum(texts: Iterable[str], budget: Budget = STANDARD) -> Size:
    """What the sum of 1 and of formulas that ``read_sympy`` has read may grow to; raises ``WrongShape`` when it is above the budget.

    >>> size_of_sum(["p", "1 - p"]).operations
    11
    """
    shapes = Shapes(budget)
    size = added([Size(), *(size_of(parsed(text, budget, shapes), budget) for text in texts)])
    check_operations(size, budget)
    return size


def _symbols(symbols: Assumptions) -> dict[str, Any]:
    import sympy

    for name, said in symbols.items():
        wrong = next((word for word in said if word not in ASSUMPTIONS), None)
        if wrong is not None:
            raise WrongShape(f"{wrong!r} is nothing that can be assumed of {name!r}; there are: {', '.join(ASSUMPTIONS)}")
    known = {}
    for name, said in symbols.items():
        try:
            known[name] = sympy.Symbol(name, **said)
        except ValueError:
            raise WrongShape(f"what is assumed of {name!r} contradicts itself: {said}") from None
    return known | {name: getattr(sympy, name) for name in CONSTANTS if name not in known}


class _Builder:
    """Builds a formula of a size that was checked; numbers stay within the digits of the budget."""

    def __init__(self, known: Mapping[str, Any], budget: Budget) -> None:
        self.known = known
        self.bits = budget.printable_digits * math.log2(10)

    def of(self, node: Node) -> Any:
        """The formula of a shape."""
        return self.finite(self.built(node))

    def built(self, node: Node) -> Any:
        """The formula of a shape, which may be infinite."""
        import sympy

        match node:
            case Number(value):
                return sympy.Integer(value)
            case Name(name):
                if name not in self.known:
                    raise WrongShape(f"the symbol {name!r} is not declared")
                return self.known[name]
            case Sum(parts):
                return sympy.Add(*self.summands(parts))
            case Product(parts):
                return sympy.Mul(*self.factors(parts))
            case Power(base, exponent):
                return self.power(self.of(base), self.of(exponent), constant(exponent))
            case Apply(function, arguments):
                return self.applied(function, [self.of(part) for part in arguments])

    def summands(self, parts: Iterable[Node]) -> list[Any]:
        """The parts of a sum, when their common denominator does not grow out of hand."""
        made = [self.of(part) for part in parts]
        self.digits(sum(denominator.bit_length() for denominator in {int(part.q) for part in made if part.is_Rational and part.q > 1}))
        return made

    def factors(self, parts: Iterable[Node]) -> list[Any]:
        """The parts of a product, when their numbers do not multiply out of hand."""
        made = [self.of(part) for part in parts]
        self.digits(sum(_bits(part) for part in made))
        return made

    def digits(self, bits: float) -> None:
        """Raises ``WrongShape`` for a number with too many binary digits."""
        if bits > self.bits:
            raise WrongShape(f"a number of about {int(bits / math.log2(10)):,} digits grows out of hand")

    def finite(self, made: Any) -> Any:
        """What was made, when it is a finite real number or a formula that may be one."""
        import sympy

        if made.is_number and (made.has(sympy.zoo, sympy.nan, sympy.oo, sympy.I) or made.is_real is False):
            raise WrongShape(f"it holds {made}, which is no finite real number")
        self.digits(_bits(made))
        return made

    def power(self, base: Any, exponent: Any, written: Fraction | None) -> Any:
        """A power that does not grow out of hand; a number as an exponent is written as a number."""
        if exponent.is_Rational and written is None:
            raise WrongShape(f"an exponent comes out as {exponent}; write it as a number")
        steep = abs(float(exponent)) if exponent.is_number else 1.0
        if base.is_zero and not exponent.is_positive:
            raise WrongShape("it divides by 0, or has 0 to a power that may be negative")
        if steep > LARGEST_POWER or (exponent.is_Rational and exponent.q > 1 and _bits(base) > LARGEST_POWER):
            raise WrongShape(f"a power of {exponent} grows out of hand")
        self.digits(_bits(base) * steep)
        return base**exponent

    def applied(self, function: str, arguments: Sequence[Any]) -> Any:
        """A function of arguments, when they do not grow out of hand."""
        import sympy

        if function not in FUNCTIONS:
            raise WrongShape(f"{function!r} is not a function that formulas may hold")
        for argument in arguments:
            if argument.is_number and function not in PLAIN and (_bits(argument) > LARGEST_POWER or abs(float(argument)) > LARGEST_POWER):
                raise WrongShape(f"{function} of a number above {LARGEST_POWER:,} grows out of hand")
        return getattr(sympy, function)(*arguments)


def _bits(made: Any) -> float:
    """The binary digits of a rational number; 0 for other formulas."""
    return float(max(abs(made.p), made.q).bit_length()) if made.is_Rational else 0.0
