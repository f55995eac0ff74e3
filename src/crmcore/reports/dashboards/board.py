"""What a dashboard is: a few figures on cards, with comparison and trend, and tables with charts under them."""

import enum
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

import attrs

from crmcore.access.entity import UserId
from crmcore.reports.dashboards.steps import Steps
from crmcore.reports.kinds import Asked
from crmcore.reports.tables import Report, Table
from crmcore.statistics.figures import Comparison, Figure, changed

__all__ = ["FIGURES", "TREND", "Card", "Content", "Dashboard", "Good", "Known", "Section", "View", "Wanted"]

FIGURES: Final = "figures"
"""Name of the table that says what the cards say."""
TREND: Final = "trend"
"""Name of the table with the figures of all steps: a column for each card that has a trend."""


class Section(enum.Enum):
    """One page of a dashboard."""

    SALES = "sales"
    """What was sold, beside earlier periods, and to whom."""
    TARGETS = "targets"
    """How far targets are reached, what was won, and what will be."""
    PIPELINE = "pipeline"
    """What stands in each stage of the sales process, and how much goes on."""
    CHANGES = "changes"
    """How the pipeline came to be what it is; the large deals in it."""
    SERVICE = "service"
    """How many requests, how soon they are answered and solved, what waits, what customers say."""
    CUSTOMERS = "customers"
    """Who is new, warned of, lost; who came back, and how far the company depends on few."""


class View(enum.Enum):
    """Whose figures a reader gets."""

    OWN = "own"
    """His own: an account manager's."""
    TEAM = "team"
    """Everybody's, person by person: a supervisor's."""
    COMPANY = "company"
    """Those of the company as a whole: an executive's."""


class Good(enum.Enum):
    """Which way a figure should go."""

    MORE = "more"
    LESS = "less"
    NEITHER = "neither"


@attrs.frozen(kw_only=True)
class Card:
    """One figure, with what it is compared with."""

    name: str
    """Stable between languages; its row of the table of figures, and its column of the trend."""
    title: str
    figure: Figure[Any]
    series: tuple[Figure[Any], ...] = ()
    """The figure of every step, the earliest first; empty for one that tells how things stand now."""
    compared: Comparison[Any] | None = None
    good: Good = Good.MORE
    note: str = ""
    """What should be known beside the figure: how much was to be reached."""

    def changed(self, then: Figure[Any]) -> Decimal | None:
        """Answer how the figure has changed since another one; see :func:`crmcore.statistics.figures.changed`."""
        return changed(then, self.figure)


@attrs.frozen(kw_only=True)
class Content:
    """What one section has to say."""

    cards: tuple[Card, ...]
    tables: tuple[Table, ...] = ()
    notes: tuple[str, ...] = ()


@attrs.frozen(kw_only=True)
class Known:
    """What codes and people are called, from an application that knows it already; else the store is asked."""

    words: Callable[[str, str], str]
    """Answers what the code of a list of the dictionary is called: ``words("region", "west")``."""
    people: Callable[[Iterable[UserId]], Mapping[UUID, str]]
    expect: Callable[[Iterable[tuple[str, str]]], None] = lambda _codes: None
    """Told beforehand which codes, each with its list, will be asked for, so that they can be looked up together."""


@attrs.frozen(kw_only=True)
class Wanted(Asked):
    """What somebody wants to see."""

    values: Mapping[str, Any] = attrs.field(factory=dict)
    """A dashboard has no filters but the fields below."""
    whole: bool = False
    steps: Steps
    view: View
    owners: frozenset[UserId]
    """Whose: account managers; nobody for all that the reader may see."""
    currency: str
    known: Known

    @property
    def owner(self) -> "frozenset[UserId] | None":
        """Whose, as the calculators of sales ask for it."""
        return self.owners or None


@attrs.frozen(kw_only=True)
class Dashboard:
    """One section of a reader's dashboard."""

    section: Section
    view: View
    steps: Steps
    cards: tuple[Card, ...]
    report: Report
    """All of it as tables: the figures of the cards, their trend, and the section's own tables.

    So it is printed, exported and opened number by number as every report.
    """
    notes: tuple[str, ...] = ()
