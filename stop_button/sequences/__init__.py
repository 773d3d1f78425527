"""Sequences of moves: where a policy hopes to earn, what a target makes of it, and power shared among sub-agents."""

from stop_button.sequences.allocation import Allocation
from stop_button.sequences.process import Process
from stop_button.sequences.team import OUTSIDE, Team, returns_to_power
from stop_button.sequences.traps import Conditioned, Halfway, Trial, conditioned_on_return, halfway

__all__ = [
    "OUTSIDE", "Allocation", "Conditioned", "Halfway", "Process", "Team", "Trial", "conditioned_on_return", "halfway", "returns_to_power",
]  # fmt: skip
