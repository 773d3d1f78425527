"""How the packages hand out their names: some when they are first asked for, and those that have moved with a word about where to."""

from causalkit.loading import release_0_1
from causalkit.loading.later import homes_in, later
from causalkit.loading.moved import keep_old_paths, moved_names

__all__ = ["homes_in", "keep_old_paths", "later", "moved_names", "release_0_1"]
