"""Escalations: what was escalated to a person and he has not seen yet, and all of them (X-SRV-05)."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from attrs import fields
from flask import current_app, flash, redirect, url_for

from crmcore.base.paging import Page
from crmcore.escalation import (
    Escalation,
    EscalationId,
    EscalationPolicy,
    EscalationPolicyId,
    Recipient,
    Watched,
    acknowledge,
    listing,
    mine,
)
from crmcore.query import one_of, query
from crmcore.service.entity import ServiceRequest
from crmcore_demo.addresses import back_to
from crmcore_demo.answers import Answer, pages_of
from crmcore_demo.customer_page import Tab
from crmcore_demo.display import label, t
from crmcore_demo.listing import Filter, codes, list_page, read_filter, states
from crmcore_demo.pages.service import beside
from crmcore_demo.session import company, names_of, perform, person, reading

pages = pages_of("escalations", "L0305", "/escalations")


def _beside(here: str) -> Sequence[Tab]:
    """List the pages beside; all escalations for those who look after service as a whole."""
    others = beside("escalations" if here == "mine" else "")
    if not person().may("service.read_all"):
        return others
    return (*others, Tab(words=t("escalations.all"), address=url_for("escalations.all_of_them"), here=here == "all"))


def _around(rows: Sequence[Escalation]) -> dict[str, Any]:
    """Return what the table needs beside the escalations: their requests, their policies, what people are called."""
    work = reading()
    wanted = query(ServiceRequest).where(one_of(fields(ServiceRequest).id, {it.request for it in rows}))
    requests = {it.id: it for it in work.service_requests.find(wanted)} if rows else {}
    return {
        "requests": requests,
        "names": names_of(*(one for it in rows for one in (it.recipient_user, it.seen_by))),
        "ONE_USER": Recipient.USER,
        "request_page": "service.show" if "service.show" in current_app.view_functions else "",
    }


def _list(which: str, found: Page[Escalation], asked: Filter) -> str:
    return list_page(
        "escalations/list.html",
        "escalations",
        found,
        asked,
        lead=t("escalations.lead" if which == "mine" else "escalations.lead_all"),
        nothing=t("escalations.none_found" if asked.active else "escalations.none"),
        beside=_beside(which),
        which=which,
        **_around(found.rows),
    )


@pages.get("")
def index() -> str:
    """Show what was escalated to the person and nobody has seen yet, the newest first."""
    asked = read_filter()
    return _list("mine", mine(reading(), **asked.part), asked)


@pages.get("/all")
def all_of_them() -> str:
    """Show all escalations, the newest first, to those who look after service as a whole."""
    person().require("service.read_all")
    known = {str(one.id): one.name for one in reading().escalation_policies.find(query(EscalationPolicy))}
    asked = read_filter(
        states("escalation", Watched, "watched"),
        codes("policy", label("escalation.policy"), tuple(known.items())),
        codes("unseen", label("escalation.seen_at"), (("yes", t("escalations.only_unseen")),)),
    )
    found = listing(
        reading(),
        watched=asked.chosen("watched", Watched),
        policy=EscalationPolicyId(UUID(asked["policy"])) if asked["policy"] else None,
        unseen=bool(asked["unseen"]),
        **asked.part,
    )
    return _list("all", found, asked)


@pages.post("/<uuid:id>/acknowledge")
def mark(id: UUID) -> Answer:  # noqa: A002
    """Say that one has seen an escalation, so that it is new to nobody any more."""
    perform(acknowledge, None, EscalationId(id))
    company().forget()
    flash(t("escalations.marked"), "done")
    return redirect(back_to("escalations.index"))
