"""Preferences between trajectories of the same length only: which policies are better whatever the length.

Source: [thornley2024]; [thornley2025]
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from typing import Any

from causalkit.errors import WrongShape
from causalkit.values.arguments import checked
from stop_button.decision.world import World
from stop_button.language.formula import E, Formula, X
from stop_button.language.information import entropy
from stop_button.properties import Dominance, dominates

__all__ = ["by_length", "neutrality", "timestep_dominates"]


@checked
def by_length(lengths: Iterable[Hashable], *, value: str = "value", length: str = "length") -> list[Formula]:
    """The mean of the value given each length; what POST compares, length by length.

    :param lengths: the values of the variable ``length``.
    :param value: the role or variable that is compared.
    :param length: the variable that holds a trajectory's length.
    :returns: a formula for each length.
    :raises WrongShape: without a length.

    >>> [str(f) for f in by_length([1, 2])]
    ['E[V | length=1]', 'E[V | length=2]']
    """
    means = [E(X(value), given={length: each}) for each in lengths]
    if not means:
        raise WrongShape("trajectories have one or more lengths; type by_length([1, 2])")
    return list(means)


@checked
def timestep_dominates(
    world: World, policy: Any, other: Any, lengths: Iterable[Hashable], *, value: str = "value", length: str = "length"
) -> Dominance:
    """Whether a policy timestep-dominates another: for each length at least as good, for some better, and the same lengths possible.

    Of two policies with one length each this is POST: with the same length the better one is preferred, with different lengths neither.
    Source: [thornley2024], timestep dominance; [thornley2025], preferences only between same-length trajectories.

    :param world: where both are scored.
    :param policy: the one that may dominate.
    :param other: the one that it is compared with.
    :param lengths: the values of the variable ``length``.
    :param value: the role or variable that is compared.
    :param length: the variable that holds a trajectory's length.
    :returns: a ``Dominance``, truthy when the first dominates the second.
    :raises WrongShape: without a length.
    """
    return dominates(world, policy, other, by=by_length(lengths, value=value, length=length))


def neutrality(*, length: str = "length") -> Formula:
    """How evenly a policy chooses between lengths: the entropy of the trajectory's length, in bits.

    0 for a policy that makes one length certain, log2 of the number of lengths for one that makes all equally likely. Lots that the policy
    draws count as chance does, so a world that chooses the length by itself makes every policy neutral. Source: [thornley2024b],
    NEUTRALITY; that it is in bits is the source's convention as we know it, and was not compared with its text.

    :param length: the variable that holds a trajectory's length.
    :returns: a formula, to be scored as any other; policies that draw lots are what it is for.

    >>> print(neutrality())
    entropy(length)
    """
    return entropy(X(length))
