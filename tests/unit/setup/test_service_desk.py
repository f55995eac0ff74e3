"""What service a sample company gives: requests in every state as of now, promises, contracts, care, opinions."""

import datetime as dt
from collections import Counter
from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from crmcore import setup
from crmcore.access.actor import SYSTEM
from crmcore.access.entity import CUSTOMER_CONTACT
from crmcore.agreements.entity import ContractState
from crmcore.base.errors import Invalid
from crmcore.calendars.working_time import Timetable, read_spans
from crmcore.care.entity import CareStatus
from crmcore.escalation.entity import Watched
from crmcore.i18n import LANGUAGES, Language
from crmcore.service.clock import DeadlineState, resolution, response
from crmcore.service.entity import Priority, ServiceStatus
from crmcore.setup.lateness import so_long_ago
from crmcore.setup.standard import service_words
from crmcore.storage.crm import Crm
from crmcore.surveys.entity import QuestionKind, SurveyStatus

Contents = dict[str, list[Any]]
Look = Callable[[Crm], Contents]
KINDS = (
    "WorkingCalendar",
    "SpecialDay",
    "ServiceTarget",
    "ServiceContract",
    "StaffSkill",
    "ServiceRequest",
    "ServiceRound",
    "RequestNote",
    "RequestMerge",
    "EscalationPolicy",
    "EscalationStep",
    "Escalation",
    "Survey",
    "SurveyQuestion",
    "SurveyAnswer",
    "CareActivity",
)
SHANGHAI = ZoneInfo("Asia/Shanghai")
OFFICE = read_spans(("09:00-12:00", "13:00-18:00"))


@pytest.fixture(scope="module")
def found() -> Contents:
    """Everything in a sample company that is large enough for a customer window."""
    import crmcore
    from unit.setup.conftest import NOW, _contents

    with crmcore.open("memory://", clock=lambda: NOW) as crm:
        setup.demo_data(crm, size=120)
        return _contents(crm)


@pytest.mark.requirement("4.2", "SVC-06", "X-SRV-05", "X-SRV-09")
def test_requests_are_in_every_state_as_seen_from_now(found: Contents, now: dt.datetime) -> None:
    requests = found["ServiceRequest"]
    assert {one.status for one in requests} == set(ServiceStatus)
    assert {one.priority for one in requests} == set(Priority)
    assert {one.type for one in requests} == {"complaint", "inquiry", "suggestion"}
    promised = [one for one in requests if one.merged_into is None]
    states = {resolution(one).state(now) for one in promised} | {response(one).state(now) for one in promised}
    assert states == set(DeadlineState) - {DeadlineState.NONE}, "every request was promised something"
    merged = [one for one in requests if one.merged_into is not None]
    assert {resolution(one).state(now) for one in merged} == {DeadlineState.NONE}, "what goes on elsewhere is due there"
    assert len({one.number for one in requests}) == len(requests)
    assert max(one.created_at for one in requests) < now
    customers = {one.id: one for one in found["Customer"]}
    assert all(one.created_at > customers[one.customer].created_at for one in requests)
    rounds = Counter(one.request for one in found["ServiceRound"])
    assert rounds == {one.id: one.round - 1 for one in requests if one.round > 1}
    assert {bool(one.reason) for one in found["ServiceRound"]} == {True, False}, "reopened, and not content"
    assert {one.internal for one in found["RequestNote"]} == {True, False}
    assert len(found["RequestMerge"]) == 1


@pytest.mark.requirement("X-SRV-05")
def test_what_is_late_was_escalated_and_nobody_else_is_told(found: Contents, now: dt.datetime) -> None:
    requests = {one.id: one for one in found["ServiceRequest"]}
    assert {one.watched for one in found["Escalation"]} == set(Watched)
    assert all(one.due_at <= one.escalated_at <= now for one in found["Escalation"])
    late = {id_ for id_, one in requests.items() if resolution(one).state(now) is DeadlineState.BREACHED}
    assert {one.request for one in found["Escalation"] if one.watched is Watched.RESOLUTION} == late
    assert all(one.due_at >= now for one in found["EscalationStep"])
    assert found["OutboxMessage"] == []


@pytest.mark.requirement("X-SRV-01", "X-SRV-02", "X-CAR-02", "X-SRV-04")
def test_contracts_skills_care_and_opinions(found: Contents, now: dt.datetime) -> None:
    today = now.astimezone(SHANGHAI).date()
    assert {one.state(today) for one in found["ServiceContract"]} == set(ContractState)
    assert any(one.target for one in found["ServiceContract"])
    managers = {one.id for one in found["User"] if one.territory}
    assert {one.user for one in found["StaffSkill"]} == managers
    care = found["CareActivity"]
    assert {one.status for one in care} == set(CareStatus)
    planned = [one for one in care if one.status is CareStatus.PLANNED]
    assert any(one.remind_on is not None and one.remind_on <= today < one.planned_on for one in planned)
    assert any(one.planned_on < today for one in planned)
    assert any(one.opinion for one in care)
    assert {one.status for one in found["Survey"]} == {SurveyStatus.DRAFT, SurveyStatus.OPEN}
    assert [one.kind for one in sorted(found["SurveyQuestion"], key=lambda one: one.number)] == [*QuestionKind]
    answered = {one.id for one in found["Invitation"] if one.answered_at}
    assert answered == {one.invitation for one in found["SurveyAnswer"]}
    assert 0 < len(answered) < len(found["Invitation"])


@pytest.mark.requirement("X-SLF-01", "X-SLF-03")
def test_guests_have_filed_requests(found: Contents) -> None:
    guests = {one.id for one in found["WindowGuest"]}
    roles = {one.id: one.code for one in found["Role"]}
    users = {one.id for one in found["User"] if [roles[role] for role in one.roles] == [CUSTOMER_CONTACT]}
    assert len(guests) == 2
    assert users == guests
    assert {one.created_by for one in found["ServiceRequest"]} >= guests
    assert found["SignInLink"] == []


@pytest.mark.requirement("X-SRV-05")
def test_the_calendar_knows_the_holidays_around_this_year(found: Contents, now: dt.datetime) -> None:
    pytest.importorskip("holidays")
    assert {one.day.year for one in found["SpecialDay"]} >= {now.year, now.year + 1}
    assert {one.source for one in found["SpecialDay"]} == {"CN"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_same_seed_gives_the_same_service(make_crm: Callable[[], Crm], contents: Look, language: Language) -> None:
    def after(seed: int) -> Contents:
        crm = make_crm()
        setup.demo_data(crm, size=12, seed=seed, language=language)
        return {name: some for name, some in contents(crm).items() if name in KINDS}

    first = after(1)
    assert all(first[name] for name in ("ServiceRequest", "ServiceContract", "CareActivity", "SurveyAnswer"))
    assert first == after(1)
    assert first != after(2)
    texts = [one.title + one.request for one in first["ServiceRequest"]]
    assert all(text.isascii() == (language == "en") for text in texts)


def test_both_languages_speak_of_the_same() -> None:
    def shape(value: Any) -> Any:
        if isinstance(value, dict):
            return {name: shape(one) for name, one in value.items()}
        return [shape(one) for one in value] if isinstance(value, list) else type(value)

    assert shape(service_words("zh")) == shape(service_words("en"))


@pytest.mark.requirement("X-SRV-05")
def test_a_company_begins_with_the_standard_when_it_says_so(crm: Crm, contents: Look) -> None:
    setup.install(crm)
    assert contents(crm)["ServiceTarget"] == [], "what is promised is the company's to say"
    made = crm.perform(setup.standard_service, language="en", as_user=SYSTEM)
    assert made.calendar is not None
    assert (made.calendar.name, made.calendar.zone, made.calendar.saturday) == ("Office hours", "", ())
    assert [one.resolve_within for one in made.targets] == [240, 480, 1440, 2400]
    assert {one.watched for one in made.policies} == set(Watched)
    before = contents(crm)
    again = crm.perform(setup.standard_service, as_user=SYSTEM)
    assert (again.calendar, again.targets, again.policies) == (None, (), ())
    assert contents(crm) == before


def test_an_unknown_language_begins_nothing(crm: Crm, contents: Look) -> None:
    wrong: Any = "fr"
    with pytest.raises(Invalid) as refused:
        crm.perform(setup.standard_service, language=wrong, as_user=SYSTEM)
    assert refused.value.fields == {"language"}
    assert contents(crm)["WorkingCalendar"] == []


@pytest.mark.parametrize("minutes", [0.5, 90, 481, 2400])
def test_so_long_ago_is_the_last_instant_since_which_that_much_was_worked(minutes: float, now: dt.datetime) -> None:
    hours = Timetable(zone=SHANGHAI, week=(OFFICE,) * 5 + ((), ()))
    amount, moment = dt.timedelta(minutes=minutes), dt.timedelta(milliseconds=1)
    at = so_long_ago(hours, now, amount)
    assert hours.between(at, now) >= amount > hours.between(at + moment, now)


def test_hours_that_were_never_worked_are_not_looked_for_for_ever(now: dt.datetime) -> None:
    hours = Timetable(zone=SHANGHAI, week=((),) * 7)
    assert so_long_ago(hours, now, dt.timedelta(minutes=1)) == now - dt.timedelta(days=120)
