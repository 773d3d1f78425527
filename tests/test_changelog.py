"""The command that joins fragments into the changelog: nothing of a fragment or of the changelog is lost."""

import importlib.util
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SPEC = importlib.util.spec_from_file_location("changelog", ROOT / "tools" / "changelog.py")
assert SPEC is not None
assert SPEC.loader is not None
changelog = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(changelog)


def test_the_fragments_of_today_are_well_formed() -> None:
    assert all(kind in changelog.KINDS for kind in changelog.fragments(ROOT / "changelog.d").values())


def test_fragments_are_joined_under_a_version(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("not a fragment")
    (tmp_path / "b.added.md").write_text("A thing that\nis new.\n")
    (tmp_path / "a.fixed.md").write_text("A fault.")
    new = changelog.entries(changelog.fragments(tmp_path))
    before = "# Changelog\n\n## [Unreleased]\n\n### Added\n\n- Old.\n- Older.\n\n## [0.0.1] - 2020-01-01\n\n### Added\n\n- First.\n"
    assert changelog.joined(before, new, "0.1.0", "2020-02-02") == (
        "# Changelog\n\n## [Unreleased]\n\n## [0.1.0] - 2020-02-02\n\n### Added\n\n- Old.\n- Older.\n- A thing that is new.\n\n"
        "### Fixed\n\n- A fault.\n\n## [0.0.1] - 2020-01-01\n\n### Added\n\n- First.\n"
    )


def test_the_changelog_of_today_can_be_joined() -> None:
    today = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    after = changelog.joined(today, {"Fixed": ["- A fault."]}, "9.9.9", "2020-02-02")
    assert "## [9.9.9] - 2020-02-02" in after
    assert {line for line in today.splitlines() if line} <= set(after.splitlines())


@pytest.mark.parametrize("name", ["thing.md", "thing.new.md", "thing.added.md"])
def test_a_fragment_that_says_nothing_is_refused(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text(" \n" if name == "thing.added.md" else "A thing.")
    with pytest.raises(SystemExit, match=name):
        changelog.fragments(tmp_path)
