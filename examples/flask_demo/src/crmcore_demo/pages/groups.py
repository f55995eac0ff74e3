"""Groups of customers by a saved condition (X-CUS-06)."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from crmcore import Conflict, CrmError, Invalid, Refused
from crmcore.base.errors import AlreadyExists
from crmcore.customers import create_group, delete_group, edit_group, group, group_filters, groups, life_cycle, members
from crmcore.customers.entity import CustomerStatus
from crmcore.customers.filtering import CustomerFilters
from crmcore.customers.grouping import CustomerGroup, CustomerGroupId
from crmcore.views import Form as Asked
from crmcore.views import form_for, shown
from crmcore_demo.actions import Action, Possibilities
from crmcore_demo.addresses import back_to, carry, onward, with_filters
from crmcore_demo.custom import Custom, label_of
from crmcore_demo.customer_filters import AMOUNTS, CODES, DAYS, asked_filter, wanted
from crmcore_demo.customer_page import subjects
from crmcore_demo.display import entry_words, label, language, t
from crmcore_demo.errors import status_of
from crmcore_demo.forms import VERSION, Form, fresh_key, kept_key, posted, posted_key, posted_version, shown_form
from crmcore_demo.listing import read_filter
from crmcore_demo.session import names_of, perform, person, reading, settings

pages = Blueprint("groups", __name__, url_prefix="/groups")
Answer = str | Response | tuple[str, int]
ASKED_FOR: Final = ("name", "description")


@pages.context_processor
def _module() -> dict[str, str]:
    return {"module": "L0201"}


def _answers(it: CustomerGroup, lead: Any) -> Iterable[Action]:
    if person().may("customer.group"):
        yield Action(words=t("groups.edit"), address=lead("groups.edit_form", id=it.id))
        address = lead("groups.ask_delete", id=it.id)
        yield Action(words=t("groups.delete"), address=address, dialog=True, danger=True)


def _stages() -> Iterable[tuple[str, int, str]]:
    """Say how many customers stand where, from the first hint to the loss, and lead to them (X-LIF)."""
    counted = life_cycle(reading())
    if counted.potential is not None:
        yield t("groups.potential"), counted.potential, ""
    for words, number, status in (
        (t("groups.existing"), counted.existing, CustomerStatus.NORMAL),
        (t("groups.lost"), counted.lost, CustomerStatus.LOST),
    ):
        yield words, number, url_for("customers.index", status=status.value)


@pages.get("")
def index() -> str:
    """Show all groups by name."""
    found = groups(reading())
    return render_template(
        "groups/list.html",
        groups=found,
        stages=tuple(_stages()),
        beside=subjects("groups"),
        said={it.id: said(group_filters(reading(), it.id)) for it in found},
        possible={it.id: Possibilities.of(_answers(it, onward)) for it in found},
        names=names_of(*(it.created_by for it in found)),
    )


@pages.get("/<uuid:id>")
def show(id: UUID) -> str:  # noqa: A002
    """Show who belongs to a group now."""
    it = group(reading(), CustomerGroupId(id))
    asked = read_filter()
    found = members(reading(), it.id, page=asked.paging.page, size=asked.paging.size)
    return render_template(
        "groups/show.html",
        it=it,
        page=found,
        said=said(group_filters(reading(), it.id)),
        possible=Possibilities.of(_answers(it, carry)),
        names=names_of(*(row.manager for row in found.rows)),
        back=back_to("groups.index"),
    )


def said(filters: CustomerFilters) -> Sequence[tuple[str, str]]:
    """Say a condition in words: what is looked at, and what it has to be."""
    people = names_of(filters.get("manager"))
    found: list[tuple[str, str]] = []
    for name, value in filters.items():
        if name == "custom":
            found += _said_of_company(value)  # type: ignore[arg-type]  # by code
        elif name == "churn_warning":
            found.append((label("customer.status"), t("customers.warned")))
        elif name == "manager":
            found.append((label("customer.manager"), people.get(value, "–")))  # type: ignore[call-overload]
        elif name in CODES:
            found.append((label(f"customer.{name}"), entry_words(CODES[name], str(value))))
        elif name in (*DAYS, *AMOUNTS, "tag", "keyword"):
            found.append((t(f"customers.{name}"), shown(value, language(), settings().zone)))
        else:
            words = label(value) if isinstance(value, CustomerStatus) else str(value)
            found.append((label(f"customer.{name}"), words))
    return found


def _said_of_company(values: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
    known = {field.code: field for field in Custom.of_new().known}
    for code, value in values.items():
        field = known.get(code)
        words = entry_words(field.choices, str(value)) if field and field.choices else ""
        yield label_of(field) if field else code, words or shown(value, language(), settings().zone)


def _asked(*, changing: bool = False) -> Asked:
    return form_for(CustomerGroup, zone=settings().zone, names=ASKED_FOR, changing=changing)


def _page(title: str, lead: str, form: Form, back: str, conditions: Sequence[tuple[str, str]]) -> str:
    return render_template(
        "groups/form.html", title=title, lead=lead, form=form, button=t("groups.save"), back=back, said=conditions
    )


def _new_page(form: Form, error: CrmError | None = None) -> Answer:
    filters = wanted(asked_filter(reading()))
    back = with_filters("customers.index")
    form = form.with_error(error) if error else form
    page = _page(t("groups.new"), t("groups.new_lead"), form, back, said(filters))  # type: ignore[arg-type]
    return page, status_of(error) if error else 200


@pages.get("/new")
def new() -> Answer:
    """Ask what to call the customers who meet the conditions in the address."""
    person().require("customer.group")
    return _new_page(shown_form(_asked(), _asked().fill(), hidden=fresh_key()))


@pages.post("/new")
def add() -> Answer:
    """Save the conditions in the address as a group."""
    asked = _asked()
    values = posted(asked)
    filters = wanted(asked_filter(reading()))
    try:
        stored = perform(create_group, posted_key(), filters=filters, **asked.parse(values))  # type: ignore[arg-type]
    except (Invalid, AlreadyExists) as error:
        return _new_page(shown_form(asked, values, hidden=kept_key(error)), error)
    flash(t("done.saved"), "done")
    return redirect(url_for("groups.show", id=stored.id))


@pages.get("/<uuid:id>/edit")
def edit_form(id: UUID, error: CrmError | None = None) -> Answer:  # noqa: A002
    """Ask what the group should be called."""
    person().require("customer.group")
    it = group(reading(), CustomerGroupId(id))
    asked = _asked(changing=True)
    values = posted(asked) if error else asked.fill(it)
    version = posted_version() if isinstance(error, Invalid) else it.version
    form = shown_form(asked, values, hidden={VERSION: str(version)})
    page = _page(
        t("groups.edit_title", name=it.name),
        t("groups.new_lead"),
        form.with_error(error) if error else form,
        carry("groups.show", id=id),
        said(group_filters(reading(), it.id)),
    )
    return page, status_of(error) if error else 200


@pages.post("/<uuid:id>/edit")
def change(id: UUID) -> Answer:  # noqa: A002
    """Store name and description."""
    asked = _asked(changing=True)
    try:
        given = asked.parse(posted(asked))
        perform(edit_group, None, CustomerGroupId(id), expected=posted_version(), **given)
    except (Invalid, AlreadyExists, Conflict, Refused) as error:
        return edit_form(id, error)
    flash(t("done.saved"), "done")
    return redirect(carry("groups.show", id=id))


@pages.get("/<uuid:id>/delete")
def ask_delete(id: UUID, error: CrmError | None = None) -> Answer:  # noqa: A002
    """Ask before a group is removed (GEN-13)."""
    person().require("customer.group")
    it = group(reading(), CustomerGroupId(id))
    form = Form(hidden={VERSION: str(it.version)})
    page = render_template(
        "confirm.html",
        topic="groups",
        title=t("groups.delete_title"),
        question=t("groups.delete_question", name=it.name),
        consequence=t("groups.delete_consequence"),
        form=form.with_error(error) if error else form,
        button=t("groups.delete_button"),
        kind="solid",
        back=back_to("groups.show", id=id),
    )
    return page, status_of(error) if error else 200


@pages.post("/<uuid:id>/delete")
def remove(id: UUID) -> Answer:  # noqa: A002
    """Remove a group; its customers stay what they are."""
    try:
        perform(delete_group, None, CustomerGroupId(id), expected=posted_version())
    except (Conflict, Refused) as error:
        return ask_delete(id, error)
    flash(t("done.deleted"), "done")
    return redirect(url_for("groups.index"))
