"""Published definitions of corrigibility, as formulas; one family per file, each with its source."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from causalkit.loading import later
from stop_button.definitions.bargaining import veto_bargaining
from stop_button.definitions.desiderata import (
    causes_no_press,
    keeps_what_shutdown_needs,
    prevents_no_press,
    pursues_its_task,
    shuts_down_when_pressed,
)  # fmt: skip
from stop_button.definitions.double_indifference import bias_penalty, double_indifference, stratified_indifference
from stop_button.definitions.edited_models import path_specific, unpressed_plan, without_interruptions
from stop_button.definitions.encapsulation import encapsulation, impact_penalty
from stop_button.definitions.fixed_weights import fixed_mixing, fixed_weights
from stop_button.definitions.goal_directedness import GoalDirectedness, goal_directedness
from stop_button.definitions.harm import harm_averse
from stop_button.definitions.human_control import (
    aligned,
    beneficial,
    cautious,
    constrained,
    instructable,
    obedient,
    shutdown_aligned,
    shutdown_instructable,
)  # fmt: skip
from stop_button.definitions.indifference import causal_indifference, mixture, utility_indifference
from stop_button.definitions.instructions import instructed, instructed_conditional
from stop_button.definitions.learned_rewards import uninfluenceable, unriggable
from stop_button.definitions.optimal_indifference import (
    compensatory_reward,
    largest_silent,
    late_indifference,
    naive_indifference,
    utility_preserving,
    utility_preserving_floor,
)  # fmt: skip
from stop_button.definitions.per_step import per_step_a, per_step_b, per_step_c, per_step_c_lag
from stop_button.definitions.policy_modification import policy_modification
from stop_button.definitions.side_effects import attainable_utility, relative_reachability
from stop_button.definitions.stable_actions import adaptive_weights, lower_bounded_weights, stable_causal, stable_evidential
from stop_button.definitions.stop_button_post import ccmin, cond, conditional_counterfactual, counterfactual, naive, ref, switch
from stop_button.definitions.trajectories import by_length, neutrality, timestep_dominates
from stop_button.definitions.transformation import corrigibility_transformation
from stop_button.definitions.weighed_lengths import neutrality_plus, usefulness
from stop_button.evaluation.utility import Utility, applies, definition
from stop_button.properties import Property

__all__ = [
    "FURTHER", "NAMED", "PROPERTIES", "REGISTER", "GoalDirectedness", "adaptive_weights", "aligned", "applies", "attainable_utility",
    "beneficial", "bias_penalty", "by_length", "causal_indifference", "causes_no_press", "cautious", "ccmin", "compensatory_reward",
    "cond", "conditional_counterfactual", "constrained", "corrigibility_transformation", "counterfactual", "definition",
    "double_indifference", "encapsulation", "fixed_mixing", "fixed_weights", "goal_directedness", "harm_averse", "impact_penalty",
    "instructable", "instructed", "instructed_conditional", "keeps_what_shutdown_needs", "largest_silent", "late_indifference",
    "lower_bounded_weights", "mixture", "naive", "naive_indifference", "neutrality", "neutrality_plus", "obedient", "path_specific",
    "per_step_a", "per_step_b", "per_step_c", "per_step_c_lag", "policy_modification", "prevents_no_press", "pursues_its_task", "ref",
    "relative_reachability", "shutdown_aligned", "shutdown_instructable", "shuts_down_when_pressed", "stable_causal", "stable_evidential",
    "stratified_indifference", "switch", "timestep_dominates", "uninfluenceable", "unpressed_plan", "unriggable", "usefulness",
    "utility_indifference", "utility_preserving", "utility_preserving_floor", "veto_bargaining", "without_interruptions",
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
"""The definitions that the command lists and tables show, by their names, in this order; some need a role that not every world has."""

FURTHER: Mapping[str, Utility] = MappingProxyType(
    {
        utility.name: utility
        for utility in [
            stable_evidential, stable_causal, adaptive_weights, lower_bounded_weights, naive_indifference, compensatory_reward,
            late_indifference, utility_preserving, utility_preserving_floor, constrained, veto_bargaining, attainable_utility,
            relative_reachability, corrigibility_transformation, mixture, largest_silent, fixed_mixing, fixed_weights, double_indifference,
            stratified_indifference, bias_penalty, unpressed_plan, without_interruptions, path_specific, harm_averse, neutrality_plus,
            usefulness,
        ]
    }
)  # fmt: skip
"""Further definitions by their names: variants, and those with a best reply, a reference or a constraint in them."""

NAMED: Mapping[str, Utility] = MappingProxyType({**REGISTER, **FURTHER})
"""Every bundled definition by its name."""

PROPERTIES: Mapping[str, Property] = MappingProxyType(
    {
        one.name: one
        for one in [
            shuts_down_when_pressed, prevents_no_press, causes_no_press, pursues_its_task, keeps_what_shutdown_needs,
            beneficial, obedient, cautious, shutdown_instructable, shutdown_aligned,
        ]
    }
)  # fmt: skip
"""Every bundled property of policies by its name; ``instructable``, ``aligned``, ``unriggable`` and ``uninfluenceable`` build more."""

__getattr__, __dir__ = later(__name__, __all__, {})
