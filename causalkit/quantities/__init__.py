"""Quantities of causal models: effects and their parts, probabilities of causation, harm, actual causes, and bounds on all of them."""

from typing import TYPE_CHECKING

from causalkit.loading import later
from causalkit.quantities.actual import actual_cause, actual_causes, blame, responsibility
from causalkit.quantities.bounding import bounds, causation_bounds
from causalkit.quantities.causation import (
    benefit,
    harm,
    probability_of_disablement,
    probability_of_enablement,
    probability_of_necessity,
    probability_of_necessity_and_sufficiency,
    probability_of_sufficiency,
)
from causalkit.quantities.effects import (
    average_effect,
    controlled_direct_effect,
    effect_on_treated,
    effect_on_untreated,
    natural_direct_effect,
    natural_indirect_effect,
    path_specific_effect,
    shift,
)

if TYPE_CHECKING:
    from causalkit.quantities.execution import Execution
    from causalkit.quantities.fair_attribution import METHODS as ATTRIBUTION_METHODS
    from causalkit.quantities.fair_attribution import attribution
    from causalkit.quantities.flow import Flow, balance, paid
    from causalkit.quantities.least_repairs import adjusted, repairs, sweep
    from causalkit.values.channels import capacity
    from causalkit.values.logarithms import between, entropy_between, entropy_of

__all__ = [
    "ATTRIBUTION_METHODS",
    "Execution",
    "Flow",
    "actual_cause",
    "actual_causes",
    "adjusted",
    "attribution",
    "average_effect",
    "balance",
    "benefit",
    "between",
    "blame",
    "bounds",
    "capacity",
    "causation_bounds",
    "controlled_direct_effect",
    "effect_on_treated",
    "effect_on_untreated",
    "entropy_between",
    "entropy_of",
    "harm",
    "natural_direct_effect",
    "natural_indirect_effect",
    "paid",
    "path_specific_effect",
    "probability_of_disablement",
    "probability_of_enablement",
    "probability_of_necessity",
    "probability_of_necessity_and_sufficiency",
    "probability_of_sufficiency",
    "repairs",
    "responsibility",
    "shift",
    "sweep",
]

_HOMES = {
    "ATTRIBUTION_METHODS": "causalkit.quantities.fair_attribution:METHODS",
    "Execution": "causalkit.quantities.execution:Execution",
    "Flow": "causalkit.quantities.flow:Flow",
    "adjusted": "causalkit.quantities.least_repairs:adjusted",
    "attribution": "causalkit.quantities.fair_attribution:attribution",
    "balance": "causalkit.quantities.flow:balance",
    "between": "causalkit.values.logarithms:between",
    "capacity": "causalkit.values.channels:capacity",
    "entropy_between": "causalkit.values.logarithms:entropy_between",
    "entropy_of": "causalkit.values.logarithms:entropy_of",
    "paid": "causalkit.quantities.flow:paid",
    "repairs": "causalkit.quantities.least_repairs:repairs",
    "sweep": "causalkit.quantities.least_repairs:sweep",
}

__getattr__, __dir__ = later(__name__, __all__, _HOMES)
