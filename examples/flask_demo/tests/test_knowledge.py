"""The knowledge base on the pages: written, reviewed, found, judged, and said to have solved something (X-SRV-03)."""

import re

import pytest
from browsing import Page

from conftest import CUSTOMER, PERSON, Browse
from crmcore import Crm, customers, knowledge, service

pytestmark = pytest.mark.parametrize("crm", ["sqlite"], indirect=True)
WRITTEN = {"title": "打印机卡纸", "body": "打开前盖，\n取出卡住的纸。", "tags": "HP-1020", "language": "zh"}


def published(crm: Crm, title: str = "打印机卡纸", by: str = "wangwei") -> knowledge.Article:
    """Make an article that everybody finds."""
    draft = crm.perform(knowledge.create, title=title, body="打开前盖。", as_user=by)
    crm.perform(knowledge.submit, draft.article, as_user=by)
    return crm.perform(knowledge.publish, draft.article, as_user="lihua")


@pytest.mark.requirement("X-SRV-03")
def test_an_article_goes_from_its_writer_to_its_readers(browser: Browse) -> None:
    writer, boss, reader = browser("wangwei"), browser("lihua"), browser("gaojianguo")
    writer.open("/knowledge")
    writer.follow("Write an article")
    page = writer.submit("Save draft", title=" ", language="xx")
    assert page.status == 422
    assert len(page.main_form("Save draft").fields["body"]) == 1
    assert page.text.count("Title") > 1
    page = writer.submit("Save draft", **{**WRITTEN, "body": ""})
    assert "Saved" in page.text
    address = page.path.split("?")[0]
    assert reader.open(address).status == 404
    writer.follow("Submit for review")
    page = writer.submit("Submit")
    assert (page.status, "Text" in page.text) == (422, True)
    writer.open(address)
    writer.follow("Edit draft")
    writer.submit("Save draft", **WRITTEN)
    writer.follow("Submit for review")
    page = writer.submit("Submit")
    assert "In review" in page.text
    assert not page.has_link("Publish")
    assert boss.open("/knowledge/review").has_link("打印机卡纸")
    boss.follow("打印机卡纸")
    boss.follow("Send back")
    assert boss.submit("Send back", remark=" ").status == 422
    assert "Sent back" in boss.submit("Send back", remark="请写型号").text
    assert "请写型号" in writer.open("/knowledge/drafts").text
    writer.open(address)
    writer.follow("Submit for review")
    writer.submit("Submit")
    boss.open(address)
    boss.follow("Publish")
    assert "Edition 1" in boss.submit("Publish this edition").text
    page = reader.open("/knowledge?words=卡纸 hp-1020")
    assert page.has_link("打印机卡纸")
    page = reader.open(address)
    assert "取出卡住的纸" in page.text
    assert not page.has_link("Write next edition")
    assert reader.open(f"{address}/revise").status == 403
    assert reader.open("/knowledge/drafts").status == 403


@pytest.mark.requirement("X-SRV-03")
def test_readers_read_the_last_edition_while_the_next_is_written(browser: Browse, crm: Crm) -> None:
    it = published(crm)
    writer, boss, reader = browser("wangwei"), browser("lihua"), browser("zhangmin")
    writer.open(f"/knowledge/{it.id}")
    writer.follow("Write next edition")
    writer.submit("Begin to write")
    stale = writer.page.main_form("Save draft").fields
    writer.submit("Save draft", body="先关机。")
    page = writer.post(f"/knowledge/{it.id}/edit", {**stale, "body": "别的话"})
    assert page.status == 409
    assert "先关机。" in page.text
    assert "别的话" in page.text
    assert "先关机" not in reader.open(f"/knowledge/{it.id}").text
    assert "先关机" in boss.open(f"/knowledge/{it.id}").text
    assert "Somebody is writing" in boss.page.text
    writer.open(f"/knowledge/{it.id}/submit")
    writer.submit("Submit")
    boss.open(f"/knowledge/{it.id}/publish")
    boss.submit("Publish this edition")
    assert "先关机" in reader.open(f"/knowledge/{it.id}").text
    page = reader.follow("Editions")
    assert page.text.count("打印机卡纸") >= 2
    assert "打开前盖" in reader.open(f"/knowledge/{it.id}/editions/1").text
    assert reader.open(f"/knowledge/{it.id}/editions/9").status == 404
    boss.open(f"/knowledge/{it.id}/archive")
    boss.submit("Archive this article")
    assert not reader.open("/knowledge").has_link("打印机卡纸")
    assert reader.open("/knowledge?state=archived").has_link("打印机卡纸")
    assert not reader.open(f"/knowledge/{it.id}").has_link("useful")
    boss.open(f"/knowledge/{it.id}")
    boss.follow("Restore")
    boss.submit("Restore this article")
    assert reader.open("/knowledge").has_link("打印机卡纸")


@pytest.mark.requirement("X-SRV-03")
def test_votes_and_solved_requests(browser: Browse, crm: Crm) -> None:
    it = published(crm)
    customer = crm.perform(customers.create, name="北京华建", contact=PERSON, as_user="wangwei", **CUSTOMER)
    wanted = {"type": "inquiry", "title": "打印机坏了", "customer": customer.id, "request": "卡纸"}
    asked = crm.perform(service.create, **wanted, as_user="wangwei")
    one = browser("wangwei")
    one.open(f"/knowledge/{it.id}")
    assert "1 found it useful" in one.submit(press="Useful", button="Useful").text
    assert "0 found it useful, 1 did not" in one.submit("Not useful", press="Not useful").text
    assert "0 found it useful, 0 did not" in one.submit("Take back", press="Take back").text
    page = one.submit("This solved it", request="FW-nonsense")
    assert page.status == 422
    assert page.with_id("f-request")["value"] == "FW-nonsense"
    page = one.submit("This solved it", request=asked.number)
    assert page.status == 422
    assert "Nobody has been given request" in page.text
    crm.perform(service.assign, asked.id, to="wangwei", as_user="lihua")
    page = one.submit("This solved it", request=asked.number.lower())
    assert "the article solved this request" in page.text
    assert page.has_link("打印机坏了")
    assert one.submit("This solved it", request=asked.number).status == 422
    other = browser("zhangmin").open(f"/knowledge/{it.id}")
    assert not other.has_link("打印机坏了")
    assert browser("lihua").open(f"/knowledge/{it.id}").has_link("打印机坏了")
    assert browser("zhangmin").open("/knowledge?order=used").has_link("打印机卡纸")
    assert not browser("zhangmin").open("/knowledge?order=unused").has_link("打印机卡纸")
    form = next(form for form in one.open(f"/knowledge/{it.id}").forms if form.action.endswith("/remove"))
    assert "Taken back" in one.post(form.action, form.fields).text
    assert not one.page.has_link("打印机坏了")


@pytest.mark.requirement("X-SRV-03")
def test_who_reviews_lets_somebody_else_write_on(browser: Browse, crm: Crm) -> None:
    published(crm, "别的文章", by="zhangmin")
    draft = crm.perform(knowledge.create, title="打印机卡纸", body="打开前盖。", as_user="wangwei")
    crm.perform(knowledge.submit, draft.article, as_user="wangwei")
    address = f"/knowledge/{draft.article}"
    boss, writer, before = browser("lihua"), browser("zhangmin"), browser("wangwei")
    assert not before.open(address).has_link("Hand over")
    assert before.open(f"{address}/hand_over").status == 403
    boss.open(address)
    page = boss.follow("Hand over")
    options = {words: value for value, words in _options(page)}
    assert "王伟" not in options
    assert boss.submit("Hand over", to="").status == 422
    assert "Choose who writes on" in boss.page.text
    stale = boss.page.main_form("Hand over").fields
    page = boss.submit("Hand over", to=options["张敏"])
    assert "Handed over to 张敏" in page.text
    assert "Draft" in page.text
    assert boss.post(f"{address}/hand_over", {**stale, "to": options["张敏"]}).status == 409
    assert writer.open("/knowledge/drafts").has_link("打印机卡纸")
    assert not before.open("/knowledge/drafts").has_link("打印机卡纸")
    assert not boss.open(f"/knowledge/{published(crm, '没有草稿').id}").has_link("Hand over")


def _options(page: Page) -> list[tuple[str, str]]:
    """Read what can be chosen from the field of the form."""
    body = page.response.get_data(as_text=True)
    return re.findall(r'<option value="([0-9a-f-]{36})"[^>]*>([^<]+)</option>', body)
