"""Where the modules of stop_button were in release 0.1, and where they are: for import paths that still say so."""

from __future__ import annotations

from typing import Final

__all__ = ["MODULES", "NAMES"]

MODULES: Final = {
    "stop_button.audit": "stop_button.auditing.audits",
    "stop_button.claims": "stop_button.auditing.claims",
    "stop_button.cli": "stop_button.presentation.cli",
    "stop_button.dense": "stop_button.evaluation.vectorised",
    "stop_button.distribution": "stop_button.evaluation.branch_distance",
    "stop_button.families": "stop_button.auditing.families",
    "stop_button.flags": "stop_button.auditing.flags",
    "stop_button.formula": "stop_button.language.formula",
    "stop_button.notation": "stop_button.language.notation",
    "stop_button.page": "stop_button.presentation.html",
    "stop_button.plot": "stop_button.presentation.plot",
    "stop_button.policy": "stop_button.decision.policy",
    "stop_button.policy_form": "stop_button.evaluation.policy_polynomial",
    "stop_button.ranking": "stop_button.evaluation.ranking",
    "stop_button.readings": "stop_button.grounding.queries",
    "stop_button.remainders": "stop_button.evaluation.residues",
    "stop_button.report": "stop_button.auditing.reporting",
    "stop_button.roles": "stop_button.decision.roles",
    "stop_button.score": "stop_button.auditing.scoreboard",
    "stop_button.search": "stop_button.auditing.counterexample",
    "stop_button.sensitivity": "stop_button.evaluation.sensitivity_analysis",
    "stop_button.solving.bounding": "stop_button.solving.relaxation",
    "stop_button.solving.branching": "stop_button.solving.branch_and_bound",
    "stop_button.solving.climbing": "stop_button.solving.local_search",
    "stop_button.solving.linear_parts": "stop_button.solving.linear_fractional",
    "stop_button.solving.maximise": "stop_button.solving.variable_elimination",
    "stop_button.solving.mixing": "stop_button.solving.linear_program",
    "stop_button.solving.ratios": "stop_button.solving.fractional_form",
    "stop_button.solving.recovery": "stop_button.solving.rational_recovery",
    "stop_button.solving.sheets": "stop_button.solving.term_matrix",
    "stop_button.survey": "stop_button.auditing.parameter_survey",
    "stop_button.sweep": "stop_button.evaluation.sweep",
    "stop_button.undefined": "stop_button.evaluation.undefined",
    "stop_button.utility": "stop_button.evaluation.utility",
    "stop_button.work": "stop_button.parallel",
    "stop_button.world": "stop_button.decision.world",
    "stop_button.world_file": "stop_button.decision.world_file",
}
"""The old name of each module that moved, with the new one."""

NAMES: Final = {
    "stop_button.audit.Audit": "stop_button.auditing.audits:Audit",
    "stop_button.audit.Remedy": "stop_button.auditing.audits:Remedy",
    "stop_button.audit.VERDICTS": "stop_button.auditing.verdicts:VERDICTS",
    "stop_button.audit.audit": "stop_button.auditing.audits:audit",
    "stop_button.claims.never_grades_other_worlds": "stop_button.auditing.claims:never_grades_other_draws",
    "stop_button.claims.never_offers_more_for_influence": "stop_button.auditing.claims:some_best_policy_has_no_influence",
    "stop_button.claims.never_pays_to_manipulate": "stop_button.auditing.claims:never_pays_for_influence",
    "stop_button.claims.never_rewards_preventing": "stop_button.auditing.claims:no_best_policy_prevents_stopping",
    "stop_button.claims.never_rewards_stopping_unasked": "stop_button.auditing.claims:no_best_policy_stops_unasked",
    "stop_button.flags.abducted": "stop_button.auditing.gains:abducted",
    "stop_button.flags.conditioning_shift": "stop_button.auditing.gains:conditioning_shift",
    "stop_button.flags.frozen": "stop_button.auditing.gains:frozen",
    "stop_button.flags.incentive_gap": "stop_button.auditing.gains:incentive_gap",
    "stop_button.flags.utility_flags": "stop_button.auditing.gains:gains",
    "stop_button.flags.via_intent": "stop_button.auditing.gains:via",
    "stop_button.formula.evaluate": "stop_button.language.arithmetic:evaluate",
    "stop_button.formula.leaves": "stop_button.language.parts:leaves",
    "stop_button.formula.rewritten": "stop_button.language.parts:rewritten",
    "stop_button.readings.Asked": "stop_button.grounding.queries:Query",
    "stop_button.readings.asked": "stop_button.grounding.queries:ground",
    "stop_button.solving.maximise.Chosen": "stop_button.decision.policy:Choices",
    "stop_button.solving.maximise.Slot": "stop_button.decision.policy:InformationSet",
    "stop_button.solving.sheets.Frame": "stop_button.solving.term_matrix:SearchProblem",
    "stop_button.solving.sheets.Picks": "stop_button.solving.term_matrix:PartialAssignment",
    "stop_button.solving.sheets.Sheet": "stop_button.solving.term_matrix:TermMatrix",
    "stop_button.solving.sheets.framed": "stop_button.solving.term_matrix:search_problem",
}
"""Names in them that are elsewhere or called otherwise now."""
