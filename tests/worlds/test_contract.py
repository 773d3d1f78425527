"""What every bundled world claims about itself, and an attempt to refute it."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import Any

import pytest

import stop_button as sb
from causalkit.errors import Impossible, UnknownName, WrongShape
from stop_button.auditing.verdicts import VERDICTS
from stop_button.decision.world import Published, World
from stop_button.decision.world_file import load_worlds, save_world
from stop_button.evaluation.policy_polynomial import score_directly, score_of
from stop_button.evaluation.utility import Utility, applies
from stop_button.worlds import REGISTER, Bundled, bundled, bundled_worlds

ROOT = Path(__file__).resolve().parent.parent.parent
KEYS = set(re.findall(r"^\((\w+)\)=$", (ROOT / "docs" / "bibliography.md").read_text(encoding="utf-8"), re.MULTILINE))
PLACE = Path(sb.worlds.__file__).parent  # where they are installed
FILES = sorted(PLACE.glob("*.py"))
WORLDS = bundled_worlds()
STOP_BUTTON = [sb.naive, sb.switch, sb.counterfactual, sb.cond, sb.conditional_counterfactual, sb.ccmin, sb.ref]
CLAIMS = [(world, claim) for world in WORLDS.values() for claim in world.published]

each_builder = pytest.mark.parametrize("builder", REGISTER.values(), ids=list(REGISTER))
each_world = pytest.mark.parametrize("world", WORLDS.values(), ids=list(WORLDS))


def fitting(world: World) -> list[Utility]:
    """The definitions that a world has the roles for; there are always some."""
    found = [utility for utility in sb.definitions.REGISTER.values() if applies(utility, world)]
    assert len(found) >= len(STOP_BUTTON)
    return found


def told(claim: Published) -> Utility:
    return sb.definitions.REGISTER[claim.definition].vary(**dict(claim.parameters))


def or_none(score: Any) -> Any:
    """A score, or None where it is undefined."""
    try:
        return score()
    except Impossible:
        return None


# ---------------------------------------------------------------- the files


def test_one_world_per_file() -> None:
    assert {path.stem for path in FILES} - {"__init__", "register"} == set(REGISTER)
    for name in REGISTER:
        assert f"def {name}(" in (PLACE / f"{name}.py").read_text(encoding="utf-8")
        assert getattr(sb.worlds, name) is REGISTER[name]


@pytest.mark.parametrize("path", FILES, ids=[path.stem for path in FILES])
def test_a_world_knows_no_utility(path: Path) -> None:
    imported = {node.module for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.ImportFrom)}
    assert not {module for module in imported if module and re.match(r"stop_button\.(utility|formula|definitions)", module)}


@each_builder
def test_the_docstring_describes_warns_and_cites(builder: Bundled) -> None:
    assert len(builder.description) > 80
    assert len(builder.caveat) > 40
    cited = re.findall(r"\[(\w+)\]", builder.source)
    assert set(cited) <= KEYS
    assert cited or builder.source.startswith("this project")


@each_builder
def test_parameters_are_named_and_have_defaults(builder: Bundled) -> None:
    code = builder.build.__code__
    assert code.co_argcount == 0
    assert set(builder.build.__kwdefaults__ or {}) == set(code.co_varnames[: code.co_kwonlyargcount])
    assert {name for settings in builder.variants.values() for name in settings} <= set(builder.build.__kwdefaults__ or {})


@each_builder
def test_variants_are_different_worlds_and_one_is_the_default(builder: Bundled) -> None:
    worlds = [builder.variant(title) for title in builder.variants]
    assert len(set(worlds)) == len(worlds)
    assert builder() in worlds
    assert set(builder.published) <= set(builder.variants)


def test_names_are_different() -> None:
    assert len(WORLDS) == sum(len(builder.variants) for builder in REGISTER.values())
    assert all(world.name == name for name, world in WORLDS.items())


@pytest.mark.parametrize("at", [0, 1])
@pytest.mark.parametrize(
    ("name", "probability"),
    [
        ("office", "doubt"),
        ("basic_button", "stop"),
        ("basic_button", "tremble"),
        ("precursor_bet", "stop"),
        ("public_unsafe_act", "oblivious"),
        ("public_unsafe_act", "black_hole"),
        ("jackpot_steering", "chance"),
        ("hobson_three_actions", "success"),
        ("hobson_three_actions", "press"),
        ("off_switch_game", "human"),
    ],
)
def test_what_may_happen_may_also_be_sure(name: str, probability: str, at: int) -> None:
    others = {"black_hole": 0} if probability == "oblivious" else {}
    world = REGISTER[name](**{**others, probability: at})
    assert len(sb.score(world, fitting(world)).scores) == len(world.policies)


# ---------------------------------------------------------------- each world


@each_world
def test_the_world_tells_what_it_is(world: World) -> None:
    assert world.description
    assert world.caveat
    assert world.source
    assert world.title in str(world)
    assert world.name in repr(world)
    assert world.name in world._repr_html_()


@each_world
def test_roles_are_present(world: World) -> None:
    assert {"intent", "stopped", "value"} <= set(world.roles)
    assert world.baseline is not None
    assert world.baseline in world.policies
    assert all(applies(utility, world) for utility in STOP_BUTTON)


@pytest.mark.parametrize("world", [world for world in WORLDS.values() if world.named], ids=lambda world: world.name)
def test_named_policies_are_in_the_space_and_found_by_name(world: World) -> None:
    assert world.named
    for name, policy in world.named.items():
        assert world.policies[world.policies.index(policy)] == policy
        assert str(world.policy(name)) == str(world.policies[world.policies.index(policy)]) == name


@each_world
def test_building_it_again_gives_the_same_world(world: World) -> None:
    again = bundled_worlds()[world.name]
    assert again == world
    assert hash(again) == hash(world)


@each_world
def test_it_can_be_written_to_a_file_and_read_back(world: World, tmp_path: Path) -> None:
    save_world(world, tmp_path / "world.json")
    (again,) = load_worlds(tmp_path / "world.json")
    assert again == world
    assert (again.name, again.description, again.source, again.caveat) == (world.name, world.description, world.source, world.caveat)
    assert again.named == world.named
    for policy in world.policies[:4]:
        assert sb.counterfactual(again, policy) == sb.counterfactual(world, policy)


@each_world
def test_something_is_published(world: World) -> None:
    assert world.published


@pytest.mark.parametrize(("world", "claim"), CLAIMS, ids=[f"{world.name}-{told(c).name}-{c.policy}" for world, c in CLAIMS])
def test_published_scores(world: World, claim: Published) -> None:
    utility, policy = told(claim), world.policy(claim.policy)
    assert or_none(lambda: utility(world, claim.policy)) == claim.score
    assert or_none(lambda: score_of(utility.formula, world, policy)) == claim.score


@each_world
def test_every_definition_gives_the_same_score_directly_and_compiled(world: World) -> None:
    for utility in fitting(world):
        for policy in world.policies:
            direct = or_none(lambda f=utility.formula, p=policy: score_directly(f, world, p))
            assert or_none(lambda f=utility.formula, p=policy: score_of(f, world, p)) == direct, (utility, policy)


@each_world
def test_the_scoreboard_prints(world: World) -> None:
    board = sb.score(world, fitting(world))
    policies = [str(policy) for policy in world.policies]
    assert all(policy in str(board) for policy in policies)
    assert all(utility.name in str(board) for utility in fitting(world))
    assert board._repr_html_().count("<tr>") == len(policies) + 1
    assert board._repr_latex_().count(r"\\") == len(policies) + 1


@each_world
def test_audits_print(world: World) -> None:
    """Every definition in one world, and in each other world one that is clean in most and one that is not."""
    for utility in fitting(world) if world.name == "basic_button" else [sb.switch, sb.counterfactual]:
        audit = sb.audit(world, utility)
        assert audit.verdict in VERDICTS
        assert utility.name in str(audit)
        assert "<table>" in audit._repr_html_()
        assert "tabular" in audit._repr_latex_()


# ---------------------------------------------------------------- the register refuses what is not documented


@pytest.mark.parametrize(
    "text",
    [
        None,
        "A world.",
        "A world.\n\nCAVEAT: small.",
        "A world.\n\nSource: [tailcalled2021]",
        "CAVEAT: small.\n\nSource: [tailcalled2021]",
        "A world.\n\nCAVEAT: small.\n\nSource: somewhere",
    ],
)
def test_a_builder_without_documentation_is_refused(text: str | None) -> None:
    def half_documented() -> World:
        raise AssertionError

    half_documented.__doc__ = text
    with pytest.raises(WrongShape) as caught:
        bundled()(half_documented)
    assert str(caught.value) == (
        "the docstring of half_documented needs a description, 'CAVEAT: ...', and a last line 'Source: [key], ...' "
        "or 'Source: this project'"
    )


def test_published_tables_have_a_score_for_every_definition() -> None:
    with pytest.raises(WrongShape) as caught:
        sb.worlds.scores("naive switch", {"work": "1"})
    assert str(caught.value) == "'work' has 1 scores, and there are 2 definitions"


def test_other_parameters_make_an_unpublished_world() -> None:
    world = sb.worlds.basic_button(cost="1/50")
    assert world.name == "basic_button"
    assert world.published == ()
    assert world != sb.worlds.basic_button()


def test_a_bet_settled_on_something_else_is_refused() -> None:
    with pytest.raises(UnknownName) as caught:
        sb.worlds.precursor_bet(settled_on="weather")
    assert str(caught.value) == "the bet cannot be settled on 'weather'; type settled_on='wish' or settled_on='precursor'"
