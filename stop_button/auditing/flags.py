"""Flags: what a policy does to people's wish and to the button, and what a utility pays for it, each with its evidence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from causalkit import Dist
from causalkit.values.exact import Number, exact, less, tidy
from causalkit.values.frozen import Frozen
from causalkit.values.render import number
from stop_button.decision.policy import Policy
from stop_button.decision.roles import FREE, STOP
from stop_button.decision.world import World
from stop_button.evaluation.policy_polynomial import score_of, score_or_undefined
from stop_button.evaluation.sweep import all_policies, extreme, places_of_best, sweep
from stop_button.evaluation.undefined import UNDEFINED, defined
from stop_button.evaluation.utility import Utility
from stop_button.language.formula import B, E, Expectation, Formula, Reading, X, rewritten

__all__ = [
    "Flag", "abducted", "conditioning_shift", "frozen", "incentive_gap", "influence", "policy_flags", "prevents_stopping", "stops_unasked",
    "utility_flags", "via_intent",
]  # fmt: skip


@dataclass(frozen=True)
class Flag:
    """One judgement of a policy, truthy when it fires: its amount is positive. ``evidence`` holds the numbers that were compared."""

    kind: str
    policy: Policy | None
    amount: Any
    sentence: str
    utility: str = ""
    direction: Any = None
    evidence: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "evidence", Frozen(self.evidence))

    def __bool__(self) -> bool:
        return defined(self.amount) and less(exact(0), self.amount)

    @property
    def shown(self) -> str:
        """The amount as text, with its direction."""
        amount = number(self.amount) if defined(self.amount) else "undefined"
        return f"{amount} towards {self.direction}" if self.direction is not None and self else amount

    def __str__(self) -> str:
        return f"{self.kind}: {self.sentence}"


def influence(world: World, policy: Any, *, base: Any = None, of: str = "intent") -> Flag:
    """How far a policy moves what people want from what they would want under the baseline: a total variation, with its direction.

    Source: theory of the flag [ours]; the penalty form is [armstrong2017].

    >>> import stop_button as sb
    >>> flag = influence(sb.worlds.basic_button(), "manip_s")
    >>> flag.amount, flag.direction
    (Fraction(343, 500), 'stop')
    """
    chosen, reference = world.policy(policy), world.reference(base)
    mine, theirs = (wish_distribution(world, one, of) for one in (chosen, reference))
    amount = mine.total_variation(theirs)
    gains = {meaning: tidy(mine[meaning] - theirs[meaning]) for meaning in {**mine, **theirs}}
    towards = next((m for m, gain in gains.items() if not any(less(gain, other) for other in gains.values())), None)
    sentence = f"{chosen} leaves {of} as it is under {reference}"
    if amount != 0:
        now, before = number(mine[towards]), number(theirs[towards])
        sentence = f"{chosen} moves {of} towards {towards}: P({of}={towards}) is {now}, and {before} under {reference}"
    evidence = {f"{of} under {chosen}": mine, f"{of} under {reference}": theirs}
    return Flag("influence", chosen, amount, sentence, direction=towards if amount != 0 else None, evidence=evidence)


def wish_distribution(world: World, policy: Policy, of: str = "intent") -> Dist:
    """What people want under a policy, by meaning."""
    return Dist({meaning: score_of(E(X(of).is_(meaning)), world, policy) for meaning in _meanings(world, of)})


def _meanings(world: World, of: str) -> list[Any]:
    role = world.role(of)
    return list(dict.fromkeys(role.meaning(value) for value in world.model.domain(role.variable)))


def frozen(f: Formula, *, at: Any, through: str = "intent") -> Formula:
    """A formula with one role held at the value that it would have had under a reference policy, noise by noise.

    It is held in every branch at what it would have been in that branch. What the formula itself sets stays set, and what it reads
    under a stated policy stays as it is.

    >>> frozen(E(B), at="baseline")
    E(B.had(intent=H.under('baseline')))
    """

    def held(r: Reading) -> Reading:
        if r.policy is not None:
            return r
        inner = {name: held(value) if isinstance(value, Reading) else value for name, value in r.edits}
        return Reading(r.name, tuple({through: Reading(through, r.edits, at), **inner}.items()))

    return rewritten(f, held)


def via_intent(world: World, utility: Utility, policy: Any, *, base: Any = None, through: str = "intent") -> Flag:
    """How much of a policy's score comes through its influence on what people want: U - U with the wish frozen as under the baseline.

    Positive means that manipulation pays. Identically zero for the counterfactual utility. Source: [ours], a nested counterfactual.
    """
    chosen, reference = world.policy(policy), world.reference(base)
    mine = score_or_undefined(utility.formula, world, chosen)
    without = score_or_undefined(frozen(utility.formula, at=reference, through=through), world, chosen)
    amount = _difference(mine, without)
    sentence = _compared(utility, chosen, mine, without, amount, f"with {through} as it would be under {reference}")
    return Flag(f"via {through}", chosen, amount, sentence, utility.name, evidence={"score": mine, f"score, {through} frozen": without})


def abducted(f: Formula, *, under: Any) -> Formula:
    """A formula with its conditions read under a reference policy.

    >>> abducted(E(B, given={"intent": "stop"}), under="baseline")
    E(B, given=H.under('baseline').is_('stop'))
    """

    def moved(mean: Expectation) -> Formula:
        given = mean.given
        if given is None:
            return mean
        return Expectation(mean.inner, rewritten(given, lambda r: Reading(r.name, r.edits, under if r.policy is None else r.policy)))

    return rewritten(f, lambda r: r, moved)


def conditioning_shift(world: World, utility: Utility, policy: Any, *, base: Any = None) -> Flag:
    """How much of a policy's score comes from changing which worlds are graded: U - U with conditions read under the baseline.

    Source: [ours].
    """
    chosen, reference = world.policy(policy), world.reference(base)
    mine = score_or_undefined(utility.formula, world, chosen)
    fixed = score_or_undefined(abducted(utility.formula, under=reference), world, chosen)
    amount = _difference(mine, fixed)
    sentence = _compared(utility, chosen, mine, fixed, amount, f"with its conditions read under {reference}")
    return Flag("conditioning shift", chosen, amount, sentence, utility.name, evidence={"score": mine, "score, conditions fixed": fixed})


def prevents_stopping(world: World, policy: Any, *, lever: str = "intent") -> Flag:
    """How far a policy falls short of the best available probability of being stopped when people wish it: max E[B_s] - E[B_s]."""
    chosen, f = world.policy(policy), E(B.had({lever: STOP}))
    mine = score_of(f, world, chosen)
    best, most = extreme(f, world)
    evidence = {f"{f} under {chosen}": mine, f"{f} under {best}": most}
    sentence = f"were people to wish to stop, {chosen} is stopped with probability {number(mine)}, and {best} with {number(most)}"
    return Flag("prevents stopping", chosen, tidy(most - mine), sentence, evidence=evidence)


def stops_unasked(world: World, policy: Any, *, lever: str = "intent") -> Flag:
    """How far a policy exceeds the least available probability of being stopped when people wish it free: E[B_f] - min E[B_f]."""
    chosen, f = world.policy(policy), E(B.had({lever: FREE}))
    mine = score_of(f, world, chosen)
    best, least = extreme(f, world, largest=False)
    evidence = {f"{f} under {chosen}": mine, f"{f} under {best}": least}
    sentence = f"were people to wish it free, {chosen} is stopped with probability {number(mine)}, and {best} with {number(least)}"
    return Flag("stops unasked", chosen, tidy(mine - least), sentence, evidence=evidence)


def incentive_gap(world: World, utility: Utility, *, base: Any = None, of: str = "intent") -> Flag:
    """How much better the best policy does than the best policy without influence: what the utility offers for manipulation.

    Not the same as what comes through intent: influence may come along with something else that pays. Source: [ours].
    """
    scores, policies = sweep(utility.formula, world), all_policies(world)
    honest = [s if same else UNDEFINED for same, s in zip(_without_influence(world, world.reference(base), of), scores, strict=True)]
    best, clean = places_of_best(scores), places_of_best(honest)
    if not best or not clean:
        return Flag("incentive gap", None, UNDEFINED, f"{utility.name} has no defined score on one of the two sides", utility.name)
    amount = tidy(scores[best[0]] - scores[clean[0]])
    top, fair = policies[best[0]], policies[clean[0]]
    sentence = (
        f"the best score of {utility.name} is {number(scores[best[0]])} ({top}), and {number(scores[clean[0]])} without influence ({fair})"
    )
    evidence = {f"best: {top}": scores[best[0]], f"best without influence: {fair}": scores[clean[0]]}
    return Flag("incentive gap", None, amount, sentence, utility.name, evidence=evidence)


def _without_influence(world: World, reference: Policy, of: str) -> list[bool]:
    """For every policy, whether people want the same under it, as often, as under a reference."""
    before, meanings = wish_distribution(world, reference, of), _meanings(world, of)
    columns = [sweep(E(X(of).is_(meaning)), world) for meaning in meanings]
    after = [Dist(dict(zip(meanings, shares, strict=True))) for shares in zip(*columns, strict=True)]
    return [not less(exact(0), wish.total_variation(before)) for wish in after]


def policy_flags(world: World, policy: Any, *, base: Any = None) -> tuple[Flag, ...]:
    """What a policy does, whatever the utility: influence, preventing a stop, stopping unasked; only those whose roles the world has."""
    flags = []
    if "intent" in world.roles:
        flags.append(influence(world, policy, base=base))
        if "stopped" in world.roles:
            flags += [prevents_stopping(world, policy), stops_unasked(world, policy)]
    return tuple(flags)


def utility_flags(world: World, utility: Utility, policy: Any, *, base: Any = None) -> tuple[Flag, ...]:
    """What a utility pays a policy for: what comes through intent, and what comes from changing which worlds are graded."""
    if "intent" not in world.roles:
        return ()
    return (via_intent(world, utility, policy, base=base), conditioning_shift(world, utility, policy, base=base))


def _difference(a: Any, b: Any) -> Any:
    return tidy(a - b) if defined(a) and defined(b) else UNDEFINED


def _compared(utility: Utility, policy: Policy, mine: Any, other: Any, amount: Any, how: str) -> str:
    if not defined(amount):
        return f"{utility.name} of {policy} is {_shown(mine)}, and {_shown(other)} {how}"
    if amount == 0:
        return f"{utility.name} of {policy} is {_shown(mine)}, and the same {how}"
    return f"{utility.name} of {policy} is {_shown(mine)}, and {_shown(other)} {how}: a difference of {number(amount)}"


def _shown(score: Number) -> str:
    return number(score) if defined(score) else "undefined"
