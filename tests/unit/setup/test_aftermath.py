"""What sample customers did after they were won: orders, meetings, warnings and what was decided fit together."""

import datetime as dt
import random
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

import crmcore
from crmcore import setup
from crmcore.access.actor import SYSTEM
from crmcore.access.entity import ACCOUNT_MANAGER
from crmcore.churn import sweep
from crmcore.churn.entity import ChurnStatus
from crmcore.churn.rules import cutoff
from crmcore.customers.entity import CustomerStatus
from crmcore.dictionary.delivered import DELIVERED_CATEGORIES
from crmcore.i18n import LANGUAGES, Language
from crmcore.sales.entity import OrderStatus
from crmcore.sales.summing import sum_up
from crmcore.setup import sample
from crmcore.setup.hours import OfficeHours
from crmcore.storage.action import SYSTEM_ONLY, action
from crmcore.storage.crm import Crm
from crmcore.storage.work import Work

Contents = dict[str, list[Any]]
Look = Callable[[Crm], Contents]
NOW = dt.datetime(2026, 11, 18, 7, 30, tzinfo=dt.UTC)
SHANGHAI = ZoneInfo("Asia/Shanghai")
KINDS = ("Order", "OrderLine", "OrderSummary", "Product", "StockItem", "Interaction", "ChurnCase")


@pytest.fixture(scope="module")
def filled() -> Iterator[Crm]:
    """A sample company, written down, which is quicker; for tests that only look."""
    with pytest.MonkeyPatch.context() as patch, crmcore.open("memory://", clock=lambda: NOW) as crm:
        patch.setattr(sample, "_ACTED_OUT", 0)
        setup.demo_data(crm, size=300)
        yield crm


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_same_seed_gives_the_same_records(make_crm: Callable[[], Crm], contents: Look, language: Language) -> None:
    def after(seed: int) -> Contents:
        crm = make_crm()
        setup.demo_data(crm, size=60, seed=seed, language=language)
        return {name: found for name, found in contents(crm).items() if name in KINDS}

    first = after(1)
    assert all(first.values())
    assert first == after(1)
    assert first != after(2)


def test_writing_down_is_followed_by_the_same_as_acting_out(
    make_crm: Callable[[], Crm], contents: Look, monkeypatch: pytest.MonkeyPatch
) -> None:
    def after() -> list[Any]:
        crm = make_crm()
        setup.demo_data(crm, size=80)
        found = contents(crm)
        names = {one.id: one.number for one in found["Customer"]}
        orders = [(names[one.customer], one.source_key, one.amount, one.status) for one in found["Order"]]
        met = [(names[one.customer], one.at, one.title) for one in found["Interaction"]]
        cases = [(names[one.customer], one.status, one.measures, one.reason) for one in found["ChurnCase"]]
        return [sorted(part, key=repr) for part in (orders, met, cases)]

    acted = after()
    monkeypatch.setattr(sample, "_ACTED_OUT", 0)
    assert after() == acted


@action(SYSTEM_ONLY)
def sum_up_again(work: Work, customers: list[Any]) -> None:
    sum_up(work, customers)


@pytest.mark.requirement("ORD-03", "ORD-04")
def test_orders_have_lines_of_products_and_sums_that_fit(filled: Crm, contents: Look) -> None:
    found = contents(filled)
    customers = {one.id: one for one in found["Customer"]}
    products = {one.source_key: one for one in found["Product"]}
    lines = defaultdict(list)
    for line in found["OrderLine"]:
        lines[line.order].append(line)
        assert (line.product_name, line.unit) == (products[line.product_key].name, products[line.product_key].unit)
        assert line.amount == line.quantity * line.unit_price
    for order in found["Order"]:
        assert order.amount == sum((one.amount for one in lines[order.id]), Decimal(0))
        assert order.line_count == len(lines[order.id]) >= 1
        assert order.ordered_on >= customers[order.customer].created_at.astimezone(SHANGHAI).date()
    assert {one.status for one in found["Order"]} == set(OrderStatus)
    filled.perform(sum_up_again, [*customers], as_user=SYSTEM)
    assert contents(filled)["OrderSummary"] == found["OrderSummary"]
    assert {one.product for one in found["StockItem"]} == {one.id for one in found["Product"]}


@pytest.mark.requirement("CHN-02", "CHN-05", "CHN-12")
def test_warnings_and_decisions_fit_the_orders(filled: Crm, contents: Look, now: dt.datetime) -> None:
    found = contents(filled)
    customers = {one.id: one for one in found["Customer"]}
    days = defaultdict(list)
    for order in found["Order"]:
        if order.status is not OrderStatus.CANCELLED:
            days[order.customer].append(order.ordered_on)
    for case in found["ChurnCase"]:
        checked = case.opened_at.astimezone(SHANGHAI).date()
        assert case.opened_at < now
        assert case.last_order_on in days[case.customer]
        assert case.last_order_on < cutoff(checked, 6)
        again = [day for day in days[case.customer] if day > case.last_order_on]
        assert all(day > checked for day in again)
        assert case.status is not ChurnStatus.RETAINED or again
        lost = customers[case.customer].status is CustomerStatus.LOST
        assert lost == (case.status is ChurnStatus.LOST) == bool(case.closed_at and not again)
        assert (case.status is ChurnStatus.DELAYED) <= bool(case.measures)
    statuses = Counter(one.status for one in found["ChurnCase"])
    assert set(statuses) == set(ChurnStatus)
    assert statuses[ChurnStatus.WARNING] >= 5


@pytest.mark.requirement("CHN-02", "CHN-05")
def test_last_nights_check_has_warned_of_everybody(crm: Crm, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sample, "_ACTED_OUT", 0)
    setup.demo_data(crm, size=300)
    assert sweep(crm).opened == 0


@pytest.mark.requirement("INT-01", "INT-03")
def test_managers_have_met_their_customers(filled: Crm, contents: Look, now: dt.datetime) -> None:
    found = contents(filled)
    customers = {one.id: one for one in found["Customer"]}
    contacts = {one.id: one.customer for one in found["Contact"]}
    codes = {name: {code for code, *_ in entries} for name, (entries, _) in DELIVERED_CATEGORIES.items()}
    for one in found["Interaction"]:
        customer = customers[one.customer]
        assert customer.created_at < one.at == one.created_at < now
        assert one.created_by == customer.manager
        assert one.contact is None or contacts[one.contact] == customer.id
        assert one.type in codes["interaction_type"]
        assert one.channel in codes["interaction_channel"]
        assert one.place
        assert one.title
    assert {one.customer for one in found["Interaction"]} == customers.keys()


@pytest.mark.requirement("NFR-13")
def test_what_was_done_is_in_the_records_and_nobody_else_is_told(filled: Crm, contents: Look) -> None:
    found = contents(filled)
    people = {one.id: one.full_name for one in found["User"]}
    roles = {one.id: one.code for one in found["Role"]}
    managers = {one.id for one in found["User"] if roles[one.roles[0]] == ACCOUNT_MANAGER}
    done = Counter(one.action for one in found["ChangeRecord"])
    assert done["customers.add_interaction"] == len(found["Interaction"])
    assert done["churn.open_cases"] == 2
    assert {"churn.delay", "churn.confirm", "churn.retain", "sales.import_orders"} <= done.keys()
    for one in found["ChangeRecord"]:
        if one.action.startswith("churn.") and one.action != "churn.open_cases":
            assert one.actor in managers
            assert one.actor_name == people[one.actor]
    assert found["OutboxMessage"] == []


def test_before_two_in_the_morning_last_nights_check_is_that_of_the_day_before(
    make_crm: Callable[[], Crm], contents: Look, monkeypatch: pytest.MonkeyPatch
) -> None:
    crm = make_crm()
    early = dt.datetime(2026, 11, 18, 1, 30, tzinfo=SHANGHAI).astimezone(dt.UTC)
    monkeypatch.setattr(crm, "clock", lambda: early)
    setup.demo_data(crm, size=40)
    last = max(one.at for one in contents(crm)["ChangeRecord"] if one.action == "churn.open_cases")
    assert last == dt.datetime(2026, 11, 17, 2, 0, tzinfo=SHANGHAI)


def test_hours_are_shared_but_not_the_choice() -> None:
    now = dt.datetime(2026, 11, 18, 12, 0, tzinfo=SHANGHAI)
    hours = OfficeHours(now, SHANGHAI, random.Random(1))
    first, second = (hours.by(random.Random(seed)).ago(3) for seed in (1, 2))
    assert first == hours.by(random.Random(1)).ago(3)
    assert first != second
    assert hours.night_of(dt.date(2026, 11, 18)) == dt.datetime(2026, 11, 18, 2, 0, tzinfo=SHANGHAI)
