"""The rows of a mechanism: every combination of inputs, checked, and as text."""

from __future__ import annotations

import copy
import itertools
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from causalkit.errors import CausalError, MechanismFailed, OutsideDomain, TooLarge, WrongShape, listing, suggestion
from causalkit.values.dist import Dist, Value
from causalkit.values.render import typed

__all__ = ["Domains", "Inputs", "answers", "assignment", "check_value", "domain_text", "every_input", "matched", "rows_text"]

Inputs = tuple[Value, ...]
Domains = Mapping[str, tuple[Value, ...]]

MOST_ROWS = 1_000_000

PLAIN = frozenset({bool, int, float, complex, str, bytes, tuple, frozenset, type(None), Fraction, Decimal})
"""Types whose values nobody can change."""


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
    """The value of a function for one combination of inputs, asked once; kept for one release, ``answers`` asks for many."""
    return answers(f, repr(name), parents, [inputs], twice=False)[inputs]


def answers(
    f: Callable[..., Value], who: str, parents: Sequence[str], inputs: Iterable[Inputs], *, twice: bool = True, needs: str = ""
) -> dict[Inputs, Value]:
    """What a function gives for every combination of inputs, asked twice: the second time from the last to the first.

    ``who`` is what messages call it, and ``needs`` says what it must return. Raises ``MechanismFailed`` with the inputs when it raises,
    when it gives two answers to one question, and when it changes what it is given; ``OutsideDomain`` for an answer that can be read only
    once. With ``twice=False`` it is asked once.

    >>> answers(lambda x: not x, "the function of 'y'", ["x"], [(False,), (True,)])
    {(False,): True, (True,): False}
    """
    rows = list(inputs)
    ask = _careful(f, parents) if {type(value) for row in rows for value in row} - PLAIN else f
    found: dict[Inputs, Value] = {}
    for row in rows:
        try:
            found[row] = ask(*row)
        except Exception as error:
            raise _failed(who, parents, row, error, needs) from error
    for row in reversed(rows) if twice else ():
        first = found[row]
        try:
            again = ask(*row)
        except Exception as error:
            raise _failed(who, parents, row, error, needs) from error
        if first is not again and not _alike(first, again):
            raise _two_answers(who, parents, row, first, again)
    return found


def _failed(who: str, parents: Sequence[str], inputs: Inputs, error: Exception, needs: str) -> CausalError:
    where = assignment(parents, inputs)
    if isinstance(error, CausalError):
        return type(error)(f"{who}, for {where}: {error}")
    return MechanismFailed(f"{who} raised {type(error).__name__}: {error} for {where}{needs}")


def _two_answers(who: str, parents: Sequence[str], inputs: Inputs, first: Value, again: Value) -> CausalError:
    where = assignment(parents, inputs)
    if _is_read_once(first):
        return OutsideDomain(f"{who} gives {first!r} for {where}, which can be read only once; return a tuple")
    return MechanismFailed(
        f"{who} gives {first!r} and then {again!r} for {where}, and it must always give the same; "
        "make the randomness a noise variable, such as luck=ck.coin('1/2'), and let the function listen to it"
    )


def _is_read_once(value: Any) -> bool:
    """Whether a value is an iterator, or something to be awaited."""
    return hasattr(type(value), "__next__") or hasattr(type(value), "__await__")


def _careful(f: Callable[..., Value], parents: Sequence[str]) -> Callable[..., Value]:
    """The function where what it is given might be changed by it, which is refused as far as comparing tells."""

    def ask(*inputs: Value) -> Value:
        try:
            before: Any = copy.deepcopy(inputs)
            comparable = bool(before == inputs)
        except Exception:  # a value that cannot be copied cannot be compared with what it was
            before, comparable = None, False
        code, shown = hash(inputs), assignment(parents, inputs)
        answer = f(*inputs)
        if hash(inputs) != code or (comparable and before != inputs):
            raise MechanismFailed(f"it changes what it is given, which was {shown}; let it work on a copy")
        return answer

    return ask


def _alike(first: Value, again: Value) -> bool:
    """Whether two answers are one; what cannot be compared, or does not equal itself, is refused as a value and not here."""
    try:
        return bool(first == again) or bool(first != first)
    except Exception:
        return True


def _instead(value: Any) -> str:
    """What somebody meant who typed, in the place of a mechanism, what cannot be a value."""
    if isinstance(value, Mapping):
        return "; type Dist({value: '1/2', ...}) for noise, table(['parent'], {value: value, ...}) for a table"
    return "; type uniform(...) for noise, choice(...) for a decision" if isinstance(value, list | set) else ""


def check_value(name: str, parents: Sequence[str], inputs: Inputs, value: Value, declared: tuple[Value, ...] | None) -> None:
    """Raises ``OutsideDomain`` for a value that a variable cannot take."""
    try:
        hash(value)
    except TypeError:
        where, meant = _where(parents, inputs), "" if parents else _instead(value)
        raise OutsideDomain(f"{name!r} is {value!r} {where}, and values must be hashable; return a tuple or a frozenset{meant}") from None
    if type(value) not in PLAIN and _is_read_once(value):
        raise OutsideDomain(f"{name!r} is {value!r} {_where(parents, inputs)}, which can be read only once; return a tuple")
    try:
        differs = bool(value != value)
    except Exception:
        raise OutsideDomain(f"{name!r} is {value!r} {_where(parents, inputs)}, and values must be comparable with ==") from None
    if differs:
        raise OutsideDomain(f"{name!r} is {value!r} {_where(parents, inputs)}, and a value must equal itself")
    if declared is None and parents and isinstance(value, Dist):
        raise OutsideDomain(
            f"{name!r} is {value!r} {_where(parents, inputs)}, and a distribution is not drawn from there; type cpt({list(parents)!r}, "
            "{...}) for a distribution in each row, or make the randomness a noise variable, such as luck=coin('1/2'), that a function "
            "listens to; with domain=[...] distributions are values like others"
        )
    if declared is not None and value not in declared:
        raise OutsideDomain(
            f"{name!r} is {value!r} {_where(parents, inputs)}, and its domain was declared as {listing(declared)}"
            f"{suggestion(value, declared)}"
        )


def _where(parents: Sequence[str], inputs: Inputs) -> str:
    return f"with {assignment(parents, inputs)}" if parents else "in its own distribution"


def matched(name: str, parents: tuple[str, ...], rows: Mapping[Any, Any], domains: Domains) -> dict[Inputs, Any]:
    """Every combination of inputs with the key under which the rows hold it."""
    found: dict[Inputs, Any] = {}
    for inputs in every_input(name, parents, domains):
        keys = [key for key in ([inputs, inputs[0]] if len(inputs) == 1 else [inputs]) if key in rows]
        if not keys:
            raise WrongShape(f"{name!r} has no row for {assignment(parents, inputs)}; add {_key(inputs)}: ... to its rows")
        found[inputs] = keys[0]
    used = set(found.values())
    if len(parents) == 1 and len(used) < len(found):
        _check_one_each(name, parents, found)
    for key in rows:
        if key not in used:
            raise WrongShape(f"{name!r} has a row for {key!r}, which its parents never take; they are {_domains_text(parents, domains)}")
    return found


def grid(rows: Iterable[Inputs]) -> tuple[tuple[Value, ...], ...] | None:
    """The values of each parent, where rows are all their combinations, the last changing fastest; None for rows in another order.

    >>> grid([("a", 0), ("a", 1)]), grid([("a", 1), ("b", 0)])
    ((('a',), (0, 1)), None)
    """
    inputs = list(rows)
    values = tuple(tuple(dict.fromkeys(column)) for column in zip(*inputs, strict=True))
    return values if inputs == list(itertools.product(*values)) else None


def _check_one_each(name: str, parents: tuple[str, ...], found: Mapping[Inputs, Any]) -> None:
    """Raises ``WrongShape`` for a row that answers for a value and for the tuple of that value."""
    first: dict[Any, Inputs] = {}
    for inputs, key in found.items():
        if first.setdefault(key, inputs) != inputs:
            one, other = (assignment(parents, each) for each in (first[key], inputs))
            raise WrongShape(
                f"{name!r} has one row {key!r} for both {one} and {other}; "
                f"wrap each key in a tuple, as in ({first[key][0]!r},) and ({inputs[0]!r},)"
            )


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
