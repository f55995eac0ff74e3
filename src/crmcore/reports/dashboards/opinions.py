"""What customers say in surveys: satisfaction and recommendation, step by step."""

import attrs
from attrs import fields

from crmcore.query import TallyRow
from crmcore.reports.dashboards.board import Card, Wanted
from crmcore.reports.dashboards.cards import card
from crmcore.reports.dashboards.sales import of_owners
from crmcore.reports.dashboards.steps import of_step
from crmcore.statistics.opinions import opinions, said
from crmcore.statistics.periods import instants, starts
from crmcore.surveys.entity import SurveyAnswer

__all__ = ["opinion_cards"]

_a = fields(SurveyAnswer)


def opinion_cards(wanted: Wanted) -> tuple[Card, ...]:
    """Put satisfaction and recommendation on cards; none for somebody who sees no answers. One question at most."""
    work, steps = wanted.work, wanted.steps
    if not work.actor.may("survey.read"):
        return ()
    begin = starts(steps.parts, work.zone)
    whose = of_owners(wanted, _a.customer)
    asked = said(begin[0], begin[-1])
    step = steps.instants(_a.answered_at, work.zone)
    rows = work.survey_answers.groups(attrs.evolve(asked, of=asked.of.where(*whose), by=(step, *asked.by)))
    found = []
    for place, part in enumerate(steps.parts, start=1):
        one = said(*instants(part, work.zone))
        given: list[TallyRow] = of_step(rows, place)
        found.append(opinions(attrs.evolve(one, of=one.of.where(*whose)), given))
    return (
        card(wanted, "survey_csat", [one.csat for one in found]),
        card(wanted, "nps", [one.nps for one in found]),
    )
