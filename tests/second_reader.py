"""A second, small reader of documents, which shares no code with the first: what a model, a world or a formula means, in plain Python."""

from __future__ import annotations

import ast
import cmath
import json
import math
import operator
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

__all__ = ["formula_at", "meaning_of_model", "meaning_of_uai", "meaning_of_world"]

OPERATORS: Mapping[type, Callable[..., Any]] = {
    ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv, ast.Pow: operator.pow,
    ast.USub: operator.neg, ast.UAdd: operator.pos,
}  # fmt: skip
FUNCTIONS: Mapping[str, Callable[..., Any]] = {
    "exp": cmath.exp, "log": cmath.log, "sqrt": cmath.sqrt, "sin": cmath.sin, "cos": cmath.cos, "tan": cmath.tan, "Abs": abs,
    "Min": lambda *xs: min(xs, key=lambda x: complex(x).real), "Max": lambda *xs: max(xs, key=lambda x: complex(x).real),
    "sign": lambda x: (complex(x).real > 0) - (complex(x).real < 0),
}  # fmt: skip


def formula_at(text: str, values: Mapping[str, float]) -> complex:
    """The number that a formula is where its symbols have these values."""

    def of(node: ast.expr) -> Any:
        match node:
            case ast.Constant(value=value):
                return value
            case ast.Name(id=name):
                return values[name] if name in values else {"pi": math.pi, "E": math.e}[name]
            case ast.UnaryOp(op=op, operand=operand):
                return OPERATORS[type(op)](of(operand))
            case ast.BinOp(op=op, left=left, right=right):
                a, b = of(left), of(right)
                exact = isinstance(op, ast.Div) and isinstance(a, int | Fraction) and isinstance(b, int | Fraction)
                return Fraction(a) / Fraction(b) if exact else OPERATORS[type(op)](a, b)
            case ast.Call(func=ast.Name(id=name), args=arguments):
                return FUNCTIONS[name](*map(of, arguments))
        raise ValueError(ast.dump(node))

    return complex(of(ast.parse(text.strip(), mode="eval").body))


def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    assert len({name for name, _ in pairs}) == len(pairs)
    return dict(pairs)


def value(given: Any) -> Any:
    """A value: numbers and truths by what they equal, because labels that are equal are one; formulas as their text and symbols."""
    if isinstance(given, dict):
        if set(given) == {"fraction"}:
            return "number", Fraction(given["fraction"])
        if set(given) == {"float"}:
            return "number", Fraction(float(Fraction(given["float"])))
        if set(given) == {"tuple"}:
            return "tuple", tuple(map(value, given["tuple"]))
        assert set(given) == {"symbols", "with"}
        return "symbols", given["symbols"], tuple(sorted((name, tuple(sorted(said.items()))) for name, said in given["with"]))
    assert given is None or type(given) in (str, bool, int)
    return ("number", Fraction(given)) if isinstance(given, int) else (type(given).__name__, given)


def weight(given: Any) -> Any:
    """A weight: an exact number, or a formula."""
    if isinstance(given, dict):
        return (
            Fraction(repr(float(Fraction(given["float"]))))
            if "float" in given
            else value(given)[1]
            if "fraction" in given
            else value(given)
        )
    assert type(given) in (str, int)
    return Fraction(given)


def dist(pairs: Any) -> dict[Any, Any]:
    return {value(one): weight(how) for one, how in pairs if weight(how) != 0}


def mechanism(one: Mapping[str, Any]) -> tuple[Any, ...]:
    """A mechanism: its kind, its parents, its rows by what the parents are, and what else it states."""
    (kind,) = set(one) & {"noise", "constant", "table", "cpt", "choice"}
    if kind == "noise":
        return kind, (), {(): dist(one["noise"])}, None
    if kind == "constant":
        return kind, (), {(): value(one["constant"])}, None
    if kind == "choice":
        return kind, tuple(one.get("sees", ())), tuple(map(value, one["choice"])), None
    read = dist if kind == "cpt" else value
    rows = {tuple(map(value, seen)): read(what) for seen, what in one[kind]}
    return kind, tuple(one.get("parents", ())), rows, one.get("coupling")


def meaning_of_model(document: Any) -> dict[str, Any]:
    """Variables with their mechanisms, in order."""
    assert document["format"] == "causalkit model"
    assert type(document["version"]) is int
    return {name: mechanism(one) for name, one in document["variables"].items()}


def meaning_of_world(text: str) -> dict[str, Any]:
    """A world: its model, its roles, its policies, its words."""
    document = json.loads(text, object_pairs_hook=once)
    roles = {
        name: (one["variable"], {value(v): value(m) for v, m in one.get("means", [])}) for name, one in document.get("roles", {}).items()
    }
    return {
        "model": meaning_of_model(document["model"]),
        "roles": roles,
        "policies": {name: policy(one) for name, one in document.get("policies", {}).items()},
        "baseline": None if document.get("baseline") is None else policy(document["baseline"]),
        "words": {word: document.get(word, "") for word in ("name", "description", "source", "caveat")},
    }


def policy(rules: Mapping[str, Any]) -> dict[Any, Any]:
    return {(decision, tuple(map(value, seen))): act(what) for decision, rows in rules.items() for seen, what in rows}


def act(what: Any) -> Any:
    return dist(what["dist"]) if isinstance(what, dict) and set(what) == {"dist"} else value(what)


def meaning_of_uai(text: str) -> list[tuple[int, tuple[int, ...], list[Fraction]]]:
    """The tables of a UAI text: child, parents, numbers in their order."""
    lines = [line.partition("#")[0] for line in text.splitlines()]
    words = iter(" ".join(lines).split())
    assert next(words) == "BAYES"
    for _ in range(int(next(words))):
        next(words)
    scopes = [[int(next(words)) for _ in range(int(next(words)))] for _ in range(int(next(words)))]
    return [(scope[-1], tuple(scope[:-1]), [Fraction(next(words)) for _ in range(int(next(words)))]) for scope in scopes]
