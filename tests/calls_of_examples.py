"""The calls that docstrings make: arguments that fit, for tests that put others in their place."""

from __future__ import annotations

import contextlib
import doctest
import functools
import inspect
import io
import itertools
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from tests.arguments import UNFIT, Call, calls, leak


@dataclass(frozen=True)
class Shown:
    """A callable with the arguments of the first call of it that its docstring makes."""

    name: str
    function: Callable[..., Any]
    placed: tuple[Any, ...]
    named: dict[str, Any]
    own: int
    """How many of the arguments come before those that are typed: the object or the class of a method."""

    def places(self) -> list[int | str]:
        return [*range(self.own, len(self.placed)), *self.named]

    def call(self, place: int | str, value: Any) -> Any:
        """The call with something else in one place."""
        if isinstance(place, str):
            return self.function(*self.placed, **{**self.named, place: value})
        return self.function(*self.placed[:place], value, *self.placed[place + 1 :], **self.named)


def shown(call: Call) -> Shown | None:
    """What the docstring calls a function or a method with, while it is watched; nothing where it does not call it by itself."""
    if inspect.isclass(call.function):
        return None
    function = getattr(call.function, "__func__", call.function)
    text = inspect.getdoc(function) or ""
    found: list[tuple[tuple[Any, ...], dict[str, Any]]] = []

    @functools.wraps(function)
    def watched(*placed: Any, **named: Any) -> Any:
        answer = function(*placed, **named)
        found.append((placed, named))
        return answer

    if ">>>" in text:
        with _in_the_place_of(call.function, function, watched), contextlib.redirect_stdout(io.StringIO()):
            names = dict(vars(sys.modules[function.__module__]))
            example = doctest.DocTestParser().get_doctest(text, names, call.name, None, 0)
            doctest.DocTestRunner(verbose=False).run(example, out=lambda _: None, clear_globs=False)
    return Shown(call.name, function, *found[0], own=int(inspect.ismethod(call.function))) if found else None


@contextlib.contextmanager
def _in_the_place_of(asked: Callable[..., Any], function: Any, watched: Any) -> Iterator[None]:
    """Another function wherever one stands: in the class of a method, or in each module that has it."""
    places: list[tuple[Any, str, Any, Any]]
    if inspect.ismethod(asked):
        kind = asked.__self__ if isinstance(asked.__self__, type) else type(asked.__self__)
        owner = next(base for base in kind.__mro__ if function.__name__ in vars(base))
        new = classmethod(watched) if isinstance(vars(owner)[function.__name__], classmethod) else watched
        places = [(owner, function.__name__, vars(owner)[function.__name__], new)]
    else:
        ours = [module for name, module in sys.modules.items() if name.partition(".")[0] in ("causalkit", "stop_button")]
        places = [(module, name, value, watched) for module in ours for name, value in vars(module).items() if value is function]
    try:
        for where, name, _, other in places:
            setattr(where, name, other)
        yield
    finally:
        for where, name, before, _ in places:
            setattr(where, name, before)


def leaks_of_examples(part: int, parts: int, every: int = 1) -> tuple[int, dict[str, str]]:
    """How many calls were tried, and the errors from inside: of a part of the callables, one in so many of what does not fit."""
    turns, found, tried = itertools.count(part), {}, 0
    for one in filter(None, map(shown, calls()[part::parts])):
        for place, (kind, made) in itertools.product(one.places(), UNFIT.items()):
            if next(turns) % every or kind in OWN_ERRORS.get(one.name, ()):
                continue
            tried += 1
            with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
                error = leak(lambda one=one, place=place, made=made: one.call(place, made()))  # type: ignore[misc]
            if error:
                found[f"{one.name}({place}={kind})"] = error
    return tried, found


OWN_ERRORS = {
    "causalkit.quantities.attribution": {"type"},
    "stop_button.survey": {"type"},
    "stop_button.parallel.each_in_order": {
        "unknown name", "unknown key", "unhashable", "pair", "bytes", "list of one unknown", "known and unknown", "list of none", "a model",
    },
}  # fmt: skip
"""Where a function that somebody gives fails by itself at what it is called with: ``str`` by keyword, ``abs`` of a text."""
