"""How sums, products, quotients and extremes are bounded, whatever is searched: functions above formulas."""
