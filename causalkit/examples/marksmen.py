"""Ten marksmen, one live bullet."""

from __future__ import annotations

from typing import Any

from causalkit.mechanisms.constructors import function
from causalkit.model import Model
from causalkit.values.dist import uniform

__all__ = ["marksmen"]


def marksmen(count: int = 10) -> Model:
    """Marksmen who shoot, or not, where only one of them, nobody knows which, has a live bullet in the rifle.

    ``live`` says who; ``shoots[1]``, ``shoots[2]`` and so on are fair coins, to be observed or done. Shows responsibility and blame come
    apart: in each story one marksman is fully responsible for the death, and each is to blame by 1/10.

    CAVEAT: the coins stand for decisions; their probabilities mean nothing.

    Source: [chockler2004] (the firing squad with one live bullet).

    >>> marksmen(3).do({"shoots[1]": True, "shoots[2]": True, "shoots[3]": True}).prob(dead=True)
    Fraction(1, 1)
    """
    names = [f"shoots[{i}]" for i in range(1, count + 1)]
    shooting: dict[str, Any] = {name: uniform(True, False) for name in names}
    dead = function(lambda live, *shoots: shoots[live - 1], parents=["live", *names])
    return Model({"live": uniform(*range(1, count + 1)), **shooting, "dead": dead})
