"""What a utility pays a policy for, and by way of what: the score less the score with one variable held as under the baseline."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from causalkit.errors import NeedsCoupling
from causalkit.values.arguments import checked
from causalkit.values.frozen import Frozen
from stop_button.auditing.draws import FlagKind, flag_formulas
from stop_button.auditing.flags import influence
from stop_button.decision.policy import Policy
from stop_button.decision.world import World
from stop_button.evaluation.enclosure import Amount, Enclosure, HasAmount, amount_text, difference, sign, value
from stop_button.evaluation.evaluation import Evaluation, all_policies, evaluation_of, places_of_best
from stop_button.evaluation.undefined import UNDEFINED, Undefined
from stop_button.evaluation.utility import Utility
from stop_button.grounding.resolving import for_people
from stop_button.incentives.through import possible_incentive
from stop_button.language.formula import Expectation, Formula, Reading
from stop_button.language.parts import rewritten

__all__ = [
    "OWN_VARIABLE",
    "Gain",
    "Through",
    "abducted",
    "answer_held",
    "between",
    "conditioning_shift",
    "frozen",
    "gains",
    "held_formulas",
    "incentive_gap",
    "via",
]

Through = Literal["the wish", "the answer", "the outcome"]

OWN_VARIABLE: Final[Mapping[FlagKind, Through]] = {
    "influence": "the wish",
    "prevents stopping": "the answer",
    "stops unasked": "the answer",
    "loses a stop": "the outcome",
    "forces a stop": "the outcome",
}
"""By way of what a gain would pay for what each flag says: the wish, the button's answer to a wish, or whether it is stopped at all."""

_HELD: Final[Mapping[str, str]] = {
    "the wish": "the wish",
    "the answer": "the button's answer to each wish",
    "the outcome": "whether it is stopped",
}


@checked
@dataclass(frozen=True)
class Gain(HasAmount):
    """How much of a policy's score comes by way of something, truthy when certainly more than nothing.

    ``amount`` is the score less the score with that held, draw by draw and in every branch, as under the baseline; an ``Enclosure``
    where a coupling is missing, ``UNDEFINED`` where one of the two scores is.
    """

    kind: str
    utility: str
    policy: Policy | None
    amount: Amount
    sentence: str
    evidence: Mapping[str, Any] = field(default_factory=Frozen)

    def __str__(self) -> str:
        return f"{self.kind}: {self.sentence}"


# ---------------------------------------------------------------- a formula with something held


def frozen(f: Formula, *, at: Any, through: str | Sequence[str] = "intent") -> Formula:
    """A formula with one role or variable, or several, held at what they would have been under a reference policy, draw by draw.

    They are held in every branch at what they would have been in that branch. What the formula itself sets stays set, and what it reads
    under a stated policy stays as it is.

    >>> from stop_button import B, E
    >>> frozen(E(B), at="baseline")
    E(B.had(intent=H.under('baseline')))
    """
    names = (through,) if isinstance(through, str) else tuple(through)
    return _held(f, lambda r: {name: Reading(name, r.edits, at) for name in names})


def answer_held(f: Formula, *, at: Any, wishes: Sequence[str] = ("intent",)) -> Formula:
    """A formula with the button's answer held: in every branch it is stopped exactly if the reference would be with that branch's wish.

    >>> from stop_button import E, V
    >>> answer_held(E(V), at="baseline")
    E(V.had(stopped=B.had(intent=H).under('baseline')))
    """

    def answer(r: Reading) -> dict[str, Reading]:
        own = {wish: Reading(wish, r.edits, r.policy) for wish in wishes}
        return {"stopped": Reading("stopped", tuple({**own, **dict(r.edits)}.items()), at)}

    return _held(f, answer)


def _held(f: Formula, at: Callable[[Reading], Mapping[str, Reading]]) -> Formula:
    def held(r: Reading) -> Reading:
        if r.policy is not None:
            return r
        inner = {key: held(edit) if isinstance(edit, Reading) else edit for key, edit in r.edits}
        return Reading(r.name, tuple({**at(r), **inner}.items()))

    return rewritten(f, held)


def abducted(f: Formula, *, under: Any) -> Formula:
    """A formula with its conditions read under a reference policy.

    >>> from stop_button import B, E
    >>> abducted(E(B, given={"intent": "stop"}), under="baseline")
    E(B, given=H.under('baseline').is_('stop'))
    """

    def moved(mean: Expectation) -> Formula:
        given = mean.given
        if given is None:
            return mean
        return Expectation(mean.inner, rewritten(given, lambda r: Reading(r.name, r.edits, under if r.policy is None else r.policy)))

    return rewritten(f, lambda r: r, moved)


# ---------------------------------------------------------------- gains


def via(world: World | Evaluation, utility: Utility, policy: Any, through: str = "the wish", *, base: Any = None) -> Gain:
    """How much of a policy's score comes by way of something: the score less the score with it held as under the baseline.

    By way of the wish it is zero for the counterfactual utility when the wish itself is its lever and nothing else that it reads listens
    to the wish. Source: [ours], a nested counterfactual.

    :param world: the world, or an evaluation of it.
    :param utility: whose score it is.
    :param policy: the policy that is paid.
    :param through: ``"the wish"``; ``"the answer"``, what the button answers to each wish; ``"the outcome"``, whether it is stopped; or a
        role or variable of the world.
    :param base: the policy as under which it is held; the world's baseline if left out.
    :returns: a gain, in units of the utility.
    :raises MissingRole: where the world has no such role or variable, or no baseline.

    >>> import stop_button as sb
    >>> via(sb.worlds.basic_button(), sb.switch, "manip_f").amount
    Fraction(132153, 50000)
    """
    evaluation = evaluation_of(world)
    judged, reference = evaluation.world.policy(policy), evaluation.world.reference(base)
    mine = value(utility.formula, evaluation, judged)
    without = value(_without(for_people(utility.formula, evaluation.world), evaluation.world, reference, through), evaluation, judged)
    what = _HELD.get(through, through)
    amount = difference(mine, without)
    sentence = _compared(utility, judged, mine, without, amount, f"with {what} held as under {reference}")
    return Gain(f"by way of {through}", utility.name, judged, amount, sentence, {"score": mine, f"score, {what} held": without})


def _without(f: Formula, world: World, reference: Policy, through: str) -> Formula:
    if through == "the answer":
        return answer_held(f, at=reference, wishes=world.wishes)
    held: Mapping[str, Sequence[str]] = {"the wish": world.wishes, "the outcome": ("stopped",)}
    return frozen(f, at=reference, through=held.get(through, (through,)))


def held_formulas(world: World, utility: Utility, base: Policy) -> list[Formula]:
    """The formulas that the gains of a utility compare, for all policies at once: with each thing held, and with conditions fixed."""
    f = for_people(utility.formula, world)
    return [*(_without(f, world, base, each) for each in _throughs(world, utility)), abducted(utility.formula, under=base)]


def _throughs(world: World, utility: Utility) -> tuple[str, ...]:
    """By way of what a gain is looked for."""
    own = ("the wish", "the answer", "the outcome") if "stopped" in world.roles else ("the wish",)
    return (*own, *between(world, utility))


def between(world: World, utility: Utility) -> tuple[str, ...]:
    """The variables between the agent's act and both the wish and the score, by way of which a gain may come: read off the graph.

    >>> import stop_button as sb
    >>> between(sb.worlds.wanting_and_trying(), sb.counterfactual)
    ()
    """
    graph, wishes = world.model.graph, [world.role(name).variable for name in world.wishes]
    below = {name for decision in world.decisions for name in graph.descendants([decision.name])}
    decisions = {decision.name for decision in world.decisions}
    names = [name for name in graph.ancestors(wishes) if name in below and name not in wishes and name not in decisions]
    return tuple(name for name in world.model.names if name in names and possible_incentive(world, utility, name))


def gains(world: World | Evaluation, utility: Utility, policy: Any, *, base: Any = None) -> tuple[Gain, ...]:
    """What a utility pays a policy for: by way of the wish, the button's answer, the outcome, and each variable between act and wish.

    >>> import stop_button as sb
    >>> [gain.kind for gain in gains(sb.worlds.basic_button(), sb.naive, "disable") if gain]
    ['by way of the answer', 'by way of the outcome']
    """
    evaluation = evaluation_of(world)
    if not evaluation.world.wishes:
        return ()
    return tuple(via(evaluation, utility, policy, each, base=base) for each in _throughs(evaluation.world, utility))


def conditioning_shift(world: World | Evaluation, utility: Utility, policy: Any, *, base: Any = None) -> Gain:
    """How much of a policy's score comes from changing which draws are graded: the score less that with conditions read under the baseline.

    Where a condition reads the wish, what comes this way is part of what comes by way of the wish: the two are not parts of a sum.
    Source: [ours].

    >>> import stop_button as sb
    >>> conditioning_shift(sb.worlds.jackpot_steering(), sb.conditional_counterfactual, "steer").amount
    Fraction(98, 1)
    """
    evaluation = evaluation_of(world)
    judged, reference = evaluation.world.policy(policy), evaluation.world.reference(base)
    mine = value(utility.formula, evaluation, judged)
    fixed = value(abducted(utility.formula, under=reference), evaluation, judged)
    amount = difference(mine, fixed)
    sentence = _compared(utility, judged, mine, fixed, amount, f"with its conditions read under {reference}")
    return Gain("conditioning shift", utility.name, judged, amount, sentence, {"score": mine, "score, conditions fixed": fixed})


def incentive_gap(world: World | Evaluation, utility: Utility, *, base: Any = None) -> Gain:
    """How much better the best policy does than the best policy that changes no wish, in any draw: what the utility offers for influence.

    Not the same as what comes by way of the wish: influence may come along with something else that pays. Source: [ours].

    >>> import stop_button as sb
    >>> print(incentive_gap(sb.worlds.jackpot_steering(), sb.conditional_counterfactual).amount)
    489/5
    """
    evaluation = evaluation_of(world)
    reference = evaluation.world.reference(base)
    scores, policies = evaluation.scores(utility.formula), all_policies(evaluation.world)
    signs = [sign(amount) for amount in _influences(evaluation, reference)]
    best = places_of_best(scores)
    clean = places_of_best([score if each == "not positive" else UNDEFINED for each, score in zip(signs, scores, strict=True)])
    if not best or not clean:
        which = "no policy" if not best else "no policy that surely changes no wish"
        sentence = f"{which} has a defined score of {utility.name}, of those that draw no lots"
        return Gain("incentive gap", utility.name, None, UNDEFINED, sentence)
    amount, surely = difference(scores[best[0]], scores[clean[0]]), ""
    if "open" in signs:
        maybe = places_of_best([score if each != "positive" else UNDEFINED for each, score in zip(signs, scores, strict=True)])
        least = difference(scores[best[0]], scores[maybe[0]])
        if least != amount and not isinstance(amount, (Enclosure, Undefined)) and not isinstance(least, (Enclosure, Undefined)):
            amount, surely = Enclosure(least, amount, sharp=False), "surely "
    top, fair = policies[best[0]], policies[clean[0]]
    most, fairly = amount_text(scores[best[0]]), amount_text(scores[clean[0]])
    sentence = f"the best score of {utility.name} is {most} ({top}), and {fairly} {surely}without influence ({fair})"
    evidence = {f"best: {top}": scores[best[0]], f"best without influence: {fair}": scores[clean[0]]}
    return Gain("incentive gap", utility.name, None, amount, sentence, evidence)


def _influences(evaluation: Evaluation, reference: Policy) -> Sequence[Amount]:
    """For every policy, in how many draws it changes a wish."""
    moved = flag_formulas(evaluation.world, base=reference)["influence", ""]
    try:
        return evaluation.scores(moved)
    except NeedsCoupling:
        return [influence(evaluation, policy, base=reference).amount for policy in all_policies(evaluation.world)]


def _compared(utility: Utility, policy: Policy, mine: Amount, other: Amount, amount: Amount, how: str) -> str:
    said = f"{utility.name} of {policy} is {amount_text(mine)}, and "
    if isinstance(amount, Enclosure):
        return f"{said}{amount_text(other)} {how}: the difference is {amount}, by the coupling of its tables"
    if isinstance(amount, Undefined):
        return f"{said}{amount_text(other)} {how}"
    if amount == 0:
        return f"{said}the same {how}"
    return f"{said}{amount_text(other)} {how}: a difference of {amount_text(amount)}"
