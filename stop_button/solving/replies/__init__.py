"""Policies inside formulas: the best value over policies, best policies as references, policies that are their own best reply."""

from stop_button.solving.replies.best_values import FOUND_HERE
from stop_button.solving.replies.stability import Stable, is_stable, stable

__all__ = ["FOUND_HERE", "Stable", "is_stable", "stable"]
