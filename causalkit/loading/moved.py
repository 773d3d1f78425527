"""Modules that were elsewhere before: old import paths work for one release, with a ``DeprecationWarning`` that names the new one."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Mapping, Sequence
from importlib import import_module
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from importlib.abc import Loader  # loads much, as a program runs

__all__ = ["keep_old_paths", "moved_names"]


class OldModule(ModuleType):
    """A module by the name that it had."""


class Package(ModuleType):
    """A package whose public names stay what they are when a module that had such a name before is imported by its old path."""

    def __setattr__(self, name: str, value: Any) -> None:
        if not isinstance(value, OldModule) or name not in self.__dir__():
            super().__setattr__(name, value)


class OldPaths:
    """Finds modules by the names that they had, and fills them with what is now at the new places: a finder and its loader."""

    def __init__(self, modules: Mapping[str, str], names: Mapping[str, str]) -> None:
        self.modules, self.names = dict(modules), dict(names)

    def find_spec(self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None) -> ModuleSpec | None:
        """A spec for a module that has moved."""
        return ModuleSpec(fullname, cast("Loader", self)) if fullname in self.modules else None

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        """An empty module, in a package whose public names stay what they are."""
        inside = sys.modules[spec.name.rpartition(".")[0]]
        if type(inside) is ModuleType:
            inside.__class__ = Package
        return OldModule(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        """Let the module hand out the names of the new places."""
        old, new = module.__name__, self.modules[module.__name__]
        warnings.warn(f"{old} has moved: import from {new}", DeprecationWarning, stacklevel=2)

        def get(name: str) -> Any:
            if name.startswith("__"):
                raise AttributeError(name)
            place, _, renamed = self.names.get(f"{old}.{name}", f"{new}:{name}").partition(":")
            return getattr(import_module(place), renamed)

        vars(module)["__getattr__"] = get


def keep_old_paths(package: str, modules: Mapping[str, str], names: Mapping[str, str]) -> None:
    """Make modules importable by the names that they had.

    :param package: the package that they are in, which is being loaded.
    :param modules: the old name of each module with the new one.
    :param names: for names in them that are elsewhere or called otherwise now, ``"old.module.name"`` with ``"new.module:name"``.
    """
    sys.meta_path.append(OldPaths(modules, names))
    sys.modules[package].__class__ = Package


def moved_names(package: str) -> Mapping[str, str]:
    """The old names of modules of a package with the new ones, as they were kept.

    >>> moved_names("causalkit")["causalkit.dist"]
    'causalkit.values.dist'
    """
    finders = [finder for finder in sys.meta_path if isinstance(finder, OldPaths)]
    return {old: new for finder in finders for old, new in finder.modules.items() if old.partition(".")[0] == package}
