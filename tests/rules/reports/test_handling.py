"""How service is done, on every store, every number opened by everybody (X-SRV-04, X-SRV-14, X-SRV-17)."""

import datetime as dt
import random
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

import attrs
import pytest

from company import People, SetClock
from company.clients import entered, put
from company.counting import CountingStore
from company.desk import ASKED, archived, assigned, filed, handled, judged, promised
from company.opened import check_opens, records_of, values
from company.opinions import answered, opened
from crmcore import reports, service
from crmcore.access.rules import NoPermission
from crmcore.base.clock import cut
from crmcore.base.errors import Invalid
from crmcore.customers.entity import Customer
from crmcore.service.entity import (
    OPEN,
    Priority,
    ServiceRequest,
    ServiceRequestId,
    ServiceRound,
    ServiceRoundId,
    ServiceStatus,
)
from crmcore.statistics.handling import Handled
from crmcore.statistics.periods import Period, month_of
from crmcore.statistics.requested import HandlingBy
from crmcore.storage.crm import Crm

MARCH = month_of(2026, 3)
WINTER = Period(dt.date(2026, 1, 11), dt.date(2026, 2, 20))
HOUR = dt.timedelta(hours=1)


@pytest.mark.requirement("SVC-06", "X-SRV-14", "X-SRV-17")
def test_how_requests_were_handled_is_told_by_number_time_and_stars(crm: Crm, clock: SetClock) -> None:
    nothing = crm.perform(reports.service_handling, MARCH, as_user="zhaomin").whole
    assert values(nothing.came, nothing.archived, nothing.reopened) == (0, 0, 0)
    undefined = (nothing.response, nothing.resolution, nothing.first_time, nothing.csat, nothing.reopen_rate)
    assert values(*undefined) == (None,) * 5
    promised(crm)  # nothing, but hours are counted from now on, on Monday at half past nine
    client = entered(crm)
    filed(crm, client)
    slow = assigned(crm, client, type="inquiry")
    clock.advance(hours=3)
    crm.perform(service.note, slow.id, "我们在查", internal=False, as_user="wangwei")
    clock.advance(hours=2)
    crm.perform(service.handle, slow.id, "好了", as_user="wangwei")
    clock.advance(hours=40)
    judged(crm, slow, 5)
    back = assigned(crm, client)
    clock.advance(hours=3)  # on Wednesday at half past nine
    crm.perform(service.handle, back.id, "好了", as_user="wangwei")
    judged(crm, back, 1)  # the customer is not satisfied: it comes back by itself
    told = crm.perform(reports.service_handling, MARCH, as_user="zhaomin").whole
    assert values(told.archived, told.judged_before, told.csat) == (1, 1, Decimal("50.0"))
    clock.advance(hours=4)  # at half past one
    crm.perform(service.handle, back.id, "再修", as_user="wangwei")
    judged(crm, back, 3)
    again = archived(crm, client)
    clock.advance(hours=1)
    crm.perform(service.reopen, again.id, "又坏了", as_user="wangwei")
    found = crm.perform(reports.service_handling, MARCH, by=HandlingBy.TYPE, as_user="zhaomin")
    assert check_opens(crm, found, "zhaomin") > 40
    whole = found.whole
    assert values(whole.came, whole.answered, whole.response) == (4, 3, Decimal("1.0"))  # 2.5, 0.5 and 0 hours of work
    assert values(whole.archived, whole.resolution) == (2, Decimal("3.8"))  # 4, and 0.5 and 3
    assert values(whole.at_once, whole.first_time) == (1, Decimal("50.0"))
    assert values(whole.satisfied, whole.judged_before, whole.satisfied_before) == (1, 2, 1)
    assert whole.csat.value == Decimal("50.0")  # 5, 1, 3 and 5 stars
    assert values(whole.finished, whole.reopened, whole.reopen_rate) == (3, 1, Decimal("33.3"))
    complaint, inquiry = found.groups
    assert (complaint.group, *values(complaint.came, complaint.csat)) == ("complaint", 3, Decimal("33.3"))
    assert (inquiry.group, *values(inquiry.came, inquiry.csat, inquiry.reopen_rate)) == ("inquiry", 1, 100, 0)
    assert [one.id for one in records_of(crm, whole.reopen_rate)] == [again.id]


@pytest.mark.requirement("X-SRV-05", "X-SRV-17")
def test_the_backlog_says_what_is_open_and_what_is_late(crm: Crm, clock: SetClock) -> None:
    promised(crm, respond_within=60, resolve_within=120)
    client = entered(crm)
    filed(crm, client)
    waits = assigned(crm, client)
    crm.perform(service.wait_for_customer, waits.id, "哪一台？", as_user="wangwei")
    clock.advance(hours=1)
    found = crm.perform(reports.service_backlog, as_user="chengang")
    assert values(found.open, found.unanswered, found.unsolved) == (2, 0, 0)
    clock.advance(milliseconds=1)
    assert crm.perform(reports.service_backlog, as_user="chengang").unanswered.value == 1
    handled(crm, client)
    archived(crm, client)
    clock.advance(days=2)
    found = crm.perform(reports.service_backlog, as_user="chengang")
    assert check_opens(crm, found, "chengang") == 11
    assert values(found.open, found.new, found.assigned, found.handled) == (3, 1, 1, 1)
    assert values(found.unanswered, found.unsolved) == (1, 1)
    assert [(one.over, one.up_to, one.number.value) for one in found.waits] == [
        (None, 1, 0),
        (1, 3, 3),
        (3, 7, 0),
        (7, 30, 0),
        (30, None, 0),
    ]


@pytest.mark.requirement("X-SRV-17", "9", "16.1")
def test_any_desk_is_counted_as_the_lists_show_it(crm: Crm, people: People) -> None:
    mine, theirs = entered(crm), entered(crm, by="wangwei", name="上海某公司")
    requests, again = desk(crm, people, mine, theirs)
    put(crm, *requests, *again)
    readers = (("zhaomin", None, tuple(HandlingBy)), ("lihua", people.lihua, (HandlingBy.ASSIGNEE,)))
    for who, user, choices in readers:
        his = [
            one
            for one in requests
            if user is None or one.customer == mine.id or user.id in {one.created_by, one.assignee, one.handled_by}
        ]
        came_back = {one.request for one in again if one.reason}
        for by in choices:
            found = crm.perform(reports.service_handling, WINTER, by=by, as_user=who)
            check_opens(crm, found, who)
            rounds = [one for one in again if one.request in {of.id for of in his}]
            group_of = {one.id: getattr(one, by.value) for one in his}
            for group in found.groups:
                mine_ = [one for one in his if group_of[one.id] == group.group]
                check_handled(group, mine_, came_back)
                check_times(group, mine_, rounds)
                check_verdicts(
                    group,
                    mine_,
                    [
                        one
                        for one in rounds
                        if group.group == (one.assignee if by is HandlingBy.ASSIGNEE else group_of[one.request])
                    ],
                )
            check_handled(found.whole, his, came_back)
            check_times(found.whole, his, rounds)
            check_verdicts(found.whole, his, rounds)
        backlog = crm.perform(reports.service_backlog, as_user=who)
        check_opens(crm, backlog, who)
        assert backlog.open.value == sum(one.status in OPEN for one in his)
        late = [one for one in his if one.resolve_by and one.resolve_by < crm.clock() and not one.handled_at]
        assert backlog.unsolved.value == sum(one.status in OPEN and one.waiting_since is None for one in late)


def desk(crm: Crm, people: People, mine: Customer, theirs: Customer) -> tuple[list[ServiceRequest], list[ServiceRound]]:
    dice = random.Random(3)
    sellers = (people.lihua.id, people.wangwei.id)
    requests = []
    for place in range(40):
        created = cut(crm.clock() - dt.timedelta(days=60 * dice.random()))
        status = dice.choice((*ServiceStatus, ServiceStatus.ARCHIVED))
        treated = status in {ServiceStatus.HANDLED, ServiceStatus.ARCHIVED}
        answered_at = created + 30 * HOUR * dice.random() if treated or dice.random() < 0.5 else None
        handled_at = cut(created + 90 * HOUR * dice.random()) if treated else None
        requests.append(
            ServiceRequest(
                id=ServiceRequestId(crm.ids()),
                number=f"FW{place}",
                **{**ASKED, "type": dice.choice(("complaint", "inquiry"))},
                customer=dice.choice((mine, theirs)).id,
                channel=dice.choice(("", "phone")),
                priority=dice.choice((*Priority,)),
                status=status,
                created_by=dice.choice(sellers),
                created_at=created,
                assignee=None if status is ServiceStatus.NEW else dice.choice(sellers),
                round=dice.choice((1, 1, 2, 3)),
                handled_by=dice.choice(sellers) if treated else None,
                handled_at=handled_at,
                satisfaction=dice.choice((3, 4, 5)) if status is ServiceStatus.ARCHIVED else None,
                archived_at=handled_at if status is ServiceStatus.ARCHIVED else None,
                responded_at=answered_at,
                responded_in=None if answered_at is None else dice.choice((None, 0, 5000, 90_000)),
                resolved_in=dice.choice((None, 0, 7000, 200_000)) if treated else None,
                resolve_by=dice.choice((None, created + 40 * HOUR)),
                waiting_since=dice.choice((None, None, created)) if status is ServiceStatus.ASSIGNED else None,
                version=1,
            )
        )
    winter = crm.clock() - dt.timedelta(days=30)
    for place in (3, 4):
        merged: dict[str, Any] = {
            "status": ServiceStatus.ARCHIVED,
            "merged_into": requests[0].id,
            "satisfaction": None,
            "waiting_since": None,
        }
        requests[place] = attrs.evolve(requests[place], **merged, handled_at=winter, archived_at=winter)
    return requests, [taken_back(crm, dice, dice.choice(requests), 100 + place, sellers) for place in range(30)]


def taken_back(crm: Crm, dice: random.Random, of: ServiceRequest, number: int, sellers: Any) -> ServiceRound:
    """A treatment that got few stars, or was opened again after more."""
    reason = dice.choice(("", "又坏了"))
    done = cut(crm.clock() - dt.timedelta(days=60 * dice.random()))
    return ServiceRound(
        id=ServiceRoundId(crm.ids()),
        request=of.id,
        number=number,
        reason=reason,
        assignee=dice.choice(sellers),
        handled_by=dice.choice(sellers),
        handled_at=done,
        satisfaction=dice.choice((3, 4, 5) if reason else (1, 2)),
        resolved_in=dice.choice((None, 0, 1800, 9000)),
        ended_by=sellers[0],
        ended_at=cut(done + dt.timedelta(days=9 * dice.random())),
        version=1,
    )


def in_winter(instant: dt.datetime | None) -> bool:
    return instant is not None and WINTER.first <= (instant + 8 * HOUR).date() <= WINTER.last


def mean_hours(seconds: Iterable[int], number: int) -> float | None:
    return sum(seconds) / number / 3600 if number else None


def ended_of(requests: list[ServiceRequest]) -> list[ServiceRequest]:
    return [one for one in requests if in_winter(one.archived_at) and not one.merged_into]


def check_handled(found: Handled, requests: list[ServiceRequest], came_back: set[Any]) -> None:
    came = [one for one in requests if in_winter(one.created_at)]
    said = [one for one in came if one.responded_at]
    over = ended_of(requests)
    archive = [one for one in came if one.status is ServiceStatus.ARCHIVED and not one.merged_into]
    back = {one.id for one in came} & came_back
    assert values(found.came, found.answered, found.archived) == (len(came), len(said), len(over))
    assert values(found.at_once) == (sum(one.round == 1 for one in over),)
    assert values(found.finished, found.reopened) == (len({one.id for one in archive} | back), len(back))


def check_times(found: Handled, requests: list[ServiceRequest], rounds: list[ServiceRound]) -> None:
    """Compare with the working time that requests and their treatments keep."""
    said = [one.responded_in for one in requests if in_winter(one.created_at) and one.responded_in is not None]
    near(found.response.value, mean_hours(said, len(said)))
    last = {one.id: one.resolved_in for one in ended_of(requests) if one.resolved_in is not None}
    earlier = [one.resolved_in or 0 for one in rounds if one.request in last]
    near(found.resolution.value, mean_hours([*last.values(), *earlier], len(last)))


def check_verdicts(found: Handled, requests: list[ServiceRequest], rounds: list[ServiceRound]) -> None:
    """Compare with the verdicts one by one, by the day on which each was given, as far as that is known."""
    given = [one for one in rounds if in_winter(one.handled_at if one.reason else one.ended_at)]
    stars, before = ([one.satisfaction or 0 for one in some] for some in (ended_of(requests), given))
    content, content_before = (sum(one > 3 for one in some) for some in (stars, before))
    assert values(found.satisfied, found.judged_before, found.satisfied_before) == (
        content,
        len(before),
        content_before,
    )
    number = len(stars) + len(before)
    near(found.csat.value, 100 * (content + content_before) / number if number else None)


def near(found: Decimal | None, wanted: float | None) -> None:
    assert (found is None) == (wanted is None)
    assert found is None or abs(float(found) - (wanted or 0)) < 0.051


@pytest.mark.requirement("X-SRV-04", "X-SRV-14")
def test_opinions_of_all_surveys_count_together_by_their_definitions(crm: Crm, clock: SetClock) -> None:
    first, second = opened(crm), opened(crm)
    mine, theirs = entered(crm), entered(crm, by="wangwei", name="上海某公司")
    for given in ((5, 10, 1), (4, 9), (3, 8), (1, 0)):
        answered(crm, first, mine, *given)
    answered(crm, second, theirs, 1, 6, by="wangwei")
    clock.advance(days=31)
    answered(crm, second, theirs, 5, 10, by="wangwei")
    found = crm.perform(reports.customer_opinions, MARCH, as_user="chengang")
    assert check_opens(crm, found, "chengang") == 9
    assert values(found.satisfied, found.judged, found.csat) == (2, 5, Decimal("40.0"))
    assert values(found.promoters, found.passives, found.detractors, found.nps) == (2, 1, 2, Decimal("0.0"))
    own = crm.perform(reports.customer_opinions, MARCH, as_user="wangwei")
    assert check_opens(crm, own, "wangwei") == 9
    assert values(own.csat, own.nps) == (0, -100)
    nobody = crm.perform(reports.customer_opinions, month_of(2026, 5), as_user="zhaomin")
    assert values(nobody.judged, nobody.csat, nobody.recommending, nobody.nps) == (0, None, 0, None)


@pytest.mark.requirement("X-SRV-17", "9")
def test_service_figures_ask_little_and_only_for_who_sees_service(crm: Crm) -> None:
    for call, given in ((reports.service_handling, (MARCH,)), (reports.service_backlog, ())):
        report: Any = call
        with pytest.raises(NoPermission):
            crm.perform(report, *given, as_user="admin")
        counted = CountingStore(crm.store)
        with Crm(counted, clock=crm.clock, ids=crm.ids).work(as_user="zhaomin", readonly=True) as work:
            counted.asked.clear()
            report(work, *given)
        assert len(counted.asked) <= 6
    for wrong, more in ((None, {}), (MARCH, {"by": "type"})):
        period: Any = wrong
        given_: Any = more
        with pytest.raises(Invalid):
            crm.perform(reports.service_handling, period, as_user="zhaomin", **given_)
