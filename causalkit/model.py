"""Structural causal models, closed under seeing (``given``) and doing (``do``)."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

from causalkit.arguments import checked
from causalkit.errors import Impossible, InvalidNumber, TooLarge, WrongShape
from causalkit.mechanisms.building import assembled, chosen, edited, listens_to
from causalkit.mechanisms.event import Quantity, check_name, event, named_values, quantities, quantity
from causalkit.mechanisms.mechanism import Choice, Mechanism
from causalkit.mechanisms.network import Edits, Elsewhere, Network, Reading
from causalkit.regime import Standing
from causalkit.values.dist import Dist
from causalkit.values.exact import Number, is_zero
from causalkit.values.render import html_table, html_text, keywords_text, latex_table, latex_text, text_table
from causalkit.wording import HEADER, Evidence, impossible_text, mechanism_rows, steps_text

if TYPE_CHECKING:
    from causalkit.branches import Branches
    from causalkit.engine.compiled_query import Contraction
    from causalkit.engine.compiling.plan import Plan
    from causalkit.engine.likelihood_weighting import Estimate
    from causalkit.engine.rule_expectation import OpenRatio
    from causalkit.graphs.graph import Graph

__all__ = ["Model"]

Value = Hashable


class Model:
    """A finite structural causal model, with what has been observed and done so far.

    Each variable is a mechanism: a ``Dist`` (noise), a function whose argument names are its parents, a ``table``, a ``cpt``,
    a ``choice``, or a constant. Names that are not identifiers come in a mapping. Variables may be declared in any order.
    Functions are tabulated when the model is built, over the domains of their parents.

    The order in which ``given`` and ``do`` are written is the order of the steps: ``m.given(e).do(x=1)`` asks what would have
    been (abduction, action, prediction); ``m.do(x=1).given(e)`` asks what is seen after doing. Source: [pearl2009], section 7.1.

    Raises ``InvalidName``, ``UnknownName`` (an unknown parent), ``CyclicModel``, ``MechanismFailed``, ``OutsideDomain``.

    >>> m = Model(rain=Dist({True: "1/4", False: "3/4"}), wet=lambda rain: rain)
    >>> m.prob(wet=True)
    Fraction(1, 4)
    >>> m.given(wet=True).do(rain=False).prob(wet=True)
    Fraction(0, 1)
    """

    def __init__(self, variables: Mapping[str, Any] | None = None, /, **named: Any) -> None:
        self._mechanisms: Mapping[str, Mechanism] = assembled(variables, named)
        self._edits = Edits()
        self._evidence: Evidence = ()
        self._network = Network(self._mechanisms)
        self._standing = Standing(self._network, self._edits, self._evidence)

    def _with(
        self, *, mechanisms: Mapping[str, Mechanism] | None = None, edits: Edits | None = None, evidence: Evidence | None = None
    ) -> Model:
        new = object.__new__(Model)
        new._mechanisms = self._mechanisms if mechanisms is None else mechanisms
        new._edits = self._edits if edits is None else edits
        new._evidence = self._evidence if evidence is None else evidence
        new._network = self._network if mechanisms is None else Network(mechanisms)
        new._standing = Standing(new._network, new._edits, new._evidence)
        return new

    # ---- what the model is

    @property
    def names(self) -> tuple[str, ...]:
        """The variables, in the order in which they were declared."""
        return tuple(self._mechanisms)

    @property
    def domains(self) -> Mapping[str, tuple[Value, ...]]:
        """The values that each variable can take."""
        return self._network.domains

    def domain(self, name: str) -> tuple[Value, ...]:
        """The values that a variable can take.

        >>> Model(rain=Dist({True: "1/4", False: "3/4"})).domain("rain")
        (True, False)
        """
        check_name(name, self.domains)
        return self.domains[name]

    def mechanism(self, name: str) -> Mechanism:
        """How a variable listens to its parents, after what has been done; functions are tables by now.

        >>> Model(a=1, b=lambda a: a + 1).mechanism("b")
        table(['a'], {1: 2})
        """
        check_name(name, self.domains)
        edit = self._edits.get(name, self._mechanisms[name])
        return self._mechanisms[name] if isinstance(edit, Elsewhere) else edit

    def parents(self, name: str) -> tuple[str, ...]:
        """The variables that a variable listens to, after what has been done.

        >>> Model(a=1, b=lambda a: a + 1).parents("b")
        ('a',)
        """
        check_name(name, self.domains)
        return listens_to(name, self._edits, self._mechanisms)

    @property
    def choices(self) -> tuple[str, ...]:
        """The decisions that are still open."""
        return tuple(name for name in self.names if isinstance(self.mechanism(name), Choice))

    @property
    def graph(self) -> Graph:
        """The causal graph, after what has been done."""
        from causalkit.graphs.graph import Graph

        return Graph.of({name: self.parents(name) for name in self.names})

    # ---- verbs

    def do(self, edits: Mapping[Any, Any] | None = None, /, **named: Any) -> Model:
        """The model after an intervention: each variable gets a value, or a new mechanism (a soft intervention).

        A key ``("parent", "child")`` edits one edge: only what that child sees of that parent, whatever its mechanism then is.
        Raises ``UnknownName``, ``UnknownValue``.

        >>> m = Model(rain=Dist({True: "1/4", False: "3/4"}), wet=lambda rain: rain)
        >>> m.do(rain=True).prob(wet=True), m.do(wet=lambda rain: not rain).prob(wet=True)
        (Fraction(1, 1), Fraction(3, 4))
        """
        return self._with(edits=edited(self._mechanisms, self._edits, named_values(edits, named), self.domains))

    def given(self, what: Any = None, /, **values: Value) -> Model:
        """The model after observing an event: values, or a function of the variables that its arguments name.

        Raises ``Impossible`` when the event has probability zero, ``UnknownName``, ``UnknownValue``.

        >>> m = Model(first=Dist({0: "1/2", 1: "1/2"}), second=Dist({0: "1/2", 1: "1/2"}))
        >>> m.given(lambda first, second: first + second > 0).prob(first=1)
        Fraction(2, 3)
        """
        seen = event(what, values, self.domains)
        new = self._with(evidence=(*self._evidence, (self._edits, seen)))
        try:
            if is_zero(new._standing.mass):
                raise Impossible(impossible_text(self._evidence, self._edits, seen))
        except TooLarge:
            return new  # what is too large to be checked is too large to be answered, but it can be estimated
        return new

    def choose(self, rules: Mapping[str, Any] | None = None, /, **named: Any) -> Model:
        """The model with open choices filled by rules: an option, a function of what the choice sees, a ``table`` or a ``cpt``.

        A rule becomes part of the model, and is no intervention. Raises ``WrongShape``, ``UnknownName``, ``OutsideDomain``.

        >>> from causalkit import choice
        >>> m = Model(rain=Dist({True: "1/4", False: "3/4"}), take=choice("coat", "hat", sees=["rain"]))
        >>> m.choose(take=lambda rain: "coat" if rain else "hat").prob(take="coat")
        Fraction(1, 4)
        """
        new = named_values(rules, named)
        opened = next((name for name in new if isinstance(self._edits.get(name), Choice)), None)
        if opened is not None:
            raise WrongShape(f"{opened!r} was opened by do, which stands in front of the model; fill it with .do({{{opened!r}: ...}})")
        return self._with(mechanisms=chosen(self._mechanisms, new, self.domains))

    def branches(self, branches: Mapping[str, Mapping[Any, Any]] | None = None, /, **named: Mapping[Any, Any]) -> Branches:
        """Several edits of this model that share one draw of noise; the branch ``fact`` is the model as it stands.

        >>> m = Model(rain=Dist({True: "1/4", False: "3/4"}), wet=lambda rain: rain)
        >>> m.branches(dry={"rain": False}).prob(lambda b: b.fact.wet and not b.dry.wet)
        Fraction(1, 4)
        """
        from causalkit.branches import Branches

        return Branches.of(self, named_values(branches, named))

    # ---- questions

    def prob(self, what: Any = None, /, **values: Value) -> Number:
        """The probability of an event, exactly.

        >>> Model(n=Dist({1: "1/2", 2: "1/2"})).prob(lambda n: n > 1)
        Fraction(1, 2)
        """
        return self._standing.prob(event(what, values, self.domains))

    def expect(self, what: str | Callable[..., Any], /) -> Number:
        """The mean of a variable, or of a function of variables, exactly.

        >>> Model(n=Dist({1: "1/2", 2: "1/2"})).expect("n")
        Fraction(3, 2)
        """
        asked = quantity(what, self.domains)
        try:
            return self._standing.dist(asked).expect()
        except InvalidNumber as error:
            raise InvalidNumber(f"the mean of {asked.text} needs numbers: {error}") from None

    def dist(self, *what: Any) -> Dist:
        """The distribution of a variable, of several (as tuples), or of a function of variables.

        >>> Model(n=Dist({1: "1/2", 2: "1/2"}), m=lambda n: -n).dist("n", "m")
        Dist({(1, -1): '1/2', (2, -2): '1/2'})
        """
        return self._standing.dist(quantities(what, self.domains))

    def by_rule(self, what: str | Callable[..., Any], /) -> OpenRatio:
        """The mean of a variable, or of a function of variables, for every way of filling the open choices: worked out once.

        One rule's mean is then a look-up, exactly, and the means of many stochastic rules are a matrix product. Values are numbers, or
        true and false. Raises ``TooLarge``, ``NeedsCoupling``.

        >>> from causalkit import choice
        >>> m = Model(rain=Dist({0: "3/4", 1: "1/4"}), hat=choice(0, 1, sees=["rain"]), wet=lambda rain, hat: rain and hat)
        >>> m.by_rule("wet")(hat=1)
        Fraction(1, 4)
        """
        from causalkit.engine.decision_tensor import every_rule

        asked = quantity(what, self.domains)
        try:
            return every_rule(self._observed(), self._reading(self._edits, asked))
        except InvalidNumber as error:
            raise InvalidNumber(f"the mean of {asked.text} needs numbers: {error}") from None

    def compile(self, what: str | Callable[..., Any], /, *, native: bool = False) -> Contraction:
        """The distribution of a variable, or of a function of variables, in float64, to be asked again with other observed values.

        The values that were observed may change from one asking to the next; what was done stays. ``native`` turns the question into
        machine code, for which the extra ``fast`` must be installed. Raises ``TooLarge``, ``OpenChoice``, ``NeedsCoupling``.

        >>> m = Model(n=Dist({1: "1/2", 2: "1/4", 3: "1/4"}), odd=lambda n: n % 2)
        >>> question = m.given(odd=0).compile("n")
        >>> question.values, question(0).tolist(), question(odd=1).tolist()
        ((1, 2, 3), [0.0, 1.0, 0.0], [0.6666666666666666, 0.0, 0.3333333333333333])
        """
        from causalkit.engine.compiled_query import contraction

        return contraction(self._observed(), self._reading(self._edits, quantity(what, self.domains)), native=native)

    def plan(self, what: str | Callable[..., Any], /) -> Plan:
        """How the distribution of a variable, or of a function of variables, would be computed and at what cost; nothing is computed.

        >>> print(Model(n=Dist({1: "1/2", 2: "1/2"})).plan("n"))
        strategy     enumeration: there are few runs
        nodes        1
        enumeration  at most 2 runs
        """
        from causalkit.engine.compiling.plan import plan

        return plan(self._observed(), self._reading(self._edits, quantity(what, self.domains)))

    @checked
    def estimate(self, what: str | Callable[..., Any], /, *, samples: int = 100_000, level: float = 0.95, seed: int = 0) -> Estimate:
        """The mean of a variable, or of a function of variables (true counts as 1), from samples: for what is too large to be exact.

        The answer is a float with an interval at the stated level, and says how many samples the evidence rejected.

        >>> found = Model(n=Dist({1: "1/2", 2: "1/2"})).estimate("n", samples=10_000)
        >>> found.low < 1.5 < found.high
        True
        """
        from causalkit.engine.likelihood_weighting import estimate

        asked = self._reading(self._edits, quantity(what, self.domains))
        return estimate(self._observed(), asked, samples=samples, level=level, seed=seed)

    def _observed(self) -> list[Reading]:
        return self._standing.observed()

    def _reading(self, edits: Edits, asked: Quantity) -> Reading:
        return self._standing.reading(asked, edits)

    # ---- how it prints

    def __reduce__(self) -> Any:
        return _rebuilt, (dict(self._mechanisms), self._edits, self._evidence)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Model) or (self._identity is not other._identity and self._identity != other._identity):
            return False
        other.__dict__["_identity"] = self._identity  # found to be equal once, they are not compared in depth again
        return True

    def __hash__(self) -> int:
        return hash(self._identity)

    @cached_property
    def _identity(self) -> Value:
        return frozenset(self._mechanisms.items()), self._edits, self._evidence

    def __repr__(self) -> str:
        inside = keywords_text({name: repr(mechanism) for name, mechanism in self._mechanisms.items()})
        return ".".join([f"Model({inside})", *self._steps()])

    def __str__(self) -> str:
        return "\n".join([text_table(HEADER, mechanism_rows(self._mechanisms)), *(f"after {step}" for step in self._steps())])

    def _repr_html_(self) -> str:
        from causalkit.plot import to_svg

        table = html_table(HEADER, mechanism_rows(self._mechanisms))
        return to_svg(self) + table + "".join(f"<p>after {html_text(step)}</p>" for step in self._steps())

    def _repr_latex_(self) -> str:
        return latex_table(HEADER, [[latex_text(cell) for cell in row] for row in mechanism_rows(self._mechanisms)])

    def _steps(self) -> list[str]:
        return steps_text(self._evidence, self._edits)


def _rebuilt(mechanisms: Mapping[str, Mechanism], edits: Edits, evidence: Evidence) -> Model:
    return Model(mechanisms)._with(edits=edits, evidence=evidence)
