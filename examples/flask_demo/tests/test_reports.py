"""The pages of reports: each number opens as many records as it says, whoever looks; nonsense is answered in words."""

import datetime as dt
import io
import re
import zipfile
from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import attrs
import pytest
from browsing import Page, dotted_codes
from flask import Flask

import crmcore
from conftest import CUSTOMER, PERSON, Browse
from crmcore import Crm, customers, sales
from crmcore.exchange.entity import ExportRecord
from crmcore.query import count, query
from crmcore.reports import catalogue
from crmcore.storage.ports import Session

READERS = ("lihua", "wangwei", "gaojianguo")
EVIL = '<script>alert("x")</script>&\'"'


@pytest.fixture
def crm(sample: Crm) -> Crm:
    """The sample company is what these pages show."""
    return sample


def numbers(page: Page) -> Mapping[tuple[str, str], str]:
    """Answer one address of records for each column of each table of a page, the largest row name last."""
    found = {}
    for one in page.links:
        address = urlsplit(one["href"])
        if address.path.endswith("/records"):
            said = dict(parse_qsl(address.query))
            found[said["table"], said["column"]] = one["href"]
    return found


def told(page: Page) -> int:
    """Answer how many records a page of records says there are."""
    found = re.search(r"([\d,]+) (?:result|record)", page.text)
    assert found, page.text[:400]
    return int(found[1].replace(",", ""))


@pytest.mark.requirement("RPT-01", "RPT-02", "RPT-03", "RPT-04", "RPT-06", "X-ANA-05")
@pytest.mark.parametrize("name", READERS)
def test_every_number_opens_as_many_records_as_it_says(crm: Crm, browser: Browse, name: str) -> None:
    one = browser(name)
    with crm.work(as_user=name, readonly=True) as work:
        offered = [kind.name for kind in catalogue.offered(work.actor)]
    assert offered
    opened = 0
    for kind in offered:
        page = one.open(f"/reports/{kind}")
        assert page.status == 200, kind
        assert not dotted_codes(page.text), kind
        with crm.work(as_user=name, readonly=True) as work:
            report = catalogue.kind_named(kind).run(work, {}, "en")
        for address in numbers(page).values():
            said = dict(parse_qsl(urlsplit(address).query))
            cell = report.cell(said["table"], said["row"], said["column"])
            assert cell is not None, address
            assert cell.figure is not None, address
            records = one.open(address)
            assert records.status == 200, address
            assert told(records) == cell.figure.records, address
            assert not dotted_codes(records.text), address
            opened += 1
    assert opened > 20


QUESTIONS = {
    "management": 19,
    "customer_retention": 8,
    "customer_segments": 7,
    "customer_screening": 19,
    "customer_cards": 12,
    "product_earnings": 8,
    "buying_habits": 7,
    "captured_data": 15,
    "sales_funnel": 7,
    "opportunity_ageing": 8,
    "service_handling": 8,
    "service_promises": 7,
    "service_backlog": 7,
    "forecast_accuracy": 8,
    "pipeline_waterfall": 9,
    "target_attainment": 9,
    "sales_performance": 9,
    "customer_outlooks": 8,
}
"""Reports that ask the library more than three questions; three more tell who is asking."""


def test_a_report_page_asks_what_its_report_asks(crm: Crm, browser: Browse, monkeypatch: pytest.MonkeyPatch) -> None:
    one = browser("lihua")
    asked: list[str] = []
    begin = crm.store.begin

    class Counting:
        def __init__(self, session: Session) -> None:
            self._session = session

        def __getattr__(self, verb: str) -> Any:
            if verb in {"load", "find", "count", "tally"}:
                asked.append(verb)
            return getattr(self._session, verb)

    monkeypatch.setattr(crm.store, "begin", lambda **kwargs: Counting(begin(**kwargs)))
    for kind in catalogue.KINDS:
        one.open(f"/reports/{kind.name}")  # what is kept between requests is read
        asked.clear()
        page = one.open(f"/reports/{kind.name}")
        assert len(asked) <= QUESTIONS.get(kind.name, 6), (kind.name, asked)
        assert len(page.response.get_data()) < 150_000, kind.name


@pytest.mark.requirement("RPT-06", "GEN-22")
def test_a_report_says_what_its_table_says(crm: Crm, browser: Browse) -> None:
    with crm.work(as_user="lihua", readonly=True) as work:
        (table,) = catalogue.kind_named("contribution").run(work, {}, "en").tables
    page = browser("lihua").open("/reports/contribution")
    for row in table.rows:
        (_, orders, amount, share) = row.cells
        assert f"{orders.value:,}" in page.text
        assert f"{amount.value:,.2f}" in page.text
        assert f"{share.value}%" in page.text
    assert sum(tag == "figure" for tag, _ in page.tags) == len(table.charts)


@pytest.mark.requirement("X-ANA-05", "GEN-16")
def test_what_is_asked_stays_in_the_address(browser: Browse) -> None:
    one = browser("lihua")
    page = one.open("/reports/contribution?period=2026&all_orders=1&utm_source=mail&customer_name=")
    form = next(it for it in page.forms if it.action == "/reports/contribution")
    assert form.fields["period"] == ["2026"]
    assert form.fields["all_orders"] == ["1"]
    address = next(iter(numbers(page).values()))
    assert "utm_source" not in address
    assert {"period": "2026", "all_orders": "1"}.items() <= dict(parse_qsl(urlsplit(address).query)).items()
    records = one.open(address)
    assert "/reports/contribution?period=2026&all_orders=1" in {link["href"] for link in records.links}


@pytest.mark.requirement("RPT-01")
def test_a_period_can_be_two_days(browser: Browse) -> None:
    one = browser("lihua")
    page = one.open("/reports/contribution?period=2019&period_from=2026-01-01&period_to=2026-12-31")
    assert page.status == 200
    assert "2026-01-01 to 2026-12-31" in page.text
    year = one.open("/reports/contribution?period=2026")
    assert re.findall(r"[\d,]+\.\d\d", page.text) == re.findall(r"[\d,]+\.\d\d", year.text)


NONSENSE = (
    "period=yesteryear",
    "period=2026-13",
    "period=2026-Q9",
    "period=9999-12-31..0001-01-01",
    "period_to=2026-01-01",
    "period_from=soon",
    "band=-1",
    "currency=euros",
    "all_orders=perhaps",
    "period=%00%ff",
    "page=-1",
    "page=99999999999999999999",
    "customer_name=" + "x" * 5000,
)


@pytest.mark.requirement("GEN-11", "NFR-11")
@pytest.mark.parametrize("language", ["zh", "en"])
def test_nonsense_is_answered_in_words(browser: Browse, language: str) -> None:
    one, refused = browser("lihua", language), 0
    for asked in NONSENSE:
        page = one.open(f"/reports/contribution?{asked}")
        assert page.status in {200, 422}, asked
        assert not dotted_codes(page.text), asked
        if page.status == 422:
            refused += 1
            assert any(facts.get("role") == "alert" for _, facts in page.tags), asked
            assert any(facts.get("aria-invalid") == "true" for _, facts in page.tags), asked
            assert not numbers(page), asked
    assert refused >= 8


def test_numbers_that_are_not_there(browser: Browse) -> None:
    one = browser("lihua")
    for asked in (
        "",
        "table=x",
        "table=customers&row=total",
        "row=total&column=orders",
        "table=customers&row=total&column=customer",
        "table=customers&row=%00&column=orders",
    ):
        assert one.open(f"/reports/contribution/records?{asked}").status == 404, asked
    assert (
        one.open("/reports/contribution/records?table=customers&row=total&column=orders&report_page=-3").status == 200
    )
    for wrong in ("period=never", "band=0"):
        page = one.open(f"/reports/contribution/records?{wrong}&table=customers&row=total&column=orders")
        assert page.status == 422, wrong


def test_people_and_snapshots_that_there_are_none_of(browser: Browse) -> None:
    one = browser("lihua")
    for asked in ("owner=nobody", "owner=00000000-0000-7000-8000-000000000000", "snapshot=2001-01-01", "snapshot=x"):
        page = one.open(f"/reports/sales_forecast?{asked}")
        assert page.status in {200, 422}, asked
        assert one.open("/reports/sales_forecast?owner=nobody").status == 422
    assert one.open("/reports/no_such_report").status == 404
    assert one.open("/reports/no_such_report/records").status == 404


@pytest.mark.requirement("RBA-13")
def test_reports_are_for_those_who_may_see_them(browser: Browse) -> None:
    manager, admin = browser("wangwei"), browser("admin")
    assert manager.open("/reports/contribution").status == 403
    assert not manager.open("/reports").has_link("Customer contribution")
    assert manager.open("/reports/sales_funnel").status == 200
    for address in ("/reports", "/reports/contribution", "/reports/sales_funnel"):
        assert admin.open(address).status == 403
    assert not any(link["href"].startswith("/reports") for link in admin.open("/").links)


@pytest.mark.requirement("9")
def test_executives_open_opportunities_they_have_no_list_of(browser: Browse) -> None:
    one = browser("gaojianguo")
    assert one.open("/opportunities").status == 403
    page = one.open("/reports/opportunity_ageing")
    address = next(it for it in numbers(page).values() if it)
    records = one.open(address)
    assert records.status == 200
    assert told(records) > 0
    assert not any(link["href"].startswith("/opportunities/") for link in records.links)


@pytest.mark.requirement("RPT-07", "X-ADM-08")
@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_a_report_is_taken_out_as_a_file(crm: Crm, browser: Browse, ending: str) -> None:
    one = browser("lihua")
    one.open("/reports/contribution?all_orders=1")
    form = one.page.main_form("Excel")
    answer = one.client.post(form.action, data={**{k: v[0] for k, v in form.fields.items()}, "format": ending})
    assert answer.status_code == 200
    assert f".{ending}" in answer.headers["Content-Disposition"]
    with crm.work(as_user="lihua", readonly=True) as work:
        whole = catalogue.kind_named("contribution").run(work, {"all_orders": "1"}, "en", whole=True)
    if ending == "csv":
        assert answer.data.decode("utf-8-sig").count("\n") > len(whole.tables[0].rows)
    else:
        assert "xl/workbook.xml" in zipfile.ZipFile(io.BytesIO(answer.data)).namelist()
    with crm.work(as_user=crmcore.SYSTEM, readonly=True) as work:
        (taken,) = work.unscoped(ExportRecord).find(query(ExportRecord))
    assert (taken.kind, taken.format) == ("report.contribution", ending)


@pytest.mark.requirement("RPT-07")
def test_files_are_for_those_who_may_take_them(browser: Browse) -> None:
    one = browser("wangwei")
    token = one.token()
    assert "Excel" not in one.open("/reports/sales_funnel").text
    answer = one.client.post("/reports/sales_funnel/file", data={"format": "csv", "csrf_token": token})
    assert answer.status_code == 403
    lihua = browser("lihua")
    token = lihua.token()
    for wrong in ({"format": "exe"}, {}, {"format": "csv", "period": "never"}):
        answer = lihua.client.post("/reports/contribution/file", data={**wrong, "csrf_token": token})
        assert answer.status_code == 422, wrong
    assert lihua.client.post("/reports/contribution/file", data={"format": "csv"}).status_code == 400


def _order(crm: Crm, name: str, amount: Decimal) -> None:
    made = crm.perform(customers.create, **CUSTOMER, name=name, contact=PERSON, as_user="wangwei")
    row = {"source_key": f"X-{made.number}", "customer": made.number, "ordered_on": dt.date(2026, 2, 3)}
    row |= {"status": "paid", "currency": "XTS", "lines": [{"product_name": "x", "quantity": 1, "amount": amount}]}
    crm.perform(sales.import_orders, [row], as_user="lihua")


@pytest.mark.requirement("NFR-11", "GEN-22")
def test_names_that_are_markup_one_row_and_no_row(crm: Crm, browser: Browse) -> None:
    one = browser("lihua")
    page = one.open("/reports/contribution?currency=XTS")
    assert page.status == 200
    assert page.has_link("Clear")
    assert ("customers", "amount") not in numbers(page)
    _order(crm, EVIL, Decimal("12.50"))
    page = one.open("/reports/contribution?currency=XTS")
    assert "<script>alert" not in page.response.get_data(as_text=True)
    assert EVIL in page.text
    records = one.open(numbers(page)["customers", "amount"])
    assert told(records) == 1
    assert EVIL in records.text
    _order(crm, "长" * 100, Decimal("99999999999.99"))
    page = one.open("/reports/contribution?currency=XTS")
    assert "99,999,999,999.99" in page.text


@pytest.mark.requirement("RPT-06", "X-ANA-05")
def test_records_say_which_days_their_number_is_of(crm: Crm, browser: Browse) -> None:
    one = browser("lihua")
    with crm.work(as_user="lihua", readonly=True) as work:
        report = catalogue.kind_named("opportunity_outcomes").run(work, {"period": "2026", "by": "step"}, "en")
    (table,) = report.tables
    month = next(row for row in table.rows if row.cells[1].figure is not None and row.cells[1].figure.records)
    place = f"table={table.name}&row={month.key}&column={table.columns[1].name}"
    page = one.open(f"/reports/opportunity_outcomes/records?period=2026&by=step&{place}")
    days = month.cells[0].period
    assert days is not None
    assert f"{days.first} to {days.last}" in page.text
    assert "2026-01-01 to 2026-12-31" not in page.text


@pytest.mark.requirement("RPT-06")
def test_a_share_says_how_many_of_how_many_it_is(crm: Crm, browser: Browse) -> None:
    with crm.work(as_user="lihua", readonly=True) as work:
        (table,) = catalogue.kind_named("opportunity_outcomes").run(work, {"period": "this_year"}, "en").tables
    won, lost = (table.cell(name, "value") for name in ("won", "lost"))
    assert won is not None
    assert lost is not None
    assert isinstance(won.value, int)
    assert isinstance(lost.value, int)
    asked = f"period=this_year&table={table.name}&row=win_rate&column=value"
    page = browser("lihua").open(f"/reports/opportunity_outcomes/records?{asked}")
    assert f"The share is {won.value} of {won.value + lost.value}" in page.text


@pytest.mark.requirement("RPT-01")
def test_the_years_to_choose_from_are_those_of_the_orders_that_count(crm: Crm, browser: Browse) -> None:
    made = crm.perform(customers.create, **CUSTOMER, name="early", contact=PERSON, as_user="wangwei")
    row = {"source_key": "X-1999", "customer": made.number, "ordered_on": dt.date(1999, 5, 5), "status": "new"}
    line = {"product_name": "x", "quantity": 1, "amount": Decimal(5)}
    done = crm.perform(sales.import_orders, [{**row, "lines": [line]}], as_user="lihua")
    assert done.orders_created == 1
    one = browser("lihua")
    offered = '<option value="1999"'
    assert offered not in one.open("/reports/contribution").response.get_data(as_text=True)
    assert offered in one.open("/reports/contribution?all_orders=1").response.get_data(as_text=True)
    assert offered not in one.open("/reports/contribution?all_orders=0").response.get_data(as_text=True)


@pytest.mark.requirement("RPT-01", "GEN-16")
def test_currencies_are_chosen_from_those_there_are(crm: Crm, app: Flask, browser: Browse) -> None:
    def offered(address: str) -> list[str]:
        page = browser("lihua").open(address).response.get_data(as_text=True)
        (options,) = re.findall(r'<select id="q-currency"[^>]*>(.*?)</select>', page) or [""]
        return re.findall(r'<option value="([^"]*)"', options)

    with crm.work(as_user="lihua", readonly=True) as work:
        rows = work.orders.tally(by=(attrs.fields(sales.Order).currency,), measures=(count(),))
    used = sorted({row.key[0] for row in rows} - {"CNY"})
    assert offered("/reports/contribution") == (["", *used] if used else []), "one currency is no choice"
    assert offered("/reports/contribution?currency=euros") == ["", *used, "euros"]
    _order(crm, "北京外汇", Decimal(5))
    app.extensions["company"].forget()
    assert offered("/reports/contribution") == ["", *sorted({*used, "XTS"})]
