"""What the templates may use: words, dates, addresses and the files a page needs."""

import datetime as dt
import enum
import functools
import hashlib
from decimal import Decimal
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from flask import Flask, flash, g, request, url_for
from jinja2 import StrictUndefined

from crmcore.base.kinds import name_of
from crmcore.i18n import Language, text
from crmcore.opportunities.entity import ARCHIVED, OpportunityStatus
from crmcore_demo import addresses, paging, words
from crmcore_demo.session import outside, reading, settings

STATIC: Final = Path(__file__).parent / "static"
# How a state looks; what it is called comes from the library.
TONES: Final = {
    "opportunity_status.unassigned": "waiting",
    "opportunity_status.assigned": "running",
    "opportunity_status.won": "good",
    "passage_outcome.staying": "running",
    "passage_outcome.backward": "waiting",
    "passage_outcome.won": "good",
    "passage_outcome.lost": "bad",
    "activity_progress.planned": "waiting",
    "activity_progress.under_way": "running",
    "activity_progress.done": "good",
    "customer_status.normal": "good",
    "customer_status.lost": "bad",
    "churn_status.warning": "waiting",
    "churn_status.delayed": "running",
    "churn_status.lost": "bad",
    "churn_status.retained": "good",
    "article_status.review": "waiting",
    "article_status.published": "good",
    "draft_state.draft": "running",
    "draft_state.review": "waiting",
    "survey_status.open": "good",
    "invitation_state.waiting": "waiting",
    "invitation_state.answered": "good",
    "invitation_state.withdrawn": "bad",
    "care_status.planned": "running",
    "care_status.done": "good",
    "opinion_state.open": "waiting",
    "opinion_state.processed": "good",
    "import_state.running": "running",
    "import_state.done": "good",
    "merge_state.done": "good",
    "service_status.new": "waiting",
    "service_status.assigned": "running",
    "service_status.handled": "running",
    "service_status.archived": "good",
    "deadline_state.running": "running",
    "deadline_state.waiting": "plain",
    "deadline_state.at_risk": "waiting",
    "deadline_state.breached": "bad",
    "deadline_state.met": "good",
    "deadline_state.missed": "bad",
    "priority.high": "waiting",
    "priority.urgent": "bad",
    "validity.valid": "good",
    "operation.created": "good",
    "operation.changed": "running",
    "operation.denied": "bad",
}


def language() -> Language:
    """Return the language of this request: the person's own, or the one chosen in the browser."""
    chosen: Language | None = g.get("language")
    return chosen or words.DEFAULT_LANGUAGE


def t(key: str, **gaps: object) -> str:
    """Say a sentence of the screens in the language of this request."""
    return words.say(language(), key, **gaps)


def label_key(what: str | enum.Enum) -> str:
    """Return the library's catalogue key of a field's dotted name or of a value of a fixed list."""
    return what if not isinstance(what, enum.Enum) else f"{name_of(type(what))}.{what.value}"


def label(what: str | enum.Enum) -> str:
    """Say what the library calls a field, an entity or a value (`opportunity.title`, `Status.WON`)."""
    return text(label_key(what), language())


def tone(value: enum.Enum) -> str:
    """Choose the look of a state's chip."""
    return TONES.get(label_key(value), "")


def archived(status: OpportunityStatus) -> bool:
    """Whether the plan list shows the state as "archived" (2.3)."""
    return status in ARCHIVED


def zone() -> ZoneInfo:
    """Return the company's time zone (decision 16.8)."""
    return settings().zone


def day(value: dt.date | None) -> str:
    """Write a date, or the day of an instant, as lists show it (GEN-18)."""
    if value is None:
        return ""
    if isinstance(value, dt.datetime):
        value = value.astimezone(zone()).date()
    return value.isoformat()


def entry_words(category: str, code: str) -> str:
    """Say what a code of the dictionary is called (16.9)."""
    return settings().words(category, code, language()) if code else ""


def category_words(category: str) -> str:
    """Say what a list of the dictionary is called; a company's own lists have only their code."""
    key = f"category.{category}"
    return t(key) if words.has(language(), key) else category


def today() -> dt.date:
    """Return the present day in the company's zone."""
    return reading().now.astimezone(zone()).date()


def moment(value: dt.datetime | None) -> str:
    """Write an instant to the second as details show it (GEN-18)."""
    return "" if value is None else value.astimezone(zone()).strftime("%Y-%m-%d %H:%M:%S")


def minute(value: dt.datetime | None) -> str:
    """Write an instant to the minute, as people make appointments."""
    return "" if value is None else value.astimezone(zone()).strftime("%Y-%m-%d %H:%M")


def span(minutes: int) -> str:
    """Say a span of working time in hours and minutes; how long a day is depends on the calendar."""
    hours, rest = divmod(minutes, 60)
    if not hours:
        return t("targets.minutes", n=rest)
    return t("requests.span", h=hours, m=rest) if rest else t("targets.hours", n=hours)


def money(value: Decimal | None, currency: str = "") -> str:
    """Write an amount with two places and its groups of three, as lists and totals show it."""
    return "" if value is None else f"{value:,.2f} {currency}".rstrip()


def quantity(value: Decimal | None) -> str:
    """Write how much of something there is, without zeros that say nothing."""
    return "" if value is None else f"{value:,.4f}".rstrip("0").rstrip(".")


def stars(count: int | None) -> str:
    """Say a rating in words; "not specified" is a rating too (3.1)."""
    return t("customers.unspecified") if count is None else f"{'★' * count}{'☆' * (5 - count)}"


@functools.cache
def _fingerprint(name: str) -> str:
    return hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:12]


def asset(name: str) -> str:
    """Return the address of a file of ours; it changes with the file, so browsers may keep it for good."""
    return url_for("static", filename=name, v=_fingerprint(name))


def layout() -> str:
    """Choose the frame around a page: none of it when the page is shown in a dialog."""
    if request.headers.get("X-Fragment") == "dialog":
        return "fragment.html"
    if outside():
        return "outside.html"
    return "layout.html" if g.get("person") else "alone.html"


def entrance_layout() -> str:
    """Choose the frame around a page of the customer window, which has an entrance of its own."""
    return "window/layout.html" if g.get("person") else "window/alone.html"


def told(words_said: str, link: str, address: str) -> None:
    """Tell of something done, with a way on; such a message stays, since somebody may want to use it."""
    # A dictionary survives the session's cookie; its address is one of our own.
    flash({"words": words_said, "link": link, "address": address}, "done")  # type: ignore[arg-type]


def install(app: Flask) -> None:
    """Give the templates their vocabulary."""
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters.update(day=day, moment=moment, minute=minute, money=money, quantity=quantity, span=span)
    app.jinja_env.globals.update(
        t=t,
        label=label,
        tone=tone,
        entry_words=entry_words,
        stars=stars,
        category_words=category_words,
        archived=archived,
        language=language,
        asset=asset,
        here=addresses.here,
        onward=addresses.onward,
        carry=addresses.carry,
        way_back=addresses.way_back,
        kept_arguments=addresses.kept_arguments,
        page_address=addresses.page_address,
        sizes_offered=paging.sizes_offered,
    )
    app.context_processor(lambda: {"layout": layout(), "person": g.get("person"), "module": "", "searched_for": ""})
