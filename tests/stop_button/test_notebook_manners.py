"""What a notebook cell shows: colours of roles, tables that scroll, formulas that need no network, nothing that takes long."""

from __future__ import annotations

import re

import pytest

import causalkit as ck
import stop_button as sb
from causalkit.identification import identify
from causalkit.plot import to_svg
from causalkit.values.pictures import picture
from causalkit.values.render import BELOW, LEVEL, html_formula
from stop_button import STOP, B, E, H
from stop_button.presentation.plot import ROLE_COLOURS


def colours(svg: str) -> set[str]:
    return {found.lower() for found in re.findall(r"#[0-9a-fA-F]{6}", svg)}


def test_a_world_shows_its_roles_in_the_colours_of_every_picture() -> None:
    world = sb.worlds.office()
    shown = world._repr_html_()
    assert {colour.lower() for colour in ROLE_COLOURS.values()} <= colours(shown)
    assert sb.plot.world_svg(world) in shown
    assert "listens to" in shown
    assert not {ROLE_COLOURS["intent"].lower()} & colours(to_svg(world.model)), "a model alone knows no roles"


def test_a_large_world_shows_its_table_and_says_what_to_type() -> None:
    model = ck.Model({f"x{i}": ck.coin("1/2") for i in range(40)} | {"act": ck.choice(0, 1), "pay": lambda act: act})
    shown = sb.World(model, value="pay")._repr_html_()
    assert "<svg" not in shown
    assert "draw it with causalkit.plot.draw" in shown


def test_what_was_drawn_is_kept_as_long_as_it_lives() -> None:
    world = sb.worlds.office()
    for thing in (world, world.model):
        assert picture(thing, boxes=5) is picture(thing, boxes=5) is not None
    assert picture(sb.worlds.office(doubt="1/3"), boxes=5) is not picture(world, boxes=5)


def test_tables_scroll_within_their_cell() -> None:
    shown = sb.score(sb.worlds.office(), [sb.naive, sb.ref])._repr_html_()
    assert shown.startswith('<div style="overflow-x:auto" tabindex="0"><table>')
    assert shown.count("<div") == shown.count("</div>") == shown.count("</table>")


def test_formulas_read_without_a_network() -> None:
    assert "E[B<sub>s</sub> | H=s]" in E(B.had(intent=STOP), given={"intent": STOP})._repr_html_()
    assert sb.counterfactual._repr_html_().startswith("counterfactual = <span")
    assert "E[1[H<sub>alice</sub>=s]] &gt;= 1" in (E(H.of("alice").is_(STOP)) >= 1)._repr_html_()
    found = identify(ck.Graph.parse("x -> m -> y, x <-> y"), "P(y | do(x))")
    assert found
    assert "Σ<sub>m</sub> P(m | x) Σ<sub>x&#x27;</sub>" in found._repr_html_()
    named = identify(ck.Graph.parse("a_b -> y"), "P(y | do(a_b))")
    assert named
    assert "P(y | a_b)" in named._repr_html_(), "a name is no subscript"


@pytest.mark.parametrize("text", [f"a{BELOW}b", f"a{LEVEL}b", f"{LEVEL}{BELOW}{BELOW}x{LEVEL}", "<b>"])
def test_subscripts_are_closed_whatever_a_value_holds(text: str) -> None:
    shown = html_formula(text)
    assert shown.count("<sub>") == shown.count("</sub>")
    assert "<b>" not in shown
