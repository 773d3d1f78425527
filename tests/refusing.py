"""What tests of refusals and of limits share: words of errors, a table of calls that are refused, and a world of two decisions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest

import causalkit as ck
import stop_button as sb
from stop_button import FREE, STOP

Refused = Mapping[str, tuple[type[Exception], Callable[[], Any]]]
"""For some words of a message, the kind of error and the call that raises it."""

TWO = sb.World(
    ck.Model(
        rain=ck.coin("1/2"),
        first=ck.choice("stay", "go", sees=["rain"]),
        then=ck.choice("stay", "go", sees=["rain"]),
        wish=lambda rain: STOP if rain else FREE,
        value=lambda first, then: (first == "go") + (then == "go"),
    ),
    intent="wish",
    value="value",
    baseline={"first": "stay", "then": "stay"},
)


def check_told(refused: Refused, words: str) -> None:
    """That a call raises an error of this kind, whose message is these words and no others."""
    kind, call = refused[words]
    with pytest.raises(kind) as told:
        call()
    assert str(told.value) == words


def check_refused(refused: Refused, words: str) -> None:
    """That a call raises this kind of error and no kind of it, in these words."""
    kind, call = refused[words]
    with pytest.raises(kind) as told:
        call()
    assert type(told.value) is kind
    assert words in str(told.value)


def refusal(kind: type[Exception], give: Any) -> str:
    """The words of the error of this kind that a call raises."""
    with pytest.raises(kind) as caught:
        give()
    return str(caught.value)
