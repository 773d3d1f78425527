"""Noisily rational agents: what scores more is chosen more often, and what scores less is chosen, too.

Source: [luce1959]; [mckelvey1998]; [selten1975]
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from causalkit import Dist
from causalkit.errors import UnknownName, WrongShape, listing, suggestion
from causalkit.values.arguments import checked
from causalkit.values.exact import Number, as_fraction, exact, tidy
from causalkit.values.frozen import Frozen
from causalkit.values.tables import ResultTable, Tabled
from stop_button.agents.ideal import proved_best
from stop_button.agents.mixed_policy import MixedPolicy, settled
from stop_button.agents.weights import gains, shares
from stop_button.decision.policy import Decision, Policy, Seen
from stop_button.decision.world import World
from stop_button.evaluation.evaluation import all_policies, sweep
from stop_button.evaluation.policy_polynomial import score_or_undefined
from stop_button.evaluation.undefined import Score, defined
from stop_button.evaluation.utility import Utility

__all__ = ["NoisyChoices", "NoisyPolicies", "Option", "noisily_rational", "noisy_choices", "trembling"]


@dataclass(frozen=True)
class NoisyPolicies(Tabled):
    """A noisily rational choice among whole policies, with what it rests on.

    For each policy in ``policies``: its score, its ``gains`` over the best (0 or less), and the probability with which it is chosen.
    ``mixed`` is the choice as a ``MixedPolicy``; ``policy`` the stochastic policy that does the same, where there is one.
    """

    world: World
    utility: Utility
    policies: tuple[Policy, ...]
    scores: tuple[Score, ...]
    gains: tuple[Score, ...]
    shares: tuple[Number, ...]

    @property
    def mixed(self) -> MixedPolicy:
        """The policies with their probabilities."""
        return MixedPolicy(self.world, Dist(dict(zip(self.policies, self.shares, strict=True))))

    @property
    def policy(self) -> Policy:
        """The stochastic policy that does the same; raises ``WrongShape`` where none does."""
        return self.mixed.policy

    def _result(self) -> ResultTable:
        rows = [list(row) for row in zip(map(str, self.policies), self.scores, self.gains, self.shares, strict=True)]
        caption = f"Policies of {self.world.title}, chosen noisily by {self.utility.name}"
        return ResultTable(["policy", self.utility.name, "gain", "probability"], rows, caption=caption)

    def __str__(self) -> str:
        return str(self._result())

    def __repr__(self) -> str:
        return f"<{len(self.policies):,} policies of {self.world.title}, chosen noisily by {self.utility.name}>"

    def _repr_html_(self) -> str:
        return self._result().html()


@checked
def noisily_rational(world: World, utility: Utility, weights: Mapping[Any, Any] | Callable[[Any], Any]) -> NoisyPolicies:
    """An agent that chooses among whole policies, each with a probability that goes by how much less it scores than the best.

    The probability of a policy is the weight of its gain by the sum of all weights; the gain is the score less the best score. A policy
    without a score is not chosen. Source: [luce1959], choice in proportion to weights; with ``powers`` the weights of a logit choice.

    :param world: where it chooses, once, before anything happens.
    :param utility: what it goes by.
    :param weights: a weight for each gain, exact: a table such as ``{0: 3, -1: 1}``, a function, or ``powers(2)``.
    :returns: a ``NoisyPolicies`` with the scores, the gains and the probabilities.
    :raises TooLarge: where there are more than ``MOST_LISTED`` policies.
    :raises Impossible: where no policy has a score.
    :raises UnknownValue: for a gain that a table of weights does not hold.

    >>> import stop_button as sb
    >>> print(noisily_rational(sb.worlds.off_switch_game(), sb.naive, sb.agents.powers(2, per="1/4")))
    policy  naive   gain  probability
    act      0.25  -0.75         2/19
    wait        1      0        16/19
    off         0     -1         1/19
    """
    policies = tuple(all_policies(world))
    scores = sweep(utility.formula, world)
    gained = gains(scores)
    return NoisyPolicies(world, utility, policies, scores, gained, shares(gained, weights))


@dataclass(frozen=True)
class Option:
    """One option where a decision sees something: what it gains over the best there, each time that this is seen, and its probability."""

    decision: str
    seen: Seen
    option: Any
    gain: Score
    share: Number


@dataclass(frozen=True)
class NoisyChoices(Tabled):
    """A noisily rational choice at each decision and each thing seen, with what it rests on.

    ``policy`` is the stochastic policy that chooses so. ``rest`` is what was taken for granted of all other choices when an option was
    scored. ``unseen`` are the information sets that never come up under ``rest``: there the policy does as ``rest`` does.
    """

    world: World
    utility: Utility
    policy: Policy
    rest: Policy
    options: tuple[Option, ...]
    unseen: tuple[tuple[str, Seen], ...]

    def _result(self) -> ResultTable:
        sees = {d.name: d for d in self.world.decisions}
        texts = [sees[one.decision].text(one.seen) if one.seen else "-" for one in self.options]
        rows = [[one.decision, seen, str(one.option), one.gain, one.share] for one, seen in zip(self.options, texts, strict=True)]
        caption = f"Noisy choices in {self.world.title} by {self.utility.name}"
        return ResultTable(["decision", "seen", "option", "gain", "probability"], rows, caption=caption)

    def __str__(self) -> str:
        return str(self._result())

    def __repr__(self) -> str:
        return f"<noisy choices in {self.world.title} by {self.utility.name}: {self.policy}>"

    def _repr_html_(self) -> str:
        return self._result().html()


@checked
def noisy_choices(
    world: World, utility: Utility, weights: Mapping[Any, Any] | Callable[[Any], Any], *, of: Collection[str] = (), rest: Any = None
) -> NoisyChoices:
    """An agent that chooses noisily at each decision and each thing seen, taking the other choices for granted.

    The gain of an option is the score of ``rest`` with that option there, less the best such score, divided by the probability under
    ``rest`` of seeing what is seen: what it costs each time. Source: [mckelvey1998], choice with errors at each decision; here one agent
    errs, and takes ``rest`` for what is done elsewhere.

    :param world: where it chooses.
    :param utility: what it goes by.
    :param weights: a weight for each gain, exact: a table such as ``{0: 3, -1: 1}``, a function, or ``powers(2)``.
    :param of: the decisions that are made noisily; all of them if left out.
    :param rest: the policy that is taken for granted elsewhere; a best one if left out.
    :returns: a ``NoisyChoices`` with the policy, and the gain and the probability of each option.
    :raises UnknownName: for a decision that the world does not have.
    :raises TooLarge: where ``rest`` is left out and no best policy is proved.
    :raises Impossible: where no option has a score.

    >>> import stop_button as sb
    >>> print(noisy_choices(sb.worlds.off_switch_game(), sb.naive, sb.agents.powers(2, per="1/4")).policy)
    act (2/19) or wait (16/19) or off (1/19)
    """
    names = [d.name for d in world.decisions]
    for name in of:
        if name not in names:
            raise UnknownName(f"{name!r} is no decision of {world.title}; it has: {listing(names)}{suggestion(name, names)}")
    taken = world.policy(proved_best(world, utility).policy) if rest is None else world.policy(rest)
    options: list[Option] = []
    unseen: list[tuple[str, Seen]] = []
    for decision in (d for d in world.decisions if not of or d.name in of):
        for seen in decision.contexts:
            often = _frequency(world, taken, decision, seen)
            if often == 0:
                unseen.append((decision.name, seen))
            else:
                options += _options(world, utility, taken, decision, seen, often, weights)
    acts = {**taken.acts, **_draws(options)}
    return NoisyChoices(world, utility, world.policy(Policy(world.decisions, Frozen(acts))), taken, tuple(options), tuple(unseen))


def _frequency(world: World, policy: Policy, decision: Decision, seen: Seen) -> Number:
    """How often a decision sees these values under a policy."""
    return exact(1) if not seen else world.under(policy).prob(dict(zip(decision.sees, seen, strict=True)))


def _options(
    world: World, utility: Utility, rest: Policy, decision: Decision, seen: Seen, often: Number, weights: Any
) -> Iterator[Option]:  # fmt: skip
    with_each = [Policy(rest.decisions, Frozen({**rest.acts, (decision.name, seen): option})) for option in decision.options]
    gained = [
        tidy(gain / often) if defined(gain) else gain
        for gain in gains([score_or_undefined(utility.formula, world, each) for each in with_each])
    ]
    for option, gain, share in zip(decision.options, gained, shares(gained, weights), strict=True):
        yield Option(decision.name, seen, option, gain, share)


def _draws(options: Sequence[Option]) -> dict[tuple[str, Seen], Any]:
    """What is done in each information set: the option that is certain, or a distribution over options."""
    drawn: dict[tuple[str, Seen], dict[Any, Number]] = {}
    for one in options:
        drawn.setdefault((one.decision, one.seen), {})[one.option] = one.share
    return {place: settled(draw) for place, draw in drawn.items()}


@checked
def trembling(world: World, policy: Any, by: Any) -> Policy:
    """The policy with a trembling hand: at each decision and each thing seen, with a probability any option is taken, each as likely.

    Source: [selten1975], where the probabilities of errors then go to 0.

    :param world: whose policy it is.
    :param policy: what is done without an error; a policy, or what ``world.policy`` makes one of.
    :param by: the probability of an error at each information set, from 0 to 1; an error may hit on the option that was meant.
    :returns: the stochastic policy.
    :raises WrongShape: for a probability outside 0 to 1.

    >>> import stop_button as sb
    >>> print(trembling(sb.worlds.off_switch_game(), "wait", "3/100"))
    act (1/100) or wait (49/50) or off (1/100)
    """
    meant, error = world.policy(policy), as_fraction(by)
    if error < 0 or error > 1:
        raise WrongShape(f"by={by!r} is no probability; type by='1/100'")
    acts = {}
    for name, seen, options in world.policies.slots:
        mixed = {o: tidy(meant.weight(name, seen, o) * (1 - error) + error / len(options)) for o in options}
        acts[name, seen] = settled(mixed)
    return world.policy(Policy(world.decisions, Frozen(acts)))
