"""The project's files hold for every machine: no place to download from, no path of somebody's disk."""

import re
from pathlib import Path

import pytest

from tests.source import ROOT, project_files

FOREIGN = {
    "an index to install from": re.compile(
        r"--(extra-)?index-url|--find-links|--trusted-host|\bPIP_(EXTRA_)?INDEX_URL|\bUV_(DEFAULT_)?INDEX|\bfind-links\b|\bindex-url\b|"
        r"https?://[^\s)>]*/simple\b|https?://[^\s)>]*(mirror|artifactory|nexus|devpi)[^\s)>]*",
        re.IGNORECASE,
    ),
    "a path of one machine": re.compile(
        r"(?<![\w.<~/-])/(work|root|tmp|home|Users|opt|mnt|private|var/folders)/\w|\b[A-Za-z]:\\\\?Users\b|\bfile:///\w"
    ),
}


def text(path: Path) -> str:
    """A file's text, or nothing when it is not a text."""
    data = path.read_bytes()
    return "" if b"\0" in data else data.decode("utf-8")


@pytest.mark.parametrize("what", FOREIGN)
def test_no_file_speaks_of_anything_foreign(what: str) -> None:
    found = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()[:160]}"
        for path in project_files()
        if path != Path(__file__).resolve()
        for number, line in enumerate(text(path).splitlines(), start=1)
        if FOREIGN[what].search(line)
    ]
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    ("what", "line"),
    [
        ("an index to install from", "pip install --index-url https://example.org/simple causalkit"),
        ("an index to install from", "find-links = wheels"),
        ("a path of one machine", "open('/tmp/x.json')"),
        ("a path of one machine", r"C:\Users\somebody"),
    ],
)
def test_foreign_lines_are_seen(what: str, line: str) -> None:
    assert FOREIGN[what].search(line)


def test_continuous_integration_runs_the_command_of_the_readme() -> None:
    commands = re.findall(r"^python3 make\.py \w+$", (ROOT / "README.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert commands == ["python3 make.py demo", "python3 make.py test"]
    assert (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()[-1] == "python3 make.py test"
