"""Applies the revisions with Alembic; needs no configuration file and no shell."""

import threading
from typing import Any, Final

import sqlalchemy as sa
from alembic.config import Config
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from crmcore_sql.migrations import NOTHING, REVISIONS, VERSION_TABLE, VERSIONS
from crmcore_sql.migrations.changes import Change, Target
from crmcore_sql.products import Product
from crmcore_sql.specs import Table

__all__ = ["apply", "stamp", "upgrade"]

_ONE_AT_A_TIME: Final = threading.Lock()
"""Alembic's ``op`` is one for the whole process."""


def stamp(connection: sa.Connection, revision: str) -> None:
    """Note that the tables are those of *revision*."""
    metadata = sa.MetaData()
    version = sa.Table(VERSION_TABLE, metadata, sa.Column("version_num", sa.String(32), primary_key=True))
    metadata.create_all(connection, checkfirst=True)
    connection.execute(sa.delete(version))
    connection.execute(sa.insert(version).values(version_num=revision))


def upgrade(connection: sa.Connection, product: Product, collation: str, to: str = REVISIONS[-1]) -> None:
    """Bring crmcore's own tables to revision *to*."""
    known = sa.inspect(connection).has_table(VERSION_TABLE)
    if known:
        connection.execute(sa.text(f"DELETE FROM {VERSION_TABLE} WHERE version_num = '{NOTHING}'"))  # noqa: S608
    config = Config()
    config.set_main_option("script_location", str(VERSIONS.parent).replace("%", "%%"))
    config.attributes["target"] = Target(product, collation)
    scripts = ScriptDirectory.from_config(config)
    context = MigrationContext.configure(
        connection,
        opts={
            "version_table": VERSION_TABLE,
            "fn": lambda revision, _: scripts._upgrade_revs(to, revision),  # noqa: SLF001  # as Alembic's own command does
            "script": scripts,
            "transaction_per_migration": True,
            "config": config,
        },
    )
    with _ONE_AT_A_TIME, Operations.context(context):
        context.run_migrations()


def apply(changes: tuple[Change, ...], before: dict[str, Table]) -> None:
    """Do a revision's changes to the database that is being upgraded; called by the revisions."""
    from alembic import op

    config: Any = op.get_context().opts["config"]
    target: Target = config.attributes["target"]
    tables = dict(before)
    for change in changes:
        change.apply(op, tables, target)
        change.replay(tables)
