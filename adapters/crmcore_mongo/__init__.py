"""Keeps a CRM in MongoDB: ``mongodb://host/crm`` or ``mongodb+srv://host/crm``.

The path names the database, ``crm`` if it is empty.

The server has to be a replica set or a sharded cluster, because only these have transactions.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from crmcore.base.errors import MissingDriver
from crmcore.base.schema import EntitySchema

if TYPE_CHECKING:
    from crmcore_mongo.store import MongoStore

__all__ = ["open_store"]


def open_store(url: str, schemas: Sequence[EntitySchema]) -> "MongoStore":
    """Open the database that *url* names; the server is first asked when something is read or written.

    Raises:
        BadUrl: The URL can't be read.
        MissingDriver: pymongo or cattrs is not installed.
    """
    try:
        from crmcore_mongo.store import MongoStore
    except ModuleNotFoundError as missing:
        raise MissingDriver(scheme=url.partition(":")[0], package=missing.name, extra="mongo") from missing
    return MongoStore(url, schemas)
