"""The sales process through forms, without JavaScript: evaluating, moving, activities, stages, targets, snapshots."""

import datetime as dt
import uuid
from decimal import Decimal

import pytest
from selling import DAY, of_selling, stages_of

from conftest import Browse, Chance, id_of
from crmcore import SYSTEM, Crm, opportunities, pipeline, targets
from crmcore.opportunities.entity import ActivityProgress, Opportunity, OpportunityId
from crmcore.pipeline import ForecastCategory
from crmcore.storage.records import ChangeRecord

pytestmark = pytest.mark.parametrize("crm", ["sqlite"], indirect=True)
HOSTILE = ["", "x", "\x00", "1" * 4000, "<script>", "-1", "'; drop table", str(uuid.UUID(int=0))]


def stored(crm: Crm, id_: uuid.UUID) -> Opportunity:
    with crm.work(as_user="lihua", readonly=True) as work:
        return work.opportunities.get(OpportunityId(id_))


@pytest.mark.requirement("X-OPP-01", "X-OPP-02", "X-OPP-03", "X-OPP-06")
def test_an_opportunity_is_evaluated_and_goes_through_the_stages(browser: Browse, chance: Chance, crm: Crm) -> None:
    stages = stages_of(crm)
    it = chance("wangwei")
    one = browser("wangwei")
    page = one.open(f"/progress/{it.id}")
    assert "First contact" in page.text
    assert "has to be filled in before the stage “Offer”" in page.text, "why it can't go there"
    one.open(f"/progress/{it.id}/move?to={stages[2].id}")
    page = one.submit("Change stage", to=str(stages[2].id))
    assert page.status == 422
    assert "has to be filled in" in page.text
    one.follow("Evaluate")
    page = one.submit("Save evaluation", expected_amount="-1", category="closed")
    assert page.status == 422
    page = one.submit("Save evaluation", expected_amount="1500000", expected_on=DAY.isoformat(), category="commit")
    assert "1,500,000.00 CNY" in page.text
    assert "Large" in page.text
    assert stored(crm, it.id).category is ForecastCategory.COMMIT
    one.follow("Advance to “Offer”")
    assert "stage was changed" in one.submit("Change stage").text
    one.follow("Send back to “Need confirmed”")
    page = one.submit("Change stage")
    assert page.status == 422, "going back needs a reason"
    page = one.submit("Change stage", reason="Another person is in charge")
    assert "Another person is in charge" in page.text
    assert stored(crm, it.id).stage == stages[1].id
    assert "北京华建" in one.open("/process/large").text
    page = one.open(f"/process?stage={stages[1].id}&category=pipeline&expected_from=2030-01-01&expected_to=2030-12-31")
    assert "北京华建" in page.text
    assert "北京华建" not in one.open(f"/process?stage={stages[2].id}").text
    assert "北京华建" not in browser("zhangmin").open("/process").text


@pytest.mark.requirement("X-OPP-02")
def test_whoever_is_slower_sees_that_it_was_moved(browser: Browse, chance: Chance, crm: Crm) -> None:
    stages = stages_of(crm)
    it = chance("wangwei")
    crm.perform(opportunities.evaluate, it.id, expected_amount=Decimal(5), expected_on=DAY, as_user="wangwei")
    one = browser("wangwei")
    one.open(f"/progress/{it.id}/move?to={stages[1].id}")
    crm.perform(pipeline.move, it.id, to=stages[2].id, as_user="wangwei")
    assert one.submit("Change stage").status == 409
    assert stored(crm, it.id).stage == stages[2].id


@pytest.mark.requirement("X-OPP-07")
def test_an_activity_is_planned_followed_and_done(browser: Browse, chance: Chance, crm: Crm) -> None:
    it = chance("wangwei")
    one = browser("wangwei")
    one.open(f"/progress/{it.id}")
    one.follow("Plan activity")
    assert one.submit("Save activity").status == 422
    page = one.submit("Save activity", kind="visit", planned_on="2030-01-02", content="Show the model")
    assert "Show the model" in page.text
    one.follow("Progress Show the model")
    assert one.submit("Save progress", progress=" ").status == 422
    assert "Appointment made" in one.submit("Save progress", progress="Appointment made").text
    one.follow("Done Show the model")
    assert one.submit("Save result", result="They want it", done_on="2999-01-01").status == 422
    assert one.submit("Save result", result="They want it", done_on="yesterday").status == 422
    page = one.submit("Save result", result="They want it", done_on="2020-01-02")
    assert "They want it" in page.text
    (done,) = crm.perform(opportunities.activities_of, it.id, as_user="wangwei")
    assert done.state is ActivityProgress.DONE
    page = browser("lihua").open("/activities?state=done&kind=visit")
    assert "Show the model" in page.text
    assert not page.has_link("Done")


@pytest.mark.requirement("X-OPP-03")
def test_the_process_is_defined_ordered_and_retired(browser: Browse, crm: Crm) -> None:
    one = browser("admin")
    assert "There are no stages yet" in one.open("/stages").text
    assert "Negotiation" in one.submit("Use the usual five stages").text
    one.follow("New stage")
    page = one.submit("Save stage", name="Trial", probability="101", category="closed")
    assert page.status == 422
    page = one.submit("Save stage", name="Trial", probability="60", category="best_case", needed=["expected_on"])
    assert "Trial" in page.text
    made = crm.perform(pipeline.stages, as_user="lihua")[-1]
    assert (made.name, made.needed) == ("Trial", ("expected_on",))
    one.post("/stages/order", {"up": str(made.id), "csrf_token": one.token()})
    assert [each.name for each in crm.perform(pipeline.stages, as_user="lihua")][-2:] == ["Trial", "Contract"]
    one.open(f"/stages/{made.id}/retire")
    one.submit("Retire this stage")
    assert "Trial" not in [each.name for each in crm.perform(pipeline.stages, as_user="lihua")]
    for wrong in HOSTILE:
        one.post("/stages/order", {"up": wrong, "csrf_token": one.token()})
    assert len(crm.perform(pipeline.stages, as_user="lihua")) == 5
    assert browser("wangwei").open("/stages").status == 403


@pytest.mark.requirement("X-TGT-01", "X-TGT-02")
def test_a_year_is_planned_and_removed_with_its_parts(browser: Browse, crm: Crm) -> None:
    one = browser("lihua")
    one.open("/sales-targets/plan")
    whose = str(id_of(crm, "wangwei"))
    for weights in ("1 2", "a b c d", "-1 1 1 1", "9" * 90):
        assert one.submit("Plan the year", year="2030", user=whose, amount="1000", weights=weights).status == 422
    page = one.submit("Plan the year", year="2030", user=whose, amount="1000000", weights="2 3 2 3")
    for words in ("2030 Q1", "200,000.00", "300,000.00", "王伟"):
        assert words in page.text, words
    assert "1,000,000.00" in browser("wangwei").open("/sales-targets?span=year&year=2030").text
    assert "1,000,000.00" not in browser("zhangmin").open("/sales-targets").text
    whole = next(t for t in crm.perform(targets.targets, as_user="lihua").rows if t.part_of is None)
    one.open(f"/sales-targets/{whole.id}/edit")
    assert "1,000,500.00" in one.submit("Save target", amount="1000500").text
    one.open(f"/sales-targets/{whole.id}/delete")
    one.submit("Remove this target")
    assert crm.perform(targets.targets, as_user="lihua").total == 0
    one.open("/sales-targets/new")
    page = one.submit("Save target", span="quarter", starts_on="2030-02-01", amount="1")
    assert page.status == 422
    assert "first day of the period" in page.text
    assert "Company" in one.submit("Save target", span="quarter", starts_on="2030-04-01", number="3").text


@pytest.mark.requirement("X-TGT-01")
def test_a_snapshot_is_taken_once_and_stays(browser: Browse, chance: Chance, crm: Crm) -> None:
    ids = of_selling(crm, chance("wangwei").id)
    one = browser("lihua")
    one.open("/snapshots/take")
    assert one.submit("Take snapshot", name="n" * 51).status == 422
    page = one.submit("Take snapshot", name="Month end")
    assert "Month end" in page.text
    assert "2,000,000.00" in page.text
    one.open("/snapshots/take")
    assert "already" in one.submit("Take snapshot", name="Month end").text
    assert crm.perform(pipeline.snapshots, as_user="lihua").total == 2
    assert "北京华建" not in browser("zhangmin").open(f"/snapshots/{ids['snapshots']}").text
    assert "2,000,000.00" in browser("gaojianguo").open(f"/snapshots/{ids['snapshots']}").text
    clerk = browser("wangwei")
    assert clerk.open("/snapshots/take").status == 403
    assert clerk.post("/snapshots/take", {"name": "Mine", "csrf_token": clerk.token()}).status == 403
    assert crm.perform(pipeline.snapshots, as_user="lihua").total == 2
    arranger = browser("admin")  # may take one, and sees none
    arranger.open("/snapshots/take")
    done = arranger.submit("Take snapshot", name="Audit")
    assert (done.status, done.path) == (200, "/stages")
    assert crm.perform(pipeline.snapshots, as_user="lihua").total == 3
    supervisor = id_of(crm, "lihua")
    with crm.work(as_user=SYSTEM, readonly=True) as work:
        said = [one for one in work.unscoped(ChangeRecord).find() if one.entity == "pipeline_snapshot"]
    assert {one.actor for one in said} == {SYSTEM.id, supervisor, id_of(crm, "admin")}


@pytest.mark.requirement("X-OPP-05")
def test_what_it_brought_is_said_when_it_is_won(browser: Browse, chance: Chance, crm: Crm) -> None:
    first, second = chance("wangwei"), chance("wangwei", customer_name="上海远洋")
    for it in (first, second):
        crm.perform(opportunities.evaluate, it.id, expected_amount=Decimal(500), as_user="wangwei")
    one = browser("wangwei")
    page = one.open(f"/development/{first.id}/win")
    assert page.main_form().fields["amount"] == ["500.00"]
    for wrong in ("-5", "much", "NaN", "1" * 40):
        assert one.submit(amount=wrong).status == 422, wrong
    one.submit(amount="450.50")
    assert stored(crm, first.id).expected_amount == Decimal("450.50")
    one.open(f"/development/{second.id}/win")
    one.submit(amount="")
    assert stored(crm, second.id).expected_amount == Decimal(500)


def test_hostile_input_writes_nothing(browser: Browse, chance: Chance, crm: Crm) -> None:
    ids = of_selling(crm, chance("wangwei").id)
    one = browser("wangwei")
    before = stored(crm, ids["progress"])
    for wrong in HOSTILE:
        sent = {"csrf_token": one.token(), "version": before.version, "to": wrong, "reason": "r"}
        assert one.post(f"/progress/{before.id}/move", sent).status in {404, 422}
        query = dict.fromkeys(("stage", "category", "due", "expected_from", "assignee", "follow_up"), wrong[:200])
        assert one.client.get("/process", query_string=query, follow_redirects=True).status_code == 200
        found = one.client.get("/activities", query_string={"planned_from": wrong[:200], "state": wrong[:200]})
        assert found.status_code in {200, 302}
    sent = {"csrf_token": one.token(), "version": before.version, "expected_amount": "NaN", "expected_on": "31.31.2030"}
    assert one.post(f"/progress/{before.id}/edit", sent).status == 422
    assert stored(crm, ids["progress"]) == before
    assert dt.date.fromisoformat("2030-06-28") == before.expected_on


@pytest.mark.requirement("X-OPP-01", "X-OPP-03", "X-OPP-07")
def test_the_page_of_an_opportunity_says_where_it_stands(browser: Browse, chance: Chance, crm: Crm) -> None:
    stages = stages_of(crm)
    nobody, it = chance(), chance("wangwei")
    crm.perform(opportunities.evaluate, it.id, expected_amount=Decimal(5000), expected_on=DAY, as_user="wangwei")
    crm.perform(pipeline.move, it.id, to=stages[2].id, as_user="wangwei")
    day = DAY + dt.timedelta(days=3)
    planned = {"kind": "visit", "planned_on": day, "content": "Show the new model"}
    crm.perform(opportunities.plan_activity, it.id, as_user="wangwei", **planned)
    page = browser("wangwei").open(f"/opportunities/{it.id}")
    said = page.response.get_data(as_text=True)
    assert f'<li class="here" aria-current="step">{stages[2].name}</li>' in said
    assert [said.count(f'<li class="done">{one.name}</li>') for one in stages] == [1, 1, *[0] * (len(stages) - 2)]
    assert "5,000.00 CNY" in page.text
    assert DAY.isoformat() in page.text
    assert "Show the new model" in page.text
    assert page.has_link("Progress")
    waiting = browser("lihua").open(f"/opportunities/{nobody.id}")
    assert 'class="stage-bar"' not in waiting.response.get_data(as_text=True)


@pytest.mark.requirement("X-OPP-03")
def test_what_is_in_no_stage_opens_from_the_strip_of_stages(browser: Browse, chance: Chance, crm: Crm) -> None:
    it = chance("wangwei")
    stages = stages_of(crm)
    page = browser("wangwei").open("/process").response.get_data(as_text=True)
    assert 'href="/process?stage=none"' in page
    one = browser("wangwei").open("/process?stage=none")
    assert it.customer_name in one.text
    assert "none" in next(form for form in one.forms if form.action == "/process").fields["stage"]
    assert it.customer_name not in browser("wangwei").open(f"/process?stage={stages[0].id}").text
