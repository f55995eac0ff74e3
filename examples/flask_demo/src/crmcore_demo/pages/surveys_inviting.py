"""Inviting a customer to answer a survey: the link is shown once, to whoever invites (X-SRV-04)."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from attrs import fields
from flask import render_template, request, url_for

from crmcore import CrmError, Invalid, Refused
from crmcore.base.errors import Problem
from crmcore.customers import contacts
from crmcore.customers.entity import Contact, ContactId, Customer, CustomerId
from crmcore.query import one_of, query
from crmcore.service.entity import ServiceRequestId
from crmcore.surveys import (
    Invitation,
    InvitationDetail,
    InvitationId,
    InvitationState,
    Invited,
    Survey,
    SurveyId,
    SurveyStatus,
    invitation,
    invitations,
    invite,
    listing,
    withdraw,
)
from crmcore.surveys.rules import may_withdraw
from crmcore_demo.actions import Action, Possibilities, Refusal
from crmcore_demo.addresses import back_to, carry
from crmcore_demo.answers import Answer, form_page, pages_of
from crmcore_demo.customer_page import customer_of, customer_page
from crmcore_demo.display import t
from crmcore_demo.forms import Form, Option, Shown, fresh_key, kept_key, posted_key
from crmcore_demo.listing import list_page, read_filter, states
from crmcore_demo.possible import answer, may_be_invited
from crmcore_demo.questions import Question, step_pages
from crmcore_demo.session import names_of, perform, person, reading

pages = pages_of("survey_inviting", "L0307")
MOST_SURVEYS: Final = 100
"""So many of the newest open surveys are offered."""


def state_of(it: Invitation) -> InvitationState:
    """Say what became of an invitation, in a list."""
    if it.answered_at is not None:
        return InvitationState.ANSWERED
    if it.withdrawn_at is not None:
        return InvitationState.WITHDRAWN
    return InvitationState.WAITING if reading().now < it.expires_at else InvitationState.EXPIRED


def customers_of(found: Iterable[Any]) -> Mapping[CustomerId, Customer]:
    """Return the customers of invitations or answers, those the person may see."""
    ids = {one.customer for one in found}
    if not ids:
        return {}
    return {it.id: it for it in reading().customers.find(query(Customer).where(one_of(fields(Customer).id, ids)))}


def _surveys_of(found: Sequence[Invitation]) -> Mapping[SurveyId, Survey]:
    ids = {one.survey for one in found}
    if not ids:
        return {}
    return {it.id: it for it in reading().surveys.find(query(Survey).where(one_of(fields(Survey).id, ids)))}


@pages.get("/customers/<uuid:id>/surveys")
def of_customer(id: UUID) -> str:  # noqa: A002
    """Show which surveys a customer was sent, and what became of them."""
    it = customer_of(CustomerId(id))
    found = invitations(reading(), customer=it.id, **read_filter().part)
    ask = Action(words=t("inviting.invite"), address=carry("survey_inviting.form", id=it.id), primary=True)
    return customer_page(
        "surveys/of_customer.html",
        it,
        "surveys",
        page=found,
        surveys=_surveys_of(found.rows),
        state_of=state_of,
        names=names_of(*(one.invited_by for one in found.rows)),
        heading_actions=(ask,) if may_be_invited(it) else (),
    )


@pages.get("/surveys/<uuid:id>/invitations")
def of_survey(id: UUID) -> str:  # noqa: A002
    """Show whom a survey was sent to, and what became of it."""
    survey = reading().surveys.get(SurveyId(id))
    asked = read_filter(states("invitation", InvitationState, "state"))
    found = invitations(reading(), survey=survey.id, state=asked.chosen("state", InvitationState), **asked.part)
    return list_page(
        "surveys/invitations.html",
        "inviting",
        found,
        asked,
        title=t("inviting.title"),
        lead=survey.title,
        back=carry("surveys.show", id=id),
        customers=customers_of(found.rows),
        state_of=state_of,
        names=names_of(*(one.invited_by for one in found.rows)),
    )


def _form(people: Sequence[Contact], open_ones: Sequence[Survey], hidden: Mapping[str, str]) -> Form:
    blank = Option(value="", words=t("form.choose"))
    nobody = Option(value="", words=t("inviting.nobody"))
    found = [Option(value=str(one.id), words=one.title) for one in open_ones]
    only = len(found) == 1
    return Form(
        fields=(
            Shown(
                name="survey",
                label=t("inviting.survey"),
                kind="choice",
                required=True,
                options=tuple(found if only else [blank, *found]),
                value=request.values.get("survey", "") or (found[0].value if only else ""),
            ),
            Shown(
                name="contact",
                label=t("inviting.contact"),
                kind="choice",
                options=(nobody, *(Option(value=str(one.id), words=one.name, note=one.position) for one in people)),
                value=request.values.get("contact", ""),
                help=t("inviting.contact_help"),
            ),
        ),
        hidden=hidden,
    )


def _uuid(name: str, *, required: bool = False) -> UUID | None:
    """Read an id that a form or an address names.

    Raises:
        Invalid: It is none, or it is missing.
    """
    given = request.values.get(name, "")
    if not given and not required:
        return None
    try:
        return UUID(given)
    except ValueError:
        code = "value.choice" if given else "value.missing"
        raise Invalid(Problem(name, code, "invitation", {"got": given[:40]})) from None


def _page(id: UUID, hidden: Mapping[str, str], error: CrmError | None = None) -> Answer:  # noqa: A002
    it = customer_of(CustomerId(id))
    people = contacts(reading(), it.id)
    found = listing(reading(), status=SurveyStatus.OPEN, size=MOST_SURVEYS).rows
    about = request.values.get("request", "")
    return form_page(
        "surveys/invite.html",
        _form(people, found, {**hidden, **({"request": about} if about else {})}),
        error,
        title=t("inviting.new"),
        topic="survey",
        lead=f"{it.number} · {it.name}",
        none_open=not found,
        button=t("inviting.make_link"),
        back=back_to("survey_inviting.of_customer", id=id),
    )


@pages.get("/customers/<uuid:id>/surveys/invite")
def form(id: UUID) -> Answer:  # noqa: A002
    """Ask which survey a customer, or a request of his, should get a link to."""
    person().require("survey.invite")
    return _page(id, fresh_key())


@pages.post("/customers/<uuid:id>/surveys/invite")
def make(id: UUID) -> Answer:  # noqa: A002
    """Make the link, and show it this once; the store keeps only its digest."""
    try:
        survey, contact, about = _uuid("survey", required=True), _uuid("contact"), _uuid("request")
        made: Invited | None = perform(
            invite,
            posted_key(),
            SurveyId(survey),  # type: ignore[arg-type]  # required
            customer=CustomerId(id),
            contact=ContactId(contact) if contact else None,
            request=ServiceRequestId(about) if about else None,
        )
    except (Invalid, Refused) as error:
        return _page(id, kept_key(error), error)
    return render_template(
        "surveys/link.html",
        link=url_for("survey_answering.show", token=made.token, _external=True) if made is not None else "",
        expires_at=made.invitation.expires_at if made is not None else None,
        again=carry("survey_inviting.form", id=id),
        back=back_to("survey_inviting.of_customer", id=id),
    )


def _answers(it: InvitationDetail) -> Iterable[Action | Refusal]:
    if person().may("survey.invite") and it.state is InvitationState.WAITING:
        address = carry("survey_inviting.ask", id=it.invitation.id, step="withdraw")
        action = Action(words=t("inviting.withdraw"), address=address, dialog=True, danger=True)
        yield answer(may_withdraw, it.invitation, action)


@pages.get("/invitations/<uuid:id>")
def show(id: UUID) -> str:  # noqa: A002
    """Show one invitation, and what was answered."""
    it = invitation(reading(), InvitationId(id))
    survey = reading().surveys.get(it.invitation.survey)
    return render_template(
        "surveys/invitation.html",
        it=it,
        survey=survey,
        customer=customer_of(it.invitation.customer),
        said={one.question: one for one in it.answers},
        possibilities=Possibilities.of(_answers(it)),
        names=names_of(it.invitation.invited_by),
        back=back_to("survey_inviting.of_customer", id=it.invitation.customer),
    )


def _asked(id: UUID, step: str) -> Question:  # noqa: A002
    """Ask before a link is made useless (GEN-13)."""
    it = reading().invitations.get(InvitationId(id))
    may_withdraw(it, person().actor)
    return Question(
        id=it.id,
        words=f"inviting.{step}",
        topic="survey",
        back=carry("survey_inviting.show", id=id),
        version=it.version,
    )


step_pages(pages, {"withdraw": withdraw}, _asked, at="/invitations")
