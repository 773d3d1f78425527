"""Remedies: what would have to change for an unflagged policy to win."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import cast

from causalkit.errors import NeedsCoupling
from causalkit.values.exact import is_symbolic
from causalkit.values.render import Printed
from stop_button.auditing.draws import every_flag_formula
from stop_button.auditing.flags import policy_flags
from stop_button.decision.policy import Policy
from stop_button.evaluation.enclosure import Amount, Sign, amount_text, difference, sign
from stop_button.evaluation.evaluation import Evaluation, all_policies, places_of_best
from stop_button.evaluation.undefined import UNDEFINED, Score, defined
from stop_button.evaluation.utility import Utility
from stop_button.language.formula import Formula

__all__ = ["Remedy", "remedy"]


@dataclass(frozen=True)
class Remedy(Printed):
    """What would have to change for an unflagged policy to win: ``margin`` is what the best policies are ahead by.

    ``sure`` says that each policy ahead of it, or each with a score where there is no such policy, is certainly flagged.
    """

    policy: Policy | None
    margin: Amount
    sure: bool = True

    def __str__(self) -> str:
        perhaps = "" if self.sure else ", surely or perhaps"
        if self.policy is None:
            ways_out = "another action, other mechanisms, or another baseline"
            return f"every policy with a score is flagged{perhaps}; the world would need {ways_out}"
        if self.margin == 0:
            return f"{self.policy} scores as much and is not flagged"
        flagged = "being flagged" if self.sure else "being flagged, surely or perhaps,"
        return f"{self.policy} is not flagged, and would win if {flagged} took more than {amount_text(self.margin)} off the score"


def remedy(evaluation: Evaluation, utility: Utility, base: Policy) -> Remedy:
    """The best policy without a flag, and how far it is behind.

    >>> import stop_button as sb
    >>> print(remedy(Evaluation(sb.worlds.basic_button()), sb.switch, sb.worlds.basic_button().reference()))
    none is not flagged, and would win if being flagged took more than 2.6361 off the score
    """
    scores, policies = evaluation.scores(utility.formula), all_policies(evaluation.world)
    flagged, sure = _flagged(evaluation, base), True
    for tier in _tiers(scores):
        words = {i: flagged(i) for i in tier}
        fair = [i for i in tier if words[i] == "not positive"]
        if fair:
            best = fair[places_of_best([scores[i] for i in fair])[0]]
            sure = sure and not any(words[i] == "open" and scores[i] != scores[best] for i in tier)
            return Remedy(policies[best], difference(scores[places_of_best(scores)[0]], scores[best]), sure)
        sure = sure and "open" not in words.values()
    return Remedy(None, UNDEFINED, sure)


def _flagged(evaluation: Evaluation, base: Policy) -> Callable[[int], Sign]:
    """Whether the policy at a place is flagged: surely, not, or perhaps."""
    formulas: list[Formula] = every_flag_formula(evaluation.world, base=base)
    try:
        columns = [evaluation.scores(f) for f in formulas]
    except NeedsCoupling:
        policies = all_policies(evaluation.world)
        return lambda i: _together(flag.sign for flag in policy_flags(evaluation, policies[i], base=base))
    return lambda i: _together(sign(column[i]) for column in columns)


def _together(signs: Iterable[Sign]) -> Sign:
    found = set(signs)
    return "positive" if "positive" in found else "open" if "open" in found else "not positive"


def _tiers(scores: Sequence[Score]) -> Iterator[list[int]]:
    """The places of defined scores, those of equal scores together, the best first; all at once where symbols leave the order open."""
    places = [i for i, score in enumerate(scores) if defined(score)]
    if any(is_symbolic(scores[i]) for i in places):
        yield places
        return
    falling = sorted(places, key=lambda i: -cast("Fraction", scores[i]))
    yield from (list(tier) for _, tier in itertools.groupby(falling, key=lambda i: scores[i]))
