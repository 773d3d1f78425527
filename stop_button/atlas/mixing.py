"""Whether drawing lots changes what is best: asked where a best policy that draws lots is found and proved, and said where it is not."""

from __future__ import annotations

from dataclasses import dataclass

from causalkit.errors import CausalError
from causalkit.values.exact import is_zero
from causalkit.values.render import Printed, number
from stop_button.atlas.columns.measure import Measure
from stop_button.atlas.columns.standing import Standing
from stop_button.auditing.flags import policy_flags
from stop_button.auditing.gains import gains
from stop_button.auditing.verdicts import Judged, verdict_of
from stop_button.decision.policy import Policy
from stop_button.evaluation.undefined import defined
from stop_button.solving import solve

__all__ = ["Lots", "lots"]


@dataclass(frozen=True)
class Lots(Printed):
    """What drawing lots adds to the best score, as text, and where it is more than nothing a best policy that draws, and its verdict.

    Where it adds ``0`` the best pure policies are among the best of all.
    """

    gain: str
    policy: str = ""
    verdict: str = ""

    def __str__(self) -> str:
        if self.gain == "0":
            return "nothing gained"
        return f"{self.gain} gained by {self.policy}{f': {self.verdict}' if self.verdict else ''}"


def lots(stands: Standing) -> Lots | None:
    """What drawing lots adds in a world; None where no best policy that draws lots is proved, so that only pure ones were looked at.

    Not asked of a function of a world, of a definition that takes its own policy for granted, and where no pure policy is best.

    >>> import stop_button as sb
    >>> from stop_button.atlas.columns.standing import standing
    >>> from stop_button.evaluation.evaluation import Evaluation
    >>> world = sb.worlds.butterfly.variant("decided")
    >>> print(lots(standing(Evaluation(world), sb.ccmin)))
    70/3 gained by still (7/10) or flap (3/10): rewards
    >>> lots(standing(Evaluation(sb.worlds.which_lever()), sb.definitions.stable_causal)) is None
    True
    """
    if isinstance(stands.utility, Measure) or stands.takes_itself_for_granted or not stands.best:
        return None
    try:
        found = solve(stands.world, stands.utility, mixed=True, method="linear program")
    except CausalError:
        return None
    top = stands.scores[stands.world.policies.index(stands.best[0])]
    if not found.proved or not defined(top):
        return None
    more = found.score - top
    return Lots("0") if is_zero(more) else Lots(number(more), str(found.policy), _verdict(stands, found.policy))


def _verdict(stands: Standing, policy: Policy) -> str:
    if not stands.world.wishes or stands.world.baseline is None:
        return ""
    return verdict_of([Judged(policy, policy_flags(stands.evaluation, policy), gains(stands.evaluation, stands.fixed(policy), policy))])
