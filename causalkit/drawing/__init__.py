"""How pictures are laid out and painted; ``causalkit.plot`` is the door."""
