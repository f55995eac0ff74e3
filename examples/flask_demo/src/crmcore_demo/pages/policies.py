"""Escalation policies: after how much working time who is told (X-SRV-05)."""

from collections.abc import Callable, Iterable
from typing import Final
from uuid import UUID

import attrs
from flask import flash, redirect

from crmcore.access import Validity, users
from crmcore.access.entity import UserId
from crmcore.agreements import staff_files
from crmcore.escalation import (
    EscalationPolicy,
    EscalationPolicyId,
    create_policy,
    edit_policy,
    policies,
    replan_all,
    retire_policy,
)
from crmcore.views import Choice, form_for
from crmcore.views import Form as Asked
from crmcore_demo.actions import Action
from crmcore_demo.addresses import back_to, onward
from crmcore_demo.answers import Answer, pages_of
from crmcore_demo.deadlines import setup_page
from crmcore_demo.display import t
from crmcore_demo.entries import Entry, entry_pages
from crmcore_demo.forms import Form, with_dictionary
from crmcore_demo.questions import DONE, Question, step_pages
from crmcore_demo.session import company, crm, names_of, person, reading, settings, stop_reading

pages = pages_of("policies", "L0310", "/policies")
ASKED_FOR: Final = ("name", "watched", "after", "type", "priority", "recipient", "user")
SAID: Final = frozenset({"watched", "after", "recipient"})
"""What somebody has to say himself: nothing is watched, at no time, and nobody told unless he means it."""
MOST_PEOPLE: Final = 200


def _answers(it: EscalationPolicy) -> Iterable[Action]:
    if it.status is Validity.VALID:
        yield Action(words=t("policies.edit"), address=onward("policies.edit_form", id=it.id))
        yield Action(words=t("policies.retire"), address=onward("policies.ask", id=it.id, step="retire"), dialog=True)


@pages.get("")
def index() -> str:
    """Show the policies by name, retired ones too."""
    person().require("service.configure")
    found = policies(reading(), status=None)
    names = names_of(*(it.user for it in found))
    return setup_page("deadlines/policies.html", "policies", found, _answers, names=names)


def _treating() -> dict[UserId, str]:
    """Return those who treat requests; who may give them to somebody knows them already."""
    if person().may("service.assign"):
        return {one.id: one.display_name for one in company().account_managers(reading())}
    return {one.user: one.name for one in staff_files(reading())}


def _people(it: EscalationPolicy | None) -> Iterable[Choice]:
    """List who can be named: all colleagues for those who keep users, else oneself and those who treat requests."""
    if person().may("user.manage"):
        listed = users(reading(), status=Validity.VALID, guests=False, size=MOST_PEOPLE).rows
        known = {one.id: one.display_name for one in listed}
    else:
        known = {**_treating(), person().id: person().display_name}
    if it is not None and it.user is not None and it.user not in known:
        known[it.user] = names_of(it.user).get(it.user, "–")
    return (Choice(str(one), name) for one, name in sorted(known.items(), key=lambda pair: pair[1]))


def _said_by_hand(asked: Asked) -> Asked:
    """Ask for everything that decides who is told of what; nothing of it is filled in already."""
    return attrs.evolve(
        asked,
        controls=tuple(attrs.evolve(one, required=True, default=None) if one.name in SAID else one for one in asked),
    )


def _drawn(form: Form) -> Form:
    return form.with_all("type", "priority")


def _entry(action: Callable[..., EscalationPolicy], it: EscalationPolicy | None = None) -> Entry[EscalationPolicy]:
    asked = form_for(EscalationPolicy, zone=settings().zone, names=ASKED_FOR, changing=it is not None)
    return Entry(
        it=it,
        name=it.name if it else "",
        words="policies",
        topic="policies",
        asked=with_dictionary(_said_by_hand(asked).with_choices("user", _people(it)), type=it.type if it else ""),
        drawn=_drawn,
        action=action,
        lead=t("policies.form_lead"),
        back=back_to("policies.index"),
    )


def _new() -> Entry[EscalationPolicy]:
    """Ask who is told after how much time."""
    person().require("service.configure")
    return _entry(create_policy)


def _found(id: UUID) -> EscalationPolicy:  # noqa: A002
    person().require("service.configure")
    return reading().escalation_policies.get(EscalationPolicyId(id))


def _kept(id: UUID) -> Entry[EscalationPolicy]:  # noqa: A002
    """Ask who is told from now on."""
    return _entry(edit_policy, _found(id))


def _asked(id: UUID, step: str) -> Question:  # noqa: A002
    """Ask before a policy watches nothing any more (GEN-13)."""
    it = _found(id)
    return Question(
        id=it.id,
        words=f"policies.{step}",
        topic="policies",
        back=back_to("policies.index"),
        gaps={"name": it.name},
        done=DONE[step],
        version=it.version,
    )


@pages.post("/replan")
def replan() -> Answer:
    """Plan the escalations of all open requests by the policies and calendars that hold now (X-SRV-05)."""
    person().require("service.configure")
    stop_reading()
    changed = replan_all(crm())
    flash(t("deadlines.replanned", n=changed), "done")
    return redirect(back_to("policies.index"))


entry_pages(pages, _new, _kept)
step_pages(pages, {"retire": retire_policy}, _asked)
