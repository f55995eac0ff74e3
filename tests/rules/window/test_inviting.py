"""Who is let into the customer window, by whom, and that he never becomes a colleague."""

from typing import Any

import pytest

from company import People, SetClock
from company.clients import PERSON, contact_of, entered
from company.visitors import MAIL, Letters, come_in, open_window, visitor
from crmcore import access, customers, dictionary, window
from crmcore.access.actions import set_password
from crmcore.access.delivered import ACCOUNT_MANAGER_ROLE, CUSTOMER_CONTACT_ROLE
from crmcore.access.entity import Validity
from crmcore.access.guests import ContactOfCustomer
from crmcore.access.rules import NotAnAccountManager, UserRetired
from crmcore.access.signing_in import LogInFailed
from crmcore.base.errors import Invalid, NotFound
from crmcore.service.refusals import CustomerNotActive
from crmcore.storage.crm import Crm
from crmcore.window.rules import NotAGuest, SignInFailed, WindowClosed


def users(crm: Crm, **only: Any) -> list[access.User]:
    with crm.work(as_user="admin", readonly=True) as work:
        return list(access.users(work, size=200, **only).rows)


@pytest.mark.requirement("X-SLF-01", "X-SLF-03")
def test_the_window_is_closed_until_an_administrator_opens_it(crm: Crm, people: People) -> None:
    contact = contact_of(crm, entered(crm))
    letters = Letters()
    closed: list[Any] = [
        lambda: crm.perform(window.invite, contact.id, as_user="lihua"),
        lambda: window.send_link(crm, MAIL, letters),
        lambda: window.sign_in(crm, "x" * 43),
    ]
    for deed in closed:
        with pytest.raises(WindowClosed):
            deed()
    open_window(crm)
    guest = crm.perform(window.invite, contact.id, as_user="lihua")
    crm.perform(_close, as_user="admin")
    inside: list[Any] = [
        (window.my_requests,),
        (window.my_orders,),
        (window.my_request, guest.id),
        (window.my_order, guest.id),
        (window.answer, guest.id, "x"),
        (window.give_feedback, "x", "x"),
        (window.session_is_current, "x"),
    ]
    for deed, *given in inside:
        with pytest.raises(WindowClosed):
            crm.perform(deed, *given, as_user=guest.id)
    with pytest.raises(WindowClosed):
        crm.perform(window.file, type="inquiry", title="x", request="x", as_user=guest.id)
    with pytest.raises(WindowClosed):
        crm.perform(window.rate, guest.id, satisfaction=5, text="x", as_user=guest.id)
    assert letters.sent == []
    crm.perform(window.withdraw, contact.id, as_user="lihua")  # what is wrong can be put right while it is closed


def _close(work: Any) -> Any:
    return dictionary.set_parameter(work, "window.open", "no")


@pytest.mark.requirement("X-SLF-03", "RBA-15")
def test_a_guest_is_no_colleague(crm: Crm, people: People) -> None:
    open_window(crm)
    guest = visitor(crm)
    (user,) = users(crm, guests=True)
    assert (user.id, user.full_name, user.roles) == (guest.user, "刘芳", (CUSTOMER_CONTACT_ROLE,))
    assert user.id not in {one.id for one in users(crm, guests=False)}
    assert len(users(crm)) == 7
    for taken in (
        lambda: crm.perform(set_password, user.id, password="long enough", as_user="admin"),
        lambda: crm.perform(access.edit_user, user.id, roles=(ACCOUNT_MANAGER_ROLE,), as_user="admin"),
        lambda: crm.perform(
            access.edit_user, user.id, roles=(CUSTOMER_CONTACT_ROLE, ACCOUNT_MANAGER_ROLE), as_user="admin"
        ),
        lambda: crm.perform(access.edit_user, people.lihua.id, roles=(CUSTOMER_CONTACT_ROLE,), as_user="admin"),
        lambda: crm.perform(access.create_user, name="x", roles=(CUSTOMER_CONTACT_ROLE,), as_user="admin"),
    ):
        with pytest.raises(ContactOfCustomer):
            taken()
    with pytest.raises(LogInFailed):
        access.log_in(crm, user.name, "long enough")
    with pytest.raises(NotAnAccountManager):
        crm.perform(customers.assign, guest.customer.id, to=user.id, as_user="zhaomin")
    with crm.work(as_user="zhaomin", readonly=True) as work:
        assert user.id not in {one.id for one in access.account_managers(work)}
    with crm.work(as_user=user.id, readonly=True) as work:
        assert access.names(work, [people.lihua.id, user.id]) == {user.id: "刘芳"}
    with crm.work(as_user="admin", readonly=True) as work:
        assert CUSTOMER_CONTACT_ROLE not in {one.id for one in access.role_choices(work)}


@pytest.mark.requirement("X-SLF-03", "X-SLF-05", "CUS-05")
def test_one_invites_the_contacts_of_customers_one_sees(crm: Crm, people: People) -> None:
    open_window(crm)
    contact = contact_of(crm, entered(crm, contact={**PERSON, "email": MAIL}))
    for deed in (window.invite, window.withdraw):
        with pytest.raises(NotFound):
            crm.perform(deed, contact.id, as_user="wangwei")
    first = crm.perform(window.invite, contact.id, as_user="zhaomin", language="en")
    assert crm.perform(window.invite, contact.id, as_user="lihua").id == first.id
    assert [(one.contact.id, one.customer.id) for one in crm.perform(window.guests, as_user="lihua").rows] == [
        (contact.id, contact.customer)
    ]
    assert crm.perform(window.guests, as_user="wangwei").total == 0
    assert crm.perform(window.guests, name="不是", as_user="lihua").total == 0
    assert crm.perform(window.guests, customer=contact.customer, name=contact.name[:1], as_user="zhaomin").total == 1
    with pytest.raises(NotFound):
        crm.perform(window.guests, customer=contact.customer, as_user="wangwei")
    unreachable = crm.perform(
        customers.add_contact, contact.customer, name="无", position="x", office_phone="1", as_user="lihua"
    )
    with pytest.raises(Invalid) as caught:
        crm.perform(window.invite, unreachable.id, as_user="lihua")
    assert [(one.field, one.code) for one in caught.value.problems] == [("email", "window.no_address")]
    gone = contact_of(crm, entered(crm, name="旧公司"))
    crm.perform(customers.delete, gone.customer, as_user="lihua")
    with pytest.raises(CustomerNotActive):
        crm.perform(window.invite, gone.id, as_user="lihua")


@pytest.mark.requirement("X-SLF-03")
def test_who_is_withdrawn_is_out_at_once_until_he_is_invited_again(crm: Crm, people: People, clock: SetClock) -> None:
    open_window(crm)
    guest = visitor(crm)
    came = come_in(crm)
    letters = Letters()
    clock.advance(minutes=2)
    window.send_link(crm, MAIL, letters)
    crm.perform(window.withdraw, guest.contact.id, as_user="lihua")
    with pytest.raises(SignInFailed):
        window.sign_in(crm, letters.token)
    with pytest.raises(UserRetired):
        crm.perform(window.my_requests, as_user=guest.user)
    with pytest.raises(NotFound):
        crm.perform(window.withdraw, guest.contact.id, as_user="lihua")
    assert crm.perform(window.guests, customer=guest.customer.id, as_user="lihua").total == 0
    assert [one.status for one in users(crm, guests=True)] == [Validity.RETIRED]
    again = crm.perform(window.invite, guest.contact.id, as_user="lihua")
    assert again.id == guest.user
    assert not crm.perform(window.session_is_current, came.stamp, as_user=guest.user)
    came = come_in(crm)
    assert came.user.id == guest.user
    crm.perform(access.retire_user, guest.user, as_user="admin")
    crm.perform(window.invite, guest.contact.id, as_user="lihua")
    assert not crm.perform(window.session_is_current, came.stamp, as_user=guest.user), "whoever retired him meant it"


@pytest.mark.requirement("X-SLF-03", "X-ADM-11")
def test_a_guest_follows_his_company_and_ends_with_it(crm: Crm, people: People) -> None:
    open_window(crm)
    guest = visitor(crm)
    asked = crm.perform(window.file, type="inquiry", title="合并前", request="x", as_user=guest.user)
    kept = entered(crm, name="华建集团", contact={**PERSON, "name": "别人"})
    crm.perform(customers.merge, kept.id, guest.customer.id, as_user="zhaomin")
    seen = crm.perform(window.my_requests, as_user=guest.user)
    assert [one.id for one in seen.rows] == [asked]
    later = crm.perform(window.file, type="inquiry", title="合并后", request="x", as_user=guest.user)
    assert [one.id for one in crm.perform(window.my_requests, as_user=guest.user).rows] == [later, asked]
    crm.perform(customers.delete_contact, guest.contact.id, as_user="lihua")
    with pytest.raises(UserRetired):
        crm.perform(window.my_requests, as_user=guest.user)
    assert crm.perform(window.guests, as_user="zhaomin").total == 0, "whom nobody could withdraw is withdrawn"
    letters = Letters()
    window.send_link(crm, MAIL, letters)
    assert letters.sent == []
    with pytest.raises(NotFound):
        crm.perform(window.withdraw, guest.contact.id, as_user="zhaomin")
    alone = visitor(crm, name="将被删除", email="last@huajian.example")
    crm.perform(customers.delete, alone.customer.id, as_user="lihua")
    with pytest.raises(NotAGuest):
        crm.perform(window.my_orders, as_user=alone.user)


@pytest.mark.requirement("X-SLF-03")
def test_colleagues_are_no_guests_whatever_their_rights(crm: Crm, people: People) -> None:
    open_window(crm)
    crm.perform(access.set_permissions, ACCOUNT_MANAGER_ROLE, ("window.use",), as_user="admin")
    with pytest.raises(NotAGuest):
        crm.perform(window.my_requests, as_user="lihua")
