"""Agents that are not ideal, as policies: noisily rational, quantilising, mistaken, unmoved, inattentive, lexicographic."""

from stop_button.agents.attention import Inattentive, inattentive
from stop_button.agents.lexicographic import Lexicographic, Stage, lexicographic
from stop_button.agents.mistaken import Mistaken, mistaken, unmoved
from stop_button.agents.mixed_policy import MixedPolicy, mixed_policy, pure_policies
from stop_button.agents.noise import NoisyChoices, NoisyPolicies, Option, noisily_rational, noisy_choices, trembling
from stop_button.agents.quantiliser import Quantiliser, quantiliser
from stop_button.agents.weights import Powers, powers

__all__ = [
    "Inattentive", "Lexicographic", "Mistaken", "MixedPolicy", "NoisyChoices", "NoisyPolicies", "Option", "Powers", "Quantiliser", "Stage",
    "inattentive", "lexicographic", "mistaken", "mixed_policy", "noisily_rational", "noisy_choices", "powers", "pure_policies",
    "quantiliser", "trembling", "unmoved",
]  # fmt: skip
