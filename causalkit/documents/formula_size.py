"""How large a formula of a stranger may become when it is simplified, bounded from its shape before any of it is built.

The bound counts terms of the expanded numerator and denominator, each as wide as the formula has symbols and degrees, and multiplies what
sympy compares with each other: the arguments of ``Max``, nested absolute values, roots of numbers.
"""

from __future__ import annotations

import ast
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import reduce
from typing import Any

from causalkit.documents.budget import STANDARD, Budget, digits_of
from causalkit.errors import WrongShape

__all__ = [
    "Apply", "Name",
    "Node", "Number", "Power", "Product", "Shapes", "Size", "Sum", "added", "check_operations", "constant", "parsed", "size_of",
]  # fmt: skip

VAST = 10**12
MOST_BELOW = 200


@dataclass(frozen=True)
class Number:
    """A whole number."""

    value: int


@dataclass(frozen=True)
class Name:
    """A symbol or a constant."""

    name: str


@dataclass(frozen=True, eq=False)
class Sum:
    """Parts added up; like every part of one formula it is made once, so that the same parts are one object."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, eq=False)
class Product:
    """Parts multiplied."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, eq=False)
class Power:
    """A base with an exponent; quotients are products with the power -1."""

    base: Node
    exponent: Node


@dataclass(frozen=True, eq=False)
class Apply:
    """A function of arguments."""

    function: str
    arguments: tuple[Node, ...]


Node = Number | Name | Sum | Product | Power | Apply
MINUS_ONE = Number(-1)


def parsed(text: str, budget: Budget = STANDARD, shapes: Shapes | None = None) -> Node:
    """The shape of a formula; chains of sums and products are one level deep. Raises ``WrongShape`` for what is no formula.

    Parts that formulas share are one object when they are read with the same ``shapes``.

    >>> parsed("1 - p")
    Sum(parts=(Number(value=1), Product(parts=(Number(value=-1), Name(name='p')))))
    """
    if len(text) > budget.text:
        raise WrongShape(f"it has {len(text):,} characters, and at most {budget.text:,} are read; {_raised('text', len(text))}")
    tree = ast.parse(text.strip(), mode="eval")
    nodes = sum(1 for _ in ast.walk(tree))
    if nodes > budget.nodes:
        raise WrongShape(f"it has {nodes:,} parts, and at most {budget.nodes:,} are read; {_raised('nodes', nodes)}")
    return (shapes or Shapes(budget)).of(tree.body, 1)


def _raised(limit: str, size: int) -> str:
    return f"raise the limit with budget=Budget({limit}={size})"


class Shapes:
    """Reads a formula's parts, each once."""

    def __init__(self, budget: Budget) -> None:
        self.budget = budget
        self.once: dict[Any, Any] = {}

    def of(self, node: ast.expr, depth: int) -> Node:
        """The part that a piece of Python's syntax tree stands for."""
        if depth > self.budget.depth:
            raise WrongShape(f"it is nested over {self.budget.depth:,} levels deep; {_raised('depth', 2 * self.budget.depth)}")
        match node:
            case ast.Constant(value=int(value)) if type(value) is int:
                return self.number(value)
            case ast.Name(id=name):
                return Name(name)
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                return self.made(Product, (MINUS_ONE, self.of(operand, depth + 1)))
            case ast.UnaryOp(op=ast.UAdd(), operand=operand):
                return self.of(operand, depth + 1)
            case ast.BinOp(op=ast.Add() | ast.Sub()):
                parts = [(self.of(part, depth + 1), turned) for part, turned in _chain(node, ast.Add, ast.Sub)]
                return self.made(Sum, tuple(self.made(Product, (MINUS_ONE, part)) if turned else part for part, turned in parts))
            case ast.BinOp(op=ast.Mult() | ast.Div()):
                parts = [(self.of(part, depth + 1), turned) for part, turned in _chain(node, ast.Mult, ast.Div)]
                return self.made(Product, tuple(self.made(Power, part, MINUS_ONE) if turned else part for part, turned in parts))
            case ast.BinOp(op=ast.Pow(), left=base, right=exponent):
                return self.made(Power, self.of(base, depth + 1), self.of(exponent, depth + 1))
            case ast.Call(func=ast.Name(id=function), args=arguments, keywords=[]):
                return self.made(Apply, function, tuple(self.of(part, depth + 1) for part in arguments))
        raise WrongShape(f"it holds {ast.unparse(node)[:60]!r}")

    def number(self, value: int) -> Node:
        """A whole number of no more digits than the budget has."""
        if digits_of(value) > self.budget.printable_digits:
            raise WrongShape(f"a number has more than {self.budget.printable_digits:,} digits, and no more are read")
        return Number(value)

    def made(self, kind: Callable[..., Node], *parts: Any) -> Node:
        """The part of this kind with these parts, made when it is first asked for."""
        return self.once.setdefault((kind, *parts), kind(*parts))  # type: ignore[no-any-return]


def _chain(node: ast.expr, plain: type[ast.operator], turned: type[ast.operator]) -> list[tuple[ast.expr, bool]]:
    """The parts of a chain such as ``a + b - c``, each with whether it is turned round: subtracted, or divided by."""
    parts: list[tuple[ast.expr, bool]] = []
    while isinstance(node, ast.BinOp) and isinstance(node.op, (plain, turned)):
        parts.append((node.right, isinstance(node.op, turned)))
        node = node.left
    return [(node, False), *reversed(parts)]


# ---- sizes


@dataclass(frozen=True)
class Size:
    """What a formula may grow to: terms above, factors below with their terms, degrees and powers, and what its functions cost."""

    terms: int = 1
    degree: int = 0
    below: Mapping[Node, tuple[int, int, int]] = field(default_factory=dict)
    atoms: Mapping[Node, int] = field(default_factory=dict)
    roots: frozenset[Node] = frozenset()

    @property
    def operations(self) -> int:
        """A bound on the work of simplifying it: 1 for a number."""
        spread = math.prod(_expanded(terms, power) for terms, _, power in self.below.values())
        degree = self.degree + sum(degree * power for _, degree, power in self.below.values())
        terms = min(self.terms + spread, VAST)
        work = terms * max(terms // 20, len(self.atoms) + degree) if self.atoms else 1
        return min((work + sum(self.atoms.values())) << min(len(self.roots), 40), VAST)


def _expanded(terms: int, power: int) -> int:
    """How many terms a power of a sum has."""
    if terms == 1:
        return 1
    return VAST if max(terms, power) > 10**4 else min(math.comb(terms + power - 1, power), VAST)


def size_of(node: Node, budget: Budget = STANDARD) -> Size:
    """The size of a formula from its shape; raises ``WrongShape`` for one that may grow out of the budget.

    >>> size_of(parsed("1/(p + q)")).operations
    11
    >>> size_of(parsed("(p + q + 1)**100"), Budget(operations=10**7)).operations
    1324066
    """
    inner: Callable[[Iterable[Node]], list[Size]] = lambda parts: [size_of(part, budget) for part in parts]
    match node:
        case Number():
            size = Size()
        case Name():
            size = Size(degree=1, atoms={node: 1})
        case Sum(parts):
            size = added(inner(parts))
        case Product(parts):
            size = _multiplied(inner(parts))
        case Power(base, exponent):
            size = _power_size(node, *inner([base, exponent]))
        case Apply(function, arguments):
            sizes = inner(arguments)
            size = _atom(node, _function_cost(function, sizes, arguments), sizes)
    check_operations(size, budget)
    return size


def check_operations(size: Size, budget: Budget) -> None:
    """Raises ``WrongShape`` for a size above the budget."""
    if size.operations > budget.operations:
        raise WrongShape(
            f"it may take {size.operations:,} operations to simplify, and at most {budget.operations:,} are done; "
            f"{_raised('operations', size.operations)}"
        )


def added(sizes: Iterable[Size]) -> Size:
    """The size of a sum, over a common denominator."""
    parts = list(sizes)
    below: dict[Node, tuple[int, int, int]] = {}
    for part in parts:
        for key, (terms, degree, power) in part.below.items():
            below[key] = (terms, degree, max(power, below.get(key, (0, 0, 0))[2]))
    if len(below) > MOST_BELOW:
        return _joined(parts, Size(VAST))
    total, highest = 0, 0
    for part in parts:
        missing = [(t, d, power - part.below.get(key, (0, 0, 0))[2]) for key, (t, d, power) in below.items()]
        total += part.terms * math.prod(_expanded(t, power) for t, _, power in missing if power)
        highest = max(highest, part.degree + sum(d * power for _, d, power in missing))
    return _joined(parts, Size(min(total, VAST) or 1, highest, below))


def _multiplied(parts: Sequence[Size]) -> Size:
    below: dict[Node, tuple[int, int, int]] = {}
    for part in parts:
        for key, (terms, degree, power) in part.below.items():
            below[key] = (terms, degree, power + below.get(key, (0, 0, 0))[2])
    terms = reduce(lambda total, part: min(total * part.terms, VAST), parts, 1)
    return _joined(parts, Size(terms, sum(part.degree for part in parts), below))


def _joined(parts: Sequence[Size], size: Size) -> Size:
    """The size with the atoms and roots of its parts."""
    atoms: dict[Node, int] = {}
    for part in parts:
        atoms |= part.atoms
    return Size(size.terms, size.degree, size.below, atoms, frozenset().union(*(part.roots for part in parts)))


def _power_size(node: Power, inner: Size, above: Size) -> Size:
    exponent = constant(node.exponent)
    if exponent is None or exponent.denominator > 1:
        of_number = not inner.atoms or bool(inner.roots)
        size = _atom(node, inner.operations + above.operations, [inner, above])
        return Size(1, 1, {}, size.atoms, size.roots | ({node} if of_number else set()))
    if exponent < 0:
        terms = math.prod(_expanded(terms, count) for terms, _, count in inner.below.values())
        degree = sum(d * count for _, d, count in inner.below.values())
        inner = Size(min(terms, VAST), degree, {node.base: (inner.terms, inner.degree, 1)} if inner.atoms else {}, inner.atoms, inner.roots)
    count = abs(exponent.numerator)
    below = {key: (terms, degree, held * count) for key, (terms, degree, held) in inner.below.items()}
    return Size(_expanded(inner.terms, count), inner.degree * count, below, inner.atoms, inner.roots)


def constant(node: Node) -> Fraction | None:
    """The rational number that numbers alone make, if it is a small one.

    >>> constant(parsed("-3/2")), constant(parsed("p")), constant(parsed("10**100"))
    (Fraction(-3, 2), None, None)
    """
    match node:
        case Number(value):
            return Fraction(value) if abs(value) <= 10**6 else None
        case Sum(parts) | Product(parts):
            made = list(map(constant, parts))
            whole = [value for value in made if value is not None]
            if len(whole) < len(made) or len(made) > 10:
                return None
            return sum(whole, Fraction(0)) if isinstance(node, Sum) else math.prod(whole, start=Fraction(1))
        case Power(base, Number(-1)):
            below = constant(base)
            return 1 / below if below else None
    return None


def _atom(node: Node, cost: int, inside: Iterable[Size]) -> Size:
    """A part that polynomials take as a symbol of its own."""
    parts = list(inside)
    roots = frozenset().union(*(part.roots for part in parts))
    is_root = isinstance(node, Apply) and node.function == "sqrt" and not any(part.atoms for part in parts)
    return Size(1, 1, {}, {node: min(cost, VAST)}, roots | ({node} if is_root else frozenset()))


def _function_cost(function: str, sizes: Sequence[Size], arguments: Sequence[Node]) -> int:
    inside = sum(size.operations for size in sizes)
    if function in ("Min", "Max"):
        wide = _width(arguments)
        return (4 * wide**2 + wide**3 // 2) * max(max((size.operations for size in sizes), default=1) // 4, 1)
    return 2 * inside if function in ("Abs", "sign") else inside + inside // 4 + 1


def _width(arguments: Sequence[Node]) -> int:
    """How many arguments an extreme has when the extremes inside it are spread out."""
    return sum(_width(part.arguments) if isinstance(part, Apply) and part.function in ("Min", "Max") else 1 for part in arguments)
