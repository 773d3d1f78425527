"""Models in documents: JSON that never runs code, read within budgets, and files that are replaced as a whole or not at all."""
