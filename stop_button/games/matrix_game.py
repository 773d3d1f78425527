"""Games given by tables of payoffs, as worlds: every player chooses once, and nobody sees what another does."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from itertools import product
from typing import Any

from causalkit import Model, choice, table
from causalkit.errors import WrongShape
from causalkit.values.arguments import checked
from causalkit.values.exact import exact
from stop_button.decision.world import World

__all__ = ["matrix_game"]


@checked
def matrix_game(payoffs: Mapping[str, Any], *, options: Mapping[str, Sequence[Hashable]] | None = None, name: str = "") -> World:
    """A game in which all choose at once, from a table of payoffs for each player, as a world with players.

    :param payoffs: for each player, in order, nested lists: the outermost index is the first player's option, the next the second's.
    :param options: for each player, what the options are called; 0, 1, 2, ... if left out.
    :param name: what the world is called.
    :returns: a world in which the decision of ``row`` is called ``row``, and its payoff ``payoff of row``.
    :raises WrongShape: for tables that are not of one shape.

    >>> from stop_button.games.strategic_form import strategic_form
    >>> options = {"first": ["silent", "confess"], "second": ["silent", "confess"]}
    >>> print(strategic_form(matrix_game({"first": [[3, 0], [4, 1]], "second": [[3, 4], [0, 1]]}, options=options)))
    first / second  silent  confess
    silent            3, 3     0, 4
    confess           4, 0     1, 1
    """
    players = tuple(payoffs)
    shapes = {player: _shape(table_, len(players)) for player, table_ in payoffs.items()}
    shape = shapes[players[0]] if players else ()
    if not players or any(other != shape for other in shapes.values()):
        raise WrongShape(f"every player has a table of one shape, a level of lists for each of {', '.join(players) or 'the players'}")
    named = {player: tuple((options or {}).get(player, range(size))) for player, size in zip(players, shape, strict=True)}
    wrong = next((player for player, size in zip(players, shape, strict=True) if len(named[player]) != size), None)
    if wrong is not None or set(options or {}) - set(players):
        raise WrongShape(f"options name each player's, as many as its table has: {dict(zip(players, shape, strict=True))}")
    for player in players:
        try:
            hash(named[player])
        except TypeError:
            raise WrongShape(
                f"the options of {player!r} are {named[player]!r}: options are hashable; give texts, numbers or tuples"
            ) from None
    places = list(product(*map(range, shape)))
    worth = {player: {_names(named, place): exact(_at(payoffs[player], place)) for place in places} for player in players}
    mechanisms: dict[str, Any] = {player: choice(*named[player]) for player in players}
    mechanisms |= {f"payoff of {player}": table(list(players), _keyed(worth[player])) for player in players}
    return World(Model(mechanisms), players={player: (player, f"payoff of {player}") for player in players}, name=name)


def _shape(nested: Any, depth: int) -> tuple[int, ...]:
    """The lengths of nested lists, which are to be the same on each level."""
    if depth == 0:
        if isinstance(nested, (list, tuple)):
            raise WrongShape(f"{nested!r} stands where a payoff should: one level of lists for each player")
        return ()
    if not isinstance(nested, (list, tuple)) or not nested:
        raise WrongShape(f"{nested!r} is no list of payoffs: one level of lists for each player")
    inner = {_shape(each, depth - 1) for each in nested}
    if len(inner) > 1:
        raise WrongShape(f"the rows of {nested!r} are not of one length")
    return (len(nested), *inner.pop())


def _names(named: Mapping[str, tuple[Hashable, ...]], places: tuple[int, ...]) -> tuple[Hashable, ...]:
    return tuple(mine[k] for mine, k in zip(named.values(), places, strict=True))


def _keyed(worth: Mapping[tuple[Hashable, ...], Any]) -> dict[Any, Any]:
    """A table of one parent is keyed by its values, of several by tuples."""
    return {key[0] if len(key) == 1 else key: value for key, value in worth.items()}


def _at(nested: Any, places: tuple[int, ...]) -> Any:
    for place in places:
        nested = nested[place]
    return nested
