"""Every permission, where it stands in the menu tree, and which delivered role has it (chapters 1.2, 7, 8, 16).

A permission is a code, ``opportunity.dispatch``. ``….read`` shows a person's own records, ``….read_all`` all of them.
"""

from typing import Final

import attrs

from crmcore.access.entity import ACCOUNT_MANAGER, ADMINISTRATOR, CUSTOMER_CONTACT, EXECUTIVE, SALES_SUPERVISOR

__all__ = [
    "DELIVERED_ROLES",
    "KEYS",
    "MENU",
    "PERMISSIONS",
    "MenuEntry",
    "Permission",
    "known_permissions",
    "menu_for",
]


@attrs.frozen
class MenuEntry:
    """One folder or document of the menu tree; its label is ``menu.<code>`` in the catalogues."""

    code: str
    parent: str = ""


@attrs.frozen
class Permission:
    """One thing a role may allow; its label is ``permission.<code>`` in the catalogues."""

    code: str
    menu: str
    """Code of the menu document it belongs to; whoever has one of a document's permissions sees the document."""
    roles: frozenset[str] = frozenset()
    """Codes of the delivered roles that have it from the start."""


def _permission(code: str, menu: str, *roles: str) -> Permission:
    return Permission(code, menu, frozenset(roles))


MENU: Final = (
    MenuEntry("L01"),
    MenuEntry("L0101", "L01"),
    MenuEntry("L0102", "L01"),
    MenuEntry("L0103", "L01"),
    MenuEntry("L0104", "L01"),
    MenuEntry("L02"),
    MenuEntry("L0201", "L02"),
    MenuEntry("L0202", "L02"),
    MenuEntry("L0203", "L02"),
    MenuEntry("L0204", "L02"),
    MenuEntry("L03"),
    MenuEntry("L0301", "L03"),
    MenuEntry("L0302", "L03"),
    MenuEntry("L0303", "L03"),
    MenuEntry("L0304", "L03"),
    MenuEntry("L0305", "L03"),
    MenuEntry("L0306", "L03"),
    MenuEntry("L0307", "L03"),
    MenuEntry("L0308", "L03"),
    MenuEntry("L0309", "L03"),
    MenuEntry("L0310", "L03"),
    MenuEntry("L0311", "L03"),
    MenuEntry("L04"),
    MenuEntry("L0401", "L04"),
    MenuEntry("L0402", "L04"),
    MenuEntry("L0403", "L04"),
    MenuEntry("L0404", "L04"),
    MenuEntry("L0405", "L04"),
    MenuEntry("L05"),
    MenuEntry("L0501", "L05"),
    MenuEntry("L0502", "L05"),
    MenuEntry("L0503", "L05"),
    MenuEntry("L0504", "L05"),
    MenuEntry("L06"),
    MenuEntry("L0601", "L06"),
    MenuEntry("L0602", "L06"),
    MenuEntry("L0603", "L06"),
)
"""The modules and functions of requirement 1.2 that exist so far, in its order.

Beside those: L0103 sales process and forecast, L0104 sales targets, L0203 order history, L0204 import and export,
L0306 knowledge, L0307 surveys, L0308 service contracts, L0309 customer care, L0310 deadlines and escalation, L0311
customer window, L0504 parameters, L0603 audit trail.
"""

PERMISSIONS: Final = (
    _permission("opportunity.read", "L0101", ACCOUNT_MANAGER, SALES_SUPERVISOR),
    _permission("opportunity.read_all", "L0101", SALES_SUPERVISOR),
    _permission("opportunity.create", "L0101", ACCOUNT_MANAGER, SALES_SUPERVISOR),
    _permission("opportunity.edit", "L0101", ACCOUNT_MANAGER, SALES_SUPERVISOR),
    _permission("opportunity.delete", "L0101", ACCOUNT_MANAGER, SALES_SUPERVISOR),
    _permission("opportunity.dispatch", "L0101", SALES_SUPERVISOR),
    _permission("plan.read", "L0102", ACCOUNT_MANAGER, SALES_SUPERVISOR),
    _permission("plan.develop", "L0102", ACCOUNT_MANAGER),
    _permission("plan.develop_all", "L0102"),
    _permission("process.configure", "L0103", ADMINISTRATOR, SALES_SUPERVISOR),
    _permission("forecast.read", "L0103", ACCOUNT_MANAGER, SALES_SUPERVISOR, EXECUTIVE),
    _permission("forecast.read_all", "L0103", SALES_SUPERVISOR, EXECUTIVE),
    _permission("target.read", "L0104", ACCOUNT_MANAGER, SALES_SUPERVISOR, EXECUTIVE),
    _permission("target.read_all", "L0104", SALES_SUPERVISOR, EXECUTIVE),
    _permission("target.manage", "L0104", SALES_SUPERVISOR),
    _permission("customer.read", "L0201", ACCOUNT_MANAGER, SALES_SUPERVISOR, EXECUTIVE),
    _permission("customer.read_all", "L0201", SALES_SUPERVISOR, EXECUTIVE),
    _permission("customer.create", "L0201", ACCOUNT_MANAGER, SALES_SUPERVISOR),
    _permission("customer.edit", "L0201", ACCOUNT_MANAGER),
    _permission("customer.edit_all", "L0201"),
    _permission("customer.delete", "L0201", ACCOUNT_MANAGER),
    _permission("customer.hand_over", "L0201", SALES_SUPERVISOR),
    _permission("customer.merge", "L0201", SALES_SUPERVISOR),
    _permission("customer.group", "L0201", ACCOUNT_MANAGER, SALES_SUPERVISOR),
    _permission("churn.read", "L0202", ACCOUNT_MANAGER, SALES_SUPERVISOR, EXECUTIVE),
    _permission("churn.read_all", "L0202", SALES_SUPERVISOR, EXECUTIVE),
    _permission("churn.decide", "L0202", ACCOUNT_MANAGER),
    _permission("order.read", "L0203", ACCOUNT_MANAGER, SALES_SUPERVISOR, EXECUTIVE),
    _permission("order.read_all", "L0203", SALES_SUPERVISOR, EXECUTIVE),
    _permission("customer.import", "L0204", SALES_SUPERVISOR),
    _permission("customer.export", "L0204", SALES_SUPERVISOR),
    _permission("order.import", "L0204", SALES_SUPERVISOR),
    _permission("service.create", "L0301", ACCOUNT_MANAGER),
    _permission("service.edit", "L0301"),
    _permission("service.assign", "L0302", SALES_SUPERVISOR),
    _permission("service.delete", "L0302", SALES_SUPERVISOR),
    _permission("service.merge", "L0302", SALES_SUPERVISOR),
    _permission("service.handle", "L0303", ACCOUNT_MANAGER),
    _permission("service.feedback", "L0304", ACCOUNT_MANAGER),
    _permission("service.read", "L0305", ACCOUNT_MANAGER, SALES_SUPERVISOR, EXECUTIVE),
    _permission("service.read_all", "L0305", SALES_SUPERVISOR, EXECUTIVE),
    _permission("service.reopen", "L0305", ACCOUNT_MANAGER, SALES_SUPERVISOR),
    _permission("knowledge.read", "L0306", ACCOUNT_MANAGER, SALES_SUPERVISOR, EXECUTIVE),
    _permission("knowledge.write", "L0306", ACCOUNT_MANAGER, SALES_SUPERVISOR),
    _permission("knowledge.review", "L0306", SALES_SUPERVISOR),
    _permission("survey.read", "L0307", ACCOUNT_MANAGER, SALES_SUPERVISOR, EXECUTIVE),
    _permission("survey.read_all", "L0307", SALES_SUPERVISOR, EXECUTIVE),
    _permission("survey.invite", "L0307", ACCOUNT_MANAGER, SALES_SUPERVISOR),
    _permission("survey.manage", "L0307", SALES_SUPERVISOR),
    _permission("contract.read", "L0308", ACCOUNT_MANAGER, SALES_SUPERVISOR, EXECUTIVE),
    _permission("contract.read_all", "L0308", SALES_SUPERVISOR, EXECUTIVE),
    _permission("contract.manage", "L0308", ACCOUNT_MANAGER, SALES_SUPERVISOR),
    _permission("care.read", "L0309", ACCOUNT_MANAGER, SALES_SUPERVISOR, EXECUTIVE),
    _permission("care.read_all", "L0309", SALES_SUPERVISOR, EXECUTIVE),
    _permission("care.manage", "L0309", ACCOUNT_MANAGER),
    _permission("service.configure", "L0310", ADMINISTRATOR, SALES_SUPERVISOR),
    _permission("window.use", "L0311", CUSTOMER_CONTACT),
    _permission("window.invite", "L0311", ACCOUNT_MANAGER, SALES_SUPERVISOR),
    _permission("report.contribution", "L0401", SALES_SUPERVISOR, EXECUTIVE),
    _permission("report.composition", "L0402", SALES_SUPERVISOR, EXECUTIVE),
    _permission("report.service", "L0403", SALES_SUPERVISOR, EXECUTIVE),
    _permission("report.churn", "L0404", SALES_SUPERVISOR, EXECUTIVE),
    _permission("report.read", "L0405", SALES_SUPERVISOR, EXECUTIVE),
    _permission("report.export", "L0405", SALES_SUPERVISOR, EXECUTIVE),
    _permission("dictionary.manage", "L0501", ADMINISTRATOR),
    _permission("product.read", "L0502", ACCOUNT_MANAGER, SALES_SUPERVISOR, EXECUTIVE),
    _permission("stock.read", "L0503", ACCOUNT_MANAGER, SALES_SUPERVISOR, EXECUTIVE),
    _permission("parameter.manage", "L0504", ADMINISTRATOR),
    _permission("user.manage", "L0601", ADMINISTRATOR),
    _permission("role.manage", "L0602", ADMINISTRATOR),
    _permission("audit.read", "L0603", ADMINISTRATOR),
)
"""All permissions, in the order of the menu; ``plan.develop_all`` lets a supervisor plan for others (14.3, off)."""

DELIVERED_ROLES: Final[dict[str, tuple[str, ...]]] = {
    role: tuple(one.code for one in PERMISSIONS if role in one.roles)
    for role in (ADMINISTRATOR, ACCOUNT_MANAGER, SALES_SUPERVISOR, EXECUTIVE, CUSTOMER_CONTACT)
}
"""The permissions each delivered role starts with."""

KEYS: Final = frozenset({"user.manage", "role.manage"})
"""The permissions that decide about everybody's permissions; the administrator role never loses them."""


def known_permissions() -> frozenset[str]:
    """List the codes of all permissions."""
    return frozenset(one.code for one in PERMISSIONS)


def menu_for(permissions: frozenset[str]) -> tuple[MenuEntry, ...]:
    """Answer the part of the menu that somebody with these permissions sees (requirement RBA-13)."""
    documents = {one.menu for one in PERMISSIONS if one.code in permissions}
    folders = {entry.parent for entry in MENU if entry.code in documents}
    return tuple(entry for entry in MENU if entry.code in documents | folders)
