"""Which tests `make.py test --quick` leaves out: this list, and no other place.

A file, and its tests that take long, with the processor seconds that all their cases took together on a quiet two-core machine. A test
belongs here when that is .3 or more; a page of the documentation, whole, when its blocks together take .7 and more.
docs/contributing/test-times.md says how it is measured.
"""

SLOW: dict[str, dict[str, float]] = {
    "README.md": {
        "page": 2.0,
    },
    "causalkit/testing/structures.py": {
        "causalkit.testing.structures.models": 1.1,
    },
    "docs/contributing/add-a-definition.md": {
        "page": 2.7,
    },
    "docs/explanation/atlas.md": {
        "page": 2.7,
    },
    "docs/explanation/doubts.md": {
        "page": 0.8,
    },
    "docs/explanation/seven-questions.md": {
        "page": 5.4,
    },
    "docs/explanation/training/flow.md": {
        "page": 1.1,
    },
    "docs/gallery.md": {
        "page": 4.0,
    },
    "docs/how-to/ask-about-a-whole-network.md": {
        "page": 1.4,
    },
    "docs/how-to/find-a-best-policy.md": {
        "page": 2.0,
    },
    "docs/how-to/put-results-into-a-paper.md": {
        "page": 0.9,
    },
    "docs/how-to/test-your-utility.md": {
        "page": 4.0,
    },
    "docs/how-to/try-it-in-the-browser.md": {
        "page": 1.0,
    },
    "docs/how-to/worlds-over-time.md": {
        "page": 0.7,
    },
    "docs/tutorial/share-and-cite.md": {
        "page": 2.0,
    },
    "docs/tutorial/time-and-sub-agents.md": {
        "page": 1.0,
    },
    "docs/tutorial/your-own-utility.md": {
        "page": 3.2,
    },
    "stop_button/atlas/along/stretches.py": {
        "stop_button.atlas.along.stretches.stretches": 0.6,
    },
    "stop_button/atlas/screen.py": {
        "stop_button.atlas.screen.bibtex": 0.4,
    },
    "stop_button/presentation/plot_atlas.py": {
        "stop_button.presentation.plot_atlas.plot_survivors": 1.1,
    },
    "stop_button/presentation/plot_sequences.py": {
        "stop_button.presentation.plot_sequences.plot_hope": 1.3,
    },
    "stop_button/testing.py": {
        "stop_button.testing.formulas": 0.4,
        "stop_button.testing.utilities": 1.1,
        "stop_button.testing.worlds": 0.7,
    },
    "tests/causalkit/test_adjustment.py": {
        "test_the_frontdoor_formula_gives_the_effect_on_every_graph": 0.5,
    },
    "tests/causalkit/test_attribution.py": {
        "test_dummies_get_nothing_and_twins_the_same": 0.7,
        "test_polynomials": 1.7,
    },
    "tests/causalkit/test_bounds.py": {
        "test_every_coupling_lies_inside_and_the_ends_are_attained": 0.5,
        "test_monotone_studies_determine_the_probabilities_of_causation": 0.4,
        "test_necessity_sufficiency_and_both_by_name": 0.7,
        "test_one_table_without_confounding_gives_the_bounds_of_tian_and_pearl": 0.5,
        "test_the_bounds_of_tian_and_pearl_are_sharp": 0.4,
    },
    "tests/causalkit/test_bounds_from_studies_are_sharp.py": {
        "test_bounds_hold_and_are_attained_by_models_that_agree": 0.7,
        "test_with_both_studies_they_are_the_closed_forms": 0.4,
    },
    "tests/causalkit/test_budgets.py": {
        "test_each_limit_is_an_argument": 0.4,
        "test_every_document_is_read_or_refused_in_time": 7.0,
        "test_no_document_takes_much_memory": 10.1,
        "test_small_formulas_are_read": 7.0,
    },
    "tests/causalkit/test_compiled.py": {
        "test_by_rule_is_what_choosing_gives": 0.6,
        "test_machine_code_says_what_is_exact": 0.9,
        "test_many_observations_as_machine_code": 0.4,
    },
    "tests/causalkit/test_effects.py": {
        "test_path_specific_effect_along_edges": 0.5,
    },
    "tests/causalkit/test_engine_agrees.py": {
        "test_branches_of_a_model_that_was_observed_and_edited": 0.4,
        "test_branches_with_evidence_on_any_of_them": 0.4,
        "test_do_then_given": 1.4,
        "test_events_are_functions": 0.3,
        "test_given_do_given_do": 0.5,
        "test_nested_edges": 0.4,
        "test_prob_and_expect": 0.4,
        "test_tables_without_a_coupling_answer_a_counterfactual_only_when_no_coupling_could_change_it": 0.4,
        "test_tables_without_a_coupling_answer_rungs_one_and_two": 0.4,
    },
    "tests/causalkit/test_engine_contract.py": {
        "test_contraction_is_within_rounding": 0.5,
        "test_open_legs_score_every_policy": 0.4,
    },
    "tests/causalkit/test_engine_eliminate.py": {
        "test_branches_with_evidence_on_two_of_them": 0.4,
        "test_given_then_do": 0.5,
        "test_nested_branches_and_edges": 1.2,
        "test_symbols": 0.7,
    },
    "tests/causalkit/test_engine_guards.py": {
        "test_the_monotone_coupling_of_irrational_weights_is_the_inverse_of_their_sums": 1.9,
    },
    "tests/causalkit/test_engine_plan.py": {
        "test_what_is_too_large_is_refused_with_the_count_and_the_ways_out": 0.7,
    },
    "tests/causalkit/test_engine_sample.py": {
        "test_branches_share_their_noise": 1.0,
        "test_intervals_cover_at_their_level": 3.1,
    },
    "tests/causalkit/test_estimand.py": {
        "test_equal_formulas_print_alike_and_hash_alike": 0.4,
        "test_substitution_is_evaluation_at_the_substituted_value": 0.4,
        "test_the_algebra_changes_no_number": 0.3,
    },
    "tests/causalkit/test_files.py": {
        "test_two_writers_and_a_reader": 0.5,
    },
    "tests/causalkit/test_graph.py": {
        "test_relatives_agree_with_networkx": 0.4,
    },
    "tests/causalkit/test_graph_sets.py": {
        "test_all_and_minimal_independences_are_separations": 0.3,
        "test_the_markov_blanket_is_the_smallest_set_that_shields": 0.3,
    },
    "tests/causalkit/test_graph_text.py": {
        "test_what_is_printed_reads_back_whatever_the_names": 0.4,
    },
    "tests/causalkit/test_identify.py": {
        "test_every_refusal_is_a_hedge": 0.5,
        "test_id_is_sound_and_refuses_with_a_hedge": 1.0,
        "test_on_larger_domains": 1.2,
        "test_on_the_napkin_the_conditional_is_not_the_effect": 0.4,
        "test_where_an_estimand_has_a_value_it_is_the_truth": 0.6,
    },
    "tests/causalkit/test_identify_counterfactual.py": {
        "test_from_observation_alone": 0.5,
        "test_id_star_and_idc_star_are_sound": 0.9,
        "test_id_star_is_complete_where_one_unseen_cause_reaches_all": 0.4,
        "test_in_one_world_it_is_an_ordinary_effect": 0.4,
        "test_the_drug_example_of_shpitser_and_pearl": 0.8,
    },
    "tests/causalkit/test_impossible_conditions.py": {
        "test_a_number_is_right_and_impossible_is_what_the_model_says": 1.0,
    },
    "tests/causalkit/test_interop_json.py": {
        "test_round_trip_of_files": 0.4,
    },
    "tests/causalkit/test_interop_pgmpy.py": {
        "test_large_networks_load_and_answer_as_pgmpy_does": 1.2,
        "test_there_and_back": 0.7,
    },
    "tests/causalkit/test_intervals_hold_their_level.py": {
        "test_no_interval_is_wider_than_the_scatter_of_the_estimates_asks_for": 1.2,
        "test_the_stated_level_is_held": 2.2,
    },
    "tests/causalkit/test_join_tree.py": {
        "test_events_as_evidence": 0.5,
        "test_most_probable": 0.3,
        "test_one_triangulation_for_a_thousand_questions": 0.9,
        "test_open_choices": 0.4,
        "test_seeing_and_doing_in_any_order": 0.5,
        "test_threads_get_the_same_answers": 0.3,
        "test_what_is_kept_stays_within_its_bound_and_goes_with_the_model": 1.2,
        "test_what_is_too_large_is_refused_before_anything_is_computed": 3.4,
    },
    "tests/causalkit/test_linear.py": {
        "test_what_nothing_satisfies_has_no_optimum": 0.4,
    },
    "tests/causalkit/test_logarithms.py": {
        "test_signs_are_those_of_products_of_powers": 0.8,
    },
    "tests/causalkit/test_model.py": {
        "test_a_long_chain": 1.0,
        "test_a_model_travels_to_another_process": 0.5,
        "test_events_that_can_be_pickled_stay_in_a_pickled_model": 0.3,
        "test_paste_back_models_with_rules": 0.3,
        "test_paste_back_models_with_steps": 0.5,
        "test_pickle_and_copy": 0.3,
        "test_pickle_and_copy_after_steps": 0.5,
        "test_questions_and_verbs_change_nothing": 0.4,
    },
    "tests/causalkit/test_networks_round_trips.py": {
        "test_bundled_networks_are_read_as_pgmpy_reads_them": 3.5,
        "test_hostile_models_come_back_equal": 1.3,
        "test_models_of_every_mechanism_come_back_equal": 1.2,
        "test_numbered_models_come_back_from_uai": 0.9,
        "test_others_read_the_table_beside_a_note": 0.7,
        "test_plain_models_need_no_notes": 0.4,
        "test_we_read_what_pgmpy_writes_and_it_reads_what_we_write": 2.6,
    },
    "tests/causalkit/test_plot.py": {
        "test_arrows_end_at_the_borders_of_their_boxes": 0.4,
        "test_boxes_never_overlap_and_parents_stand_before_children": 0.4,
        "test_no_arrow_runs_over_a_box": 0.4,
        "test_svg_is_the_same_on_every_run": 1.3,
        "test_svg_is_xml_and_holds_every_label": 0.5,
        "test_what_is_large_is_drawn_when_it_is_asked_for_and_not_when_it_is_displayed": 0.5,
    },
    "tests/causalkit/test_refusals.py": {
        "test_signs_that_do_not_show": 0.3,
    },
    "tests/causalkit/test_remainders.py": {
        "test_floats_by_matrices": 1.3,
        "test_products_and_sums": 0.4,
    },
    "tests/causalkit/test_repairs.py": {
        "test_a_hundred_thousand_nodes": 3.0,
    },
    "tests/causalkit/test_symbols.py": {
        "test_break_even_values_are_all_and_only_those_of_equality": 0.4,
        "test_derivative": 0.4,
        "test_regions_name_the_largest": 2.4,
    },
    "tests/causalkit/test_ten_thousand_queries.py": {
        "test_ten_thousand_queries": 0.6,
    },
    "tests/causalkit/test_testing.py": {
        "test_a_confounded_pair_shrinks_to_one_noise_and_two_listeners": 2.2,
        "test_a_difference_between_seeing_and_doing_shrinks_to_a_small_model": 3.1,
        "test_a_model_shrinks_to_the_variables_that_matter": 1.2,
        "test_edits_can_be_done_one_after_the_other": 0.5,
        "test_events": 0.3,
        "test_evidence_has_positive_probability": 0.7,
    },
    "tests/causalkit/test_too_large.py": {
        "test_the_same_seed_gives_the_same_estimate": 0.6,
    },
    "tests/causalkit/test_where_peers_err.py": {
        "test_random_cases": 3.8,
    },
    "tests/laws/test_counterfactuals.py": {
        "test_a_branch_alone_is_an_intervention": 0.3,
        "test_abduction_action_prediction": 0.5,
        "test_branches_share_noise": 0.4,
        "test_composition": 0.3,
        "test_consistency": 0.4,
        "test_effectiveness": 0.4,
        "test_reversibility": 0.5,
        "test_total_probability_of_counterfactuals": 0.3,
    },
    "tests/laws/test_couplings.py": {
        "test_every_coupling_reproduces_the_table_on_rungs_one_and_two": 1.2,
    },
    "tests/laws/test_independence.py": {
        "test_d_separation_implies_independence": 0.5,
        "test_d_separation_implies_independence_after_doing": 0.8,
        "test_separation_in_the_latent_projection_implies_independence": 0.5,
        "test_the_local_markov_condition": 0.4,
    },
    "tests/laws/test_interventions.py": {
        "test_disjoint_dos_commute": 0.3,
        "test_do_is_idempotent": 1.2,
        "test_do_on_a_root_equals_conditioning": 0.4,
        "test_rule_1_of_do_calculus": 0.8,
        "test_rule_2_of_do_calculus": 0.9,
        "test_rule_3_of_do_calculus": 0.6,
        "test_the_last_do_wins": 0.7,
    },
    "tests/laws/test_invariance.py": {
        "test_a_bystander_changes_nothing": 0.5,
        "test_permuting_domains": 0.5,
        "test_renaming_variables": 0.5,
        "test_reordering_declarations": 0.5,
        "test_reordering_the_rows_of_a_monotone_table": 0.5,
        "test_spelling_values_anew": 0.5,
    },
    "tests/laws/test_mediation.py": {
        "test_all_edges_carry_the_total_effect_and_none_carries_none": 0.6,
        "test_edges_are_the_paths_made_of_them": 0.3,
        "test_recanting_witness": 1.3,
        "test_the_direct_edge_carries_the_natural_direct_effect_and_the_others_the_indirect_one": 0.5,
    },
    "tests/laws/test_probabilities_of_causation.py": {
        "test_bounds_from_studies_hold": 0.8,
        "test_by_brute_force": 0.3,
        "test_lemma_9_2_7_inhibitors_leave_necessity_alone": 0.7,
        "test_theorem_9_2_15_under_monotonicity": 0.3,
    },
    "tests/laws/test_probability.py": {
        "test_bayes": 0.4,
        "test_evidence_in_any_order_or_at_once": 0.4,
        "test_the_complement": 0.4,
        "test_total_probability": 0.3,
        "test_tower_rule": 0.3,
    },
    "tests/laws/test_stop_button_facts.py": {
        "test_c1_consistency": 0.3,
        "test_c2_identity": 0.3,
        "test_c2_where_either_wish_is_as_likely_the_two_agree": 0.5,
        "test_c3_weights_over_natural_and_imposed_wish": 0.4,
        "test_c6_an_impossible_condition_leaves_the_score_undefined": 0.6,
        "test_ccmin_is_the_smaller_control": 0.5,
        "test_d1_it_is_a_switch_on_a_wish_that_is_thrown": 0.4,
        "test_d1_the_counterfactual_utility_is_interventional": 0.4,
        "test_d2_how_the_wish_comes_about_does_not_matter": 0.6,
        "test_d2_nothing_comes_through_the_wish": 0.9,
        "test_d3_manipulation_only_costs": 0.4,
        "test_ref_under_its_own_reference_is_the_conditional_utility": 0.3,
        "test_switch_is_total_probability_over_the_factual_cells": 0.3,
    },
    "tests/laws/test_theorems.py": {
        "test_theorem_11_clean_means_draw_by_draw": 0.5,
        "test_theorem_11_where_the_graph_says_cannot_influence_is_at_most_a_side_effect": 0.7,
        "test_theorem_12_lots_do_not_help_a_weighted_sum_of_means_without_conditions": 0.8,
        "test_theorem_14_not_under_a_sum_of_means_without_conditions": 0.5,
        "test_wishes_are_drawn_as_they_are_promised": 0.5,
    },
    "tests/published/test_chockler2004.py": {
        "test_each_marksman_is_to_blame_by_a_tenth": 0.7,
        "test_the_marksman_with_the_live_bullet_is_fully_responsible": 1.6,
    },
    "tests/published/test_definitions_with_policies_inside.py": {
        "test_the_car_factory": 1.7,
        "test_the_floor_is_charged_where_shutdown_could_do_less": 0.4,
    },
    "tests/published/test_everitt2021.py": {
        "test_no_model_refutes_what_the_graph_excludes": 0.5,
        "test_some_model_realises_each_incentive_that_the_graph_allows": 0.7,
    },
    "tests/published/test_hadfield2017.py": {
        "test_a_gaussian_belief": 0.3,
        "test_a_human_who_throws_a_coin": 0.4,
        "test_any_human": 0.5,
    },
    "tests/published/test_soares2015.py": {
        "test_at_the_optimum_the_largest_silent_value_removes_both_incentives": 1.0,
        "test_causal_indifference_is_the_counterfactual_formula": 0.4,
        "test_the_corrected_utility_is_the_value_of_silence_for_every_shutdown_utility": 0.8,
    },
    "tests/published/test_tailcalled2021.py": {
        "test_half_the_weight_on_a_fair_coin_is_the_same_utility": 0.4,
    },
    "tests/published/test_tailcalled2022.py": {
        "test_case_a_a_black_hole_makes_the_utility_object": 1.3,
    },
    "tests/stop_button/test_agents.py": {
        "test_a_lexicographic_agent_by_hand": 0.6,
        "test_the_lot_in_the_world_scores_as_is_expected_of_it_and_conditions_are_on_one_run": 1.1,
        "test_the_order_is_a_best_policy_subject_to_the_best_of_those_before": 0.4,
        "test_weights_above_the_thresholds_do_the_same_as_the_order": 0.3,
    },
    "tests/stop_button/test_atlas.py": {
        "test_a_cell_that_fails_names_the_first_world_of_its_family_that_does": 0.5,
        "test_a_run_that_was_ended_goes_on_where_it_was": 0.3,
        "test_bringing_up_to_date_goes_on_where_it_was": 3.2,
        "test_every_row_says_why_where_it_does_not_apply": 1.4,
        "test_letters_are_what_the_model_says": 0.4,
        "test_the_best_of_a_definition_that_takes_itself_for_granted_are_its_stable_policies": 0.4,
        "test_what_changed_is_told_by_hashes": 0.4,
        "test_what_is_said_of_a_property_of_policies_is_so_of_the_policies": 1.0,
        "test_what_was_found_is_read_as_it_was_written": 0.4,
    },
    "tests/stop_button/test_atlas_along.py": {
        "test_a_surface_goes_through_the_end_that_it_belongs_to": 1.0,
        "test_inside_each_interval_those_are_best_and_that_fails": 2.5,
        "test_what_is_committed_is_what_is_found": 1.5,
    },
    "tests/stop_button/test_atlas_data.py": {
        "test_a_story_shows_the_failure_that_its_cell_claims": 1.6,
        "test_add_a_definition_followed_to_the_letter_gives_a_row": 0.8,
        "test_add_a_world_followed_to_the_letter_gives_entries": 0.8,
        "test_at_most_fifteen_cells_in_a_hundred_do_not_apply": 0.6,
        "test_cells_of_families_at_random": 1.6,
        "test_entries_of_bundled_worlds_at_random": 3.8,
        "test_the_command_shows_the_whole_a_row_a_column_a_world_and_a_cell": 1.4,
        "test_what_a_cell_says_is_what_its_places_say": 1.1,
        "test_what_changed_is_made_anew_and_the_rest_is_kept": 0.5,
    },
    "tests/stop_button/test_atlas_in_rare_cases.py": {
        "test_what_is_best_changes_where_the_price_is_what_acting_brings": 1.1,
    },
    "tests/stop_button/test_audit.py": {
        "test_a_verdict_follows_from_the_flags_and_gains_of_the_best_policies": 2.4,
        "test_the_counterfactual_utility_never_pays_for_manipulation": 1.3,
        "test_the_remedy_is_the_best_of_all_policies_without_a_flag": 1.1,
        "test_too_many_baselines": 0.8,
    },
    "tests/stop_button/test_bounding.py": {
        "test_a_single_polynomial_gives_every_score": 0.6,
        "test_an_exchange_changes_no_score": 0.5,
        "test_no_completion_exceeds_a_bound": 1.5,
        "test_no_completion_exceeds_a_bound_where_choices_hang_together": 1.0,
        "test_the_bound_of_a_whole_policy_is_its_score": 0.3,
    },
    "tests/stop_button/test_canonical_families.py": {
        "test_burnsides_lemma_counts_what_is_listed": 0.8,
        "test_no_world_comes_twice_and_none_is_left_out": 0.6,
    },
    "tests/stop_button/test_causal_game_worlds.py": {
        "test_koller_milch_backward_induction_finds_an_equilibrium_of_a_world_whose_relevance_graph_is_acyclic": 0.5,
    },
    "tests/stop_button/test_causal_games.py": {
        "test_antos_pfeffer_an_equilibrium_of_what_is_left_is_one_of_the_whole": 0.5,
    },
    "tests/stop_button/test_choice_of_method.py": {
        "test_a_summand_for_each_set_of_eight_costs_little_more_than_one_of_all": 0.6,
        "test_the_sets_of_choices_are_as_many_as_said_at_most": 0.5,
        "test_where_nothing_is_seen_what_is_proved_is_not_proved_again_at_length": 4.6,
    },
    "tests/stop_button/test_cli.py": {
        "test_a_new_world_is_audited_as_it_stands": 0.3,
        "test_definitions_that_do_not_apply_are_named_with_the_reason_or_where_it_is": 1.9,
        "test_every_bundled_world_survives_its_file": 1.7,
        "test_fail_on_ends_with_1_where_a_verdict_is_among_the_words": 0.4,
        "test_the_page_is_one_self_contained_file": 0.5,
        "test_the_table_of_one_world_names_best_policies_and_their_flags": 0.8,
        "test_the_table_over_all_worlds_is_a_screen_and_so_is_that_of_each": 7.3,
    },
    "tests/stop_button/test_command_faults.py": {
        "test_a_full_device_is_told": 0.4,
        "test_a_limit_on_memory_ends_in_words": 0.3,
        "test_a_world_file_does_not_move_the_page": 0.8,
        "test_an_interrupt_at_any_moment_ends_it_and_leaves_no_half_page": 4.2,
        "test_any_stream_holds_the_whole_audit": 1.5,
        "test_machine_code_where_nothing_can_be_cached": 1.0,
        "test_no_check_is_an_assert": 1.3,
        "test_optimised_python_knows_what_the_worlds_and_definitions_mean": 0.3,
        "test_optimised_python_lists_the_same": 2.1,
        "test_optimised_python_refuses_what_python_refuses": 1.3,
        "test_the_command_says_so_and_ends_with_2": 0.6,
        "test_two_runs_on_one_page": 2.1,
        "test_whoever_reads_may_go": 0.5,
        "test_without_standard_output": 0.6,
    },
    "tests/stop_button/test_contract_of_definitions.py": {
        "test_it_is_asked_somewhere_and_says_why_where_it_is_not": 2.3,
        "test_the_order_of_the_draws_does_not_matter": 0.4,
    },
    "tests/stop_button/test_distribution.py": {
        "test_c2_the_counterfactual_utility_averages_the_controls": 0.6,
        "test_c3_the_weights_of_the_cells": 0.5,
    },
    "tests/stop_button/test_encapsulation.py": {
        "test_a_conserved_resource_by_hand": 0.5,
        "test_agrees_with_a_calculation_from_scratch": 2.2,
        "test_the_numbers_by_hand": 0.5,
        "test_where_theft_and_bribery_begin_to_pay": 0.7,
    },
    "tests/stop_button/test_executors.py": {
        "test_a_dead_worker_breaks_its_pool_and_nobody_is_blamed_for_certain": 1.5,
        "test_a_dead_worker_of_a_cluster_is_replaced_and_the_culprit_named": 3.1,
        "test_a_failure_names_the_world_and_keeps_the_results_before_it": 1.3,
        "test_a_typed_error_is_raised_as_it_is": 0.8,
        "test_ranking": 5.8,
        "test_search": 1.5,
        "test_survey": 1.5,
        "test_what_is_done_comes_out_though_no_more_can_be_handed_out": 5.6,
    },
    "tests/stop_button/test_flags.py": {
        "test_by_way_of_the_wish_of_the_switch_by_brute_force": 0.6,
        "test_incentive_gap_is_what_those_miss_who_change_no_wish": 0.7,
        "test_nothing_is_done_or_gained_against_oneself": 0.8,
    },
    "tests/stop_button/test_formula.py": {
        "test_a_formula_is_its_parts_put_together_again": 0.4,
    },
    "tests/stop_button/test_formulas_over_time.py": {
        "test_a_long_world_says_what_no_policy_exceeds": 1.0,
        "test_every_policy_against_the_search_over_states": 6.0,
        "test_one_rule_for_both_steps_under_the_least_of_means": 0.8,
    },
    "tests/stop_button/test_games.py": {
        "test_a_policy_that_is_verified_by_elimination_is_judged_as_its_reduced_strategies_are": 0.3,
        "test_extreme_equilibria_are_those_found_by_trying_every_pair_of_supports": 0.4,
        "test_results_print_and_become_frames": 1.1,
    },
    "tests/stop_button/test_games_further.py": {
        "test_subgame_perfect_equilibria_are_those_of_brute_force_over_histories": 0.4,
    },
    "tests/stop_button/test_hope.py": {
        "test_misuse_is_refused_in_words": 1.9,
        "test_ten_thousand_states_without_cycles": 1.6,
        "test_what_lies_behind_is_between_the_least_and_the_most": 0.4,
    },
    "tests/stop_button/test_incentive_amounts.py": {
        "test_a_response_incentive_is_there_when_every_best_policy_responds": 0.4,
        "test_knowledge_and_control_never_hurt": 0.4,
        "test_policies_that_are_too_many_to_list_are_counted": 0.7,
        "test_the_optimum_is_what_trying_every_policy_finds": 0.5,
        "test_what_the_graph_excludes_is_worth_nothing_to_two_decisions_with_or_without_recall": 0.4,
    },
    "tests/stop_button/test_incentive_criteria.py": {
        "test_criteria_agree_with_their_definitions_on_random_diagrams": 0.8,
    },
    "tests/stop_button/test_incentives_are_witnessed.py": {
        "test_cannot_is_complete_for_every_criterion": 0.6,
        "test_what_cannot_have_value_of_control_has_none_and_what_may_has_some": 0.4,
        "test_what_cannot_have_value_of_information_has_none_in_models_of_two_decisions": 1.0,
        "test_what_may_have_value_of_information_has_some_in_a_model_of_two_decisions": 1.0,
    },
    "tests/stop_button/test_incentives_over_time.py": {
        "test_a_long_world_of_helpers": 1.0,
        "test_every_best_policy_of_two_decisions": 4.0,
        "test_how_far_a_stop_reaches_by_the_ends_and_by_listing": 0.8,
        "test_incentives_of_forty_steps": 0.8,
        "test_the_tax_of_a_ratio_over_time": 0.5,
        "test_what_seeing_and_what_deciding_is_worth": 2.5,
    },
    "tests/stop_button/test_influence_diagrams.py": {
        "test_incentives_of_decisions": 0.3,
        "test_number_of_optimal_policies": 0.4,
        "test_quantitative_value_of_information": 0.6,
    },
    "tests/stop_button/test_information.py": {
        "test_ranks_and_sweeps_of_entropies_are_scores_one_by_one": 0.6,
    },
    "tests/stop_button/test_judged_draw_by_draw.py": {
        "test_a_change_of_frequencies_is_a_lower_bound_of_influence": 0.8,
        "test_bounds_hold_for_every_coupling": 6.3,
        "test_flags_gains_and_verdicts_agree_with_going_through_every_draw": 4.3,
        "test_no_world_is_clean_in_which_a_best_policy_obstructs_or_moves_a_wish": 1.9,
        "test_the_verdict_on_influence_does_not_contradict_the_graph": 1.6,
    },
    "tests/stop_button/test_language.py": {
        "test_a_score_is_what_trying_every_policy_gives": 0.3,
        "test_a_test_has_three_values": 1.0,
        "test_scores_under_constraints_in_every_way_that_scores_are_worked_out": 1.1,
    },
    "tests/stop_button/test_language_laws.py": {
        "test_a_best_over_a_decision_that_sees_much": 1.6,
        "test_a_best_over_some_decisions_is_the_best_of_all_ways_to_make_them": 0.4,
        "test_a_test_and_its_negation_exclude_each_other": 1.4,
        "test_a_test_is_a_claim": 0.8,
        "test_lexicographic": 0.4,
        "test_nothing_exceeds_the_best_and_nothing_is_below_the_worst": 0.3,
    },
    "tests/stop_button/test_lots_divided.py": {
        "test_a_divisor_that_may_be_0_makes_the_search_no_coarser_for_small_numbers": 1.0,
        "test_a_ratio_lies_within_the_interval_of_its_form_on_every_part": 0.4,
        "test_it_agrees_with_the_linear_program": 0.5,
        "test_no_chances_on_a_grid_exceed_the_bound": 6.0,
        "test_too_many_coefficients_are_refused_before_the_work": 1.7,
        "test_what_grows_without_end_is_found_as_far_as_the_search_goes": 0.5,
    },
    "tests/stop_button/test_lotteries.py": {
        "test_shares_agree_with_all_permutations_in_small_worlds": 0.5,
        "test_shares_agree_with_all_permutations_in_worlds_with_two_decisions": 0.8,
    },
    "tests/stop_button/test_many_options.py": {
        "test_memory_grows_as_the_options_do": 1.0,
    },
    "tests/stop_button/test_mixing.py": {
        "test_a_game_with_a_saddle_is_played_without_lots": 0.7,
        "test_games_are_solved_whatever_the_unit_and_the_zero_of_payoffs": 0.8,
        "test_games_with_more_columns_are_proved": 0.4,
        "test_games_with_two_columns_have_the_value_worked_out_by_hand": 0.5,
        "test_lots_are_never_worse_than_none": 0.6,
        "test_solutions_near_a_solution": 0.8,
    },
    "tests/stop_button/test_more_by_hand.py": {
        "test_families_are_equal_by_their_worlds": 1.0,
    },
    "tests/stop_button/test_named_policies.py": {
        "test_a_policy_of_a_long_world_is_scored_with_its_flags": 0.8,
    },
    "tests/stop_button/test_necessity.py": {
        "test_agrees_with_units_in_small_worlds": 0.3,
        "test_agrees_with_units_in_worlds_with_two_decisions": 0.3,
    },
    "tests/stop_button/test_per_step.py": {
        "test_agrees_with_a_simulation": 1.3,
    },
    "tests/stop_button/test_plot.py": {
        "test_every_bundled_world_is_drawn_with_every_variable": 2.7,
    },
    "tests/stop_button/test_policy.py": {
        "test_a_policy_plugged_in_does_what_it_says": 0.5,
        "test_a_policy_survives_a_pickle": 0.4,
        "test_index_and_place_agree": 0.7,
        "test_slices_are_those_of_a_list": 0.3,
    },
    "tests/stop_button/test_ranking.py": {
        "test_ranking_of_bundled_worlds": 2.0,
    },
    "tests/stop_button/test_ranking_is_exact.py": {
        "test_a_ranking_is_that_of_fractions": 1.2,
        "test_scores_beyond_all_floats": 0.7,
    },
    "tests/stop_button/test_replies_by_hand.py": {
        "test_best_policies_are_one_for_each_way_to_fill_what_matters": 1.4,
    },
    "tests/stop_button/test_results_equal.py": {
        "test_equal_results_are_equal": 0.6,
        "test_no_two_kinds_of_results_are_equal": 0.3,
    },
    "tests/stop_button/test_resume.py": {
        "test_a_killed_search_goes_on": 0.5,
        "test_a_search_for_a_counterexample_goes_on_where_it_was_stopped": 1.3,
        "test_a_survey_goes_on_where_it_was_stopped": 1.4,
        "test_branch_and_bound_goes_on_where_it_was_stopped": 1.1,
    },
    "tests/stop_button/test_robustness.py": {
        "test_inside_every_stretch_the_verdict_is_that_of_the_world_with_that_probability": 2.7,
        "test_the_jackpot_pays_for_steering_only_where_luck_is_rare": 0.3,
    },
    "tests/stop_button/test_safety_tax.py": {
        "test_among_the_best_of_decisions_that_see_little": 0.8,
        "test_over_many_steps_in_which_hardly_anything_is_seen": 2.4,
        "test_over_time_a_press_is_worth_what_listing_all_policies_says": 0.5,
        "test_the_tax_is_that_of_all_policies_listed": 0.3,
    },
    "tests/stop_button/test_score.py": {
        "test_best_is_every_policy_that_none_beats": 0.6,
    },
    "tests/stop_button/test_scores_agree.py": {
        "test_a_sweep_is_every_policy_one_by_one": 0.3,
        "test_all_scores_at_once_are_every_policy_one_by_one": 0.8,
        "test_all_scores_at_once_where_floats_do_not_hold_the_integers": 0.3,
        "test_direct_and_compiled_where_noise_is_shared_between_rows": 0.5,
        "test_direct_compiled_and_brute_force": 0.5,
        "test_where_the_reference_draws_lots_too": 0.4,
    },
    "tests/stop_button/test_search.py": {
        "test_a_refutation_holds_in_the_world_that_is_shown": 0.5,
        "test_an_executor_finds_the_same": 1.6,
        "test_every_claim_is_refuted_by_some_utility": 1.0,
        "test_fact_d2_nothing_comes_through_the_wish_in_the_whole_family": 0.6,
        "test_no_world_before_it_refutes_the_claim": 0.3,
        "test_survey_of_the_loss_in_the_public_unsafe_act": 0.6,
        "test_survey_over_several_parameters_and_an_executor": 0.5,
        "test_worlds_are_counted_by_what_became_of_the_claim": 0.5,
    },
    "tests/stop_button/test_sensitivity.py": {
        "test_a_score_without_conditions_moves_along_a_line": 1.4,
        "test_a_slope_is_the_derivative_of_the_score_as_a_formula": 2.4,
        "test_sums_products_quotients_and_extremes": 0.5,
        "test_the_slopes_of_a_noise_average_to_zero": 1.0,
    },
    "tests/stop_button/test_sequences.py": {
        "test_against_enumeration_that_shares_no_code": 5.6,
        "test_best_policies_that_take_too_long_to_count_are_not_counted": 0.4,
        "test_each_step_has_as_many_states_as_its_future_depends_on": 1.0,
        "test_most_shapes_are_solved_outright": 2.0,
        "test_the_best_of_all_policies_with_every_tie": 4.0,
        "test_the_greatest_ratio_with_every_tie": 2.0,
        "test_three_steps": 0.5,
        "test_tied_decisions": 1.0,
        "test_tied_rules_may_draw_lots": 2.4,
        "test_what_is_kept_does_not_hold_the_world": 0.3,
    },
    "tests/stop_button/test_sequences_by_enumeration.py": {
        "test_the_best_rules_are_those_of_the_list_where_nothing_is_seen": 1.4,
    },
    "tests/stop_button/test_several_wishes.py": {
        "test_a_utility_of_one_person_is_the_utility_of_a_world_with_that_wish_alone": 2.5,
        "test_flags_of_each_and_of_all_by_brute_force": 0.7,
    },
    "tests/stop_button/test_solving.py": {
        "test_a_million_policies_by_a_handful_of_bounds": 0.5,
        "test_an_interruption_keeps_what_was_found": 0.4,
        "test_every_definition_in_every_bundled_world": 5.3,
        "test_nested_formulas_are_solved_too": 0.9,
        "test_runs_that_meet_two_choices": 0.5,
        "test_ten_to_the_twenty_policies_under_a_sum_of_ratios": 0.5,
        "test_the_solution_is_the_best_of_the_sweep": 0.4,
    },
    "tests/stop_button/test_stability.py": {
        "test_a_draw_is_stable_where_both_options_are_as_good": 1.1,
        "test_stable_policies_are_those_that_no_reply_beats": 1.0,
        "test_what_reads_both_policies_in_one_mean_is_stable_as_means_apart_are": 0.5,
    },
    "tests/stop_button/test_stopped_search.py": {
        "test_what_a_stopped_search_leaves_open_is_above_its_best": 2.3,
    },
    "tests/stop_button/test_tables_for_papers.py": {
        "test_frames_hold_flags_and_floats": 0.5,
        "test_latex_reads_the_table": 0.4,
    },
    "tests/stop_button/test_testing.py": {
        "test_arguments": 0.4,
        "test_three_lines_for_a_utility_of_your_own": 0.7,
        "test_what_comes_up": 0.8,
        "test_with_possible_either_wish_is_possible_under_every_policy": 0.5,
    },
    "tests/stop_button/test_through.py": {
        "test_a_path_is_a_path_of_the_graph": 0.5,
        "test_cannot_is_not_refuted_in_bundled_worlds": 1.0,
        "test_d2_the_counterfactual_utility_cannot_reward_influence_on_intent": 0.3,
        "test_may_is_realised_in_a_small_family": 2.8,
        "test_utilities_that_condition_may_wherever_a_decision_reaches_the_wish": 0.5,
    },
    "tests/stop_button/test_training.py": {
        "test_losses_of_acts_do_not_change_with_the_meter": 0.9,
    },
    "tests/stop_button/test_unfolding.py": {
        "test_any_mean_of_any_world": 0.3,
        "test_bundled_worlds_are_compared": 2.0,
        "test_means_over_time": 0.3,
    },
    "tests/stop_button/test_world.py": {
        "test_a_world_survives_a_pickle": 0.3,
        "test_paste_back": 1.2,
    },
    "tests/test_architecture.py": {
        "test_the_picture_shows_the_imports_of_today": 2.0,
    },
    "tests/test_atlas_page.py": {
        "test_a_cell_opens_at_every_size_and_nothing_is_asked_for": 0.5,
        "test_axe_finds_nothing_on_the_page": 3.0,
        "test_every_cell_opens_with_what_was_found_of_it": 1.3,
        "test_hostile_text_is_shown_as_text": 1.3,
        "test_the_code_that_is_shown_shows_the_failure": 2.0,
        "test_the_command_writes_a_part_of_the_page": 1.2,
        "test_the_page_is_used_with_the_keyboard": 0.6,
    },
    "tests/test_bibliography.py": {
        "test_every_cited_source_is_in_the_bibliography": 1.0,
    },
    "tests/test_browser_page.py": {
        "test_a_hostile_name_stays_a_name_in_the_program_that_is_copied": 0.5,
        "test_a_link_holds_all_that_is_seen": 0.6,
        "test_an_edit_is_answered_in_no_longer_than_a_few_sums_of_half_a_million_numbers": 2.6,
        "test_axe_finds_nothing_on_five_states_of_the_page": 1.6,
        "test_every_field_is_reached_and_used_with_the_keyboard": 0.4,
        "test_every_world_that_is_offered_is_judged_as_python_judges_it": 1.3,
        "test_hostile_text_in_the_link_and_in_fields_does_nothing": 1.8,
        "test_the_program_that_is_copied_prints_the_scores_and_the_verdict": 5.5,
        "test_the_random_edits_hold_what_is_hard": 4.8,
        "test_two_hundred_random_edits_give_the_fractions_of_python": 1.0,
        "test_two_hundred_random_edits_in_a_browser_give_the_fractions_of_python": 4.8,
        "test_where_the_page_says_that_the_verdict_flips_it_does": 1.1,
    },
    "tests/test_claims_by_definitions.py": {
        "test_cells_at_random": 2.8,
    },
    "tests/test_examples.py": {
        "test_example_runs": 1.6,
    },
    "tests/test_first_hour.py": {
        "test_the_path_from_the_readme_to_a_table": 4.0,
    },
    "tests/test_general_worlds.py": {
        "test_a_tie_does_not_end_the_search_and_its_story_says_so": 1.0,
        "test_policies_that_draw_lots_may_tie_with_a_clean_winner_and_be_flagged": 1.5,
        "test_the_tax_of_a_utility_that_takes_itself_for_granted_is_that_of_its_highest_scores": 0.4,
    },
    "tests/test_hostile_text.py": {
        "test_pictures_and_pages": 7.6,
        "test_whatever_has_words_has_them_in_a_notebook": 1.2,
        "test_whatever_prints_itself_prints_text": 5.1,
    },
    "tests/test_if_you_know.py": {
        "test_each_line_runs_and_says_the_same": 5.0,
    },
    "tests/test_import_time.py": {
        "test_importing_takes_a_small_multiple_of_starting_python": 0.9,
        "test_whatever_is_imported_first_can_be": 0.7,
    },
    "tests/test_layers.py": {
        "test_an_import_inside_a_function_is_for_a_library_or_a_leaf": 0.5,
        "test_no_room_has_a_circle": 0.5,
        "test_nobody_reads_a_private_field_of_another_module": 1.0,
        "test_only_leaves_load_other_projects": 0.5,
        "test_rooms_import_only_from_rows_above_their_own": 2.1,
    },
    "tests/test_links.py": {
        "test_every_link_between_pages_leads_somewhere": 0.3,
    },
    "tests/test_long_runs.py": {
        "test_every_long_run_has_a_row_and_every_row_a_run": 0.8,
    },
    "tests/test_loops.py": {
        "test_no_test_passes_because_a_loop_is_empty": 0.9,
    },
    "tests/test_mutants_of_documents.py": {
        "test_a_mutant_is_refused_or_read_alike": 0.9,
    },
    "tests/test_notebooks.py": {
        "test_a_notebook_runs_and_prints_what_it_means_to": 20.0,
    },
    "tests/test_project_speaks_of_itself.py": {
        "test_no_file_speaks_of_anything_foreign": 1.0,
    },
    "tests/test_public_names.py": {
        "test_every_path_of_release_0_1_leads_somewhere": 0.4,
    },
    "tests/test_tests.py": {
        "test_test_modules_do_not_import_each_other": 1.6,
    },
    "tests/test_what_a_type_checker_sees.py": {
        "test_a_type_checker_sees_what_a_score_is": 0.0,
        "test_a_wrong_use_of_a_probability_is_an_error": 8.0,
    },
    "tests/test_words_of_results.py": {
        "test_what_is_shown_is_what_is_said": 0.4,
    },
    "tests/test_wrong_arguments.py": {
        "test_no_error_from_inside_comes_out": 3.2,
    },
    "tests/worlds/test_contract.py": {
        "test_audits_print": 3.1,
        "test_building_it_again_gives_the_same_world": 1.1,
        "test_every_definition_gives_the_same_score_directly_and_compiled": 5.6,
        "test_it_can_be_written_to_a_file_and_read_back": 0.4,
        "test_published_scores": 2.1,
        "test_the_scoreboard_prints": 2.2,
        "test_the_world_tells_what_it_is": 1.8,
        "test_what_may_happen_may_also_be_sure": 0.7,
    },
    "tests/worlds/test_doubts.py": {
        "test_c4_the_factual_share_of_k_instructions_is_one_kth": 0.4,
        "test_with_two_wishes_the_conditional_score_follows_from_frequencies": 0.4,
    },
}
