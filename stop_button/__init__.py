"""An agent, a human and a stop button in a small causal world: which policies a utility rewards, and which of those manipulate."""

from causalkit import __version__ as __version__
from stop_button import definitions, worlds
from stop_button.auditing import claims
from stop_button.auditing.audits import Audit, audit
from stop_button.auditing.counterexample import Counterexample, find_counterexample
from stop_button.auditing.parameter_survey import survey
from stop_button.auditing.reporting import report
from stop_button.auditing.scoreboard import Scoreboard, score
from stop_button.decision.policy import Policy
from stop_button.decision.roles import FREE, STOP, Role
from stop_button.decision.world import World
from stop_button.definitions import ccmin, cond, conditional_counterfactual, counterfactual, naive, ref, switch
from stop_button.evaluation.ranking import rank
from stop_button.evaluation.undefined import UNDEFINED
from stop_button.evaluation.utility import Utility
from stop_button.language.formula import BASELINE, B, E, H, V, X, least, most
from stop_button.solving import Solution, solve

__all__ = [
    "BASELINE", "FREE", "STOP", "UNDEFINED", "Audit", "B", "Counterexample", "E", "H", "Policy", "Role", "Scoreboard", "Solution",
    "Utility", "V", "World", "X", "audit", "ccmin", "claims", "cond", "conditional_counterfactual", "counterfactual", "definitions",
    "find_counterexample", "least", "most", "naive", "rank", "ref", "report", "score", "solve", "survey", "switch", "worlds",
]  # fmt: skip
