"""Filing service requests, and correcting them (requirements 4.2, SVC-00, X-SRV-08, X-SRV-10, X-SRV-03)."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final
from uuid import UUID

import attrs
from attrs import fields
from flask import current_app, jsonify, request, url_for
from werkzeug.wrappers import Response

from crmcore.base.errors import Problem
from crmcore.customers import contacts, listing
from crmcore.customers.entity import Customer, CustomerId, CustomerStatus
from crmcore.dictionary.parameters import SERVICE_REQUIRED
from crmcore.knowledge import suggest
from crmcore.opportunities.entity import Opportunity
from crmcore.query import desc, eq, query
from crmcore.service import Priority, ServiceRequest, ServiceRequestId, ServiceStatus, create, edit
from crmcore.service.rules import may_change, may_file_for
from crmcore.views import Choice, form_for
from crmcore_demo.actions import Action
from crmcore_demo.addresses import back_to, carry
from crmcore_demo.answers import pages_of
from crmcore_demo.customer_page import customer_of
from crmcore_demo.display import moment, t
from crmcore_demo.entries import Entry, entry_pages
from crmcore_demo.forms import Form, with_dictionary
from crmcore_demo.listing import list_page, read_filter, texts, typed
from crmcore_demo.session import names_of, person, reading, settings

pages = pages_of("service_entry", "L0301")
ASKED_FOR: Final = ("type", "priority", "title", "request", "contact", "channel", "opportunity")
MOST_OPPORTUNITIES: Final = 50
SUGGESTED: Final = 3
EXCERPT: Final = 600
"""So much of an article is read beside the form."""
LONGEST_ASKED: Final = 1000


@pages.get("/service/new")
def whose() -> str:
    """Ask whose request it is: one of the person's own customers, or any he looks for (requirement 4.2)."""
    person().require("service.create")
    asked = read_filter(*texts("customer", "name"))
    found = listing(reading(), manager=person().id, status=CustomerStatus.NORMAL, **asked.typed)

    def lead(it: Customer) -> str:
        return carry("service_entry.new", id=it.id)

    def file(it: Customer) -> Iterable[Action]:
        yield Action(words=t("requests.file"), address=lead(it))

    return list_page(
        "service/whose.html", "request_form", found, asked, file, row_lead=lead, back=back_to("service.creation_list")
    )


def _choices(customer: Customer) -> dict[str, list[Choice]]:
    """Return the people and opportunities of a customer (X-SRV-08)."""
    o = fields(Opportunity)
    his = query(Opportunity).where(eq(o.customer, customer.id)).sort(desc(o.created_at)).page(MOST_OPPORTUNITIES)
    develops = person().may("opportunity.read", "opportunity.read_all", "plan.read")
    chances = reading().opportunities.find(his) if develops else ()
    return {
        "contact": [Choice(str(one.id), one.name) for one in contacts(reading(), customer.id)],
        "opportunity": [Choice(str(one.id), f"{one.number} · {one.title}") for one in chances],
    }


def _kept_choices(choices: dict[str, list[Choice]], it: ServiceRequest | None) -> dict[str, list[Choice]]:
    """Keep choosable what a request names now and the person does not see in the lists."""
    for name, known in choices.items():
        held = str(getattr(it, name) or "") if it else ""
        if held and held not in {one.value for one in known}:
            known.append(Choice(held, t("requests.as_it_is")))
    return choices


def _missing(values: Mapping[str, str]) -> Iterable[Problem]:
    """Name what the company wants to know of every request and is not said (X-SRV-09)."""
    for name in reading().parameter(SERVICE_REQUIRED):
        if not values.get(name, "").strip():
            yield Problem(field=name, code="value.missing", entity="service_request")


def _drawn(form: Form) -> Form:
    for name in reading().parameter(SERVICE_REQUIRED):
        form = form.with_field(name, required=True)
    if not form["opportunity"].options[1:]:
        form = attrs.evolve(form, fields=tuple(one for one in form.fields if one.name != "opportunity"))
    return form


def request_form(
    action: Callable[..., ServiceRequest], customer: Customer, it: ServiceRequest | None = None, **more: Any
) -> Entry[ServiceRequest]:
    """Ask what a customer wants, with all that can be said of a request."""
    asked = form_for(ServiceRequest, zone=settings().zone, names=ASKED_FOR, changing=it is not None)
    held = {name: getattr(it, name) if it else "" for name in ("type", "channel")}
    asked = with_dictionary(asked, **held)
    for name, known in _kept_choices(_choices(customer), it).items():
        asked = asked.with_choices(name, known)
    articles = url_for("service_entry.articles") if person().may("knowledge.read") else ""
    return Entry(
        it=it,
        name=it.number if it else "",
        words="requests",
        topic="request_form",
        asked=asked,
        action=action,
        missing=_missing,
        drawn=_drawn,
        lead=f"{customer.number} · {customer.name}",
        template="service/form.html",
        then=lambda stored: url_for("service.show", id=stored.id),
        show="service.show",
        around={"articles": articles, "filed": _filed(it), "status": it.status if it else ServiceStatus.NEW},
        **more,
    )


def _filed(it: ServiceRequest | None) -> Mapping[str, str]:
    """Return who files it and when, shown read-only (SVC-00)."""
    who = it.created_by if it else person().id
    at = it.created_at if it else reading().now
    return {"who": names_of(who).get(who, ""), "at": moment(at)}


def _new(id: UUID) -> Entry[ServiceRequest]:  # noqa: A002
    """Ask what a customer wants; only his account manager files it."""
    customer = customer_of(CustomerId(id))
    may_file_for(customer, person().actor)
    known = {"priority": Priority.NORMAL}
    back = back_to("service.of_customer", id=customer.id)
    return request_form(create, customer, given={"customer": customer.id}, known=known, back=back)


def _kept(id: UUID) -> Entry[ServiceRequest]:  # noqa: A002
    """Ask what should be different about a request that is not handled yet (X-SRV-10)."""
    it = reading().service_requests.get(ServiceRequestId(id))
    may_change(it, person().actor)
    return request_form(edit, customer_of(it.customer), it, back=carry("service.show", id=id))


@pages.get("/service/articles")
def articles() -> Response:
    """Answer articles about what is being typed, for the list beside the form (X-SRV-03)."""
    text = "".join(sign for sign in request.args.get("q", "")[:LONGEST_ASKED] if sign.isprintable() or sign.isspace())
    found = suggest(reading(), text, SUGGESTED) if typed(text) else ()
    readable = "knowledge.show" in current_app.view_functions
    return jsonify(
        articles=[
            {
                "title": one.article.title,
                "text": one.article.body[:EXCERPT],
                "address": url_for("knowledge.show", id=one.article.id) if readable else "",
            }
            for one in found
        ]
    )


entry_pages(pages, _new, _kept, under="/customers/<uuid:id>/service", at="/service")
