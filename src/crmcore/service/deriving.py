"""What the core computes of a request: promises kept, when it is due next, what words find it (SVC-02, X-SRV-05)."""

import attrs

from crmcore.service.clock import next_due
from crmcore.service.entity import ServiceRequest
from crmcore.service.measuring import kept

__all__ = ["with_derived"]


def with_derived(request: ServiceRequest) -> ServiceRequest:
    """Answer a request with all of that, computed from everything else it says."""
    return attrs.evolve(kept(request), next_due_at=next_due(request), search_text=_search_text(request))


def _search_text(request: ServiceRequest) -> str:
    """A line each: number, customer's name and title; blanks within a line count as one."""
    return "\n".join(" ".join(line.split()) for line in (request.number, request.customer_name, request.title))
