"""What a world says that is asked for what only a model has."""

from __future__ import annotations

from causalkit import Model
from causalkit.values.pictures import ASKED_FOR

__all__ = ["no_attribute"]

OF_THE_MODEL = ("choices", "domain", "domains", "graph", "mechanism", "names", "parents", "regime")


def no_attribute(name: str) -> str:
    """What to type in place of an attribute that a world does not have.

    >>> no_attribute("do")
    "a World has no 'do': its decisions are open, so it is asked under a policy; type world.under(policy).do(...)"
    >>> no_attribute("names")
    "a World has no 'names'; type world.model.names"
    >>> no_attribute("plot")
    "a World has no 'plot'; type stop_button.plot.world(world)"
    """
    if name in OF_THE_MODEL:
        return f"a World has no {name!r}; type world.model.{name}"
    if name in ASKED_FOR:
        return f"a World has no {name!r}; type stop_button.plot.world(world)"
    if not name.startswith("_") and hasattr(Model, name):
        return f"a World has no {name!r}: its decisions are open, so it is asked under a policy; type world.under(policy).{name}(...)"
    return f"a World has no {name!r}"
