"""What the core computes of a request: when it is due next, and what words find it (requirements SVC-02, X-SRV-05)."""

import attrs

from crmcore.service.clock import next_due
from crmcore.service.entity import ServiceRequest

__all__ = ["with_derived"]


def with_derived(request: ServiceRequest) -> ServiceRequest:
    """Answer a request with when it is due next and its search text, computed from everything else it says."""
    return attrs.evolve(request, next_due_at=next_due(request), search_text=_search_text(request))


def _search_text(request: ServiceRequest) -> str:
    """A line each: number, customer's name and title; blanks within a line count as one."""
    return "\n".join(" ".join(line.split()) for line in (request.number, request.customer_name, request.title))
