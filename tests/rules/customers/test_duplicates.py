"""Possible duplicates: on entry, for imports, and among all customers."""

import sys
from collections.abc import Sequence
from typing import Any

import pytest

from company import People
from crmcore import SYSTEM, access, customers, dictionary
from crmcore.access.entity import UserId
from crmcore.access.rules import NoPermission
from crmcore.base.errors import Invalid, NotFound
from crmcore.customers.candidates import PhoneOwner
from crmcore.customers.deriving import with_derived
from crmcore.customers.duplicates import PossibleDuplicates
from crmcore.customers.entity import Contact, ContactId, Customer, CustomerId, CustomerStatus
from crmcore.customers.likeness import DuplicateReason
from crmcore.dictionary.parameters import ZONE
from crmcore.storage.crm import Crm

LICENCE, NAME, SIMILAR, PHONE = DuplicateReason
NAMES = ("北京华建科技发展有限公司", "上海远望贸易有限公司", "广州南方电缆有限公司", "Huajian Technology Ltd")


def put(crm: Crm, *records: Any) -> None:
    session = crm.store.begin(write=True)
    for one in records:
        assert session.insert(one)
    session.commit()
    session.close()


def made(crm: Crm, manager: UserId, name: str, *, contacts: Sequence[str] = (), **given: Any) -> Customer:
    """A customer as the store keeps it, with contacts of these phones."""
    customer = Customer(
        id=CustomerId(crm.ids()),
        number=crm.numbers("KH", crm.clock(), ZONE.default),
        name=name,
        name_key=name.lower() if given.get("status") is not CustomerStatus.DELETED else None,
        manager=manager,
        created_by=manager,
        created_at=crm.clock(),
        version=1,
        **given,
    )
    people = [
        Contact(id=ContactId(crm.ids()), customer=customer.id, name="张", mobile=phone, version=1) for phone in contacts
    ]
    customer = with_derived(customer, people)
    put(crm, customer, *people)
    return customer


def asked(crm: Crm, who: str, **given: Any) -> PossibleDuplicates:
    with crm.work(as_user=who) as work:
        return customers.possible_duplicates(work, **given)


def reasons(answer: PossibleDuplicates) -> list[tuple[str, list[DuplicateReason]]]:
    return [(one.customer.name, [hint.reason for hint in one.hints]) for one in answer.found]


def whose(phones: Sequence[PhoneOwner]) -> list[tuple[str, str]]:
    return [(one.contact.name if one.contact else "", one.phone) for one in phones]


@pytest.mark.requirement("CUS-07", "X-ADM-11")
def test_on_entry_possible_duplicates_are_shown_with_the_reason(crm: Crm, people: People) -> None:
    mine = people.lihua.id
    first = made(crm, mine, NAMES[0], phone="010-6551 2233", licence_no="91110000-MA01")
    second = made(crm, mine, NAMES[1], contacts=("138 0000 1111",))
    made(crm, mine, NAMES[2], phone="0")
    made(crm, mine, "北京华建科技发展集团有限公司", status=CustomerStatus.DELETED)
    assert reasons(asked(crm, "lihua", name="北京华建科技发展公司")) == [(first.name, [NAME])]
    assert reasons(asked(crm, "lihua", licence_no="91110000 ma01")) == [(first.name, [LICENCE])]
    assert reasons(asked(crm, "lihua", phone="+86 10 65512233")) == [(first.name, [PHONE])]
    assert reasons(asked(crm, "lihua", phone="13800001111")) == [(second.name, [PHONE])]
    assert whose(asked(crm, "lihua", phone="+86 10 65512233").found[0].phones) == [("", "010-6551 2233")]
    assert whose(asked(crm, "lihua", phone="13800001111").found[0].phones) == [("张", "138 0000 1111")]
    both = asked(crm, "lihua", name="华建", phone="+861065512233", licence_no="91110000MA01")
    assert reasons(both) == [(first.name, [LICENCE, PHONE])]
    assert both.found[0].score == 100
    assert not asked(crm, "lihua", name="华建", phone="0")
    assert not asked(crm, "lihua", name=NAMES[0], leaving_out=first.id)


@pytest.mark.extras
@pytest.mark.requirement("CUS-07")
@pytest.mark.parametrize(
    "typed", ["北京华建科技发站有限公司", "此京华建科技发展", "华建科技发展（北京）有限公司", "华建科技发展"]
)
def test_on_entry_similar_names_are_found_through_indexes(crm: Crm, people: People, typed: str) -> None:
    for name in NAMES:
        made(crm, people.lihua.id, name)
    assert reasons(asked(crm, "lihua", name=typed)) == [(NAMES[0], [SIMILAR])]
    crm.perform(dictionary.set_parameter, "customer.least_likeness", "100", as_user="admin")
    assert not asked(crm, "lihua", name=typed)


@pytest.mark.requirement("CUS-07")
def test_without_rapidfuzz_the_rest_still_works_and_says_so(
    crm: Crm, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    made(crm, people.lihua.id, NAMES[0])
    monkeypatch.setitem(sys.modules, "rapidfuzz.fuzz", None)
    answer = asked(crm, "lihua", name="北京华建科技发展公司")
    assert (reasons(answer), answer.similar_names) == ([(NAMES[0], [NAME])], False)
    assert not asked(crm, "lihua", name="北京华建科技发站公司")
    found = crm.perform(customers.duplicate_groups, as_user="zhaomin")
    assert (found.page.total, found.similar_names, found.whole) == (0, False, True)


@pytest.mark.extras
@pytest.mark.requirement("CUS-05", "RBA-13")
def test_of_somebody_elses_customer_one_learns_one_fact_and_no_phone(crm: Crm, people: People) -> None:
    """Whatever phone is tried, alone, with the same, a similar or another name, the answer is the same."""
    made(
        crm,
        people.wangwei.id,
        NAMES[0],
        phone="010-65512233",
        contacts=("13800001111",),
        licence_no="91110000MA01",
    )
    for name, elsewhere in (
        ("", False),
        ("13800001111", False),
        ("上海远望贸易", False),
        ("北京华", False),
        ("北京华建科技发展公司", True),
        ("北京华建科技发站有限公司", True),
    ):
        usual = asked(crm, "lihua", name=name)
        assert (usual.found, usual.elsewhere) == ((), elsewhere)
        for phone in ("010-65512233", "13800001111", "13800001112"):
            assert asked(crm, "lihua", name=name, phone=phone) == usual
    assert asked(crm, "lihua", licence_no="91110000MA01").elsewhere
    shown = asked(crm, "zhaomin", name="北京华建科技发展公司")
    assert (len(shown.found), shown.elsewhere) == (1, False)


@pytest.mark.requirement("CUS-05")
def test_the_customer_that_is_changed_must_be_ones_own(crm: Crm, people: People) -> None:
    """Else leaving one customer out after the other would tell which one the fact is about."""
    theirs = made(crm, people.wangwei.id, NAMES[0])
    with pytest.raises(NotFound):
        asked(crm, "lihua", name=NAMES[0], leaving_out=theirs.id)


@pytest.mark.requirement("CUS-05", "X-ADM-10")
def test_importing_without_seeing_all_tells_the_same_one_fact(crm: Crm, people: People) -> None:
    with crm.work(as_user="admin") as work:
        role = next(one for one in access.roles(work).rows if one.code == "account_manager")
        access.set_permissions(work, role.id, (*role.permissions, "customer.import"))
    own = made(crm, people.lihua.id, NAMES[1], phone="021-5551000", licence_no="310000ABC")
    made(crm, people.wangwei.id, NAMES[0], phone="010-65512233", licence_no="91110000MA01")
    rows = [
        {"name": NAMES[0]},
        {"name": "另一家", "phone": "010-65512233"},
        {"licence_no": "91110000MA01"},
        {"name": "上海远望贸易公司", "phone": "(021)555-1000", "licence_no": "310000abc"},
        {},
    ]
    found = crm.perform(customers.duplicates_of_many, rows, as_user="lihua")
    assert [one.elsewhere for one in found] == [True, False, True, False, False]
    assert [reasons(one) for one in found] == [[], [], [], [(own.name, [LICENCE, NAME, PHONE])], []]


@pytest.mark.requirement("RBA-13")
def test_what_no_customer_could_have_is_refused_by_field(crm: Crm, people: People) -> None:
    with pytest.raises(Invalid) as caught:
        asked(crm, "lihua", name="x" * 101, phone=13800001111, licence_no="\0")
    assert caught.value.fields == {"name", "phone", "licence_no"}
    with pytest.raises(Invalid):
        crm.perform(customers.duplicates_of_many, [{}] * 10_001, as_user="zhaomin")
    with pytest.raises(NoPermission):
        asked(crm, "chengang", name="x")


def groups(crm: Crm, who: str = "zhaomin", **given: Any) -> list[tuple[set[str], list[DuplicateReason]]]:
    found = crm.perform(customers.duplicate_groups, as_user=who, **given)
    return [({one.name for one in row.customers}, [hint.reason for hint in row.hints]) for row in found.page.rows]


@pytest.mark.extras
@pytest.mark.requirement("CUS-07", "X-ADM-11")
def test_duplicates_among_all_customers_come_in_groups_the_likeliest_first(
    crm: Crm, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = people.lihua.id, people.wangwei.id
    made(crm, one, "甲乙丙公司", licence_no="91110000MA01", phone="010-65512233")
    made(crm, other, "丙乙甲厂", licence_no="91110000ma01")
    made(crm, one, "甲乙丙有限公司", region="beijing")
    made(crm, other, "南方电缆", phone="13800001111")
    made(crm, one, "西域果业", contacts=("138-0000-1111", "0"), region="beijing")
    made(crm, other, "东海渔业", contacts=("0",))
    made(crm, one, NAMES[0], region="beijing")
    made(crm, other, "北京华建科技发站公司", region="beijing")
    made(crm, other, NAMES[0] + "分公司", region="beijing")
    made(crm, one, "西域果业集团", status=CustomerStatus.DELETED)
    found = groups(crm)
    assert found == [
        ({"甲乙丙公司", "丙乙甲厂", "甲乙丙有限公司"}, [LICENCE, NAME]),
        ({NAMES[0], "北京华建科技发站公司"}, [SIMILAR]),
        ({"南方电缆", "西域果业"}, [PHONE]),
    ]
    shown = crm.perform(customers.duplicate_groups, as_user="zhaomin").page.rows
    assert [whose(one.phones) for one in shown] == [[], [], [("", "13800001111"), ("张", "138-0000-1111")]]
    assert groups(crm, region="beijing") == [found[1]]
    assert groups(crm, manager=people.lihua.id) == [({"甲乙丙公司", "甲乙丙有限公司"}, [NAME])]
    pages = [groups(crm, page=number, size=1) for number in (1, 2, 3, 9)]
    assert [page[0] for page in pages] == [*found, found[2]]
    monkeypatch.setattr("crmcore.customers.duplicate_search._MOST_NAMES", 8)
    many = crm.perform(customers.duplicate_groups, as_user="zhaomin")
    assert ([{one.name for one in row.customers} for row in many.page.rows], many.whole) == ([found[0][0]], False)


@pytest.mark.requirement("CUS-05", "RBA-13")
def test_whoever_cleans_up_his_own_customers_sees_those_only(crm: Crm, people: People) -> None:
    made(crm, people.lihua.id, "甲乙丙公司", phone="010-65512233")
    made(crm, people.wangwei.id, "甲乙丙有限公司", contacts=("010-65512233",))
    with pytest.raises(NoPermission):
        groups(crm, "lihua")
    with crm.work(as_user="admin") as work:
        role = next(one for one in access.roles(work).rows if one.code == "account_manager")
        access.set_permissions(work, role.id, (*role.permissions, "customer.merge"))
    assert groups(crm, "lihua") == []
    assert len(groups(crm)) == 1
    assert crm.perform(customers.duplicate_groups, as_user=SYSTEM).page.total == 1
