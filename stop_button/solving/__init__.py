"""The best policy of a world under a utility without listing the policies: by elimination, by bounds, by linear programs, by climbing."""

from stop_button.solving.methods import solve
from stop_button.solving.replies import Mixtures, Stable, is_stable, mixed_stable, stable
from stop_button.solving.solution import Solution

__all__ = ["Mixtures", "Solution", "Stable", "is_stable", "mixed_stable", "solve", "stable"]
