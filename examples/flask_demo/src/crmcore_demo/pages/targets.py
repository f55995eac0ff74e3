"""Service targets: how soon which requests are answered and handled (X-SRV-05)."""

from collections.abc import Callable, Iterable
from typing import Final
from uuid import UUID

from crmcore.access import Validity
from crmcore.agreements import all_targets, create_target, edit_target, restore_target, retire_target
from crmcore.agreements.entity import ServiceTarget, ServiceTargetId
from crmcore.calendars import calendars
from crmcore.views import Choice, form_for
from crmcore_demo.actions import Action
from crmcore_demo.addresses import back_to, onward
from crmcore_demo.answers import pages_of
from crmcore_demo.deadlines import calendar_names, setup_page
from crmcore_demo.display import t
from crmcore_demo.entries import Entry, entry_pages
from crmcore_demo.forms import with_dictionary
from crmcore_demo.possible import steps_of
from crmcore_demo.questions import DONE, Question, step_pages
from crmcore_demo.session import person, reading, settings

pages = pages_of("targets", "L0310", "/targets")
STEPS: Final = {"retire": retire_target, "restore": restore_target}
ASKED_FOR: Final = (
    "name",
    "type",
    "priority",
    "level",
    "respond_within",
    "resolve_within",
    "risk_percent",
    "calendar",
)


def _answers(it: ServiceTarget) -> Iterable[Action]:
    yield Action(words=t("targets.edit"), address=onward("targets.edit_form", id=it.id))
    yield from steps_of("targets", it)


@pages.get("")
def index() -> str:
    """Show the targets by name, retired ones too."""
    person().require("service.configure")
    found = all_targets(reading(), status=None)
    return setup_page("deadlines/targets.html", "targets", found, _answers, calendars=calendar_names())


def _entry(action: Callable[..., ServiceTarget], it: ServiceTarget | None = None) -> Entry[ServiceTarget]:
    asked = form_for(ServiceTarget, zone=settings().zone, names=ASKED_FOR, changing=it is not None)
    offered = [
        Choice(str(one.id), one.name)
        for one in calendars(reading(), status=None)
        if one.status is Validity.VALID or (it is not None and one.id == it.calendar)
    ]
    held = {name: getattr(it, name) if it else "" for name in ("type", "level")}
    return Entry(
        it=it,
        name=it.name if it else "",
        words="targets",
        topic="targets",
        asked=with_dictionary(asked.with_choices("calendar", offered), **held),
        action=action,
        drawn=lambda form: form.with_all("type", "priority", "level"),
        lead=t("targets.form_lead"),
        back=back_to("targets.index"),
    )


def _found(id: UUID) -> ServiceTarget:  # noqa: A002
    person().require("service.configure")
    return reading().service_targets.get(ServiceTargetId(id))


def _new() -> Entry[ServiceTarget]:
    """Ask what is promised."""
    person().require("service.configure")
    return _entry(create_target)


def _kept(id: UUID) -> Entry[ServiceTarget]:  # noqa: A002
    """Ask what is promised from now on; what was promised before stays."""
    return _entry(edit_target, _found(id))


def _asked(id: UUID, step: str) -> Question:  # noqa: A002
    """Ask before something is promised no more, or again (GEN-13)."""
    it = _found(id)
    return Question(
        id=it.id,
        words=f"targets.{step}",
        topic="targets",
        back=back_to("targets.index"),
        gaps={"name": it.name},
        done=DONE[step],
    )


entry_pages(pages, _new, _kept)
step_pages(pages, STEPS, _asked)
