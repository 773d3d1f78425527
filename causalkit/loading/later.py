"""Names of a package that are loaded when they are first asked for, so that the package is quick to import."""

from __future__ import annotations

import re
import sys
import warnings
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from typing import Any

from causalkit.errors import suggestion

__all__ = ["homes_in", "later"]

PUBLIC = re.compile(r"^__all__ = \[(.*?)\]", re.MULTILINE | re.DOTALL)


def later(
    package: str,
    public: Sequence[str],
    homes: Mapping[str, str],
    moved: Mapping[str, str] | None = None,
    elsewhere: Mapping[str, str] | None = None,
) -> tuple[Callable[[str], Any], Callable[[], list[str]]]:
    """The ``__getattr__`` and the ``__dir__`` of a package.

    :param package: the package's own name.
    :param public: all its public names.
    :param homes: for each public name that is loaded later, the module it is in (``"causalkit.symbols.break_even"`` as
        ``"causalkit.symbols:break_even"``), or the module itself that it stands for.
    :param moved: names that the package had before, with where they are now; they work, with a ``DeprecationWarning``.
    :param elsewhere: where else public names are, as it is typed, with the module that says so; a name that is there is pointed to there.
    :returns: two functions; the first raises ``AttributeError`` for a name that the package does not have, with the nearest that it has.

    >>> get, names = later("causalkit", ["coin", "plot"], {"plot": "causalkit.plot"})
    >>> names()
    ['coin', 'plot']
    >>> get("plott")
    Traceback (most recent call last):
    AttributeError: module 'causalkit' has no attribute 'plott'; did you mean 'plot'?
    >>> get, names = later("stop_button", ["cond"], {}, elsewhere={"causalkit": "causalkit"})
    >>> get("coin")
    Traceback (most recent call last):
    AttributeError: module 'stop_button' has no attribute 'coin'; type causalkit.coin
    """

    def get(name: str) -> Any:
        if moved and name in moved:
            warnings.warn(f"{package}.{name} has moved: use {moved[name].replace(':', '.')}", DeprecationWarning, stacklevel=2)
            return found(moved[name])
        if name not in homes:
            meant = "" if name.startswith("__") else _pointer(package, name, elsewhere or {}) or suggestion(name, public)
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


def _pointer(package: str, name: str, elsewhere: Mapping[str, str]) -> str:
    """What to type for a name that is public elsewhere; told from the source, so that whoever only asks for a name loads nothing.

    A module of the package is no such name: it is asked for before it is loaded, each time.
    """
    from importlib.util import find_spec  # a program that mistypes nothing need not load it

    if not elsewhere or find_spec(f"{package}.{name}"):
        return ""
    for typed, module in elsewhere.items():
        loader = getattr(find_spec(module), "loader", None)
        listed = PUBLIC.search(getattr(loader, "get_source", lambda _: None)(module) or "")
        if listed and f'"{name}"' in listed[1]:
            return f"; type {typed}.{name}"
    return ""


def found(place: str) -> Any:
    """What stands at ``module`` or at ``module:name``."""
    module, _, name = place.partition(":")
    return getattr(import_module(module), name) if name else import_module(module)
