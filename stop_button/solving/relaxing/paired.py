"""The top and the bottom of a ratio over the same monomials, so that nothing stands over 0.

What a policy does after its condition is settled changes the top alone, and a polynomial that is read off states says no more in its
bottom than it must. A monomial is the sum of what it becomes with each option of one more slot, and so the bottom is written out as far
as the top is.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from causalkit.values.exact import Number, exact
from stop_button.decision.policy import Choices, InformationSet, PolicySpace

__all__ = ["paired"]


def paired(top: Mapping[Choices, Number], bottom: Mapping[Choices, Number], space: PolicySpace) -> dict[Choices, tuple[Number, Number]]:
    """The monomials of a ratio, each with its weight in the top and in the bottom, which is above 0 in all of them.

    Every monomial of the top has one in the bottom that says no more: a quantity counts only where its condition holds.

    >>> from stop_button.decision.policy import Decision
    >>> space = PolicySpace([Decision(name, ("go", "stay"), (), ((),)) for name in ("first", "second")])
    >>> go, on = ("first", (), "go"), ("second", (), "go")
    >>> found = paired({frozenset({go, on}): exact(3)}, {frozenset({go}): exact("1/2")}, space)
    >>> [(sorted(option for _, _, option in choices), str(above), str(below)) for choices, (above, below) in found.items()]
    [(['go', 'go'], '3', '1/2'), (['go', 'stay'], '0', '1/2')]
    """
    shares = {choices: mass for choices, mass in bottom.items() if mass}
    lone = [choices for choices, worth in top.items() if worth and choices not in shares]
    beyond: dict[Choices, list[Choices]] = {}
    for choices, below in zip(lone, _below(lone, shares), strict=True):
        beyond.setdefault(below, []).append(choices)
    options = {(name, seen): each for name, seen, each in space.slots} if beyond else {}
    for below, ends in beyond.items():
        kept = [below] if top.get(below) else []
        for choices, share in _written_out(below, shares.pop(below), [*kept, *ends], options):
            shares[choices] = shares.get(choices, exact(0)) + share
    return {choices: (top.get(choices, exact(0)), share) for choices, share in shares.items()}


def _below(lone: Sequence[Choices], shares: Mapping[Choices, Number]) -> Iterable[Choices]:
    """For each of some monomials the longest of those with a share that says a part of it."""
    kinds = sorted({_slots(choices) for choices in shares}, key=len, reverse=True)
    fitting: dict[frozenset[InformationSet], list[frozenset[InformationSet]]] = {}
    for choices in lone:
        spoken = _slots(choices)
        if spoken not in fitting:
            fitting[spoken] = [kind for kind in kinds if kind < spoken]
        parts = (frozenset(act for act in choices if act[:2] in kind) for kind in fitting[spoken])
        yield next(part for part in parts if part in shares)


def _slots(choices: Choices) -> frozenset[InformationSet]:
    return frozenset(act[:2] for act in choices)


def _written_out(
    first: Choices, mass: Number, ends: Sequence[Choices], options: Mapping[InformationSet, Sequence[Any]]
) -> Iterable[tuple[Choices, Number]]:
    """A monomial as a sum of others, all of the ``ends`` among them; where these speak of different slots, each gets its part."""
    waiting = [(first, mass, list(ends))]
    while waiting:
        at, share, left = waiting.pop()
        often = Counter(act[:2] for end in left for act in end - at)
        groups: dict[InformationSet, list[Choices]] = {}
        for end in left:
            if end != at:
                groups.setdefault(max((act[:2] for act in end - at), key=lambda slot: (often[slot], repr(slot))), []).append(end)
        stays = at in left or not groups
        share = share / (len(groups) + stays)
        if stays:
            yield at, share
        for slot, of in groups.items():
            acts = [(*slot, option) for option in options[slot]]
            waiting += [(at | {act}, share, [end for end in of if act in end]) for act in reversed(acts)]
