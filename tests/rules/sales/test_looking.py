"""Order history, products and stock on every store: what is shown to whom, and that nothing else writes them."""

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

from company.feeds import DAY, buyer, contents, kept, row
from crmcore import sales
from crmcore.access.rules import NoPermission
from crmcore.base.errors import Invalid, NotFound
from crmcore.sales import LineRow
from crmcore.sales.entity import Order, Product, StockItem
from crmcore.storage.crm import Crm
from crmcore.storage.records import OutboxMessage

PRODUCTS: list[dict[str, Any]] = [
    {"source_key": "P1", "name": "无缝钢管", "model": "Q235", "batch": "一级", "unit": "根", "price": Decimal("12.5")},
    {"source_key": "P2", "name": "角钢", "model": "L50", "batch": "二级", "memo": None},
]
STOCK: list[dict[str, Any]] = [
    {"product": "P1", "warehouse": "北京一库", "location": "A-3", "quantity": 40},
    {"source_key": "S2", "product": "P1", "warehouse": "上海库", "quantity": 7},
    {"source_key": "S3", "product": "P2", "warehouse": "北京一库", "quantity": 0},
]


def taken(crm: Crm, what: Any, rows: Any, **more: Any) -> Any:
    """Take rows over as the sales supervisor."""
    return crm.perform(what, rows, as_user="zhaomin", **more)


@pytest.mark.requirement("ORD-01", "ORD-02", "ORD-03", "3.6", "16.1", "14.12")
def test_orders_are_listed_found_and_opened_by_whom_they_concern(crm: Crm) -> None:
    ours, theirs = buyer(crm, "KH1", name="华建科技"), buyer(crm, "KH2", name="远洋物流", manager="wangwei")
    rows = [
        row(
            "SO-1", status="paid", delivery_address="北京", lines=[LineRow("P1", "钢管", 2, "根", Decimal("9.50"))] * 2
        ),
        row("SO-2", day=dt.date(2026, 3, 5), status="shipped"),
        row("SO-3", "KH2", status="cancelled"),
        row("SO-4", "KH2", currency="USD", lines=(), amount=Decimal(1000)),
    ]
    taken(crm, sales.import_orders, rows)

    def found(person: str, **filters: Any) -> list[str]:
        with crm.work(as_user=person, readonly=True) as work:
            return [one.source_key for one in sales.orders(work, **filters).rows]

    assert found("lihua") == ["SO-2", "SO-1"]
    assert found("lihua", customer=theirs.id) == found("lihua", number="SO-4") == []
    assert set(found("zhaomin")) == set(found("chengang")) == {"SO-1", "SO-2", "SO-3", "SO-4"}
    assert found("chengang", customer=ours.id, paid=True) == ["SO-1"]
    assert found("zhaomin", paid=False) == ["SO-2", "SO-4"]
    assert found("zhaomin", customer_name="远洋", ordered_to=DAY) == ["SO-4", "SO-3"]
    assert found("zhaomin", ordered_from=dt.date(2026, 3, 3), number=" SO-2 ") == ["SO-2"]
    assert found("zhaomin", amount_from=Decimal(38)) == ["SO-1"]  # the one in dollars is not compared
    assert found("zhaomin", amount_to=Decimal("37.50"), paid=False) == ["SO-2"]
    by_key = {one.source_key: one for one in kept(crm, Order)}
    shown = {key: sales.payment_of(one) for key, one in by_key.items()}
    assert shown == {
        "SO-1": "order_status.paid",
        "SO-2": "order.unpaid",
        "SO-3": "order_status.cancelled",
        "SO-4": "order.unpaid",
    }
    with crm.work(as_user="lihua", readonly=True) as work:
        detail = sales.order_detail(work, by_key["SO-1"].id)
        assert (detail.order, detail.total, detail.customer_name) == (by_key["SO-1"], Decimal(38), "华建科技")
        assert [(one.position, one.amount) for one in detail.lines] == [(1, Decimal(19)), (2, Decimal(19))]
        assert sales.customer_names(work, [ours.id, theirs.id]) == {ours.id: "华建科技"}
        total = sales.summary(work, ours.id)
    assert total is not None
    assert (total.order_count, total.amount, total.paid_amount) == (2, Decimal("75.50"), Decimal(38))
    with crm.work(as_user="lihua") as work, pytest.raises(NotFound):
        sales.order_detail(work, by_key["SO-3"].id)
    with crm.work(as_user="lihua") as work, pytest.raises(NotFound):
        sales.summary(work, theirs.id)
    with crm.work(as_user="admin") as work, pytest.raises(NoPermission):
        sales.orders(work)


@pytest.mark.requirement("6.2", "PRD-01", "PRD-02")
def test_products_come_from_the_sales_system_and_are_found_by_name_model_and_batch(crm: Crm) -> None:
    first = taken(crm, sales.import_products, [*PRODUCTS, {"source_key": "P3"}, "P4"])
    assert (first.rows, first.rows_created, [one.row for one in first.problems]) == (4, 2, [2, 3])
    before = contents(crm, Product, OutboxMessage)
    assert taken(crm, sales.import_products, PRODUCTS).rows_unchanged == 2
    assert contents(crm, Product, OutboxMessage) == before
    with crm.work(as_user="lihua", readonly=True) as work:
        assert [one.source_key for one in sales.products(work).rows] == ["P1", "P2"]
        assert [one.source_key for one in sales.products(work, name="钢管").rows] == ["P1"]
        assert [one.source_key for one in sales.products(work, model="l5", batch="级").rows] == ["P2"]
    changed = taken(crm, sales.import_products, [{**PRODUCTS[0], "price": Decimal(13)}])
    assert (changed.rows_changed, next(one.price for one in kept(crm, Product) if one.model == "Q235")) == (1, 13)
    crm.perform(sales.undo_orders, created={}, changed=changed.changed, as_user="zhaomin")
    crm.perform(sales.undo_orders, created=first.created, as_user="zhaomin")
    assert kept(crm, Product) == []
    with crm.work(as_user="admin") as work, pytest.raises(NoPermission):
        sales.products(work)


@pytest.mark.requirement("6.3", "INV-01", "INV-02")
def test_stock_comes_from_the_sales_system_and_is_found_by_product_and_warehouse(crm: Crm) -> None:
    taken(crm, sales.import_products, PRODUCTS)
    first = taken(crm, sales.import_stock, [*STOCK, {"product": "P9", "quantity": 1}, {"quantity": 2}])
    assert first.rows_created == 3
    codes = [problem.code for one in first.problems for problem in one.problems]
    assert codes == ["stock.unknown_product", "value.missing", "value.missing"]
    assert taken(crm, sales.import_stock, STOCK).rows_unchanged == 3
    assert taken(crm, sales.import_stock, [{**STOCK[0], "quantity": 39}]).rows_changed == 1
    with crm.work(as_user="chengang", readonly=True) as work:
        assert [one.quantity for one in sales.stock(work, product="钢管", warehouse="北京").rows] == [39]
        listed = sales.stock(work, warehouse="北京")
        names = sales.product_names(work, [one.product for one in listed.rows])
        assert sorted(names[one.product] for one in listed.rows) == ["无缝钢管", "角钢"]
    with pytest.raises(Invalid):
        taken(crm, sales.import_stock, [{"product": "P1", "quantity": 1.5}], all_or_nothing=True)
    with crm.work(as_user="admin") as work, pytest.raises(NoPermission):
        sales.stock(work)


class Erp:
    """A sales system that breaks off when it is told to."""

    def __init__(self, orders: int, *, breaks_at: int | None = None) -> None:
        self._orders, self._breaks_at = orders, breaks_at
        self.lying: list[dict[str, Any]] = STOCK

    def products(self) -> list[dict[str, Any]]:
        return PRODUCTS

    def stock(self) -> list[dict[str, Any]]:
        return self.lying

    def orders_since(self, mark: str) -> Iterator[Any]:
        for number in range(int(mark or 0), self._orders):
            if number == self._breaks_at:
                raise ConnectionResetError
            yield row(f"SO-{number:03}", amount=Decimal("37.50") if number != 6 else Decimal(1))


@pytest.mark.requirement("INV-02", "ITG-03")
def test_stock_that_a_full_list_leaves_out_is_there_no_more(crm: Crm, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("crmcore.sales.wares._AT_ONCE", 1)
    erp = Erp(0)
    sales.pull(crm, erp, as_user="zhaomin")
    before = {one.source_key: one.quantity for one in kept(crm, StockItem)}
    erp.lying = [{**STOCK[0], "quantity": "many"}, STOCK[2]]
    done = sales.pull(crm, erp, as_user="zhaomin", chunk=1)
    assert (done.stock_changed, done.refused) == (1, 1)
    emptied = {**before, "S2": 0}
    assert {one.source_key: one.quantity for one in kept(crm, StockItem)} == emptied != before
    erp.lying = []
    assert sales.pull(crm, erp, as_user="zhaomin").stock_changed == 0


@pytest.mark.requirement("ORD-04", "ITG-02", "ITG-03", "NFR-09")
def test_a_feed_that_breaks_off_leaves_whole_chunks_and_finishes_when_run_again(crm: Crm) -> None:
    buyer(crm, "KH1")
    told: list[int] = []
    with pytest.raises(ConnectionResetError):
        sales.pull(
            crm, Erp(10, breaks_at=9), as_user="zhaomin", chunk=4, progress=lambda so_far: told.append(so_far.orders)
        )
    assert len(kept(crm, Order)) == 7  # two chunks of four, less the order that contradicts itself
    assert told == [0, 0, 4, 8]
    done = sales.pull(crm, Erp(10), as_user="zhaomin", chunk=4)
    assert (done.orders, done.orders_created, done.orders_unchanged, done.refused) == (10, 2, 7, 1)
    assert [(one.row, one.source_key) for one in done.problems] == [(6, "SO-006")]
    assert (len(kept(crm, Product)), len(kept(crm, StockItem)), done.products_created) == (2, 3, 0)
    assert sales.pull(crm, Erp(12), as_user="zhaomin", mark="9").orders_created == 2
    with pytest.raises(Invalid):
        sales.pull(crm, Erp(1), as_user="zhaomin", chunk=0)
