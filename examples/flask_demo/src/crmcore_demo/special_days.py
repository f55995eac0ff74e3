"""What is asked for to take a country's public holidays into a calendar, and which year is looked at (X-SRV-05)."""

from typing import Final

from flask import request

from crmcore_demo.display import label, t, today
from crmcore_demo.forms import Form, Option, Shown
from crmcore_demo.paging import whole_number

FIRST_YEAR, LAST_YEAR = 1990, 2100
BACK, AHEAD = 1, 3
COUNTRIES: Final = ("CN", "HK", "MO", "TW", "SG", "JP", "KR", "US", "GB", "DE", "FR")
"""Offered while somebody types; any country's code is understood."""


def asked_year() -> int:
    """Return the year that is looked at: this one unless the address says otherwise."""
    return max(FIRST_YEAR, whole_number(request.args.get("year"), today().year, LAST_YEAR))


def import_form(year: int, country: str = "CN", years: tuple[str, ...] | None = None) -> Form:
    """Ask whose holidays of which years are taken over.

    Args:
        year: The year that is looked at.
        country: What was filled in.
        years: Which years were chosen; the one that is looked at unless some were.
    """
    offered = sorted({*range(today().year - BACK, today().year + AHEAD), year})
    return Form(
        fields=(
            Shown(
                name="country",
                label=label("special_day.country"),
                value=country,
                required=True,
                longest=2,
                options=tuple(Option(value=one, words=one) for one in COUNTRIES),
                help=t("special_days.country_help"),
            ),
            Shown(
                name="years",
                label=label("special_day.years"),
                kind="ticks",
                required=True,
                value=(str(year),) if years is None else years,
                options=tuple(Option(value=str(one), words=str(one)) for one in offered),
            ),
        )
    )
