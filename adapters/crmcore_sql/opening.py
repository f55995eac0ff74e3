"""Chooses the store for an address; loads only the driver it needs."""

from collections.abc import Sequence

from crmcore.base.schema import EntitySchema
from crmcore_sql.address import Address
from crmcore_sql.store import SqlStore

__all__ = ["open_at"]


def open_at(address: Address, schemas: Sequence[EntitySchema]) -> SqlStore:
    """Open the store at *address* for these kinds of records."""
    match address.product:
        case "sqlite":
            from crmcore_sql.sqlite import SqliteStore

            return SqliteStore(address, schemas)
        case "postgresql":
            from crmcore_sql.postgresql import PostgresqlStore

            return PostgresqlStore(address, schemas)
        case _:
            from crmcore_sql.mariadb import MariadbStore

            return MariadbStore(address, schemas)
