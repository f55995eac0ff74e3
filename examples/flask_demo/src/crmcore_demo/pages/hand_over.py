"""Giving customers to another account manager: one, or all of a colleague who leaves (USR-06, 3.1)."""

from uuid import UUID

from attrs import fields
from flask import flash, redirect, request, url_for

from crmcore import Conflict, Invalid, NotFound
from crmcore.access.entity import UserId
from crmcore.access.rules import NotAnAccountManager
from crmcore.customers import assign, hand_over, held_by
from crmcore.customers.entity import Customer, CustomerId
from crmcore.customers.rules import check_linkable
from crmcore_demo.addresses import back_to, carry
from crmcore_demo.answers import Answer, Problem, form_page, pages_of
from crmcore_demo.customer_page import customer_of, subjects
from crmcore_demo.display import t
from crmcore_demo.forms import VERSION, Form, Option, Shown, Trouble, posted_version
from crmcore_demo.listing import tally_by
from crmcore_demo.session import company, crm, names_of, perform, person, reading, stop_reading

pages = pages_of("hand_over", "L0201")
FROM_WHOM, TO_WHOM, SURE = "before", "assignee", "sure"


def _chosen(name: str) -> UserId | None:
    try:
        return UserId(UUID(request.values.get(name, "")))
    except ValueError:
        return None


def _choice(name: str, words: str, known: dict[UserId, str], explained: str = "") -> Shown:
    """Offer colleagues by name."""
    listed = sorted(known.items(), key=lambda pair: pair[1])
    options = (Option(value=str(one), words=called) for one, called in listed)
    return Shown(
        name=name,
        label=words,
        kind="choice",
        required=True,
        value=str(_chosen(name) or ""),
        options=(Option(value="", words=t("form.choose")), *options),
        help=explained,
    )


def _to_whom(but: UserId | None) -> Shown:
    """Offer the account managers who can take customers over."""
    managers = company().account_managers(reading())
    return _choice(TO_WHOM, t("hand_over.to"), {one.id: one.display_name for one in managers if one.id != but})


def _from_whom(chosen: UserId | None) -> Shown:
    """Offer those who are responsible for customers; somebody who has left too."""
    ids = {*tally_by(reading().customers, fields(Customer).manager), *([chosen] if chosen else [])}
    known = {UserId(one): words for one, words in names_of(*ids).items()}
    return _choice(FROM_WHOM, t("hand_over.from"), known, t("hand_over.all_help"))


@pages.get("/hand-over")
def form(problem: Problem = None) -> Answer:
    """Ask from whom to whom everything goes; how much that is stands beside it as soon as somebody is chosen."""
    person().require("customer.hand_over")
    before = _chosen(FROM_WHOM)
    return form_page(
        "customers/hand_over.html",
        Form(fields=(_from_whom(before), _to_whom(before))),
        problem,
        held=held_by(reading(), before) if before else None,
        who=names_of(before).get(before, "") if before else "",
        beside=subjects("hand_over"),
    )


def _sure(before: UserId, to: UserId) -> Answer:
    """Say how many of what go to whom, and ask."""
    held, names = held_by(reading(), before), names_of(before, to)
    who = {"who": names.get(before, ""), "to": names.get(to, "")}
    if not held.total:
        return form(Trouble(words=t("hand_over.nothing", **who), field=FROM_WHOM))
    counted = {"n": held.customers, "m": held.opportunities, "k": held.churn_cases, "r": held.requests}
    return form_page(
        "confirm.html",
        Form(hidden={FROM_WHOM: str(before), TO_WHOM: str(to), SURE: "yes"}),
        title=t("hand_over.sure_title"),
        topic="hand_over",
        question=t("hand_over.sure_question", **who),
        consequence=t("hand_over.sure_consequence", **counted),
        button=t("hand_over.button_to", name=who["to"]),
        kind="solid",
        back=url_for("hand_over.form", before=before, assignee=to),
    )


@pages.post("/hand-over")
def give_all() -> Answer:
    """Give everything of one account manager to another once somebody has seen how much that is.

    It goes over in batches; doing it again goes on.
    """
    person().require("customer.hand_over")
    before, to = _chosen(FROM_WHOM), _chosen(TO_WHOM)
    if before is None or to is None:
        return form(Trouble(words=t("hand_over.choose"), field=FROM_WHOM if before is None else TO_WHOM))
    try:
        if request.form.get(SURE) != "yes":
            return _sure(before, to)
        stop_reading()
        done = hand_over(crm(), before=before, to=to, as_user=person().id)
    except (Conflict, Invalid, NotAnAccountManager, NotFound) as error:
        return form(error)
    company().forget()
    counted = {"n": done.customers, "m": done.opportunities, "k": done.churn_cases, "r": done.requests}
    flash(t("hand_over.done", **counted), "done")
    return redirect(url_for("customers.index", manager=to))


@pages.get("/customers/<uuid:id>/hand-over")
def of_customer(id: UUID, problem: Problem = None) -> Answer:  # noqa: A002
    """Ask who becomes responsible for one customer."""
    person().require("customer.hand_over")
    it = customer_of(CustomerId(id))
    check_linkable(it)
    return form_page(
        "form.html",
        Form(fields=(_to_whom(it.manager),), hidden={VERSION: str(it.version)}),
        problem,
        title=t("hand_over.one_title", name=it.name),
        topic="hand_over",
        lead=names_of(it.manager).get(it.manager),
        button=t("hand_over.button"),
        button_to=t("hand_over.button_to"),
        button_of=TO_WHOM,
        back=carry("customers.show", id=id),
    )


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
