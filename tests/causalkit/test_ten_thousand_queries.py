"""Ten thousand random questions, each put to enumeration, to elimination and to the float contraction: not one answer differs."""

from __future__ import annotations

import itertools
import random
from collections import Counter
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import pytest

import causalkit as ck
from causalkit.engine.compiled_query import compile_query
from causalkit.engine.compiling.plan import eliminating
from causalkit.engine.compiling.query import Query, as_query
from causalkit.engine.exact import elimination, enumeration
from causalkit.errors import Impossible
from causalkit.mechanisms.event import event, quantity
from causalkit.mechanisms.network import Reading
from tests.causalkit.seeded_models import some_edits, some_model, some_values

QUERIES = 10_000
PER_MODEL = 25
KINDS = ["P(y | e)", "P(y | do x, e)", "P(y had it been x | e)", "two branches"]

Question = tuple[Sequence[Reading], Reading]


# ---------------------------------------------------------------- questions


def some_question(rng: random.Random, model: ck.Model, kind: str) -> tuple[Question, Any]:
    """The readings that the engines get, and the same asked of a model by its verbs, for the ``Impossible`` that users see."""
    if kind == "two branches":
        return some_branches(rng, model)
    seen, y = some_values(rng, model, rng.randint(1, 2)), rng.choice(model.names)
    done = some_edits(rng, model)
    after = model if kind == "P(y | e)" else model.do(done)
    observing, by_verbs = (
        (model, lambda: model.given(seen).do(done).dist(y)) if "had it been" in kind else (after, lambda: after.given(seen).dist(y))
    )
    evidence = [observing.regime.reading(event(None, {name: value}, model.domains)) for name, value in seen.items()]
    return (evidence, after.regime.reading(quantity(y, model.domains))), by_verbs


def some_branches(rng: random.Random, model: ck.Model) -> tuple[Question, Any]:
    branches = model.branches(left=some_edits(rng, model), right=some_edits(rng, model))
    ((name, value),) = some_values(rng, model, 1).items()
    y, z = rng.choice(model.names), rng.choice(model.names)
    seen = lambda b: b.left[name] == value
    target = lambda b: (b.fact[y], b.right[z])
    return ([branches.reading(seen)], branches.reading(target)), lambda: branches.given(seen).dist(target)


def is_known(question: Question) -> bool:
    """Whether the target reads what is observed: the contraction refuses that, because there is nothing to work out."""
    put = as_query(*question)
    assert isinstance(put, Query)
    return bool(set(put.structure.observed) & set(put.structure.target))


# ---------------------------------------------------------------- answers


def mismatch(question: Question, by_verbs: Any) -> str:
    """What is wrong with the engines' answers, or nothing."""
    slow = enumeration.measure(*question)
    put = as_query(*question)
    assert isinstance(put, Query)
    fast = elimination.measure(put, eliminating(put.structure))
    if fast != slow:
        return f"elimination says {fast}, enumeration {slow}"
    total = sum(slow.values(), Fraction(0))
    if total == 0:
        return "" if outcome(by_verbs) == outcome(lambda: contracted(question)) == Impossible else "not every way finds this impossible"
    shares = {value: weight / total for value, weight in slow.items()}
    floats = contracted(question)
    if any(abs(floats.get(value, 0.0) - shares.get(value, 0)) > 1e-12 for value in {*floats, *shares}):
        return f"the contraction says {floats}, enumeration {shares}"
    asked_by_verbs = dict(by_verbs().items())
    return "" if asked_by_verbs == {value: share for value, share in shares.items() if share} else f"the model says {asked_by_verbs}"


def contracted(question: Question) -> dict[Any, float]:
    compiled, put = compile_query(*question), as_query(*question)
    assert isinstance(put, Query)
    if put.seen is None:
        raise Impossible("two pieces of evidence contradict each other")
    return dict(zip(compiled.values, compiled(*put.seen).tolist(), strict=True))


def outcome(ask: Any) -> Any:
    try:
        return ask()
    except Impossible:
        return Impossible


@pytest.mark.parametrize("queries", [len(KINDS) * 100, pytest.param(QUERIES, marks=pytest.mark.long)])
def test_ten_thousand_queries(queries: int) -> None:
    rng = random.Random(2_026)
    kinds, asked_so_far, impossible = itertools.cycle(KINDS), Counter[str](), 0
    while asked_so_far.total() < queries:
        model = some_model(rng)
        for kind in itertools.islice(kinds, PER_MODEL):
            question, by_verbs = some_question(rng, model, kind)
            while is_known(question):
                question, by_verbs = some_question(rng, model, kind)
            wrong = mismatch(question, by_verbs)
            assert not wrong, f"{wrong}; {kind}, question {asked_so_far.total()} of {model!r}"
            asked_so_far[kind] += 1
            impossible += outcome(by_verbs) is Impossible
    print(f"{asked_so_far.total():,} questions, {impossible:,} of them about what is impossible; no mismatch")
    assert asked_so_far.total() == queries
    assert min(asked_so_far.values()) == queries // len(KINDS)
    assert queries // 20 < impossible < queries // 2
