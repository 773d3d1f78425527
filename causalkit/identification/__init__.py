"""Effects and counterfactuals from observation or experiments alone: formulas that evaluate, or the reason why there is none."""

from causalkit.identification.adjusting import adjustment_estimand, frontdoor_estimand
from causalkit.identification.estimand import P
from causalkit.identification.id_algorithm import Identified, NotIdentified, identify
from causalkit.identification.id_star import identify_counterfactual

__all__ = ["Identified", "NotIdentified", "P", "adjustment_estimand", "frontdoor_estimand", "identify", "identify_counterfactual"]
