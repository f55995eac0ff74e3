"""What orders suggest of warned customers, beside the rule: shown where something was learnt, and nothing where not."""

import datetime as dt
import re

import pytest
from flask import Flask

from conftest import CUSTOMER, PERSON, Browse
from crmcore import Crm, churn, customers, reports, sales
from crmcore.prediction.entity import PredictionModel, model_of
from crmcore.statistics.bgnbd import BgNbd, BgNbdFit
from crmcore.statistics.learnt import write
from crmcore.statistics.refusals import NotLearntYet, TooFewCustomers
from crmcore_demo.errors import status_of
from crmcore_demo.outlook_hints import KEPT

pytestmark = pytest.mark.parametrize("crm", ["sqlite"], indirect=True)


@pytest.fixture
def case(crm: Crm) -> churn.ChurnCase:
    """A warning about a customer who used to order every fortnight."""
    it = crm.perform(customers.create, name="北京华建", contact=PERSON, as_user="wangwei", **CUSTOMER)
    orders = [
        {"source_key": f"S{day}", "customer": it.number, "ordered_on": dt.date(2025, 1, day), "amount": 1}
        for day in (1, 15, 29)
    ]
    crm.perform(sales.import_orders, orders, as_user="lihua")
    churn.sweep(crm)
    with crm.work(as_user="wangwei", readonly=True) as work:
        return churn.listing(work).rows[0]


def learn(crm: Crm) -> None:
    """Leave what the nightly job would have learnt from many customers."""
    fitted = BgNbdFit(
        model=BgNbd(r=0.243, alpha=30.9, a=0.793, b=2.426),
        log_likelihood=-9582.4,
        customers=2357,
        bought_again=946,
        distinct=2000,
        slope=1e-9,
        evaluations=60,
    )
    refused = TooFewCustomers(customers=20, again=20, least=50, least_again=50)
    model = PredictionModel(
        id=model_of("CNY"),
        currency="CNY",
        learnt_until=dt.date(2026, 1, 1),
        learnt_at=dt.datetime(2026, 1, 1, tzinfo=dt.UTC),
        customers=2357,
        orders=write(fitted),
        amounts=write(refused),
        version=1,
    )
    session = crm.store.begin(write=True)
    assert session.insert(model)
    session.commit()
    session.close()


@pytest.mark.requirement("X-ANA-04", "CHN-01")
def test_a_hint_stands_beside_the_warning(app: Flask, browser: Browse, crm: Crm, case: churn.ChurnCase) -> None:
    one = browser("wangwei")
    for address in ("/churn", f"/churn/{case.id}"):
        page = one.open(address)
        assert page.status == 200
        assert "probably still a customer" not in page.text
        assert "What his orders suggest" not in page.text
    learn(crm)
    app.extensions.pop(KEPT)  # minutes have passed
    assert re.search(r"北京华建probably still a customer: [1-9]% ", one.open("/churn").text)
    assert "probably still a customer" in one.open(f"/customers/{case.customer}/churn").text
    page = one.open(f"/churn/{case.id}")
    assert "What his orders suggest" in page.text
    assert "usually orders every 14 days" in page.text
    assert "平时每 14 天下一次单" in browser("wangwei", language="zh").open(f"/churn/{case.id}").text


@pytest.mark.requirement("X-ANA-03", "X-ANA-04", "X-CUS-11")
def test_the_page_of_a_customer_says_what_to_expect(browser: Browse, crm: Crm, case: churn.ChurnCase) -> None:
    learn(crm)
    for name in ("wangwei", "lihua"):
        page = browser(name).open(f"/customers/{case.customer}")
        assert "orders in 90 days" in page.text
        assert "usually orders every 14 days" in page.text
        assert "Value of the next" not in page.text  # the amounts of these customers could not be learnt
    assert "90 天内" in browser("wangwei", language="zh").open(f"/customers/{case.customer}").text


@pytest.mark.requirement("X-ANA-03")
def test_a_prediction_that_is_refused_is_not_the_fault_of_a_server(crm: Crm) -> None:
    with crm.work(as_user="lihua", readonly=True) as work, pytest.raises(NotLearntYet) as caught:
        reports.customer_outlooks(work)
    assert status_of(caught.value) == 422
