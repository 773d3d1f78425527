"""A fair label and an unfair predictor of it."""

from __future__ import annotations

from causalkit.mechanisms.constructors import function
from causalkit.model import Model
from causalkit.values.dist import uniform

__all__ = ["introduced_effect"]


def introduced_effect() -> Model:
    """A sensitive attribute A and a hidden Z, both fair; a feature X = A Z, a label Y = X + Z, and the best prediction E[Y | X].

    Shows an effect that the training of a predictor introduces: A changes the label by 1/2 on average, and the prediction by 5/6.

    CAVEAT: the prediction is the one that minimises the squared error among functions of X alone; nothing is learned from samples.

    Source: [ashurst2022].

    >>> introduced_effect().domain("prediction")
    (Fraction(1, 3), Fraction(2, 1))
    """
    world = Model(A=uniform(0, 1), Z=uniform(0, 1), X=lambda A, Z: A * Z, Y=lambda X, Z: X + Z)
    best = {x: world.given(X=x).expect("Y") for x in world.domain("X")}
    known = {name: world.mechanism(name) for name in world.names}
    return Model({**known, "prediction": function(lambda X: best[X])})
