"""The basic button: five things an agent may do, and which of them seven definitions pay for.

The numbers follow from the definitions of [tailcalled2021] and [tailcalled2022] on the world ``basic_button``.
"""

import stop_button as sb
from stop_button.definitions import applies

world = sb.worlds.basic_button()
print(world.description, "\n")

# Every policy under every bundled definition that applies; a star marks the best, every exact tie.
fitting = [utility for utility in sb.definitions.REGISTER.values() if applies(utility, world)]
board = sb.score(world, fitting)
print(board, "\n")

# The switch utility is paid for persuading people; the counterfactual one is not.
print(sb.audit(world, sb.switch), "\n")
print(sb.audit(world, sb.counterfactual), "\n")

# When running is worth less than being stopped, the switch utility persuades people to stop instead.
low_stakes = sb.worlds.basic_button(reward="1/2")
print(sb.audit(low_stakes, sb.switch), "\n")

# Without slips, a successful manipulator leaves one condition without any world to grade: its score is undefined.
steady = sb.worlds.basic_button(tremble=0)
print(sb.score(steady, [sb.counterfactual, sb.conditional_counterfactual], policies=["none", "manip_f", "manip_s"]))
