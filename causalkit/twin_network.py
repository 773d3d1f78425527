"""The twin network that several branches of a model share, as read-only data: which copy of a variable each branch reads.

A copy has a ``variable``, a ``mechanism`` (its parents, its domain, and what it does row by row) and ``parents``, the copies that it
listens to. Branches that agree on a variable, and on all that it listens to, read the same copy.
"""

from __future__ import annotations

from collections.abc import Iterable

from causalkit.branches import Branches
from causalkit.mechanisms.network import Node, closure, ordered
from causalkit.values.arguments import checked

__all__ = ["Node", "check_couplings", "copies", "is_observed", "lineage"]


@checked
def copies(branches: Branches, read: Iterable[tuple[str, str]]) -> dict[tuple[str, str], Node]:
    """The copy that each of these readings, ``(branch, variable)``, is a reading of.

    >>> from causalkit import Model, coin
    >>> m = Model(u=coin("1/3"), x=coin("1/2"), y=lambda x, u: x or u)
    >>> of = copies(m.branches(on={"x": True}), [("fact", "u"), ("on", "u"), ("fact", "y"), ("on", "y")])
    >>> of["fact", "u"] is of["on", "u"], of["fact", "y"] is of["on", "y"]
    (True, False)
    """
    return {(branch, variable): branches.regimes[branch].node(variable) for branch, variable in read}


@checked
def lineage(nodes: Iterable[Node]) -> list[Node]:
    """These copies and all that they listen to, parents first.

    >>> from causalkit import Model, coin
    >>> m = Model(u=coin("1/3"), y=lambda u: not u)
    >>> [node.variable for node in lineage(copies(m.branches(), [("fact", "y")]).values())]
    ['u', 'y']
    """
    return closure(nodes)


@checked
def check_couplings(nodes: Iterable[Node]) -> None:
    """Raise ``NeedsCoupling`` when copies would share one draw of a conditional table that does not say how."""
    ordered(nodes)


@checked
def is_observed(branches: Branches) -> bool:
    """Whether something has been observed, on the branches or on their model before them."""
    return bool(branches.observed)
