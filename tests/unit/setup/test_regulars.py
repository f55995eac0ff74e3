"""A large enough sample company has customers of long standing: years compare, and orders can be learnt from."""

import datetime as dt
import math
import random
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import attrs
import pytest

import crmcore
from crmcore import setup
from crmcore.access.entity import ACCOUNT_MANAGER
from crmcore.churn.entity import OPEN
from crmcore.customers.rules import REQUIRED_OF_CUSTOMERS, unfilled
from crmcore.dictionary.delivered import DELIVERED_CATEGORIES
from crmcore.opportunities.entity import OpportunityStatus
from crmcore.reports.dashboards import Section, dashboard
from crmcore.reports.learning import learn
from crmcore.reports.predicting import customer_outlooks
from crmcore.sales.entity import OrderStatus
from crmcore.setup.habits import order_days, order_status
from crmcore.setup.lateness import filed_between
from crmcore.setup.regulars import begun_before
from crmcore.statistics.refusals import NoPrediction
from crmcore.storage.crm import Crm
from crmcore.storage.history import broken_links

Contents = dict[str, list[Any]]
Look = Callable[[Crm], Contents]
NOW = dt.datetime(2026, 11, 18, 7, 30, tzinfo=dt.UTC)
TODAY = dt.date(2026, 11, 18)
SHANGHAI = ZoneInfo("Asia/Shanghai")
SIZE = 100


@pytest.fixture(scope="module")
def filled() -> Iterator[Crm]:
    """The smallest company that has such customers."""
    with crmcore.open("memory://", clock=lambda: NOW) as crm:
        setup.demo_data(crm, size=SIZE)
        yield crm


@pytest.fixture(scope="module")
def found(filled: Crm) -> Contents:
    from unit.setup.conftest import _contents

    return _contents(filled)


def regulars(found: Contents) -> dict[Any, Any]:
    """Those whom no opportunity has brought, by id."""
    brought = {one.customer for one in found["Opportunity"]}
    return {one.id: one for one in found["Customer"] if one.id not in brought}


@pytest.mark.requirement("CUS-07", "CON-03")
def test_there_are_as_many_as_opportunities_on_full_forms(found: Contents) -> None:
    codes = {name: {code for code, *_ in entries} for name, (entries, _) in DELIVERED_CATEGORIES.items()}
    roles = {one.id: one.code for one in found["Role"]}
    managers = {one.id: one for one in found["User"] if roles[one.roles[0]] == ACCOUNT_MANAGER}
    some = regulars(found)
    assert len(some) == SIZE
    for one in some.values():
        assert unfilled("customer", attrs.asdict(one), (*REQUIRED_OF_CUSTOMERS, "licence_no")) == []
        assert one.industry in codes["industry"]
        assert one.company_size in codes["company_size"]
        assert one.category in codes["customer_category"]
        assert managers[one.manager].created_at < one.created_at
        assert dt.timedelta(days=366) < NOW - one.created_at < dt.timedelta(days=1100)
        assert one.search_text
        assert one.created_at.astimezone(SHANGHAI).weekday() < 5
    for name in ("region", "level", "industry", "company_size", "credit", "satisfaction", "manager"):
        assert len({getattr(one, name) for one in some.values()}) >= 4, name
    assert {one.customer for one in found["Contact"]} >= some.keys()
    assert len({one.name for one in found["Customer"]}) == len({one.number for one in found["Customer"]})
    assert max(NOW - one.created_at for one in some.values()) > dt.timedelta(days=1000)


@pytest.mark.requirement("NFR-13")
def test_every_version_of_them_has_its_change_record(found: Contents) -> None:
    records = defaultdict(list)
    for one in found["ChangeRecord"]:
        records[one.entity, one.entity_id].append(one)
    people = {one.id: one.full_name for one in found["User"]}
    some = regulars(found)
    his = [one for one in found["Contact"] if one.customer in some]
    for kind, entities in (("customer", [*some.values()]), ("contact", his)):
        for entity in entities:
            chain = sorted(records[kind, entity.id], key=lambda one: one.entity_version)
            assert [one.entity_version for one in chain] == list(range(1, entity.version + 1))
            assert list(broken_links(chain)) == []
            assert chain[0].action == "customers.create"
    for id_, one in some.items():
        first = records["customer", id_][0]
        assert (first.at, first.actor, first.actor_name) == (one.created_at, one.created_by, people[one.created_by])
    assert found["OutboxMessage"] == []


@pytest.mark.requirement("ORD-03", "X-ANA-05")
def test_they_have_ordered_for_two_years_and_a_half_and_ever_more(found: Contents) -> None:
    valid = [one for one in found["Order"] if one.status is not OrderStatus.CANCELLED]
    age = {one.id: (TODAY - one.ordered_on).days for one in valid}
    assert 880 < max(age.values()) <= 915
    years = [[one for one in valid if first <= age[one.id] < first + 365] for first in (0, 365)]
    lately, before = (sum((one.amount for one in year), Decimal(0)) for year in years)
    assert before < lately < 2 * before
    long_ago = Counter(one.status for one in valid if age[one.id] > 400)
    assert long_ago[OrderStatus.PAID] > 0.97 * long_ago.total()
    assert len({one.status for one in valid if age[one.id] < 40}) >= 5


@pytest.mark.requirement("CHN-01", "CHN-02")
def test_some_have_stopped_and_most_have_not(found: Contents) -> None:
    some = regulars(found)
    warned = {one.customer for one in found["ChurnCase"] if one.status in OPEN}
    assert 0.05 < len(warned) / len(found["Customer"]) < 0.3
    assert 5 <= len(warned & some.keys()) < len(some) / 3


@pytest.mark.extras
@pytest.mark.requirement("X-ANA-03", "X-ANA-04", "X-CUS-11")
def test_what_customers_will_do_can_be_learnt(filled: Crm) -> None:
    learnt = learn(filled)
    assert not isinstance(learnt.orders, NoPrediction)
    assert not isinstance(learnt.amounts, NoPrediction)
    with filled.work(as_user="gaojianguo", readonly=True) as work:
        report = customer_outlooks(work, size=100)
    alive = [known for one in report.rows.values() if (known := one.outlook.p_alive) is not None]
    assert len(alive) > 80, "who has ordered once only says nothing"
    assert max(alive) > 0.95
    assert min(alive) < 0.3
    assert all(one.value is not None and math.isfinite(one.value.total) for one in report.rows.values())


@pytest.mark.requirement("X-ANA-05", "X-ANA-07")
@pytest.mark.parametrize("section", [Section.SALES, Section.SERVICE])
def test_dashboards_compare_with_the_year_before(filled: Crm, section: Section) -> None:
    with filled.work(as_user="gaojianguo", readonly=True) as work:
        shown = dashboard(work, section, language="en")
    (figures, *_) = shown.report.tables
    place = next(place for place, one in enumerate(figures.columns) if one.title == "A year before")
    known = [one.cells[0].value for one in figures.rows if one.cells[place].value is not None]
    assert len(known) >= 4, known


def test_the_same_seed_gives_the_same_ones(crm: Crm, contents: Look, found: Contents) -> None:
    setup.demo_data(crm, size=SIZE)
    again = contents(crm)
    for kind in ("Customer", "Contact", "Order", "OrderLine", "ServiceRequest", "SurveyAnswer"):
        assert again[kind] == found[kind], kind


def test_a_small_company_is_a_young_one(crm: Crm, contents: Look) -> None:
    done = setup.demo_data(crm, size=20)
    assert len(contents(crm)["Customer"]) == done.opportunities[OpportunityStatus.WON]
    assert begun_before(SIZE - 1) < dt.timedelta(days=400) < begun_before(SIZE)


@pytest.mark.parametrize("seed", range(40))
def test_nobody_orders_at_the_weekend_before_he_came_or_on_the_day_of_the_check(seed: int) -> None:
    since, check, late = dt.date(2024, 3, 4), dt.date(2026, 10, 9), dt.date(2026, 4, 9)
    days = order_days(random.Random(seed), since, TODAY, late=late, first_check=check)
    assert days == sorted(set(days))
    assert all(since <= day < TODAY and day.weekday() < 5 and day != check for day in days)


def test_who_has_paid_for_years_pays() -> None:
    rng = random.Random(1)
    lately, later = (Counter(order_status(rng, age) for _ in range(2000)) for age in (3, 60))
    assert set(lately) == {one.value for one in OrderStatus}
    assert set(later) == {"paid", "shipped", "cancelled"}
    assert lately["paid"] < later["paid"]


@pytest.mark.requirement("X-SRV-05")
def test_customers_of_long_standing_wanted_something_the_year_before() -> None:
    wanted = [filed_between(place, regular=True) for place in range(200)]
    assert wanted.count(None) > 150
    assert sum(1 for one in wanted if one is not None and one[1] > 365) > sum(
        1 for one in wanted if one is not None and one[0] < 365
    )
    assert {filed_between(place, regular=False) for place in range(200)} == {None, (330.0, 25.0)}
