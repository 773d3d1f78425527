"""``python -m stop_button`` is the command ``stop-button``."""

import sys

from stop_button.presentation.cli import main

if __name__ == "__main__":
    sys.exit(main())
