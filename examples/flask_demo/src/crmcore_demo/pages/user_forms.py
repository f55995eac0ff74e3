"""Making and changing users: form, password, retire and restore (USR-03, USR-04, USR-06, GEN-21)."""

from collections.abc import Mapping
from uuid import UUID

import attrs
from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from crmcore import Conflict, CrmError, Invalid, Refused
from crmcore.access import create_user, edit_user, restore_user, retire_user, set_password, user
from crmcore.access.entity import User, UserId, Validity
from crmcore.access.passwords import LONGEST, SHORTEST
from crmcore.access.rules import UserHasCustomers
from crmcore.i18n import LANGUAGES
from crmcore.views import Choice, form_for
from crmcore.views import Form as Asked
from crmcore_demo.actions import Action
from crmcore_demo.addresses import back_to, carry
from crmcore_demo.conflicts import both_versions
from crmcore_demo.display import t
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
    with_dictionary,
)
from crmcore_demo.pages.users import roles_by_id
from crmcore_demo.session import company, perform, person, reading, settings

pages = Blueprint("user_forms", __name__, url_prefix="/users")
Answer = str | Response | tuple[str, int]
ASKED_FOR = (
    "name",
    "full_name",
    "roles",
    "territory",
    "speciality",
    "organisation",
    "phone",
    "email",
    "address",
    "language",
)


@pages.context_processor
def _module() -> dict[str, str]:
    return {"module": "L0601"}


def _asked(it: User | None = None) -> Asked:
    held = it.roles if it else ()
    roles = [role for role in roles_by_id().values() if role.status is Validity.VALID or role.id in held]
    asked = form_for(User, zone=settings().zone, names=ASKED_FOR, changing=it is not None)
    asked = asked.with_choices("roles", (Choice(str(role.id), role.name) for role in roles))
    asked = asked.with_choices("language", (Choice(one, t(f"language.{one}")) for one in LANGUAGES))
    return with_dictionary(asked, territory=it.territory if it else "")


def _drawn(asked: Asked, values: Mapping[str, str], hidden: Mapping[str, str]) -> Form:
    return shown_form(asked, values, helps="users.help", hidden=hidden)


def _password_field(words: str) -> Shown:
    return Shown(
        name="password",
        label=words,
        kind="password",
        required=True,
        longest=LONGEST,
        autocomplete="new-password",
        help=t("users.password_help", n=SHORTEST),
    )


def _new_page(form: Form, error: CrmError | None = None) -> Answer:
    whole = attrs.evolve(form, fields=(*form.fields[:3], _password_field(t("users.password")), *form.fields[3:]))
    page = render_template(
        "form.html",
        title=t("users.new"),
        topic="user",
        lead=None,
        form=whole.with_error(error) if error else whole,
        button=t("users.save_new"),
        back=back_to("users.index"),
    )
    return page, status_of(error) if error else 200


@pages.get("/new")
def new() -> Answer:
    """Ask for a new user."""
    person().require("user.manage")
    asked = _asked()
    return _new_page(_drawn(asked, asked.fill(), fresh_key()))


@pages.post("/new")
def add() -> Answer:
    """Record a user with a first password, which he has to change."""
    person().require("user.manage")
    asked = _asked()
    values = posted(asked)
    try:
        stored = perform(create_user, posted_key(), password=request.form.get("password", ""), **asked.parse(values))
    except (Invalid, Refused) as error:
        return _new_page(_drawn(_asked(), values, kept_key(error)), error)
    company().forget()
    flash(t("done.saved"), "done")
    return redirect(url_for("users.show", id=stored.id))


def _edit_page(it: User, form: Form, error: CrmError | None = None) -> Answer:
    page = render_template(
        "form.html",
        title=t("users.edit_title", name=it.display_name),
        topic="user",
        lead=it.name,
        form=form.with_error(error) if error else form,
        more=_his_customers(error),
        button=t("form.save"),
        back=carry("users.show", id=it.id),
    )
    return page, status_of(error) if error else 200


@pages.get("/<uuid:id>/edit")
def edit_form(id: UUID) -> Answer:  # noqa: A002
    """Ask what should be different about a user."""
    it = user(reading(), UserId(id))
    asked = _asked(it)
    return _edit_page(it, _drawn(asked, asked.fill(it), {VERSION: str(it.version)}))


@pages.post("/<uuid:id>/edit")
def change(id: UUID) -> Answer:  # noqa: A002
    """Store the changes, or show both versions if somebody else was quicker."""
    chosen, version = UserId(id), posted_version()
    it = user(reading(), chosen)
    asked = _asked(it)
    values = posted(asked)
    try:
        perform(edit_user, None, chosen, expected=version, **asked.parse(values))
    except Conflict:
        it = user(reading(), chosen)
        return both_versions(it, it.display_name, _asked(it), values, show="users.show", edit="user_forms.edit_form")
    except (Invalid, Refused) as error:
        return _edit_page(it, _drawn(_asked(it), values, {VERSION: str(version)}), error)
    company().forget()
    flash(t("done.saved"), "done")
    return redirect(carry("users.show", id=id))


@pages.get("/<uuid:id>/password")
def password_form(id: UUID, error: CrmError | None = None) -> Answer:  # noqa: A002
    """Ask for a new password for somebody who has forgotten his."""
    it = user(reading(), UserId(id))
    form = Form(fields=(_password_field(t("users.password")),))
    page = render_template(
        "form.html",
        title=t("users.reset_title", name=it.display_name),
        topic="users",
        lead=t("users.reset_lead"),
        form=form.with_error(error) if error else form,
        button=t("users.reset_button"),
        back=carry("users.show", id=it.id),
    )
    return page, status_of(error) if error else 200


@pages.post("/<uuid:id>/password")
def reset_password(id: UUID) -> Answer:  # noqa: A002
    """Give a user a new password, which he has to change."""
    try:
        perform(set_password, None, UserId(id), password=request.form.get("password", ""))
    except (Invalid, Refused) as error:
        return password_form(id, error)
    flash(t("done.saved"), "done")
    return redirect(carry("users.show", id=id))


def _confirm(it: User, step: str, kind: str, error: CrmError | None) -> Answer:
    form = Form(hidden={VERSION: str(it.version)})
    page = render_template(
        "confirm.html",
        topic="users",
        title=t(f"users.{step}_title"),
        question=t(f"users.{step}_question", name=it.display_name),
        consequence=t(f"users.{step}_consequence"),
        form=form.with_error(error) if error else form,
        more=_his_customers(error),
        button=t(f"users.{step}_button"),
        kind=kind,
        back=back_to("users.show", id=it.id),
    )
    return page, status_of(error) if error else 200


def _his_customers(error: CrmError | None) -> tuple[Action, ...]:
    """Lead to the customers that keep a user from leaving, and to handing them over (USR-06)."""
    if not isinstance(error, UserHasCustomers):
        return ()
    manager, who = error.params["manager"], person()
    ways = (
        ("customer.read_all", t("users.customers"), url_for("customers.index", manager=manager)),
        ("customer.hand_over", t("users.hand_over"), url_for("hand_over.form", before=manager)),
    )
    return tuple(Action(words=words, address=address) for right, words, address in ways if who.may(right))


@pages.get("/<uuid:id>/retire")
def ask_retire(id: UUID, error: CrmError | None = None) -> Answer:  # noqa: A002
    """Ask before a user is taken out of service (GEN-13)."""
    return _confirm(user(reading(), UserId(id)), "retire", "solid", error)


@pages.post("/<uuid:id>/retire")
def retire(id: UUID) -> Answer:  # noqa: A002
    """Take a user out of service; he stays readable (GEN-21)."""
    try:
        perform(retire_user, None, UserId(id), expected=posted_version())
    except (Conflict, Refused) as error:
        return ask_retire(id, error)
    flash(t("done.deleted"), "done")
    return redirect(back_to("users.index"))


@pages.get("/<uuid:id>/restore")
def ask_restore(id: UUID, error: CrmError | None = None) -> Answer:  # noqa: A002
    """Ask before a user is taken back."""
    return _confirm(user(reading(), UserId(id)), "restore", "primary", error)


@pages.post("/<uuid:id>/restore")
def restore(id: UUID) -> Answer:  # noqa: A002
    """Take a user back into service."""
    try:
        perform(restore_user, None, UserId(id), expected=posted_version())
    except (Conflict, Refused) as error:
        return ask_restore(id, error)
    flash(t("done.done"), "done")
    return redirect(back_to("users.index"))
