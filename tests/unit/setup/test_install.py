from collections.abc import Callable, Mapping
from typing import Any

import attrs
import pytest

from crmcore import access, setup
from crmcore.access.actor import SYSTEM
from crmcore.access.delivered import delivered_role_id
from crmcore.access.entity import ADMINISTRATOR, EXECUTIVE
from crmcore.access.rules import AdministratorExists
from crmcore.base.errors import Invalid, SchemaMissing, SchemaNewer, SchemaOutdated
from crmcore.base.schema import describe
from crmcore.dictionary.delivered import delivered_entries, delivered_entry_id
from crmcore.dictionary.entity import DictionaryEntry
from crmcore.i18n import LANGUAGES, Language
from crmcore.memory import MemoryStore
from crmcore.storage.action import SYSTEM_ONLY, action
from crmcore.storage.crm import Crm
from crmcore.storage.ports import SchemaState
from crmcore.storage.work import Work
from crmcore.subjects import ENTITIES

Look = Callable[[Crm], dict[str, list[Any]]]
PASSWORD = "correct horse battery"


@action(SYSTEM_ONLY)
def change_entry(work: Work, category: str, code: str, **changes: Any) -> None:
    entries = work.unscoped(DictionaryEntry)
    entries.save(attrs.evolve(entries.get(delivered_entry_id(category, code)), **changes))


@action(SYSTEM_ONLY)
def remove_entry(work: Work, category: str, code: str) -> None:
    entries = work.unscoped(DictionaryEntry)
    entries.remove(entries.get(delivered_entry_id(category, code)))


@action(SYSTEM_ONLY)
def add_entry(work: Work, **fields: Any) -> None:
    work.unscoped(DictionaryEntry).add(DictionaryEntry(id=work.new_id(), **fields))


def test_a_new_store_gets_roles_and_dictionary(crm: Crm, contents: Look) -> None:
    done = setup.install(crm)
    assert done.before is SchemaState.CURRENT
    assert done.changed
    assert done.administrator is None
    delivered = ("administrator", "account_manager", "sales_supervisor", "executive", "customer_contact")
    assert done.delivered.roles == delivered
    assert done.delivered.entries == tuple(f"{one.category}.{one.code}" for one in delivered_entries())
    found = contents(crm)
    assert {one.name for one in found["Role"]} == {"系统管理员", "客户经理", "销售主管", "高管", "客户联系人"}
    assert len(found["ChangeRecord"]) == len(found["Role"]) + len(found["DictionaryEntry"])
    assert {one.actor_name for one in found["ChangeRecord"]} == {"system"}


def test_roles_are_named_in_the_language_asked_for(crm: Crm, contents: Look) -> None:
    setup.install(crm, language="en")
    assert "Account manager" in {one.name for one in contents(crm)["Role"]}


def test_a_second_run_changes_nothing(crm: Crm, contents: Look) -> None:
    setup.install(crm, administrator="admin", password=PASSWORD)
    before = contents(crm)
    done = setup.install(crm, administrator="ADMIN", password="something else")
    assert not done.changed
    assert contents(crm) == before


def test_what_the_company_changed_stays(crm: Crm, contents: Look) -> None:
    setup.install(crm)
    executive = delivered_role_id(EXECUTIVE)
    crm.perform(access.edit_role, executive, name="老板", as_user=SYSTEM)
    crm.perform(access.set_permissions, executive, ["customer.read"], as_user=SYSTEM)
    crm.perform(change_entry, "region", "west", label_zh="西南", as_user=SYSTEM)
    crm.perform(remove_entry, "region", "hebei", as_user=SYSTEM)
    before = contents(crm)
    assert not setup.install(crm).changed
    assert not setup.upgrade(crm).changed
    assert contents(crm) == before


def test_a_role_of_the_company_keeps_its_name(crm: Crm, contents: Look) -> None:
    crm.perform(access.create_role, name="高管", as_user=SYSTEM)
    setup.install(crm)
    assert {one.name for one in contents(crm)["Role"]} >= {"高管", "高管 (executive)"}


@pytest.mark.requirement("DIC-03")
def test_an_entry_of_the_company_keeps_its_label_and_code(crm: Crm, contents: Look) -> None:
    crm.perform(add_entry, category="region", code="sw", label_zh="西部", label_en="West", as_user=SYSTEM)
    crm.perform(add_entry, category="region", code="hebei", label_zh="冀", label_en="Ji", as_user=SYSTEM)
    delivered = setup.install(crm).delivered.entries
    assert not {"region.west", "region.hebei"} & {*delivered}
    assert "region.north" in delivered
    assert len([one for one in contents(crm)["DictionaryEntry"] if one.code == "hebei"]) == 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_first_administrator_can_log_in(crm: Crm, language: Language) -> None:
    done = setup.install(crm, language=language, administrator="admin", password=PASSWORD)
    assert done.administrator is not None
    assert done.administrator.language == language
    assert done.administrator.roles == (delivered_role_id(ADMINISTRATOR),)
    assert access.log_in(crm, "admin", PASSWORD).user.name == "admin"


def test_there_is_no_second_first_administrator(crm: Crm, contents: Look) -> None:
    setup.install(crm, administrator="admin", password=PASSWORD)
    before = contents(crm)["User"]
    with pytest.raises(AdministratorExists):
        setup.install(crm, administrator="other", password=PASSWORD)
    assert contents(crm)["User"] == before


@pytest.mark.parametrize(("name", "password"), [("admin", ""), ("admin", "short"), ("two words", PASSWORD)])
def test_a_bad_name_or_password_is_refused_and_nothing_delivered(
    crm: Crm, name: str, password: str, contents: Look
) -> None:
    with pytest.raises(Invalid):
        setup.install(crm, administrator=name, password=password)
    assert not any(contents(crm).values())


def test_a_url_does_for_scripts() -> None:
    assert setup.install("memory://").changed
    assert setup.upgrade("memory://").changed


class Aged(MemoryStore):
    """A store that says it was made by another version, until it is prepared."""

    found = SchemaState.OUTDATED

    def state(self) -> SchemaState:
        return self.found

    def prepare(self) -> None:
        self.found = SchemaState.CURRENT

    def info(self) -> Mapping[str, str]:
        return {"address": "memory://aged"}


def aged(crm: Crm, state: SchemaState) -> Crm:
    """A CRM like *crm* whose store was made by another version."""
    store = Aged(tuple(map(describe, ENTITIES)))
    store.found = state
    return Crm(store, clock=crm.clock, ids=crm.ids, passwords=crm.passwords)


@pytest.mark.parametrize(
    ("do", "state", "error"),
    [
        (setup.install, SchemaState.OUTDATED, SchemaOutdated),
        (setup.install, SchemaState.NEWER, SchemaNewer),
        (setup.upgrade, SchemaState.MISSING, SchemaMissing),
        (setup.upgrade, SchemaState.NEWER, SchemaNewer),
    ],
)
def test_a_store_of_another_version_is_left_alone(
    crm: Crm, do: Callable[[Crm], Any], state: SchemaState, error: type[Exception], contents: Look
) -> None:
    other = aged(crm, state)
    with pytest.raises(error, match="memory://aged"):
        do(other)
    assert not any(contents(other).values())


@pytest.mark.parametrize(("do", "state"), [(setup.install, SchemaState.MISSING), (setup.upgrade, SchemaState.OUTDATED)])
def test_a_store_is_prepared(crm: Crm, do: Callable[[Crm], Any], state: SchemaState, contents: Look) -> None:
    other = aged(crm, state)
    done = do(other)
    assert (done.before, done.changed) == (state, True)
    assert other.store.state() is SchemaState.CURRENT
    assert len(contents(other)["Role"]) == 5
    assert not do(other).changed
