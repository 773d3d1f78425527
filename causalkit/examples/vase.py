"""A robot breaks a vase that its database did not say was breakable."""

from __future__ import annotations

from causalkit.model import Model
from causalkit.values.dist import coin

__all__ = ["vase"]


def vase() -> Model:
    """A robot is careful when its database says that a vase is breakable, and idles when it has on file that the floor is wet and the
    door is open; either way the vase is unhurt.

    Shows credit backwards: with nothing on file the vase breaks, and two changes would each have been enough, one of them of two facts
    that only work together. A sweep back from the answer finds the first alone.

    CAVEAT: the facts are coins so that they can be set; how likely they are is nobody's claim. Whether a fact *caused* the harm is
    another question than whether changing it would have been enough.

    Source: [christiano2018], comments; the second way is of this project.

    >>> nothing = {"vase_breakable": False, "floor_wet": False, "door_open": False}
    >>> vase().given(nothing).prob(good=True), vase().given(nothing).do(vase_breakable=True).prob(good=True)
    (Fraction(0, 1), Fraction(1, 1))
    """
    return Model(
        vase_breakable=coin("1/2"),
        floor_wet=coin("1/2"),
        door_open=coin("1/2"),
        lookup=lambda vase_breakable: vase_breakable,
        careful=lambda lookup: lookup,
        idle=lambda floor_wet, door_open: floor_wet and door_open,
        good=lambda careful, idle: careful or idle,
    )
