"""Pages and filters of lists, as people use them."""

from typing import Any

import pytest
from attrs import fields

from crmcore import opportunities
from crmcore.access.actor import SYSTEM
from crmcore.access.entity import UserId
from crmcore.base.errors import Invalid
from crmcore.customers.entity import Customer, CustomerId
from crmcore.dictionary.entity import SystemParameter
from crmcore.dictionary.parameters import PAGE_SIZE
from crmcore.opportunities import Opportunity
from crmcore.query import EVERYTHING, any_of, asc, contains, desc, eq, ge, lt, query
from crmcore.storage import listing as listing_module
from crmcore.storage.crm import Crm
from crmcore.storage.listing import exactly, is_quick, page_of, page_of_both, partly
from crmcore.testing.sessions import put

_o = fields(Opportunity)


@pytest.fixture
def filled(crm: Crm, clock: Any) -> Crm:
    """Twenty-three opportunities, one a minute: number 22 is the newest."""
    for place in range(23):
        with crm.work("lihua") as work:
            opportunities.create(
                work,
                customer_name=f"客户{place:02d} ＡＢＣ",
                title=f"t{place}",
                success_rate=place,
                description="d",
                contact_name="张三" if place % 2 else "",
            )
        clock.advance(minutes=1)
    return crm


def rates(crm: Crm, **asked: Any) -> list[int]:
    with crm.work("lihua", readonly=True) as work:
        return [row.success_rate for row in opportunities.unassigned(work, **asked).rows]


@pytest.mark.requirement("GEN-10", "GEN-17")
def test_a_list_comes_in_pages_of_ten_newest_first(filled: Crm) -> None:
    assert rates(filled) == [*range(22, 12, -1)]
    assert rates(filled, page=2) == [*range(12, 2, -1)]
    assert rates(filled, page=3) == [2, 1, 0]


@pytest.mark.requirement("GEN-10")
def test_a_page_tells_how_many_there_are(filled: Crm) -> None:
    with filled.work("lihua", readonly=True) as work:
        page = opportunities.unassigned(work, page=3)
    assert (page.total, page.number, page.pages, page.size, page.first_row) == (23, 3, 3, 10, 21)


@pytest.mark.requirement("GEN-10")
@pytest.mark.parametrize(("asked", "answered"), [(0, 1), (-5, 1), (4, 3), (10**30, 3)])
def test_a_page_that_does_not_exist_is_the_nearest_that_does(filled: Crm, asked: int, answered: int) -> None:
    with filled.work("lihua", readonly=True) as work:
        assert opportunities.unassigned(work, page=asked).number == answered


@pytest.mark.requirement("GEN-22")
def test_an_empty_list_has_one_empty_page(crm: Crm) -> None:
    with crm.work("lihua", readonly=True) as work:
        page = opportunities.unassigned(work, page=7)
    assert (list(page.rows), page.total, page.number, page.pages, page.first_row) == ([], 0, 1, 1, 1)


@pytest.mark.requirement("GEN-10")
@pytest.mark.parametrize(("asked", "rows"), [(5, 5), (0, 1), (-1, 1), (201, 23), (None, 10)])
def test_the_size_of_a_page_is_kept_within_bounds(filled: Crm, asked: int | None, rows: int) -> None:
    assert len(rates(filled, size=asked)) == rows


@pytest.mark.requirement("GEN-10")
def test_a_company_sets_its_own_page_size(filled: Crm) -> None:
    session = filled.store.begin(write=True)
    session.insert(SystemParameter(id=PAGE_SIZE.id, key=PAGE_SIZE.key, value="3", version=1))
    session.commit()
    session.close()
    assert rates(filled) == [22, 21, 20]


@pytest.mark.parametrize("wrong", [{"page": "2"}, {"size": "x"}, {"page": 1.5}, {"page": True}, {"page": None}])
def test_a_page_that_is_no_whole_number_is_refused(filled: Crm, wrong: dict[str, Any]) -> None:
    with pytest.raises(Invalid) as invalid:
        rates(filled, **wrong)
    assert invalid.value.codes == {"value.type"}
    assert invalid.value.fields == set(wrong)


@pytest.mark.requirement("GEN-16")
def test_a_text_filter_matches_parts_whatever_their_case_and_width(filled: Crm) -> None:
    assert rates(filled, customer_name="户07") == [7]
    assert rates(filled, customer_name="abc", title=" T1 ") == [19, 18, 17, 16, 15, 14, 13, 12, 11, 10]
    assert rates(filled, customer_name="abc", title="T21") == [21]
    assert rates(filled, contact_name="四") == []


@pytest.mark.requirement("GEN-16")
def test_an_empty_filter_counts_for_nothing() -> None:
    assert partly((_o.customer_name, ""), (_o.title, "  \t"), (_o.contact_name, None)) == []  # type: ignore[arg-type]
    assert exactly((_o.assignee, None), (_o.source, "")) == []


@pytest.mark.requirement("GEN-16")
def test_a_drop_down_filter_matches_exactly() -> None:
    assert exactly((_o.source, "展会"), (_o.success_rate, 0)) == [eq(_o.source, "展会"), eq(_o.success_rate, 0)]
    assert partly((_o.title, " a b ")) == [contains(_o.title, "a b")]


@pytest.mark.parametrize("wrong", [5, b"x", ["a"], "\0", "\ud800"])
def test_a_filter_that_is_no_text_is_refused(filled: Crm, wrong: Any) -> None:
    with pytest.raises(Invalid) as invalid:
        rates(filled, customer_name=wrong)
    assert invalid.value.codes == {"query.value"}
    assert invalid.value.fields == {"customer_name"}


def test_a_list_shows_what_the_actor_may_see_and_counts_no_more(filled: Crm) -> None:
    with filled.work("lihua", readonly=True) as work:
        mine = opportunities.unassigned(work).rows[0]
    filled.perform(opportunities.dispatch, mine.id, to="wangwei", as_user="zhaomin")
    for name, total in (("lihua", 23), ("wangwei", 23), ("zhaomin", 23)):
        with filled.work(name, readonly=True) as work:
            page = page_of(work, work.opportunities, query(Opportunity), page=1, size=200)
            assert (page.total, len(page.rows)) == (total, total)
    other = filled.perform(
        opportunities.create, customer_name="n", title="t", success_rate=1, description="d", as_user="zhaomin"
    )
    filled.perform(opportunities.dispatch, other.id, to="lihua", as_user="zhaomin")
    with filled.work("wangwei", readonly=True) as work:
        page = page_of(work, work.opportunities, query(Opportunity), page=1, size=200)
        assert (page.total, len(page.rows)) == (23, 23)
    with filled.work(SYSTEM, readonly=True) as work:
        assert page_of(work, work.opportunities, query(Opportunity).where(EVERYTHING), page=1, size=1).total == 24


def _customer(crm: Crm, place: int, name: str) -> Customer:
    return Customer(
        id=CustomerId(crm.ids()),
        number=f"K{place}",
        name=name,
        search_text=name,
        manager=UserId(crm.ids()),
        created_by=UserId(crm.ids()),
        created_at=crm.clock(),
    )


@pytest.mark.requirement("GEN-10", "X-CUS-02")
def test_a_list_with_a_keyword_is_counted_so_far_and_no_further(crm: Crm, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listing_module, "COUNTED", 4)
    searched = fields(Customer).search_text
    put(crm.store, *(_customer(crm, place, f"华建{place}") for place in range(9)))
    with crm.work(SYSTEM, readonly=True) as work:

        def counted(text: str, page: int = 1) -> tuple[int, bool, int, int]:
            wanted = query(Customer).where(*partly((searched, text)))
            found = page_of(work, work.unscoped(Customer), wanted, page=page, size=2)
            return found.total, found.more, found.number, len(found.rows)

        assert counted("华建") == (4, True, 1, 2)
        assert counted("华建", page=2) == (6, True, 2, 2)
        assert counted("华建", page=4) == (9, False, 4, 2)
        assert counted("华建", page=99) == (9, False, 5, 1)
        assert counted("华建3") == (1, False, 1, 1)
        assert counted("") == (9, False, 1, 2)
        either = any_of(contains(searched, "华建"), contains(searched, "3"))
        found = page_of(work, work.unscoped(Customer), query(Customer).where(either), page=1, size=2)
        assert (found.total, found.more) == (4, True)
        named = any_of(contains(searched, "华建"), contains(fields(Customer).name, "华建"))
        found = page_of(work, work.unscoped(Customer), query(Customer).where(named), page=1, size=2)
        assert (found.total, found.more) == (9, False), "not every part of it is looked up by an index"


@pytest.mark.requirement("GEN-10", "X-SRV-03")
def test_two_lists_with_a_keyword_are_counted_so_far_and_no_further(crm: Crm, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listing_module, "COUNTED", 4)
    number, searched = fields(Customer).number, fields(Customer).search_text
    put(crm.store, *(_customer(crm, place, f"华建{place}") for place in range(9)))
    with crm.work(SYSTEM, readonly=True) as work:
        looked_at: list[int] = []
        really = work.session.count

        def noted(wanted: Any, at_most: int | None = None) -> int:
            found = really(wanted, at_most)
            looked_at.append(found)
            return found

        monkeypatch.setattr(work.session, "count", noted)

        def paged(border: int, page: int = 1, text: str = "华建") -> tuple[int, bool, int, list[str]]:
            wanted = query(Customer).where(*partly((searched, text))).sort(asc(number))
            first, then = wanted.where(lt(number, f"K{border}")), wanted.where(ge(number, f"K{border}"))
            del looked_at[:]
            told = page_of_both(work, work.unscoped(Customer), first, then, page=page, size=2, both=wanted)
            assert not text or sum(looked_at) <= max(5, 2 * page + 3)
            del looked_at[:]
            found = page_of_both(work, work.unscoped(Customer), first, then, page=page, size=2)
            assert (told.total, told.more, told.rows) == (found.total, found.more, found.rows)
            return found.total, found.more, found.number, [one.number for one in found.rows]

        for border in (0, 1, 2, 3, 8, 9):
            assert paged(border) == (4, True, 1, ["K0", "K1"])
            assert sum(looked_at) <= 5
            assert paged(border, page=2) == (6, True, 2, ["K2", "K3"])
            assert sum(looked_at) <= 7
            assert paged(border, page=4) == (9, False, 4, ["K6", "K7"])
            assert paged(border, page=99) == (9, False, 5, ["K8"])
            assert paged(border, text="华建3") == (1, False, 1, ["K3"])
            assert paged(border, text="") == (9, False, 1, ["K0", "K1"])


@pytest.mark.requirement("X-CUS-02")
def test_a_keyword_of_one_character_is_not_quick() -> None:
    assert [word for word in ("公司", "ab", "12", " 华 ", "华", "", "😀") if is_quick(word)] == ["公司", "ab", "12"]


@pytest.mark.parametrize("size", [3, 8, 12, 23, 30])
@pytest.mark.parametrize("border", [0, 8, 9, 23])
def test_two_lists_behind_each_other_are_paged_as_one(filled: Crm, size: int, border: int) -> None:
    first = query(Opportunity).where(lt(_o.success_rate, border)).sort(asc(_o.success_rate))
    then = query(Opportunity).where(ge(_o.success_rate, border)).sort(desc(_o.success_rate))
    wanted = [*range(border), *reversed(range(border, 23))]
    with filled.work("zhaomin", readonly=True) as work:
        pages = [page_of_both(work, work.opportunities, first, then, page=one, size=size) for one in range(1, 10)]
        both = query(Opportunity)
        assert page_of_both(work, work.opportunities, first, then, page=1, size=size, both=both) == pages[0]
    last = -(-23 // size)
    assert [one.success_rate for page in pages[:last] for one in page.rows] == wanted
    assert {(page.total, page.size) for page in pages} == {(23, size)}
    assert [page.number for page in pages] == [min(number, last) for number in range(1, 10)]
    assert pages[-1].rows == pages[last - 1].rows


@pytest.mark.parametrize("size", [22, 23, 24])
def test_a_list_that_its_first_page_shows_to_the_end_is_not_counted(
    filled: Crm, size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    with filled.work("zhaomin", readonly=True) as work:
        counted: list[int] = []
        count = work.session.count
        monkeypatch.setattr(work.session, "count", lambda *given: counted.append(1) or count(*given))
        page = page_of(work, work.opportunities, query(Opportunity), page=1, size=size)
    assert (page.total, len(page.rows)) == (23, min(size, 23))
    assert bool(counted) == (size < 24)
