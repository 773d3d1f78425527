"""Result: what a process comes to when every move is the one whose outcome will lie nearest to what is still asked for.

Without chance and without cycles this is a shortest path: every state is entered at most once, so the distance to the target is a sum
over the states on the path, and depends on each only through the depth at which it is entered. With chance, or with a horizon on
cycles, the definition is followed as it stands, with a limit.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from causalkit.errors import TooLarge, WrongShape
from stop_button.sequences.transitions import Action, State, Transitions, check_count

__all__ = ["MOST_PAIRS", "Reply", "nearest", "shortest"]

MOST_PAIRS = 2_000_000
MOST_REPLIES = 20_000
DEEPEST = 200

Amounts = dict[int, Fraction]
Ties = tuple[tuple[State, tuple[Action, ...]], ...]


@dataclass(frozen=True)
class Reply:
    """Amounts by place, and the states in which several actions come as near."""

    amounts: Amounts
    ties: Ties


def shortest(process: Transitions, first: tuple[int, int], target: Mapping[int, Fraction], horizon: int | None) -> Reply:
    """The allocation of the path nearest to a target, in a process without chance and without cycles.

    Raises ``TooLarge`` for more than 2,000,000 pairs of a state and a depth.
    """
    start = process.outcomes[first[0]][first[1]][0][0]
    layers = _layers(process, start, horizon)
    cost = _Costs(process, target, len(layers))
    best: dict[tuple[int, int], tuple[int, list[int]]] = {}
    for depth in range(len(layers) - 1, -1, -1):
        last = depth + 1 == len(layers)
        for place in layers[depth]:
            onward = [] if last else [best[outcomes[0][0], depth + 1][0] for outcomes in process.outcomes[place]]
            least = min(onward, default=0)
            best[place, depth] = (cost(place, depth) + least, [number for number, one in enumerate(onward) if one == least])
    return _walked(process, start, best)


def _layers(process: Transitions, start: int, horizon: int | None) -> list[list[int]]:
    """The places that can be entered at each depth."""
    layers, pairs = [[start]], 1
    while (horizon is None or len(layers) < horizon) and layers[-1]:
        after = dict.fromkeys(outcomes[0][0] for place in layers[-1] for outcomes in process.outcomes[place])
        pairs += len(after)
        check_count(pairs, MOST_PAIRS, "pairs of a state and a depth", "take a shorter horizon=...")
        layers.append(list(after))
    return layers if layers[-1] else layers[:-1]


class _Costs:
    """By how much entering a place at a depth changes the distance to the target, in whole units."""

    def __init__(self, process: Transitions, target: Mapping[int, Fraction], deepest: int) -> None:
        self._deepest = deepest
        self._up, self._down = _powers(process.discount.numerator, deepest), _powers(process.discount.denominator, deepest)
        rewards = math.lcm(*(reward.denominator for reward in process.reward))
        shares = {place: self._share(rewards, value.denominator) for place, value in target.items()}
        self._scale = math.lcm(*(denominator for _, denominator in shares.values()))
        self._paid = [int(reward * rewards) for reward in process.reward]
        self._asked = {
            place: target[place].numerator * share * (self._scale // denominator) for place, (share, denominator) in shares.items()
        }

    def _share(self, rewards: int, denominator: int) -> tuple[int, int]:
        """How often ``1 / denominator`` holds the smallest unit that rewards and discounts need, as a quotient of whole numbers.

        Most targets are reached by discounting, so a power of the discount near the denominator is tried first: the division is short.
        """
        depth = min(bisect_left(self._down, denominator), self._deepest)
        short, rest = divmod(rewards * self._down[depth], denominator)
        if rest == 0:
            return short * self._down[self._deepest - depth], 1
        whole = Fraction(rewards * self._down[self._deepest], denominator)
        return whole.numerator, whole.denominator

    def __call__(self, place: int, depth: int) -> int:
        if not self._paid[place]:
            return 0
        paid = self._paid[place] * self._scale * self._up[depth] * self._down[self._deepest - depth]
        asked = self._asked.get(place, 0)
        return abs(paid - asked) - abs(asked)


def _powers(base: int, most: int) -> list[int]:
    powers = [1]
    for _ in range(most):
        powers.append(powers[-1] * base)
    return powers


def _walked(process: Transitions, start: int, best: Mapping[tuple[int, int], tuple[int, list[int]]]) -> Reply:
    amounts: Amounts = {}
    ties: list[tuple[State, tuple[Action, ...]]] = []
    place, depth, factor = start, 0, Fraction(1)
    while True:
        if process.reward[place]:
            amounts[place] = process.reward[place] * factor
        numbers = best[place, depth][1]
        if not numbers:
            return Reply(amounts, tuple(ties))
        if len(numbers) > 1:
            ties.append((process.states[place], tuple(process.actions[place][number] for number in numbers)))
        place, depth, factor = process.outcomes[place][numbers[0]][0][0], depth + 1, factor * process.discount


@dataclass
class _Definition:
    """The definition as it stands, each reply worked out once for each state, number of moves left and rest of the target."""

    process: Transitions
    replies: dict[tuple[int, int | None, frozenset[tuple[int, Fraction]]], Reply] = field(default_factory=dict)
    depth: int = 0

    def move(self, place: int, number: int, target: Amounts, left: int | None) -> Reply:
        """Where a move ends when what is asked for is a target: the mean over where it leads, the rest of the target shared."""
        discount, outcomes = self.process.discount, self.process.outcomes[place][number]
        paid = {to: p * self.process.reward[to] for to, p in outcomes}
        rest = {to: value / discount for to, value in _plus(target, paid, Fraction(-1)).items()}
        amounts, ties = dict(paid), ()  # type: tuple[Amounts, Ties]
        for to, p in outcomes:
            reply = self.reply(to, rest, None if left is None else left - 1)
            amounts, ties = _plus(amounts, reply.amounts, p * discount), ties + reply.ties
        return Reply({to: value for to, value in amounts.items() if value}, ties)

    def reply(self, place: int, target: Amounts, left: int | None) -> Reply:
        """The move from a place that comes nearest to a target."""
        if left == 0 or not self.process.outcomes[place]:
            return Reply({}, ())
        key = (place, left, frozenset(target.items()))
        if key not in self.replies:
            if len(self.replies) >= MOST_REPLIES or self.depth >= DEEPEST:
                raise TooLarge(
                    f"more than {MOST_REPLIES:,} replies would be worked out, or more than {DEEPEST} moves ahead; "
                    "take a shorter horizon=..., or a smaller process"
                )
            self.depth += 1
            self.replies[key] = self._nearest(place, target, left)
            self.depth -= 1
        return self.replies[key]

    def _nearest(self, place: int, target: Amounts, left: int | None) -> Reply:
        moves = [self.move(place, number, target, left) for number in range(len(self.process.outcomes[place]))]
        distances = [sum(map(abs, _plus(move.amounts, target, Fraction(-1)).values()), Fraction(0)) for move in moves]
        tied = [number for number, distance in enumerate(distances) if distance == min(distances)]
        actions = self.process.actions[place]
        own: Ties = ((self.process.states[place], tuple(actions[number] for number in tied)),) if len(tied) > 1 else ()
        return Reply(moves[tied[0]].amounts, own + moves[tied[0]].ties)


def _plus(first: Mapping[int, Fraction], second: Mapping[int, Fraction], factor: Fraction) -> Amounts:
    summed = dict(first)
    for place, value in second.items():
        summed[place] = summed.get(place, Fraction(0)) + factor * value
    return {place: value for place, value in summed.items() if value}


def nearest(process: Transitions, first: tuple[int, int], target: Mapping[int, Fraction], horizon: int | None, *, expected: bool) -> Reply:
    """What a move comes to when a target is asked for: the shortest path where there is one, else the definition.

    Raises ``WrongShape`` for a discount of 0, for chance without ``expected``, and for a cycle without a horizon; ``TooLarge``.
    """
    if process.discount == 0:
        raise WrongShape("with a discount of 0 the rest of a target is not defined; take a discount above 0")
    reached = process.reachable([first[0]])
    sure = all(len(outcomes) == 1 for place in reached for outcomes in process.outcomes[place])
    if not sure and not expected:
        raise WrongShape(
            "moves lead to several states, and luck moves the rest of the target on every branch; type expected=True to take it as it "
            "is in the mean, or ask for hope(...)"
        )
    cyclic = next((part for part in process.components(reached) if process.cyclic(part)), None)
    if cyclic is not None and horizon is None:
        raise WrongShape(f"{process.states[cyclic[0]]!r} lies on a cycle, so a path may have no end; type horizon=...")
    if sure and cyclic is None:
        return shortest(process, first, target, horizon)
    return _Definition(process).move(*first, dict(target), horizon)
