"""The moves of a process, read from a model that was unrolled over time."""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

from causalkit import Dist, Model, uniform
from causalkit.errors import UnknownName, WrongShape, listing, suggestion
from causalkit.values.exact import as_fraction

__all__ = ["unrolled_moves"]

History = tuple[Any, ...]
Moves = dict[Any, dict[Any, Dist]]


def unrolled_moves(model: Model, state: Sequence[str], action: str) -> Moves:
    """For every state at every step, where each action leads; the first state is where the model starts.

    Every action is tried as often as every other, and what follows is read off; when it depends on more of the past than the state
    holds, the state is refused. Raises ``UnknownName``, ``WrongShape``.
    """
    steps = _steps(model, state, action)
    names = [*(f"{name}[0]" for name in state), *(name for t in steps for name in (f"{action}[{t}]", *(f"{one}[{t}]" for one in state)))]
    tried = model.choose({name: uniform(*model.domain(name)) for name in model.choices})
    record = namedtuple("State", ["step", *state], rename=True)  # type: ignore[misc]
    joint = {_history(values, len(state), record): as_fraction(weight) for values, weight in tried.dist(*names).items()}
    starts = dict.fromkeys(history[0] for history in joint)
    if len(starts) > 1:
        raise WrongShape(f"the model can start in {len(starts)} states, {listing(starts)}; say which with model.given(...)")
    moves: Moves = {next(iter(starts)): {}}
    for t in steps:
        for (before, done), law in _laws(joint, t):
            moves.setdefault(before, {})[done] = law
    return moves


def _history(values: Any, width: int, record: Any) -> History:
    """States and actions in turn: a state, what is done, the next state, and so on."""
    parts = [record(0, *values[:width])]
    for t, place in enumerate(range(width, len(values), width + 1), start=1):
        parts += [values[place], record(t, *values[place + 1 : place + 1 + width])]
    return tuple(parts)


def _laws(joint: Mapping[History, Fraction], t: int) -> Iterator[tuple[tuple[Any, Any], Dist]]:
    """Where each action leads from each state at a step; raises ``WrongShape`` when it depends on what was before."""
    by_past: dict[History, dict[Any, Fraction]] = {}
    for history, weight in joint.items():
        past, after = history[: 2 * t], history[2 * t]
        row = by_past.setdefault(past, {})
        row[after] = row.get(after, Fraction(0)) + weight
    laws: dict[tuple[Any, Any], Dist] = {}
    for past, row in by_past.items():
        total = sum(row.values(), Fraction(0))
        law = Dist({after: weight / total for after, weight in row.items()})
        if laws.setdefault((past[-2], past[-1]), law) != law:
            raise WrongShape(
                f"what follows {past[-1]!r} in {past[-2]!r} depends on more of the past than the state holds; "
                "name the variables that carry it with state=[...]"
            )
    yield from laws.items()


def _steps(model: Model, state: Sequence[str], action: str) -> list[int]:
    """The steps that have the action, checked: the state is there at each, and the action listens to nothing else."""
    if isinstance(state, str) or not state:
        raise WrongShape(f"state={state!r}, expected the names of the step's variables that make up a state; type state=['running']")
    twice = next((name for place, name in enumerate(state) if name in state[:place]), None)
    if twice is not None:
        raise WrongShape(f"{twice!r} is named twice in state={state!r}; name it once")
    steps = [t for t in range(1, len(model.names) + 1) if f"{action}[{t}]" in model.names]
    bases = dict.fromkeys(name.partition("[")[0] for name in model.choices)
    if not steps:
        raise UnknownName(f"no step has the choice {action!r}; the choices are: {listing(bases)}{suggestion(action, bases)}")
    for t in [0, *steps]:
        missing = [f"{name}[{t}]" for name in state if f"{name}[{t}]" not in model.names]
        if missing:
            fix = "; say what it was before the first step with unroll(..., start={...})" if t == 0 else ""
            raise UnknownName(f"{missing[0]!r} is not in the model, and the state at step {t} needs it{fix}")
    _check_choices(model, state, action, steps)
    return steps


def _check_choices(model: Model, state: Sequence[str], action: str, steps: Sequence[int]) -> None:
    for t in steps:
        stray = [name for name in model.parents(f"{action}[{t}]") if name not in {f"{one}[{t - 1}]" for one in state}]
        if stray:
            raise WrongShape(
                f"{action!r} sees {stray[0]!r} at step {t}, which is not in the state before it; a move is chosen in a state, so let it "
                "see the state of the step before (name_before), or put what it sees into the state"
            )
    others = [name for name in model.choices if name not in {f"{action}[{t}]" for t in steps}]
    if others:
        raise WrongShape(f"{others[0]!r} is a choice too; plug in a rule for it with .choose(...), or make one choice of both")
