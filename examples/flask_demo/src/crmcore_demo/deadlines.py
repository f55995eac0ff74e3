"""The pages on which deadlines are set up: calendars, targets, escalation, skills; one beside the other (X-SRV-05)."""

from collections.abc import Iterable, Sequence
from typing import Any, Final

from flask import render_template, url_for

from crmcore.calendars import WorkingCalendar, calendars
from crmcore_demo.actions import Action
from crmcore_demo.customer_page import Tab
from crmcore_demo.display import t
from crmcore_demo.listing import Answers, possible_with
from crmcore_demo.session import reading

BESIDE: Final = {
    "calendars": "calendars.index",
    "targets": "targets.index",
    "policies": "policies.index",
    "skills": "skills.index",
}


def beside(here: str) -> tuple[Tab, ...]:
    """List the pages on which deadlines are set up."""
    return tuple(
        Tab(words=t(f"{name}.title"), address=url_for(endpoint), here=name == here) for name, endpoint in BESIDE.items()
    )


def setup_page(template: str, words: str, rows: Sequence[Any], answers: Answers, **around: Any) -> str:
    """Draw everything of one kind on one page: there is little of it, and all of it counts.

    Args:
        template: Draws the table.
        words: Where the sentences are: `<words>.title`, `.lead`, `.none` and `.new`.
        rows: What there is.
        answers: Says what can be done with one row.
        around: What else the template needs.
    """
    new = Action(words=t(f"{words}.new"), address=url_for(f"{words}.new"), primary=True)
    return render_template(
        template,
        words=words,
        rows=rows,
        actions=(new,),
        beside=beside(words),
        possible=possible_with(rows, answers),
        **around,
    )


def calendar_names(known: Iterable[WorkingCalendar] | None = None) -> dict[Any, str]:
    """Return what the working calendars are called, by id."""
    return {one.id: one.name for one in (calendars(reading(), status=None) if known is None else known)}
