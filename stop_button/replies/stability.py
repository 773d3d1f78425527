"""Policies that are best for a utility which takes them for granted: the best reply to such a policy is itself.

A utility with ``OWN`` in it is a family: for each policy that is taken for granted, scores of all policies. Whatever is read under OWN
depends on some information sets only. For each way to fill those, a reply is solved for, and a stable policy is a best reply that fills
them in the same way.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from causalkit.errors import Impossible, TooLarge, WrongShape
from causalkit.values.arguments import checked
from causalkit.values.exact import Number, exact, less
from causalkit.values.render import html_text
from stop_button.decision.policy import InformationSet, Policy
from stop_button.decision.world import World
from stop_button.evaluation.utility import Utility
from stop_button.grounding.resolving import owned, resolved
from stop_button.language.algebra import Formula
from stop_button.language.parts import means, policies_read
from stop_button.language.references import OWN
from stop_button.replies.best_values import optimal_policies
from stop_button.replies.relevance import assignments, count_of, deciding, met, settled, spoken
from stop_button.solving.fractional_form import single_polynomial
from stop_button.solving.methods import solve
from stop_button.solving.variable_elimination import maximised

__all__ = ["MOST_FILLED", "Stable", "is_stable", "stable"]

MOST_FILLED = 4096
"""So many ways to fill what is read under OWN are looked at one by one at most."""

Filled = Mapping[InformationSet, Any]


@dataclass(frozen=True)
class Stable:
    """The stable policies of a utility in a world: truthy when there is one.

    ``policies`` holds one or more for each way to fill what the utility reads under OWN; ``count`` counts all of them, with those that
    differ elsewhere and score the same. ``cycle`` shows best replies that lead back to where they began.
    ``undefined`` holds policies to which no reply has a score.
    """

    world: World
    utility: Utility
    policies: tuple[Policy, ...]
    count: int
    cycle: tuple[Policy, ...]
    undefined: tuple[Policy, ...]

    def __bool__(self) -> bool:
        return bool(self.policies)

    def __str__(self) -> str:
        what = f"{self.count:,} stable: {'; '.join(map(str, self.policies))}" if self.policies else "no policy is stable"
        cycle = f"; best replies go round: {' -> '.join(map(str, [*self.cycle, self.cycle[0]]))}" if self.cycle else ""
        nothing = f"; no reply has a score to: {'; '.join(map(str, self.undefined))}" if self.undefined else ""
        return f"{self.utility.name} in {self.world.title}: {what}{cycle}{nothing}"

    def __repr__(self) -> str:
        return str(self)

    def _repr_html_(self) -> str:
        return f"<p>{html_text(str(self))}</p>"


@checked
def stable(world: World, utility: Utility | None = None) -> Stable:
    """Every deterministic policy that is its own best reply: no policy scores higher when it is the one that OWN speaks of.

    A utility without OWN has its best policies for stable ones. A policy is not stable when no policy, or not itself, has a score once
    it is taken for granted. Raises ``TooLarge`` when what is read under OWN can be filled in more than ``MOST_FILLED`` ways, ``Undecided``
    when symbols decide, ``WrongShape`` without a utility: the equilibria of a world's players are ``stop_button.games.equilibria(world)``.
    Source: [taylor2016], the fixed point of causal-counterfactual indifference.

    >>> import stop_button as sb
    >>> from stop_button import E, H, V
    >>> from stop_button.language.references import OWN
    >>> asked = E(H.under(OWN).is_("free")) * E(V)
    >>> print(stable(sb.worlds.basic_button(), sb.Utility("asked", asked)))
    asked in basic_button: 1 stable: disable
    """
    if utility is None:
        raise WrongShape(_without_utility(world))
    f, space = utility.formula, world.policies
    about = _own_sets(f, world)
    ways = count_of(world, about)
    if ways > MOST_FILLED:
        raise TooLarge(
            f"what {utility.name} reads under OWN can be filled in {ways:,} ways in {world.title}, more than {MOST_FILLED:,}; "
            "ask whether one policy is stable: is_stable(world, utility, policy)"
        )
    found: list[Policy] = []
    count = 0
    undefined: list[Policy] = []
    replies: dict[Policy, Policy] = {}
    for filled in assignments(world, about):
        policy = space.filled(filled)
        fixed = Utility(utility.name, settled(owned(f, policy), world))
        try:
            reply = solve(world, fixed)
        except Impossible:
            undefined.append(world.policy(policy))
            continue
        if not reply:
            raise TooLarge(f"the best reply to {policy} was not proved: {reply}")
        same, many = _best_that_fill(fixed, world, filled, reply.score)
        found += same
        count += many
        replies[policy] = space.filled({place: reply.policy.acts[place] for place in about})
    cycle = () if found else tuple(map(world.policy, _cycle(replies)))
    return Stable(world, utility, tuple(map(world.policy, found)), count, cycle, tuple(undefined))


def _without_utility(world: World) -> str:
    asked = "stable(world, utility) asks which policies are their own best reply under a utility"
    if world.players:
        return f"{asked}; for the equilibria of the players of {world.title} type stop_button.games.equilibria(world)"
    return f"{asked}, and none was given"


def _own_sets(f: Formula, world: World) -> tuple[InformationSet, ...]:
    """The information sets on which what is read under OWN depends: in a mean that reads both, all that the mean depends on."""
    sets: set[InformationSet] = set()
    for mean in means(f):
        if OWN in policies_read(mean):
            plain = resolved(mean, world)
            for each in means(plain):
                sets |= set(met(each, world)) if None in policies_read(mean) else set(spoken(each, world))
    return tuple((name, seen) for name, seen, _ in world.policies.slots if (name, seen) in sets)


def _best_that_fill(utility: Utility, world: World, filled: Filled, score: Number) -> tuple[list[Policy], int]:
    """The policies that fill some information sets so and have the best score: one for each, and how many there are."""
    f = resolved(utility.formula, world)
    polynomial = single_polynomial(f, world)
    if polynomial is None:
        policies = [policy for policy in optimal_policies(f, world, tuple(filled)) if _fills(policy, filled)]
        return policies, len(policies) * (world.policies.size // count_of(world, {*spoken(f, world), *filled}))
    kept = {choices: weight for choices, weight in polynomial.items() if all(filled.get(act[:2], act[2]) == act[2] for act in choices)}
    left: dict[Any, Number] = {}
    for choices, weight in kept.items():
        rest = frozenset(act for act in choices if act[:2] not in filled)
        left[rest] = left.get(rest, exact(0)) + weight
    others = [slot[:2] for slot in world.policies.slots if slot[:2] not in filled]
    best = maximised(left, deciding(world.decisions, others))
    if less(best.expected_utility, score):
        return [], 0
    return [world.policies.filled({**best.policy.acts, **filled})], best.count


def _fills(policy: Policy, filled: Filled) -> bool:
    return all(policy.acts[place] == option for place, option in filled.items())


def _cycle(replies: Mapping[Policy, Policy]) -> Sequence[Policy]:
    """Best replies, each to the one before, from the first policy on until one comes back."""
    path: list[Policy] = []
    at = next(iter(replies), None)
    while at is not None and at not in path:
        path.append(at)
        at = replies.get(at)
    return path[path.index(at) :] if at is not None else ()


@checked
def is_stable(world: World, utility: Utility, policy: Any) -> bool:
    """Whether a policy is its own best reply; it may be stochastic.

    No deterministic policy scores higher once the policy is taken for granted, and it has a score itself.

    :param world: where it is scored.
    :param utility: a utility; what it reads under OWN is read under the policy.
    :param policy: a policy, or what ``world.policy`` makes one of.
    :returns: whether no reply scores higher.
    :raises Impossible: where its own score is undefined.

    >>> import stop_button as sb
    >>> is_stable(sb.worlds.basic_button(), sb.naive, "disable"), is_stable(sb.worlds.basic_button(), sb.naive, "none")
    (True, False)
    """
    taken = world.policy(policy)
    fixed = Utility(utility.name, settled(owned(utility.formula, taken), world))
    mine = fixed(world, taken)
    return not less(mine, solve(world, fixed).score)
