"""The opportunity list and the plan list."""

import pytest

from company import People, SetClock
from company.chances import dispatched, lost, recorded, won
from crmcore import opportunities
from crmcore.access.rules import NoPermission
from crmcore.base.errors import Invalid
from crmcore.opportunities.entity import Opportunity, OpportunityStatus
from crmcore.storage.crm import Crm
from crmcore.views import columns

LIST_COLUMNS = ("number", "customer_name", "title", "contact_name", "contact_phone", "created_at")


@pytest.mark.requirement("OPP-03")
@pytest.mark.parametrize("who", ["lihua", "wangwei", "zhaomin"])
def test_the_opportunity_list_shows_what_waits_for_dispatch(crm: Crm, who: str) -> None:
    waiting = recorded(crm, by="lihua")
    dispatched(crm)
    won(crm, customer_name="甲")
    lost(crm)
    page = crm.perform(opportunities.unassigned, as_user=who)
    assert [chance.id for chance in page.rows] == [waiting.id]
    assert page.total == 1


@pytest.mark.requirement("OPP-07")
def test_the_plan_list_shows_what_was_dispatched_to_a_manager_his_own(crm: Crm) -> None:
    recorded(crm)
    for_wangwei = [dispatched(crm, to="wangwei"), won(crm, "wangwei", customer_name="甲"), lost(crm, "wangwei")]
    for_lihua = dispatched(crm, to="lihua")

    def shown(who: str) -> set[object]:
        return {chance.id for chance in crm.perform(opportunities.developments, as_user=who).rows}

    assert shown("wangwei") == {chance.id for chance in for_wangwei}
    assert shown("lihua") == {for_lihua.id}  # not what he recorded and somebody else develops
    assert shown("zhaomin") == {for_lihua.id, *(chance.id for chance in for_wangwei)}


@pytest.mark.requirement("OPP-07", "GEN-16")
def test_the_plan_list_filters_by_status_and_manager(crm: Crm, people: People) -> None:
    open_, success = dispatched(crm, to="lihua"), won(crm, "wangwei", customer_name="甲")
    by_status = crm.perform(opportunities.developments, status=OpportunityStatus.WON, as_user="zhaomin")
    assert [chance.id for chance in by_status.rows] == [success.id]
    by_manager = crm.perform(opportunities.developments, assignee=people.lihua.id, as_user="zhaomin")
    assert [chance.id for chance in by_manager.rows] == [open_.id]
    none = crm.perform(opportunities.developments, status=OpportunityStatus.UNASSIGNED, as_user="zhaomin")
    assert none.total == 0
    foreign = crm.perform(opportunities.developments, assignee=people.lihua.id, as_user="wangwei")
    assert foreign.total == 0  # a manager's own, whatever he asks for


@pytest.mark.requirement("OPP-04", "GEN-16")
@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({}, {"华建", "ABC", "百分"}),
        ({"customer_name": "华建"}, {"华建"}),
        ({"customer_name": " abc "}, {"ABC"}),
        ({"customer_name": "ａｂｃ"}, {"ABC"}),
        ({"title": "电脑"}, {"华建", "ABC"}),
        ({"title": "电脑", "customer_name": "abc"}, {"ABC"}),
        ({"contact_name": "李"}, {"ABC"}),
        ({"title": "100%_"}, {"百分"}),
        ({"title": "%"}, {"百分"}),
        ({"title": "没有这个"}, set()),
        ({"customer_name": "", "title": "   "}, {"华建", "ABC", "百分"}),
    ],
)
def test_filters_match_parts_and_empty_ones_are_ignored(crm: Crm, filters: dict[str, str], found: set[str]) -> None:
    recorded(crm, customer_name="华建", title="采购电脑", contact_name="张三")
    recorded(crm, customer_name="ABC", title="电脑升级", contact_name="李四")
    recorded(crm, customer_name="百分", title="100%_满意", contact_name="")
    page = crm.perform(opportunities.unassigned, as_user="lihua", **filters)
    assert {chance.customer_name for chance in page.rows} == found
    for chance in page.rows:
        crm.perform(opportunities.dispatch, chance.id, to="wangwei", as_user="zhaomin")
    developed = crm.perform(opportunities.developments, as_user="wangwei", **filters)
    assert {chance.customer_name for chance in developed.rows} == found


@pytest.mark.requirement("GEN-17")
def test_lists_are_newest_first(crm: Crm, clock: SetClock) -> None:
    chances = []
    for _ in range(3):
        chances.append(recorded(crm))
        clock.advance(days=1)
    page = crm.perform(opportunities.unassigned, as_user="lihua")
    assert [chance.id for chance in page.rows] == [chance.id for chance in reversed(chances)]


@pytest.mark.requirement("GEN-10")
def test_lists_are_paged_ten_at_a_time(crm: Crm, clock: SetClock) -> None:
    for place in range(23):
        clock.advance(minutes=1)
        recorded(crm, title=f"第 {place} 个")

    def page(number: int, size: int | None = None) -> tuple[int, int, int, int, list[str]]:
        found = crm.perform(opportunities.unassigned, page=number, size=size, as_user="lihua")
        return found.total, found.size, found.number, found.pages, [chance.title for chance in found.rows]

    newest = [f"第 {place} 个" for place in reversed(range(23))]
    assert page(1) == (23, 10, 1, 3, newest[:10])
    assert page(2) == (23, 10, 2, 3, newest[10:20])
    assert page(3) == (23, 10, 3, 3, newest[20:])
    assert page(4) == page(10**12) == page(3)
    assert page(0) == page(-5) == page(1)
    assert page(2, size=20) == (23, 20, 2, 2, newest[20:])
    assert page(1, size=10**9)[1] == 200
    assert page(1, size=0)[1] == 1


@pytest.mark.requirement("GEN-10", "GEN-22")
def test_an_empty_list_has_one_page(crm: Crm) -> None:
    page = crm.perform(opportunities.unassigned, as_user="lihua")
    assert (page.total, page.number, page.pages, list(page.rows)) == (0, 1, 1, [])


@pytest.mark.requirement("OPP-04", "OPP-07")
def test_the_lists_columns_have_words(crm: Crm) -> None:
    shown = columns(Opportunity, (*LIST_COLUMNS, "status"))
    assert [column.label for column in shown] == [f"opportunity.{name}" for name in (*LIST_COLUMNS, "status")]


@pytest.mark.requirement("RBA-13")
@pytest.mark.parametrize("who", ["admin", "chengang"])
def test_people_without_the_right_see_no_list(crm: Crm, who: str) -> None:
    recorded(crm)
    for listing in (opportunities.unassigned, opportunities.developments):
        with pytest.raises(NoPermission):
            crm.perform(listing, as_user=who)


@pytest.mark.parametrize("text", ["\0", "\ud800"])
def test_a_filter_no_record_can_hold_is_refused(crm: Crm, text: str) -> None:
    with pytest.raises(Invalid) as caught:
        crm.perform(opportunities.unassigned, title=text, as_user="lihua")
    assert caught.value.fields == {"title"}
