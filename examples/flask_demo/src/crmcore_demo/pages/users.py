"""Users: the list and the record (USR-03)."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from attrs import fields
from flask import Blueprint, render_template

from crmcore import Refused
from crmcore.access import user, users
from crmcore.access.entity import Role, RoleId, User, UserId, Validity
from crmcore.access.rules import check_keys
from crmcore.access.staffing import permissions_of
from crmcore.query import asc, query
from crmcore_demo.actions import Action, Possibilities, Refusal
from crmcore_demo.addresses import back_to, carry, onward
from crmcore_demo.display import label, language, t
from crmcore_demo.forms import Shown
from crmcore_demo.listing import codes, read_filter
from crmcore_demo.possible import Leads
from crmcore_demo.session import person, reading

pages = Blueprint("users", __name__, url_prefix="/users")


@pages.context_processor
def _module() -> dict[str, str]:
    return {"module": "L0601"}


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
    if not person().actor.is_user(it.id):
        yield _change(it, roles, Action(words=t("users.reset"), address=lead("user_forms.password_form", id=it.id)))
    if it.status is Validity.VALID:
        address = lead("user_forms.ask_retire", id=it.id)
        yield _change(it, roles, Action(words=t("users.retire"), address=address, dialog=True, danger=True))
    else:
        address = lead("user_forms.ask_restore", id=it.id)
        yield _change(it, roles, Action(words=t("users.restore"), address=address, dialog=True))


@pages.get("")
def index() -> str:
    """Show the users (USR-03)."""
    states = tuple((one.value, label(one)) for one in Validity)
    asked = read_filter(Shown(name="name", label=label("user.name")), codes("status", label("user.status"), states))
    found = users(
        reading(),
        name=asked["name"],
        status=Validity(asked["status"]) if asked["status"] else None,
        page=asked.paging.page,
        size=asked.paging.size,
    )
    roles = roles_by_id()
    return render_template(
        "users/list.html",
        filter=asked,
        page=found,
        role_names={one: role.name for one, role in roles.items()},
        possible={it.id: Possibilities.of(_answers(it, roles, onward)) for it in found.rows},
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
