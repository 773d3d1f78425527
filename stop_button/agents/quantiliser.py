"""Quantilisers: what a base policy might have done anyway, drawn from the best share of it only.

Source: [taylor2016c]
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from causalkit import Dist
from causalkit.errors import Impossible, WrongShape
from causalkit.values.arguments import checked
from causalkit.values.exact import Number, as_fraction, exact, largest, less, tidy
from causalkit.values.render import number
from causalkit.values.tables import ResultTable, Tabled
from stop_button.agents.mixed_policy import MixedPolicy, pure_policies
from stop_button.decision.policy import Policy
from stop_button.decision.world import World
from stop_button.evaluation.policy_polynomial import score_or_undefined
from stop_button.evaluation.undefined import defined
from stop_button.evaluation.utility import Utility

__all__ = ["Quantiliser", "quantiliser"]


@dataclass(frozen=True)
class Quantiliser(Tabled):
    """The best share ``q`` of a base's policies by a utility, with what it rests on.

    Policies that score more than ``threshold`` are taken with their probability in the base, divided by ``q``; those that score exactly
    that share what is left of ``q`` in proportion to theirs, ``kept`` of each; the others are not taken. ``mixed`` is the result as a
    ``MixedPolicy``, ``policy`` the stochastic policy that does the same, where there is one.
    """

    world: World
    utility: Utility
    q: Fraction
    base: MixedPolicy
    mixed: MixedPolicy
    threshold: Number
    kept: Number

    @property
    def policy(self) -> Policy:
        """The stochastic policy that does the same; raises ``WrongShape`` where none does."""
        return self.mixed.policy

    @checked
    def bound(self, cost: Utility) -> Number:
        """What the quantiliser can cost at most: the base's expected cost divided by ``q``, for a cost that is negative of no policy.

        Raises ``WrongShape`` where the cost of a policy that the base may draw is negative.
        """
        for policy in self.base.policies:
            if less(cost(self.world, policy), exact(0)):
                raise WrongShape(f"{cost.name} is negative for {policy}, and the bound holds for costs of 0 or more; add a constant")
        return tidy(self.base.expect(cost) / self.q)

    def _result(self) -> ResultTable:
        weights = self.mixed.lots
        rows = [[str(policy), self.utility(self.world, policy), weight, weights[policy]] for policy, weight in self.base.lots.items()]
        caption = f"A quantiliser of {self.world.title} by {self.utility.name}, q = {number(self.q)}"
        return ResultTable(["policy", self.utility.name, "base", "quantiliser"], rows, caption=caption)

    def __str__(self) -> str:
        tie = "" if self.kept == 1 else f", {number(self.kept)} of those that score exactly that"
        return f"{self._result()}\nthe best {number(self.q)} of the base, from a score of {number(self.threshold)} on{tie}"

    def __repr__(self) -> str:
        return f"<quantiliser of {self.world.title} by {self.utility.name}, q={number(self.q)}: {self.mixed!r}>"

    def _repr_html_(self) -> str:
        return self._result().html()


@checked
def quantiliser(world: World, utility: Utility, q: Any, base: Any = None) -> Quantiliser:
    """An agent that draws from the best share ``q`` of what a base policy might have done, in the base's proportions.

    With q = 1 it is the base; the smaller q, the nearer it is to the best of what the base may do. No cost that is negative of no policy
    is expected to be more than 1/q times the base's (``bound``). Policies that tie at the threshold share what is left of q in
    proportion to their probability in the base. Source: [taylor2016c]; [taylor2015], for the rule at ties.

    :param world: where it acts.
    :param utility: what it goes by.
    :param q: the share of the base's probability, above 0 and up to 1.
    :param base: a ``MixedPolicy``, a policy, or what ``world.policy`` makes one of; every deterministic policy alike if left out.
    :returns: a ``Quantiliser`` with the mixed policy, the threshold and what is kept of a tie there.
    :raises WrongShape: for a share outside 0 to 1, or 0.
    :raises Impossible: where a policy that the base may draw has no score.
    :raises TooLarge: where the base may draw more than ``MOST_LISTED`` policies.

    >>> import stop_button as sb
    >>> print(quantiliser(sb.worlds.off_switch_game(), sb.naive, "1/2"))
    policy  naive  base  quantiliser
    act      0.25   1/3          1/3
    wait        1   1/3          2/3
    off         0   1/3            0
    the best 0.5 of the base, from a score of 0.25 on, 0.5 of those that score exactly that
    """
    share = as_fraction(q)
    if not 0 < share <= 1:
        raise WrongShape(f"q={q!r}: a share is above 0 and at most 1; type q='1/10', or find a best policy with sb.solve(world, utility)")
    drawn = pure_policies(world, base)
    scored = [(policy, weight, _score(world, utility, policy)) for policy, weight in drawn.items()]
    threshold = largest(score for _, _, score in scored)
    above = exact(0)
    while True:
        tied = tidy(sum((weight for _, weight, score in scored if score == threshold), exact(0)))
        if not less(tidy(above + tied), share):
            break
        above = tidy(above + tied)
        threshold = largest(score for _, _, score in scored if less(score, threshold))
    kept = tidy((share - above) / tied)
    lots = {
        policy: tidy((weight if less(threshold, score) else weight * kept) / share)
        for policy, weight, score in scored
        if not less(score, threshold)
    }
    return Quantiliser(world, utility, share, drawn, MixedPolicy(world, Dist(lots)), threshold, kept)


def _score(world: World, utility: Utility, policy: Policy) -> Number:
    score = score_or_undefined(utility.formula, world, policy)
    if not defined(score):
        raise Impossible(
            f"{utility.name} is undefined under {policy}, which the base may draw, so that the base's policies cannot be ordered; "
            "give a base whose policies all have a score: base=mixed_policy(world, {...})"
        )
    return score
