"""Service requests on the pages: the five lists, the page of a request, and every step with what is refused."""

from collections.abc import Callable
from urllib.parse import quote

import pytest
from browsing import Browser

from conftest import CUSTOMER, PERSON, Browse, id_of
from crmcore import Crm, agreements, calendars, customers, service
from crmcore.customers import Customer
from crmcore.service import ServiceRequest, ServiceStatus

pytestmark = pytest.mark.parametrize("crm", ["sqlite"], indirect=True)
FIELDS = {"type": "complaint", "title": "显示器有亮点", "request": "三台显示器有亮点，请更换。"}
File = Callable[..., ServiceRequest]


@pytest.fixture
def customer(crm: Crm) -> Customer:
    """One of 王伟's customers."""
    return crm.perform(customers.create, name="北京华建", contact=PERSON, as_user="wangwei", **CUSTOMER)


@pytest.fixture
def file(crm: Crm, customer: Customer) -> File:
    """File a request as far as a test needs it."""

    def make(to: str = "", **more: str) -> ServiceRequest:
        made = crm.perform(service.create, customer=customer.id, as_user="wangwei", **{**FIELDS, **more})
        return crm.perform(service.assign, made.id, to=to, as_user="lihua") if to else made

    return make


def now(crm: Crm, it: ServiceRequest) -> ServiceRequest:
    with crm.work(as_user="lihua", readonly=True) as work:
        return work.service_requests.get(it.id)


@pytest.mark.requirement("SVC-00", "SVC-01", "SVC-03", "SVC-04", "SVC-05", "SVC-06", "SVC-07", "X-SRV-08")
def test_a_complaint_goes_round_until_the_customer_is_satisfied(browser: Browse, crm: Crm, customer: Customer) -> None:
    one, boss = browser("wangwei"), browser("lihua")
    one.open("/service/creation")
    one.follow("File a request")
    page = one.follow("北京华建")
    assert "New" in page.text
    assert "王伟" in page.text
    page = one.submit("Save request", type="", title="", request=" ")
    assert page.status == 422
    assert {"p-type", "p-title", "p-request"} <= {facts.get("id") for _, facts in page.tags}
    contact = page.main_form("Save request").choices["contact"][-1]
    page = one.submit("Save request", contact=contact, channel="phone", **FIELDS)
    assert "刘经理" in page.text
    assert "010-62345670" in page.text
    assert "显示器有亮点" in one.open("/service/creation").text

    page = boss.open("/service/assignment?title=亮点")
    (form,) = [each for each in page.forms if each.action.endswith("/assign")]
    assert id_of(crm, "wangwei").hex in {choice.replace("-", "") for choice in form.choices["assignee"]}
    sent = {**form.fields, "assignee": str(id_of(crm, "zhangmin"))}
    assert "Assigned to 张敏" in boss.post(form.action, sent).text
    assert boss.page.path == f"/service/assignment?title={quote('亮点')}"
    assert boss.post(form.action, sent).status == 403

    other = browser("zhangmin")
    assert "显示器有亮点" not in one.open("/service/handling").text
    other.open("/service/handling")
    other.follow("Handle")
    other.follow("Back")
    assert other.follow("Back").path == "/service/handling"
    other.follow("Handle")
    assert "三台显示器有亮点，请更换。" in other.page.text
    assert other.submit("Save handling", handling=" ").status == 422
    assert "Handling saved" in other.submit("Save handling", handling="换了两台").text
    other.open("/service/feedback")
    other.follow("Record feedback")
    page = other.submit("Save feedback", result="")
    assert page.status == 422
    assert {"p-result", "p-satisfaction"} <= {facts.get("id") for _, facts in page.tags}
    page = other.submit("Save feedback", result="还有一台没换", satisfaction="2")
    assert "handled again" in page.text
    assert "★★☆☆☆" in page.text
    assert "Round 2" in page.text
    other.follow("Handle")
    assert "还有一台没换" in other.page.text
    other.submit("Save handling", handling="第三台也换了")
    other.follow("Record feedback")
    page = other.submit("Save feedback", result="都好了", satisfaction="5")
    assert "archived" in page.text
    assert "换了两台" in page.text
    assert "★★★★★" in one.open("/service/archive").text


@pytest.mark.requirement("SVC-02", "X-SRV-05")
def test_lists_are_narrowed_and_what_means_nothing_is_ignored(browser: Browse, file: File) -> None:
    it = file()
    file("zhangmin", title="打印机卡纸", type="suggestion")
    boss = browser("lihua")
    today = it.created_at.date().isoformat()
    for narrowed in (
        "customer_name=华建",
        "title=亮点",
        "type=complaint",
        "created_from=2020-01-01",
        f"number={it.number}",
    ):
        assert it.number in boss.open(f"/service/assignment?{narrowed}").text, narrowed
    for narrowed in (
        "customer_name=远洋",
        "created_to=2020-01-01",
        "type=suggestion",
        "priority=urgent",
        "returned=yes",
    ):
        assert it.number not in boss.open(f"/service/assignment?{narrowed}").text, narrowed
    assert it.number in boss.open(f"/service/assignment?type=nonsense&created_from=x&created_to={today}x").text
    assert it.number not in boss.open("/service/archive").text
    assert it.number in boss.open("/service/archive?status=all").text
    assert "打印机卡纸" not in boss.open("/service/archive?status=new").text
    assert "打印机卡纸" in boss.open("/service/archive?status=assigned").text
    assert "Nothing is overdue" in boss.open("/service/overdue").text


@pytest.mark.requirement("X-SRV-02", "X-SRV-09")
def test_proposals_say_why_and_a_request_is_handed_over(browser: Browse, crm: Crm, file: File) -> None:
    crm.perform(agreements.set_skill, id_of(crm, "zhangmin"), type="complaint", proficiency=4, as_user="lihua")
    it, boss = file(), browser("lihua")
    page = boss.open(f"/service/{it.id}/assign")
    assert page.main_form("Assign").choices["assignee"][0] == str(id_of(crm, "zhangmin"))
    with crm.work(as_user="lihua", readonly=True) as work:
        assert all(one.explain("en") in page.text for one in agreements.proposals(work, it.id))
    assert boss.submit("Assign").status == 422
    boss.submit("Assign", assignee=str(id_of(crm, "wangwei")))
    boss.open(f"/service/{it.id}")
    boss.follow("Hand over")
    page = boss.submit("Hand over", assignee=str(id_of(crm, "zhangmin")))
    assert "Handed over to 张敏" in page.text
    assert now(crm, it).assignee == id_of(crm, "zhangmin")
    assert browser("wangwei").open(f"/service/{it.id}/handle").status == 403


@pytest.mark.requirement("X-SRV-05", "X-SRV-09")
def test_notes_and_waiting_for_the_customer(browser: Browse, crm: Crm, file: File) -> None:
    week = dict.fromkeys(
        ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"), ("00:00-24:00",)
    )
    open_always = crm.perform(calendars.create_calendar, name="24/7", as_user="lihua", **week)
    crm.perform(
        agreements.create_target,
        name="all",
        calendar=open_always.id,
        respond_within=60,
        resolve_within=600,
        as_user="lihua",
    )
    it, one = file("zhangmin"), browser("zhangmin")
    page = one.open(f"/service/{it.id}")
    assert "In time" in page.text
    assert "59 min of working time left" in page.text
    one.follow("Add note")
    assert one.submit("Save note", text="", audience="").status == 422
    one.submit("Save note", text="内部：查库存", audience="internal")
    assert now(crm, it).responded_at is None
    one.follow("Wait for the customer")
    page = one.submit("Ask and stop the clock", text="是哪三台？")
    assert "Waiting for the customer" in page.text
    assert "For colleagues only" in page.text
    assert "To the customer" in page.text
    assert now(crm, it).waiting_since is not None
    one.follow("Customer has answered")
    page = one.submit("Go on")
    assert now(crm, it).waiting_since is None
    assert "First answer took" in page.text
    assert "Handling took" not in page.text
    with crm.work(as_user="lihua", readonly=True) as work:
        (target,) = agreements.all_targets(work)
    crm.perform(agreements.retire_target, target.id, as_user="lihua")
    other = file("zhangmin", title="没有时限")
    assert "Handling took" not in one.open(f"/service/{other.id}").text
    crm.perform(service.handle, other.id, "已更换。", as_user="zhangmin")
    page = one.open(f"/service/{other.id}")
    assert "Nothing was promised" in page.text
    assert "0 h 0 min" in page.text[page.text.index("Handling took") :]


@pytest.mark.requirement("X-SRV-09")
def test_a_file_is_recorded_with_where_it_is_kept(browser: Browse, crm: Crm, file: File) -> None:
    it, one = file("zhangmin"), browser("zhangmin")
    one.open(f"/service/{it.id}")
    one.follow("Record a file")
    page = one.submit("Record file", file_name="", size="-1")
    assert page.status == 422
    assert {"p-file_name", "p-size"} <= {facts.get("id") for _, facts in page.tags}
    page = one.submit("Record file", file_name="亮点.jpg", size="20480", location="//files/service/亮点.jpg")
    assert page.path == f"/service/{it.id}"
    assert "亮点.jpg" in page.text
    assert "20,480" in page.text
    assert "//files/service/亮点.jpg" in page.text
    assert browser("gaojianguo").open(f"/service/{it.id}/files/new").status == 403


@pytest.mark.requirement("X-SRV-09")
def test_requests_are_merged_parted_deleted_and_opened_again(browser: Browse, crm: Crm, file: File) -> None:
    it, same, boss = file("wangwei"), file(title="亮点再报"), browser("lihua")
    boss.open(f"/service/{it.id}/merge")
    assert boss.submit("Merge").status == 422
    assert "Merged" in boss.submit("Merge", absorbed=str(same.id)).text
    assert now(crm, same).merged_into == it.id
    assert it.number in boss.open(f"/service/{same.id}").text
    boss.open(f"/service/{it.id}")
    boss.follow("Undo merge")
    boss.submit("Undo merge")
    assert now(crm, same).status is ServiceStatus.NEW
    assert f"Delete request {same.number}" in boss.open(f"/service/{same.id}/delete").text
    boss.submit("Delete request")
    assert boss.open(f"/service/{same.id}").status == 404
    crm.perform(service.handle, it.id, "换了", as_user="wangwei")
    crm.perform(service.feedback, it.id, result="好", satisfaction=4, as_user="wangwei")
    boss.open(f"/service/{it.id}")
    boss.follow("Open again")
    assert boss.submit("Open again", reason=" ").status == 422
    page = boss.submit("Open again", reason="又有亮点")
    assert "又有亮点" in page.text
    assert now(crm, it).round == 2


@pytest.mark.requirement("SVC-01")
def test_who_may_what(browser: Browse, crm: Crm, customer: Customer, file: File) -> None:
    it = file()
    for name, paths in {
        "admin": ("/service/creation", "/service/archive", f"/service/{it.id}"),
        "wangwei": (
            "/service/assignment",
            f"/service/{it.id}/assign",
            f"/service/{it.id}/handle",
            f"/service/{it.id}/edit",
        ),
        "lihua": ("/service/handling", "/service/new", f"/customers/{customer.id}/service/new"),
    }.items():
        one = browser(name)
        assert [one.open(path).status for path in paths] in ([403] * len(paths), [403, 403, 404]), name
    stranger = browser("zhangmin")
    assert stranger.open(f"/service/{it.id}").status == 404
    assert stranger.open(f"/customers/{customer.id}/service/new").status in {403, 404}
    boss = browser("gaojianguo")
    assert boss.open(f"/service/{it.id}").status == 200
    assert boss.open(f"/service/{it.id}/note").status == 403
    assert "显示器有亮点" in browser("wangwei").open(f"/service/of-customer/{customer.id}").text


@pytest.mark.requirement("GEN-12")
def test_whoever_is_slower_is_told_and_keeps_what_was_typed(browser: Browse, crm: Crm, file: File) -> None:
    it, one = file("wangwei"), browser("wangwei")
    one.open(f"/service/{it.id}/handle")
    crm.perform(service.note, it.id, "先打电话", internal=False, as_user="lihua")
    page = one.submit("Save handling", handling="换了三台")
    assert page.status == 409
    assert "换了三台" in page.main_form("Save handling").fields["handling"][0]
    assert "Handling saved" in one.submit("Save handling").text
    assert one.page.status == 200
    assert now(crm, it).handled_at is not None


@pytest.mark.requirement("X-SRV-03")
def test_articles_are_suggested_while_typing(browser: Browse) -> None:
    one: Browser = browser("wangwei")
    answer = one.client.get("/service/articles?q=亮点")
    assert answer.get_json() == {"articles": []}
    assert browser("admin").client.get("/service/articles?q=亮点").status_code in {200, 403}
