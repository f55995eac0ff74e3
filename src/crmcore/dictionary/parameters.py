"""The system parameters there are: key, type, default and bounds of each (requirement X-ADM-01, chapter 16)."""

import datetime as dt
import re
from collections.abc import Callable
from typing import Any, Final, Generic, TypeVar
from uuid import NAMESPACE_URL, uuid5
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import attrs

from crmcore.base.errors import Invalid, Problem
from crmcore.base.values import CURRENCY as CURRENCY_CODE
from crmcore.dictionary.entity import SystemParameterId

__all__ = [
    "CHURN_MONTHS",
    "CHURN_NEVER_ORDERED",
    "CHURN_RUN_AT",
    "CURRENCY",
    "LARGE_DEAL",
    "LEAST_LIKENESS",
    "LOCKOUT_FAILURES",
    "LOCKOUT_MINUTES",
    "PAGE_SIZE",
    "PARAMETERS",
    "PROCESS_MOVES",
    "PROOF_REQUIRED",
    "SERVICE_REOPEN_DAYS",
    "SERVICE_REQUIRED",
    "SERVICE_UNUSED",
    "WINDOW_LINK_MINUTES",
    "WINDOW_OPEN",
    "ZONE",
    "Parameter",
]

T = TypeVar("T")


@attrs.frozen(kw_only=True, eq=False)
class Parameter(Generic[T]):
    """One setting: how it is written down and read, and what it is when nobody has set it."""

    key: str
    default: T
    parse: Callable[[str], T]
    """Read the written value; raises ``ValueError`` with the code of the problem."""
    kind: str
    """How a form asks for it: zone, currency, integer, boolean, time."""
    unit: str = ""
    minimum: int | None = None
    maximum: int | None = None
    choices: tuple[str, ...] = ()
    """The names it may hold; empty for other kinds."""
    id: SystemParameterId = attrs.field(
        init=False, default=attrs.Factory(lambda self: _id_of(self.key), takes_self=True)
    )

    def read(self, text: str) -> T:
        """Answer the value a text means.

        Raises:
            Invalid: The text is none; the problem names the parameter's key as its field.
        """
        try:
            return self.parse(text.strip())
        except (ValueError, ZoneInfoNotFoundError, OSError) as error:
            raise Invalid(
                Problem(
                    field=self.key,
                    code=f"parameter.{self.kind}",
                    entity="parameter",
                    params={
                        "got": text[:50],
                        "min": self.minimum,
                        "max": self.maximum,
                        "choices": ", ".join(self.choices),
                    },
                )
            ) from error

    def write(self, value: T) -> str:
        """Answer the text that means *value*."""
        match value:
            case bool():
                return "yes" if value else "no"
            case ZoneInfo():
                return value.key
            case dt.time():
                return value.strftime("%H:%M")
            case tuple():
                return ",".join(value) or "none"
        return str(value)


def _id_of(key: str) -> SystemParameterId:
    return SystemParameterId(uuid5(NAMESPACE_URL, f"urn:crmcore:parameter:{key}"))


def _whole_number(key: str, default: int, least: int, most: int, unit: str = "") -> Parameter[int]:
    def parse(text: str) -> int:
        if not re.fullmatch("[0-9]{1,9}", text) or not least <= int(text) <= most:
            raise ValueError(text)
        return int(text)

    return Parameter(key=key, default=default, parse=parse, kind="integer", unit=unit, minimum=least, maximum=most)


def _yes_or_no(key: str, *, default: bool) -> Parameter[bool]:
    return Parameter(key=key, default=default, parse=lambda text: _YES_NO[text.lower()], kind="boolean")


def _names(key: str, *allowed: str, default: tuple[str, ...] = ()) -> Parameter[tuple[str, ...]]:
    """Make a setting of some of the given names, written with commas."""

    def parse(text: str) -> tuple[str, ...]:
        given = [one for part in re.split("[,，、;；\\s]+", text) if (one := part.strip())]
        if not set(given) <= {*allowed, "none"}:
            raise ValueError(text)
        return tuple(one for one in allowed if one in given)

    return Parameter(key=key, default=default, parse=parse, kind="names", choices=allowed)


class _YesNo(dict[str, bool]):
    def __missing__(self, key: str) -> bool:
        raise ValueError(key)


_YES_NO: Final = _YesNo({"yes": True, "no": False, "true": True, "false": False, "1": True, "0": False})


def _zone(text: str) -> ZoneInfo:
    if not re.fullmatch(r"[A-Za-z0-9_+\-]+(/[A-Za-z0-9_+\-]+){0,3}", text):
        raise ValueError(text)
    return ZoneInfo(text)


def _currency(text: str) -> str:
    if not re.fullmatch(CURRENCY_CODE, text):
        raise ValueError(text)
    return text


def _time(text: str) -> dt.time:
    if not re.fullmatch("[0-9]{2}:[0-9]{2}", text):
        raise ValueError(text)
    return dt.time.fromisoformat(text)


ZONE: Final = Parameter(key="company.zone", default=ZoneInfo("Asia/Shanghai"), parse=_zone, kind="zone")
"""Decides what "today", "this month" and "this year" mean (decision 16.8)."""
CURRENCY: Final = Parameter(key="company.currency", default="CNY", parse=_currency, kind="currency")
"""The company's currency (decision 16.7)."""
PAGE_SIZE: Final = _whole_number("list.page_size", 10, 1, 200)
"""Records on a page of a list (requirement GEN-10)."""
PROOF_REQUIRED: Final = _yes_or_no("opportunity.proof_required", default=False)
"""Winning needs the number of an order or contract (decision 16.5, requirement X-CTR-05)."""
LARGE_DEAL: Final = _whole_number("opportunity.large_deal", 1_000_000, 1, 999_999_999)
"""Expected amount in the company's currency from which on an opportunity is a large deal (requirement X-OPP-06)."""
PROCESS_MOVES: Final = _names("process.moves", "skip", "back", default=("skip", "back"))
"""Ways through the sales process beside that to the next stage: skipping stages, going back (requirement X-OPP-03)."""
CHURN_MONTHS: Final = _whole_number("churn.months", 6, 1, 120)
"""Calendar months without an order before a customer is flagged (requirement CHN-13, decision 16.3)."""
CHURN_RUN_AT: Final = Parameter(key="churn.run_at", default=dt.time(2, 0), parse=_time, kind="time")
"""Time of day of the nightly check, in the company's zone (requirements CHN-04, CHN-13)."""
CHURN_NEVER_ORDERED: Final = _yes_or_no("churn.never_ordered", default=False)
"""Flag customers that never ordered, too (requirement CHN-03)."""
LEAST_LIKENESS: Final = _whole_number("customer.least_likeness", 85, 60, 100, unit="%")
"""Names less alike than this are not shown as possible duplicates (requirement CUS-07)."""
SERVICE_REQUIRED: Final = _names("service.required", "contact", "opportunity", "channel")
"""What has to be filled in beside the four fields of requirement 4.1 (requirements X-SRV-08, X-SRV-09)."""
SERVICE_UNUSED: Final = _names("service.unused", "delete", "hand_over", "reopen", "wait", "merge")
"""Steps beyond the flow of requirement 4.2 that the company does not use (requirement X-SRV-09)."""
SERVICE_REOPEN_DAYS: Final = _whole_number("service.reopen_days", 14, 0, 3650, unit="d")
"""How many days after its archiving a request may be opened again."""
WINDOW_OPEN: Final = _yes_or_no("window.open", default=False)
"""Customers' contacts may sign in and file requests; off until somebody decides it (requirements X-SLF-01 to 03)."""
WINDOW_LINK_MINUTES: Final = _whole_number("window.link_minutes", 30, 1, 1440, unit="min")
"""How long a link for signing in works."""
LOCKOUT_FAILURES: Final = _whole_number("access.lockout_failures", 5, 1, 100)
"""Failed log-ins in a row before log-in pauses."""
LOCKOUT_MINUTES: Final = _whole_number("access.lockout_minutes", 15, 1, 1440, unit="min")
"""How long log-in pauses."""

PARAMETERS: Final[dict[str, Parameter[Any]]] = {
    one.key: one
    for one in (
        ZONE,
        CURRENCY,
        PAGE_SIZE,
        PROOF_REQUIRED,
        LARGE_DEAL,
        PROCESS_MOVES,
        CHURN_MONTHS,
        CHURN_RUN_AT,
        CHURN_NEVER_ORDERED,
        LEAST_LIKENESS,
        SERVICE_REQUIRED,
        SERVICE_UNUSED,
        SERVICE_REOPEN_DAYS,
        WINDOW_OPEN,
        WINDOW_LINK_MINUTES,
        LOCKOUT_FAILURES,
        LOCKOUT_MINUTES,
    )
}
