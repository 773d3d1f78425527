"""Models that a document can hold: nothing was observed in them or done to them."""

from __future__ import annotations

from causalkit.errors import CausalError, WrongShape
from causalkit.mechanisms.mechanism import Mechanism
from causalkit.model import Model
from causalkit.values.arguments import checked

__all__ = ["plain_mechanisms"]


@checked
def plain_mechanisms(model: Model, form: str, reading: str) -> dict[str, Mechanism]:
    """The mechanisms of a model that was neither observed nor edited; else raises ``WrongShape`` with what to type.

    >>> list(plain_mechanisms(Model(a=1, b=lambda a: a), "JSON", "from_json(document)"))
    ['a', 'b']
    """
    laws = {name: model.mechanism(name) for name in model.names}
    try:
        is_plain = Model(laws) == model
    except CausalError:  # rows for values that an edit has taken away
        is_plain = False
    if not is_plain:
        raise WrongShape(
            f"a model that has been observed or edited has no {form} form; write the model before given and do, "
            f"and give and do again what is read: {reading}.do(...)"
        )
    return laws
