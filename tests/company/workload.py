"""Very much service, as a large company has it: for tests of plans and for benches of lists."""

import datetime as dt
import hashlib
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final
from uuid import UUID

from company.crowd import FIRST_DAY, RARE
from crmcore.access.entity import UserId
from crmcore.care.entity import CareActivity, CareActivityId, CareStatus, OpinionState
from crmcore.customers.entity import Customer
from crmcore.escalation.entity import Escalation, EscalationId, EscalationPolicyId, Recipient, Watched
from crmcore.knowledge.deriving import with_derived as with_words
from crmcore.knowledge.entity import Article, ArticleId, ArticleStatus
from crmcore.service.deriving import with_derived
from crmcore.service.entity import Priority, RequestNote, RequestNoteId, ServiceRequest, ServiceRequestId, ServiceStatus
from crmcore.surveys.entity import Invitation, InvitationId, SurveyId

__all__ = ["SURVEYS", "articles", "attention", "escalations", "invited", "notes", "requests"]

_SPARSE: Final = 500
"""One in so many has what few have."""
_WORDS: Final = ("显示器有亮点", "打印机卡纸", "无法登录", "送货太慢", "发票抬头有误", "想要第二年的维护")
_DAY: Final = dt.timedelta(days=1)
SURVEYS: Final = tuple(SurveyId(UUID(int=place + 1)) for place in range(5))
_POLICIES: Final = tuple(EscalationPolicyId(UUID(int=place + 1)) for place in range(5))
NewId = Callable[[], UUID]


def requests(
    size: int, staff: Sequence[UserId], customers: Sequence[Customer], new_id: NewId, *, still_open: int = 10
) -> Iterator[ServiceRequest]:
    """Make requests, one a minute; one of *still_open* is open, and one of ten of those is late at the end of them."""
    end = FIRST_DAY + size * dt.timedelta(minutes=1)
    for place in range(size):
        sparse, at = place % _SPARSE == 7, FIRST_DAY + place * dt.timedelta(minutes=1)  # any remainder does
        customer, treats = customers[place % len(customers)], staff[place * 5 % len(staff)]
        is_open = place % still_open == 0
        late = is_open and place // still_open % 10 == 0
        due = end - (place % 997) * dt.timedelta(minutes=1) if late else end + _DAY
        given: dict[str, Any] = {"assignee": treats, "assigned_at": at, "responded_at": at, "calendar": None}
        if is_open:
            status = (ServiceStatus.NEW, ServiceStatus.ASSIGNED)[place // still_open % 2]
            given = {"respond_by": due, "resolve_by": due + _DAY} if status is ServiceStatus.NEW else given
            given = {**given, "resolve_by": due}
        else:
            status = ServiceStatus.HANDLED if place % 25 == 1 else ServiceStatus.ARCHIVED
            given |= {"handled_by": treats, "handled_at": at, "resolve_by": at, "handling": "已更换。"}
        if status is ServiceStatus.ARCHIVED:
            given |= {"satisfaction": 1 if sparse else 3 + place % 3, "result": "好", "archived_at": at}
        yield with_derived(
            ServiceRequest(
                id=ServiceRequestId(new_id()),
                number=f"FW{at:%y%m%d%H%M%S}{place:06d}",
                type="rare" if sparse else ("complaint", "inquiry", "suggestion")[place % 3],
                priority=Priority.URGENT if sparse else (Priority.LOW, Priority.NORMAL, Priority.HIGH)[place % 3],
                title=f"{RARE if place % 2000 == 3 else ''}{_WORDS[place % len(_WORDS)]}{place % 97}",
                customer=customer.id,
                customer_name=customer.name,
                request="请更换。",
                round=2 if sparse else 1,
                status=status,
                created_by=staff[place % len(staff)],
                created_at=at,
                version=1,
                **given,
            )
        )


def notes(asked: Sequence[ServiceRequest], new_id: NewId) -> Iterator[RequestNote]:
    """Make a note to every request."""
    for one in asked:
        yield RequestNote(
            id=RequestNoteId(new_id()),
            request=one.id,
            text="收到",
            written_by=one.created_by,
            written_at=one.created_at,
            version=1,
        )


def escalations(asked: Sequence[ServiceRequest], new_id: NewId) -> Iterator[Escalation]:
    """Make an escalation of every request; one of fifty has not been seen."""
    for place, one in enumerate(asked):
        recipient = tuple(Recipient)[place % 4]
        yield Escalation(
            id=EscalationId(new_id()),
            request=one.id,
            policy=_POLICIES[place % 5],
            watched=tuple(Watched)[place % 3],
            due_at=one.created_at,
            recipient=recipient,
            recipient_user=None if recipient is Recipient.SUPERVISORS else one.created_by,
            escalated_at=one.created_at,
            seen_at=None if place % 50 == 0 else one.created_at,
            version=1,
        )


def articles(size: int, staff: Sequence[UserId], new_id: NewId) -> Iterator[Article]:
    """Make articles; few of them have solved many requests."""
    for place in range(size):
        sparse, at = place % _SPARSE == 7, FIRST_DAY + place * dt.timedelta(minutes=1)
        yield with_words(
            Article(
                id=ArticleId(new_id()),
                number=f"ZS{place:06d}",
                title=f"{RARE if place % 2000 == 3 else ''}{_WORDS[place % len(_WORDS)]}怎么办{place % 97}",
                body="先关机，再开机。",
                category="rare" if sparse else "regular",
                tags=("稀有",) if sparse else ("打印机",),
                status=ArticleStatus.ARCHIVED if place % 20 == 1 else ArticleStatus.PUBLISHED,
                edition=1,
                author=staff[place % len(staff)],
                created_at=at,
                changed_at=at,
                helpful=place % 100,
                solved=place % 100 if sparse else 0,
                version=1,
            )
        )


def attention(size: int, customers: Sequence[Customer], new_id: NewId) -> Iterator[CareActivity]:
    """Make what was done for customers, one of twenty still to be done, one of fifty with an opinion."""
    last = FIRST_DAY.date() + size // 200 * _DAY
    for place in range(size):
        customer, planned = customers[place % len(customers)], place % 20 == 0
        day = last - (place % 20) * _DAY if planned else FIRST_DAY.date() + place // 200 * _DAY
        heard = OpinionState.OPEN if place % 100 == 1 else OpinionState.PROCESSED if place % 100 == 2 else None
        yield CareActivity(
            id=CareActivityId(new_id()),
            customer=customer.id,
            kind="visit" if place % 3 else "greeting",
            content="问候",
            planned_on=day,
            remind_on=day,
            status=CareStatus.PLANNED if planned else CareStatus.DONE,
            done_on=None if planned else day,
            opinion="送货太慢" if heard else "",
            opinion_state=heard or OpinionState.NONE,
            created_by=customer.manager,
            created_at=FIRST_DAY,
            version=1,
        )


def invited(asked: Sequence[ServiceRequest], new_id: NewId) -> Iterator[Invitation]:
    """Make an invitation about every request; half of them were answered."""
    for place, one in enumerate(asked):
        yield Invitation(
            id=InvitationId(new_id()),
            survey=SURVEYS[0 if place % _SPARSE == 7 else 1 + place % 4],
            customer=one.customer,
            request=one.id,
            token_digest=hashlib.sha256(str(place).encode()).hexdigest(),
            invited_by=one.created_by,
            invited_at=one.created_at,
            expires_at=one.created_at + 14 * _DAY,
            answered_at=one.created_at if place % 2 else None,
            version=1,
        )
