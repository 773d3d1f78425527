"""Sums, products and quotients of estimands, with what cancels cancelled and what sums to one left out."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from fractions import Fraction

from causalkit.graphs.graph import Graph
from causalkit.graphs.separation import d_separated
from causalkit.identification.estimand import AnyValue, At, Estimand, Probability, Product, Quotient, Scalar, Sum, Symbol

__all__ = ["ONE", "ZERO", "any_value", "divided", "multiplied", "simplified", "summed"]

ONE = Scalar(Fraction(1))
ZERO = Scalar(Fraction(0))


def multiplied(factors: Iterable[Estimand]) -> Estimand:
    """The product, flat and without factors of one.

    >>> from causalkit.identification.estimand import P
    >>> print(multiplied([P("y", given="x"), ONE, P("x")]))
    P(y | x) P(x)
    """
    flat = [part for factor in factors for part in (factor.factors if isinstance(factor, Product) else (factor,)) if part != ONE]
    if ZERO in flat:
        return ZERO
    return Product(tuple(flat)) if len(flat) > 1 else (flat[0] if flat else ONE)


def divided(above: Estimand, below: Estimand) -> Estimand:
    """The quotient, without the factors that both sides share; a joint over a marginal becomes a conditional.

    >>> from causalkit.identification.estimand import P
    >>> print(divided(P(["x", "y"], given="z"), P("x", given="z")))
    P(y | x, z)
    """
    left, kept = list(above.factors if isinstance(above, Product) else (above,)), []
    for factor in below.factors if isinstance(below, Product) else (below,):
        ways = ((i, _cancelled(other, factor)) for i, other in enumerate(left))
        found = next(((i, rest) for i, rest in ways if rest is not None), None)
        if found is None:
            kept.append(factor)
        else:
            left[found[0]] = found[1]
    top, bottom = multiplied(left), multiplied(kept)
    return top if bottom == ONE else Quotient(top, bottom)


def summed(over: Iterable[Symbol], of: Estimand) -> Estimand:
    """The sum over all values of some variables: where a variable is asked by one term alone, that term sums to one.

    >>> from causalkit.identification.estimand import P
    >>> print(summed([Symbol("x"), Symbol("z")], P("y", given="z") * P("x", given="z") * P("z")))
    P(y)
    """
    left = tuple(dict.fromkeys(over))
    if not left:
        return of
    if isinstance(of, Sum) and not set(of.over) & set(left):
        return summed((*of.over, *left), of.of)
    if isinstance(of, Quotient) and not set(of.denominator.free) & set(left):
        return divided(summed(left, of.numerator), of.denominator)
    factors = list(of.factors if isinstance(of, Product) else (of,))
    while (step := next(filter(None, (_summed_out(symbol, factors) for symbol in left)), None)) is not None:
        gone, factors = step
        left = tuple(symbol for symbol in left if symbol != gone)
    return _around(left, factors)


def any_value(over: Iterable[Symbol], of: Estimand) -> Estimand:
    """The formula at any value of the symbols that it mentions.

    >>> from causalkit.identification.estimand import P
    >>> print(any_value([Symbol("r"), Symbol("w")], P("y", given=["r", "x"])))
    [P(y | r, x) at any r]
    """
    used = tuple(symbol for symbol in over if symbol in of.free)
    return AnyValue(used, of) if used else of


def simplified(estimand: Estimand, graph: Graph) -> Estimand:
    """The estimand without the conditions that the graph makes irrelevant, and with chains of conditionals drawn together.

    >>> from causalkit.identification.estimand import P
    >>> graph = Graph.parse("w -> x -> y")
    >>> print(simplified(any_value([Symbol("w")], P("y", given=["w", "x"])), graph))
    P(y | x)
    """
    drawn = _rebuilt(estimand, lambda term: term, lambda factors: _latest_first(_joined(factors), graph))
    joined = _rebuilt(drawn, lambda term: _without_irrelevant(term, graph), lambda factors: _latest_first(factors, graph))
    # Drawing terms together can free a variable that two of them asked; then there is more to leave out.
    return joined if joined == estimand else simplified(joined, graph)


def _cancelled(above: Estimand, below: Estimand) -> Estimand | None:
    """The quotient of two factors where it is no quotient any more, also inside a sum, or None."""
    if above == below:
        return ONE
    if isinstance(above, Sum) and not set(above.over) & set(below.free):
        inside = divided(above.of, below)
        return None if isinstance(inside, Quotient) else summed(above.over, inside)
    return _conditional(above, below)


def _conditional(above: Estimand, below: Estimand) -> Estimand | None:
    if not isinstance(above, Probability) or not isinstance(below, Probability):
        return None
    asked, rest = set(above.events), set(above.events) - set(below.events)
    if above.do != below.do or not set(below.events) <= asked:
        return None
    if below.given == above.given:
        return Probability(tuple(rest), (*above.given, *below.events), above.do)
    # P(A, B | C) / P(A | B, C) = P(B | C)
    return Probability(tuple(rest), above.given, above.do) if set(below.given) == {*above.given, *rest} else None


def _summed_out(symbol: Symbol, factors: list[Estimand]) -> tuple[Symbol, list[Estimand]] | None:
    """The factors after summing one symbol out, where that leaves no sum."""
    holding = [factor for factor in factors if symbol in factor.free]
    others = [factor for factor in factors if symbol not in factor.free]
    joint = holding[0] if holding else None
    for factor in holding[1:]:
        joint = _chained(joint, factor)
    event = At(symbol.variable, symbol)
    if not isinstance(joint, Probability) or event not in joint.events:
        return None
    rest = Probability(tuple(at for at in joint.events if at != event), joint.given, joint.do)
    if symbol in rest.free or symbol.variable in {at.variable for at in (*rest.events, *rest.given, *rest.do)}:
        return None
    return symbol, [*others, *([rest] if rest.events else [])]


def _chained(a: Estimand | None, b: Estimand) -> Estimand | None:
    """P(A | B, C) P(B | C) as P(A, B | C), in either order, or None."""
    if not isinstance(a, Probability) or not isinstance(b, Probability) or a.do != b.do:
        return None
    for first, second in ((a, b), (b, a)):
        if set(first.given) == {*second.given, *second.events}:
            return Probability((*first.events, *second.events), second.given, a.do)
    return None


def _around(left: tuple[Symbol, ...], factors: list[Estimand]) -> Estimand:
    for symbol in left:
        holding = [factor for factor in factors if symbol in factor.free]
        if len(holding) == 1 and isinstance(holding[0], Sum) and symbol not in holding[0].over and len(factors) > 1:
            others = [factor for factor in factors if factor is not holding[0]]
            return _around(tuple(other for other in left if other != symbol), [*others, summed([symbol], holding[0])])
    inside = [factor for factor in factors if set(factor.free) & set(left)]
    outside = [factor for factor in factors if not set(factor.free) & set(left)]
    # A symbol that no factor mentions still counts its variable's values, so it stays.
    return multiplied([*outside, Sum(left, multiplied(inside))]) if left else multiplied(outside)


def _without_irrelevant(term: Probability, graph: Graph) -> Estimand:
    if term.do:
        return term
    kept = list(term.given)
    asked = {at.variable for at in term.events}
    for at in reversed(term.given):
        others = {other.variable for other in kept} - {at.variable}
        if at.variable not in asked | others and not others & asked and d_separated(graph, asked, at.variable, others):
            kept.remove(at)
    return Probability(term.events, tuple(kept))


def _joined(factors: list[Estimand]) -> list[Estimand]:
    for i, a in enumerate(factors):
        for j, b in enumerate(factors[:i]):
            if (both := _chained(a, b)) is not None:
                return _joined([*factors[:j], both, *factors[j + 1 : i], *factors[i + 1 :]])
    for i, a in enumerate(factors):
        if isinstance(a, Quotient):
            whole = divided(multiplied([*factors[:i], *factors[i + 1 :], a.numerator]), a.denominator)
            if not isinstance(whole, Quotient):
                return _joined(list(whole.factors) if isinstance(whole, Product) else [whole])
    return factors


def _latest_first(factors: list[Estimand], graph: Graph) -> list[Estimand]:
    """Terms for effects before terms for their causes, and sums at the end, as such formulas are usually written."""
    place = {name: i for i, name in enumerate(graph.order)}

    def key(factor: Estimand) -> tuple[bool, int]:
        asked = [place[at.variable] for at in factor.events] if isinstance(factor, Probability) else []
        return not isinstance(factor, Probability), -max(asked, default=0)

    return sorted(factors, key=key)


def _rebuilt(estimand: Estimand, term: Callable[[Probability], Estimand], product: Callable[[list[Estimand]], list[Estimand]]) -> Estimand:
    if isinstance(estimand, Probability):
        return term(estimand)
    if isinstance(estimand, Product):
        return multiplied(product([_rebuilt(factor, term, product) for factor in estimand.factors]))
    if isinstance(estimand, Quotient):
        return divided(_rebuilt(estimand.numerator, term, product), _rebuilt(estimand.denominator, term, product))
    if isinstance(estimand, Sum):
        return summed(estimand.over, _rebuilt(estimand.of, term, product))
    if isinstance(estimand, AnyValue):
        return any_value(estimand.over, _rebuilt(estimand.of, term, product))
    return estimand
