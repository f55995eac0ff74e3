"""What was learnt from orders, and what it says of customers (X-ANA-03, X-ANA-04, X-CUS-05, X-CUS-11)."""

import datetime as dt
from collections import defaultdict
from decimal import Decimal
from typing import Any

import attrs
import pytest

from company import People
from company.clients import put
from company.counting import CountingStore
from company.learnt import a_model
from company.opened import check_opens, records_of
from company.shoppers import UNTIL, many_shoppers
from company.trade import bought, customer
from crmcore import reports
from crmcore.access.rules import NoPermission
from crmcore.base.errors import Invalid, NotFound
from crmcore.customers.entity import CustomerId
from crmcore.prediction.entity import PredictionModel
from crmcore.query import query
from crmcore.reports import OrderFilter
from crmcore.sales.entity import Order, OrderStatus, OrderSummary
from crmcore.statistics import bgnbd, gammagamma, rfm
from crmcore.statistics.learnt import spending_of
from crmcore.statistics.lifetime_value import lifetime_values
from crmcore.statistics.refusals import NotLearntYet, TooFewCustomers
from crmcore.statistics.rfm import Purchases, RfmSegment
from crmcore.storage.crm import Crm

pytestmark = pytest.mark.extras


def by_hand(crm: Crm) -> dict[CustomerId, Purchases]:
    """What everybody bought, added up order by order."""
    days: dict[CustomerId, dict[dt.date, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    session = crm.store.begin(write=False)
    for one in session.find(query(Order)):
        days[one.customer][one.ordered_on] += one.amount
    session.close()
    found = {}
    for key, bought_on in days.items():
        first = min(bought_on)
        again = sum((amount for day, amount in bought_on.items() if day != first), Decimal(0))
        found[key] = Purchases(key, len(bought_on) - 1, first, max(bought_on), again)
    return found


@pytest.mark.requirement("X-ANA-03", "X-ANA-04", "X-CUS-11", "X-ANA-08")
def test_what_was_learnt_is_kept_and_makes_an_outlook(crm: Crm) -> None:
    people = many_shoppers(crm)
    learnt = reports.learn(crm)
    wanted = by_hand(crm)
    histories = {key: bgnbd.History(it.repeats, it.recency(), it.age(UNTIL)) for key, it in wanted.items()}
    orders, amounts = bgnbd.fit(histories.values()), gammagamma.fit(map(spending_of, wanted.values()))
    assert isinstance(learnt.orders, bgnbd.BgNbdFit)
    assert isinstance(learnt.amounts, gammagamma.GammaGammaFit)
    assert (learnt.until, learnt.customers, learnt.orders.bought_again) == (UNTIL, 130, orders.bought_again)
    for name in ("r", "alpha", "a", "b"):
        assert getattr(learnt.orders.model, name) == pytest.approx(getattr(orders.model, name), rel=1e-4)
    for name in ("p", "q", "gamma"):
        assert getattr(learnt.amounts.model, name) == pytest.approx(getattr(amounts.model, name), rel=1e-3)
    assert crm.perform(reports.prediction_model, as_user="zhaomin") == learnt
    each = bgnbd.expected_orders(learnt.orders.model, [*histories.values()], 90)
    assert learnt.expected_orders == pytest.approx(Decimal(repr(sum(each))), abs=Decimal("0.01"))
    found = crm.perform(reports.customer_outlooks, size=3, as_user="zhaomin")
    session = crm.store.begin(write=False)
    best = sorted(session.find(query(OrderSummary)), key=lambda one: (-one.amount, -one.id.int))[:3]
    session.close()
    assert ([one.id for one in found.page.rows], found.page.total) == ([one.id for one in best], 130)
    for summary in best:
        row, his = found.rows[summary.id], wanted[CustomerId(summary.id)]
        assert (row.outlook.repeats, row.outlook.silence) == (his.repeats, (UNTIL - his.last).days)
        if his.repeats:
            assert row.outlook.p_alive == bgnbd.p_alive(learnt.orders.model, histories[CustomerId(summary.id)])
        known = [(histories[CustomerId(summary.id)], spending_of(his))]
        assert (row.value,) == lifetime_values(learnt.orders.model, learnt.amounts.model, known, found.terms)
        assert row.amount.value == sum(one.amount for one in records_of(crm, row.amount))
    check_opens(crm, found.rows, "zhaomin")
    one = crm.perform(reports.customer_outlook, people[0].id, as_user="lihua")
    assert one is not None
    assert one.outlook.explain("zh") != one.outlook.explain("en")
    assert one == crm.perform(reports.customer_outlook, people[0].id, as_user="zhaomin")
    with pytest.raises(NotFound):
        crm.perform(reports.customer_outlook, people[0].id, as_user="wangwei")


@pytest.mark.requirement("X-ANA-03")
def test_where_nothing_can_be_learnt_the_reason_is_kept(crm: Crm) -> None:
    one = customer(crm, "甲")
    with pytest.raises(NotLearntYet):
        crm.perform(reports.customer_outlooks, as_user="zhaomin")
    assert crm.perform(reports.prediction_model, as_user="zhaomin") is None
    bought(crm, one, dt.date(2026, 1, 5), "10")
    bought(crm, one, dt.date(2026, 2, 5), "10")
    first = reports.learn(crm)
    with pytest.raises(TooFewCustomers) as caught:
        crm.perform(reports.customer_outlook, one.id, as_user="lihua")
    assert caught.value.params == {"customers": 1, "again": 1, "least": 100, "least_again": 20}
    assert caught.value.explain("zh") != caught.value.explain("en")
    assert (first.expected_orders, first.expected_amount) == (None, None)
    assert crm.perform(reports.churn_outlooks, [one.id], as_user="lihua") == {}
    reports.learn(crm, dt.date(2026, 1, 31))
    model = crm.perform(reports.prediction_model, as_user="zhaomin")
    assert model is not None
    assert (model.until, model.customers) == (dt.date(2026, 1, 31), 1)
    with pytest.raises(Invalid):
        reports.learn(crm, "2026-01-31")  # type: ignore[arg-type]


@pytest.mark.requirement("X-ANA-02", "X-ANA-04", "16.7")
def test_orders_of_a_day_are_one_purchase_and_the_first_day_is_no_repeat(crm: Crm) -> None:
    one, other = customer(crm, "甲"), customer(crm, "乙")
    put(crm, a_model(crm.clock()))
    for day, amount in ((5, "100"), (5, "20"), (9, "30"), (9, "7.5"), (12, "1")):
        bought(crm, one, dt.date(2026, 1, day), amount)
    bought(crm, one, dt.date(2026, 1, 20), "1000", status=OrderStatus.SHIPPED)  # who has not paid has ordered, too
    bought(crm, one, dt.date(2026, 1, 25), "9", status=OrderStatus.CANCELLED)
    bought(crm, one, dt.date(2026, 1, 26), "9", currency="USD")
    bought(crm, one, dt.date(2026, 3, 3), "9")  # tomorrow
    bought(crm, other, dt.date(2026, 1, 26), "9", currency="USD")
    found = crm.perform(reports.customer_outlook, one.id, as_user="lihua")
    assert found is not None
    assert (found.outlook.repeats, found.outlook.silence) == (3, 41)
    assert (found.orders.value, found.amount.value) == (6, Decimal("1158.5"))
    assert len(records_of(crm, found.orders, "lihua")) == 6
    assert crm.perform(reports.customer_outlook, other.id, as_user="lihua") is None
    page = crm.perform(reports.customer_segments, as_user="zhaomin").page
    (row,) = page.rows
    assert (row.rfm.frequency, row.rfm.monetary_value, row.orders.value) == (2, Decimal("19.25"), 5)


@pytest.mark.requirement("X-ANA-04", "CHN-01", "X-ANA-08")
def test_a_hint_beside_the_warnings_costs_two_questions(crm: Crm) -> None:
    late, once, never = (customer(crm, name) for name in ("甲", "乙", "丙"))
    others = customer(crm, "丁", manager="wangwei")
    for one in (late, others):
        for day in (1, 15, 29):
            bought(crm, one, dt.date(2025, 1, day), "10")
    bought(crm, once, dt.date(2025, 3, 1), "10")
    ids = [one.id for one in (late, once, never, others)]
    assert crm.perform(reports.churn_outlooks, ids, as_user="lihua") == {}
    put(crm, a_model(crm.clock()))
    store = CountingStore(crm.store)
    counted = Crm(store, clock=crm.clock, ids=crm.ids, passwords=crm.passwords)
    with counted.work(as_user="lihua", readonly=True) as work:
        store.asked.clear()
        found = reports.churn_outlooks(work, ids)
        assert sorted(store.asked) == ["find", "load", "load", "tally"]  # the company's currency and zone besides
    assert found.keys() == {late.id, once.id}
    assert (found[late.id].timing, found[once.id].timing) == ("overdue", "once")
    alive = found[late.id].p_alive
    assert alive is not None
    assert alive < 0.5
    assert found[once.id].p_alive is None
    assert crm.perform(reports.churn_outlooks, ids, as_user="zhaomin").keys() == {late.id, once.id, others.id}
    with pytest.raises(NoPermission):
        crm.perform(reports.churn_outlooks, ids, as_user="admin")
    for period in (0, 3661, "90", None):
        with pytest.raises(Invalid):
            crm.perform(reports.churn_outlooks, ids, period=period, as_user="lihua")


@pytest.mark.requirement("X-CUS-05", "X-CUS-11")
def test_segments_count_everybody_once_and_open(crm: Crm) -> None:
    many_shoppers(crm, customers=40)
    found = crm.perform(reports.customer_segments, size=200, as_user="zhaomin")
    wanted = {one.customer: one for one in rfm.assess(by_hand(crm).values(), UNTIL)}
    assert {one.key: one.rfm for one in found.page.rows} == wanted
    assert sum(one.customers.value or 0 for one in found.segments) == found.customers.value == 40
    assert sum((one.amount.value or Decimal(0)) for one in found.segments) == found.amount.value
    check_opens(crm, found, "zhaomin")
    scores = [(it.recency_score, it.frequency_score, it.monetary_score) for it in (one.rfm for one in found.page.rows)]
    sums = [sum(each or 0 for each in one) for one in scores]
    assert sums == sorted(sums, reverse=True)
    at_risk = crm.perform(reports.customer_segments, segment=RfmSegment.AT_RISK, as_user="zhaomin")
    assert {one.key for one in at_risk.page.rows} == {key for key, it in wanted.items() if it.segment == "at_risk"}
    nothing = crm.perform(reports.customer_segments, OrderFilter(currency="USD"), as_user="zhaomin")
    assert (nothing.customers.value, nothing.amount.value, nothing.page.total) == (0, None, 0)
    with pytest.raises(Invalid):
        crm.perform(reports.customer_segments, segment="champions", as_user="zhaomin")


@pytest.mark.requirement("X-ANA-03", "X-CUS-11")
@pytest.mark.parametrize("period", [0, 3661, "90", 1.5, None])
def test_a_period_that_is_none_is_named(crm: Crm, people: People, period: Any) -> None:
    put(crm, a_model(crm.clock()))
    with pytest.raises(Invalid) as caught:
        crm.perform(reports.customer_outlooks, period=period, as_user="zhaomin")
    (problem,) = caught.value.problems
    assert problem.field == "period"
    assert problem.explain("zh") != problem.explain("en")


@pytest.mark.requirement("X-ANA-08")
def test_what_was_learnt_is_replaced_and_its_past_stays_on_record(crm: Crm) -> None:
    put(crm, attrs.evolve(a_model(crm.clock()), learnt_until=dt.date(2026, 1, 1)))
    reports.learn(crm)
    session = crm.store.begin(write=False)
    (kept,) = session.find(query(PredictionModel))
    session.close()
    assert (kept.version, kept.learnt_until, kept.customers) == (2, UNTIL, 0)
