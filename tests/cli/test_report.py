"""``crmcore report``: what a scheduler runs at the end of a month, and people now and then."""

import csv
import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

import crmcore
from company.chances import recorded
from crmcore import SYSTEM, exchange
from crmcore.access import create_user
from crmcore.access.delivered import delivered_role_id
from crmcore.access.entity import ACCOUNT_MANAGER, SALES_SUPERVISOR
from crmcore.reports import saving

pytestmark = [pytest.mark.extras, pytest.mark.requirement("RPT-05", "RPT-07")]
Cli = Callable[..., Any]


@pytest.fixture
def url(cli: Cli, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> str:
    """A store with an opportunity, an account manager and a supervisor."""
    url = f"sqlite:///{tmp_path / 'crm.db'}"
    monkeypatch.setenv("CRMCORE_PASSWORD", "correct horse battery")
    assert cli("init", url, "--administrator", "admin").code == 0
    with crmcore.open(url) as crm:
        for name, role in (("lihua", ACCOUNT_MANAGER), ("zhaomin", SALES_SUPERVISOR)):
            crm.perform(create_user, name=name, roles=(delivered_role_id(role),), as_user=SYSTEM)
        recorded(crm)
    return url


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where reports are put."""
    made = tmp_path / "reports"
    made.mkdir()
    return made


def test_a_month_s_report_is_put_into_a_folder_without_a_word(cli: Cli, url: str, folder: Path) -> None:
    done = cli("report", url, "--period", "2026-10", "--out", str(folder))
    assert (done.code, done.out, done.err) == (0, "", "")
    (file,) = folder.iterdir()
    assert file.name == "management-2026-10.html"
    page = file.read_text(encoding="utf-8")
    assert '<html lang="en">' in page
    assert "2026-10-01 to 2026-10-31" in page
    quarter = cli("report", url, "--period", "2026-01-01..2026-02-28", "--out", f"{folder}/", "--json")
    assert quarter.facts["file"] == str(folder / "management-2026-01-01--2026-02-28.html")
    with crmcore.open(url) as crm:
        taken = crm.perform(exchange.exports, as_user="admin").rows
    assert [(one.kind, one.format) for one in taken] == [("report.management", "html")] * 2


def test_the_ending_says_the_format_and_a_part_is_enough(cli: Cli, url: str, folder: Path) -> None:
    book, archive, table = (folder / f"r.{one}" for one in ("xlsx", "zip", "csv"))
    some = ("--only", "summary", "--only", "composition", "--language", "zh")
    assert cli("report", url, "--out", str(book), *some, "--user", "zhaomin").code == 0
    sheets = [f"客户构成分析 – {one}" for one in ("按等级", "按信用度", "按满意度")]
    assert openpyxl.load_workbook(book).sheetnames == ["报表", "概要", *sheets]
    told = cli("report", url, "--out", str(archive), *some, "--json")
    assert (told.code, told.facts["format"], told.facts["report"]) == (0, "zip", "management")
    with zipfile.ZipFile(archive) as packed:
        parts = [f"composition_{one}.csv" for one in ("level", "credit", "satisfaction")]
        assert packed.namelist() == ["about.csv", "summary.csv", *parts]
    assert cli("report", url, "--out", str(table), *some).code == 1
    one = cli("report", url, "--out", str(table), "--report", "composition", "--filter", "by=credit")
    assert (one.code, one.out) == (0, "")
    rows = list(csv.reader(io.StringIO(table.read_text(encoding="utf-8-sig"))))
    assert rows[:2] == [["No.", "Credit", "Customers", "Share (%)"], ["1", "1 of 5 stars", "0", ""]]
    assert sorted(one.name for one in folder.iterdir()) == ["r.csv", "r.xlsx", "r.zip"]


def test_a_file_that_is_there_stays_unless_told(cli: Cli, url: str, folder: Path) -> None:
    file = folder / "r.html"
    file.write_text("theirs")
    refused = cli("report", url, "--out", str(file), "--json")
    assert (refused.code, refused.facts["error"]["problems"][0]["code"]) == (1, "report.file_there")
    assert "r.html" in refused.err
    assert file.read_text() == "theirs"
    assert cli("report", url, "--out", str(file), "--force").code == 0
    assert file.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")


@pytest.mark.parametrize(
    ("given", "code", "field"),
    [
        (("--period", "soon"), "report.typed_period", "period"),
        (("--only", "profit"), "report.part_unknown", "only"),
        (("--filter", "nonsense"), "value.choice", "--filter"),
        (("--filter", "nonsense=1"), "report.filter", "nonsense"),
        (("--report", "services", "--filter", "by=x"), "value.choice", "by"),
        (("--period", "2026", "--filter", "period=2025"), "report.period_twice", "--period"),
    ],
)
def test_what_is_wrong_is_told_and_nothing_written(
    cli: Cli, url: str, folder: Path, given: tuple[str, ...], code: str, field: str
) -> None:
    done = cli("report", url, "--out", str(folder), *given, "--json")
    assert done.code == 1
    assert [(one["code"], one["field"]) for one in done.facts["error"]["problems"]] == [(code, field)]
    assert cli("report", url, "--out", str(folder), *given, "--lang", "zh").code == 1
    assert not list(folder.iterdir())


def test_who_may_not_gets_nothing(cli: Cli, url: str, folder: Path) -> None:
    for name in ("lihua", "admin"):
        done = cli("report", url, "--out", str(folder), "--user", name, "--json")
        assert (done.code, done.facts["error"]["code"]) == (1, "access.no_permission")
    assert cli("report", url, "--out", str(folder), "--user", "nobody").code == 1
    assert cli("report", url, "--out", str(folder), "--report", "profit").code == 1
    assert cli("report", url, "--out", str(folder / "r.pdf")).code == 1
    assert cli("report", url, "--out", str(folder / "no" / "r.html")).code == 1
    assert cli("report", url).code == 2
    assert not list(folder.iterdir())


@pytest.mark.requirement("X-ANA-05")
def test_a_saved_report_is_taken_by_its_name(cli: Cli, url: str, folder: Path) -> None:
    file = folder / "r.csv"
    with crmcore.open(url) as crm:
        given = {"by": "credit"}
        crm.perform(saving.save_report, name="信用 结构", kind="composition", given=given, as_user="zhaomin")
    mine = ("report", url, "--out", str(file), "--saved", "信用 结构", "--user", "zhaomin", "--json")
    told = cli(*mine)
    assert (told.code, told.facts["report"]) == (0, "composition")
    assert next(csv.reader(io.StringIO(file.read_text(encoding="utf-8-sig"))))[:2] == ["No.", "Credit"]
    assert cli(*mine, "--force", "--filter", "by=region").code == 0
    assert next(csv.reader(io.StringIO(file.read_text(encoding="utf-8-sig"))))[:2] == ["No.", "Region"]
    both = cli(*mine, "--force", "--report", "losses")
    assert [one["code"] for one in both.facts["error"]["problems"]] == ["report.saved_or_named"]
    for who, why in (("lihua", "not_found"), ("admin", "access.no_permission")):  # it is not theirs
        other = cli("report", url, "--out", str(folder), "--saved", "信用 结构", "--user", who, "--json")
        assert (other.code, other.facts["error"]["code"]) == (1, why)
    assert [one.name for one in folder.iterdir()] == ["r.csv"]


def test_help_is_there_in_both_languages(cli: Cli) -> None:
    assert "customer management report" in cli("report", "--help").out.replace("\n", " ")
    assert "客户管理报告" in cli("report", "--help", "--lang", "zh").out


@pytest.mark.parametrize("out", ["", " ", "x" * 300 + ".html"])
def test_a_name_that_no_file_can_have_is_refused(
    cli: Cli, url: str, folder: Path, monkeypatch: pytest.MonkeyPatch, out: str
) -> None:
    monkeypatch.chdir(folder)
    refused = cli("report", url, "--report", "composition", "--out", out)
    assert refused.code == 1
    assert refused.err
    assert not list(folder.iterdir())
