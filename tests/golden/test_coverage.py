"""Every requirement of what is built is named by a test, and tests name only requirements that exist."""

import ast
import re

import pytest

from golden.files import ROOT
from golden.produce.coverage import _ids, _marked, marks, parts

PARTS = {part.code: part for part in parts(ROOT)}
BEFORE_MARKETING = {f"GEN-{place:02d}" for place in range(1, 10)}
"""Scope and vocabulary, which no single test can show."""
CHAPTER = re.compile(r"([1-9]|1[0-6])(\.\d{1,2})?")
BUILT = [id_ for part in PARTS.values() if part.built == "yes" for id_ in part.ids if id_ not in BEFORE_MARKETING]


def test_the_parts_of_this_version_are_built() -> None:
    assert {code for code, part in PARTS.items() if part.built == "yes"} == {
        *("OPP", "PLN", "USR", "RBA", "DIC", "GEN"),
        *("CUS", "CON", "INT", "ORD", "CHN", "PRD", "INV", "X-CUS", "X-LIF"),
        *("SVC", "X-SRV", "X-CAR", "X-SLF"),
        *("RPT", "X-OPP", "X-TGT", "X-ANA"),
    }
    before_service = 13 + 4 + 6 + 11 + 4 + 13 + 8 + 4 + 3 + 4 + 13 + 2 + 2 + 18 + len(PARTS["X-LIF"].ids)
    before_statistics = before_service + 9 + 17 + 3 + 6
    assert len(BUILT) == before_statistics + 7 + 9 + 3 + 9


@pytest.mark.parametrize("id_", BUILT)
def test_every_requirement_that_is_built_is_named_by_a_test(id_: str) -> None:
    part = next(part for part in PARTS.values() if id_ in part.ids)
    assert bool(marks(ROOT).get(id_)) != (id_ in part.without), f"no test names {id_}, or one does: {part.ids[id_]}"


def test_what_is_built_in_part_is_named_by_a_test() -> None:
    for part in PARTS.values():
        assert part.partly.keys() <= part.ids.keys() & marks(ROOT).keys() - part.without.keys()
        assert all(part.partly.values())


def test_tests_name_only_requirements_that_exist() -> None:
    known = {id_ for part in PARTS.values() for id_ in part.ids}
    unknown = {id_: where for id_, where in marks(ROOT).items() if id_ not in known and not CHAPTER.fullmatch(id_)}
    assert unknown == {}


def test_marks_are_found_wherever_they_stand() -> None:
    source = """
import pytest
pytestmark = [pytest.mark.slow, pytest.mark.requirement("A-1")]
kinds: list = []

@pytest.mark.requirement("A-2", "A-3")
def test_one(): ...

@pytest.mark.parametrize("x", [pytest.param(1, marks=pytest.mark.requirement("A-4")), 2])
async def test_two(x): ...

@pytest.mark.requirement("A-5")
class TestThree:
    pytestmark: object = pytest.mark.requirement("A-6")
    @pytest.mark.requirement("A-7")
    def test_four(self): ...
    def test_five(self): ...
"""
    assert list(_marked(ast.parse(source))) == [
        ("*", "A-1"),
        ("test_one", "A-2"),
        ("test_one", "A-3"),
        ("test_two", "A-4"),
        ("TestThree", "A-5"),
        ("TestThree::*", "A-6"),
        ("TestThree::test_four", "A-7"),
    ]


def test_an_id_that_is_computed_can_not_be_found() -> None:
    with pytest.raises(TypeError, match="named by a text"):
        list(_ids(ast.parse("pytest.mark.requirement(*IDS)")))
