"""What may not be done with a request, and why (requirements chapter 4, X-SRV-09)."""

from crmcore.base.errors import Refused

__all__ = [
    "CustomerNotActive",
    "HasAbsorbed",
    "NotArchived",
    "NotAssigned",
    "NotHandled",
    "NotNew",
    "NotTheAssignee",
    "NotTheHandler",
    "NotTheManagerOfCustomer",
    "OtherCustomer",
    "ReopenedTooLate",
    "RequestArchived",
    "SameRequest",
    "StepNotUsed",
]


class CustomerNotActive(Refused):
    """Requests are filed for customers who are neither lost nor deleted (requirement 4.2)."""

    code = "service.customer_not_active"


class NotTheManagerOfCustomer(Refused):
    """An account manager files requests of his own customers (requirement 4.2, chapter 9)."""

    code = "service.not_the_manager"


class NotNew(Refused):
    """Somebody has been given the request; it is neither assigned for the first time nor deleted any more."""

    code = "service.not_new"


class NotAssigned(Refused):
    """The request is handled by whom it has been assigned to, and by nobody before that."""

    code = "service.not_assigned"


class HasAbsorbed(Refused):
    """Another request was merged into this one; what belongs to it would be gone. That merge has to be undone first."""

    code = "service.has_absorbed"


class NotHandled(Refused):
    """The customer is asked whether he is satisfied when his request has been handled."""

    code = "service.not_handled"


class RequestArchived(Refused):
    """The request is archived; nothing about it changes any more (requirement 4.2)."""

    code = "service.archived"


class NotTheAssignee(Refused):
    """Only the account manager it was assigned to treats a request (requirement 4.2)."""

    code = "service.not_the_assignee"


class NotTheHandler(Refused):
    """Only the account manager who handled a request records what the customer says (requirement SVC-05)."""

    code = "service.not_the_handler"


class NotArchived(Refused):
    """Only a request that was archived is opened again."""

    code = "service.not_archived"


class ReopenedTooLate(Refused):
    """The time in which an archived request may be opened again is over; file a new one."""

    code = "service.reopened_too_late"


class SameRequest(Refused):
    """A request can't be merged with itself."""

    code = "service.merge_same"


class OtherCustomer(Refused):
    """Only requests of the same customer can say the same."""

    code = "service.merge_other_customer"


class StepNotUsed(Refused):
    """The company has decided not to use this step (requirement X-SRV-09)."""

    code = "service.step_not_used"
