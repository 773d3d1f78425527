"""Ask axe about pages of the site: `python tools/accessible.py build/docs` drives a browser over them, and fails for what axe finds.

Needs Chromium, and axe-core in build/npm (`npm install --prefix build/npm axe-core`); without them it says so and passes.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

from tests.browser import CHROMIUM, NOTICE, Browser, browser  # noqa: E402 (the project first)

AXE = ROOT / "build" / "npm" / "node_modules" / "axe-core" / "axe.min.js"
NO_AXE = "axe-core is not in build/npm; type: npm install --prefix build/npm axe-core"

# A page of each kind: the start, an executed notebook, tables of results, code beside code, and the reference.
PAGES = ("index.html", "tutorial/first-world.html", "how-to/put-results-into-a-paper.html", "explanation/peers.html",
         "reference/lotteries.html")  # fmt: skip
SIZES: tuple[tuple[int, bool], ...] = ((1280, False), (390, True))
ASK = "axe.run().then((r) => r.violations.map((v) => [v.id, v.nodes.map((n) => n.html.slice(0, 160) + ' ' + n.failureSummary)]))"


def findings(one: Browser, page: Path) -> Iterator[str]:
    """What axe finds on a page, wide and light, and narrow and dark."""
    for width, dark in SIZES:
        one.open(page.as_uri(), width=width, dark=dark)
        one.run(AXE.read_text(encoding="utf-8"))
        for rule, nodes in one.run(ASK):
            yield f"{page.name}, {width} wide{', dark' if dark else ''}: {rule} at {len(nodes)} places, such as {nodes[0]}"


def main() -> int:
    """Ask about every page that is there."""
    site = Path(sys.argv[1] if len(sys.argv) > 1 else ROOT / "build" / "docs")
    if CHROMIUM is None or not AXE.exists():
        print(f"the site was not asked about by axe: {NOTICE if CHROMIUM is None else NO_AXE}")
        return 0
    missing = [page for page in PAGES if not (site / page).is_file()]
    if missing:
        print(f"{site} holds no {', '.join(missing)}; build the site first")
        return 1
    with browser() as one:
        found = [each for page in PAGES for each in findings(one, site / page)]
    print("\n".join([*found, f"axe looked at {len(PAGES)} pages of the site, and found {len(found) or 'nothing'}"]))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
