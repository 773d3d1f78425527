"""Clipping what is written to a stream: keeping more may be worse, because what was clipped held something else down."""

from fractions import Fraction


def run(kept):
    """Six writes to a stream of three dimensions; the second grows unless the third holds it down. Only kept dimensions are written."""
    nought = Fraction(0)
    x = [nought] * 3
    for step in range(6):
        early = [[Fraction(4), nought, nought], [nought, Fraction(2), nought], [nought, nought, -x[1] / 2]]
        write = early[step] if step < len(early) else [nought, x[1] + 2 * x[2], nought]
        x = [a + (w if i in kept else 0) for i, (a, w) in enumerate(zip(x, write, strict=True))]
    return x


original = run({0, 1, 2})
for kept in (set(), {0}, {0, 1}, {0, 1, 2}):
    harm = sum((a - b) ** 2 for a, b in zip(run(kept), original, strict=True))
    print(f"keeping {len(kept)} of 3 dimensions: distance {harm}")
