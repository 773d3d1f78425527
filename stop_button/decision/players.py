"""Players: which decisions belong to whom, and what each wants."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from causalkit import Model
from causalkit.errors import InvalidNumber, UnknownName, UnknownValue, WrongShape, listing, suggestion
from causalkit.values.arguments import checked
from causalkit.values.exact import exact
from causalkit.values.frozen import Frozen
from causalkit.values.render import Printed
from stop_button.decision.roles import Role
from stop_button.language.algebra import Formula
from stop_button.language.formula import E, Reading, X
from stop_button.language.parts import leaves, means, readings

__all__ = ["HasFormula", "Player", "checked_players", "decisions_meant", "names_wanted"]


class HasFormula(Protocol):
    """What carries a formula, as a utility does."""

    @property
    def formula(self) -> Formula: ...


@checked
@dataclass(frozen=True, repr=False, init=False)
class Player(Printed):
    """Somebody who makes some of a world's decisions and wants something: a formula, whose score is the payoff.

    :param decisions: a decision's name, or several; none for somebody who is only affected.
    :param utility: the name of a variable or role, whose mean is wanted; or a formula of means; or a utility.
    :raises WrongShape: for a formula that reads a variable outside a mean, and for what is none of these.

    >>> Player("act", "own")
    Player('act', E(X('own')))
    """

    decisions: tuple[str, ...]
    utility: Formula

    def __init__(self, decisions: str | tuple[str, ...] | list[str], utility: str | Formula | HasFormula) -> None:
        named: object = (decisions,) if isinstance(decisions, str) else decisions
        if not isinstance(named, (tuple, list)) or not all(isinstance(name, str) for name in named):
            raise WrongShape(f"the decisions of a player are {decisions!r}; type the name of one, or a tuple of names")
        if len(set(named)) < len(named):
            raise WrongShape(f"the decision {max(named, key=named.count)!r} is listed twice for one player; list it once")
        object.__setattr__(self, "decisions", tuple(named))
        object.__setattr__(self, "utility", _wanted(utility))

    def __repr__(self) -> str:
        return f"Player{self.code}"

    @property
    def code(self) -> str:
        """The player as the pair that would be typed."""
        decisions = repr(self.decisions[0] if len(self.decisions) == 1 else self.decisions)
        return f"({decisions}, {self.utility!r})"

    def __str__(self) -> str:
        return f"{', '.join(self.decisions) or 'no decision'}; wants {self.utility}"


def _wanted(given: Any) -> Formula:
    """What a player wants as it was written: a name, a formula, or a utility."""
    if isinstance(given, str):
        return E(X(given))
    wanted = given if isinstance(given, Formula) else getattr(given, "formula", None)
    if not isinstance(wanted, Formula):
        raise WrongShape(f"a player wants {given!r}; type a variable's name, or a formula such as E(X('own')), or a utility")
    outside = next((leaf for leaf in leaves(wanted) if leaf not in set(means(wanted))), None)
    if outside is not None:
        raise WrongShape(f"a player wants {wanted!r}, in which {outside!r} stands outside a mean; type E(...)")
    return wanted


def checked_players(given: Mapping[str, Any] | None, model: Model, roles: Mapping[str, Role]) -> Frozen[str, Player]:
    """The players of a world as they were written, so that every decision belongs to exactly one of them; nobody where none were given.

    Raises ``WrongShape`` for a decision that belongs to nobody or to two, ``UnknownName`` for one that is not there.
    """
    if given is None:
        return Frozen()
    if not isinstance(given, Mapping):
        raise WrongShape(
            f"players={given!r}: a mapping gives each a name; type players={{'human': ('order', 'true'), 'robot': ('act', 'own')}}"
        )
    players = Frozen({name: _player(name, player) for name, player in given.items()})
    decisions = tuple(model.choices)
    for name, player in players.items():
        for decision in player.decisions:
            if decision not in decisions:
                known = f"the decisions are: {', '.join(decisions)}{suggestion(decision, decisions)}"
                raise UnknownName(f"the player {name!r} makes {decision!r}, which is no decision of the model; {known}")
        if name in decisions and player.decisions != (name,):
            raise WrongShape(f"the player {name!r} bears the name of a decision that is not the player's only one; rename the player")
        _check_wish(name, player, model, roles)
    _check_owners(players, decisions)
    return players


def decisions_meant(names: Iterable[str], players: Mapping[str, Player]) -> tuple[str, ...]:
    """Decisions by name, where a player's name stands for its decisions.

    >>> decisions_meant(["robot", "order"], {"robot": Player(("act", "wait"), "own")})
    ('act', 'wait', 'order')
    """
    return tuple(dict.fromkeys(each for name in names for each in (players[name].decisions if name in players else (name,))))


def _player(name: Any, given: Any) -> Player:
    if not isinstance(name, str) or not name or not name.isprintable():
        raise WrongShape(f"{name!r} cannot name a player; a name is a text without control characters")
    if isinstance(given, Player):
        return given
    if not isinstance(given, tuple) or len(given) != 2:
        raise WrongShape(f"the player {name!r} is {given!r}; type {name!r}: (decision, utility), or Player(decision, utility)")
    return Player(*given)


def _check_owners(players: Mapping[str, Player], decisions: tuple[str, ...]) -> None:
    for decision in decisions:
        owners = [name for name, player in players.items() if decision in player.decisions]
        if len(owners) > 1:
            raise WrongShape(f"the decision {decision!r} belongs to {listing(owners)}; every decision belongs to one player")
        if not owners:
            raise WrongShape(
                f"the decision {decision!r} belongs to none of the players {listing(players) or '(there are none)'}; "
                "every decision belongs to one"
            )


def _check_wish(name: str, player: Player, model: Model, roles: Mapping[str, Role]) -> None:
    for read in names_wanted(player.utility):
        if read not in roles and read not in model.names:
            known = [*roles, *model.names]
            raise UnknownName(
                f"the player {name!r} wants {player.utility}, and there is no role or variable {read!r}; "
                f"there is: {', '.join(known)}{suggestion(read, known)}"
            )
    for mean in means(player.utility):
        if isinstance(mean.inner, Reading):
            _check_numbers(name, mean.inner.name, model, roles)


def _check_numbers(name: str, read: str, model: Model, roles: Mapping[str, Role]) -> None:
    role = roles.get(read) or Role(read)
    for value in model.domain(role.variable):
        try:
            exact(role.meaning(value))
        except InvalidNumber as error:
            raise UnknownValue(f"the player {name!r} wants the mean of {role.variable!r}: {error}") from None


def names_wanted(utility: Formula) -> Iterator[str]:
    """The roles and variables that a formula reads, those inside edits and conditions too."""
    for mean in means(utility):
        for part in mean.children():
            for reading in readings(part):
                yield from _names(reading)


def _names(reading: Reading) -> Iterator[str]:
    yield reading.name
    for _, value in reading.read_by_edits():
        yield from _names(value)
