"""Processing what customers said: filed as a service request, or dealt with and kept (X-CAR-03)."""

from uuid import UUID

from flask import flash, redirect, request

from crmcore import Conflict, CrmError, Invalid, Refused
from crmcore.care import CareActivity, CareActivityId, detail, file_opinion, process_opinion
from crmcore.care.rules import may_process
from crmcore.customers.entity import Customer
from crmcore.service import Priority, ServiceRequest
from crmcore.service.rules import may_file_for
from crmcore_demo.addresses import carry
from crmcore_demo.answers import Answer, form_page, pages_of
from crmcore_demo.customer_page import customer_of
from crmcore_demo.display import label, t
from crmcore_demo.entries import Entry
from crmcore_demo.forms import VERSION, Form, Shown, posted_version
from crmcore_demo.pages.service_entry import request_form
from crmcore_demo.session import perform, person, reading

pages = pages_of("care_opinions", "L0309", "/care")
LONGEST_OUTCOME = 1000


def _open_opinion(id: UUID) -> tuple[CareActivity, Customer]:  # noqa: A002
    """Return the activity in which a customer said what still waits, if the person may process it."""
    it = detail(reading(), CareActivityId(id))
    customer = customer_of(it.customer)
    may_process(it, customer, person().actor)
    return it, customer


def _filing(id: UUID) -> Entry[ServiceRequest]:  # noqa: A002
    """Ask what the request is to say; it begins with what the customer said."""
    it, customer = _open_opinion(id)
    may_file_for(customer, person().actor)
    known = {"priority": Priority.NORMAL, "request": it.opinion, "contact": it.contact}
    return request_form(file_opinion, customer, before=(it.id,), known=known, back=carry("care.show", id=it.id))


@pages.get("/<uuid:id>/file")
def file_form(id: UUID) -> Answer:  # noqa: A002
    """Ask for the request that an opinion becomes."""
    return _filing(id).ask()


@pages.post("/<uuid:id>/file")
def file(id: UUID) -> Answer:  # noqa: A002
    """File what the customer said as a request."""
    return _filing(id).add()


@pages.get("/<uuid:id>/process")
def ask_process(id: UUID, error: CrmError | None = None) -> Answer:  # noqa: A002
    """Ask what was done about what the customer said."""
    it, customer = _open_opinion(id)
    outcome = Shown(
        name="opinion_outcome",
        label=label("care_activity.opinion_outcome"),
        kind="long",
        value=request.form.get("opinion_outcome", ""),
        longest=LONGEST_OUTCOME,
        required=True,
        help=t("care.process_help"),
    )
    return form_page(
        "form.html",
        Form(fields=(outcome,), hidden={VERSION: str(it.version)}),
        error,
        title=t("care.process_title", name=customer.name),
        topic="care",
        lead=it.opinion,
        button=t("care.process_button"),
        back=carry("care.show", id=it.id),
    )


@pages.post("/<uuid:id>/process")
def process(id: UUID) -> Answer:  # noqa: A002
    """Record what was done; the opinion is kept with it."""
    outcome = request.form.get("opinion_outcome", "").replace("\r\n", "\n")
    try:
        perform(process_opinion, None, CareActivityId(id), outcome, expected=posted_version())
    except (Conflict, Invalid, Refused) as error:
        return ask_process(id, error)
    flash(t("care.processed"), "done")
    return redirect(carry("care.show", id=id))
