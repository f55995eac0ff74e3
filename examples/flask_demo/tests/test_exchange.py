"""Files in and out: the wizard's steps, whose file it is, what is left of it, and who may take data out."""

import io
import re
from pathlib import Path
from typing import Any

import pytest
from browsing import Browser, Page
from flask import Flask

from conftest import CUSTOMER, PERSON, Browse, id_of
from crmcore import Crm, customers, exchange, opportunities
from crmcore_demo import security, uploads

pytestmark = pytest.mark.parametrize("crm", ["sqlite"], indirect=True)
ROWS = "客户名称,地区,客户等级,联系人\n北京华建,北京,大客户,刘经理\n,上海,普通客户,\n沈阳重工,火星,普通客户,陈静\n"


def upload(one: Browser, content: bytes, name: str = "客户.csv", kind: str = "customer") -> Page:
    one.open("/imports")
    data: dict[str, Any] = {"csrf_token": one.token(), "kind": kind, "file": (io.BytesIO(content), name)}
    return one.post("/imports/file", data, content_type="multipart/form-data")


def ended(one: Browser) -> Page:
    """Look again until the import is over."""
    for _ in range(200):
        page = one.open(one.page.path)
        if not any("data-poll" in facts for _, facts in page.tags):
            return page
    raise AssertionError(one.page.text)


def left(app: Flask) -> list[Path]:
    return [path for path in app.extensions["uploads"].folder.rglob("*") if path.is_file()]


@pytest.mark.requirement("X-ADM-10")
def test_a_file_is_looked_at_rehearsed_taken_in_and_taken_back(browser: Browse, crm: Crm, app: Flask) -> None:
    one = browser("lihua", "zh")
    page = upload(one, ROWS.encode("gb18030"))
    assert page.path.startswith("/imports/look")
    assert "北京华建" in page.text
    form = page.main_form("先检查")
    assert form.fields["encoding"] == ["gb18030"]
    assert form.fields["column-0"] == ["name"]
    assert oct(left(app)[0].parent.stat().st_mode)[-3:] == "700"
    one.submit("先检查", press="先检查", manager=str(id_of(crm, "wangwei")))
    page = ended(one)
    assert "检查了 3 行，还没有写入任何内容" in page.text
    assert "火星" in page.text
    with crm.work(as_user="lihua", readonly=True) as work:
        assert customers.listing(work).total == 0
    one.submit("正式导入", press="正式导入")
    page = ended(one)
    assert "导入完成" in page.text
    mended = one.client.get(page.link("下载这些行"), buffered=True)
    assert mended.headers["Content-Disposition"].startswith("attachment")
    assert mended.get_data().startswith(b"\xef\xbb\xbf")
    assert "火星" in mended.get_data(as_text=True)
    assert [path.name for path in left(app)] == ["errors.csv"]
    with crm.work(as_user="wangwei", readonly=True) as work:
        assert [it.name for it in customers.listing(work).rows] == ["北京华建"]
    one.open("/imports")
    one.follow("客户.csv")
    assert "火星" in one.page.text
    one.follow("撤销")
    page = one.submit("撤销这次导入")
    assert "已撤销：移除" in page.text
    with crm.work(as_user="lihua", readonly=True) as work:
        assert customers.listing(work).total == 0


def test_a_file_belongs_to_one_session(browser: Browse, crm: Crm, app: Flask) -> None:
    one = browser("lihua")
    upload(one, ROWS.encode())
    other = browser("lihua")
    assert "not there any more" in other.open("/imports/look").text
    assert one.open("/imports/look").path.startswith("/imports/look")
    upload(one, "客户名称\n甲\n".encode())
    assert len(left(app)) == 1
    one.post("/sign-out", {"csrf_token": one.token()})
    assert not left(app)
    one.sign_in("lihua")
    assert "not there any more" in one.open("/imports/look").text
    crm.perform(customers.create, name="x", contact=PERSON, as_user="wangwei", **CUSTOMER)
    assert other.open("/imports/job").path == "/imports"


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (b"", "x.csv", "empty"),
        (b"\x00\x01\x02" * 900, "x.csv", "text"),
        (b"a,b\n1,2\n", "x.xlsx", ".xlsx"),
        (b"PK\x03\x04 no zip", "x.xlsx", ""),
    ],
)
def test_files_that_can_not_be_read_are_refused(
    browser: Browse, app: Flask, content: bytes, name: str, words: str
) -> None:
    one = browser("lihua")
    page = upload(one, content, name)
    assert page.status == 422
    assert words in page.text
    assert not left(app)


def test_large_files_come_in_from_those_who_may_import_only(browser: Browse) -> None:
    large = b"x" * (security.LARGEST_BODY + 1000)
    one = browser("lihua")
    assert upload(one, large + b"\ny").status != 413
    one.page = one.open("/imports")
    told = {"CONTENT_LENGTH": str(uploads.LARGEST_FILE + 1000), "CONTENT_TYPE": "multipart/form-data; boundary=x"}
    assert one.client.post("/imports/file", environ_overrides=told).status_code == 413
    stranger = browser("wangwei")
    stranger.open("/customers")
    token = stranger.token()
    for content, status in ((large, 413), (b"x\ny", 403)):
        data: dict[str, Any] = {"csrf_token": token, "file": (io.BytesIO(content), "x.csv")}
        assert stranger.post("/imports/file", data, content_type="multipart/form-data").status == status


@pytest.mark.parametrize(
    "wrong", [{"column-1": "name"}, {"mode": "x"}, {"column-0": ""}, {"manager": "x"}, {"column-0": "x"}]
)
def test_a_plan_that_does_not_fit_is_explained(browser: Browse, wrong: dict[str, str]) -> None:
    one = browser("lihua")
    upload(one, ROWS.encode())
    page = one.submit("Check", press="Check", **wrong)
    assert page.status == 422
    assert page.with_id("main") is None
    assert any(facts.get("role") == "alert" for _, facts in page.tags)


@pytest.mark.requirement("X-ADM-08", "X-ADM-09")
def test_taking_data_out_is_a_right_and_on_record(browser: Browse, crm: Crm) -> None:
    for name, region in (("=北京华建", "beijing"), ("上海远洋", "shanghai")):
        crm.perform(customers.create, name=name, contact=PERSON, as_user="wangwei", **{**CUSTOMER, "region": region})
    one = browser("lihua", "zh")
    page = one.open("/customers?region=beijing")
    page = one.open(next(link["href"] for link in page.links if link["text"] == "导出"))
    assert "符合以下条件的客户有 1 个" in page.text
    form = page.main_form("导出并下载")
    for kind, ending, start in (("csv", "csv", b"\xef\xbb\xbf"), ("xlsx", "xlsx", b"PK")):
        response = one.client.post(form.action, data={**form.fields, "kind": "customer", "format": kind}, buffered=True)
        assert response.status_code == 200
        assert re.search(rf"\.{ending}\b", response.headers["Content-Disposition"])
        assert response.get_data().startswith(start)
    text = one.client.post(form.action, data={**form.fields, "format": "csv"}, buffered=True).get_data(as_text=True)
    assert "上海远洋" not in text
    assert ",=北京华建" not in text
    cards = one.client.post(form.action, data={**form.fields, "kind": "contact", "format": "vcard"}, buffered=True)
    assert cards.get_data(as_text=True).startswith("BEGIN:VCARD")
    assert one.post(form.action, {**form.fields, "kind": "customer", "format": "vcard"}).status in {200, 422}
    assert one.post(form.action, {**form.fields, "format": "exe"}).status == 422
    with crm.work(as_user="admin", readonly=True) as work:
        assert exchange.exports(work).total >= 4
    assert browser("wangwei").open("/exports").status == 403
    assert not browser("wangwei").open("/customers?region=beijing").has_link("Export")


@pytest.mark.requirement("X-ADM-10", "X-CUS-08", "16.2")
def test_an_empty_file_that_is_filled_in_is_understood_with_the_companys_own_fields(browser: Browse, crm: Crm) -> None:
    with crm.work(as_user="admin") as work:
        facts = {"label_zh": "行业地位", "label_en": "Standing"}
        customers.add_custom_field(work, code="standing", kind=customers.CustomKind.TEXT, **facts)
    one = browser("lihua", "en")
    one.open("/imports")
    (address,) = [it["href"] for it in one.page.links if it["href"].endswith("template?kind=customer")]
    empty = one.client.get(address, buffered=True).get_data(as_text=True)
    headings = empty.lstrip("\ufeff").strip().split(",")
    assert {"Customer name", "Standing"} < {*headings}
    filled = ",".join({"Customer name": "A", "Standing": "first"}.get(it, "") for it in headings)
    page = upload(one, f"Status,{empty.lstrip(chr(0xFEFF)).strip()}\nnormal,{filled}\n".encode())
    form = page.main_form("Check without")
    assert form.fields["column-0"] == [""]
    assert form.fields[f"column-{headings.index('Standing') + 1}"] == ["custom.standing"]
    assert "never set by a file" in page.text
    assert "A file asks for less than the form" in page.text
    page = upload(one, b"Customer name\nA\n")
    assert "As the row says" not in page.response.text
    assert "Nobody: new customers are left out" in page.response.text


@pytest.mark.requirement("X-ANA-09")
def test_opportunities_are_taken_out_from_their_lists(browser: Browse, crm: Crm) -> None:
    chance = {"customer_name": "华建", "title": "=意向", "success_rate": 50, "description": "..."}
    kept, other = (crm.perform(opportunities.create, as_user="wangwei", **chance) for _ in range(2))
    crm.perform(opportunities.dispatch, other.id, to="wangwei", as_user="lihua")
    one = browser("lihua", "zh")
    for path in ("/opportunities", "/development"):
        page = one.open(path)
        page = one.open(next(link["href"] for link in page.links if link["text"] == "导出"))
        form = page.main_form("导出并下载")
        assert form.fields["kind"] == ["opportunity"]
    response = one.client.post(form.action, data=form.fields, buffered=True)
    assert response.status_code == 200
    text = response.get_data(as_text=True)
    assert kept.number in text
    assert other.number in text
    assert ",=意向" not in text
    book = one.client.post(form.action, data={**form.fields, "format": "xlsx"}, buffered=True)
    assert book.get_data().startswith(b"PK")
    assert not browser("wangwei").open("/opportunities").has_link("Export")
