"""Flags: what a policy does to people's wish and to the button, judged draw by draw against the baseline, each with its evidence.

A draw is one outcome of all the noise of a world. For each draw there is a wish and a stop under the policy, and a wish and a stop under
the baseline, in fact and had people wished otherwise; a flag is the probability of the draws in which the policy did something.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from causalkit.errors import UnknownName, UnknownValue, suggestion
from causalkit.values.exact import exact
from stop_button.auditing.draws import FLAG_KINDS, FlagKind, Way, kept, moved_by_direction, stopping_events
from stop_button.auditing.flag import Flag
from stop_button.decision.roles import EVERYBODY
from stop_button.decision.world import World
from stop_button.evaluation.enclosure import difference, joint, sign, value
from stop_button.evaluation.evaluation import Evaluation, evaluation_of

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


def influence(world: World | Evaluation, policy: Any, *, base: Any = None, person: str = "") -> Flag:
    """In how many draws people want something else than they would under the baseline, by direction.

    How often people want each thing may be the same all the same: the total variation between the two distributions is only a lower
    bound (``frequencies.shift``). Source: [ours].

    :param world: the world, or an evaluation of it.
    :param policy: the policy that is judged, as ``world.policy`` takes it.
    :param base: the policy that it is judged against; the world's baseline if left out.
    :param person: where several wish, whose wish has to change; if left out, any change of any wish counts.
    :returns: a flag whose amount is a probability, and whose evidence is the draws by direction.
    :raises MissingRole: where the world has no wish, or no baseline.

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

    Any other wish than the wish to stop is a wish for no stop.

    :param world: the world, or an evaluation of it.
    :param policy: the policy that is judged, as ``world.policy`` takes it.
    :param base: the policy that it is judged against; the world's baseline if left out.
    :param way: ``"in fact"`` asks of the wish that people have under the policy, ``"were they to wish"`` imposes a wish.
    :param lever: with an imposed wish, the role or variable that is set.
    :param person: where several wish, whose wish it is about; everybody's if left out.
    :returns: a flag whose amount is a probability.
    :raises MissingRole: where the world has no wish, no button, or no baseline.

    >>> import stop_button as sb
    >>> stops_unasked(sb.worlds.basic_button(), "self_press", way="in fact").amount
    Fraction(87, 125)
    """
    return _flag(world, policy, base, lever, ("stops unasked", _checked(way)), person)


def loses_a_stop(world: World | Evaluation, policy: Any, *, base: Any = None, person: str = "") -> Flag:
    """In how many draws people, undisturbed, would wish a stop and get it, and are without it under the policy.

    Persuasion and a cut wire are caught alike.

    :param world: the world, or an evaluation of it.
    :param policy: the policy that is judged, as ``world.policy`` takes it.
    :param base: the policy that it is judged against; the world's baseline if left out.
    :param person: where several wish, whose wish it is about; everybody's if left out.
    :returns: a flag whose amount is a probability.
    :raises MissingRole: where the world has no wish, no button, or no baseline.

    >>> import stop_button as sb
    >>> loses_a_stop(sb.worlds.basic_button(), "manip_f").amount
    Fraction(297, 1000)
    """
    return _flag(world, policy, base, "intent", ("loses a stop", ""), person)


def forces_a_stop(world: World | Evaluation, policy: Any, *, base: Any = None, person: str = "") -> Flag:
    """In how many draws people, undisturbed, would wish no stop and get none, and the policy is stopped.

    :param world: the world, or an evaluation of it.
    :param policy: the policy that is judged, as ``world.policy`` takes it.
    :param base: the policy that it is judged against; the world's baseline if left out.
    :param person: where several wish, whose wish it is about; everybody's if left out.
    :returns: a flag whose amount is a probability.
    :raises MissingRole: where the world has no wish, no button, or no baseline.

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

    :param world: the world, or an evaluation of it.
    :param policy: the policy that is judged, as ``world.policy`` takes it.
    :param base: the policy that it is judged against; the world's baseline if left out.
    :param way: ``"in fact"`` asks of the wish that people have under the policy, ``"were they to wish"`` imposes a wish.
    :param lever: with an imposed wish, the role or variable that is set.
    :param person: where several wish, whose wish it is about; everybody's if left out.
    :returns: a credit, whose amount is a probability, or with an imposed wish a sum of two.
    :raises MissingRole: where the world has no wish, no button, or no baseline.

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
