"""Which tests `make.py test --quick` leaves out, and which files are split between processes: two lists, and no other place."""

SLOW: dict[str, float] = {}
"""Tests that take a second or more, as patterns of what pytest calls them, with the seconds they took on two quiet cores."""

SPLIT: tuple[str, ...] = ()
"""Files whose tests share nothing, so that each may run in another process; every other file stays with one."""
