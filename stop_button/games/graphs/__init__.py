"""Causal games on graphs: which decision relies on which, which parts are games of their own, what responds to an intervention, and why."""

from stop_button.games.graphs.induction import Induction, backward_induction
from stop_button.games.graphs.interventions import (
    Comparison,
    Responses,
    compare_interventions,
    intervened_world,
    post_policy,
    pre_policy,
)
from stop_button.games.graphs.mechanised import MechanisedGraph, mechanised_graph, r_reachable
from stop_button.games.graphs.patterns import Pattern, ReasoningPatterns, patterns_of, reasoning_patterns
from stop_button.games.graphs.players import game_diagram
from stop_button.games.graphs.recall import PerfectRecall, perfect_recall
from stop_button.games.graphs.simplification import Simplification, simplified
from stop_button.games.graphs.subgames import Subgame, closed_decisions, subgame, subgames
from stop_button.incentives.diagram import Diagram
from stop_button.incentives.relevance import relevance_graph, s_reachable, sufficient_recall

__all__ = [
    "Comparison", "Diagram", "Induction", "MechanisedGraph", "Pattern", "PerfectRecall", "ReasoningPatterns", "Responses",
    "Simplification", "Subgame", "backward_induction", "closed_decisions", "compare_interventions", "game_diagram", "intervened_world",
    "mechanised_graph", "patterns_of", "perfect_recall", "post_policy", "pre_policy", "r_reachable", "reasoning_patterns",
    "relevance_graph", "s_reachable", "simplified", "subgame", "subgames", "sufficient_recall",
]  # fmt: skip
