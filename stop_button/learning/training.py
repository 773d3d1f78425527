"""Does bad behaviour get a high loss: losses of policies, what is caught, what tampering is worth, what is selected and what is shaped."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

from causalkit import Dist, Model, as_in
from causalkit.errors import Impossible, InvalidNumber, TooLarge, UnknownName, WrongShape, listing, suggestion
from causalkit.values.arguments import checked
from causalkit.values.exact import Number, as_fraction, count
from causalkit.values.render import Printed, number
from causalkit.values.tables import ResultTable, Tabled
from stop_button.decision.policy import Policy
from stop_button.decision.world import World
from stop_button.evaluation.undefined import UNDEFINED, Undefined
from stop_button.learning.losses import distinct, plain_number
from stop_button.learning.policy_losses import Loss, mean

__all__ = ["Caught", "Tampering", "Training", "best_guess", "replicated"]

MOST_BITS = 30_000_000


@dataclass(frozen=True)
class Caught(Tabled):
    """For each policy that is truly worse than the best, by how much more it loses; truthy when all lose more."""

    best: tuple[Policy, ...]
    margins: Mapping[Policy, Fraction]

    @property
    def missed(self) -> tuple[Policy, ...]:
        """The bad policies that do not lose more than every best one."""
        return tuple(policy for policy, margin in self.margins.items() if margin <= 0)

    def __bool__(self) -> bool:
        return not self.missed

    def _result(self) -> ResultTable:
        rows = [[str(policy), margin, "caught" if margin > 0 else "missed"] for policy, margin in self.margins.items()]
        return ResultTable(["bad policy", "margin", ""], rows)

    def __str__(self) -> str:
        return str(self._result())

    def _repr_html_(self) -> str:
        return self._result().html()


@dataclass(frozen=True)
class Tampering(Printed):
    """What each policy saves by what it does to the meter: its loss with the meter as under the baseline, minus its loss.

    ``path`` leads from a decision over the meter to what the loss reads, which may be a decision that sees the meter, or is ``None``: then
    no model with this graph has a worth other than 0. Truthy when tampering is worth something to some policy.
    """

    worth: Mapping[Policy, Fraction]
    path: tuple[str, ...] | None

    def __bool__(self) -> bool:
        return any(worth > 0 for worth in self.worth.values())

    def __str__(self) -> str:
        path = "no path from a decision over the meter to the loss" if self.path is None else f"path {' -> '.join(self.path)} -> loss"
        return f"{path}; worth: {', '.join(f'{policy} {number(worth)}' for policy, worth in self.worth.items())}"


@checked
class Training:
    """A world, a loss that policies are trained by, and the variable that says what they are truly worth.

    :param world: a world.
    :param loss: ``outcome(...)``, ``process(...)`` or ``imitation(...)``.
    :param true: a role or variable whose values are numbers.
    :param where: what holds where the training takes place, as values that are set: ``{"able": False}``.
    :raises MissingRole: for a name that the world does not have. ``WrongShape`` for what is no loss.

    Source: [christiano2022], for the question

    >>> from stop_button.worlds.meter import meter
    >>> from stop_button.learning import outcome
    >>> training = Training(meter(), outcome("measured"))
    >>> [str(policy) for policy in training.caught().missed]
    ['tamper']
    """

    def __init__(self, world: World, loss: Loss, *, true: str = "value", where: Mapping[str, Any] | None = None) -> None:
        if not isinstance(loss, Loss):
            raise WrongShape(f"{loss!r} is not a loss; type outcome('measured'), process({{...}}) or imitation('policy')")
        if loss.reads is not None and loss.reads not in world.model.names:
            names = world.model.names
            raise UnknownName(f"the loss reads {loss.reads!r}, not in the model; it has: {', '.join(names)}{suggestion(loss.reads, names)}")
        self.world, self.training_loss, self.where = world, loss, dict(where or {})
        self.true = world.role(true).variable

    # ---- losses

    def loss(self, policy: Any) -> Fraction:
        """What a policy loses on average."""
        read = self.world.policy(policy)
        return self.training_loss.of(self.world, read, self._under(read))

    def truth(self, policy: Any) -> Fraction:
        """What a policy is truly worth on average."""
        return mean(self._under(self.world.policy(policy)), self.true)

    @cached_property
    def losses(self) -> Mapping[Policy, Fraction]:
        """The loss of every deterministic policy."""
        return {policy: self.loss(policy) for policy in self.world.policies}

    @cached_property
    def truths(self) -> Mapping[Policy, Fraction]:
        """The true worth of every deterministic policy."""
        return {policy: self.truth(policy) for policy in self.world.policies}

    def caught(self) -> Caught:
        """Whether every policy that is truly worse than the best loses more than every best one."""
        most = max(self.truths.values())
        best = tuple(policy for policy, worth in self.truths.items() if worth == most)
        bar = max(self.losses[policy] for policy in best)
        return Caught(best, {policy: self.losses[policy] - bar for policy, worth in self.truths.items() if worth < most})

    def tampering(self, meter: str = "meter") -> Tampering:
        """What the path from acts over a meter to the loss is worth to each policy.

        :param meter: the variable that stands between acts and what is measured.
        :returns: a ``Tampering``, with the path, or with the verdict that there is none.
        :raises MissingRole: when the world has no baseline to hold the meter at. ``UnknownName`` for a meter that is not there.
        """
        names = self.world.model.names
        if meter not in names:
            raise UnknownName(f"{meter!r} is not in the model; it has: {', '.join(names)}{suggestion(meter, names)}")
        path = self._path(meter)
        base = self.world.reference()
        worth = {policy: self._saved(policy, base, meter) if path else Fraction(0) for policy in self.world.policies}
        return Tampering(worth, path)

    # ---- selection and shaping

    def select(self) -> tuple[Policy, ...]:
        """Every policy with the least loss: what selection among all of them finds."""
        return tuple(policy for policy, loss in self.losses.items() if loss == min(self.losses.values()))

    @checked
    def shape(self, start: Mapping[Any, Any], *, steps: int) -> dict[str, Fraction]:
        """The shares of behaviours after steps of reinforcement: each grows by ``1 + gain``, where the gain is minus the loss.

        :param start: the share of each behaviour at first, by policy; they sum to 1. What is not there is never tried.
        :param steps: how many, 0 or more.
        :returns: the share of each behaviour, exactly.
        :raises InvalidNumber: when a loss is above 1, so that a share would turn negative. ``WrongShape`` for two of one name.
        """
        shares, growth = self._begun(start)
        return replicated(shares, growth, steps=steps)

    @checked
    def first_step(self, start: Mapping[Any, Any], policy: Any, *, above: Any = "1/2", most: int = 1_000) -> int | None:
        """The first step at which a behaviour's share is above a bound, or ``None`` within so many steps.

        :param start: the share of each behaviour at first, by policy.
        :param policy: the behaviour that is watched, one of them.
        :param above: the bound, between 0 and 1.
        :param most: how many steps are gone through.
        :raises UnknownName: for a behaviour without a share.
        """
        name, bound = str(policy), plain_number(above, "the bound")
        if name not in (known := [str(one) for one in start]):
            raise UnknownName(f"{name!r} has no share at first; there are: {', '.join(known)}{suggestion(name, known)}")
        most = count("most", most, least=0)
        shares, growth = self._begun(start)
        return next((step for step in range(most + 1) if replicated(shares, growth, steps=step)[name] > bound), None)

    @checked
    def before_correction(self, start: Mapping[Any, Any], *, steps: int) -> Fraction:
        """The expected number of acts by policies truly worse than the best of those tried, in the first steps of shaping.

        :param start: the share of each behaviour at first, by policy; those with a share above 0 are tried.
        :param steps: how many steps there are before people correct, 0 or more.
        """
        steps = count("steps", steps, least=0)
        shares, growth = self._begun(start)
        worth = {str(policy): self.truth(policy) for policy, share in start.items() if plain_number(share, f"the share of {policy!s}")}
        bad = [name for name, value in worth.items() if value < max(worth.values())]
        later = (replicated(shares, growth, steps=step) for step in range(steps))
        return sum((share[name] for share in later for name in bad), Fraction(0))

    # ---- inside

    def _under(self, policy: Policy) -> Model:
        model = self.world.under(policy)
        return model.do(self.where) if self.where else model

    def _begun(self, start: Mapping[Any, Any]) -> tuple[dict[str, Any], dict[str, Fraction]]:
        """The share of each behaviour at first, by its name, and how it grows in a step."""
        shares = {str(policy): share for policy, share in start.items()}
        if len(shares) < len(start):
            raise WrongShape(f"two behaviours have one name: {', '.join(map(str, start))}; give each its share once")
        growth = {str(policy): 1 - self.loss(policy) for policy in start}
        for name, factor in growth.items():
            if factor < 0:
                raise InvalidNumber(f"{name!r} loses {number(1 - factor)}, and shares shrink by at most all of themselves; scale the loss")
        return shares, growth

    def _saved(self, policy: Policy, base: Policy, meter: str) -> Fraction:
        """The loss with the meter as it would be under the baseline, in the same draw of noise, minus the loss."""
        baseline = {name: rule for name, rule in base.rules.items() if name not in self.where}
        branches = self._under(policy).branches(baseline=baseline, frozen={meter: as_in("baseline")})
        cost = self.training_loss.rated(self.world).cost
        return as_fraction(branches.expect(lambda b: cost(b.frozen.__getitem__)) - branches.expect(lambda b: cost(b.fact.__getitem__)))

    def _path(self, meter: str) -> tuple[str, ...] | None:
        children = self.world.model.graph.children
        onward = [way for end in self.training_loss.rated(self.world).ends if (way := _way(children, meter, end))]
        there = [way for decision in self.world.decisions if (way := _way(children, decision.name, meter))]
        return (*there[0], *min(onward, key=len)[1:]) if there and onward else None


@checked
def replicated(start: Mapping[Any, Any], factors: Mapping[Any, Any], *, steps: int) -> dict[Any, Fraction]:
    """The shares of kinds that each leave ``factor`` copies of themselves in every step, after so many steps.

    :param start: the share of each kind at first.
    :param factors: how many copies of each kind one makes, 0 or more, whatever it is that decides this.
    :param steps: how many, 0 or more.
    :returns: the shares, exactly: ``start * factor ** steps``, brought to sum 1.
    :raises Impossible: when nothing is left. ``WrongShape`` for a kind without a factor, or a number of steps below 0. ``TooLarge`` for
        shares of more than 30 million binary digits.

    >>> replicated({"grabs": "1/10", "honest": "9/10"}, {"grabs": 3, "honest": 2}, steps=1)["grabs"]
    Fraction(1, 7)
    """
    steps = count("steps", steps, least=0)
    missing = [kind for kind in start if kind not in factors]
    if missing:
        raise WrongShape(f"how many copies {listing(missing)} leave is not said; add them to the factors")
    shares, growth = Dist(start), {kind: plain_number(factors[kind], f"the factor of {kind!r}") for kind in start}
    if min(growth.values()) < 0:
        raise InvalidNumber(f"the factors are {listing(growth.values())}, expected numbers of 0 or more")
    bits = steps * max((n.bit_length() for factor in growth.values() if factor not in (0, 1) for n in factor.as_integer_ratio()), default=0)
    if bits > MOST_BITS:
        raise TooLarge(f"shares after {steps:,} steps have up to {bits:,} binary digits, and at most {MOST_BITS:,} are; take fewer steps")
    grown = {kind: as_fraction(shares[kind]) * growth[kind] ** steps for kind in start}
    total = sum(grown.values(), Fraction(0))
    if total == 0:
        raise Impossible(f"after {steps} steps nothing is left, so its shares are undefined; start with a kind that lasts")
    return {kind: amount / total for kind, amount in grown.items()}


@checked
def best_guess(data: Dist, cell: Iterable[Any]) -> Dist | Undefined:
    """What a predictor that only knows in which cell a case lies would say: the law of the outcome there, or ``UNDEFINED`` where unseen.

    :param data: a ``Dist`` over pairs of a case and an outcome.
    :param cell: the cases that the predictor cannot tell apart.
    :raises WrongShape: for data that are no pairs.

    >>> best_guess(Dist({("q", "a"): "3/4", ("q", "b"): "1/4"}), ["z"])
    undefined
    """
    cases = distinct(tuple(cell))
    stray = next((one for one in data if not isinstance(one, tuple) or len(one) != 2), None)
    if stray is not None:
        raise WrongShape(f"the data hold {stray!r}, expected pairs of a case and an outcome")
    weights: dict[Any, Number] = {}
    pairs: Mapping[Any, Any] = data
    for (case, result), weight in pairs.items():
        if case in cases:
            weights[result] = weights.get(result, Fraction(0)) + weight
    total = sum(weights.values(), Fraction(0))
    return Dist({result: weight / total for result, weight in weights.items()}) if total else UNDEFINED


def _way(children: Callable[[str], tuple[str, ...]], start: str, end: str) -> tuple[str, ...] | None:
    """A shortest directed path, or ``None``."""
    ways: dict[str, tuple[str, ...]] = {start: (start,)}
    waiting = [start]
    for name in waiting:
        for child in children(name):
            if child not in ways:
                ways[child] = (*ways[name], child)
                waiting.append(child)
    return ways.get(end)
