"""Expected utility, and how much it is worth to see a variable or to control it, in a given model and exactly."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass

from causalkit import Model, choice, uniform
from causalkit.errors import UnknownName, WrongShape, suggestion
from causalkit.values.arguments import checked
from causalkit.values.exact import Number, exact, is_zero, tidy
from causalkit.values.frozen import Frozen
from causalkit.values.render import Printed
from stop_button.decision.policy import Policy, decisions_of
from stop_button.incentives.optimum import best_expected_utility

__all__ = [
    "Worth",
    "expected_utility",
    "introduced_total_effect",
    "quantitative_value_of_control",
    "quantitative_value_of_information",
    "uniform_policy",
]

Names = str | Sequence[str]


@dataclass(frozen=True)
class Worth(Printed):
    """How much an incentive is worth in a model: truthy when it is there; ``because`` is the evidence in words."""

    node: str
    claim: str
    value: Number
    because: str

    def __bool__(self) -> bool:
        return not is_zero(self.value)

    def __str__(self) -> str:
        return f"{self.node} has {self.claim} {self.value}: {self.because}"


def uniform_policy(model: Model) -> Policy:
    """The policy that draws every option with the same probability, whatever is seen, for every open choice.

    >>> from causalkit import choice
    >>> str(uniform_policy(Model(act=choice("go", "stay"))))
    'uniform'
    """
    decisions = decisions_of(model)
    return Policy(decisions, Frozen({(d.name, seen): uniform(*d.options) for d in decisions for seen in d.contexts}), "uniform")


def expected_utility(model: Model, utilities: Names, *, policy: Policy | None = None) -> Number:
    """The expected sum of utilities, with a policy in the place of the open choices.

    A policy is plugged in first; to score it after an intervention or on evidence, plug it in with ``model.choose(policy.rules)`` and
    leave ``policy`` out. Raises ``OpenChoice`` when a choice is left that matters.

    >>> from causalkit import choice, coin
    >>> m = Model(rain=coin("1/4"), coat=choice(True, False), dry=lambda rain, coat: int(coat or not rain))
    >>> expected_utility(m, "dry", policy=uniform_policy(m))
    Fraction(7, 8)
    """
    played = model if policy is None else model.choose(policy.rules)
    names = [utilities] if isinstance(utilities, str) else utilities
    return tidy(sum((played.expect(name) for name in names), exact(0)))


@checked
def quantitative_value_of_information(model: Model, utilities: Names, *, decision: str, node: str) -> Worth:
    """The best expected utility when a decision sees a node, minus the best when it does not.

    What else is seen stays as it is. Source: [everitt2021], definition 8.

    :param model: with open choices for its decisions.
    :param utilities: the names of the variables whose sum is the utility.
    :param decision: the open choice that sees the node, or does not; a name.
    :param node: what is seen; a name.
    :returns: a ``Worth``, in the unit of the utilities.
    :raises WrongShape: for a node that comes after the decision.
    :raises UnknownName: for a name that the model does not have.

    >>> from causalkit import choice, coin
    >>> m = Model(rain=coin("1/4"), coat=choice(True, False), fine=lambda rain, coat: int(coat == rain))
    >>> print(quantitative_value_of_information(m, "fine", decision="coat", node="rain"))
    rain has value of information for coat 1/4: the best score is 1 with it and 3/4 without
    """
    _check_decision(model, decision)
    model.graph.select([node])
    if node in model.graph.descendants(decision, include_self=True):
        raise WrongShape(f"{decision!r} cannot see {node!r}, which is not known before it is made; name one of: {_before(model, decision)}")
    without = [name for name in model.parents(decision) if name != node]
    known = best_expected_utility(_seeing(model, decision, [*without, node]), utilities)
    unknown = best_expected_utility(_seeing(model, decision, without), utilities)
    because = f"the best score is {known} with it and {unknown} without"
    return Worth(node, f"value of information for {decision}", tidy(known - unknown), because)


@checked
def quantitative_value_of_control(model: Model, utilities: Names, *, node: str) -> Worth:
    """The best expected utility when a node becomes the agent's to choose, minus the best as it is.

    The agent may choose any mechanism that listens to the same parents (a soft intervention). Source: [everitt2021], definition 15.

    :param model: with open choices for its decisions.
    :param utilities: the names of the variables whose sum is the utility.
    :param node: the variable that is given to the agent; a name.
    :returns: a ``Worth``, in the unit of the utilities.
    :raises WrongShape: for a decision.
    :raises UnknownName: for a name that the model does not have.

    >>> from causalkit import choice, coin
    >>> m = Model(rain=coin("1/4"), coat=choice(True, False), fine=lambda rain, coat: int(coat == rain))
    >>> print(quantitative_value_of_control(m, "fine", node="rain"))
    rain has value of control 1/4: the best score is 1 with control and 3/4 without
    """
    if node in model.choices:
        raise WrongShape(f"{node!r} is an open choice, and under control already; name a variable that is not")
    chosen = model.do({node: choice(*model.domain(node), sees=model.parents(node))})
    with_it, without = best_expected_utility(chosen, utilities), best_expected_utility(model, utilities)
    because = f"the best score is {with_it} with control and {without} without"
    return Worth(node, "value of control", tidy(with_it - without), because)


@checked
def introduced_total_effect(model: Model, prediction: str, *, target: str, of: Mapping[str, tuple[Hashable, Hashable]]) -> Number:
    """The total effect of a change on a prediction, minus its total effect on what is predicted: the effect that predicting introduces.

    Source: [ashurst2022].

    :param model: without open choices.
    :param prediction: the variable that predicts; a name.
    :param target: the variable that is predicted; a name.
    :param of: the change, ``{"x": (before, after)}``.
    :returns: a number, in the unit of the two variables.
    :raises UnknownName: for a name that the model does not have.

    >>> from causalkit import coin
    >>> m = Model(a=coin("1/2"), z=coin("1/2"), x=lambda a, z: int(a and z), y=lambda x, z: int(x) + int(z), guess=lambda x: 2 * x)
    >>> introduced_total_effect(m, "guess", target="y", of={"a": (False, True)})
    Fraction(1, 2)
    """
    before, after = (model.do({name: change[i] for name, change in of.items()}) for i in (0, 1))
    return tidy(after.expect(prediction) - before.expect(prediction) - after.expect(target) + before.expect(target))


def _seeing(model: Model, decision: str, sees: Sequence[str]) -> Model:
    return model.do({decision: choice(*model.domain(decision), sees=sees)})


def _check_decision(model: Model, decision: str) -> None:
    if decision not in model.choices:
        known = ", ".join(model.choices) or "none"
        raise UnknownName(f"{decision!r} is not an open choice; the open choices are: {known}{suggestion(decision, model.choices)}")


def _before(model: Model, decision: str) -> str:
    after = model.graph.descendants(decision, include_self=True)
    return ", ".join(name for name in model.names if name not in after) or "nothing"
