"""To and from other libraries and their formats; each module is imported when it is asked for."""

from causalkit.loading import later

__all__ = ["dot", "json", "networkx", "pgmpy", "uai"]

_HOMES = {name: f"{__name__}.{name}" for name in ("dot", "networkx", "pgmpy", "uai")} | {"json": "causalkit.documents.json"}

__getattr__, __dir__ = later(__name__, __all__, _HOMES)
