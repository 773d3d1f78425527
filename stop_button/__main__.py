"""``python -m stop_button`` is the command ``stop-button``."""

import sys

try:
    from stop_button.presentation.cli import main
except KeyboardInterrupt:  # loading takes a moment, in which a user may think better of it
    sys.stderr.write("stop-button: interrupted before it had begun\n")
    sys.exit(130)

__all__ = ["main"]

if __name__ == "__main__":
    sys.exit(main())
