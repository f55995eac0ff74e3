"""What is agreed about service, and customer care, in the tables of who may do what: from X-SRV-01, 02, X-CAR, 9."""

import datetime as dt
from collections.abc import Callable
from typing import Any, Final

from company.agreements import ROUND_THE_CLOCK
from crmcore import agreements, care
from crmcore.agreements.entity import ServiceContract, ServiceTarget, StaffSkill
from crmcore.care.entity import CareActivity
from crmcore.storage.work import Work

__all__ = ["CALLS", "KINDS", "READING", "WITHOUT_TARGET", "WITH_TARGET"]

WITHOUT_TARGET: Final = """
action                              administrator manager supervisor executive

agreements.all_targets                       +          +        +         +
agreements.create_target                     +          P        +         P
agreements.contracts                         P          +        +         +
agreements.staff_files                       +          P        +         P
agreements.staff_file                        +          P        +         P
agreements.set_skill                         +          P        +         P
care.activities                           P          +        +         +
care.reminders                            P          +        +         +
care.overdue                              P          +        +         +
care.opinions                             P          +        +         +
"""
WITH_TARGET: Final = """
action                              administrator manager supervisor executive

agreements.edit_target                      ++N        PPP      ++N       PPP
agreements.retire_target                    ++N        PPP      ++N       PPP
agreements.restore_target                   ++N        PPP      ++N       PPP
agreements.create_contract                  PPP        +NN      ++N       PPP
agreements.contract_detail                  PPP        +NN      ++N       ++N
agreements.edit_contract                    PPP        +NN      ++N       PPP
agreements.end_contract                     PPP        +NN      ++N       PPP
agreements.contract_of                      PPP        +NN      ++N       ++N
agreements.remove_skill                     ++N        PPP      ++N       PPP
agreements.proposals                        PPP        PPP      ++N       PPP
care.detail                              PPP        +NN      ++N       ++N
care.plan                                PPP        +NN      PPP       PPP
care.edit                                PPP        +NN      PPP       PPP
care.complete                            PPP        +NN      PPP       PPP
care.cancel                              PPP        +NN      PPP       PPP
care.file_opinion                        PPP        +NN      PPP       PPP
care.process_opinion                     PPP        +NN      PPP       PPP
care.origin_of                           PPP        +NN      ++N       ++N
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
    return agreements.create_contract(work, customer=customer, title="t", starts_on=_DAY, ends_on=_DAY)


CALLS: Final[dict[str, tuple[str, Callable[[Work, Any], Any]]]] = {
    "agreements.all_targets": ("", lambda work, _: agreements.all_targets(work)),
    "agreements.create_target": (
        "",
        lambda work, _: agreements.create_target(work, name="n", calendar=ROUND_THE_CLOCK, resolve_within=1),
    ),
    "agreements.edit_target": ("service_target", lambda work, id_: agreements.edit_target(work, id_, risk_percent=1)),
    "agreements.retire_target": ("service_target", agreements.retire_target),
    "agreements.restore_target": ("service_target", agreements.restore_target),
    "agreements.contracts": ("", lambda work, _: agreements.contracts(work)),
    "agreements.create_contract": ("customer", _contract),
    "agreements.contract_detail": ("contract", agreements.contract_detail),
    "agreements.edit_contract": ("contract", lambda work, id_: agreements.edit_contract(work, id_, remark="r")),
    "agreements.end_contract": ("contract", agreements.end_contract),
    "agreements.contract_of": ("asked", agreements.contract_of),
    "agreements.staff_files": ("", lambda work, _: agreements.staff_files(work)),
    "agreements.staff_file": ("", lambda work, _: agreements.staff_file(work, "lihua")),
    "agreements.set_skill": ("", lambda work, _: agreements.set_skill(work, "lihua", type="complaint")),
    "agreements.remove_skill": ("skill", agreements.remove_skill),
    "agreements.proposals": ("asked", agreements.proposals),
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
    "care.file_opinion": (
        "heard",
        lambda work, id_: care.file_opinion(work, id_, type="complaint", title="t"),
    ),
    "care.process_opinion": ("heard", lambda work, id_: care.process_opinion(work, id_, "o")),
    "care.origin_of": ("asked", care.origin_of),
}
