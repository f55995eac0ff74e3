"""A store in a SQL database: what SQLite, PostgreSQL and MariaDB have in common."""

import abc
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any, ClassVar

import sqlalchemy as sa

from crmcore.base.schema import EntitySchema
from crmcore.storage.ports import SchemaState
from crmcore_sql.address import Address
from crmcore_sql.mapping import Maps
from crmcore_sql.plans import Plans
from crmcore_sql.pool import Pool
from crmcore_sql.preparing import Preparation
from crmcore_sql.products import Product
from crmcore_sql.searching import SearchPlans
from crmcore_sql.session import SqlSession
from crmcore_sql.specs import table_of

__all__ = ["SqlStore"]


class SqlStore(abc.ABC):
    """Keeps records in tables; see :class:`crmcore.storage.ports.Store` for what every method promises."""

    product: ClassVar[Product]
    pool: Pool[Any]

    def __init__(self, address: Address, schemas: Sequence[EntitySchema]) -> None:
        """Know all kinds of records; connect to nothing yet."""
        self.address = address
        self.schemas = tuple(schemas)
        self.tables = tuple(table_of(schema) for schema in self.schemas)
        for table in self.tables:
            for column in table.columns:
                self.product.column_type(column)  # refuses what this product can't keep
        self.maps = Maps(self.schemas, self.product)
        self.plans = Plans(self.product, self.maps)
        self.searching = SearchPlans(self.product, self.maps, self.plans)

    @abc.abstractmethod
    def begin(self, *, write: bool) -> SqlSession:
        """Open a transaction."""

    @abc.abstractmethod
    def connect(self, *, create: bool = False) -> Any:
        """Open a connection of the driver; with *create* to a file that need not exist yet."""

    @abc.abstractmethod
    def fail(self, error: Any, *, committing: bool = False) -> Any:
        """Raise what an error of the driver means."""

    @abc.abstractmethod
    def alone(self, connection: sa.Connection) -> AbstractContextManager[None]:
        """Let nobody else prepare the store meanwhile; what is done within is committed at the end."""

    def collation(self, connection: sa.Connection) -> str:  # noqa: ARG002
        """Answer the server's name for order and equality by code point, if tables have to name it."""
        return ""

    @abc.abstractmethod
    def facts(self) -> Mapping[str, str]:
        """Say which product it is, and which version."""

    def state(self) -> SchemaState:
        """Compare the tables with this version's."""
        return Preparation(self).state()

    def prepare(self) -> None:
        """Create tables, or bring them up to date."""
        self.pool.empty()
        Preparation(self).prepare()

    def info(self) -> Mapping[str, str]:
        """Facts for the operator."""
        return {**self.facts(), "address": self.address.public, "schema": Preparation(self).revision() or ""}

    def close(self) -> None:
        """Give connections back."""
        self.pool.close()
