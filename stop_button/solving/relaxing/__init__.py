"""How much can be scored at most: functions above formulas, and the sums over time of which formulas are made."""
