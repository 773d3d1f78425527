"""The forest fire, with lightning and a dropped match."""

from __future__ import annotations

from typing import Literal

from causalkit.errors import WrongShape
from causalkit.model import Model
from causalkit.values.dist import coin

__all__ = ["forest_fire"]


def forest_fire(needs: Literal["either", "both"] = "either") -> Model:
    """A forest burns when lightning strikes or an arsonist drops a match (``"either"``), or only when both happen (``"both"``).

    Shows actual causation: when both happened and both are needed, each is a cause; when either is enough, neither alone is, and
    the two together are.

    CAVEAT: the coins stand for contexts; their probabilities mean nothing.

    Source: [halpern2016], section 2.3; [halpern2015].

    >>> forest_fire("both").do(lightning=True, match=False).prob(fire=True)
    Fraction(0, 1)
    """
    if needs not in ("either", "both"):
        raise WrongShape(f"found needs={needs!r}; type forest_fire('either') or forest_fire('both')")
    enough = (lambda lightning, match: lightning or match) if needs == "either" else (lambda lightning, match: lightning and match)
    return Model(lightning=coin("1/2"), match=coin("1/2"), fire=enough)
