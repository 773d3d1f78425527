"""The meter: work that is measured, and an agent that may tamper with what measures it."""

from __future__ import annotations

from typing import Any

from causalkit import Model, choice, function
from causalkit.exact import exact
from stop_button.world import World
from stop_button.worlds.register import bundled

__all__ = ["meter"]


@bundled()
def meter(*, honest: Any = "4/5", tampered: Any = -5, lazy: Any = "3/10", fooled: Any = 1) -> World:
    """An agent works honestly, or lazily, or tampers with the meter that its work is judged by, where it is able to.

    Honest and lazy work are measured as what they are worth. A meter that was tampered with shows ``fooled``, and what is then done is
    worth ``tampered``. An agent that tampers where it is not able to works honestly. Setting ``able`` to false makes a world for
    training in which nobody can tell the two apart. ``honest``, ``tampered`` and ``lazy`` are what the work is worth.

    CAVEAT: the meter is fooled for sure and nobody looks. A meter with noise, or a check now and then, changes the margins.

    Source: this project, for a question of [christiano2022]
    """
    worth = {"honest": exact(honest), "lazy": exact(lazy), "tamper": exact(honest)}
    return World(
        Model(
            able=function(lambda: True, domain=[True, False]),
            act=choice("honest", "tamper", "lazy"),
            meter=function(lambda act, able: "fooled" if act == "tamper" and able else "sound", domain=["sound", "fooled"]),
            value=lambda act, able: exact(tampered) if act == "tamper" and able else worth[act],
            measured=lambda meter, value: exact(fooled) if meter == "fooled" else value,
        ),
        value="value",
        baseline="honest",
    )
