"""A customer's contact may use the customer window, and nothing else of all there is (requirements X-SLF-01 to 04)."""

from collections.abc import Iterator

import pytest

from company import SetClock, fresh_crm
from company.visitors import Visitor, open_window, visitor
from crmcore import access
from crmcore.access.delivered import CUSTOMER_CONTACT_ROLE
from crmcore.access.report import all_actions
from crmcore.access.rules import NoPermission
from crmcore.base.schema import describe
from crmcore.storage.action import ANYONE, SIGNED_IN, Action
from crmcore.storage.crm import Crm
from crmcore.storage.stores import open_store
from crmcore.subjects import ENTITIES

FOR_EVERYBODY = {
    "access.create_first_administrator",  # refuses while there is an administrator
    "access.choose_language",
    "access.names",  # his own
    "access.session_is_current",  # he has no password, so he has no such session
    "dictionary.choices",
    "dictionary.labels",
    "storage.as_of",  # of what he may see
    "storage.history",
}
"""Open to whoever is signed in, or to anybody."""
IN_THE_WINDOW = {
    "window.answer",
    "window.answer_survey",
    "window.article",
    "window.articles",
    "window.file",
    "window.give_feedback",
    "window.my_order",
    "window.my_orders",
    "window.my_request",
    "window.my_requests",
    "window.my_survey",
    "window.my_surveys",
    "window.rate",
    "window.session_is_current",
    "window.vote",
}


@pytest.fixture(scope="module")
def crm() -> Iterator[Crm]:
    """A CRM in memory with its window open: what is refused before anything is read is the same on every store."""
    made = fresh_crm(open_store("memory://", tuple(map(describe, ENTITIES))), SetClock())
    open_window(made)
    yield made
    made.close()


@pytest.fixture(scope="module")
def guest(crm: Crm) -> Visitor:
    return visitor(crm)


def refused(crm: Crm, guest: Visitor, one: Action) -> bool:
    """Tell whether an action is refused for want of a right, whatever it is given: here it is given nothing."""
    with crm.work(as_user=guest.user) as work:
        try:
            one.function(work)
        except Exception as error:  # noqa: BLE001  # let through, it misses what it needs
            return isinstance(error, NoPermission)
    return False


@pytest.mark.requirement("X-SLF-03", "X-SLF-04", "RBA-13")
def test_everything_else_is_refused_before_it_looks_at_anything(crm: Crm, guest: Visitor) -> None:
    tried = [one for one in all_actions() if one.takes == "work"]
    allowed = {one.name for one in tried if not refused(crm, guest, one)}
    assert allowed == IN_THE_WINDOW | FOR_EVERYBODY
    open_to_all = {one.name for one in all_actions() if one.permissions in {(ANYONE,), (SIGNED_IN,)}}
    assert {name for name in open_to_all if name in FOR_EVERYBODY} == FOR_EVERYBODY


@pytest.mark.requirement("X-SLF-03", "RBA-13")
def test_a_unit_of_work_shows_him_the_dictionary_alone(crm: Crm, guest: Visitor) -> None:
    shown = set()
    for cls in ENTITIES:
        with crm.work(as_user=guest.user, readonly=True) as work:
            try:
                work.of(cls).find()
            except NoPermission:
                continue
        shown.add(cls.__name__)
    assert shown == {"DictionaryEntry"}


@pytest.mark.requirement("X-SLF-03", "RBA-12")
def test_his_role_has_one_right(crm: Crm, guest: Visitor) -> None:
    assert crm.perform(access.role, CUSTOMER_CONTACT_ROLE, as_user="admin").permissions == ("window.use",)
