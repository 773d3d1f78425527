"""What pyproject.toml cannot say: the readme as a package index shows it. Everything else is declared there."""

import re
from pathlib import Path

from setuptools import setup  # type: ignore[import-untyped]

README = Path(__file__).resolve().parent / "README.md"


def without_pictures(text: str) -> str:
    """The readme without pictures and links to files beside it: an index shows the text alone, and would show them as broken."""
    lines = [line for line in text.splitlines(keepends=True) if not line.startswith("![") or "](http" in line]
    return re.sub(r"\[([^\]]+)\]\(docs/[^)]*\)", r"\1", "".join(lines))


setup(long_description=without_pictures(README.read_text(encoding="utf-8")), long_description_content_type="text/markdown")
