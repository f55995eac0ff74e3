"""Files of support staff, and who is proposed for a request (支持人员档案, 服务分配; requirement X-SRV-02)."""

from collections.abc import Sequence
from typing import Any, Unpack

import attrs
from attrs import fields as attributes

from crmcore.access.directory import account_manager, valid_account_managers
from crmcore.access.entity import User, UserId
from crmcore.agreements.entity import StaffSkill, StaffSkillId
from crmcore.agreements.inputs import SkillFields
from crmcore.agreements.proposing import Candidate, Proposal, proposed
from crmcore.agreements.rules import knows_industry
from crmcore.base.building import build
from crmcore.customers.entity import Customer
from crmcore.dictionary.entity import DictionaryEntry
from crmcore.dictionary.lookup import check_codes
from crmcore.query import asc, count, eq, one_of, query
from crmcore.service.entity import OPEN, ServiceRequest, ServiceRequestId, ServiceStatus
from crmcore.service.rules import may_assign, may_take_over
from crmcore.storage.action import action
from crmcore.storage.work import Work

__all__ = ["StaffFile", "proposals", "remove_skill", "set_skill", "staff_file", "staff_files"]

_s = attributes(StaffSkill)
_r = attributes(ServiceRequest)


@attrs.frozen(kw_only=True)
class StaffFile:
    """What is known of a member of staff who treats requests."""

    user: UserId
    name: str
    territory: str
    """Code of the region he works in."""
    speciality: str
    """Industry he knows well."""
    skills: tuple[StaffSkill, ...]
    """By kind of request."""
    open_requests: int
    """How many requests are his to treat now."""


@action("service.configure", "service.assign")
def staff_files(work: Work) -> tuple[StaffFile, ...]:
    """List the valid account managers with their skills and their work, by name (requirement X-SRV-02)."""
    return _files(work, valid_account_managers(work))


@action("service.configure", "service.assign")
def staff_file(work: Work, user: UserId | str) -> StaffFile:
    """Answer the file of one account manager: his skills and his work (requirement X-SRV-02).

    Args:
        work: The unit of work.
        user: The account manager, by id or user name.

    Raises:
        NotFound: There is no such user.
        NotAnAccountManager: He has left, or has another role.
    """
    return _files(work, (account_manager(work, user),))[0]


@action("service.configure")
def set_skill(work: Work, user: UserId | str, **fields: Unpack[SkillFields]) -> StaffSkill:
    """Say how good an account manager is at a kind of request; said again, the last word counts (X-SRV-02).

    Args:
        work: The unit of work.
        user: The account manager, by id or user name.
        fields: ``type`` from the dictionary; optionally ``proficiency``, 1 (knows the ground rules) to 5 (teaches
            others), and ``remark``.

    Raises:
        NotFound: There is no such user.
        NotAnAccountManager: He has left, or has another role.
        Invalid: The kind can't be chosen, or a value breaks a constraint.
    """
    person = account_manager(work, user)
    given: dict[str, Any] = dict(fields)
    made = build(StaffSkill, {**given, "user": person.id}, id=StaffSkillId(work.new_id()))
    known = work.unscoped(StaffSkill).first(eq(_s.user, person.id), eq(_s.type, made.type))
    check_codes(work, made, known=known)
    work.unscoped(User).touch(person)  # two who say something about him come one after the other
    if known is None:
        return work.unscoped(StaffSkill).add(made)
    return work.unscoped(StaffSkill).save(attrs.evolve(known, proficiency=made.proficiency, remark=made.remark))


@action("service.configure")
def remove_skill(work: Work, id: StaffSkillId, *, expected: int | None = None) -> None:  # noqa: A002
    """Take a skill out of the file of a member of staff.

    Args:
        work: The unit of work.
        id: Which skill.
        expected: The version the person saw; None if that does not matter.

    Raises:
        NotFound: There is no such skill.
        Conflict: Somebody changed it since the person saw it.
    """
    work.staff_skills.remove(work.staff_skills.get(id, expected=expected))


@action("service.assign")
def proposals(work: Work, request: ServiceRequestId) -> tuple[Proposal, ...]:
    """Propose valid account managers for a request, the best one first, and say why (服务分配; X-SRV-02).

    What counts, in this order: how good somebody is at the kind of request; whether he looks after the customer; how
    few open requests he has; whether he knows the customer's region and industry. Of equals, by name.

    Args:
        work: The unit of work.
        request: One that is to be assigned, or handed over by whom it was assigned to; he is not proposed.

    Raises:
        NotFound: There is no such request.
        RequestArchived, NotAssigned: The request needs nobody any more.
    """
    known = work.service_requests.get(request)
    if known.status is ServiceStatus.NEW:
        may_assign(known, work.actor)
    else:
        may_take_over(known, work.actor)
    customer = work.unscoped(Customer).get(known.customer)
    people = [one for one in valid_account_managers(work) if one.id != known.assignee]
    wanted = query(StaffSkill).where(eq(_s.type, known.type), one_of(_s.user, tuple(one.id for one in people)))
    skills = {one.user: one.proficiency for one in work.unscoped(StaffSkill).find(wanted)} if people else {}
    load = _load(work, people)
    industry = _called(work, "industry", customer.industry)
    return proposed(
        Candidate(
            user=one.id,
            name=one.display_name,
            proficiency=skills.get(one.id, 0),
            responsible=one.id == customer.manager,
            open_requests=load.get(one.id, 0),
            knows_region=bool(customer.region) and one.territory == customer.region,
            knows_industry=knows_industry(one.speciality, *industry),
        )
        for one in people
    )


def _files(work: Work, people: Sequence[User]) -> tuple[StaffFile, ...]:
    """Answer the files of some people, in their order."""
    load = _load(work, people)
    wanted = query(StaffSkill).where(one_of(_s.user, tuple(one.id for one in people))).sort(asc(_s.type))
    skills = work.unscoped(StaffSkill).find(wanted) if people else ()
    return tuple(
        StaffFile(
            user=one.id,
            name=one.display_name,
            territory=one.territory,
            speciality=one.speciality,
            skills=tuple(skill for skill in skills if skill.user == one.id),
            open_requests=load.get(one.id, 0),
        )
        for one in people
    )


def _load(work: Work, people: Sequence[User]) -> dict[Any, int]:
    """Answer how many open requests are whose."""
    if not people:
        return {}
    his = query(ServiceRequest).where(one_of(_r.status, OPEN), one_of(_r.assignee, tuple(one.id for one in people)))
    return {
        row.key[0]: row.values[0]
        for row in work.unscoped(ServiceRequest).tally(his, by=(_r.assignee,), measures=(count(),))
    }


def _called(work: Work, category: str, code: str) -> tuple[str, ...]:
    """Answer what an entry of the dictionary is called: its code and its labels."""
    d = attributes(DictionaryEntry)
    entry = work.unscoped(DictionaryEntry).first(eq(d.category, category), eq(d.code, code)) if code else None
    return () if entry is None else (entry.code, entry.label_zh, entry.label_en)
