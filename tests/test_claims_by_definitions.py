"""The table of claims by definitions is what asking says: cells at random every time, all of them in the long run."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import stop_button as sb
from stop_button.searching import claims
from tests.source import ROOT

PAGE = (ROOT / "docs" / "explanation" / "claims-by-definitions.md").read_text(encoding="utf-8")
CLAIMS = [name for name in claims.__all__ if isinstance(getattr(claims, name), claims.Claim)]
UTILITIES = ("naive", "switch", "counterfactual", "cond", "conditional_counterfactual", "ccmin", "ref")


def the_second_family() -> list[sb.World]:
    """As the page builds it."""
    block = re.search(r"```python\n(.*?)\nclaim = ", PAGE, re.DOTALL)
    assert block is not None
    names: dict[str, list[sb.World]] = {}
    exec(block[1], names)
    return names["family"]


FAMILIES: dict[str, Callable[[], list[sb.World]]] = {
    "persuasion": lambda: list(sb.families.persuasion()),
    "watched": the_second_family,
}
family = cache(lambda name: FAMILIES[name]())


def cell(utility: str, claim: str, worlds: Iterable[sb.World]) -> str:
    """How many worlds refute the claim, how many leave it open, and in how many there is no best policy."""
    refuted = open_ = without = 0
    for world in worlds:
        answer = getattr(claims, claim).asked_of(getattr(sb, utility), world)
        refuted += answer.doubt is not None
        without += not answer.has_best
        open_ += answer.doubt is None and answer.open > 0
    return " ".join([str(refuted), *([f"+ {open_} open"] if open_ else []), *([f"({without} without)"] if without else [])])


def table(name: str) -> dict[tuple[str, str], str]:
    """The cells of a table of the page."""
    text = re.search(rf"\*\*`{name}`.*?\n\n(.*?)\n\n", PAGE, re.DOTALL)
    assert text is not None
    rows = [[part.strip().strip("`") for part in line.strip("|").split("|")] for line in text[1].splitlines()]
    head, _, *body = rows
    return {(utility, row[0]): each.replace("*", "").strip() for row in body for utility, each in zip(head[1:], row[1:], strict=True)}


def test_the_tables_have_every_claim_and_every_definition() -> None:
    for name in ("persuasion", "watched"):
        assert set(table(name)) == {(utility, claim) for utility in UTILITIES for claim in CLAIMS}


@settings(max_examples=4)
@given(st.sampled_from(UTILITIES), st.sampled_from(CLAIMS), st.sampled_from(["watched"]))
def test_cells_at_random(utility: str, claim: str, name: str) -> None:
    assert cell(utility, claim, family(name)) == table(name)[utility, claim]


@pytest.mark.long
@pytest.mark.parametrize("name", list(FAMILIES))
def test_every_cell(name: str) -> None:
    cells = table(name)
    assert cells
    for (utility, claim), said in cells.items():
        assert cell(utility, claim, family(name)) == said, (utility, claim)
