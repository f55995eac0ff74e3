"""The roles, permissions and dictionary entries every CRM starts with."""

import pytest

from crmcore.access.delivered import ADMINISTRATOR_ROLE, delivered_role_id, delivered_roles
from crmcore.access.entity import Validity
from crmcore.access.permissions import DELIVERED_ROLES, KEYS, MENU, PERMISSIONS, known_permissions, menu_for
from crmcore.access.rules import role_key
from crmcore.dictionary.delivered import DELIVERED_CATEGORIES, delivered_entries, delivered_entry_id

CHAPTER_8 = {
    "administrator": {"L0501", "L0504", "L0601", "L0602", "L0603"},
    "account_manager": {
        *("L0101", "L0102", "L0201", "L0202", "L0203", "L0502", "L0503"),
        *("L0301", "L0303", "L0304", "L0305"),
    },
    "sales_supervisor": {
        *("L0101", "L0102", "L0201", "L0202", "L0203", "L0204", "L0502", "L0503"),
        *("L0302", "L0305"),
        *("L0401", "L0402", "L0403", "L0404"),
    },
    "executive": {
        *("L0201", "L0202", "L0203", "L0305", "L0502", "L0503"),
        *("L0401", "L0402", "L0403", "L0404"),
    },
    "customer_contact": set(),
}
"""Menu documents of each role: chapter 8, decision 16.1 for reading customers and requests, 16.2 for import."""
BESIDE = {
    "administrator": {"L0103", "L0310"},
    "account_manager": {"L0103", "L0104", "L0306", "L0307", "L0308", "L0309", "L0311"},
    "sales_supervisor": {"L0103", "L0104", "L0306", "L0307", "L0308", "L0309", "L0310", "L0311", "L0405"},
    "executive": {"L0103", "L0104", "L0306", "L0307", "L0308", "L0309", "L0405"},
    "customer_contact": {"L0311"},
}
"""What chapter 10 adds: to marketing the sales process and targets; to service knowledge, surveys, contracts, care,
deadlines, and the customer window; to reports further key figures."""


@pytest.mark.requirement("RBA-01", "RBA-02", "RBA-03", "RBA-04", "8", "16.1")
def test_each_role_sees_the_menu_of_chapter_8() -> None:
    for role, documents in CHAPTER_8.items():
        seen = {entry.code for entry in menu_for(frozenset(DELIVERED_ROLES[role])) if entry.parent}
        assert seen == documents | BESIDE[role]


@pytest.mark.requirement("RBA-13")
def test_a_folder_is_shown_with_one_of_its_documents_only() -> None:
    assert [entry.code for entry in menu_for(frozenset({"audit.read"}))] == ["L06", "L0603"]
    assert menu_for(frozenset()) == ()
    assert menu_for(known_permissions()) == MENU


def test_every_permission_stands_in_the_menu_once() -> None:
    documents = {entry.code for entry in MENU if entry.parent}
    assert {one.menu for one in PERMISSIONS} == documents
    assert len(known_permissions()) == len(PERMISSIONS)
    assert KEYS.issubset(DELIVERED_ROLES["administrator"])


@pytest.mark.parametrize(
    ("language", "names"),
    [
        ("zh", ["系统管理员", "客户经理", "销售主管", "高管", "客户联系人"]),
        ("en", ["System administrator", "Account manager", "Sales supervisor", "Executive", "Customer's contact"]),
    ],
)
def test_delivered_roles_have_names_in_both_languages(language: str, names: list[str]) -> None:
    made = delivered_roles(language)  # type: ignore[arg-type]
    assert [one.name for one in made] == names
    assert [one.code for one in made] == [*CHAPTER_8]
    assert all(one.name_key == role_key(one.name) and one.status is Validity.VALID for one in made)
    assert all(one.permissions == DELIVERED_ROLES[one.code] for one in made)


def test_delivered_ids_never_change_and_are_in_order() -> None:
    ids = [one.id for one in delivered_roles("en")]
    assert ids == [one.id for one in delivered_roles("zh")] == sorted(ids)
    assert ids[0] == ADMINISTRATOR_ROLE == delivered_role_id("administrator")
    assert str(ADMINISTRATOR_ROLE) == "00000000-0000-7000-bc25-856d1bc56b56"
    assert str(delivered_entry_id("region", "beijing")) == "00000000-0000-7000-a598-071c5661f677"
    assert {one.version for one in ids} == {7}


@pytest.mark.requirement("6.1")
def test_delivered_entries_are_in_the_order_of_their_lists() -> None:
    made = list(delivered_entries())
    assert (
        len({one.id for one in made})
        == len({(one.category, one.code) for one in made})
        == len(made)
        == 25 + 10 + 4 + 4 + 6 + 7 + 7 + 6 + 8 + 4 + 4
    )
    assert len({(one.category, one.label_zh) for one in made}) == len(made)
    for category, (lines, editable) in DELIVERED_CATEGORIES.items():
        mine = [one for one in made if one.category == category]
        assert [one.code for one in mine] == [code for code, _, _ in lines]
        assert [one.position for one in mine] == sorted(one.position for one in mine)
        assert {one.editable for one in mine} == {editable}
        assert [one.id for one in mine] == sorted(one.id for one in mine)
