"""Dashboards as pages: what their numbers lead to, what the address says, and what an empty company is told."""

import re
from decimal import Decimal

import pytest

from conftest import Browse
from crmcore.reports.dashboards import Section
from crmcore_demo.sparks import spark

RECORDS = re.compile(r'href="(/dashboard/\w+/records\?[^"]+)"[^>]*>([^<]+)<')
FOUND = re.compile(r'class="found" role="status">[^<0-9]*(\d+)')
company = pytest.mark.parametrize("crm", ["company"], indirect=True)


def body(browser: Browse, name: str, address: str, language: str = "en") -> str:
    """What a page says, with its marks."""
    return browser(name, language).open(address).response.get_data(as_text=True)


@company
@pytest.mark.requirement("X-ANA-05", "X-ANA-07")
@pytest.mark.parametrize("name", ["lihua", "wangwei", "gaojianguo"])
def test_every_number_of_records_lists_as_many(browser: Browse, name: str) -> None:
    one = browser(name)
    page = one.open("/dashboard/customers?period=this_year").response.get_data(as_text=True)
    counts = {address: int(said) for address, said in RECORDS.findall(page) if said.strip().isdigit()}
    assert len(counts) >= 2
    for address, number in counts.items():
        assert "period=this_year" in address
        listed = one.open(address.replace("&amp;", "&")).response.get_data(as_text=True)
        found = FOUND.search(listed)
        assert found is not None, address
        assert int(found[1]) == number, address


@company
def test_what_was_chosen_stays_in_every_address(browser: Browse) -> None:
    page = body(browser, "lihua", "/dashboard/sales?period=last_quarter")
    tabs = re.findall(r'<a href="(/dashboard/\w+\?[^"]*)"', page)
    assert {address.split("?")[0].rpartition("/")[2] for address in tabs} >= {one.value for one in Section}
    assert all("period=last_quarter" in address for address in tabs)


@pytest.mark.requirement("GEN-22")
@pytest.mark.parametrize("said", ["period=2026-10-05", "period=x", "whose=x", "whose=team-nowhere"])
def test_what_no_dashboard_is_about_is_told_above_it(browser: Browse, said: str) -> None:
    page = browser("lihua").open(f"/dashboard/sales?{said}")
    assert page.status == 422
    assert 'role="alert"' in page.response.get_data(as_text=True)
    assert browser("lihua").open("/dashboard/nothing").status == 404
    assert browser("lihua").open("/dashboard/sales/records?table=figures&row=x&column=now").status == 404


@pytest.mark.requirement("GEN-22", "RBA-13")
def test_an_empty_company_is_told_why_there_is_nothing(browser: Browse) -> None:
    one = browser("gaojianguo")
    assert one.open("/").has_link("Dashboard")
    told = {
        "customers": "There are no active customers yet.",
        "service": "Nothing waits",
        "changes": "No open opportunity reaches",
        "pipeline": "There are no stages yet",
    }
    for section, words in told.items():
        page = one.open(f"/dashboard/{section}")
        assert words in page.text, section
        assert "Undefined" in page.text or section in {"changes", "pipeline", "customers"}
    assert not browser("admin").open("/").has_link("Dashboard")
    assert browser("admin").open("/dashboard").status == 403


def test_a_small_trend_leaves_gaps_and_marks_the_last_step() -> None:
    drawn = spark([None, Decimal(-2), 0, 4], "Trend of: x")
    assert drawn.count("<rect") == 3
    assert drawn.count('class="last"') == 1
    assert 'aria-label="Trend of: x"' in drawn
    assert spark([None, 0], "x") == ""
