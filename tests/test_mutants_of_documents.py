"""Documents with something changed in them, by bytes, by structure and by meaning: a typed error, or what a second reader reads too."""

from __future__ import annotations

import copy
import itertools
import json
import random
from collections import Counter
from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any

import pytest
import sympy

import causalkit as ck
import stop_button as sb
from causalkit.documents.json import from_json, read_document, to_json
from causalkit.documents.symbols import read_sympy
from causalkit.errors import CausalError
from causalkit.interop.uai import parse_uai
from causalkit.mechanisms.mechanism import CPT, Choice, Constant, Noise, Table
from causalkit.values.exact import is_symbolic
from stop_button.decision.world_file import world_from_json, world_to_json
from tests import second_reader

SEED, GATE, LONG = 20, 200, 10_000
p = sympy.Symbol("p", positive=True)
MODEL = ck.Model(
    u=ck.Dist({False: "1/3", True: "2/3"}),
    v=ck.Dist({"a": p, 2: 1 - p}),
    act=ck.choice("go", "stay", sees=["u"]),
    y=ck.cpt(["u", "act"], {(u, a): {0: "1/4", 1: "0.75"} for u in (False, True) for a in ("go", "stay")}, coupling="independent"),
    z=ck.table(["y"], {0: (1, "a"), 1: Fraction(1, 2)}),
    k=1.5,
)
MODELS = [json.dumps(to_json(MODEL)), json.dumps(to_json(sb.worlds.basic_button().model))]
WORLDS = [json.dumps(world_to_json(world)) for world in (sb.worlds.basic_button(), sb.worlds.office())]
FORMULAS = [
    "1 - p/2",
    "p*q/(1 + p)",
    "Max(p, 1 - q)**2",
    "-(p + 1)/2 + sqrt(q)*exp(-p)",
    "Abs(p - q) + sign(q)*3**2",
    "(p + q)*(p - q) - log(p)",
]
UAI = [
    "BAYES 2 2 2 2 1 0 2 0 1 2 .25 .75 4 1 0 .5 .5",
    "BAYES\n3\n2 3 2\n3\n1 0\n2 0 1\n2 1 2\n2 .5 .5\n6 .2 .3 .5 1 0 0 6 1 0 0 1 .5 .5",
]
JUNK: list[Any] = [
    *(None, True, False, 0, 1, -1, 10**30, "", "u", "1/2", "0.5", "1e3", "noise", "\u0661"),
    *([], {}, [[]], {"tuple": []}, {"fraction": "1/3"}, {"float": "0.5"}),
]
REWRITTEN = [
    ('"1/3"', '"0.25"'),
    ('"1/4"', '"0.25"'),
    ('"1/4"', '"25e-2"'),
    ('"3/4"', '"6/8"'),
    ('"1/2"', '".5"'),
    ('"1/2"', '{"fraction": "1/2"}'),
]


# ---------------------------------------------------------------- mutants


def by_bytes(text: str, rng: random.Random) -> str:
    """A character taken away, doubled, or exchanged; a piece cut out or moved."""
    i, j = sorted(rng.choices(range(len(text) + 1), k=2))
    j = min(j, i + rng.choice([1, 1, 1, 3, 20]))
    new = rng.choice(["", text[i:j] * 2, rng.choice('{}[]",:0123456789/.eE+-*() pq\\u\x00\u0663\ud800trfn'), text[:3]])
    return text[:i] + new + text[j:]


def places(document: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if path:
        yield path
    inside = document.items() if isinstance(document, dict) else enumerate(document) if isinstance(document, list) else ()
    for step, part in inside:
        yield from places(part, (*path, step))


def at(document: Any, path: tuple[Any, ...]) -> Any:
    for step in path:
        document = document[step]
    return document


def by_structure(text: str, rng: random.Random) -> str:
    """A part replaced by junk or by another part, taken away, doubled, or under another name."""
    document = json.loads(text)
    path = rng.choice(list(places(document)))
    holder, last = at(document, path[:-1]), path[-1]
    how = rng.randrange(5)
    if how == 0:
        holder[last] = copy.deepcopy(rng.choice(JUNK))
    elif how == 1:
        holder[last] = copy.deepcopy(at(document, rng.choice(list(places(document)))))
    elif how == 2:
        del holder[last]
    elif isinstance(holder, list):
        holder.insert(rng.randrange(len(holder) + 1), copy.deepcopy(holder[last]))
    else:
        holder[rng.choice(["u", "y", "noise", "sees", "new", last])] = holder.pop(last)
    return json.dumps(document)


def by_meaning(text: str, rng: random.Random) -> str:
    """A document that may still be one: a value renamed everywhere, two parts exchanged, a number written otherwise or changed."""
    how = rng.randrange(4)
    if how == 0:
        old = rng.choice(['"go"', '"stay"', "true", "false", '"none"', '"stop"', '"free"', "0", '"u"', '"wish"'])
        return text.replace(old, rng.choice(['"other"', "7", "null", '{"tuple": [1]}', '"u"', "1", "true", '{"fraction": "2/3"}']))
    if how == 1:
        old, new = rng.choice(REWRITTEN)
        return text.replace(old, new)
    document = json.loads(text)
    lists = [path for path in places(document) if isinstance(at(document, path), list) and len(at(document, path)) > 1]
    chosen = at(document, rng.choice(lists))
    if how == 2:
        rng.shuffle(chosen)
    else:
        i, j = rng.sample(range(len(chosen)), 2)
        if isinstance(chosen[i], list) and isinstance(chosen[j], list) and chosen[i] and chosen[j]:
            chosen[i][-1], chosen[j][-1] = chosen[j][-1], chosen[i][-1]
        else:
            chosen[i], chosen[j] = chosen[j], chosen[i]
    return json.dumps(document)


def by_words(text: str, rng: random.Random) -> str:
    """Words exchanged, for formats that are words."""
    words = text.split(" ")
    i, j = rng.choices(range(len(words)), k=2)
    words[i] = rng.choice([words[j], words[i], "0", "1", "2", ".5", "p", "q", "+", "*", "1/2", "1e-1", "0.50"])
    return " ".join(words)


# ---------------------------------------------------------------- what the first reader reads, in the words of the second


def plain(value: Any) -> Any:
    if is_symbolic(value):
        return "symbols", value
    if isinstance(value, int | float | Fraction):
        return "number", Fraction(value)
    if isinstance(value, tuple):
        return "tuple", tuple(map(plain, value))
    return type(value).__name__, value


def same(read: Any, second: Any) -> bool:
    """Whether two readings agree; formulas where they are tried at two points."""
    if isinstance(second, tuple) and second and second[0] == "symbols":
        expression = read[1] if isinstance(read, tuple) else read
        return all(agrees(expression, second[1], point) for point in POINTS)
    if isinstance(second, dict):
        if not isinstance(read, dict) or len(read) != len(second):
            return False
        return all(any(same(key, other) and same(read[key], second[other]) for other in second) for key in read)
    if isinstance(second, tuple):
        return isinstance(read, tuple) and len(read) == len(second) and all(map(same, read, second))
    return type(read) is type(second) and bool(read == second)


POINTS: list[dict[str, float]] = [{"p": 0.3, "q": 0.7}, {"p": 1.9, "q": 0.2}]


def agrees(expression: Any, text: str, point: dict[str, float]) -> bool:
    values = {symbol: point.get(symbol.name, 0.4) for symbol in getattr(expression, "free_symbols", ())}
    first = complex(sympy.sympify(expression).subs(values).evalf()) if values or is_symbolic(expression) else complex(expression)
    letters = {symbol.name for symbol in values} | set(point) | {"u", "t", "r", "f", "n", "e", "pp", "qq"}
    names = {name: point.get(name, 0.4) for name in letters}
    try:
        second = second_reader.formula_at(text, names)
    except ZeroDivisionError:
        return False
    return abs(first - second) <= 1e-9 * max(1.0, abs(second))


def dist_read(dist: ck.Dist) -> dict[Any, Any]:
    return {plain(value): weight for value, weight in dist.items()}


def mechanism_read(one: Any) -> tuple[Any, ...]:
    match one:
        case Noise(dist):
            return "noise", (), {(): dist_read(dist)}, None
        case Constant(value):
            return "constant", (), {(): plain(value)}, None
        case Choice(options, sees):
            return "choice", tuple(sees), tuple(map(plain, options)), None
        case Table(parents, rows, _):
            return "table", tuple(parents), {tuple(map(plain, seen)): plain(value) for seen, value in rows.items()}, None
        case CPT(parents, rows, coupling, _):
            return "cpt", tuple(parents), {tuple(map(plain, seen)): dist_read(dist) for seen, dist in rows.items()}, coupling
    raise AssertionError(one)


def model_read(model: ck.Model) -> dict[str, Any]:
    return {name: mechanism_read(model.mechanism(name)) for name in model.names}


def policy_read(policy: Any) -> dict[Any, Any]:
    return {
        (name, tuple(map(plain, seen))): dist_read(a) if isinstance(a, ck.Dist) else plain(a) for (name, seen), a in policy.acts.items()
    }


def world_read(world: sb.World) -> dict[str, Any]:
    roles = {name: (role.variable, {plain(v): plain(m) for v, m in role.means.items()}) for name, role in world.roles.items()}
    return {
        "model": model_read(world.model),
        "roles": roles,
        "policies": {name: policy_read(policy) for name, policy in world.named.items()},
        "baseline": None if world.baseline is None else policy_read(world.baseline),
        "words": {word: getattr(world, word) for word in ("name", "description", "source", "caveat")},
    }


def check_model(text: str) -> bool:
    return same(
        model_read(from_json(read_document(text))), second_reader.meaning_of_model(json.loads(text, object_pairs_hook=second_reader.once))
    )


def check_world(text: str) -> bool:
    return same(world_read(world_from_json(read_document(text))), second_reader.meaning_of_world(text))


def check_formula(text: str) -> bool:
    names = ("p", "q", "pp", "qq", "pq", "u", "t", "r", "f", "n", "e", "Mp")
    made = read_sympy(text, {name: {"positive": True} for name in names})
    return all(agrees(made, text, point) for point in POINTS)


def check_uai(text: str) -> bool:
    model = parse_uai(text)
    for child, parents, numbers in second_reader.meaning_of_uai(text):
        one = model.mechanism(f"var_{child}")
        assert one.parents == tuple(f"var_{parent}" for parent in parents)
        rows = itertools.product(*(model.domain(f"var_{parent}") for parent in parents))
        width = len(numbers) // max(1, len(list(itertools.product(*(model.domain(f"var_{parent}") for parent in parents)))))
        for i, seen in enumerate(rows):
            given = dict(zip((f"var_{parent}" for parent in parents), seen, strict=True))
            dist = (model.do(given) if given else model).dist(f"var_{child}")
            if [dist[value] for value in range(width)] != numbers[i * width : (i + 1) * width]:
                return False
    return True


FORMATS: dict[str, tuple[list[str], Callable[[str], bool], list[Callable[[str, random.Random], str]]]] = {
    "model": (MODELS, check_model, [by_bytes, by_structure, by_meaning]),
    "world": (WORLDS, check_world, [by_bytes, by_structure, by_meaning]),
    "formula": (FORMULAS, check_formula, [by_bytes, by_words]),
    "uai": (UAI, check_uai, [by_bytes, by_words]),
}


def tried(name: str, count: int) -> Counter[str]:
    """What came of mutants: read and agreed upon, refused, or wrong (with the text)."""
    texts, check, mutations = FORMATS[name]
    rng = random.Random(SEED)
    came: Counter[str] = Counter()
    for i in range(count):
        text = mutations[i % len(mutations)](rng.choice(texts), rng)
        try:
            came["read" if check(text) else f"differs: {text!r}"] += 1
        except CausalError:
            came["refused"] += 1
        except Exception as error:
            came[f"{type(error).__name__}: {error}: {text!r}"] += 1
    return came


@pytest.mark.parametrize("name", FORMATS)
def test_the_originals_are_read_by_both(name: str) -> None:
    texts, check, _ = FORMATS[name]
    assert all(map(check, texts))


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("count", [GATE, pytest.param(LONG, marks=pytest.mark.long)])
def test_a_mutant_is_refused_or_read_alike(name: str, count: int) -> None:
    came = tried(name, count)
    assert set(came) == {"read", "refused"}, [each[:600] for each in came if each not in ("read", "refused")]
    assert min(came.values()) > count // 50
