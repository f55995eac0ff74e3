"""Beside the flow of a request, on every store: texts, waiting, other hands, opening again, kinds of service."""

import json
from typing import Any

import pytest

from company import People, SetClock
from company.chances import won
from company.clients import contact_of, entered, stored
from company.desk import ASKED, archived, assigned, filed, handled, promised, reread
from company.lapses import change
from company.lateness import kept
from crmcore import customers, dictionary, service
from crmcore.base.errors import Conflict, CrmError, Invalid
from crmcore.customers.entity import CustomerStatus
from crmcore.storage.crm import Crm
from crmcore.storage.records import OutboxMessage

NOTHING = ("", " \n", "\u200b", " \u200b\u2060 ", None)
"""Texts of which nothing shows."""


def wrong(crm: Crm, action: Any, *args: Any, who: str = "wangwei", **given: Any) -> set[tuple[Any, ...]]:
    """Kind of record, field and code of everything that was wrong."""
    with pytest.raises(Invalid) as caught:
        crm.perform(action, *args, as_user=who, **given)
    return {(one.entity, one.field, one.code) for one in caught.value.problems}


def refused(crm: Crm, action: Any, *args: Any, who: str, **given: Any) -> str:
    with pytest.raises(CrmError) as caught:
        crm.perform(action, *args, as_user=who, **given)
    return caught.value.code


def said(crm: Crm, kind: str) -> list[dict[str, Any]]:
    """What other systems were told by messages of a kind."""
    found = (one for one in kept(crm, OutboxMessage) if one.kind == kind)
    return [json.loads(one.payload) for one in sorted(found, key=lambda one: one.id)]


@pytest.mark.requirement("4.2", "X-SRV-09")
def test_a_text_of_which_nothing_shows_is_none(crm: Crm) -> None:
    customer = entered(crm)
    given, done, over = assigned(crm, customer), handled(crm, customer), archived(crm, customer)
    for text in NOTHING:
        assert wrong(crm, service.handle, given.id, text) == {("service_request", "handling", "value.missing")}
        assert wrong(crm, service.note, given.id, text) == {("request_note", "text", "value.missing")}
        assert wrong(crm, service.reopen, over.id, text, who="lihua") == {("service_round", "reason", "value.missing")}
        assert wrong(crm, service.feedback, done.id, result=text, satisfaction=5) == {
            ("service_request", "result", "value.missing")
        }
    assert [reread(crm, one) for one in (given, done, over)] == [given, done, over]


@pytest.mark.requirement("X-SRV-05", "X-SRV-09")
def test_a_question_is_a_note_like_any_other(crm: Crm) -> None:
    request = assigned(crm)
    for text in NOTHING:
        assert wrong(crm, service.wait_for_customer, request.id, text) == {("request_note", "text", "value.missing")}
    assert wrong(crm, service.wait_for_customer, request.id, "x" * 3001) == {("request_note", "text", "value.too_long")}
    assert reread(crm, request) == request
    code = refused(crm, service.wait_for_customer, request.id, "?", who="wangwei", expected=1)
    assert code == Conflict.code


@pytest.mark.requirement("X-SRV-05", "X-INT-01")
def test_other_systems_hear_when_the_clock_stands_and_goes_on(crm: Crm, clock: SetClock) -> None:
    promised(crm, respond_within=60, resolve_within=480)
    request = assigned(crm)
    since = clock.now
    crm.perform(service.wait_for_customer, request.id, "哪一台？", as_user="wangwei")
    crm.perform(service.wait_for_customer, request.id, "还有呢？", as_user="wangwei")
    (paused,) = said(crm, "request_paused")
    assert paused == {"request": str(request.id), "since": paused["since"]}
    assert paused["since"].startswith(f"{since:%Y-%m-%dT%H:%M}")
    assert [one["text"] for one in said(crm, "customer_notified")] == ["哪一台？", "还有呢？"]
    clock.advance(minutes=30)
    crm.perform(service.resume, request.id, as_user="wangwei")
    crm.perform(service.resume, request.id, as_user="wangwei")
    (resumed,) = said(crm, "request_resumed")
    assert (resumed["request"], resumed["waited"]) == (str(request.id), 1800)
    assert resumed["respond_by"] is not None
    assert resumed["resolve_by"] is not None
    crm.perform(service.wait_for_customer, request.id, "?", as_user="wangwei")
    clock.advance(minutes=10)
    crm.perform(service.handle, request.id, "好了", as_user="wangwei")
    assert [one["waited"] for one in said(crm, "request_resumed")] == [1800, 2400]


@pytest.mark.requirement("X-SRV-05", "X-SRV-09", "USR-06")
def test_other_hands_leave_the_clock_as_it_is(crm: Crm, clock: SetClock, people: People) -> None:
    promised(crm, respond_within=60, resolve_within=480)
    request = assigned(crm)
    waiting = crm.perform(service.wait_for_customer, request.id, "哪一台？", as_user="wangwei")
    clock.advance(minutes=30)
    names = ("waiting_since", "responded_at", "respond_by", "resolve_by", "resolve_risk_at", "waited", "next_due_at")
    clockwork = {name: getattr(waiting, name) for name in names}
    assert clockwork["waiting_since"] is not None
    given = crm.perform(service.hand_over, request.id, to="lihua", as_user="zhaomin")
    assert (given.assignee, {name: getattr(given, name) for name in names}) == (people.lihua.id, clockwork)
    customers.hand_over(crm, before="lihua", to="wangwei", as_user="zhaomin")
    back = reread(crm, request)
    assert (back.assignee, back.assigned_at) == (people.wangwei.id, clock.now)
    assert {name: getattr(back, name) for name in names} == clockwork


@pytest.mark.requirement("4.2", "X-SRV-09")
def test_a_request_of_a_customer_who_is_gone_is_not_opened_again(crm: Crm) -> None:
    customer = entered(crm)
    over = archived(crm, customer)
    for status in (CustomerStatus.LOST, CustomerStatus.DELETED):
        change(crm, stored(crm, customer), status=status)
        assert refused(crm, service.reopen, over.id, "又坏了", who="zhaomin") == "service.customer_not_active"
    change(crm, stored(crm, customer), status=CustomerStatus.NORMAL)
    assert crm.perform(service.reopen, over.id, "又坏了", as_user="zhaomin").round == 2


@pytest.mark.requirement("SVC-08", "4.2")
def test_kinds_of_service_are_what_the_dictionary_offers(crm: Crm) -> None:
    customer = entered(crm)
    entry: Any = {"category": "service_type", "code": "training", "label_zh": "培训", "label_en": "Training"}
    asked: Any = {**ASKED, "type": "training", "customer": customer.id}
    unknown = {("service_request", "type", "dictionary.not_offered")}
    assert wrong(crm, service.create, who="lihua", **asked) == unknown
    added = crm.perform(dictionary.add_entry, as_user="admin", **entry)
    request = crm.perform(service.create, as_user="lihua", **asked)
    assert request.type == "training"
    crm.perform(dictionary.retire_entry, added.id, as_user="admin")
    assert wrong(crm, service.create, who="lihua", **asked) == unknown
    given = crm.perform(service.assign, request.id, to="wangwei", as_user="zhaomin")
    assert given.type == "training", "what has it keeps it"
    crm.perform(dictionary.restore_entry, added.id, as_user="admin")
    assert crm.perform(service.create, as_user="lihua", **asked).type == "training"


@pytest.mark.requirement("X-SRV-08", "X-ADM-01")
def test_a_company_can_ask_for_contact_and_opportunity_of_every_request(crm: Crm) -> None:
    chance = won(crm, to="lihua")
    assert chance.customer is not None
    customer = crm.perform(customers.detail, chance.customer, as_user="lihua")
    crm.perform(dictionary.set_parameter, "service.required", "contact,opportunity", as_user="admin")
    missing = {("service_request", name, "value.missing") for name in ("contact", "opportunity")}
    assert wrong(crm, service.create, who="lihua", **ASKED, customer=customer.id) == missing
    person = contact_of(crm, customer)
    request = filed(crm, customer, contact=person.id, opportunity=chance.id)
    assert (request.customer, request.contact, request.opportunity) == (customer.id, person.id, chance.id)
    assert reread(crm, request) == request
