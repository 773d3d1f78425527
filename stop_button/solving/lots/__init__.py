"""Policies that draw lots: the best of them by linear programs, and by dividing the space of their chances."""
