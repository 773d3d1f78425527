"""What can be said about a world: formulas as frozen values, and how they are written."""
