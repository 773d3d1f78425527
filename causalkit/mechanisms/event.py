"""Events and quantities: what is asked of a model, given by values or by a function of the variables that its arguments name."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from causalkit.errors import InvalidNumber, UnknownName, UnknownValue, WrongShape, listing, suggestion
from causalkit.mechanisms.constructors import argument_names
from causalkit.mechanisms.rows import Domains
from causalkit.values.arguments import ASKED_APART, brief
from causalkit.values.render import keywords_text, typed

__all__ = [
    "Quantity", "assignment_text", "check_name", "check_value", "event", "named_values", "quantities", "quantity", "reads_values",
]  # fmt: skip


@dataclass(frozen=True)
class Quantity:
    """A function of some variables of a model; ``said`` stands for it in messages, unless the values that it wants say it all."""

    names: tuple[str, ...]
    function: Callable[..., Any]
    said: str = ""

    @property
    def wanted(self) -> tuple[Hashable, ...] | None:
        """The values of the variables for which it holds, when it is an event that asks for nothing else."""
        return self.function.wanted if isinstance(self.function, _Equal) else None

    @property
    def text(self) -> str:
        """What stands for it in messages."""
        return self.said if self.wanted is None else assignment_text(dict(zip(self.names, self.wanted, strict=True)))

    @contextmanager
    def averaged(self, remedy: str = "") -> Iterator[None]:
        """While its mean is taken: an error about a value that is no number says whose mean it was, and what to do about it."""
        try:
            yield
        except InvalidNumber as error:
            raise InvalidNumber(f"the mean of {self.text} needs numbers: {error}{remedy}") from None


def event(what: Any, values: Mapping[str, Hashable], domains: Domains) -> Quantity:
    """An event from a mapping or keywords ``name=value``, from a function, or from both (then all must hold)."""
    parts = [_of_function(what, domains)] if callable(what) else []
    pairs = named_values(None if callable(what) else what, values)
    if pairs or not parts:
        parts.append(_of_values(pairs, domains))
    if len(parts) == 1:
        return parts[0]
    first, second = parts
    return Quantity(first.names + second.names, _Both(first.function, second.function, len(first.names)), f"{first.text} and {second.text}")


def quantity(what: str | Callable[..., Any], domains: Domains) -> Quantity:
    """A quantity from a variable's name, or from a function of variables."""
    if callable(what):
        return _of_function(what, domains)
    check_name(what, domains)
    return Quantity((what,), _itself, str(what))


def quantities(what: tuple[Any, ...], domains: Domains) -> Quantity:
    """A quantity from one name or function, or from several names, whose values it gives as tuples."""
    if len(what) == 1:
        return quantity(what[0], domains)
    if not what:
        raise WrongShape("dist needs a variable's name, several, or a function of variables")
    for name in what:
        check_name(name, domains)
    return Quantity(what, _all_of_them, ", ".join(what))


def reads_values(asked: Quantity) -> bool:
    """Whether a quantity is nothing but the value of a variable, or the values of several."""
    return asked.function is _itself or asked.function is _all_of_them


def named_values(mapping: Mapping[Any, Any] | None, keywords: Mapping[str, Any]) -> dict[Any, Any]:
    """A mapping and keywords as one mapping; raises ``WrongShape`` when both name the same."""
    if mapping is None:
        return dict(keywords)
    if not isinstance(mapping, Mapping):
        raise WrongShape(f"{brief(mapping)} is neither a mapping of names to values nor a function; type name=value or {{'name': value}}")
    both = [name for name in keywords if name in mapping]
    if both:
        raise WrongShape(f"{both[0]!r} is given twice, in the mapping and by keyword; give it once")
    return {**mapping, **keywords}


def check_name(name: Any, domains: Domains) -> None:
    """Raises ``UnknownName`` for a name that is not in the model."""
    if isinstance(name, list | tuple | set) and name and all(isinstance(each, str) and each in domains for each in name):
        raise UnknownName(f"{name!r} holds names, and is none itself; type them without brackets: {listing(name)}")
    if not isinstance(name, str) or name not in domains:
        raise UnknownName(f"{name!r} is not in the model; it has: {', '.join(domains)}{suggestion(name, domains)}")


def check_value(name: str, value: Any, domains: Domains) -> None:
    """Raises ``UnknownName`` or ``UnknownValue`` for a variable or a value that is not in the model."""
    check_name(name, domains)
    if value not in domains[name]:
        raise UnknownValue(
            f"{name!r} does not take the value {value!r}; it takes: {listing(domains[name])}{suggestion(value, domains[name])}"
        )


def assignment_text(values: Mapping[Any, Any]) -> str:
    """The values as they would be typed.

    >>> assignment_text({"wish": "stop"}), assignment_text({"wish[3]": 1})
    ("wish='stop'", "{'wish[3]': 1}")
    """
    return keywords_text({name: typed(value) for name, value in values.items()})


@dataclass(frozen=True)
class _Equal:
    """Whether what is read is what was wanted."""

    wanted: tuple[Hashable, ...]

    def __call__(self, *read: Hashable) -> bool:
        return read == self.wanted


@dataclass(frozen=True)
class _Both:
    """Whether two events hold, the first of which reads the first values."""

    first: Callable[..., Any]
    second: Callable[..., Any]
    cut: int

    def __call__(self, *read: Hashable) -> bool:
        return bool(self.first(*read[: self.cut]) and self.second(*read[self.cut :]))


def _itself(value: Hashable) -> Hashable:
    return value


def _all_of_them(*values: Hashable) -> tuple[Hashable, ...]:
    return values


def _of_values(values: Mapping[Any, Any], domains: Domains) -> Quantity:
    for name, value in values.items():
        if name in ASKED_APART and name not in domains:
            raise UnknownName(f"{name!r} is not in the model; {ASKED_APART[name]}")
        check_value(name, value, domains)
    if not values:
        raise WrongShape("an event needs at least one name=value, a mapping, or a function of the variables that its arguments name")
    return Quantity(tuple(values), _Equal(tuple(values.values())))


def _of_function(f: Callable[..., Any], domains: Domains) -> Quantity:
    names = argument_names(f)
    for name in names:
        check_name(name, domains)
    return Quantity(names, f, f"(a function of {', '.join(names) or 'nothing'})")
