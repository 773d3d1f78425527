"""Best rules of a restricted class: how much a rule gains by being no threshold."""

from fractions import Fraction

from causalkit import Dist, Model, coin, cpt, uniform

narrow = Dist({-1: "1/4", 0: "1/2", 1: "1/4"})


def seen(first, second, feature=lambda x: x):
    """A model of a class, even odds, and what is seen of it."""
    return Model(kind=coin("1/2"), x=cpt(["kind"], {False: first.map(feature), True: second.map(feature)}))


def best(model, rules):
    """The largest chance that a rule of a class names the kind."""
    return max(model.prob(lambda kind, x, rule=rule: rule(x) == kind) for rule in rules)


def thresholds(model):
    cuts = [min(model.domain("x")) - 1, *model.domain("x")]
    return [lambda x, cut=cut, up=up: (x > cut) == up for cut in cuts for up in (True, False)]


def any_rule(model):
    """The best guess for each value: as good as the best of all rules."""
    likely = {x: model.given(x=x).prob(kind=True) > Fraction(1, 2) for x in model.domain("x")}
    return [lambda x: likely[x]]


for title, other, feature in (
    ("shifted by 2", narrow.map(lambda x: x + 2), lambda x: x),
    ("spread out", uniform(-2, -1, 0, 1, 2), lambda x: x),
    ("spread out, seen as a square", uniform(-2, -1, 0, 1, 2), lambda x: x * x),
):
    model = seen(narrow, other, feature)
    print(f"{title}: best rule {best(model, any_rule(model))}, best threshold {best(model, thresholds(model))}")
