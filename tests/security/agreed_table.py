"""What is agreed about service, and customer care, in the tables of who may do what: from X-SRV-01, 02, X-CAR, 9."""

import datetime as dt
from collections.abc import Callable
from typing import Any, Final

from company.agreements import ROUND_THE_CLOCK
from crmcore import care, service
from crmcore.care.entity import CareActivity
from crmcore.service.agreed import ServiceContract, ServiceTarget, StaffSkill
from crmcore.storage.work import Work

__all__ = ["CALLS", "KINDS", "READING", "WITHOUT_TARGET", "WITH_TARGET"]

WITHOUT_TARGET: Final = """
action                              administrator manager supervisor executive

service.all_targets                       +          +        +         +
service.create_target                     +          P        +         P
service.contracts                         P          +        +         +
service.staff_files                       +          P        +         P
service.set_skill                         +          P        +         P
care.activities                           P          +        +         +
care.reminders                            P          +        +         +
care.overdue                              P          +        +         +
care.opinions                             P          +        +         +
"""
WITH_TARGET: Final = """
action                              administrator manager supervisor executive

service.edit_target                      ++N        PPP      ++N       PPP
service.retire_target                    ++N        PPP      ++N       PPP
service.restore_target                   ++N        PPP      ++N       PPP
service.create_contract                  PPP        +NN      ++N       PPP
service.contract_detail                  PPP        +NN      ++N       ++N
service.edit_contract                    PPP        +NN      ++N       PPP
service.end_contract                     PPP        +NN      ++N       PPP
service.contract_of                      PPP        +NN      ++N       ++N
service.remove_skill                     ++N        PPP      ++N       PPP
service.proposals                        PPP        PPP      ++N       PPP
care.detail                              PPP        +NN      ++N       ++N
care.plan                                PPP        +NN      PPP       PPP
care.edit                                PPP        +NN      PPP       PPP
care.complete                            PPP        +NN      PPP       PPP
care.cancel                              PPP        +NN      PPP       PPP
"""
READING: Final = """
ServiceTarget                            all        all      all       all
ServiceContract                           P         own      all       all
StaffSkill                               all         P       all       all
CareActivity                              P         own      all       all
"""
"""Below the heading of the table it is added to."""
KINDS: Final[tuple[type[Any], ...]] = (ServiceTarget, ServiceContract, StaffSkill, CareActivity)
_DAY: Final = dt.date(2026, 3, 10)


def _contract(work: Work, customer: Any) -> Any:
    return service.create_contract(work, customer=customer, title="t", starts_on=_DAY, ends_on=_DAY)


CALLS: Final[dict[str, tuple[str, Callable[[Work, Any], Any]]]] = {
    "service.all_targets": ("", lambda work, _: service.all_targets(work)),
    "service.create_target": (
        "",
        lambda work, _: service.create_target(work, name="n", calendar=ROUND_THE_CLOCK, resolve_within=1),
    ),
    "service.edit_target": ("service_target", lambda work, id_: service.edit_target(work, id_, risk_percent=1)),
    "service.retire_target": ("service_target", service.retire_target),
    "service.restore_target": ("service_target", service.restore_target),
    "service.contracts": ("", lambda work, _: service.contracts(work)),
    "service.create_contract": ("customer", _contract),
    "service.contract_detail": ("contract", service.contract_detail),
    "service.edit_contract": ("contract", lambda work, id_: service.edit_contract(work, id_, remark="r")),
    "service.end_contract": ("contract", service.end_contract),
    "service.contract_of": ("asked", service.contract_of),
    "service.staff_files": ("", lambda work, _: service.staff_files(work)),
    "service.set_skill": ("", lambda work, _: service.set_skill(work, "lihua", type="complaint")),
    "service.remove_skill": ("skill", service.remove_skill),
    "service.proposals": ("asked", service.proposals),
    "care.activities": ("", lambda work, _: care.activities(work)),
    "care.reminders": ("", lambda work, _: care.reminders(work)),
    "care.overdue": ("", lambda work, _: care.overdue(work)),
    "care.opinions": ("", lambda work, _: care.opinions(work)),
    "care.detail": ("care", care.detail),
    "care.plan": (
        "customer",
        lambda work, id_: care.plan(work, id_, kind="visit", content="c", planned_on=_DAY),
    ),
    "care.edit": ("care", lambda work, id_: care.edit(work, id_, content="n")),
    "care.complete": ("care", lambda work, id_: care.complete(work, id_, result="r")),
    "care.cancel": ("care", care.cancel),
}
