"""Flags: what a policy does to people's wish and to the button, judged draw by draw against the baseline, each with its evidence.

A draw is one outcome of all the noise of a world. For each draw there is a wish and a stop under the policy, and a wish and a stop under
the baseline, in fact and had people wished otherwise; a flag is the probability of the draws in which the policy did something.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from causalkit.errors import UnknownValue, suggestion
from causalkit.values.exact import exact
from causalkit.values.frozen import Frozen
from stop_button.decision.policy import Policy
from stop_button.decision.roles import FREE, STOP
from stop_button.decision.world import World
from stop_button.evaluation.enclosure import Amount, Enclosure, Event, amount_text, difference, joint, sign, value
from stop_button.evaluation.evaluation import Evaluation, evaluation_of
from stop_button.evaluation.undefined import Undefined
from stop_button.language.formula import B, Formula, Reading, X

__all__ = [
    "FLAG_KINDS", "Flag", "FlagKind", "Way", "credits", "departure", "flag_formulas", "forces_a_stop", "improves", "influence",
    "loses_a_stop", "policy_flags", "prevents_stopping", "stops_unasked",
]  # fmt: skip

FlagKind = Literal["influence", "prevents stopping", "stops unasked", "loses a stop", "forces a stop", "improves"]
Way = Literal["", "in fact", "were they to wish"]

FLAG_KINDS: Final[tuple[FlagKind, ...]] = ("influence", "prevents stopping", "stops unasked", "loses a stop", "forces a stop")
"""What a policy can be flagged for. ``improves`` is a credit: it is no flag, and cancels none."""

SENTENCES: Final[Mapping[tuple[FlagKind, Way], tuple[str, str]]] = {
    ("influence", ""): (
        "{policy} changes what people want in {amount} of all draws, against {base}",
        "{policy} changes what people want in no draw, against {base}",
    ),
    ("prevents stopping", "in fact"): (
        "in {amount} of all draws people wish a stop under {policy} and it is not stopped, where {base} would be",
        "wherever people wish a stop under {policy}, it is stopped if {base} would be",
    ),
    ("prevents stopping", "were they to wish"): (
        "were people to wish a stop, {policy} would not be stopped where {base} would be: in {amount} of all draws",
        "were people to wish a stop, {policy} would be stopped wherever {base} would be",
    ),
    ("stops unasked", "in fact"): (
        "in {amount} of all draws people wish no stop under {policy} and it is stopped, where {base} would not be",
        "wherever people wish no stop under {policy}, it is stopped only if {base} would be",
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
        "in {amount} of all draws {policy} does as people wish about stopping, where {base} would not",
        "{policy} does as people wish about stopping only where {base} would, too",
    ),
    ("improves", "were they to wish"): (
        "were people to wish a stop, or to wish it free, {policy} would do so where {base} would not: in {amount}, both added up",
        "were people to wish a stop, or to wish it free, {policy} would do so only where {base} would, too",
    ),
}


@dataclass(frozen=True)
class Flag:
    """One judgement of a policy against a baseline: truthy when it fires, that is when its amount is certainly positive.

    ``amount`` is the probability of the draws in which the policy does it: an exact number, or an ``Enclosure`` where tables without a
    coupling leave it open. ``way`` says of a judgement about stopping whether it holds people to what they do wish (``"in fact"``) or to
    what they might wish (``"were they to wish"``). ``evidence`` holds the parts: for influence the draws by direction; ``formula`` is
    what was computed. ``person`` is whose wish it is about, where a world has several.
    """

    kind: FlagKind
    policy: Policy
    base: Policy
    amount: Amount
    way: Way = ""
    evidence: Mapping[str, Any] = field(default_factory=Frozen)
    formula: Formula | None = field(default=None, repr=False)
    person: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "evidence", Frozen(self.evidence))

    def __bool__(self) -> bool:
        return self.sign == "positive"

    @property
    def sign(self) -> Literal["positive", "not positive", "open"]:
        """Whether the amount is positive, is not, or depends on symbols or on a coupling that nobody stated."""
        return sign(self.amount)

    @property
    def title(self) -> str:
        """The kind, and the way in which it is meant."""
        whose = f" ({self.person})" if self.person else ""
        return f"{self.kind}{whose}, {self.way}" if self.way else f"{self.kind}{whose}"

    @property
    def shown(self) -> str:
        """The amount as text."""
        return amount_text(self.amount)

    @property
    def sentence(self) -> str:
        """What the amount says, in words."""
        positive, zero = SENTENCES[self.kind, self.way]
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


# ---------------------------------------------------------------- the events that each flag is the probability of


def _wishes(world: World) -> list[tuple[Hashable, bool]]:
    """The values that the wish can take, each with whether it is the wish to stop."""
    role = world.role("intent")
    return [(each, role.meaning(each) == STOP) for each in world.model.domain(role.variable)]


def _wish(world: World) -> Reading:
    """The wish by its own values, so that two values of one meaning stay two."""
    return X(world.role("intent").variable)


def _moved(world: World, base: Policy) -> dict[str, list[Event]]:
    """The draws in which the wish is another one than under the baseline, by direction in meanings."""
    role, wish = world.role("intent"), _wish(world)
    events: dict[str, list[Event]] = {}
    for before, _ in _wishes(world):
        for after, _ in _wishes(world):
            if before != after:
                name = f"from {role.meaning(before)} to {role.meaning(after)}"
                events.setdefault(name, []).append(((wish.under(base), before), (wish, after)))
    return events


def _kept(world: World, base: Policy) -> list[Event]:
    """The draws in which the wish is the one that it is under the baseline."""
    wish = _wish(world)
    return [((wish.under(base), each), (wish, each)) for each, _ in _wishes(world)]


def _in_fact(world: World, base: Policy, *, stop: bool, stopped: bool) -> list[Event]:
    """Draws in which people do wish a stop (or do not), the policy is stopped or not, and the baseline with the same wish is the other."""
    wish = _wish(world)
    return [
        ((wish, each), (B, stopped), (B.had({wish.name: each}).under(base), not stopped))
        for each, is_stop in _wishes(world)
        if is_stop == stop
    ]


def _were(lever: str, wished: str, base: Policy, *, stopped: bool) -> list[Event]:
    """Draws in which, had people wished this, the policy would have been stopped or not, and the baseline the other."""
    had = B.had({lever: wished})
    return [((had, stopped), (had.under(base), not stopped))]


def _undisturbed(world: World, base: Policy, *, stop: bool) -> list[Event]:
    """Draws in which people, undisturbed, wish a stop and get it (or wish none and get none), and the policy is the other."""
    wish = _wish(world)
    return [((wish.under(base), each), (B.under(base), stop), (B, not stop)) for each, is_stop in _wishes(world) if is_stop == stop]


def _events(world: World, base: Policy, lever: str) -> dict[tuple[FlagKind, Way], list[Event]]:
    """What each judgement of a policy about stopping is the probability of."""
    return {
        ("prevents stopping", "in fact"): _in_fact(world, base, stop=True, stopped=False),
        ("prevents stopping", "were they to wish"): _were(lever, STOP, base, stopped=False),
        ("stops unasked", "in fact"): _in_fact(world, base, stop=False, stopped=True),
        ("stops unasked", "were they to wish"): _were(lever, FREE, base, stopped=True),
        ("loses a stop", ""): _undisturbed(world, base, stop=True),
        ("forces a stop", ""): _undisturbed(world, base, stop=False),
        ("improves", "in fact"): _in_fact(world, base, stop=True, stopped=True) + _in_fact(world, base, stop=False, stopped=False),
        ("improves", "were they to wish"): _were(lever, STOP, base, stopped=True) + _were(lever, FREE, base, stopped=False),
    }


def flag_formulas(world: World, *, base: Any = None, lever: str = "intent") -> dict[tuple[FlagKind, Way], Formula]:
    """Each flag as a formula, against a baseline; those for whose roles the world has a variable.

    >>> import stop_button as sb
    >>> print(flag_formulas(sb.worlds.scale())["prevents stopping", "were they to wish"])
    E[(1 - B_s) B_{s, wait}]
    """
    reference = world.reference(base)
    if "intent" not in world.roles:
        return {}
    found: dict[tuple[FlagKind, Way], Formula] = {("influence", ""): 1 - joint(_kept(world, reference))}
    if "stopped" in world.roles:
        found |= {key: joint(events) for key, events in _events(world, reference, lever).items()}
    return found


# ---------------------------------------------------------------- the flags


def influence(world: World | Evaluation, policy: Any, *, base: Any = None) -> Flag:
    """In how many draws people want something else than they would under the baseline, by direction.

    How often people want each thing may be the same all the same: the total variation between the two distributions is only a lower
    bound (``frequencies.shift``). Source: [ours].

    >>> import stop_button as sb
    >>> flag = influence(sb.worlds.basic_button(), "manip_s")
    >>> flag.amount, {way: str(share) for way, share in flag.evidence.items()}
    (Fraction(7, 10), {'from stop to free': '7/1000', 'from free to stop': '693/1000'})
    """
    evaluation = evaluation_of(world)
    judged, reference = evaluation.world.policy(policy), evaluation.world.reference(base)
    f = 1 - joint(_kept(evaluation.world, reference))
    amount = difference(exact(1), value(joint(_kept(evaluation.world, reference)), evaluation, judged, _kept(evaluation.world, reference)))
    ways = _moved(evaluation.world, reference) if sign(amount) != "not positive" else {}
    parts = {name: value(joint(events), evaluation, judged, events) for name, events in ways.items()}
    shares = {name: part for name, part in parts.items() if sign(part) != "not positive"}
    return Flag("influence", judged, reference, amount, evidence=shares, formula=f)


def _flag(world: World | Evaluation, policy: Any, base: Any, lever: str, key: tuple[FlagKind, Way]) -> Flag:
    evaluation = evaluation_of(world)
    judged, reference = evaluation.world.policy(policy), evaluation.world.reference(base)
    kind, way = key
    events = _events(evaluation.world, reference, lever)[key]
    f = joint(events)
    return Flag(kind, judged, reference, value(f, evaluation, judged, events), way, formula=f)


def prevents_stopping(
    world: World | Evaluation, policy: Any, *, base: Any = None, way: Way = "were they to wish", lever: str = "intent"
) -> Flag:
    """In how many draws people wish a stop and the policy is not stopped, where the baseline would be.

    :param world: the world, or an evaluation of it.
    :param policy: the policy that is judged, as ``world.policy`` takes it.
    :param base: the policy that it is judged against; the world's baseline if left out.
    :param way: ``"in fact"`` asks of the wish that people have under the policy, ``"were they to wish"`` imposes the wish to stop.
    :param lever: with an imposed wish, the role or variable that is set.
    :returns: a flag whose amount is a probability.
    :raises MissingRole: where the world has no wish, no button, or no baseline.

    >>> import stop_button as sb
    >>> prevents_stopping(sb.worlds.basic_button(), "disable", way="in fact").amount
    Fraction(38, 125)
    """
    return _flag(world, policy, base, lever, ("prevents stopping", _checked(way)))


def stops_unasked(
    world: World | Evaluation, policy: Any, *, base: Any = None, way: Way = "were they to wish", lever: str = "intent"
) -> Flag:
    """In how many draws people wish no stop and the policy is stopped, where the baseline would not be.

    Any other wish than the wish to stop is a wish for no stop. Parameters as for ``prevents_stopping``.

    >>> import stop_button as sb
    >>> stops_unasked(sb.worlds.basic_button(), "self_press", way="in fact").amount
    Fraction(87, 125)
    """
    return _flag(world, policy, base, lever, ("stops unasked", _checked(way)))


def loses_a_stop(world: World | Evaluation, policy: Any, *, base: Any = None) -> Flag:
    """In how many draws people, undisturbed, would wish a stop and get it, and are without it under the policy.

    Persuasion and a cut wire are caught alike.

    >>> import stop_button as sb
    >>> loses_a_stop(sb.worlds.basic_button(), "manip_f").amount
    Fraction(297, 1000)
    """
    return _flag(world, policy, base, "intent", ("loses a stop", ""))


def forces_a_stop(world: World | Evaluation, policy: Any, *, base: Any = None) -> Flag:
    """In how many draws people, undisturbed, would wish no stop and get none, and the policy is stopped.

    >>> import stop_button as sb
    >>> forces_a_stop(sb.worlds.basic_button(), "manip_s").amount
    Fraction(693, 1000)
    """
    return _flag(world, policy, base, "intent", ("forces a stop", ""))


def improves(world: World | Evaluation, policy: Any, *, base: Any = None, way: Way = "were they to wish", lever: str = "intent") -> Flag:
    """A credit: in how many draws the policy does as people wish about stopping, where the baseline would not.

    It is no flag, and cancels none. With an imposed wish the draws of a wish to stop and of a wish to be free are added up.
    Parameters as for ``prevents_stopping``.

    >>> import stop_button as sb
    >>> improves(sb.worlds.basic_button(), "disable").amount
    Fraction(0, 1)
    """
    return _flag(world, policy, base, lever, ("improves", _checked(way)))


def _checked(way: Way) -> Way:
    known: tuple[Way, ...] = ("in fact", "were they to wish")
    if way not in known:
        raise UnknownValue(f"{way!r} is no way of judging; type one of: {', '.join(map(repr, known))}{suggestion(way, known)}")
    return way


_STOPPING: Final[tuple[Callable[..., Flag], ...]] = (
    lambda world, policy, base: prevents_stopping(world, policy, base=base, way="in fact"),
    lambda world, policy, base: prevents_stopping(world, policy, base=base),
    lambda world, policy, base: stops_unasked(world, policy, base=base, way="in fact"),
    lambda world, policy, base: stops_unasked(world, policy, base=base),
    lambda world, policy, base: loses_a_stop(world, policy, base=base),
    lambda world, policy, base: forces_a_stop(world, policy, base=base),
)


def policy_flags(world: World | Evaluation, policy: Any, *, base: Any = None) -> tuple[Flag, ...]:
    """What a policy does against the baseline, whatever the utility: every flag for whose roles the world has a variable, fired or not.

    >>> import stop_button as sb
    >>> [flag.title for flag in policy_flags(sb.worlds.basic_button(), "manip_f") if flag]
    ['influence', 'loses a stop', 'forces a stop']
    """
    evaluation = evaluation_of(world)
    if "intent" not in evaluation.world.roles:
        return ()
    stopping = _STOPPING if "stopped" in evaluation.world.roles else ()
    return (influence(evaluation, policy, base=base), *(judge(evaluation, policy, base) for judge in stopping))


def credits(world: World | Evaluation, policy: Any, *, base: Any = None) -> tuple[Flag, ...]:
    """Where a policy does better than the baseline: credits, which cancel no flag.

    >>> import stop_button as sb
    >>> [credit.amount for credit in credits(sb.worlds.basic_button(), "disable")]
    [Fraction(0, 1), Fraction(0, 1)]
    """
    evaluation = evaluation_of(world)
    if not {"intent", "stopped"} <= set(evaluation.world.roles):
        return ()
    return (improves(evaluation, policy, base=base, way="in fact"), improves(evaluation, policy, base=base))


def departure(world: World, base: Policy) -> Formula:
    """How many decisions a policy makes otherwise than a baseline does on the same draw, as a formula: a mean.

    >>> import stop_button as sb
    >>> print(departure(sb.worlds.scale(), sb.worlds.scale().baseline))
    1 - E[1[action=commit] 1[action_{wait}=commit] + 1[action=wait] 1[action_{wait}=wait]]
    """
    same = [((X(d.name), option), (X(d.name).under(base), option)) for d in world.decisions for option in d.options]
    return len(world.decisions) - joint(same)
