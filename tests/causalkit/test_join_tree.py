"""Join trees: the same answers as elimination and plain enumeration, whatever was seen, done or left open, and what is kept."""

from __future__ import annotations

import gc
import itertools
import math
import pickle
import random
import sys
import time
import weakref
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from fractions import Fraction
from io import StringIO
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np
import pgmpy
import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st
from pgmpy.inference import VariableElimination

import causalkit as ck
from causalkit.engine import tree_query
from causalkit.engine.answer import open_on_tree
from causalkit.engine.compiling.binding import bind
from causalkit.engine.compiling.node_tables import Table
from causalkit.engine.compiling.plan import eliminating
from causalkit.engine.compiling.query import Query, as_query
from causalkit.engine.compiling.world import world_of
from causalkit.engine.contraction import products
from causalkit.engine.contraction.progress import watched
from causalkit.engine.exact import by_remainders, elimination, enumeration, join_tree, peaks
from causalkit.engine.exact.cutset import all_conditioned, conditioned, sliced
from causalkit.engine.exact.join_tree import all_priced, all_singles, messages_of, priced, tree_for_itself, way_to_all
from causalkit.engine.tree_query import joint_weights
from causalkit.errors import Impossible, InvalidNumber, OpenChoice, TooLarge, WrongShape
from causalkit.interop.pgmpy import to_pgmpy
from causalkit.mechanisms.event import quantities
from causalkit.mechanisms.network import Reading, UnknownNode
from causalkit.testing import edits, events, evidence, interventions, models
from tests.causalkit.engine_questions import COUPLINGS, any_names, grid
from tests.causalkit.seeded_models import some_edits, some_model, some_values
from tests.tries import tries

Question = tuple[Sequence[Reading], Reading]


def by_tree(world: Any, question: Question) -> Any:
    """The weights of a question by a join tree, or None where the question is no query."""
    query = as_query(*question)
    if not isinstance(query, Query) or not query.certain:
        return None
    if query.seen is None:
        return {}
    found = joint_weights(world, query.structure, query.seen)
    return {} if found is None else elimination.values_of(query, found.choices, found.cells, found.scale)


def always_by_remainders() -> Any:
    """Large tables are worked out by remainders; now small ones are as well."""
    return patch.object(by_remainders, "is_dear", lambda bound, way: True)


class Measured:
    """Whole numbers, and that no sum of products exceeds the product of the numbers that the tables are to be divided by."""

    def __init__(self) -> None:
        self.key = ("Measured", id(self))
        self.most: dict[int, int] = {}

    def of(self, *tables: Table) -> int:
        return math.prod([self.most.get(table.number, table.bound) for table in tables])

    def made(self, table: Table, most: int) -> Table:
        assert table.cells.max() <= most
        self.most[table.number] = most
        return table

    def pair(self, a: Table, b: Table, gone: int, cards: Any) -> Table:
        return self.made(products.WHOLE.pair(a, b, gone, cards), self.of(a, b))

    def alone(self, a: Table, gone: int, cards: Any) -> Table:
        return self.made(products.WHOLE.alone(a, gone, cards), self.of(a))

    def plus(self, a: Table, b: Table) -> Table:
        return self.made(products.WHOLE.plus(a, b), self.of(a) + self.of(b))


def agree(world: Any, question: Question) -> None:
    """The join tree, in whole numbers and by remainders, elimination and enumeration give the same weights."""
    found = by_tree(world, question)
    if found is None:
        return
    expected = enumeration.measure(*question)
    assert found == expected
    with always_by_remainders():
        assert by_tree(world, question) == expected
        with patch.object(by_remainders, "MOST_REMAINDERS", 0):
            assert by_tree(world, question) == expected
    with patch.object(tree_query, "WHOLE", Measured()):
        assert by_tree(world, question) == expected
    query = as_query(*question)
    assert isinstance(query, Query)
    assert elimination.measure(query, eliminating(query.structure)) == expected


def asked(model: ck.Model, names: Sequence[str]) -> tuple[Any, Question]:
    """The joint distribution of some variables after all that was seen and done, as a question."""
    regime = model.regime
    world = world_of(regime.network, [*(each for each, _ in regime.evidence), regime.edits])
    return world, (regime.observed, regime.reading(quantities(tuple(names), regime.domains)))


@settings(max_examples=tries(60))
@given(any_names, st.data())
def test_seeing_and_doing_in_any_order(model: ck.Model, data: st.DataObject) -> None:
    seen = model.given(data.draw(evidence(model)))
    done = seen.do(data.draw(edits(model, couplings=COUPLINGS)))
    again = done.given(data.draw(evidence(done)))
    names = data.draw(st.lists(st.sampled_from(model.names), min_size=1, max_size=3, unique=True))
    for each in (model, seen, done, again):
        agree(*asked(each, names))


@settings(max_examples=tries(60))
@given(models(min_variables=2, max_variables=5, couplings=COUPLINGS), st.data())
def test_events_as_evidence(model: ck.Model, data: st.DataObject) -> None:
    """What is seen may be any event: a table of its own over variables that share no clique."""
    seen = model.given(data.draw(events(model, possible=True)))
    agree(*asked(seen, [data.draw(st.sampled_from(model.names))]))
    agree(*asked(seen.do(data.draw(edits(model, couplings=COUPLINGS))), [data.draw(st.sampled_from(model.names))]))


@settings(max_examples=tries(40))
@given(any_names, st.data())
def test_branches(model: ck.Model, data: st.DataObject) -> None:
    left, right = data.draw(edits(model, couplings=COUPLINGS)), data.draw(edits(model, couplings=COUPLINGS))
    branches = model.branches(left=left, right=right)
    name, other = data.draw(st.sampled_from(model.names)), data.draw(st.sampled_from(model.names))
    world = world_of(model.regime.network, branches.edits.values())
    agree(world, ([branches.reading(lambda b: b.left[name] == b.right[name])], branches.reading(lambda b: (b.fact[other], b.left[other]))))


@pytest.mark.long
@pytest.mark.parametrize("seed", range(100))
def test_ten_thousand_models(seed: int) -> None:
    """Observed, edited, observed again, some with soft evidence, and some in two branches."""
    rng = random.Random(seed)
    kinds = 0
    for _ in range(100):
        model = some_model(rng)
        if rng.random() < 0.3:
            model = softly_observed(rng, model)
        seen = some_values(rng, model, rng.randint(0, 2))
        try:
            after = model.given(seen) if seen else model
            after = after.do(some_edits(rng, model)) if rng.random() < 0.7 else after
            after = after.given(some_values(rng, model, 1)) if rng.random() < 0.3 else after
        except ck.Impossible:
            continue
        kinds += 1
        names = rng.sample(model.names, min(len(model.names), rng.randint(1, 3)))
        agree(*asked(after, names))
        if rng.random() < 0.3:
            branches = after.branches(left=some_edits(rng, model), right=some_edits(rng, model))
            reading = branches.reading(lambda b, names=names: tuple((b.fact[name], b.left[name], b.right[name]) for name in names))  # type: ignore[misc]
            regimes = [each for each, _ in after.regime.evidence]
            agree(world_of(model.regime.network, [*regimes, *branches.edits.values()]), (branches.observed, reading))
    assert kinds > 50


def softly_observed(rng: random.Random, model: ck.Model) -> ck.Model:
    """The same model with something seen that only makes some values of a variable likelier."""
    name = rng.choice(model.names)
    rows = {(value,): ck.coin(Fraction(rng.randint(1, 6), 7)) for value in model.domain(name)}
    mechanisms = {each: model.mechanism(each) for each in model.names}
    return ck.Model({**mechanisms, "shown": ck.cpt([name], rows, coupling="independent")}).given(shown=True)


# ---------------------------------------------------------------- beyond the limit


@settings(max_examples=tries(40))
@given(any_names, st.data())
def test_tables_within_a_limit(model: ck.Model, data: st.DataObject) -> None:
    """Variables are held fixed until the largest table has no more cells than the target; the sum over them is the same."""
    done = model.given(data.draw(evidence(model))).do(data.draw(edits(model, couplings=COUPLINGS)))
    name = data.draw(st.sampled_from(model.names))
    world, question = asked(done, [name])
    query = as_query(*question)
    assert isinstance(query, Query)
    bound = bind(world, query.structure, query.seen or ())
    assert bound is not None
    whole = priced(bound, tree_for_itself(bound), False)
    most = max(2, len(model.domain(name)))
    way = sliced(bound, whole, most)
    assert way.largest <= max(most, whole.largest)
    found = conditioned(bound, way)
    assert found.cells.tolist() == conditioned(bound, whole).cells.tolist()
    if way.sliced:
        assert way.largest <= most
        runs = math.prod(bound.cards[variable] for variable in way.sliced)
        for variable in way.sliced:
            bound = bound.with_value(variable, 0)
        once = priced(bound, way.tree, way.own)
        assert (way.cost, way.largest) == (once.cost * runs, once.largest)


def test_long_work_shows_a_bar_on_a_terminal_only(monkeypatch: pytest.MonkeyPatch) -> None:
    for is_terminal, seconds, is_shown in [(True, 60, True), (True, 1, False), (False, 60, False)]:
        stream = StringIO()
        monkeypatch.setattr(stream, "isatty", lambda is_terminal=is_terminal: is_terminal)
        monkeypatch.setattr(sys, "stderr", stream)
        assert list(watched([3, 1, 2], seconds)) == [3, 1, 2]
        assert bool(stream.getvalue()) == is_shown


@settings(max_examples=tries(30))
@given(any_names, st.data())
def test_products_in_parts(model: ck.Model, data: st.DataObject) -> None:
    """Sums and greatest products come out alike when no product is made whole."""
    seen = data.draw(evidence(model))
    done = model.given(seen)
    expected = done.marginals(), done.most_probable(3)
    with pytest.MonkeyPatch.context() as context:
        context.setattr(products, "AT_ONCE", 1)
        context.setattr(peaks, "AT_ONCE", 1)
        again = ck.Model({name: model.mechanism(name) for name in model.names}).given(seen)
        assert (again.marginals(), again.most_probable(3)) == expected


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
    """No other tree is made either, for one question alone."""
    model, rng = ladder(20), random.Random(1)
    with patch.object(join_tree, "tree_for_itself") as alone:
        for _ in range(500):
            names = rng.sample(model.names, 5)
            seen = {name: rng.random() < 0.5 for name in names[: rng.randint(1, 3)]}
            model.given(seen).dist(names[3])
            model.do({names[4]: True}).given(seen).dist(names[3])
    assert memory(model).triangulations == 1
    assert not alone.called


def test_a_do_uses_the_networks_tree_and_the_messages_that_it_does_not_touch() -> None:
    model = ladder(20)
    model.do(a15=True).dist("a19")
    kept = messages_of(model.regime.network)
    before = kept.bytes
    model.do(a15=False).dist("a19")
    added = kept.bytes - before
    assert memory(model).triangulations == 1
    assert 0 < added < before / 2


def test_what_is_kept_stays_within_its_bound_and_goes_with_the_model() -> None:
    model, rng = ladder(30), random.Random(2)
    kept = messages_of(model.regime.network)
    kept.most = 40_000
    for _ in range(40):
        model.given({name: rng.random() < 0.5 for name in rng.sample(model.names, 3)}).marginals()
        assert 0 < kept.bytes <= kept.most
    there = weakref.ref(kept)
    del model, kept
    gc.collect()
    assert there() is None


def test_what_is_kept_does_not_travel() -> None:
    model = ladder(6)
    found = model.given(a5=True).marginals()
    copy = pickle.loads(pickle.dumps(model.given(a5=True)))
    assert not copy.regime.network.memory
    assert copy.marginals() == found
    assert len(pickle.dumps(model)) == len(pickle.dumps(ladder(6)))


def test_threads_get_the_same_answers() -> None:
    model, rng = ladder(12), random.Random(3)
    asked_for = [({name: rng.random() < 0.5 for name in rng.sample(model.names, 3)}, rng.choice(model.names)) for _ in range(60)]
    alone = [ladder(12).given(seen).dist(name) for seen, name in asked_for]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda each: model.given(each[0]).dist(each[1]), asked_for))
    assert together == alone
    assert memory(model).triangulations == 1


# ---------------------------------------------------------------- all marginals, and the most probable


@settings(max_examples=tries(50))
@given(any_names, st.data())
def test_all_marginals(model: ck.Model, data: st.DataObject) -> None:
    seen = model.given(data.draw(evidence(model)))
    for each in (seen, seen.do(data.draw(edits(model, couplings=COUPLINGS)))):
        regime = each.regime
        found = each.marginals()
        assert list(found) == list(model.names)
        with always_by_remainders():
            assert each.marginals() == found
        with patch.object(tree_query, "LONG", -1), patch.object(tree_query, "EACH", 0):
            assert each.marginals() == found
        floats = each.marginals(floats=True)
        for name in model.names:
            weights = enumeration.measure(regime.observed, regime.reading(quantities((name,), regime.domains)))
            total = sum(weights.values(), Fraction(0))
            assert found[name] == ck.Dist({value: weight / total for value, weight in weights.items()})
            assert floats[name] == pytest.approx({value: float(weight / total) for value, weight in weights.items()})


@settings(max_examples=tries(30))
@given(models(min_variables=2, max_variables=5, couplings=COUPLINGS), st.data())
def test_all_marginals_given_an_event_with_tables_within_a_limit(model: ck.Model, data: st.DataObject) -> None:
    seen = model.given(data.draw(events(model, possible=True)))
    world, (readings, _) = asked(seen, model.names[:1])
    query = as_query(readings, Reading((), lambda values: True))
    assert isinstance(query, Query)
    bound = bind(world, query.structure.about(tuple(map(model.regime.node, model.names))), query.seen or ())
    assert bound is not None
    whole = way_to_all(bound)
    way = sliced(bound, whole, 2, all_priced)
    if len(way.sliced) == bound.target.bit_count():
        return
    expected, found = all_conditioned(bound, whole), all_conditioned(bound, way)
    assert expected.keys() == found.keys()
    for variable, table in expected.items():
        assert shares(found[variable]) == shares(table)


@settings(max_examples=tries(40))
@given(models(min_variables=2, max_variables=5, couplings=COUPLINGS), st.data())
def test_no_weight_of_all_marginals_exceeds_what_was_said_before(model: ck.Model, data: st.DataObject) -> None:
    """Remainders by too few primes would give other numbers, so that the bounds have to hold wherever something was left out."""
    seen = model.given(data.draw(events(model, possible=True)))
    for each in (model, seen, seen.do(data.draw(edits(model, couplings=COUPLINGS)))):
        world, (readings, _) = asked(each, each.names[:1])
        query = as_query(readings, Reading((), lambda values: True))
        assert isinstance(query, Query)
        bound = bind(world, query.structure.about(tuple(map(each.regime.node, each.names))), query.seen or ())
        assert bound is not None
        for ratios in (False, True):
            put = replace(bound, ratios=ratios)
            way = way_to_all(put)
            weights = dict(all_singles(put, way))
            assert weights.keys() == way.bounds.keys()
            assert all(0 < table.cells.max() <= way.bounds[variable] for variable, table in weights.items())


def few_at_a_time(most: int, at_once: int) -> list[tuple[int, ...]]:
    """Small primes, each alone: a variable whose weights are smaller than others' is done long before these."""
    primes, product = [2003], 2003
    while product <= most:
        primes.append(int(sympy.nextprime(primes[-1])))
        product *= primes[-1]
    return [(prime,) for prime in primes]


def web(rng: random.Random) -> ck.Model:
    """Eight to sixteen coins, each leaning to up to two of those before it, by weights of very different sizes."""
    laws: dict[str, Any] = {}
    for i in range(rng.randint(8, 16)):
        parents, whole = rng.sample(list(laws), min(i, rng.randint(0, 2))), rng.choice([2, 7, 10**6 + 3])
        rows = {key: ck.coin(Fraction(rng.randint(1, whole - 1), whole)) for key in itertools.product((False, True), repeat=len(parents))}
        laws[f"v{i}"] = ck.cpt(parents, rows) if parents else rows[()]
    return ck.Model(laws)


@settings(max_examples=tries(40))
@given(st.randoms(use_true_random=False), st.data())
def test_all_marginals_by_remainders_of_which_each_variable_needs_some(rng: random.Random, data: st.DataObject) -> None:
    """What is worked out for one variable is the same number by every prime, whatever others are done already."""
    model = web(rng)
    seen = model.given(data.draw(evidence(model)))
    expected = seen.marginals()
    with always_by_remainders(), patch.object(by_remainders, "chunks_of_primes", few_at_a_time):
        assert seen.marginals() == expected


def test_what_nobody_asks_about_enlarges_no_weight() -> None:
    """A chain of ten variables behind the one observed: each weighs what is before it, and not what comes after."""
    rows = {False: ck.coin("1/3"), True: ck.coin("1/5")}
    model = ck.Model({"a0": ck.coin("1/3")} | {f"a{i}": ck.cpt([f"a{i - 1}"], rows) for i in range(1, 10)}).given(a2=True)
    world, (readings, _) = asked(model, ["a0"])
    nodes = [model.regime.node(name) for name in model.names]
    query = as_query(readings, Reading((), lambda values: True))
    assert isinstance(query, Query)
    bound = bind(world, query.structure.about(tuple(nodes)), query.seen or ())
    assert bound is not None
    most = way_to_all(replace(bound, ratios=True)).bounds
    found = [most[world.slot(node)] for node in nodes if node not in query.structure.observed]
    assert found == [3 * 15**2] * 2 + [15**i for i in range(1, 8)]


def shares(table: Table) -> list[Fraction]:
    """What part of the sum each weight of a table is."""
    weights = list(map(int, table.cells.tolist()))
    return [Fraction(weight, sum(weights)) for weight in weights]


@settings(max_examples=tries(60))
@given(any_names, st.data())
def test_most_probable(model: ck.Model, data: st.DataObject) -> None:
    seen = model.given(data.draw(evidence(model)))
    for each in (
        model,
        seen,
        seen.do(data.draw(edits(model, couplings=COUPLINGS))),
        model.do(data.draw(edits(model, couplings=COUPLINGS))),
    ):
        regime = each.regime
        every = enumeration.measure(regime.observed, Reading((), reads_all(regime)))
        total = sum(every.values(), Fraction(0))
        best = sorted(every.values(), reverse=True)
        m = data.draw(st.integers(1, 5))
        found = each.most_probable(m)
        assert found.ties == best.count(best[0])
        assert list(found.probs) == [weight / total for weight in best[:m]]
        assert [every[tuple(values.values())] / total for values in found.assignments] == list(found.probs)
        assert len({tuple(values.values()) for values in found.assignments}) == len(found.assignments)


@pytest.mark.parametrize("seed", range(6))
def test_most_probable_in_small_parts_and_with_weights_beyond_a_machine_number(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    rng = random.Random(seed)
    laws: dict[str, Any] = {}
    for i in range(6):
        parents = [f"x{j}" for j in range(max(0, i - 3), i) if rng.random() < 0.7]
        rows = {key: ck.coin(Fraction(rng.randint(1, 2**40), 2**40 + 1)) for key in itertools.product((False, True), repeat=len(parents))}
        laws[f"x{i}"] = ck.cpt(parents, rows) if parents else rows[()]
    joint = ck.Model(laws).dist(*laws)
    monkeypatch.setattr("causalkit.engine.exact.peaks.AT_ONCE", 2)
    found = ck.Model(laws).most_probable(4)
    assert list(found.probs) == sorted(joint.values(), reverse=True)[:4]
    assert [joint[tuple(values.values())] for values in found.assignments] == list(found.probs)


def reads_all(regime: Any) -> Any:
    def read(values: Any) -> Any:
        found = []
        for name in regime.mechanisms:
            node = regime.node(name)
            if node not in values:
                raise UnknownNode(node)
            found.append(values[node])
        return tuple(found)

    return read


def test_most_probable_given_an_event_over_variables_of_different_cliques() -> None:
    model = ladder(5).given(lambda a0, b4: a0 != b4)
    joint = model.dist(*model.names)
    found = model.most_probable(7)
    assert list(found.probs) == sorted(joint.values(), reverse=True)[:7]
    assert found.assignments[0]["a0"] != found.assignments[0]["b4"]
    with pytest.raises(WrongShape, match="ask for 1 or more"):
        model.most_probable(0)


def test_what_has_no_greatest_is_refused() -> None:
    p = sympy.Symbol("p", positive=True)
    with pytest.raises(InvalidNumber, match="substitute"):
        ck.Model(u=ck.coin(p), v=ck.coin("1/2")).most_probable()
    with pytest.raises(OpenChoice, match="'act' is a choice"):
        ck.Model(u=ck.coin("1/2"), act=ck.choice(0, 1, sees=["u"])).most_probable()
    with pytest.raises(InvalidNumber, match="symbols"):
        ck.Model(u=ck.coin(p)).marginals(floats=True)
    assert ck.Model(u=ck.coin(p), v=ck.coin("1/2")).marginals()["v"] == ck.coin("1/2")


def test_what_is_too_large_is_refused_before_anything_is_computed() -> None:
    model = grid(30)
    start = time.process_time()
    for ask in (model.marginals, model.most_probable, lambda: model.dist("g29_29"), lambda: model.marginals(floats=True)):
        with pytest.raises(TooLarge, match=r"tables of [\d,^]+ cells.*limit is .* with tables of 4,000,000 cells"):
            ask()
    assert time.process_time() - start < 60
    assert not model.plan("g29_29")


def test_what_tables_say_can_be_can_be() -> None:
    """Values of several variables, seen after doing: what is sure by each table alone has a positive probability."""
    rng, sure, impossible = random.Random(6), 0, 0
    for _ in range(150):
        model = some_model(rng)
        done = model.do(some_edits(rng, model))
        seen = some_values(rng, model, 3)
        regime = done.regime
        nodes = [regime.node(name) for name in seen]
        chance = done.prob(seen)
        if world_of(regime.network, [regime.edits]).surely_can_be(nodes, list(seen.values())):
            sure += 1
            assert chance > 0
        impossible += not chance
        if not chance:
            with pytest.raises(Impossible):
                done.given(seen).dist(model.names[0])
    assert sure > 20
    assert impossible > 20


def test_the_probability_of_the_evidence() -> None:
    model = ladder(4)
    assert model.mass == 1
    assert model.given(a3=True).given(b0=False).mass == model.prob(a3=True, b0=False)
    assert model.do(a0=True).given(b3=True).mass == model.do(a0=True).prob(b3=True)


# ---------------------------------------------------------------- open decisions


@settings(max_examples=tries(40))
@given(models(min_variables=2, max_variables=4, max_domain=2, choices=1), st.data())
def test_open_choices(model: ck.Model, data: st.DataObject) -> None:
    """For each way of making the choices that a run meets, the weights that enumeration finds."""
    branches = model.branches(left=data.draw(interventions(model)), right=data.draw(interventions(model)))
    names = data.draw(st.lists(st.sampled_from(model.names), min_size=1, max_size=2))
    target = branches.reading(lambda b: tuple((b.fact[name], b.left[name], b.right[name]) for name in names))
    question = as_query([], target)
    assert isinstance(question, Query)
    assert question.certain
    found = open_on_tree(question, world_of(model.regime.network, branches.edits.values()))
    assert found == enumeration.open_measure([], target)


# ---------------------------------------------------------------- weights that floats do not hold


def rare(count: int) -> ck.Model:
    """A coin, and what shows it: each rarely true, whichever side it is on; and the first never with the last."""
    each = Fraction(1, 10**9)
    variables: dict[str, Any] = {"x": ck.coin("1/2"), "u": ck.coin("1/2")}
    for i in range(count):
        variables[f"n{i}"] = ck.Dist({0: each, 1: each, 2: 1 - 2 * each})
        rows = {(x, n): n < (1 if x else 2) for x in (False, True) for n in range(3)}
        variables[f"y{i}"] = ck.table(["x", f"n{i}"], rows)
    return ck.Model(variables, never=lambda u, y0: u and not y0)


@pytest.mark.parametrize("askings", [0, 100])
def test_floats_say_nothing_of_what_is_too_unlikely_for_them(askings: int) -> None:
    model = rare(36)
    names = [f"y{i}" for i in range(36)]
    question = model.given(dict.fromkeys(names, False), never=False).compile("x")
    usual, unlikely = [*[False] * 36, False], [*[True] * 36, False]
    assert "on a join tree" in repr(question)
    for _ in range(askings):
        question(*usual)
    assert ("on a join tree" in repr(question)) == (not askings)
    with pytest.raises(InvalidNumber, match="possible, and less likely than floats can hold"):
        question(*unlikely)
    with pytest.raises(Impossible, match="have probability 0"):
        question(*[True] * 37)
    with pytest.raises(InvalidNumber, match="less likely than floats can hold"):
        question.batch([usual, unlikely])
    seen = model.given(dict.fromkeys(names, True))
    assert seen.prob(x=True) == Fraction(1, 1 + 2**36)
    assert seen.mass < 2.0**-900
    with pytest.raises(InvalidNumber, match="too small for floats"):
        seen.marginals(floats=True)
    few = model.given(dict.fromkeys(names[:20], True))
    assert few.marginals(floats=True)["x"][True] == pytest.approx(1 / (1 + 2**20))


def test_what_is_never_compiled_is_found_impossible_on_the_tree() -> None:
    question = rare(36).given({f"y{i}": False for i in range(36)}, never=False).compile("x")
    assert question._tree is not None
    question._tree.left, question._tree.is_new = 1 << 60, False
    with pytest.raises(InvalidNumber, match="possible, and less likely"):
        question(*[True] * 36, False)
    with pytest.raises(Impossible, match="have probability 0"):
        question(*[True] * 37)
    assert "on a join tree" in repr(question)


# ---------------------------------------------------------------- networks that others know


@pytest.mark.parametrize(
    "name", ["asia", "alarm", "child", "hailfinder", *(pytest.param(name, marks=pytest.mark.long) for name in ("barley", "andes", "pigs"))]
)
def test_bundled_networks_as_pgmpy_answers(name: str) -> None:
    """All marginals, and one question at a time, in fractions and in floats, against variable elimination by another library."""
    path = Path(pgmpy.__file__).parent / "utils" / "example_models" / f"{name}.bif.gz"
    model = ck.read(path, rounded="largest")
    theirs = VariableElimination(to_pgmpy(model))
    rng = random.Random(5)
    likeliest = model.most_probable().assignments[0]
    seen = {each: likeliest[each] for each in rng.sample(model.names, 3)}
    after = model.given(seen)
    exact, floats = after.marginals(), after.marginals(floats=True)
    targets = rng.sample([each for each in model.names if each not in seen], 4)
    assert len(targets) == 4
    for target in targets:
        found = theirs.query([target], evidence=seen, show_progress=False)
        expected = {state: float(p) for state, p in zip(found.state_names[target], found.values, strict=True)}
        assert after.dist(target) == exact[target]
        assert {state: float(exact[target][state]) for state in expected} == pytest.approx(expected, abs=1e-9)
        assert {state: floats[target].get(state, 0.0) for state in expected} == pytest.approx(expected, abs=1e-9)


# ---------------------------------------------------------------- what it costs


class Counted:
    """Products of whole numbers that count each multiply-add, by the cells of what is multiplied or summed."""

    key = "Counted"

    def __init__(self) -> None:
        self.work, self.widest, self.largest = 0, 0, 1

    def pair(self, a: Any, b: Any, gone: int, cards: Any) -> Any:
        found = products.WHOLE.pair(a, b, gone, cards)
        self._count(a.mask | b.mask, cards)
        self.largest = max(self.largest, found.cells.size)
        return found

    def alone(self, a: Any, gone: int, cards: Any) -> Any:
        self._count(a.mask, cards)
        return products.WHOLE.alone(a, gone, cards)

    def plus(self, a: Any, b: Any) -> Any:
        raise AssertionError("nothing is added up table by table")

    def _count(self, mask: int, cards: Any) -> None:
        over = [size for variable, size in enumerate(cards) if mask >> variable & 1]
        self.work += math.prod(over)
        self.widest = max(self.widest, len(over))


@settings(max_examples=40)
@given(st.integers(0, 10**6), st.integers(1, 6), st.integers(1, 6))
def test_a_price_is_the_work_that_is_done(seed: int, variables: int, count: int) -> None:
    """Tables multiplied and summed, against one sum over everything, and the price of their shapes against what was counted."""
    rng, cards = random.Random(seed), [random.Random(seed + i).randint(1, 3) for i in range(variables)]
    masks, gone = [rng.randrange(1, 1 << variables) for _ in range(count)], rng.randrange(1 << variables)
    axes = [[i for i in range(variables) if mask >> i & 1] for mask in masks]
    arrays = [
        np.array([rng.randrange(5) for _ in range(math.prod(cards[i] for i in own))]).reshape([cards[i] for i in own]) for own in axes
    ]
    pricing, counted = products.Pricing(), Counted()
    tables = [Table(mask, array, 5) for mask, array in zip(masks, arrays, strict=True)]
    found = products.joined(products.summed(tables, gone, cards, counted), 0, cards, counted)
    shapes = products.summed([Table(mask, None, 1) for mask in masks], gone, cards, pricing)
    assert products.joined(shapes, 0, cards, pricing).mask == found.mask
    assert (pricing.cost, pricing.width, pricing.largest) == (counted.work, counted.widest, counted.largest)
    kept = sorted({i for own in axes for i in own if not gone >> i & 1})
    wanted = np.einsum(*(part for pair in zip(arrays, axes, strict=True) for part in pair), kept)
    assert found.cells.tolist() == wanted.tolist()


@pytest.mark.parametrize("coupling", ["monotone", "independent"])
def test_symbols_in_a_table_that_branches_share(coupling: Any) -> None:
    """They are no numbers of a tree; what is then worked out in another way is, with a number in their place, what the tree says."""

    def doubled(p: Any) -> Any:
        noisy = {True: ck.coin("1/3"), False: ck.coin("3/4")}
        steps = {f"x{i}": ck.cpt([f"x{i - 1}"], noisy, coupling="independent") for i in range(1, 24)}
        last = ck.cpt(["x23"], {True: ck.coin(p), False: ck.coin(p / 2)}, coupling=coupling, domain=[False, True])
        both = ck.Model({"x0": ck.coin("1/2"), **steps, "y": last}).branches({"on": {"x0": True}, "off": {"x0": False}})
        return both.given(lambda b: b["on"].y).prob(lambda b: b["off"].y)

    p = sympy.Symbol("p", positive=True)
    assert sympy.sympify(doubled(p)).subs(p, sympy.Rational(2, 7)) == sympy.sympify(doubled(Fraction(2, 7)))
