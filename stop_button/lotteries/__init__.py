"""Lotteries over utilities: the share of an orbit, or of a distribution, under which a test holds of the best policies; power."""

from stop_button.lotteries.arrangements import Orbit, orbit
from stop_button.lotteries.powers import Obstruction, non_obstruction, power, terminal_power
from stop_button.lotteries.retargeting import Retargeting, retargeting
from stop_button.lotteries.shares import Estimate, Member, Share, share

__all__ = [
    "Estimate", "Member", "Obstruction", "Orbit", "Retargeting", "Share", "non_obstruction", "orbit", "power", "retargeting", "share",
    "terminal_power",
]  # fmt: skip
