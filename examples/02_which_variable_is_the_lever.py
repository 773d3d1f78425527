"""Which variable is the lever: wanting, trying or the press. Links downstream of it are protected, links upstream are not.

[tailcalled2021] sets trying to press; a later comment of the same author sets wanting.
"""

import stop_button as sb

world = sb.worlds.which_lever()
print(world.model, "\n")

levers = [sb.counterfactual.vary(lever=lever) for lever in ("intent", "trying", "pressing")]
board = sb.score(world, levers)
print(board, "\n")

for utility in levers:
    best = ", ".join(map(str, board.best(utility)))
    print(f"{utility.formula}   picks   {best}")
