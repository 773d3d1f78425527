"""Policies inside formulas: the best value over policies, best policies as references, policies that are their own best reply."""

from stop_button.replies.best_values import best_value, read_under_best
from stop_button.replies.mixtures import Mixtures, mixed_stable
from stop_button.replies.stability import Stable, is_stable, stable

__all__ = ["Mixtures", "Stable", "best_value", "is_stable", "mixed_stable", "read_under_best", "stable"]
