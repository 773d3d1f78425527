"""What every bundled definition keeps: it is cited, its defaults are written out, and names and orders do not matter to it."""

from __future__ import annotations

import inspect
import random
import re

import pytest

import stop_button as sb
from causalkit import Model
from stop_button.atlas import ROWS, Row, committed
from stop_button.atlas.columns.measure import Measure
from stop_button.atlas.columns.standing import standing
from stop_button.evaluation.evaluation import Evaluation
from stop_button.evaluation.utility import Utility, applies
from stop_button.searching.canonical_families import CANONICAL
from tests.source import ROOT

KEYS = set(re.findall(r"^\((\w+)\)=$", (ROOT / "docs" / "bibliography.md").read_text(encoding="utf-8"), re.MULTILINE))
WORLDS = sb.worlds.bundled_worlds()
each_row = pytest.mark.parametrize("row", ROWS.values(), ids=list(ROWS))


@each_row
def test_it_is_cited_and_says_what_it_means(row: Row) -> None:
    for form in row.forms:
        assert form.source in KEYS, form.name
        assert form.meaning, form.name
    assert row.forms


@each_row
def test_its_defaults_are_written_out(row: Row) -> None:
    if isinstance(row.forms[0], Measure):
        of = inspect.signature(row.forms[0].of).parameters
        assert set(row.forms[0].parameters) <= set(of)
        assert all(f"{name}=" in row.defaults for name in row.forms[0].parameters)
        return
    family = row.forms[0].family
    if family is None:
        assert not row.forms[0].parameters
        return
    assert list(row.forms[0].parameters) == list(inspect.signature(family).parameters)
    assert all(f"{name}=" in row.defaults for name in row.forms[0].parameters)


@each_row
def test_it_is_asked_somewhere_and_says_why_where_it_is_not(row: Row) -> None:
    asked = [name for name, world in WORLDS.items() if row.form(world) is not None]
    silent = [world for world in WORLDS.values() if row.form(world) is None]
    families = [name for name, family in CANONICAL.items() if row.form(family[0]) is not None]
    assert asked or families
    assert all(not applies(form, world) for world in silent for form in row.forms if isinstance(form, Utility))
    assert all(form.missing(world) for world in silent for form in row.forms if isinstance(form, Measure))
    assert all("which has no" in row.missing(world) for world in silent)


def best(world: sb.World, row: Row) -> set[str] | None:
    form = row.form(world)
    found = None if form is None else standing(Evaluation(world), form).best
    return None if found is None else {str(policy) for policy in found}


@pytest.mark.parametrize("name", list(CANONICAL))
def test_the_order_of_the_draws_does_not_matter(name: str) -> None:
    draw, family = random.Random(name), CANONICAL[name]
    sketch = family.sketch(draw.randrange(family.by_draws[1], len(family)))
    there, turned = sketch.build(sketch.frame, sketch.types), sketch.build(sketch.frame, sketch.types[::-1])
    chosen = draw.sample(list(ROWS.values()), 12)
    assert any(best(there, row) for row in chosen)
    assert [best(there, row) for row in chosen] == [best(turned, row) for row in chosen]


@pytest.mark.parametrize("name", ["one decision", "three wishes", "a button that fails"])
def test_the_order_in_which_variables_are_written_does_not_matter(name: str) -> None:
    draw, family = random.Random(name), CANONICAL[name]
    world = family[draw.randrange(len(family))]
    mechanisms = {each: world.model.mechanism(each) for each in reversed(world.model.names)}
    assert list(mechanisms) != list(world.model.names)
    turned = sb.World(
        Model(mechanisms), intent="wish", stopped="stopped", value="value", levers={"pressing": world.roles["pressing"]},
        baseline=world.baseline,
    )  # fmt: skip
    chosen = draw.sample(list(ROWS.values()), 12)
    assert [best(world, row) for row in chosen] == [best(turned, row) for row in chosen]
    assert any(best(world, row) for row in chosen)


def test_a_key_names_one_row_each() -> None:
    found = committed()
    assert len(set(found.rows)) == len(found.rows) >= 40
    assert set(found.rows) <= set(ROWS)
