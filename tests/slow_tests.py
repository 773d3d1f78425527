"""Which tests `make.py test --quick` leaves out: this list, and no other place.

A file, and its tests that take long, with the processor seconds that all their cases took together on a quiet two-core machine. A test
belongs here when that is .7 or more; docs/contributing/test-times.md says how it is measured.
"""

SLOW: dict[str, dict[str, float]] = {
    "tests/causalkit/test_compiled.py": {
        "test_machine_code_says_what_is_exact": 3.6,
    },
    "tests/causalkit/test_dist.py": {
        "test_paste_back": 1.0,
    },
    "tests/causalkit/test_effects.py": {
        "test_controlled_direct_effect": 1.3,
    },
    "tests/causalkit/test_engine_agrees.py": {
        "test_do": 1.0,
        "test_branches_of_a_model_that_was_observed_and_edited": 0.9,
        "test_given_do_given_do": 0.8,
    },
    "tests/causalkit/test_engine_contract.py": {
        "test_contraction_is_within_rounding": 1.2,
    },
    "tests/causalkit/test_engine_eliminate.py": {
        "test_symbols": 1.5,
    },
    "tests/causalkit/test_engine_sample.py": {
        "test_intervals_cover_at_their_level": 1.4,
    },
    "tests/causalkit/test_estimand.py": {
        "test_substitution_is_evaluation_at_the_substituted_value": 1.0,
    },
    "tests/causalkit/test_identify.py": {
        "test_on_larger_domains": 2.0,
        "test_id_is_sound_and_refuses_with_a_hedge": 0.9,
    },
    "tests/causalkit/test_identify_counterfactual.py": {
        "test_id_star_and_idc_star_are_sound": 1.1,
        "test_from_observation_alone": 0.7,
    },
    "tests/causalkit/test_interop_json.py": {
        "test_any_change_is_read_or_refused": 0.9,
    },
    "tests/causalkit/test_interop_pgmpy.py": {
        "test_large_networks_load_and_answer_as_pgmpy_does": 17.7,
        "test_files_give_back_the_network": 6.0,
        "test_larger_networks_load": 5.9,
        "test_single_answers_of_larger_networks": 3.0,
        "test_small_networks_load_exactly_and_answer_as_pgmpy": 2.9,
        "test_what_is_certain_becomes_a_table_and_noise_becomes_noise": 1.9,
        "test_a_bif_row_that_is_missing_is_no_row_of_zeros": 1.0,
        "test_the_row_is_named_by_its_parents": 0.7,
    },
    "tests/causalkit/test_logarithms.py": {
        "test_signs_are_those_of_products_of_powers": 2.5,
        "test_a_sum_of_logarithms_is_what_mpmath_says": 1.3,
    },
    "tests/causalkit/test_model.py": {
        "test_paste_back_models": 1.2,
        "test_symbolic_answers_hold_numbers": 0.8,
    },
    "tests/causalkit/test_plot.py": {
        "test_svg_is_the_same_on_every_run": 1.1,
    },
    "tests/causalkit/test_separation.py": {
        "test_separation_is_that_of_networkx": 0.8,
    },
    "tests/causalkit/test_symbols.py": {
        "test_regions_name_the_largest": 2.6,
    },
    "tests/causalkit/test_testing.py": {
        "test_a_difference_between_seeing_and_doing_shrinks_to_a_small_model": 2.2,
        "test_a_confounded_pair_shrinks_to_one_noise_and_two_listeners": 2.2,
        "test_a_model_shrinks_to_the_variables_that_matter": 0.9,
        "test_models": 0.8,
    },
    "tests/causalkit/test_where_peers_err.py": {
        "test_random_cases": 3.1,
    },
    "tests/laws/test_counterfactuals.py": {
        "test_null_intervention": 1.0,
        "test_consistency": 0.8,
    },
    "tests/laws/test_couplings.py": {
        "test_every_coupling_reproduces_the_table_on_rungs_one_and_two": 1.9,
    },
    "tests/laws/test_independence.py": {
        "test_separation_in_the_latent_projection_implies_independence": 1.1,
        "test_d_separation_implies_independence": 0.9,
        "test_d_separation_implies_independence_after_doing": 0.8,
    },
    "tests/laws/test_interventions.py": {
        "test_rule_1_of_do_calculus": 1.8,
        "test_rule_2_of_do_calculus": 1.4,
        "test_rule_3_of_do_calculus": 1.0,
    },
    "tests/laws/test_invariance.py": {
        "test_reordering_the_rows_of_a_monotone_table": 1.4,
        "test_renaming_variables": 1.4,
        "test_spelling_values_anew": 0.9,
        "test_reordering_declarations": 0.8,
        "test_permuting_domains": 0.8,
        "test_a_bystander_changes_nothing": 0.7,
    },
    "tests/laws/test_mediation.py": {
        "test_the_direct_edge_carries_the_natural_direct_effect_and_the_others_the_indirect_one": 1.4,
    },
    "tests/laws/test_probabilities_of_causation.py": {
        "test_theorem_9_2_15_under_monotonicity": 0.9,
    },
    "tests/laws/test_probability.py": {
        "test_the_complement": 1.1,
        "test_evidence_in_any_order_or_at_once": 0.8,
        "test_bayes": 0.7,
    },
    "tests/laws/test_stop_button_facts.py": {
        "test_ccmin_is_the_smaller_control": 1.2,
        "test_d3_manipulation_only_costs": 1.0,
    },
    "tests/published/test_chockler2004.py": {
        "test_the_marksman_with_the_live_bullet_is_fully_responsible": 1.1,
    },
    "tests/published/test_hadfield2017.py": {
        "test_any_human": 1.4,
    },
    "tests/published/test_soares2015.py": {
        "test_the_corrected_utility_is_the_value_of_silence_for_every_shutdown_utility": 1.1,
    },
    "tests/stop_button/test_agents.py": {
        "test_the_order_is_a_best_policy_subject_to_the_best_of_those_before": 2.1,
        "test_an_inattentive_agent_by_hand": 1.2,
        "test_the_threshold_of_two_utilities_is_exact": 1.2,
        "test_a_mistaken_agent_by_hand": 1.2,
        "test_a_lexicographic_agent_by_hand": 1.1,
        "test_weights_above_the_thresholds_do_the_same_as_the_order": 0.9,
        "test_taylors_lemma_the_cost_is_at_most_a_qth_of_the_base": 0.8,
        "test_a_constant_added_to_the_utility_changes_no_noisy_choice": 0.8,
        "test_the_lot_in_the_world_scores_as_is_expected_of_it_and_conditions_are_on_one_run": 0.8,
        "test_a_quantiliser_by_hand": 0.8,
    },
    "tests/stop_button/test_audit.py": {
        "test_the_remedy_is_the_best_of_all_policies_without_a_flag": 1.4,
    },
    "tests/stop_button/test_bounding.py": {
        "test_no_completion_exceeds_a_bound_where_choices_hang_together": 2.3,
        "test_no_completion_exceeds_a_bound": 2.2,
        "test_an_exchange_changes_no_score": 0.7,
    },
    "tests/stop_button/test_causal_games.py": {
        "test_antos_pfeffer_an_equilibrium_of_what_is_left_is_one_of_the_whole": 0.7,
    },
    "tests/stop_button/test_encapsulation.py": {
        "test_agrees_with_a_calculation_from_scratch": 2.2,
    },
    "tests/stop_button/test_executors.py": {
        "test_what_is_done_comes_out_though_no_more_can_be_handed_out": 4.0,
        "test_ranking": 3.2,
        "test_a_dead_worker_of_a_cluster_is_replaced_and_the_culprit_named": 2.4,
        "test_search": 1.9,
    },
    "tests/stop_button/test_games.py": {
        "test_pure_equilibria_are_those_of_brute_force_over_full_strategies": 2.5,
        "test_extreme_equilibria_are_those_found_by_trying_every_pair_of_supports": 1.5,
        "test_a_policy_that_is_verified_by_elimination_is_judged_as_its_reduced_strategies_are": 1.2,
        "test_payoffs_are_those_of_the_model_with_the_policy_plugged_in": 1.0,
    },
    "tests/stop_button/test_incentive_amounts.py": {
        "test_what_the_graph_excludes_is_worth_nothing_in_any_model": 1.2,
    },
    "tests/stop_button/test_information.py": {
        "test_entropies_agree_with_laws_in_small_worlds": 2.0,
        "test_entropies_agree_with_laws_under_policies_that_draw_lots": 0.9,
    },
    "tests/stop_button/test_lotteries.py": {
        "test_shares_agree_with_all_permutations_in_small_worlds": 3.0,
        "test_shares_agree_with_all_permutations_in_worlds_with_two_decisions": 2.0,
        "test_shares_agree_with_all_permutations_in_choices_among_laws": 0.9,
        "test_shares_of_a_test_and_its_negation_add_up": 0.9,
    },
    "tests/stop_button/test_mixing.py": {
        "test_games_with_two_columns_have_the_value_worked_out_by_hand": 1.6,
    },
    "tests/stop_button/test_plot.py": {
        "test_every_bundled_world_is_drawn_with_every_variable": 1.2,
    },
    "tests/stop_button/test_policy.py": {
        "test_slices_are_those_of_a_list": 1.4,
    },
    "tests/stop_button/test_ranking.py": {
        "test_ranking_of_bundled_worlds": 0.8,
    },
    "tests/stop_button/test_scores_agree.py": {
        "test_where_the_reference_draws_lots_too": 1.4,
        "test_all_scores_at_once_are_every_policy_one_by_one": 1.0,
        "test_direct_compiled_and_brute_force": 0.8,
        "test_direct_and_compiled_where_noise_is_shared_between_rows": 0.7,
    },
    "tests/stop_button/test_search.py": {
        "test_an_executor_finds_the_same": 1.0,
    },
    "tests/stop_button/test_sensitivity.py": {
        "test_a_slope_is_the_derivative_of_the_score_as_a_formula": 2.9,
        "test_a_score_without_conditions_moves_along_a_line": 1.4,
        "test_the_slopes_of_a_noise_average_to_zero": 0.9,
    },
    "tests/stop_button/test_solving.py": {
        "test_every_definition_in_every_bundled_world": 2.5,
        "test_nested_formulas_are_solved_too": 2.2,
        "test_local_search_claims_nothing_and_is_exact": 1.3,
        "test_the_solution_is_the_best_of_the_sweep": 1.0,
    },
    "tests/stop_button/test_testing.py": {
        "test_with_possible_either_wish_is_possible_under_every_policy": 0.9,
        "test_what_comes_up": 0.8,
    },
    "tests/stop_button/test_through.py": {
        "test_may_is_realised_in_a_small_family": 2.4,
    },
    "tests/test_browser_page.py": {
        "test_the_random_edits_hold_what_is_hard": 5.5,
        "test_two_hundred_random_edits_give_the_fractions_of_python": 1.5,
        "test_where_the_page_says_that_the_verdict_flips_it_does": 0.8,
        "test_every_world_that_is_offered_is_judged_as_python_judges_it": 4.5,
        "test_two_hundred_random_edits_in_a_browser_give_the_fractions_of_python": 4.0,
        "test_hostile_text_in_the_link_and_in_fields_does_nothing": 1.5,
        "test_edits_answer_within_a_tenth_of_a_second": 1.5,
        "test_axe_finds_nothing_on_five_states_of_the_page": 4.0,
    },
    "tests/test_import_time.py": {
        "test_whatever_is_imported_first_can_be": 1.2,
    },
    "tests/test_loops.py": {
        "test_no_test_passes_because_a_loop_is_empty": 1.2,
    },
    "tests/worlds/test_contract.py": {
        "test_every_definition_gives_the_same_score_directly_and_compiled": 2.2,
        "test_published_scores": 1.5,
        "test_audits_print": 1.5,
        "test_the_world_tells_what_it_is": 1.2,
    },
    "tests/worlds/test_doubts.py": {
        "test_with_two_wishes_the_conditional_score_follows_from_frequencies": 0.8,
    },
}
