"""Escalation in the tables of who may do what (``test_matrix``): from X-SRV-05 and chapters 9 and 16."""

from collections.abc import Callable
from typing import Any, Final

from crmcore import escalation
from crmcore.escalation.entity import Escalation, EscalationPolicy, EscalationStep
from crmcore.escalation.escalating import escalate_due, replan_some
from crmcore.storage.work import Work

__all__ = ["CALLS", "KINDS", "READING", "TAKE_THE_CRM", "WITHOUT_TARGET", "WITH_TARGET"]

WITHOUT_TARGET: Final = """
action                              administrator manager supervisor executive

escalation.policies                       +          P        +         +
escalation.create_policy                  +          P        +         P
escalation.listing                        P          P        +         +
escalation.mine                           P          +        +         +
escalation.notice                         P          +        +         +
escalation.escalate_due                   P          P        P         P
escalation.replan_some                    P          P        P         P
"""
WITH_TARGET: Final = """
action                              administrator manager supervisor executive

escalation.edit_policy                   ++N        PPP      ++N       PPP
escalation.retire_policy                 ++N        PPP      ++N       PPP
escalation.of_request                    PPP        +NN      ++N       ++N
escalation.acknowledge                   PPP        +NN      ++N       +YN
"""
READING: Final = """
EscalationPolicy                         all         P        all       all
EscalationStep                            P          P         P         P
Escalation                                P         own       all       all
"""
"""Below the heading of the table it is added to."""
KINDS: Final[tuple[type[Any], ...]] = (EscalationPolicy, EscalationStep, Escalation)
TAKE_THE_CRM: Final = {"escalation.escalate", "escalation.replan_all"}
CALLS: Final[dict[str, tuple[str, Callable[[Work, Any], Any]]]] = {
    "escalation.policies": ("", lambda work, _: escalation.policies(work)),
    "escalation.create_policy": ("", lambda work, _: escalation.create_policy(work, name="n")),
    "escalation.listing": ("", lambda work, _: escalation.listing(work)),
    "escalation.mine": ("", lambda work, _: escalation.mine(work)),
    "escalation.notice": ("", lambda work, _: escalation.notice(work)),
    "escalation.escalate_due": ("", lambda work, _: escalate_due(work)),
    "escalation.replan_some": ("", lambda work, _: replan_some(work)),
    "escalation.edit_policy": ("policy", lambda work, id_: escalation.edit_policy(work, id_, after=1)),
    "escalation.retire_policy": ("policy", escalation.retire_policy),
    "escalation.of_request": ("late_request", escalation.of_request),
    "escalation.acknowledge": ("escalation", escalation.acknowledge),
}
