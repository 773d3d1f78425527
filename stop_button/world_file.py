"""Worlds in files, by the name under which programs may call it."""

from stop_button.decision.world_file import load_worlds, save_world, world_from_json, world_to_json

__all__ = ["load_worlds", "save_world", "world_from_json", "world_to_json"]
