"""Every report there is, asked in every way it can be asked: what to ask follows from what a report takes.

A report that is added to :mod:`crmcore.reports` is asked by itself. One that takes something new fails until
:func:`choices` says what that may be; so none is forgotten.
"""

import datetime as dt
import enum
import inspect
import types
import typing
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

import attrs

from company.past import Past
from company.staff import People
from crmcore import reports
from crmcore.access.entity import UserId
from crmcore.customers.entity import CustomerId
from crmcore.pipeline.flow import Pipeline
from crmcore.pipeline.standing import PipelineSnapshotId
from crmcore.reports import LossFilter, OrderFilter, ProductCost, ServiceFilter
from crmcore.reports.filters import FilterKind
from crmcore.reports.kinds import ReportKind
from crmcore.reports.predicting import A_YEAR_AHEAD
from crmcore.statistics.lifetime_value import Terms
from crmcore.statistics.periods import Period, Span, day_of, month_of, quarter_of, year_of
from crmcore.storage.action import Action, registered
from crmcore.storage.work import Work

__all__ = ["Way", "every_report", "narrowed", "ways"]

WINTER: Final = Period(dt.date(2025, 12, 1), dt.date(2026, 2, 28))
"""Three months, of two years."""
APRIL: Final = month_of(2025, 4)
"""Has a night of half an hour more, where the clocks of the company are."""
YEAR: Final = year_of(2025)
THREE_DAYS: Final = Period(dt.date(2025, 4, 4), dt.date(2025, 4, 6))
"""The day of that night, and those beside it."""
NOTHING_YET: Final = month_of(1999, 1)
_OF_OTHERS: Final = {"drill_down", "referred", "dashboard"}
"""Two are about what is behind a figure of another report; dashboards have tests of their own, section by section."""


@attrs.frozen(kw_only=True)
class Way:
    """One way to ask a report."""

    name: str
    report: Callable[..., Any]
    permissions: tuple[str, ...]
    """Of which one is needed."""
    given: Mapping[str, Any]
    usual: bool
    """Whether nothing is said but what has to be."""

    def ask(self, work: Work) -> Any:
        """Answer the report."""
        return self.report(work, **self.given)

    def asking(self, **given: Any) -> "Way":
        """The same report, asked for something else."""
        return attrs.evolve(self, given={**self.given, **given}, usual=False)

    def __str__(self) -> str:
        """What was asked, for who reads of a failure."""
        return f"{self.name}({', '.join(f'{key}={value}' for key, value in self.given.items())})"


def every_report() -> Mapping[str, Action]:
    """All reports of :mod:`crmcore.reports`: its actions, but for jobs and what is :data:`_OF_OTHERS`."""
    actions = {one.function: one for one in registered() if one.takes == "work"}
    known = {name: actions.get(getattr(reports, name)) for name in reports.__all__}
    return {name: one for name, one in known.items() if one is not None and name not in _OF_OTHERS}


def ways(past: Past, people: People) -> Iterator[Way]:
    """Each report asked as usual, and then with one thing different at a time, until everything was different once."""
    for name, one in every_report().items():
        asked = {key: choices(name, taken, past, people) for key, taken in _taken(one.function).items()}
        usual = {key: values[0] for key, values in asked.items()}
        way = Way(name=name, report=one.function, permissions=one.permissions, given=usual, usual=True)
        yield way
        yield from (way.asking(**{key: value}) for key, values in asked.items() for value in values[1:])
        if "period" in usual and isinstance(usual.get("span"), Span):
            yield way.asking(period=THREE_DAYS, span=Span.DAY)


def narrowed(kind: ReportKind) -> Iterator[dict[str, Any]]:
    """What a report of the catalogue can be narrowed to, one thing at a time."""
    usual = {"period": "2025"} if any(one.name == "period" for one in kind.filters) else {}
    yield usual
    for one in kind.filters:
        yield from ({**usual, one.name: str(choice.value)} for choice in one.choices if choice is not Span.DAY)
        if one.kind is FilterKind.FLAG:
            yield {**usual, one.name: "1"}
        if one.kind is FilterKind.PERSON:
            yield {**usual, one.name: "lihua"}


def _taken(report: Callable[..., Any]) -> dict[str, inspect.Parameter]:
    taken = dict(inspect.signature(report, eval_str=True).parameters)
    taken.pop("work")
    return taken


def choices(report: str, taken: inspect.Parameter, past: Past, people: People) -> Sequence[Any]:
    """Answer what a report may be given for one thing it takes; the first one is the usual."""
    for key in ((report, taken.name), taken.name, _kind(taken.annotation)):
        if (found := _known(past, people).get(key)) is not None:
            values = list(found)
            break
    else:
        kind = _kind(taken.annotation)
        if not (isinstance(kind, type) and issubclass(kind, enum.Enum | bool)):
            message = f"say in company.asking what {report} may be given for {taken.name}, {taken.annotation}"
            raise LookupError(message)  # noqa: TRY004  # the type is right, it is only not known here
        values = [False, True] if kind is bool else list(kind)
    if taken.default is inspect.Parameter.empty:
        return values
    return [taken.default, *(one for one in values if one != taken.default)]


def _kind(annotation: Any) -> Any:
    """Answer what something is, but for None."""
    if isinstance(annotation, types.UnionType) or typing.get_origin(annotation) is typing.Union:
        (annotation,) = (one for one in typing.get_args(annotation) if one is not type(None))
    return annotation


def _known(past: Past, people: People) -> Mapping[Any, Sequence[Any]]:
    earlier, later = (one.id for one in past.dealings.snapshots)
    buyers = sorted({one.customer for one in past.orders}) or [CustomerId(UUID(int=1))]
    lihua, days = people.lihua.id, Period(dt.date(2025, 3, 31), dt.date(2025, 8, 1))
    orders = (
        OrderFilter(period=YEAR),
        OrderFilter(period=NOTHING_YET),
        OrderFilter(period=quarter_of(2026, 1), all_orders=True),
        OrderFilter(period=day_of(dt.date(2025, 12, 31))),
        OrderFilter(period=YEAR, currency="USD"),
        OrderFilter(period=YEAR, currency="XXX"),
        OrderFilter(period=YEAR, customer_name="100%_"),
        OrderFilter(period=YEAR, customer=buyers[0], all_orders=True),
    )
    return {
        Span: (Span.MONTH, Span.QUARTER, Span.YEAR),
        Period: (WINTER, APRIL, NOTHING_YET, day_of(dt.date(2025, 4, 5)), days),
        OrderFilter: (*orders, OrderFilter()),
        ("sales_compared", "only"): orders,
        ("customer_retention", "only"): orders,
        ("customer_retention", "earlier"): (year_of(2024), day_of(dt.date(2024, 2, 29))),
        ServiceFilter: (ServiceFilter(period=YEAR), ServiceFilter(), ServiceFilter(period=APRIL, archived_only=True)),
        ("services_compared", "only"): (
            ServiceFilter(period=YEAR),
            ServiceFilter(period=APRIL, archived_only=True),
        ),
        LossFilter: (
            LossFilter(),
            LossFilter(period=YEAR),
            LossFilter(customer_name="100%"),
            LossFilter(customer_name="\\'", manager="i", period=YEAR),
        ),
        UserId: (lihua, people.retired.id),
        Pipeline: (
            Pipeline(),
            Pipeline(first=dt.date(2026, 2, 1), last=dt.date(2026, 4, 30)),
            Pipeline(last=dt.date(2026, 4, 30), owner=lihua),
        ),
        PipelineSnapshotId: (earlier, later),
        "then": (later,),
        ("pipeline_waterfall", "first"): (earlier,),
        ("target_attainment", "day"): (dt.date(2026, 1, 31), dt.date(2024, 2, 29)),
        "page": (1, 2, 9),
        "size": (3, 200),
        ("management_report", "only"): (("summary", "losses"),),
        "language": ("zh",),
        "few": (1, 100),
        "much": (1, 100),
        "most": (1, 50),
        int: (90, 1),
        CustomerId: tuple(buyers),
        "customers": (buyers, ()),
        Terms: (A_YEAR_AHEAD,),
        ("customer_screening", "costs"): ({"1": ProductCost(unit_cost=Decimal(10))},),
        ("product_earnings", "costs"): (
            {"P%": ProductCost(unit_cost=Decimal("0.5"), mean_stock=Decimal(3)), "": ProductCost(unit_cost=Decimal(1))},
        ),
    }
