"""From what is said to a world: what has to be found there first, and the branches and functions of a run that a mean becomes."""
