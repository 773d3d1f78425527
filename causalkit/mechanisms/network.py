"""The branch network: one node for each different copy of a variable, shared by all branches that agree on it."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from causalkit.errors import NeedsCoupling
from causalkit.mechanisms.mechanism import CPT, Mechanism
from causalkit.values.dist import Value
from causalkit.values.frozen import Frozen

__all__ = ["BranchReference", "EdgeKey", "Edits", "NestedCounterfactual", "Network", "Node", "Reading", "UnknownNode", "closure", "ordered"]


class EdgeKey(tuple[str, str]):
    """An edit's key ``(parent, child)``: only what this child sees of this parent is edited."""

    __slots__ = ()


@dataclass(frozen=True)
class NestedCounterfactual:
    """The value that a variable takes under other edits: what makes a counterfactual nested."""

    edits: Edits
    variable: str


@dataclass(frozen=True)
class BranchReference:
    """An edit that sets a variable to the value that it, or another variable, has in another branch."""

    branch: str
    variable: str | None = None


Edits = Frozen[Any, Mechanism | NestedCounterfactual]
"""What has been done to a model: variables, or edges, to what stands in their place."""


class Node:
    """One copy of a variable: its mechanism and the copies that it listens to. Compared by identity."""

    __slots__ = ("mechanism", "parents", "variable")

    def __init__(self, variable: str, mechanism: Mechanism, parents: tuple[Node, ...]) -> None:
        self.variable, self.mechanism, self.parents = variable, mechanism, parents


class UnknownNode(BaseException):
    """Raised by a reading that asks for a node whose value is not known yet; the engine finds it and asks again."""

    def __init__(self, node: Node) -> None:
        self.node = node


class Reading(NamedTuple):
    """Something read off one run of the network: the nodes that it surely looks at, and the function that looks.

    ``wanted`` are the values of the nodes when all it asks is whether they are these; ``is_values`` says that what it reads are the
    nodes' values and nothing else, as a tuple where there are several nodes.
    """

    nodes: tuple[Node, ...]
    read: Callable[[Mapping[Node, Value]], Any]
    wanted: tuple[Value, ...] | None = None
    is_values: bool = False

    def truth(self) -> Reading:
        """Whether what is read is true."""
        return Reading(self.nodes, lambda values: bool(self.read(values)))


class Network:
    """Builds nodes for variables under edits; equal copies are one node, so branches share what edits do not touch.

    ``memory`` is room for what others work out about the network, each under a key of its own: it goes when the network goes, and
    stays behind when the network travels.
    """

    def __init__(self, mechanisms: Mapping[str, Mechanism]) -> None:
        self.mechanisms = mechanisms
        self.domains: Mapping[str, tuple[Value, ...]] = Frozen({name: mechanism.domain for name, mechanism in mechanisms.items()})
        self._found: dict[tuple[Edits, str], Node] = {}
        self._interned: dict[Hashable, Node] = {}
        self._laws: dict[tuple[str, Mechanism], Mechanism] = {}
        self.memory: dict[Hashable, Any] = {}

    def __reduce__(self) -> Any:
        return Network, (dict(self.mechanisms),)

    def node(self, edits: Edits, variable: str) -> Node:
        """The copy of a variable in the branch with these edits."""
        known = self._found.get((edits, variable))
        if known is not None:
            return known
        stack = [(edits, variable)]
        while stack:
            key = stack[-1]
            missing = [need for need in self._needs(*key) if need not in self._found]
            if missing:
                stack.extend(missing)
            else:
                self._found[stack.pop()] = self._built(*key)
        return self._found[edits, variable]

    def _needs(self, edits: Edits, variable: str) -> list[tuple[Edits, str]]:
        """The copies that one copy is made from."""
        edit = edits.get(variable, self.mechanisms[variable])
        if isinstance(edit, NestedCounterfactual):
            return [(edit.edits, edit.variable)]
        needs = []
        for parent in edit.parents:
            seen = edits.get(EdgeKey((parent, variable)))
            if isinstance(seen, NestedCounterfactual):
                needs.append((seen.edits, seen.variable))
            else:
                needs.extend([(edits, parent)] if seen is None else [(edits, p) for p in seen.parents])
        return needs

    def _built(self, edits: Edits, variable: str) -> Node:
        edit = edits.get(variable, self.mechanisms[variable])
        if isinstance(edit, NestedCounterfactual):
            return self._found[edit.edits, edit.variable]
        return self._intern(variable, edit, tuple(self._seen(edits, parent, variable) for parent in edit.parents))

    def _seen(self, edits: Edits, parent: str, child: str) -> Node:
        seen = edits.get(EdgeKey((parent, child)))
        if seen is None:
            return self._found[edits, parent]
        if isinstance(seen, NestedCounterfactual):
            return self._found[seen.edits, seen.variable]
        return self._intern(parent, seen, tuple(self._found[edits, p] for p in seen.parents))

    def _intern(self, variable: str, mechanism: Mechanism, parents: tuple[Node, ...]) -> Node:
        """The copy that is there, or a new one.

        Equal mechanisms of a variable are one, the model's own if it is among them: rows with one draw must list its outcomes in one order,
        and the values of a variable stand in the order of its domain.
        """
        own = self.mechanisms.get(variable)
        law = own if own is mechanism or own == mechanism else self._laws.setdefault((variable, mechanism), mechanism)
        return self._interned.setdefault((variable, law, parents), Node(variable, law, parents))


def ordered(nodes: Iterable[Node], known: Iterable[Node] = ()) -> list[Node]:
    """The nodes and all that they listen to, parents first, without those already known.

    Raises ``NeedsCoupling`` when one draw of a conditional table without a coupling would be needed in two different copies.
    """
    before = dict.fromkeys(known)
    done = closure(nodes, before)
    _check_couplings(done)
    return done[len(before) :]


def closure(nodes: Iterable[Node], known: Iterable[Node] = ()) -> list[Node]:
    """The nodes known, then these and all that they listen to, parents first; couplings are not looked at."""
    done = dict.fromkeys(known)
    stack = list(nodes)[::-1]
    while stack:
        node = stack[-1]
        missing = [parent for parent in node.parents if parent not in done]
        if node in done or not missing:
            done.setdefault(stack.pop())
        else:
            stack.extend(missing[::-1])
    return list(done)


def _check_couplings(nodes: Iterable[Node]) -> None:
    copies: dict[Hashable, Node] = {}
    for node in nodes:
        mechanism = node.mechanism
        if isinstance(mechanism, CPT) and mechanism.coupling is None and copies.setdefault((node.variable, mechanism), node) is not node:
            raise NeedsCoupling(
                f"{node.variable!r} is a conditional table whose noise would be shared by branches in which "
                f"{', '.join(mechanism.parents)} differ{'s' if len(mechanism.parents) == 1 else ''}, and the table alone does not say how; "
                "build it with cpt(..., coupling='monotone') or cpt(..., coupling='independent'), or as a function of explicit noise; "
                "read(..., coupling='monotone') states it for the tables of a file, and causalkit.bounds needs none"
            )
