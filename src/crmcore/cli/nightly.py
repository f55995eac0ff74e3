"""The commands of a scheduler: ``crmcore sweep``, ``snapshot``, ``predict`` every night, ``escalate`` more often.

Requirements CHN-01, CHN-04, CHN-13, X-SRV-05, X-TGT-01, X-ANA-03, X-ANA-04.
"""

import datetime as dt
import re
from typing import Annotated

import typer

from crmcore import churn, escalation, pipeline, reports
from crmcore.access.actor import SYSTEM
from crmcore.base.clock import instant_of
from crmcore.base.errors import Invalid, Problem
from crmcore.cli.commands import Json, Lang, Url, app, respond
from crmcore.cli.speaker import Answer, Speaker
from crmcore.statistics.periods import check_day
from crmcore.statistics.refusals import NoPrediction
from crmcore.storage.crm import Crm
from crmcore.storage.stores import open_crm

__all__ = ["app", "escalate", "predict", "snapshot", "sweep"]


@app.command(help="cli.help.sweep")
def sweep(
    url: Url,
    today: Annotated[str, typer.Option(metavar="DATE", help="cli.help.today")] = "",
    when_due: Annotated[bool, typer.Option("--when-due", help="cli.help.when_due")] = False,  # noqa: FBT002
    lang: Lang = None,
    as_json: Json = False,  # noqa: FBT002
) -> int:
    """Open a churn case for every customer who may be leaving."""

    def deed(say: Speaker) -> Answer:
        day = _day(today)
        with open_crm(url) as crm:
            if when_due:
                with crm.work(as_user=SYSTEM, readonly=True) as work:
                    if not churn.is_due(work):
                        return Answer({"due": False}, (say.words("sweep.not_due"),))
            return _swept(say, churn.sweep(crm, day))

    return respond("sweep", lang, as_json, deed)


@app.command(help="cli.help.escalate")
def escalate(
    url: Url,
    now: Annotated[str, typer.Option(metavar="INSTANT", help="cli.help.now")] = "",
    replan: Annotated[bool, typer.Option("--replan", help="cli.help.replan")] = False,  # noqa: FBT002
    lang: Lang = None,
    as_json: Json = False,  # noqa: FBT002
) -> int:
    """Tell whom it concerns of every request that was not treated in time."""

    def deed(say: Speaker) -> Answer:
        instant = _instant(now)
        with open_crm(url) as crm:
            facts: dict[str, object] = {"replanned": escalation.replan_all(crm)} if replan else {}
            done = escalation.escalate(crm, instant)
        lines = [say.words("escalate.replanned", replanned=f"{facts['replanned']:,}")] if replan else []
        lines.append(say.words("escalate.done", escalated=f"{done.escalated:,}", now=done.now.isoformat()))
        counted = {"now": done.now.isoformat(), "escalated": done.escalated, "messages": done.messages}
        return Answer({**facts, **counted}, tuple(lines))

    return respond("escalate", lang, as_json, deed)


@app.command(help="cli.help.snapshot")
def snapshot(
    url: Url,
    name: Annotated[str, typer.Option(metavar="NAME", help="cli.help.snapshot_name")] = "",
    lang: Lang = None,
    as_json: Json = False,  # noqa: FBT002
) -> int:
    """Fix how all opportunities stand today."""

    def deed(say: Speaker) -> Answer:
        with open_crm(url) as crm:
            done = pipeline.take_snapshot(crm, name)
        made = done.snapshot
        facts = {"day": str(made.day), "name": made.name, "taken_at": made.taken_at.isoformat(), "new": done.new}
        counted = {"open_opportunities": made.open_opportunities, "positions": done.positions}
        said = say.words(
            "snapshot.taken" if done.new else "snapshot.there",
            day=str(made.day),
            open_opportunities=f"{made.open_opportunities:,}",
        )
        return Answer({**facts, **counted}, (said,))

    return respond("snapshot", lang, as_json, deed)


@app.command(help="cli.help.predict")
def predict(
    url: Url,
    today: Annotated[str, typer.Option(metavar="DATE", help="cli.help.predict_today")] = "",
    force: Annotated[bool, typer.Option("--force", help="cli.help.predict_force")] = False,  # noqa: FBT002
    lang: Lang = None,
    as_json: Json = False,  # noqa: FBT002
) -> int:
    """Learn from all orders what to expect of customers."""

    def deed(say: Speaker) -> Answer:
        day = _day(today)
        with open_crm(url) as crm:
            if day is not None:
                check_day(day, "--today")
                if not force:
                    _check_newest(crm, day)
            return _learnt(say, reports.learn(crm, day))

    return respond("predict", lang, as_json, deed)


def _instant(given: str) -> dt.datetime | None:
    if not given:
        return None
    try:
        instant = dt.datetime.fromisoformat(given)
    except ValueError:
        raise Invalid(Problem(field="--now", code="value.instant", params={"got": given[:50]})) from None
    return instant_of(instant, "--now")


def _day(given: str) -> dt.date | None:
    if not given:
        return None
    try:
        if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", given):
            return dt.date.fromisoformat(given)
    except ValueError:
        pass
    raise Invalid(Problem(field="--today", code="value.date", params={"got": given[:50]}))


def _check_newest(crm: Crm, day: dt.date) -> None:
    """Refuse to forget later orders by a slip: pages would tell of customers by what was known long ago."""
    with crm.work(as_user=SYSTEM, readonly=True) as work:
        known = reports.prediction_model(work)
    if known is not None and known.until > day:
        raise Invalid(Problem("--today", "prediction.older", params={"got": day, "until": known.until}))


def _learnt(say: Speaker, done: "reports.Learnt") -> Answer:
    facts: dict[str, object] = {"until": str(done.until), "currency": done.currency, "customers": done.customers}
    lines = [say.words("predict.done", until=str(done.until), customers=f"{done.customers:,}")]
    for name, learnt in (("orders", done.orders), ("amounts", done.amounts)):
        if isinstance(learnt, NoPrediction):
            lines.append(say.words(f"predict.no_{name}", reason=learnt.explain(say.language)))
        facts[name] = learnt.code if isinstance(learnt, NoPrediction) else "learnt"
    if done.expected_orders is not None:
        lines.append(say.words("predict.expected", ahead=done.ahead, orders=f"{done.expected_orders:,}"))
    facts |= {"ahead": done.ahead}
    for name in ("expected_orders", "expected_amount"):
        value = getattr(done, name)
        facts[name] = None if value is None else str(value)
    return Answer(facts, tuple(lines))


def _swept(say: Speaker, done: churn.Swept) -> Answer:
    facts = {"today": str(done.today), "cutoff": str(done.cutoff), "opened": done.opened}
    lines = [say.words("sweep.done", **{**facts, "opened": f"{done.opened:,}"})]
    if done.never_ordered:
        lines.append(say.words("sweep.never_ordered", never_ordered=f"{done.never_ordered:,}"))
    return Answer({"due": True, **facts, "never_ordered": done.never_ordered}, tuple(lines))
