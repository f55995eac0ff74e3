"""Screening, cards, trust, habits and what products earn (X-CUS-09, 10, 16, 18, X-ANA-02, 06), on every store."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from company import People, SetClock
from company.clients import entered, put
from company.desk import handled, judged
from company.learnt import a_model
from company.opened import check_opens, records_of, values
from company.trade import bought, customer, requested
from crmcore import customers, reports, sales, service
from crmcore.access.rules import NoPermission
from crmcore.base.errors import Invalid, NotFound
from crmcore.customers.entity import Customer, CustomerStatus
from crmcore.reports import OrderFilter, ProductCost
from crmcore.sales.entity import OrderStatus, OrderSummary
from crmcore.service.entity import ServiceStatus
from crmcore.statistics.cards import CardKind, Colour
from crmcore.statistics.periods import year_of
from crmcore.statistics.screening import Criterion, Verdict
from crmcore.storage.crm import Crm


def ask(crm: Crm, report: Any, *args: Any, **given: Any) -> Any:
    return crm.perform(report, *args, as_user=given.pop("as_user", "zhaomin"), **given)


def buyer(crm: Crm, name: str, days: dict[str, str], **given: Any) -> Customer:
    """A customer with paid orders, and what is summed up of them."""
    one = customer(crm, name, **given)
    bought_on = {dt.date.fromisoformat(day): amount for day, amount in days.items()}
    for day, amount in bought_on.items():
        bought(crm, one, day, amount)
    if days:
        put(crm, OrderSummary(id=one.id, order_count=len(days), last_order_on=max(bought_on), version=1))
    return one


def five(crm: Crm) -> list[Customer]:
    """Five customers who bought for 100, 200, … 500 in the year, one of whom is somebody else's."""
    return [
        buyer(crm, f"客户{place}", {"2025-09-01": str(100 * place)}, manager="lihua" if place < 5 else "wangwei")
        for place in range(1, 6)
    ]


@pytest.mark.requirement("X-CUS-09")
def test_customers_are_screened_by_five_criteria(crm: Crm) -> None:
    people = five(crm)
    customer(crm, "没了", status=CustomerStatus.DELETED)
    bought(crm, people[4], dt.date(2026, 1, 20), "500", status=OrderStatus.SHIPPED)  # 41 days ago, and not paid
    bought(crm, people[3], dt.date(2026, 2, 20), "500", status=OrderStatus.SHIPPED)  # not due yet
    bought(crm, people[0], dt.date(2025, 3, 2), "9000")  # a year and a day ago
    for stars in (1, 2):
        at = dt.datetime(2026, 1, 5, tzinfo=dt.UTC)
        requested(crm, people[0], at, satisfaction=stars, status=ServiceStatus.ARCHIVED)
    found = ask(crm, reports.customer_screening)
    rows = {one.key: one for one in found.page.rows}
    assert found.known == {Criterion.AMOUNT, Criterion.SAFETY, Criterion.COOPERATION}
    points = [rows[one.id].points for one in people]
    assert [one.by_criterion[Criterion.AMOUNT] for one in points] == [1, 2, 3, 4, 5]
    assert [one.by_criterion[Criterion.SAFETY] for one in points] == [5, 5, 5, 5, 2]
    assert [one.by_criterion[Criterion.COOPERATION] for one in points] == [2, 3, 3, 3, 3]  # 1.5 stars; his own stars
    assert {one.by_criterion[Criterion.PROFIT] for one in points} == {None}
    assert [one.score for one in points] == [Decimal(x) for x in ("2.7", "3.3", "3.7", "4.0", "3.3")]
    assert [one.verdict for one in points] == [Verdict.ORDINARY] * 3 + [Verdict.KEY, Verdict.ORDINARY]
    assert [one.key for one in found.page.rows][:2] == [people[3].id, people[2].id]
    figures = rows[people[4].id].figures
    assert [figures[one].value for one in Criterion] == [500, None, 50, 2, 3]
    assert len(records_of(crm, figures[Criterion.SAFETY])) == 2
    assert len(records_of(crm, rows[people[0].id].figures[Criterion.COOPERATION])) == 2
    assert [(one.verdict, one.customers.value) for one in found.groups if one.customers.value] == [
        (Verdict.KEY, 1),
        (Verdict.ORDINARY, 4),
    ]
    check_opens(crm, found, "zhaomin")
    with pytest.raises(NoPermission):
        ask(crm, reports.customer_screening, as_user="lihua")


@pytest.mark.requirement("X-CUS-09")
def test_who_was_sold_to_below_cost_is_looked_at(crm: Crm) -> None:
    people = five(crm)
    bought(crm, people[1], dt.date(2025, 9, 2), "80", product="P2")
    costs = {"P1": ProductCost(unit_cost=Decimal(120))}  # each order has two of them
    found = ask(crm, reports.customer_screening, costs=costs)
    rows = {one.key: one for one in found.page.rows}
    profits = [rows[one.id].points.facts.profit for one in people]
    assert profits == [-140, None, 60, 160, 260]  # of P2, nobody knows the cost
    assert rows[people[0].id].points.verdict is Verdict.DOUBTFUL
    assert rows[people[4].id].figures[Criterion.PROFIT].value == 52
    assert [
        one.key for one in ask(crm, reports.customer_screening, costs=costs, verdict=Verdict.DOUBTFUL).page.rows
    ] == [people[0].id]


@pytest.mark.extras
@pytest.mark.requirement("X-CUS-09", "X-CUS-11")
def test_the_future_counts_once_something_was_learnt(crm: Crm) -> None:
    put(crm, a_model(crm.clock()))
    people = five(crm)
    for place, one in enumerate(people):
        for day in range(1, place + 2):
            bought(crm, one, dt.date(2026, 2, day), "50")
    found = ask(crm, reports.customer_screening)
    assert Criterion.FUTURE in found.known
    futures = [one.points.facts.future for one in found.page.rows]
    assert all(one is not None and one > 0 for one in futures)
    check_opens(crm, found, "zhaomin")


@pytest.mark.requirement("X-CUS-10")
def test_cards_say_whom_to_keep_to_win_back_and_to_develop(crm: Crm, people: People) -> None:
    kept = buyer(crm, "固定", {"2026-01-01": "600", "2026-02-01": "200", "2024-05-01": "1600"}, level="5")
    silent = buyer(crm, "沉默", {"2025-08-30": "100", "2025-08-31": "40"})
    less = buyer(crm, "变少", {"2024-06-01": "101", "2026-01-01": "20", "2026-01-02": "30"})
    begun = buyer(crm, "开始", {"2026-02-01": "10"}, manager="wangwei")
    never = customer(crm, "从未")
    found = ask(crm, reports.customer_cards)
    rows = {one.key: one.card for one in found.page.rows}
    kinds = {kept.id: CardKind.FIXED, silent.id: CardKind.ATTACK, less.id: CardKind.ATTACK}
    assert {key: one.kind for key, one in rows.items()} == {
        **kinds,
        begun.id: CardKind.DEVELOP,
        never.id: CardKind.DEVELOP,
    }
    assert {key: one.colour for key, one in rows.items()} == {
        kept.id: Colour.RED,
        silent.id: Colour.YELLOW,
        less.id: Colour.YELLOW,
        begun.id: Colour.BLUE,
        never.id: Colour.WHITE,
    }
    totals = {one.key: (one.customers.value, one.amount.value) for one in found.kinds}
    assert totals == {CardKind.FIXED: (1, 800), CardKind.ATTACK: (2, 190), CardKind.DEVELOP: (2, 10)}
    assert {one.key: one.customers.value for one in found.levels if one.customers.value} == {"1": 4, "5": 1}
    classes = [(one.key, *values(one.customers, one.share, one.orders, one.amount)) for one in found.colours]
    assert classes == [
        (Colour.RED, 1, 20, 2, 800),
        (Colour.YELLOW, 2, 40, 4, 190),
        (Colour.BLUE, 1, 20, 1, 10),
        (Colour.WHITE, 1, 20, 0, None),
    ]
    assert [one.amount_share.value for one in found.colours] == [80, 19, 1, 0]
    check_opens(crm, found, "zhaomin")
    own = ask(crm, reports.customer_cards, as_user="wangwei")
    assert [(one.key, one.card.colour) for one in own.page.rows] == [(begun.id, Colour.RED)]
    assert ask(crm, reports.customer_cards, manager=people.wangwei.id).customers.value == 1
    blue = ask(crm, reports.customer_cards, kind=CardKind.DEVELOP, colour=Colour.BLUE)
    assert [one.key for one in blue.page.rows] == [begun.id]
    for wrong in ({"kind": "fixed"}, {"colour": "red"}):
        with pytest.raises(Invalid):
            ask(crm, reports.customer_cards, **wrong)


@pytest.mark.requirement("X-CUS-18")
def test_trust_is_drawn_beside_the_level_and_all(crm: Crm) -> None:
    one, alike = customer(crm, "甲", trust=4, level="2"), customer(crm, "乙", level="2", manager="wangwei")
    other = customer(crm, "丙", level="3")
    for whose, status in ((one, OrderStatus.PAID), (alike, OrderStatus.SHIPPED), (other, OrderStatus.PAID)):
        bought(crm, whose, dt.date(2025, 5, 5), "100", status=status)
    bought(crm, one, dt.date(2025, 6, 30), "300", status=OrderStatus.NEW)
    bought(crm, one, dt.date(2025, 7, 1), "10")
    bought(crm, one, dt.date(2026, 2, 20), "10")  # not due yet
    requested(crm, one, dt.datetime(2025, 6, 30, 15, 59, tzinfo=dt.UTC), satisfaction=5)
    requested(crm, one, dt.datetime(2025, 6, 30, 16, tzinfo=dt.UTC), satisfaction=3)  # July in Shanghai
    found = ask(crm, reports.trust_curve, one.id)
    assert (found.customer.trust, len(found.steps)) == (4, 8)
    second, third = found.steps[4:6]
    assert second.period.first == dt.date(2025, 4, 1)
    assert (second.his.paid.value, second.his.stars.value, second.his.value) == (25, 5, Decimal("62.5"))
    assert (second.of_level.paid.value, second.of_level.value) == (20, 60)
    assert (second.of_all.paid.value, second.of_all.value) == (Decimal("33.3"), Decimal("66.7"))
    assert (third.his.paid.value, third.his.value) == (100, 75)
    assert found.steps[-1].his.value is None
    check_opens(crm, found, "zhaomin")
    own = ask(crm, reports.trust_curve, one.id, as_user="lihua")
    assert own.steps[4].of_level.paid.value == 25  # compared with whom he sees
    check_opens(crm, own, "lihua")
    with pytest.raises(NotFound):
        ask(crm, reports.trust_curve, one.id, as_user="wangwei")


@pytest.mark.requirement("X-CUS-18")
def test_the_trust_that_people_gave_is_a_curve_as_change_records_tell_it(crm: Crm, clock: SetClock) -> None:
    clock.now = dt.datetime(2025, 5, 5, tzinfo=dt.UTC)
    one = entered(crm, trust=5)
    clock.now = dt.datetime(2025, 8, 5, tzinfo=dt.UTC)
    crm.perform(customers.edit, one.id, trust=2, as_user="lihua")
    clock.now = dt.datetime(2025, 12, 31, 16, tzinfo=dt.UTC)  # the new year has begun in Shanghai
    crm.perform(customers.edit, one.id, trust=None, as_user="lihua")
    clock.now = dt.datetime(2026, 3, 2, tzinfo=dt.UTC)
    found = ask(crm, reports.trust_curve, one.id)
    assert [step.given for step in found.steps] == [None, None, None, None, 100, 25, 25, None]
    there = customer(crm, "乙", trust=3, created_at=dt.datetime(2025, 7, 9, tzinfo=dt.UTC))  # came with a file
    assert [step.given for step in ask(crm, reports.trust_curve, there.id).steps] == [*[None] * 5, 50, 50, 50]


@pytest.mark.requirement("X-CUS-18")
def test_a_customer_is_found_by_his_whole_name_though_others_contain_it(crm: Crm) -> None:
    """However many are called alike: whose whole name it is, is meant; of a part, nobody but the only one."""
    for name in ("Longer Acme One", "Longer Acme Two", "An Acme"):
        customer(crm, name)
    one = customer(crm, "Acme")
    customer(crm, "Zenith 天元")
    bought(crm, one, dt.date(2025, 5, 5), "100")
    said = {"Acme": "Acme", "ACME": "Acme", "天元": "Zenith 天元", one.number: "Acme"}
    with crm.work(as_user="zhaomin", readonly=True) as work:
        kind = reports.catalogue.kind_named("trust_curve")
        for given, meant in said.items():
            (table,) = kind.run(work, {"customer": given}, "en").tables
            assert table.notes[0].startswith(f"{meant},"), given
        for unclear in ("Longer", "nobody"):
            (table,) = kind.run(work, {"customer": unclear}, "en").tables
            assert not table.rows
            assert table.empty.startswith(f"“{unclear}” is the number or name of no customer")
        assert kind.run(work, {}, "en").tables[0].empty.startswith("Name a customer")


@pytest.mark.requirement("SVC-06", "X-CUS-18")
def test_a_verdict_that_sent_a_request_back_is_not_forgotten(crm: Crm) -> None:
    one = entered(crm)
    waits, solved = handled(crm, one), handled(crm, one)
    judged(crm, waits, 1)
    judged(crm, solved, 2)
    crm.perform(service.handle, solved.id, "换了一台", as_user="wangwei")
    judged(crm, solved, 5)
    handled(crm, one)  # nothing was said of it yet
    stars = ask(crm, reports.trust_curve, one.id).steps[-1]
    assert [level.stars.value for level in (stars.his, stars.of_level, stars.of_all)] == [Decimal("2.67")] * 3
    assert stars.his.value == Decimal("41.8")
    assert {request.id for request in records_of(crm, stars.his.stars)} == {waits.id, solved.id}
    (row,) = ask(crm, reports.customer_screening).page.rows
    assert row.figures[Criterion.COOPERATION].value == Decimal("2.67")
    assert {request.id for request in records_of(crm, row.figures[Criterion.COOPERATION])} == {waits.id, solved.id}
    check_opens(crm, (stars, row), "zhaomin")


@pytest.mark.requirement("X-ANA-02", "X-ANA-03")
def test_habits_tell_when_and_what_is_bought(crm: Crm) -> None:
    one, other = customer(crm, "甲"), customer(crm, "乙", manager="wangwei")
    for day in (5, 12, 19):  # Mondays
        bought(crm, one, dt.date(2026, 1, day), "10")
    bought(crm, one, dt.date(2025, 12, 30), "70", product="P2")
    bought(crm, other, dt.date(2026, 1, 6), "1000", product="P3")
    found = ask(crm, reports.buying_habits, OrderFilter(customer=one.id), as_user="lihua")
    assert [each.orders.value for each in found.weekdays] == [3, 1, 0, 0, 0, 0, 0]
    assert (found.weekdays[0].share.value, found.weekdays[0].amount.value, found.weekdays[2].amount.value) == (
        75,
        30,
        None,
    )
    assert {each.key: each.orders.value for each in found.months if each.orders.value} == {1: 3, 12: 1}
    assert [(each.product, each.amount.value) for each in found.products] == [("P2", 70), ("P1", 30)]
    rhythm = found.rhythm
    assert (rhythm.days, rhythm.usual_gap, rhythm.next_on) == (4, Decimal("6.7"), dt.date(2026, 1, 26))
    check_opens(crm, found, "lihua")
    assert ask(crm, reports.buying_habits, as_user="lihua").orders.value == 4
    everybody = ask(crm, reports.buying_habits)
    assert (everybody.orders.value, everybody.rhythm) == (5, None)
    assert ask(crm, reports.buying_habits, OrderFilter(customer=other.id), as_user="lihua").orders.value == 0


@pytest.mark.requirement("X-ANA-06")
def test_products_earn_by_costs_that_somebody_knows(crm: Crm) -> None:
    one = customer(crm, "甲")
    bought(crm, one, dt.date(2026, 1, 1), "400")  # two units
    bought(crm, one, dt.date(2026, 1, 2), "100", product="P2")
    costs = {"P1": ProductCost(unit_cost=Decimal(150), mean_stock=Decimal("0.5"))}
    first, second = ask(crm, reports.product_earnings, costs, OrderFilter(period=year_of(2026)))
    assert (first.sold.product, first.profit.value, first.margin.value) == ("P1", 100, 25)
    assert (first.turnover.value, first.cross.value) == (4, 100)
    assert (second.profit.value, second.margin.value, second.cross.value) == (None, None, None)
    check_opens(crm, (first, second), "zhaomin")


@pytest.mark.requirement("X-ANA-06", "X-CUS-09", "PRD-02")
def test_the_sales_system_tells_what_products_cost(crm: Crm) -> None:
    """Nobody gives any costs: products earn, and customers are screened, by those that came with the products."""
    one, other = customer(crm, "甲"), customer(crm, "乙", manager="wangwei")
    bought(crm, one, dt.date(2026, 1, 1), "400")  # two units, as all orders here
    bought(crm, other, dt.date(2026, 1, 2), "100", product="P2")
    bought(crm, one, dt.date(2026, 1, 3), "50", currency="USD")
    products: list[dict[str, Any]] = [
        {"source_key": "P1", "name": "钢管", "unit_cost": Decimal("150.00")},
        {"source_key": "P2", "name": "阀门"},
    ]
    crm.perform(sales.import_products, products, as_user="zhaomin")
    stock = [{"product": "P1", "warehouse": where, "quantity": 2} for where in ("A", "B")]
    crm.perform(sales.import_stock, stock, as_user="zhaomin")
    first, second = ask(crm, reports.product_earnings)
    assert (first.name, *values(first.profit, first.margin, first.turnover)) == ("钢管", 100, 25, Decimal("0.5"))
    assert first.cross.value == Decimal("12.5")
    assert (second.name, *values(second.profit, second.margin, second.turnover)) == ("阀门", None, None, None)
    check_opens(crm, (first, second), "zhaomin")
    (dollars,) = ask(crm, reports.product_earnings, only=OrderFilter(currency="USD"))
    assert values(dollars.profit, dollars.cross) == (None, None)
    assert [each.profit.value for each in ask(crm, reports.product_earnings, {})] == [None, None]
    screened = ask(crm, reports.customer_screening)
    profits = {row.key: row.points.facts.profit for row in screened.page.rows}
    assert profits == {one.id: 100, other.id: None}
    check_opens(crm, screened, "zhaomin")
    products[0]["unit_cost"] = Decimal("250.00")
    crm.perform(sales.import_products, products, as_user="zhaomin")
    assert [each.profit.value for each in ask(crm, reports.product_earnings)] == [-100, None]
    (row,) = ask(crm, reports.customer_screening, verdict=Verdict.DOUBTFUL).page.rows
    assert (row.key, row.points.facts.profit) == (one.id, -100)
    with crm.work(as_user="zhaomin", readonly=True) as work:
        report = reports.catalogue.kind_named("product_earnings").run(work, {}, "en")
    cells = {cell.value for cell in report.tables[0].rows[0].cells}
    assert {"钢管", 400, -100, -25} <= cells


@pytest.mark.requirement("PRD-02")
def test_a_cost_below_zero_is_told_and_not_kept(crm: Crm) -> None:
    row = {"source_key": "P1", "name": "钢管", "unit_cost": Decimal(-1)}
    done = crm.perform(sales.import_products, [row], as_user="zhaomin")
    assert done.rows_created == 0
    ((problem,),) = (one.problems for one in done.problems)
    assert (problem.field, problem.code) == ("unit_cost", "product.cost_below_zero")
    assert "-1" in problem.explain("en") != problem.explain("zh")


@pytest.mark.requirement("X-CUS-16")
def test_channels_are_those_of_exchanges_requests_questionnaires_and_orders(crm: Crm) -> None:
    one = customer(crm, "甲")
    at = dt.datetime(2026, 1, 5, tzinfo=dt.UTC)
    for channel in ("phone", "phone", "web", ""):
        requested(crm, one, at, channel=channel)
    bought(crm, one, dt.date(2026, 1, 1), "400")
    exchange: Any = {"place": "线上", "title": "询价", "channel": "phone"}
    crm.perform(customers.add_interaction, one.id, as_user="lihua", **exchange)
    found = ask(crm, reports.captured_data)
    numbers = {(each.records.unit, each.code): values(each.records, each.share) for each in found.channels}
    assert numbers == {
        ("interaction", "phone"): (1, 100),
        ("service_request", "phone"): (2, 50),
        ("service_request", "web"): (1, 25),
        ("service_request", ""): (1, 25),
        ("order", ""): (1, 100),
    }
    check_opens(crm, found, "zhaomin")
    with crm.work(as_user="zhaomin", readonly=True) as work:
        _, table = reports.catalogue.kind_named("captured_data").run(work, {}, "en").tables
    said = {row.key: row.cells[0].value for row in table.rows}
    assert said["service_request_phone"] == "Service request: Phone"
    assert len({*said.values()}) == len(said) == 5
    assert said["order_none"] == "Transaction records of the sales system"


WHOLE, PART, LESS, NOTHING = (ProductCost(unit_cost=one) for one in (10, 10.5, Decimal(-1), Decimal("NaN")))  # type: ignore[arg-type]
STOCK = ProductCost(unit_cost=Decimal(1), mean_stock=3)  # type: ignore[arg-type]


@pytest.mark.requirement("X-ANA-06", "X-CUS-09")
@pytest.mark.parametrize("report", [reports.product_earnings, reports.customer_screening])
def test_what_is_no_cost_is_refused_by_product(crm: Crm, report: Any) -> None:
    for wrong in (WHOLE, PART, LESS, NOTHING, STOCK, Decimal(1), 1.5, None):
        with pytest.raises(Invalid) as caught:
            ask(crm, report, costs={"P1": wrong})
        assert caught.value.fields == {"costs"}
        assert "P1" in caught.value.explain("en")
        assert "P1" in caught.value.explain("zh") != caught.value.explain("en")
    no_costs: tuple[Any, ...] = ([], "P1", {1: ProductCost(unit_cost=Decimal(1))})
    for given in no_costs:
        with pytest.raises(Invalid) as caught:
            ask(crm, report, costs=given)
        assert caught.value.fields == {"costs"}


@pytest.mark.requirement("X-CUS-16")
def test_data_is_told_apart_by_kind_and_channel(crm: Crm) -> None:
    one = customer(crm, "甲")
    customer(crm, "没了", status=CustomerStatus.DELETED)
    bought(crm, one, dt.date(2026, 1, 1), "400")
    found = ask(crm, reports.captured_data)
    numbers = {each.records.unit: each.records.value for each in found.kinds}
    assert (numbers["customer"], numbers["order"], numbers["order_line"], numbers["interaction"]) == (1, 1, 1, 0)
    assert len({each.category for each in found.kinds}) == 3
    check_opens(crm, found, "zhaomin")
    channels = {(each.records.unit, each.code, each.by_itself): each.records.value for each in found.channels}
    assert channels == {("order", "", True): 1}
    executive = ask(crm, reports.captured_data, as_user="chengang")
    assert "opportunity" not in {each.records.unit for each in executive.kinds}  # he has no list of them
