"""Who may do what: users, roles, permissions, passwords and log-in (requirements chapters 7 to 9).

Nearly all use cases are functions of a unit of work: ``access.create_user(work, …)``. Logging in and changing one's own
password are functions of the CRM, ``access.log_in(crm, …)``, since they need several units of work.
"""

from typing import TYPE_CHECKING

from crmcore.base.lazy import exports

if TYPE_CHECKING:
    from crmcore.access.actions import (
        choose_language,
        create_first_administrator,
        create_user,
        edit_user,
        restore_user,
        retire_user,
        set_password,
    )
    from crmcore.access.attempts import LogIn, session_is_current
    from crmcore.access.audit import audit_trail
    from crmcore.access.directory import account_managers, names
    from crmcore.access.entity import Role, RoleId, User, UserId, Validity
    from crmcore.access.lists import role, role_choices, roles, user, users
    from crmcore.access.passwords import PasswordHasher
    from crmcore.access.role_actions import (
        create_role,
        delete_role,
        edit_role,
        restore_role,
        retire_role,
        set_permissions,
    )
    from crmcore.access.signing_in import change_own_password, log_in

__all__ = [
    "LogIn",
    "PasswordHasher",
    "Role",
    "RoleId",
    "User",
    "UserId",
    "Validity",
    "account_managers",
    "audit_trail",
    "change_own_password",
    "choose_language",
    "create_first_administrator",
    "create_role",
    "create_user",
    "delete_role",
    "edit_role",
    "edit_user",
    "log_in",
    "names",
    "restore_role",
    "restore_user",
    "retire_role",
    "retire_user",
    "role",
    "role_choices",
    "roles",
    "session_is_current",
    "set_password",
    "set_permissions",
    "user",
    "users",
]

_HERE = "crmcore.access"
_NAMES = {
    "actions": (
        "choose_language",
        "create_first_administrator",
        "create_user",
        "edit_user",
        "restore_user",
        "retire_user",
        "set_password",
    ),
    "attempts": ("LogIn", "session_is_current"),
    "audit": ("audit_trail",),
    "directory": ("account_managers", "names"),
    "entity": ("Role", "RoleId", "User", "UserId", "Validity"),
    "lists": ("role", "role_choices", "roles", "user", "users"),
    "passwords": ("PasswordHasher",),
    "role_actions": ("create_role", "delete_role", "edit_role", "restore_role", "retire_role", "set_permissions"),
    "signing_in": ("change_own_password", "log_in"),
}
__getattr__, __dir__ = exports(
    __name__, {name: f"{_HERE}.{module}" for module, names in _NAMES.items() for name in names}
)
