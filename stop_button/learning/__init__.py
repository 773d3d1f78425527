"""Learning: forecasts that change the world, and what a loss selects."""

from stop_button.learning.answers import FixedPoints, Gradient, Regret, Run
from stop_button.learning.forecast import Forecast
from stop_button.learning.losses import threshold_loss

__all__ = ["FixedPoints", "Forecast", "Gradient", "Regret", "Run", "threshold_loss"]
