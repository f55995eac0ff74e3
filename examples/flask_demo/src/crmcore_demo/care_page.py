"""What stands beside care on its pages: whose task it is, what can be done, what became of an opinion (X-CAR)."""

from collections.abc import Iterable, Sequence
from typing import Any

from attrs import fields

from crmcore.access.actor import Actor
from crmcore.access.entity import UserId
from crmcore.care import CareActivity, CareStatus, OpinionState
from crmcore.care.rules import may_change_care, may_process
from crmcore.customers.entity import Customer
from crmcore.query import eq
from crmcore.service.entity import ServiceRequest
from crmcore_demo.actions import Action, Possibilities, Refusal
from crmcore_demo.addresses import onward
from crmcore_demo.display import t, today
from crmcore_demo.of_customers import customers_of
from crmcore_demo.possible import Leads, answer
from crmcore_demo.session import names_of, person, reading


def steps_of(it: CareActivity, customer: Customer, lead: Leads) -> Iterable[Action | Refusal]:
    """Ask what can be done about an activity, and about what the customer said once it was done."""

    def rule(_: object, actor: Actor) -> None:
        may_change_care(it, customer, actor)

    def said(_: object, actor: Actor) -> None:
        may_process(it, customer, actor)

    if it.opinion_state is not OpinionState.NONE:
        file = Action(words=t("care.file"), address=lead("care_opinions.file_form", id=it.id), primary=True)
        yield answer(said, it, file)
        process = Action(words=t("care.process"), address=lead("care_opinions.ask_process", id=it.id))
        yield answer(said, it, process)
        return
    steps = (("complete", "care_steps.ask_complete"), ("edit", "care.edit_form"), ("cancel", "care_steps.ask_cancel"))
    for name, endpoint in steps:
        address = lead(endpoint, id=it.id)
        step = Action(words=t(f"care.{name}"), address=address, primary=name == "complete", danger=name == "cancel")
        yield answer(rule, it, step)


def whose(it: CareActivity, customer: Customer | None) -> UserId | None:
    """Return who did it; while it is to be done it is the task of whoever looks after the customer."""
    return it.done_by or (customer.manager if customer and it.status is CareStatus.PLANNED else None)


def in_list(rows: Sequence[CareActivity], only: Customer | None = None) -> dict[str, Any]:
    """Return what the table needs beside the activities: those for several customers, or for one who is known."""
    known = customers_of(rows) if only is None else {only.id: only}
    return {
        "customers": known,
        "names": names_of(*(whose(it, known.get(it.customer)) for it in rows)),
        "whose": {it.id: whose(it, known.get(it.customer)) for it in rows},
        "today": today(),
        "PLANNED": CareStatus.PLANNED,
        "possible": {
            it.id: Possibilities.of(steps_of(it, known[it.customer], onward) if it.customer in known else ())
            for it in rows
        },
    }


def filed_as(it: CareActivity) -> ServiceRequest | None:
    """Return the request that was made of what the customer said, for those who may read it."""
    if it.opinion_request is None or not person().may("service.read", "service.read_all"):
        return None
    return reading().service_requests.first(eq(fields(ServiceRequest).id, it.opinion_request))
