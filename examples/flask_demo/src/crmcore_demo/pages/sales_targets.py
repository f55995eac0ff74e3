"""Sales targets: whose they are, for when, how much; and planning a year (X-TGT-01, X-TGT-02)."""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final
from uuid import UUID

import attrs
from flask import url_for

from crmcore.targets import (
    SalesTarget,
    SalesTargetId,
    TargetSpan,
    delete_target,
    edit_target,
    set_target,
    target,
    target_parts,
    targets,
)
from crmcore.views import Choice, form_for
from crmcore.views import Form as Asked
from crmcore_demo.actions import Action
from crmcore_demo.addresses import back_to, onward
from crmcore_demo.answers import pages_of
from crmcore_demo.display import entry_words, label, t, today
from crmcore_demo.entries import Entry, entry_pages
from crmcore_demo.forms import Form, Option, with_dictionary
from crmcore_demo.listing import chosen_colleague, codes, colleagues, list_page, read_filter, states
from crmcore_demo.questions import Question, step_pages
from crmcore_demo.selling_page import currency, people_in
from crmcore_demo.session import company, names_of, person, reading, settings

pages = pages_of("sales_targets", "L0104", "/sales-targets")
ASKED_FOR: Final = ("span", "starts_on", "user", "territory", "amount", "number", "remark")


def _manages() -> bool:
    return person().may("target.manage")


def _answers(it: SalesTarget) -> Iterable[Action]:
    if _manages():
        yield Action(words=t("sales_targets.edit"), address=onward("sales_targets.edit_form", id=it.id))
        address = onward("sales_targets.ask", id=it.id, step="delete")
        yield Action(words=t("sales_targets.delete"), address=address, dialog=True, danger=True)


def period(it: SalesTarget) -> str:
    """Say the period of a target: 2026, 2026 Q3, 2026-07."""
    year, month = it.starts_on.year, it.starts_on.month
    words = {TargetSpan.YEAR: "year", TargetSpan.QUARTER: "quarter", TargetSpan.MONTH: "month"}
    return t(f"sales_targets.in_{words[it.span]}", year=year, quarter=(month + 2) // 3, month=f"{month:02d}")


def whose(it: SalesTarget, names: Mapping[UUID, str]) -> str:
    """Say whose a target is."""
    if it.user is not None:
        return names.get(it.user, "–")
    return entry_words("region", it.territory) if it.territory else t("sales_targets.company")


@pages.get("")
def index() -> str:
    """Show the targets, the latest period first; an account manager sees his own (X-TGT-01)."""
    work = reading()
    sees_all = person().may("target.read_all", "target.manage")
    who = attrs.fields(SalesTarget).user
    people = people_in("sales_targets", work.sales_targets, who, all_of_them=sees_all)
    years = [(str(year), str(year)) for year in range(today().year + 1, today().year - 4, -1)]
    asked = read_filter(
        states("sales_target", TargetSpan, "span"),
        codes("year", t("sales_targets.year"), years),
        *(colleagues("user", label("sales_target.user"), people) if sees_all else ()),
        *((codes("whose", t("sales_targets.whose"), [("company", t("sales_targets.company"))]),) if sees_all else ()),
    )
    year = int(asked["year"]) if asked["year"] else None
    found = targets(
        work,
        span=asked.chosen("span", TargetSpan),
        user=chosen_colleague(asked, "user"),
        company=sees_all and asked["whose"] == "company",
        starts_from=dt.date(year, 1, 1) if year else None,
        starts_to=dt.date(year, 12, 31) if year else None,
        **asked.part,
    )
    new = Action(words=t("sales_targets.new"), address=url_for("sales_targets.new"), primary=True)
    plan = Action(words=t("sales_targets.plan"), address=url_for("sales_plans.ask"))
    return list_page(
        "selling/targets.html",
        "sales_targets",
        found,
        asked,
        _answers,
        actions=(plan, new) if _manages() else (),
        period=period,
        whose=whose,
        names=names_of(*(one.user for one in found.rows)),
        currency=currency(),
    )


@pages.get("/<uuid:id>")
def show(id: UUID) -> str:  # noqa: A002
    """Show a target and the parts that a year was split into (X-TGT-02)."""
    it = target(reading(), SalesTargetId(id))
    names = names_of(it.user, it.created_by)
    asked = read_filter()
    rows = (it, *target_parts(reading(), it.id))
    return list_page(
        "selling/targets.html",
        "sales_targets",
        _Rows(rows=rows, total=len(rows)),
        asked,
        _answers,
        title=t("sales_targets.of", period=period(it), whose=whose(it, names)),
        lead=it.remark,
        back=back_to("sales_targets.index"),
        period=period,
        whose=whose,
        names=names,
        currency=currency(),
    )


@attrs.frozen(kw_only=True)
class _Rows:
    """A list that has one page: a target and its parts."""

    rows: tuple[SalesTarget, ...]
    total: int
    number: int = 1
    pages: int = 1
    size: int = 20
    more: bool = False


def with_owners(asked: Asked) -> Asked:
    """Offer whose a target can be: an account manager's or a territory's."""
    managers = company().account_managers(reading())
    return with_dictionary(asked.with_choices("user", (Choice(str(one.id), one.display_name) for one in managers)))


def or_nobody(form: Form) -> Form:
    """Say what it means to choose nobody and no territory."""
    for name in ("user", "territory"):
        if any(one.name == name for one in form.fields):
            blank = Option(value="", words="–")
            form = form.with_field(name, options=(blank, *(one for one in form[name].options if one.value)))
    return form


def _entry(action: Callable[..., SalesTarget], it: SalesTarget | None = None) -> Entry[SalesTarget]:
    asked = form_for(
        SalesTarget,
        zone=settings().zone,
        names=("amount", "number", "remark") if it else ASKED_FOR,
        changing=it is not None,
    )
    return Entry(
        it=it,
        name=f"{period(it)} · {whose(it, names_of(it.user))}" if it else "",
        words="sales_targets",
        topic="sales_targets",
        asked=asked if it else with_owners(asked),
        known={} if it else {"starts_on": today().replace(day=1)},
        drawn=or_nobody,
        action=action,
        lead=t("sales_targets.edit_lead" if it else "sales_targets.form_lead", currency=currency()),
        back=back_to("sales_targets.index"),
    )


def _found(id: UUID) -> SalesTarget:  # noqa: A002
    person().require("target.manage")
    return target(reading(), SalesTargetId(id))


def _new() -> Entry[SalesTarget]:
    """Ask for a target of one period."""
    person().require("target.manage")
    return _entry(set_target)


def _kept(id: UUID) -> Entry[SalesTarget]:  # noqa: A002
    """Ask how much is to be sold now; whose it is and for when stays."""
    return _entry(edit_target, _found(id))


def _asked(id: UUID, step: str) -> Question:  # noqa: A002
    """Ask before a target is removed, and the parts of a year with it (GEN-13)."""
    it = _found(id)
    return Question(
        id=it.id,
        words=f"sales_targets.{step}",
        topic="sales_targets",
        back=back_to("sales_targets.index"),
        version=it.version,
        gaps={"period": period(it), "whose": whose(it, names_of(it.user))},
        then=url_for("sales_targets.index"),
        done="done.deleted",
    )


def _remove(work: Any, id: SalesTargetId, *, expected: int) -> None:  # noqa: A002
    delete_target(work, id, parts=True, expected=expected)


entry_pages(pages, _new, _kept)
step_pages(pages, {"delete": _remove}, _asked)
