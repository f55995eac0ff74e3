"""Setting deadlines up: calendars, holidays, targets, escalation policies, skills (X-SRV-02, X-SRV-05)."""

import pytest
from browsing import Browser

from conftest import CUSTOMER, PERSON, Browse, id_of
from crmcore import Crm, agreements, calendars, customers, escalation, service

pytestmark = pytest.mark.parametrize("crm", ["memory", "sqlite"], indirect=True)


@pytest.fixture
def boss(browser: Browse) -> Browser:
    return browser("lihua")


@pytest.mark.requirement("X-SRV-05")
def test_a_calendar_is_made_with_hours_and_special_days(boss: Browser, crm: Crm) -> None:
    assert "There is no calendar yet" in boss.open("/calendars").text
    boss.follow("New calendar")
    assert boss.page.main_form().fields["monday"] == ["09:00-12:00\n13:00-18:00"]
    wrong = {"name": "", "zone": "Asia/Shanghai", "monday": "9 to 5", "tuesday": "12:00-09:00"}
    page = boss.submit("Save calendar", **wrong)
    assert page.status == 422
    assert page.with_id("p-name")
    page = boss.submit("Save calendar", name="总部", zone="Mars/Phobos")
    assert "3 things need your attention" in page.text  # the zone, Monday, Tuesday
    page = boss.submit("Save calendar", zone="", monday="08:30-12:00\n13:00-17:30", tuesday="", saturday="09:00-12:00")
    assert "08:30-12:00, 13:00-17:30" in page.text
    assert "Wednesday to Friday" in page.text
    boss.follow("New special day")
    page = boss.submit("Save day", day="2026-02-30", spans="x")
    assert page.status == 422
    page = boss.submit("Save day", day="2027-01-04", spans="9点到12点")
    assert "9点到12点" in page.text
    assert "spans" not in page.text
    page = boss.submit("Save day", day="2027-01-04", name="盘点", spans="09:00-11:00")
    assert "Special days of 2027" in page.text
    assert "09:00-11:00" in page.text
    boss.follow("Change")
    assert boss.page.main_form().fields["name"] == ["盘点"]
    page = boss.submit("Save day", spans="")
    assert "day off" in page.text
    boss.follow("Remove")
    page = boss.submit("Remove")
    assert "Every day of this year is like its weekday" in page.text
    boss.follow("Retire")
    assert "Retired" in boss.submit("Retire").text


@pytest.mark.requirement("X-SRV-05")
def test_holidays_of_chosen_years_are_taken_over(boss: Browser, crm: Crm) -> None:
    pytest.importorskip("holidays")
    office = crm.perform(calendars.create_calendar, name="总部", as_user="lihua")
    address = f"/calendars/{office.id}?year=2024"
    boss.open(address)
    page = boss.submit("Take over holidays", country="", years=[])
    assert page.status == 422
    assert "2 things need your attention" in page.text
    page = boss.submit("Take over holidays", country="XX", years=["2024"])
    assert "“XX” are not known" in page.text
    page = boss.submit("Take over holidays", country="cn", years=["2024", "2025"])
    assert "Special days of 2024" in page.text
    assert "taken over from CN" in page.text
    assert "2024-02-04 Sunday" in page.text  # worked instead of a day off
    with crm.work(as_user="lihua", readonly=True) as work:
        assert calendars.special_days(work, office.id, 2025)
        assert not calendars.special_days(work, office.id, 2026)


@pytest.mark.requirement("X-SRV-05")
def test_targets_and_policies_are_kept(boss: Browser, crm: Crm) -> None:
    office = crm.perform(calendars.create_calendar, name="总部", as_user="lihua")
    assert "Nothing is promised yet" in boss.open("/targets").text
    boss.follow("New target")
    page = boss.submit("Save target", name="", respond_within="0", calendar="")
    assert page.status == 422
    assert "3 things need your attention" in page.text
    given = {"name": "紧急", "calendar": str(office.id), "priority": "urgent", "respond_within": ""}
    page = boss.submit("Save target", **given)
    assert "say within which time" in page.text
    page = boss.submit("Save target", respond_within="30", resolve_within="240")
    assert "4 h" in page.text
    boss.follow("Edit")
    assert "8 h" in boss.submit("Save target", resolve_within="480").text
    boss.follow("Retire")
    boss.submit("Retire")
    assert boss.page.has_link("Restore")
    boss.follow("Restore")
    assert not boss.submit("Restore").has_link("Restore")
    assert "Nothing is escalated yet" in boss.open("/policies").text
    boss.follow("New policy")
    assert not any(boss.page.main_form().fields[name][0] for name in ("watched", "after", "recipient"))
    page = boss.submit("Save policy", name="只有名称")
    assert page.status == 422
    assert {"p-watched", "p-after", "p-recipient"} <= {facts.get("id") for _, facts in page.tags}
    page = boss.submit("Save policy", name="", after="-1")
    assert "4 things need your attention" in page.text
    watched = escalation.Watched.RESOLUTION.value
    page = boss.submit("Save policy", name="紧急升级", watched=watched, after="60", recipient="user", user="")
    assert page.with_id("p-user")
    page = boss.submit("Save policy", user=str(id_of(crm, "wangwei")))
    assert "王伟" in page.text
    boss.follow("Retire")
    assert "Retired" in boss.submit("Retire").text
    with crm.work(as_user="lihua", readonly=True) as work:
        assert [one.after for one in escalation.policies(work, status=None)] == [60]
        assert [one.resolve_within for one in agreements.all_targets(work)] == [480]


@pytest.mark.requirement("X-SRV-05")
def test_what_is_open_is_planned_anew(boss: Browser, browser: Browse, crm: Crm) -> None:
    customer = crm.perform(customers.create, name="北京华建", contact=PERSON, as_user="wangwei", **CUSTOMER)
    asked = {"type": "complaint", "title": "屏幕坏点", "request": "三块屏幕"}
    crm.perform(service.create, customer=customer.id, **asked, as_user="wangwei")
    crm.perform(escalation.create_policy, name="无人分配", watched=escalation.Watched.ASSIGNMENT, as_user="lihua")
    boss.open("/policies")
    assert "other times for 1 request" in boss.submit("Plan anew").text
    boss.open("/calendars")
    assert "other times for 0 requests" in boss.submit("Plan anew").text
    assert boss.page.path == "/calendars"
    assert escalation.escalate(crm).escalated == 1
    other = browser("wangwei")
    other.open("/")
    assert other.post("/policies/replan", {"csrf_token": other.token()}).status == 403


@pytest.mark.requirement("X-SRV-02")
def test_skills_are_noted_changed_and_removed(boss: Browser, browser: Browse, crm: Crm) -> None:
    page = boss.open("/skills")
    assert "王伟" in page.text
    boss.open(f"/skills/of/{id_of(crm, 'wangwei')}")
    page = boss.submit("Save skill", type="", proficiency="6")
    assert page.status == 422
    assert "2 things need your attention" in page.text
    assert "4 of 5" in boss.submit("Save skill", type="complaint", proficiency="4").text
    boss.follow("Change")
    assert "5 of 5" in boss.submit("Save skill", proficiency="5").text
    boss.follow("Remove")
    assert "5 of 5" not in boss.submit("Remove").text
    assert boss.open(f"/skills/of/{id_of(crm, 'gaojianguo')}").status == 403
    for path in ("/skills", "/calendars", "/targets", "/policies", "/policies/new", "/targets/new", "/calendars/new"):
        assert browser("wangwei").open(path).status == 403, path
        assert browser("admin").open(path).status == 200, path
