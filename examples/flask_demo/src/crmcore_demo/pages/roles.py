"""Role administration: list, form, rights, retire and delete (RBA-10 to 14)."""

from collections.abc import Callable, Iterable
from typing import Any, Final
from uuid import UUID

from flask import url_for

from crmcore.access import (
    Role,
    RoleId,
    Validity,
    create_role,
    delete_role,
    edit_role,
    restore_role,
    retire_role,
    role,
    roles,
)
from crmcore.access.entity import ADMINISTRATOR
from crmcore.access.rules import check_deletable
from crmcore.views import form_for
from crmcore_demo.actions import Action
from crmcore_demo.addresses import back_to, onward
from crmcore_demo.answers import pages_of
from crmcore_demo.display import t
from crmcore_demo.entries import Entry, entry_pages
from crmcore_demo.listing import list_page, read_filter, states, texts
from crmcore_demo.possible import allowed, steps_of
from crmcore_demo.questions import DONE, Question, step_pages
from crmcore_demo.session import person, reading, settings

pages = pages_of("roles", "L0602", "/roles")
STEPS: Final = {"retire": retire_role, "restore": restore_role, "delete": delete_role}


def _answers(it: Role) -> Iterable[Action]:
    yield Action(words=t("roles.assign"), address=onward("rights.show", id=it.id), primary=True)
    yield Action(words=t("roles.edit"), address=onward("roles.edit_form", id=it.id))
    removable = allowed(check_deletable, it)
    yield from steps_of("roles", it, retirable=it.code != ADMINISTRATOR, removable=removable)


@pages.get("")
def index() -> str:
    """Show the roles (RBA-10)."""
    asked = read_filter(*texts("role", "name"), states("role", Validity))
    found = roles(reading(), status=asked.chosen("status", Validity), **asked.typed)
    new = Action(words=t("roles.new"), address=url_for("roles.new"), primary=True)
    return list_page("roles/list.html", "roles", found, asked, _answers, actions=(new,))


def _entry(action: Callable[..., Role], it: Role | None = None, **more: Any) -> Entry[Role]:
    return Entry(
        it=it,
        name=it.name if it else "",
        words="roles",
        topic="roles",
        asked=form_for(Role, zone=settings().zone, names=("name", "description"), changing=it is not None),
        action=action,
        lead=t("roles.form_lead"),
        back=back_to("roles.index"),
        **more,
    )


def _new() -> Entry[Role]:
    """Ask for a new role, and go on to its rights."""
    person().require("role.manage")
    return _entry(create_role, then=lambda it: url_for("rights.show", id=it.id))


def _kept(id: UUID) -> Entry[Role]:  # noqa: A002
    """Ask what a role should be called."""
    return _entry(edit_role, role(reading(), RoleId(id)))


def _asked(id: UUID, step: str) -> Question:  # noqa: A002
    """Ask before a role is retired, restored or deleted (GEN-13)."""
    it = role(reading(), RoleId(id))
    return Question(
        id=it.id,
        words=f"roles.{step}",
        topic="roles",
        back=back_to("roles.index"),
        version=it.version,
        gaps={"name": it.name},
        done=DONE[step],
    )


entry_pages(pages, _new, _kept)
step_pages(pages, STEPS, _asked)
