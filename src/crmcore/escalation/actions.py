"""Keeping escalation policies, and acknowledging escalations (requirement X-SRV-05)."""

from typing import Any, Unpack

import attrs
from attrs import fields as attributes

from crmcore.access.directory import able_to
from crmcore.access.entity import User, Validity
from crmcore.base.building import build, change
from crmcore.base.errors import Invalid, Problem
from crmcore.base.text import name_key
from crmcore.dictionary.lookup import check_codes
from crmcore.escalation.entity import (
    Escalation,
    EscalationId,
    EscalationPolicy,
    EscalationPolicyId,
    Recipient,
)
from crmcore.escalation.inputs import PolicyChanges, PolicyFields
from crmcore.escalation.lists import concerning
from crmcore.escalation.rules import READING, NotYours, PolicyRetired
from crmcore.query import asc, eq, query
from crmcore.storage.action import action
from crmcore.storage.listing import exactly
from crmcore.storage.work import Work

__all__ = ["acknowledge", "create_policy", "edit_policy", "policies", "retire_policy"]

_p = attributes(EscalationPolicy)


@action("service.configure", "service.read_all")
def policies(work: Work, *, status: Validity | None = Validity.VALID) -> tuple[EscalationPolicy, ...]:
    """List the escalation policies, by name: those in use unless asked for others; None for all (X-SRV-05)."""
    wanted = query(EscalationPolicy).where(*exactly((_p.status, status))).sort(asc(_p.name))
    return tuple(work.escalation_policies.find(wanted))


@action("service.configure")
def create_policy(work: Work, **fields: Unpack[PolicyFields]) -> EscalationPolicy:
    """Say after how much working time of what somebody is told (requirement X-SRV-05).

    It counts for requests whose clock changes from now on; for all others when everything is planned anew.

    Args:
        work: The unit of work.
        fields: ``name`` (1–50 characters); optionally ``watched`` (the handling if not given), ``after`` minutes of
            working time, ``type`` from the dictionary and ``priority`` it is for, ``recipient`` (supervisors if not
            given), and ``user`` when that is one user.

    Raises:
        AlreadyExists: Another policy has the name.
        Invalid: A field is missing, unknown, out of range, or nobody who could be told; all problems are listed.
    """
    given: dict[str, Any] = dict(fields)
    made = build(EscalationPolicy, given, id=EscalationPolicyId(work.new_id()), name_key=name_key(given.get("name")))
    return work.escalation_policies.add(_checked(work, made, None))


@action("service.configure")
def edit_policy(
    work: Work,
    id: EscalationPolicyId,  # noqa: A002
    *,
    expected: int | None = None,
    **changes: Unpack[PolicyChanges],
) -> EscalationPolicy:
    """Change a policy; nobody is told again of what he was told by it before (requirement X-SRV-05).

    Args:
        work: The unit of work.
        id: Which policy.
        expected: The version the person saw; None if that does not matter.
        changes: The fields to change, as in :func:`create_policy`.

    Raises:
        NotFound: There is no such policy.
        PolicyRetired: It watches nothing any more.
        AlreadyExists: Another policy has the name.
        Conflict: Somebody changed it since the person saw it.
        Invalid: A value breaks a constraint, or nobody could be told.
    """
    known = work.escalation_policies.get(id, expected=expected)
    if known.status is not Validity.VALID:
        raise PolicyRetired(name=known.name)
    changed = change(known, changes)
    return work.escalation_policies.save(_checked(work, attrs.evolve(changed, name_key=name_key(changed.name)), known))


@action("service.configure")
def retire_policy(work: Work, id: EscalationPolicyId, *, expected: int | None = None) -> EscalationPolicy:  # noqa: A002
    """Let a policy watch nothing any more; what it has escalated stays visible.

    What it had planned already is dropped when everything is planned anew, and not escalated before that.

    Args:
        work: The unit of work.
        id: Which policy.
        expected: The version the person saw; None if that does not matter.

    Raises:
        NotFound: There is no such policy.
        Conflict: Somebody changed it since the person saw it.
    """
    known = work.escalation_policies.get(id, expected=expected)
    return work.escalation_policies.save(attrs.evolve(known, status=Validity.RETIRED))


@action("service.read")
def acknowledge(work: Work, id: EscalationId) -> Escalation:  # noqa: A002
    """Say that one has seen an escalation, so that it is new to nobody any more; who said so first is kept (X-SRV-05).

    Args:
        work: The unit of work.
        id: Which escalation.

    Raises:
        NotYours: The actor was not told, and does not assign requests.
        NotFound: There is none, or it is about a request of somebody else.
    """
    known = work.escalations.get(id)
    told = work.actor.may("service.assign") or work.unscoped(Escalation).first(
        eq(attributes(Escalation).id, id), concerning(work)
    )
    if not told:
        raise NotYours
    if known.seen_at is not None:
        return known
    return work.escalations.save(attrs.evolve(known, seen_by=work.user_id, seen_at=work.now))


def _checked(work: Work, made: EscalationPolicy, known: EscalationPolicy | None) -> EscalationPolicy:
    """Answer the policy without a user that it does not need.

    Raises:
        Invalid: The kind can't be chosen, or the user it needs is missing, not valid, or may not see escalations.
    """
    check_codes(work, made, known=known)
    if made.recipient is not Recipient.USER:
        return attrs.evolve(made, user=None)
    if made.user is None:
        raise Invalid(Problem(field="user", code="value.missing", entity="escalation_policy"))
    readers = able_to(work, READING).where(eq(attributes(User).id, made.user))
    for user in work.unscoped(User).find(readers):
        work.unscoped(User).touch(user)  # nobody lets him retire at the same moment
        return made
    raise Invalid(Problem(field="user", code="escalation.nobody", entity="escalation_policy"))
