"""A dashboard on its page: what is asked for in its address, and its figures as cards (X-ANA-05, X-ANA-07)."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Final
from uuid import UUID

import attrs
from flask import request, url_for
from markupsafe import Markup

from crmcore import Invalid
from crmcore.access.entity import UserId
from crmcore.base.errors import Problem
from crmcore.reports.dashboards import Card, Dashboard, Good, Known, Section, View, dashboard, view_of
from crmcore.reports.tables import Cell, Table
from crmcore.statistics.periods import Span, before, period_of
from crmcore.statistics.typed_periods import period_typed
from crmcore.statistics.typed_periods import typed as as_typed
from crmcore_demo.addresses import narrowed
from crmcore_demo.display import language, t, today
from crmcore_demo.forms import Option, Shown
from crmcore_demo.listing import typed
from crmcore_demo.session import company, names_of, person, reading, settings
from crmcore_demo.sparks import spark
from crmcore_demo.written import written

TEAM: Final = "team-"
"""What the code of a territory follows in the address of a team."""
BACK: Final = {Span.MONTH: 12, Span.QUARTER: 8, Span.YEAR: 4}
"""How many periods of each kind a choice offers."""
HEADS: Final = ("customer.hand_over", "opportunity.dispatch", "service.assign")
"""Rights of which one is needed to see who the account managers are."""


@attrs.frozen(kw_only=True)
class Asking:
    """What the address asks for, and the form that asks again."""

    period: str
    whose: str
    problem: str = ""

    @property
    def kept(self) -> tuple[tuple[str, str], ...]:
        """The same as parts of an address."""
        return tuple((name, said) for name, said in (("period", self.period), ("whose", self.whose)) if said)

    @property
    def active(self) -> bool:
        """Whether anything was chosen."""
        return bool(self.kept)

    @property
    def fields(self) -> tuple[Shown, ...]:
        """The fields of the form."""
        period = Shown(
            name="period",
            label=t("dashboards.period"),
            kind="choice",
            value=self.period,
            options=tuple(_periods(self.period)),
        )
        people = _whose()
        if len(people) == 1:
            return (period,)
        return period, Shown(
            name="whose", label=t("dashboards.whose"), kind="choice", value=self.whose, options=tuple(people)
        )

    def address(self, endpoint: str, section: Section, *more: tuple[str, str]) -> str:
        """Return the address of a page with the same filters."""
        return narrowed(url_for(endpoint, section=section.value), [*self.kept, *more])


def ask() -> Asking:
    """Read the address."""
    return Asking(period=typed(request.args.get("period", "")), whose=typed(request.args.get("whose", "")))


def show(section: Section, asking: Asking) -> Dashboard:
    """Return a section of the person's dashboard.

    Raises:
        Invalid: The address names no month, quarter or year, or nobody.
    """
    kept = settings()  # what the library asks of the company's settings is known by now
    known = Known(
        words=lambda category, code: kept.words(category, code, language()), people=lambda ids: names_of(*ids)
    )
    period = period_typed(asking.period or "this_month", today())
    return dashboard(reading(), section, period, owners=_owners(asking.whose), language=language(), known=known)


def _owners(whose: str) -> Sequence[UserId]:
    """Return the account managers whose figures are asked for; nobody for all."""
    if not whose or view_of(person().actor) is View.OWN:
        return ()
    if whose.startswith(TEAM) and person().may(*HEADS):
        found = [one.id for one in company().account_managers(reading()) if one.territory == whose.removeprefix(TEAM)]
    else:
        found = [_user(whose)]
    if not found:
        raise _nobody(whose)
    return found


def _user(whose: str) -> UserId:
    try:
        return UserId(UUID(whose))
    except ValueError:
        raise _nobody(whose) from None


def _nobody(whose: str) -> Invalid:
    return Invalid(Problem("owners", "value.choice", "report", {"got": whose[:50]}))


def _periods(said: str) -> Sequence[Option]:
    """Offer the present periods by name, and those before them."""
    found = [Option(value="" if name == "this_month" else name, words=t(f"reports.{name}")) for name in _NAMED]
    for span, number in BACK.items():
        period = before(period_of(today(), span))
        for _ in range(number):
            found.append(Option(value=as_typed(period), words=as_typed(period)))
            period = before(period)
    if said and said not in {one.value for one in found}:
        found.append(Option(value=said, words=said))
    return found


_NAMED: Final = ("this_month", "this_quarter", "this_year")


def _whose() -> Sequence[Option]:
    """Offer everybody, teams by their territory, and people; who sees his own only has nothing to choose."""
    everybody = [Option(value="", words=t("dashboards.everybody"))]
    if view_of(person().actor) is not View.TEAM or not person().may(*HEADS):
        return everybody
    people = company().account_managers(reading())
    territories = sorted({one.territory for one in people if one.territory})
    teams = (
        Option(value=f"{TEAM}{one}", words=t("dashboards.team", of=settings().words("region", one, language())))
        for one in territories
    )
    return [*everybody, *teams, *(Option(value=str(one.id), words=one.display_name) for one in people)]


@attrs.frozen(kw_only=True)
class Change:
    """How a figure has changed since another one, in words; a colour alone says nothing."""

    words: str
    then: str
    tone: str
    sign: str


@attrs.frozen(kw_only=True)
class Face:
    """A card as it is drawn."""

    name: str
    title: str
    words: str
    unit: str
    note: str
    address: str | None
    undefined: bool
    changes: tuple[Change, ...]
    trend: Markup


def faces(found: Dashboard, table: Table, address: "dict[str, str | None]") -> Iterable[Face]:
    """Draw the cards: the figure, what it was before and a year before, and its trend.

    Args:
        found: The dashboard.
        table: Its table of figures.
        address: Where the records behind each figure are, by name of the card.
    """
    for card, row in zip(found.cards, table.rows, strict=True):
        words = [written(table, place, cell, alone=True) for place, cell in enumerate(row.cells)]
        yield Face(
            name=card.name,
            title=card.title,
            words=written(table, 1, attrs.evolve(row.cells[1], unit="")),
            unit=row.cells[1].unit,
            note=card.note,
            address=address[card.name],
            undefined=row.cells[1].value is None,
            changes=tuple(_changes(card, row.cells, words, found.steps.beside.days)),
            trend=spark([one.value for one in card.series], t("dashboards.trend_of", what=card.title)),
        )


def _changes(card: Card, cells: Sequence[Cell], words: Sequence[str], days: int | None) -> Iterable[Change]:
    if card.compared is None:
        return
    for place, than in ((2, "before"), (4, "last_year")):
        change = cells[place + 1].value
        known = change if isinstance(change, Decimal) else None
        if known is None and cells[1].value is not None and cells[1].value == cells[place].value:
            known = Decimal(0)  # as much as then, though it can't be said in percent
        yield Change(
            words=_said(known, words[place + 1]),
            then=_beside(than, words[place], days, comparable=known is not None),
            tone=_tone(card.good, known),
            sign="" if not known else ("▲" if known > 0 else "▼"),
        )


def _beside(than: str, then: str, days: int | None, *, comparable: bool) -> str:
    """Say what a figure is compared with: a whole period, or its first days while this one is not over."""
    name = f"dashboards.{'than' if comparable else 'with'}_{than}"
    return t(name, value=then) if days is None else t(f"{name}_days", value=then, n=days)


def _said(change: Decimal | None, words: str) -> str:
    """Say how much more or less it is."""
    if change is None:
        return t("dashboards.not_comparable")
    if change == 0:
        return t("dashboards.same")
    return t("dashboards.more" if change > 0 else "dashboards.less", change=words.lstrip("-−"))


def _tone(good: Good, change: Decimal | None) -> str:
    """Choose how a change looks; its words say the same."""
    if not change or good is Good.NEITHER:
        return "plain"
    return "good" if (change > 0) == (good is Good.MORE) else "bad"
