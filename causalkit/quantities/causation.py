"""Probabilities of causation, and counterfactual harm and benefit, exactly, in a model that says how its noise is shared.

``of`` is the change ``{"x": (before, after)}`` of the module ``effects``; ``before`` is Pearl's x' and ``after`` his x. ``on`` is an event:
``{"y": value}``, a function of variables, or the name of a variable that is true or false. A conditional table without a coupling does
not determine these numbers: the model raises ``NeedsCoupling``, and ``bounds`` says what it leaves open.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from causalkit.branches import Branches
from causalkit.errors import Impossible, WrongShape, listing
from causalkit.mechanisms.event import quantity
from causalkit.model import Model
from causalkit.quantities.effects import Change, Outcome, occurrence, transition
from causalkit.values.arguments import checked
from causalkit.values.dist import Dist
from causalkit.values.exact import Number, exact, less, tidy

__all__ = [
    "Study",
    "benefit",
    "harm",
    "probability_of_disablement",
    "probability_of_enablement",
    "probability_of_necessity",
    "probability_of_necessity_and_sufficiency",
    "probability_of_sufficiency",
    "studies",
]

Study = Mapping[Any, Number]
Asked = Callable[[Any], Any]


@checked
def probability_of_necessity(model: Model, on: Outcome, of: Change) -> Number:
    """Given that treatment and outcome both happened, how likely there would be no outcome without it: ``P(not y_x' | x, y)``.

    Source: [pearl2009], definition 9.2.1.

    :param model: the model, which must say how the noise of its tables is shared.
    :param on: the outcome, an event: ``{"y": value}``, a function of variables, or the name of a variable that is true or false.
    :param of: the treatment's change ``{"x": (x', x)}``, from its absence to its presence.
    :returns: the probability, from 0 to 1, exactly.
    :raises Impossible: where they never happen together.

    >>> from causalkit import coin
    >>> m = Model(other=coin("1/4"), x=coin("1/2"), y=lambda x, other: x or other)
    >>> probability_of_necessity(m, "y", {"x": (False, True)})
    Fraction(3, 4)
    """
    b, y, of_x = _twins(model, on, of)
    return _supposing(b, lambda b: of_x(b, "after") and y(b.fact), "the treatment and the outcome").prob(lambda b: not y(b.before))


@checked
def probability_of_sufficiency(model: Model, on: Outcome, of: Change) -> Number:
    """Given that neither treatment nor outcome happened, how likely the treatment would bring it about: ``P(y_x | x', not y)``.

    Source: [pearl2009], definition 9.2.2.

    :param model: the model, which must say how the noise of its tables is shared.
    :param on: the outcome, an event: ``{"y": value}``, a function of variables, or the name of a variable that is true or false.
    :param of: the treatment's change ``{"x": (x', x)}``, from its absence to its presence.
    :returns: the probability, from 0 to 1, exactly.
    :raises Impossible: where they are never absent together.

    >>> from causalkit import coin
    >>> m = Model(works=coin("1/4"), x=coin("1/2"), y=lambda x, works: x and works)
    >>> probability_of_sufficiency(m, "y", {"x": (False, True)})
    Fraction(1, 4)
    """
    b, y, of_x = _twins(model, on, of)
    seen = _supposing(b, lambda b: of_x(b, "before") and not y(b.fact), "neither the treatment nor the outcome")
    return seen.prob(lambda b: y(b.after))


@checked
def probability_of_necessity_and_sufficiency(model: Model, on: Outcome, of: Change) -> Number:
    """How likely the outcome responds to the treatment both ways: ``P(y_x and not y_x')``.

    Law, for two treatment values: PNS = P(x, y) PN + P(x', not y) PS. Source: [pearl2009], definition 9.2.3 and lemma 9.2.6.

    :param model: the model, which must say how the noise of its tables is shared.
    :param on: the outcome, an event: ``{"y": value}``, a function of variables, or the name of a variable that is true or false.
    :param of: the treatment's change ``{"x": (x', x)}``, from its absence to its presence.
    :returns: the probability, from 0 to 1, exactly.

    >>> from causalkit import coin
    >>> m = Model(coin=coin("1/2"), heads=coin("1/2"), win=lambda coin, heads: coin == heads)
    >>> probability_of_necessity_and_sufficiency(m, "win", {"heads": (False, True)})
    Fraction(1, 2)
    """
    b, y, _ = _twins(model, on, of)
    return b.prob(lambda b: y(b.after) and not y(b.before))


@checked
def probability_of_disablement(model: Model, on: Outcome, of: Change) -> Number:
    """Given the outcome, how likely there would be none without the treatment: ``P(not y_x' | y)``.

    Source: [pearl2009], definition 9.2.4.

    :param model: the model, which must say how the noise of its tables is shared.
    :param on: the outcome, an event: ``{"y": value}``, a function of variables, or the name of a variable that is true or false.
    :param of: the treatment's change ``{"x": (x', x)}``, from its absence to its presence.
    :returns: the probability, from 0 to 1, exactly.
    :raises Impossible: where the outcome never happens.

    >>> from causalkit import coin
    >>> m = Model(other=coin("1/4"), x=coin("1/2"), y=lambda x, other: x or other)
    >>> probability_of_disablement(m, "y", {"x": (False, True)})
    Fraction(3, 5)
    """
    b, y, _ = _twins(model, on, of)
    return _supposing(b, lambda b: y(b.fact), "the outcome").prob(lambda b: not y(b.before))


@checked
def probability_of_enablement(model: Model, on: Outcome, of: Change) -> Number:
    """Given no outcome, how likely the treatment would bring it about: ``P(y_x | not y)``.

    Source: [pearl2009], definition 9.2.5.

    :param model: the model, which must say how the noise of its tables is shared.
    :param on: the outcome, an event: ``{"y": value}``, a function of variables, or the name of a variable that is true or false.
    :param of: the treatment's change ``{"x": (x', x)}``, from its absence to its presence.
    :returns: the probability, from 0 to 1, exactly.
    :raises Impossible: where the outcome always happens.

    >>> from causalkit import coin
    >>> m = Model(works=coin("1/4"), x=coin("1/2"), y=lambda x, works: x and works)
    >>> probability_of_enablement(m, "y", {"x": (False, True)})
    Fraction(1, 7)
    """
    b, y, _ = _twins(model, on, of)
    return _supposing(b, lambda b: not y(b.fact), "the absence of the outcome").prob(lambda b: y(b.after))


@checked
def harm(model: Model, utility: str | Callable[..., Any], of: Change) -> Number:
    """How much worse off, on average, the action leaves those whom it leaves worse off: ``E[max(0, U_default - U_action)]``.

    On ``model.given(action taken, what came of it)`` this is the harm of that instance,
    ``sum_y P(Y_default = y | what happened) max(0, U(default, y) - U(action, what came of it))``.
    Law: benefit - harm = average effect of the action on the utility. Source: [richens2022] (counterfactual harm).

    :param model: the model, which must say how the noise of its tables is shared.
    :param utility: the name of a variable, or a function of variables, read in both branches; in units of your own.
    :param of: the action's name to ``(default, action)``.
    :returns: the mean loss, 0 or more, exactly, in units of the utility.

    >>> from causalkit import coin
    >>> m = Model(u=coin("1/2"), act=coin("1/2"), well=lambda act, u: act == u)
    >>> harm(m, "well", {"act": (False, True)}), benefit(m, "well", {"act": (False, True)})
    (Fraction(1, 2), Fraction(1, 2))
    """
    return _gains(model, utility, of, sign=-1)


@checked
def benefit(model: Model, utility: str | Callable[..., Any], of: Change) -> Number:
    """How much better off, on average, the action leaves those whom it leaves better off: ``E[max(0, U_action - U_default)]``.

    Source: [richens2022] (counterfactual harm).

    :param model: the model, which must say how the noise of its tables is shared.
    :param utility: the name of a variable, or a function of variables, read in both branches; in units of your own.
    :param of: the action's name to ``(default, action)``.
    :returns: the mean gain, 0 or more, exactly, in units of the utility.

    >>> from causalkit import coin
    >>> m = Model(works=coin("1/4"), act=coin("1/2"), well=lambda act, works: act and works)
    >>> benefit(m, lambda well: 10 * well, {"act": (False, True)})
    Fraction(5, 2)
    """
    return _gains(model, utility, of, sign=1)


def studies(model: Model, on: Outcome, of: Change) -> tuple[Dist, dict[bool, Number]]:
    """What an observational and an experimental study would find: ``P(x, y)``, and ``P(y_x)`` for each of the two treatments.

    The first is a distribution over pairs ``(treated, outcome)`` of truth values, the second maps ``treated`` to the probability of the
    outcome when that is done. This is what ``causalkit.quantities.bounding.causation_bounds`` starts from. Raises ``WrongShape`` when the
    treatment takes other values than the two.

    >>> from causalkit import coin
    >>> m = Model(u=coin("1/4"), x=lambda u: u, y=lambda x, u: x or u)
    >>> studies(m, "y", {"x": (False, True)})
    (Dist({(False, False): '3/4', (True, True): '1/4'}), {False: Fraction(1, 4), True: Fraction(1, 1)})
    """
    b, y, of_x = _twins(model, on, of)
    other = b.prob(lambda b: not of_x(b, "before") and not of_x(b, "after"))
    if other != 0:
        raise WrongShape(f"with probability {other} the treatment is neither of {listing([*of.values()])}; a study compares two treatments")
    observed = b.dist(lambda b: (of_x(b, "after"), y(b.fact)))
    return observed, {False: b.prob(lambda b: y(b.before)), True: b.prob(lambda b: y(b.after))}


def _twins(model: Model, on: Outcome, of: Change) -> tuple[Branches, Asked, Callable[[Any, str], bool]]:
    """The branches ``before`` and ``after``, the event as a function of one branch, and whether the treatment was one or the other."""
    change, read = transition(model, of), occurrence(model, on)
    values = {"before": change.before, "after": change.after}

    def of_x(b: Any, which: str) -> bool:
        return all(b.fact[name] == value for name, value in values[which].items())

    def y(branch: Any) -> bool:
        return bool(read.function(*(branch[name] for name in read.names)))

    return model.branches(values), y, of_x


def _supposing(branches: Branches, seen: Asked, text: str) -> Branches:
    try:
        return branches.given(seen)
    except Impossible:
        raise Impossible(
            f"{text}: observing that has probability 0, so what would follow is undefined; ask about a change and an event that can occur"
        ) from None


def _gains(model: Model, utility: str | Callable[..., Any], of: Change, *, sign: int) -> Number:
    read, change = quantity(utility, model.domains), transition(model, of)
    branches = model.branches({"before": change.before, "after": change.after})

    def gain(b: Any) -> Number:
        now, then = (exact(read.function(*(b[branch][name] for name in read.names))) for branch in ("after", "before"))
        difference = tidy(sign * (now - then))
        return difference if less(exact(0), difference) else exact(0)

    return branches.expect(gain)
