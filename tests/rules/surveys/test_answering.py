"""Customers are invited by a link that works once, for its time, and for nobody else (requirement X-SRV-04)."""

import datetime as dt
import secrets
from typing import Any

import pytest

from company import People, SetClock
from company.clients import PERSON, contact_of, entered
from company.desk import filed
from company.duels import at_once
from company.opinions import answered, drafted, invited, opened, said
from company.watching import WatchedStore
from crmcore import SYSTEM, customers, surveys
from crmcore.base.errors import Conflict, CrmError, Invalid
from crmcore.base.tokens import digest_of
from crmcore.query import query
from crmcore.storage.crm import Crm
from crmcore.storage.records import ChangeRecord, OutboxMessage, Receipt
from crmcore.subjects import ENTITIES
from crmcore.surveys import InvitationState, SurveyAnswer, TokenRefused

GARBAGE = ("", "x", "x" * 43, "' OR 1=1 --", "\0", "\ud800", "%", "x" * 100_000, None, 7, b"x", ["x"])


def everything(crm: Crm, *but: type[Any]) -> list[Any]:
    """All records, of all kinds."""
    session = crm.store.begin(write=False)
    try:
        return [one for cls in ENTITIES if cls not in but for one in session.find(query(cls))]
    finally:
        session.close()


def refused(crm: Crm, token: Any, answers: Any) -> set[str]:
    """What somebody with a link that is of no use is told; nothing at all is written."""
    assert isinstance(crm.store, WatchedStore)
    before, told = crm.store.now(), set()
    for look in (lambda: surveys.questions_for(crm, token), lambda: surveys.answer(crm, token, answers)):
        with pytest.raises(TokenRefused) as caught:
            look()
        told.add(f"{caught.value!r} {caught.value.explain('zh')} {caught.value.explain('en')}")
    assert set(crm.store.written_since(before)) == set()
    return told


def code_of(crm: Crm, action: Any, *args: Any, who: str = "lihua", **given: Any) -> str:
    with pytest.raises(CrmError) as caught:
        crm.perform(action, *args, as_user=who, **given)
    return caught.value.code


@pytest.mark.requirement("X-SRV-04")
def test_a_customer_says_once_what_he_thinks(crm: Crm, clock: SetClock, people: People) -> None:
    asked, customer = opened(crm, introduction="谢谢"), entered(crm)
    request = filed(crm, customer)
    contact = contact_of(crm, customer)
    sent = invited(crm, asked, customer, contact=contact.id, request=request.id)
    kept = sent.invitation
    assert (kept.invited_by, kept.contact, kept.request) == (people.lihua.id, contact.id, request.id)
    assert kept.expires_at == clock.now + dt.timedelta(days=14)
    assert kept.token_digest == digest_of(sent.token)
    seen = surveys.questions_for(crm, sent.token)
    assert (seen.title, seen.introduction, seen.about) == (asked.survey.title, "谢谢", request.title)
    assert list(seen.questions) == list(asked.questions)
    clock.advance(days=13)
    surveys.answer(crm, sent.token, said(asked, 5, 9, 2, " 很好 "))
    found = crm.perform(surveys.invitation, kept.id, as_user="lihua")
    assert (found.state, found.invitation.answered_at) == (InvitationState.ANSWERED, clock.now)
    by_question = {one.question: (one.score, one.text, one.customer) for one in found.answers}
    wanted = ((5, ""), (9, ""), (2, ""), (None, "很好"))
    assert by_question == {one.id: (*value, customer.id) for one, value in zip(asked.questions, wanted, strict=True)}
    assert {one.kind for one in everything(crm) if isinstance(one, OutboxMessage)} >= {
        "customer_invited",
        "survey_answered",
    }


@pytest.mark.requirement("X-SRV-04")
def test_every_link_that_is_of_no_use_gets_the_same_answer(crm: Crm, clock: SetClock) -> None:
    asked, customer = opened(crm), entered(crm)
    good = said(asked, 5)
    used, withdrawn, expired = (invited(crm, asked, customer) for _ in range(3))
    surveys.answer(crm, used.token, good)
    crm.perform(surveys.withdraw, withdrawn.invitation.id, as_user="lihua")
    told = set()
    for token in (used.token, withdrawn.token, secrets.token_urlsafe(32), used.invitation.token_digest, *GARBAGE):
        told |= refused(crm, token, good)
    clock.advance(days=14)
    told |= refused(crm, expired.token, good)
    late = invited(crm, asked, customer)
    crm.perform(surveys.close_survey, asked.survey.id, as_user="zhaomin")
    told |= refused(crm, late.token, good)
    assert len(told) == 1
    states = {
        one.id: state
        for state in InvitationState
        for one in crm.perform(surveys.invitations, state=state, as_user="lihua").rows
    }
    ends = (InvitationState.ANSWERED, InvitationState.WITHDRAWN, InvitationState.EXPIRED, InvitationState.WAITING)
    assert states == {
        one.invitation.id: state for one, state in zip((used, withdrawn, expired, late), ends, strict=True)
    }
    for one, state in states.items():
        assert crm.perform(surveys.invitation, one, as_user="lihua").state is state


@pytest.mark.requirement("X-SRV-04")
def test_a_link_is_of_no_use_when_the_customer_or_who_was_asked_is_gone(crm: Crm) -> None:
    asked, customer, gone = opened(crm), entered(crm), entered(crm, name="上海某公司")
    other: Any = {**PERSON, "name": "陈工"}
    person = crm.perform(customers.add_contact, customer.id, as_user="lihua", **other)
    by_him, by_anybody = invited(crm, asked, customer, contact=person.id), invited(crm, asked, customer)
    to_gone = invited(crm, asked, gone)
    crm.perform(customers.delete_contact, person.id, as_user="lihua")
    crm.perform(customers.delete, gone.id, as_user="lihua")
    told = refused(crm, by_him.token, said(asked, 5)) | refused(crm, to_gone.token, said(asked, 5))
    assert told == refused(crm, secrets.token_urlsafe(32), said(asked, 5))
    surveys.answer(crm, by_anybody.token, said(asked, 5))


@pytest.mark.requirement("X-SRV-04")
def test_bad_answers_leave_nothing_and_the_link_as_it_was(crm: Crm) -> None:
    asked = opened(crm)
    sent = invited(crm, asked, entered(crm))
    before = everything(crm)
    for answers in ({}, said(asked, 6, 11, 3, "x" * 2001), {**said(asked, 5), sent.invitation.id: 5}):
        with pytest.raises(Invalid):
            surveys.answer(crm, sent.token, answers)
    assert everything(crm) == before
    surveys.answer(crm, sent.token, said(asked, 1))


@pytest.mark.requirement("X-SRV-04")
def test_of_two_who_use_a_link_at_once_one_is_heard(crm: Crm) -> None:
    asked, customer = opened(crm), entered(crm)
    for _ in range(3):
        sent = invited(crm, asked, customer)
        deeds = [lambda score=score, sent=sent: surveys.answer(crm, sent.token, said(asked, score)) for score in (1, 5)]
        outcomes = at_once(deeds)
        assert sorted(type(one).__name__ for one in outcomes) == ["NoneType", "TokenRefused"]
        (kept,) = crm.perform(surveys.invitation, sent.invitation.id, as_user="lihua").answers
        assert kept.score == (1 if outcomes[0] is None else 5)


@pytest.mark.requirement("X-SRV-04")
def test_an_account_manager_invites_his_own_customers(crm: Crm) -> None:
    asked, mine, theirs = opened(crm), entered(crm), entered(crm, by="wangwei", name="上海某公司")
    id_ = asked.survey.id
    assert code_of(crm, surveys.invite, id_, customer=theirs.id) == "not_found"
    request, person = filed(crm, theirs, by="wangwei"), contact_of(crm, theirs)
    assert code_of(crm, surveys.invite, id_, customer=mine.id, contact=person.id) == "invalid"
    assert code_of(crm, surveys.invite, id_, customer=mine.id, request=request.id) == "not_found"
    assert code_of(crm, surveys.invite, id_, customer=mine.id, request=request.id, who="zhaomin") == "invalid"
    assert code_of(crm, surveys.invite, drafted(crm).id, customer=mine.id) == "survey.not_open"
    sent = invited(crm, asked, theirs, by="zhaomin")
    assert code_of(crm, surveys.withdraw, sent.invitation.id) == "not_found"
    crm.perform(surveys.withdraw, sent.invitation.id, as_user="wangwei")
    assert code_of(crm, surveys.withdraw, sent.invitation.id, who="wangwei") == "survey.invitation_ended"
    with pytest.raises(Conflict):
        crm.perform(surveys.withdraw, sent.invitation.id, as_user="wangwei", expected=1)
    assert crm.perform(surveys.invitations, as_user="lihua").total == 0
    assert crm.perform(surveys.invitations, customer=theirs.id, as_user="wangwei").total == 1


@pytest.mark.requirement("X-SRV-04")
def test_the_token_is_written_nowhere(crm: Crm, shared_store: WatchedStore, caplog: pytest.LogCaptureFixture) -> None:
    """Not in a record, a log, an error or anything's text: only whoever invites is told."""
    caplog.set_level(0)
    asked, customer = opened(crm), entered(crm)
    sent = crm.perform(surveys.invite, asked.survey.id, customer=customer.id, as_user="lihua", key="once")
    again: Any = crm.perform(surveys.invite, asked.survey.id, customer=customer.id, as_user="lihua", key="once")
    assert again is None
    other = answered(crm, asked, customer, 4)
    errors = []
    for token, answers in ((sent.token, {}), (sent.token, said(asked, 9)), (other.token, said(asked, 5))):
        with pytest.raises(CrmError) as caught:
            surveys.answer(crm, token, answers)
        errors.append(caught.value)
    surveys.questions_for(crm, sent.token)
    records = everything(crm)
    assert {ChangeRecord, OutboxMessage, Receipt, SurveyAnswer} <= {type(one) for one in records}
    texts = [repr(one) for one in (*records, sent, other, again)]
    texts += [record.getMessage() + repr(record.__dict__) for record in caplog.records]
    for error in errors:
        about = [error, *((error.__cause__, error.__context__))]
        texts += [f"{one!r} {one!s} {getattr(one, 'args', '')} {getattr(one, '__notes__', '')}" for one in about]
        texts += [repr(vars(error)), error.explain("zh")]
    for token in (sent.token, other.token):
        assert [one for one in texts if token in one] == []
    hidden = [one for one in records if isinstance(one, ChangeRecord) and sent.invitation.token_digest in one.changes]
    assert hidden == []


@pytest.mark.requirement("X-SRV-04")
def test_tokens_are_made_of_the_randomness_the_crm_was_given(crm: Crm) -> None:
    crm.entropy = bytes
    asked, customer = opened(crm), entered(crm)
    assert invited(crm, asked, customer).token == "A" * 43
    with crm.work(as_user=SYSTEM, readonly=True) as work, pytest.raises(Invalid):
        work.invitations.first(surveys_by_digest(digest_of("A" * 43)))


def surveys_by_digest(digest: str) -> Any:
    """A question that no application may ask."""
    from attrs import fields

    from crmcore.query import eq
    from crmcore.surveys import Invitation

    return eq(fields(Invitation).token_digest, digest)
