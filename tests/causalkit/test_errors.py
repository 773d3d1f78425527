"""Every wrong call of the modelling layer, with the text of its error: what was found, what was expected, what to type."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

import causalkit.errors as e
from causalkit import Dist, Graph, Model, as_in, choice, coin, cpt, function, read, table, uniform
from causalkit.values.exact import count, exact

NAN = float("nan")

rain = Model(rain=coin("1/4"), wet=lambda rain: rain)
office = Model(
    doubt=coin("1/4"),
    glance=lambda doubt: doubt,
    action=choice("work", "reassure", sees=["glance"]),
    wish=lambda doubt, action: "stop" if doubt and action == "work" else "free",
)
heal = Model(
    treated=coin("1/2"),
    well=cpt(["treated"], {True: {"yes": "4/5", "no": "1/5"}, False: {"yes": "1/2", "no": "1/2"}}),
)


def division(n):
    return 1 / n


def takes_all(*names):
    return 1


def keyword_only(*, rain):
    return rain


def in_a_list(rain):
    return [rain]


CASES: dict[str, tuple[Callable[[], object], type[e.CausalError], str]] = {
    # building a model
    "unknown parent": (
        lambda: Model(wish=coin(".1"), pressed=lambda wihs: wihs),
        e.UnknownName,
        "'pressed' listens to 'wihs', which is not in the model; it has: wish, pressed; did you mean 'wish'?",
    ),
    "unknown parent of a choice": (
        lambda: Model(doubt=coin(".1"), act=choice("a", "b", sees=["dout"])),
        e.UnknownName,
        "'act' listens to 'dout', which is not in the model; it has: doubt, act; did you mean 'doubt'?",
    ),
    "cycle": (
        lambda: Model(a=lambda c: c, b=lambda a: a, c=lambda b: b),
        e.CyclicModel,
        "the variables listen to each other in a circle: a -> b -> c -> a; break it at one of its arrows",
    ),
    "self cycle": (
        lambda: Model(a=lambda a: a),
        e.CyclicModel,
        "the variables listen to each other in a circle: a -> a; break it at one of its arrows",
    ),
    "duplicate name": (
        lambda: Model({"a": 1}, a=2),
        e.InvalidName,
        "'a' is declared twice, in the mapping and by keyword; declare each variable once",
    ),
    "reserved name": (
        lambda: Model(_a=1),
        e.InvalidName,
        "'_a' cannot name a variable: names that begin with '_' are reserved; type 'a'",
    ),
    "empty name": (
        lambda: Model({"": 1}),
        e.InvalidName,
        "'' cannot name a variable; a name is a text that is not empty, without blanks around it",
    ),
    "blank name": (
        lambda: Model({" a": 1}),
        e.InvalidName,
        "' a' cannot name a variable; a name is a text that is not empty, without blanks around it",
    ),
    "name no text": (
        lambda: Model({3: 1}),  # type: ignore[dict-item]
        e.InvalidName,
        "3 cannot name a variable; a name is a text that is not empty, without blanks around it",
    ),
    "not a mapping": (
        lambda: Model([("a", 1)]),  # type: ignore[arg-type]
        e.WrongShape,
        "[('a', 1)] is not a mapping of names to mechanisms; type Model(name=mechanism) or Model({'name': mechanism})",
    ),
    # distributions
    "sum": (
        lambda: Dist({"a": "1/2", "b": "1/3"}),
        e.NotADistribution,
        "the weights of 'a', 'b' sum to 5/6, and they must sum to 1; nothing is filled in or rescaled",
    ),
    "sum floats": (
        lambda: Dist({"a": 0.5, "b": 0.49}),
        e.NotADistribution,
        "the weights of 'a', 'b' sum to 99/100, and they must sum to 1; nothing is filled in or rescaled",
    ),
    "empty dist": (
        lambda: Dist({}),
        e.NotADistribution,
        "the weights of no values sum to 0, and they must sum to 1; nothing is filled in or rescaled",
    ),
    "negative": (
        lambda: Dist({"a": "3/2", "b": "-1/2"}),
        e.NotADistribution,
        "the weight of 'b' is -1/2, and weights are 0 or more",
    ),
    "negative coin": (
        lambda: coin("5/4"),
        e.NotADistribution,
        "coin takes the probability of True, from 0 to 1, and got '5/4'; type coin('1/4') for one in four",
    ),
    "not a number": (
        lambda: Dist({"a": "half", "b": "1/2"}),
        e.InvalidNumber,
        "'half' is not an exact number; give an int, a Fraction, text such as '1/4' or '0.1', a float or a sympy expression",
    ),
    "not a number None": (
        lambda: Dist({"a": None}),
        e.InvalidNumber,
        "None is not an exact number; give an int, a Fraction, text such as '1/4' or '0.1', a float or a sympy expression",
    ),
    "nan w": (
        lambda: Dist({"a": NAN}),
        e.InvalidNumber,
        "nan is not an exact number; give an int, a Fraction, text such as '1/4' or '0.1', a float or a sympy expression",
    ),
    "inf w": (
        lambda: Dist({"a": float("inf")}),
        e.InvalidNumber,
        "inf is not an exact number; give an int, a Fraction, text such as '1/4' or '0.1', a float or a sympy expression",
    ),
    "zero denominator": (
        lambda: coin("1/0"),
        e.InvalidNumber,
        "'1/0' is not an exact number; give an int, a Fraction, text such as '1/4' or '0.1', a float or a sympy expression",
    ),
    "dist no mapping": (
        lambda: Dist(["a", "b"]),  # type: ignore[arg-type]
        e.NotADistribution,
        "['a', 'b'] is not a mapping of values to weights; type Dist({value: '1/2', ...})",
    ),
    "uniform none": (
        uniform,
        e.WrongShape,
        "uniform takes one or more different values, and got ()",
    ),
    "uniform twice": (
        lambda: uniform("a", "a"),
        e.WrongShape,
        "uniform takes one or more different values, and got ('a', 'a')",
    ),
    # asking and doing
    "do unknown": (
        lambda: rain.do(rian=True),
        e.UnknownName,
        "'rian' is not in the model; it has: rain, wet; did you mean 'rain'?",
    ),
    "do unknown value": (
        lambda: office.do(wish="stopp"),
        e.UnknownValue,
        "'wish' does not take the value 'stopp'; it takes: 'free', 'stop'; did you mean 'stop'?",
    ),
    "do nothing": (
        rain.do,
        e.WrongShape,
        "do needs at least one name=value, or a mapping of names to values",
    ),
    "do no mapping": (
        lambda: rain.do("rain"),  # type: ignore[arg-type]
        e.WrongShape,
        "'rain' is neither a mapping of names to values nor a function; type name=value or {'name': value}",
    ),
    "given unknown": (
        lambda: rain.given(rian=True),
        e.UnknownName,
        "'rian' is not in the model; it has: rain, wet; did you mean 'rain'?",
    ),
    "given value": (
        lambda: office.given(wish="Free"),
        e.UnknownValue,
        "'wish' does not take the value 'Free'; it takes: 'free', 'stop'; did you mean 'free'?",
    ),
    "given fn unknown": (
        lambda: rain.given(lambda rian: rian),
        e.UnknownName,
        "'rian' is not in the model; it has: rain, wet; did you mean 'rain'?",
    ),
    "given nothing": (
        rain.given,
        e.WrongShape,
        "an event needs at least one name=value, a mapping, or a function of the variables that its arguments name",
    ),
    "given empty": (
        lambda: rain.given({}),
        e.WrongShape,
        "an event needs at least one name=value, a mapping, or a function of the variables that its arguments name",
    ),
    "given twice": (
        lambda: rain.given({"rain": True}, rain=True),
        e.WrongShape,
        "'rain' is given twice, in the mapping and by keyword; give it once",
    ),
    "do twice": (
        lambda: rain.do({"rain": True}, rain=True),
        e.WrongShape,
        "'rain' is given twice, in the mapping and by keyword; give it once",
    ),
    "prob unknown": (
        lambda: rain.prob(wet=3),
        e.UnknownValue,
        "'wet' does not take the value 3; it takes: False, True",
    ),
    "prob text of a truth value": (
        lambda: rain.prob(wet="true"),
        e.UnknownValue,
        "'wet' does not take the value 'true'; it takes: False, True; did you mean True?",
    ),
    "a short name in capitals": (
        lambda: Graph.parse("x -> y").parents("Y"),
        e.UnknownName,
        "'Y' is not in the graph; it has: x, y; did you mean 'y'?",
    ),
    "prob unknown name": (
        lambda: rain.prob(wett=True),
        e.UnknownName,
        "'wett' is not in the model; it has: rain, wet; did you mean 'wet'?",
    ),
    "prob unhashable": (
        lambda: rain.prob(wet=[True]),  # type: ignore[arg-type]
        e.UnknownValue,
        "'wet' does not take the value [True]; it takes: False, True",
    ),
    "prob nothing": (
        rain.prob,
        e.WrongShape,
        "an event needs at least one name=value, a mapping, or a function of the variables that its arguments name",
    ),
    "prob text": (
        lambda: rain.prob("rain"),
        e.WrongShape,
        "'rain' is neither a mapping of names to values nor a function; type name=value or {'name': value}",
    ),
    "dist unknown": (
        lambda: rain.dist("rian"),
        e.UnknownName,
        "'rian' is not in the model; it has: rain, wet; did you mean 'rain'?",
    ),
    "dist two unknown": (
        lambda: rain.dist("rain", "rian"),
        e.UnknownName,
        "'rian' is not in the model; it has: rain, wet; did you mean 'rain'?",
    ),
    "dist nothing": (
        rain.dist,
        e.WrongShape,
        "dist needs a variable's name, several, or a function of variables",
    ),
    "dist unhashable": (
        lambda: rain.dist(lambda rain: [rain]),
        e.WrongShape,
        "[False] cannot be a value of a distribution, because it is not hashable; return a tuple or a frozenset",
    ),
    "expect unknown": (
        lambda: rain.expect("rian"),
        e.UnknownName,
        "'rian' is not in the model; it has: rain, wet; did you mean 'rain'?",
    ),
    "domain unknown": (
        lambda: rain.domain("rian"),
        e.UnknownName,
        "'rian' is not in the model; it has: rain, wet; did you mean 'rain'?",
    ),
    "mechanism unknown": (
        lambda: rain.mechanism("rian"),
        e.UnknownName,
        "'rian' is not in the model; it has: rain, wet; did you mean 'rain'?",
    ),
    # impossible evidence
    "impossible": (
        lambda: rain.given(rain=True).given(wet=False),
        e.Impossible,
        "the evidence wet=False has probability 0 after given(rain=True), so what follows from it is undefined; observe "
        "something that the model can produce",
    ),
    "impossible do": (
        lambda: rain.do(rain=False).given(wet=True),
        e.Impossible,
        "the evidence wet=True has probability 0 after do(rain=False), so what follows from it is undefined; to ask what would "
        "have been, observe first and then do: .given(...).do(...)",
    ),
    "impossible plain": (
        lambda: Model(a=uniform(0, 1), b=lambda a: a).given(a=0, b=1),
        e.Impossible,
        "the evidence a=0, b=1 has probability 0, so what follows from it is undefined; observe something that the model can produce",
    ),
    "impossible branches": (
        lambda: rain.branches(dry={"rain": False}).given(lambda b: b.dry.wet),
        e.Impossible,
        "the event has probability 0 on these branches, so what follows from it is undefined; observe something they can produce",
    ),
    "impossible dist": (
        lambda: uniform(1, 2).given(lambda n: n > 2),
        e.Impossible,
        "the event has probability 0 under Dist({1: '1/2', 2: '1/2'}); condition on an event that holds for one of its values",
    ),
    # choices and rules
    "choice open": (
        lambda: office.prob(wish="stop"),
        e.OpenChoice,
        "'action' is a choice that nobody has made, and the answer depends on it; plug in a rule with .choose({'action': "
        "'work'}) or set it with .do({'action': 'work'})",
    ),
    "choice open given": (
        lambda: office.given(wish="free"),
        e.OpenChoice,
        "'action' is a choice that nobody has made, and the answer depends on it; plug in a rule with .choose({'action': "
        "'work'}) or set it with .do({'action': 'work'})",
    ),
    "choice open branches": (
        lambda: office.branches(x={"doubt": True}).prob(lambda b: b.x.wish == "stop"),
        e.OpenChoice,
        "'action' is a choice that nobody has made, and the answer depends on it; plug in a rule with .choose({'action': "
        "'work'}) or set it with .do({'action': 'work'})",
    ),
    "rule misses": (
        lambda: office.choose(action=table(["glance"], {True: "work"})),
        e.WrongShape,
        "'action' has no row for glance=False; add False: ... to its rows",
    ),
    "rule unknown action": (
        lambda: office.choose(action="wrok"),
        e.UnknownValue,
        "'action' does not take the value 'wrok'; it takes: 'work', 'reassure'; did you mean 'work'?",
    ),
    "rule unknown action fn": (
        lambda: office.choose(action=lambda glance: "work" if glance else "sleep"),
        e.UnknownValue,
        "'action' does not take the value 'sleep'; it takes: 'work', 'reassure'",
    ),
    "rule reads": (
        lambda: office.choose(action=lambda doubt: "work"),
        e.WrongShape,
        "the rule for 'action' reads 'doubt', which it does not see; it sees: glance",
    ),
    "rule for nonchoice": (
        lambda: office.choose(wish="stop"),
        e.WrongShape,
        "'wish' is not an open choice; the open choices are: action",
    ),
    "rule for unknown": (
        lambda: office.choose(acton="work"),
        e.UnknownName,
        "'acton' is not in the model; it has: doubt, glance, action, wish; did you mean 'action'?",
    ),
    "rule is choice": (
        lambda: office.choose(action=choice("work")),
        e.WrongShape,
        "the rule for 'action' is itself an open choice; give an option, or a function of what it sees",
    ),
    "choice no options": (
        choice,
        e.WrongShape,
        "a choice takes one or more different options, and got ()",
    ),
    "choice twice": (
        lambda: choice("a", "a"),
        e.WrongShape,
        "a choice takes one or more different options, and got ('a', 'a')",
    ),
    # values
    "outside fn": (
        lambda: Model(rain=coin("1/4"), wet=function(lambda rain: "yes" if rain else "no", domain=["yes", "no way"])),
        e.OutsideDomain,
        "'wet' is 'no' with rain=False, and its domain was declared as 'yes', 'no way'",
    ),
    "outside table": (
        lambda: Model(rain=coin("1/4"), wet=table(["rain"], {True: 1, False: 2}, domain=[0, 1])),
        e.OutsideDomain,
        "'wet' is 2 with rain=False, and its domain was declared as 0, 1",
    ),
    "outside cpt": (
        lambda: Model(rain=coin("1/4"), wet=cpt(["rain"], {True: {1: 1}, False: {2: 1}}, domain=[0, 1])),
        e.OutsideDomain,
        "'wet' is 2 with rain=False, and its domain was declared as 0, 1",
    ),
    "outside edit": (
        lambda: rain.do(wet=lambda rain: "very"),
        e.OutsideDomain,
        "the edit would let 'wet' take 'very', and it takes: False, True; declare a wider domain when the model is built",
    ),
    "outside edit noise": (
        lambda: rain.do(rain=uniform(0, 1, 2)),
        e.OutsideDomain,
        "the edit would let 'rain' take 2, and it takes: False, True; declare a wider domain when the model is built",
    ),
    "raises div": (
        lambda: Model(n=uniform(1, 0), m=division),
        e.MechanismFailed,
        "the function of 'm' raised ZeroDivisionError: division by zero for n=0; it must return a value for every combination of "
        "its parents' values",
    ),
    "raises edit": (
        lambda: Model(n=uniform(1, 0), m=lambda n: n).do(m=division),
        e.MechanismFailed,
        "the function of 'm' raised ZeroDivisionError: division by zero for n=0; it must return a value for every combination of "
        "its parents' values",
    ),
    "unhashable": (
        lambda: Model(rain=coin("1/4"), wet=in_a_list),
        e.OutsideDomain,
        "'wet' is [False] with rain=False, and values must be hashable; return a tuple or a frozenset",
    ),
    "nan value": (
        lambda: Model(rain=coin("1/4"), wet=lambda rain: NAN),
        e.OutsideDomain,
        "'wet' is nan with rain=False, and a value must equal itself",
    ),
    "too many rows": (
        lambda: Model(a=uniform(*range(101)), b=uniform(*range(101)), c=uniform(*range(101)), d=lambda a, b, c: a),
        e.TooLarge,
        "'d' has 1,030,301 rows, and at most 1,000,000 are tabulated; give it fewer parents, or variables between",
    ),
    # couplings
    "coupling": (
        lambda: heal.given(well="no").do(treated=True).prob(well="yes"),
        e.NeedsCoupling,
        "'well' is a conditional table whose noise would be shared by branches in which treated differs, and the table alone does "
        "not say how; build it with cpt(..., coupling='monotone') or cpt(..., coupling='independent'), or as a function of "
        "explicit noise; read(..., coupling='monotone') states it for the tables of a file, and causalkit.bounds needs none",
    ),
    "coupling branches": (
        lambda: heal.branches(a={"treated": True}).prob(lambda b: b.a.well == b.fact.well),
        e.NeedsCoupling,
        "'well' is a conditional table whose noise would be shared by branches in which treated differs, and the table alone does "
        "not say how; build it with cpt(..., coupling='monotone') or cpt(..., coupling='independent'), or as a function of "
        "explicit noise; read(..., coupling='monotone') states it for the tables of a file, and causalkit.bounds needs none",
    ),
    "coupling unknown": (
        lambda: cpt(["x"], {0: {1: 1}}, coupling="Monotone"),  # type: ignore[arg-type]
        e.WrongShape,
        "the coupling 'Monotone' is not known; type coupling='monotone' or coupling='independent'",
    ),
    "coupling domain": (
        lambda: cpt(["x"], {0: {1: 1}}, coupling="monotone"),
        e.WrongShape,
        "the monotone coupling goes along the order of the values; state it: cpt(..., coupling='monotone', domain=[...])",
    ),
    # branches
    "circular as_in": (
        lambda: rain.branches(a={"rain": as_in("b")}, b={"rain": as_in("a")}),
        e.WrongShape,
        "the branches 'a', 'b' refer to each other in a circle; let one of them use values only",
    ),
    "as_in itself": (
        lambda: rain.branches(a={"rain": as_in("a")}),
        e.WrongShape,
        "the branches 'a' refer to each other in a circle; let one of them use values only",
    ),
    "as_in unknown": (
        lambda: rain.branches(a={"rain": as_in("fct")}),
        e.UnknownName,
        "the branch 'a' refers to 'fct'; there are: a, fact",
    ),
    "as_in unknown var": (
        lambda: rain.branches(a={"rain": as_in("fact", "wett")}),
        e.UnknownName,
        "'wett' is not in the model; it has: rain, wet; did you mean 'wet'?",
    ),
    "as_in misfit": (
        lambda: office.branches(a={"doubt": as_in("fact", "wish")}),
        e.OutsideDomain,
        "the edit would let 'doubt' take 'free', and it takes: False, True; declare a wider domain when the model is built",
    ),
    "branch fact": (
        lambda: rain.branches(fact={"rain": True}),
        e.InvalidName,
        "'fact' cannot name a branch: 'fact' is the model as it stands, and names are identifiers; type branch1={...}",
    ),
    "branch name": (
        lambda: rain.branches({"two words": {"rain": True}}),
        e.InvalidName,
        "'two words' cannot name a branch: 'fact' is the model as it stands, and names are identifiers; type branch1={...}",
    ),
    "branch name _": (
        lambda: rain.branches({"_a": {"rain": True}}),
        e.InvalidName,
        "'_a' cannot name a branch: 'fact' is the model as it stands, and names are identifiers; type branch1={...}",
    ),
    "branch shape": (
        lambda: rain.branches(dry=False),  # type: ignore[arg-type]
        e.WrongShape,
        "the branch 'dry' is False, and a branch is a mapping of names to values; type dry={'variable': value}",
    ),
    "branches shape": (
        lambda: rain.branches(["dry"]),  # type: ignore[arg-type]
        e.WrongShape,
        "['dry'] is neither a mapping of names to values nor a function; type name=value or {'name': value}",
    ),
    "branch edit unknown": (
        lambda: rain.branches(dry={"rian": False}),
        e.UnknownName,
        "'rian' is not in the model; it has: rain, wet; did you mean 'rain'?",
    ),
    "branch edit value": (
        lambda: rain.branches(dry={"rain": "no"}),
        e.UnknownValue,
        "'rain' does not take the value 'no'; it takes: False, True",
    ),
    "branch unknown": (
        lambda: rain.branches(dry={"rain": False}).prob(lambda b: b.dyr.wet),
        e.UnknownName,
        "'dyr' is not a branch; there are: fact, dry; did you mean 'dry'?",
    ),
    "branch var unknown": (
        lambda: rain.branches(dry={"rain": False}).prob(lambda b: b.dry.wett),
        e.UnknownName,
        "'wett' is not in the model; it has: rain, wet; did you mean 'wet'?",
    ),
    # functions and rows
    "star args": (
        lambda: Model(a=1, b=takes_all),
        e.WrongShape,
        "<function takes_all> takes *args, **kwargs or keyword-only arguments, and the parents of a function are its plain "
        "argument names; name them one by one",
    ),
    "star args event": (
        lambda: rain.prob(takes_all),
        e.WrongShape,
        "<function takes_all> takes *args, **kwargs or keyword-only arguments, and the parents of a function are its plain "
        "argument names; name them one by one",
    ),
    "kw only": (
        lambda: Model(rain=1, b=keyword_only),
        e.WrongShape,
        "<function keyword_only> takes *args, **kwargs or keyword-only arguments, and the parents of a function are its plain "
        "argument names; name them one by one",
    ),
    "no signature": (
        lambda: Model(a=1, b=max),
        e.WrongShape,
        "<built-in function max> does not tell its argument names; name its parents: function(f, parents=['this', 'that'])",
    ),
    "missing row": (
        lambda: Model(rain=coin("1/4"), wet=table(["rain"], {True: 1})),
        e.WrongShape,
        "'wet' has no row for rain=False; add False: ... to its rows",
    ),
    "missing row two": (
        lambda: Model(a=uniform("x", "y"), b=uniform(0, 1), c=table(["a", "b"], {("x", 0): 0, ("x", 1): 1, ("y", 0): 0})),
        e.WrongShape,
        "'c' has no row for a='y', b=1; add ('y', 1): ... to its rows",
    ),
    "missing cpt": (
        lambda: Model(rain=coin("1/4"), wet=cpt(["rain"], {True: {0: 1}})),
        e.WrongShape,
        "'wet' has no row for rain=False; add False: ... to its rows",
    ),
    "rows no mapping": (
        lambda: table(["rain"], [1, 2]),  # type: ignore[arg-type]
        e.WrongShape,
        "the rows of a table are a mapping from the parents' values, and got [1, 2]; type {(value, value): ...}",
    ),
    "cpt rows no mapping": (
        lambda: cpt(["rain"], [1, 2]),  # type: ignore[arg-type]
        e.WrongShape,
        "the rows of a cpt are a mapping from the parents' values, and got [1, 2]; type {(value, value): ...}",
    ),
    "parents text": (
        lambda: table("rain", {}),
        e.WrongShape,
        "'rain' is one text where a list of names was expected; type ['rain']",
    ),
    "parents twice": (
        lambda: table(["a", "a"], {}),
        e.WrongShape,
        "a parent is named twice in 'a', 'a'",
    ),
    "domain text": (
        lambda: function(lambda a: a, domain="ab"),
        e.WrongShape,
        "a domain is a list of one or more different values, and got 'ab'",
    ),
    "domain empty": (
        lambda: table(["a"], {}, domain=[]),
        e.WrongShape,
        "a domain is a list of one or more different values, and got []",
    ),
    "domain twice": (
        lambda: table(["a"], {}, domain=[0, 0]),
        e.WrongShape,
        "a domain is a list of one or more different values, and got [0, 0]",
    ),
    # edges and soft interventions
    "edge shape": (
        lambda: rain.do({("rain", "wet", "cold"): True}),
        e.WrongShape,
        "('rain', 'wet', 'cold') is not an edge; type ('parent', 'child')",
    ),
    "edge missing": (
        lambda: rain.do({("wet", "rain"): True}),
        e.WrongShape,
        "'rain' does not listen to 'wet'; it listens to: nothing",
    ),
    "edge unknown": (
        lambda: rain.do({("rian", "wet"): True}),
        e.UnknownName,
        "'rian' is not in the model; it has: rain, wet; did you mean 'rain'?",
    ),
    "edge value": (
        lambda: rain.do({("rain", "wet"): "no"}),
        e.UnknownValue,
        "'rain' does not take the value 'no'; it takes: False, True",
    ),
    "do cycle": (
        lambda: rain.do(rain=lambda wet: wet),
        e.CyclicModel,
        "the variables listen to each other in a circle: rain -> wet -> rain; break it at one of its arrows",
    ),
    "edge cycle": (
        lambda: rain.do({("rain", "wet"): lambda wet: wet}),
        e.CyclicModel,
        "the variables listen to each other in a circle: wet -> wet; break it at one of its arrows",
    ),
    "soft unknown parent": (
        lambda: rain.do(wet=lambda rian: rian),
        e.UnknownName,
        "'rian' is not in the model; it has: rain, wet; did you mean 'rain'?",
    ),
    # numbers
    "exact": (
        lambda: exact("a half"),
        e.InvalidNumber,
        "'a half' is not an exact number; give an int, a Fraction, text such as '1/4' or '0.1', a float or a sympy expression",
    ),
    "exact list": (
        lambda: exact([1]),
        e.InvalidNumber,
        "[1] is not an exact number; give an int, a Fraction, text such as '1/4' or '0.1', a float or a sympy expression",
    ),
}


def text_of(error: BaseException) -> str:
    """What an error says, without the addresses of functions."""
    return re.sub(r" at 0x\w+", "", str(error))


@pytest.mark.parametrize("case", CASES)
def test_wrong_call(case: str) -> None:
    call, kind, text = CASES[case]
    with pytest.raises(e.CausalError) as caught:
        call()
    assert (type(caught.value), text_of(caught.value)) == (kind, text)


@pytest.mark.parametrize(
    ("call", "kind", "parts"),
    [
        (lambda: cpt(["x"], {0: {"a": "1/2"}}), e.NotADistribution, ["row", "0", "1/2", "sum to 1"]),
        (lambda: cpt(["x", "y"], {(0, "b"): {"a": 2, "b": -1}}), e.NotADistribution, ["(0, 'b')", "-1", "0 or more"]),
        (lambda: cpt(["x"], {7: 1}), e.NotADistribution, ["7", "1 is not a mapping"]),
        (lambda: Model(wish="stop").expect("wish"), e.InvalidNumber, ["wish", "'stop'", "number"]),
        (lambda: rain.do(rain=as_in("fact")), e.CausalError, ["as_in", "branches"]),
        (lambda: Model(wet=Dist({NAN: "1/2", 0: "1/2"})), e.OutsideDomain, ["'wet' is nan", "equal itself"]),
        (lambda: rain.given(lambda rain, wet: rain and not wet), e.Impossible, ["function of rain, wet", "probability 0"]),
        (lambda: Model(wet=["yes"]), e.OutsideDomain, ["'wet' is ['yes']", "values must be hashable; return a tuple or a frozenset"]),
        (lambda: Model(wet=NAN), e.OutsideDomain, ["'wet' is nan", "a value must equal itself"]),
        (
            lambda: Model(rain=coin("1/4"), wet=table(["rain"], {True: 1, False: 0, "maybe": 2})),
            e.WrongShape,
            ["'wet' has a row for", "'maybe'", "which its parents never take; they are rain in False, True"],
        ),
        (
            lambda: Model(rain=coin("1/4"), wet=cpt(["rain"], {True: {0: 1}, False: {0: 1}, "maybe": {0: 1}})),
            e.WrongShape,
            ["'wet' has a row for", "'maybe'", "which its parents never take; they are rain in False, True"],
        ),
        (lambda: Model(n=1, m=takes_all), e.WrongShape, ["takes_all", "argument names"]),
    ],
)
def test_wrong_call_says(call: Callable[[], object], kind: type[e.CausalError], parts: list[str]) -> None:
    with pytest.raises(kind) as caught:
        call()
    assert not [part for part in parts if part not in str(caught.value)], str(caught.value)


def test_the_cause_of_a_failing_function_is_kept() -> None:
    with pytest.raises(e.MechanismFailed) as caught:
        Model(n=uniform(1, 0), m=division)
    assert isinstance(caught.value.__cause__, ZeroDivisionError)


def test_too_many_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("causalkit.engine.exact.enumeration.MOST_RUNS", 3)
    branches = Model(a=uniform(0, 1), b=uniform(0, 1)).branches(other={"a": 0})
    assert branches.prob(lambda b: b.fact.a == 0) == exact("1/2")
    with pytest.raises(e.TooLarge) as caught:
        branches.prob(lambda b: b.fact.a == b.fact.b)
    assert str(caught.value) == (
        "the answer takes more than 3 runs of the world; ask about fewer variables, "
        "split noise that only matters through a summary, or give the model fewer noises"
    )


def test_errors_are_found_by_the_usual_names() -> None:
    """All are ``ValueError``; what was not there is also a ``LookupError``."""
    with pytest.raises(ValueError, match="sum to"):
        Dist({"a": "1/2"})
    with pytest.raises(LookupError, match="not in the model"):
        rain.do(rian=True)
    classes = [each for each in map(e.__dict__.get, e.__all__) if isinstance(each, type)]
    assert len(classes) > 10
    assert all(issubclass(each, e.CausalError) for each in classes)


def test_a_wrong_call_changes_nothing() -> None:
    before = repr(office)
    for call in (lambda: office.do(wish="stopp"), lambda: office.choose(action="wrok"), lambda: office.given(wish=3)):
        with pytest.raises(e.CausalError):
            call()
    assert repr(office) == before


@pytest.mark.parametrize("given", [0, -1, True, 1.5, "2", None])
def test_a_number_of_things_is_at_least_one_unless_said_otherwise(given: object) -> None:
    with pytest.raises(e.CausalError, match="top"):
        count("top", given)
    assert (count("top", 1), count("top", 0, least=0)) == (1, 0)


def test_a_file_of_a_network_that_is_not_there_is_said_so_once(tmp_path: Path) -> None:
    with pytest.raises(e.WrongFile) as caught:
        read(tmp_path / "nope.bif")
    assert str(caught.value) == f"{tmp_path / 'nope.bif'} is not there; name a file that holds a network"


def test_what_is_meant_by_a_text_is_a_value_that_is_written_so_and_else_a_name_that_is_close() -> None:
    assert e.suggestion("none", [0, None, "nine"]) == "; did you mean None?"
    assert e.suggestion("true", ["True", True]) == "; did you mean True?"
    assert e.suggestion("WISH", ["fish", "wish"]) == "; did you mean 'wish'?"
    assert e.suggestion(True, [False, 1]) == ""
    assert e.suggestion("x" * 10_000, ["x" * 10_000]) == ""
