"""The rows of a mechanism: every combination of inputs, checked, and as text."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from causalkit.errors import CausalError, MechanismFailed, OutsideDomain, TooLarge, WrongShape, listing, suggestion
from causalkit.values.dist import Value
from causalkit.values.render import typed

__all__ = ["Domains", "Inputs", "assignment", "called", "check_value", "domain_text", "every_input", "matched", "rows_text"]

Inputs = tuple[Value, ...]
Domains = Mapping[str, tuple[Value, ...]]

MOST_ROWS = 1_000_000


def every_input(name: str, parents: Sequence[str], domains: Domains) -> Iterable[Inputs]:
    """Every combination of the parents' values, the last parent changing fastest.

    >>> list(every_input("z", ["x", "y"], {"x": (0, 1), "y": ("a",)}))
    [(0, 'a'), (1, 'a')]
    """
    count = math.prod(len(domains[parent]) for parent in parents)
    if count > MOST_ROWS:
        raise TooLarge(f"{name!r} has {count:,} rows, and at most {MOST_ROWS:,} are tabulated; give it fewer parents, or variables between")
    return itertools.product(*(domains[parent] for parent in parents))


def called(f: Callable[..., Value], name: str, parents: Sequence[str], inputs: Inputs) -> Value:
    """The value of a function for one combination of inputs; raises ``MechanismFailed`` with the inputs when it raises."""
    try:
        return f(*inputs)
    except CausalError:
        raise
    except Exception as error:
        raise MechanismFailed(
            f"the function of {name!r} raised {type(error).__name__}: {error} for {assignment(parents, inputs)}; "
            "it must return a value for every combination of its parents' values"
        ) from error


def check_value(name: str, parents: Sequence[str], inputs: Inputs, value: Value, declared: tuple[Value, ...] | None) -> None:
    """Raises ``OutsideDomain`` for a value that a variable cannot take."""
    where = f"with {assignment(parents, inputs)}" if parents else "in its own distribution"
    try:
        hash(value)
    except TypeError:
        raise OutsideDomain(f"{name!r} is {value!r} {where}, and values must be hashable; return a tuple or a frozenset") from None
    if value != value:
        raise OutsideDomain(f"{name!r} is {value!r} {where}, and a value must equal itself")
    if declared is not None and value not in declared:
        raise OutsideDomain(
            f"{name!r} is {value!r} {where}, and its domain was declared as {listing(declared)}{suggestion(value, declared)}"
        )


def matched(name: str, parents: tuple[str, ...], rows: Mapping[Any, Any], domains: Domains) -> dict[Inputs, Any]:
    """Every combination of inputs with the key under which the rows hold it."""
    found: dict[Inputs, Any] = {}
    for inputs in every_input(name, parents, domains):
        keys = [key for key in ([inputs, inputs[0]] if len(inputs) == 1 else [inputs]) if key in rows]
        if not keys:
            raise WrongShape(f"{name!r} has no row for {assignment(parents, inputs)}; add {_key(inputs)}: ... to its rows")
        found[inputs] = keys[0]
    used = set(found.values())
    for key in rows:
        if key not in used:
            raise WrongShape(f"{name!r} has a row for {key!r}, which its parents never take; they are {_domains_text(parents, domains)}")
    return found


def assignment(parents: Sequence[str], inputs: Inputs) -> str:
    """The parents with their values, for messages."""
    return ", ".join(f"{parent}={value!r}" for parent, value in zip(parents, inputs, strict=True)) or "no parents"


def _domains_text(parents: Sequence[str], domains: Domains) -> str:
    return "; ".join(f"{parent} in {listing(domains[parent])}" for parent in parents) or "none"


def _key(inputs: Inputs) -> str:
    return (
        typed(inputs[0])
        if len(inputs) == 1 and not isinstance(inputs[0], tuple)
        else f"({', '.join(map(typed, inputs))}{',' * (len(inputs) == 1)})"
    )


def rows_text(rows: Mapping[Any, Any]) -> str:
    """The rows as they would be typed."""
    shown = (f"{_key(key) if isinstance(key, tuple) else typed(key)}: {typed(value)}" for key, value in rows.items())
    return f"{{{', '.join(shown)}}}"


def domain_text(domain: tuple[Value, ...] | None) -> str:
    """A declared domain as it would be typed, as one more argument."""
    return "" if domain is None else f", domain=[{', '.join(map(typed, domain))}]"
