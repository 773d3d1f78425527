"""What a utility costs in task value, and what a press tells: two numbers that no score shows."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass

from causalkit import Dist, Model, choice
from causalkit.errors import Impossible, TooLarge, WrongShape
from causalkit.values.arguments import checked
from causalkit.values.exact import Number, tidy
from causalkit.values.render import Printed, number
from stop_button.decision.world import World
from stop_button.evaluation.branch_distance import information
from stop_button.evaluation.evaluation import places_of_best, sweep
from stop_button.evaluation.policy_polynomial import score_of
from stop_button.evaluation.utility import Utility
from stop_button.language.formula import E, Formula, V
from stop_button.solving.methods import solve
from stop_button.solving.sequences.secondary import among_best

__all__ = ["PressTells", "SafetyTax", "press_tells", "safety_tax"]

MOST_LISTED = 100_000


@dataclass(frozen=True)
class SafetyTax(Printed):
    """What a utility costs: the task value of the best policy for the task alone, minus that of the utility's best policies.

    ``best`` is the value for the task alone; ``least`` and ``most`` are the tax at its least and at its most over all best policies
    that tie. Truthy when some best policy pays.
    """

    world: str
    utility: str
    best: Number
    least: Number
    most: Number

    def __bool__(self) -> bool:
        return bool(self.most)

    def __str__(self) -> str:
        tax = number(self.least) if self.least == self.most else f"{number(self.least)} to {number(self.most)}"
        return f"{self.utility} costs {tax} of {number(self.best)} in {self.world}"


@dataclass(frozen=True)
class PressTells(Printed):
    """What seeing a press is worth, for the task and about what people want.

    ``task`` is, for each decision that could see the press before it is made, how much the best task value rises when it does, the
    others staying as they are. ``before`` is how likely each wish is, ``after`` the same for each value of the press; ``bits`` is how
    much the press tells of the wish (mutual information).
    """

    press: str
    task: dict[str, Number]
    before: Dist
    after: dict[Hashable, Dist]
    bits: float

    def __str__(self) -> str:
        task = ", ".join(f"{name}: {number(worth)}" for name, worth in self.task.items()) or "no decision could see it in time"
        return f"{self.press} tells {self.bits:.3g} bits about what people want; for the task it is worth {task}"


@checked
def safety_tax(world: World, utility: Utility, *, value: Formula | None = None) -> SafetyTax:
    """What a utility costs in a world: the best task value there is, minus what its own best policies bring, least and most over ties.

    Policies are pure. Of a utility that reads the scored policy's own (``OWN``), the best are those with the highest score, each with
    itself taken for granted, and not the stable ones that the atlas goes by.

    :param world: with a value role, or with another ``value``.
    :param utility: whose best policies are compared.
    :param value: a formula of means, in the unit of the tax; the world's value when left out.
    :returns: a ``SafetyTax``, exact.
    :raises Impossible: when no policy has a defined score, or ``value`` is undefined under a best policy.
    :raises TooLarge: when the best policies can neither be told by backward induction nor listed.

    >>> import stop_button as sb
    >>> print(safety_tax(sb.worlds.office(), sb.counterfactual))
    counterfactual costs 0 to 0.25 of 1 in office
    """
    task = E(V) if value is None else value
    best = solve(world, Utility("task value", task))
    if not best:
        raise TooLarge(f"the best task value of {world.title} is not proved: {best}; let decisions see less, or shorten the horizon")
    bounds = among_best(world, utility, task)
    least, most = bounds if not isinstance(bounds, str) else _listed(world, utility, task, bounds)
    return SafetyTax(world.title, utility.name, best.score, tidy(best.score - most), tidy(best.score - least))


def _listed(world: World, utility: Utility, task: Formula, why: str) -> tuple[Number, Number]:
    if world.policies.size > MOST_LISTED:
        raise TooLarge(
            f"{world.title} has more than {MOST_LISTED:,} policies to list, and {why}; let decisions see less, fix some with "
            "model.choose(...), or ask for a utility that is a weighted sum of means"
        )
    places = places_of_best(sweep(utility.formula, world))
    if not places:
        raise Impossible(f"in {world.title}, {utility} is undefined under every policy that draws no lots")
    space = world.policies
    values = [score_of(task, world, space[place]) for place in places]
    return min(values), max(values)


@checked
def press_tells(world: World, *, press: str = "stopped", policy: object = None) -> PressTells:
    """What seeing a press tells: for the task, and about what people want.

    :param world: with the roles intent and value.
    :param press: a role or variable.
    :param policy: what is followed when the wish is read off the press; the world's baseline when left out.
    :returns: a ``PressTells``.
    :raises MissingRole: for a role that the world does not have.

    >>> import stop_button as sb
    >>> print(press_tells(sb.worlds.office()))
    stopped tells 0.811 bits about what people want; for the task it is worth no decision could see it in time
    """
    variable, wish = world.role(press).variable, world.role("intent").variable
    model = world.under(world.reference(policy))
    before = model.dist(wish)
    shown = model.dist(variable)
    after = {value: model.given({variable: value}).dist(wish) for value in shown}
    bits = information(Dist({(value, wished): weight * each for value, weight in shown.items() for wished, each in after[value].items()}))
    task = {name: _worth_of_seeing(world, name, variable) for name in world.model.choices if _may_see(world.model, name, variable)}
    return PressTells(press, task, before, after, bits)


def _may_see(model: Model, decision: str, variable: str) -> bool:
    return decision not in model.graph.ancestors(variable, include_self=True)


def _worth_of_seeing(world: World, decision: str, variable: str) -> Number:
    others = [name for name in world.model.parents(decision) if name != variable]
    seen, unseen = (_best_value(world, decision, sees) for sees in ([*others, variable], others))
    return tidy(seen - unseen)


def _best_value(world: World, decision: str, sees: list[str]) -> Number:
    """The best task value when a decision sees these variables."""
    mechanisms = {name: world.model.mechanism(name) for name in world.model.names}
    model = Model({**mechanisms, decision: choice(*world.model.domain(decision), sees=sees)})
    best = solve(World(model, value=world.role("value"), name=world.name), Utility("task value", E(V)))
    if not best:
        raise WrongShape(f"the best task value of {world.title} is not proved: {best}; fix other decisions with model.choose(...)")
    return best.score
