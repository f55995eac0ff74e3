"""Customers that may be the same: found, compared, merged, and parted again (CUS-07, X-ADM-11)."""

from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

import attrs
from attrs import fields
from flask import redirect, render_template, request, url_for

from crmcore import Conflict, CrmError, Invalid, Refused
from crmcore.base.schema import describe
from crmcore.customers import duplicate_groups, merge, merge_history, merge_preview, possible_duplicates, undo_merge
from crmcore.customers.entity import Customer, CustomerId
from crmcore.customers.merge_choices import CUSTOM, FieldChoice, Side
from crmcore.customers.merging import CustomerMerge, CustomerMergeId
from crmcore.views import shown
from crmcore_demo.addresses import back_to, carry
from crmcore_demo.answers import Answer, form_page, pages_of
from crmcore_demo.custom import label_of
from crmcore_demo.customer_page import customer_of, subjects
from crmcore_demo.display import entry_words, label, language, t, told
from crmcore_demo.forms import Form
from crmcore_demo.listing import chosen_colleague, codes, colleagues, read_filter, tally_by
from crmcore_demo.paging import whole_number
from crmcore_demo.questions import Question, step_pages
from crmcore_demo.session import names_of, perform, person, reading, settings

pages = pages_of("duplicates", "L0201", "/duplicates")
KEPT, ABSORBED = "kept_version", "absorbed_version"
CHOICE: Final = "choose-"
SHOWN_MERGES: Final = 5
LONGEST_VERSION: Final = 2**31


@pages.get("")
def index() -> str:
    """Show groups of customers that may be one and the same, the likeliest first."""
    work = reading()
    people = tally_by(work.customers, fields(Customer).manager)
    regions = tuple((one.code, entry_words("region", one.code)) for one in settings().choices("region"))
    asked = read_filter(
        codes("region", label("customer.region"), regions),
        *colleagues("manager", label("customer.manager"), people),
    )
    found = duplicate_groups(
        work,
        region=asked["region"],
        manager=chosen_colleague(asked, "manager"),
        **asked.part,
    )
    lately = merge_history(work, size=SHOWN_MERGES).rows
    return render_template(
        "duplicates/list.html",
        filter=asked,
        found_groups=found,
        page=found.page,
        beside=subjects("duplicates"),
        merges=lately,
        names=names_of(
            *(one.manager for group in found.page.rows for one in group.customers), *(one.done_by for one in lately)
        ),
    )


@pages.get("/of/<uuid:id>")
def of_customer(id: UUID) -> str:  # noqa: A002
    """Show who may be the same as one customer."""
    it = customer_of(CustomerId(id))
    person().require("customer.merge")
    found = possible_duplicates(reading(), name=it.name, phone=it.phone, licence_no=it.licence_no, leaving_out=it.id)
    return render_template(
        "duplicates/of.html",
        it=it,
        likely=found,
        names=names_of(*(one.customer.manager for one in found.found)),
        back=carry("customers.show", id=id),
    )


@attrs.frozen(kw_only=True)
class Line:
    """One field of two customers, in words."""

    name: str
    label: str
    kept: str
    absorbed: str
    chosen: Side


def _own() -> Mapping[str, str]:
    """Return what the company calls its own fields, by code."""
    return {field.code: label_of(field) for field in settings().own_fields}


def _words(name: str, value: Any, people: Mapping[UUID, str]) -> str:
    if name == "manager":
        return people.get(value, "")
    spec = describe(Customer).by_name.get(name)
    if spec is not None and spec.hint.dictionary:
        return entry_words(spec.hint.dictionary, value or "")
    return shown(value, language(), settings().zone)


def _lines(choices: Sequence[FieldChoice]) -> Sequence[Line]:
    """Return the fields in which two customers differ, with what was chosen or is proposed."""
    people = names_of(*(value for one in choices if one.field == "manager" for value in (one.kept, one.absorbed)))
    own = _own() if any(one.field.startswith(CUSTOM) for one in choices) else {}
    return tuple(
        Line(
            name=one.field,
            label=own.get(one.field.removeprefix(CUSTOM), one.field)
            if one.field.startswith(CUSTOM)
            else label(f"customer.{one.field}"),
            kept=_words(one.field, one.kept, people),
            absorbed=_words(one.field, one.absorbed, people),
            chosen="absorbed" if request.form.get(CHOICE + one.field, one.default) == "absorbed" else "kept",
        )
        for one in choices
        if one.differs
    )


@pages.get("/merge/<uuid:kept>/<uuid:absorbed>")
def compare(kept: UUID, absorbed: UUID, error: CrmError | None = None) -> Answer:
    """Show two customers side by side: whose value remains is chosen field by field."""
    it = merge_preview(reading(), CustomerId(kept), CustomerId(absorbed))
    lines = _lines(it.fields)
    return form_page(
        "duplicates/merge.html",
        Form(hidden={KEPT: str(it.kept.version), ABSORBED: str(it.absorbed.version)}),
        error,
        it=it,
        lines=lines,
        same=len(it.fields) - len(lines),
        moving={kind: number for kind, number in it.moving.items() if number},
        names=names_of(it.kept.manager, it.absorbed.manager),
        swapped=carry("duplicates.compare", kept=absorbed, absorbed=kept),
        back=back_to("duplicates.index"),
    )


@pages.post("/merge/<uuid:kept>/<uuid:absorbed>")
def join(kept: UUID, absorbed: UUID) -> Answer:
    """Make one customer of two; the way to undo it is told at once."""
    chosen = {name.removeprefix(CHOICE): side for name, side in request.form.items() if name.startswith(CHOICE)}
    seen = {name: whole_number(request.form.get(name), 0, largest=LONGEST_VERSION) for name in (KEPT, ABSORBED)}
    try:
        done = perform(
            merge,
            None,
            CustomerId(kept),
            CustomerId(absorbed),
            chosen,
            kept_expected=seen[KEPT],
            absorbed_expected=seen[ABSORBED],
        )
    except (Conflict, Invalid, Refused) as error:
        return compare(kept, absorbed, error)
    told(t("duplicates.merged"), t("duplicates.undo"), url_for("duplicates.ask", id=done.id, step="undo"))
    return redirect(url_for("customers.show", id=kept))


def _asked(id: UUID, step: str) -> Question:  # noqa: A002
    """Ask before two customers are parted again."""
    person().require("customer.merge")
    it = reading().of(CustomerMerge).get(CustomerMergeId(id))
    return Question(
        id=it.id,
        words=f"duplicates.{step}",
        topic="duplicates",
        back=back_to("duplicates.index"),
        gaps={"name": reading().customers.get(it.kept).name},
        then=url_for("duplicates.index"),
        done="duplicates.undone",
    )


step_pages(pages, {"undo": undo_merge}, _asked, at="/merges")
