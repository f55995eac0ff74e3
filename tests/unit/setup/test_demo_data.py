import datetime as dt
import itertools
import random
import re
from collections import Counter, defaultdict
from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

import attrs
import pytest

from crmcore import access, setup
from crmcore.access.actor import SYSTEM
from crmcore.access.entity import ACCOUNT_MANAGER, ADMINISTRATOR, EXECUTIVE, SALES_SUPERVISOR
from crmcore.access.rules import NoPermission
from crmcore.access.signing_in import LogInFailed
from crmcore.base.errors import Invalid
from crmcore.customers.rules import REQUIRED_OF_CUSTOMERS, unfilled
from crmcore.dictionary.entity import SystemParameter
from crmcore.dictionary.parameters import PROOF_REQUIRED
from crmcore.i18n import LANGUAGES, Language
from crmcore.opportunities.entity import OpportunityStatus
from crmcore.setup import sample
from crmcore.setup.companies import Companies
from crmcore.setup.hours import OfficeHours, workday
from crmcore.setup.staff import staff_for
from crmcore.setup.stories import Stories
from crmcore.setup.words import words_of
from crmcore.storage.action import SYSTEM_ONLY, action
from crmcore.storage.crm import Crm
from crmcore.storage.history import broken_links
from crmcore.storage.records import Operation
from crmcore.storage.sealing import seal
from crmcore.storage.work import Work

Contents = dict[str, list[Any]]
Look = Callable[[Crm], Contents]
PASSWORD = "sample sample"
SHANGHAI = ZoneInfo("Asia/Shanghai")
NUMBERS = {"zh": r"16900\d{6}|0\d{2,3}-16\d{6}", "en": r"01632 960\d{3}|07700 900\d{3}"}
"""Ranges that reach nobody."""


@pytest.fixture(params=["acted out", "written down"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Both ways in which sample data are put in, whatever the size."""
    monkeypatch.setattr(sample, "_ACTED_OUT", 10**9 if request.param == "acted out" else 0)
    return str(request.param)


@pytest.fixture
def filled(crm: Crm, way: str) -> Crm:
    setup.demo_data(crm, size=60, password=PASSWORD)
    return crm


@action(SYSTEM_ONLY)
def want_proof(work: Work) -> None:
    work.parameters.add(SystemParameter(id=PROOF_REQUIRED.id, key=PROOF_REQUIRED.key, value="yes"))


def test_opportunities_are_in_all_four_states(filled: Crm, contents: Look) -> None:
    found = Counter(one.status for one in contents(filled)["Opportunity"])
    assert found == {
        OpportunityStatus.UNASSIGNED: 9,
        OpportunityStatus.ASSIGNED: 18,
        OpportunityStatus.WON: 21,
        OpportunityStatus.LOST: 12,
    }


@pytest.mark.parametrize("size", [1, 2, 4, 7, 20, 33])
def test_any_size_will_do(crm: Crm, contents: Look, size: int) -> None:
    seen: list[tuple[int, int]] = []
    done = setup.demo_data(crm, size=size, progress=lambda *figures: seen.append(figures))
    assert done.size == size == len(contents(crm)["Opportunity"])
    assert len(done.opportunities) == min(size, 4)
    assert seen[-1] == (size, size)


def test_progress_is_told_as_it_goes(crm: Crm) -> None:
    seen: list[tuple[int, int]] = []
    setup.demo_data(crm, size=501, progress=lambda *figures: seen.append(figures))
    assert seen == [(250, 501), (500, 501), (501, 501)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_same_seed_gives_the_same_records(
    make_crm: Callable[[], Crm], contents: Look, language: Language, way: str
) -> None:
    def filled(seed: int) -> Contents:
        crm = make_crm()
        setup.demo_data(crm, size=25, seed=seed, language=language)
        kinds = ("User", "Opportunity", "PlanItem", "Customer", "Contact")
        return {name: found for name, found in contents(crm).items() if name in kinds}

    assert filled(1) == filled(1)
    assert filled(1) != filled(2)


def business(found: Contents) -> dict[str, list[dict[str, Any]]]:
    """What the records say, with names in place of ids, and without versions."""
    names = {one.id: one.name for one in found["User"]}
    names |= {one.id: one.number for one in (*found["Opportunity"], *found["Customer"])}

    def said(record: Any) -> dict[str, Any]:
        values = attrs.asdict(record, recurse=False)
        return {name: names.get(value, value) for name, value in values.items() if name not in {"id", "version"}}

    kinds = ("Opportunity", "PlanItem", "Customer", "Contact")
    return {kind: sorted(map(said, found[kind]), key=repr) for kind in kinds}


def test_what_is_written_down_is_what_the_actions_do(
    make_crm: Callable[[], Crm], contents: Look, monkeypatch: pytest.MonkeyPatch
) -> None:
    acted, written = make_crm(), make_crm()
    setup.demo_data(acted, size=80)
    monkeypatch.setattr(sample, "_ACTED_OUT", 0)
    setup.demo_data(written, size=80)
    assert business(contents(acted)) == business(contents(written))
    told = [deeds(contents(one)) for one in (acted, written)]
    assert told[0] == told[1]


def deeds(found: Contents) -> list[tuple[Any, ...]]:
    """Who did what when to what, without the records that were only touched."""
    business = {one for one in found["ChangeRecord"] if one.changes != "{}" and one.actor_name != "system"}
    return sorted((one.at, one.actor_name, one.action, one.entity, one.operation.value) for one in business)


@pytest.mark.requirement("NFR-13")
def test_every_version_has_its_change_record(filled: Crm, contents: Look) -> None:
    found = contents(filled)
    records = defaultdict(list)
    for one in found["ChangeRecord"]:
        records[one.entity, one.entity_id].append(one)
    kinds = {"User": "user", "Opportunity": "opportunity", "PlanItem": "plan_item", "Customer": "customer"}
    for kind, name in {**kinds, "Contact": "contact", "Credential": "credential"}.items():
        assert found[kind]
        for entity in found[kind]:
            chain = sorted(records[name, entity.id], key=lambda one: one.entity_version)
            assert [one.entity_version for one in chain] == list(range(1, entity.version + 1))
            assert list(broken_links(chain)) == []
            assert [one.at for one in chain] == sorted(one.at for one in chain)
            assert chain[0].operation is Operation.CREATED


def test_nobody_else_is_told(filled: Crm, contents: Look) -> None:
    assert contents(filled)["OutboxMessage"] == []


@pytest.mark.requirement("2.3", "OPP-02", "OPP-10", "OPP-11", "16.10")
def test_the_records_keep_the_rules(filled: Crm, contents: Look) -> None:
    found = contents(filled)
    users = {one.id: one for one in found["User"]}
    roles = {one.id: one.code for one in found["Role"]}
    role_of = {id_: roles[user.roles[0]] for id_, user in users.items()}
    customers = {one.id: one for one in found["Customer"]}
    for one in found["Opportunity"]:
        assert role_of[one.created_by] in {ACCOUNT_MANAGER, SALES_SUPERVISOR}
        dispatched = one.status is not OpportunityStatus.UNASSIGNED
        assert (one.assignee is not None) == (one.assigned_at is not None) == dispatched
        assert not dispatched or role_of[one.assignee] == ACCOUNT_MANAGER
        assert (one.closed_at is not None) == (one.status in {OpportunityStatus.WON, OpportunityStatus.LOST})
        assert (one.customer is not None) == (one.status is OpportunityStatus.WON) == bool(one.proof)
        if one.customer is not None:
            customer = customers[one.customer]
            assert (customer.name, customer.manager) == (one.customer_name, one.assignee)
            contacts = [each for each in found["Contact"] if each.customer == customer.id]
            assert one.contact_name  # every customer has at least one contact (CON-03)
            assert [each.name for each in contacts] == [one.contact_name]
    assert len({one.number for one in (*found["Opportunity"], *customers.values())}) == 60 + 21
    states = {one.id: one.status for one in found["Opportunity"]}
    assert all(states[item.opportunity] is not OpportunityStatus.UNASSIGNED for item in found["PlanItem"])


def test_customers_have_full_forms(filled: Crm, contents: Look) -> None:
    regions = {one.code for one in contents(filled)["DictionaryEntry"] if one.category == "region"}
    for one in contents(filled)["Customer"]:
        assert one.region in regions
        assert one.level in "12345"
        filled_in = attrs.asdict(one)
        assert unfilled("customer", filled_in, (*REQUIRED_OF_CUSTOMERS, "licence_no", "local_tax_no")) == []


def test_times_are_plausible(filled: Crm, contents: Look, now: dt.datetime) -> None:
    found = contents(filled)
    items = defaultdict(list)
    for item in found["PlanItem"]:
        items[item.opportunity].append(item)
    for one in found["Opportunity"]:
        times = [each for each in (one.created_at, one.assigned_at, one.closed_at) if each is not None]
        assert times == sorted(set(times))
        assert now - dt.timedelta(days=367) < times[0]
        assert times[-1] < now
        assert all(each.astimezone(SHANGHAI).weekday() < 5 for each in times)
        assert all(each.plan_date >= one.assigned_at.astimezone(SHANGHAI).date() for each in items[one.id])
        if one.closed_at is not None:
            last = one.closed_at.astimezone(SHANGHAI).date()
            assert all(each.plan_date <= last for each in items[one.id])
    hired = {one.created_at for one in found["User"]}
    assert max(hired) < min(one.created_at for one in found["Opportunity"])
    assert max(one.at for one in found["ChangeRecord"]) <= now


def test_ids_follow_the_story(filled: Crm, contents: Look) -> None:
    for kind in ("Opportunity", "Customer"):
        times = [one.created_at for one in contents(filled)[kind]]
        assert times == sorted(times)


@pytest.mark.requirement("RBA-02", "RBA-03", "RBA-05")
def test_there_is_staff_for_every_role(filled: Crm, contents: Look) -> None:
    staff = Counter(one.role for one in staff_for(words_of("zh"), 60))
    assert staff == {SALES_SUPERVISOR: 2, ACCOUNT_MANAGER: 4, EXECUTIVE: 1, ADMINISTRATOR: 1}
    managers = [one for one in contents(filled)["User"] if one.territory]
    assert len(managers) == 4
    assert all(one.speciality for one in managers)


def test_everybody_can_log_in_with_the_password(filled: Crm) -> None:
    for one in staff_for(words_of("zh"), 60):
        signed_in = access.log_in(filled, one.name, PASSWORD)
        assert not signed_in.must_change
        with filled.work(as_user=one.name, readonly=True) as work:
            assert work.actor.roles == {one.role}


def test_without_a_password_nobody_can(crm: Crm, contents: Look) -> None:
    setup.demo_data(crm, size=4)
    assert contents(crm)["Credential"] == []
    with pytest.raises(LogInFailed):
        access.log_in(crm, "lihua", PASSWORD)


@pytest.mark.parametrize(("size", "managers", "supervisors"), [(1, 3, 2), (600, 13, 3), (10**6, 40, 6)])
def test_staff_grows_with_the_company(size: int, managers: int, supervisors: int) -> None:
    for language in LANGUAGES:
        staff = Counter(one.role for one in staff_for(words_of(language), size))
        assert (staff[ACCOUNT_MANAGER], staff[SALES_SUPERVISOR]) == (managers, supervisors)


def test_colleagues_who_are_there_keep_their_names(crm: Crm, contents: Look) -> None:
    setup.install(crm, administrator="lihua", password=PASSWORD)
    done = setup.demo_data(crm, size=4)
    names = [one.name for one in done.staff]
    assert "lihua2" in names
    assert ADMINISTRATOR not in {one.role for one in done.staff}
    assert {one.name for one in contents(crm)["User"]} == {"lihua", *names}


@pytest.mark.requirement("16.5")
def test_a_company_that_wants_proof_gets_it(crm: Crm, way: str) -> None:
    crm.perform(want_proof, as_user=SYSTEM)
    assert setup.demo_data(crm, size=20).opportunities[OpportunityStatus.WON] == 7


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"size": 0}, "size"),
        ({"size": -1}, "size"),
        ({"size": 10**7 + 1}, "size"),
        ({"language": "fr"}, "language"),
        ({"password": "short"}, "password"),
        ({"password": "lihua"}, "password"),
    ],
)
def test_a_wrong_wish_is_refused_before_anything_is_written(
    crm: Crm, contents: Look, wrong: dict[str, Any], field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        setup.demo_data(crm, **wrong)
    assert refused.value.fields == {field}
    assert not any(contents(crm).values())


@pytest.mark.parametrize("lang", LANGUAGES)
def test_records_that_are_there_are_not_mixed_with_sample_data(crm: Crm, contents: Look, lang: Language) -> None:
    setup.demo_data(crm, size=3)
    before = contents(crm)
    with pytest.raises(setup.NotEmpty) as refused:
        setup.demo_data(crm, size=3)
    assert refused.value.explain(lang) != "error.sample.not_empty"
    assert contents(crm) == before


def test_a_sealed_store_takes_none(crm: Crm) -> None:
    setup.install(crm)
    assert seal(crm, lag=dt.timedelta()) is not None
    with pytest.raises(setup.NotEmpty):
        setup.demo_data(crm, size=3)


def test_english_companies_are_in_regions_of_their_own(crm: Crm, contents: Look) -> None:
    setup.demo_data(crm, size=40, language="en")
    found = contents(crm)
    regions = {one.code: one for one in found["DictionaryEntry"] if one.category == "region"}
    assert regions["scotland"].label_zh == "苏格兰"
    assert {one.region for one in found["Customer"]} <= {
        "london",
        "south_england",
        "midlands",
        "north_england",
        "scotland",
    }
    texts = [one.title + one.description for one in found["Opportunity"]]
    assert all(one.isascii() for one in (text.replace("£", "") for text in texts))
    assert {one.language for one in found["User"]} == {"en"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_telephone_rings_and_no_page_opens(crm: Crm, contents: Look, language: Language) -> None:
    setup.demo_data(crm, size=100, language=language)
    found = contents(crm)
    numbers = {one.contact_phone for one in found["Opportunity"]} | {one.mobile for one in found["Contact"]}
    numbers |= {number for one in found["Customer"] for number in (one.phone, one.fax)}
    assert [one for one in numbers - {""} if not re.fullmatch(NUMBERS[language], one)] == []
    assert all(one.website.endswith(".example") for one in found["Customer"])
    assert all(one.email.endswith("@example.com") for one in found["User"])


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_company_comes_twice(language: Language) -> None:
    words = words_of(language)
    companies = Companies(words, random.Random(1))
    brands = len(words.brands[0]) * len(words.brands[1])
    everyone = brands * len(words.trades) * len(words.lists["forms"])
    places = itertools.chain(range(brands * 20), range(everyone - 500, everyone + 500), range(10**7 - 500, 10**7))
    names = Counter(companies.company(place).name.casefold() for place in {*places})
    assert names.most_common(1)[0][1] == 1
    assert max(map(len, names)) <= 100


@pytest.mark.parametrize("language", LANGUAGES)
def test_millions_of_stories_are_told_one_at_a_time(language: Language, now: dt.datetime) -> None:
    staff = staff_for(words_of(language), 10**7)
    stories = Stories(words_of(language), staff, size=10**7, seed=1, now=now, zone=SHANGHAI)
    some = list(itertools.islice(stories, 40))
    assert [one.index for one in some] == list(range(40))
    for story in some:
        times = [happening.at for happening in story.happenings]
        assert times == sorted(times)


def test_early_on_a_monday_the_newest_records_are_of_friday() -> None:
    monday = dt.datetime(2026, 11, 16, 5, 0, tzinfo=SHANGHAI)
    hours = OfficeHours(monday, SHANGHAI, random.Random(1))
    newest = [hours.ago(0.05) for _ in range(20)]
    assert {one.astimezone(SHANGHAI).date() for one in newest} == {dt.date(2026, 11, 13)}


def test_where_office_hours_leave_no_time_it_happens_at_once() -> None:
    night = dt.datetime(2026, 11, 18, 23, 0, tzinfo=SHANGHAI)
    hours = OfficeHours(night + dt.timedelta(hours=3), SHANGHAI, random.Random(1))
    found = hours.between(night, night + dt.timedelta(hours=2))
    assert night < found < night + dt.timedelta(hours=2)


@pytest.mark.parametrize("day", [dt.date(2026, 11, 14), dt.date(2026, 11, 15), dt.date(2026, 11, 13)])
def test_nobody_works_at_the_weekend(day: dt.date) -> None:
    assert workday(day) == dt.date(2026, 11, 13)


def test_sample_people_have_no_rights_beyond_their_roles(filled: Crm, contents: Look) -> None:
    unassigned = next(one for one in contents(filled)["Opportunity"] if one.status is OpportunityStatus.UNASSIGNED)
    with filled.work(as_user="gaojianguo", readonly=True) as work, pytest.raises(NoPermission):
        work.opportunities.get(unassigned.id)
