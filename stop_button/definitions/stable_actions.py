"""Utilities that take the agent's own policy for granted: how likely the press is, is read under OWN; ``stable`` finds who is content.

Scored as it stands, a policy is scored against itself. What the sources ask for is a policy that no other beats once it is taken for
granted: ``stop_button.solving.stable``.

Source: [arbital2016]; [taylor2016]; [carey2018]
"""

from __future__ import annotations

from typing import Any

from stop_button.decision.roles import FREE, STOP
from stop_button.evaluation.utility import definition
from stop_button.language.formula import E, Formula, V, X, most
from stop_button.language.references import OWN

__all__ = ["adaptive_weights", "lower_bounded_weights", "stable_causal", "stable_evidential"]


def _own(lever: str, meaning: str) -> Formula:
    """How likely the press, or its absence, is under the policy that is taken for granted."""
    return E(X(lever).under(OWN).is_(meaning))


def _weighted(weight: Formula, penalty: Any, lever: str) -> Formula:
    pressed = E(penalty * X("stopped").had({lever: STOP}) - penalty)
    return weight * pressed + (1 - weight) * E(V.had({lever: FREE}))


@definition("stable_evidential", source="arbital2016")
def stable_evidential(*, lever: str = "pressing", goal: str = "stopped") -> Formula:
    """Each side given that it comes about, weighed by how likely it is under the policy that is taken for granted.

    E[V | not pressed] P_own(not pressed) + E[goal | pressed] P_own(pressed). Undefined under a policy that makes either side impossible.
    Source: [arbital2016], stable actions in their evidential form.
    """
    run = E(V, given={lever: FREE}) * _own(lever, FREE)
    return run + E(X(goal), given={lever: STOP}) * _own(lever, STOP)


@definition("stable_causal", source="taylor2016")
def stable_causal(*, lever: str = "pressing", goal: str = "stopped") -> Formula:
    """Each side as if it had been set, weighed by how likely it is under the policy that is taken for granted.

    E[V | do(not pressed)] P_own(not pressed) + E[goal | do(pressed)] P_own(pressed): the causal-counterfactual v_pi.
    Source: [taylor2016]; also [arbital2016], stable actions in their causal form.
    """
    run = E(V.had({lever: FREE})) * _own(lever, FREE)
    return run + E(X(goal).had({lever: STOP})) * _own(lever, STOP)


@definition("adaptive_weights", source="carey2018")
def adaptive_weights(*, penalty: Any = 10, lever: str = "pressing") -> Formula:
    """The causal form whose side of the press pays -``penalty`` unless the agent is stopped, weighed by how likely the press is.

    a E[U_P | do(pressed)] + (1 - a) E[V | do(not pressed)] with a = P_own(pressed) and U_P = -penalty unless stopped. Source: [carey2018],
    adaptive weights.
    """
    return _weighted(_own(lever, STOP), penalty, lever)


@definition("lower_bounded_weights", source="carey2018")
def lower_bounded_weights(*, floor: Any = "1/10", penalty: Any = 10, lever: str = "pressing") -> Formula:
    """As ``adaptive_weights``, with a weight on the side of the press that is never below ``floor``.

    a = max(floor, P_own(pressed)). The source's exact form could not be confirmed; this is its plain reading. Source: [carey2018],
    lower-bounded weights.
    """
    return _weighted(most(floor, _own(lever, STOP)), penalty, lever)
