"""A search that is stopped says what it has proved: where nothing that waits can be better, the best is proved."""

from __future__ import annotations

import random
from functools import partial
from typing import Any

import causalkit as ck
import stop_button as sb
from stop_button import FREE, STOP, E, V
from stop_button.evaluation.policy_polynomial import score_or_undefined
from stop_button.language.formula import Formula
from stop_button.solving.branch_and_bound import branched
from stop_button.solving.fractional_form import in_ratios
from stop_button.solving.term_matrix import PartialAssignment, SearchProblem, search_problem

BIG = 10**120
"""Too large for floats to be trusted, so that bounds are fractions and may equal the best exactly."""


def drawn(seed: int) -> sb.World:
    draw = random.Random(seed)
    sights, acts = draw.randint(2, 3), draw.randint(2, 3)
    worth = {(sight, act): draw.randint(-2, 3) for sight in range(sights) for act in range(acts)}
    model = ck.Model(
        sight=ck.uniform(*range(sights)),
        act=ck.choice(*range(acts), sees=["sight"]),
        more=ck.choice(0, 1, sees=["act"]),
        wish=lambda sight, act: STOP if (sight + act) % 2 else FREE,
        value=lambda sight, act, more: BIG * (worth[sight, act] + more),
    )
    return sb.World(model, value="value", intent="wish")


UTILITIES = [
    E(V, given={"intent": STOP}) + E(V, given={"intent": FREE}),
    E(V, given={"intent": STOP}) * E(V) + E(V, given={"intent": FREE}),
]


def scored(f: Formula, world: sb.World, frame: SearchProblem, picks: PartialAssignment) -> Any:
    return score_or_undefined(f, world, frame.policy(picks))


def test_what_a_stopped_search_leaves_open_is_above_its_best() -> None:
    stopped = proved = 0
    for seed in (68, 133, 136, 245, 272):
        world = drawn(seed)
        for f in UTILITIES:
            frame = search_problem(in_ratios(f, world), world.policies)
            for most in range(1, 14):
                found = branched(frame, partial(scored, f, world, frame), most=most)
                assert found.proved or found.bound is None or found.score is None or found.bound > found.score
                stopped += found.looked_at >= most
                proved += found.looked_at >= most and found.proved
    assert 0 < proved < stopped
