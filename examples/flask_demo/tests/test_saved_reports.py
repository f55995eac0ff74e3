"""Reports that people keep: saved from the page that shows them, listed, shared with a right, renamed, removed."""

import pytest
from browsing import dotted_codes

from conftest import Browse
from crmcore import Crm
from crmcore.reports import saving

pytestmark = pytest.mark.requirement("X-ANA-05")
NORTH = "/reports/contribution_by?by=region&period=this_year&all_orders=1"


def test_what_is_shown_is_kept_with_its_filters_and_found_among_the_reports(crm: Crm, browser: Browse) -> None:
    one = browser("lihua")
    one.open(NORTH)
    form = one.follow("Save this report")
    for words in ("Contribution by group", "Region", "this_year"):
        assert words in form.text
    refused = one.submit("Save report", name="")
    assert refused.status == 422
    assert "Region" in refused.text  # what is kept is still known
    page = one.submit("Save report", name="North <this> year")
    assert page.path.startswith("/reports")
    assert "North <this> year" in page.text
    assert not dotted_codes(page.text)
    shown = one.follow("North <this> year")
    assert shown.path == NORTH or sorted(shown.path.split("?")[1].split("&")) == sorted(NORTH.split("?")[1].split("&"))
    with crm.work(as_user="lihua", readonly=True) as work:
        (kept,) = saving.saved_reports(work).rows
    assert saving.filters_of(kept) == {"by": "region", "period": "this_year", "all_orders": "1"}
    assert "North" not in browser("gaojianguo").open("/reports").text


def test_a_day_range_is_kept_as_one_period(crm: Crm, browser: Browse) -> None:
    one = browser("lihua")
    one.open("/reports/contribution?period_from=2026-01-05&period_to=2026-02-05")
    one.follow("Save this report")
    one.submit("Save report", name="Winter")
    assert "2026-01-05" in one.follow("Winter").text
    with crm.work(as_user="lihua", readonly=True) as work:
        (kept,) = saving.saved_reports(work).rows
    assert saving.filters_of(kept) == {"period": "2026-01-05..2026-02-05"}


def test_it_is_shared_with_a_right_and_changed_by_its_keeper_alone(crm: Crm, browser: Browse) -> None:
    given = {"name": "北区", "kind": "contribution", "shared_with": ""}
    kept = crm.perform(saving.save_report, **given, as_user="lihua")  # type: ignore[arg-type]
    one, other, third = browser("lihua"), browser("gaojianguo"), browser("wangwei")
    one.open("/reports")
    one.open(f"/saved-reports/{kept.id}/edit")
    one.submit("Save report", name="华北", shared_with="report.contribution")
    shared = other.open("/reports")
    assert "华北" in shared.text
    assert not shared.has_link("Edit")
    assert other.follow("华北").path == "/reports/contribution"
    assert other.open(f"/saved-reports/{kept.id}/edit").status == 403
    assert other.open(f"/saved-reports/{kept.id}/delete").status == 403
    assert "华北" not in third.open("/reports").text
    assert third.open(f"/saved-reports/{kept.id}/edit").status == 404
    asked = one.open(f"/saved-reports/{kept.id}/delete")
    assert "华北" in asked.text
    one.submit("Delete this report")
    assert "华北" not in one.open("/reports").text
    assert "华北" not in other.open("/reports").text


def test_nobody_saves_what_he_may_not_see_or_what_there_is_not(browser: Browse) -> None:
    assert browser("wangwei").open("/saved-reports/new?report=contribution").status == 403
    one = browser("lihua")
    for address in ("/saved-reports/new", "/saved-reports/new?report=weather", "/saved-reports/new?report=%00"):
        assert one.open(address).status == 404, address
    one.open("/saved-reports/new?report=contribution&period=soon")
    assert one.submit("Save report", name="x").status == 422
    assert one.open("/reports").status == 200
