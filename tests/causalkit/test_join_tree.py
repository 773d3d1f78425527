"""Join trees: the same answers as elimination and plain enumeration, whatever was seen, done or left open, and what is kept."""

from __future__ import annotations

import itertools
import random
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import causalkit as ck
from causalkit.engine.compiling.binding import bind
from causalkit.engine.compiling.plan import eliminating
from causalkit.engine.compiling.query import Query, as_query
from causalkit.engine.compiling.world import world_of
from causalkit.engine.exact import elimination, enumeration
from causalkit.engine.exact.cutset import conditioned, sliced
from causalkit.engine.exact.join_tree import priced, tree_for_itself
from causalkit.engine.tree_query import joint_weights
from causalkit.mechanisms.event import quantities
from causalkit.mechanisms.network import Reading
from causalkit.testing import edits, events, evidence, models
from tests.causalkit.test_engine_agrees import COUPLINGS, any_model
from tests.causalkit.test_ten_thousand_queries import some_edits, some_model, some_values

Question = tuple[Sequence[Reading], Reading]


def by_tree(world: Any, question: Question) -> Any:
    """The weights of a question by a join tree, or None where the question is no query."""
    query = as_query(*question)
    if not isinstance(query, Query) or not query.certain:
        return None
    if query.seen is None:
        return {}
    structure = query.structure
    found = joint_weights(world, dict(zip(structure.observed, query.seen, strict=True)), structure.conditions, structure.target)
    return {} if found is None else elimination.values_of(query, found.choices, found.cells, found.scale)


def agree(world: Any, question: Question) -> None:
    """The join tree, elimination and enumeration give the same weights."""
    found = by_tree(world, question)
    if found is None:
        return
    expected = enumeration.measure(*question)
    assert found == expected
    query = as_query(*question)
    assert isinstance(query, Query)
    assert elimination.measure(query, eliminating(query.structure)) == expected


def asked(model: ck.Model, names: Sequence[str]) -> tuple[Any, Question]:
    """The joint distribution of some variables after all that was seen and done, as a question."""
    regime = model.regime
    world = world_of(regime.network, [*(each for each, _ in regime.evidence), regime.edits])
    return world, (regime.observed, regime.reading(quantities(tuple(names), regime.domains)))


@settings(max_examples=60)
@given(any_model, st.data())
def test_seeing_and_doing_in_any_order(model: ck.Model, data: st.DataObject) -> None:
    seen = model.given(data.draw(evidence(model)))
    done = seen.do(data.draw(edits(model, couplings=COUPLINGS)))
    again = done.given(data.draw(evidence(done)))
    names = data.draw(st.lists(st.sampled_from(model.names), min_size=1, max_size=3, unique=True))
    for each in (model, seen, done, again):
        agree(*asked(each, names))


@settings(max_examples=60)
@given(models(min_variables=2, max_variables=5, couplings=COUPLINGS), st.data())
def test_events_as_evidence(model: ck.Model, data: st.DataObject) -> None:
    """What is seen may be any event: a table of its own over variables that share no clique."""
    seen = model.given(data.draw(events(model, possible=True)))
    agree(*asked(seen, [data.draw(st.sampled_from(model.names))]))
    agree(*asked(seen.do(data.draw(edits(model, couplings=COUPLINGS))), [data.draw(st.sampled_from(model.names))]))


@settings(max_examples=40)
@given(any_model, st.data())
def test_branches(model: ck.Model, data: st.DataObject) -> None:
    left, right = data.draw(edits(model, couplings=COUPLINGS)), data.draw(edits(model, couplings=COUPLINGS))
    branches = model.branches(left=left, right=right)
    name, other = data.draw(st.sampled_from(model.names)), data.draw(st.sampled_from(model.names))
    world = world_of(model.regime.network, branches.edits.values())
    agree(world, ([branches.reading(lambda b: b.left[name] == b.right[name])], branches.reading(lambda b: (b.fact[other], b.left[other]))))


@pytest.mark.long
@pytest.mark.parametrize("seed", range(100))
def test_ten_thousand_models(seed: int) -> None:
    rng = random.Random(seed)
    kinds = 0
    for _ in range(100):
        model = some_model(rng)
        seen = some_values(rng, model, rng.randint(0, 2))
        try:
            after = model.given(seen) if seen else model
            after = after.do(some_edits(rng, model)) if rng.random() < 0.7 else after
            after = after.given(some_values(rng, model, 1)) if rng.random() < 0.3 else after
        except ck.Impossible:
            continue
        kinds += 1
        agree(*asked(after, rng.sample(model.names, min(len(model.names), rng.randint(1, 3)))))
    assert kinds > 50


# ---------------------------------------------------------------- beyond the limit


@settings(max_examples=40)
@given(any_model, st.data())
def test_tables_within_a_limit(model: ck.Model, data: st.DataObject) -> None:
    """Variables are held fixed until the largest table has no more cells than the target; the sum over them is the same."""
    done = model.given(data.draw(evidence(model))).do(data.draw(edits(model, couplings=COUPLINGS)))
    name = data.draw(st.sampled_from(model.names))
    world, question = asked(done, [name])
    query = as_query(*question)
    assert isinstance(query, Query)
    bound = bind(
        world, dict(zip(query.structure.observed, query.seen or (), strict=True)), query.structure.conditions, query.structure.target
    )
    assert bound is not None
    whole = priced(bound, tree_for_itself(bound), False)
    most = max(2, len(model.domain(name)))
    way = sliced(bound, whole, most)
    assert way.largest <= max(most, whole.largest)
    heard: list[tuple[int, int]] = []
    found = conditioned(bound, way, told=lambda *count: heard.append(count))
    assert found.cells.tolist() == conditioned(bound, whole).cells.tolist()
    if way.sliced:
        assert way.largest <= most
        assert heard[-1][0] == heard[-1][1] == len(heard) > 1


# ---------------------------------------------------------------- what is kept


def ladder(length: int) -> ck.Model:
    """Two rows of coins, each leaning to the one before it and to the one across."""
    mechanisms: dict[str, Any] = {"a0": ck.coin("1/3"), "b0": ck.coin("1/4")}
    rows = {key: ck.coin(Fraction(1 + 2 * sum(key), 7)) for key in itertools.product((False, True), repeat=2)}
    for i in range(1, length):
        mechanisms[f"a{i}"] = ck.cpt([f"a{i - 1}", f"b{i - 1}"], rows)
        mechanisms[f"b{i}"] = ck.cpt([f"a{i}", f"b{i - 1}"], rows)
    return ck.Model(mechanisms)


def memory(model: ck.Model) -> Any:
    return world_of(model.regime.network, [model.regime.edits]).memory


def test_one_triangulation_for_a_thousand_questions() -> None:
    model, rng = ladder(20), random.Random(1)
    for _ in range(250):
        names = rng.sample(model.names, 5)
        seen = {name: rng.random() < 0.5 for name in names[:3]}
        model.given(seen).dist(names[3])
        model.do({names[4]: True}).given(seen).dist(names[3])
    assert memory(model).triangulations == 1
