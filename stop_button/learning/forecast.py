"""Forecasts that change what they forecast: what they lose, what they would lose in a world that stood still, and who regrets them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any

from causalkit import Dist, Model
from causalkit.errors import CausalError, MechanismFailed, UnknownName, UnknownValue, WrongShape, listing, suggestion
from causalkit.values.arguments import checked
from causalkit.values.exact import as_fraction, count, exact
from causalkit.values.render import number
from stop_button.learning.answers import FixedPoints, Gradient, Regret, Run, text_of
from stop_button.learning.equilibria import extreme_fixed_points
from stop_button.learning.heard import Heard
from stop_button.learning.losses import are_numbers, asked_loss, distinct, is_number, plain_number, unit_number

__all__ = ["Forecast"]

Loss = str | Mapping[tuple[Any, Any], Any] | Callable[[Any, Any], Any]


@checked
class Forecast:
    """A forecast that the world hears, and its loss.

    :param world: a model, or a function from a forecast to the ``Dist`` of what is forecast.
    :param says: for a model, the variable that is the forecast; it is set by ``do``, so that how it came about does not matter.
    :param of: for a model, the variable that is forecast.
    :param loss: ``"squared"``, for forecasts and outcomes between 0 and 1; or a table ``{(forecast, outcome): number}``; or a function
        of both.
    :param grid: the forecasts that may be said, read as numbers when all of them can be, else taken as they are. A model has its own; a
        table or a function needs one, and no other forecast is then compared.
    :param improper: state that the loss need not be least for the true probability; otherwise an improper one is refused.
    :raises WrongShape: for a loss without a grid, an empty grid, an improper loss that is not stated to be one, and, when it is asked,
        a world that gives no ``Dist``. ``MechanismFailed`` for a world or a loss that raises. ``UnknownValue`` for a forecast that is not
        in the grid of a loss of one's own. ``UnknownName``, ``InvalidNumber``.

    Source: [tailcalled2021d]

    >>> from causalkit import coin
    >>> rain = Forecast(lambda said: coin(Fraction(1, 5) + Fraction(3, 5) * said))
    >>> rain.excess("1/4"), rain.fixed_points().points
    (Fraction(1, 100), (Fraction(1, 2),))
    """

    def __init__(
        self,
        world: Model | Callable[[Any], Dist],
        *,
        says: str | None = None,
        of: str | None = None,
        loss: Loss = "squared",
        grid: Iterable[Any] | None = None,
        improper: bool = False,
    ) -> None:
        self._law, domain = _response(world, says, of)
        self.squared, self._loss = isinstance(loss, str), asked_loss(loss)
        given = domain if grid is None else tuple(grid)
        if given is not None and not given:
            raise WrongShape("there is no forecast in the grid; type grid=[0, '1/4', ...], or leave it out")
        self._numeric = self.squared or are_numbers(given or (), apart=grid is None)
        if given is None and not self.squared:
            raise WrongShape("a loss of one's own needs the forecasts that may be said; type grid=[0, '1/4', ...]")
        self.grid: tuple[Any, ...] | None = None
        self.grid = None if given is None else distinct([self._read(point) for point in given])
        if not self.squared and not improper:
            self._check_proper()

    # ---- losses

    def law(self, said: Any) -> Dist:
        """The law of what is forecast, once something has been said; a ``Dist`` of forecasts is drawn from, and the draw is heard."""
        if isinstance(said, Dist):
            mixed: dict[Hashable, Fraction] = {}
            for point, weight in said.items():
                for outcome, p in self.law(point).items():
                    mixed[outcome] = mixed.get(outcome, Fraction(0)) + as_fraction(weight) * as_fraction(p)
            return Dist(mixed)
        return self._law(self._read(said))

    def loss(self, says: Any, *, given: Any = None) -> Fraction:
        """``L(m, d)``: the mean loss of saying ``m`` in the world that heard ``d``; without ``given``, in the world that heard ``m``.

        With a ``Dist`` of forecasts, the one that is judged is drawn anew, apart from the one that was heard.
        """
        law = self.law(says if given is None else given)
        drawn = says.items() if isinstance(says, Dist) else [(says, Fraction(1))]
        costs = (w * p * self._cost(self._read(point), outcome) for point, w in drawn for outcome, p in law.items())
        return sum(map(as_fraction, costs), Fraction(0))

    def best_replies(self, heard: Any) -> tuple[Any, ...]:
        """Every forecast that loses least in a world that heard something: the mean, for squared loss, else the best of the grid."""
        if self.squared:
            return (self._mean(heard),)
        losses = {point: self.loss(point, given=heard) for point in self._points()}
        return tuple(point for point, loss in losses.items() if loss == min(losses.values()))

    def excess(self, says: Any) -> Fraction:
        """``L*(m) = L(m, m) - min L(m', m)``: what is lost over the best forecast for the world as it then is; 0 at a fixed point.

        The least is over all numbers for squared loss, and over the grid for another.
        """
        return self.loss(says) - self.loss(self.best_replies(says)[0], given=says)

    def optimal(self) -> tuple[Any, ...]:
        """The forecasts of the grid with the least loss in the world that they make: what training that sees the world would find."""
        losses = {point: self.loss(point) for point in self._points()}
        return tuple(point for point, loss in losses.items() if loss == min(losses.values()))

    # ---- fixed points and training

    def fixed_points(self) -> FixedPoints:
        """The forecasts without excess loss: of the grid, or, without one, all between 0 and 1.

        :raises WrongShape: without a grid, when the law is not a polynomial of the forecast, as where the world compares the forecast.
        """
        if self.grid is not None:
            return FixedPoints(tuple(point for point in self.grid if self.excess(point) == 0), self.grid)
        import sympy

        said = sympy.Symbol("said", real=True)
        gap = sympy.Poly(self._symbolic_mean(said) - said, said)
        if gap.is_zero:
            return FixedPoints((), None, everywhere=True)
        return FixedPoints(tuple(_plain(root) for root in dict.fromkeys(sympy.real_roots(gap)) if 0 <= root <= 1), None)

    def mixed_fixed_points(self) -> tuple[Dist, ...]:
        """Drawn forecasts that no other forecast of the grid would improve on: the corners of all of them; there is always one.

        :raises TooLarge: for more than 7 forecasts.
        """
        points = self._points()
        corners = extreme_fixed_points([[self.loss(said, given=heard) for heard in points] for said in points])
        return tuple(Dist(dict(zip(points, corner, strict=True))) for corner in corners)

    def iterate(self, start: Any, *, steps: int) -> Run:
        """Training repeated: each forecast is the best for the world that heard the one before.

        :param start: the first forecast.
        :param steps: how many forecasts the run has at most; it ends early when one comes again.
        :returns: a ``Run``, with the length of its cycle.
        :raises UnknownValue: when the best forecast is one that a model cannot say.
        """
        steps = count("steps", steps)
        points, ties = [self._read(start)], []
        while len(points) < steps:
            replies = self.best_replies(points[-1])
            ties += [points[-1]] if len(replies) > 1 else []
            if replies[0] in points:
                return Run(tuple(points), len(points) - points.index(replies[0]), tuple(ties))
            self._check_sayable(replies[0], points[-1])
            points.append(replies[0])
        return Run(tuple(points), None, tuple(ties))

    def gradient(self, says: Any) -> Gradient:
        """The gradient of squared loss at a forecast, split into the path to the loss itself and the path through the world.

        :raises WrongShape: for another loss, or a law that is not a polynomial of the forecast, as where the world compares the forecast.
        """
        import sympy

        if not self.squared:
            raise WrongShape("a gradient needs a loss that is smooth in the forecast; type loss='squared'")
        heard, point = sympy.Symbol("said", real=True), self._read(says)
        law, m = self._symbolic_law(heard), _sympy(point)
        self._check_polynomials(law, heard, point)
        through = sum(sympy.diff(p, heard) * (m - _sympy(x)) ** 2 for x, p in law.items()).subs(heard, m)
        return Gradient(2 * (point - self._mean(says)), _plain(sympy.nsimplify(through)))

    # ---- users

    @checked
    def regret(self, says: Any, *, users: Iterable[Any]) -> Regret:
        """What users of these thresholds lose by trusting a forecast, in the world that heard it.

        :param says: the forecast.
        :param users: thresholds; a user acts when the forecast is at least the threshold, and then gains ``x`` minus the threshold.
        :returns: a ``Regret``, truthy when a user loses by it.
        :raises WrongShape: without a user.
        """
        point, truth = self._read(says), self._mean(says)
        thresholds = [as_fraction(user) for user in users]
        if not thresholds:
            raise WrongShape("there are no users, so what they lose is undefined; type users=['1/4', '1/2']")
        return Regret({c: max(truth - c, Fraction(0)) - (truth - c) * (point >= c) for c in thresholds}, Counter(thresholds))

    def mean_regret(self, says: Any) -> Fraction:
        """The mean regret of users whose thresholds are spread evenly between 0 and 1: half of the excess of squared loss.

        Those hurt are the users between the forecast and the truth, each by the distance of the truth from the threshold.
        """
        gap: Fraction = abs(self._mean(says) - self._read(says))
        return gap * gap / 2

    # ---- inside

    def _cost(self, point: Any, outcome: Any) -> Fraction:
        try:
            cost = self._loss(point, outcome)
        except CausalError:
            raise
        except Exception as error:
            raise MechanismFailed(
                f"the loss raised {type(error).__name__}: {error} for saying {text_of(point)} when it is {outcome!r}; it must give a number"
            ) from error
        return plain_number(cost, f"the loss of saying {text_of(point)} when it is {outcome!r}")

    def _mean(self, heard: Any) -> Fraction:
        return sum((as_fraction(p) * unit_number(x, "what is forecast") for x, p in self.law(heard).items()), Fraction(0))

    def _read(self, point: Any) -> Any:
        if self.squared:
            return unit_number(point, "a forecast")
        read = plain_number(point, "a forecast") if self._numeric else point
        if self.grid is not None and (not isinstance(read, Hashable) or read not in self.grid):
            raise UnknownValue(f"{point!r} is not in the grid, and what may be said is: {', '.join(map(text_of, self.grid))}")
        return read

    def _points(self) -> tuple[Any, ...]:
        if self.grid is None:
            raise WrongShape("which forecasts are compared is not said; type Forecast(..., grid=[0, '1/4', ...])")
        return self.grid

    def _check_sayable(self, point: Any, heard: Any) -> None:
        if self.grid is not None and point not in self.grid:
            raise UnknownValue(
                f"the best forecast after {text_of(heard)} is {text_of(point)}, "
                f"and what may be said is: {', '.join(map(text_of, self.grid))}; "
                "give the world as a function of the forecast, without a grid"
            )

    def _check_proper(self) -> None:
        """Refuse a loss for probabilities of 0 and 1 that some honest forecast of the grid does not make least."""
        points = [point for point in self._points() if isinstance(point, Fraction) and 0 <= point <= 1]
        outcomes = {outcome for point in self._points() for outcome in self.law(point)}
        if len(points) != len(self._points()) or not outcomes <= {0, 1}:
            return
        for truth in points:
            means = {said: truth * self._cost(said, 1) + (1 - truth) * self._cost(said, 0) for said in points}
            best = min(means, key=lambda said: means[said])
            if means[best] < means[truth]:
                raise WrongShape(
                    f"the loss is improper: where the probability is {number(truth)}, saying {number(best)} loses less than saying so; "
                    "type improper=True to state that this is meant"
                )

    def _symbolic_law(self, said: Any) -> Mapping[Any, Any]:
        try:
            return dict(self._law(Heard(said)).items())
        except CausalError as error:
            raise WrongShape(
                f"the world does not answer to a forecast that is a symbol ({error}); let it be a polynomial of the forecast, or type "
                "grid=[...]"
            ) from error

    def _check_polynomials(self, law: Mapping[Any, Any], said: Any, point: Fraction) -> None:
        """Refuse a law in symbols that has no slope everywhere, or is not the law of some forecasts."""
        stray = next((p for p in map(_symbolic, law.values()) if not p.is_polynomial(said)), None)
        if stray is not None:
            raise WrongShape(f"a probability is {stray}, not a polynomial of the forecast, so a slope is not worked out; compare losses")
        for one in dict.fromkeys((point, *(self.grid or (Fraction(0), Fraction(1, 2), Fraction(1))))):
            found = self.law(one)
            for x in {*law, *found}:
                if _symbolic(law.get(x, 0)).subs(said, _sympy(one)) != _sympy(found[x]):
                    raise WrongShape(
                        f"the law reads otherwise where {number(one)} is said than in symbols, so it has no slope; compare losses"
                    )

    def _symbolic_mean(self, said: Any) -> Any:
        mean = sum(_sympy(x) * p for x, p in self._symbolic_law(said).items())
        if not mean.is_polynomial(said):
            raise WrongShape(f"the mean is {mean}, not a polynomial of the forecast; type grid=[...]")
        for point in (Fraction(0), Fraction(1, 2), Fraction(1)):
            if mean.subs(said, _sympy(point)) != _sympy(self._mean(point)):
                raise WrongShape(f"the mean reads as {mean}, and after {number(point)} it is {number(self._mean(point))}; type grid=[...]")
        return mean


def _response(world: Any, says: str | None, of: str | None) -> tuple[Callable[[Any], Dist], Sequence[Any] | None]:
    """The law of what is forecast as a function of what is said, and what can be said when a model limits it."""
    if not isinstance(world, Model):
        if not callable(world):
            raise WrongShape(f"{world!r} is neither a model nor a function of a forecast; type Forecast(lambda said: coin(said))")
        return _asked(world), None
    for name, word in ((says, "says"), (of, "of")):
        if name is None:
            raise WrongShape(f"a model needs the names of the forecast and of what it is of; type {word}='variable'")
        if name not in world.names:
            raise UnknownName(f"{name!r} is not in the model; it has: {', '.join(world.names)}{suggestion(name, world.names)}")
    domain = world.domain(str(says))
    values = {exact(value): value for value in domain if is_number(value)} | {value: value for value in domain}

    def law(said: Any) -> Dist:
        if said not in values:
            raise UnknownValue(f"{says!r} cannot be {text_of(said)}; it takes: {listing(domain)}")
        return world.do({says: values[said]}).dist(of)

    return law, domain


def _asked(world: Callable[[Any], Any]) -> Callable[[Any], Dist]:
    """The function of a world, which is to give a ``Dist`` for every forecast."""

    def law(said: Any) -> Dist:
        try:
            found = world(said)
        except CausalError:
            raise
        except Exception as error:
            raise MechanismFailed(
                f"the world raised {type(error).__name__}: {error} after {text_of(said)}; it must return the Dist of what is forecast"
            ) from error
        if not isinstance(found, Dist):
            raise WrongShape(f"the world gives {found!r} after {text_of(said)}, and must give the Dist of what is forecast, as coin('1/2')")
        return found

    return law


def _sympy(value: Any) -> Any:
    import sympy

    read = as_fraction(value)
    return sympy.Rational(read.numerator, read.denominator)


def _symbolic(value: Any) -> Any:
    import sympy

    return sympy.sympify(exact(value))


def _plain(root: Any) -> Any:
    return Fraction(int(root.p), int(root.q)) if root.is_Rational else root
