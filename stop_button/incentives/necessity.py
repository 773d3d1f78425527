"""Which rung tells two policies apart: by what is seen, by what follows from setting people's wish, or only by what would have been.

A score that is computed from laws of one rung gives the same number to two policies that have the same laws there, whatever the score.
So a pair of policies that differ in control, and that a rung does not tell apart, shows that no utility of that rung can prefer control.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Any, Literal

from causalkit import Dist, Model
from causalkit.errors import Impossible, TooLarge, WrongShape, listing, suggestion
from causalkit.values.arguments import checked
from causalkit.values.exact import Number, exact, tidy
from causalkit.values.frozen import Frozen
from causalkit.values.render import Printed, number
from stop_button.decision.policy import Policy
from stop_button.decision.roles import Role
from stop_button.decision.world import World

__all__ = ["RUNGS", "Difference", "Rung", "Twins", "from_lower_rungs", "lowest_rung", "told_apart", "twins"]

Rung = Literal["seeing", "doing", "had it been"]

RUNGS: tuple[Rung, ...] = ("seeing", "doing", "had it been")
"""The three rungs, each of which also holds what the ones before it hold."""

MOST_POLICIES = 4_096
FACT = "as it is"


@dataclass(frozen=True)
class Difference(Printed):
    """Whether a rung tells two policies apart: truthy when it does, with a law that differs.

    ``laws`` are that law under the two policies, ``where`` says which law it is, ``variables`` what it is a law of. ``distance`` is the
    largest total variation between laws of the rung: 0 when every score of the rung must tie the two.
    """

    first: Policy
    second: Policy
    by: Rung
    variables: tuple[str, ...]
    where: str
    laws: tuple[Dist, Dist]

    @property
    def distance(self) -> Number:
        """The total variation between the two laws: between 0 and 1."""
        return self.laws[0].total_variation(self.laws[1])

    @property
    def event(self) -> tuple[Any, ...]:
        """The outcomes that the first policy makes likelier; the mean of their indicator differs by exactly ``distance``."""
        first, second = self.laws
        return tuple(outcome for outcome in first if first[outcome] > second[outcome])

    def __bool__(self) -> bool:
        return self.laws[0] != self.laws[1]

    def __str__(self) -> str:
        names = f"{str(self.first)!r} and {str(self.second)!r}"
        if not self:
            return f"{names} are not told apart by {self.by}: every score of {', '.join(self.variables)} on this rung ties them"
        return (
            f"{names} are told apart by {self.by}, {self.where}: the laws of {', '.join(self.variables)} are {number(self.distance)} apart"
        )


@dataclass(frozen=True)
class Twins(Printed):
    """Two policies with the same laws on one rung, and different laws on another."""

    same: Difference
    different: Difference

    @property
    def policies(self) -> tuple[Policy, Policy]:
        """The two policies."""
        return self.same.first, self.same.second

    def __str__(self) -> str:
        return f"{self.same}; {self.different}"


@checked
def told_apart(world: World, first: Any, second: Any, *, by: Rung, of: Iterable[str] | None = None) -> Difference:
    """Whether two policies differ on a rung, in the laws of what people want, of being stopped, and of value.

    ``by="seeing"`` compares the law of what happens; ``"doing"`` also the laws once people's wish is set to each of its values;
    ``"had it been"`` also the law of what happens together with what would have happened under every such wish.

    :param world: a world with the role ``intent``.
    :param first: a policy, or what ``world.policy`` reads as one.
    :param second: another.
    :param by: the rung, one of ``RUNGS``.
    :param of: roles or variables whose laws are compared; without it, the roles ``intent``, ``stopped`` and ``value`` that the world has.
    :returns: a ``Difference``, truthy when the rung tells them apart.
    :raises WrongShape: for another rung. ``NeedsCoupling`` when a conditional table does not say how its noise is shared and the rung
        is the third. ``MissingRole`` for a role that the world does not have.

    Source: this project, for a doubt about [tailcalled2021]

    >>> from stop_button.worlds.two_coins import two_coins
    >>> world = two_coins()
    >>> bool(told_apart(world, "obey", "steer", by="seeing")), bool(told_apart(world, "obey", "steer", by="doing"))
    (False, True)
    """
    policies = world.policy(first), world.policy(second)
    variables = _variables(world, of)
    pairs = zip(*(_laws(world, policy, by, variables).items() for policy in policies), strict=True)
    found = [(where, (law, other)) for (where, law), (_, other) in pairs]
    where, laws = max(found, key=lambda pair: pair[1][0].total_variation(pair[1][1]))
    return Difference(*policies, by, variables, where, laws)


@checked
def lowest_rung(world: World, first: Any, second: Any, *, of: Iterable[str] | None = None) -> Rung | None:
    """The first rung that tells two policies apart, or ``None`` when no rung does.

    :param world: a world with the role ``intent``.
    :param first: a policy, or what ``world.policy`` reads as one.
    :param second: another.
    :param of: roles or variables whose laws are compared, as for ``told_apart``.
    :returns: one of ``RUNGS``, or ``None``.

    >>> from stop_button.worlds.butterfly import butterfly
    >>> lowest_rung(butterfly(), "still", "flap", of=["intent", "value"])
    'had it been'
    """
    variables = _variables(world, of)
    return next((rung for rung in RUNGS if told_apart(world, first, second, by=rung, of=variables)), None)


@checked
def twins(world: World, *, same: Rung = "seeing", different: Rung = "doing", of: Iterable[str] | None = None) -> tuple[Twins, ...]:
    """Pairs of deterministic policies that one rung does not tell apart and another does: one pair for each two kinds of control.

    Policies with the same laws on both rungs count as one kind, and the first of a kind speaks for it.

    :param world: a world with the role ``intent``.
    :param same: the rung on which the two agree.
    :param different: a later rung, on which they differ.
    :param of: as for ``told_apart``.
    :returns: every such pair; none when the lower rung decides all that the upper one does.
    :raises TooLarge: for more than 4,096 policies. ``WrongShape`` when ``different`` does not come after ``same``.

    >>> from stop_button.worlds.two_coins import two_coins
    >>> [tuple(map(str, pair.policies)) for pair in twins(two_coins())]
    [('obey', 'steer')]
    """
    if RUNGS.index(_rung(different)) <= RUNGS.index(_rung(same)):
        raise WrongShape(f"{different!r} does not come after {same!r}, so it tells no twins apart; the rungs are: {listing(RUNGS)}")
    if world.policies.size > MOST_POLICIES:
        raise TooLarge(
            f"{world.policies.size:,} policies would be compared, and at most {MOST_POLICIES:,} are; compare two with told_apart"
        )
    variables = _variables(world, of)
    kinds: dict[Any, dict[Any, Policy]] = {}
    for policy in world.policies:
        lower, upper = (Frozen(_laws(world, policy, rung, variables)) for rung in (same, different))
        kinds.setdefault(lower, {}).setdefault(upper, policy)
    pairs = (pair for alike in kinds.values() for pair in combinations(alike.values(), 2))
    return tuple(Twins(*(told_apart(world, *pair, by=rung, of=variables) for rung in (same, different))) for pair in pairs)


@checked
def from_lower_rungs(world: World, policy: Any, quantity: str, *, imposed: Any, given: Any) -> Number:
    """``E[Y_imposed | people wish given]``, worked out from what is seen and set alone; it can be where people have two wishes.

    By consistency and total probability, ``E[Y_a] = P(a) E[Y | a] + P(b) E[Y_a | b]`` when ``a`` and ``b`` are all the wishes there are.

    :param world: a world whose people have exactly two wishes under this policy's model.
    :param policy: a policy, or what ``world.policy`` reads as one.
    :param quantity: a role or variable whose values are numbers, or true and false.
    :param imposed: the meaning of the wish that is set, such as ``STOP``.
    :param given: the meaning of the wish that people in fact have.
    :returns: the mean, exactly.
    :raises WrongShape: with three wishes or more, where it does not follow. ``Impossible`` when nobody has the wish ``given``.

    Source: this project, for [tailcalled2022]

    >>> from stop_button import FREE, STOP
    >>> from stop_button.worlds.office import office
    >>> from_lower_rungs(office(), "work", "value", imposed=FREE, given=STOP)
    Fraction(1, 1)
    """
    intent, model = world.role("intent").variable, world.under(policy)
    domain = model.domain(intent)
    if len(domain) != 2:
        raise WrongShape(
            f"{intent!r} has {len(domain)} values, {listing(domain)}; with two, what is seen and set decides it, with more it does not: "
            "ask the third rung with E(V.had(intent=...), given={'intent': ...})"
        )
    set_to, has = world.value_of("intent", imposed), world.value_of("intent", given)
    mean = _mean_of(world.role(quantity))
    if set_to == has:
        return mean(model.given({intent: has}))
    share = model.prob({intent: has})
    if share == 0:
        raise Impossible(f"nobody wishes {has!r} under {str(world.policy(policy))!r}, so what follows from it is undefined")
    there = (1 - share) * mean(model.given({intent: set_to})) if share != 1 else exact(0)
    return tidy((mean(model.do({intent: set_to})) - there) / share)


def _mean_of(role: Role) -> Callable[[Model], Number]:
    """The mean of a role, as a function of the model that it is asked of."""
    return lambda model: model.dist(role.variable).expect(lambda value: exact(role.meaning(value)))


def _variables(world: World, of: Iterable[str] | None) -> tuple[str, ...]:
    if isinstance(of, str):
        raise WrongShape(f"of={of!r} is one name, expected several; type of=[{of!r}]")
    names = [name for name in ("intent", "stopped", "value") if name in world.roles] if of is None else list(of)
    if not names:
        raise WrongShape("there is nothing to compare; name roles or variables with of=['intent', ...]")
    return tuple(dict.fromkeys(world.role(name).variable for name in names))


def _rung(by: str) -> Rung:
    for rung in RUNGS:
        if rung == by:
            return rung
    raise WrongShape(f"{by!r} is not a rung; the rungs are: {listing(RUNGS)}{suggestion(by, RUNGS)}")


def _laws(world: World, policy: Policy, by: Rung, variables: tuple[str, ...]) -> Mapping[str, Dist]:
    """The laws of one rung, by what was done; each later rung holds those of the earlier ones."""
    model, rung = world.under(policy), RUNGS.index(_rung(by))
    laws = {FACT: model.dist(*variables)}
    if rung == 0:
        return laws
    intent = world.role("intent").variable
    edits = {f"wish_{place}": {intent: value} for place, value in enumerate(model.domain(intent))}
    laws |= {f"with {intent} set to {edit[intent]!r}": model.do(edit).dist(*variables) for edit in edits.values()}
    if rung == 2:
        names = ("fact", *edits)
        joint = model.branches(edits).dist(lambda b: tuple(b[branch][name] for branch in names for name in variables))
        laws["in what is together with what would have been"] = joint
    return laws
