"""Names of a package that are loaded when they are first asked for, so that the package is quick to import."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from typing import Any

from causalkit.errors import suggestion

__all__ = ["homes_in", "later"]


def later(
    package: str, public: Sequence[str], homes: Mapping[str, str], moved: Mapping[str, str] | None = None
) -> tuple[Callable[[str], Any], Callable[[], list[str]]]:
    """The ``__getattr__`` and the ``__dir__`` of a package.

    :param package: the package's own name.
    :param public: all its public names.
    :param homes: for each public name that is loaded later, the module it is in (``"causalkit.symbols.break_even"`` as
        ``"causalkit.symbols:break_even"``), or the module itself that it stands for.
    :param moved: names that the package had before, with where they are now; they work, with a ``DeprecationWarning``.
    :returns: two functions; the first raises ``AttributeError`` for a name that the package does not have, with the nearest that it has.

    >>> get, names = later("causalkit", ["coin", "plot"], {"plot": "causalkit.plot"})
    >>> names()
    ['coin', 'plot']
    >>> get("plott")
    Traceback (most recent call last):
    AttributeError: module 'causalkit' has no attribute 'plott'; did you mean 'plot'?
    """

    def get(name: str) -> Any:
        if moved and name in moved:
            warnings.warn(f"{package}.{name} has moved: use {moved[name].replace(':', '.')}", DeprecationWarning, stacklevel=2)
            return found(moved[name])
        if name not in homes:
            meant = "" if name.startswith("__") else suggestion(name, public)  # tools ask every module for such names
            raise AttributeError(f"module {package!r} has no attribute {name!r}{meant}")
        thing = found(homes[name])
        setattr(sys.modules[package], name, thing)
        return thing

    return get, lambda: sorted(public)


def homes_in(package: str, modules: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """The homes of names, as ``later`` takes them, from the names that each module of a package has.

    >>> homes_in("causalkit.graphs", {"order": ["several"]})
    {'several': 'causalkit.graphs.order:several'}
    """
    return {name: f"{package}.{module}:{name}" for module, names in modules.items() for name in names}


def found(place: str) -> Any:
    """What stands at ``module`` or at ``module:name``."""
    module, _, name = place.partition(":")
    return getattr(import_module(module), name) if name else import_module(module)
