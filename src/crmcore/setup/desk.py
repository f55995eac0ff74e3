"""Puts in what service a sample company gives: what it promises, contracts, skills, and requests in every state.

Requests of the present are late, at risk, waiting or in time as seen from the instant at which the sample was made.
"""

import datetime as dt
import itertools
import random
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from typing import Any, Final

import attrs
from attrs import fields

from crmcore.access.actor import SYSTEM, Actor
from crmcore.access.argon2 import MissingPackage
from crmcore.agreements.entity import ServiceTarget
from crmcore.agreements.skill_actions import set_skill
from crmcore.agreements.target_actions import all_targets, create_target
from crmcore.calendars.holidays import import_holidays
from crmcore.calendars.timetables import timetable
from crmcore.calendars.working_time import Timetable
from crmcore.customers.entity import CustomerId
from crmcore.dictionary.parameters import SERVICE_REOPEN_DAYS, SERVICE_UNUSED
from crmcore.escalation.entity import Escalation, EscalationId, EscalationStep
from crmcore.i18n import Language
from crmcore.query import asc, lt, query
from crmcore.service.entity import Priority, ServiceRequestId
from crmcore.setup.agreements import Agreements
from crmcore.setup.cases import Asking, Case, Cast, Step
from crmcore.setup.clients import Client, batches, clients
from crmcore.setup.habits import is_regular
from crmcore.setup.hours import OfficeHours
from crmcore.setup.lateness import CURRENT, PAST, UNUSED, Standing, filed_between, so_long_ago
from crmcore.setup.replay import ACTION
from crmcore.setup.stage import Stage
from crmcore.setup.standard import service_words, standard_service
from crmcore.storage.work import Work

__all__ = ["Served", "ServiceDesk"]

_MOST: Final = 600
"""So many customers are given service; a larger company has more customers, and no more requests in its sample."""
_BEGUN: Final = (366, 735)
"""So many days ago the company began to promise something; the second is about one with customers of long standing."""
_SHORTEST_WINDOW: Final = 10
_KINDS: Final = ("complaint", "inquiry", "suggestion")
_SOON: Final = dt.timedelta(minutes=2)
"""So often the job looks for what is late."""
_FILED: Final[Step] = "filed"
_COUNTRY: Final[dict[Language, str]] = {"zh": "CN", "en": "GB"}
"""Whose public holidays the sample company keeps."""
_LIMITS: Final = {Priority.URGENT: 240, Priority.HIGH: 480, Priority.NORMAL: 1440, Priority.LOW: 2400}
"""Minutes for handling where the company has targets of its own that say nothing of a priority."""


@attrs.frozen(kw_only=True)
class Served:
    """What came of it."""

    clients: Sequence[Client]
    requests: dict[CustomerId, ServiceRequestId]
    """A request of a customer that is over."""
    ended: dict[CustomerId, dt.datetime]
    """When that was."""


class ServiceDesk:
    """The service a sample company gives."""

    def __init__(
        self, stage: Stage, hours: OfficeHours, *, seed: int, actors: Iterable[Actor], language: Language
    ) -> None:
        """Give it when and by whom the seed says.

        Args:
            stage: The CRM at the time of the story.
            hours: Tells the present.
            seed: Another number gives other data.
            actors: The staff.
            language: Language of the texts.
        """
        rng = random.Random(f"crmcore:service:{seed}")  # noqa: S311  # repeatable, guards nothing
        self._stage, self._rng, self._hours, self._language = stage, rng, hours.by(rng), language
        self._words = service_words(language)
        staff = list(actors)
        self._cast = Cast(
            stage=stage,
            rng=rng,
            supervisors=[one for one in staff if one.may("service.assign")],
            managers={one.id: one for one in staff if one.id is not None and one.may("service.handle")},
            talk=self._words["talk"],
        )

    def put_in(self) -> Served:
        """Put everything in; answer whom it was given to."""
        found: list[Client] = self._stage.perform(clients, _MOST, as_user=SYSTEM)
        years = 1 + any(map(self._is_regular, found[:1]))
        self._stage.enter(0, self._hours.ago(_BEGUN[years - 1]))
        plan = self._stage.perform(self._arranged, years, as_user=self._administrator())
        agreements = Agreements(self._cast, self._hours, self._words["contract"], plan.gold)
        for some in batches(found):
            self._stage.perform(agreements.make, some, as_user=SYSTEM)
        over = {one.customer.id: self._over(one, plan) for one in found if self._can_be_over(one)}
        plain = [one for one in found if one.customer.id not in agreements.gold]
        standing = zip(plan.current, itertools.cycle(plain), strict=False)
        now = [case for one, client in standing if (case := self._open(client, one, plan)) is not None]
        for cases in batches([*over.values(), *now]):
            self._act_out(cases)
        requests = {customer: case.request.id for customer, case in over.items()}
        return Served(clients=found, requests=requests, ended={customer: case.end for customer, case in over.items()})

    def tell_of_delays(self) -> None:
        """Tell whom it concerns of what is late; to be done when everything else is put in."""
        self._stage.enter(0, self._hours.now)
        self._stage.perform(_escalated, as_user=SYSTEM)

    def _act_out(self, cases: Sequence[Case]) -> None:
        """Act out some requests, the first steps of all first."""
        for number in itertools.count():

            def step(work: Work, number: int = number) -> int:
                return sum(case.play(work, number) for case in cases)

            if not self._stage.perform(step, as_user=SYSTEM):
                return

    def _administrator(self) -> Actor:
        """Answer who sets it up, and in which language."""
        return attrs.evolve(SYSTEM, language=self._language)

    def _arranged(self, work: Work, years: int) -> "_Plan":
        """Say what is promised, and who is good at what; answer what requests are measured by."""
        made = standard_service(work, language=self._language)
        if made.calendar is not None:
            these = [self._hours.today.year + more for more in range(-years, 2)]
            with suppress(MissingPackage):  # without the extra, the company works on holidays
                import_holidays(work, made.calendar.id, these, country=_COUNTRY[self._language])
        targets = all_targets(work)
        calendar = targets[0].calendar
        gold = create_target(
            work,
            name=self._words["contract"]["target"],
            calendar=calendar,
            level="5",
            respond_within=60,
            resolve_within=480,
        )
        for place, manager in enumerate(self._cast.managers):
            for more, proficiency in ((0, 4), (1, 3)):
                kind = _KINDS[(place + more) % len(_KINDS)]
                remark = "" if more else self._words["contract"]["skill"]
                set_skill(work, manager, type=kind, proficiency=proficiency + place % 2, remark=remark)
        unused = {UNUSED[one] for one in work.parameter(SERVICE_UNUSED) if one in UNUSED}
        if work.parameter(SERVICE_REOPEN_DAYS) < _SHORTEST_WINDOW:
            unused.add("reopened")
        return _Plan(
            gold=gold,
            hours=timetable(work, calendar),
            limits={**_LIMITS, **{one.priority: one.resolve_within for one in targets if _is_general(one)}},
            past=[one for one in PAST if unused.isdisjoint(step for *_, step in one)],
            current=[one for one in CURRENT if unused.isdisjoint(step for _, step in one.steps)],
        )

    def _can_be_over(self, client: Client) -> bool:
        """Tell whether a customer has wanted something that is over: he was one early enough."""
        span = filed_between(client.place, regular=self._is_regular(client))
        return span is not None and client.since < self._hours.now - dt.timedelta(days=span[1] + 2)

    def _is_regular(self, client: Client) -> bool:
        return is_regular(client.customer, self._hours)

    def _over(self, client: Client, plan: "_Plan") -> Case:
        """Answer a request that is over."""
        hours = self._hours
        span = filed_between(client.place, regular=self._is_regular(client)) or (0.0, 0.0)
        oldest, last = (hours.now - dt.timedelta(days=days) for days in span)
        at = hours.between(max(client.since, oldest), last)
        steps: list[tuple[dt.datetime, Step]] = [(at, "filed")]
        for least, most, step in plan.past[client.place % len(plan.past)]:
            at = hours.after(at, least, most, until=hours.now)
            steps.append((at, step))
        return Case(self._cast, self._asking(client, client.place + 1), steps)

    def _open(self, client: Client, standing: Standing, plan: "_Plan") -> Case | None:
        """Answer a request that somebody has something to do about; None if the customer was none yet."""
        minutes, parts = plan.limits[standing.priority], [(0.0, _FILED), *standing.steps]
        ago = (dt.timedelta(minutes=minutes * (standing.passed - part)) for part, _ in parts)
        times = (so_long_ago(plan.hours, self._hours.now, amount) for amount in ago)
        steps = [(at, step) for at, (_, step) in zip(times, parts, strict=True)]
        if steps[0][0] <= client.since:
            return None
        asking = self._asking(client, _MOST + 1 + CURRENT.index(standing))
        return Case(self._cast, attrs.evolve(asking, priority=standing.priority), steps)

    def _asking(self, client: Client, story: int) -> Asking:
        matter = self._words["matter"][story % len(self._words["matter"])]
        return Asking(
            story=story,
            customer=client.customer,
            contact=client.contact,
            opportunity=client.opportunity,
            matter=matter,
            priority=Priority(matter["priority"]),
        )


@attrs.frozen(kw_only=True)
class _Plan:
    """What the company has promised, and what of a request's flow it uses."""

    gold: ServiceTarget
    hours: Timetable
    limits: Mapping[Any, Any]
    """Minutes for handling, by priority."""
    past: Sequence[Sequence[tuple[float, float, Step]]]
    current: Sequence[Standing]


def _is_general(target: ServiceTarget) -> bool:
    return target.resolve_within is not None and not target.type and not target.level


def _escalated(work: Work) -> None:
    """Write down what was escalated by now, and plan it no more: other systems hear nothing of it."""
    work.action = ACTION
    due = work.unscoped(EscalationStep).find(
        query(EscalationStep)
        .where(lt(fields(EscalationStep).due_at, work.now))
        .sort(asc(fields(EscalationStep).due_at))
    )
    work.bulk.add(
        [
            Escalation(
                id=EscalationId(one.id),
                request=one.request,
                policy=one.policy,
                watched=one.watched,
                due_at=one.due_at,
                recipient=one.recipient,
                recipient_user=one.recipient_user,
                escalated_at=min(one.due_at + _SOON, work.now),
            )
            for one in due
        ]
    )
    work.bulk.remove(due)
    work.bulk.note(Escalation, None, {"escalated": [None, str(len(due))]})
    work.action = ""
