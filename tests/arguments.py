"""Every public callable, found by walking, with arguments that fit; and what can be wrong with one of them."""

from __future__ import annotations

import concurrent.futures
import importlib
import inspect
import itertools
import pkgutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import sympy

import causalkit as ck
import stop_button as sb
from causalkit.errors import CausalError
from causalkit.graphs import Graph
from causalkit.identification import identify
from causalkit.symbols import regions
from stop_button.incentives.criteria import admits_value_of_control
from stop_button.incentives.diagram import Diagram

OPEN_ROOMS = {"documents", "interop"}  # folders whose modules are named by their users, one by one
INSIDE = {"regime", "twin_network", "loading", "budget", "formula_size", "files"}  # modules that no page of the reference names
TOLD_TO_A_STYLE = {"written", "listed", "rebuilt"}  # methods by which formulas are walked and written, with a style that is not public
OTHERS_CALLS = {"testing", "examples"}  # strategies of Hypothesis, and models of the literature without arguments


@dataclass(frozen=True)
class Call:
    """A callable by its name, with arguments that fit where there are some."""

    name: str
    function: Callable[..., Any]
    parameters: tuple[inspect.Parameter, ...]

    def arguments(self, **wrong: Any) -> tuple[list[Any], dict[str, Any]]:
        """Arguments by place and by name: those that must be given, and the wrong ones."""
        placed: list[Any] = []
        named: dict[str, Any] = {}
        for parameter in self.parameters:
            if parameter.name not in wrong and (parameter.default is not parameter.empty or parameter.kind is parameter.VAR_KEYWORD):
                continue
            value = wrong[parameter.name] if parameter.name in wrong else good(parameter, self.name)
            by_name = parameter.kind is parameter.KEYWORD_ONLY or (
                parameter.name in wrong and parameter.kind is parameter.POSITIONAL_OR_KEYWORD
            )
            if parameter.kind is parameter.VAR_KEYWORD:
                named |= value if isinstance(value, dict) and all(isinstance(key, str) for key in value) else {"nobody": value}
            elif by_name:
                named[parameter.name] = value
            else:
                placed.append(value)
        return placed, named


def modules() -> Iterator[ModuleType]:
    """Both packages and the modules in them that a user may name."""
    for package in (ck, sb):
        yield package
        for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            parts = found.name.split(".")
            public = len(parts) == 2 or (len(parts) == 3 and parts[1] in OPEN_ROOMS)
            if public and not any(part.startswith("_") for part in parts) and parts[-1] not in INSIDE | OTHERS_CALLS:
                yield importlib.import_module(found.name)


@cache
def calls() -> tuple[Call, ...]:
    """Every function and every public method that the public names lead to, each once."""
    found: dict[Any, Call] = {}
    for module in modules():
        for name in getattr(module, "__all__", ()):
            one = getattr(module, name)
            if inspect.isclass(one):
                for call in _of_class(one, one):
                    found.setdefault((call.name, call.function), call)
            elif callable(one) and (inspect.isfunction(one) or type(one).__module__.split(".")[0] in ("causalkit", "stop_button")):
                found.setdefault((name, one), _call(f"{module.__name__}.{name}", one))
    for one in results():
        for call in _of_class(type(one), one):
            found.setdefault(call.name, call)
    by_name = {call.name: call for call in found.values()}
    return tuple(by_name.values())


def _of_class(kind: type, of: Any) -> Iterator[Call]:
    if issubclass(kind, BaseException):
        return
    name = f"{kind.__module__}.{kind.__qualname__}"
    if of is kind:
        yield _call(name, kind)
        of = next((one for one in results() if isinstance(one, kind)), None)
    for attribute in dir(kind):
        shown = inspect.getattr_static(kind, attribute)
        own = (not attribute.startswith("_") and attribute not in TOLD_TO_A_STYLE) or attribute in ("__call__", "__getitem__")
        ours = any(attribute in vars(base) and base.__module__.split(".")[0] in ("causalkit", "stop_button") for base in kind.__mro__)
        static = isinstance(shown, classmethod | staticmethod)
        if own and ours and (static or (inspect.isfunction(shown) and of is not None)):
            yield _call(f"{name}.{attribute}", getattr(of if of is not None else kind, attribute))


def _call(name: str, function: Callable[..., Any]) -> Call:
    try:
        parameters = tuple(inspect.signature(function).parameters.values())
    except ValueError:
        parameters = ()
    return Call(name, function, parameters)


# ---------------------------------------------------------------- arguments that fit

L = sympy.Symbol("L")


@cache
def world() -> sb.World:
    return sb.worlds.basic_button()


@cache
def model() -> ck.Model:
    return ck.Model(
        x=ck.coin("1/2"),
        m=lambda x: x,
        y=ck.cpt(["m"], {True: {True: "3/4", False: "1/4"}, False: {True: "1/4", False: "3/4"}}, coupling="independent"),
        z=lambda y: 1 if y else 0,
    )


@cache
def graph() -> Graph:
    return Graph.parse("z -> x, x -> m, m -> y, z -> y, x <-> m")


@cache
def results() -> tuple[Any, ...]:
    """One object of every class whose methods are tried."""
    diagram = Diagram(Graph.parse("z -> x, x -> m, m -> y"), "x", "y")
    board = sb.score(world(), [sb.naive, sb.counterfactual])
    opened = ck.Model(x=ck.coin("1/2"), a=ck.choice(0, 1, sees=["x"]), y=lambda a, x: a == x)
    return (
        world(),
        model(),
        graph(),
        diagram,
        board,
        model().dist("x"),
        model().branches(on={"x": True}),
        world().policies,
        world().policies[0],
        sb.naive,
        sb.naive.formula,
        sb.V,
        sb.audit(world(), sb.naive),
        sb.report(world(), [sb.naive]),
        sb.rank(world(), sb.naive),
        sb.solve(world(), sb.naive),
        sb.survey(sb.worlds.basic_button, [sb.naive], over={"cost": ["1/100"]}),
        sb.claims.never_pays_for_influence,
        sb.find_counterexample(sb.naive, worlds=[world()]),
        identify(Graph.parse("x -> y"), "P(y | do(x))"),
        regions({"a": L, "b": 1 - L}, L, low=0, high=1),
        admits_value_of_control(diagram, "x"),
        sb.worlds.office,
        opened.by_rule("y"),
        model().compile("y"),
        model().plan("y"),
        model().estimate("z", samples=10),
        world().roles["intent"],
        sb.audit(world(), sb.naive).flags[0],
        sb.agents.pure_policies(world(), "none"),
        sb.agents.quantiliser(world(), sb.naive, "1/2"),
        sb.agents.lexicographic(world(), [sb.naive]),
    )


GOOD: dict[str, Callable[[], Any]] = {
    "world": world,
    "model": model,
    "graph": graph,
    "utility": lambda: sb.naive,
    "utilities": lambda: [sb.naive],
    "cost": lambda: sb.naive,
    "policy": lambda: "none",
    "diagram": lambda: next(one for one in results() if isinstance(one, Diagram)),
    "decision": lambda: "x",
    "node": lambda: "m",
    "x": lambda: "x",
    "y": lambda: "y",
    "xs": lambda: "x",
    "ys": lambda: "y",
    "z": lambda: "z",
    "name": lambda: "x",
    "variable": lambda: "x",
    "given": lambda: (),
    "symbol": lambda: L,
    "on": lambda: "y",
    "of": lambda: "x",
    "a": lambda: L,
    "b": lambda: 1,
    "answer": lambda: L,
    "expressions": lambda: {"a": L, "b": 1 - L},
    "cause": lambda: {"x": True},
    "effect": lambda: {"y": True},
    "mediators": lambda: "m",
    "event": lambda: lambda b: True,
    "quantity": lambda: lambda b: 1,
    "what": lambda: "y",
    "formula": lambda: sb.naive.formula,
    "text": lambda: "x -> y",
    "query": lambda: "P(y | do(x))",
    "value": lambda: True,
    "meaning": lambda: sb.STOP,
    "role": lambda: "intent",
    "path": lambda: Path("/nonexistent/x.json"),
    "document": dict,
    "branch": lambda: "on",
    "f": lambda: lambda x: x,
    "drawn": model,
    "shown": model,
    "branches": lambda: model().branches(on={"x": True}),
    "asked": model,
    "build": lambda: sb.worlds.basic_button,
    "over": lambda: {"cost": ["1/100"]},
    "p": lambda: "1/2",
    "parents": lambda: ["x"],
    "rows": lambda: {True: 1, False: 0},
    "inner": lambda: sb.V,
    "observation": lambda: "z",
    "agent": lambda: "x",
    "through": lambda: "m",
    "events": lambda: "y",
    "at": lambda: {"m": True},
    "seen": lambda: (),
    "option": lambda: "none",
    "low": lambda: 0,
    "high": lambda: 1,
    "items": lambda: [1],
    "task": lambda: repr,
    "total": lambda: 1,
    "executor": lambda: None,
    "horizon": lambda: 2,
    "board": lambda: sb.score(world(), [sb.naive]),
    "edges": lambda: [("x", "y")],
    "nodes": lambda: ["x", "y"],
    "other": lambda: ck.coin("1/2"),
    "weights": lambda: {1: 1},
    "step": lambda: {"a": lambda a: a},
    "start": lambda: {"a": ck.coin("1/2")},
}


def good(parameter: inspect.Parameter, name: str) -> Any:
    """An argument that fits, as far as its name tells."""
    if name.endswith(("Graph.of", "uai.parse_uai")) and parameter.name in ("parents", "text"):
        return {"x": (), "y": ["x"]} if parameter.name == "parents" else "BAYES 1 2 1 1 0 2 .5 .5"
    return GOOD[parameter.name]() if parameter.name in GOOD else "x"


# ---------------------------------------------------------------- arguments that do not

UNFIT: dict[str, Callable[[], Any]] = {
    "none": lambda: None,
    "number": lambda: 3,
    "fraction": lambda: 2.5,
    "negative": lambda: -1,
    "empty text": lambda: "",
    "unknown name": lambda: "nobody",
    "empty list": list,
    "list of one unknown": lambda: ["nobody"],
    "known and unknown": lambda: ["x", "nobody"],
    "list of none": lambda: [None],
    "empty mapping": dict,
    "unknown key": lambda: {"nobody": 1},
    "unhashable": lambda: {"x": [1]},
    "object": object,
    "pair": lambda: ("x", "y", "z"),
    "a model": model,
    "a world": world,
    "function": lambda: lambda nobody: 1,
    "type": lambda: str,
    "bytes": lambda: b"x",
    "symbol": lambda: L,
}


def wrong_calls() -> Iterator[tuple[str, Callable[[], Any]]]:
    """Every call with one argument replaced by one that does not fit, with the first two swapped, and with none or one too many."""
    for call in calls():
        for parameter, (unfit, made) in itertools.product(call.parameters, UNFIT.items()):
            yield f"{call.name}({parameter.name}={unfit})", _with(call, parameter, made)
        yield f"{call.name}()", lambda call=call: call.function()  # type: ignore[misc]
        yield f"{call.name}(swapped)", lambda call=call: _swapped(call)  # type: ignore[misc]


def _with(call: Call, parameter: inspect.Parameter, made: Callable[[], Any]) -> Callable[[], Any]:
    def tried() -> Any:
        placed, named = call.arguments(**{parameter.name: made()})
        return call.function(*placed, **named)

    return tried


def _swapped(call: Call) -> Any:
    placed, named = call.arguments()
    return call.function(*reversed(placed[:2]), *placed[2:], **named)


def leak(tried: Callable[[], Any]) -> str:
    """The error that comes out, when it is none of the project's and none of the call itself; else nothing."""
    try:
        shown = tried()
        if inspect.isgenerator(shown):
            next(shown, None)
    except (CausalError, SystemExit):
        return ""
    except (OSError, concurrent.futures.BrokenExecutor) as error:
        return "" if isinstance(error, FileNotFoundError | PermissionError | IsADirectoryError) else repr(error)[:100]
    except Exception as error:
        steps = []
        trace = error.__traceback__
        while trace is not None:
            steps.append(trace.tb_frame.f_code.co_filename)
            trace = trace.tb_next
        inner = [step for step in steps if not step.endswith(("arguments.py", "contextlib.py"))]
        if isinstance(error, TypeError) and not inner:
            return ""
        return f"{type(error).__name__}: {error}"[:110] + f" @ {inner[-1].rpartition('/')[2] if inner else ''}"
    return ""
