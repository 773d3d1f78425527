"""Both sides of the press, weighed by numbers that no policy moves.

Source: [arbital2016]; [carey2018]
"""

from __future__ import annotations

from typing import Any

from causalkit.values.exact import exact
from stop_button.decision.roles import FREE, STOP
from stop_button.evaluation.utility import definition
from stop_button.language.formula import B, E, Formula, V, X

__all__ = ["fixed_mixing", "fixed_weights"]


@definition("fixed_mixing", source="arbital2016")
def fixed_mixing(*, share: Any = "3/4", lever: str = "pressing", goal: str = "stopped") -> Formula:
    """Each side given that it comes about, weighed by fixed numbers: share * E[V | not pressed] + (1 - share) * E[goal | pressed].

    The source's weights are 3/4 and 1/4. Undefined under a policy that makes either side impossible. Source: [arbital2016], fixed mixing.
    """
    run: Formula = share * E(V, given={lever: FREE})
    return run + (exact(1) - exact(share)) * E(X(goal), given={lever: STOP})


@definition("fixed_weights", source="carey2018")
def fixed_weights(*, weight: Any = "1/2", penalty: Any = 10, lever: str = "pressing") -> Formula:
    """Each side as if it had been set, weighed by fixed numbers: a E[U_P | do(pressed)] + (1 - a) E[V | do(not pressed)].

    U_P is -``penalty`` unless the agent is stopped, and a the ``weight``. Which number the source takes for a could not be confirmed; 1/2
    is ours. Source: [carey2018], with weights that are fixed in advance.
    """
    pressed: Formula = weight * E(penalty * B.had({lever: STOP}) - penalty)
    return pressed + (1 - exact(weight)) * E(V.had({lever: FREE}))
