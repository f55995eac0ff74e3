"""The dashboard as its reader sees it: one section a page, each answered by three questions to the store at most."""

from collections.abc import Callable, Iterable, Mapping
from typing import Final
from uuid import UUID

import attrs
from attrs import fields

from crmcore.access.actor import Actor
from crmcore.access.directory import names
from crmcore.access.entity import UserId
from crmcore.access.rules import may
from crmcore.base.errors import Invalid, Problem
from crmcore.dictionary.entity import DictionaryEntry
from crmcore.dictionary.parameters import CURRENCY
from crmcore.i18n import language_of
from crmcore.opportunities.entity import Opportunity
from crmcore.query import all_of, any_of, eq, one_of, query
from crmcore.reports.asking import chosen
from crmcore.reports.dashboards.board import Content, Dashboard, Known, Section, View, Wanted
from crmcore.reports.dashboards.cards import figures_table, trend_table
from crmcore.reports.dashboards.changes import changes
from crmcore.reports.dashboards.customers import customers
from crmcore.reports.dashboards.pipeline import pipeline
from crmcore.reports.dashboards.sales import sales
from crmcore.reports.dashboards.service import service
from crmcore.reports.dashboards.steps import steps_to
from crmcore.reports.dashboards.targets import targets
from crmcore.reports.filters import words_of
from crmcore.reports.presenting.building import unfinished
from crmcore.reports.seeing import shown_to
from crmcore.reports.tables import Report
from crmcore.statistics.periods import Period, Span, period_of
from crmcore.storage.action import action
from crmcore.storage.scoping import scope_of
from crmcore.storage.work import Work

__all__ = ["dashboard", "sections_for", "view_of"]

_d = fields(DictionaryEntry)
_ALL: Final = ("order.read_all", "forecast.read_all", "service.read_all", "customer.read_all")
_FORECAST: Final = ("forecast.read_all", "forecast.read")
_SECTIONS: Final[dict[Section, tuple[tuple[str, ...], Callable[[Wanted], Content]]]] = {
    Section.SALES: (("order.read_all", "order.read"), sales),
    Section.TARGETS: (_FORECAST, targets),
    Section.PIPELINE: (_FORECAST, pipeline),
    Section.CHANGES: (_FORECAST, changes),
    Section.SERVICE: (("service.read_all", "service.read"), service),
    Section.CUSTOMERS: (("customer.read_all", "customer.read"), customers),
}
"""Who may see each section, and what makes it."""
_ORDER: Final = {
    View.OWN: (Section.TARGETS, Section.PIPELINE, Section.SALES, Section.CUSTOMERS, Section.SERVICE, Section.CHANGES),
    View.TEAM: (Section.TARGETS, Section.PIPELINE, Section.SALES, Section.SERVICE, Section.CUSTOMERS, Section.CHANGES),
    View.COMPANY: (
        Section.SALES,
        Section.CUSTOMERS,
        Section.TARGETS,
        Section.PIPELINE,
        Section.CHANGES,
        Section.SERVICE,
    ),
}
"""What each reader looks at first."""


def view_of(actor: Actor) -> View:
    """Answer whose figures somebody gets: his own, those of everybody he leads, or those of the company."""
    if not any(map(actor.may, _ALL)):
        return View.OWN
    return View.TEAM if actor.may("target.manage") or actor.may("opportunity.dispatch") else View.COMPANY


def sections_for(actor: Actor) -> tuple[Section, ...]:
    """Answer the sections that somebody may see, the most important first; none for who reads no figures."""
    shown = (one for one in _ORDER[view_of(actor)] if any(map(actor.may, _SECTIONS[one][0])))
    return tuple(one for one in shown if _SECTIONS[one][0] is not _FORECAST or shown_to(actor, Opportunity))


@action(
    "order.read_all",
    "order.read",
    "forecast.read_all",
    "forecast.read",
    "service.read_all",
    "service.read",
    "customer.read_all",
    "customer.read",
)
def dashboard(
    work: Work,
    section: Section | None = None,
    period: Period | None = None,
    *,
    owners: Iterable[UserId] = (),
    language: str | None = None,
    known: Known | None = None,
) -> Dashboard:
    """Answer a section of the reader's dashboard: figures compared, their trend, and tables (X-ANA-05, X-ANA-07).

    An account manager gets his own figures, a supervisor everybody's person by person, an executive the company's.
    Three questions to the store at most, beside settings and, without *known*, names.

    Args:
        work: The unit of work.
        section: Which part; None for the reader's first.
        period: A month, quarter or year of the calendar; None for the present month. While it is not over, it is
            compared with as many days of the others.
        owners: Account managers whose figures these are; nobody for all that the reader may see.
        language: ``zh`` or ``en``; the reader's unless told.
        known: What codes and people are called, if the application knows that already.

    Raises:
        NoPermission: The reader may not see that section.
        Invalid: The section or an owner is none, or the period is no month, quarter or year.
    """
    shown, view = _section(work, section), view_of(work.actor)
    spoken = language_of(language, language_of(work.actor.language))
    wanted = Wanted(
        work=work,
        language=spoken,
        steps=steps_to(period_of(work.today, Span.MONTH) if period is None else period, work.today),
        view=view,
        owners=frozenset({work.user_id}) if view is View.OWN else _people(owners),
        currency=work.parameter(CURRENCY),
        known=known or _Looked.up(work, spoken),
    )
    return _shown(wanted, shown, _SECTIONS[shown][1](wanted))


def _section(work: Work, section: Section | None) -> Section:
    """Answer which section is shown: the reader's first unless told.

    Raises:
        NoPermission: The reader may not see it.
        Invalid: There is no such section.
    """
    offered = sections_for(work.actor)
    first = offered[0] if offered else Section.PIPELINE
    shown: Section = first if section is None else chosen(section, Section, "section")
    if shown not in offered:
        may(work.actor, _SECTIONS[shown][0][-1])
        scope_of(work, Opportunity)
    return shown


def _people(owners: Iterable[object]) -> frozenset[UserId]:
    """Answer whose figures are asked for.

    Raises:
        Invalid: One of them is nobody's id.
    """
    found = frozenset(owners)
    for one in found:
        if not isinstance(one, UUID):
            raise Invalid(Problem("owners", "value.uuid", "report", {"got": str(one)[:50]}))
    return frozenset(UserId(one) for one in found if isinstance(one, UUID))


def _shown(wanted: Wanted, section: Section, content: Content) -> Dashboard:
    """Put figures, trend and tables together as a report; say what it is about."""
    tables = [figures_table(wanted, content.cards)] if content.cards else []
    trend = trend_table(wanted, content.cards)
    report = Report(
        name=f"dashboard-{section.value}",
        title=wanted.say(f"dashboard_section.{section.value}"),
        about=tuple(_about(wanted)),
        tables=(*tables, *([] if trend is None else [trend]), *content.tables),
        made_at=wanted.work.now,
    )
    return Dashboard(
        section=section,
        view=wanted.view,
        steps=wanted.steps,
        cards=content.cards,
        report=report,
        notes=(*_unfinished(wanted, content), *content.notes),
    )


def _about(wanted: Wanted) -> Iterable[tuple[str, str]]:
    yield wanted.say("report.period"), words_of(wanted.steps.period, wanted.language)
    yield wanted.say("report.currency"), wanted.currency
    if wanted.owners:
        people = wanted.known.people(wanted.owners)
        yield wanted.say("report.owner"), ", ".join(sorted(people.get(one, str(one)) for one in wanted.owners))


def _unfinished(wanted: Wanted, content: Content) -> tuple[str, ...]:
    """Say so if the period is not over: what it is compared with are not whole periods."""
    return unfinished(wanted, wanted.steps.beside) if any(one.compared for one in content.cards) else ()


@attrs.define
class _Looked:
    """What codes and people are called, as the store says."""

    work: Work
    language: str
    words: dict[tuple[str, str], str] = attrs.field(factory=dict)

    @classmethod
    def up(cls, work: Work, language: str) -> Known:
        """Answer a way to look up what is asked for, and no more than that: regions are many, down to districts."""
        looked = cls(work, language)
        return Known(words=looked.word, people=looked.people, expect=looked.expect)

    def expect(self, codes: Iterable[tuple[str, str]]) -> None:
        """Look up codes of lists that will be asked for. One statement, or none."""
        wanted: dict[str, set[str]] = {}
        for category, code in codes:
            if code and (category, code) not in self.words:
                wanted.setdefault(category, set()).add(code)
                self.words[category, code] = code
        if not wanted:
            return
        lists = [all_of(eq(_d.category, one), one_of(_d.code, sorted(some))) for one, some in sorted(wanted.items())]
        for one in self.work.dictionary.find(query(DictionaryEntry).where(any_of(*lists))):
            self.words[category, one.code] = one.label_zh if self.language == "zh" else one.label_en

    def word(self, category: str, code: str) -> str:
        """Say what a code is called; one that nobody knows stands for itself."""
        self.expect([(category, code)])
        return self.words.get((category, code), code)

    def people(self, ids: Iterable[UserId]) -> Mapping[UUID, str]:
        """Say what colleagues are called."""
        return names(self.work, ids)
