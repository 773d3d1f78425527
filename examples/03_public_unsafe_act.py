"""The public unsafe act: who does not wish to stop it is in an unusual situation; and the loss at which it stops paying.

The loophole is the author's own doubt about [tailcalled2022]; the numbers follow from the definition.
"""

import sympy

import causalkit as ck
import stop_button as sb

world = sb.worlds.public_unsafe_act.variant("a")
board = sb.score(world, [sb.counterfactual, sb.conditional_counterfactual, sb.ccmin])
print(board, "\n")

# The counterfactual utility does the unsafe thing in public; conditional + counterfactual does not, because the unusual situation is bad.
print(sb.audit(world, sb.counterfactual), "\n")
print(sb.conditional_counterfactual(world, "quiet_comply"), "and", sb.conditional_counterfactual(world, "public_comply"), "\n")

# How bad must it be? The loss as a symbol, and the loss at which the two policies are worth the same.
loss = sympy.Symbol("L", positive=True)
symbolic = sb.worlds.public_unsafe_act(loss=loss)
quiet = sb.conditional_counterfactual(symbolic, "quiet_comply")
public = sb.conditional_counterfactual(symbolic, "public_comply")
print("quiet: ", quiet)
print("public:", public)
print("break-even at L =", *ck.break_even(quiet, public, loss), "\n")

# When people are merely oblivious, nothing bad happens where they do not object, and the loophole is wide open.
print(sb.audit(sb.worlds.public_unsafe_act.variant("b"), sb.conditional_counterfactual))
