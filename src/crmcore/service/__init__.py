"""Service: requests of customers from the first call to the archive (requirements chapter 4, 10.10).

::

    with crm.work(as_user="lihua") as work:
        asked = service.create(work, type="complaint", title="Wrong colour", customer=customer.id, request="…")
    crm.perform(service.assign, asked.id, to="wangwei", as_user="zhaomin")
    crm.perform(service.handle, asked.id, "Sent another one.", as_user="wangwei")
    crm.perform(service.feedback, asked.id, result="Arrived.", satisfaction=5, as_user="wangwei")
"""

from typing import TYPE_CHECKING

from crmcore.base.lazy import exports

if TYPE_CHECKING:
    from crmcore.service.actions import assign, create, delete, edit, feedback, handle
    from crmcore.service.agreed import (
        ContractState,
        ServiceContract,
        ServiceContractId,
        ServiceTarget,
        ServiceTargetId,
        StaffSkill,
        StaffSkillId,
    )
    from crmcore.service.clock import Deadline, DeadlineState
    from crmcore.service.contract_actions import create_contract, edit_contract, end_contract
    from crmcore.service.contract_lists import ContractDetail, contract_detail, contract_of, contracts
    from crmcore.service.entity import (
        OPEN,
        Priority,
        RequestAttachment,
        RequestAttachmentId,
        RequestMerge,
        RequestMergeId,
        RequestMergeState,
        RequestNote,
        RequestNoteId,
        ServiceRequest,
        ServiceRequestId,
        ServiceRound,
        ServiceRoundId,
        ServiceStatus,
    )
    from crmcore.service.lists import (
        RequestDetail,
        RequestFilter,
        archive,
        creation,
        detail,
        for_assignment,
        for_feedback,
        for_handling,
        overdue,
    )
    from crmcore.service.merges import merge, merges_of, undo_merge
    from crmcore.service.proposing import Proposal, Reason
    from crmcore.service.skill_actions import StaffFile, proposals, remove_skill, set_skill, staff_files
    from crmcore.service.target_actions import all_targets, create_target, edit_target, restore_target, retire_target
    from crmcore.service.treatment import attach, go_on, hand_over, note, reopen, wait_for_customer

__all__ = [
    "OPEN",
    "ContractDetail",
    "ContractState",
    "Deadline",
    "DeadlineState",
    "Priority",
    "Proposal",
    "Reason",
    "RequestAttachment",
    "RequestAttachmentId",
    "RequestDetail",
    "RequestFilter",
    "RequestMerge",
    "RequestMergeId",
    "RequestMergeState",
    "RequestNote",
    "RequestNoteId",
    "ServiceContract",
    "ServiceContractId",
    "ServiceRequest",
    "ServiceRequestId",
    "ServiceRound",
    "ServiceRoundId",
    "ServiceStatus",
    "ServiceTarget",
    "ServiceTargetId",
    "StaffFile",
    "StaffSkill",
    "StaffSkillId",
    "all_targets",
    "archive",
    "assign",
    "attach",
    "contract_detail",
    "contract_of",
    "contracts",
    "create",
    "create_contract",
    "create_target",
    "creation",
    "delete",
    "detail",
    "edit",
    "edit_contract",
    "edit_target",
    "end_contract",
    "feedback",
    "for_assignment",
    "for_feedback",
    "for_handling",
    "go_on",
    "hand_over",
    "handle",
    "merge",
    "merges_of",
    "note",
    "overdue",
    "proposals",
    "remove_skill",
    "reopen",
    "restore_target",
    "retire_target",
    "set_skill",
    "staff_files",
    "undo_merge",
    "wait_for_customer",
]

_HOMES: dict[str, tuple[str, ...]] = {
    "agreed": (
        "ContractState",
        "ServiceContract",
        "ServiceContractId",
        "ServiceTarget",
        "ServiceTargetId",
        "StaffSkill",
        "StaffSkillId",
    ),
    "contract_actions": ("create_contract", "edit_contract", "end_contract"),
    "contract_lists": ("ContractDetail", "contract_detail", "contract_of", "contracts"),
    "proposing": ("Proposal", "Reason"),
    "skill_actions": ("StaffFile", "proposals", "remove_skill", "set_skill", "staff_files"),
    "target_actions": ("all_targets", "create_target", "edit_target", "restore_target", "retire_target"),
    "actions": ("assign", "create", "delete", "edit", "feedback", "handle"),
    "clock": ("Deadline", "DeadlineState"),
    "entity": (
        "OPEN",
        "Priority",
        "RequestAttachment",
        "RequestAttachmentId",
        "RequestMerge",
        "RequestMergeId",
        "RequestMergeState",
        "RequestNote",
        "RequestNoteId",
        "ServiceRequest",
        "ServiceRequestId",
        "ServiceRound",
        "ServiceRoundId",
        "ServiceStatus",
    ),
    "lists": (
        "RequestDetail",
        "RequestFilter",
        "archive",
        "creation",
        "detail",
        "for_assignment",
        "for_feedback",
        "for_handling",
        "overdue",
    ),
    "merges": ("merge", "merges_of", "undo_merge"),
    "treatment": ("attach", "go_on", "hand_over", "note", "reopen", "wait_for_customer"),
}
__getattr__, __dir__ = exports(
    __name__,
    {name: f"crmcore.service.{module}" for module, names in _HOMES.items() for name in names},
)
