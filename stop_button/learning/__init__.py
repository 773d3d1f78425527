"""Learning: forecasts that change the world, and what a loss selects."""

from stop_button.learning.answers import FixedPoints, Gradient, Regret, Run
from stop_button.learning.forecast import Forecast
from stop_button.learning.losses import threshold_loss
from stop_button.learning.policy_losses import imitation, outcome, process
from stop_button.learning.training import Training, best_guess, replicated

__all__ = [
    "FixedPoints", "Forecast", "Gradient", "Regret", "Run", "Training", "best_guess", "imitation", "outcome", "process", "replicated",
    "threshold_loss",
]  # fmt: skip
