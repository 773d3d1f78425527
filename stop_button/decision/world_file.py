"""Worlds in files: ``.json`` holds tables only and never runs code, ``.py`` is a program of your own."""

from __future__ import annotations

import json
import runpy
import traceback
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from causalkit import CausalError, Dist
from causalkit.errors import WrongFile
from causalkit.interop.json import from_json, in_file, read_value, to_json, write_whole, written_value
from stop_button.decision.policy import Policy
from stop_button.decision.roles import Role
from stop_button.decision.world import World

__all__ = ["load_worlds", "save_world", "world_from_json", "world_to_json", "write_whole"]

FORMAT = "stop_button world"
VERSION = 1
WORDS = ("name", "description", "source", "caveat")


def load_worlds(path: str | Path) -> list[World]:
    """The worlds of a file: the one of a ``.json`` document, or every ``World`` at the top level of a ``.py`` file, which is run.

    Raises ``WrongFile`` for a file that is missing, of another kind, or holds no world.
    """
    file = Path(path)
    if file.suffix not in (".json", ".py"):
        raise WrongFile(f"{file} is neither a .json nor a .py file; a world is read from one of these")
    if not file.is_file():
        raise WrongFile(f"{file} is not there; name a .json or .py file that holds a world")
    return [in_file(file, world_from_json)] if file.suffix == ".json" else _run(file)


def save_world(world: World, path: str | Path) -> None:
    """Write a world to a ``.json`` file; the file is replaced when the whole of it has been written, or left as it was."""
    write_whole(Path(path), json.dumps(world_to_json(world), indent=1, ensure_ascii=False) + "\n")


def world_to_json(world: World) -> dict[str, Any]:
    """A world as a JSON document: its model, its roles, its named policies and its baseline.

    >>> import stop_button as sb
    >>> world_to_json(sb.worlds.basic_button())["roles"]["intent"]
    {'variable': 'wish', 'means': []}
    """
    roles = {
        name: {"variable": role.variable, "means": [[written_value(v), written_value(m)] for v, m in role.means.items()]}
        for name, role in world.roles.items()
    }
    return {
        "format": FORMAT,
        "version": VERSION,
        **{word: getattr(world, word) for word in WORDS},
        "model": to_json(world.model),
        "roles": roles,
        "policies": {name: _written_policy(policy) for name, policy in world.named.items()},
        "baseline": None if world.baseline is None else _written_policy(world.baseline),
    }


def world_from_json(document: Any) -> World:
    """The world of a JSON document; raises ``WrongFile`` when it is not one.

    >>> import stop_button as sb
    >>> world = sb.worlds.basic_button()
    >>> world_from_json(world_to_json(world)) == world
    True
    """
    if not isinstance(document, Mapping) or document.get("format") != FORMAT or document.get("version") != VERSION:
        raise WrongFile(f"$: expected an object with format {FORMAT!r} and version {VERSION}; a model alone is not a world, it needs roles")
    unknown = set(document) - {"format", "version", *WORDS, "model", "roles", "policies", "baseline"}
    if unknown:
        raise WrongFile(f"$: nothing is known of {min(unknown)!r}; a world has model, roles, policies, baseline, {', '.join(WORDS)}")
    model = from_json(document.get("model"), at="$.model")
    try:
        return _built(model, document)
    except WrongFile:
        raise
    except (CausalError, AttributeError, KeyError, TypeError, ValueError) as error:
        raise WrongFile(f"$: {error}") from None


def _built(model: Any, document: Mapping[str, Any]) -> World:
    roles = {name: _read_role(role, f"$.roles.{name}") for name, role in document.get("roles", {}).items()}
    levers = {name: role for name, role in roles.items() if name not in ("intent", "stopped", "value")}
    policies = {name: _read_policy(one, f"$.policies.{name}") for name, one in document.get("policies", {}).items()}
    baseline = document.get("baseline")
    return World(
        model,
        intent=roles.get("intent"),
        stopped=roles.get("stopped"),
        value=roles.get("value"),
        levers=levers,
        policies=policies,
        baseline=None if baseline is None else _read_policy(baseline, "$.baseline"),
    ).told(**{word: str(document.get(word, "")) for word in WORDS})


def _read_role(role: Any, at: str) -> Role:
    if not isinstance(role, Mapping) or not isinstance(role.get("variable"), str) or not isinstance(role.get("means", []), list):
        raise WrongFile(f'{at}: expected {{"variable": name, "means": [[value, meaning], ...]}}')
    return Role(role["variable"], {read_value(value, at): read_value(meaning, at) for value, meaning in role.get("means", [])})


def _written_policy(policy: Policy) -> dict[str, Any]:
    return {
        decision.name: [[[written_value(v) for v in seen], _written_act(policy.acts[decision.name, seen])] for seen in decision.contexts]
        for decision in policy.decisions
    }


def _written_act(act: Any) -> Any:
    if isinstance(act, Dist):
        return {"dist": [[written_value(option), str(weight)] for option, weight in act.items()]}
    return written_value(act)


def _read_policy(rules: Any, at: str) -> dict[str, Any]:
    if not isinstance(rules, Mapping) or not all(isinstance(rows, list) for rows in rules.values()):
        raise WrongFile(f"{at}: expected an object from each decision to a list of [what is seen, what is done]")
    return {
        decision: {tuple(read_value(v, f"{at}.{decision}") for v in seen): _read_act(act, f"{at}.{decision}") for seen, act in rows}
        for decision, rows in rules.items()
    }


def _read_act(act: Any, at: str) -> Any:
    if isinstance(act, Mapping) and set(act) == {"dist"}:
        return Dist({read_value(option, at): weight for option, weight in act["dist"]})
    return read_value(act, at)


def _run(file: Path) -> list[World]:
    """The worlds that a program leaves at its top level, named after their variables when they have no name."""
    try:
        names = runpy.run_path(str(file))
    except Exception as error:
        last = traceback.extract_tb(error.__traceback__)[-1]
        raise WrongFile(f"{file} raised {type(error).__name__} in line {last.lineno} of {Path(last.filename).name}: {error}") from error
    found = {id(value): (name, value) for name, value in names.items() if isinstance(value, World) and not name.startswith("_")}
    if not found:
        raise WrongFile(f"{file} leaves no World at its top level; assign one: my_world = stop_button.World(...)")
    return [world if world.name else world.told(name=name) for name, world in found.values()]
