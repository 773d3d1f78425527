"""The page of the atlas: each cell opens and says what the command says; it runs nothing, asks for nothing, and shows text as text."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from html import unescape
from pathlib import Path
from typing import Any

import pytest

import stop_button as sb
from docs import atlas_page as built
from stop_button.atlas import COLUMNS, FAMILIES, ROWS, cell_of, committed
from stop_button.atlas.along import stored as along
from stop_button.atlas.rows import row_of
from stop_button.atlas.running import Asked, run
from stop_button.presentation.atlas.opened import Shown, anchor
from stop_button.presentation.atlas.page import atlas_page
from stop_button.presentation.cli import main
from tests.browser import CHROMIUM, NOTICE, Browser, browser
from tests.source import ROOT

AXE = ROOT / "build" / "npm" / "node_modules" / "axe-core" / "axe.min.js"
in_browser = pytest.mark.skipif(CHROMIUM is None, reason=NOTICE)

HOSTILE = '<img src=x onerror="window.hit=1">\'"</style><script>window.hit=1</script> #%2f/'
UNSEEN = f"{HOSTILE}\u202e\x1b"
SOME = ("naive", "ccmin", "stable_causal", "per_step_a")
FOUND = committed()


def part() -> Shown:
    return Shown(FOUND, {name: ROWS[name] for name in SOME}, COLUMNS, FAMILIES, sb.worlds.bundled_worlds(), along.committed()[:8])


@pytest.fixture(scope="module")
def page() -> str:
    return atlas_page(part())


@pytest.fixture(scope="module")
def opened(page: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Browser, str]]:
    place = tmp_path_factory.mktemp("site") / "atlas.html"
    place.write_text(page, encoding="utf-8")
    with browser() as one:
        yield one, place.as_uri()


def section(page: str, row: str, column: str) -> str:
    found = re.search(rf'<section class="cell" id="{re.escape(anchor(row, column))}".*?</section>', page, re.DOTALL)
    assert found is not None, (row, column)
    return unescape(found[0])


def test_the_page_of_the_site_shows_all_that_was_found() -> None:
    shown = built.shown()
    assert tuple(shown.rows) == FOUND.rows
    assert tuple(shown.columns) == FOUND.columns
    assert set(FOUND.worlds) <= set(shown.worlds)


def test_every_cell_opens_with_what_was_found_of_it(page: str) -> None:
    counted = dict.fromkeys(("fails", "does not apply"), 0)
    for row in SOME:
        for column in COLUMNS:
            cell, text = cell_of(FOUND, row, column), section(page, row, column)
            assert f'href="#{anchor(row, column)}"' in page
            assert cell.said in text
            assert COLUMNS[column].sentence in text
            if cell.status in counted:
                counted[cell.status] += 1
            assert ("import stop_button as sb" in text) == (cell.first is not None)
            assert ("because of what places lack" in text) == (cell.status == "does not apply")
    assert min(counted.values()) > 2


@pytest.mark.parametrize(("row", "column"), [("ccmin", "no_influence"), ("ccmin", "cautious"), ("stable_causal", "vigilant")])
def test_the_code_that_is_shown_shows_the_failure(page: str, row: str, column: str, capsys: pytest.CaptureFixture[str]) -> None:
    code = re.search(r"<pre>(.*?)</pre>", section(page, row, column), re.DOTALL)
    assert code is not None
    exec(code[1], {})
    said = capsys.readouterr().out
    words = {"fails": "no best policy is known to have it", "fails by a tie": "some best policies have it and some lack it"}
    assert words[cell_of(FOUND, row, column).status] in said


def test_a_line_of_the_table_says_what_scoring_says(page: str) -> None:
    """World 35 of one decision, by hand: leaving has no score; acting is worth 3."""
    text = section(page, "ccmin", "no_influence")
    assert "<td>leave</td><td>undefined</td><td>0</td><td>0</td><td>2</td><td>yes</td>" in text
    assert '<tr class="best"><td>act</td><td>3</td><td>0.5</td><td>0.5</td><td>1</td><td>no</td>' in text


def test_the_command_writes_a_part_of_the_page(tmp_path: Path) -> None:
    assert main(["atlas", "--definition", "naive", "--property", "POST", "--html", str(tmp_path / "atlas.html")]) == 0
    text = (tmp_path / "atlas.html").read_text(encoding="utf-8")
    assert re.findall(r'<section class="cell" id="([^"]*)"', text) == ["naive/POST"]


# ---------------------------------------------------------------- in a browser


def shown_cells(one: Browser) -> Any:
    return one.run("[...document.querySelectorAll('.cell')].filter((each) => each.offsetHeight > 0).map((each) => each.id)")


@in_browser
@pytest.mark.parametrize("size", [{}, {"dark": True}, {"width": 390, "height": 844}, {"width": 320, "height": 640, "dark": True}])
def test_a_cell_opens_at_every_size_and_nothing_is_asked_for(opened: tuple[Browser, str], size: dict[str, Any]) -> None:
    one, address = opened
    one.events.clear()
    one.open(address, **size)
    assert shown_cells(one) == []
    one.run("document.querySelector('td.fails a').click()")
    one.wait("location.hash !== ''")
    assert shown_cells(one) == ["naive/shuts_down_when_pressed"]
    assert one.run("document.documentElement.scrollWidth <= innerWidth")
    assert one.run("document.querySelectorAll('script, img, iframe, link').length") == 0
    assert one.complaints() == []
    assert {url.partition("#")[0] for url in one.requests()} == {address}


@in_browser
def test_the_page_is_used_with_the_keyboard(opened: tuple[Browser, str]) -> None:
    one, address = opened
    one.open(address)
    reached = []
    for _ in range(4):
        one.press("Tab", code=9)
        reached.append(one.run("document.activeElement.getAttribute('aria-label')"))
    assert reached[0] == "Every definition by every property"
    assert reached[3] == "naive, causes_no_press: fails"
    one.press("Enter", code=13, text="\r")
    one.wait("location.hash !== ''")
    assert shown_cells(one) == ["naive/causes_no_press"]
    assert one.run("document.activeElement.id") == "naive/causes_no_press"
    names = []
    for _ in range(2):
        one.press("Tab", code=9)
        names.append(one.run("document.activeElement.textContent"))
    assert names[-1] == "Back to the table"
    one.press("Enter", code=13, text="\r")
    one.wait("location.hash === '#cell/naive/causes_no_press'")
    assert shown_cells(one) == []
    one.press("Tab", code=9)
    assert one.run("document.activeElement.getAttribute('aria-label')") == "naive, causes_no_press: fails"


@in_browser
def test_hostile_text_is_shown_as_text(opened: tuple[Browser, str], tmp_path: Path) -> None:
    row = row_of(sb.Utility(HOSTILE, sb.E(sb.V), source=HOSTILE, meaning=UNSEEN))
    column = replace(COLUMNS["no_influence"], name=HOSTILE, sentence=UNSEEN, source=HOSTILE)
    office = sb.worlds.office().told(name=HOSTILE, description=UNSEEN, caveat=UNSEEN)
    asked = Asked({row.name: row}, {column.name: column}, {}, {HOSTILE: office})
    shown = Shown(run(asked), asked.rows, asked.columns, {}, asked.worlds)
    (tmp_path / "hostile.html").write_text(atlas_page(shown), encoding="utf-8")
    one, _ = opened
    one.events.clear()
    one.open((tmp_path / "hostile.html").as_uri())
    one.run("document.querySelector('td a').click()")
    one.wait("location.hash !== ''")
    assert len(shown_cells(one)) == 1
    assert HOSTILE in one.run("document.querySelector('.cell').textContent")
    assert one.run("window.hit") is None
    assert one.run("document.querySelectorAll('script, img, iframe, link').length") == 0
    assert one.run("document.querySelectorAll('style').length") == 1
    assert one.complaints() == []
    assert len({url.partition("#")[0] for url in one.requests()}) == 1


@in_browser
@pytest.mark.skipif(not AXE.exists(), reason="axe-core is not in build/npm; type: npm install --prefix build/npm axe-core")
@pytest.mark.parametrize("size", [{}, {"dark": True, "width": 390, "height": 844}])
def test_axe_finds_nothing_on_the_page(opened: tuple[Browser, str], size: dict[str, Any]) -> None:
    one, address = opened
    one.open(f"{address}#{anchor('ccmin', 'no_influence')}", **size)
    one.run("document.querySelector('details').open = true")
    one.run("document.querySelector('meta[http-equiv]').remove()")
    one.run(AXE.read_text(encoding="utf-8"))
    found = one.run("axe.run().then((r) => r.violations.map((v) => [v.id, v.nodes.map((n) => n.html.slice(0, 160) + n.failureSummary)]))")
    assert found == [], json.dumps(found)[:2000]
