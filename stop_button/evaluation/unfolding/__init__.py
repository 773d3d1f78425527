"""A world unfolded along its decisions: from means to the states in which each decision is met, with exact weights."""
