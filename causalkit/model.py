"""Structural causal models, closed under seeing (``given``) and doing (``do``)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from causalkit import engine
from causalkit.branches import Branches
from causalkit.errors import WrongShape
from causalkit.graphs.graph import Graph
from causalkit.mechanisms.event import check_name, event, named_values, quantities, quantity
from causalkit.mechanisms.mechanism import Choice, Mechanism
from causalkit.regime import HEADER, Regime
from causalkit.values.arguments import checked
from causalkit.values.dist import Dist, Value
from causalkit.values.exact import Number
from causalkit.values.pictures import NOT_DRAWN, no_attribute, picture
from causalkit.values.render import html_table, html_text, keywords_text, latex_table, latex_text, text_table
from causalkit.values.tables import frame_of_values

if TYPE_CHECKING:
    import pandas

    from causalkit.engine.compiled_query import CompiledQuery
    from causalkit.engine.compiling.plan import Plan
    from causalkit.engine.likelihood_weighting import Estimate
    from causalkit.engine.most_probable import MostProbable
    from causalkit.engine.rule_expectation import RuleExpectation

__all__ = ["Model"]


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
        self._regime = Regime.of(variables, named)

    @classmethod
    def of(cls, regime: Regime) -> Model:
        """The model that stands in a regime: with these mechanisms, edits and observations.

        >>> m = Model(rain=Dist({True: "1/4", False: "3/4"})).do(rain=True)
        >>> Model.of(m.regime) == m
        True
        """
        model = object.__new__(cls)
        model._regime = regime
        return model

    @property
    def regime(self) -> Regime:
        """The mechanisms, what has been done and what has been seen, as one value."""
        return self._regime

    # ---- what the model is

    @property
    def names(self) -> tuple[str, ...]:
        """The variables, in the order in which they were declared."""
        return tuple(self._regime.mechanisms)

    @property
    def domains(self) -> Mapping[str, tuple[Value, ...]]:
        """The values that each variable can take."""
        return self._regime.domains

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
        return self._regime.mechanism(name)

    def parents(self, name: str) -> tuple[str, ...]:
        """The variables that a variable listens to, after what has been done.

        >>> Model(a=1, b=lambda a: a + 1).parents("b")
        ('a',)
        """
        return self._regime.parents(name)

    @property
    def choices(self) -> tuple[str, ...]:
        """The decisions that are still open."""
        return tuple(name for name in self.names if isinstance(self.mechanism(name), Choice))

    @property
    def graph(self) -> Graph:
        """The causal graph, after what has been done."""
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
        return Model.of(self._regime.do(named_values(edits, named)))

    def given(self, what: Any = None, /, **values: Value) -> Model:
        """The model after observing an event: values, or a function of the variables that its arguments name.

        Raises ``Impossible`` when the event has probability zero, ``UnknownName``, ``UnknownValue``.

        >>> m = Model(first=Dist({0: "1/2", 1: "1/2"}), second=Dist({0: "1/2", 1: "1/2"}))
        >>> m.given(lambda first, second: first + second > 0).prob(first=1)
        Fraction(2, 3)
        """
        return Model.of(self._regime.given(event(what, values, self.domains)))

    def choose(self, rules: Mapping[str, Any] | None = None, /, **named: Any) -> Model:
        """The model with open choices filled by rules: an option, a function of what the choice sees, a ``table`` or a ``cpt``.

        A rule becomes part of the model, and is no intervention. Raises ``WrongShape``, ``UnknownName``, ``OutsideDomain``.

        >>> from causalkit import choice
        >>> m = Model(rain=Dist({True: "1/4", False: "3/4"}), take=choice("coat", "hat", sees=["rain"]))
        >>> m.choose(take=lambda rain: "coat" if rain else "hat").prob(take="coat")
        Fraction(1, 4)
        """
        return Model.of(self._regime.choose(named_values(rules, named)))

    def branches(self, branches: Mapping[str, Mapping[Any, Any]] | None = None, /, **named: Mapping[Any, Any]) -> Branches:
        """Several edits of this model that share one draw of noise; the branch ``fact`` is the model as it stands.

        >>> m = Model(rain=Dist({True: "1/4", False: "3/4"}), wet=lambda rain: rain)
        >>> m.branches(dry={"rain": False}).prob(lambda b: b.fact.wet and not b.dry.wet)
        Fraction(1, 4)
        """
        return Branches.of(self._regime, named_values(branches, named))

    # ---- questions

    def prob(self, what: Any = None, /, **values: Value) -> Number:
        """The probability of an event, exactly.

        >>> Model(n=Dist({1: "1/2", 2: "1/2"})).prob(lambda n: n > 1)
        Fraction(1, 2)
        """
        return self._regime.prob(event(what, values, self.domains))

    @checked
    def expect(self, what: str | Callable[..., Any], /) -> Number:
        """The mean of a variable, or of a function of variables, exactly.

        >>> Model(n=Dist({1: "1/2", 2: "1/2"})).expect("n")
        Fraction(3, 2)
        """
        target = quantity(what, self.domains)
        with target.averaged():
            return self._regime.dist(target).expect()

    @checked
    def dist(self, *what: Any) -> Dist:
        """The distribution of a variable, of several (as tuples), or of a function of variables.

        >>> Model(n=Dist({1: "1/2", 2: "1/2"}), m=lambda n: -n).dist("n", "m")
        Dist({(1, -1): '1/2', (2, -2): '1/2'})
        """
        return self._regime.dist(quantities(what, self.domains))

    @checked
    def samples(self, count: int, *, of: Sequence[str] | None = None, seed: int = 0) -> pandas.DataFrame:
        """Draws of variables together, as a pandas table: each row an independent draw from their exact joint distribution.

        :param count: how many rows, 0 or more.
        :param of: the names of the variables; all if left out.
        :param seed: of the draws; the same seed draws the same rows.
        :returns: a frame with a column for each variable.
        :raises TooLarge: where the joint distribution is too large to be listed; name fewer variables. ``WrongShape``, ``UnknownName``.

        >>> len(Model(rain=Dist({True: "1/4", False: "3/4"}), wet=lambda rain: rain).samples(5))
        5
        """
        names = list(self.names) if of is None else list(of)
        drawn = self.dist(*names).sample(count, seed=seed)
        rows: list[Any] = [(row,) for row in drawn] if len(names) == 1 else list(drawn)
        return frame_of_values(rows, {name: self.domains[name] for name in names}, names)

    @checked
    def marginals(self, *, floats: bool = False) -> Mapping[str, Mapping[Value, Any]]:
        """The distribution of every variable, given what was seen and after what was done: one pass over a join tree, as a rule.

        Parameters: ``floats`` asks for float64 instead of fractions, without a bound of the rounding error; nothing is subtracted.

        Returns a mapping from names to ``Dist``, or with ``floats`` to floats by values, those left out that are zero as a float.

        Raises ``TooLarge`` before anything is computed, ``OpenChoice``, ``NeedsCoupling``; with ``floats`` ``InvalidNumber`` for symbols
        and for evidence less likely than floats hold.

        >>> m = Model(rain=Dist({True: "1/4", False: "3/4"}), wet=lambda rain: rain)
        >>> m.given(wet=True).marginals()["rain"], m.marginals(floats=True)["wet"]
        (Dist({True: '1'}), {True: 0.25, False: 0.75})
        """
        return self._regime.float_marginals() if floats else self._regime.marginals()

    @checked
    def most_probable(self, m: int = 1) -> MostProbable:
        """The values of all variables that are likeliest together, given what was seen and after what was done: the most probable
        explanation, and those that come next.

        Parameters: ``m`` is how many are wanted, at least 1; fewer come back when no more have a positive probability.

        Returns the assignments with their probabilities, the likeliest first, and the exact number of ties for the first place.

        Raises ``TooLarge`` before anything is computed, ``OpenChoice``, ``NeedsCoupling``, ``InvalidNumber`` for symbols, ``WrongShape``.

        Source: [nilsson1998].

        >>> m = Model(rain=Dist({True: "1/4", False: "3/4"}), hat=Dist({True: "1/2", False: "1/2"}), wet=lambda rain, hat: rain and not hat)
        >>> print(m.most_probable(2), m.most_probable().ties)
        probability   rain    hat    wet
        3/8          False   True  False
        3/8          False  False  False 2
        """
        if m < 1:
            raise WrongShape(f"the {m!r} most probable assignments are asked for; ask for 1 or more")
        return self._regime.most_probable(m)

    @property
    def mass(self) -> Number:
        """The probability of what has been observed, each observation after what had been done by then; 1 when nothing has.

        >>> Model(rain=Dist({True: "1/4", False: "3/4"})).given(rain=True).mass
        Fraction(1, 4)
        """
        return self._regime.mass

    @checked
    def by_rule(self, what: str | Callable[..., Any], /) -> RuleExpectation:
        """The mean of a variable, or of a function of variables, for every way of filling the open choices: worked out once.

        One rule's mean is then a look-up, exactly, and the means of many stochastic rules are a matrix product. Values are numbers, or
        true and false. Raises ``TooLarge``, ``NeedsCoupling``.

        >>> from causalkit import choice
        >>> m = Model(rain=Dist({0: "3/4", 1: "1/4"}), hat=choice(0, 1, sees=["rain"]), wet=lambda rain, hat: rain and hat)
        >>> m.by_rule("wet")(hat=1)
        Fraction(1, 4)
        """
        target = quantity(what, self.domains)
        with target.averaged():
            return engine.decision_tensor.every_rule_expectation(self._regime.observed, self._regime.reading(target))

    @checked
    def compile(self, what: str | Callable[..., Any], /, *, native: bool = False) -> CompiledQuery:
        """The distribution of a variable, or of a function of variables, in float64, to be asked again with other observed values.

        The values that were observed may change from one asking to the next; what was done stays. ``native`` turns the question into
        machine code, for which the extra ``fast`` must be installed. Raises ``TooLarge``, ``OpenChoice``, ``NeedsCoupling``.

        >>> m = Model(n=Dist({1: "1/2", 2: "1/4", 3: "1/4"}), odd=lambda n: n % 2)
        >>> question = m.given(odd=0).compile("n")
        >>> question.values, question(0).tolist(), question(odd=1).tolist()
        ((1, 2, 3), [0.0, 1.0, 0.0], [0.6666666666666666, 0.0, 0.3333333333333333])
        """
        return self._regime.compiled(quantity(what, self.domains), native=native)

    @checked
    def plan(self, what: str | Callable[..., Any], /) -> Plan:
        """How the distribution of a variable, or of a function of variables, would be computed and at what cost; nothing is computed.

        >>> print(Model(n=Dist({1: "1/2", 2: "1/2"})).plan("n"))
        strategy     enumeration: there are few runs
        nodes        1
        enumeration  at most 2 runs
        """
        return self._regime.plan(quantity(what, self.domains))

    @checked
    def estimate(self, what: str | Callable[..., Any], /, *, samples: int = 100_000, level: float = 0.95, seed: int = 0) -> Estimate:
        """The mean of a variable, or of a function of variables (true counts as 1), from samples: for what is too large to be exact.

        The answer is a float with an interval at the stated level, and says how many samples the evidence rejected.

        >>> found = Model(n=Dist({1: "1/2", 2: "1/2"})).estimate("n", samples=10_000)
        >>> found.low < 1.5 < found.high
        True
        """
        target = self._regime.reading(quantity(what, self.domains))
        return engine.likelihood_weighting.estimate(self._regime.observed, target, samples=samples, level=level, seed=seed)

    if not TYPE_CHECKING:  # a name that a model does not have stays an error for type checkers

        def __getattr__(self, name):
            raise AttributeError(no_attribute(self, name, "causalkit.plot.draw(model)"), name=name, obj=self)

    # ---- how it prints

    def __reduce__(self) -> Any:
        return Model.of, (self._regime,)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Model) and self._regime == other._regime

    def __hash__(self) -> int:
        return hash(self._regime)

    def __repr__(self) -> str:
        inside = keywords_text({name: repr(mechanism) for name, mechanism in self._regime.mechanisms.items()})
        return ".".join([f"Model({inside})", *self._regime.steps])

    def __str__(self) -> str:
        return "\n".join([text_table(HEADER, self._regime.rows), *(f"after {step}" for step in self._regime.steps)])

    def _repr_html_(self) -> str:
        return self.to_html(drawing=picture(self, boxes=len(self.names)))

    @checked
    def to_html(self, *, drawing: str | None = None) -> str:
        """The model as HTML: a drawing of it above the table of its mechanisms, or, without one, what to type for it."""
        table = html_table(HEADER, self._regime.rows)
        return (drawing or f"<p>{NOT_DRAWN}</p>") + table + "".join(f"<p>after {html_text(step)}</p>" for step in self._regime.steps)

    def _repr_latex_(self) -> str:
        return latex_table(HEADER, [[latex_text(cell) for cell in row] for row in self._regime.rows])
