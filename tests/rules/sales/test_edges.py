"""The edges of order feeds: what does not fit at all, what comes in several portions, who was merged very often."""

import datetime as dt
from typing import Any

import pytest

from company.feeds import buyer, expected_summaries, kept, row, summaries
from company.in_memory import shared_store
from crmcore import customers, dictionary, sales
from crmcore.base.errors import Invalid
from crmcore.customers.entity import CustomerId
from crmcore.i18n import text
from crmcore.sales import LineRow
from crmcore.sales.entity import Order, UnmatchedOrder
from crmcore.storage.crm import Crm

__all__ = ["shared_store"]


def feed(crm: Crm, *rows: Any, **more: Any) -> sales.OrderImport:
    return crm.perform(sales.import_orders, rows, as_user="zhaomin", **more)


@pytest.mark.requirement("ORD-04", "GEN-11")
@pytest.mark.parametrize(
    ("given", "problem"),
    [
        ({"delivery_address": "x" * 201}, ("delivery_address", "value.too_long")),
        ({"customer": "x" * 101}, ("customer_key", "value.too_long")),
        ({"customer_name": "x" * 201}, ("customer_name", "value.too_long")),
        ({"customer_key": "x\0"}, ("customer_key", "value.characters")),
        ({"lines": "P1"}, ("lines", "value.type")),
        ({"lines": 5}, ("lines", "value.type")),
        ({"lines": [LineRow(amount=1)] * 100_001}, ("lines", "value.too_many")),
        ({"lines": [{"product_key": 5, "amount": 1}]}, ("product_key", "value.type")),
        ({"lines": [LineRow(amount=10**13)] * 11}, ("amount", "value.digits")),
        ({"lines": [("P1", "钢管")]}, ("amount", "value.missing")),
        ({"lines": [{"product_key": "P1", "colour": "red", "amount": 1}]}, ("colour", "value.unknown_field")),
        ({"lines": [("P1", "钢管", 1, "根", 1, 1, "more")]}, ("order_line", "value.type")),
    ],
    ids=lambda one: "" if isinstance(one, dict) else "-".join(one),
)
def test_what_does_not_fit_is_told_by_field_and_the_other_rows_go_in(
    crm: Crm, given: dict[str, Any], problem: tuple[str, str]
) -> None:
    buyer(crm, "KH1")
    wrong = {"source_key": "SO-1", "ordered_on": dt.date(2026, 3, 2), "customer": "KH1", "amount": None, **given}
    if "lines" not in given:
        wrong["amount"] = 1
    done = feed(crm, wrong, row("SO-2"))
    ((place, found),) = ((one.row, {(said.field, said.code) for said in one.problems}) for one in done.problems)
    assert (place, problem in found) == (0, True), found
    assert [one.source_key for one in kept(crm, Order)] == ["SO-2"]


@pytest.mark.requirement("ORD-04", "GEN-11")
def test_an_order_without_address_and_lines_of_short_tuples_and_mappings_are_good(crm: Crm) -> None:
    buyer(crm, "KH1")
    lines = [("P1", "钢管", 2, "根", 3), {"product_key": "P2", "amount": 4}]
    assert feed(crm, row("SO-1", lines=lines, delivery_address=None)).problems == ()
    assert [(one.amount, one.delivery_address) for one in kept(crm, Order)] == [(10, "")]


@pytest.mark.requirement("ORD-04")
def test_all_or_nothing_counts_what_is_found_late_too(crm: Crm) -> None:
    endless = row("endless", "KH9", lines=[LineRow("P" * 100, "产" * 200, amount=1)] * 14_000)
    with pytest.raises(Invalid) as refused:
        feed(crm, row("SO-1"), endless, all_or_nothing=True)
    assert [(one.field, one.code) for one in refused.value.problems] == [("2.content", "value.too_long")]
    assert kept(crm, UnmatchedOrder) == []


@pytest.mark.requirement("ORD-04", "X-ADM-11")
def test_a_customer_is_found_however_often_he_was_merged(crm: Crm) -> None:
    last = buyer(crm, "KH0")
    into: CustomerId = last.id
    for place in range(1, 25):
        into = buyer(crm, f"KH{place}", name=f"第{place}家公司", deleted=True, merged_into=into).id
    feed(crm, row("SO-1", "KH24"), row("SO-2", "KH1"), row("SO-3", "KH0"))
    assert {one.customer for one in kept(crm, Order)} == {last.id}
    assert len(kept(crm, Order)) == 3


@pytest.mark.requirement("ORD-04", "X-ADM-11")
def test_a_former_name_is_that_very_name(crm: Crm) -> None:
    now, former = buyer(crm, "KH1"), buyer(crm, "KH2", name="华建（北京）有限公司")
    crm.perform(customers.merge, now.id, former.id, as_user="zhaomin")
    assert feed(crm, row("SO-1", "", customer_name="华建北京股份有限公司")).unmatched == {"SO-1": "unknown"}
    assert feed(crm, row("SO-2", "", customer_name="华建（北京）有限公司")).orders_created == 1


@pytest.mark.requirement("ORD-04")
def test_any_number_of_waiting_orders_is_tried_again_and_told_why_it_waits(crm: Crm) -> None:
    feed(crm, *(row(f"SO-{place}", amount=1, lines=()) for place in range(2_000)))
    feed(crm, row("SO-last", "KH2"))
    reasons = {sales.reason_key(one) for one in kept(crm, UnmatchedOrder)}
    assert [text(key, "zh") != key for key in reasons] == [True]
    buyer(crm, "KH2")
    assert sales.rematch_all(crm, as_user="zhaomin").orders_created == 1
    for size in (0, 2_001, "5", True):
        with pytest.raises(Invalid) as refused:
            crm.perform(sales.rematch, size=size, as_user="zhaomin")
        assert refused.value.fields == {"size"}


@pytest.mark.requirement("16.7")
def test_any_number_of_customers_is_summed_up_again(crm: Crm, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("crmcore.sales.recounting._AT_ONCE", 2)
    for place in range(5):
        buyer(crm, f"KH{place}")
    feed(crm, *(row(f"SO-{place}", f"KH{place}", currency="CNY" if place % 2 else "USD") for place in range(5)))
    crm.perform(dictionary.set_parameter, "company.currency", "USD", as_user="admin")
    sales.recount_all(crm, as_user="zhaomin")
    assert summaries(crm) == expected_summaries(crm, "USD") != expected_summaries(crm)


@pytest.mark.requirement("ORD-04", "X-ADM-10")
def test_an_import_is_not_taken_back_when_later_ones_changed_the_same_order_twice(crm: Crm) -> None:
    buyer(crm, "KH1")
    feed(crm, row("SO-1"))
    first = feed(crm, row("SO-1", status="shipped"))
    feed(crm, row("SO-1", status="paid"))
    before = kept(crm, Order)
    with pytest.raises(sales.ChangedSince) as refused:
        crm.perform(
            sales.undo_orders, created={}, changed=first.changed, left=first.left, removed=(), as_user="zhaomin"
        )
    assert refused.value.params["number"] == "SO-1"
    assert kept(crm, Order) == before


@pytest.mark.requirement("ORD-04")
def test_a_waiting_order_that_comes_again_waits_as_it_now_is(crm: Crm) -> None:
    feed(crm, row("SO-1"))
    (before,) = kept(crm, UnmatchedOrder)
    assert feed(crm, row("SO-1")).orders_unchanged == 1
    feed(crm, row("SO-1", amount=1, lines=()))
    (after,) = kept(crm, UnmatchedOrder)
    assert (after.id, after.received_at, after.version) == (before.id, before.received_at, 2)
    buyer(crm, "KH1")
    sales.rematch_all(crm, as_user="zhaomin")
    assert [one.amount for one in kept(crm, Order)] == [1]


@pytest.mark.requirement("ORD-02", "INV-01")
def test_of_no_orders_and_no_stock_nobody_is_named(crm: Crm) -> None:
    assert crm.perform(sales.customer_names, [], as_user="lihua") == {}
    assert crm.perform(sales.product_names, [], as_user="lihua") == {}


@pytest.mark.requirement("ORD-03", "GEN-11")
def test_a_line_with_an_odd_name_costs_what_its_quantity_and_price_say(crm: Crm) -> None:
    buyer(crm, "KH1")
    odd = LineRow("P1", "钢\u200b管", 3, "根", 2)
    assert (
        feed(crm, row("SO-1", lines=[odd]), row("SO-2", lines=[odd._replace(product_name="x\0")])).orders_created == 1
    )
    assert [one.amount for one in kept(crm, Order)] == [6]
