"""Roles: which variable of a world plays which part, and which of its values means what."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from functools import wraps
from typing import Any, Final, TypeVar, cast

from causalkit import CausalError, Model
from causalkit.errors import UnknownName, UnknownValue, WrongArgument, WrongShape, listing, suggestion
from causalkit.values.arguments import brief, checked
from causalkit.values.frozen import Frozen
from causalkit.values.render import typed

__all__ = ["EVERYBODY", "FREE", "STOP", "MissingRole", "Role", "checked_role", "takes_roles", "wishes"]

F = TypeVar("F", bound=Callable[..., Any])

STOP: Final = "stop"
"""People want the agent to stop."""

FREE: Final = "free"
"""People want the agent to be free to run."""


EVERYBODY: Final = "everybody"
"""Whose wishes a flag is about, in a world in which several wish, when it is about all of them."""


class MissingRole(CausalError, LookupError):
    """A formula speaks of a role that the world does not have."""


@checked
@dataclass(frozen=True, repr=False)
class Role:
    """A variable in a part, with the meaning of its values; a value without a meaning means itself.

    >>> trying = Role("T", {"s": STOP, "f": FREE})
    >>> trying.meaning("s"), Role("wish").meaning("stop")
    ('stop', 'stop')
    """

    variable: str
    means: Mapping[Any, Any] = field(default_factory=Frozen)

    def __post_init__(self) -> None:
        object.__setattr__(self, "means", Frozen(self.means))

    def __repr__(self) -> str:
        return f"Role({self.variable!r}, {self.means!r})" if self.means else repr(self.variable)

    @checked
    def meaning(self, value: Hashable) -> Hashable:
        """What a value of the variable means."""
        try:
            found: Hashable = self.means.get(value, value)
        except TypeError:
            raise UnknownValue(f"{value!r} is no value of {self.variable!r}: values are hashable; give a tuple") from None
        return found

    @checked
    def value(self, meaning: Hashable, domain: tuple[Hashable, ...]) -> Hashable:
        """The one value of the variable that has this meaning; raises ``UnknownValue`` when none or several have.

        >>> Role("T", {"s": STOP, "f": FREE}).value(STOP, ("s", "f"))
        's'
        """
        values = [value for value in domain if self.meaning(value) == meaning]
        if len(values) != 1:
            count = f"{len(values)} values of {self.variable!r} mean" if values else f"no value of {self.variable!r} means"
            takes = ", ".join(map(typed, domain))
            raise UnknownValue(f"{count} {typed(meaning)}; it takes: {takes}; {self._fix(meaning, domain)}")
        return values[0]

    def _fix(self, meaning: Hashable, domain: tuple[Hashable, ...]) -> str:
        """What to type where no value has a meaning; members of an enumeration are matched by their value or name."""
        if isinstance(meaning, Enum) and meaning.value in map(self.meaning, domain):
            return f"a member of an enumeration is not its value; type {meaning.value!r}"
        named = {value: _of_member(value) for value in domain}
        if all(named.values()):
            told = ", ".join(f"{typed(value)}: {said!r}" for value, said in named.items())
            return f"a member of an enumeration is not its value; say which means which: Role({self.variable!r}, {{{told}}})"
        return f"say which value means which: Role({self.variable!r}, {{VALUE: {typed(meaning)}, ...}}), with one of them for VALUE"


def _of_member(value: Hashable) -> str | None:
    """The wish that a member of an enumeration is named after, or has for its value."""
    known = (value.value, value.name.lower()) if isinstance(value, Enum) else ()
    return next((wish for wish in (STOP, FREE) if wish in known), None)


def checked_role(name: str, given: Any, model: Model) -> Role:
    """A role as it was written, a variable's name or a ``Role``, checked against the model."""
    role = Role(given) if isinstance(given, str) else given
    if not isinstance(role, Role):
        raise WrongShape(f"the role {name!r} is {given!r}; type {name}='variable' or {name}=Role('variable', {{value: meaning}})")
    if role.variable not in model.names:
        raise UnknownName(
            f"the role {name!r} is played by {role.variable!r}, which is not in the model; it has: {', '.join(model.names)}"
            f"{suggestion(role.variable, model.names)}"
        )
    for value in role.means:
        if value not in model.domain(role.variable):
            raise UnknownValue(
                f"the role {name!r} gives a meaning to {value!r}, which {role.variable!r} does not take; it takes: "
                f"{listing(model.domain(role.variable))}{suggestion(value, model.domain(role.variable))}"
            )
    return role


def takes_roles(build: F) -> F:
    """What builds something with roles, given by keyword: it blames an argument that it does not take, with the nearest or as a lever.

    >>> @takes_roles
    ... def build(model: str, *, intent: str = "", levers: Mapping[str, str] = Frozen()) -> None:
    ...     pass
    >>> build("model", intnet="wish")
    Traceback (most recent call last):
    causalkit.errors.WrongArgument: there is no role or argument 'intnet'; there is: intent, levers; did you mean 'intent'?
    """
    known, asked = list(build.__kwdefaults__ or {}), checked(build)

    @wraps(build)
    def call(*args: Any, **named: Any) -> Any:
        for name, played in named.items():
            if name not in build.__annotations__:
                hint = suggestion(name, known) or f"; a role of your own is a lever: type levers={{{name!r}: {brief(played)}}}"
                raise WrongArgument(f"there is no role or argument {name!r}; there is: {', '.join(known)}{hint}")
        return asked(*args, **named)

    return cast("F", call)


def wishes(intent: Any) -> dict[str, Any]:
    """The roles of wishes as they were written: one, or one for each person or step."""
    if isinstance(intent, list | tuple | set | frozenset) and intent and all(isinstance(each, str) for each in intent):
        names = sorted(intent) if isinstance(intent, set | frozenset) else intent
        if len(names) == 1:
            raise WrongShape(f"intent={intent!r}: one wish is given by its variable alone; type intent={names[0]!r}")
        typed = f"intent={dict(zip(names, names, strict=True))!r}"
        raise WrongShape(f"intent={intent!r} does not say whose wish is which; type {typed}, with the people's names for keys")
    if not isinstance(intent, Mapping):
        return {"intent": intent}
    if len(intent) < 2 or not all(isinstance(person, str) and person and person.isprintable() for person in intent):
        raise WrongShape(
            f"intent={intent!r}: a mapping gives the wishes of several by name; type intent={{'alice': 'wish_a', 'bob': 'wish_b'}}"
        )
    if EVERYBODY in intent:
        raise WrongShape(f"nobody can be called {EVERYBODY!r}, which names all who wish together; type another name")
    return {f"intent[{person}]": played for person, played in intent.items()}
