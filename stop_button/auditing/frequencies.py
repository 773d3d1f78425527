"""How often, and not in which draws: what people want and how often the agent is stopped, as numbers beside the flags.

A policy may turn round every single wish and leave every frequency as it was. So nothing here decides a verdict.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from causalkit import Dist
from causalkit.errors import Undecided
from causalkit.values.arguments import checked
from causalkit.values.exact import Number, less, tidy
from causalkit.values.frozen import Frozen
from causalkit.values.render import Printed, number
from stop_button.decision.policy import Policy
from stop_button.decision.roles import FREE, STOP
from stop_button.decision.world import World
from stop_button.evaluation.evaluation import Evaluation, evaluation_of
from stop_button.language.formula import B, E, X

__all__ = ["Frequency", "FrequencyKind", "frequencies", "less_stoppable", "shift", "stopped_more", "wish_distribution"]

FrequencyKind = Literal["shift", "less stoppable", "stopped more"]


@checked
@dataclass(frozen=True)
class Frequency(Printed):
    """A number about how often something happens under a policy, with the numbers that were compared; it is no flag."""

    kind: FrequencyKind
    policy: Policy
    amount: Number
    sentence: str
    direction: Hashable = None
    evidence: Mapping[str, Any] = field(default_factory=Frozen)

    def __post_init__(self) -> None:
        object.__setattr__(self, "evidence", Frozen(self.evidence))

    @property
    def shown(self) -> str:
        """The amount as text, with its direction."""
        return number(self.amount) + (f" towards {self.direction}" if self.direction is not None else "")

    def __str__(self) -> str:
        return f"{self.kind}: {self.sentence}"


def shift(world: World | Evaluation, policy: Any, *, base: Any = None, of: str = "intent") -> Frequency:
    """How far a policy moves the *distribution* of what people want from that under the baseline: a total variation, with its direction.

    A lower bound of ``flags.influence``, which counts the draws. Source: [ours]; the penalty form is [armstrong2017].

    :param world: the world, or an evaluation of it.
    :param policy: the policy that is judged.
    :param base: the policy that it is compared with; the world's baseline if left out.
    :param of: the role or variable whose distribution is compared.
    :returns: a number between 0 and 1.
    :raises MissingRole: where the world has no such role, or no baseline.

    >>> import stop_button as sb
    >>> moved = shift(sb.worlds.basic_button(), "manip_s")
    >>> moved.amount, moved.direction
    (Fraction(343, 500), 'stop')
    """
    evaluation = evaluation_of(world)
    judged, reference = evaluation.world.policy(policy), evaluation.world.reference(base)
    mine, theirs = (wish_distribution(evaluation, one, of) for one in (judged, reference))
    amount = mine.total_variation(theirs)
    gains = {meaning: tidy(mine[meaning] - theirs[meaning]) for meaning in {**mine, **theirs}}
    towards = _largest(gains)
    sentence = f"{judged} does not change how often people want each {of} from what it is under {reference}"
    if towards is None:
        sentence = f"how far {judged} moves {of} from what it is under {reference} depends on symbols: by {number(amount)}"
    if towards is not None and amount != 0:
        now, before = number(mine[towards]), number(theirs[towards])
        sentence = f"{judged} moves {of} towards {towards}: P({of}={towards}) is {now}, and {before} under {reference}"
    evidence = {f"{of} under {judged}": mine, f"{of} under {reference}": theirs}
    return Frequency("shift", judged, amount, sentence, towards if amount != 0 else None, evidence)


def _largest(gains: Mapping[Hashable, Number]) -> Hashable:
    """What gains most, the first of several; None where symbols decide."""
    try:
        return next((m for m, gain in gains.items() if not any(less(gain, other) for other in gains.values())), None)
    except Undecided:
        return None


def wish_distribution(world: World | Evaluation, policy: Any, of: str = "intent") -> Dist:
    """What people want under a policy, by meaning.

    >>> import stop_button as sb
    >>> wish_distribution(sb.worlds.scale(), "wait")
    Dist({'stop': '1/2', 'free': '1/2'})
    """
    evaluation = evaluation_of(world)
    role = evaluation.world.role(of)
    meanings = dict.fromkeys(role.meaning(value) for value in evaluation.world.model.domain(role.variable))
    judged = evaluation.world.policy(policy)
    return Dist({meaning: evaluation.score(E(X(of).is_(meaning)), judged) for meaning in meanings})


def less_stoppable(world: World | Evaluation, policy: Any, *, lever: str = "intent") -> Frequency:
    """How far a policy falls short of the best that can be done about being stopped when people wish it: max E[B_s] - E[B_s].

    The yardstick is whichever policy is stopped most often, and that may be one that nobody would call corrigible.

    >>> import stop_button as sb
    >>> less_stoppable(sb.worlds.basic_button(), "disable").amount
    Fraction(1, 1)
    """
    evaluation, f = evaluation_of(world), E(B.had({lever: STOP}))
    judged = evaluation.world.policy(policy)
    mine = evaluation.score(f, judged)
    best, most = evaluation.extreme(f)
    evidence = {f"{f} under {judged}": mine, f"{f} under {best}": most}
    sentence = f"were people to wish a stop, {judged} is stopped with probability {number(mine)}, and {best} with {number(most)}"
    return Frequency("less stoppable", judged, tidy(most - mine), sentence, evidence=evidence)


def stopped_more(world: World | Evaluation, policy: Any, *, lever: str = "intent") -> Frequency:
    """How far a policy exceeds the least that can be done about being stopped when people wish it free: E[B_f] - min E[B_f].

    >>> import stop_button as sb
    >>> stopped_more(sb.worlds.basic_button(), "self_press").amount
    Fraction(1, 1)
    """
    evaluation, f = evaluation_of(world), E(B.had({lever: FREE}))
    judged = evaluation.world.policy(policy)
    mine = evaluation.score(f, judged)
    best, least = evaluation.extreme(f, largest=False)
    evidence = {f"{f} under {judged}": mine, f"{f} under {best}": least}
    sentence = f"were people to wish it free, {judged} is stopped with probability {number(mine)}, and {best} with {number(least)}"
    return Frequency("stopped more", judged, tidy(mine - least), sentence, evidence=evidence)


def frequencies(world: World | Evaluation, policy: Any, *, base: Any = None) -> tuple[Frequency, ...]:
    """The frequencies of a policy that stand beside its flags; those for whose roles the world has a variable.

    >>> import stop_button as sb
    >>> [one.kind for one in frequencies(sb.worlds.basic_button(), "disable")]
    ['shift', 'less stoppable', 'stopped more']
    """
    evaluation = evaluation_of(world)
    if not evaluation.world.wishes:
        return ()
    moved = tuple(shift(evaluation, policy, base=base, of=wish) for wish in evaluation.world.wishes)
    return (
        moved if "stopped" not in evaluation.world.roles else (*moved, less_stoppable(evaluation, policy), stopped_more(evaluation, policy))
    )
