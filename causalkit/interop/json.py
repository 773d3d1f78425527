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
import os
import re
import tempfile
from collections.abc import Callable, Hashable, Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any, TypeVar, cast

from causalkit.errors import CausalError, WrongFile, WrongShape
from causalkit.interop.symbols import read_symbols, written_symbols
from causalkit.mechanisms.constructors import choice, cpt, table
from causalkit.mechanisms.mechanism import CPT, Choice, Constant, Mechanism, Noise, Table
from causalkit.model import Model
from causalkit.values.dist import Dist
from causalkit.values.exact import Number, exact, is_symbolic

__all__ = [
    "from_json",
    "in_file",
    "load",
    "read_document",
    "read_mechanism",
    "read_value",
    "save",
    "to_json",
    "write_whole",
    "written_mechanism",
    "written_value",
]

T = TypeVar("T")

FORMAT = "causalkit model"
VERSION = 1


def to_json(model: Model) -> dict[str, Any]:
    """A model as a JSON document; raises ``WrongShape`` for one with evidence or edits, and for values that have no JSON form.

    >>> to_json(Model(rain=Dist({True: "1/4", False: "3/4"})))["variables"]
    {'rain': {'noise': [[True, '1/4'], [False, '3/4']]}}
    """
    plain = Model({name: model.mechanism(name) for name in model.names})
    if plain != model:
        raise WrongShape("a model that has been observed or edited has no JSON form; write the model before given and do")
    variables = {name: written_mechanism(model.mechanism(name)) for name in model.names}
    return {"format": FORMAT, "version": VERSION, "variables": variables}


def from_json(document: Any, *, at: str = "$") -> Model:
    """The model of a JSON document; raises ``WrongFile`` naming the place in the document where it is not one.

    >>> m = Model(rain=Dist({True: "1/4", False: "3/4"}), wet=lambda rain: rain)
    >>> from_json(to_json(m)) == m
    True
    """
    _expect(isinstance(document, Mapping), at, "an object", document)
    _expect(document.get("format") == FORMAT, f"{at}.format", f"{FORMAT!r}", document.get("format"))
    version = document.get("version")
    _expect(type(version) is int and version == VERSION, f"{at}.version", f"{VERSION}", version)
    variables = document.get("variables")
    _expect(isinstance(variables, Mapping), f"{at}.variables", "an object that holds mechanisms by name", variables)
    fields = {"format", "version", "variables"}
    _expect(set(document) <= fields, at, f"nothing beside {', '.join(sorted(fields))}", sorted(map(str, set(document) - fields)))
    return _located(
        f"{at}.variables", lambda: Model({name: read_mechanism(one, f"{at}.variables.{name}") for name, one in variables.items()})
    )


def save(model: Model, path: str | Path) -> None:
    """Write a model to a file; the file is replaced when the whole of it has been written, or left as it was."""
    write_whole(Path(path), json.dumps(to_json(model), indent=1, ensure_ascii=False) + "\n")


def load(path: str | Path) -> Model:
    """The model of a file; raises ``WrongFile`` when it holds none."""
    return in_file(Path(path), from_json)


def in_file(path: Path, read: Callable[[Any], T]) -> T:
    """What a reader makes of a JSON file, with the file's name in its complaints."""
    try:
        return read(read_document(path.read_text(encoding="utf-8")))
    except UnicodeDecodeError:
        raise WrongFile(f"{path} is not text in UTF-8, and a JSON document is") from None
    except WrongFile as error:
        raise WrongFile(f"{path}: {error}") from None


def read_document(text: str) -> Any:
    """JSON text as a document; raises ``WrongFile`` for text that is no JSON, or names something twice in one object."""
    try:
        return json.loads(text, object_pairs_hook=_once, parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        raise WrongFile(f"not JSON: {error.msg} in line {error.lineno}, column {error.colno}") from None
    except WrongFile:
        raise
    except ValueError as error:
        raise WrongFile(f"not a document: {error}") from None
    except RecursionError:
        raise WrongFile("not a document: it is nested too deeply") from None


def write_whole(path: Path, text: str) -> None:
    """Write a file at once: it is either replaced by the whole text, or left as it was."""
    folder = path.parent if str(path.parent) else Path()
    handle, name = tempfile.mkstemp(dir=folder, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        Path(name).chmod(0o644)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    names = [name for name, _ in pairs]
    twice = next((name for i, name in enumerate(names) if name in names[:i]), None)
    if twice is not None:
        raise WrongFile(f"{twice!r} is named twice in one object; name it once")
    return dict(pairs)


def _no_constant(word: str) -> Any:
    raise WrongFile(f"{word} is not a value; numbers are finite")


# ---- mechanisms


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
    return written_symbols(weight) if is_symbolic(weight) else str(weight)


def read_mechanism(one: Any, at: str = "$") -> Mechanism:
    """A mechanism from its JSON form; raises ``WrongFile`` naming the place."""
    _expect(isinstance(one, Mapping), at, "an object that is a mechanism", one)
    kinds = [kind for kind in _READERS if kind in one]
    _expect(len(kinds) == 1, at, f"one of {', '.join(_READERS)}", sorted(one))
    kind = kinds[0]
    allowed = {kind, *_FIELDS[kind]}
    _expect(set(one) <= allowed, at, f"nothing beside {', '.join(sorted(allowed))}", sorted(set(one) - allowed))
    return _located(at, lambda: _READERS[kind](one, at))


def _read_noise(one: Mapping[str, Any], at: str) -> Mechanism:
    return Noise(_read_dist(one["noise"], f"{at}.noise"))


def _read_constant(one: Mapping[str, Any], at: str) -> Mechanism:
    return Constant(read_value(one["constant"], f"{at}.constant"))


def _read_table(one: Mapping[str, Any], at: str) -> Mechanism:
    rows = {inputs: read_value(value, where) for inputs, value, where in _read_rows(one["table"], f"{at}.table")}
    return table(_read_names(one, "parents", at), rows, domain=_read_domain(one, at))


def _read_cpt(one: Mapping[str, Any], at: str) -> Mechanism:
    rows = {inputs: _read_dist(dist, where) for inputs, dist, where in _read_rows(one["cpt"], f"{at}.cpt")}
    return cpt(_read_names(one, "parents", at), rows, coupling=one.get("coupling"), domain=_read_domain(one, at))


def _read_choice(one: Mapping[str, Any], at: str) -> Mechanism:
    return choice(*_read_values(one["choice"], f"{at}.choice"), sees=_read_names(one, "sees", at))


_READERS: Mapping[str, Callable[[Mapping[str, Any], str], Mechanism]] = {
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


def _read_rows(rows: Any, at: str) -> list[tuple[tuple[Hashable, ...], Any, str]]:
    _expect(isinstance(rows, list), at, "a list of [inputs, value] pairs", rows)
    read = [(_read_inputs(row, f"{at}[{i}]"), row[1], f"{at}[{i}][1]") for i, row in enumerate(rows)]
    seen = [inputs for inputs, _, _ in read]
    twice = next((i for i, inputs in enumerate(seen) if inputs in seen[:i]), None)
    _expect(twice is None, f"{at}[{twice}]", "a row for other inputs than the rows before", "the same inputs again")
    return read


def _read_inputs(row: Any, at: str) -> tuple[Hashable, ...]:
    _expect(isinstance(row, list) and len(row) == 2 and isinstance(row[0], list), at, "a pair [inputs, value] with a list of inputs", row)
    return tuple(_read_values(row[0], f"{at}[0]"))


def _read_names(one: Mapping[str, Any], field: str, at: str) -> list[str]:
    names = one.get(field, [])
    _expect(isinstance(names, list) and all(isinstance(name, str) for name in names), f"{at}.{field}", "a list of names", names)
    return list(names)


def _read_domain(one: Mapping[str, Any], at: str) -> list[Hashable] | None:
    return _read_values(one["domain"], f"{at}.domain") if "domain" in one else None


def _read_dist(pairs: Any, at: str) -> Dist:
    _expect(isinstance(pairs, list), at, "a list of [value, weight] pairs", pairs)
    weights: dict[Hashable, Number] = {}
    for i, pair in enumerate(pairs):
        _expect(isinstance(pair, list) and len(pair) == 2, f"{at}[{i}]", "a pair [value, weight]", pair)
        value = read_value(pair[0], f"{at}[{i}][0]")
        _expect(value not in weights, f"{at}[{i}][0]", "a value that is not named before", pair[0])
        weights[value] = _read_weight(pair[1], f"{at}[{i}][1]")
    return _located(at, lambda: Dist(weights))


def _read_weight(weight: Any, at: str) -> Number:
    if isinstance(weight, Mapping):
        return cast("Number", read_value(weight, at))
    _expect(isinstance(weight, (str, int)) and not isinstance(weight, bool), at, "a weight such as '1/4'", weight)
    return _number(weight, at)


def _number(text: str | int, at: str) -> Fraction:
    """An exact number from its text; a few characters may not stand for millions of digits."""
    short = not isinstance(text, str) or re.search(r"[eE][+-]?0*[0-9_]{4,}", text) is None
    _expect(short, at, "a number with an exponent of at most three digits", text)
    return cast("Fraction", _located(at, lambda: exact(text)))


# ---- values


def written_value(value: Hashable) -> Any:
    """A value as JSON; raises ``WrongShape`` for one that has no JSON form.

    >>> written_value(("a", Fraction(1, 4)))
    {'tuple': ['a', {'fraction': '1/4'}]}
    """
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


def read_value(value: Any, at: str = "$") -> Hashable:
    """A value from its JSON form; raises ``WrongFile`` naming the place.

    >>> read_value({"tuple": ["a", {"fraction": "1/4"}]})
    ('a', Fraction(1, 4))
    """
    if value is None or isinstance(value, (str, bool, int)):
        return value
    if isinstance(value, Mapping) and set(value) == {"fraction"} and isinstance(value["fraction"], str):
        return _number(value["fraction"], f"{at}.fraction")
    if isinstance(value, Mapping) and set(value) == {"float"} and isinstance(value["float"], str):
        return float(_number(value["float"], f"{at}.float"))
    if isinstance(value, Mapping) and set(value) == {"tuple"} and isinstance(value["tuple"], list):
        return tuple(_read_values(value["tuple"], f"{at}.tuple"))
    if isinstance(value, Mapping) and set(value) == {"symbols", "with"}:
        expression: Hashable = _located(at, lambda: read_symbols(value))
        return expression
    _expect(False, at, "text, a whole number, true, false, null, or a tagged value (fraction, float, tuple, symbols)", value)
    raise AssertionError


def _read_values(values: Any, at: str) -> list[Hashable]:
    _expect(isinstance(values, list), at, "a list of values", values)
    return [read_value(value, f"{at}[{i}]") for i, value in enumerate(values)]


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
        shown = json.dumps(found, default=str)
        raise WrongFile(f"{at}: expected {expected}, and found {shown if len(shown) <= 80 else shown[:77] + '...'}")
