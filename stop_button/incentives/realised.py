"""Incentives that a given model realises: whether every best policy responds to a variable, or earns its score by way of it."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from causalkit import Branches, Model, as_in
from causalkit.errors import WrongShape
from causalkit.values.arguments import checked
from causalkit.values.exact import Number, exact, is_zero, tidy
from stop_button.decision.policy import Choices, InformationSet, decisions_of
from stop_button.incentives.optimum import polynomial
from stop_button.incentives.quantitative import Worth
from stop_button.solving.variable_elimination import largest, maximised

__all__ = ["quantitative_instrumental_control_incentive", "quantitative_response_incentive"]

Names = str | Sequence[str]
Seen = tuple[Hashable, ...]
Scores = Mapping[Seen, Mapping[Hashable, Number]]
"""The expected utility for each thing seen and each option taken."""


@checked
def quantitative_response_incentive(model: Model, utilities: Names, *, decision: str, node: str) -> Worth:
    """The best expected utility minus the best of the policies that do not respond to a node.

    A policy responds to a node when some intervention on the node would change the decision, with all noise the same. All best policies
    respond exactly when this is more than zero. Source: [everitt2021], definition 10.

    :param model: with one open choice.
    :param utilities: the names of the variables whose sum is the utility.
    :param decision: the open choice; a name.
    :param node: to which the decision responds, or does not; a name.
    :returns: a ``Worth``, in the unit of the utilities.
    :raises WrongShape: for a model with another number of open choices.
    :raises NeedsCoupling: for conditional tables between node and decision without a coupling.

    >>> from causalkit import choice, coin
    >>> m = Model(rain=coin("1/4"), coat=choice(True, False, sees=["rain"]), fine=lambda rain, coat: int(coat == rain))
    >>> print(quantitative_response_incentive(m, "fine", decision="coat", node="rain"))
    rain has a response incentive for coat worth 1/4: the best score is 1 with a response to it and 3/4 without
    """
    _check_only_decision(model, decision, node)
    score = polynomial(model, utilities)
    alike = {} if node == decision else _alike(model, decision, node)
    merged: dict[Choices, Number] = {}
    for chosen, weight in score.items():
        key = frozenset((*alike.get((name, seen), (name, seen)), option) for name, seen, option in chosen)
        merged[key] = merged.get(key, exact(0)) + weight
    best, deaf = (maximised(one, decisions_of(model)).expected_utility for one in (score, merged))
    because = f"the best score is {best} with a response to it and {deaf} without"
    return Worth(node, f"a response incentive for {decision} worth", tidy(best - deaf), because)


@checked
def quantitative_instrumental_control_incentive(model: Model, utilities: Names, *, decision: str, node: str) -> Worth:
    """How much of its score, after seeing something, every best action earns by way of a node.

    An action has control through the node when, for some other option, the expected utility changes as the node is set to what it
    would be under that option while the action stays. The value is that change, utility as it is minus utility as set. It is the largest
    in size for an action, the smallest among the best actions after seeing the same, and the largest over all that can be seen; so it
    is zero when some best policy has no control anywhere. Source: [everitt2021], definition 17.

    :param model: with one open choice.
    :param utilities: the names of the variables whose sum is the utility.
    :param decision: the open choice; a name.
    :param node: by way of which something is earned; a name.
    :returns: a ``Worth``, in the unit of the utilities.
    :raises WrongShape: for a model with another number of open choices.
    :raises NeedsCoupling: for conditional tables below the decision without a coupling.

    >>> from causalkit import choice
    >>> m = Model(post=choice("calm", "loud"), mood=lambda post: int(post == "loud"), clicks=lambda mood: 2 * mood)
    >>> print(quantitative_instrumental_control_incentive(m, "clicks", decision="post", node="mood"))
    mood has an instrumental control incentive for post worth 2: with post='loud' the score is 2, and 0 if mood is as under 'calm'
    """
    _check_only_decision(model, decision, node)
    names = [utilities] if isinstance(utilities, str) else list(utilities)
    actual = _scores(model, names, decision, "fact", {})
    others = {
        option: _scores(model, names, decision, "through", {"under": {decision: option}, "through": {node: as_in("under")}})
        for option in model.domain(decision)
    }
    found = [_least_control(seen, actual[seen], others) for seen in actual]
    best = max(found, key=lambda control: abs(control.gap))
    because = best.text(decision, node, model.parents(decision))
    return Worth(node, f"an instrumental control incentive for {decision} worth", best.gap, because)


@dataclass(frozen=True)
class _Control:
    """What an action earns after seeing something, and what it would earn if the node were as under another option."""

    seen: Seen
    action: Hashable
    other: Hashable
    actual: Number
    instead: Number

    @property
    def gap(self) -> Number:
        return tidy(self.actual - self.instead)

    def text(self, decision: str, node: str, sees: Sequence[str]) -> str:
        if is_zero(self.gap):
            return f"some best policy earns nothing by way of {node}, whatever it sees"
        where = "".join(f", {name}={value!r}" for name, value in zip(sees, self.seen, strict=True))
        return f"with {decision}={self.action!r}{where} the score is {self.actual}, and {self.instead} if {node} is as under {self.other!r}"


def _least_control(seen: Seen, actual: Mapping[Hashable, Number], others: Mapping[Hashable, Scores]) -> _Control:
    """The control of the best action that has least of it."""
    most = []
    for action in largest(actual):
        gaps = [_Control(seen, action, other, actual[action], scores[seen][action]) for other, scores in others.items()]
        most.append(max(gaps, key=lambda control: abs(control.gap)))
    return min(most, key=lambda control: abs(control.gap))


def _scores(model: Model, utilities: Sequence[str], decision: str, branch: str, edits: Mapping[str, Mapping[str, Any]]) -> Scores:
    """The expected utility in a branch, given what is seen and done in fact."""
    branches = model.branches(edits)
    sums = [_sums(branches, decision, branch, name) for name in utilities]
    found: dict[Seen, dict[Hashable, Number]] = {}
    for chosen, weights in branches.by_choice(lambda b: b["fact"][decision]).items():
        ((_, seen, action),) = chosen
        total = sum((one[chosen] for one in sums), exact(0))
        found.setdefault(seen, {})[action] = tidy(total / weights[action])
    return found


def _sums(branches: Branches, decision: str, branch: str, utility: str) -> dict[Choices, Number]:
    """The sum of weight times utility, for everything that may be seen and done in fact."""
    found: dict[Choices, Number] = {}
    for chosen, weights in branches.by_choice(lambda b: (b["fact"][decision], b[branch][utility])).items():
        pairs: Mapping[Any, Number] = weights
        found[chosen] = sum((weight * exact(value) for (_, value), weight in pairs.items()), exact(0))
    return found


def _alike(model: Model, decision: str, node: str) -> dict[InformationSet, InformationSet]:
    """Everything that may be seen, by one that stands for all that an intervention on the node could put in its place."""
    of: dict[InformationSet, InformationSet] = {}
    for value in model.domain(node):
        pairs = model.branches(other={node: value}).by_choice(lambda b: (b["fact"][decision], b["other"][decision]))
        for chosen in pairs:
            slots = [(name, seen) for name, seen, _ in chosen]
            for slot in slots:
                of.setdefault(slot, slot)
            first, joined = of[slots[0]], {of[slot] for slot in slots}
            of = {slot: first if to in joined else to for slot, to in of.items()}
    return of


def _check_only_decision(model: Model, decision: str, node: str) -> None:
    if model.choices != (decision,):
        choices = ", ".join(model.choices) or "none"
        raise WrongShape(
            f"this is defined for a model with one open choice, {decision!r}, and the open choices are: {choices}; "
            "fill the others with .choose(...)"
        )
    model.graph.select([node])
