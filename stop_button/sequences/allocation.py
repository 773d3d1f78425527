"""Where a policy earns: discounted visits of states, and what of its hope lies in which of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from causalkit.errors import Impossible, UnknownValue, WrongShape
from causalkit.values.arguments import checked
from causalkit.values.frozen import Frozen
from causalkit.values.render import number
from causalkit.values.tables import ResultTable, Tabled
from stop_button.sequences.linear_equations import solution
from stop_button.sequences.optimum import Optimum, check_cycles
from stop_button.sequences.transitions import Action, State, Transitions, check_count, plain_number

__all__ = ["Allocation", "Pick", "fixed_policy", "hoped", "visited"]

MOST_STEPS = 5_000_000

Pick = Callable[[int, "int | None"], int]
"""The number of the action that is taken in a place, with so many moves left."""


@dataclass(frozen=True, repr=False)
class Allocation(Tabled, Mapping[State, Fraction]):
    """Amounts by state, those that are not zero: what a policy earns where, in discounted units of reward.

    ``ties`` are the states on the way in which several actions are as good, with these actions; the first of them was followed.
    """

    amounts: Frozen[State, Fraction]
    ties: tuple[tuple[State, tuple[Action, ...]], ...] = ()

    @classmethod
    @checked
    def of(cls, amounts: Mapping[Any, Fraction], ties: tuple[tuple[State, tuple[Action, ...]], ...] = ()) -> Allocation:
        """An allocation of the amounts that are not zero; ``InvalidNumber`` for what is no number."""
        read = {state: plain_number(amount, f"the amount in {state!r}") for state, amount in amounts.items()}
        return cls(Frozen({state: amount for state, amount in read.items() if amount}), ties)

    def __getitem__(self, state: State) -> Fraction:
        """The amount in a state; zero where there is none."""
        return self.amounts[state] if state in self.amounts else Fraction(0)

    def __iter__(self) -> Iterator[State]:
        return iter(self.amounts)

    def __len__(self) -> int:
        return len(self.amounts)

    def __contains__(self, state: object) -> bool:
        return state in self.amounts

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Mapping) and dict(self.amounts) == dict(other)

    def __hash__(self) -> int:
        return hash(self.amounts)

    @property
    def total(self) -> Fraction:
        """The sum of the amounts: the value of the move, for a hope."""
        return sum(self.amounts.values(), Fraction(0))

    @checked
    def behind(self, event: Callable[[Any], object]) -> Fraction:
        """How much lies in the states for which ``event(state)`` is true.

        >>> Allocation.of({"running": Fraction(3, 4), "asleep": Fraction(1, 4)}).behind(lambda state: state == "running")
        Fraction(3, 4)
        """
        return sum((amount for state, amount in self.amounts.items() if event(state)), Fraction(0))

    @checked
    def share(self, event: Callable[[Any], object]) -> Fraction:
        """The part of the total that lies behind an event; ``Impossible`` when the total is 0."""
        if self.total == 0:
            raise Impossible("the amounts sum to 0, so a share of them is undefined; ask for .behind(...)")
        return self.behind(event) / self.total

    @checked
    def distance(self, other: Mapping[Any, Fraction]) -> Fraction:
        """The sum of absolute differences to other amounts."""
        amounts = {state: plain_number(amount, f"the amount in {state!r}") for state, amount in other.items()}
        return sum((abs(self[state] - amounts.get(state, Fraction(0))) for state in {*self, *amounts}), Fraction(0))

    def _result(self) -> ResultTable:
        return ResultTable(["state", "amount"], [[str(state), amount] for state, amount in self.items()] + [["total", self.total]])

    def __str__(self) -> str:
        ties = [f"as good in {state!r}: {', '.join(map(repr, actions))}" for state, actions in self.ties]
        return "\n".join([str(self._result()), *ties])

    def __repr__(self) -> str:
        return repr({state: number(amount) for state, amount in self.items()})

    def _repr_html_(self) -> str:
        return self._result().html()


def fixed_policy(process: Transitions, policy: Mapping[Any, Action]) -> Pick:
    """A policy by state as one by place; raises ``UnknownValue`` for what cannot be done, ``WrongShape`` where it says nothing."""

    def pick(place: int, left: int | None) -> int:
        state = process.states[place]
        if state not in policy:
            raise WrongShape(f"the policy says nothing about {state!r}, which it can come to; add {{{state!r}: ...}}")
        if policy[state] not in process.actions[place]:
            raise UnknownValue(f"{policy[state]!r} cannot be done in {state!r}; its actions are: {process.actions[place]}")
        return process.actions[place].index(policy[state])

    return pick


def visited(process: Transitions, first: tuple[int, int], pick: Pick, horizon: int | None) -> dict[int, Fraction]:
    """The discounted number of times that each place is entered, from one move on.

    Without a horizon, strongly connected parts are solved exactly, and must be as small as for the best values.
    """
    start = dict(process.outcomes[first[0]][first[1]])
    if horizon is not None:
        return _step_by_step(process, start, pick, horizon)
    chain = _followed(process, start, pick)
    parts = chain.components(chain.reachable(list(start)))
    check_cycles(process, [part for part in parts if chain.cyclic(part)])
    flow: dict[int, Fraction] = {place: Fraction(0) for part in parts for place in part} | start
    for part in reversed(parts):
        if chain.cyclic(part):
            flow |= zip(part, _balanced(chain, part, flow), strict=True)
        for place in part:
            for outcomes in chain.outcomes[place]:
                for to, p in outcomes:
                    if to not in part:
                        flow[to] += process.discount * p * flow[place]
    return flow


def hoped(process: Transitions, visits: Mapping[int, Fraction]) -> dict[State, Fraction]:
    """What each state pays over all its visits."""
    return {process.states[place]: process.reward[place] * amount for place, amount in visits.items() if process.reward[place] * amount}


def ties_on(process: Transitions, best: Optimum, met: Iterable[tuple[int, int | None]]) -> tuple[tuple[State, tuple[Action, ...]], ...]:
    """The places that are met, with so many moves left, and have several best actions then; the same actions of a place once."""
    tied = dict.fromkeys((place, found) for place, left in met if len(found := best.best.get((place, left), ())) > 1)
    return tuple((process.states[place], tuple(process.actions[place][n] for n in found)) for place, found in tied)


def _followed(process: Transitions, start: Mapping[int, Fraction], pick: Pick) -> Transitions:
    """The process with the one action in each place that is taken there, where the policy comes to."""
    outcomes = [() for _ in process.states]  # type: list[tuple[Any, ...]]
    reached, waiting = set(start), list(start)
    while waiting:
        place = waiting.pop()
        if process.outcomes[place]:
            outcomes[place] = (process.outcomes[place][pick(place, None)],)
            new = [to for to, _ in outcomes[place][0] if to not in reached]
            reached.update(new)
            waiting.extend(new)
    return Transitions(process.states, process.actions, tuple(outcomes), process.reward, process.discount)


def _balanced(chain: Transitions, part: tuple[int, ...], flow: Mapping[int, Fraction]) -> list[Fraction]:
    """The visits of a strongly connected part: what flows in from outside, and round and round."""
    where = {place: row for row, place in enumerate(part)}
    rows = [{row: Fraction(1)} for row in range(len(part))]
    for place in part:
        for to, p in chain.outcomes[place][0]:
            if to in where:
                row = rows[where[to]]
                row[where[place]] = row.get(where[place], Fraction(0)) - p * chain.discount
    return solution(rows, [flow[place] for place in part])


def _step_by_step(process: Transitions, start: Mapping[int, Fraction], pick: Pick, horizon: int) -> dict[int, Fraction]:
    flow, now, steps = dict(start), dict(start), len(start)
    for left in range(horizon - 1, 0, -1):
        after: dict[int, Fraction] = {}
        for place, amount in now.items():
            for to, p in process.outcomes[place][pick(place, left)] if amount and process.outcomes[place] else ():
                after[to] = after.get(to, Fraction(0)) + process.discount * p * amount
        for place, amount in after.items():
            flow[place] = flow.get(place, Fraction(0)) + amount
        now, steps = after, steps + len(after)
        check_count(steps, MOST_STEPS, "visits", "take a shorter horizon")
    return flow
