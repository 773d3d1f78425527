"""Decisions over time: the best policy by backward induction over states that are discovered, in time that grows with the states."""
