"""Published definitions of corrigibility, as formulas; one family per file, each with its source."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from causalkit.loading import later
from stop_button.definitions.encapsulation import encapsulation, impact_penalty
from stop_button.definitions.indifference import causal_indifference, utility_indifference
from stop_button.definitions.instructions import instructed, instructed_conditional
from stop_button.definitions.per_step import per_step_a, per_step_b, per_step_c, per_step_c_lag
from stop_button.definitions.stop_button_post import ccmin, cond, conditional_counterfactual, counterfactual, naive, ref, switch
from stop_button.evaluation.utility import Utility

__all__ = [
    "REGISTER", "causal_indifference", "ccmin", "cond", "conditional_counterfactual", "counterfactual", "encapsulation",
    "impact_penalty", "instructed", "instructed_conditional", "naive", "per_step_a", "per_step_b", "per_step_c", "per_step_c_lag", "ref",
    "switch", "utility_indifference",
]  # fmt: skip

REGISTER: Mapping[str, Utility] = MappingProxyType(
    {
        utility.name: utility
        for utility in [
            naive, switch, counterfactual, cond, conditional_counterfactual, ccmin, ref, utility_indifference, causal_indifference,
            per_step_a, per_step_b, per_step_c, per_step_c_lag, encapsulation, impact_penalty,
            instructed, instructed_conditional,
        ]
    }
)  # fmt: skip
"""Every bundled definition by its name, in the order in which tables show them; some need a role that not every world has."""

__getattr__, __dir__ = later(__name__, __all__, {})
