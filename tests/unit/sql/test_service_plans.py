"""Every list of service, with every filter, is served by an index, whatever the product."""

import datetime as dt
import os
from collections.abc import Callable, Iterator
from typing import Any, Final

import pytest

from company.clock import SetClock
from company.crowd import FIRST_DAY, RARE, crowd
from company.install import PASSWORDS, install
from company.workload import SURVEYS, articles, attention, escalations, invited, notes, requests
from crmcore import care, escalation, knowledge, service, surveys
from crmcore.access.entity import UserId
from crmcore.base.ids import TimeOrderedIds
from crmcore.base.schema import describe
from crmcore.care.entity import CareStatus, OpinionState
from crmcore.escalation.entity import Watched
from crmcore.knowledge import ArticleFilter
from crmcore.service.entity import Priority, ServiceStatus
from crmcore.service.lists import RequestFilter
from crmcore.storage.crm import Crm
from crmcore.subjects import ENTITIES
from crmcore.surveys.lists import InvitationState
from crmcore.testing.sessions import writing
from crmcore_sql import open_store
from crmcore_sql.searches import LOOKED_AT
from unit.sql.conftest import fresh_url
from unit.sql.plans_read import counted_through, heard_by, plan_of, scanned

SIZES: Final = {"sqlite": 20_000, "postgresql": 20_000, "mariadb": 6_000}
DAY: Final = FIRST_DAY.date() + dt.timedelta(days=2)
TABLES: Final = ("service_request", "request_note", "escalation", "article", "care_activity", "invitation")
NARROWED: Final[dict[str, dict[str, Any]]] = {
    "nothing": {},
    "number": {"number": "FW24010212"},  # of an hour; those of a day are so many that no index is worth it
    "customer's name": {"customer_name": RARE},
    "title": {"title": RARE},
    "common title": {"title": "显示器"},
    "type": {"type": "rare"},
    "priority": {"priority": Priority.URGENT},
    "day": {"created_from": DAY, "created_to": DAY},
    "stars": {"satisfaction": 1},
    "stars nobody gave": {"satisfaction": 2},
    "returned": {"returned": True},
    "type and day": {"type": "rare", "created_from": DAY},
}
Ask = Callable[[Any], Any]


def _archive(only: dict[str, Any], status: ServiceStatus | None) -> Ask:
    return lambda work: service.archive(work, RequestFilter(**only), status=status)


SUPERVISOR: Final[dict[str, Ask]] = {
    "assignment": service.for_assignment,
    "assignment of a type": lambda work: service.for_assignment(work, RequestFilter(type="rare")),
    **{
        f"archive by {name}, {status}": _archive(only, status)
        for name, only in NARROWED.items()
        for status in (None, ServiceStatus.ARCHIVED)
    },
    "archive of a customer": lambda work: service.archive(work, RequestFilter(customer=_customer(work)), status=None),
    "archive of an assignee": lambda work: service.archive(work, RequestFilter(assignee=work.user_id), status=None),
    "overdue": service.overdue,
    "overdue of a type": lambda work: service.overdue(work, RequestFilter(type="rare")),
    "detail": lambda work: service.detail(work, service.overdue(work, size=1).rows[0].id),
    "first page": escalation.notice,
    "to be seen": escalation.mine,
    "escalations": escalation.listing,
    "unseen escalations": lambda work: escalation.listing(work, unseen=True),
    "escalations of what": lambda work: escalation.listing(work, watched=Watched.RESPONSE),
    "articles": knowledge.search,
    "articles with words": lambda work: knowledge.search(work, ArticleFilter(words=f"{RARE} 怎么办")),
    "articles of a category": lambda work: knowledge.search(work, ArticleFilter(category="rare")),
    "articles with a tag": lambda work: knowledge.search(work, ArticleFilter(tag="稀有")),
    "most useful": knowledge.most_useful,
    "most used": knowledge.most_used,
    "never used": knowledge.never_used,
    "care": care.activities,
    "care planned": lambda work: care.activities(work, status=CareStatus.PLANNED),
    "care of a month": lambda work: care.activities(work, planned_from=DAY, planned_to=DAY),
    "care that is late": care.overdue,
    "opinions": care.opinions,
    "opinions to process": lambda work: care.opinions(work, state=OpinionState.OPEN),
    "opinions of a month": lambda work: care.opinions(work, done_from=DAY, done_to=DAY),
    "care of a customer": lambda work: care.activities(work, _customer(work)),
    "invitations": surveys.invitations,
    "invitations to one survey": lambda work: surveys.invitations(work, survey=SURVEYS[0]),
    "invitations of a customer": lambda work: surveys.invitations(work, customer=_customer(work)),
    "invitations that wait": lambda work: surveys.invitations(work, state=InvitationState.WAITING),
}
MANAGER: Final[dict[str, Ask]] = {
    "creation": service.creation,
    "handling": service.for_handling,
    "feedback": service.for_feedback,
    "archive": service.archive,
    "archive of all states": lambda work: service.archive(work, status=None),
    "archive of a type": lambda work: service.archive(work, RequestFilter(type="rare"), status=None),
    "archive with a title": lambda work: service.archive(work, RequestFilter(title=RARE)),
    "overdue": service.overdue,
    "first page": escalation.notice,
    "to be seen": escalation.mine,
    "care": care.activities,
    "reminders": care.reminders,
    "care that is late": care.overdue,
    "opinions": care.opinions,
    "invitations": surveys.invitations,
}
COUNTED_TO_THE_END: Final = (
    "archive by nothing",
    "archive by day",
    "archive of all states",
    "archive",
    "articles",
    "most",
    "never used",
    "care",
    "opinions",
    "invitations",
    "escalations",
)
"""Lists of half a table: to say how many there are, the whole of it has to be counted."""


def _customer(work: Any) -> Any:
    return service.overdue(work, size=1).rows[0].customer


@pytest.fixture(scope="module", params=tuple(SIZES))
def filled(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A store with very much service, and the staff."""
    for url in fresh_url(request, tmp_path_factory.mktemp("plans"), request.param):
        store = open_store(url, tuple(map(describe, ENTITIES)))
        store.prepare()
        size = SIZES[request.param]
        clock = SetClock(FIRST_DAY + size * dt.timedelta(minutes=1))
        crm = Crm(store, clock=clock, ids=TimeOrderedIds(clock, os.urandom), passwords=PASSWORDS)
        people = install(crm)
        staff = [people.lihua.id, people.wangwei.id, *(UserId(crm.ids()) for _ in range(40))]
        customers = list(crowd(500, staff, crm.ids))
        asked = list(requests(size, staff, customers, crm.ids))
        made: list[Any] = [*customers, *asked]
        for about in (notes, escalations, invited):
            made += about(asked, crm.ids)
        made += [*articles(size, staff, crm.ids), *attention(size, customers, crm.ids)]
        with writing(store) as session:
            session.append(made)
        counted_through(store, ("customer", *TABLES))
        yield crm, people
        crm.close()


@pytest.mark.requirement("SVC-01", "SVC-02", "X-SRV-03", "X-SRV-04", "X-SRV-05", "X-SRV-13", "X-CAR-02", "X-CAR-03")
@pytest.mark.parametrize(("who", "asks"), [("supervisor", SUPERVISOR), ("lihua", MANAGER)], ids=["all", "own"])
def test_no_list_of_service_reads_a_whole_table(filled: Any, who: str, asks: dict[str, Ask]) -> None:
    crm, people = filled
    wrong = []
    for what, ask in asks.items():
        with heard_by(crm.store) as heard, crm.work(as_user=getattr(people, who).id, readonly=True) as work:
            ask(work)
        for statement, values in heard.copy():
            if LOOKED_AT in statement or (
                statement.startswith("SELECT count(*)") and what.startswith(COUNTED_TO_THE_END)
            ):  # the first look at so many records and no more
                continue
            plan = plan_of(crm.store, statement, values)
            if scanned(plan, crm.store.product.name, TABLES):
                wrong.append((what, statement, plan))
    assert not wrong, "\n\n".join("\n".join(one) for one in wrong[:3])
