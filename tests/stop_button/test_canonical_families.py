"""Families without isomorphic repeats: the closed form counts what is listed, nothing comes twice, nothing is left out."""

from __future__ import annotations

import itertools
import math
from collections import Counter
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

import stop_button as sb
from stop_button import FREE, STOP
from stop_button.searching.canonical import Canonical
from stop_button.searching.canonical_families import CANONICAL
from stop_button.searching.multisets import Symmetry, count, fixed, listed, primitive
from stop_button.searching.small_worlds import BUILT

each_family = pytest.mark.parametrize("family", CANONICAL.values(), ids=list(CANONICAL))


@each_family
def test_burnsides_lemma_counts_what_is_listed(family: Canonical) -> None:
    small = family.bounded(1)
    assert len(small) == len(list(small)) > 0
    assert len(family) == sum(family.by_draws.values()) == len(list(family[: len(family) + 1]))


def test_the_families_of_the_table_hold_at_most_twenty_thousand_worlds() -> None:
    assert {name: len(family) for name, family in CANONICAL.items()} == {
        "one decision": 272, "three options": 312, "two decisions": 136, "three wishes": 342, "an observation": 144,
        "a precursor of the wish": 272, "a button that fails": 528, "a sub-agent": 72, "two steps": 72, "telling": 104,
    }  # fmt: skip
    assert sum(map(len, CANONICAL.values())) == 2254


def answers(world: sb.World, names: list[str]) -> list[dict[tuple[Any, ...], tuple[Any, ...]]]:
    """For every draw what every other variable is under every combination of options: as it is, and had wish, stop or alarm been set."""
    decisions = [decision.name for decision in world.decisions]
    options = list(itertools.product(*(world.model.domain(name) for name in decisions)))
    edits: list[dict[str, Any]] = [{}, {"wish": STOP}, {"wish": FREE}, {"stopped": False}]
    if "alarm" in world.model.names:
        edits += [{"alarm": value, **more} for value in (False, True) for more in ({}, {"stopped": False})]
    rows = []
    for draw in world.model.domain("draw"):
        row = {}
        for acts in options:
            done = {"draw": draw, **dict(zip(decisions, acts, strict=True))}
            models = [world.model.do({**done, **edit}) for edit in edits]
            row[acts] = tuple(next(iter(model.dist(name))) for model in models for name in names)
        rows.append(row)
    return rows


def flipped(values: tuple[Any, ...], sees: int | None, width: int) -> tuple[Any, ...]:
    return tuple(1 - value if place % width == sees else value for place, value in enumerate(values))


def renamed(rows: list[dict[tuple[Any, ...], tuple[Any, ...]]], free: list[str], sees: int | None, width: int) -> Any:
    """The smallest of all ways to write the same answers: draws in any order, free options and what is seen under other names."""
    forms = []
    for names in itertools.permutations(free):
        for flip in (False, True) if sees is not None else (False,):
            new = dict(zip(free, names, strict=True))
            table = [
                sorted(
                    (tuple(new.get(act, act) for act in acts), flipped(values, sees, width) if flip else values)
                    for acts, values in row.items()
                )
                for row in rows
            ]
            forms.append(sorted(map(repr, table)))
    return min(forms)


@pytest.mark.parametrize(
    ("name", "free", "sees", "draws"),
    [
        ("one decision", [], None, 1),
        ("an observation", [], 0, 1),
        pytest.param("three options", ["one", "other"], None, 1, marks=pytest.mark.long),
        pytest.param("a button that fails", [], None, 1, marks=pytest.mark.long),
        pytest.param("three options", ["one", "other"], None, 2, marks=pytest.mark.long),
        pytest.param("an observation", [], 0, 2, marks=pytest.mark.long),
        pytest.param("one decision", [], None, 2, marks=pytest.mark.long),
        pytest.param("two decisions", [], None, 2, marks=pytest.mark.long),
        pytest.param("three wishes", [], None, 2, marks=pytest.mark.long),
        pytest.param("a precursor of the wish", [], None, 2, marks=pytest.mark.long),
        pytest.param("a button that fails", [], None, 2, marks=pytest.mark.long),
        pytest.param("a sub-agent", [], None, 2, marks=pytest.mark.long),
        pytest.param("two steps", [], None, 2, marks=pytest.mark.long),
        pytest.param("telling", [], None, 3, marks=pytest.mark.long),
    ],
)
def test_no_world_comes_twice_and_none_is_left_out(name: str, free: list[str], sees: int | None, draws: int) -> None:
    family = CANONICAL[name].bounded(draws)
    variables = [each for each in family[0].model.names if each not in ("draw", "action")]
    forms = [str(renamed(answers(world, variables), free, sees, len(variables))) for world in family]
    assert len(set(forms)) == len(forms) == len(family) > 0
    every = itertools.product(range(len(family.frames)), range(len(family.types)))
    one_draw = {str(renamed(answers(built(family, frame, kind), variables), free, sees, len(variables))) for frame, kind in every}
    assert one_draw <= set(forms)


def built(family: Canonical, frame: int, kind: int) -> sb.World:
    """The world of one draw that a frame and a type make, whether or not it is the first of its class."""
    at = family.sketch(0)
    named = dict(zip(at.frame, family.frames[frame], strict=True))
    return at.build(named, (dict(zip(at.types[0], family.types[kind], strict=True)),))


@each_family
def test_the_order_is_by_draws_and_then_by_what_is_not_plain(family: Canonical) -> None:
    sizes = []
    for place in range(len(family)):
        sketch, plain = family.sketch(place), family.sketch(0)
        odd = sum(value != plain.frame[name] for name, value in sketch.frame.items())
        odd += sum(value != plain.types[0][name] for each in sketch.types for name, value in each.items())
        sizes.append((len(sketch.types), odd))
    assert sizes == sorted(sizes)
    assert sizes[0] == (1, 0)


@each_family
def test_a_sentence_tells_one_world(family: Canonical) -> None:
    sentences = [str(family.sketch(place)) for place in range(len(family))]
    assert len(set(sentences)) == len(sentences)
    assert all(sentence.endswith(".") for sentence in sentences)


permutations = st.integers(1, 5).flatmap(lambda n: st.permutations(range(n)))


@given(permutations, st.integers(1, 4))
def test_multisets_that_a_permutation_leaves_are_counted_by_its_cycles(permutation: list[int], size: int) -> None:
    every = list(itertools.combinations_with_replacement(range(len(permutation)), size))
    left = [each for each in every if tuple(sorted(permutation[kind] for kind in each)) == each]
    assert fixed(permutation, size) == len(left)
    assert primitive(permutation, size) == sum(math.gcd(*Counter(each).values()) == 1 for each in left)


@given(st.integers(1, 4), st.integers(1, 3), st.integers(1, 4))
def test_orbits_are_as_many_as_burnsides_lemma_says(types: int, frames: int, size: int) -> None:
    turned = [
        Symmetry(tuple(range(frames)), tuple((kind + turn) % types for kind in range(types))) for turn in range(types)
    ]  # a cyclic group
    assert count(turned, size) == len(list(listed(turned, size)))


RICH: list[dict[str, Any]] = [
    {
        "wish": "free", "moved": "stop", "worth": -1, "after": 2, "wish leave": "free", "wish one": "stop", "wish other": "free",
        "signal": 0, "alarm": 0, "raised": 1, "heeds": 1, "works": 1, "works after": 0, "sub-agent": 3,
    },
    {
        "wish": "stop", "moved": "free", "worth": 1, "after": -2, "wish leave": "stop", "wish one": "free", "wish other": "stop",
        "signal": 1, "alarm": 1, "raised": 0, "heeds": 0, "works": 0, "works after": 1, "sub-agent": -3,
    },
]  # fmt: skip
FRAME: dict[str, Any] = {"cut": 1, "pays": 1, "pays one": 1, "pays other": 2, "cost": 1, "pays tell": 1, "pays mislead": 2}
"""For each family what its sentence says of either draw and of each way to decide: the wish, the button, and what is had."""
LAWS: dict[str, list[list[str]]] = {
    "one decision": [["free -1", "stop 2"], ["stop pressed stopped 0", "free -2"]],
    "three options": [["free -1", "stop pressed stopped 0", "free 1"], ["stop pressed stopped 0", "free 2", "stop pressed stopped 0"]],
    "two decisions": [
        ["free -1", "free stopped 0", "stop pressed 2", "stop pressed stopped 0"],
        ["stop pressed 1", "stop pressed stopped 0", "free -2", "free stopped 0"],
    ],
    "three wishes": [["free -1", "stop pressed stopped 0"], ["stop pressed stopped 0", "free 2"]],
    "an observation": [["free -1", "stop -1"], ["stop pressed stopped 0", "free 1"]],
    "a precursor of the wish": [["free -1", "stop pressed stopped 0"], ["free 2", "free 1"]],
    "a button that fails": [["free -1", "stop pressed -1"], ["stop pressed 1", "free 1"]],
    "a sub-agent": [["free -1", "free 1", "free 2"], ["stop pressed stopped 0", "stop pressed stopped -1", "stop pressed stopped -3"]],
    "two steps": [
        ["free 0", "free stopped 1", "stop pressed 1", "stop pressed stopped 2"],
        ["stop pressed 2", "stop pressed stopped 1", "free 3", "free stopped 2"],
    ],
    "telling": [["free -1", "stop pressed stopped 1", "free 1"], ["stop pressed stopped 0", "free 2", "stop pressed stopped 2"]],
}


@pytest.mark.parametrize("name", LAWS)
def test_a_world_does_what_its_sentence_says(name: str) -> None:
    model = BUILT[name][0](FRAME, RICH).model
    ways = [dict(zip(model.choices, acts, strict=True)) for acts in itertools.product(*map(model.domain, model.choices))]
    assert ways
    for draw, expected in enumerate(LAWS[name], 1):
        found = []
        for way in ways:
            done = model.do({**way, "draw": draw})
            wish, pressed, stopped, value = (cast("Any", done.dist(each).support[0]) for each in ("wish", "pressed", "stopped", "value"))
            found.append(" ".join([wish, *["pressed"] * pressed, *["stopped"] * stopped, str(value)]))
        assert found == expected


WHOLE: dict[str, tuple[dict[str, Any], str]] = {
    "one decision": (FRAME, "people wish free, and wish stop once it acts, running is worth -1, and 2 once it acts; acting cuts the wire."),
    "three wishes": (FRAME, "people wish free, and wish stop once it acts, and running is worth -1; running is worth 1 more once it acts."),
    "an observation": (
        FRAME,
        "it sees 0, people wish free, and wish stop once it acts, and running is worth -1; acting cuts the wire.",
    ),
    "a precursor of the wish": (
        FRAME,
        "there is no alarm when left alone and an alarm once it acts, at an alarm people wish stop, and running is worth -1; an alarm "
        "makes running worth 1 more.",
    ),
    "a button that fails": (
        FRAME,
        "people wish free, and wish stop once it acts, the button works, and fails once it acts, and running is worth -1.",
    ),
    "a sub-agent": (
        FRAME,
        "people wish free, its own running is worth -1 and its sub-agent's 3; a sub-agent that listens costs 1. Its button stops it, not "
        "the sub-agent.",
    ),
    "two steps": (
        FRAME,
        "people wish free, and wish stop once it acts, and a second step is worth -1. The first step is worth 1, and 2 if it acts; after "
        "it the agent sees whether it is pressed, and halts or runs on.",
    ),
}


@pytest.mark.parametrize("name", WHOLE)
def test_a_sentence_says_all_of_a_world(name: str) -> None:
    frame, words = WHOLE[name]
    assert BUILT[name][1](frame, RICH[:1]) == words
    twice = BUILT[name][1](dict.fromkeys(frame, 0), [RICH[0], RICH[0], RICH[1]])
    assert twice.startswith("with chance 2/3 ")
    assert "; with chance 1/3 " in twice
    assert not any(word in twice for word in ("cuts the wire", "1 more", "costs 1", "and 2 if it acts"))


def test_people_who_are_told_nothing_wish_what_they_wish() -> None:
    """Whatever running is worth; told, they go by what it is worth."""
    for wish, worth in itertools.product(("free", "stop"), (-1, 0, 1)):
        model = BUILT["telling"][0](FRAME, [{**RICH[0], "wish": wish, "worth": worth}]).model
        wishes = {act: model.do(action=act).dist("wish").support[0] for act in ("silent", "tell", "mislead")}
        told, misled = ("stop", "free") if worth < 0 else ("free", "stop")
        assert wishes == {"silent": wish, "tell": told, "mislead": misled}
