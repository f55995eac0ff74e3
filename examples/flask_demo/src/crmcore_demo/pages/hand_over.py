"""Giving customers to another account manager: one, or all of a colleague who leaves (USR-06, 3.1)."""

from uuid import UUID

from attrs import fields
from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from crmcore import Conflict, CrmError, Invalid, NotFound
from crmcore.access.entity import UserId
from crmcore.access.rules import NotAnAccountManager
from crmcore.customers import assign, hand_over, held_by
from crmcore.customers.entity import Customer, CustomerId
from crmcore.customers.rules import check_linkable
from crmcore_demo.addresses import back_to, carry
from crmcore_demo.customer_page import customer_of, subjects
from crmcore_demo.display import t
from crmcore_demo.errors import status_of
from crmcore_demo.forms import VERSION, Form, Option, Shown, Trouble, posted_version
from crmcore_demo.listing import tally_by
from crmcore_demo.session import company, crm, names_of, perform, person, reading, stop_reading

pages = Blueprint("hand_over", __name__)
Answer = str | Response | tuple[str, int]
FROM_WHOM, TO_WHOM = "before", "assignee"


@pages.context_processor
def _module() -> dict[str, str]:
    return {"module": "L0201"}


def _chosen(name: str) -> UserId | None:
    try:
        return UserId(UUID(request.values.get(name, "")))
    except ValueError:
        return None


def _to_whom(but: UserId | None) -> Shown:
    """Offer the account managers who can take customers over."""
    managers = [one for one in company().account_managers(reading()) if one.id != but]
    options = tuple(Option(value=str(one.id), words=one.display_name) for one in managers)
    return Shown(
        name=TO_WHOM,
        label=t("hand_over.to"),
        kind="choice",
        required=True,
        value=str(_chosen(TO_WHOM) or ""),
        options=(Option(value="", words=t("form.choose")), *options),
    )


def _from_whom(chosen: UserId | None) -> Shown:
    """Offer those who are responsible for customers; somebody who has left too."""
    ids = {*tally_by(reading().customers, fields(Customer).manager), *([chosen] if chosen else [])}
    known = sorted(names_of(*ids).items(), key=lambda pair: pair[1])
    options = (Option(value=str(one), words=words) for one, words in known)
    return Shown(
        name=FROM_WHOM,
        label=t("hand_over.from"),
        kind="choice",
        required=True,
        value=str(chosen or ""),
        options=(Option(value="", words=t("form.choose")), *options),
        help=t("hand_over.all_help"),
    )


@pages.get("/hand-over")
def form(error: CrmError | Trouble | None = None) -> Answer:
    """Ask from whom to whom everything goes; how much that is stands beside it as soon as somebody is chosen."""
    person().require("customer.hand_over")
    before = _chosen(FROM_WHOM)
    shown = Form(fields=(_from_whom(before), _to_whom(before)))
    status = 200
    if isinstance(error, Trouble):
        shown, status = shown.with_problems([error]), 422
    elif error is not None:
        shown, status = shown.with_error(error), status_of(error)
    page = render_template(
        "customers/hand_over.html",
        form=shown,
        held=held_by(reading(), before) if before else None,
        who=names_of(before).get(before, "") if before else "",
        beside=subjects("hand_over"),
    )
    return page, status


@pages.post("/hand-over")
def give_all() -> Answer:
    """Give everything of one account manager to another, in batches; doing it again goes on."""
    before, to = _chosen(FROM_WHOM), _chosen(TO_WHOM)
    for chosen, name in ((before, FROM_WHOM), (to, TO_WHOM)):
        if chosen is None:
            return form(Trouble(words=t("hand_over.choose"), field=name))
    assert before is not None  # noqa: S101  # both were just looked at
    assert to is not None  # noqa: S101
    person().require("customer.hand_over")
    stop_reading()
    try:
        done = hand_over(crm(), before=before, to=to, as_user=person().id)
    except (Conflict, Invalid, NotAnAccountManager, NotFound) as error:
        return form(error)
    company().forget()
    words = t("hand_over.done", n=done.customers, m=done.opportunities, k=done.churn_cases)
    flash(words, "done")
    return redirect(url_for("customers.index", manager=to))


@pages.get("/customers/<uuid:id>/hand-over")
def of_customer(id: UUID, error: CrmError | Trouble | None = None) -> Answer:  # noqa: A002
    """Ask who becomes responsible for one customer."""
    person().require("customer.hand_over")
    it = customer_of(CustomerId(id))
    check_linkable(it)
    shown = Form(fields=(_to_whom(it.manager),), hidden={VERSION: str(it.version)})
    status = 200
    if isinstance(error, Trouble):
        shown, status = shown.with_problems([error]), 422
    elif error is not None:
        shown, status = shown.with_error(error), status_of(error)
    page = render_template(
        "form.html",
        title=t("hand_over.one_title", name=it.name),
        topic="hand_over",
        lead=names_of(it.manager).get(it.manager),
        form=shown,
        button=t("hand_over.button"),
        button_to=t("hand_over.button_to"),
        button_of=TO_WHOM,
        back=carry("customers.show", id=id),
    )
    return page, status


@pages.post("/customers/<uuid:id>/hand-over")
def give(id: UUID) -> Answer:  # noqa: A002
    """Make another account manager responsible for one customer."""
    to = _chosen(TO_WHOM)
    if to is None:
        return of_customer(id, Trouble(words=t("hand_over.choose"), field=TO_WHOM))
    try:
        perform(assign, None, CustomerId(id), to=to, expected=posted_version())
    except (Conflict, Invalid, NotAnAccountManager) as error:
        return of_customer(id, error)
    flash(t("hand_over.done_one", name=names_of(to).get(to, "")), "done")
    return redirect(back_to("customers.show", id=id))
