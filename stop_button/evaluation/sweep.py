"""One formula over all policies of a world, and the best of them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from causalkit.errors import TooLarge
from causalkit.values.exact import Number, less
from stop_button.decision.policy import MOST_LISTED, Policy
from stop_button.decision.world import World
from stop_button.evaluation.policy_polynomial import policy_form, score_or_undefined
from stop_button.evaluation.undefined import defined
from stop_button.evaluation.vectorised import all_scores
from stop_button.language.formula import Expectation, Formula, leaves

__all__ = ["all_policies", "extreme", "places_of_best", "sweep"]


MANY_OPTIONS = 512

FEW = 16
"""So few policies are scored one by one: arrays would take longer to set up."""


def all_policies(world: World) -> Sequence[Policy]:
    """Every deterministic policy of a world; raises ``TooLarge`` when there are more than can be listed."""
    if world.policies.size > MOST_LISTED:
        raise TooLarge(
            f"{world.title} has {world.policies.size:,} policies, and at most {MOST_LISTED:,} are listed; "
            "find the best with sb.rank(world, utility) or sb.solve(world, utility), name the ones to score with policies=[...], "
            "or let decisions see less"
        )
    return world.policies


@lru_cache(maxsize=512)
def sweep(f: Formula, world: World) -> tuple[Any, ...]:
    """The score of every policy, in the order of ``world.policies``."""
    policies = all_policies(world)
    found = all_scores(f, world) if len(policies) > FEW and not _is_wide_and_flat(f, world) else None
    return found if found is not None else tuple(score_or_undefined(f, world, policy) for policy in policies)


def _is_wide_and_flat(f: Formula, world: World) -> bool:
    """Whether one slot has very many options and nothing speaks of two slots: then arrays of all acts by all acts would be held."""
    if max(len(options) for _, _, options in world.policies.slots) < MANY_OPTIONS:
        return False
    return all(policy_form(mean, world).is_flat for mean in leaves(f) if isinstance(mean, Expectation))


def places_of_best(scores: Sequence[Any]) -> tuple[int, ...]:
    """Where the largest scores stand, every exact tie; undefined scores never win. Raises ``Undecided`` when symbols decide.

    >>> from stop_button import UNDEFINED
    >>> places_of_best([1, UNDEFINED, 3, 3])
    (2, 3)
    """
    best: list[int] = []
    for i, score in enumerate(scores):
        if not defined(score):
            continue
        if not best or less(scores[best[0]], score):
            best = [i]
        elif not less(score, scores[best[0]]):
            best.append(i)
    return tuple(best)


@lru_cache(maxsize=512)
def extreme(f: Formula, world: World, *, largest: bool = True) -> tuple[Policy, Number]:
    """A policy with the largest (or smallest) score of a formula that is never undefined, and that score."""
    scores = sweep(f if largest else -f, world)
    place = places_of_best(scores)[0]
    return world.policies[place], scores[place] if largest else -scores[place]
