"""Three ways in which planning from what was seen goes wrong: not trying, taking luck for skill, splitting a plan by what is seen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from causalkit import Dist, Model, uniform
from causalkit.errors import Impossible, WrongArgument, WrongShape, listing
from causalkit.values.arguments import checked
from causalkit.values.exact import as_fraction, count
from causalkit.values.render import Printed, number
from stop_button.sequences.transitions import plain_number

__all__ = ["Conditioned", "Halfway", "Trial", "conditioned_on_return", "halfway"]


@checked
@dataclass(frozen=True)
class Trial:
    """What it is worth to try something once, when afterwards one knows what it pays, in every later episode.

    :param pays: a ``Dist`` over what it pays.
    :param instead: what an episode pays without it.
    :param episodes: how many there are, at least 2.

    Source: [tailcalled2021d], with both readings of the gain

    >>> trial = Trial(Dist({100: "1/10", 0: "9/10"}), "9/10", episodes=2)
    >>> trial.informed, trial.gain, trial.information
    (Fraction(1081, 100), Fraction(991, 100), Fraction(81, 100))
    """

    pays: Dist
    instead: Any
    episodes: int = 2

    def __post_init__(self) -> None:
        if count("episodes", self.episodes) < 2:
            raise WrongShape(f"there are {self.episodes!r} episodes, expected 2 or more: with one, nothing is learned in time")
        if not isinstance(self.pays, Dist):
            raise WrongArgument(f"what it pays is {self.pays!r}, expected a Dist, such as Dist({{100: '1/10', 0: '9/10'}})")
        for value in self.pays:
            plain_number(value, "what it pays")
        object.__setattr__(self, "instead", plain_number(self.instead, "what is paid instead"))

    @property
    def mean(self) -> Fraction:
        """What an episode pays on average in which it is done without knowing."""
        return as_fraction(self.pays.expect())

    @property
    def informed(self) -> Fraction:
        """What an episode pays on average when one knows and takes the better."""
        return as_fraction(self.pays.expect(lambda value: max(plain_number(value, "what it pays"), self.instead)))

    @property
    def gain(self) -> Fraction:
        """By how much an informed episode is better than never doing it."""
        return self.informed - plain_number(self.instead, "what is paid instead")

    @property
    def information(self) -> Fraction:
        """The value of the information: by how much an informed episode is better than the better of always and never."""
        return min(self.gain, self.informed - self.mean)

    @property
    def totals(self) -> dict[str, Fraction]:
        """What all episodes pay on average: never doing it, always, and once to see."""
        once = self.mean + (self.episodes - 1) * self.informed
        return {"never": self.episodes * self.instead, "always": self.episodes * self.mean, "once, then as it turns out": once}

    def __bool__(self) -> bool:
        """Whether trying once is better than both never and always."""
        never, always, once = self.totals.values()
        return once > max(never, always)


@dataclass(frozen=True)
class Conditioned(Printed):
    """A policy that does what was done where a return was seen, and what it is really worth.

    ``policy`` is the law of actions given the return ``asked``, ``worth`` its true mean, ``best`` the most that an action is worth.
    """

    asked: Fraction
    policy: Dist
    worth: Fraction
    best: Fraction

    @property
    def regret(self) -> Fraction:
        """How much is lost by taking luck for skill."""
        return self.best - self.worth

    def __bool__(self) -> bool:
        """Whether it gets on average at least what it asked for."""
        return self.worth >= self.asked

    def __str__(self) -> str:
        return f"asked for {number(self.asked)}, gets {number(self.worth)} on average; the best action gets {number(self.best)}"


@checked
def conditioned_on_return(returns: Mapping[Any, Any], ask: Any, *, data: Dist | None = None) -> Conditioned:
    """The policy of a sequence model that is asked for a return: the law of actions given that return in the data.

    :param returns: for each action a number, or a ``Dist`` over numbers.
    :param ask: the return that is asked for.
    :param data: how often each action was taken; without it, each as often.
    :returns: a ``Conditioned``, truthy when it gets on average at least what was asked for.
    :raises Impossible: for a return that the data never shows. ``WrongShape`` when data and returns name other actions.

    Source: this project, for [tailcalled2021d]

    >>> print(conditioned_on_return({"sure": 5, "gamble": Dist({10: "1/10", 0: "9/10"})}, 10))
    asked for 10, gets 1 on average; the best action gets 5
    """
    laws = {action: value if isinstance(value, Dist) else Dist({plain_number(value, "a return"): 1}) for action, value in returns.items()}
    taken = uniform(*laws) if data is None else data
    if set(taken) - set(laws):
        raise WrongShape(f"the data take {listing(set(taken) - set(laws))}, and returns are given for: {listing(laws)}")
    asked = plain_number(ask, "what is asked for")
    joint = {action: taken[action] * law.prob(lambda value: plain_number(value, "a return") == asked) for action, law in laws.items()}
    total = sum(joint.values(), Fraction(0))
    if total == 0:
        shown = sorted({plain_number(value, "a return") for action in taken for value in laws[action]})
        raise Impossible(
            f"no data show a return of {number(asked)}, so what was done for it is undefined; they show: {', '.join(map(number, shown))}"
        )
    policy = Dist({action: weight / total for action, weight in joint.items()})
    means = {action: as_fraction(law.expect()) for action, law in laws.items()}
    return Conditioned(asked, policy, as_fraction(policy.expect(lambda action: means[action])), max(means.values()))


@dataclass(frozen=True)
class Halfway:
    """A plan that is split at a midpoint: how likely the midpoint is, and the goal from there, as seen and as done.

    ``seen`` is P(goal | midpoint seen), ``done`` P(goal | do(midpoint)); a planner that goes to the midpoint itself gets the second.
    """

    reach: Fraction
    seen: Fraction
    done: Fraction

    @property
    def confounded(self) -> Fraction:
        """By how much the plan is worth more as seen than as done."""
        return self.seen - self.done

    def __bool__(self) -> bool:
        """Whether the split may be read off from what is seen."""
        return self.seen == self.done


@checked
def halfway(model: Model, middle: Mapping[str, Any], goal: Mapping[str, Any]) -> Halfway:
    """What a midpoint does for a goal: once as seen, and once as done, which is what a plan that goes there needs.

    :param model: a causal model without open choices.
    :param middle: the midpoint, as variables with their values.
    :param goal: the goal, likewise.
    :returns: a ``Halfway``, truthy when both agree.
    :raises Impossible: when the midpoint is never seen.

    Source: this project, for [tailcalled2021d]

    >>> from causalkit import coin
    >>> road = Model(luck=coin("1/2"), there=lambda luck: luck, home=lambda there, luck: there and luck)
    >>> halfway(road, {"there": True}, {"home": True})
    Halfway(reach=Fraction(1, 2), seen=Fraction(1, 1), done=Fraction(1, 2))
    """
    chances = model.prob(middle), model.given(middle).prob(goal), model.do(middle).prob(goal)
    return Halfway(*map(as_fraction, chances))
