"""Reports as files: a right of its own, on record, whole or not there (RPT-05, RPT-07, X-ANA-09, X-ADM-08)."""

import csv
import datetime as dt
import io
import json
import os
import secrets
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from company import People
from company.past import make_past
from company.process import stages_of
from company.trade import bought, customer, lost, requested
from crmcore import SYSTEM, access, exchange, reports
from crmcore.access.delivered import delivered_role_id
from crmcore.access.permissions import DELIVERED_ROLES
from crmcore.access.rules import NoPermission
from crmcore.base.errors import Invalid, NotFound
from crmcore.dictionary import set_parameter
from crmcore.reports import catalogue, exporting
from crmcore.reports.exporting import FORMATS, export_report, note_report_export
from crmcore.reports.managing import management_report
from crmcore.reports.writing.placing import place
from crmcore.statistics.periods import month_of
from crmcore.storage.crm import Crm

pytestmark = [pytest.mark.extras, pytest.mark.requirement("RPT-07", "X-ANA-09")]
MARCH = month_of(2026, 3)


@pytest.fixture
def sold(crm: Crm) -> Crm:
    """A company that has sold, served and lost in March."""
    for name, amount in (("=华北钢铁", "1000.50"), ("江南玻璃", "300")):
        buyer = customer(crm, name, created_at=dt.datetime(2026, 3, 5, tzinfo=dt.UTC))
        bought(crm, buyer, dt.date(2026, 3, 9), amount)
        bought(crm, buyer, dt.date(2026, 2, 9), "100")
        requested(crm, buyer, dt.datetime(2026, 3, 9, tzinfo=dt.UTC))
    lost(crm, customer(crm, "东方贸易"), dt.datetime(2026, 3, 10, tzinfo=dt.UTC))
    return crm


def on_record(crm: Crm) -> list[tuple[str, str, int, str]]:
    return [
        (one.kind, one.format, one.rows, one.filters) for one in crm.perform(exchange.exports, as_user="admin").rows
    ]


@pytest.mark.requirement("X-ADM-08", "14.20")
def test_an_export_is_on_record_and_a_right_of_its_own(sold: Crm, tmp_path: Path) -> None:
    file = tmp_path / "r.csv"
    done = export_report(sold, "contribution", file, as_user="chengang", given={"period": "2026-03"}, format="csv")
    with sold.work(as_user="chengang", readonly=True) as work:
        assert (done.rows, done.taken_by) == (2, work.user_id)
    assert on_record(sold) == [("report.contribution", "csv", 2, '{"period":"2026-03"}')]
    rows = list(csv.reader(io.StringIO(file.read_text(encoding="utf-8-sig"))))
    assert rows[1:] == [["1", "'=华北钢铁", "1", "1000.50", "76.9"], ["2", "江南玻璃", "1", "300.00", "23.1"]]
    crm = sold
    for name in ("lihua", "admin"):
        with pytest.raises(NoPermission):
            export_report(crm, "contribution", tmp_path / "x.csv", as_user=name, format="csv")
    assert [one.name for one in tmp_path.iterdir()] == ["r.csv"]
    assert len(on_record(crm)) == 1


def test_what_was_said_at_length_stays_readable_on_record(crm: Crm) -> None:
    given = {"snapshot": '"\x01' * 3_000}
    noted = crm.perform(note_report_export, "forecast_accuracy", "csv", given, as_user="zhaomin")
    assert len(noted.filters) <= 4_000
    assert given["snapshot"].startswith(json.loads(noted.filters)["snapshot"])


def test_who_may_export_still_gets_only_reports_that_he_may_see(sold: Crm, tmp_path: Path) -> None:
    manager = (*DELIVERED_ROLES["account_manager"], "report.export")
    sold.perform(access.set_permissions, delivered_role_id("account_manager"), manager, as_user="admin")
    with pytest.raises(NoPermission):
        export_report(sold, "contribution", tmp_path / "x.xlsx", as_user="lihua")
    assert not list(tmp_path.iterdir())
    assert export_report(sold, "service_backlog", tmp_path / "x.xlsx", as_user="lihua").rows == 11
    assert [(kind, rows) for kind, _, rows, _ in on_record(sold)] == [
        ("report.service_backlog", 11),
        ("report.contribution", 0),
    ]


@pytest.mark.requirement("RPT-05")
def test_every_report_can_be_written_in_every_format(crm: Crm, people: People) -> None:
    process = stages_of(crm)
    make_past(crm, people, (process.contact, process.need), 3, (people.lihua.id, people.wangwei.id))
    with crm.work(as_user="zhaomin", readonly=True) as work:
        for kind in catalogue.offered(work.actor):
            report = kind.run(work, {"period": "2025-Q2"} if kind.name == "target_attainment" else {}, "zh", whole=True)
            for name in ("xlsx", "html", "zip"):
                file = io.BytesIO()
                rows = exporting.write_report(report, file, name, "zh")
                assert rows == sum(len(table.rows) for table in report.tables)
                assert file.tell() > 100
            for table in report.tables:
                assert len(report.to_pandas(table.name)) == len(table.rows)


def test_a_frame_has_the_numbers_of_the_report(sold: Crm) -> None:
    with sold.work(as_user="zhaomin", readonly=True) as work:
        found = reports.contribution(work, reports.OrderFilter(period=MARCH))
        frame = catalogue.kind_named("contribution").run(work, {"period": MARCH}, "en").to_pandas()
    assert list(frame["amount"]) == [one.amount.value for one in found.page.rows]
    assert list(frame.index) == [str(one.key) for one in found.page.rows]


@pytest.mark.parametrize(
    ("name", "given", "format_", "error"),
    [
        ("contribution", {}, "pdf", Invalid),
        ("contribution", {"nonsense": "1"}, "csv", Invalid),
        ("contribution", {"period": "soon"}, "csv", Invalid),
        ("opportunity_ageing", {}, "csv", Invalid),
        ("profit", {}, "csv", NotFound),
    ],
)
def test_what_is_refused_leaves_no_file(
    sold: Crm, tmp_path: Path, name: str, given: Any, format_: str, error: Any
) -> None:
    with pytest.raises(error):
        export_report(sold, name, tmp_path / "r", as_user="zhaomin", given=given, format=format_)
    assert not list(tmp_path.iterdir())
    assert {rows for _, _, rows, _ in on_record(sold)} <= {0}


@pytest.mark.requirement("RPT-05")
def test_a_file_is_replaced_only_if_that_was_said(sold: Crm, tmp_path: Path) -> None:
    file = tmp_path / "r.html"
    file.write_text("theirs")
    with pytest.raises(Invalid) as refused:
        export_report(sold, "losses", file, as_user="zhaomin", format="html", replace=False)
    assert refused.value.codes == {"report.file_there"}
    assert (file.read_text(), on_record(sold)) == ("theirs", [])
    export_report(sold, "losses", file, as_user="zhaomin", format="html")
    assert "东方贸易" in file.read_text(encoding="utf-8")
    with pytest.raises(Invalid) as unwritten:
        export_report(sold, "losses", tmp_path / "no" / "r.html", as_user="zhaomin", format="html")
    assert unwritten.value.codes == {"exchange.not_written"}
    assert [one.name for one in tmp_path.iterdir()] == ["r.html"]


@pytest.mark.parametrize("name", ["", ".", "a\0.html", "x" * 300 + ".html", "\ud800.html"])
def test_what_no_file_can_be_called_is_refused_before_anything_is_on_record(sold: Crm, name: str) -> None:
    for replace in (False, True):
        with pytest.raises(Invalid) as refused:
            export_report(sold, "losses", name, as_user="zhaomin", format="html", replace=replace)
        assert {one.field for one in refused.value.problems} == {"file"}
        assert refused.value.explain("zh") != refused.value.explain("en")
    assert not on_record(sold)


def test_a_link_that_somebody_has_prepared_is_not_written_through(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    theirs = tmp_path / "precious"
    theirs.write_text("theirs")
    monkeypatch.setattr(secrets, "token_hex", lambda _: "guessed")
    for begun in (f"r.html.{os.getpid()}.part", ".guessed.part"):
        (tmp_path / begun).symlink_to(theirs)
    with pytest.raises(Invalid) as refused:
        place(b"ours", tmp_path / "r.html", replace=True)
    assert refused.value.codes == {"exchange.not_written"}
    assert theirs.read_text() == "theirs"
    assert not (tmp_path / "r.html").exists()


@pytest.mark.requirement("RPT-05")
def test_the_management_report_has_every_part_and_compares(sold: Crm) -> None:
    with sold.work(as_user="zhaomin", readonly=True) as work:
        whole = management_report(work, MARCH, language="en")
        some = management_report(work, MARCH, only=("summary", "losses"), language="zh")
        compared = reports.sales_compared(work, reports.OrderFilter(period=MARCH))
    parts = (
        *("contribution", "composition", "services", "losses", "customer_growth", "customer_retention"),
        *("opportunity_outcomes", "sales_funnel", "target_attainment"),
        *("service_handling", "service_backlog", "customer_opinions"),
    )
    heads = [next((part for part in parts if one.name.startswith(part)), one.name) for one in whole.tables]
    assert [*dict.fromkeys(heads)] == ["summary", *parts]
    sales_row = [whole.cell("summary", "sales_compared_amount", name) for name in ("now", "before", "since_before")]
    assert [one.value for one in sales_row if one] == [compared.now.value, compared.before.value, compared.since_before]
    assert [cell.value for cell in whole.tables[0].rows[0].cells] == ["New customers", 3, 0, None, 0, None]
    assert [cell.value for cell in whole.tables[0].rows[1].cells[:3]] == ["Lost customers", 1, 0]
    assert whole.cell("losses_losses", "total", "customer") is not None
    assert [one.name for one in some.tables] == ["summary", "losses_losses"]
    assert some.title == "客户管理报告"
    assert dict(whole.about) == {"Period": "2026-03-01 to 2026-03-31"}


@pytest.mark.requirement("RPT-05")
def test_who_may_not_see_a_part_gets_the_others(sold: Crm) -> None:
    few = ("report.read", "customer.read", "customer.read_all")
    role = sold.perform(access.create_role, name="分析", permissions=few, as_user=SYSTEM)
    sold.perform(access.create_user, name="fenxi", roles=[role.id], as_user=SYSTEM)
    with sold.work(as_user="fenxi", readonly=True) as work, pytest.raises(NoPermission):
        management_report(work, MARCH)  # growth counts losses, which he has no list of
    more = (*few, "churn.read", "churn.read_all", "order.read", "order.read_all")
    sold.perform(access.set_permissions, role.id, more, as_user="admin")
    with sold.work(as_user="fenxi", readonly=True) as work:
        found = management_report(work, MARCH)
    assert [one.name for one in found.tables] == ["summary", "customer_growth_growth", "customer_retention_retention"]
    with sold.work(as_user="lihua", readonly=True) as work, pytest.raises(NoPermission):
        management_report(work, MARCH)


@pytest.mark.requirement("RPT-05")
def test_a_part_that_is_long_says_so_once(sold: Crm) -> None:
    sold.perform(set_parameter, "list.page_size", "5", as_user="admin")
    for number in range(4):
        bought(sold, customer(sold, f"客户{number}"), dt.date(2026, 3, 9), "1")
    with sold.work(as_user="zhaomin", readonly=True) as work:
        given = {"period": MARCH, "only": "contribution"}
        (table,) = catalogue.kind_named("management").run(work, given, "en").tables
        (whole,) = catalogue.kind_named("management").run(work, given, "en", whole=True).tables
        (alone,) = catalogue.kind_named("contribution").run(work, {"period": MARCH}, "en", whole=True).tables
    assert (len(table.rows), table.pages) == (5, 1)
    assert table.notes == ("These are the first rows; the report itself has 2 pages of them.",)
    assert (whole.rows, whole.notes) == (alone.rows, alone.notes)  # a file has everybody
    assert len(whole.rows) > 5


@pytest.mark.requirement("RPT-05", "RPT-02")
def test_the_management_report_tells_levels_credit_and_satisfaction(sold: Crm) -> None:
    with sold.work(as_user="zhaomin", readonly=True) as work:
        given = {"period": MARCH, "only": "composition"}
        found = catalogue.kind_named("management").run(work, given, "en").tables
        alone = [
            catalogue.kind_named("composition").run(work, {"by": by}, "en").tables[0]
            for by in ("level", "credit", "satisfaction")
        ]
    assert [one.name for one in found] == ["composition_level", "composition_credit", "composition_satisfaction"]
    assert len({one.title for one in found}) == 3
    assert [one.rows for one in found] == [one.rows for one in alone]


@pytest.mark.requirement("RPT-05")
def test_the_management_report_is_one_file(sold: Crm, tmp_path: Path) -> None:
    given = {"period": "2026-03", "only": "summary,contribution"}
    for name in ("html", "xlsx", "zip"):
        export_report(sold, "management", tmp_path / f"r.{name}", as_user="zhaomin", given=given, format=name)
    assert (tmp_path / "r.html").read_text(encoding="utf-8").count("<table>") == 2
    assert len(openpyxl.load_workbook(tmp_path / "r.xlsx").sheetnames) == 3
    with zipfile.ZipFile(tmp_path / "r.zip") as archive:
        assert archive.namelist() == ["about.csv", "summary.csv", "contribution_customers.csv"]
    assert {kind for kind, *_ in on_record(sold)} == {"report.management"}
    assert set(FORMATS) == {"csv", "xlsx", "html", "zip"}
