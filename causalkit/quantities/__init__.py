"""Quantities of causal models: effects and their parts, probabilities of causation, harm, actual causes, and bounds on all of them."""

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

__all__ = [
    "actual_cause",
    "actual_causes",
    "average_effect",
    "benefit",
    "blame",
    "bounds",
    "causation_bounds",
    "controlled_direct_effect",
    "effect_on_treated",
    "effect_on_untreated",
    "harm",
    "natural_direct_effect",
    "natural_indirect_effect",
    "path_specific_effect",
    "probability_of_disablement",
    "probability_of_enablement",
    "probability_of_necessity",
    "probability_of_necessity_and_sufficiency",
    "probability_of_sufficiency",
    "responsibility",
    "shift",
]
