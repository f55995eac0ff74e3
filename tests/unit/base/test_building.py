"""Records are made and changed from what somebody gave; everything that is wrong is said at once."""

from typing import Any
from uuid import UUID

import attrs
import pytest
from attrs import field

from crmcore.base.building import build, change
from crmcore.base.checked import checked
from crmcore.base.constraints import Length, Range
from crmcore.base.errors import Invalid
from crmcore.base.kinds import hint


@attrs.frozen(kw_only=True, field_transformer=checked)
class Card:
    id: UUID = field(metadata=hint(system=True))
    title: str = field(validator=Length(1, 10))
    rate: int = field(validator=Range(0, 100))
    owner: str = field(default="me", validator=Length(0, 10), metadata=hint(fixed=True))
    tags: tuple[str, ...] = ()
    version: int = field(default=0, metadata=hint(system=True))


ID = UUID(int=1)
CARD = Card(id=ID, title="t", rate=1)


def problems(caught: pytest.ExceptionInfo[Invalid]) -> set[tuple[str, str]]:
    return {(one.field, one.code) for one in caught.value.problems}


def test_builds_from_what_is_given_and_what_the_system_knows() -> None:
    assert build(Card, {"title": "t", "rate": 5, "tags": ["a"]}, id=ID) == Card(id=ID, title="t", rate=5, tags=("a",))


@pytest.mark.requirement("GEN-11", "GEN-15")
@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, {("title", "value.missing"), ("rate", "value.missing")}),
        ({"title": "", "rate": 101}, {("title", "value.missing"), ("rate", "value.range")}),
        ({"title": "t", "rate": 1, "colour": 1}, {("colour", "value.unknown_field")}),
        ({"title": "t", "rate": 1, "version": 5}, {("version", "value.not_yours")}),
        ({"title": "t", "rate": 1, "id": ID}, {("id", "value.not_yours")}),
        ({"rate": "x", "version": 1, "nope": 1}, {
            ("title", "value.missing"),
            ("rate", "value.type"),
            ("version", "value.not_yours"),
            ("nope", "value.unknown_field"),
        }),
        ({"title": "t", "rate": 1, "tags": ["\0"]}, {("tags", "value.item")}),
    ],
)  # fmt: skip
def test_says_everything_that_is_wrong(given: dict[str, Any], expected: set[tuple[str, str]]) -> None:
    with pytest.raises(Invalid) as caught:
        build(Card, given, id=ID)
    assert problems(caught) == expected
    assert {one.entity for one in caught.value.problems} == {"card"}


def test_changes_what_may_be_changed() -> None:
    assert change(CARD, {"title": "new", "tags": ["a"]}) == attrs.evolve(CARD, title="new", tags=("a",))
    assert change(CARD, {}) == CARD


@pytest.mark.requirement("GEN-15")
@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"owner": "you"}, {("owner", "value.not_yours")}),
        ({"version": 9}, {("version", "value.not_yours")}),
        ({"nope": 1}, {("nope", "value.unknown_field")}),
        ({"title": None, "rate": -1}, {("title", "value.missing"), ("rate", "value.range")}),
    ],
)
def test_refuses_changes_to_the_rest(changes: dict[str, Any], expected: set[tuple[str, str]]) -> None:
    with pytest.raises(Invalid) as caught:
        change(CARD, changes)
    assert problems(caught) == expected
