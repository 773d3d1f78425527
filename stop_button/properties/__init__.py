"""What holds of a policy: tests asked of a world and a policy, with their evidence, and one policy compared with another."""

from stop_button.properties.deception import Deception, deceives
from stop_button.properties.dominance import Dominance, dominates
from stop_button.properties.holding import Failure, Holds, Margin, Property, holds

__all__ = ["Deception", "Dominance", "Failure", "Holds", "Margin", "Property", "deceives", "dominates", "holds"]
