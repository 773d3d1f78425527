"""Draw the README's picture: the public unsafe act, and what four utilities make of its policies."""

from pathlib import Path

import matplotlib as mpl

mpl.use("Agg")
mpl.rcParams["svg.hashsalt"] = "readme"  # the same picture gives the same file

import matplotlib.pyplot as plt  # noqa: E402

import stop_button as sb  # noqa: E402
from stop_button.presentation import plot  # noqa: E402

world = sb.worlds.public_unsafe_act.variant("c")
board = sb.score(world, [sb.switch, sb.counterfactual, sb.conditional_counterfactual, sb.ccmin])
figure, (left, right) = plt.subplots(1, 2, figsize=(12.5, 3.9), width_ratios=(1, 1), layout="constrained")
plot.world(world, ax=left)
plot.scores(board, ax=right)
left.set_title("the public unsafe act: roles", fontsize="medium")
right.set_title("what four utilities make of its policies", fontsize="medium")
target = Path(__file__).parent / "_static" / "readme.svg"
figure.savefig(target, metadata={"Date": None})
