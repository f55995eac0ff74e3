"""Role administration: list, form, rights, retire and delete (RBA-10 to 14)."""

from collections.abc import Iterable
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from crmcore import Conflict, CrmError, Invalid, Refused
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
from crmcore.views import Form as Asked
from crmcore.views import form_for
from crmcore_demo.actions import Action, Possibilities, Refusal
from crmcore_demo.addresses import back_to, onward
from crmcore_demo.conflicts import both_versions
from crmcore_demo.display import label, t
from crmcore_demo.errors import status_of
from crmcore_demo.forms import (
    VERSION,
    Form,
    Shown,
    fresh_key,
    kept_key,
    posted,
    posted_key,
    posted_version,
    shown_form,
)
from crmcore_demo.listing import codes, read_filter
from crmcore_demo.possible import Leads, allowed
from crmcore_demo.session import perform, person, reading, settings

pages = Blueprint("roles", __name__, url_prefix="/roles")
Answer = str | Response | tuple[str, int]
STEPS = {"retire": retire_role, "restore": restore_role, "delete": delete_role}


@pages.context_processor
def _module() -> dict[str, str]:
    return {"module": "L0602"}


def _answers(it: Role, lead: Leads) -> Iterable[Action | Refusal]:
    yield Action(words=t("roles.assign"), address=lead("rights.show", id=it.id), primary=True)
    yield Action(words=t("roles.edit"), address=lead("roles.edit_form", id=it.id))
    steps = []
    if it.status is Validity.RETIRED:
        steps.append("restore")
    elif it.code != ADMINISTRATOR:
        steps.append("retire")
    if allowed(check_deletable, it):
        steps.append("delete")
    for step in steps:
        address = lead("roles.ask", id=it.id, step=step)
        yield Action(words=t(f"roles.{step}"), address=address, dialog=True, danger=step == "delete")


@pages.get("")
def index() -> str:
    """Show the roles (RBA-10)."""
    states = tuple((one.value, label(one)) for one in Validity)
    asked = read_filter(Shown(name="name", label=label("role.name")), codes("status", label("role.status"), states))
    found = roles(
        reading(),
        name=asked["name"],
        status=Validity(asked["status"]) if asked["status"] else None,
        page=asked.paging.page,
        size=asked.paging.size,
    )
    return render_template(
        "roles/list.html",
        filter=asked,
        page=found,
        possible={it.id: Possibilities.of(_answers(it, onward)) for it in found.rows},
    )


def _asked(*, changing: bool = False) -> Asked:
    return form_for(Role, zone=settings().zone, names=("name", "description"), changing=changing)


def _page(title: str, button: str, form: Form, error: CrmError | None = None) -> Answer:
    page = render_template(
        "form.html",
        title=title,
        topic="roles",
        lead=t("roles.form_lead"),
        form=form.with_error(error) if error else form,
        button=button,
        back=back_to("roles.index"),
    )
    return page, status_of(error) if error else 200


@pages.get("/new")
def new() -> Answer:
    """Ask for a new role."""
    person().require("role.manage")
    asked = _asked()
    return _page(t("roles.new"), t("roles.save_new"), shown_form(asked, asked.fill(), hidden=fresh_key()))


@pages.post("/new")
def add() -> Answer:
    """Define a role, and go on to its rights."""
    asked = _asked()
    values = posted(asked)
    try:
        stored = perform(create_role, posted_key(), **asked.parse(values))
    except (Invalid, Refused) as error:
        form = shown_form(asked, values, hidden=kept_key(error))
        return _page(t("roles.new"), t("roles.save_new"), form, error)
    flash(t("done.saved"), "done")
    return redirect(url_for("rights.show", id=stored.id))


@pages.get("/<uuid:id>/edit")
def edit_form(id: UUID) -> Answer:  # noqa: A002
    """Ask what the role should be called."""
    it = role(reading(), RoleId(id))
    asked = _asked(changing=True)
    form = shown_form(asked, asked.fill(it), hidden={VERSION: str(it.version)})
    return _page(t("roles.edit_title", name=it.name), t("form.save"), form)


@pages.post("/<uuid:id>/edit")
def change(id: UUID) -> Answer:  # noqa: A002
    """Store name and description."""
    chosen, version = RoleId(id), posted_version()
    asked = _asked(changing=True)
    values = posted(asked)
    try:
        perform(edit_role, None, chosen, expected=version, **asked.parse(values))
    except Conflict:
        it = role(reading(), chosen)
        return both_versions(it, it.name, asked, values, show="roles.edit_form", edit="roles.edit_form")
    except (Invalid, Refused) as error:
        name = role(reading(), chosen).name
        form = shown_form(asked, values, hidden={VERSION: str(version)})
        return _page(t("roles.edit_title", name=name), t("form.save"), form, error)
    flash(t("done.saved"), "done")
    return redirect(back_to("roles.index"))


@pages.get("/<uuid:id>/<any(retire, restore, delete):step>")
def ask(id: UUID, step: str, error: CrmError | None = None) -> Answer:  # noqa: A002
    """Ask before a role is retired, restored or deleted (GEN-13)."""
    it = role(reading(), RoleId(id))
    form = Form(hidden={VERSION: str(it.version)})
    page = render_template(
        "confirm.html",
        topic="roles",
        title=t(f"roles.{step}_title"),
        question=t(f"roles.{step}_question", name=it.name),
        consequence=t(f"roles.{step}_consequence"),
        form=form.with_error(error) if error else form,
        button=t(f"roles.{step}_button"),
        kind="primary" if step == "restore" else "solid",
        back=back_to("roles.index"),
    )
    return page, status_of(error) if error else 200


@pages.post("/<uuid:id>/<any(retire, restore, delete):step>")
def do(id: UUID, step: str) -> Answer:  # noqa: A002
    """Retire, restore or delete a role."""
    try:
        perform(STEPS[step], None, RoleId(id), expected=posted_version())
    except (Conflict, Refused) as error:
        return ask(id, step, error)
    flash(t("done.deleted" if step == "delete" else "done.done"), "done")
    return redirect(back_to("roles.index"))
