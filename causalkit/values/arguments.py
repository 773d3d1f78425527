"""Wrong arguments are told at the call: what was got, what was expected, and what to type; read off the annotations, said once."""

from __future__ import annotations

import ast
import builtins
import functools
import inspect
import os
import re
import types
import typing
from collections.abc import Callable, Collection, Hashable, Iterable, Mapping, Sequence
from numbers import Integral, Real
from typing import Any, ForwardRef, TypeVar

from causalkit.errors import CausalError, WrongArgument, WrongShape, suggestion

__all__ = ["ASKED_APART", "TYPED_FOR", "brief", "check_takes", "checked"]

F = TypeVar("F", bound=Callable[..., Any])
Fits = Callable[[Any], bool]

LONGEST_SHOWN = 60
TYPED_FOR: dict[tuple[str, str], Callable[[Any], str]] = {
    ("Graph", "str"): "a graph in words is read by Graph.parse: type Graph.parse({!r})".format,
    ("Graph", "Model"): "type .graph after it, for the graph of a model".format,
    ("Graph", "World"): "type .model.graph after it, for the graph of a world".format,
    ("Diagram", "World"): "type Diagram.of(world.model, 'value'), with what is paid for 'value', for the diagram of a world".format,
    ("Diagram", "Model"): "type Diagram.of(model, 'value'), with what is paid for 'value', for the diagram of a model".format,
    ("Model", "World"): "type .model after it, or .under(policy), for the model of a world".format,
}
"""What to type for an argument of a class when something of another class was given, both by their names: it speaks of what was given."""

ASKED_APART = {
    "given": "what was observed goes before the question: type model.given(...).prob(...)",
    "do": "what is done goes before the question: type model.do(...).prob(...)",
    "floats": "answers are exact: type float(...) around one",
}
"""What to type for arguments that other libraries have, and questions here do not."""

_WORD = re.compile(r"\w+")
_CALLABLE = re.compile(r"Callable\[.*\]")
GENERIC = {"Mapping": Mapping, "Sequence": Sequence, "Iterable": Iterable, "list": list, "tuple": tuple, "PathLike": os.PathLike}
SEVERAL = {"Iterable", "Sequence", "list"}
UNCHECKED = {"Any", "Numeric", "Number", "object", "Self"}


def checked(f: F) -> F:
    """A function that blames an argument which is not what its annotation says, where it would fail with an error from inside.

    What the function accepts, and what it refuses in words of its own, stays as it is, and takes no longer. Values, numbers and whatever
    is annotated as ``Any`` are left to the function. For a class, its ``__init__`` is meant. Raises ``WrongArgument``.

    >>> @checked
    ... def halves(count: int, names: Sequence[str] = ()) -> int:
    ...     return count // 2
    >>> halves(4), halves(4, ["a"])
    (2, 2)
    >>> halves("4")
    Traceback (most recent call last):
    causalkit.errors.WrongArgument: halves takes count as int, and got '4'; type halves(count: int)
    """
    if isinstance(f, type):
        f.__init__ = checked(f.__init__)  # type: ignore[misc]
        return f
    if inspect.isgeneratorfunction(f):  # nothing of it runs before its first value is asked for

        @functools.wraps(f)
        def first(*args: Any, **kwargs: Any) -> Any:
            _blame(f, args, kwargs)
            return f(*args, **kwargs)

        return typing.cast("F", first)

    @functools.wraps(f)
    def call(*args: Any, **kwargs: Any) -> Any:
        try:
            return f(*args, **kwargs)
        except CausalError:
            raise
        except (TypeError, AttributeError, LookupError, ValueError):
            _blame(f, args, kwargs)
            raise

    return typing.cast("F", call)


def check_takes(f: Callable[..., Any], names: Iterable[str], what: str) -> None:
    """Raises ``WrongShape`` where a function cannot be called with just these arguments, by name.

    >>> check_takes(lambda a, b: a, ["a", "c"], "the function")
    Traceback (most recent call last):
    causalkit.errors.WrongShape: the function takes (a, b), and is called with: a, c
    """
    names = tuple(names)
    try:
        signature = inspect.signature(f)
    except (TypeError, ValueError):
        return  # it does not say what it takes
    try:
        signature.bind(**dict.fromkeys(names))
    except TypeError:
        raise WrongShape(f"{what} takes {signature}, and is called with: {', '.join(names) or 'nothing'}") from None


def brief(value: Any) -> str:
    """A value as it is printed in a message: what is long is cut, for a whole world says nothing there.

    >>> brief("1/4"), brief(list(range(100)))
    ("'1/4'", '[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16...')
    """
    shown = repr(value)
    return shown if len(shown) <= LONGEST_SHOWN else shown[: LONGEST_SHOWN - 3] + "..."


def _blame(f: Callable[..., Any], args: Sequence[Any], kwargs: Mapping[str, Any]) -> None:
    """Raises ``WrongArgument`` for the first argument that is not what its annotation says, or for a call that does not fit at all."""
    signature = inspect.signature(f)
    parameters = signature.parameters.values()
    by_place = [one for one in parameters if one.kind in (one.POSITIONAL_ONLY, one.POSITIONAL_OR_KEYWORD)]
    by_name = {one.name: one for one in parameters if one.kind in (one.KEYWORD_ONLY, one.POSITIONAL_OR_KEYWORD)}
    given = [*zip(by_place, args, strict=False), *((by_name[name], value) for name, value in kwargs.items() if name in by_name)]
    for parameter, value in given:
        if value is not parameter.default and not _Reader(f).read(_plain(parameter.annotation))(value):
            raise _wrong(f, parameter.name, value, _other_way_round(f, given)) from None
    try:
        signature.bind(*args, **kwargs)
    except TypeError as error:
        raise _unbound(f, by_name, kwargs, str(error)) from None


def _unbound(f: Callable[..., Any], by_name: Collection[str], kwargs: Mapping[str, Any], error: str) -> WrongArgument:
    """What to say of a call with an argument that there is not, one too many or one too few."""
    unknown = next((name for name in kwargs if name not in by_name), None)
    if unknown is None:
        return WrongArgument(f"{_called(f)}: {error}; type {_call(f)}")
    takes = [name for name in by_name if name not in ("self", "cls")]
    hint = suggestion(unknown, takes) or f"; {ASKED_APART.get(unknown) or f'type {_call(f)}'}"
    return WrongArgument(f"{_called(f)} has no argument {unknown!r}; it takes: {', '.join(takes) or 'none by name'}{hint}")


def _called(f: Callable[..., Any]) -> str:
    owner, _, own = f.__qualname__.rpartition(".")
    return (owner.rpartition(".")[2] if own == "__init__" else own) or f.__qualname__


def _other_way_round(f: Callable[..., Any], given: Sequence[tuple[inspect.Parameter, Any]]) -> str:
    """What to type where the first two arguments stand in each other's place."""
    pair = [(one, value) for one, value in given if one.name not in ("self", "cls")][:2]
    if len(pair) < 2:
        return ""
    (first, a), (second, b) = pair
    read = _Reader(f).read
    typed = read(first.annotation) is not _anything and read(second.annotation) is not _anything
    if not typed or read(first.annotation)(a) or not read(first.annotation)(b) or not read(second.annotation)(a):
        return ""
    return f"; the first two are the other way round: type {_called(f)}({first.name}, {second.name})"


def _instead(f: Callable[..., Any], name: str, annotation: str, value: Any) -> str:
    """What to type for what is easily taken for the argument: another way to say it, a builder not yet called, one for several."""
    kinds = {kind.__name__ for kind in type(value).__mro__}
    wanted = _WORD.findall(_CALLABLE.sub("", annotation))
    for (meant, given), typed in TYPED_FOR.items():
        if meant in wanted and given in kinds and (instead := typed(value)):
            return f"; {instead}"
    built = _gives(value)
    if built and built in wanted:
        return f"; it builds one when it is called: type {getattr(value, '__name__', None) or getattr(value, 'name', name)}()"
    if _Reader(f).is_part(annotation, value):
        return f"; one alone stands in brackets: type {name}=[{repr(value) if len(repr(value)) <= LONGEST_SHOWN else '...'}]"
    return ""


def _gives(value: Any) -> str:
    """The class that a function or a builder says it returns, or nothing."""
    if isinstance(value, type) or not callable(value):
        return ""
    try:
        told = inspect.signature(value).return_annotation
    except (TypeError, ValueError):
        return ""
    return "" if told is inspect.Signature.empty else str(getattr(told, "__name__", told))


def _wrong(f: Callable[..., Any], name: str, value: Any, swapped: str) -> WrongArgument:
    annotation = _plain(inspect.signature(f).parameters[name].annotation)
    hint = swapped or _instead(f, name, str(annotation), value)
    return WrongArgument(f"{_called(f)} takes {name} as {annotation}, and got {brief(value)}{hint or f'; type {_call(f, name)}'}")


def _call(f: Callable[..., Any], name: str = "") -> str:
    """The call to type: what must be given, and one argument more."""
    needed = [
        _parameter(one)
        for one in inspect.signature(f).parameters.values()
        if one.name not in ("self", "cls") and one.kind is not one.VAR_KEYWORD and (one.default is one.empty or one.name == name)
    ]
    return f"{_called(f)}({', '.join(needed)})"


def _parameter(one: inspect.Parameter) -> str:
    if one.kind is one.KEYWORD_ONLY:
        return f"{one.name}=..."
    return (
        f"{'*' if one.kind is one.VAR_POSITIONAL else ''}{one.name}{'' if one.annotation is one.empty else f': {_plain(one.annotation)}'}"
    )


def _plain(annotation: Any) -> Any:
    """An annotation without what dataclasses wrap around it."""
    return annotation.removeprefix("InitVar[").removesuffix("]") if str(annotation).startswith("InitVar[") else annotation


class _Reader:
    """Reads annotations in the names of the module in which a function stands."""

    def __init__(self, f: Callable[..., Any]) -> None:
        self.names: Mapping[str, Any] = {**vars(builtins), **getattr(inspect.unwrap(f), "__globals__", {})}

    def read(self, annotation: Any) -> Fits:
        """What fits an annotation, be it text or an object of typing."""
        return self.of_tree(ast.parse(annotation, mode="eval").body) if isinstance(annotation, str) else self.of_value(annotation)

    def is_part(self, annotation: str, value: Any) -> bool:
        """Whether several of what a value is would fit an annotation."""
        node = ast.parse(annotation, mode="eval").body
        while isinstance(node, ast.BinOp):  # what stands first is what is meant: the others are for its absence
            node = node.left
        if not isinstance(node, ast.Subscript) or _last(node.value) not in SEVERAL or isinstance(node.slice, ast.Tuple):
            return False
        part = self.of_tree(node.slice)
        return part is not _anything and part(value)

    def of_tree(self, node: ast.expr) -> Fits:
        """What fits the text of an annotation."""
        match node:
            case ast.BinOp(left=left, right=right):
                return _either(self.of_tree(left), self.of_tree(right))
            case ast.Constant(value=value):
                return self.read(value) if isinstance(value, str) else _among([value])
            case ast.Subscript(value=outer, slice=ast.Tuple(elts=inner)) | ast.Subscript(value=outer, slice=inner):
                return self.of_subscript(_last(outer), inner if isinstance(inner, list) else [inner])
        name = _last(node)
        return _anything if name in UNCHECKED else self.of_value(self.names[name]) if name in self.names else _named(name)

    def of_subscript(self, name: str, inner: Sequence[ast.expr]) -> Fits:
        """What fits ``name[inner]``."""
        if name == "Callable":
            return callable
        if name == "Literal":
            return _among([ast.literal_eval(part) for part in inner])
        if name not in GENERIC:
            return _named(name)
        return _holding(
            GENERIC[name], [self.of_tree(part) for part in inner if not isinstance(part, ast.Constant) or part.value is not ...]
        )

    def of_value(self, value: Any) -> Fits:
        """What fits an annotation that is an object."""
        origin, inner = typing.get_origin(value), typing.get_args(value)
        if value in (Any, inspect.Parameter.empty) or isinstance(value, TypeVar):
            return _anything
        if value is Hashable:
            return _hashable
        if isinstance(value, type) and origin is None:
            return _a(value)
        if origin in (typing.Union, types.UnionType):
            return functools.reduce(_either, map(self.of_value, inner))
        if origin is typing.Literal:
            return _among(inner)
        if origin is Callable:
            return callable
        if origin in GENERIC.values():
            return _holding(origin, [self.of_value(part) for part in inner if part is not ...])
        if isinstance(value, ForwardRef):
            return self.read(value.__forward_arg__)
        return _a(origin) if isinstance(origin, type) else _anything


def _last(node: ast.expr) -> str:
    return ast.unparse(node).rpartition(".")[2]


def _anything(_: Any) -> bool:
    return True


def _hashable(value: Any) -> bool:
    """Whether a value can be one of a variable: a tuple is none that holds a list."""
    try:
        hash(value)
    except TypeError:
        return False
    return True


def _either(one: Fits, other: Fits) -> Fits:
    return lambda value: one(value) or other(value)


def _named(name: str) -> Fits:
    """An object of a class of this name, which the module does not load."""
    return lambda value: any(kind.__name__ == name for kind in type(value).__mro__)


def _a(kind: type) -> Fits:
    if kind is int:
        return lambda value: isinstance(value, Integral) and not isinstance(value, bool)
    if kind is float:
        return lambda value: isinstance(value, Real) and not isinstance(value, bool)
    return lambda value: isinstance(value, kind)


def _among(options: Sequence[Any]) -> Fits:
    return lambda value: any(value is option or (type(value) is type(option) and value == option) for option in options)


def _holding(kind: Any, parts: Sequence[Fits]) -> Fits:
    """A container of a kind with what fits in it; text is one thing, and what can be passed through once is not read before its time."""

    def fits(value: Any) -> bool:
        if isinstance(value, str | bytes | bytearray) or not isinstance(value, kind):
            return False
        if isinstance(value, dict):
            names, values = (parts[0], parts[-1]) if kind is Mapping and len(parts) == 2 else (parts[0], _anything)
            return all(map(names, value)) and all(map(values, value.values()))
        return not isinstance(value, list | tuple | set | frozenset) or not parts or all(map(parts[0], value))

    return fits
