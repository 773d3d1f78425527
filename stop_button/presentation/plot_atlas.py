"""A picture of the atlas: which definitions survive which property, and in how many worlds each costs something."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from stop_button.atlas import Found, cell_of
from stop_button.atlas.cells import STATUSES
from stop_button.atlas.screen import cost

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["plot_survivors"]

COLOURS = {
    "proved": "#1b7f5c", "holds": "#8fcbb2", "fails": "#e39a74", "fails by a tie": "#f6dfa4", "open": "#dfe4e9",
    "does not apply": "#ffffff",
}  # fmt: skip

HATCHES = {"fails": "////", "fails by a tie": "...."}
"""The patterns of what fails, for readers who do not see its colour."""

FEW = 50
"""A definition that was asked in fewer worlds than this stands below the line."""


def plot_survivors(found: Found) -> tuple[Axes, Axes]:
    """Every cell as a coloured square, the definitions that keep most at the top; beside them how often each costs task value.

    Beside a definition stand how many properties it keeps, and in how many worlds it was asked at the most; below the line are those that
    few worlds can be asked about, whose squares say little.

    The bars are shares of the bundled worlds in which the definition has a best policy and the task a value: dark, where every best policy
    is worth less for the task than another policy is; pale, where only some of them are. Nothing is shown.

    :param found: what was found.
    :returns: the Axes of the table, and those of the bars.

    >>> from stop_button.atlas import committed
    >>> left, right = plot_survivors(committed())
    >>> right.get_xlabel()
    'share of bundled worlds in which it costs'
    """
    import matplotlib.pyplot as plt
    from matplotlib.patches import Patch, Rectangle

    kept = {row: sum(bool(cell_of(found, row, column)) for column in found.columns) for row in found.rows}
    asked = {row: max(cell_of(found, row, column).gone for column in found.columns) for row in found.rows}
    rows = sorted(found.rows, key=lambda row: (asked[row] < FEW, -kept[row], found.rows.index(row)))
    height = 0.21 * len(rows) + 3
    _, (left, right) = plt.subplots(1, 2, figsize=(11, height), width_ratios=[3, 1], sharey=True, layout="constrained")
    for y, row in enumerate(rows):
        for x, column in enumerate(found.columns):
            status = cell_of(found, row, column).status
            square: dict[str, Any] = {"facecolor": COLOURS[status], "hatch": HATCHES.get(status)}
            left.add_patch(Rectangle((x - 0.5, y - 0.5), 1, 1, edgecolor="white", linewidth=1, **square))
        surely, perhaps = cost(found, row)
        right.barh(y, surely, color="#a33b00", height=0.7)
        right.barh(y, perhaps, left=surely, color="#e8c2ab", height=0.7)
    left.set_xlim(-0.5, len(found.columns) - 0.5)
    left.set_ylim(len(rows) - 0.5, -0.5)
    left.set_yticks(range(len(rows)), [f"{row}, {kept[row]} in {asked[row]:,}" for row in rows], fontsize=8)
    left.set_xticks(range(len(found.columns)), found.columns, rotation=90, fontsize=8)
    left.xaxis.tick_top()
    below = sum(asked[row] >= FEW for row in rows)
    for ax in (left, right):
        ax.axhline(below - 0.5, color="#1d2733", linewidth=1.2)
    right.set_xlim(0, 1)
    costs = [Patch(color="#a33b00", label="every best policy"), Patch(color="#e8c2ab", label="only some of them")]
    right.legend(
        handles=costs, title="costs task value", fontsize=8, title_fontsize=8, frameon=False, loc="lower left", bbox_to_anchor=(0, 1)
    )
    right.set_xlabel("share of bundled worlds in which it costs", fontsize=8)
    for ax in (left, right):
        ax.tick_params(length=0)
        ax.spines[["top", "right", "bottom", "left"]].set_visible(False)
    edges = ["white" if status in HATCHES else "#999999" for status in STATUSES]
    looks: list[dict[str, Any]] = [{"facecolor": COLOURS[status], "hatch": HATCHES.get(status), "label": status} for status in STATUSES]
    patches = [Patch(edgecolor=edge, **look) for edge, look in zip(edges, looks, strict=True)]
    left.legend(handles=patches, ncols=len(patches), fontsize=8, frameon=False, loc="upper center", bbox_to_anchor=(0.5, 0))
    return left, right
