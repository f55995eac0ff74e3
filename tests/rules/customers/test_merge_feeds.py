"""Merging customers whose orders the sales system goes on sending."""

import datetime as dt

import pytest

import crmcore
from company import People, install
from company.duels import at_once
from company.feeds import buyer, expected_summaries, kept, row, summaries
from crmcore import customers, sales
from crmcore.base.errors import Contention
from crmcore.customers.entity import Customer
from crmcore.customers.merging import CustomerMerge
from crmcore.sales.entity import Order
from crmcore.storage.crm import Crm


def feed(crm: Crm, *rows: sales.OrderRow) -> sales.OrderImport:
    return crm.perform(sales.import_orders, rows, as_user="zhaomin")


def keys(crm: Crm, *some: Customer) -> list[str | None]:
    found = {one.id: one.external_key for one in kept(crm, Customer)}
    return [found[one.id] for one in some]


@pytest.mark.requirement("ORD-04", "X-ADM-11")
@pytest.mark.parametrize("side", ["kept", "absorbed"])
def test_the_feed_finds_a_customer_by_whatever_it_called_him(crm: Crm, side: str) -> None:
    one, other = buyer(crm, "KH1", name="甲公司", key="E1"), buyer(crm, "KH2", name="乙（北京）公司", key="E2")
    done = crm.perform(customers.merge, one.id, other.id, {"external_key": side}, as_user="zhaomin")
    assert keys(crm, one, other) == (["E1", "E2"] if side == "kept" else ["E2", "E1"])
    ways = [("KH2", "", ""), ("", "E2", ""), ("", "E1", ""), ("", "", "乙（北京）公司")]
    orders = [
        row(f"SO-{place}", number, customer_key=key, customer_name=name)
        for place, (number, key, name) in enumerate(ways)
    ]
    fed = feed(crm, *orders)
    assert (fed.orders_created, fed.unmatched) == (4, {})
    assert {order.customer for order in kept(crm, Order)} == {one.id}
    assert feed(crm, row("SO-5", "", customer_name="丙公司")).unmatched == {"SO-5": "unknown"}
    crm.perform(customers.undo_merge, done.id, as_user="zhaomin")
    assert keys(crm, one, other) == ["E1", "E2"]


@pytest.mark.requirement("ORD-04", "X-ADM-11")
def test_a_name_that_several_had_is_nobodys_until_a_customer_has_it(crm: Crm) -> None:
    targets = [buyer(crm, "KH1"), buyer(crm, "KH2")]
    for place, target in enumerate(targets):
        former = buyer(crm, f"KH1{place}", name="乙公司")
        crm.perform(customers.merge, target.id, former.id, as_user="zhaomin")
    assert feed(crm, row("SO-1", "", customer_name="乙公司")).unmatched == {"SO-1": "ambiguous"}
    present = buyer(crm, "KH3", name="乙公司")
    assert feed(crm, row("SO-1", "", customer_name="乙公司")).orders_created == 1
    assert [one.customer for one in kept(crm, Order)] == [present.id]


@pytest.mark.requirement("NFR-15", "ORD-04", "X-ADM-11")
def test_the_first_order_of_a_customer_who_is_merged_at_that_moment_is_the_kept_ones(crm: Crm, people: People) -> None:
    for turn in range(4):
        one, other = buyer(crm, f"KH-{turn}"), buyer(crm, f"KH-{turn}-b")

        def merging(one: Customer = one, other: Customer = other) -> CustomerMerge:
            return crm.perform(customers.merge, one.id, other.id, as_user="zhaomin")

        def feeding(turn: int = turn) -> sales.OrderImport:
            return feed(crm, row(f"SO-{turn}", f"KH-{turn}-b", day=dt.date(2026, 3, 1)))

        merged, fed = at_once([merging, feeding])
        assert (type(merged), type(fed)) == (CustomerMerge, sales.OrderImport)
        (order,) = (order for order in kept(crm, Order) if order.source_key == f"SO-{turn}")
        assert order.customer == one.id
        assert {id_: told for id_, told in summaries(crm).items() if told[0]} == expected_summaries(crm)
        if turn % 2:
            crm.perform(customers.undo_merge, merged.id, as_user="zhaomin")
            assert {id_: told for id_, told in summaries(crm).items() if told[0]} == expected_summaries(crm)


@pytest.mark.requirement("NFR-15", "X-ADM-11")
def test_an_import_that_has_not_seen_the_merge_is_not_stored() -> None:
    with crmcore.open("memory://", check=False) as crm:
        crm.store.prepare()
        people = install(crm)
        one, other = buyer(crm, "KH1"), buyer(crm, "KH2")

        def merged_while_importing() -> None:
            with crm.work(as_user=people.supervisor.id) as work:
                sales.import_orders(work, [row("SO-1", "KH2")])
                crm.perform(customers.merge, one.id, other.id, as_user="zhaomin")

        with pytest.raises(Contention):
            merged_while_importing()
