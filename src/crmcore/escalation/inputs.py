"""What people give to keep escalation policies; sizes and meaning are those of the entity."""

from typing import NotRequired, Required, TypedDict

from crmcore.access.entity import UserId
from crmcore.escalation.entity import Recipient, Watched
from crmcore.service.entity import Priority

__all__ = ["PolicyChanges", "PolicyFields"]


class PolicyChanges(TypedDict, total=False):
    """What may change about a policy."""

    name: str
    watched: Watched
    after: int
    type: str
    priority: Priority | None
    recipient: Recipient
    user: UserId | None


class PolicyFields(TypedDict):
    """What somebody gives to make a policy."""

    name: Required[str]
    watched: NotRequired[Watched]
    after: NotRequired[int]
    type: NotRequired[str]
    priority: NotRequired[Priority | None]
    recipient: NotRequired[Recipient]
    user: NotRequired[UserId | None]
