"""Solves influence diagrams with PyCID, in its own environment: a request on each line of the input, an answer on each of the output.

``build`` takes a diagram: a list of nodes, each with its ``name`` and ``parents``; a chance node has ``rows``, the probability of 1
for each combination of its parents' values 0 and 1, the last changing fastest; a decision has ``options``; a utility has ``worth``, a
list of numbers in the same order as rows. ``solve`` finds an optimal policy, and ``worth`` tells its expected utility.
"""

import contextlib
import inspect
import itertools
import json
import sys


def built(nodes):
    """The diagram for PyCID, which wants functions whose arguments are called as the parents are."""
    import pycid

    edges = [(parent, node["name"]) for node in nodes for parent in node["parents"]]
    decisions = [node["name"] for node in nodes if "options" in node]
    utilities = [node["name"] for node in nodes if "worth" in node]
    diagram = pycid.CID(edges, decisions=decisions, utilities=utilities)
    domains = {node["name"]: node.get("options", [0, 1]) for node in nodes}
    diagram.add_cpds(**{node["name"]: mechanism(node, domains) for node in nodes})
    return diagram


def mechanism(node, domains):
    if "options" in node:
        return node["options"]
    inputs = itertools.product(*(domains[parent] for parent in node["parents"]))
    results = node["worth"] if "worth" in node else [{0: 1 - p, 1: p} for p in node["rows"]]
    rows = dict(zip(inputs, results, strict=True))
    return with_arguments(node["parents"], lambda **values: rows[tuple(values[parent] for parent in node["parents"])])


def with_arguments(names, function):
    function.__signature__ = inspect.Signature([inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY) for name in names])
    return function


def answer(state, request):
    if request["what"] == "build":
        state["diagram"] = built(request["nodes"])
        return {}
    if request["what"] == "solve":
        state["policy"] = state["diagram"].solve()
        return {}
    solved = state["diagram"].copy()
    solved.add_cpds(*state["policy"].values())
    return {"worth": float(solved.expected_utility({}))}


def main():
    answers = sys.stdout
    state: dict = {}
    with contextlib.redirect_stdout(sys.stderr):
        for line in sys.stdin:
            try:
                found = answer(state, json.loads(line))
            except Exception as error:
                found = {"error": f"{type(error).__name__}: {error}"}
            print(json.dumps(found), file=answers, flush=True)


if __name__ == "__main__":
    main()
