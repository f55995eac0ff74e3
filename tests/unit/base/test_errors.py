"""Errors have a code, say themselves in two languages, and form a tree that callers can rely on."""

import pickle
from collections.abc import Iterator

import pytest

from crmcore.base import errors
from crmcore.base.errors import (
    Conflict,
    Contention,
    CrmError,
    Invalid,
    NotFound,
    Problem,
    Refused,
    StoreError,
    StoreUrlError,
    Transient,
    UnknownOutcome,
)
from crmcore.base.lazy import exports
from crmcore.base.paging import Page, page_count
from crmcore.i18n import has_text


def family(error: type[CrmError]) -> Iterator[type[CrmError]]:
    yield error
    for child in error.__subclasses__():
        yield from family(child)


ALL = sorted({one for one in family(CrmError) if one.__module__ == errors.__name__}, key=lambda one: one.__name__)


def test_every_error_of_the_core_is_exported_and_drawn() -> None:
    names = {one.__name__ for one in ALL}
    assert names | {"Problem"} == set(errors.__all__)
    assert errors.__doc__ is not None
    assert not [name for name in names - {"AlreadyExists", "MissingPackage"} if name not in errors.__doc__]


@pytest.mark.parametrize("error", ALL)
def test_every_error_has_its_words(error: type[CrmError]) -> None:
    assert has_text(f"error.{error.code}", "en")
    assert has_text(f"error.{error.code}", "zh")


def test_the_tree_says_what_may_be_repeated() -> None:
    assert issubclass(Contention, (Transient, Conflict))
    assert not issubclass(UnknownOutcome, Transient)
    assert not issubclass(Conflict, StoreError)
    assert issubclass(StoreUrlError, StoreError)
    assert issubclass(NotFound, LookupError)


def test_an_error_says_itself_in_english_and_chinese() -> None:
    error = NotFound(entity="opportunity", id="5")
    assert str(error) == "There is no such record, or you may not see it: Opportunity 5."
    assert error.explain("zh") != error.explain("en")
    assert "销售机会" in error.explain("zh")


def test_an_error_names_fields_permissions_and_states_as_people_do() -> None:
    taken = errors.AlreadyExists(entity="opportunity", field="title", value="x")
    assert "Title" in str(taken)
    unknown = errors.AlreadyExists(entity="nothing", field="title", value="x")
    assert "title" in str(unknown)
    said = errors.Refused(permission="opportunity.dispatch", status="opportunity", other=1)
    assert said.params["permission"] == "opportunity.dispatch"
    assert str(said)


def test_an_error_names_types_as_people_do() -> None:
    wrong = Invalid(Problem("title", "value.type", "opportunity", {"wanted": "integer", "got": "str"}))
    assert "integer" not in wrong.explain("zh")


def test_invalid_collects_problems() -> None:
    one, two = Problem("title", "value.missing", "opportunity"), Problem("x", "value.unknown_field")
    error = Invalid([one, two])
    assert error.fields == {"title", "x"}
    assert error.codes == {"value.missing", "value.unknown_field"}
    assert str(error) == "Title: please fill this in.; x: there is no such field."
    assert "；" in error.explain("zh")
    assert Invalid(one).problems == (one,)


@pytest.mark.parametrize(
    "error", [Refused(a=1), NotFound(entity="x", id=1), Contention(entity="x"), Invalid(Problem("f", "value.missing"))]
)
def test_an_error_travels_to_another_process(error: CrmError) -> None:
    again = pickle.loads(pickle.dumps(error))  # noqa: S301
    assert type(again) is type(error)
    assert again.params == error.params
    assert str(again) == str(error)


@pytest.mark.requirement("GEN-10")
@pytest.mark.parametrize(("total", "size", "pages"), [(0, 10, 1), (1, 10, 1), (10, 10, 1), (11, 10, 2), (100, 7, 15)])
def test_pages_are_counted(total: int, size: int, pages: int) -> None:
    assert page_count(total, size) == pages
    assert Page(rows=(), total=total, number=1, size=size).pages == pages


@pytest.mark.requirement("GEN-10")
def test_a_page_knows_the_place_of_its_first_row() -> None:
    assert [Page(rows=(), total=99, number=number, size=10).first_row for number in (1, 2, 5)] == [1, 11, 41]


def test_a_package_loads_its_names_when_they_are_used() -> None:
    load, listing = exports(
        "crmcore.base",
        {"Money": "crmcore.base.values", "Cash": "crmcore.base.values:Money", "text": "crmcore.base.text"},
    )
    assert load("Money") is load("Cash")
    assert load("text").__name__ == "crmcore.base.text"
    assert listing() == ["Cash", "Money", "text"]
    with pytest.raises(AttributeError, match="has no attribute 'Gold'"):
        load("Gold")
