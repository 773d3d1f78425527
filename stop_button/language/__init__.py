"""What can be said about a world: readings, means, arithmetic; comparisons as tests; the best over policies, and references to them."""

from stop_button.language.constraints import Infeasible, SubjectTo, every, lexicographic, some, subject_to
from stop_button.language.formula import BASELINE, B, E, Formula, H, V, X, least, most
from stop_button.language.references import BEST, OWN, Ambiguous, Best, BestPolicy, best, best_policy, discounted, worst
from stop_button.language.tests import Both, Comparison, Either, Every, Not, Some, Test

__all__ = [
    "BASELINE", "BEST", "OWN", "Ambiguous", "B", "Best", "BestPolicy", "Both", "Comparison", "E", "Either", "Every", "Formula", "H",
    "Infeasible", "Not", "Some", "SubjectTo", "Test", "V", "X", "best", "best_policy", "discounted", "every", "least", "lexicographic",
    "most", "some", "subject_to", "worst",
]  # fmt: skip
