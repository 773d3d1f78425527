"""What happens when an argument is left out is a promise: every default of every public function stands in tests/data/defaults.json.

So is how much is taken at most: every limit stands in tests/data/limits.json, because one that moves answers what was refused, or refuses
what was answered. What is meant to change is changed there too, and told in changelog.d. `python -m tests.test_defaults` writes both anew.
"""

from __future__ import annotations

import ast
import inspect
import json
import operator
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests import source
from tests.arguments import modules

KEPT = Path(__file__).parent / "data" / "defaults.json"
PROMISED: dict[str, dict[str, str]] = json.loads(KEPT.read_text(encoding="utf-8")) if KEPT.exists() else {}

LIMITS_KEPT = KEPT.with_name("limits.json")
LIMITS: dict[str, int] = json.loads(LIMITS_KEPT.read_text(encoding="utf-8")) if LIMITS_KEPT.exists() else {}
LIMIT = re.compile(r"^(_?(?:MOST|DEEPEST)[A-Z_]*)(?:: [^=\n]*)? = (.*)$", re.MULTILINE)
IN_PICTURES = ("drawing", "plots", "presentation", "plot.py", "pictures.py")
OPERATORS: dict[type, Callable[[int, int], int]] = {ast.Pow: operator.pow, ast.LShift: operator.lshift, ast.Mult: operator.mul}


def public() -> Iterator[Callable[..., Any]]:
    """Every function and class that a public name leads to, and every method of such a class that is its own."""
    for module in modules():
        for name in getattr(module, "__all__", ()):
            one = getattr(module, name)
            if inspect.isclass(one) and one.__module__.split(".")[0] in ("causalkit", "stop_button"):
                yield one
                every = [inspect.unwrap(getattr(one, each)) for each in vars(one) if not each.startswith("_") or each == "__call__"]
                yield from [each for each in every if inspect.isfunction(each) or inspect.ismethod(each)]
            elif inspect.isfunction(one):
                yield one


def shown(default: Any) -> str:
    """A default as text that is the same in every process."""
    return str(default.__qualname__) if inspect.isroutine(default) else re.sub(" at 0x[0-9a-f]+", "", repr(default))


def every_default() -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for one in public():
        try:
            parameters = inspect.signature(one).parameters.values()
        except (TypeError, ValueError):
            continue
        if defaults := {each.name: shown(each.default) for each in parameters if each.default is not each.empty}:
            found[f"{one.__module__}.{one.__qualname__}"] = defaults
    return dict(sorted(found.items()))


@pytest.mark.parametrize("package", ["causalkit", "stop_button"])
def test_defaults_are_as_promised(package: str) -> None:
    found = {name: each for name, each in every_default().items() if name.startswith(f"{package}.")}
    promised = {name: each for name, each in PROMISED.items() if name.startswith(f"{package}.")}
    assert len(promised) > 80
    assert found == promised, "a default that is meant to change is changed in tests/data/defaults.json, and told in changelog.d"


def whole(value: ast.expr | None) -> int | None:
    """A number as it is written, as a product or a power too; ``None`` for anything else."""
    match value:
        case ast.Constant(value=int() as number):
            return number
        case ast.BinOp(left=left, op=op, right=right) if type(op) in OPERATORS:
            one, other = whole(left), whole(right)
            return None if one is None or other is None else OPERATORS[type(op)](one, other)
    return None


def every_limit() -> dict[str, int]:
    """Each number of a module that is called the most or the deepest, outside pictures and pages."""
    found: dict[str, int] = {}
    for module, path in source.modules().items():
        if set(module.split("/")) & set(IN_PICTURES):
            continue
        for name, value in LIMIT.findall(path.read_text(encoding="utf-8")):
            number = whole(ast.parse(value, mode="eval").body)
            if number is not None:
                found[f"{module.removesuffix('.py').replace('/', '.')}.{name}"] = number
    return found


def test_limits_are_as_promised() -> None:
    assert len(LIMITS) > 80
    assert every_limit() == LIMITS, "a limit that is meant to change is changed in tests/data/limits.json, and told in changelog.d"


if __name__ == "__main__":
    LIMITS_KEPT.write_text(json.dumps(every_limit(), indent=1) + "\n", encoding="utf-8")
    KEPT.write_text(json.dumps(every_default(), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
