"""Reports of ten thousand real order lines equal what pandas computes of the same file; the file is not part of this.

``CRMCORE_SUPERSTORE`` names the file: the well-known "Superstore" sample as CSV, with its usual columns.
"""

import importlib
import itertools
import os
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from company.trade import customer
from crmcore import reports, sales
from crmcore.reports import OrderFilter
from crmcore.statistics.contribution import ContributionBy
from crmcore.statistics.periods import Span, year_of
from crmcore.storage.crm import Crm
from crmcore.storage.work import Work

SCRIPTS = Path(__file__).parents[3] / "examples" / "erp_scripts"
FILE = os.environ.get("CRMCORE_SUPERSTORE", "")
SEGMENTS = {"Consumer": "regular", "Corporate": "target", "Home Office": "partner"}


@pytest.fixture
def lines() -> Any:
    """The file as pandas reads it, amounts exact, and each customer in the region of his first line."""
    pandas = pytest.importorskip("pandas")
    if not FILE:
        pytest.skip("CRMCORE_SUPERSTORE does not name the file")
    read = pandas.read_csv(FILE, dtype=str, keep_default_na=False)
    read["amount"] = read["Sales"].map(Decimal)
    read["year"] = read["Order Date"].str[:4].astype(int)
    read["home"] = read.groupby("Customer ID")["Region"].transform("first")
    return read


def taken_over(crm: Crm, lines: Any, monkeypatch: pytest.MonkeyPatch) -> Mapping[Any, str]:
    """Take over customers and orders; answer what each customer is called in the file."""
    keys = {}
    for key, one in lines.groupby("Customer ID").first().iterrows():
        kind = SEGMENTS[one["Segment"]]
        made = customer(crm, f"{one['Customer Name']} {key}", external_key=key, region=one["home"], category=kind)
        keys[made.id] = key
    monkeypatch.syspath_prepend(SCRIPTS)
    module = importlib.import_module("order_file")
    mapping = module.ColumnMapping.read(SCRIPTS / "mappings" / "superstore.toml")
    with module.OrderFile(Path(FILE), mapping) as found:
        rows = (one.row for one in found)
        while chunk := list(itertools.islice(rows, 2000)):
            crm.perform(sales.import_orders, chunk, as_user="zhaomin", all_or_nothing=True)
    return keys


def by(work: Work, kind: ContributionBy) -> dict[Any, Decimal]:
    found = reports.contribution_by(work, kind).rows
    return {one.period.first.year if one.period else one.key: one.amount.value for one in found if one.amount.value}


def sums(lines: Any, column: str) -> dict[Any, Decimal]:
    return dict(lines.groupby(column)["amount"].sum())


@pytest.mark.requirement("RPT-01", "X-ANA-04", "X-ANA-06")
def test_reports_of_real_orders_equal_an_independent_computation(
    crm: Crm, lines: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = taken_over(crm, lines, monkeypatch)
    with crm.work(as_user="zhaomin", readonly=True) as work:
        pages = [reports.contribution(work, page=page, size=200) for page in range(1, 5)]
        shown = {keys[row.key]: row.amount.value for one in pages for row in one.page.rows}
        assert shown == sums(lines, "Customer ID")
        assert pages[0].whole.amount.value == lines["amount"].sum()
        assert by(work, ContributionBy.YEAR) == sums(lines, "year")
        assert by(work, ContributionBy.REGION) == sums(lines, "home")
        segments = {SEGMENTS[name]: amount for name, amount in sums(lines, "Segment").items()}
        assert by(work, ContributionBy.CATEGORY) == segments
        came_back(work, lines)
        products(work, lines)


def products(work: Work, lines: Any) -> None:
    """Compare what was sold of each product, and in one year of those that were sold most; open the best."""
    lines = lines.assign(pieces=lines["Quantity"].map(Decimal))
    every = reports.products_sold(work, most=2000)
    assert (every.amount.value, every.amount.records) == (lines["amount"].sum(), len(lines))
    assert {row.product: row.amount.value for row in every.rows} == sums(lines, "Product ID")
    pieces = dict(lines.groupby("Product ID")["pieces"].sum())
    assert {row.product: row.quantity.value for row in every.rows} == pieces
    best = every.rows[0]
    assert reports.drill_down(work, best.amount).total == int((lines["Product ID"] == best.product).sum())
    last = lines[lines["year"] == lines["year"].max()]
    most = reports.products_sold(work, OrderFilter(period=year_of(int(last["year"].iloc[0]))), most=10)
    expected = sorted(sums(last, "Product ID").items(), key=lambda one: (-one[1], one[0]))[:10]
    assert [(row.product, row.amount.value) for row in most.rows] == expected


def came_back(work: Work, lines: Any) -> None:
    """Compare retention and cohorts by year."""
    buyers = {year: set(of["Customer ID"]) for year, of in lines.groupby("year")}
    last = max(buyers)
    kept = reports.customer_retention(work, OrderFilter(period=year_of(last)))
    assert kept.customers.value == len(buyers[last - 1])
    assert kept.retained.value == len(buyers[last] & buyers[last - 1])
    now = lines[(lines["year"] == last) & lines["Customer ID"].isin(buyers[last - 1])]
    assert kept.revenue_kept.value == now["amount"].sum()
    first = lines.groupby("Customer ID")["year"].min()
    (cohort,) = reports.customer_cohorts(work, year_of(last - 1), span=Span.YEAR)
    assert cohort.size.value == int((first == last - 1).sum())
