"""An agent, people and a stop button in a small causal world: which policies a utility rewards, and what they do to people's wish.

Beside the names below there are public modules, loaded when they are asked for: ``agents``, ``atlas``, ``auditing``, ``claims``,
``definitions``, ``families``, ``flags``, ``frequencies``, ``gains``, ``games``, ``incentives``, ``language``, ``learning``,
``lotteries``, ``plot``, ``properties``, ``replies``, ``searching``, ``sequences``, ``solving``, ``testing``, ``verdicts``, ``worlds``.
"""

from importlib import import_module
from typing import TYPE_CHECKING

from causalkit import __version__ as __version__
from causalkit.loading import keep_old_paths, later
from causalkit.values.pictures import when_first_wanted
from stop_button.decision.policy import Policy
from stop_button.decision.roles import FREE, STOP, Role
from stop_button.decision.world import World
from stop_button.evaluation.undefined import UNDEFINED
from stop_button.evaluation.utility import Utility
from stop_button.grounding.resolving import when_first_wanted as when_a_best_is_wanted
from stop_button.language.formula import BASELINE, B, E, H, V, X, least, most
from stop_button.loading import release_0_1
from stop_button.loading.by_name import tell_what_is_meant

if TYPE_CHECKING:
    from stop_button import agents as agents
    from stop_button import atlas as atlas
    from stop_button import auditing as auditing
    from stop_button import definitions as definitions
    from stop_button import games as games
    from stop_button import incentives as incentives
    from stop_button import language as language
    from stop_button import learning as learning
    from stop_button import lotteries as lotteries
    from stop_button import properties as properties
    from stop_button import replies as replies
    from stop_button import searching as searching
    from stop_button import sequences as sequences
    from stop_button import solving as solving
    from stop_button import testing as testing
    from stop_button import worlds as worlds
    from stop_button.auditing import flags as flags
    from stop_button.auditing import frequencies as frequencies
    from stop_button.auditing import gains as gains
    from stop_button.auditing import verdicts as verdicts
    from stop_button.auditing.audits import audit
    from stop_button.auditing.reporting import report
    from stop_button.auditing.scoreboard import score
    from stop_button.decision.world_file import load, save
    from stop_button.definitions import ccmin, cond, conditional_counterfactual, counterfactual, naive, ref, switch
    from stop_button.evaluation.ranking import rank
    from stop_button.presentation import plot as plot
    from stop_button.searching import claims as claims
    from stop_button.searching import families as families
    from stop_button.searching.counterexample import find_counterexample
    from stop_button.searching.parameter_survey import survey
    from stop_button.solving import solve

__all__ = [
    "BASELINE", "FREE", "STOP", "UNDEFINED", "B", "E", "H", "Policy", "Role", "Utility", "V", "World", "X", "audit", "ccmin", "cond",
    "conditional_counterfactual", "counterfactual", "find_counterexample", "least", "load", "most", "naive", "rank", "ref", "report",
    "save", "score", "solve", "survey", "switch",
]  # fmt: skip

PUBLIC_MODULES = {
    "agents": "stop_button.agents",
    "atlas": "stop_button.atlas",
    "auditing": "stop_button.auditing",
    "claims": "stop_button.searching.claims",
    "definitions": "stop_button.definitions",
    "families": "stop_button.searching.families",
    "flags": "stop_button.auditing.flags",
    "frequencies": "stop_button.auditing.frequencies",
    "gains": "stop_button.auditing.gains",
    "games": "stop_button.games",
    "incentives": "stop_button.incentives",
    "language": "stop_button.language",
    "learning": "stop_button.learning",
    "lotteries": "stop_button.lotteries",
    "plot": "stop_button.presentation.plot",
    "properties": "stop_button.properties",
    "replies": "stop_button.replies",
    "searching": "stop_button.searching",
    "sequences": "stop_button.sequences",
    "solving": "stop_button.solving",
    "testing": "stop_button.testing",
    "verdicts": "stop_button.auditing.verdicts",
    "worlds": "stop_button.worlds",
}

_DEFINITIONS = ("ccmin", "cond", "conditional_counterfactual", "counterfactual", "naive", "ref", "switch")

_LATER = {  # loaded when they are first asked for, so that a world is quick to import
    "audit": "stop_button.auditing.audits:audit",
    "find_counterexample": "stop_button.searching.counterexample:find_counterexample",
    "load": "stop_button.decision.world_file:load",
    "rank": "stop_button.evaluation.ranking:rank",
    "report": "stop_button.auditing.reporting:report",
    "save": "stop_button.decision.world_file:save",
    "score": "stop_button.auditing.scoreboard:score",
    "solve": "stop_button.solving:solve",
    "survey": "stop_button.searching.parameter_survey:survey",
    **{name: f"stop_button.definitions:{name}" for name in _DEFINITIONS},
    **PUBLIC_MODULES,
}

_MOVED = {
    "Audit": "stop_button.auditing:Audit",
    "Counterexample": "stop_button.searching:Counterexample",
    "Scoreboard": "stop_button.auditing:Scoreboard",
    "Solution": "stop_button.solving:Solution",
}

_ELSEWHERE = {  # where names are that are looked for here
    **{f"{__name__}.{name}": module for name, module in PUBLIC_MODULES.items()},
    "causalkit": "causalkit",
    **{f"causalkit.{name}": f"causalkit.{name}" for name in ("quantities", "graphs", "identification", "symbols", "errors")},
}

when_first_wanted(lambda: import_module("stop_button.presentation.plot"))
keep_old_paths(__name__, release_0_1.MODULES, release_0_1.NAMES)
__getattr__, __dir__ = later(__name__, [*__all__, *PUBLIC_MODULES], _LATER, _MOVED, _ELSEWHERE)
when_a_best_is_wanted(lambda: __getattr__("replies"))
tell_what_is_meant()
