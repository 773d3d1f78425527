"""What every example says about itself is there, and holds."""

from __future__ import annotations

import inspect
from collections.abc import Callable

import pytest

import causalkit as ck
from causalkit import examples
from causalkit.quantities.bounding import bounds

EVERY = {name: getattr(examples, name) for name in examples.__all__}


@pytest.mark.parametrize("name", EVERY)
def test_every_example_is_a_model_with_caveat_source_and_a_run(name: str) -> None:
    build: Callable[[], ck.Model] = EVERY[name]
    assert isinstance(build(), ck.Model)
    assert build() == build()
    text = inspect.getdoc(build) or ""
    assert "CAVEAT: " in text
    assert "Source: [" in text
    assert ">>> " in text


def test_the_list_is_sorted_and_complete() -> None:
    public = {name for name, one in vars(examples).items() if inspect.isfunction(one)}
    assert list(examples.__all__) == sorted(public)


def test_the_two_mechanisms_lie_within_what_their_table_allows() -> None:
    """[armstrong2016] has 1 and 2/3; the table alone leaves 2/3 to 1."""
    rows = {a: examples.copy_or_negate().given(A=a).dist("B") for a in (False, True)}
    table = ck.Model(A=ck.coin("1/2"), B=ck.cpt(["A"], rows))
    found = bounds(table.given(A=False, B=False).do(A=True), {"B": True})
    for build in (examples.copy_or_negate, examples.copy_or_fixed):
        assert {a: build().do(A=a).dist("B") for a in (False, True)} == rows
        assert build().given(A=False, B=False).do(A=True).prob(B=True) in found
    assert str(found) == "between 2/3 and 1"


def test_forest_fire_refuses_other_kinds() -> None:
    with pytest.raises(ck.CausalError, match=r"^found needs='none'; type forest_fire\('either'\) or forest_fire\('both'\)$"):
        examples.forest_fire("none")  # type: ignore[arg-type]
