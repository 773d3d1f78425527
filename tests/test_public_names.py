"""The public surface: few names, all there, none by accident."""

import importlib

import pytest

import causalkit
import stop_button

CAUSALKIT = [
    "Branches",
    "CausalError",
    "Dist",
    "Graph",
    "Impossible",
    "Model",
    "as_in",
    "bounds",
    "break_even",
    "choice",
    "coin",
    "cpt",
    "d_separated",
    "function",
    "identify",
    "point",
    "read",
    "table",
    "uniform",
    "unroll",
]
STOP_BUTTON = [
    "BASELINE",
    "FREE",
    "STOP",
    "UNDEFINED",
    "Audit",
    "B",
    "Counterexample",
    "E",
    "H",
    "Policy",
    "Role",
    "Scoreboard",
    "Solution",
    "Utility",
    "V",
    "World",
    "X",
    "audit",
    "ccmin",
    "claims",
    "cond",
    "conditional_counterfactual",
    "counterfactual",
    "definitions",
    "find_counterexample",
    "least",
    "most",
    "naive",
    "rank",
    "ref",
    "report",
    "score",
    "solve",
    "survey",
    "switch",
    "worlds",
]


@pytest.mark.parametrize(("package", "names"), [(causalkit, CAUSALKIT), (stop_button, STOP_BUTTON)], ids=["causalkit", "stop_button"])
def test_public_names(package: object, names: list[str]) -> None:
    assert sorted(package.__all__) == sorted(names)  # type: ignore[attr-defined]
    assert all(hasattr(package, name) for name in names)


@pytest.mark.parametrize("name", ["causalkit", "stop_button"])
def test_an_unknown_name_is_an_attribute_error(name: str) -> None:
    with pytest.raises(AttributeError, match="nonsense"):
        importlib.import_module(name).nonsense  # noqa: B018
