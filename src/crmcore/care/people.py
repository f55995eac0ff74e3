"""Who is meant by what was planned, as things are now (requirement X-CAR-02)."""

from crmcore.care.entity import CareActivity
from crmcore.customers.entity import Contact, ContactId
from crmcore.storage.work import Work

__all__ = ["contact_still_his"]


def contact_still_his(work: Work, activity: CareActivity) -> ContactId | None:
    """Answer the contact of an activity; None if he has left the customer, or none was named."""
    if activity.contact is None:
        return None
    person = work.session.load(Contact, activity.contact)
    return activity.contact if person is not None and person.customer == activity.customer else None
