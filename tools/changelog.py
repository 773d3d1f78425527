"""Join the fragments of changelog.d into CHANGELOG.md: `python3 make.py changelog 0.2.0`, or without a version to see what would be joined.

A fragment is a file ``changelog.d/<what>.<kind>.md`` with one sentence or a short paragraph, for a user; its kind says the heading.
So two people never change the same line of the changelog.
"""

from __future__ import annotations

import datetime
import re
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
KINDS = {
    "added": "Added",
    "changed": "Changed",
    "deprecated": "Deprecated",
    "removed": "Removed",
    "fixed": "Fixed",
    "security": "Security",
}
UNRELEASED = "## [Unreleased]\n"
SECTION = re.compile(r"^## \[", re.MULTILINE)
HEADING = re.compile(r"^### (\w+)\n\n((?:(?!^#).*\n?)*)", re.MULTILINE)


def fragments(folder: Path) -> dict[Path, str]:
    """Every fragment with its kind; SystemExit names those whose kind is none."""
    paths = sorted(path for path in folder.glob("*.md") if path.name != "README.md")
    kinds = {path: path.name.split(".")[-2] if path.name.count(".") >= 2 else "" for path in paths}
    wrong = [path.name for path, kind in kinds.items() if kind not in KINDS]
    if wrong:
        sys.exit(f"changelog.d: {', '.join(wrong)}: a fragment is called <what>.<kind>.md, and its kind is one of: {', '.join(KINDS)}")
    empty = [path.name for path in paths if not path.read_text(encoding="utf-8").strip()]
    if empty:
        sys.exit(f"changelog.d: {', '.join(empty)}: the file is empty; write a sentence for a user, or remove it")
    return kinds


def entries(kinds: Mapping[Path, str]) -> dict[str, list[str]]:
    """The entries under each heading, in the order of the files' names."""
    texts = {path: " ".join(path.read_text(encoding="utf-8").split()) for path in kinds}
    return {
        heading: [f"- {texts[path]}" for path, kind in kinds.items() if kind == name]
        for name, heading in KINDS.items()
        if name in kinds.values()
    }


def joined(changelog: str, new: Mapping[str, Sequence[str]], version: str, day: str) -> str:
    """The changelog in which what was unreleased, and the new entries, stand under the version."""
    before, _, rest = changelog.partition(UNRELEASED)
    at = SECTION.search(rest)
    unreleased, older = (rest[: at.start()], rest[at.start() :]) if at else (rest, "")
    written = {heading: text.strip().splitlines() for heading, text in HEADING.findall(unreleased)}
    headings = [heading for heading in KINDS.values() if heading in written or heading in new]
    parts = [f"### {heading}\n\n" + "\n".join([*written.get(heading, []), *new.get(heading, [])]) for heading in headings]
    return f"{before}{UNRELEASED}\n## [{version}] - {day}\n\n" + "\n\n".join(parts) + "\n" + (f"\n{older}" if older else "")


def main(arguments: Sequence[str]) -> int:
    """Show the fragments, or join them under a version and remove their files."""
    kinds = fragments(ROOT / "changelog.d")
    new = entries(kinds)
    if not arguments:
        print("\n\n".join(f"### {heading}\n\n" + "\n".join(lines) for heading, lines in new.items()) or "changelog.d holds no fragment")
        return 0
    if not re.fullmatch(r"\d+\.\d+\.\d+", arguments[0]):
        sys.exit(f"{arguments[0]!r} is not a version; type three numbers, as in: python3 make.py changelog 0.2.0")
    path = ROOT / "CHANGELOG.md"
    path.write_text(joined(path.read_text(encoding="utf-8"), new, arguments[0], datetime.date.today().isoformat()), encoding="utf-8")
    for fragment in kinds:
        fragment.unlink()
    print(f"{len(kinds)} fragments joined under {arguments[0]}; look at CHANGELOG.md, then raise __version__ in causalkit/__init__.py")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
