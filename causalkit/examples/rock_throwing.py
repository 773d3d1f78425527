"""Suzy and Billy throw rocks at a bottle."""

from __future__ import annotations

from causalkit.model import Model
from causalkit.values.dist import coin

__all__ = ["rock_throwing"]


def rock_throwing() -> Model:
    """Suzy and Billy both throw, and Suzy's rock gets there first; Billy's would have shattered the bottle had hers not.

    Shows preemption: the bottle would have shattered without Suzy's throw, and still her throw is the cause and Billy's is not. What
    tells them apart are the variables that say whose rock hit.

    CAVEAT: without ``suzy_hits`` and ``billy_hits`` the model treats the two alike; the answer depends on what is modelled.

    Source: [halpern2016], section 2.3; [halpern2015].

    >>> rock_throwing().do(suzy_throws=True, billy_throws=True).prob(billy_hits=True)
    Fraction(0, 1)
    """
    return Model(
        suzy_throws=coin("1/2"),
        billy_throws=coin("1/2"),
        suzy_hits=lambda suzy_throws: suzy_throws,
        billy_hits=lambda billy_throws, suzy_hits: billy_throws and not suzy_hits,
        shatters=lambda suzy_hits, billy_hits: suzy_hits or billy_hits,
    )
