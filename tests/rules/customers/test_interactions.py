"""What passed between customers and the company."""

import datetime as dt

import pytest

from company import SetClock
from company.clients import contact_of, entered
from crmcore import customers
from crmcore.base.errors import Conflict, Invalid, NotFound
from crmcore.storage.crm import Crm


@pytest.mark.requirement("INT-01", "INT-02", "INT-03", "3.5", "X-CUS-15")
def test_interactions_are_recorded_with_type_and_channel_newest_first(crm: Crm, clock: SetClock) -> None:
    customer = entered(crm)
    today = crm.perform(
        customers.add_interaction,
        customer.id,
        place="北京总部",
        title="产品演示",
        type="demonstration",
        channel="visit",
        contact=contact_of(crm, customer).id,
        detail="演示了新产品，客户满意。",
        as_user="lihua",
    )
    assert (today.at, today.created_at) == (clock.now, clock.now)
    before = crm.perform(
        customers.add_interaction,
        customer.id,
        at=clock.now - dt.timedelta(days=3),
        place="电话",
        title="预约",
        channel="phone",
        as_user="lihua",
    )
    page = crm.perform(customers.interactions, customer.id, as_user="zhaomin")
    assert [one.id for one in page.rows] == [today.id, before.id]
    crm.perform(
        customers.edit_interaction, before.id, expected=1, at=clock.now + dt.timedelta(1), memo="改期", as_user="lihua"
    )
    page = crm.perform(customers.interactions, customer.id, size=1, as_user="lihua")
    assert ([one.id for one in page.rows], page.total) == ([before.id], 2)
    with pytest.raises(Conflict):
        crm.perform(customers.edit_interaction, before.id, expected=1, memo="x", as_user="lihua")
    crm.perform(customers.delete_interaction, before.id, as_user="lihua")
    assert crm.perform(customers.interactions, customer.id, as_user="lihua").total == 1


@pytest.mark.requirement("3.5", "INT-03", "16.9")
def test_bad_interactions_are_refused_with_everything_that_is_wrong(crm: Crm) -> None:
    customer, other = entered(crm), entered(crm, name="另一家")
    with pytest.raises(Invalid) as caught:
        crm.perform(
            customers.add_interaction,
            customer.id,
            place="",
            title="x" * 501,
            at=dt.datetime(2026, 1, 1),  # noqa: DTZ001  # that is what is wrong with it
            as_user="lihua",
        )
    assert caught.value.fields == {"place", "title", "at"}
    with pytest.raises(Invalid) as caught:
        crm.perform(
            customers.add_interaction, customer.id, place="x", title="x", type="x", channel="pigeon", as_user="lihua"
        )
    assert caught.value.fields == {"type", "channel"}
    stranger = contact_of(crm, other).id
    with pytest.raises(Invalid) as caught:
        crm.perform(customers.add_interaction, customer.id, place="x", title="x", contact=stranger, as_user="lihua")
    assert caught.value.codes == {"customer.not_a_contact"}
    assert crm.perform(customers.interactions, customer.id, as_user="lihua").total == 0


@pytest.mark.requirement("CUS-05", "9")
def test_interactions_belong_to_who_maintains_their_customer(crm: Crm) -> None:
    customer = entered(crm, "lihua")
    one = crm.perform(customers.add_interaction, customer.id, place="x", title="x", as_user="lihua")
    for action, id_ in (
        (customers.interactions, customer.id),
        (customers.interaction, one.id),
        (customers.edit_interaction, one.id),
        (customers.delete_interaction, one.id),
    ):
        with pytest.raises(NotFound):
            crm.perform(action, id_, as_user="wangwei")
