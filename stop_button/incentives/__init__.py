"""Incentives: what a utility can reward in any world with a given causal graph, and what it does reward in a given world."""

from typing import TYPE_CHECKING

from causalkit.loading import homes_in, later
from stop_button.incentives.criteria import (
    admits_direct_value_of_control,
    admits_indirect_value_of_control,
    admits_response_incentive,
    admits_value_of_control,
    admits_value_of_information,
    direct_value_of_control,
    indirect_value_of_control,
    response_incentive,
    value_of_control,
    value_of_information,
)
from stop_button.incentives.diagram import Diagram
from stop_button.incentives.downstream import (
    admits_impact_incentive,
    admits_instrumental_control_incentive,
    admits_intent,
    impact_incentive,
    instrumental_control_incentive,
    intent,
)
from stop_button.incentives.judgement import Judgement
from stop_button.incentives.relevance import sufficient_recall
from stop_button.incentives.requisite import minimal_reduction

if TYPE_CHECKING:
    from stop_button.incentives.necessity import from_lower_rungs, lowest_rung, told_apart, twins
    from stop_button.incentives.quantitative import (
        introduced_total_effect,
        quantitative_value_of_control,
        quantitative_value_of_information,
    )
    from stop_button.incentives.realised import quantitative_instrumental_control_incentive, quantitative_response_incentive
    from stop_button.incentives.relevance import relevance_graph, s_reachable
    from stop_button.incentives.requisite import requisite_observations
    from stop_button.incentives.stopping.safety_tax import press_tells, safety_tax
    from stop_button.incentives.stopping.stop_reach import stop_reach
    from stop_button.incentives.through import possible_incentive, possible_incentives

__all__ = [
    "Diagram",
    "Judgement",
    "admits_direct_value_of_control",
    "admits_impact_incentive",
    "admits_indirect_value_of_control",
    "admits_instrumental_control_incentive",
    "admits_intent",
    "admits_response_incentive",
    "admits_value_of_control",
    "admits_value_of_information",
    "direct_value_of_control",
    "from_lower_rungs",
    "impact_incentive",
    "indirect_value_of_control",
    "instrumental_control_incentive",
    "intent",
    "introduced_total_effect",
    "lowest_rung",
    "minimal_reduction",
    "possible_incentive",
    "possible_incentives",
    "press_tells",
    "quantitative_instrumental_control_incentive",
    "quantitative_response_incentive",
    "quantitative_value_of_control",
    "quantitative_value_of_information",
    "relevance_graph",
    "requisite_observations",
    "response_incentive",
    "s_reachable",
    "safety_tax",
    "stop_reach",
    "sufficient_recall",
    "told_apart",
    "twins",
    "value_of_control",
    "value_of_information",
]

_HOMES = {
    "necessity": ("from_lower_rungs", "lowest_rung", "told_apart", "twins"),
    "quantitative": ("introduced_total_effect", "quantitative_value_of_control", "quantitative_value_of_information"),
    "realised": ("quantitative_instrumental_control_incentive", "quantitative_response_incentive"),
    "relevance": ("relevance_graph", "s_reachable"),
    "requisite": ("requisite_observations",),
    "stopping.safety_tax": ("press_tells", "safety_tax"),
    "stopping.stop_reach": ("stop_reach",),
    "through": ("possible_incentive", "possible_incentives"),
}

__getattr__, __dir__ = later(__name__, __all__, homes_in(__name__, _HOMES))
