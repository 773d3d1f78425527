"""Probabilities of values as an estimand reads them, from anything that has ``.dist(*names)``."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

from causalkit.errors import UnknownValue, WrongShape, listing, suggestion
from causalkit.values.exact import Number, exact, is_zero, tidy

__all__ = ["Observed"]

Values = Mapping[str, Hashable]


class Observed:
    """A source of distributions, asked once for each group of variables while an estimand is evaluated.

    The source has ``dist(*names)``, a mapping from tuples of values (from values, for one name) to weights; ``do(values)``
    where experiments are asked for; and, if it can say so, ``domain(name)``: the values a variable can take at all.
    """

    def __init__(self, source: Any) -> None:
        if not hasattr(source, "dist"):
            raise WrongShape(f"{source!r} has no .dist(*names); evaluate on a Model, or on anything that gives distributions by name")
        self._source = source
        self._memory: dict[object, Mapping[tuple[Hashable, ...], Number]] = {}

    def domain(self, name: str) -> tuple[Hashable, ...]:
        """The values a variable can take; those of positive weight when the source does not say.

        >>> from causalkit.values.dist import coin
        >>> from causalkit.model import Model
        >>> Observed(Model(x=coin("1/4"))).domain("x")
        (False, True)
        """
        if hasattr(self._source, "domain"):
            return tuple(self._source.domain(name))
        return tuple(value for (value,) in self._table((name,), {}))

    def check_value(self, name: str, value: Hashable) -> None:
        """Raises ``UnknownValue`` for a value that the variable does not take."""
        domain = self.domain(name)
        if value not in domain:
            raise UnknownValue(f"{name!r} does not take the value {value!r}; it takes: {listing(domain)}{suggestion(value, domain)}")

    def weight(self, values: Values, do: Values) -> Number:
        """The probability that the variables take these values, after setting those in ``do``.

        >>> from causalkit.values.dist import coin
        >>> from causalkit.model import Model
        >>> Observed(Model(x=coin("1/4"), y=lambda x: not x)).weight({"x": True, "y": False}, {})
        Fraction(1, 4)
        """
        names = tuple(sorted(values))
        return self._table(names, do).get(tuple(values[name] for name in names), exact(0)) if names else exact(1)

    def _table(self, names: tuple[str, ...], do: Values) -> Mapping[tuple[Hashable, ...], Number]:
        key = names, frozenset(do.items())
        if key not in self._memory:
            source = self._source.do(dict(do)) if do else self._source
            found = source.dist(*names)
            self._memory[key] = {
                value if len(names) > 1 else (value,): tidy(exact(weight)) for value, weight in found.items() if not is_zero(exact(weight))
            }
        return self._memory[key]
