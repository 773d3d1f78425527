"""The UAI format (the header ``BAYES``), read digit by digit.

Variables are named ``var_0``, ``var_1``, ...; values are 0, 1, .... In a table the child is the last variable of its scope and changes
fastest, as the format says. pgmpy 1.1 writes UAI tables with the child changing slowest, and does not read back what it wrote;
such files are refused here, because their rows do not sum to 1.

Source: [uai2022].
"""

from __future__ import annotations

import math
import re
from fractions import Fraction

from causalkit.documents.plain import plain_mechanisms
from causalkit.errors import WrongShape
from causalkit.model import Model
from causalkit.networks.building import recorded
from causalkit.networks.record import Network, Node
from causalkit.networks.texts import Numbers, Scanner, decimal_text

__all__ = ["read_uai", "write_uai"]

BLANKS = re.compile(r"(?:\s+|#[^\n]*)*+")
WORD = re.compile(r"[^\s#]+")

MOST_VARIABLES = 1_000_000


def read_uai(text: str) -> Network:
    """The record of a UAI text; raises ``WrongText`` with line and column.

    >>> read_uai("BAYES 2 2 2 2 1 0 2 0 1 2 .25 .75 4 1 0 .5 .5").nodes[1].parents
    ('var_0',)
    """
    return _Reader(text).network()


class _Reader(Scanner):
    def __init__(self, text: str) -> None:
        super().__init__(text, BLANKS)
        self.numbers = Numbers()

    def network(self) -> Network:
        at, head = self.word()
        if head != "BAYES":
            self.fail("it does not begin with BAYES; only Bayesian networks are causal models", at)
        sizes = [self.count(f"the size of variable {i}") for i in range(self.count("the number of variables", MOST_VARIABLES))]
        scopes = [self.scope(i, len(sizes)) for i in range(self.count("the number of tables", MOST_VARIABLES))]
        if sorted(scope[-1] for scope, _ in scopes) != list(range(len(sizes))):
            self.fail("every variable must be the last one in the scope of exactly one table", scopes[0][1] if scopes else self.skip())
        nodes = [self.table(scope, at, sizes) for scope, at in scopes]
        if not self.done():
            self.fail("there is more text behind the last table", self.at)
        return Network(tuple(sorted(nodes, key=lambda node: int(node.name.removeprefix("var_")))))

    def word(self) -> tuple[int, str]:
        at = self.skip()
        match = self.take(WORD)
        return at, match[0] if match else "nothing"

    def count(self, what: str, most: int = 10**9 - 1) -> int:
        at, word = self.word()
        if not re.fullmatch("[0-9]{1,9}", word) or int(word) > most:
            self.fail(f"{_shown(word)} stands where {what} was expected", at)
        return int(word)

    def scope(self, table: int, variables: int) -> tuple[list[int], int]:
        at = self.skip()
        size = self.count(f"the size of table {table}'s scope", max(variables, 1))
        scope = [self.count(f"a variable of table {table}") for _ in range(size)]
        if not scope or max(scope) >= variables or len(set(scope)) < len(scope):
            self.fail(f"the scope of table {table} is {scope}, and it must name one or more different variables below {variables}", at)
        return scope, at

    def table(self, scope: list[int], place: int, sizes: list[int]) -> Node:
        *parents, child = scope
        name, size = f"var_{child}", sizes[child]
        at = self.skip()
        count = self.count(f"the number of entries of the table of {name}")
        expected = math.prod(sizes[i] for i in scope)
        if count != expected:
            self.fail(f"the table of {name} has {count} entries, and its scope asks for {expected}", at)
        if not size:
            self.fail(f"{name!r} has no states", place)
        rows: list[tuple[Fraction, ...]] = []
        lines: list[int] = []
        for _ in range(count // size):
            lines.append(self.line(self.skip()))
            rows.append(self.numbers.row(tuple(self.weight(name) for _ in range(size))) or ())
        named = tuple(f"var_{i}" for i in parents)
        return Node(name, "chance", tuple(range(size)), named, tuple(rows), tuple(lines), self.place(place))

    def weight(self, name: str) -> str:
        at, word = self.word()
        if self.numbers.number(word) is None:
            self.fail(f"{_shown(word)} stands where a number of the table of {name} was expected", at)
        return word


def _shown(word: str) -> str:
    return repr(word if len(word) <= 40 else f"{word[:37]}...")


def write_uai(model: Model) -> str:
    r"""A model as UAI text; raises ``WrongShape`` unless its variables are ``var_0``, ``var_1``, ... with values 0, 1, ... and decimals.

    >>> from causalkit import Dist
    >>> write_uai(Model(var_0=Dist({0: "1/4", 1: "3/4"})))
    'BAYES\n1\n2\n1\n1 0\n\n2\n 0.25 0.75\n'
    """
    plain_mechanisms(model, "file", "read(path)")
    for i, name in enumerate(model.names):
        values = model.domain(name)
        plain = all(type(value) is int for value in values) and values == tuple(range(len(values)))
        if name != f"var_{i}" or not plain:
            raise WrongShape(
                f"a UAI file has no names: its variables are var_0, var_1, ... with values 0, 1, ..., and found {name!r} with "
                f"{', '.join(map(repr, values))} in place of var_{i}; write another format, such as .bif"
            )
    network = recorded(model, names=lambda text: True, labels=lambda text: True, numbered=True)
    noted = next((node for node in network.nodes if node.note), None)
    if noted is not None:
        raise WrongShape(
            f"a UAI file cannot hold {noted.name!r} as it is: {model.mechanism(noted.name)!r}; write another format, such as .bif"
        )
    scopes = [[int(name.removeprefix("var_")) for name in (*node.parents, node.name)] for node in network.nodes]
    lines = ["BAYES", str(len(network.nodes)), " ".join(str(len(node.states)) for node in network.nodes), str(len(network.nodes))]
    lines += [" ".join(map(str, [len(scope), *scope])) for scope in scopes]
    for node in network.nodes:
        lines += ["", str(len(node.rows) * len(node.states)), *(" " + " ".join(map(decimal_text, row)) for row in node.rows)]
    return "\n".join([*lines, ""])
