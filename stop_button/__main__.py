"""``python -m stop_button`` is the command ``stop-button``."""

import sys

__all__ = ["main"]

INTERRUPTED = "stop-button: interrupted; no file was written\n"


def by_interrupt(error: BaseException | None) -> bool:
    """Whether an error is Ctrl-C, or what a library that was loading at that moment made of it."""
    while error is not None and not isinstance(error, KeyboardInterrupt):
        error = error.__cause__ or error.__context__
    return error is not None


try:
    from stop_button.presentation import cli
except BaseException as error:  # loading takes a moment, in which a user may think better of it
    if not by_interrupt(error):
        raise
    sys.stderr.write(INTERRUPTED)
    sys.exit(130)


def main() -> int:
    """Run the command; returns its status, 130 when it was interrupted."""
    try:
        return cli.main()
    except BaseException as error:
        if not by_interrupt(error):
            raise
        sys.stderr.write(INTERRUPTED)
        return 130


if __name__ == "__main__":
    sys.exit(main())
