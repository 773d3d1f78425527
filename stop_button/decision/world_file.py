"""Worlds in files: ``.json`` holds tables only and never runs code, ``.py`` is a program of your own."""

from __future__ import annotations

import json
import math
import runpy
import traceback
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from causalkit import CausalError, Dist, Model
from causalkit.documents.budget import STANDARD, Budget, check_document
from causalkit.documents.json import from_json, in_file, read_dist, read_value, to_json, write_whole, written_value
from causalkit.errors import UnknownName, WrongFile, WrongShape, listing, suggestion
from causalkit.values.arguments import checked
from stop_button.decision.players import Player, names_wanted
from stop_button.decision.policy import Policy
from stop_button.decision.roles import Role
from stop_button.decision.world import World
from stop_button.language.formula import E, X
from stop_button.language.notation import whose

__all__ = ["load", "load_worlds", "run_program", "save", "save_world", "world_from_json", "world_to_json", "write_whole"]

FORMAT = "stop_button world"
VERSION = 2
READABLE = (1, 2)
WORDS = ("name", "description", "source", "caveat")


@checked
def load_worlds(path: str | Path, *, budget: Budget = STANDARD) -> list[World]:
    """The worlds of a file: the one of a ``.json`` document, or every ``World`` at the top level of a ``.py`` file, which is run.

    ``budget`` limits what is read of a document. Raises ``WrongFile`` for a file that is missing, of another kind, or holds no world,
    and for a program that raises, or that ends itself with ``sys.exit``.
    """
    file = Path(path)
    if file.suffix not in (".json", ".py"):
        raise WrongFile(f"{file} is neither a .json nor a .py file; a world is read from one of these")
    if not file.is_file():
        raise WrongFile(f"{file} is not there; name a .json or .py file that holds a world")
    return [in_file(file, lambda document: world_from_json(document, budget=budget), budget)] if file.suffix == ".json" else _run(file)


@checked
def load(path: str | Path, name: str | None = None) -> World:
    """The one world of a file: a ``.json`` document, which runs nothing, or a ``.py`` program, which is run.

    ``name`` says which, where a program holds several. Raises ``WrongFile`` as ``load_worlds`` does, and for several worlds without a
    name; ``UnknownName`` for a name that no world of the file has.

    >>> import os, tempfile, stop_button as sb
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     save(sb.worlds.office(), os.path.join(folder, "office.json"))
    ...     load(os.path.join(folder, "office.json")) == sb.worlds.office()
    True
    """
    found = load_worlds(path)
    names = [world.name for world in found]
    if name is None:
        if len(found) > 1:
            raise WrongFile(f"{path} holds {len(found)} worlds: {listing(names)}; say which: stop_button.load({str(path)!r}, {names[0]!r})")
        return found[0]
    if name not in names:
        raise UnknownName(f"{path} holds no world {name!r}; it has: {listing(names)}{suggestion(name, names)}")
    if names.count(name) > 1:
        raise WrongFile(f"{path} holds {names.count(name)} worlds that are named {name!r}; name each of them differently")
    return found[names.index(name)]


@checked
def save(world: World, path: str | Path) -> None:
    """Write a world to a ``.json`` file, which ``load`` reads; it is replaced when the whole of it has been written, or left as it was.

    Raises ``WrongFile`` for a path that does not end in ``.json``, ``WrongShape`` for a player whose wish is a formula.

    >>> import os, tempfile, stop_button as sb
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     save(sb.worlds.office().told(name="mine"), os.path.join(folder, "mine.json"))
    ...     load(os.path.join(folder, "mine.json")).name
    'mine'
    """
    if Path(path).suffix != ".json":
        better = Path(path).with_suffix(".json") if Path(path).name.strip(".") else Path(path) / "world.json"
        raise WrongFile(f"{str(path)!r}: a world is saved as tables in a .json file; type save(world, {str(better)!r})")
    write_whole(Path(path), json.dumps(world_to_json(world), indent=1, ensure_ascii=False) + "\n")


save_world = save
"""The name of ``save`` in the release before."""


@checked
def world_to_json(world: World) -> dict[str, Any]:
    """A world as a JSON document: its model, its roles, its named policies, its baseline, and its players where it has some.

    Raises ``WrongShape`` for a player who wants anything but the mean of one variable or role: a document holds no formulas.

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
        **({"players": {name: _written_player(world, name) for name in world.players}} if world.players else {}),
    }


def _written_player(world: World, name: str) -> dict[str, Any]:
    """A player who wants the mean of one variable or role, by its name; other wishes are formulas."""
    player = world.players[name]
    wanted = next(names_wanted(player.utility), "")
    if player.utility != E(X(wanted)):
        raise WrongShape(
            f"the player {name!r} of {world.title} wants {player.utility}, a formula, and a .json document holds tables only; "
            "let a variable hold what is wanted, or keep the world in a .py file: print(repr(world)) shows what to write"
        )
    return {"decisions": list(player.decisions), "wants": wanted}


@checked
def world_from_json(document: Any, *, budget: Budget = STANDARD) -> World:
    """The world of a JSON document within a budget; raises ``WrongFile`` when it is not one.

    >>> import stop_button as sb
    >>> world = sb.worlds.basic_button()
    >>> world_from_json(world_to_json(world)) == world
    True
    """
    check_document(document, budget)
    if not isinstance(document, Mapping) or document.get("format") != FORMAT:
        raise WrongFile(f"$: expected an object with format {FORMAT!r} and version {VERSION}; a model alone is not a world, it needs roles")
    if type(document.get("version")) is not int or document["version"] not in READABLE:
        raise WrongFile(f"$.version: expected {' or '.join(map(str, READABLE))}, and found {document.get('version')!r}")
    unknown = set(document) - {"format", "version", *WORDS, "model", "roles", "policies", "baseline", "players"}
    if unknown:
        raise WrongFile(
            f"$: nothing is known of {min(unknown)!r}; a world has model, roles, policies, baseline, players, {', '.join(WORDS)}"
        )
    model = from_json(document.get("model"), at="$.model", budget=budget)
    _check_decisions(model, budget)
    try:
        return _built(model, document, budget)
    except WrongFile:
        raise
    except (CausalError, AttributeError, KeyError, TypeError, ValueError) as error:
        raise WrongFile(f"$: {error}") from None


def _check_decisions(model: Model, budget: Budget) -> None:
    """Raises ``WrongFile`` for a decision that sees more than can be listed: a few names may stand for a billion rows."""
    for name in model.choices:
        seen = math.prod(len(model.domain(parent)) for parent in model.parents(name))
        budget.check("nodes", seen, f"things that the decision {name!r} may see", "$.model")


def _built(model: Model, document: Mapping[str, Any], budget: Budget) -> World:
    roles = {name: _read_role(role, f"$.roles.{name}", budget) for name, role in _object(document, "roles").items()}
    people = {whose(name)[1]: role for name, role in roles.items() if whose(name)[0] == "intent" and whose(name)[1]}
    levers = {name: role for name, role in roles.items() if name not in ("intent", "stopped", "value") and whose(name)[1] not in people}
    policies = {name: _read_policy(one, f"$.policies.{name}", budget) for name, one in _object(document, "policies").items()}
    baseline = document.get("baseline")
    players = {name: _read_player(one, f"$.players.{name}") for name, one in _object(document, "players").items()}
    return World(
        model,
        intent=people or roles.get("intent"),
        stopped=roles.get("stopped"),
        value=roles.get("value"),
        levers=levers,
        policies=policies,
        players=players or None,
        baseline=None if baseline is None else _read_policy(baseline, "$.baseline", budget),
    ).told(**{word: _word(document, word) for word in WORDS})


def _object(document: Mapping[str, Any], field: str) -> Mapping[str, Any]:
    found = document.get(field, {})
    if not isinstance(found, Mapping):
        raise WrongFile(f"$.{field}: expected an object with names, and found {str(found)[:60]!r}")
    return found


def _word(document: Mapping[str, Any], word: str) -> str:
    found = document.get(word, "")
    if not isinstance(found, str):
        raise WrongFile(f"$.{word}: expected text, and found {str(found)[:60]!r}")
    return found


def _pairs(rows: Any, at: str, what: str) -> list[list[Any]]:
    """Rows of two; a third part is refused, and so is what stands twice."""
    if not isinstance(rows, list) or not all(isinstance(row, list) and len(row) == 2 for row in rows):
        raise WrongFile(f"{at}: expected a list of pairs [{what}], and found {str(rows)[:60]!r}")
    return rows


def _once(keys: list[Any], at: str) -> None:
    if len(set(keys)) < len(keys):
        raise WrongFile(f"{at}: {max(keys, key=keys.count)!r} stands there twice; say it once")


def _read_role(role: Any, at: str, budget: Budget) -> Role:
    if not isinstance(role, Mapping) or not isinstance(role.get("variable"), str) or not set(role) <= {"variable", "means"}:
        raise WrongFile(f'{at}: expected {{"variable": name, "means": [[value, meaning], ...]}}')
    pairs = _pairs(role.get("means", []), f"{at}.means", "value, meaning")
    read = [(read_value(value, at, budget), read_value(meaning, at, budget)) for value, meaning in pairs]
    _once([value for value, _ in read], f"{at}.means")
    return Role(role["variable"], dict(read))


def _read_player(given: Any, at: str) -> Player:
    fields = dict(given) if isinstance(given, Mapping) else {}
    decisions, wants = fields.get("decisions"), fields.get("wants")
    if (
        not isinstance(decisions, list)
        or not all(isinstance(each, str) for each in decisions)
        or not isinstance(wants, str)
        or len(fields) > 2
    ):
        raise WrongFile(f'{at}: expected {{"decisions": [name, ...], "wants": name}}')
    return Player(tuple(decisions), E(X(wants)))


def _written_policy(policy: Policy) -> dict[str, Any]:
    return {
        decision.name: [[[written_value(v) for v in seen], _written_act(policy.acts[decision.name, seen])] for seen in decision.contexts]
        for decision in policy.decisions
    }


def _written_act(act: Any) -> Any:
    if isinstance(act, Dist):
        return {"dist": [[written_value(option), str(weight)] for option, weight in act.items()]}
    return written_value(act)


def _read_policy(rules: Any, at: str, budget: Budget) -> dict[str, Any]:
    if not isinstance(rules, Mapping):
        raise WrongFile(f"{at}: expected an object from each decision to a list of [what is seen, what is done]")
    return {decision: _read_rule(rows, f"{at}.{decision}", budget) for decision, rows in rules.items()}


def _read_rule(rows: Any, at: str, budget: Budget) -> dict[tuple[Any, ...], Any]:
    pairs = _pairs(rows, at, "what is seen, what is done")
    if not all(isinstance(seen, list) for seen, _ in pairs):
        raise WrongFile(f"{at}: expected what is seen as a list of values")
    read = [(tuple(read_value(value, at, budget) for value in seen), _read_act(act, at, budget)) for seen, act in pairs]
    _once([seen for seen, _ in read], at)
    return dict(read)


def _read_act(act: Any, at: str, budget: Budget) -> Any:
    return read_dist(act["dist"], at, budget) if isinstance(act, Mapping) and set(act) == {"dist"} else read_value(act, at, budget)


def run_program(file: Path) -> dict[str, Any]:
    """What a program leaves at its top level, by name; ``WrongFile``, with the line of the program, where it raises or ends itself."""
    try:
        return runpy.run_path(str(file))
    except KeyboardInterrupt:
        raise
    except SystemExit as error:
        raise WrongFile(f"{file} ended itself with sys.exit({error.code!r}) before it left a world; take the call out") from None
    except BaseException as error:
        raise WrongFile(f"{file} raised {type(error).__name__} {_where(file, error)}: {error}") from error


def _run(file: Path) -> list[World]:
    """The worlds that a program leaves at its top level, named after their variables when they have no name."""
    names = run_program(file)
    found = {id(value): (name, value) for name, value in names.items() if isinstance(value, World) and not name.startswith("_")}
    if not found:
        raise WrongFile(f"{file} leaves no World at its top level; assign one: my_world = stop_button.World(...)")
    return [world if world.name else world.told(name=name) for name, world in found.values()]


def _where(file: Path, error: BaseException) -> str:
    """The last line of the file that was being run; in a file that does not run at all, the line of its syntax error."""
    line = _line_in(file, error)
    if line is None and isinstance(error, SyntaxError):
        line = error.lineno
    return "before its first line" if line is None else f"in line {line} of {file.name}"


def _line_in(file: Path, error: BaseException) -> int | None:
    """The deepest line of the file; where a library refuses what a function of the file raised, the line of that function."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if Path(frame.filename).resolve() == file.resolve()]
    if error.__cause__ is not None and (not own or own[-1] is not frames[-1]):
        deeper = _line_in(file, error.__cause__)
        if deeper is not None:
            return deeper
    return own[-1].lineno if own else None
