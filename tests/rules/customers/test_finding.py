"""Finding customers: every filter of the list, in the writing people use; and nobody else's."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from company import SetClock
from company.clients import entered, ordered, put, stored, warned
from crmcore import customers
from crmcore.access.entity import UserId
from crmcore.access.rules import NoPermission
from crmcore.base.errors import Invalid
from crmcore.customers.deriving import CUT
from crmcore.customers.entity import Contact, ContactId, CustomerStatus
from crmcore.customers.filtering import FILTER_LABELS
from crmcore.i18n import LANGUAGES
from crmcore.storage.crm import Crm

HUA = "北京华建科技有限公司"
ABC = "上海ABC贸易"


@pytest.fixture
def two(crm: Crm, clock: SetClock) -> Crm:
    """A customer with the usual form, who has ordered; and another one a day later, who has never."""
    clock.now = dt.datetime(2026, 3, 1, 15, 59, 59, tzinfo=dt.UTC)  # the last second of the day in Shanghai
    first = entered(crm, industry="it", category="regular", company_size="1000+", city="北京", tags=("重点", "ＶＩＰ"))
    ordered(crm, first, dt.date(2025, 5, 1), 5000)
    warned(crm, first)
    clock.advance(seconds=1)
    entered(
        crm,
        name=ABC,
        region="shanghai",
        level="3",
        phone="+86 21 5888 0000",
        fax="021-5888 0001",
        website="HTTP://ABC.example",
        city="上海",
        contact={"name": "Zoë ＷＡＮＧ", "position": "CEO", "office_phone": "021-5888 0002"},
    )
    return crm


@pytest.mark.requirement("CUS-01", "X-CUS-02", "X-CUS-03", "X-CUS-04", "X-CUS-05", "X-CUS-07", "GEN-16", "16.8")
def test_every_filter_finds_what_it_says(two: Crm) -> None:
    day = dt.date(2026, 3, 1)
    expected: list[tuple[dict[str, Any], set[str]]] = [
        ({"keyword": "华建"}, {HUA}),
        ({"keyword": " ａｂｃ "}, {ABC}),
        ({"keyword": "zoë wang"}, {ABC}),
        ({"keyword": "ZOË"}, {ABC}),
        ({"keyword": "zoë \u3000 wang"}, {ABC}),
        ({"keyword": "KH2603"}, {HUA, ABC}),
        ({"keyword": "58880002"}, {ABC}),
        ({"keyword": "京"}, {HUA}),
        ({"keyword": "建 科"}, set()),
        ({"phone": "6551 22"}, {HUA}),
        ({"phone": "65512233"}, {HUA}),
        ({"phone": "021-58880000"}, {ABC}),
        ({"phone": "0086 21 5888"}, {ABC}),
        ({"phone": "58880002"}, set()),
        ({"phone": "2603"}, set()),
        ({"fax": "5888 0001"}, {ABC}),
        ({"fax": "5888 0000"}, set()),
        ({"website": "abc.EX"}, {ABC}),
        ({"number": "KH2603012359"}, {HUA}),
        ({"name": "贸易", "city": "上海"}, {ABC}),
        ({"industry": "it"}, {HUA}),
        ({"category": "regular"}, {HUA}),
        ({"company_size": "1000+"}, {HUA}),
        ({"level": "3", "region": "shanghai"}, {ABC}),
        ({"tag": " 重点"}, {HUA}),
        ({"tag": "重"}, set()),
        ({"created_from": day, "created_to": day}, {HUA}),
        ({"created_from": day + dt.timedelta(1)}, {ABC}),
        ({"created_to": day - dt.timedelta(1)}, set()),
        ({"amount_from": 5000, "amount_to": Decimal("5000.00")}, {HUA}),
        ({"amount_from": Decimal("5000.01")}, set()),
        ({"amount_from": 0, "amount_to": 4999}, {ABC}),
        ({"churn_warning": True}, {HUA}),
        ({"churn_warning": False}, {ABC}),
        ({"status": CustomerStatus.LOST}, set()),
        ({"keyword": "", "phone": None, "created_from": None, "tag": "", "amount_to": None}, {HUA, ABC}),
    ]
    with two.work(as_user="zhaomin", readonly=True) as work:
        for filters, found in expected:
            assert {one.name for one in customers.listing(work, **filters).rows} == found, filters


@pytest.mark.requirement("CUS-01", "GEN-17")
def test_the_list_is_sorted_as_people_choose(two: Crm) -> None:
    with two.work(as_user="chengang", readonly=True) as work:
        for sort, first in (("newest", ABC), ("oldest", HUA), ("name", ABC), ("number", HUA)):
            assert customers.listing(work, sort=sort).rows[0].name == first  # type: ignore[arg-type]
        assert [one.name for one in customers.choices(work, "abc")] == [ABC]


@pytest.mark.requirement("CUS-01")
@pytest.mark.parametrize(
    ("filters", "field"),
    [
        ({"colour": "red"}, "colour"),
        ({"sort": "price"}, "sort"),
        ({"keyword": 5}, "search_text"),
        ({"custom": 5}, "custom"),
        ({"custom": {5: 1}}, "5"),
        ({"phone": b"1"}, "phone"),
        ({"manager": "lihua"}, "manager"),
        ({"status": "lost"}, "status"),
        ({"created_from": "2026-03-01"}, "created_from"),
        ({"created_to": dt.date(9999, 12, 31)}, "created_to"),
        ({"amount_from": Decimal("NaN")}, "amount_from"),
        ({"amount_to": 1.5}, "amount_to"),
        ({"tag": 5}, "tags"),
        ({"custom": {"nothing": 1}}, "nothing"),
    ],
)
def test_a_filter_that_means_nothing_is_refused(crm: Crm, filters: Any, field: str) -> None:
    with crm.work(as_user="zhaomin", readonly=True) as work, pytest.raises(Invalid) as caught:
        customers.listing(work, **filters)
    assert field in caught.value.fields
    if f"customer.{field}" in FILTER_LABELS:
        assert not any(field in caught.value.explain(language) for language in LANGUAGES), "it is called by its name"


@pytest.mark.requirement("CUS-05", "16.1", "X-PHB-01")
def test_nothing_of_a_colleagues_customer_is_found_out(two: Crm) -> None:
    questions: list[dict[str, Any]] = [
        {"keyword": "65512233"},
        {"phone": "65512233"},
        {"amount_from": 1},
        {"churn_warning": True},
        {"tag": "重点"},
    ]
    with two.work(as_user="wangwei", readonly=True) as work:
        assert [customers.listing(work, **asked).total for asked in questions] == [0] * len(questions)
        assert customers.phone_book(work, text="138 1234").total == 0
        assert list(customers.choices(work)) == []
        with pytest.raises(Invalid) as caught:
            customers.choices(work, size="3")  # type: ignore[arg-type]
        assert caught.value.fields == {"size"}
        assert list(customers.tags_in_use(work)) == []
        assert customers.life_cycle(work).existing == 0
        for sort in ("newest", "name"):
            assert customers.listing(work, sort=sort, manager=UserId(two.ids())).total == 0
    with two.work(as_user="lihua", readonly=True) as work:
        assert [customers.listing(work, **asked).total for asked in questions] == [1] * len(questions)


@pytest.mark.requirement("X-PHB-01", "CON-04")
def test_the_phone_book_lists_people_by_name_phone_and_customer(two: Crm) -> None:
    expected: list[tuple[dict[str, Any], list[str]]] = [
        ({}, ["Zoë ＷＡＮＧ", "刘芳"]),
        ({"text": "芳"}, ["刘芳"]),
        ({"text": "13812345678"}, ["刘芳"]),
        ({"text": "138 1234"}, ["刘芳"]),
        ({"text": "abc贸"}, ["Zoë ＷＡＮＧ"]),
        ({"name": "wang"}, ["Zoë ＷＡＮＧ"]),
        ({"phone": "5888 0002"}, ["Zoë ＷＡＮＧ"]),
        ({"customer": "华建", "name": "zo"}, []),
        ({"text": "贸易", "name": "刘"}, []),
    ]
    with two.work(as_user="zhaomin", readonly=True) as work:
        for asked, found in expected:
            page = customers.phone_book(work, **asked)
            assert [one.contact.name for one in page.rows] == found, asked
        first = customers.phone_book(work, size=1).rows[0]
        assert first.customer.name == ABC
    gone = two.perform(customers.listing, name="ABC", as_user="lihua").rows[0]
    two.perform(customers.delete, gone.id, as_user="lihua")
    assert two.perform(customers.phone_book, as_user="zhaomin").total == 1


@pytest.mark.requirement("X-SLF-04", "14.21", "X-ADM-11", "RBA-13")
def test_a_role_that_may_only_query_queries_and_changes_nothing(two: Crm) -> None:
    from crmcore import access

    role = two.perform(access.create_role, name="查询", as_user="admin")
    two.perform(access.set_permissions, role.id, ("customer.read_all",), as_user="admin")
    two.perform(access.create_user, name="guest", roles=(role.id,), as_user="admin")
    asked: list[dict[str, Any]] = [{"number": "KH26030123"}, {"name": "华建"}, {"created_to": dt.date(2026, 3, 1)}]
    with two.work(as_user="guest", readonly=True) as work:
        for one in asked:
            assert [found.name for found in customers.listing(work, **one).rows] == [HUA]
        found = customers.detail(work, customers.listing(work, name="华建").rows[0].id)
        assert customers.timeline(work, found.id).total == 2
        for hidden in ({"amount_from": 1}, {"churn_warning": True}):
            with pytest.raises(NoPermission):
                customers.listing(work, **hidden)
    for action, args in (
        (customers.edit, (found.id,)),
        (customers.delete, (found.id,)),
        (customers.add_tag, (found.id, "x")),
        (customers.create, ()),
    ):
        with pytest.raises(NoPermission):
            two.perform(action, *args, as_user="guest")


@pytest.mark.requirement("X-PHB-01", "CUS-07")
def test_the_last_of_very_many_contacts_is_found_as_well(crm: Crm) -> None:
    big = entered(crm, name="人很多的公司")
    many = [
        Contact(
            id=ContactId(crm.ids()),
            customer=big.id,
            name=f"{number}号{'员' * 45}",
            office_phone=f"010-{6000 + number} {7000 + number}",
            mobile="1" * 48 + str(10 + number),
            version=1,
        )
        for number in range(40)
    ]
    put(crm, *many)
    crm.perform(customers.edit, big.id, remark="x", as_user="lihua")
    text = stored(crm, big).search_text
    assert (text.endswith(CUT), len(text), "6039 7039" in text) == (True, 4000, False)
    asked: list[dict[str, Any]] = [{"text": "39号"}, {"name": "39号员"}, {"phone": "6039 70"}, {"text": "6039 7039"}]
    with crm.work(as_user="lihua", readonly=True) as work:
        for one in asked:
            assert [row.contact.id for row in customers.phone_book(work, **one).rows] == [many[-1].id], one
        alike = customers.possible_duplicates(work, name="某公司", phone="(010)60397039")
        assert [one.customer.id for one in alike.found] == [big.id]
