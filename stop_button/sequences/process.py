"""A process: states, moves and rewards on entry; where a policy hopes to earn, and what a target would make it do."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from functools import cached_property
from typing import Any

from causalkit import Dist, Model
from causalkit.errors import UnknownName, WrongShape, listing
from causalkit.values.arguments import checked
from causalkit.values.frozen import Frozen
from causalkit.values.render import number
from stop_button.decision.world import World
from stop_button.sequences.allocation import Allocation, fixed_policy, hoped, ties_on, visited
from stop_button.sequences.from_model import unrolled_moves
from stop_button.sequences.lookback import residuals, rolled_out, sweeps_until_still
from stop_button.sequences.nearest import nearest
from stop_button.sequences.optimum import Optimum, optimum
from stop_button.sequences.transitions import Action, State, Transitions, looked_up, plain_number, read_transitions

__all__ = ["Process"]


class Process:
    """States and the moves between them; entering a state pays its reward, and what comes a move later counts ``discount`` times.

    :param moves: for each state a list of states to move to, each an action of the same name, or a mapping of actions to a state or to a
        ``Dist`` over states. A state that is only moved to, or has no moves, ends the process.
    :param reward: what entering a state pays: a mapping, in which a state left out pays 0, or a function of the state.
    :param discount: between 0 and 1.
    :raises WrongShape: for moves of another shape. ``UnknownName`` for a reward of a state that is not there. ``InvalidNumber`` for
        symbols, which are not carried, since best moves must be decided.

    Source: [tailcalled2021d]

    >>> road = Process({"A": ["B", "E"], "B": ["C"], "D": ["A"], "E": ["F"]}, {"C": 1, "F": -1}, discount="9/10")
    >>> road.hope("D", "A")
    {'C': '0.81'}
    """

    def __init__(
        self, moves: Mapping[Any, Any], reward: Mapping[Any, Any] | Callable[[Any], Any] = (lambda state: 0), *, discount: Any = 1
    ) -> None:
        self.transitions: Transitions = read_transitions(moves, reward, discount)

    @classmethod
    def _made(cls, transitions: Transitions) -> Process:
        new = object.__new__(cls)
        new.transitions = transitions
        return new

    @classmethod
    @checked
    def of(
        cls,
        model: Model | World,
        *,
        state: Sequence[str],
        action: str,
        reward: Mapping[Any, Any] | Callable[[Any], Any] = (lambda state: 0),
        discount: Any = 1,
    ) -> Process:
        """The process of a model that was unrolled over time; its first state is where the model starts.

        A state is a named tuple of the step and the values of the variables ``state``; what is done in it is the next step's ``action``. A
        variable whose name cannot stand after a dot, or is ``step``, is read by its place.

        :param model: an unrolled model or world whose only open choices are those of ``action``.
        :param state: names of variables of a step that together say all that matters of the past.
        :param action: the name of the step's choice.
        :param reward: as for ``Process``; a function may read ``s.step`` and the variables by name.
        :param discount: between 0 and 1, for each step.
        :raises WrongShape: when what follows depends on more of the past than the state holds, or the choice sees something else.
            ``UnknownName`` for a variable that a step does not have.

        >>> from causalkit import choice, coin, unroll
        >>> step = {"doubt": coin("1/4"), "act": choice("ask", "reassure"), "calm": lambda act: act == "reassure",
        ...         "running": lambda doubt, calm: calm or not doubt}
        >>> office = Process.of(unroll(step, 1, start={"calm": False, "running": True}), state=["running", "calm"], action="act",
        ...                     reward=lambda s: int(s.running))
        >>> office.hope(office.states[0], "reassure").share(lambda s: s.calm)
        Fraction(1, 1)
        """
        return cls(unrolled_moves(model.model if isinstance(model, World) else model, state, action), reward, discount=discount)

    # ---- what it is

    @property
    def states(self) -> tuple[State, ...]:
        """The states, in the order in which they are named."""
        return self.transitions.states

    @property
    def discount(self) -> Fraction:
        """How much what comes a move later counts."""
        return self.transitions.discount

    @property
    def reward(self) -> dict[State, Fraction]:
        """What entering each state pays."""
        return dict(zip(self.states, self.transitions.reward, strict=True))

    def actions(self, state: State) -> tuple[Action, ...]:
        """What can be done in a state; nothing where the process ends."""
        return self.transitions.actions[self.transitions.place(state)]

    def leads_to(self, state: State, action: Action) -> Dist:
        """Where a move leads."""
        place, which = self.transitions.move(state, action)
        return Dist({self.states[to]: p for to, p in self.transitions.outcomes[place][which]})

    def with_edge(self, state: State, to: State, action: Action | None = None) -> Process:
        """The process with one more move, to a sure state.

        :param state: where the move starts; it may be new.
        :param to: where it leads; it may be new.
        :param action: what the move is called; without it, as where it leads.
        :raises WrongShape: when the state has an action of this name already.
        """
        state, name = looked_up(state), looked_up(to if action is None else action)
        if state in self.states and name in self.actions(state):
            raise WrongShape(f"{state!r} has the action {name!r} already; give the new one a name of its own with action=...")
        moves: dict[State, dict[Action, Any]] = {known: self._moves(known) for known in self.states}
        moves.setdefault(state, {})[name] = to
        return Process(moves, self.reward, discount=self.discount)

    def with_reward(self, reward: Mapping[Any, Any] | Callable[[Any], Any]) -> Process:
        """The process with other rewards; a state that a mapping leaves out pays 0."""
        return Process({state: self._moves(state) for state in self.states}, reward, discount=self.discount)

    def weighted_by(self, variable: str) -> Process:
        """The process in which entering a state pays by a natural variable of the process instead of the reward.

        ``"choices"``: how much of the next state's variance is decided by the choice of action, each action taken equally often;
        with ``k`` sure and different successors, ``1 - 1/k``.

        :raises UnknownName: for another variable.
        """
        if variable != "choices":
            raise UnknownName(f"{variable!r} is not a natural variable of a process; there is: 'choices'")
        spreads = (self._spread(place) for place in range(len(self.states)))
        return Process._made(replace(self.transitions, reward=tuple(spreads)))

    def _spread(self, place: int) -> Fraction:
        moves = [dict(outcomes) for outcomes in self.transitions.outcomes[place]]
        spread = Fraction(0)
        for to in self.transitions.next_places(place):
            column = [move.get(to, Fraction(0)) for move in moves]
            spread += sum((p * p for p in column), Fraction(0)) / len(moves) - (sum(column, Fraction(0)) / len(moves)) ** 2
        return spread

    # ---- what is best

    def value(self, state: State, *, horizon: int | None = None) -> Fraction:
        """What the best policy earns from a state on, the state's own reward not counted.

        :raises TooLarge: for more than 200 states on cycles with each other without a horizon.
        """
        place = self.transitions.place(state)
        return self._optimum(place, horizon).value(place, horizon)

    @cached_property
    def values(self) -> Mapping[State, Fraction]:
        """What the best policy earns from each state on; raises as ``value``."""
        best = optimum(self.transitions, range(len(self.states)))
        return Frozen({state: best.value(place) for place, state in enumerate(self.states)})

    def best(self, state: State, *, horizon: int | None = None) -> tuple[Action, ...]:
        """Every best action of a state, ties included."""
        place = self.transitions.place(state)
        return tuple(self.transitions.actions[place][n] for n in self._optimum(place, horizon).best[place, horizon])

    @checked
    def hope(self, state: State, action: Action, *, policy: Mapping[Any, Action] | None = None, horizon: int | None = None) -> Allocation:
        """Where what a move is worth will be earned: for each state, its reward times the discounted visits under the best policy.

        :param state: where one stands.
        :param action: what one does there; afterwards the best policy follows, the first of tied actions, or ``policy``.
        :param policy: an action for every state that it comes to.
        :param horizon: how many moves there are, this one included; without it, until the process ends.
        :returns: an ``Allocation``; its total is the value of the move, its ties are the states where several actions are best, with a
            horizon those that are best with the moves then left.
        :raises TooLarge: for more than 200 states on cycles with each other without a horizon. ``WrongShape`` for a cycle without a
            horizon when the discount is 1. ``UnknownName`` and ``UnknownValue`` for a state and an action that are not there.

        Source: [tailcalled2021d]
        """
        visits, ties = self._visits(state, action, policy, horizon)
        return Allocation.of(hoped(self.transitions, visits), ties)

    @checked
    def visits(self, state: State, action: Action, *, policy: Mapping[Any, Action] | None = None, horizon: int | None = None) -> Allocation:
        """The discounted number of times that each state is entered: the successor representation of the policy that ``hope`` follows.

        :param state: as for ``hope``.
        :param action: as for ``hope``.
        :param policy: as for ``hope``.
        :param horizon: as for ``hope``.
        """
        visits, ties = self._visits(state, action, policy, horizon)
        return Allocation.of({self.states[place]: amount for place, amount in visits.items()}, ties)

    @checked
    def behind(self, state: State, action: Action, event: Callable[[Any], object]) -> tuple[Fraction, Fraction]:
        """The least and the most of a hope that lies in states for which ``event(state)`` is true, over all best policies.

        :param state: where one stands.
        :param action: what one does there.
        :param event: a function of a state.
        :returns: the least and the most amount; the same when no best policy differs in this.

        >>> fork = Process({"A": ["B"], "B": ["C", "D"]}, {"C": 1, "D": 1})
        >>> fork.behind("A", "B", lambda state: state == "D")
        (Fraction(0, 1), Fraction(1, 1))
        """
        place, which = self.transitions.move(state, action)
        best = optimum(self.transitions, [place])
        kept = [best.best.get((one, None), ()) for one in range(len(self.states))]
        masked = tuple(r if event(s) else Fraction(0) for s, r in zip(self.states, self.transitions.reward, strict=True))
        return (
            -_masked_worth(self.transitions, kept, tuple(-r for r in masked), (place, which)),
            _masked_worth(self.transitions, kept, masked, (place, which)),
        )

    @checked
    def result(
        self, state: State, action: Action, aim: Mapping[Any, Any], *, horizon: int | None = None, expected: bool = False
    ) -> Allocation:
        """What a move comes to when every later move is the one whose own result lies nearest to what is left of the aim.

        There is no best policy inside: nearness is the sum of absolute differences of amounts by state. Without chance the answer is
        the allocation of the nearest of all paths.

        :param aim: the amounts that are asked for, by state; states left out are asked for nothing.
        :param horizon: how many moves there are, this one included; a cycle needs one.
        :param expected: with chance, take what is left of the aim in the mean, the same on every branch.
        :returns: an ``Allocation``; its ties are the states where several actions come as near, of which the first was followed.
        :raises WrongShape: for chance without ``expected``, a cycle without a horizon, a discount of 0. ``TooLarge``.

        Source: [tailcalled2021d]

        >>> road = Process({"A": ["B", "E"], "B": ["C"], "D": ["A"], "E": ["F"]}, {"C": 1, "F": -1}, discount="9/10")
        >>> road.result("D", "A", {"F": "-81/100"})
        {'F': '-0.81'}
        """
        target = {self.transitions.place(to): plain_number(amount, f"the aim at {to!r}") for to, amount in aim.items()}
        reply = nearest(self.transitions, self.transitions.move(state, action), target, _steps(horizon), expected=expected)
        return Allocation.of({self.states[place]: amount for place, amount in reply.amounts.items()}, reply.ties)

    # ---- old values in a new process

    @checked
    def residual(self, old: Process) -> dict[State, Fraction]:
        """By how much one backup in this process changes the best values of another, where it does: where the Bellman equation is off.

        :raises UnknownName: when this process has a state that the old one does not; those have no old value.
        """
        return {self.states[place]: amount for place, amount in residuals(self.transitions, self._old_values(old)).items()}

    @checked
    def sweeps(self, old: Process, order: Iterable[State]) -> int:
        """How many sweeps over states in an order change the old values before nothing changes any more.

        :raises WrongShape: on a cycle, where sweeps never end.
        """
        places = [self.transitions.place(state) for state in order]
        return sweeps_until_still(self.transitions, places, self._old_values(old))

    @checked
    def rollout(self, state: State, steps: int, old: Process) -> Fraction:
        """What a state is worth when this process is followed for so many moves and the old best values stand at the end.

        :param state: where one stands.
        :param steps: how many moves of this process are followed, 0 or more.
        :param old: the process whose best values stand at the end.
        """
        return rolled_out(self.transitions, self.transitions.place(state), steps, self._old_values(old))

    # ---- inside

    def _optimum(self, place: int, horizon: int | None) -> Optimum:
        return optimum(self.transitions, [place], _steps(horizon))

    def _old_values(self, old: Process) -> dict[int, Fraction]:
        missing = [state for state in self.states if state not in old.values]
        if missing:
            raise UnknownName(f"{listing(missing)} had no value in the old process; give the old process these states too, without moves")
        return {place: old.values[state] for place, state in enumerate(self.states)}

    def _visits(
        self, state: State, action: Action, policy: Mapping[Any, Action] | None, horizon: int | None
    ) -> tuple[dict[int, Fraction], tuple[tuple[State, tuple[Action, ...]], ...]]:
        first, steps = self.transitions.move(state, action), _steps(horizon)
        if policy is not None:
            return visited(self.transitions, first, fixed_policy(self.transitions, policy), steps), ()
        best = self._optimum(first[0], horizon)
        asked: dict[tuple[int, int | None], None] = {}

        def pick(place: int, left: int | None) -> int:
            asked[place, left] = None
            return best.best[place, left][0]

        visits = visited(self.transitions, first, pick, steps)
        met = asked if steps is not None else [(place, None) for place, amount in visits.items() if amount]
        return visits, ties_on(self.transitions, best, met)

    def _moves(self, state: State) -> dict[Action, Any]:
        return {action: _single(self.leads_to(state, action)) for action in self.actions(state)}

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Process) and self.transitions == other.transitions

    def __hash__(self) -> int:
        return hash(self.transitions)

    def __repr__(self) -> str:
        moves = ", ".join(f"{state!r}: {self._moves(state)!r}" for state in self.states)
        paid = ", ".join(f"{state!r}: {number(amount)!r}" for state, amount in self.reward.items() if amount)
        return f"Process({{{moves}}}, {{{paid}}}, discount={number(self.discount)!r})"


def _single(dist: Dist) -> Any:
    return next(iter(dist)) if len(dist) == 1 else dist


def _steps(horizon: Any) -> int | None:
    if horizon is None or (isinstance(horizon, int) and not isinstance(horizon, bool) and horizon > 0):
        return horizon
    raise WrongShape(f"the horizon is {horizon!r}, expected a number of moves, 1 or more")


def _masked_worth(process: Transitions, kept: list[tuple[int, ...]], reward: tuple[Fraction, ...], first: tuple[int, int]) -> Fraction:
    """The worth of a move under other rewards, when only some actions are left in each place."""
    outcomes = tuple(tuple(moves[n] for n in numbers) if moves else () for moves, numbers in zip(process.outcomes, kept, strict=True))
    restricted = replace(process, outcomes=outcomes, reward=reward)
    move = process.outcomes[first[0]][first[1]]
    return optimum(restricted, [to for to, _ in move]).action_value(move)
