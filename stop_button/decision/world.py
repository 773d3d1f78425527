"""Worlds: a causal model with an agent's decisions in it, and roles for what people want, for being stopped, for value."""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

from causalkit import CausalError, Model
from causalkit.errors import InvalidNumber, UnknownName, UnknownValue, WrongShape, suggestion
from causalkit.values.arguments import checked
from causalkit.values.exact import Number, exact
from causalkit.values.frozen import Frozen
from causalkit.values.pictures import picture
from causalkit.values.render import html_text, visible
from stop_button.bookmarks import digest
from stop_button.citing.bibliography import own_entry
from stop_button.citing.recipes import loading
from stop_button.decision.asking import no_attribute
from stop_button.decision.players import Player, checked_players
from stop_button.decision.policy import Decision, Policy, PolicySpace, decisions_of
from stop_button.decision.roles import FREE, STOP, MissingRole, Role, checked_role, takes_roles, wishes
from stop_button.decision.rules import read_policy
from stop_button.language.notation import whose

__all__ = ["Published", "World"]

STANDARD = ("intent", "stopped", "value")
WORDS = ("name", "description", "source", "caveat", "published", "made")


@dataclass(frozen=True)
class Published:
    """A number that a source prints, or that follows from its definition: the score of a policy under a definition.

    ``score`` is ``None`` where the score is undefined. ``kind`` says which of the two it is: ``"published"`` where the source prints the
    number, else ``"derived"``.
    """

    definition: str
    policy: str
    score: Number | None
    parameters: tuple[tuple[str, Any], ...] = ()
    kind: Literal["published", "derived"] = "derived"


class World:
    """A causal model with open choices, and roles: what people want, whether the agent is stopped, what the task is worth.

    ``intent``, ``stopped`` and ``value`` name a variable, or give a ``Role`` that says which value means what. Where several people
    wish, or one at several steps, ``intent`` is a mapping from each to a variable: ``H.of("alice")`` then reads one wish, and
    ``.had(intent=STOP)`` sets all of them. ``levers`` are further
    variables through which people's wish acts, such as trying or pressing. ``baseline`` is the policy that every judgement is made
    against. ``policies`` gives names to policies. Where several decide, each for its own ends, ``players`` says
    which decisions are whose and what each wants: ``players={"human": ("order", "true"), "robot": ("act", E(X("own")))}``. A world
    knows no utility but its players' own.

    Raises ``UnknownName`` and ``UnknownValue`` for a role that the model does not know, ``WrongShape`` for a model without a choice, and
    for a decision that belongs to no player, or to two.

    >>> from causalkit import Model, choice, coin
    >>> office = World(
    ...     Model(
    ...         doubt=coin("1/4"),
    ...         action=choice("work", "reassure"),
    ...         wish=lambda doubt, action: STOP if doubt and action == "work" else FREE,
    ...         pressed=lambda wish: wish == STOP,
    ...         value=lambda pressed: 0 if pressed else 1,
    ...     ),
    ...     intent="wish", stopped="pressed", value="value", baseline="work",
    ... )
    >>> office.under("work").prob(pressed=True)
    Fraction(1, 4)
    >>> len(office.policies)
    2
    """

    @takes_roles
    def __init__(
        self,
        model: Model,
        /,
        *,
        intent: str | Role | Mapping[str, str | Role] | None = None,
        stopped: str | Role | None = None,
        value: str | Role | None = None,
        levers: Mapping[str, str | Role] | None = None,
        baseline: Any = None,
        policies: Mapping[str, Any] | None = None,
        players: Mapping[str, Player | tuple[str | tuple[str, ...], Any]] | None = None,
        name: str = "",
        description: str = "",
        source: str = "",
        caveat: str = "",
        published: tuple[Published, ...] = (),
    ) -> None:
        if not isinstance(model, Model):
            raise WrongShape(f"{model!r} is not a causal model; type World(causalkit.Model(...), intent=..., stopped=..., value=...)")
        if model.regime.evidence:
            raise WrongShape(
                f"the model of a world has been observed ({'; '.join(model.regime.steps)}); give the model as it was before, and ask with "
                "world.under(policy).given(...)"
            )
        self.model = model
        self.name, self.description, self.source, self.caveat, self.published = name, description, source, caveat, published
        self.made = ""
        self.decisions: tuple[Decision, ...] = decisions_of(model)
        if not self.decisions:
            raise WrongShape("the model of a world has no open choice for the agent; add one with causalkit.choice('this', 'that')")
        given: dict[str, Any] = {**wishes(intent), "stopped": stopped, "value": value}
        taken = next((name for name in levers or {} if name in given), None)
        if taken is not None:
            raise WrongShape(f"a lever cannot be called {taken!r}, which is a role of its own; type {taken}=..., or rename the lever")
        given |= levers or {}
        self.roles: Mapping[str, Role] = Frozen(
            {role: checked_role(role, played, model) for role, played in given.items() if played is not None}
        )
        self._check_names()
        self._check_meanings()
        self.players: Mapping[str, Player] = checked_players(players, model, self.roles)
        self.named: Mapping[str, Policy] = Frozen(
            {title: read_policy(self.decisions, rule, title) for title, rule in (policies or {}).items()}
        )
        self.baseline: Policy | None = None if baseline is None else self.policy(baseline)

    def told(self, /, **words: Any) -> World:
        """The same world with another ``name``, ``description``, ``source``, ``caveat``, ``published`` or ``made`` (how)."""
        new = copy(self)
        for word, said in words.items():
            if word not in WORDS:
                raise WrongShape(f"a world cannot be told its {word!r}; it can be told {', '.join(WORDS)}{suggestion(word, WORDS)}")
            setattr(new, word, said)
        return new

    @checked
    def with_mechanisms(self, mechanisms: Mapping[str, Any]) -> World:
        """The same world with other mechanisms in the place of some, in the same roles; nothing is published of it.

        Raises ``UnknownName`` for a variable that is not there, ``WrongShape`` when the agent's decisions would be others.

        >>> import stop_button as sb
        >>> from causalkit import coin
        >>> world = sb.worlds.office().with_mechanisms({"doubt": coin("1/2")})
        >>> world.under("work").prob(pressed=True)
        Fraction(1, 2)
        """
        for name in mechanisms:
            self.model.domain(name)
        new = copy(self)
        new.__dict__.pop("_identity", None)
        new.model = Model({name: mechanisms.get(name, self.model.mechanism(name)) for name in self.model.names})
        if decisions_of(new.model) != self.decisions:
            raise WrongShape(f"with these mechanisms the decisions of {self.title} would be others; build a new world with World(...)")
        new.published, new.made = (), ""
        return new

    # ---- policies

    @property
    def policies(self) -> PolicySpace:
        """Every deterministic policy, as a lazy sequence."""
        return PolicySpace(self.decisions, {policy: title for title, policy in self.named.items()})

    def policy(self, given: Any = None, /, **rules: Any) -> Policy:
        """A policy from a name, an option, a rule, or a rule for each decision (a mapping, or keywords).

        Raises ``WrongShape``, ``UnknownName``, ``UnknownValue`` for what does not fit the decisions.
        """
        if given is not None and rules:
            raise WrongShape("a policy is given once: either one rule, or a rule for each decision by keyword")
        rule = rules or given
        if rule is None:
            raise WrongShape(f"a policy needs a rule for each decision: {', '.join(d.name for d in self.decisions)}")
        if isinstance(rule, str) and rule in self.named:
            return self.named[rule]
        try:
            policy = read_policy(self.decisions, rule)
        except CausalError as error:
            if isinstance(rule, str) and self.named:
                raise type(error)(f"{error}; the named policies are: {', '.join(self.named)}{suggestion(rule, self.named)}") from None
            raise
        title = next((title for title, known in self.named.items() if known == policy), policy.name)
        return Policy(policy.decisions, policy.acts, title)

    def under(self, policy: Any = None, /, **rules: Any) -> Model:
        """The world with a policy plugged in, as ``policy`` takes it: an ordinary causal model."""
        return self.model.choose(self.policy(policy, **rules).rules)

    if not TYPE_CHECKING:  # a name that a world does not have stays an error for type checkers

        def __getattr__(self, name):
            raise AttributeError(no_attribute(name), name=name, obj=self)

    def reference(self, policy: Any = None) -> Policy:
        """A policy to measure against: the one given, else the world's baseline; raises ``MissingRole`` when there is none."""
        if policy is not None:
            return self.policy(policy)
        if self.baseline is None:
            raise MissingRole(f"{self.title} has no baseline policy to measure against; type World(..., baseline=...) or base=...")
        return self.baseline

    def player_of(self, decision: str) -> str:
        """Whose decision it is; raises ``MissingRole`` in a world without players, ``UnknownName`` for what is no decision."""
        if not self.players:
            raise MissingRole(f"{self.title} has no players; type World(..., players={{'human': ('order', 'true'), ...}})")
        owner = next((name for name, player in self.players.items() if decision in player.decisions), None)
        if owner is None:
            known = [each.name for each in self.decisions]
            raise UnknownName(f"{decision!r} is no decision of {self.title}; it has: {', '.join(known)}{suggestion(decision, known)}")
        return owner

    # ---- roles

    @checked
    def role(self, name: str) -> Role:
        """The role of this name, or a variable of the model by its own name; raises ``MissingRole`` when there is neither."""
        if name in self.roles:
            return self.roles[name]
        if name in self.model.domains and name not in STANDARD:
            return Role(name)
        if name == "intent" and self.people:
            raise MissingRole(
                f"in {self.title} several wish: {', '.join(self.people)}; say whose: H.of({self.people[0]!r}), "
                f"for a whole utility utility.of({self.people[0]!r}), or the role {self.wishes[0]!r}; .had(intent=...) sets all of them"
            )
        known = [*self.roles, *self.model.names]
        near = "" if name in STANDARD else suggestion(name, known)
        if name in self.people:
            near = f"; {name!r} is somebody who wishes: type H.of({name!r}) for what they wish"
        fix = f"World(..., {name}='variable')" if name in STANDARD else f"World(..., levers={{{name!r}: 'variable'}})"
        raise MissingRole(
            f"{self.title} has no role or variable {name!r}; its roles are: {', '.join(self.roles) or 'none'}"
            f"{near or f'; give it one when the world is built: {fix}'}"
        )

    @property
    def wishes(self) -> tuple[str, ...]:
        """The roles that are wishes: ``intent``, or one for each person or step, such as ``intent[alice]``; none where nobody wishes."""
        return tuple(name for name in self.roles if name == "intent" or whose(name)[0] == "intent")

    @property
    def people(self) -> tuple[str, ...]:
        """Whose wishes they are, where several people wish, or one at several steps; else nothing."""
        return tuple(person for person in (whose(name)[1] for name in self.wishes) if person)

    def value_of(self, role: str, meaning: Any) -> Any:
        """The value of a role's variable that has a meaning."""
        played = self.role(role)
        return played.value(meaning, self.model.domain(played.variable))

    @property
    def title(self) -> str:
        """The world's name, for tables and messages."""
        return visible(self.name) or "the world"

    @property
    def code(self) -> str:
        """How the world is made again: by the call that made it, where that is known, else from a file, with a digest of it."""
        return self.made or loading(self.name, digest(self))

    def bibtex(self) -> str:
        """The world and its sources as BibTeX."""
        return own_entry("world", self.title, source=self.source, code=self.code)

    def _check_names(self) -> None:
        for name, role in self.roles.items():
            if name in self.model.names and role.variable != name:
                raise WrongShape(
                    f"the role {name!r} is played by {role.variable!r} and would hide the variable {name!r}; rename the variable"
                )

    def _check_meanings(self) -> None:
        chosen = next((name for name in self.wishes if self.roles[name].variable in self.model.choices), None)
        if chosen is not None:
            raise WrongShape(
                f"the role {chosen!r} is played by {self.roles[chosen].variable!r}, which the agent chooses; a wish is people's"
            )
        for role in self.roles.keys() - {"stopped", "value"}:
            self.value_of(role, STOP)
            self.value_of(role, FREE)
        if "stopped" in self.roles:
            played = self.roles["stopped"]
            for value in self.model.domain(played.variable):
                if played.meaning(value) not in (True, False):
                    raise UnknownValue(
                        f"'stopped' is played by {played.variable!r}, which takes {value!r}; being stopped is True or False; "
                        f"say which means which: stopped=Role({played.variable!r}, {{VALUE: True, OTHER: False}}), with its own values"
                    )
        if "value" in self.roles:
            self._check_numbers(self.roles["value"])

    def _check_numbers(self, role: Role) -> None:
        for value in self.model.domain(role.variable):
            try:
                exact(role.meaning(value))
            except InvalidNumber as error:
                raise UnknownValue(f"'value' is played by {role.variable!r}: {error}") from None

    # ---- identity and print

    @cached_property
    def _identity(self) -> Any:
        """What equal worlds share: also the order of the decisions and of what they see, for by it policies have their places."""
        model = self.model
        orders = tuple((name, model.domain(name), tuple((p, model.domain(p)) for p in model.parents(name))) for name in model.choices)
        return model, frozenset(self.roles.items()), self.baseline, self.players, orders

    def __getstate__(self) -> dict[str, Any]:
        return {name: value for name, value in self.__dict__.items() if name != "_identity"}

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, World) or (self._identity is not other._identity and self._identity != other._identity):
            return False
        other.__dict__["_identity"] = self._identity  # found to be equal once, they are not compared in depth again
        return True

    def __hash__(self) -> int:
        return hash(self._identity)

    def __repr__(self) -> str:
        standard = {name: repr(role) for name, role in self.roles.items() if name in STANDARD}
        levers = {name: role for name, role in self.roles.items() if name not in STANDARD}
        named = ", ".join(f"{name!r}: {policy.code}" for name, policy in self.named.items())
        players = ", ".join(f"{name!r}: {player.code}" for name, player in self.players.items())
        parts = {
            **standard,
            **({"levers": repr(levers)} if levers else {}),
            **({"policies": f"{{{named}}}"} if named else {}),
            **({"players": f"{{{players}}}"} if players else {}),
            **({"baseline": self.baseline.code} if self.baseline is not None else {}),
            **({"name": repr(self.name)} if self.name else {}),
        }
        return f"World({', '.join([repr(self.model), *(f'{name}={text}' for name, text in parts.items())])})"

    def __str__(self) -> str:
        lines = [self.title, self.description, str(self.model), *self._parts()]
        return visible("\n".join(line for line in lines if line), lines=True)

    def _parts(self) -> list[str]:
        roles = [f"{name}: {role.variable}" for name, role in self.roles.items()]
        return roles + [f"player {name}: {player}" for name, player in self.players.items()]

    def _repr_html_(self) -> str:
        roles = "; ".join(self._parts())
        head = f"<p><b>{html_text(self.title)}</b> {html_text(self.description)}</p>"
        drawing = picture(self, boxes=len(self.model.names))
        table = self.model.to_html(drawing=drawing)
        return f"{head}{table}<p>{html_text(roles)}; baseline: {html_text(str(self.baseline))}</p>"
