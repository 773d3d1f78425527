"""Lists that only get shorter: what does not yet keep a rule that everything new keeps."""

WITHOUT_FIELDS = {
    "causalkit.testing.dags",
    "causalkit.testing.edits",
    "causalkit.testing.evidence",
    "causalkit.testing.extensions",
    "causalkit.testing.interventions",
    "causalkit.testing.models",
    "stop_button.auditing.flags.forces_a_stop",
    "stop_button.auditing.flags.improves",
    "stop_button.auditing.flags.influence",
    "stop_button.auditing.flags.loses_a_stop",
    "stop_button.auditing.flags.stops_unasked",
    "stop_button.incentives.criteria.admits_impact_incentive",
    "stop_button.incentives.criteria.admits_indirect_value_of_control",
    "stop_button.incentives.criteria.admits_instrumental_control_incentive",
    "stop_button.incentives.criteria.admits_intent",
    "stop_button.incentives.criteria.admits_response_incentive",
    "stop_button.incentives.criteria.admits_value_of_information",
    "stop_button.solving.methods.solve",
}
"""Public functions whose docstrings do not list their arguments yet: docs/decisions/arguments-are-listed-in-fields.md."""
