"""The order feed on every store: what comes in, again and changed, whose it is, and what it adds up to."""

import datetime as dt
import json
import random
from decimal import Decimal
from typing import Any

import attrs
import pytest

from company import SetClock
from company.feeds import DAY, buyer, contents, expected_summaries, kept, row, summaries
from crmcore import dictionary, sales
from crmcore.access.rules import NoPermission
from crmcore.base.errors import Invalid
from crmcore.sales import LineRow, OrderRow
from crmcore.sales.entity import Order, OrderLine, OrderStatus, UnmatchedOrder
from crmcore.storage.crm import Crm
from crmcore.storage.records import ChangeRecord, OutboxMessage


def feed(crm: Crm, *rows: Any, **more: Any) -> sales.OrderImport:
    """Take over some rows, as the sales supervisor."""
    return crm.perform(sales.import_orders, rows, as_user="zhaomin", **more)


@pytest.mark.requirement("3.6", "ORD-04")
def test_an_order_comes_in_with_its_lines_and_changes_nothing_when_it_comes_again(crm: Crm, clock: SetClock) -> None:
    customer = buyer(crm, "KH1")
    given = {
        "source_key": "SO-1",
        "ordered_on": DAY,
        "customer": "KH1",
        "status": "6",
        "delivery_address": "北京市朝阳区 1 号",
        "lines": [
            LineRow("P1", "钢管", Decimal("2.5"), "吨", Decimal("3.333")),
            {"product_key": "P2", "quantity": 1, "amount": Decimal("9.99")},
        ],
    }
    done = feed(crm, given)
    (order,) = kept(crm, Order)
    assert (done.orders_created, done.rows, done.problems) == (1, 1, ())
    assert (order.customer, order.source_key, order.ordered_on) == (customer.id, "SO-1", DAY)
    assert (order.status, order.currency, order.amount, order.line_count) == (
        OrderStatus.PAID,
        "CNY",
        Decimal("18.32"),
        2,
    )
    lines = sorted(kept(crm, OrderLine), key=lambda one: one.position)
    assert [(one.order, one.product_key, one.quantity, one.unit_price, one.amount) for one in lines] == [
        (order.id, "P1", Decimal("2.5"), Decimal("3.333"), Decimal("8.33")),
        (order.id, "P2", Decimal(1), None, Decimal("9.99")),
    ]
    before = contents(crm, Order, OrderLine, ChangeRecord, OutboxMessage)
    clock.advance(days=1)
    again = feed(crm, given)
    assert (again.orders_created, again.orders_changed, again.orders_unchanged) == (0, 0, 1)
    assert contents(crm, Order, OrderLine, ChangeRecord, OutboxMessage) == before
    assert summaries(crm) == expected_summaries(crm)


@pytest.mark.requirement("ORD-04")
def test_a_changed_order_becomes_exactly_what_the_row_says(crm: Crm) -> None:
    buyer(crm, "KH1")
    buyer(crm, "KH2")
    three = [(f"P{place}", "", place, "", Decimal(10), None) for place in (1, 2, 3)]
    feed(crm, row("SO-1", lines=three), row("SO-2", day=dt.date(2026, 1, 1)))
    before = contents(crm)
    changed = row("SO-1", "KH2", day=dt.date(2026, 2, 1), status="paid", lines=[three[0], ("P9", "", 1, "", None, 5)])
    done = feed(crm, changed, row("SO-2", day=dt.date(2026, 1, 1)))
    assert (done.orders_created, done.orders_changed, done.orders_unchanged) == (0, 1, 1)
    order = next(one for one in kept(crm, Order) if one.source_key == "SO-1")
    assert (order.amount, order.status, order.line_count, order.version) == (Decimal(15), OrderStatus.PAID, 2, 2)
    lines = sorted((one for one in kept(crm, OrderLine) if one.order == order.id), key=lambda one: one.position)
    assert [(one.product_key, one.amount, one.version) for one in lines] == [("P1", 10, 1), ("P9", 5, 2)]
    assert summaries(crm) == expected_summaries(crm)
    feed(crm, row("SO-1", lines=three))
    assert {one.source_key: one.amount for one in kept(crm, Order)} == {
        one.source_key: one.amount for one in before[Order].values()
    }
    assert summaries(crm) == expected_summaries(crm)


@pytest.mark.requirement("ORD-04", "ITG-02")
def test_customers_are_found_by_number_then_key_then_name(crm: Crm) -> None:
    first = buyer(crm, "KH1", key="C-1", name="Huajian")
    second = buyer(crm, "KH2", key="C-2", name="华建")
    gone = buyer(crm, "KH3", key="C-3", deleted=True)
    buyer(crm, "KH4", key="C-4", deleted=True, merged_into=second.id)
    done = feed(
        crm,
        row("by number", "KH1", customer_name="华建"),
        row("by key", "", customer_key="C-2"),
        row("by name", "no such number", customer_key="none", customer_name="  ＨＵＡＪＩＡＮ "),
        row("merged", "KH4"),
        row("unknown", "KH9", customer_name="nobody"),
        row("ambiguous", "KH1", customer_key="C-2"),
        row("deleted", gone.number),
    )
    owners = {one.source_key: one.customer for one in kept(crm, Order)}
    assert owners == {"by number": first.id, "by key": second.id, "by name": first.id, "merged": second.id}
    assert done.unmatched == {"unknown": "unknown", "ambiguous": "ambiguous", "deleted": "deleted"}
    waiting = {one.source_key: one for one in kept(crm, UnmatchedOrder)}
    assert {one.reason for one in waiting.values()} == {"unknown", "ambiguous", "deleted"}
    assert (waiting["unknown"].customer_key, waiting["unknown"].customer_name) == ("KH9", "nobody")
    assert feed(crm, row("unknown", "KH9", customer_name="nobody")).orders_unchanged == 1
    assert {one.version for one in kept(crm, UnmatchedOrder)} == {1}


@pytest.mark.requirement("ORD-04")
def test_waiting_orders_find_their_customer_later_or_are_given_up(crm: Crm) -> None:
    feed(crm, row("SO-1", "KH1"), row("SO-2", "KH2", status="cancelled"), row("SO-3", "KH3"))
    customer = buyer(crm, "KH1")
    tried = crm.perform(sales.rematch, as_user="zhaomin")
    assert (tried.done.orders_created, tried.done.orders_unmatched, tried.last) == (1, 2, None)
    assert [(one.source_key, one.customer) for one in kept(crm, Order)] == [("SO-1", customer.id)]
    buyer(crm, "KH2")
    with crm.work(as_user="zhaomin") as work:
        listed = sales.unmatched_orders(work, reason="unknown")
        assert {one.source_key for one in listed.rows} == {"SO-2", "SO-3"}
        sales.discard_unmatched(work, next(one.id for one in listed.rows if one.source_key == "SO-3"), expected=1)
    first = crm.perform(sales.rematch, as_user="zhaomin", size=1)
    assert (first.done.orders_created, first.last is None) == (1, False)
    assert sales.rematch_all(crm, as_user="zhaomin").orders == 0
    assert kept(crm, UnmatchedOrder) == []
    assert {one.source_key: one.amount for one in kept(crm, Order)} == {
        "SO-1": Decimal("37.5"),
        "SO-2": Decimal("37.5"),
    }
    assert summaries(crm) == expected_summaries(crm)


@pytest.mark.requirement("ORD-04", "ORD-03", "GEN-11")
def test_what_is_wrong_is_told_row_by_row_and_good_rows_are_written(crm: Crm) -> None:
    buyer(crm, "KH1")
    rows = (
        row("good"),
        row("SO-2", status="lost", currency="yua"),
        {"source_key": "", "customer": "KH1", "colour": "red"},
        row("SO-4", amount=Decimal("37.51")),
        row("SO-5", lines=[LineRow("P1", quantity=Decimal("1.00001"), amount=Decimal(1)), ("P2", "x\0", 1)]),
        row("SO-6", "", lines=()),
        row("SO-7", day=dt.datetime(2026, 3, 2, tzinfo=dt.UTC), lines=[LineRow(amount=1.5)]),  # type: ignore[arg-type]
        "SO-8",
    )
    done = feed(crm, *rows)
    said = {one.row: {(problem.field, problem.code) for problem in one.problems} for one in done.problems}
    assert said == {
        1: {("status", "value.choice"), ("currency", "value.pattern")},
        2: {
            ("source_key", "value.missing"),
            ("ordered_on", "value.missing"),
            ("colour", "value.unknown_field"),
            ("amount", "value.missing"),
        },
        3: {("amount", "order.total_mismatch")},
        4: {("quantity", "value.digits"), ("product_name", "value.characters"), ("amount", "value.missing")},
        5: {("customer", "value.missing"), ("amount", "value.missing")},
        6: {("ordered_on", "value.type"), ("amount", "value.type")},
        7: {
            ("order", "value.type"),
            ("source_key", "value.missing"),
            ("ordered_on", "value.missing"),
            ("customer", "value.missing"),
            ("amount", "value.missing"),
        },
    }
    line = next(problem for problem in done.problems[3].problems if problem.field == "product_name")
    assert line.explain("zh").startswith("第 2 行商品")
    assert [one.source_key for one in kept(crm, Order)] == ["good"]
    endless = row("endless", "KH9", lines=[LineRow("P" * 100, "产" * 200, amount=1)] * 14_000)
    (late,) = feed(crm, row("good"), endless).problems
    assert (late.row, late.problems[0].code, kept(crm, UnmatchedOrder)) == (1, "value.too_long", [])
    with pytest.raises(Invalid):
        crm.perform(sales.import_orders, iter([row("once")]), as_user="zhaomin")
    with pytest.raises(Invalid) as refused:
        feed(crm, row("other"), rows[3], all_or_nothing=True)
    assert refused.value.fields == {"2.amount"}
    assert len(kept(crm, Order)) == 1


@pytest.mark.requirement("3.6", "14.12", "16.6", "16.7")
def test_sums_are_exact_whatever_comes_in_which_order(crm: Crm) -> None:
    customers = [buyer(crm, f"KH{number}") for number in range(4)]
    dice = random.Random(7)  # the same rows in every run
    for _ in range(8):
        rows = [
            row(
                f"SO-{dice.randrange(12)}",
                f"KH{dice.randrange(len(customers))}",
                day=dt.date(2026, 1, dice.randrange(1, 6)),
                status=dice.choice(list(OrderStatus)),
                currency=dice.choice(("", "", "USD")),
                lines=(),
                amount=Decimal(dice.randrange(-100, 10**12)).scaleb(-2),
            )
            for _ in range(6)
        ]
        feed(crm, *rows)
        assert summaries(crm) == expected_summaries(crm)
    with crm.work(as_user="zhaomin", readonly=True) as work:
        counted = [sales.summary(work, customer.id) for customer in customers]
    assert any(counted)
    crm.perform(dictionary.set_parameter, "company.currency", "USD", as_user="admin")
    sales.recount_all(crm, as_user="zhaomin")
    assert summaries(crm) == expected_summaries(crm, "USD") != expected_summaries(crm)


@pytest.mark.requirement("ORD-04", "X-ADM-10")
def test_an_import_is_taken_back_exactly(crm: Crm) -> None:
    for number in ("KH1", "KH2"):
        buyer(crm, number)
    lines = [(f"P{place}", "", place, "", Decimal(10), None) for place in (1, 2, 3)]
    feed(crm, row("SO-1", lines=lines), row("SO-2", "KH9"), row("SO-3", "KH2"))
    buyer(crm, "KH9")
    before = contents(crm)
    first = feed(crm, row("SO-1", "KH2", lines=lines[:2]), row("SO-2", "KH9"), row("new"), row("lost", "KH7"))
    second = feed(crm, row("new", status="paid", day=dt.date(2026, 3, 3)))
    with pytest.raises(sales.ChangedSince):
        crm.perform(sales.undo_orders, **what(first), as_user="zhaomin")
    for chunk in (second, first, first):
        crm.perform(sales.undo_orders, **what(chunk), as_user="zhaomin")
    after = contents(crm)
    unnumbered = {kind: {id_: attrs.evolve(one, version=0) for id_, one in of.items()} for kind, of in after.items()}
    assert unnumbered == {
        kind: {id_: attrs.evolve(one, version=0) for id_, one in of.items()} for kind, of in before.items()
    }
    assert after[Order] == before[Order]


@pytest.mark.requirement("ORD-04", "X-ADM-10")
def test_what_a_later_import_or_a_rematch_made_is_not_taken_back_unawares(crm: Crm) -> None:
    buyer(crm, "KH1")
    waiting = feed(crm, row("SO-1"), row("SO-2", "KH9"))
    first = feed(crm, row("SO-1", status="shipped"))
    crm.perform(sales.undo_orders, **what(first), as_user="zhaomin")
    feed(crm, row("SO-1", status="paid"))
    buyer(crm, "KH9")
    assert sales.rematch_all(crm, as_user="zhaomin").orders_created == 1
    before = contents(crm)
    for chunk in (
        first,
        waiting,
        attrs.evolve(waiting, created={"unmatched_order": waiting.created["unmatched_order"]}),
    ):
        with pytest.raises(sales.ChangedSince):
            crm.perform(sales.undo_orders, **what(chunk), as_user="zhaomin")
    assert contents(crm) == before


def what(done: sales.OrderImport) -> dict[str, Any]:
    """What taking a chunk back needs to know."""
    return {"created": done.created, "changed": done.changed, "removed": done.removed, "left": done.left}


@pytest.mark.requirement("ORD-04", "NFR-15")
def test_a_chunk_leaves_one_change_record_and_one_message(crm: Crm) -> None:
    buyer(crm, "KH1")
    batch = crm.ids()
    feed(crm, *(row(f"SO-{number}") for number in range(5)), batch=batch)
    (change,) = kept(crm, ChangeRecord)
    (message,) = kept(crm, OutboxMessage)
    assert (change.entity, change.entity_id, json.loads(change.changes)) == ("order", batch, {"created": [None, 5]})
    assert (message.kind, message.entity_id, json.loads(message.payload)) == (
        "orders_imported",
        batch,
        {"changed": 0, "created": 5, "unmatched": 0},
    )


@pytest.mark.requirement("ORD-04", "NFR-03")
def test_the_number_of_questions_does_not_depend_on_the_size_of_the_chunk(
    crm: Crm, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(60):
        buyer(crm, f"KH{number}", key=f"C-{number}")

    def rows(count: int, status: str) -> list[OrderRow]:
        return [
            row(f"{count}-{n}", f"KH{n}" if n % 3 else "", customer_key=f"C-{n}" if n % 2 else "", status=status)
            if n % 3 or n % 2
            else row(f"{count}-{n}", "", customer_name=f"客户KH{n}", status=status)
            for n in range(count)
        ]

    def questions(given: list[OrderRow]) -> int:
        asked: list[str] = []
        begin = crm.store.begin

        def counting(*, write: bool) -> Any:
            return Counted(begin(write=write), asked)

        with monkeypatch.context() as patch:
            patch.setattr(crm.store, "begin", counting)
            feed(crm, *given)
        return len(asked)

    assert questions(rows(6, "new")) == questions(rows(60, "new"))
    assert questions(rows(6, "paid")) == questions(rows(60, "paid"))
    assert questions(rows(60, "shipped")) <= 13
    assert summaries(crm) == expected_summaries(crm)


class Counted:
    """A session that remembers what it was asked."""

    def __init__(self, session: Any, asked: list[str]) -> None:
        self._session, self._asked = session, asked

    def __getattr__(self, name: str) -> Any:
        if name in {"find", "tally", "count", "load"}:
            self._asked.append(name)
        return getattr(self._session, name)


@pytest.mark.requirement("ORD-01", "ORD-04")
def test_only_the_feed_writes_and_only_who_may_feed(crm: Crm) -> None:
    buyer(crm, "KH1")
    for person in ("lihua", "chengang", "admin"):
        with pytest.raises(NoPermission):
            crm.perform(sales.import_orders, [row("SO-1")], as_user=person)
    assert kept(crm, Order) == []
