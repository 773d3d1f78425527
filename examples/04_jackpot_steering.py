"""Jackpot steering: conditional + counterfactual pays for an influence of its own kind, on which draws are graded."""

import stop_button as sb

world = sb.worlds.jackpot_steering()
print(sb.score(world, [sb.counterfactual, sb.conditional_counterfactual, sb.ccmin, sb.ref]), "\n")
print(sb.audit(world, sb.conditional_counterfactual), "\n")

# Reading the conditions under a fixed baseline takes the incentive away.
print(sb.audit(world, sb.ref), "\n")

# The first world of a family in which it happens, found by going through the family in its order.
print(sb.find_counterexample(sb.conditional_counterfactual, claim=sb.claims.never_grades_other_draws))
