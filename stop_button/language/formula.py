"""The language of utilities: frozen expressions that print as the papers write them, and evaluate on any world.

``B``, ``V`` and ``H`` read a world's roles (stopped, value, intent); ``X("name")`` reads any role or variable.
``.had(intent=STOP)`` reads it where people had wished to stop, ``.under(BASELINE)`` where the baseline policy had been
followed, with the same draw of noise. ``E(...)`` is the mean over the noise, with ``given=`` conditioning on the factual
world. Sums, products, weights, ``least`` and ``most`` combine both.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from causalkit import Dist
from causalkit.errors import UnknownValue, WrongShape
from causalkit.values.arguments import checked
from causalkit.values.frozen import Frozen
from causalkit.values.render import Printed, keywords_text
from stop_button.language.algebra import Combination, Constant, Formula, Leaf, Least, Most, Product, Quotient, Sum, formula, least, most
from stop_button.language.notation import Edit, Style
from stop_button.language.walking import each_leaf

__all__ = [
    "BASELINE", "B", "Combination", "Constant", "E", "Expectation", "Formula", "H", "Is", "Leaf", "Least", "Most", "Product", "Quotient",
    "Reading", "Reference", "Sum", "V", "Wiring", "X", "event", "formula", "least", "most",
]  # fmt: skip

BASELINE: Final = "baseline"
"""The world's own baseline policy, as a reference."""


class Wiring(Frozen[str, Frozen[str, str]]):
    """What variables listen to in place of their parents: for each variable, its parents and what is heard instead of them.

    >>> Wiring({"terminal": Frozen({"press": "never"})})
    {'terminal': {'press': 'never'}}
    """

    __slots__ = ()


class Reference(Printed):
    """A policy that is spoken of by what it is, such as the best one; which it is has to be found in a world."""


@dataclass(frozen=True, repr=False)
class Reading(Leaf):
    """The value of a role or variable, in the branch where ``edits`` had been done and ``policy`` followed (None: as it is)."""

    name: str
    edits: tuple[tuple[str, Any], ...] = ()
    policy: Hashable = None

    @checked
    def had(self, edits: Mapping[str, Any] | None = None, /, **named: Any) -> Reading:
        """This reading where roles or variables had been set to values, to what other readings are, or to other mechanisms.

        ``wiring`` says what a variable had listened to in place of a parent: ``had(wiring={"terminal": {"press": "never"}})``.
        """
        new = {**(edits or {}), **named}
        if len(new) < len(edits or {}) + len(named):
            twice = next(name for name in named if name in (edits or {}))
            raise WrongShape(f"{twice!r} is given twice, in the mapping and by keyword; give it once")
        if not new:
            raise WrongShape("had needs at least one role=value, such as had(intent=STOP)")
        for name, value in new.items():
            _check_edit(name, value)
        if isinstance(new.get("wiring"), Mapping):
            new["wiring"] = _wired(self.wiring, new["wiring"])
        return Reading(self.name, tuple({**dict(self.edits), **new}.items()), self.policy)

    def under(self, policy: Hashable) -> Reading:
        """This reading where another policy had been followed, with the same draw of noise."""
        return Reading(self.name, self.edits, _frozen(policy))

    @cached_property
    def needs_world(self) -> bool:
        """Whether a policy that this reading speaks of has to be found in a world."""
        return isinstance(self.policy, Reference) or any(reading.needs_world for _, reading in self.read_by_edits())

    def of(self, person: str) -> Reading:
        """This reading of one person, or one step, in a world in which several wish.

        >>> E(H.of("alice").is_("stop"))
        E(H.of('alice').is_('stop'))
        """
        if not person:
            raise WrongShape(f"of({person!r}) names nobody; type H.of('alice'), as the world's intent={{'alice': ...}} does")
        return Reading(f"{self.name}[{person}]", self.edits, self.policy)

    def is_(self, meaning: Hashable) -> Formula:
        """1 where it has this meaning, else 0: an event as a number.

        >>> E(V, given=H.is_("free"))
        E(V, given=H.is_('free'))
        """
        _check_hashable("is_", meaning)
        return Is(self, meaning)

    def read_by_edits(self) -> tuple[tuple[str, Reading], ...]:
        """What had been set to another reading, with that reading."""
        return self._read_by_edits

    @cached_property
    def _read_by_edits(self) -> tuple[tuple[str, Reading], ...]:
        return tuple([(name, value) for name, value in self.edits if isinstance(value, Reading)])

    @cached_property
    def _hash(self) -> int:
        return hash((self.name, self.edits, self.policy))

    def __hash__(self) -> int:
        return self._hash

    def __getstate__(self) -> dict[str, Any]:
        """What travels in a pickle: not what was worked out, because hashes of text differ between processes."""
        return {"name": self.name, "edits": self.edits, "policy": self.policy}

    @property
    def settings(self) -> dict[str, Any]:
        """What had been done to variables: the edits without the wiring."""
        return {name: value for name, value in self.edits if not isinstance(value, Wiring)}

    @property
    def wiring(self) -> Wiring:
        """What variables had listened to in place of their parents."""
        return next((value for _, value in self.edits if isinstance(value, Wiring)), Wiring())

    def written(self, style: Style) -> str:
        shown = {name: value.written(style) for name, value in self.read_by_edits()}
        edits: list[Edit] = [(name, value, shown.get(name)) for name, value in self.edits]
        return style.reading(self.name, edits, self.policy)


@dataclass(frozen=True, repr=False)
class Is(Leaf):
    """1 where a reading has a meaning, else 0."""

    reading: Reading
    meaning: Hashable

    def children(self) -> tuple[Formula, ...]:
        return (self.reading,)

    def rebuilt(self, children: Sequence[Any], /) -> Is:
        return Is(children[0], self.meaning)

    def written(self, style: Style) -> str:
        return style.indicator.format(self.listed(style))

    def listed(self, style: Style) -> str:
        return style.event(self.reading.written(style), self.meaning)


@dataclass(frozen=True, repr=False)
class Expectation(Leaf):
    """The mean of a formula of readings over the noise, given an event; ``E`` builds one."""

    inner: Formula
    given: Formula | None = None

    def children(self) -> tuple[Formula, ...]:
        return (self.inner,) if self.given is None else (self.inner, self.given)

    def rebuilt(self, children: Sequence[Any], /) -> Expectation:
        return Expectation(*children)

    def written(self, style: Style) -> str:
        given = "" if self.given is None else self.given.listed(style) if style.lists_events else self.given.written(style)
        return style.mean(self.inner.written(style), given)


def E(inner: Any, *, given: Mapping[str, Hashable] | Formula | None = None) -> Expectation:
    """The mean over the noise of a formula of readings, given an event of the factual world.

    ``given`` is a mapping of roles to meanings, or an event such as ``H.under(BASELINE).is_(STOP)``; its probability zero makes the
    score undefined. Raises ``WrongShape`` for a mean inside a mean.

    >>> E(B.had(intent="stop")) + E(V.had(intent="free"))
    E(B.had(intent='stop')) + E(V.had(intent='free'))
    >>> print(E(B.had(intent="stop"), given={"intent": "stop"}))
    E[B_s | H=s]
    """
    if isinstance(inner, str):
        raise WrongShape(f"E({inner!r}) takes a formula, and got text; type E(X({inner!r})) for the variable or role of that name")
    read = formula(inner)
    if given is not None and not isinstance(given, (Mapping, Formula)):
        raise WrongShape(f"given={given!r} is no event: == compares formulas by structure; type given={{'intent': STOP}}, or H.is_(STOP)")
    condition = event(given) if isinstance(given, Mapping) else given
    for part in [read, *([condition] if condition is not None else [])]:
        if any(isinstance(leaf, Expectation) for leaf in each_leaf(part)):
            raise WrongShape(f"E({read!r}) holds a mean inside a mean; take the inner E away, or multiply the two outside")
        if any(not isinstance(leaf, Reading | Is) for leaf in each_leaf(part)):
            raise WrongShape(f"E({read!r}) holds what is a number of the whole world already; take it out of E(...)")
    return Expectation(read, condition)


def X(name: str) -> Reading:  # noqa: N802 - a letter of the notation, like E
    """The value of any role or variable of a world, by its name; raises ``WrongShape`` for what is no text.

    >>> E(X("pressed").had(intent="stop"))
    E(X('pressed').had(intent='stop'))
    """
    given: object = name
    if not isinstance(given, str):
        raise WrongShape(f"X({given!r}) reads a variable or a role by its name; type X('value')")
    return Reading(name)


B = Reading("stopped")
"""Whether the agent is pressed-and-stopped, as 1 or 0."""

V = Reading("value")
"""The task's value: the original, unsafe utility."""

H = Reading("intent")
"""What people want."""


def _check_hashable(place: str, value: Any, name: str = "") -> None:
    try:
        hash(value)
    except TypeError:
        said = f"{place}({keywords_text({name: repr(value)})})" if name else f"{place}({value!r})"
        raise UnknownValue(f"{said}: what something means is hashable; give one value, or a tuple") from None


def _check_edit(name: str, value: Any) -> None:
    """Refuse what could not be printed and pasted back."""
    if callable(value):
        table, other = _typed(name, "causalkit.table(['parent'], {...})"), _typed(name, "X('other')")
        raise WrongShape(
            f"{_typed(name, '...')} was given a function, which cannot be printed; give its table, {table}, "
            f"or what another reading is, {other}"
        )
    if name != "wiring":
        _check_hashable("had", value, name)
    if isinstance(value, Formula) and not isinstance(value, Reading):
        other = _typed(name, "X('other')")
        raise WrongShape(f"{_typed(name, repr(value))} sets a variable to a reading or a value, and this is neither; type {other}")


def _typed(name: str, value: str) -> str:
    """An edit as it is typed: by keyword, or in a mapping where the name cannot be one."""
    return f"had({keywords_text({name: value})})"


def _wired(before: Wiring, new: Mapping[Any, Any]) -> Wiring:
    for child, heard in new.items():
        if not isinstance(heard, Mapping) or not heard:
            raise WrongShape(
                f"wiring says for each variable which parent is heard as what; type had(wiring={{{child!r}: {{'parent': 'other'}}}})"
            )
    return Wiring({**before, **{child: Frozen({**before.get(child, {}), **heard}) for child, heard in new.items()}})


def _frozen(policy: Any) -> Hashable:
    """A policy that can be a part of a frozen formula: rules in a mapping are frozen."""
    if isinstance(policy, Mapping) and not isinstance(policy, (Dist, Frozen)):
        return Frozen({key: _frozen(value) for key, value in policy.items()})
    return policy  # type: ignore[no-any-return]


def event(given: Mapping[str, Hashable]) -> Formula:
    """The event that roles or variables have these meanings."""
    if not given:
        raise WrongShape("given={} is no event; leave it out, or name a role: given={'intent': STOP}")
    events: list[Formula] = [Reading(name).is_(meaning) for name, meaning in given.items()]
    return events[0] if len(events) == 1 else Product(tuple(events))
