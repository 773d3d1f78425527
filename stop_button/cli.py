"""The command ``stop-button``, by the name under which programs may call it."""

from stop_button.presentation.cli import main

__all__ = ["main"]
