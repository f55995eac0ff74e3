"""Making and changing users: form, password, retire and restore (USR-03, USR-04, USR-06, GEN-21)."""

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

import attrs
from flask import flash, redirect, request, url_for

from crmcore import CrmError, Invalid, Refused
from crmcore.access import create_user, edit_user, restore_user, retire_user, set_password, user
from crmcore.access.entity import CUSTOMER_CONTACT, User, UserId, Validity
from crmcore.access.guests import is_guest
from crmcore.access.passwords import LONGEST, SHORTEST, check_password
from crmcore.access.rules import UserHasCustomers, UserHasRequests
from crmcore.base.errors import Problem
from crmcore.i18n import LANGUAGES
from crmcore.views import Choice, form_for
from crmcore.views import Form as Asked
from crmcore_demo.actions import Action
from crmcore_demo.addresses import back_to, carry
from crmcore_demo.answers import Answer, form_page, pages_of
from crmcore_demo.display import t
from crmcore_demo.entries import Entry, entry_pages
from crmcore_demo.forms import Form, Shown, with_dictionary
from crmcore_demo.pages.users import roles_by_id
from crmcore_demo.questions import Question, step_pages
from crmcore_demo.session import company, perform, person, reading, settings

pages = pages_of("user_forms", "L0601", "/users")
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


def _asked_for(it: User | None) -> Asked:
    held = it.roles if it else ()
    possible = [role for role in roles_by_id().values() if role.status is Validity.VALID or role.id in held]
    guest = it is not None and is_guest(it)  # he has his one role; nobody else can be given it
    roles = [role for role in possible if (role.code == CUSTOMER_CONTACT) == guest]
    asked = form_for(User, zone=settings().zone, names=ASKED_FOR, changing=it is not None)
    asked = asked.with_choices("roles", (Choice(str(role.id), role.name) for role in roles))
    asked = asked.with_choices("language", (Choice(one, t(f"language.{one}")) for one in LANGUAGES))
    return with_dictionary(asked, territory=it.territory if it else "")


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


def _wrong_password(password: str, name: str) -> Sequence[Problem]:
    """Say what is wrong with a password together with everything else."""
    try:
        check_password(password, name=name)
    except Invalid as invalid:
        return invalid.problems
    return ()


def _with_password(form: Form) -> Form:
    return attrs.evolve(form, fields=(*form.fields[:3], _password_field(t("users.password")), *form.fields[3:]))


def _entry(action: Callable[..., User], it: User | None = None, **more: Any) -> Entry[User]:
    return Entry(
        it=it,
        name=it.display_name if it else "",
        lead=it.name if it else None,
        words="users",
        topic="user",
        asked=_asked_for(it),
        action=action,
        ways=_what_holds_him,
        after=company().forget,
        **more,
    )


def _new() -> Entry[User]:
    """Ask for a new user with a first password, which he has to change."""
    person().require("user.manage")
    password = request.form.get("password", "")
    return _entry(
        create_user,
        given={"password": password},
        missing=lambda values: _wrong_password(password, values["name"]),
        drawn=_with_password,
        back=back_to("users.index"),
        then=lambda it: url_for("users.show", id=it.id),
    )


def _kept(id: UUID) -> Entry[User]:  # noqa: A002
    """Ask what should be different about a user."""
    return _entry(edit_user, user(reading(), UserId(id)), back=carry("users.show", id=id), show="users.show")


@pages.get("/<uuid:id>/password")
def password_form(id: UUID, error: CrmError | None = None) -> Answer:  # noqa: A002
    """Ask for a new password for somebody who has forgotten his."""
    it = user(reading(), UserId(id))
    return form_page(
        "form.html",
        Form(fields=(_password_field(t("users.password")),)),
        error,
        title=t("users.reset_title", name=it.display_name),
        topic="users",
        lead=t("users.reset_lead"),
        button=t("users.reset_button"),
        back=carry("users.show", id=it.id),
    )


@pages.post("/<uuid:id>/password")
def reset_password(id: UUID) -> Answer:  # noqa: A002
    """Give a user a new password, which he has to change."""
    try:
        perform(set_password, None, UserId(id), password=request.form.get("password", ""))
    except (Invalid, Refused) as error:
        return password_form(id, error)
    flash(t("done.saved"), "done")
    return redirect(carry("users.show", id=id))


def _what_holds_him(error: CrmError) -> tuple[Action, ...]:
    """Lead to the customers that keep a user from leaving, and to handing them and his requests over (USR-06)."""
    if not isinstance(error, UserHasCustomers | UserHasRequests):
        return ()
    manager, who = error.params.get("manager") or error.params["assignee"], person()
    hand_over = ("customer.hand_over", t("users.hand_over"), url_for("hand_over.form", before=manager))
    customers = ("customer.read_all", t("users.customers"), url_for("customers.index", manager=manager))
    ways = (customers, hand_over) if isinstance(error, UserHasCustomers) else (hand_over,)
    return tuple(Action(words=words, address=address) for right, words, address in ways if who.may(right))


def _asked(id: UUID, step: str) -> Question:  # noqa: A002
    """Ask before a user is taken out of service, and stays readable (GEN-21), or is taken back."""
    it = user(reading(), UserId(id))
    return Question(
        id=it.id,
        words=f"users.{step}",
        topic="users",
        back=back_to("users.show", id=it.id),
        version=it.version,
        gaps={"name": it.display_name},
        then=back_to("users.index"),
        done="done.deleted" if step == "retire" else "done.done",
        ways=_what_holds_him,
        after=company().forget,
    )


entry_pages(pages, _new, _kept)
step_pages(pages, {"retire": retire_user, "restore": restore_user}, _asked)
