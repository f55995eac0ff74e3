"""A CRM as a library: entities, rules, use cases and statistics in pure Python, on the store of your choice.

::

    import crmcore
    from crmcore import opportunities

    crm = crmcore.open("sqlite:///crm.db")
    with crm.work(as_user="lihua") as work:  # one transaction
        chance = opportunities.create(work, customer_name="北京华建", title="…", success_rate=60, description="…")

Importing this package needs attrs only and loads next to nothing: subjects are loaded when they are first named.
"""

from typing import TYPE_CHECKING, Final

from crmcore.base.lazy import exports

if TYPE_CHECKING:
    from crmcore import access, customers, dictionary, opportunities, setup
    from crmcore.access.actor import SYSTEM
    from crmcore.base.errors import (
        Conflict,
        Contention,
        CrmError,
        Invalid,
        NotFound,
        Problem,
        Refused,
        StoreError,
        Transient,
    )
    from crmcore.storage.action import action, registered
    from crmcore.storage.crm import Crm
    from crmcore.storage.history import as_of, history
    from crmcore.storage.outbox import relay
    from crmcore.storage.sealing import broken_seals, seal
    from crmcore.storage.stores import open_crm as open  # noqa: A004
    from crmcore.storage.work import Work

__all__ = [
    "SYSTEM",
    "Conflict",
    "Contention",
    "Crm",
    "CrmError",
    "Invalid",
    "NotFound",
    "Problem",
    "Refused",
    "StoreError",
    "Transient",
    "Work",
    "__version__",
    "access",
    "action",
    "as_of",
    "broken_seals",
    "customers",
    "dictionary",
    "history",
    "open",
    "opportunities",
    "registered",
    "relay",
    "seal",
    "setup",
]

__version__: Final = "0.1.0"

_HOMES: Final = {
    "SYSTEM": "crmcore.access.actor",
    "Crm": "crmcore.storage.crm",
    "Work": "crmcore.storage.work",
    "action": "crmcore.storage.action",
    "open": "crmcore.storage.stores:open_crm",
    "registered": "crmcore.storage.action",
    "as_of": "crmcore.storage.history",
    "history": "crmcore.storage.history",
    "relay": "crmcore.storage.outbox",
    "broken_seals": "crmcore.storage.sealing",
    "seal": "crmcore.storage.sealing",
    **{name: f"crmcore.{name}" for name in ("access", "customers", "dictionary", "opportunities", "setup")},
    **dict.fromkeys(
        (
            "Conflict",
            "Contention",
            "CrmError",
            "Invalid",
            "NotFound",
            "Problem",
            "Refused",
            "StoreError",
            "Transient",
        ),
        "crmcore.base.errors",
    ),
}
__getattr__, __dir__ = exports(__name__, _HOMES)
