"""Everything that is kept from one question to the next, cleared: for benchmarks of first answers."""

from __future__ import annotations

import sys

__all__ = ["forget"]


def forget() -> None:
    """Clear every cache that a module of ours keeps, whatever it is called."""
    for name, module in list(sys.modules.items()):
        if name.partition(".")[0] in ("causalkit", "stop_button"):
            for kept in list(vars(module).values()):
                if hasattr(kept, "cache_clear"):
                    kept.cache_clear()
