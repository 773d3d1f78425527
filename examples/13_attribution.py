"""Attribution: six methods on one product of weights, and where they disagree."""

from causalkit.quantities import ATTRIBUTION_METHODS, attribution

weights = {"w1": 1, "w2": 2, "w3": 4}


def product(w1, w2, w3):
    return w1 * w2 * w3


for baseline in (0, 1):
    print(f"baseline {baseline}")
    print(attribution(product, at=weights, baseline=dict.fromkeys(weights, baseline), how=ATTRIBUTION_METHODS), "\n")

# Each input alone changes nothing, both together do.
print(attribution(lambda a, b: min(1, a + b), at={"a": 1, "b": 1}, baseline={"a": 0, "b": 0}))
