"""Files of support staff: who is good at which kind of request (X-SRV-02)."""

from collections.abc import Iterable
from uuid import UUID

from attrs import fields
from flask import render_template, request, url_for

from crmcore.access.directory import account_manager
from crmcore.access.entity import UserId
from crmcore.agreements import remove_skill, set_skill, staff_files
from crmcore.agreements.entity import StaffSkill, StaffSkillId
from crmcore.query import eq
from crmcore.views import form_for
from crmcore_demo.actions import Action, Possibilities
from crmcore_demo.addresses import carry
from crmcore_demo.answers import Answer, pages_of
from crmcore_demo.deadlines import beside
from crmcore_demo.display import entry_words, t
from crmcore_demo.entries import Entry
from crmcore_demo.forms import with_dictionary
from crmcore_demo.questions import DONE, Question, step_pages
from crmcore_demo.session import names_of, person, reading, settings

pages = pages_of("skills", "L0310", "/skills")


def _answers(one: StaffSkill) -> Iterable[Action]:
    again = url_for("skills.new", id=one.user, type=one.type)
    yield Action(words=t("skills.edit"), address=again)
    yield Action(words=t("skills.delete"), address=url_for("skills.ask", id=one.id, step="delete"), dialog=True)


@pages.get("")
def index() -> str:
    """Show everybody who treats requests: what he is good at, where he works, what he has to do (X-SRV-02)."""
    person().require("service.configure")
    found = staff_files(reading())
    return render_template(
        "deadlines/skills.html",
        files=found,
        beside=beside("skills"),
        possible={one.id: Possibilities.of(_answers(one)) for file in found for one in file.skills},
    )


def _entry(id: UUID) -> Entry[StaffSkill]:  # noqa: A002
    """Ask how good somebody is at a kind of request; said again, the last word counts."""
    person().require("service.configure")
    who = account_manager(reading(), UserId(id))
    kind = request.args.get("type", "")
    s = fields(StaffSkill)
    held = reading().staff_skills.first(eq(s.user, who.id), eq(s.type, kind)) if kind else None
    asked = form_for(StaffSkill, zone=settings().zone, names=("type", "proficiency", "remark"))
    known = {"type": held.type, "proficiency": held.proficiency, "remark": held.remark} if held else {}
    return Entry(
        words="skills",
        topic="skills",
        asked=with_dictionary(asked, type=held.type if held else ""),
        action=set_skill,
        before=(who.id,),
        known=known,
        lead=who.display_name,
        back=carry("skills.index"),
    )


@pages.get("/of/<uuid:id>")
def new(id: UUID) -> Answer:  # noqa: A002
    """Ask how good somebody is at a kind of request."""
    return _entry(id).ask()


@pages.post("/of/<uuid:id>")
def add(id: UUID) -> Answer:  # noqa: A002
    """Note how good somebody is at a kind of request."""
    return _entry(id).add()


def _asked(id: UUID, step: str) -> Question:  # noqa: A002
    """Ask before a skill is taken out of a file (GEN-13)."""
    person().require("service.configure")
    it = reading().staff_skills.get(StaffSkillId(id))
    return Question(
        id=it.id,
        words=f"skills.{step}",
        topic="skills",
        back=carry("skills.index"),
        gaps={"name": names_of(it.user).get(it.user, "–"), "kind": entry_words("service_type", it.type)},
        done=DONE[step],
    )


step_pages(pages, {"delete": remove_skill}, _asked)
