"""What a process is made of: states, the moves between them, what entering a state pays, and a discount."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

from causalkit import Dist
from causalkit.errors import (
    CausalError,
    InvalidNumber,
    MechanismFailed,
    TooLarge,
    UnknownName,
    UnknownValue,
    WrongShape,
    listing,
    suggestion,
)
from causalkit.values.exact import exact

__all__ = ["Action", "Outcomes", "State", "Transitions", "check_count", "looked_up", "plain_number", "read_transitions"]

State = Hashable
Action = Hashable

Outcomes = tuple[tuple[int, Fraction], ...]
"""Where a move leads: places of states with their probabilities."""

MOST_LISTED = 12


@dataclass(frozen=True)
class Transitions:
    """The states of a process by place, and for each state its actions with where they lead.

    ``reward`` is what entering a state pays; a state without actions ends the process. Numbers are Fractions.
    """

    states: tuple[State, ...]
    actions: tuple[tuple[Action, ...], ...]
    outcomes: tuple[tuple[Outcomes, ...], ...]
    reward: tuple[Fraction, ...]
    discount: Fraction

    @cached_property
    def places(self) -> Mapping[State, int]:
        """Where each state stands."""
        return {state: place for place, state in enumerate(self.states)}

    def place(self, state: State) -> int:
        """Where a state stands; raises ``UnknownName`` for one that is not there."""
        try:
            return self.places[state]
        except (KeyError, TypeError):
            known = f"{_some(self.states)}{suggestion(state, self.states)}"
            raise UnknownName(f"{state!r} is not a state; there are: {known}") from None

    def move(self, state: State, action: Action) -> tuple[int, int]:
        """The places of a state and of one of its actions; raises ``UnknownName`` and ``UnknownValue``."""
        place = self.place(state)
        if action not in self.actions[place]:
            known = self.actions[place]
            has = f"its actions are: {_some(known)}{suggestion(action, known)}" if known else "the process ends there"
            raise UnknownValue(f"{action!r} cannot be done in {state!r}; {has}")
        return place, self.actions[place].index(action)

    @property
    def is_deterministic(self) -> bool:
        """Whether every action leads to one sure state."""
        return all(len(outcomes) == 1 for moves in self.outcomes for outcomes in moves)

    def next_places(self, place: int) -> list[int]:
        """The places that some action in a state can lead to."""
        return list(dict.fromkeys(target for outcomes in self.outcomes[place] for target, _ in outcomes))

    def reachable(self, places: Sequence[int]) -> set[int]:
        """The places that can be reached from some places, themselves with them."""
        reached, waiting = set(places), list(places)
        while waiting:
            new = [target for target in self.next_places(waiting.pop()) if target not in reached]
            reached.update(new)
            waiting.extend(new)
        return reached

    def components(self, among: set[int]) -> list[tuple[int, ...]]:
        """The strongly connected parts of some places, those that a part leads to before it."""
        import networkx as nx

        arrows = nx.DiGraph()
        arrows.add_nodes_from(sorted(among))
        arrows.add_edges_from((place, target) for place in sorted(among) for target in self.next_places(place))
        parts = nx.condensation(arrows)
        return [tuple(sorted(parts.nodes[part]["members"])) for part in reversed(list(nx.topological_sort(parts)))]

    def cyclic(self, component: tuple[int, ...]) -> bool:
        """Whether a strongly connected part can come back to one of its states."""
        return len(component) > 1 or component[0] in self.next_places(component[0])


def read_transitions(moves: Any, reward: Any, discount: Any) -> Transitions:
    """Transitions from what a user writes: moves by state, rewards by state, a discount; raises what ``Process`` says."""
    if not isinstance(moves, Mapping) or not moves:
        raise WrongShape(f"the moves are {moves!r}, expected a mapping of states to moves; type {{'A': ['B', 'C'], 'B': []}}")
    read = {state: _moves(state, given) for state, given in moves.items()}
    states = tuple(dict.fromkeys([*read, *(target for acts in read.values() for dist in acts.values() for target in dist)]))
    places = {state: place for place, state in enumerate(states)}
    outcomes = tuple(
        tuple(tuple((places[target], weight) for target, weight in dist.items()) for dist in read.get(state, {}).values())
        for state in states
    )
    return Transitions(
        states, tuple(tuple(read.get(state, {})) for state in states), outcomes, _rewards(reward, places), _discount(discount)
    )


def plain_number(value: Any, of: str) -> Fraction:
    """A number without symbols; raises ``InvalidNumber`` for another, with what it is a number of.

    >>> plain_number("1/4", "the discount")
    Fraction(1, 4)
    """
    number = exact(value)
    if not isinstance(number, Fraction):
        raise InvalidNumber(f"{of} is {number}, and symbols are not carried here: best moves must be decided; give numbers with .subs(...)")
    return number


def looked_up(state: Any) -> State:
    """A state as it is; raises ``WrongShape`` for what cannot be looked up, such as a list.

    >>> looked_up("A")
    'A'
    """
    try:
        hash(state)
    except TypeError:
        raise WrongShape(f"{state!r} cannot be a state or an action, since it cannot be looked up; use text, numbers or tuples") from None
    return state  # type: ignore[no-any-return]


def _moves(state: State, given: Any) -> dict[Action, dict[State, Fraction]]:
    if isinstance(given, Dist):
        raise WrongShape(f"the moves of {state!r} are {given!r}, and a move needs a name; type {{{state!r}: {{'go': {given!r}}}}}")
    if isinstance(given, Mapping):
        return {action: _outcome(state, action, target) for action, target in given.items()}
    if not isinstance(given, list | tuple):
        raise WrongShape(
            f"the moves of {state!r} are {given!r}, expected a list of states, or a mapping of actions to states or distributions; "
            f"type {{{state!r}: ['B', 'C']}}"
        )
    if len(set(map(looked_up, given))) != len(given):
        raise WrongShape(f"the moves of {state!r} name a state twice: {listing(given)}; name it once, or give actions names of their own")
    return {target: {target: Fraction(1)} for target in given}


def _outcome(state: State, action: Action, target: Any) -> dict[State, Fraction]:
    if not isinstance(target, Dist):
        return {looked_up(target): Fraction(1)}
    return {to: plain_number(weight, f"the probability of {to!r} after {action!r} in {state!r}") for to, weight in target.items()}


def _rewards(reward: Any, places: Mapping[State, int]) -> tuple[Fraction, ...]:
    if callable(reward):
        return tuple(plain_number(_paid(reward, state), f"the reward of {state!r}") for state in places)
    if not isinstance(reward, Mapping):
        raise WrongShape(f"the reward is {reward!r}, expected a mapping of states to numbers, or a function of a state; type {{'C': 1}}")
    stray = next((state for state in reward if state not in places), None)
    if stray is not None:
        raise UnknownName(f"{stray!r} has a reward and is not a state; there are: {_some(tuple(places))}{suggestion(stray, places)}")
    return tuple(plain_number(reward.get(state, 0), f"the reward of {state!r}") for state in places)


def _paid(reward: Callable[[Any], Any], state: State) -> Any:
    try:
        return reward(state)
    except CausalError:
        raise
    except Exception as error:
        raise MechanismFailed(f"the reward raised {type(error).__name__}: {error} for {state!r}; it must give a number") from error


def _discount(given: Any) -> Fraction:
    discount = plain_number(given, "the discount")
    if not 0 <= discount <= 1:
        raise InvalidNumber(f"the discount is {discount}, expected a number between 0 and 1")
    return discount


def _some(items: Sequence[object]) -> str:
    return listing(items[:MOST_LISTED]) + (f", and {len(items) - MOST_LISTED:,} more" if len(items) > MOST_LISTED else "")


def check_count(count: int, most: int, what: str, fix: str) -> None:
    """Refuse a count above a limit, in words: ``TooLarge``."""
    if count > most:
        raise TooLarge(f"{count:,} {what}, and at most {most:,} are taken; {fix}")
