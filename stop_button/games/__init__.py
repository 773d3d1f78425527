"""Several deciding agents: strategic forms, equilibria with their evidence, values, correlated equilibria, subgames, verdicts."""

from stop_button.decision.players import Player
from stop_button.games import graphs as graphs
from stop_button.games.audits import EQUILIBRIUM_VERDICTS, Conduct, EquilibriaAudit, JudgedEquilibrium, audit_equilibria
from stop_button.games.correlated import CorrelatedJudgement, Disobedience, correlated_optimum, is_correlated
from stop_button.games.equilibria import Equilibria, equilibria, team_optimum
from stop_button.games.histories import ExtensiveForm, extensive_form
from stop_button.games.judgements import Deviation, NashJudgement, is_equilibrium
from stop_button.games.matrix_game import matrix_game
from stop_button.games.recall import behavioural
from stop_button.games.strategic_form import StrategicForm, Strategy, strategic_form
from stop_button.games.subgames import SubgameJudgement, SubgamePerfect, is_subgame_perfect, subgame_perfect
from stop_button.games.zero_sum import GameValue, zero_sum_value

__all__ = [
    "EQUILIBRIUM_VERDICTS", "Conduct", "CorrelatedJudgement", "Deviation", "Disobedience", "Equilibria", "EquilibriaAudit", "ExtensiveForm",
    "GameValue", "JudgedEquilibrium", "NashJudgement", "Player", "StrategicForm", "Strategy", "SubgameJudgement", "SubgamePerfect",
    "audit_equilibria", "behavioural", "correlated_optimum", "equilibria", "extensive_form", "is_correlated", "is_equilibrium",
    "is_subgame_perfect", "matrix_game", "strategic_form", "subgame_perfect", "team_optimum", "zero_sum_value",
]  # fmt: skip
