"""What is asked and how it will be answered: queries, traces, factors, the order of elimination, the plan and its cost."""
