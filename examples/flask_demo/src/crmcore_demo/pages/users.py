"""Users: the list and the record (USR-03)."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from attrs import fields
from flask import render_template, url_for

from crmcore import Refused
from crmcore.access import user, users
from crmcore.access.entity import Role, RoleId, User, UserId, Validity
from crmcore.access.guests import is_guest
from crmcore.access.rules import check_keys
from crmcore.access.staffing import permissions_of
from crmcore.query import asc, query
from crmcore_demo.actions import Action, Possibilities, Refusal
from crmcore_demo.addresses import back_to, carry, onward
from crmcore_demo.answers import pages_of
from crmcore_demo.display import language, t
from crmcore_demo.listing import list_page, read_filter, states, texts
from crmcore_demo.possible import Leads
from crmcore_demo.session import person, reading

pages = pages_of("users", "L0601", "/users")


def roles_by_id() -> Mapping[RoleId, Role]:
    """Return all roles by id, in the order of their names."""
    return {role.id: role for role in reading().roles.find(query(Role).sort(asc(fields(Role).name)))}


def _change(it: User, roles: Mapping[RoleId, Role], action: Action) -> Action | Refusal:
    """Ask whether the person may touch this user at all: rights over users are not taken over from below."""
    try:
        check_keys(person().actor, permissions_of(roles[one] for one in it.roles if one in roles))
    except Refused as refused:
        return Refusal(words=action.words, why=refused.explain(language()))
    return action


def _answers(it: User, roles: Mapping[RoleId, Role], lead: Leads) -> Iterable[Action | Refusal]:
    yield _change(
        it, roles, Action(words=t("users.edit"), address=lead("user_forms.edit_form", id=it.id), primary=True)
    )
    if not person().actor.is_user(it.id) and not is_guest(it):
        yield _change(it, roles, Action(words=t("users.reset"), address=lead("user_forms.password_form", id=it.id)))
    if it.status is Validity.VALID:
        address = lead("user_forms.ask", id=it.id, step="retire")
        yield _change(it, roles, Action(words=t("users.retire"), address=address, dialog=True, danger=True))
    else:
        address = lead("user_forms.ask", id=it.id, step="restore")
        yield _change(it, roles, Action(words=t("users.restore"), address=address, dialog=True))


@pages.get("")
def index() -> str:
    """Show the users (USR-03)."""
    asked = read_filter(*texts("user", "name"), states("user", Validity))
    found = users(reading(), status=asked.chosen("status", Validity), **asked.typed)
    roles = roles_by_id()
    return list_page(
        "users/list.html",
        "users",
        found,
        asked,
        lambda it: _answers(it, roles, onward),
        actions=(Action(words=t("users.new"), address=url_for("user_forms.new"), primary=True),),
        role_names={one: role.name for one, role in roles.items()},
    )


@pages.get("/<uuid:id>")
def show(id: UUID) -> str:  # noqa: A002
    """Show one user and what can be done with him."""
    it, roles = user(reading(), UserId(id)), roles_by_id()
    return render_template(
        "users/show.html",
        it=it,
        role_names={one: role.name for one, role in roles.items()},
        possibilities=Possibilities.of(_answers(it, roles, carry)),
        back=back_to("users.index"),
    )
