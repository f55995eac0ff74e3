"""Choosing whom to invite to a survey (X-SRV-04)."""

from uuid import UUID

from crmcore.customers import listing
from crmcore.customers.entity import Customer, CustomerStatus
from crmcore.surveys import SurveyId
from crmcore_demo.actions import Action
from crmcore_demo.addresses import carry
from crmcore_demo.answers import pages_of
from crmcore_demo.display import t
from crmcore_demo.listing import list_page, read_filter, texts
from crmcore_demo.session import person, reading

pages = pages_of("survey_choosing", "L0307", "/surveys")


@pages.get("/<uuid:id>/invite")
def whom(id: UUID) -> str:  # noqa: A002
    """Ask which customer to invite to a survey; of those whose account manager the person is, or of all."""
    person().require("survey.invite")
    survey = reading().surveys.get(SurveyId(id))
    asked = read_filter(*texts("customer", "name"))
    mine = None if person().may("survey.read_all") else person().id
    found = listing(reading(), manager=mine, status=CustomerStatus.NORMAL, **asked.typed)

    def lead(it: Customer) -> str:
        return carry("survey_inviting.form", id=it.id, survey=survey.id)

    return list_page(
        "service/whose.html",
        "inviting",
        found,
        asked,
        lambda it: (Action(words=t("inviting.invite"), address=lead(it)),),
        title=t("inviting.whom"),
        lead=survey.title,
        nothing=t("inviting.whom_nothing"),
        back=carry("surveys.show", id=id),
        row_lead=lead,
    )
