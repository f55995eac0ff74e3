"""What a company can begin with when it promises its customers answers: hours, deadlines, and who hears of delays.

None of it is delivered by itself: a deadline is a promise, and only the company knows what it can promise.
"""

import tomllib
from collections.abc import Mapping
from importlib import resources
from typing import Any

import attrs
from attrs import fields

from crmcore.access.entity import Validity
from crmcore.agreements.entity import ServiceTarget
from crmcore.agreements.target_actions import create_target
from crmcore.base.errors import Invalid, Problem
from crmcore.calendars.actions import create_calendar
from crmcore.calendars.entity import WorkingCalendar
from crmcore.escalation.actions import create_policy
from crmcore.escalation.entity import EscalationPolicy, Recipient, Watched
from crmcore.i18n import LANGUAGES, Language
from crmcore.query import asc, eq, query
from crmcore.service.entity import Priority
from crmcore.storage.action import action
from crmcore.storage.work import Work

__all__ = ["StandardService", "service_words", "standard_service"]


@attrs.frozen(kw_only=True)
class StandardService:
    """What was added; nothing of a kind of which the company has some already."""

    calendar: WorkingCalendar | None
    targets: tuple[ServiceTarget, ...]
    policies: tuple[EscalationPolicy, ...]


@action("service.configure")
def standard_service(work: Work, *, language: Language = "zh") -> StandardService:
    """Begin with office hours, deadlines for each priority and three escalation policies (requirement X-SRV-05).

    Monday to Friday from 9 to 12 and 13 to 18 in the company's zone; urgent requests are answered within half an hour
    and handled within four hours of working time, high ones within an hour and a day, normal ones within half a day and
    three days, low ones within a day and five days. Whoever treats a request hears that its first answer is overdue;
    supervisors hear of requests that nobody has been given for four hours, and of those that are handled too late.

    The company changes all of it as it likes. Of calendars, targets and policies, those of which it has any, used or
    retired, are left alone: doing it again adds nothing.

    Args:
        work: The unit of work.
        language: Language of the names.

    Raises:
        Invalid: The language is unknown, or every calendar of the company is retired.
    """
    if language not in LANGUAGES:
        raise Invalid(Problem(field="language", code="value.choice", params={"got": language}))
    words = service_words(language)["standard"]
    calendar = None
    if not work.unscoped(WorkingCalendar).count(at_most=1):
        calendar = create_calendar(work, name=words["calendar"])
    targets = () if work.unscoped(ServiceTarget).count(at_most=1) else _targets(work, words)
    policies = () if work.unscoped(EscalationPolicy).count(at_most=1) else _policies(work, words)
    return StandardService(calendar=calendar, targets=targets, policies=policies)


def service_words(language: Language) -> Mapping[str, Any]:
    """Read what service is spoken of in a language: names of the standard, and texts of the sample."""
    source = resources.files("crmcore.setup").joinpath("words", f"service_{language}.toml")
    return tomllib.loads(source.read_text(encoding="utf-8"))


def _targets(work: Work, words: Mapping[str, Any]) -> tuple[ServiceTarget, ...]:
    c = fields(WorkingCalendar)
    wanted = query(WorkingCalendar).where(eq(c.status, Validity.VALID)).sort(asc(c.id)).page(1)
    calendar = next(iter(work.unscoped(WorkingCalendar).find(wanted)), None)
    if calendar is None:
        raise Invalid(Problem(field="calendar", code="service.no_calendar", entity="service_target"))
    return tuple(
        create_target(
            work,
            name=words["targets"][priority.value],
            calendar=calendar.id,
            priority=priority,
            respond_within=respond,
            resolve_within=resolve,
        )
        for priority, respond, resolve in (
            (Priority.URGENT, 30, 240),
            (Priority.HIGH, 60, 480),
            (Priority.NORMAL, 240, 1440),
            (Priority.LOW, 480, 2400),
        )
    )


def _policies(work: Work, words: Mapping[str, Any]) -> tuple[EscalationPolicy, ...]:
    return tuple(
        create_policy(work, name=words["policies"][watched.value], watched=watched, after=after, recipient=recipient)
        for watched, after, recipient in (
            (Watched.ASSIGNMENT, 240, Recipient.SUPERVISORS),
            (Watched.RESPONSE, 0, Recipient.ASSIGNEE),
            (Watched.RESOLUTION, 0, Recipient.SUPERVISORS),
        )
    )
