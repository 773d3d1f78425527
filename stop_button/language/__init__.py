"""What can be said about a world: readings, means, arithmetic; comparisons as tests; the best over policies, and references to them."""

from stop_button.language.constraints import Infeasible, SubjectTo, every, lexicographic, some, subject_to
from stop_button.language.formula import BASELINE, B, E, Formula, H, V, X, least, most
from stop_button.language.information import Entropy, conditional_entropy, entropy, mutual_information
from stop_button.language.references import BEST, OWN, Ambiguous, Best, BestPolicy, best, best_policy, discounted, worst
from stop_button.language.tests import Both, Comparison, Either, Every, Not, Some, Test

__all__ = [
    "BASELINE", "BEST", "OWN", "Ambiguous", "B", "Best", "BestPolicy", "Both", "Comparison", "E", "Either", "Entropy", "Every", "Formula",
    "H", "Infeasible", "Not", "Some", "SubjectTo", "Test", "V", "X", "best", "best_policy", "conditional_entropy", "discounted", "entropy",
    "every", "least", "lexicographic", "most", "mutual_information", "some", "subject_to", "worst",
]  # fmt: skip
