"""Merging two requests that say the same on every store, and undoing it: afterwards everything is as it was."""

from typing import Any

import attrs
import pytest

from company import People, SetClock
from company.articles import published
from company.clients import entered
from company.desk import assigned, filed, handled, judged, promised, reread
from company.lapses import change
from company.opinions import invited, opened
from company.visitors import open_window, visitor
from crmcore import knowledge, service, surveys, window
from crmcore.access.entity import Validity
from crmcore.base.errors import Conflict, CrmError
from crmcore.query import query
from crmcore.service import belongings
from crmcore.service.entity import ServiceRequest, ServiceStatus
from crmcore.service.merge_record import RequestMerge, RequestMergeState
from crmcore.storage.crm import Crm
from crmcore.storage.records import ChangeRecord, OutboxMessage
from crmcore.subjects import ENTITIES


def everything(crm: Crm) -> dict[Any, Any]:
    """All that is stored, without versions and what is said about it: changes, messages and the merges themselves."""
    session = crm.store.begin(write=False)
    try:
        return {
            (cls.__name__, one.id): attrs.evolve(one, version=0)
            for cls in ENTITIES
            if cls not in {ChangeRecord, OutboxMessage, RequestMerge}
            for one in session.find(query(cls))
        }
    finally:
        session.close()


def refused(crm: Crm, action: Any, *args: Any, **given: Any) -> str:
    """What the supervisor is answered; nothing is stored."""
    before = everything(crm)
    with pytest.raises(CrmError) as caught:
        crm.perform(action, *args, as_user="zhaomin", **given)
    assert everything(crm) == before
    return caught.value.code


@pytest.fixture
def pair(crm: Crm, clock: SetClock) -> tuple[ServiceRequest, ServiceRequest]:
    """Two requests of one customer, each treated twice, with notes and files."""
    promised(crm, respond_within=60, resolve_within=480)
    customer = entered(crm)
    made = []
    for title in ("kept", "absorbed"):
        request = judged(crm, handled(crm, customer, title=title), 1)
        crm.perform(service.note, request.id, f"note of {title}", as_user="wangwei")
        crm.perform(service.attach, request.id, file_name=f"{title}.jpg", size=1, as_user="wangwei")
        made.append(reread(crm, request))
        clock.advance(minutes=1)
    return made[0], made[1]


@pytest.mark.requirement("X-SRV-09")
def test_two_requests_become_one_and_two_again(
    crm: Crm, clock: SetClock, pair: tuple[ServiceRequest, ServiceRequest]
) -> None:
    kept, absorbed = pair
    before = everything(crm)
    done = crm.perform(service.merge, kept.id, absorbed.id, as_user="zhaomin")
    gone = reread(crm, absorbed)
    assert (gone.status, gone.archived_at, gone.merged_into) == (ServiceStatus.ARCHIVED, clock.now, kept.id)
    with crm.work(as_user="zhaomin", readonly=True) as work:
        shown, empty = service.detail(work, kept.id), service.detail(work, absorbed.id)
        assert service.merges_of(work, kept.id) == (done,)
    assert [(one.number, one.request) for one in shown.rounds] == [(1, kept.id), (2, kept.id)]
    assert [one.text for one in shown.notes] == ["note of kept", "note of absorbed"]
    assert {one.file_name for one in shown.attachments} == {"kept.jpg", "absorbed.jpg"}
    assert (shown.request.round, shown.request.number, shown.request.resolve_by) == (3, kept.number, kept.resolve_by)
    assert (empty.rounds, empty.notes, empty.attachments) == ((), (), ())
    clock.advance(hours=1)
    undone = crm.perform(service.undo_merge, done.id, as_user="zhaomin")
    assert undone.state is RequestMergeState.UNDONE
    assert everything(crm) == before
    assert refused(crm, service.undo_merge, done.id) == "service.merge_undone"
    with crm.work(as_user="zhaomin", readonly=True) as work:
        assert service.merges_of(work, kept.id) == ()
    again = crm.perform(service.merge, absorbed.id, kept.id, as_user="zhaomin")  # now the other way round
    crm.perform(service.undo_merge, again.id, as_user="zhaomin")
    assert everything(crm) == before


@pytest.mark.requirement("X-SRV-09")
def test_what_came_afterwards_stays_with_the_kept_request(crm: Crm) -> None:
    customer = entered(crm)
    kept, absorbed = assigned(crm, customer), filed(crm, customer, title="again")
    done = crm.perform(service.merge, kept.id, absorbed.id, as_user="zhaomin")
    crm.perform(service.note, kept.id, "later", as_user="wangwei")
    answered = crm.perform(service.handle, kept.id, "好了", as_user="wangwei")
    crm.perform(service.undo_merge, done.id, as_user="zhaomin")
    assert attrs.evolve(reread(crm, kept), version=0) == attrs.evolve(answered, version=0)
    assert attrs.evolve(reread(crm, absorbed), version=0) == attrs.evolve(absorbed, version=0)
    with crm.work(as_user="zhaomin", readonly=True) as work:
        assert [one.text for one in service.detail(work, kept.id).notes] == ["later"]


@pytest.mark.requirement("X-SRV-09")
def test_only_two_open_requests_of_one_customer_are_merged(crm: Crm) -> None:
    customer, other = entered(crm), entered(crm, name="另一家")
    one, two, strange = filed(crm, customer), filed(crm, customer), filed(crm, other)
    assert refused(crm, service.merge, one.id, one.id) == "service.merge_same"
    assert refused(crm, service.merge, one.id, strange.id) == "service.merge_other_customer"
    crm.perform(service.assign, two.id, to="wangwei", as_user="zhaomin")
    assert refused(crm, service.merge, one.id, two.id, absorbed_expected=1) == Conflict.code
    first = crm.perform(service.merge, one.id, two.id, as_user="zhaomin")
    assert refused(crm, service.merge, one.id, two.id) == "service.archived"
    third = filed(crm, customer)
    crm.perform(service.merge, third.id, one.id, as_user="zhaomin")
    assert refused(crm, service.undo_merge, first.id) == "service.archived"  # the later merge has to be undone first


@pytest.mark.requirement("X-SRV-09", "USR-06")
def test_a_merge_that_cannot_be_taken_back_without_loss_stays(
    crm: Crm, people: People, pair: tuple[ServiceRequest, ServiceRequest]
) -> None:
    kept, absorbed = pair
    done = crm.perform(service.merge, kept.id, absorbed.id, as_user="zhaomin")
    change(crm, people.wangwei, status=Validity.RETIRED)
    assert refused(crm, service.undo_merge, done.id) == "access.not_an_account_manager"
    change(crm, people.wangwei, status=Validity.VALID)
    with crm.work(as_user="zhaomin", readonly=True) as work:
        note = next(one for one in service.detail(work, kept.id).notes if one.text == "note of absorbed")
    moved = change(crm, note, request=absorbed.id)
    assert refused(crm, service.undo_merge, done.id) == "service.merge_changed"
    change(crm, moved, request=kept.id)
    judged(crm, crm.perform(service.handle, kept.id, "再试", as_user="wangwei"), 1)
    assert refused(crm, service.undo_merge, done.id) == "service.merge_changed"  # a fourth round has begun
    judged(crm, crm.perform(service.handle, kept.id, "再试", as_user="wangwei"), 5)
    assert refused(crm, service.undo_merge, done.id) == "service.archived"


@pytest.mark.requirement("X-SRV-03", "X-SRV-04", "X-SRV-09")
def test_what_names_a_request_moves_along_and_comes_back(crm: Crm) -> None:
    customer = entered(crm)
    kept, absorbed = assigned(crm, customer), handled(crm, customer)
    both, only, unlinked = (published(crm, title=title) for title in ("打印机卡纸", "显示器有亮点", "键盘失灵"))
    for article, request in ((both, kept), (both, absorbed), (only, absorbed), (unlinked, absorbed)):
        crm.perform(knowledge.link, article.id, request.id, as_user="wangwei")
    about = invited(crm, opened(crm), customer, request=absorbed.id).invitation
    before = everything(crm)
    done = crm.perform(service.merge, kept.id, absorbed.id, as_user="zhaomin")
    assert solving(crm, kept) == {both.id, only.id, unlinked.id}
    assert solving(crm, absorbed) == {both.id}, "of each request once"
    assert crm.perform(surveys.invitation, about.id, as_user="zhaomin").invitation.request == kept.id
    crm.perform(service.undo_merge, done.id, as_user="zhaomin")
    assert everything(crm) == before
    done = crm.perform(service.merge, kept.id, absorbed.id, as_user="zhaomin")
    crm.perform(knowledge.unlink, unlinked.id, kept.id, as_user="zhaomin")
    crm.perform(knowledge.link, only.id, absorbed.id, as_user="zhaomin")
    crm.perform(service.undo_merge, done.id, as_user="zhaomin")
    assert solving(crm, absorbed) == {both.id, only.id}, "what was taken back since stays so"
    assert solving(crm, kept) == {both.id, only.id}


@pytest.mark.requirement("X-SRV-05", "X-SRV-09")
def test_an_answer_to_the_absorbed_request_answers_the_kept_one(crm: Crm, clock: SetClock) -> None:
    promised(crm, respond_within=60)
    customer = entered(crm)
    kept, absorbed = assigned(crm, customer), assigned(crm, customer)
    clock.advance(minutes=10)
    crm.perform(service.note, absorbed.id, "明天到", internal=False, as_user="wangwei")
    first = clock.now
    clock.advance(hours=2)
    done = crm.perform(service.merge, kept.id, absorbed.id, as_user="zhaomin")
    assert reread(crm, kept).responded_at == first
    crm.perform(service.note, kept.id, "内部", as_user="wangwei")
    crm.perform(service.undo_merge, done.id, as_user="zhaomin")
    assert reread(crm, kept).responded_at is None
    again = crm.perform(service.merge, kept.id, absorbed.id, as_user="zhaomin")
    clock.advance(minutes=1)
    crm.perform(service.note, kept.id, "已发货", internal=False, as_user="wangwei")
    told = clock.now
    clock.advance(minutes=1)
    crm.perform(service.handle, kept.id, "已更换", as_user="wangwei")
    assert reread(crm, kept).responded_at == first
    crm.perform(service.undo_merge, again.id, as_user="zhaomin")
    assert (reread(crm, kept).responded_at, reread(crm, absorbed).responded_at) == (told, first)
    last = crm.perform(service.merge, absorbed.id, kept.id, as_user="zhaomin")
    assert reread(crm, absorbed).responded_at == first, "the earlier one counts"
    crm.perform(service.undo_merge, last.id, as_user="zhaomin")
    assert reread(crm, absorbed).responded_at == first


@pytest.mark.requirement("X-SRV-05", "X-SRV-09", "X-SLF-03")
def test_what_a_customer_writes_himself_is_no_answer_to_him(crm: Crm) -> None:
    open_window(crm)
    guest = visitor(crm)
    kept, absorbed = assigned(crm, guest.customer), handled(crm, guest.customer)
    done = crm.perform(service.merge, kept.id, absorbed.id, as_user="zhaomin")
    crm.perform(window.answer, kept.id, "还没好吗？", as_user=guest.user)
    crm.perform(service.undo_merge, done.id, as_user="zhaomin")
    assert reread(crm, kept).responded_at is None


@pytest.mark.requirement("X-SRV-09")
def test_a_request_with_too_much_that_belongs_to_it_is_not_merged(crm: Crm, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(belongings, "MOST", 2)
    customer = entered(crm)
    kept, absorbed = filed(crm, customer), filed(crm, customer)
    for number in range(2):
        crm.perform(service.note, absorbed.id, str(number), as_user="lihua")
    done = crm.perform(service.merge, kept.id, absorbed.id, as_user="zhaomin")
    crm.perform(service.undo_merge, done.id, as_user="zhaomin")
    crm.perform(service.note, absorbed.id, "2", as_user="lihua")
    assert refused(crm, service.merge, kept.id, absorbed.id) == "service.merge_too_large"


def solving(crm: Crm, request: ServiceRequest) -> set[Any]:
    """The articles that are said to have solved a request."""
    with crm.work(as_user="zhaomin", readonly=True) as work:
        return {one.article for one in work.article_uses.find() if one.request == request.id}
