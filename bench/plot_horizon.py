"""Draw the cost of a question against the length of its world, from a report: `python bench/plot_horizon.py horizon.json`.

The picture goes to docs/_static/horizon.svg, or to a file named after the report.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.axes import Axes

PICTURE = Path(__file__).resolve().parent.parent / "docs" / "_static" / "horizon.svg"

SIZE = (6.4, 4)
COLOURS = {"first": "#0b5394", "next": "#b45f06"}
MARKERS = {"first": "o", "next": "s"}
WORDS = {"first": "first answer, nothing kept", "next": "next answer, other observations"}

Points = dict[str, list[tuple[int, float]]]


def points(report: dict[str, Any]) -> Points:
    """For the first answer and the next one, the median in seconds at each horizon."""
    found: Points = {}
    for entry in report["benchmarks"]:
        params = entry["params"] or {}
        if {"call", "horizon"} <= params.keys():
            found.setdefault(params["call"], []).append((params["horizon"], entry["stats"]["median"]))
    return {call: sorted(found[call]) for call in WORDS if call in found}


def plot_horizon(found: Points, *, ax: Axes | None = None) -> Axes:
    """Medians against T on logarithmic axes, with lines of slope 1 through the last of each: cost in proportion to T."""
    import matplotlib.pyplot as plt

    axes = plt.subplots(figsize=SIZE, layout="constrained")[1] if ax is None else ax
    for call, measured in found.items():
        horizons, seconds = zip(*measured, strict=True)
        axes.plot(horizons, seconds, color=COLOURS[call], marker=MARKERS[call], label=WORDS[call])
        slope = [seconds[-1] * horizon / horizons[-1] for horizon in horizons]
        axes.plot(horizons, slope, color="#666666", linestyle=":", linewidth=1.2)
    axes.plot([], [], color="#666666", linestyle=":", linewidth=1.2, label="slope 1: in proportion to T")
    axes.set(xscale="log", yscale="log", xlabel="T, steps of the world", ylabel="median seconds")
    axes.grid(visible=True, which="major", color="#dddddd", linewidth=0.8)
    axes.set_axisbelow(True)
    axes.legend(frameon=False, fontsize="small")
    return axes


def main(arguments: list[str]) -> None:
    if len(arguments) not in (1, 2):
        sys.exit("type: python bench/plot_horizon.py REPORT.json [PICTURE.svg]; the report comes from pytest bench/bench_horizon.py")
    found = points(json.loads(Path(arguments[0]).read_text(encoding="utf-8")))
    if not found:
        sys.exit(f"{arguments[0]} has no benchmark of a horizon; run: python -m pytest bench/bench_horizon.py --benchmark-json=REPORT.json")
    import matplotlib as mpl
    from matplotlib.figure import Figure

    picture = Path(arguments[1]) if len(arguments) == 2 else PICTURE
    figure = Figure(figsize=SIZE, layout="constrained")
    plot_horizon(found, ax=figure.subplots())
    with mpl.rc_context({"svg.hashsalt": "horizon"}):  # the same report gives the same file
        figure.savefig(picture, metadata={"Date": None} if picture.suffix == ".svg" else None, facecolor="white")


if __name__ == "__main__":
    main(sys.argv[1:])
