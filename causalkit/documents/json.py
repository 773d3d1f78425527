"""Models as JSON documents: tables only, exact, and safe to read from strangers, because reading one never runs code.

A document is ``{"format": "causalkit model", "version": 1, "variables": {name: mechanism, ...}}``. Mechanisms are

- ``{"noise": [[value, weight], ...]}``
- ``{"constant": value}``
- ``{"table": [[inputs, value], ...], "parents": [name, ...], "domain": [value, ...]}`` (``domain`` when it was declared)
- ``{"cpt": [[inputs, [[value, weight], ...]], ...], "parents": [...], "coupling": "monotone", "domain": [...]}``
- ``{"choice": [option, ...], "sees": [name, ...]}``

Text, booleans, integers and null stand for themselves. Other values are tagged: ``{"fraction": "1/4"}``, ``{"float": "0.1"}``,
``{"tuple": [...]}``, ``{"symbols": "p**2 - 1", "with": [["p", {"positive": true}]]}``. Weights are text, ``"1/4"``, or symbols.
"""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Callable, Hashable, Mapping
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import Any, TypeVar, cast

from causalkit.documents.budget import STANDARD, Budget, check_common, check_document, check_number, check_text, check_written, read_text
from causalkit.documents.files import write_whole
from causalkit.documents.plain import plain_mechanisms
from causalkit.documents.symbols import read_symbols, size_of_sum, written_symbols
from causalkit.errors import CausalError, WrongFile, WrongShape
from causalkit.mechanisms.constructors import choice, cpt, table
from causalkit.mechanisms.mechanism import CPT, Choice, Constant, Mechanism, Noise, Table
from causalkit.model import Model
from causalkit.values.arguments import checked
from causalkit.values.dist import Dist
from causalkit.values.exact import Number, exact, is_symbolic

__all__ = [
    "Budget", "from_json", "in_file", "load", "read_dist", "read_document", "read_mechanism", "read_value", "save", "to_json",
    "write_whole", "written_mechanism", "written_value",
]  # fmt: skip

T = TypeVar("T")

FORMAT = "causalkit model"
VERSION = 1


@checked
def to_json(model: Model) -> dict[str, Any]:
    """A model as a JSON document; raises ``WrongShape`` for one with evidence or edits, and for values that have no JSON form.

    >>> to_json(Model(rain=Dist({True: "1/4", False: "3/4"})))["variables"]
    {'rain': {'noise': [[True, '1/4'], [False, '3/4']]}}
    """
    laws = plain_mechanisms(model, "JSON", "from_json(document)")
    variables = {name: written_mechanism(law) for name, law in laws.items()}
    return {"format": FORMAT, "version": VERSION, "variables": variables}


@checked
def from_json(document: Any, *, at: str = "$", budget: Budget = STANDARD) -> Model:
    """The model of a JSON document within a budget; raises ``WrongFile`` naming the place in the document where it is not one.

    >>> m = Model(rain=Dist({True: "1/4", False: "3/4"}), wet=lambda rain: rain)
    >>> from_json(to_json(m)) == m
    True
    """
    check_document(document, budget, at)
    _expect(isinstance(document, Mapping), at, "an object", document)
    _expect(document.get("format") == FORMAT, f"{at}.format", f"{FORMAT!r}", document.get("format"))
    version = document.get("version")
    _expect(type(version) is int and version == VERSION, f"{at}.version", f"{VERSION}", version)
    variables = document.get("variables")
    _expect(isinstance(variables, Mapping), f"{at}.variables", "an object that holds mechanisms by name", variables)
    fields = {"format", "version", "variables"}
    _expect(set(document) <= fields, at, f"nothing beside {', '.join(sorted(fields))}", sorted(map(str, set(document) - fields)))
    return _located(
        f"{at}.variables", lambda: Model({name: read_mechanism(one, f"{at}.variables.{name}", budget) for name, one in variables.items()})
    )


@checked
def save(model: Model, path: str | Path) -> None:
    """Write a model to a file; the file is replaced when the whole of it has been written, or left as it was."""
    write_whole(Path(path), json.dumps(to_json(model), indent=1, ensure_ascii=False) + "\n")


@checked
def load(path: str | Path, *, budget: Budget = STANDARD) -> Model:
    """The model of a file within a budget; raises ``WrongFile`` when it holds none."""
    return in_file(Path(path), lambda document: from_json(document, budget=budget), budget)


@checked
def in_file(path: Path, read: Callable[[Any], T], budget: Budget = STANDARD) -> T:
    """What a reader makes of a JSON file, with the file's name in its complaints."""
    try:
        return read(read_document(read_text(path, budget), budget))
    except UnicodeDecodeError:
        raise WrongFile(f"{path} is not text in UTF-8, and a JSON document is") from None
    except WrongFile as error:
        raise WrongFile(f"{path}: {error}") from None


@checked
def read_document(text: str, budget: Budget = STANDARD) -> Any:
    """JSON text as a document within a budget; raises ``WrongFile`` for text that is no JSON, or names something twice in one object."""
    check_text(text, budget)
    try:
        document = json.loads(text, object_pairs_hook=_once, parse_constant=_no_constant, parse_int=partial(_whole, budget=budget))
    except json.JSONDecodeError as error:
        raise WrongFile(f"not JSON: {error.msg} in line {error.lineno}, column {error.colno}") from None
    except RecursionError:
        raise WrongFile("not a document: it is nested too deeply") from None
    check_document(document, budget)
    return document


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    one = dict(pairs)
    if len(one) < len(pairs):
        twice = next(name for name, times in Counter(name for name, _ in pairs).items() if times > 1)
        raise WrongFile(f"{twice!r} is named twice in one object; name it once")
    return one


def _whole(text: str, budget: Budget) -> int:
    check_number(text, budget)
    return int(text)


def _no_constant(word: str) -> Any:
    raise WrongFile(f"{word} is not a value; numbers are finite")


def written_mechanism(one: Mechanism) -> dict[str, Any]:
    """A mechanism as JSON; raises ``WrongShape`` for one that has no JSON form."""
    match one:
        case Noise(dist):
            return {"noise": _written_dist(dist)}
        case Constant(value):
            return {"constant": written_value(value)}
        case Table(parents, rows, declared):
            cells = [[_written_inputs(inputs), written_value(value)] for inputs, value in rows.items()]
            return {"table": cells, "parents": list(parents), **_written_domain(declared)}
        case CPT(parents, rows, coupling, declared):
            cells = [[_written_inputs(inputs), _written_dist(dist)] for inputs, dist in rows.items()]
            stated = {"coupling": coupling} if coupling else {}
            return {"cpt": cells, "parents": list(parents), **stated, **_written_domain(declared)}
        case Choice(options, sees):
            return {"choice": [written_value(option) for option in options], "sees": list(sees)}
    raise WrongShape(f"{one!r} has no JSON form")


def _written_inputs(inputs: tuple[Hashable, ...]) -> list[Any]:
    return [written_value(value) for value in inputs]


def _written_domain(declared: tuple[Hashable, ...] | None) -> dict[str, Any]:
    return {} if declared is None else {"domain": [written_value(value) for value in declared]}


def _written_dist(dist: Dist) -> list[Any]:
    return [[written_value(value), _written_weight(weight)] for value, weight in dist.items()]


def _written_weight(weight: Number) -> Any:
    if not isinstance(weight, Fraction):
        return written_symbols(weight)
    check_written(weight, "a probability")
    return str(weight)


def read_mechanism(one: Any, at: str = "$", budget: Budget = STANDARD) -> Mechanism:
    """A mechanism from its JSON form; raises ``WrongFile`` naming the place."""
    _expect(isinstance(one, Mapping), at, "an object that is a mechanism", one)
    kinds = [kind for kind in _READERS if kind in one]
    _expect(len(kinds) == 1, at, f"one of {', '.join(_READERS)}", sorted(one))
    kind = kinds[0]
    allowed = {kind, *_FIELDS[kind]}
    _expect(set(one) <= allowed, at, f"nothing beside {', '.join(sorted(allowed))}", sorted(set(one) - allowed))
    return _located(at, lambda: _READERS[kind](one, at, budget))


def _read_noise(one: Mapping[str, Any], at: str, budget: Budget) -> Mechanism:
    return Noise(read_dist(one["noise"], f"{at}.noise", budget))


def _read_constant(one: Mapping[str, Any], at: str, budget: Budget) -> Mechanism:
    return Constant(read_value(one["constant"], f"{at}.constant", budget))


def _read_table(one: Mapping[str, Any], at: str, budget: Budget) -> Mechanism:
    rows = {inputs: read_value(value, where, budget) for inputs, value, where in _read_rows(one["table"], f"{at}.table", budget)}
    return table(_read_names(one, "parents", at), rows, domain=_read_domain(one, at, budget))


def _read_cpt(one: Mapping[str, Any], at: str, budget: Budget) -> Mechanism:
    rows = {inputs: read_dist(dist, where, budget) for inputs, dist, where in _read_rows(one["cpt"], f"{at}.cpt", budget)}
    return cpt(_read_names(one, "parents", at), rows, coupling=one.get("coupling"), domain=_read_domain(one, at, budget))


def _read_choice(one: Mapping[str, Any], at: str, budget: Budget) -> Mechanism:
    return choice(*_read_values(one["choice"], f"{at}.choice", budget), sees=_read_names(one, "sees", at))


_READERS: Mapping[str, Callable[[Mapping[str, Any], str, Budget], Mechanism]] = {
    "noise": _read_noise,
    "constant": _read_constant,
    "table": _read_table,
    "cpt": _read_cpt,
    "choice": _read_choice,
}
_FIELDS: Mapping[str, set[str]] = {
    "noise": set(),
    "constant": set(),
    "table": {"parents", "domain"},
    "cpt": {"parents", "domain", "coupling"},
    "choice": {"sees"},
}


def _read_rows(rows: Any, at: str, budget: Budget) -> list[tuple[tuple[Hashable, ...], Any, str]]:
    _expect(isinstance(rows, list), at, "a list of [inputs, value] pairs", rows)
    read = [(_read_inputs(row, f"{at}[{i}]", budget), row[1], f"{at}[{i}][1]") for i, row in enumerate(rows)]
    before: set[tuple[Hashable, ...]] = set()
    for i, (inputs, _, _) in enumerate(read):
        _expect(inputs not in before, f"{at}[{i}]", "a row for other inputs than the rows before", "the same inputs again")
        before.add(inputs)
    return read


def _read_inputs(row: Any, at: str, budget: Budget) -> tuple[Hashable, ...]:
    _expect(isinstance(row, list) and len(row) == 2 and isinstance(row[0], list), at, "a pair [inputs, value] with a list of inputs", row)
    return tuple(_read_values(row[0], f"{at}[0]", budget))


def _read_names(one: Mapping[str, Any], field: str, at: str) -> list[str]:
    names = one.get(field, [])
    _expect(isinstance(names, list) and all(isinstance(name, str) for name in names), f"{at}.{field}", "a list of names", names)
    return list(names)


def _read_domain(one: Mapping[str, Any], at: str, budget: Budget) -> list[Hashable] | None:
    return _read_values(one["domain"], f"{at}.domain", budget) if "domain" in one else None


@checked
def read_dist(pairs: Any, at: str = "$", budget: Budget = STANDARD) -> Dist:
    """A distribution from its JSON form, a list of [value, weight] pairs; raises ``WrongFile`` naming the place.

    >>> read_dist([["a", "1/4"], ["b", "3/4"]])
    Dist({'a': '1/4', 'b': '3/4'})
    """
    _expect(isinstance(pairs, list), at, "a list of [value, weight] pairs", pairs)
    weights: dict[Hashable, Number] = {}
    for i, pair in enumerate(pairs):
        _expect(isinstance(pair, list) and len(pair) == 2, f"{at}[{i}]", "a pair [value, weight]", pair)
        value = read_value(pair[0], f"{at}[{i}][0]", budget)
        _expect(value not in weights, f"{at}[{i}][0]", "a value that is not named before", pair[0])
        weights[value] = _read_weight(pair[1], f"{at}[{i}][1]", budget)
    check_common(weights.values(), budget, at)
    formulas = [weight["symbols"] for _, weight in pairs if isinstance(weight, Mapping) and "symbols" in weight]
    _located(at, lambda: size_of_sum(formulas, budget))
    return _located(at, lambda: Dist(weights))


def _read_weight(weight: Any, at: str, budget: Budget) -> Number:
    if isinstance(weight, Mapping):
        return cast("Number", read_value(weight, at, budget))
    _expect(isinstance(weight, (str, int)) and not isinstance(weight, bool), at, "a weight such as '1/4'", weight)
    return _number(weight, at, budget)


def _number(text: str | int, at: str, budget: Budget) -> Fraction:
    """An exact number from its text; a few characters may not stand for millions of digits."""
    if isinstance(text, str):
        check_number(text, budget, at)
    return cast("Fraction", _located(at, lambda: exact(text)))


def written_value(value: Hashable) -> Any:
    """A value as JSON; raises ``WrongShape`` for one that has no JSON form.

    >>> written_value(("a", Fraction(1, 4)))
    {'tuple': ['a', {'fraction': '1/4'}]}
    """
    if type(value) is int or isinstance(value, Fraction):
        check_written(value, "a value")
    if value is None or isinstance(value, (str, bool)) or type(value) is int:
        return value
    if isinstance(value, Fraction):
        return {"fraction": str(value)}
    if isinstance(value, float) and math.isfinite(value):
        return {"float": repr(float(value))}
    if type(value) is tuple:
        return {"tuple": [written_value(part) for part in value]}
    if is_symbolic(value):
        return written_symbols(value)
    raise WrongShape(f"the value {value!r} has no JSON form; text, numbers, booleans, None, tuples of these and sympy expressions have one")


@checked
def read_value(value: Any, at: str = "$", budget: Budget = STANDARD) -> Hashable:
    """A value from its JSON form; raises ``WrongFile`` naming the place.

    >>> read_value({"tuple": ["a", {"fraction": "1/4"}]})
    ('a', Fraction(1, 4))
    """
    if value is None or isinstance(value, (str, bool, int)):
        return value
    if isinstance(value, Mapping) and set(value) == {"fraction"} and isinstance(value["fraction"], str):
        return _number(value["fraction"], f"{at}.fraction", budget)
    if isinstance(value, Mapping) and set(value) == {"float"} and isinstance(value["float"], str):
        return _located(at, lambda: float(_number(value["float"], f"{at}.float", budget)))
    if isinstance(value, Mapping) and set(value) == {"tuple"} and isinstance(value["tuple"], list):
        return tuple(_read_values(value["tuple"], f"{at}.tuple", budget))
    if isinstance(value, Mapping) and set(value) == {"symbols", "with"}:
        expression: Hashable = _located(at, lambda: read_symbols(value, budget=budget))
        return expression
    raise _unexpected(at, "text, a whole number, true, false, null, or a tagged value (fraction, float, tuple, symbols)", value)


def _read_values(values: Any, at: str, budget: Budget) -> list[Hashable]:
    _expect(isinstance(values, list), at, "a list of values", values)
    return [read_value(value, f"{at}[{i}]", budget) for i, value in enumerate(values)]


def _located(at: str, read: Callable[[], T]) -> T:
    """What a reader returns, with the place in the document in its complaints."""
    try:
        return read()
    except WrongFile as error:
        raise error if str(error).startswith("$") else WrongFile(f"{at}: {error}") from None
    except RecursionError:
        raise WrongFile(f"{at}: nested too deeply") from None
    except (CausalError, ValueError, ZeroDivisionError, TypeError, OverflowError) as error:
        raise WrongFile(f"{at}: {error}") from None


def _expect(holds: bool, at: str, expected: str, found: Any) -> None:
    if not holds:
        raise _unexpected(at, expected, found)


def _unexpected(at: str, expected: str, found: Any) -> WrongFile:
    shown = json.dumps(found, default=str)
    return WrongFile(f"{at}: expected {expected}, and found {shown if len(shown) <= 80 else shown[:77] + '...'}")
