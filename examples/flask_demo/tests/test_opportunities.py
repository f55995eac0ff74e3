"""Opportunities that nobody works on yet, through forms, without JavaScript."""

import datetime as dt
import uuid
from typing import Any

import pytest

from conftest import FIELDS, Browse, Chance, id_of
from crmcore import Crm, opportunities

DAY = dt.date(2026, 12, 1)


def texts(**more: Any) -> dict[str, str]:
    return {name: str(value) for name, value in {**FIELDS, **more}.items()}


def count(crm: Crm) -> int:
    with crm.work(as_user="lihua", readonly=True) as work:
        return work.opportunities.count()


@pytest.mark.requirement("OPP-01", "GEN-12", "GEN-15")
def test_recording_an_opportunity(browser: Browse, crm: Crm) -> None:
    one = browser("wangwei", "zh")
    one.open("/opportunities")
    page = one.follow("新建销售机会")
    assert page.main_form().required == {"customer_name", "title", "success_rate", "description"}
    page = one.submit(**texts(), created_by="somebody else", status="won", version="9")
    assert "保存成功" in page.text
    assert "王伟" in page.text
    assert "未指派" in page.text
    assert count(crm) == 1


@pytest.mark.requirement("GEN-11")
def test_what_is_missing_or_wrong_is_told_at_the_field_and_input_is_kept(browser: Browse, crm: Crm) -> None:
    one = browser("wangwei", "zh")
    one.open("/opportunities/new")
    page = one.submit(customer_name="  ", title="留着我", success_rate="101", description="")
    assert page.status == 422
    assert page.main_form().fields["title"] == ["留着我"]
    assert page.main_form().fields["success_rate"] == ["101"]
    for field in ("customer_name", "success_rate", "description"):
        assert page.with_id(f"p-{field}"), field
        assert page.with_id(f"f-{field}")["aria-invalid"] == "true"
        assert any(link["href"] == f"#f-{field}" for link in page.links)
    assert "有 3 处需要修改" in page.text
    assert count(crm) == 0


@pytest.mark.parametrize("rate", ["-1", "101", "1e2", "NaN", "六十", "1" * 5000, "６０.５", "0x10", "", " "])
def test_a_rate_that_is_none_is_refused(browser: Browse, crm: Crm, rate: str) -> None:
    one = browser("wangwei")
    one.open("/opportunities/new")
    page = one.submit(**texts(success_rate=rate))
    assert page.status == 422
    assert page.with_id("p-success_rate")
    assert count(crm) == 0


def test_sending_a_form_twice_records_it_once(browser: Browse, crm: Crm) -> None:
    one = browser("wangwei")
    one.open("/opportunities/new")
    form = one.page.main_form()
    data = {**form.fields, **texts()}
    first = one.post("/opportunities/new", data)
    second = one.post("/opportunities/new", data)
    assert first.path == second.path
    assert count(crm) == 1
    page = one.post("/opportunities/new", {**data, "title": "changed after going back"})
    assert page.status == 422
    assert "saved before" in page.text
    assert count(crm) == 1
    assert "changed after going back" in one.submit().text
    assert count(crm) == 2
    one.post("/opportunities/new", {**data, "key": "not one of ours"})
    assert count(crm) == 3


def test_editing(browser: Browse, chance: Chance) -> None:
    it = chance()
    one = browser("lihua", "en")
    one.open(f"/opportunities/{it.id}")
    one.follow("Edit")
    page = one.submit(success_rate="75", contact_phone="")
    assert "Saved" in page.text
    assert "75%" in page.text


def test_who_comes_second_sees_both_versions_and_chooses(browser: Browse, chance: Chance, crm: Crm) -> None:
    it = chance()
    slow = browser("lihua", "en")
    slow.open(f"/opportunities/{it.id}/edit")
    crm.perform(opportunities.edit, it.id, success_rate=80, as_user="wangwei")
    page = slow.submit(title="my title", success_rate="20")
    assert page.status == 409
    assert "80 %" in page.text
    assert "20 %" in page.text
    assert "王伟" in page.text
    assert sum("differs" in facts.get("class", "") for tag, facts in page.tags if tag == "tr") == 2
    assert slow.page.link("Keep it as it is now") == f"/opportunities/{it.id}"
    page = slow.submit("Overwrite")
    assert "Saved" in page.text
    assert "my title" in page.text
    assert "20%" in page.text


def test_who_edits_what_was_dispatched_meanwhile_is_told(browser: Browse, chance: Chance, crm: Crm) -> None:
    it = chance()
    one = browser("lihua", "zh")
    one.open(f"/opportunities/{it.id}/edit")
    crm.perform(opportunities.dispatch, it.id, to="wangwei", as_user="lihua")
    page = one.submit(title="太晚了")
    assert page.status == 403
    assert "该数据已指派" in page.text


@pytest.mark.requirement("GEN-13")
def test_deleting_asks_first_and_names_the_thing(browser: Browse, chance: Chance, crm: Crm) -> None:
    it = chance()
    one = browser("wangwei", "zh")
    one.open("/opportunities")
    page = one.follow("删除")
    assert "确认删除" in page.text
    assert "北京华建 · 采购笔记本电脑意向" in page.text
    assert count(crm) == 1
    page = one.submit()
    assert "删除成功" in page.text
    assert count(crm) == 0
    assert one.open(f"/opportunities/{it.id}").status == 404


def test_deleting_what_was_changed_meanwhile_asks_again(browser: Browse, chance: Chance, crm: Crm) -> None:
    it = chance()
    one = browser("wangwei")
    one.open(f"/opportunities/{it.id}/delete")
    crm.perform(opportunities.edit, it.id, success_rate=80, as_user="lihua")
    page = one.submit()
    assert page.status == 409
    assert count(crm) == 1
    assert "Deleted" in one.submit().text


def test_why_somebody_may_not_delete_can_be_read(browser: Browse, chance: Chance) -> None:
    it = chance(by="wangwei")
    page = browser("lihua", "zh").open(f"/opportunities/{it.id}")
    assert not page.has_link("删除")
    assert "只有创建人才能删除" in page.text
    assert browser("lihua", "zh").open(f"/opportunities/{it.id}/delete").status == 403


def test_somebody_elses_record_looks_like_none(browser: Browse, chance: Chance) -> None:
    it = chance("zhangmin", by="zhangmin")
    one = browser("wangwei")
    paths = ("opportunities/{}", "opportunities/{}/edit", "development/{}/plan", "development/{}/execute")
    for path in paths:
        his = one.open("/" + path.format(it.id))
        none = one.open("/" + path.format(uuid.UUID(int=7)))
        assert his.status == none.status == 404
        assert his.text == none.text


def test_history_is_told_in_words(browser: Browse, chance: Chance, crm: Crm) -> None:
    it = chance()
    crm.perform(opportunities.edit, it.id, success_rate=80, as_user="lihua")
    crm.perform(opportunities.dispatch, it.id, to="zhangmin", as_user="lihua")
    page = browser("lihua", "zh").open(f"/history/opportunity/{it.id}")
    for words in (
        "李华",
        "修改了销售机会",
        "指派了销售机会",
        "成功机率： 60% → 80%",
        "状态： 未指派 → 开发中",
        "指派给： 张敏",
        "王伟",
        "登记了销售机会",
    ):
        assert words.replace(" ", "") in page.text.replace(" ", ""), words
    assert "name_key" not in page.text
    assert browser("zhangmin").open(f"/history/opportunity/{it.id}").status == 200
    assert browser("gaojianguo").open(f"/history/opportunity/{it.id}").status == 403
    assert browser("lihua").open(f"/history/nonsense/{it.id}").status == 404
    assert browser("admin").open(f"/history/user/{id_of(crm, 'lihua')}").status == 200
