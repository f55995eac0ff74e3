"""Agreements on service: deadlines, contracts with customers, and what members of staff are good at (X-SRV-01, 02).

::

    gold = crm.perform(agreements.create_target, name="Gold", calendar=office.id, respond_within=30, as_user="zhaomin")
    term = {"starts_on": dt.date(2026, 1, 1), "ends_on": dt.date(2026, 12, 31)}
    crm.perform(agreements.create_contract, customer=customer.id, title="Care", target=gold.id, **term, as_user="lihua")
    for one in crm.perform(agreements.proposals, request.id, as_user="zhaomin"):
        print(one.user, one.why)
"""

from typing import TYPE_CHECKING

from crmcore.base.lazy import exports

if TYPE_CHECKING:
    from crmcore.agreements.contract_actions import create_contract, edit_contract, end_contract
    from crmcore.agreements.contract_lists import ContractDetail, contract_detail, contract_of, contracts
    from crmcore.agreements.entity import (
        ContractState,
        ServiceContract,
        ServiceContractId,
        ServiceTarget,
        ServiceTargetId,
        StaffSkill,
        StaffSkillId,
    )
    from crmcore.agreements.proposing import Proposal, Reason
    from crmcore.agreements.skill_actions import StaffFile, proposals, remove_skill, set_skill, staff_file, staff_files
    from crmcore.agreements.target_actions import all_targets, create_target, edit_target, restore_target, retire_target

__all__ = [
    "ContractDetail",
    "ContractState",
    "Proposal",
    "Reason",
    "ServiceContract",
    "ServiceContractId",
    "ServiceTarget",
    "ServiceTargetId",
    "StaffFile",
    "StaffSkill",
    "StaffSkillId",
    "all_targets",
    "contract_detail",
    "contract_of",
    "contracts",
    "create_contract",
    "create_target",
    "edit_contract",
    "edit_target",
    "end_contract",
    "proposals",
    "remove_skill",
    "restore_target",
    "retire_target",
    "set_skill",
    "staff_file",
    "staff_files",
]

_HOMES: dict[str, tuple[str, ...]] = {
    "contract_actions": (
        "create_contract",
        "edit_contract",
        "end_contract",
    ),
    "contract_lists": (
        "ContractDetail",
        "contract_detail",
        "contract_of",
        "contracts",
    ),
    "entity": (
        "ContractState",
        "ServiceContract",
        "ServiceContractId",
        "ServiceTarget",
        "ServiceTargetId",
        "StaffSkill",
        "StaffSkillId",
    ),
    "proposing": (
        "Proposal",
        "Reason",
    ),
    "skill_actions": (
        "StaffFile",
        "proposals",
        "remove_skill",
        "set_skill",
        "staff_file",
        "staff_files",
    ),
    "target_actions": (
        "all_targets",
        "create_target",
        "edit_target",
        "restore_target",
        "retire_target",
    ),
}
__getattr__, __dir__ = exports(
    __name__,
    {name: f"crmcore.agreements.{module}" for module, names in _HOMES.items() for name in names},
)
