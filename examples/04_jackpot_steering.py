"""Jackpot steering: conditional + counterfactual carries an incentive to manipulate of its own, by choosing which worlds are graded."""

import stop_button as sb

world = sb.worlds.jackpot_steering()
print(sb.score(world, [sb.counterfactual, sb.conditional_counterfactual, sb.ccmin, sb.ref]), "\n")
print(sb.audit(world, sb.conditional_counterfactual), "\n")

# Reading the conditions under a fixed baseline takes the incentive away.
print(sb.audit(world, sb.ref), "\n")

# The simplest world of a family in which it happens, found by going through the family.
print(sb.find_counterexample(sb.conditional_counterfactual, claim=sb.claims.never_grades_other_draws))
