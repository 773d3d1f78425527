"""A party with three guests who should not all meet."""

from __future__ import annotations

from causalkit.model import Model
from causalkit.values.dist import coin

__all__ = ["party"]


def party() -> Model:
    """Bob comes when Ann does, Carl when she does not, each nearly always; when both come there is a scuffle.

    ``bob_changes`` and ``carl_changes`` say who does otherwise this time. Shows a counterfactual that needs what did not happen to be
    explained first: Bob is not here, so probably Ann is not, so probably Carl is; had Bob come, would there have been a scuffle?

    CAVEAT: the story follows the source; the numbers are ours, and so is that a scuffle is certain when both are there.

    Source: [balke1994] (the story).

    >>> party().given(bob=False).do(bob=True).prob(scuffle=True)
    Fraction(41, 50)
    """
    return Model(
        ann=coin("1/2"),
        bob_changes=coin("1/10"),
        carl_changes=coin("1/10"),
        bob=lambda ann, bob_changes: ann != bob_changes,
        carl=lambda ann, carl_changes: ann == carl_changes,
        scuffle=lambda bob, carl: bob and carl,
    )
