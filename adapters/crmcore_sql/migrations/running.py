"""Applies the revisions with Alembic; needs no configuration file and no shell."""

import threading
from typing import Final

import sqlalchemy as sa
from alembic import command
from alembic.config import Config

from crmcore_sql.keywords import number_rows
from crmcore_sql.migrations import NOTHING, REVISIONS, VERSION_TABLE, VERSIONS
from crmcore_sql.migrations.changes import Target
from crmcore_sql.migrations.frozen import changes_of, frozen_tables
from crmcore_sql.products import Product

__all__ = ["apply", "stamp", "upgrade"]

_ONE_AT_A_TIME: Final = threading.Lock()
"""Alembic's ``op`` and ``context`` are one for the whole process."""
_VERSION: Final = sa.Table(VERSION_TABLE, sa.MetaData(), sa.Column("version_num", sa.String(32), primary_key=True))


def stamp(connection: sa.Connection, revision: str) -> None:
    """Note that the tables are those of *revision*."""
    _VERSION.create(connection, checkfirst=True)
    connection.execute(sa.delete(_VERSION))
    connection.execute(sa.insert(_VERSION).values(version_num=revision))


def upgrade(connection: sa.Connection, product: Product, collation: str, to: str = REVISIONS[-1]) -> None:
    """Bring crmcore's own tables to revision *to*."""
    if sa.inspect(connection).has_table(VERSION_TABLE):  # to Alembic, nothing is no revision
        connection.execute(sa.delete(_VERSION).where(_VERSION.c.version_num == NOTHING))
    config = Config()
    config.set_main_option("script_location", str(VERSIONS.parent).replace("%", "%%"))
    config.attributes.update(connection=connection, target=Target(product, collation))
    with _ONE_AT_A_TIME:
        command.upgrade(config, to)
    number_rows(connection, product, frozen_tables(to).values())


def apply(revision: str) -> None:
    """Do a revision's changes to the database that is being upgraded; called by the revisions."""
    from alembic import context, op

    target: Target = context.config.attributes["target"]
    tables = dict(frozen_tables(REVISIONS[REVISIONS.index(revision) - 1]))
    for change in changes_of(revision):
        change.apply(op, tables, target)
        change.replay(tables)
