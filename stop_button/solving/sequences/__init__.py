"""Decisions over time: the best policy by backward induction over states that are discovered, in time linear in the horizon."""
