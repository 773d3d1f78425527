"""Several deciding agents: strategic forms, equilibria with their evidence, values, correlated equilibria, subgames."""

from stop_button.decision.players import Player
from stop_button.games.equilibria import Equilibria, equilibria, team_optimum
from stop_button.games.judgements import Deviation, NashJudgement, is_equilibrium
from stop_button.games.matrix_game import matrix_game
from stop_button.games.strategic_form import StrategicForm, Strategy, strategic_form

__all__ = [
    "Deviation", "Equilibria", "NashJudgement", "Player", "StrategicForm", "Strategy", "equilibria", "is_equilibrium", "matrix_game",
    "strategic_form", "team_optimum",
]  # fmt: skip
