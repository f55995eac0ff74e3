"""The nightly order feed as a script: whole orders from lines, once however often it runs, customers if wanted."""

import importlib
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import attrs
import pytest

import crmcore
from crmcore import access
from crmcore.access.actor import SYSTEM
from crmcore.access.delivered import delivered_role_id
from crmcore.customers import Customer
from crmcore.sales import Order, OrderStatus

HERE = Path(__file__).parents[1]
SUPERSTORE = HERE / "mappings" / "superstore.toml"
HEADER = "Order ID,Order Date,Customer ID,Customer Name,City,State,Product ID,Product Name,Sales,Quantity\n"
LINES = """\
US-1,2026-03-02,C-1,Claire Gute,Henderson,Kentucky,P-1,Bookcase,261.965,2
US-2,2026-03-03,C-2,华建科技,北京,,P-2,Chair,731.94,3
US-1,2026-03-02,C-1,Claire Gute,Henderson,Kentucky,P-2,Chair,10,1
"""


@attrs.frozen
class Run:
    """What a run of the script left behind."""

    code: int
    out: str
    err: str


@pytest.fixture
def feed(url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Any:
    """Run the script over some text, as a supervisor."""
    monkeypatch.syspath_prepend(HERE)
    monkeypatch.setenv("CRM_URL", url)
    monkeypatch.setenv("LANG", "C.UTF-8")
    main: Callable[[list[str]], int] = importlib.import_module("import_orders").main
    with crmcore.open(url) as crm:
        role = (delivered_role_id("sales_supervisor"),)
        crm.perform(access.create_user, name="susan", roles=role, as_user=SYSTEM)

    def run(content: str, *arguments: object) -> Run:
        path = tmp_path / "orders.csv"
        path.write_text(content, encoding="utf-8")
        capfd.readouterr()
        code = main([str(path), *map(str, arguments), "--as-user", "susan"])
        return Run(code, *capfd.readouterr())

    return run


def kept(url: str, kind: str) -> list[Any]:
    """All records of a kind."""
    with crmcore.open(url) as crm, crm.work(as_user=SYSTEM, readonly=True) as work:
        return [*getattr(work, kind).find()]


def test_lines_become_orders_and_missing_customers_are_opened(url: str, feed: Any) -> None:
    without = feed(HEADER + LINES, "--mapping", SUPERSTORE)
    assert (without.code, without.out) == (
        0,
        "0 new, 0 changed, 0 unchanged, 2 waiting for their customer, 0 refused; 0 customers opened\n",
    )
    done = feed(HEADER + LINES, "--mapping", SUPERSTORE, "--create-customers", "anna")
    assert done.out.endswith("0 waiting for their customer, 0 refused; 2 customers opened\n"), done
    orders: dict[str, Order] = {one.source_key: one for one in kept(url, "orders")}
    customers: dict[Any, Customer] = {one.id: one for one in kept(url, "customers")}
    assert {key: (one.amount, one.line_count) for key, one in orders.items()} == {
        "US-1": (Decimal("271.965"), 2),
        "US-2": (Decimal("731.94"), 1),
    }
    assert customers[orders["US-1"].customer].external_key == "C-1"
    assert customers[orders["US-2"].customer].name == "华建科技"
    assert (orders["US-1"].delivery_address, orders["US-2"].delivery_address) == ("Henderson, Kentucky", "北京")
    assert {one.status for one in orders.values()} == {OrderStatus.PAID}


def test_running_twice_changes_nothing_and_a_changed_line_is_taken_over(url: str, feed: Any) -> None:
    arguments = ("--mapping", SUPERSTORE, "--create-customers", "anna")
    feed(HEADER + LINES, *arguments)
    before = [kept(url, kind) for kind in ("orders", "order_lines", "order_summaries", "customers")]
    again = feed(HEADER + LINES, *arguments)
    assert again.out.startswith("0 new, 0 changed, 2 unchanged, 0 waiting")
    assert [kept(url, kind) for kind in ("orders", "order_lines", "order_summaries", "customers")] == before
    changed = LINES.replace("731.94", "700.00")
    rehearsed = feed(HEADER + changed, *arguments, "--dry-run")
    assert "0 would be new, 1 changed, 1 unchanged" in rehearsed.out
    assert feed(HEADER + changed, *arguments).out.startswith("0 new, 1 changed, 1 unchanged")
    (summary,) = (one for one in kept(url, "order_summaries") if one.amount != Decimal("271.965"))
    assert summary.paid_amount == Decimal(700)


def test_orders_that_cannot_be_read_are_refused_each_with_its_line(url: str, feed: Any) -> None:
    wrong = """\
US-3,2026-03-02,C-1,Claire Gute,,,P-1,Bookcase,many,2
US-4,02.03.2026,C-1,Claire Gute,,,P-1,Bookcase,1,2
US-5,2026-03-02,C-1,Claire Gute,,,P-1,Bookcase,1,2
US-5,2026-03-02,C-2,Claire Gute,,,P-1,Bookcase,1,2
US-6,2026-03-02,C-1,Claire Gute,,,P-1,Bookcase,1,2.00001
,2026-03-02,C-1,Claire Gute,,,P-1,Bookcase,1,2
US-7,2026-03-02,C-1
US-8,2026-03-02,C-1,Claire Gute,,,P-1,Bookcase,"1,50",2
"""
    done = feed(HEADER + LINES + wrong, "--mapping", SUPERSTORE, "--create-customers", "anna")
    assert (done.code, "7 refused" in done.out) == (1, True)
    for said in (
        "Line 5: Amount: “many” is not a number.",
        "Line 6: Date: “02.03.2026” is not a date",
        "Line 8: customer_key: “C-2”, but an earlier line of the same order says “C-1”",
        "Line 9: Quantity: at most 10 digits",
        "Line 10: Order number: please fill this in",
        "Line 12: Amount: “1,50” is not a number.",
        "Line 11: The line has 3 cells, the header 10",
    ):
        assert said in done.err
    assert {one.source_key for one in kept(url, "orders")} == {"US-1", "US-2"}


@pytest.mark.parametrize(
    ("mapping", "content", "said"),
    [
        ('[order]\nsource_key = "Order ID"\n', HEADER, "lacks these columns: ordered_on"),
        ("[order\n", HEADER, "column mapping can't be read"),
        ('[order]\ncolour = "Order ID"\n', HEADER, "names colour"),
        ("[options]\nquick = true\n", HEADER, "names quick"),
        (None, "", "It is empty"),
    ],
)
def test_what_is_no_order_file_is_refused_as_a_whole(
    feed: Any, tmp_path: Path, mapping: str | None, content: str, said: str
) -> None:
    path = SUPERSTORE
    if mapping is not None:
        path = tmp_path / "mapping.toml"
        path.write_text(mapping, encoding="utf-8")
    done = feed(content, "--mapping", path)
    assert (done.code, done.out) == (1, "")
    assert said in done.err


def test_columns_called_like_the_fields_need_no_mapping(url: str, feed: Any) -> None:
    done = feed("source_key,ordered_on,customer_name,status,amount\nSO-1,2026-03-02,Nobody,cancelled,\n")
    assert (done.code, done.out.startswith("0 new")) == (1, True)
    done = feed('source_key,ordered_on,customer_name,quantity,unit_price\nSO-1,2026-03-02,Nobody,"1,000",2.5\n')
    assert (done.code, "1 waiting" in done.out) == (0, True)
    assert kept(url, "orders") == []
