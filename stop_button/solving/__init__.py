"""The best policy of a world under a utility without listing the policies: by elimination, bounds, linear programs, dividing, climbing."""

from stop_button.solving.methods import solve
from stop_button.solving.solution import Solution

__all__ = ["Solution", "solve"]
