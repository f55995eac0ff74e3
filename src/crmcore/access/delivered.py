"""The roles every CRM starts with (requirements RBA-01 to 04, chapter 8, X-SLF-01 to 03)."""

from typing import Final

import attrs

from crmcore.access.entity import (
    ACCOUNT_MANAGER,
    ADMINISTRATOR,
    CUSTOMER_CONTACT,
    EXECUTIVE,
    SALES_SUPERVISOR,
    Role,
    RoleId,
)
from crmcore.access.permissions import DELIVERED_ROLES
from crmcore.base.ids import fixed_id
from crmcore.base.text import key_of
from crmcore.i18n import Language

__all__ = [
    "ACCOUNT_MANAGER_ROLE",
    "ADMINISTRATOR_ROLE",
    "CUSTOMER_CONTACT_ROLE",
    "delivered_role_id",
    "delivered_roles",
]


@attrs.frozen
class _Words:
    name: str
    description: str


_WORDS: Final[dict[str, dict[Language, _Words]]] = {
    ADMINISTRATOR: {
        "zh": _Words("系统管理员", "管理用户、角色与权限，维护系统运行"),
        "en": _Words("System administrator", "Manages users, roles and rights; keeps the system running"),
    },
    ACCOUNT_MANAGER: {
        "zh": _Words("客户经理", "维护所负责的客户，创建销售机会，制定并执行客户开发计划"),
        "en": _Words("Account manager", "Looks after customers, records opportunities, plans and executes development"),
    },
    SALES_SUPERVISOR: {
        "zh": _Words("销售主管", "创建并指派销售机会，分析客户数据"),
        "en": _Words("Sales supervisor", "Records and dispatches opportunities, analyses customer data"),
    },
    EXECUTIVE: {
        "zh": _Words("高管", "审阅客户贡献、构成、服务与流失数据"),
        "en": _Words("Executive", "Reviews contribution, composition, service and churn data"),
    },
    CUSTOMER_CONTACT: {
        "zh": _Words("客户联系人", "在客户窗口提交请求、查看本单位请求的进展"),
        "en": _Words("Customer's contact", "Files requests in the customer window and follows those of his company"),
    },
}


def delivered_role_id(code: str) -> RoleId:
    """Answer the id of a delivered role: made from its code, so that it exists once even if two install at a time."""
    return RoleId(fixed_id(f"role:{code}", [*_WORDS].index(code)))


ADMINISTRATOR_ROLE: Final = delivered_role_id(ADMINISTRATOR)
ACCOUNT_MANAGER_ROLE: Final = delivered_role_id(ACCOUNT_MANAGER)
CUSTOMER_CONTACT_ROLE: Final = delivered_role_id(CUSTOMER_CONTACT)


def delivered_roles(language: Language = "zh") -> tuple[Role, ...]:
    """Make the delivered roles with names in a language; a company renames them and changes their rights freely."""
    made = ((code, _WORDS[code][language], permissions) for code, permissions in DELIVERED_ROLES.items())
    return tuple(
        Role(
            id=delivered_role_id(code),
            code=code,
            name=words.name,
            name_key=key_of(words.name),
            description=words.description,
            permissions=permissions,
            version=1,
        )
        for code, words, permissions in made
    )
