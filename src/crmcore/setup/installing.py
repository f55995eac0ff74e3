"""Makes a store ready for work: schema, delivered data, the first administrator."""

from typing import Final

import attrs
from attrs import fields

from crmcore.access.actions import create_first_administrator, edit_user
from crmcore.access.actor import SYSTEM
from crmcore.access.delivered import ADMINISTRATOR_ROLE
from crmcore.access.entity import User, Validity
from crmcore.access.rules import AdministratorExists
from crmcore.base.errors import SchemaMissing, SchemaNewer, SchemaOutdated
from crmcore.base.text import key_of
from crmcore.customers.upkeep import derive_all
from crmcore.i18n import Language
from crmcore.query import eq, has, query
from crmcore.service.upkeep import measure_all
from crmcore.setup.delivering import Delivered, deliver
from crmcore.storage.crm import Crm
from crmcore.storage.ports import SchemaState
from crmcore.storage.stores import open_crm
from crmcore.storage.work import Work

__all__ = ["Installed", "administrators", "install", "upgrade"]


@attrs.frozen
class Installed:
    """What :func:`install` or :func:`upgrade` found and did."""

    before: SchemaState
    """What the schema was before; it is current now."""
    delivered: Delivered
    administrator: User | None = None
    """The first administrator, if one was made just now."""

    @property
    def changed(self) -> bool:
        """Tell whether anything was done."""
        added = self.delivered.roles or self.delivered.entries or self.delivered.rights or self.administrator
        return self.before is not SchemaState.CURRENT or bool(added)


def install(crm: Crm | str, *, language: Language = "zh", administrator: str = "", password: str = "") -> Installed:
    """Prepare a store for work; doing it again changes nothing and keeps what the company has changed.

    Args:
        crm: An opened CRM (``crmcore.open(url, check=False)``), or a URL.
        language: Language of the delivered roles' names, and of what the administrator sees.
        administrator: User name of the first administrator; empty for none. One who is there under that name already
            is left as he is.
        password: His password, 8 to 128 characters.

    Raises:
        AdministratorExists: Another administrator is there.
        Invalid: Name or password is missing or breaks a constraint; nothing is delivered then.
        SchemaOutdated: An older version made the store; see :func:`upgrade`.
        SchemaNewer: A newer version made it.
    """
    if isinstance(crm, str):
        with open_crm(crm, check=False) as opened:
            return install(opened, language=language, administrator=administrator, password=password)
    before = _prepare(crm, allowed={SchemaState.MISSING, SchemaState.CURRENT})
    return crm.perform(_fill, before, language, administrator, password, as_user=SYSTEM)


def upgrade(crm: Crm | str, *, language: Language = "zh") -> Installed:
    """Bring a store that an older version made up to date, and add what this version delivers beyond that.

    Rights that are new in this version are given to the delivered roles, as long as the company has not changed what
    they may do: of those it has, the answer's ``delivered.withheld`` names the rights for an administrator to give.

    Args:
        crm: An opened CRM (``crmcore.open(url, check=False)``), or a URL.
        language: Language in which new roles are named.

    Raises:
        SchemaMissing: There is nothing to upgrade; see :func:`install`.
        SchemaNewer: A newer version made the store.
    """
    if isinstance(crm, str):
        with open_crm(crm, check=False) as opened:
            return upgrade(opened, language=language)
    before = _prepare(crm, allowed={SchemaState.OUTDATED, SchemaState.CURRENT})
    delivered = crm.perform(deliver, language=language, as_user=SYSTEM)
    derive_all(crm)
    measure_all(crm)
    return Installed(before, delivered)


def administrators(work: Work) -> list[User]:
    """Answer the valid administrators."""
    u = fields(User)
    wanted = query(User).where(eq(u.status, Validity.VALID), has(u.roles, ADMINISTRATOR_ROLE))
    return list(work.unscoped(User).find(wanted))


_ERRORS: Final = {
    SchemaState.MISSING: SchemaMissing,
    SchemaState.OUTDATED: SchemaOutdated,
    SchemaState.NEWER: SchemaNewer,
}


def _prepare(crm: Crm, *, allowed: set[SchemaState]) -> SchemaState:
    before = crm.store.state()
    if before not in allowed:
        raise _ERRORS[before](url=crm.store.info().get("address", ""))
    crm.store.prepare()
    return before


def _fill(work: Work, before: SchemaState, language: Language, administrator: str, password: str) -> Installed:
    delivered = deliver(work, language=language)
    made = _first_administrator(work, language, administrator, password) if administrator else None
    return Installed(before, delivered, made)


def _first_administrator(work: Work, language: Language, name: str, password: str) -> User | None:
    known = administrators(work)
    if any(one.name_key == key_of(name) for one in known):
        return None
    if known:
        raise AdministratorExists
    made = create_first_administrator(work, name=name, password=password)
    return edit_user(work, made.id, language=language)
