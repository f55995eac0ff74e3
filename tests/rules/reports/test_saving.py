"""Reports that people keep themselves: by a name, by right, shared, and answered anew each time (X-ANA-05)."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from company import People
from company.trade import bought, customer
from crmcore import SYSTEM, access
from crmcore.access.delivered import delivered_role_id
from crmcore.access.entity import ACCOUNT_MANAGER
from crmcore.access.permissions import DELIVERED_ROLES
from crmcore.access.rules import NoPermission
from crmcore.base.errors import AlreadyExists, Conflict, Invalid, NotFound
from crmcore.reports import saving
from crmcore.saved_reports.entity import SavedReport, SavedReportId
from crmcore.saved_reports.rules import SavedByAnother
from crmcore.statistics.periods import month_of
from crmcore.storage.crm import Crm

pytestmark = [pytest.mark.extras, pytest.mark.requirement("X-ANA-05")]
SHARED = "report.contribution"


def kept(crm: Crm, who: str = "zhaomin", **fields: Any) -> SavedReport:
    given: dict[str, Any] = {"name": "北区", "kind": "contribution", "given": {"period": "this_month"}, **fields}
    return crm.perform(saving.save_report, as_user=who, **given)


def names(crm: Crm, who: str, **asked: Any) -> list[str]:
    return [one.name for one in crm.perform(saving.saved_reports, as_user=who, **asked).rows]


def test_a_report_is_kept_as_it_was_asked_and_answered_from_the_present_day(crm: Crm, people: People) -> None:
    with crm.work(as_user=SYSTEM, readonly=True) as work:
        today = work.today
    buyer = customer(crm, "华北钢铁")
    bought(crm, buyer, today, "1000.50")
    bought(crm, buyer, today.replace(day=1) - dt.timedelta(days=1), "77")
    mine = kept(crm, name="  北区 本月 ", given={"period": " this_month ", "customer_name": "钢铁", "page": "2"})
    assert (mine.kind, mine.shared_with) == ("contribution", "")
    assert saving.filters_of(mine) == {"period": "this_month", "customer_name": "钢铁"}
    with crm.work(as_user="zhaomin", readonly=True) as work:
        assert mine.created_by == work.user_id
        report = saving.run_saved(work, mine.id, "zh")
        again = saving.run_saved(work, saving.saved_named(work, "北区 本月").id, "zh", whole=True)
    assert report.title.startswith("北区 本月 · ")
    (row,) = report.table("customers").rows
    assert report.cell("customers", row.key, "amount").value == again.cell("customers", row.key, "amount").value
    assert report.cell("customers", row.key, "amount").value == Decimal("1000.50")


def test_values_of_a_program_are_kept_as_they_would_be_typed(crm: Crm, people: People) -> None:
    mine = kept(crm, given={"period": month_of(2026, 3), "all_orders": True, "customer_name": None})
    assert saving.filters_of(mine) == {"period": "2026-03", "all_orders": "1"}
    changed = crm.perform(saving.edit_saved_report, mine.id, given={"all_orders": "yes"}, as_user="zhaomin")
    assert saving.filters_of(changed) == {"all_orders": "yes"}
    assert (changed.name, changed.version) == (mine.name, mine.version + 1)


def test_it_is_ones_own_until_it_is_shared_with_a_right(crm: Crm, people: People) -> None:
    mine = kept(crm)
    assert (names(crm, "zhaomin"), names(crm, "chengang")) == (["北区"], [])
    with pytest.raises(NotFound):
        crm.perform(saving.saved_report, mine.id, as_user="chengang")
    crm.perform(saving.edit_saved_report, mine.id, shared_with=SHARED, as_user="zhaomin")
    assert names(crm, "chengang") == ["北区"]
    with crm.work(as_user="chengang", readonly=True) as work:
        assert saving.run_saved(work, mine.id).name == "contribution"
    assert names(crm, "lihua") == []  # he has no such right
    with pytest.raises(NoPermission):
        names(crm, "admin")  # who has none that leads to a report
    with pytest.raises(NotFound):
        crm.perform(saving.saved_report, mine.id, as_user="lihua")
    crm.perform(saving.edit_saved_report, mine.id, shared_with="", as_user="zhaomin")
    assert names(crm, "chengang") == []


def test_who_is_shown_the_report_but_may_not_see_its_figures_is_told_nothing(crm: Crm, people: People) -> None:
    """The right it is shared with is one thing, the rights of the report another."""
    mine = kept(crm, shared_with="customer.read")
    assert names(crm, "lihua") == []
    assert crm.perform(saving.saved_report, mine.id, as_user="lihua").name == "北区"
    with crm.work(as_user="lihua", readonly=True) as work, pytest.raises(NoPermission):
        saving.run_saved(work, mine.id)
    with crm.work(as_user="lihua", readonly=True) as work, pytest.raises(NotFound):
        saving.saved_named(work, "北区")


@pytest.mark.requirement("9")
def test_a_right_that_was_taken_takes_the_saved_report_along(crm: Crm, people: People) -> None:
    mine = kept(crm, "lihua", name="我的漏斗", kind="sales_funnel", given={})
    assert names(crm, "lihua") == ["我的漏斗"]
    with crm.work(as_user="admin") as work:
        left = tuple(
            one for one in DELIVERED_ROLES[ACCOUNT_MANAGER] if one not in {"forecast.read", "opportunity.read"}
        )
        access.set_permissions(work, delivered_role_id(ACCOUNT_MANAGER), left)
    assert names(crm, "lihua") == []
    with crm.work(as_user="lihua", readonly=True) as work, pytest.raises(NoPermission):
        saving.run_saved(work, mine.id)
    with pytest.raises(NoPermission):
        crm.perform(saving.edit_saved_report, mine.id, given={}, as_user="lihua")
    crm.perform(saving.delete_saved_report, mine.id, as_user="lihua")  # what is his own he may clear away


def test_only_who_keeps_it_changes_or_removes_it(crm: Crm, people: People) -> None:
    mine = kept(crm, shared_with=SHARED)
    with pytest.raises(SavedByAnother):
        crm.perform(saving.edit_saved_report, mine.id, name="南区", as_user="chengang")
    with pytest.raises(SavedByAnother):
        crm.perform(saving.delete_saved_report, mine.id, as_user="chengang")
    assert crm.perform(saving.saved_report, mine.id, as_user="zhaomin") == mine
    crm.perform(saving.edit_saved_report, mine.id, name="南区", expected=mine.version, as_user="zhaomin")
    for change in (
        lambda: crm.perform(saving.edit_saved_report, mine.id, name="x", expected=mine.version, as_user="zhaomin"),
        lambda: crm.perform(saving.delete_saved_report, mine.id, expected=mine.version, as_user="zhaomin"),
    ):
        with pytest.raises(Conflict):
            change()
    crm.perform(saving.delete_saved_report, mine.id, as_user=SYSTEM)  # of somebody who has left, a script may
    assert names(crm, "zhaomin") == names(crm, "chengang") == []


def test_a_name_is_unique_for_a_person_and_finds_his_own_first(crm: Crm, people: People) -> None:
    mine = kept(crm, name="North", shared_with=SHARED)
    with pytest.raises(AlreadyExists):
        kept(crm, name="ＮＯＲＴＨ ")
    other = kept(crm, name="South")
    with pytest.raises(AlreadyExists):
        crm.perform(saving.edit_saved_report, other.id, name="north", as_user="zhaomin")
    his = kept(crm, "chengang", name="north", shared_with=SHARED)
    for who, found in (("zhaomin", mine), ("chengang", his)):
        with crm.work(as_user=who, readonly=True) as work:
            assert saving.saved_named(work, "NORTH").id == found.id
    with crm.work(as_user=SYSTEM, readonly=True) as work:
        with pytest.raises(Invalid) as caught:
            saving.saved_named(work, "north")
        assert caught.value.codes == {"report.not_one"}
        assert "2" in caught.value.explain("zh")
        assert saving.saved_named(work, "south").id == other.id
        with pytest.raises(NotFound):
            saving.saved_named(work, "west")
        with pytest.raises(Invalid):
            saving.saved_named(work, " ")
    assert sorted(names(crm, "zhaomin")) == ["North", "South", "north"]
    assert names(crm, "zhaomin", named="south") == ["South"]
    assert names(crm, "zhaomin", kind="losses") == []


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": " \u200b"}, "name"),
        ({"name": "x" * 51}, "name"),
        ({"name": 5}, "name"),
        ({"given": {"colour": "red"}}, "colour"),
        ({"given": {"period": "2026-13"}}, "period"),
        ({"given": {"customer_name": "x" * 501}}, "customer_name"),
        ({"shared_with": "report.everything"}, "shared_with"),
        ({"shared_with": None}, "shared_with"),
        ({"shared_with": ["a"]}, "shared_with"),
    ],
)
def test_what_can_not_be_kept_is_refused_and_nothing_is_written(
    crm: Crm, people: People, wrong: dict[str, Any], field: str
) -> None:
    with pytest.raises(Invalid) as caught:
        kept(crm, **wrong)
    assert caught.value.fields == {field}
    assert caught.value.explain("zh") != caught.value.explain("en")
    assert names(crm, "zhaomin") == []


def test_nobody_keeps_a_report_that_he_may_not_see(crm: Crm, people: People) -> None:
    for who in ("lihua", "admin"):
        with pytest.raises(NoPermission):
            kept(crm, who)
    with pytest.raises(NotFound):
        kept(crm, kind="weather")
    with crm.work(as_user=SYSTEM, readonly=True) as work:
        assert work.saved_reports.count() == 0
        with pytest.raises(NotFound):
            saving.run_saved(work, SavedReportId(work.new_id()))
