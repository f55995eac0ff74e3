"""Whom to speak to about a request, on every store, also for those who do not look after its customer."""

import pytest

from company.clients import contact_of, entered
from company.desk import assigned
from crmcore import customers, service
from crmcore.base.errors import NotFound
from crmcore.storage.crm import Crm


@pytest.mark.requirement("SVC-04", "SVC-05", "X-SRV-08")
def test_whoever_treats_a_colleagues_customer_knows_whom_to_call(crm: Crm) -> None:
    customer = entered(crm, phone="010-5555")
    person = contact_of(crm, customer)
    numbers = {"mobile": "138 1234 5678", "office_phone": "010-1234"}
    crm.perform(customers.edit_contact, person.id, **numbers, as_user="lihua")
    for contact, expected in ((None, ("", ("010-5555",))), (person.id, (person.name, tuple(numbers.values())))):
        request = assigned(crm, customer, contact=contact)
        with crm.work(as_user="wangwei", readonly=True) as work:
            shown = service.detail(work, request.id).reachable
            with pytest.raises(NotFound):
                work.customers.get(customer.id)
        assert (shown.customer, shown.name, shown.phones) == (customer.name, *expected)
