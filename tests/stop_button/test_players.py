"""Worlds with several deciding agents: whose decision is whose, what each wants, and what is refused."""

import pickle

import pytest

import stop_button as sb
from causalkit import Model, choice, coin
from causalkit.errors import UnknownName, UnknownValue, WrongFile, WrongShape
from stop_button import E, V, World, X
from stop_button.decision.players import Player
from stop_button.decision.roles import MissingRole
from stop_button.decision.world_file import load_worlds, world_from_json, world_to_json

GIVEN = {"human": ("order", "true"), "robot": ("act", E(X("own")))}


def model() -> Model:
    return Model(
        taste=coin("1/3"),
        order=choice("tea", "coffee", sees=["taste"]),
        act=choice("tea", "coffee", sees=["order"]),
        true=lambda taste, act: int((act == "tea") == bool(taste)),
        own=lambda order, act: int(order == act),
    )


def world(**roles: object) -> World:
    return World(model(), **{"players": GIVEN, **roles})  # type: ignore[arg-type]


def test_a_world_knows_who_decides_what_and_wants_what() -> None:
    cafe = world()
    assert cafe.players == {"human": Player(("order",), E(X("true"))), "robot": Player(("act",), E(X("own")))}
    assert [cafe.player_of(name) for name in ("order", "act")] == ["human", "robot"]
    assert World(model()).players == {}


def test_a_player_is_written_as_a_pair_or_a_record_and_wants_a_name_a_formula_or_a_utility() -> None:
    plain = world()
    records = {"human": Player(("order",), E(X("true"))), "robot": Player(("act",), E(X("own")))}
    assert world(players=records) == plain
    assert world(players={**GIVEN, "robot": (("act",), sb.Utility("own", E(X("own"))))}) == plain
    together = world(players={"both": (("order", "act"), "true"), "guest": ((), "own")})
    assert together.player_of("act") == "both"
    assert together.players["guest"].decisions == ()


def test_the_value_of_a_world_may_be_wanted_by_its_role() -> None:
    assert world(value="true", players={"human": ("order", "value"), "robot": ("act", E(V))}).players["robot"].utility == E(X("value"))


def test_players_are_part_of_what_a_world_is() -> None:
    cafe = world()
    other = world(players={**GIVEN, "robot": ("act", "true")})
    assert cafe != other
    assert cafe != World(model())
    assert len({cafe, other, World(model()), world()}) == 3
    assert world(players=dict(reversed(GIVEN.items()))) == cafe
    assert pickle.loads(pickle.dumps(cafe)) == cafe


def test_a_world_with_players_can_be_pasted_back() -> None:
    text = repr(world(players={"human": ("order", "true"), "robot": ("act", E(X("own")) - E(V.had(order="tea")))}, value="true"))
    assert "players={'human': ('order', E(X('true'))), 'robot': ('act', " in text
    pair = Player(("order", "act"), E(X("true")))
    assert eval(repr(pair), {"Player": Player, "E": E, "X": X}) == pair


def test_players_are_printed() -> None:
    assert "player robot: act; wants E[own]" in str(world())
    assert "player robot: act; wants E[own]" in world()._repr_html_()


def test_players_stay_where_a_world_is_told_or_changed() -> None:
    cafe = world()
    assert cafe.told(name="cafe").players == cafe.players
    changed = cafe.with_mechanisms({"taste": coin("1/2")})
    assert changed.players == cafe.players
    assert changed != cafe


@pytest.mark.parametrize("decisions", [["act", 1], [1, "act"], [1], "act"])
def test_every_decision_of_a_player_in_a_document_is_a_name(decisions: object) -> None:
    document = world_to_json(world())
    document["players"]["robot"] = {"decisions": decisions, "wants": "own"}
    with pytest.raises(WrongFile, match=r'expected \{"decisions": \[name, \.\.\.\], "wants": name\}'):
        world_from_json(document)


def test_a_document_carries_players_who_want_a_mean_and_a_program_any(tmp_path) -> None:  # type: ignore[no-untyped-def]
    document = world_to_json(world())
    assert document["players"]["robot"] == {"decisions": ["act"], "wants": "own"}
    assert world_from_json(document) == world()
    assert "players" not in world_to_json(World(model()))
    with pytest.raises(WrongShape, match=r"the player 'robot' of the world wants 2 E\[own\], a formula, .*\.py file"):
        world_to_json(world(players={**GIVEN, "robot": ("act", 2 * E(X("own")))}))
    file = tmp_path / "cafe.py"
    file.write_text(
        "from causalkit import Model, choice\nimport stop_button as sb\n"
        "cafe = sb.World(Model(act=choice(0, 1), own=lambda act: act), players={'robot': ('act', 'own')})\n"
    )
    assert load_worlds(file)[0].players == {"robot": Player(("act",), E(X("own")))}


@pytest.mark.parametrize(
    "player",
    ["act", {"decisions": "act", "wants": "own"}, {"decisions": ["act"]}, {"decisions": [1], "wants": "own"}, {"wants": "own", "more": 1},
     {"decisions": ["act"], "wants": "own", "more": 1}],
)  # fmt: skip
def test_a_document_with_a_broken_player_is_refused_where_it_stands(player: object) -> None:
    document = world_to_json(world())
    document["players"]["robot"] = player
    with pytest.raises(WrongFile, match=r"\$\.players\.robot: expected"):
        world_from_json(document)


@pytest.mark.parametrize(
    ("players", "error", "words"),
    [
        ({"human": ("order", "true")}, WrongShape, "'act' belongs to none of the players"),
        ({}, WrongShape, "'order' belongs to none of the players"),
        ({**GIVEN, "cook": ("act", "own")}, WrongShape, "'act' belongs to .*robot.*cook"),
        ({**GIVEN, "robot": ("atc", "own")}, UnknownName, "'robot' makes 'atc'.*did you mean 'act'"),
        ({**GIVEN, "robot": ("act", "onw")}, UnknownName, "no role or variable 'onw'.*did you mean 'own'"),
        ({**GIVEN, "robot": ("act", E(X("own").had(act=X("odrer"))))}, UnknownName, "no role or variable 'odrer'"),
        ({**GIVEN, "robot": ("act", X("own"))}, WrongShape, "outside a mean"),
        ({**GIVEN, "robot": ("act", 3.5)}, WrongShape, "wants 3.5"),
        ({**GIVEN, "robot": "act"}, WrongShape, "type 'robot': "),
        ({**GIVEN, "robot": (("act", "act"), "own")}, WrongShape, "listed twice"),
        ({**GIVEN, "robot": ("act", "order")}, UnknownValue, "mean of 'order'"),
        ({**GIVEN, "": ((), "own")}, WrongShape, "cannot name a player"),
        ({"order": ("act", "own"), "act": ("order", "true")}, WrongShape, "name of a decision"),
        ("robot", WrongShape, "a mapping gives each a name"),
    ],
)
def test_what_does_not_fit_is_refused(players: object, error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        world(players=players)


def test_whose_decision_is_asked_of_a_decision_of_a_world_with_players() -> None:
    with pytest.raises(UnknownName, match="'atc' is no decision of the world"):
        world().player_of("atc")
    with pytest.raises(MissingRole, match="has no players"):
        World(model()).player_of("act")
