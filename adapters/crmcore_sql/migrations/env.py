"""What Alembic runs to upgrade: the connection is the one that ``running.upgrade`` hands over."""

from alembic import context

from crmcore_sql.migrations import VERSION_TABLE

context.configure(connection=context.config.attributes["connection"], version_table=VERSION_TABLE)
with context.begin_transaction():
    context.run_migrations()
