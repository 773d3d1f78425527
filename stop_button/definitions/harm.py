"""The task's value, less the harm that is done: how far people fall below what the default would have brought them, draw by draw.

Source: [richens2022]
"""

from __future__ import annotations

from typing import Any

from stop_button.evaluation.utility import definition
from stop_button.language.formula import BASELINE, E, Formula, V, most

__all__ = ["harm_averse"]


@definition("harm_averse", source="richens2022")
def harm_averse(*, aversion: Any = 1, policy: Any = BASELINE) -> Formula:
    """The task's value, less ``aversion`` times the counterfactual harm: E[V - aversion * max(0, V under the default - V)].

    Benefits do not make up for harm. The default is a ``policy``, by the world's own choice its baseline; 1 for the aversion is ours.
    Source: [richens2022], counterfactual harm and the harm-averse utility.
    """
    loss: Formula = aversion * most(0, V.under(policy) - V)
    return E(V - loss)
