"""Escalation: who hears of it when a request is not treated in time (requirement X-SRV-05).

::

    with crm.work(as_user="zhaomin") as work:
        escalation.create_policy(work, name="Urgent and late", priority=Priority.URGENT, after=30)
    escalation.replan_all(crm)  # for the requests that are open already
    done = escalation.escalate(crm)  # every few minutes, by a scheduler
"""

from typing import TYPE_CHECKING

from crmcore.base.lazy import exports

if TYPE_CHECKING:
    from crmcore.escalation.actions import acknowledge, create_policy, edit_policy, policies, retire_policy
    from crmcore.escalation.entity import (
        Escalation,
        EscalationId,
        EscalationPolicy,
        EscalationPolicyId,
        EscalationStep,
        EscalationStepId,
        Recipient,
        Watched,
    )
    from crmcore.escalation.escalating import Escalated, escalate, replan_all
    from crmcore.escalation.lists import Notice, listing, mine, notice, of_request

__all__ = [
    "Escalated",
    "Escalation",
    "EscalationId",
    "EscalationPolicy",
    "EscalationPolicyId",
    "EscalationStep",
    "EscalationStepId",
    "Notice",
    "Recipient",
    "Watched",
    "acknowledge",
    "create_policy",
    "edit_policy",
    "escalate",
    "listing",
    "mine",
    "notice",
    "of_request",
    "policies",
    "replan_all",
    "retire_policy",
]

_HERE = "crmcore.escalation"
_ACTIONS = ("acknowledge", "create_policy", "edit_policy", "policies", "retire_policy")
_ENTITIES = (
    "Escalation",
    "EscalationId",
    "EscalationPolicy",
    "EscalationPolicyId",
    "EscalationStep",
    "EscalationStepId",
    "Recipient",
    "Watched",
)
__getattr__, __dir__ = exports(
    __name__,
    {
        **dict.fromkeys(_ACTIONS, f"{_HERE}.actions"),
        **dict.fromkeys(_ENTITIES, f"{_HERE}.entity"),
        **dict.fromkeys(("Escalated", "escalate", "replan_all"), f"{_HERE}.escalating"),
        **dict.fromkeys(("Notice", "listing", "mine", "notice", "of_request"), f"{_HERE}.lists"),
    },
)
