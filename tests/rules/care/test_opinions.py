"""What customers say is filed as a request, or dealt with, and kept: on every store (requirement X-CAR-03)."""

import datetime as dt
from typing import Any

import pytest

from company import People, SetClock
from company.clients import contact_of, entered
from crmcore import SYSTEM, care, customers, service
from crmcore.base.errors import Conflict, Invalid, NotFound
from crmcore.care.entity import CareActivity, OpinionState
from crmcore.care.rules import NoOpenOpinion
from crmcore.customers.entity import Customer
from crmcore.customers.rules import NotTheManager
from crmcore.service.refusals import CustomerNotActive
from crmcore.storage.crm import Crm
from crmcore.storage.records import OutboxMessage

TODAY = dt.date(2026, 3, 2)


def heard(crm: Crm, customer: Customer, opinion: str = "送货太慢", **given: Any) -> CareActivity:
    """Something done for a customer of Li Hua's, and what he said."""
    facts = {"kind": "visit", "content": "拜访", "planned_on": TODAY, **given}
    made = crm.perform(care.plan, customer.id, as_user="lihua", **facts)
    return crm.perform(care.complete, made.id, result="已拜访", opinion=opinion, as_user="lihua")


def listed(crm: Crm, state: OpinionState | None = None, by: str = "zhaomin") -> list[str]:
    return [one.opinion for one in crm.perform(care.opinions, state=state, as_user=by).rows]


@pytest.mark.requirement("X-CAR-03")
def test_an_opinion_becomes_a_request_and_each_leads_to_the_other(crm: Crm, people: People, clock: SetClock) -> None:
    customer = entered(crm)
    person = contact_of(crm, customer)
    said = heard(crm, customer, contact=person.id)
    assert (said.opinion_state, listed(crm, OpinionState.OPEN)) == (OpinionState.OPEN, ["送货太慢"])
    clock.advance(days=1)
    asked = crm.perform(
        care.file_opinion, said.id, type="complaint", title="送货", expected=said.version, as_user="lihua"
    )
    assert (asked.customer, asked.contact, asked.request) == (customer.id, person.id, "送货太慢")
    kept = crm.perform(care.origin_of, asked.id, as_user="lihua")
    assert kept is not None
    assert (kept.id, kept.opinion_request, kept.opinion_state) == (said.id, asked.id, OpinionState.PROCESSED)
    assert (kept.opinion_processed_by, kept.opinion_processed_at) == (people.lihua.id, clock.now)
    assert (listed(crm, OpinionState.OPEN), listed(crm, OpinionState.PROCESSED)) == ([], ["送货太慢"])
    with pytest.raises(NoOpenOpinion) as error:
        crm.perform(care.file_opinion, said.id, type="complaint", title="送货", as_user="lihua")
    assert "已处理" in error.value.explain("zh")
    crm.perform(service.delete, asked.id, as_user="zhaomin")
    again = crm.perform(care.detail, said.id, as_user="lihua")
    assert (again.opinion_state, again.opinion_request, again.opinion_processed_by) == (OpinionState.OPEN, None, None)
    with crm.work(as_user=SYSTEM, readonly=True) as work:
        assert "opinion_processed" in {one.kind for one in work.unscoped(OutboxMessage).find()}


@pytest.mark.requirement("X-CAR-03")
def test_an_opinion_is_dealt_with_and_kept_as_it_is(crm: Crm, people: People, clock: SetClock) -> None:
    customer = entered(crm)
    said, silent = heard(crm, customer), heard(crm, customer, opinion="\u200b")
    assert (silent.opinion, silent.opinion_state) == ("", OpinionState.NONE)
    done = crm.perform(care.process_opinion, said.id, " 已换物流公司 ", as_user="lihua")
    assert (done.opinion_outcome, done.opinion_state, done.opinion_processed_by, done.opinion_processed_at) == (
        "已换物流公司",
        OpinionState.PROCESSED,
        people.lihua.id,
        clock.now,
    )
    assert listed(crm) == ["送货太慢"]
    for one in (said, silent):
        with pytest.raises(NoOpenOpinion):
            crm.perform(care.process_opinion, one.id, "再", as_user="lihua")
    asked = crm.perform(service.create, **_asked(customer), as_user="lihua")
    assert crm.perform(care.origin_of, asked.id, as_user="lihua") is None


def _asked(customer: Customer) -> dict[str, Any]:
    return {"customer": customer.id, "type": "inquiry", "title": "t", "request": "r"}


@pytest.mark.requirement("X-CAR-03", "9")
def test_who_processes_what_a_customer_said(crm: Crm, people: People) -> None:
    customer = entered(crm)
    said = heard(crm, customer)
    with pytest.raises(NotFound):
        crm.perform(care.process_opinion, said.id, "o", as_user="wangwei")
    crm.perform(customers.assign, customer.id, to="wangwei", as_user="zhaomin")
    with pytest.raises((NotFound, NotTheManager)):
        crm.perform(care.process_opinion, said.id, "o", as_user="lihua")
    crm.perform(customers.delete, customer.id, as_user="wangwei")
    with pytest.raises(CustomerNotActive):
        crm.perform(care.file_opinion, said.id, type="complaint", title="送货", as_user="wangwei")
    done = crm.perform(care.process_opinion, said.id, "已致歉", as_user="wangwei")
    assert (done.opinion_processed_by, done.done_by) == (people.wangwei.id, people.lihua.id)


@pytest.mark.requirement("X-CAR-02", "X-CAR-03")
def test_a_wrong_way_to_do_or_process_is_refused_by_field(crm: Crm) -> None:
    customer = entered(crm)
    said, other = heard(crm, customer), entered(crm, name="别家")
    stranger = contact_of(crm, other)
    open_ = crm.perform(
        care.plan, customer.id, kind="visit", content="c", planned_on=TODAY, repeats_months=1, as_user="lihua"
    )
    filing: dict[str, Any] = {"type": "complaint", "title": "t"}
    wrong: Any = care
    calls: list[tuple[str, Any]] = [
        ("result", lambda work: wrong.complete(work, open_.id, result="\u200b")),
        ("result", lambda work: wrong.complete(work, open_.id, result=["a"])),
        ("opinion", lambda work: wrong.complete(work, open_.id, result="r", opinion=5)),
        ("done_on", lambda work: wrong.complete(work, open_.id, result="r", done_on="2026-03-01")),
        ("result", lambda work: wrong.cancel(work, open_.id, 5)),
        ("opinion_outcome", lambda work: wrong.process_opinion(work, said.id, "\u200b")),
        ("opinion_outcome", lambda work: wrong.process_opinion(work, said.id, "x" * 1001)),
        ("customer", lambda work: wrong.file_opinion(work, said.id, customer=other.id, **filing)),
        ("contact", lambda work: wrong.file_opinion(work, said.id, contact=stranger.id, **filing)),
        ("type", lambda work: wrong.file_opinion(work, said.id, type="kites", title="t")),
        ("opinion_state", lambda work: wrong.opinions(work, state="open")),
        ("expected", lambda work: wrong.process_opinion(work, said.id, "o", expected="1")),
    ]
    for field, call in calls:
        with pytest.raises(Invalid) as error:
            crm.perform(call, as_user="lihua")
        assert field in error.value.fields
        assert error.value.explain("zh") != error.value.explain("en")
    with pytest.raises(Conflict):
        crm.perform(care.file_opinion, said.id, expected=1, as_user="lihua", **filing)
    assert crm.perform(care.detail, said.id, as_user="lihua") == said
    assert crm.perform(care.detail, open_.id, as_user="lihua") == open_
    with crm.work(as_user=SYSTEM, readonly=True) as work:
        assert work.service_requests.count() == 0


@pytest.mark.requirement("X-CAR-02")
def test_care_is_the_task_of_whoever_looks_after_the_customer_now(crm: Crm, people: People, clock: SetClock) -> None:
    customer = entered(crm)
    made = crm.perform(
        care.plan, customer.id, kind="visit", content="c", planned_on=TODAY, remind_days=0, as_user="lihua"
    )
    crm.perform(customers.assign, customer.id, to="wangwei", as_user="zhaomin")
    assert crm.perform(care.reminders, as_user="wangwei").rows == [made]
    assert crm.perform(care.reminders, manager=people.lihua.id, as_user="zhaomin").total == 0
    done = crm.perform(care.complete, made.id, result="已拜访", as_user="wangwei")
    assert done.done_by == people.wangwei.id
