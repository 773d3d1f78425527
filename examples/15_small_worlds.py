"""Small ones: what guess-and-check costs, what a tool leaves invariant, and the tree that falls."""

from fractions import Fraction
from itertools import product

from causalkit import Model, coin


def questions_to_find_a_point(bits):
    """An adversary who answers no: how many questions until one function is left, of the point functions and the constant 0."""
    left, asked = {None, *product((0, 1), repeat=bits)}, 0
    while len(left) > 1:
        left.remove(next(point for point in left if point is not None))
        asked += 1
    return asked


def cost(bits, tool, most=50):
    """What setting all bits costs: tool A sets one for 2, tool B sets one and flips the next for 1."""
    x, paid = [0] * bits, 0
    while not all(x) and paid < most:
        place = x.index(0)
        x[place] = 1
        paid += 2 if tool == "A" else 1
        if tool == "B":
            x[(place + 1) % bits] ^= 1
    return paid if all(x) else "never"


print("questions for a point among 2, 3, 4 bits:", [questions_to_find_a_point(n) for n in (2, 3, 4)])
print("cost with A and with B for 3, 4, 5 bits:", [(cost(n, "A"), cost(n, "B")) for n in (3, 4, 5)])

hearing = {f"hears{k}": coin("9/10") for k in (1, 2)}
tree = Model(
    falls=coin("1/2"),
    **hearing,
    vibration=lambda falls: falls,
    heard1=lambda vibration, hears1: vibration and hears1,
    heard2=lambda vibration, hears2: vibration and hears2,
)
print("both hear it:", tree.prob(heard1=True, heard2=True), "and were they independent:", tree.prob(heard1=True) * tree.prob(heard2=True))
assert tree.given(vibration=True).prob(heard1=True, heard2=True) == Fraction(9, 10) ** 2
