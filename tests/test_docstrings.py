"""Docstrings can be scanned: a public function with more than two arguments lists them, beside its running example."""

import importlib
import inspect
import pkgutil
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest

PUBLIC = [
    "causalkit", "causalkit.graphs", "causalkit.quantities", "causalkit.identification", "causalkit.interop", "causalkit.plot",
    "causalkit.testing", "causalkit.examples", "causalkit.unrolling", "causalkit.symbols", "stop_button", "stop_button.definitions",
    "stop_button.worlds", "stop_button.searching.claims", "stop_button.auditing.flags", "stop_button.incentives",
    "stop_button.presentation.plot", "stop_button.testing", "stop_button.solving", "stop_button.sequences", "stop_button.learning",
    "stop_button.agents", "stop_button.lotteries",
]  # fmt: skip
MANY = 2
FIELD = re.compile(r"^\s*:param (?:\w+ )?\*{0,2}(\w+):\s*\S", re.MULTILINE)


def modules() -> Iterator[Any]:
    """The public modules; of `interop`, its modules too, since each is a door of its own."""
    for name in PUBLIC:
        yield (module := importlib.import_module(name))
        if name == "causalkit.interop":
            yield from (importlib.import_module(f"{name}.{each.name}") for each in pkgutil.iter_modules(module.__path__))


def functions() -> dict[str, Callable[..., Any]]:
    """Every function that a public module exports, by the place where it is defined."""
    exported = [(name, getattr(module, name)) for module in modules() for name in module.__all__]
    return {f"{each.__module__}.{name}": each for name, each in exported if inspect.isfunction(each)}


def arguments(function: Callable[..., Any]) -> list[str]:
    """The names that a caller fills in; a strategy's own draw is filled in by Hypothesis."""
    return list(inspect.signature(function).parameters)


def missing(function: Callable[..., Any]) -> list[str]:
    """The arguments that the docstring does not list; none are missing where there are few and none is listed."""
    names, listed = arguments(function), FIELD.findall(function.__doc__ or "")
    if len(names) <= MANY and not listed:
        return []
    return [name for name in names if name not in listed]


FUNCTIONS = functions()


def test_public_functions_are_found() -> None:
    assert len(FUNCTIONS) > 60


@pytest.mark.parametrize("name", FUNCTIONS)
def test_what_is_listed_is_an_argument_in_order(name: str) -> None:
    listed = FIELD.findall(FUNCTIONS[name].__doc__ or "")
    assert listed == [each for each in arguments(FUNCTIONS[name]) if each in listed]


def test_functions_with_more_than_two_arguments_list_them() -> None:
    lacking = {name for name, function in FUNCTIONS.items() if missing(function)}
    assert not lacking, "write a line `:param name: meaning, domain or shape, unit` for each argument"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Adds.\n\n    :param a: one\n    :param b: two\n    :param c: three\n", []),
        ("Adds.\n\n    :param a: one\n    :param c: three\n", ["b"]),
        ("Adds.\n\n    :param a:\n", ["a", "b", "c"]),
    ],
)
def test_a_missing_argument_is_seen(text: str, expected: list[str]) -> None:
    def adds(a: int, b: int, *, c: int) -> int:
        return a + b + c

    adds.__doc__ = text
    assert missing(adds) == expected
