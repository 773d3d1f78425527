"""What a picture of a model shows, before anything is placed or painted: boxes with their words, arrows, roles."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Literal

from causalkit.errors import UnknownName, WrongShape, suggestion
from causalkit.graphs.graph import Graph
from causalkit.mechanisms.mechanism import CPT, Choice, Constant, Mechanism, Noise
from causalkit.mechanisms.network import EdgeKey, Edits, NestedCounterfactual, Node, Reading, UnknownNode
from causalkit.regime import Regime

__all__ = [
    "MEANINGS",
    "Link",
    "Mark",
    "Meaning",
    "Picture",
    "acyclic",
    "is_network",
    "mark_of",
    "observed",
    "picture_of",
    "roles_checked",
    "steps_on",
    "with_path",
]

Tone = Literal["plain", "noise", "copy"]
Style = Literal["arrow", "cut", "copy", "marked"]

Meaning = Literal["marked", "noise", "cut", "copy", "pair"]

MEANINGS: Mapping[Meaning, str] = {
    "noise": "noise", "cut": "cut by an intervention", "copy": "value from another branch", "pair": "unseen common cause",
}  # fmt: skip
"""What lines and pale boxes mean, in a legend."""

DECISIONS = {"decision", "action", "choice"}
PAYOFFS = {"utility", "value", "reward", "payoff"}
MOST_TRIALS = 20_000
MOST_VALUES = 3


@dataclass(frozen=True)
class Mark:
    """One box: its words, its shape, the role that colours it, and whether it was set or observed."""

    lines: tuple[str, ...]
    shape: str = "rounded"
    role: str | None = None
    tone: Tone = "plain"
    set: bool = False
    seen: bool = False

    def told(self, seen: str | None, done: Sequence[str], *, seen_first: bool = True) -> Mark:
        """The box with what was observed and done in place of its name, in the order of the steps."""
        words = [f"given {seen}"] if seen else []
        lines = [*words, *done] if seen_first else [*done, *words]
        return replace(self, lines=tuple(lines) or self.lines, set=bool(done), seen=bool(words))


@dataclass(frozen=True)
class Link:
    """One arrow; a cut one stands for what an intervention took away, a copy for a value taken from another branch."""

    start: str
    end: str
    style: Style = "arrow"


@dataclass(frozen=True)
class Picture:
    """Boxes, arrows, pairs with an unseen common cause, and the roles in order of appearance."""

    marks: Mapping[str, Mark]
    links: tuple[Link, ...]
    pairs: tuple[tuple[str, str], ...] = ()
    roles: tuple[str, ...] = field(default=())
    path_label: str = "path"

    @property
    def key(self) -> dict[Meaning, str]:
        """The kinds of lines and pale boxes that the picture has, each with what it means, for a legend."""
        styles = {link.style for link in self.links}
        there: dict[Meaning, bool] = {
            "marked": "marked" in styles,
            "noise": any(mark.tone == "noise" for mark in self.marks.values()),
            "cut": "cut" in styles,
            "copy": "copy" in styles,
            "pair": bool(self.pairs),
        }
        said = {**MEANINGS, "marked": self.path_label}
        return {kind: said[kind] for kind, is_there in there.items() if is_there}


def with_path(picture: Picture, path: Sequence[str], label: str = "path") -> Picture:
    """The picture with the arrows along a path marked, and what the path is called in the legend.

    Raises ``UnknownName`` for a step that is no arrow of the picture.
    """
    steps = set(pairwise(path))
    missing = [step for step in steps if step not in {(link.start, link.end) for link in picture.links}]
    if missing:
        raise UnknownName(f"{' -> '.join(missing[0])} is no arrow of the picture; a path follows arrows, from cause to effect")
    links = tuple(replace(link, style="marked") if (link.start, link.end) in steps else link for link in picture.links)
    return replace(picture, links=links, path_label=label)


def picture_of(drawn: Regime | Graph, roles: Mapping[str, str] | None = None) -> Picture:
    """The picture of a regime, with what was done and observed, or of a graph.

    >>> from causalkit import coin
    >>> picture = picture_of(Regime.of({"rain": coin("1/4"), "wet": lambda rain: rain}).do({"wet": True}))
    >>> picture.marks["wet"].lines, picture.links
    (('do(wet=True)',), (Link(start='rain', end='wet', style='cut'),))
    """
    if isinstance(drawn, Graph):
        played = roles_checked(roles, drawn.nodes)
        marks: dict[str, Mark] = {name: mark_of(name, None, played.get(name)) for name in drawn.nodes}
        links = tuple(Link(a, b) for a, b in drawn.edges)
        return Picture(marks, links, drawn.confounded, tuple(dict.fromkeys(played.values())))
    if not isinstance(drawn, Regime):
        raise WrongShape(
            f"{type(drawn).__name__} cannot be drawn; draw takes a Model or a Graph, draw_branches takes Branches; "
            "type draw(Graph.from_networkx(...)) for a networkx graph"
        )
    return _of_regime(drawn, roles_checked(roles, list(drawn.mechanisms)))


def _of_regime(regime: Regime, roles: Mapping[str, str]) -> Picture:
    seen: dict[str, str] = {}
    for node, text in observed(regime.observed).items():
        seen.setdefault(node.variable, text)
    seen_first = not any(edits == regime.edits for edits, _ in regime.evidence)
    network = is_network(regime.mechanisms.values())
    marks: dict[str, Mark] = {}
    for name, mechanism in regime.mechanisms.items():
        mark = mark_of(name, mechanism, roles.get(name), network=network)
        marks[name] = mark.told(seen.get(name), steps_on(name, mechanism, regime.edits), seen_first=seen_first)
    return Picture(marks, tuple(_links(regime)), (), tuple(dict.fromkeys(roles.values())))


def _links(regime: Regime) -> list[Link]:
    """The arrows of a regime, and those that an intervention cut, as far as they make no circle."""
    kept = [(parent, name) for name in regime.mechanisms for parent in regime.parents(name)]
    before = [(parent, name) for name, mechanism in regime.mechanisms.items() for parent in mechanism.parents]
    cut = acyclic(kept, [pair for pair in before if pair not in kept])
    return [*(Link(a, b) for a, b in kept), *(Link(a, b, "cut") for a, b in cut)]


def acyclic(kept: Sequence[tuple[str, str]], more: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """Those of the further pairs that can join the kept ones, one after the other, without closing a circle.

    >>> acyclic([("a", "b")], [("b", "c"), ("c", "a")])
    [('b', 'c')]
    """
    after: dict[str, set[str]] = {}
    for a, b in kept:
        after.setdefault(a, set()).add(b)
    added = []
    for a, b in more:
        if a != b and not _leads(b, a, after):
            after.setdefault(a, set()).add(b)
            added.append((a, b))
    return added


def _leads(start: str, end: str, after: Mapping[str, set[str]]) -> bool:
    seen, waiting = {start}, [start]
    while waiting:
        new = after.get(waiting.pop(), set()) - seen
        seen |= new
        waiting.extend(new)
    return end in seen


# ---- words


def mark_of(name: str, mechanism: Mechanism | None = None, role: str | None = None, *, network: bool = True) -> Mark:
    """The box of a variable by itself; in a Bayesian network roots are no noise."""
    pale = isinstance(mechanism, Noise) and role is None and not network
    return Mark((name,), shape_of(mechanism, role, pale), role, "noise" if pale else "plain")


def shape_of(mechanism: Mechanism | None, role: str | None, pale: bool) -> str:
    """Decisions are rectangles, payoffs hexagons, noise ellipses, the rest rounded boxes."""
    if isinstance(mechanism, Choice) or role in DECISIONS:
        return "box"
    if role in PAYOFFS:
        return "hexagon"
    return "ellipse" if pale else "rounded"


def is_network(mechanisms: Iterable[Mechanism]) -> bool:
    """Whether a model is a Bayesian network, all tables of probabilities, where a root is a variable like any other and not noise."""
    listening = [one for one in mechanisms if one.parents and not isinstance(one, Choice)]
    return bool(listening) and all(isinstance(one, CPT) for one in listening)


def steps_on(name: str, mechanism: Mechanism, edits: Edits, titles: Mapping[Edits, str] | None = None) -> list[str]:
    """What was done to a variable, and to the arrows into it, as short texts."""
    edit = edits.get(name)
    law = mechanism if edit is None else edit
    own = [name if edit is None else f"do({name}{_edit_words(edit, titles)})"]
    arrows = [] if isinstance(law, NestedCounterfactual) else [(parent, edits.get(EdgeKey((parent, name)))) for parent in law.parents]
    through = [f"sees {parent}{_edit_words(found, titles)}" for parent, found in arrows if found is not None]
    return [*own, *through] if through or edit is not None else []


def _edit_words(edit: Mechanism | NestedCounterfactual, titles: Mapping[Edits, str] | None) -> str:
    if isinstance(edit, Constant):
        return f"={shown(edit.value)}"
    if isinstance(edit, NestedCounterfactual):
        return f" as in {titles[edit.edits]}" if titles and edit.edits in titles else " as elsewhere"
    return ": new mechanism"


def shown(value: Hashable) -> str:
    """A value as one line of text, without the quotation marks of text.

    >>> shown("stop"), shown(" "), shown("a  b")
    ('stop', "' '", 'a b')
    """
    return " ".join(str(value).split()) or repr(value)


def roles_checked(roles: Mapping[str, str] | None, names: Sequence[str]) -> dict[str, str]:
    """Variables with their roles; raises ``UnknownName`` for a variable that is not there, ``WrongShape`` for what is no text.

    >>> roles_checked({"wish": "intent"}, ["doubt", "wish"])
    {'wish': 'intent'}
    """
    if roles is not None and not isinstance(roles, Mapping):
        raise WrongShape(f"roles are {roles!r}, expected a mapping from variables to roles; type roles={{{names[0]!r}: 'intent'}}")
    for name, role in (roles or {}).items():
        if name not in names:
            turned = f"; roles go from variables to roles, type roles={{{role!r}: {name!r}}}" if role in names else suggestion(name, names)
            raise UnknownName(f"{name!r} has a role and is not in the picture; it has: {', '.join(names)}{turned}")
        if not isinstance(role, str):
            raise WrongShape(f"the role of {name!r} is {role!r}; a role is a text, such as 'intent'")
    return dict(roles or {})


# ---- evidence


def observed(readings: Sequence[Reading]) -> dict[Node, str]:
    """For every copy that the evidence reads, what it says of it: ``wish=stop``, or a word that it was read.

    Works by running the events on every combination of the values that they ask for, up to a limit.
    """
    found: dict[Node, str] = {}
    for reading in readings:
        for node, values in _accepted(reading).items():
            found[node] = _seen_words(node, values)
    return found


def _accepted(reading: Reading) -> dict[Node, list[Hashable] | None]:
    """The values of each copy with which the event can hold; ``None`` where the limit was reached or they hang together."""
    found: dict[Node, dict[Hashable, None]] = {}
    holds: list[dict[Node, Hashable]] = []
    waiting: list[dict[Node, Hashable]] = [{}]
    runs = 0
    while waiting and runs < MOST_TRIALS:
        values, runs = waiting.pop(), runs + 1
        missing, held = _run(reading, values)
        holds += [values] if held else []
        if missing is not None:
            found.setdefault(missing, {})
            waiting += [{**values, missing: value} for value in missing.mechanism.domain]
    for values in holds:
        for node, value in values.items():
            found[node][value] = None
    whole = not waiting and (len(found) == 1 or all(len(values) == 1 for values in found.values()))
    return {node: list(values) if whole or (len(values) == 1 and not waiting) else None for node, values in found.items()}


def _run(reading: Reading, values: Mapping[Node, Hashable]) -> tuple[Node | None, bool]:
    """The copy whose value is missing, and whether the event holds."""
    missing = next((node for node in reading.nodes if node not in values), None)
    if missing is not None:
        return missing, False
    try:
        return None, bool(reading.read(values))
    except UnknownNode as need:
        return need.node, False
    except Exception:
        return None, False  # The model was conditioned on this event already, so these values never come together.


def _seen_words(node: Node, values: Sequence[Hashable] | None) -> str:
    if values is None or len(values) > MOST_VALUES:
        return f"an event on {node.variable}"
    if len(values) == 1:
        return f"{node.variable}={shown(values[0])}"
    ordered = [value for value in node.mechanism.domain if value in values]
    return f"{node.variable} in {{{', '.join(map(shown, ordered))}}}"
