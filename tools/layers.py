"""Draw the floors of the house from the imports as they are: `python tools/layers.py` writes what docs/explanation/architecture.md shows.

A room is a folder of a package, or a module on its top floor. A room stands one floor above the highest room that it imports from.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator, Mapping, Sequence
from html import escape
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("causalkit", "stop_button")
PAGE = ROOT / "docs" / "explanation" / "architecture.md"
PICTURE = ROOT / "docs" / "_static" / "layers.svg"
BEGIN, END = "<!-- rooms: written by tools/layers.py -->", "<!-- end of rooms -->"
COLOURS = {"causalkit": "#DCE9F5", "stop_button": "#FBE7CF"}
HIGH, GAP, LEFT, SIZE = 30, 10, 60, 12


def room_of(module: str) -> str:
    """``causalkit.engine.exact.rings`` is in ``causalkit.engine``."""
    return ".".join(module.split(".")[:2])


def modules() -> dict[str, Path]:
    """Every module of the packages with its file; the packages' own `__init__` is the door, and no room."""
    paths = [path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py"))]
    names = {".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path for path in paths}
    return {name: path for name, path in names.items() if name not in PACKAGES and not name.endswith("__main__")}


def imported(path: Path) -> Iterator[str]:
    """The modules that a file imports when it runs, not only for types."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for_types = {
        id(node)
        for block in ast.walk(tree)
        if isinstance(block, ast.If) and "TYPE_CHECKING" in ast.unparse(block.test)
        for node in ast.walk(block)
    }
    for node in ast.walk(tree):
        if id(node) in for_types:
            continue
        if isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


def arrows() -> dict[str, set[str]]:
    """Each room with the rooms that it imports from."""
    found: dict[str, set[str]] = {room_of(name): set() for name in modules()}
    for name, path in modules().items():
        found[room_of(name)] |= {room_of(target) for target in imported(path)} & set(found) - {room_of(name)}
    return found


def floors(uses: Mapping[str, set[str]]) -> list[list[str]]:
    """The rooms floor by floor, lowest first; rooms that import from each other in a circle share a floor."""
    below = {room: reachable(room, uses) for room in uses}
    circles = {room: frozenset({room} | {other for other in below[room] if room in below[other]}) for room in uses}
    height: dict[frozenset[str], int] = {}

    def high(circle: frozenset[str]) -> int:
        if circle not in height:
            others = {circles[other] for room in circle for other in uses[room]} - {circle}
            height[circle] = 1 + max(map(high, others), default=-1)
        return height[circle]

    rows: dict[int, list[str]] = {}
    for room in sorted(uses):
        rows.setdefault(high(circles[room]), []).append(room)
    return [rows[at] for at in sorted(rows)]


def reachable(room: str, uses: Mapping[str, set[str]]) -> set[str]:
    """Every room that a room imports from, directly or through others."""
    met: set[str] = set()
    waiting = list(uses[room])
    while waiting:
        at = waiting.pop()
        if at not in met:
            met.add(at)
            waiting += uses[at]
    return met


def picture(rows: Sequence[Sequence[str]]) -> str:
    """The floors as an SVG, the lowest at the bottom."""
    widths = {room: 7.4 * len(label(room)) + 18 for row in rows for room in row}
    wide = LEFT + max(sum(widths[room] + GAP for room in row) for row in rows)
    high = len(rows) * (HIGH + GAP) + GAP
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{wide:.0f}" height="{high}" viewBox="0 0 {wide:.0f} {high}" '
        f'font-family="DejaVu Sans, Verdana, sans-serif" font-size="{SIZE}">',
        '<rect width="100%" height="100%" fill="white"/>',
    ]
    for floor, row in enumerate(rows):
        y = high - (floor + 1) * (HIGH + GAP)
        x: float = LEFT
        lines.append(f'<text x="{LEFT - 20}" y="{y + 20}" text-anchor="end" fill="#777777">{floor}</text>')
        for room in row:
            fill = COLOURS[room.partition(".")[0]]
            lines.append(f'<rect x="{x:.0f}" y="{y}" width="{widths[room]:.0f}" height="{HIGH}" rx="6" fill="{fill}" stroke="#55606B"/>')
            lines.append(f'<text x="{x + widths[room] / 2:.0f}" y="{y + 20}" text-anchor="middle">{escape(label(room))}</text>')
            x += widths[room] + GAP
    return "\n".join([*lines, "</svg>", ""])


def label(room: str) -> str:
    """A room by its own name; folders end in a stroke."""
    return room.partition(".")[2] + ("/" if (ROOT / Path(*room.split("."))).is_dir() else "")


def tree() -> str:
    """Every room with the first sentence of its docstring, as Markdown."""
    parts = []
    for package in PACKAGES:
        parts.append(f"**`{package}`** {sentence(ROOT / package / '__init__.py')}\n")
        for room in sorted({room_of(name) for name in modules() if name.startswith(package)}):
            folder = ROOT / Path(*room.split("."))
            path = folder / "__init__.py" if folder.is_dir() else folder.with_suffix(".py")
            parts.append(f"- `{label(room)}` {sentence(path)}")
        parts.append("")
    return "\n".join(parts)


def sentence(path: Path) -> str:
    """The first paragraph of a module's docstring on one line."""
    text = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or sys.exit(f"{path}: the docstring says what the room is for")
    return " ".join(text.partition("\n\n")[0].split())


def page(text: str) -> str:
    """The page with its list of rooms written anew."""
    before, begun, rest = text.partition(BEGIN)
    _, ended, after = rest.partition(END)
    if not begun or not ended:
        sys.exit(f"the page has no place for the rooms; put in two lines: {BEGIN} and {END}")
    return f"{before}{BEGIN}\n\n{tree()}\n{END}{after}"


def main() -> int:
    """Write the picture and the list."""
    PICTURE.write_text(picture(floors(arrows())), encoding="utf-8")
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
    print(f"wrote {PICTURE.relative_to(ROOT)} and the rooms of {PAGE.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
