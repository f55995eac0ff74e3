"""What a report is asked about: its filters as fields of a form, kept in the address (X-ANA-05)."""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final

import attrs
from attrs import fields
from flask import request

from crmcore import CrmError, Invalid
from crmcore.customers.entity import Customer
from crmcore.pipeline import snapshots
from crmcore.reports import catalogue, contribution_years, loss_years, service_years
from crmcore.reports.filters import Filter, FilterKind
from crmcore.reports.kinds import ReportKind
from crmcore.reports.managing import PARTS
from crmcore.sales import Order
from crmcore.statistics.periods import Span, period_of
from crmcore.statistics.typed_periods import ALL_TIME, typed
from crmcore_demo.display import label, language, t, today
from crmcore_demo.forms import Option, Shown
from crmcore_demo.listing import tally_by
from crmcore_demo.listing import typed as cleaned
from crmcore_demo.selling_page import currency
from crmcore_demo.session import company, names_of, person, reading

FROM, TO = "_from", "_to"
"""What the names of a period's two days end in."""
PART: Final = "only"
"""The filter that says which part of a report of several is wanted."""
CURRENCY: Final = "currency"
"""The filter that is chosen from the currencies there are."""
PRESENT: Final = ("this_month", "last_month", "this_quarter", "last_quarter", "this_year", "last_year")
QUARTERS, MONTHS, SNAPSHOTS = 8, 12, 50
_LOOKED_UP: Final = {FilterKind.PERSON, FilterKind.SNAPSHOT}
_YEARS: Final = {"report.churn": loss_years, "report.service": service_years, "report.contribution": contribution_years}
_ALL_ORDERS: Final = "all_orders"
LONGEST: Final = 100


@attrs.frozen(kw_only=True)
class Asking:
    """What somebody asks of a report, and the form he asks it with."""

    given: Mapping[str, str]
    """What the report is asked about, by name of the filter, as the library reads it."""
    kept: tuple[tuple[str, str], ...]
    """The same as parts of an address."""
    fields: tuple[Shown, ...] = ()
    """The form that asks again."""
    looked_up: frozenset[str] = frozenset()
    """Filters whose values are records, which there may be none of."""
    problem: str = ""
    """Why it can't be answered."""

    @property
    def active(self) -> bool:
        """Whether anything was chosen."""
        return bool(self.kept)

    def with_problem(self, error: CrmError) -> "Asking":
        """Return the form with what the library refused: told above it, and at the fields concerned."""
        if isinstance(error, Invalid):
            said, told = {one.field: one.explain(language()) for one in error.problems}, error.explain(language())
        else:  # a person or a snapshot that there is none of
            told = t("reports.not_found")
            said = dict.fromkeys((one.name for one in self.fields if one.name in self.looked_up and one.value), told)
        changed = tuple(attrs.evolve(one, problem=said.get(one.name, "")) for one in self.fields)
        return attrs.evolve(self, fields=changed, problem=told)


def ask(kind: ReportKind, sent: Mapping[str, str] | None = None) -> Asking:
    """Read this address, or a form, as what a report is asked about; what the report does not know is not looked at.

    Args:
        kind: The report.
        sent: The fields of a form; without them the address counts.
    """
    given, kept = {}, []
    args = request.args if sent is None else sent
    for one in kind.filters:
        said = cleaned(args.get(one.name, ""))
        ends = [cleaned(args.get(one.name + end, "")) for end in (FROM, TO)]
        if one.kind is FilterKind.PERIOD and any(ends):
            given[one.name] = _between(*ends)
            kept += [(one.name + end, day) for end, day in zip((FROM, TO), ends, strict=True) if day]
        elif said:
            given[one.name] = said
            kept.append((one.name, said))
        elif one.name == PART and sent is None:
            given[one.name] = PARTS[0]
            kept.append((one.name, PARTS[0]))
    looked_up = frozenset(one.name for one in kind.filters if one.kind in _LOOKED_UP)
    return Asking(given=given, kept=tuple(kept), looked_up=looked_up)


def with_form(asking: Asking, kind: ReportKind) -> Asking:
    """Return what is asked with the form that asks it."""
    return attrs.evolve(asking, fields=tuple(field for one in kind.filters for field in _fields(kind, one)))


def _between(first: str, last: str) -> str:
    """Say a period by its days, until today if no last one is given; the library tells if the first one is missing."""
    return f"{first}..{last or today().isoformat()}"


def _fields(kind: ReportKind, one: Filter) -> Iterable[Shown]:
    said, title = cleaned(request.args.get(one.name, "")), one.title(language())
    if one.name == PART:
        yield _choice(one.name, t("reports.part"), said or PARTS[0], _parts())
        return
    match one.kind:
        case FilterKind.PAGE:
            return
        case FilterKind.PERIOD:
            yield _choice(one.name, title, said or (one.initial if one.needed else ""), _periods(kind, one))
            for end in (FROM, TO):
                day = cleaned(request.args.get(one.name + end, ""))
                yield Shown(name=one.name + end, label=t(f"reports.period{end}"), kind="date", value=day, seldom=True)
        case FilterKind.CHOICE:
            pairs = one.options(language())
            yield _choice(one.name, title, said or one.initial, [Option(value=v, words=w) for v, w in pairs])
        case FilterKind.PERSON | FilterKind.SNAPSHOT:
            options = _people() if one.kind is FilterKind.PERSON else _snapshots()
            if len(options) > 1 or said:
                yield _choice(one.name, title, said, options)
        case FilterKind.FLAG:
            yield Shown(name=one.name, label=title, kind="flag", value=said)
        case FilterKind.TEXT if one.name == CURRENCY and (known := _currencies()) is not None:
            if len(known) > 1 or said:
                yield _choice(one.name, title, said, known)
        case FilterKind.NUMBER:
            yield Shown(name=one.name, label=title, kind="number", value=said or one.initial)
        case _:
            yield Shown(name=one.name, label=title, value=said, longest=LONGEST)


def _choice(name: str, title: str, said: str, options: Sequence[Option]) -> Shown:
    """Make a choice; what the address says and the list does not have is in it, so that it is told and not lost."""
    known = tuple(options)
    if said and said not in {one.value for one in known}:
        known = (*known, Option(value=said, words=said))
    return Shown(name=name, label=title, kind="choice", value=said, options=known)


def _periods(kind: ReportKind, one: Filter) -> Sequence[Option]:
    first = [] if one.needed else [Option(value="", words=t("reports.by_itself" if one.quiet else "reports.all_time"))]
    if one.quiet:
        first.append(Option(value=ALL_TIME, words=t("reports.all_time")))
    named = [Option(value=name, words=t(f"reports.{name}")) for name in PRESENT]
    past = [*_back(Span.QUARTER, QUARTERS), *_back(Span.MONTH, MONTHS)]
    years = [f"{year}" for year in _years_of(kind)]
    return [*first, *named, *(Option(value=text, words=text) for text in (*years, *past))]


def _back(span: Span, number: int) -> Iterable[str]:
    """Name the last so many months or quarters, the present one first."""
    day = today()
    for _ in range(number):
        period = period_of(day, span)
        yield typed(period)
        day = period.first - dt.timedelta(days=1)


def _years_of(kind: ReportKind) -> Sequence[int]:
    """Return the years in which there is anything to report; of reports that look elsewhere, the last few."""
    count: Callable[..., Sequence[int]] | None = next((_YEARS[one] for one in kind.rights if one in _YEARS), None)
    if count is not None and person().may(*(right for right in kind.rights if right in _YEARS)):
        if count is contribution_years and _ticked(kind, _ALL_ORDERS):
            key = f"{count.__name__}.{_ALL_ORDERS}"
            return company().choices(person().id, key, lambda: count(reading(), all_orders=True))
        return company().choices(person().id, count.__name__, lambda: count(reading()))
    return range(today().year, today().year - 3, -1)


def _ticked(kind: ReportKind, flag: str) -> bool:
    """Tell whether a flag of the report is set in the address; what the library would refuse is not."""
    said = cleaned(request.args.get(flag, ""))
    return any(one.name == flag for one in kind.filters) and said.lower() in {"1", "true", "yes", "on"}


def _parts() -> Sequence[Option]:
    """Return the parts of the periodic report that the person may see; on a page they are shown one by one."""
    known = {one.name: one.title(language()) for one in catalogue.offered(person().actor)}
    parts = (Option(value=name, words=known[name]) for name in PARTS if name in known)
    return [Option(value=PARTS[0], words=label("report_table.summary")), *parts]


def _people() -> Sequence[Option]:
    """Return the colleagues whose customers the person sees; of one who sees only his own there is none to choose."""
    if not person().may("customer.read_all"):
        return ()
    ids = company().choices(person().id, "managers", lambda: tally_by(reading().customers, fields(Customer).manager))
    known = names_of(*ids)
    ordered = sorted(known.items(), key=lambda pair: pair[1])
    return [Option(value="", words=t("list.all")), *(Option(value=str(id_), words=words) for id_, words in ordered)]


def _currencies() -> Sequence[Option] | None:
    """Return the currencies that orders are in, the company's own first; None for who reads no orders."""
    if not person().may("order.read", "order.read_all"):
        return None
    used = company().choices(person().id, "currencies", lambda: tally_by(reading().orders, fields(Order).currency))
    return [
        Option(value="", words=currency()),
        *(Option(value=one, words=one) for one in sorted({*used} - {currency()})),
    ]


def _snapshots() -> Sequence[Option]:
    taken = company().choices(person().id, "snapshots", lambda: snapshots(reading(), size=SNAPSHOTS).rows)
    options = (Option(value=str(one.id), words=f"{one.day.isoformat()} {one.name}".rstrip()) for one in taken)
    return [Option(value="", words=t("reports.by_itself")), *options]
