import datetime as dt
import logging
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from browsing import PASSWORD, Browser
from flask import Flask
from visiting import address, chromium, visit  # noqa: F401  # fixtures for every module

import crmcore
from crmcore import (
    Crm,
    access,
    agreements,
    calendars,
    care,
    churn,
    customers,
    escalation,
    exchange,
    knowledge,
    opportunities,
    sales,
    service,
    setup,
    surveys,
)
from crmcore.access.argon2 import Argon2
from crmcore.access.credentials import keep_password
from crmcore.access.delivered import delivered_role_id
from crmcore.customers.grouping import CustomKind
from crmcore.storage.action import SYSTEM_ONLY, action
from crmcore_demo import create_app

Browse = Callable[..., Browser]
Chance = Callable[..., opportunities.Opportunity]
SAMPLE_SIZE = 30
STAFF = {
    "admin": ("administrator", "系统管理员"),
    "lihua": ("sales_supervisor", "李华"),
    "wangwei": ("account_manager", "王伟"),
    "zhangmin": ("account_manager", "张敏"),
    "gaojianguo": ("executive", "高建国"),
}


@action(SYSTEM_ONLY)
def hire(work: crmcore.Work, name: str, role: str, full_name: str) -> access.User:
    """Record a user who need not change his password."""
    user = access.create_user(work, name=name, full_name=full_name, roles=(delivered_role_id(role),))
    keep_password(work, user.id, work.crm.passwords.hash(PASSWORD), must_change=False)
    return user


@pytest.fixture(autouse=True)
def _errors_fail(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Whatever a page logs as an error is one, also where the test looks at something else."""
    yield
    broken = [record for record in caplog.records if record.name == "crmcore_demo" and record.levelno >= logging.ERROR]
    expected = getattr(caplog, "errors_expected", False)
    assert expected or not broken, broken[0].getMessage()


def staffed(url: str) -> Crm:
    """Open a store and give it the company's staff and nothing else."""
    crm = crmcore.open(url, check=False, passwords=Argon2(memory_kib=8, rounds=1))
    setup.install(crm)
    for name, (role, full_name) in STAFF.items():
        crm.perform(hire, name, role, full_name, as_user=crmcore.SYSTEM)
    return crm


@pytest.fixture(scope="session")
def sqlite_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with the staff in it, to be copied."""
    folder = tmp_path_factory.mktemp("prepared")
    staffed(f"sqlite:///{folder.as_posix()}/crm.db").close()
    return folder / "crm.db"


@pytest.fixture(scope="session")
def filled_file(sqlite_file: Path) -> tuple[Path, dict[str, UUID]]:
    """A file with customers and everything that belongs to them, to be copied, and the ids of what is in it."""
    path = sqlite_file.with_name("filled.db")
    shutil.copy(sqlite_file, path)
    with crmcore.open(f"sqlite:///{path.as_posix()}", passwords=Argon2(memory_kib=8, rounds=1)) as crm:
        return path, of_customers(crm)


@pytest.fixture(scope="session")
def sample_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with a sample company and everything that reports are about, to be copied; its people have PASSWORD."""
    path = tmp_path_factory.mktemp("sample") / "crm.db"
    with crmcore.open(f"sqlite:///{path.as_posix()}", check=False, passwords=Argon2(memory_kib=8, rounds=1)) as crm:
        setup.install(crm)
        setup.demo_data(crm, size=SAMPLE_SIZE, password=PASSWORD)
    return path


@pytest.fixture
def sample(sample_file: Path, tmp_path: Path) -> Iterator[Crm]:
    """The sample company."""
    shutil.copy(sample_file, tmp_path / "crm.db")
    with crmcore.open(f"sqlite:///{tmp_path.as_posix()}/crm.db", passwords=Argon2(memory_kib=8, rounds=1)) as crm:
        yield crm


@pytest.fixture
def records(filled_file: tuple[Path, dict[str, UUID]]) -> dict[str, UUID]:
    """The ids of what is in the company's file, by page."""
    return dict(filled_file[1])


@pytest.fixture(params=["memory", "sqlite"])
def crm(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Crm]:
    """A company with its staff and nothing else, in memory and in a file; as "company" with customers in it."""
    if request.param == "memory":
        crm = staffed("memory://")
    else:
        staff_only = request.param == "sqlite"
        file = request.getfixturevalue("sqlite_file") if staff_only else request.getfixturevalue("filled_file")[0]
        shutil.copy(file, tmp_path / "crm.db")
        crm = crmcore.open(f"sqlite:///{tmp_path.as_posix()}/crm.db", passwords=Argon2(memory_kib=8, rounds=1))
    with crm:
        yield crm


@pytest.fixture
def app(crm: Crm) -> Flask:
    app = create_app(crm, secret_key="k" * 40)
    app.testing = False  # errors become pages, as for everybody
    return app


@pytest.fixture
def browser(app: Flask) -> Callable[..., Browser]:
    """Make a browser in which somebody is signed in, speaking English unless told otherwise."""

    def make(name: str = "", language: str = "en") -> Browser:
        made = Browser(app)
        made.client.set_cookie("crm_language", language)
        if name:
            made.sign_in(name)
            made.post("/language", {"language": language, "next": "/", "csrf_token": made.token()})
        return made

    return make


FIELDS: dict[str, Any] = {
    "customer_name": "北京华建",
    "title": "采购笔记本电脑意向",
    "success_rate": 60,
    "description": "一百二十台，明年一季度。",
    "contact_name": "刘经理",
    "contact_phone": "010-62345678",
}


CUSTOMER: dict[str, Any] = {
    "region": "beijing",
    "level": "2",
    "address": "北京市海淀区中关村大街1号",
    "zip": "100080",
    "phone": "010-62345678",
    "fax": "010-62345679",
    "website": "www.huajian.example",
    "legal_person": "张三",
    "bank": "工商银行",
    "bank_account": "6222 0001",
}
PERSON: dict[str, Any] = {"name": "刘经理", "position": "采购经理", "office_phone": "010-62345670"}


@pytest.fixture
def chance(crm: Crm) -> Callable[..., opportunities.Opportunity]:
    """Make an opportunity as far as a test needs it."""

    def make(
        to: str = "", *, by: str = "wangwei", result: str = "", planned: dt.date | None = None, **more: Any
    ) -> opportunities.Opportunity:
        made = crm.perform(opportunities.create, as_user=by, **{**FIELDS, **more})
        if to:
            made = crm.perform(opportunities.dispatch, made.id, to=to, as_user="lihua")
        if planned:
            item = crm.perform(opportunities.add_plan_item, made.id, plan_date=planned, content="上门演示", as_user=to)
            if result:
                crm.perform(opportunities.record_result, item.id, result=result, as_user=to)
        return made

    return make


def of_customers(crm: Crm) -> dict[str, UUID]:
    """Make customers with everything that belongs to them, and answer ids by page, or by the pages of a subject."""
    do = crm.perform
    mine, other, same, gone = (
        do(customers.create, **CUSTOMER, name=name, contact=PERSON, as_user="wangwei")
        for name in ("北京华建科技有限公司", "上海远洋集团", "广州南方电器", "广州南方电器厂")
    )
    person = do(customers.add_contact, mine.id, **{**PERSON, "name": "陈静"}, as_user="wangwei")
    met = do(customers.add_interaction, mine.id, place="客户处", title="初次拜访", as_user="wangwei")
    group = do(customers.create_group, name="北京客户", filters={"region": "beijing"}, as_user="wangwei")
    wanted = {"code": "fleet", "label_zh": "车辆数", "label_en": "Fleet size", "kind": CustomKind.NUMBER}
    field = do(customers.add_custom_field, **wanted, as_user="admin")
    bought = {"source_key": "SO-1", "customer": mine.number, "ordered_on": dt.date(2020, 1, 1)}
    bought["lines"] = [{"product_name": "笔记本电脑", "quantity": 2, "unit_price": 4500, "amount": 9000}]
    do(sales.import_orders, [bought], as_user="lihua")
    do(
        sales.import_orders,
        [{**bought, "source_key": "SO-2", "customer": "", "customer_name": "无此客户"}],
        as_user="lihua",
    )
    do(sales.import_products, [{"source_key": "P1", "name": "笔记本电脑", "price": 4500}], as_user="lihua")
    do(sales.import_stock, [{"product": "P1", "warehouse": "北京", "quantity": 12}], as_user="lihua")
    churn.sweep(crm)
    agreed = of_agreements(crm, mine.id)
    merged = do(customers.merge, same.id, gone.id, as_user="lihua")
    plan = exchange.ImportPlan(mapping=("name",), manager=id_of(crm, "zhangmin"))
    taken = exchange.import_file(crm, "客户名称\n天津港务局\n".encode(), plan, as_user="lihua")
    with crm.work(as_user="wangwei", readonly=True) as work:
        case, order = churn.listing(work).rows[0].id, sales.orders(work).rows[0].id
    ids = dict.fromkeys(("customers", "customer_forms", "timeline", "hand_over", "duplicates"), mine.id)
    ids |= {"contacts": mine.id, "interactions": mine.id, "churn": case, "churn.of_customer": mine.id}
    ids["guests"] = person.id
    ids |= {f"contacts.{name}": person.id for name in ("edit_form", "change", "ask", "do")}
    ids |= {f"interactions.{name}": met.id for name in ("edit_form", "change", "ask", "do")}
    ids |= {"sales": order, "sales.of_customer": mine.id, "groups": group.id, "custom_fields": field.id}
    ids |= dict.fromkeys(("duplicates.ask", "duplicates.do"), merged.id)
    with crm.work(as_user="lihua", readonly=True) as work:
        ids["unmatched"] = sales.unmatched_orders(work).rows[0].id
    assert taken.batch is not None
    ids |= of_service(crm, mine.id)
    return {**ids, **agreed, **of_knowledge(crm, mine.id), "imports": taken.batch.id, "other": other.id}


def of_knowledge(crm: Crm, customer: UUID) -> dict[str, UUID]:
    """Write articles, make surveys and invite a customer to one, and answer ids by page."""
    do = crm.perform
    kept, new = (
        do(knowledge.create, title=title, body="打开前盖。", as_user="wangwei").article for title in ("卡纸", "缺墨")
    )
    for one in (kept, new):
        do(knowledge.submit, one, as_user="wangwei")
    do(knowledge.publish, kept, as_user="lihua")
    do(knowledge.revise, kept, body="先关机。", as_user="wangwei")
    draft, sent = (do(surveys.create, title=title, as_user="lihua").id for title in ("草稿", "满意吗？"))
    question, _ = (
        do(surveys.add_question, one, kind=surveys.QuestionKind.TEXT, text="为什么？", as_user="lihua")
        for one in (draft, sent)
    )
    do(surveys.open_survey, sent, as_user="lihua")
    asked = do(surveys.invite, sent, customer=customer, as_user="wangwei").invitation.id
    ids = {"knowledge": kept, "knowledge_solving": kept, "knowledge_writing": kept, "knowledge_reviewing": new}
    ids["knowledge_handing_over"] = new
    ids |= {"surveys": draft, "survey_questions": question.id, "survey_results": sent, "survey_inviting": asked}
    ids |= {f"survey_questions.{name}": draft for name in ("new", "add")}
    ids |= {f"survey_inviting.{name}": customer for name in ("of_customer", "form", "make")}
    return {**ids, "survey_inviting.of_survey": sent, "survey_choosing.whom": sent}


def of_agreements(crm: Crm, customer: UUID) -> dict[str, UUID]:
    """Set deadlines up, make a contract and plan care for a customer, and answer ids by page."""
    do, day = crm.perform, dt.date(2026, 12, 25)
    office = do(calendars.create_calendar, name="总部", as_user="lihua")
    holiday = do(calendars.set_special_day, office.id, day=day, as_user="lihua")
    target = do(agreements.create_target, name="金牌", calendar=office.id, resolve_within=240, as_user="lihua")
    policy = do(escalation.create_policy, name="超时", as_user="lihua")
    skill = do(agreements.set_skill, "wangwei", type="complaint", as_user="lihua")
    term = {"starts_on": dt.date(2020, 1, 1), "ends_on": dt.date(2099, 12, 31)}
    contract = do(
        agreements.create_contract, customer=customer, title="维护", target=target.id, **term, as_user="wangwei"
    )
    planned = do(care.plan, customer, kind="visit", content="拜访", planned_on=day, as_user="wangwei")
    said = do(care.plan, customer, kind="visit", content="回访", planned_on=day, as_user="wangwei")
    do(care.complete, said.id, result="已回访", opinion="送货太慢", as_user="wangwei")
    ids = {"contracts": contract.id, "care": planned.id, "care_steps": planned.id, "care_opinions": said.id}
    ids["calendars"] = office.id
    ids |= {f"{one}.{name}": customer for one in ("contracts", "care") for name in ("of_customer", "new", "add")}
    ids |= {"special_days": office.id, "special_days.ask": holiday.id, "special_days.do": holiday.id}
    ids |= {"targets": target.id, "policies": policy.id, "skills": skill.user}
    return {**ids, "skills.ask": skill.id, "skills.do": skill.id}


def of_service(crm: Crm, customer: UUID) -> dict[str, UUID]:
    """Make requests of a customer, one in hand and one merged into a new one, and answer their ids by page."""
    do = crm.perform
    asked, treated, same = (
        do(service.create, type="complaint", title=title, customer=customer, request="请尽快处理。", as_user="wangwei")
        for title in ("显示器有亮点", "打印机卡纸", "显示器有亮点，再报")
    )
    do(service.assign, treated.id, to="wangwei", as_user="lihua")
    merged = do(service.merge, asked.id, same.id, as_user="lihua")
    ids = dict.fromkeys(("service", "service_assign", "service_entry", "service_merge", "service_steps"), asked.id)
    ids["service_files"] = asked.id
    ids |= dict.fromkeys(("service.of_customer", "service_entry.new", "service_entry.add"), customer)
    ids |= dict.fromkeys(("service_steps.form", "service_steps.keep"), treated.id)
    return {**ids, "service_merge.ask": merged.id, "service_merge.do": merged.id}


def id_of(crm: Crm, name: str) -> access.UserId:
    with crm.work(as_user=name, readonly=True) as work:
        return work.user_id
