"""An agent, a human and a stop button in a small causal world: which policies a utility rewards, and which of those manipulate."""

from stop_button import claims, definitions, worlds
from stop_button.audit import Audit, audit
from stop_button.definitions import ccmin, cond, conditional_counterfactual, counterfactual, naive, ref, switch
from stop_button.formula import BASELINE, B, E, H, V, X, least, most
from stop_button.policy import Policy
from stop_button.ranking import rank
from stop_button.report import report
from stop_button.roles import FREE, STOP, Role
from stop_button.score import Scoreboard, score
from stop_button.search import Counterexample, find_counterexample
from stop_button.solving import Solution, solve
from stop_button.survey import survey
from stop_button.undefined import UNDEFINED
from stop_button.utility import Utility
from stop_button.world import World

__all__ = [
    "BASELINE", "FREE", "STOP", "UNDEFINED", "Audit", "B", "Counterexample", "E", "H", "Policy", "Role", "Scoreboard", "Solution",
    "Utility", "V", "World", "X", "audit", "ccmin", "claims", "cond", "conditional_counterfactual", "counterfactual", "definitions",
    "find_counterexample", "least", "most", "naive", "rank", "ref", "report", "score", "solve", "survey", "switch", "worlds",
]  # fmt: skip
