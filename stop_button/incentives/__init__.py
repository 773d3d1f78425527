"""Incentives: what a utility can reward in any world with a given causal graph, and what it does reward in a given world."""

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
    "impact_incentive",
    "indirect_value_of_control",
    "instrumental_control_incentive",
    "intent",
    "minimal_reduction",
    "response_incentive",
    "sufficient_recall",
    "value_of_control",
    "value_of_information",
]
