"""What a graph says about an incentive, for every parametrisation: that there may be one, with the path, or that there cannot."""

from __future__ import annotations

from dataclasses import dataclass

from causalkit.graphs.path_search import Path
from causalkit.values.render import html_text, latex_text

__all__ = ["Judgement"]


@dataclass(frozen=True)
class Judgement:
    """Whether a node may have an incentive in some model with this graph: truthy when it may.

    ``paths`` are the evidence for "may"; ``because`` is the reason in words, for either answer. "Cannot" holds in every model
    with this graph. ``complete`` says whether that is proved: of "may", by a theorem that some model realises it, of "cannot", by the
    graph, unless it says otherwise.
    """

    node: str
    claim: str
    decision: str | None
    paths: tuple[Path, ...]
    because: str
    complete: bool = True

    def __bool__(self) -> bool:
        return bool(self.paths)

    @property
    def path(self) -> Path | None:
        """The path that is the evidence, or None when there cannot be an incentive."""
        return self.paths[0] if self.paths else None

    def __str__(self) -> str:
        whose = f" for {self.decision}" if self.decision is not None else ""
        doubt = " (no theorem says that some model realises this)" if self else " (so says the source's criterion, without a proof)"
        proviso = "" if self.complete else doubt
        return f"{self.node} {'may' if self else 'cannot'} {self.claim}{whose}: {self.because}{proviso}"

    def _repr_html_(self) -> str:
        return f"<p>{html_text(self)}</p>"

    def _repr_latex_(self) -> str:
        return latex_text(str(self))
