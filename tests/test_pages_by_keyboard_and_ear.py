"""Pages of the site for people who read with a keyboard or by ear."""

from __future__ import annotations

from pathlib import Path

from docs.mended_pages import mend, mended

PAGE = '<aside class="sidebar-drawer"></aside><pre>code</pre><div class="table-wrapper docutils container"><table><th></th></table></div>'


def test_what_scrolls_is_reached_by_the_keyboard_and_landmarks_have_names() -> None:
    found = mend(PAGE)
    assert '<pre tabindex="0">' in found
    assert '<div class="table-wrapper docutils container" tabindex="0">' in found
    assert '<aside class="sidebar-drawer" aria-label="The site">' in found
    assert "<th></th>" not in found
    assert mend(found) == found


def test_only_pages_of_the_theme_are_changed(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "one.html").write_text(PAGE, encoding="utf-8")
    (tmp_path / "own.html").write_text("<pre>mine</pre>", encoding="utf-8")
    assert mended(tmp_path) == 1
    assert mended(tmp_path) == 0
    assert (tmp_path / "own.html").read_text(encoding="utf-8") == "<pre>mine</pre>"
