"""Groups of customers by a saved condition (X-CUS-06)."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final, cast
from uuid import UUID

from flask import render_template, url_for

from crmcore.customers import create_group, delete_group, edit_group, group, group_filters, groups, life_cycle, members
from crmcore.customers.entity import CustomerStatus
from crmcore.customers.filtering import CustomerFilters
from crmcore.customers.grouping import CustomerGroup, CustomerGroupId
from crmcore.views import form_for, shown
from crmcore_demo.actions import Action, Possibilities
from crmcore_demo.addresses import back_to, carry, onward, with_filters
from crmcore_demo.answers import pages_of
from crmcore_demo.custom import Custom, label_of
from crmcore_demo.customer_filters import AMOUNTS, CODES, DAYS, asked_filter, wanted
from crmcore_demo.customer_page import subjects
from crmcore_demo.display import entry_words, label, language, t
from crmcore_demo.entries import Entry, entry_pages
from crmcore_demo.listing import possible_with, read_filter
from crmcore_demo.questions import DONE, Question, step_pages
from crmcore_demo.session import names_of, person, reading, settings

pages = pages_of("groups", "L0201", "/groups")
ASKED_FOR: Final = ("name", "description")


def _answers(it: CustomerGroup, lead: Any) -> Iterable[Action]:
    if person().may("customer.group"):
        yield Action(words=t("groups.edit"), address=lead("groups.edit_form", id=it.id))
        address = lead("groups.ask", id=it.id, step="delete")
        yield Action(words=t("groups.delete"), address=address, dialog=True, danger=True)


def _stages() -> Iterable[tuple[str, int, str]]:
    """Say how many customers stand where, from the first hint to the loss, and lead to them (X-LIF)."""
    counted = life_cycle(reading())
    if counted.potential is not None:
        address = url_for("prospects.index") if person().may("opportunity.read") else ""
        yield t("groups.potential"), counted.potential, address
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
        possible=possible_with(found, lambda it: _answers(it, onward)),
        names=names_of(*(it.created_by for it in found)),
    )


@pages.get("/<uuid:id>")
def show(id: UUID) -> str:  # noqa: A002
    """Show who belongs to a group now."""
    it = group(reading(), CustomerGroupId(id))
    found = members(reading(), it.id, **read_filter().part)
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


def _entry(
    action: Callable[..., CustomerGroup], filters: CustomerFilters, it: CustomerGroup | None = None, **more: Any
) -> Entry[CustomerGroup]:
    return Entry(
        it=it,
        name=it.name if it else "",
        words="groups",
        topic="groups",
        asked=form_for(CustomerGroup, zone=settings().zone, names=ASKED_FOR, changing=it is not None),
        action=action,
        lead=t("groups.new_lead"),
        template="groups/form.html",
        around={"said": said(filters)},
        then=lambda it: carry("groups.show", id=it.id),
        show="groups.show",
        **more,
    )


def _new() -> Entry[CustomerGroup]:
    """Ask what to call the customers who meet the conditions in the address."""
    person().require("customer.group")
    filters = cast("CustomerFilters", wanted(asked_filter(reading())))
    return _entry(create_group, filters, given={"filters": filters}, back=with_filters("customers.index"))


def _kept(id: UUID) -> Entry[CustomerGroup]:  # noqa: A002
    """Ask what a group should be called."""
    person().require("customer.group")
    it = group(reading(), CustomerGroupId(id))
    return _entry(edit_group, group_filters(reading(), it.id), it, back=carry("groups.show", id=id))


def _asked(id: UUID, step: str) -> Question:  # noqa: A002
    """Ask before a group is removed; its customers stay what they are (GEN-13)."""
    person().require("customer.group")
    it = group(reading(), CustomerGroupId(id))
    return Question(
        id=it.id,
        words=f"groups.{step}",
        topic="groups",
        back=back_to("groups.show", id=id),
        version=it.version,
        gaps={"name": it.name},
        then=url_for("groups.index"),
        done=DONE[step],
    )


entry_pages(pages, _new, _kept)
step_pages(pages, {"delete": delete_group}, _asked)
