"""Keeps crmcore's records in SQLite, PostgreSQL, MariaDB or MySQL.

``open_store`` is what the entry points ``sqlite``, ``postgresql``, ``mysql`` and ``mariadb`` name. The package needs
``crmcore[sql]``, PostgreSQL also ``crmcore[postgresql]``, MariaDB and MySQL ``crmcore[mysql]``.

::

    sqlite:////var/lib/crm.db                              sqlite:///crm.db?synchronous=NORMAL
    postgresql://crm:secret@db.example.com/crm             postgresql://crm@/crm?host=/run/postgresql
    mariadb://crm:secret@db.example.com:3306/crm           mysql://crm@localhost/crm?unix_socket=/run/mysqld/mysqld.sock
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from crmcore.base.schema import EntitySchema

if TYPE_CHECKING:
    from crmcore_sql.store import SqlStore

__all__ = ["open_store"]


def open_store(url: str, schemas: Sequence[EntitySchema]) -> "SqlStore":
    """Open the store at *url* for these kinds of records; connects when first used.

    Raises:
        BadUrl: The URL can't be read, or asks for something SQL stores do not offer.
        MissingDriver: SQLAlchemy or the database's driver is not installed; names the extra that brings it.
    """
    from crmcore_sql.address import read_url

    address = read_url(url)
    address.check_packages()
    from crmcore_sql.opening import open_at

    return open_at(address, schemas)
