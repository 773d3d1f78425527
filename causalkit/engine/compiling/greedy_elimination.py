"""Greedy elimination of variables from a graph: always next the one that a rule scores lowest. Sets of variables are bit masks."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Iterator, Sequence

__all__ = ["EliminationSteps", "Rule", "bits", "greedy_elimination", "mask_of", "neighbours"]

EliminationSteps = list[tuple[int, int]]
"""The variables in the order in which they are eliminated, each with those that are its neighbours by then."""

Rule = Callable[[int, Sequence[int]], float]
"""The score of a variable, from its number and the neighbours of every variable."""


def mask_of(scope: Iterable[int]) -> int:
    """A set of small numbers as an integer with these bits.

    >>> mask_of([0, 3])
    9
    """
    mask = 0
    for variable in scope:
        mask |= 1 << variable
    return mask


def bits(mask: int) -> Iterator[int]:
    """The numbers that a mask holds, ascending.

    >>> list(bits(9))
    [0, 3]
    """
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low


def neighbours(count: int, scopes: Iterable[Sequence[int]]) -> list[int]:
    """For each variable those that share a scope with it.

    >>> neighbours(3, [(0, 1), (1, 2)])
    [2, 5, 2]
    """
    near = [0] * count
    for scope in scopes:
        mask = mask_of(scope)
        for variable in scope:
            near[variable] |= mask
    return [mask & ~(1 << variable) for variable, mask in enumerate(near)]


def greedy_elimination(near: Sequence[int], free: Iterable[int], size: Rule, rule: Rule | None = None) -> tuple[EliminationSteps, int]:
    """The free variables in the order of a rule, ties by ``size`` and then by number; and how many scores that took.

    ``size`` may depend on a variable's neighbours only; a ``rule`` also on which of them are neighbours of each other. Without a rule
    the size alone decides.

    >>> path = neighbours(3, [(0, 1), (1, 2)])
    >>> greedy_elimination(path, range(3), lambda variable, near: near[variable].bit_count())
    ([(0, 2), (1, 4), (2, 0)], 5)
    """
    near = list(near)

    def scored(variable: int) -> tuple[float, float, int]:
        return (size(variable, near) if rule is None else rule(variable, near), 0 if rule is None else size(variable, near), variable)

    score = {variable: scored(variable) for variable in free}
    waiting = sorted(score.values())
    steps = len(score)
    order: EliminationSteps = []
    while waiting:
        entry = heapq.heappop(waiting)
        variable = entry[-1]
        if score.get(variable) != entry:
            continue
        del score[variable]
        around = near[variable]
        order.append((variable, around))
        for touched in _joined(variable, around, near, rule is not None):
            if touched not in score:
                continue
            fresh = scored(touched)
            if fresh != score[touched]:
                score[touched] = fresh
                heapq.heappush(waiting, fresh)
            steps += 1
    return order, steps


def _joined(variable: int, around: int, near: list[int], further: bool) -> Iterator[int]:
    """Takes a variable out, joins those around it, and names the variables whose score may have changed."""
    out = ~(1 << variable)
    changed, reached = 0, around
    for other in bits(around):
        before = near[other]
        after = (before | around) & out & ~(1 << other)
        if after != before & out:
            changed |= 1 << other
        near[other] = after
    if further:
        for other in bits(changed):
            reached |= near[other]
    return bits(reached)
