"""What customers say in surveys: satisfaction and recommendation, step by step."""

import attrs
from attrs import fields

from crmcore.reports.dashboards.board import Card, Wanted
from crmcore.reports.dashboards.cards import card
from crmcore.reports.dashboards.sales import of_owners
from crmcore.statistics.opinions import opinions, said, without_choices
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
    asked = without_choices(said(begin[0], begin[-1]))
    step = steps.instants(_a.answered_at, work.zone)
    rows = work.survey_answers.groups(attrs.evolve(asked, of=asked.of.where(*whose), by=(step, *asked.by)))
    found = {}
    for period in steps.every:
        one = said(*instants(period, work.zone))
        given = steps.within(rows, period, work.zone)
        found[period] = opinions(attrs.evolve(one, of=one.of.where(*whose)), given)
    return (
        card(wanted, "survey_csat", {period: one.csat for period, one in found.items()}),
        card(wanted, "nps", {period: one.nps for period, one in found.items()}),
    )
