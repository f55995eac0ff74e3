"""Who sees escalations and policies (requirement X-SRV-05)."""

from typing import Final

from attrs import fields

from crmcore.access.actor import Actor
from crmcore.access.scope import Scope
from crmcore.escalation.entity import Escalation, EscalationPolicy
from crmcore.query import Condition, any_of, eq
from crmcore.service.rules import of_own_requests

__all__ = ["SCOPES"]


def _own(actor: Actor) -> Condition:
    return any_of(eq(fields(Escalation).recipient_user, actor.id), of_own_requests(fields(Escalation).request)(actor))


SCOPES: Final = (
    Scope(entity=EscalationPolicy, read=frozenset({"service.read_all", "service.configure"})),
    Scope(entity=Escalation, read=frozenset({"service.read"}), read_all=frozenset({"service.read_all"}), own=_own),
)
