"""Utilities: named formulas with their source; families of them with parameters."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import InitVar, dataclass, field
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, Any

from causalkit.errors import UNSEEN, InvalidName, UnknownName, UnknownValue, WrongShape, suggestion
from causalkit.mechanisms.constructors import as_mechanism, is_law
from causalkit.values.arguments import checked
from causalkit.values.exact import Number
from causalkit.values.frozen import Frozen
from causalkit.values.render import Printed, html_text, latex_words, typed
from stop_button.citing.bibliography import own_entry
from stop_button.citing.recipes import call_text
from stop_button.decision.docstring import docstring
from stop_button.decision.players import decisions_meant
from stop_button.decision.roles import MissingRole
from stop_button.decision.world import World
from stop_button.evaluation.policy_polynomial import score_directly
from stop_button.grounding.resolving import for_people
from stop_button.language.constraints import subject_to as under
from stop_button.language.formula import BASELINE, Formula, Is, Reading, formula
from stop_button.language.notation import html, latex
from stop_button.language.references import Best, BestPolicy, of_person
from stop_button.language.tests import Every, Test
from stop_button.language.walking import Node, Walk
from stop_button.loading.by_name import meant

__all__ = ["Applies", "Utility", "applies", "as_utilities", "as_utility", "definition", "has_role", "say_whose"]


@dataclass(frozen=True)
class Applies(Printed):
    """Whether a utility can be asked of a world: truthy when it can; else ``missing`` names what the world lacks."""

    utility: str
    world: str
    missing: tuple[str, ...]
    people: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return not self.missing

    def __str__(self) -> str:
        if self:
            return f"{self.utility} applies to {self.world}"
        whose = f"; several wish there: say whose, as in {self.utility}.of({self.people[0]!r})" if self.whose else ""
        return f"{self.utility} does not apply to {self.world}, which has no {', no '.join(self.missing)}{whose}"

    @property
    def whose(self) -> bool:
        """Whether it is asked for one wish where several wish."""
        return bool(self.people) and "intent" in self.missing


@checked
@dataclass(frozen=True)
class Utility:
    """A named formula, with its source; called on a world and a policy it gives one exact score.

    ``subject_to`` are tests that a policy must pass; one that does not has no score.

    >>> from stop_button import B, E, V
    >>> Utility("counterfactual", E(B.had(intent="stop")) + E(V.had(intent="free")))
    Utility('counterfactual', E(B.had(intent='stop')) + E(V.had(intent='free')))
    """

    name: str
    formula: Formula
    source: str = field(default="", compare=False, kw_only=True)
    meaning: str = field(default="", compare=False, kw_only=True)
    parameters: Mapping[str, Any] = field(default_factory=dict, compare=False, kw_only=True)
    family: Callable[..., Formula] | None = field(default=None, compare=False, kw_only=True)
    subject_to: InitVar[Sequence[Test]] = field(default=(), kw_only=True)

    if TYPE_CHECKING:  # what may be given for the fields: a number is read as a formula, and to a checker the sum of a list may be one

        def __init__(
            self,
            name: str,
            formula: Formula | Number,
            *,
            source: str = "",
            meaning: str = "",
            parameters: Mapping[str, Any] = ...,
            family: Callable[..., Formula] | None = None,
            subject_to: Sequence[Test] = (),
        ) -> None: ...

    def __post_init__(self, subject_to: Sequence[Test]) -> None:
        name: object = self.name
        if not isinstance(name, str) or not name or UNSEEN.search(name):
            raise InvalidName(f"{self.name!r} cannot name a utility; a name is a text without control characters: Utility('mine', E(V))")
        object.__setattr__(self, "formula", under(formula(self.formula), *subject_to))
        object.__setattr__(self, "parameters", Frozen(self.parameters))

    @checked
    def __call__(self, world: World, policy: Any) -> Number:
        """The score of a policy; raises ``Impossible`` where a condition of the formula has probability zero."""
        say_whose(self, world)
        return score_directly(self.formula, world, world.policy(policy))

    def of(self, person: str) -> Utility:
        """The utility of one person's wish, or of one step's, in a world in which several wish: it is read and set in place of all.

        A utility that speaks of no wish stays as it is. Parameters are varied first: ``sb.switch.vary(goal="calm").of("Ann")``.

        >>> import stop_button as sb
        >>> print(sb.switch.of("Ann"))
        switch[Ann] = E[B 1[H_Ann=s] + V 1[H_Ann=f]]
        """
        new = of_person(self.formula, person)
        return self if new == self.formula else Utility(f"{self.name}[{person}]", new, source=self.source, meaning=self.meaning)

    def vary(self, /, **parameters: Any) -> Utility:
        """The same definition with other parameters, which its name then shows; raises ``UnknownName`` for one it does not have.

        >>> import stop_button as sb
        >>> print(sb.counterfactual.vary(weight=3))
        counterfactual[weight=3] = 3 E[B_s] + E[V_f]
        """
        for name in parameters:
            if self.family is None or name not in self.parameters:
                known = list(self.parameters)
                raise UnknownName(f"{self.name} has no parameter {name!r}; it has: {', '.join(known) or 'none'}{suggestion(name, known)}")
        if self.family is None:
            return self
        changed = {**self.parameters, **parameters}
        defaults = self.family.__kwdefaults__ or {}
        told = {name: value for name, value in changed.items() if value != defaults.get(name)}
        base = self.name.partition("[")[0]
        name = f"{base}[{', '.join(f'{name}={value}' for name, value in told.items())}]" if told else base
        return Utility(name, self.family(**changed), source=self.source, meaning=self.meaning, parameters=changed, family=self.family)

    @property
    def code(self) -> str:
        """How the utility is typed, with ``import stop_button as sb``: a bundled definition by its name, else with its formula.

        >>> import stop_button as sb
        >>> sb.counterfactual.vary(weight=3).code
        'sb.definitions.counterfactual.vary(weight=3)'
        """
        if self.family is None or not self.family.__module__.startswith("stop_button.definitions."):
            return repr(self)
        name = f"sb.definitions.{self.family.__qualname__}"
        defaults = self.family.__kwdefaults__ or {}
        told = {key: value for key, value in self.parameters.items() if value != defaults.get(key)}
        return call_text(f"{name}.vary", told) if told else name

    def bibtex(self) -> str:
        """The definition and its sources as BibTeX.

        >>> import stop_button as sb
        >>> print(sb.counterfactual.bibtex().splitlines()[0])
        @misc{stop-button:definition:counterfactual,
        """
        return own_entry("definition", self.name, source=self.source, code=self.code)

    def __str__(self) -> str:
        return f"{self.name} = {self.formula}"

    def __repr__(self) -> str:
        return f"Utility({self.name!r}, {self.formula!r})"

    def _repr_html_(self) -> str:
        return f"{html_text(self.name)} = {html(self.formula)}"

    def _repr_latex_(self) -> str:
        return f"${latex_words(self.name)} = {latex(self.formula)}$"

    def __hash__(self) -> int:
        return hash((self.name, self.formula))

    def __reduce__(self) -> Any:
        if self.family is None:
            return partial(Utility, source=self.source, meaning=self.meaning), (self.name, self.formula)
        return _revived, (self.family.__module__, self.family.__qualname__, dict(self.parameters))


def as_utility(given: Any) -> Utility:
    """A utility as it was given; raises ``WrongShape`` with what to type for what is none.

    >>> from stop_button import E, V
    >>> as_utility(E(V))
    Traceback (most recent call last):
    causalkit.errors.WrongShape: E(V) is a formula without a name; type Utility('mine', E(V))
    """
    if isinstance(given, Utility):
        return given
    if isinstance(given, Formula):
        raise WrongShape(f"{given!r} is a formula without a name; type Utility('mine', {given!r})")
    if isinstance(given, str):
        near = meant(given, "Utility") or "type Utility('mine', E(V)) for one of your own"
        raise WrongShape(f"{given!r} is text, and no utility; the definitions are in stop_button.definitions; {near}")
    if isinstance(given, World):
        raise WrongShape("a world was given where a utility is expected; a utility comes after the world: type Utility('mine', E(V))")
    if callable(given):
        raise WrongShape(
            f"{given!r} is a function, and a utility is a formula, which is read and taken apart; type Utility('mine', E(V)), or "
            "Utility('mine', E(X('variable'))) for what any variable of the world is worth"
        )
    if isinstance(given, Iterable):
        raise WrongShape("several were given where one utility is expected; type stop_button.report(world, [...]) to judge several")
    raise WrongShape(f"{given!r} is no utility; type Utility('mine', E(V))")


def as_utilities(given: Any) -> tuple[Utility, ...]:
    """One utility or several, as a tuple; raises ``WrongShape`` with what to type for what is none.

    >>> import stop_button as sb
    >>> [one.name for one in as_utilities(sb.naive)]
    ['naive']
    """
    alone = not isinstance(given, Iterable) or isinstance(given, Utility | str)
    return (as_utility(given),) if alone else tuple(map(as_utility, given))


@checked
def applies(utility: Utility, world: World) -> Applies:
    """Whether a world has every role, meaning and reference that a utility speaks of.

    >>> import stop_button as sb
    >>> bool(sb.naive.name)
    True
    """
    missing = dict.fromkeys(_LACKS(for_people(utility.formula, world), world))
    return Applies(utility.name, world.title, tuple(missing), world.people)


def say_whose(utility: Utility, world: World) -> None:
    """Refuse, by its name, a utility that asks for one wish in a world in which several wish.

    >>> import stop_button as sb
    >>> say_whose(sb.switch, sb.worlds.office())
    """
    if world.people and applies(utility, world).whose:
        known = utility.code if utility.code != repr(utility) else "utility"
        raise MissingRole(
            f"in {world.title} several wish: {', '.join(world.people)}; {utility.name} asks for one wish; say whose: "
            f"{known}.of({world.people[0]!r}), or H.of({world.people[0]!r}) in a formula of your own"
        )


Lacks = Callable[[Node], Iterator[str]]


def _event_lacks(event: Is, visit: Lacks, world: World) -> Iterator[str]:
    missing = list(visit(event.reading))
    yield from missing
    if not missing:
        role = world.role(event.reading.name)
        if event.meaning not in {role.meaning(value) for value in world.model.domain(role.variable)}:
            yield f"{event.reading.name}={typed(event.meaning)}"


def _reading_lacks(leaf: Reading, visit: Lacks, world: World) -> Iterator[str]:
    wired = [name for child, heard in leaf.wiring.items() for name in (child, *heard, *heard.values())]
    yield from (name for name in [leaf.name, *leaf.settings, *wired] if not has_role(world, name))
    read = dict(leaf.read_by_edits())
    for name, value in leaf.settings.items():
        if name in read:
            yield from visit(read[name])
        elif is_law(value):
            yield from (parent for parent in as_mechanism(value).parents if parent not in world.model.names)
        elif has_role(world, name) and not _can_be_set(world, name, value):
            yield f"{name}={typed(value)}"
    if leaf.policy == BASELINE and world.baseline is None:
        yield "baseline"
    if isinstance(leaf.policy, BestPolicy):
        yield from visit(leaf.policy.objective)


def _parts_lack(f: Node, visit: Lacks, _world: World) -> Iterator[str]:
    return (name for part in f.children() for name in visit(part))


def _seen_lacks(test: Every, visit: Lacks, world: World) -> Iterator[str]:
    yield from (name for name in test.names if not has_role(world, name))
    yield from _parts_lack(test, visit, world)


def _decisions_lack(f: Best, visit: Lacks, world: World) -> Iterator[str]:
    yield from (f"decision {name}" for name in decisions_meant(f.of, world.players) if name not in world.model.choices)
    yield from _parts_lack(f, visit, world)


_LACKS: Walk[Iterator[str]] = Walk(
    "applying",
    {
        Is: _event_lacks,
        Reading: _reading_lacks,
        Every: _seen_lacks,
        Best: _decisions_lack,
        Node: _parts_lack,
    },
)


def _revived(module: str, name: str, parameters: dict[str, Any]) -> Utility:
    """A definition of a module, with these parameters: a definition travels by its name, because its function bears the same one."""
    utility: Utility = getattr(import_module(module), name)
    return utility if dict(utility.parameters) == parameters else utility.vary(**parameters)


def has_role(world: World, name: str) -> bool:
    """Whether a world has a role, or a variable, of this name."""
    try:
        return bool(world.role(name))
    except MissingRole:
        return False


def _can_be_set(world: World, name: str, meaning: Any) -> bool:
    try:
        world.value_of(name, meaning)
    except UnknownValue:
        return False
    return True


def definition(name: str, *, source: str) -> Callable[[Callable[..., Formula]], Utility]:
    """A function of named parameters that returns a formula, as a utility with its defaults; its docstring becomes the meaning."""

    def make(family: Callable[..., Formula]) -> Utility:
        defaults = dict(family.__kwdefaults__ or {})
        utility = Utility(name, family(**defaults), source=source, meaning=docstring(family), parameters=defaults, family=family)
        object.__setattr__(utility, "__doc__", family.__doc__)
        return utility

    return make
