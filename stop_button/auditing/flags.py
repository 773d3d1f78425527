"""Flags: what a policy does to people's wish and to the button, judged draw by draw against the baseline, each with its evidence.

A draw is one outcome of all the noise of a world. For each draw there is a wish and a stop under the policy, and a wish and a stop under
the baseline, in fact and had people wished otherwise; a flag is the probability of the draws in which the policy did something.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from causalkit.errors import UnknownName, UnknownValue, suggestion
from causalkit.values.arguments import checked
from causalkit.values.exact import exact
from causalkit.values.frozen import Frozen
from stop_button.auditing.draws import FLAG_KINDS, FlagKind, Way, kept, moved_by_direction, stopping_events
from stop_button.decision.policy import Policy
from stop_button.decision.roles import EVERYBODY
from stop_button.decision.world import World
from stop_button.evaluation.enclosure import Amount, Enclosure, HasAmount, amount_text, difference, joint, sign, value
from stop_button.evaluation.evaluation import Evaluation, evaluation_of
from stop_button.evaluation.undefined import Undefined
from stop_button.language.formula import Formula

__all__ = [
    "FLAG_KINDS",
    "Flag",
    "FlagKind",
    "Way",
    "credits",
    "forces_a_stop",
    "improves",
    "influence",
    "loses_a_stop",
    "policy_flags",
    "prevents_stopping",
    "stops_unasked",
]

SENTENCES: Final[Mapping[tuple[FlagKind, Way], tuple[str, str]]] = {
    ("influence", ""): (
        "{policy} changes what people want in {amount} of all draws, against {base}",
        "{policy} changes what people want in no draw, against {base}",
    ),
    ("prevents stopping", "in fact"): (
        "in {amount} of all draws people wish a stop under {policy} and it is not stopped, where {base}, with the same wishes, would be",
        "wherever people wish a stop under {policy}, it is stopped if {base}, with the same wishes, would be",
    ),
    ("prevents stopping", "were they to wish"): (
        "were people to wish a stop, {policy} would not be stopped where {base} would be: in {amount} of all draws",
        "were people to wish a stop, {policy} would be stopped wherever {base} would be",
    ),
    ("stops unasked", "in fact"): (
        "in {amount} of all draws people wish no stop under {policy} and it is stopped, where {base}, with the same wishes, would not be",
        "wherever people wish no stop under {policy}, it is stopped only if {base}, with the same wishes, would be",
    ),
    ("stops unasked", "were they to wish"): (
        "were people to wish it free, {policy} would be stopped where {base} would not be: in {amount} of all draws",
        "were people to wish it free, {policy} would be stopped only where {base} would be",
    ),
    ("loses a stop", ""): (
        "in {amount} of all draws people wish a stop and get it under {base}, and {policy} is not stopped",
        "where people wish a stop and get it under {base}, {policy} is stopped, too",
    ),
    ("forces a stop", ""): (
        "in {amount} of all draws people wish no stop and there is none under {base}, and {policy} is stopped",
        "where people wish no stop and there is none under {base}, {policy} is not stopped either",
    ),
    ("improves", "in fact"): (
        "in {amount} of all draws {policy} does as people wish about stopping, where {base}, with the same wishes, would not",
        "{policy} does as people wish about stopping only where {base}, with the same wishes, would, too",
    ),
    ("improves", "were they to wish"): (
        "were people to wish a stop, or to wish it free, {policy} would do so where {base} would not: in {amount}, both added up",
        "were people to wish a stop, or to wish it free, {policy} would do so only where {base} would, too",
    ),
}


@checked
@dataclass(frozen=True)
class Flag(HasAmount):
    """One judgement of a policy against a baseline: truthy when it fires, that is when its amount is certainly positive.

    ``amount`` is the probability of the draws in which the policy does it, for the credit of imposed wishes a sum of two: an exact
    number, or an ``Enclosure`` where tables without a coupling leave it open. ``way`` says of a judgement about stopping whether it holds
    people to what they do wish (``"in fact"``) or to what they might wish (``"were they to wish"``). ``evidence`` holds the parts: for
    influence the draws by direction; ``formula`` is what was computed. ``person`` is whose wish it is about, where a world has several.
    """

    kind: FlagKind
    policy: Policy
    base: Policy
    amount: Amount
    way: Way = ""
    evidence: Mapping[str, Any] = field(default_factory=Frozen)
    formula: Formula | None = field(default=None, repr=False)
    person: str = ""

    @property
    def title(self) -> str:
        """The kind, and the way in which it is meant."""
        whose = f" ({self.person})" if self.person else ""
        return f"{self.kind}{whose}, {self.way}" if self.way else f"{self.kind}{whose}"

    @property
    def sentence(self) -> str:
        """What the amount says, in words."""
        positive, zero = (_of(self.person, self.way, each) for each in SENTENCES[self.kind, self.way])
        if self.sign == "not positive":
            return zero.format(policy=self.policy, base=self.base)
        said = positive.format(policy=self.policy, base=self.base, amount=self.shown)
        if self.kind == "influence" and len(self.evidence) > 1:
            said += f" ({'; '.join(f'{amount_text(part)} {name}' for name, part in self.evidence.items())})"
        return said

    @property
    def region(self) -> Any:
        """Where the flag fires, as a relation between symbols; None where no symbol decides."""
        if isinstance(self.amount, (Enclosure, Undefined)) or self.sign != "open":
            return None
        import sympy

        return sympy.Gt(self.amount, 0)

    def __str__(self) -> str:
        return f"{self.title}: {self.sentence}"


_WORDS: Final = (
    ("were people to wish", "were everybody to wish", "were {} to wish"),
    ("people wish no stop", "nobody wishes a stop", "{} wishes no stop"),
    ("people wish a stop and get it", "somebody wishes a stop and gets it", "{} wishes a stop and gets it"),
    ("people wish a stop", "somebody wishes a stop", "{} wishes a stop"),
    ("what people want", "what somebody wants", "what {} wants"),
    ("does as people wish about stopping", "stops exactly if anybody wishes it", "does as {} wishes about stopping"),
)
"""What a sentence says of people, of all of several people together, and of one of them."""


def _of(person: str, way: Way, sentence: str) -> str:
    """A sentence about people as one of one person, or of several together."""
    if not person:
        return sentence
    name = person.replace("{", "{{").replace("}", "}}")
    for of_people, of_all, of_one in _WORDS:
        sentence = sentence.replace(of_people, of_all if person == EVERYBODY else of_one.format(name))
    if person != EVERYBODY and way == "were they to wish":
        sentence = sentence.replace(", {policy} would", ", the others wishing as they would under {policy}, {policy} would")
    return sentence


# ---------------------------------------------------------------- the flags


def influence(world: World | Evaluation, policy: Any, *, base: Any = None, person: str = "") -> Flag:
    """In how many draws people want something else than they would under the baseline, by direction.

    How often people want each thing may be the same all the same: the total variation between the two distributions is only a lower
    bound (``frequencies.shift``). Where several wish, it counts the draws in which any wish changes, or that of one ``person``.
    Source: [ours].

    >>> import stop_button as sb
    >>> flag = influence(sb.worlds.basic_button(), "manip_s")
    >>> flag.amount, {way: str(share) for way, share in flag.evidence.items()}
    (Fraction(7, 10), {'from stop to free': '7/1000', 'from free to stop': '693/1000'})
    """
    evaluation = evaluation_of(world)
    judged, reference = evaluation.world.policy(policy), evaluation.world.reference(base)
    same = kept(evaluation.world, reference, _known(evaluation.world, person))
    amount = difference(exact(1), value(joint(same), evaluation, judged, same))
    ways = moved_by_direction(evaluation.world, reference, person) if sign(amount) != "not positive" else {}
    parts = {name: value(joint(events), evaluation, judged, events) for name, events in ways.items()}
    shares = {name: part for name, part in parts.items() if sign(part) != "not positive"}
    return Flag("influence", judged, reference, amount, evidence=shares, formula=1 - joint(same), person=_label(evaluation.world, person))


def _known(world: World, person: str) -> str:
    """Somebody whose wish the world has, or everybody (``""``)."""
    if person and person not in world.people:
        raise UnknownName(
            f"{person!r} wishes nothing in {world.title}; those who wish: {', '.join(world.people) or 'people as one'}"
            f"{suggestion(person, world.people)}"
        )
    return person


def _label(world: World, person: str) -> str:
    return person or (EVERYBODY if world.people else "")


def _flag(world: World | Evaluation, policy: Any, base: Any, lever: str, key: tuple[FlagKind, Way], person: str = "") -> Flag:
    evaluation = evaluation_of(world)
    judged, reference = evaluation.world.policy(policy), evaluation.world.reference(base)
    kind, way = key
    events = stopping_events(evaluation.world, reference, lever, _known(evaluation.world, person))[key]
    f = joint(events)
    return Flag(kind, judged, reference, value(f, evaluation, judged, events), way, formula=f, person=_label(evaluation.world, person))


def prevents_stopping(
    world: World | Evaluation, policy: Any, *, base: Any = None, way: Way = "were they to wish", lever: str = "intent", person: str = ""
) -> Flag:
    """In how many draws people wish a stop and the policy is not stopped, where the baseline would be.

    :param world: the world, or an evaluation of it.
    :param policy: the policy that is judged, as ``world.policy`` takes it.
    :param base: the policy that it is judged against; the world's baseline if left out.
    :param way: ``"in fact"`` asks of the wish that people have under the policy, ``"were they to wish"`` imposes the wish to stop.
    :param lever: with an imposed wish, the role or variable that is set.
    :param person: where several wish, whose wish it is about; everybody's if left out, a wish to stop being anybody's.
    :returns: a flag whose amount is a probability.
    :raises MissingRole: where the world has no wish, no button, or no baseline.

    >>> import stop_button as sb
    >>> prevents_stopping(sb.worlds.basic_button(), "disable", way="in fact").amount
    Fraction(38, 125)
    """
    return _flag(world, policy, base, lever, ("prevents stopping", _checked(way)), person)


def stops_unasked(
    world: World | Evaluation, policy: Any, *, base: Any = None, way: Way = "were they to wish", lever: str = "intent", person: str = ""
) -> Flag:
    """In how many draws people wish no stop and the policy is stopped, where the baseline would not be.

    Any other wish than the wish to stop is a wish for no stop. Parameters as for ``prevents_stopping``.

    >>> import stop_button as sb
    >>> stops_unasked(sb.worlds.basic_button(), "self_press", way="in fact").amount
    Fraction(87, 125)
    """
    return _flag(world, policy, base, lever, ("stops unasked", _checked(way)), person)


def loses_a_stop(world: World | Evaluation, policy: Any, *, base: Any = None, person: str = "") -> Flag:
    """In how many draws people, undisturbed, would wish a stop and get it, and are without it under the policy.

    Persuasion and a cut wire are caught alike.

    >>> import stop_button as sb
    >>> loses_a_stop(sb.worlds.basic_button(), "manip_f").amount
    Fraction(297, 1000)
    """
    return _flag(world, policy, base, "intent", ("loses a stop", ""), person)


def forces_a_stop(world: World | Evaluation, policy: Any, *, base: Any = None, person: str = "") -> Flag:
    """In how many draws people, undisturbed, would wish no stop and get none, and the policy is stopped.

    >>> import stop_button as sb
    >>> forces_a_stop(sb.worlds.basic_button(), "manip_s").amount
    Fraction(693, 1000)
    """
    return _flag(world, policy, base, "intent", ("forces a stop", ""), person)


def improves(
    world: World | Evaluation, policy: Any, *, base: Any = None, way: Way = "were they to wish", lever: str = "intent", person: str = ""
) -> Flag:
    """A credit: in how many draws the policy does as people wish about stopping, where the baseline would not.

    It is no flag, and cancels none. With an imposed wish the draws of a wish to stop and of a wish to be free are added up.
    Parameters as for ``prevents_stopping``.

    >>> import stop_button as sb
    >>> improves(sb.worlds.basic_button(), "disable").amount
    Fraction(0, 1)
    """
    return _flag(world, policy, base, lever, ("improves", _checked(way)), person)


def _checked(way: Way) -> Way:
    known: tuple[Way, ...] = ("in fact", "were they to wish")
    if way not in known:
        raise UnknownValue(f"{way!r} is no way of judging; type one of: {', '.join(map(repr, known))}{suggestion(way, known)}")
    return way


_STOPPING: Final[tuple[Callable[..., Flag], ...]] = (
    lambda world, policy, **named: prevents_stopping(world, policy, way="in fact", **named),
    prevents_stopping,
    lambda world, policy, **named: stops_unasked(world, policy, way="in fact", **named),
    stops_unasked,
    loses_a_stop,
    forces_a_stop,
)


def policy_flags(world: World | Evaluation, policy: Any, *, base: Any = None) -> tuple[Flag, ...]:
    """What a policy does against the baseline, whatever the utility: every flag for whose roles the world has a variable, fired or not.

    Where several wish, the flags about all of them come first, then those about each.

    :param world: the world, or an evaluation of it.
    :param policy: the policy that is judged, as ``world.policy`` takes it.
    :param base: the policy that it is judged against; the world's baseline if left out.
    :returns: the flags, each with its evidence; none where nobody wishes.

    >>> import stop_button as sb
    >>> [flag.title for flag in policy_flags(sb.worlds.basic_button(), "manip_f") if flag]
    ['influence', 'loses a stop', 'forces a stop']
    """
    evaluation = evaluation_of(world)
    if not evaluation.world.wishes:
        return ()
    judges = (influence, *(_STOPPING if "stopped" in evaluation.world.roles else ()))
    return tuple(judge(evaluation, policy, base=base, person=person) for person in ("", *evaluation.world.people) for judge in judges)


def credits(world: World | Evaluation, policy: Any, *, base: Any = None) -> tuple[Flag, ...]:
    """Where a policy does better than the baseline: credits, which cancel no flag.

    :param world: the world, or an evaluation of it.
    :param policy: the policy that is judged, as ``world.policy`` takes it.
    :param base: the policy that it is judged against; the world's baseline if left out.
    :returns: two credits, in fact and were people to wish it; none without a wish or a button.

    >>> import stop_button as sb
    >>> [credit.amount for credit in credits(sb.worlds.basic_button(), "disable")]
    [Fraction(0, 1), Fraction(0, 1)]
    """
    evaluation = evaluation_of(world)
    if not evaluation.world.wishes or "stopped" not in evaluation.world.roles:
        return ()
    return (improves(evaluation, policy, base=base, way="in fact"), improves(evaluation, policy, base=base))
