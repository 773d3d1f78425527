"""Published definitions of corrigibility, as formulas; one family per file, each with its source."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from stop_button.definitions.stop_button_post import ccmin, cond, conditional_counterfactual, counterfactual, naive, ref, switch
from stop_button.utility import Utility

__all__ = ["REGISTER", "ccmin", "cond", "conditional_counterfactual", "counterfactual", "naive", "ref", "switch"]

REGISTER: Mapping[str, Utility] = MappingProxyType(
    {utility.name: utility for utility in [naive, switch, counterfactual, cond, conditional_counterfactual, ccmin, ref]}
)
"""Every bundled definition by its name, in the order in which tables show them."""
