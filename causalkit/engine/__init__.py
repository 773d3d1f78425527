"""From what is asked of a network to weights. The doors are modules, loaded when they are first used: models are quick to import."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from causalkit.engine import answer, compiled_query, decision_tensor, likelihood_weighting

__all__ = ["answer", "compiled_query", "decision_tensor", "likelihood_weighting"]


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module 'causalkit.engine' has no attribute {name!r}; it has: {', '.join(__all__)}")
    return import_module(f"causalkit.engine.{name}")
