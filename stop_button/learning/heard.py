"""A forecast that is a symbol: a law may calculate with it, and is refused in words where it compares it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, NoReturn

from causalkit.errors import InvalidNumber, WrongShape
from causalkit.values.exact import exact

__all__ = ["Heard"]


class Heard:
    """A forecast of which only its symbol is known, and what is calculated from it.

    A law that compares it, or looks it up, answers otherwise at some forecasts than at others, and a formula would not show where.
    ``_sympy_`` is what sympy, and ``exact``, read it by.

    >>> import sympy
    >>> said = Heard(sympy.Symbol("said"))
    >>> exact(1 - said / 3)
    1 - said/3
    >>> said == 1
    Traceback (most recent call last):
    causalkit.errors.WrongShape: it compares the forecast with 1, and so is no polynomial of it
    """

    _op_priority: Final = 1_000.0
    """Sympy lets this class calculate, so that what comes out is still a forecast that was heard."""

    def __init__(self, expression: Any) -> None:
        self.expression = expression

    def _sympy_(self) -> Any:
        return self.expression

    def _with(self, other: Any, calculate: Callable[[Any, Any], Any]) -> Any:
        try:
            return Heard(calculate(self.expression, _expression(other)))
        except InvalidNumber:
            return NotImplemented

    def __add__(self, other: Any) -> Any:
        return self._with(other, lambda a, b: a + b)

    def __sub__(self, other: Any) -> Any:
        return self._with(other, lambda a, b: a - b)

    def __rsub__(self, other: Any) -> Any:
        return self._with(other, lambda a, b: b - a)

    def __mul__(self, other: Any) -> Any:
        return self._with(other, lambda a, b: a * b)

    def __truediv__(self, other: Any) -> Any:
        return self._with(other, lambda a, b: a / b)

    def __rtruediv__(self, other: Any) -> Any:
        return self._with(other, lambda a, b: b / a)

    def __pow__(self, other: Any) -> Any:
        return self._with(other, lambda a, b: a**b)

    def __neg__(self) -> Any:
        return Heard(-self.expression)

    __radd__, __rmul__ = __add__, __mul__

    def _compared(self, other: Any) -> NoReturn:
        raise WrongShape(f"it compares the forecast with {other!r}, and so is no polynomial of it")

    __eq__ = __ne__ = __lt__ = __le__ = __gt__ = __ge__ = _compared

    def _taken_for_known(self) -> NoReturn:
        raise WrongShape("it takes the forecast for a known number, to look it up or to decide by it, and so is no polynomial of it")

    __hash__ = __bool__ = __float__ = __int__ = __index__ = __abs__ = __round__ = _taken_for_known

    def __repr__(self) -> str:
        return str(self.expression)


def _expression(value: Any) -> Any:
    """A number, or what is calculated from the forecast, for sympy; raises ``InvalidNumber`` for what is no number."""
    import sympy

    if isinstance(value, Heard):
        return value.expression
    return sympy.sympify(exact(value))
