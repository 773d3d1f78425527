"""The pages that stand apart, one file each: the site has them beside its own; ``python -m docs.pages_apart FOLDER`` writes them alone."""

from __future__ import annotations

import sys
from pathlib import Path

from causalkit import CausalError
from docs import atlas_page, browser_page

PAGES = {"page.html": browser_page.page, "atlas.html": atlas_page.page}


def write_pages_apart(folder: Path) -> None:
    """Write each page into a folder that is there."""
    for name, page in PAGES.items():
        (folder / name).write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    try:
        write_pages_apart(Path(sys.argv[1] if len(sys.argv) > 1 else "."))
    except CausalError as error:
        sys.exit(str(error))
