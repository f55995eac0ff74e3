"""What is open in the sales process: by stage, category and expected day; and the large deals (X-OPP-01 to 06)."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

import attrs
from attrs import fields
from flask import url_for

from crmcore.dictionary.parameters import LARGE_DEAL
from crmcore.opportunities import in_process, large_deals
from crmcore.opportunities.entity import OPEN, Opportunity
from crmcore.pipeline import ForecastCategory, SalesStage, SalesStageId
from crmcore.query import count, one_of, query, total
from crmcore_demo import possible
from crmcore_demo.answers import pages_of
from crmcore_demo.display import label, t, today
from crmcore_demo.forms import Shown
from crmcore_demo.listing import Filter, chosen_colleague, codes, colleagues, list_page, read_filter, states
from crmcore_demo.selling_page import beside, currency, day_in, entries_of, every_stage, is_large, people_in
from crmcore_demo.session import names_of, person, reading, settings

pages = pages_of("process", "L0103", "/process")
NO_STAGE: Final = "none"
"""In addresses: the opportunities that are in no stage."""
CATEGORIES: Final = (ForecastCategory.PIPELINE, ForecastCategory.BEST_CASE, ForecastCategory.COMMIT)


@attrs.frozen(kw_only=True)
class Standing:
    """How much stands in one stage."""

    name: str
    address: str
    here: bool
    number: int
    amount: Decimal


def _standings(known: Sequence[SalesStage], chosen: str) -> tuple[Standing, ...]:
    """Return the stages with what stands in them, those of no stage first; a retired one only if something does."""
    o = fields(Opportunity)
    open_ones = query(Opportunity).where(one_of(o.status, OPEN))
    rows = reading().opportunities.tally(open_ones, by=(o.stage,), measures=(count(), total(o.expected_amount)))
    found = {row.key[0]: row.values for row in rows}
    lines: list[tuple[UUID | None, str]] = [(None, t("process.no_stage"))] if found.get(None) else []
    lines += [(one.id, one.name) for one in known if found.get(one.id) or one.status.value == "valid"]
    return tuple(
        Standing(
            name=name,
            address=url_for("process.index", stage=id_ or NO_STAGE),
            here=str(id_ or NO_STAGE) == chosen,
            number=found[id_][0] if id_ in found else 0,
            amount=(found[id_][1] if id_ in found else None) or Decimal(0),
        )
        for id_, name in lines
    )


def _asked(known: Sequence[SalesStage]) -> Filter:
    sees_all = person().may("opportunity.read_all")
    people = people_in("process", reading().opportunities, fields(Opportunity).assignee, all_of_them=sees_all)
    follow_ups = entries_of("follow_up_status")
    stages = [*((str(one.id), one.name) for one in known), (NO_STAGE, t("process.no_stage"))]
    return read_filter(
        codes("stage", label("opportunity.stage"), stages),
        states("opportunity", CATEGORIES, "category"),
        Shown(name="customer_name", label=label("opportunity.customer_name")),
        codes("due", t("process.due"), [("overdue", t("process.overdue"))]),
        *(colleagues("assignee", label("opportunity.assignee"), people) if sees_all else ()),
        attrs.evolve(codes("follow_up", label("opportunity.follow_up"), follow_ups), seldom=True),
        Shown(name="expected_from", label=t("process.expected_from"), kind="date", seldom=True),
        Shown(name="expected_to", label=t("process.expected_to"), kind="date", seldom=True),
    )


@pages.get("")
def index() -> str:
    """Show what is open by the day it is expected, with how much stands in each stage (X-OPP-01, X-OPP-04)."""
    known = every_stage()
    asked = _asked(tuple(known.values()))
    found = in_process(
        reading(),
        stage=SalesStageId(UUID(asked["stage"])) if asked["stage"] not in {"", NO_STAGE} else None,
        no_stage=asked["stage"] == NO_STAGE,
        category=asked.chosen("category", ForecastCategory),
        follow_up=asked["follow_up"],
        assignee=chosen_colleague(asked, "assignee"),
        expected_from=day_in(asked, "expected_from"),
        expected_to=day_in(asked, "expected_to"),
        overdue=asked["due"] == "overdue",
        **asked.typed,
    )
    return list_page(
        "selling/list.html",
        "process",
        found,
        asked,
        possible.in_process,
        beside=beside("process"),
        standings=_standings(tuple(known.values()), asked["stage"]),
        **_around(found.rows),
        stages=known,
    )


@pages.get("/large")
def large() -> str:
    """Show the open large deals, the largest first (X-OPP-06)."""
    asked = read_filter()
    found = large_deals(reading(), **asked.part)
    around = _around(found.rows)
    known = every_stage()
    lead = t("large.lead", amount=f"{settings().parameters[LARGE_DEAL]:,}", currency=currency())
    return list_page(
        "selling/list.html",
        "large",
        found,
        asked,
        possible.in_process,
        lead=lead,
        beside=beside("large"),
        standings=(),
        stages=known,
        **around,
    )


def _around(rows: Sequence[Opportunity]) -> dict[str, Any]:
    """Return what the table needs beside the rows."""
    sees_all = person().may("opportunity.read_all")
    return {
        "names": names_of(*(row.assignee for row in rows)) if sees_all else {},
        "sees_all": sees_all,
        "is_large": is_large,
        "currency": currency(),
        "today": today(),
    }
