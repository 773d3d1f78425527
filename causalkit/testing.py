"""Hypothesis strategies for distributions, graphs, models, interventions, evidence and events, for property tests of your own.

    @hypothesis.given(causalkit.testing.models())
    def test_something_holds_in_every_model(model): ...

Everything that is drawn prints as text that can be pasted back, and shrinks to few variables, few arrows and plain weights.
Nothing is drawn and thrown away: evidence has positive probability, and edits make no cycles, by construction.
"""

from __future__ import annotations

import inspect
import itertools
import keyword
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from causalkit.errors import MissingExtra, WrongShape
from causalkit.graphs.graph import Graph
from causalkit.mechanisms.constructors import choice, cpt, table
from causalkit.mechanisms.mechanism import Choice, Coupling, Mechanism
from causalkit.model import Model
from causalkit.values.dist import Dist, Value

try:
    from hypothesis import strategies as st
except ModuleNotFoundError:
    raise MissingExtra(
        "causalkit.testing and stop_button.testing need hypothesis, which is not installed; type: pip install 'causalkit[testing]'"
    ) from None

__all__ = [
    "AWKWARD_NAMES", "Event", "dags", "dists", "domains", "edits", "events", "evidence", "extensions", "interventions", "mechanisms",
    "models", "rules",
]  # fmt: skip

Domains = Mapping[str, Sequence[Value]]
Couplings = Collection[Coupling | None]
Some = Sequence[str] | None

AWKWARD_NAMES = ("wish[3]", "class", "two words", "x'", "b", "größe", "lambda", "1st", "a.b", "self")
"""Names that are allowed but that most code forgets about: for ``models(names=AWKWARD_NAMES)``."""

_NAMES = tuple("abcdefghijklmnopqrstuvwxyz")


@dataclass(frozen=True)
class Event:
    """An event: the values of some variables for which it holds. It is a function that ``prob`` and ``given`` take."""

    names: tuple[str, ...]
    holds: frozenset[tuple[Value, ...]]

    def __call__(self, *values: Value) -> bool:
        return values in self.holds

    @property
    def __signature__(self) -> inspect.Signature:
        return inspect.Signature([inspect.Parameter(name, inspect.Parameter.POSITIONAL_OR_KEYWORD) for name in self.names])


@st.composite
def dists(draw: st.DrawFn, values: Sequence[Value], *, full: bool = False, largest: int = 4) -> Dist:
    """A distribution over some of the values, or with ``full`` over all of them; weights are multiples of one small fraction.

    :param values: the values that may come up; shrinks to the first value alone (with ``full``: to equal weights).
    :param full: give every value a positive probability.
    :param largest: the greatest relative weight, a whole number from 1; the weights are whole numbers up to it.

    >>> from hypothesis import find
    >>> find(dists(["sun", "rain"]), lambda weather: "rain" in weather)
    Dist({'rain': '1'})
    >>> find(dists(["sun", "rain"], full=True), lambda full: full["rain"] > full["sun"])
    Dist({'sun': '1/3', 'rain': '2/3'})
    """
    least = 1 if full else 0
    shares = [least + share for share in draw(_digits(len(values), largest - least + 1))]
    shares = shares if any(shares) else [1, *shares[1:]]
    return Dist({value: Fraction(share, sum(shares)) for value, share in zip(values, shares, strict=True)})


def domains(max_domain: int = 3) -> st.SearchStrategy[tuple[Value, ...]]:
    """The values of one variable: two or more, up to ``max_domain``; numbers first, then truth values and words.

    >>> from hypothesis import find
    >>> find(domains(3), lambda domain: len(domain) == 3)
    (0, 1, 2)
    """
    sizes = range(2, max(max_domain, 2) + 1)
    words = ("low", "high", "middle", *(f"level {i}" for i in range(4, max_domain + 1)))
    return st.sampled_from([*(tuple(range(n)) for n in sizes), (False, True), *(words[:n] for n in sizes)])


@st.composite
def dags(draw: st.DrawFn, max_nodes: int = 5, *, names: Sequence[str] = _NAMES, min_nodes: int = 1, confounded: bool = False) -> Graph:
    """A causal graph whose names are a causal order; with ``confounded``, also pairs that share a latent cause.

    Shrinks to few nodes and few arrows.

    >>> from hypothesis import find
    >>> print(find(dags(), lambda graph: graph.children("a") and "c" in graph))
    c, a -> b
    """
    nodes = names[: draw(st.integers(min_nodes, max_nodes))]
    pairs = list(itertools.combinations(nodes, 2))
    return Graph(nodes, draw(_some(pairs)), draw(_some(pairs)) if confounded else [])


@st.composite
def mechanisms(
    draw: st.DrawFn, parents: Domains, domain: Sequence[Value], *, couplings: Couplings = (), deterministic: bool = True
) -> Mechanism | Dist:
    """How a variable with these values could listen to these parents: a ``Dist`` for no parents, else a table of either kind.

    :param parents: the parents' names to the values of each.
    :param domain: the variable's values, two or more; shrinks to a deterministic table of the first of them.
    :param couplings: the kinds of conditional tables that may come up beside deterministic ones (``None``: coupling not stated).
    :param deterministic: let deterministic tables come up; they do in any case where ``couplings`` is empty.

    >>> from hypothesis import find
    >>> find(mechanisms({"a": [0, 1]}, ["x", "y"]), lambda mechanism: True)
    table(['a'], {0: 'x', 1: 'x'}, domain=['x', 'y'])
    """
    if not parents:
        return draw(dists(domain, full=True))
    kinds: list[Any] = [*(["table"] if deterministic or not couplings else []), *couplings]
    kind = draw(st.sampled_from(kinds))
    inputs = list(itertools.product(*parents.values()))
    if kind == "table":
        rows = dict(zip(inputs, (domain[i] for i in draw(_digits(len(inputs), len(domain)))), strict=True))
        return table(list(parents), rows, domain=_unless_seen(domain, list(rows.values())))
    dists_ = {key: draw(dists(domain)) for key in inputs}
    seen = [] if kind == "monotone" else [value for dist in dists_.values() for value in dist]
    return cpt(list(parents), dists_, coupling=kind, domain=_unless_seen(domain, seen))


def _digits(count: int, base: int) -> st.SearchStrategy[list[int]]:
    """Numbers below ``base``; few enough are drawn as one, so that shrinking what comes before does not shift what comes after."""
    if base**count > 2**24:
        return st.lists(st.integers(0, base - 1), min_size=count, max_size=count)
    return st.integers(0, base**count - 1).map(lambda number: [number // base**k % base for k in reversed(range(count))])


def _unless_seen(domain: Sequence[Value], values: Sequence[Value]) -> Sequence[Value] | None:
    """The domain to declare: none when the rows show it already, which keeps what is printed short."""
    return None if tuple(dict.fromkeys(values)) == tuple(domain) else domain


@st.composite
def extensions(
    draw: st.DrawFn,
    model: Model | None,
    name: str,
    domain: Sequence[Value],
    *,
    parents: Some = None,
    max_parents: int = 3,
    couplings: Couplings = (),
    deterministic: bool = True,
    chosen: bool = False,
) -> Model:
    """The model with one more variable, which listens to ``parents`` or, when none are named, to some of the model's variables.

    With ``chosen`` the variable is an open choice that sees them. ``None`` stands for a model without variables. What has been
    done to the model and observed in it is not carried over.

    >>> from hypothesis import find
    >>> u = Model(u=Dist({0: "1/2", 1: "1/2"}))
    >>> find(extensions(u, "wish", ["stop", "free"], parents=["u"]), lambda extended: extended.prob(wish="free") > 0)
    Model(u=Dist({0: '1/2', 1: '1/2'}), wish=table(['u'], {0: 'stop', 1: 'free'}))
    """
    known: dict[str, Any] = {} if model is None else {each: model.mechanism(each) for each in model.names}
    listens = draw(_some(list(known), most=max_parents)) if parents is None else list(parents)
    if chosen:
        return Model({**known, name: choice(*domain, sees=listens)})
    heard = {parent: known[parent].domain for parent in listens}
    return Model({**known, name: draw(mechanisms(heard, domain, couplings=couplings, deterministic=deterministic))})


@st.composite
def models(
    draw: st.DrawFn,
    max_variables: int = 5,
    max_domain: int = 3,
    *,
    min_variables: int = 1,
    choices: int = 0,
    then: Domains | None = None,
    max_parents: int = 3,
    couplings: Couplings = (),
    deterministic: bool = True,
    names: Sequence[str] = _NAMES,
) -> Model:
    """A model: variables that listen to some of those before them, as tables, or to none, as noise.

    ``choices`` of the variables are open choices. ``then`` adds variables with given names and values behind the others, each
    listening to some of those before it. ``couplings`` and ``deterministic`` are those of ``mechanisms``; ``names`` are used in
    order, and ``WrongShape`` is raised when there are too few. Shrinks to few variables with few parents.

    >>> from hypothesis import find
    >>> find(models(), lambda with_parents: any(with_parents.parents(name) for name in with_parents.names))
    Model(a=Dist({0: '1/2', 1: '1/2'}), b=table(['a'], {0: 0, 1: 0}, domain=[0, 1]))
    >>> find(models(2, then={"wish": ["stop", "free"]}), lambda with_wish: True)
    Model(a=Dist({0: '1/2', 1: '1/2'}), wish=Dist({'stop': '1/2', 'free': '1/2'}))
    """
    most = max(max_variables, choices + 1)
    if len(names) < most:
        raise WrongShape(f"up to {most} variables need as many names, and got {len(names)}; pass names=[...] or a smaller max_variables")
    laws: dict[str, Any] = {}
    heard: dict[str, tuple[Value, ...]] = {}
    kinds: dict[str, Any] = {"couplings": couplings, "deterministic": deterministic}
    for i, name in enumerate(names[:most]):
        left = choices - sum(isinstance(law, Choice) for law in laws.values())
        chosen = [False] if i == 0 or not left else [True] if left == most - i else [True, False]
        step = draw(_step(heard, max_domain, max_parents, kinds, chosen, stop=i >= max(min_variables, 1) and not left))
        if step is None:
            break
        heard[name], laws[name] = step
    model = Model(laws)
    for name, domain in (then or {}).items():
        model = draw(extensions(model, name, domain, max_parents=max_parents, **kinds))
    return model


@st.composite
def _step(
    draw: st.DrawFn, heard: Domains, max_domain: int, max_parents: int, kinds: Mapping[str, Any], chosen: list[bool], *, stop: bool
) -> tuple[tuple[Value, ...], Any] | None:
    """The values and the mechanism of one more variable, or no more; all in one piece, so that shrinking can drop it."""
    if stop and not draw(st.integers(0, 3)):
        return None
    domain = draw(domains(max_domain))
    listens = draw(_some(list(heard), least=draw(st.integers(0, 1)), most=max_parents))
    if draw(st.sampled_from(chosen)):
        return domain, choice(*domain, sees=listens)
    return domain, draw(mechanisms({parent: heard[parent] for parent in listens}, domain, **kinds))


@st.composite
def rules(draw: st.DrawFn, model: Model, *, stochastic: bool = False) -> dict[str, Mechanism]:
    """A rule for every open choice of a model, for ``model.choose``; with ``stochastic``, rules that may draw lots.

    >>> from hypothesis import find
    >>> m = Model(u=Dist({0: "1/2", 1: "1/2"}), act=choice("go", "stay", sees=["u"]))
    >>> find(rules(m), lambda rule: m.choose(rule).prob(act="stay") > 0)
    {'act': table(['u'], {0: 'go', 1: 'stay'})}
    """
    found: dict[str, Mechanism] = {}
    for name in model.choices:
        seen = model.parents(name)
        inputs = list(itertools.product(*(model.domain(parent) for parent in seen)))
        options = model.domain(name)
        if stochastic:
            found[name] = cpt(seen, {key: draw(dists(options)) for key in inputs}, coupling="independent", domain=options)
        else:
            found[name] = table(seen, {key: draw(st.sampled_from(options)) for key in inputs})
    return found


@st.composite
def interventions(draw: st.DrawFn, model: Model, *, max_variables: int = 2, among: Some = None) -> dict[str, Value]:
    """Values for some variables, for ``model.do``: one variable or more.

    >>> from hypothesis import find
    >>> find(interventions(Model(u=Dist({0: "1/2", 1: "1/2"}))), lambda values: True)
    {'u': 0}
    """
    targets = draw(_some(list(among or model.names), least=1, most=max_variables))
    return {name: draw(st.sampled_from(model.domain(name))) for name in targets}


@st.composite
def edits(
    draw: st.DrawFn, model: Model, *, max_edits: int = 2, soft: bool = True, edges: bool = True, couplings: Couplings = ()
) -> dict[Any, Any]:
    """Edits for ``model.do`` or for a branch: values, with ``soft`` also new mechanisms, and with ``edges`` also edits of one arrow.

    New mechanisms listen to variables that come before in the model's causal order, so edits make no cycle, alone or one after the
    other. An arrow is not edited together with the variable that it points to.

    >>> from hypothesis import find
    >>> m = Model(u=Dist({0: "1/2", 1: "1/2"}), x=lambda u: 1 - u)
    >>> find(edits(m), lambda edit: list(edit) == ["x"] and m.do(edit).prob(x=0) == Fraction(1, 2))
    {'x': Dist({1: '1/2', 0: '1/2'})}
    """
    arrows = [(parent, child) for child in model.names for parent in model.parents(child)] if edges else []
    targets: list[Any] = draw(_some([*model.names, *arrows], least=1, most=max_edits))
    kept = [target for target in targets if not isinstance(target, tuple) or target[1] not in targets]
    return {target: draw(_edit(model, target, soft, couplings)) for target in kept}


@st.composite
def _edit(draw: st.DrawFn, model: Model, target: Any, soft: bool, couplings: Couplings) -> Any:
    changed, child = target if isinstance(target, tuple) else (target, target)
    domain = model.domain(changed)
    if not soft or not draw(st.booleans()):
        return draw(st.sampled_from(domain))
    order = list(model.graph.order)
    parents = draw(_some(order[: order.index(child)], most=2))
    return draw(mechanisms({parent: model.domain(parent) for parent in parents}, domain, couplings=couplings))


@st.composite
def evidence(draw: st.DrawFn, model: Model, *, max_variables: int = 2, among: Some = None, exactly: Some = None) -> dict[str, Value]:
    """Values of some variables (or ``exactly`` of those named) that have positive probability in the model as it stands, for ``given``.

    >>> from hypothesis import find
    >>> m = Model(u=Dist({0: "1/2", 1: "1/2"}), x=lambda u: 7)
    >>> find(evidence(m), lambda seen: len(seen) == 2)
    {'u': 0, 'x': 7}
    """
    names = draw(_some(list(among or model.names), least=1, most=max_variables)) if exactly is None else list(exactly)
    return dict(zip(names, _draw_joint(draw, model, names), strict=True))


def _draw_joint(draw: st.DrawFn, model: Model, names: Sequence[str]) -> tuple[Any, ...]:
    """Values of the named variables that can come up together."""
    support = model.dist(*names).support
    return draw(st.sampled_from([(value,) for value in support] if len(names) == 1 else support))


@st.composite
def events(draw: st.DrawFn, model: Model, *, max_variables: int = 2, possible: bool = False) -> Event:
    """An event on some variables, as a function; with ``possible`` one of positive probability.

    :param model: the model; only names that a function can have as arguments are used, and at least one of its names must be such.
    :param max_variables: the most variables that the event is about, from 1.
    :param possible: draw events of positive probability only.

    >>> from hypothesis import find
    >>> find(events(Model(u=Dist({0: "1/2", 1: "1/2"})), possible=True), lambda event: True)
    Event(names=('u',), holds=frozenset({(0,)}))
    """
    readable = [name for name in model.names if name.isidentifier() and not keyword.iskeyword(name)]
    names = tuple(draw(_some(readable, least=1, most=max_variables)))
    every = list(itertools.product(*(model.domain(name) for name in names)))
    holds = frozenset(draw(_some(every)))
    return Event(names, holds | {_draw_joint(draw, model, names)} if possible else holds)


def _some(items: Sequence[Any], *, least: int = 0, most: int | None = None) -> st.SearchStrategy[list[Any]]:
    """Some of the items, in their order; shrinks to few and early ones."""
    if not items:
        return st.just([])
    most = len(items) if most is None else min(most, len(items))
    places = st.lists(st.sampled_from(range(len(items))), unique=True, min_size=min(least, len(items)), max_size=most)
    return places.map(lambda found: [items[i] for i in sorted(found)])
