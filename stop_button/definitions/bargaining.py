"""Two sub-agents that bargain, one sure of a press and one sure of none, each with a veto against a default.

Source: [wentworth2024]
"""

from __future__ import annotations

from collections.abc import Hashable

from stop_button.decision.roles import FREE, STOP
from stop_button.evaluation.utility import definition
from stop_button.language.constraints import subject_to
from stop_button.language.formula import BASELINE, E, Formula, Reading, X

__all__ = ["veto_bargaining"]


def _gain(worth: Reading, default: Hashable) -> Formula:
    return E(worth) - E(worth.under(default))


@definition("veto_bargaining", source="wentworth2024")
def veto_bargaining(*, pressed: str = "stopped", free: str = "value", lever: str = "pressing", default: Hashable = BASELINE) -> Formula:
    """What both sub-agents gain over a default, where neither loses: the one scores ``pressed`` had the button been pressed, the other
    ``free`` had it not been.

    Each gain is E[u | do] less the same under the ``default`` policy; a policy with a negative gain is vetoed and has no score.
    Source: [wentworth2024].
    """
    gains = [_gain(X(pressed).had({lever: STOP}), default), _gain(X(free).had({lever: FREE}), default)]
    return subject_to(gains[0] + gains[1], *(gain >= 0 for gain in gains))
