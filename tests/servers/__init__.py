"""Real database servers for tests, benches and scripts: private, short-lived, no container needed.

Each server runs in its own process with its own temporary folder, listens on a Unix socket or the
loopback interface only, works as root and as an ordinary user, and ends together with the process
that started it, even when that process is killed.

::

    from servers import Databases

    with Databases() as databases:
        url = databases.make_url("postgresql")  # a fresh, empty database
"""

from servers.databases import DURABLE_KINDS, KINDS, Databases
from servers.mariadb import MariaServer
from servers.mongodb import MongoServer, RemoteMongo, mongo_for_tests
from servers.postgresql import PgServer
from servers.process import DatabaseServer, Server, ServerFailed, ServerMissing

__all__ = [
    "DURABLE_KINDS",
    "KINDS",
    "DatabaseServer",
    "Databases",
    "MariaServer",
    "MongoServer",
    "PgServer",
    "RemoteMongo",
    "Server",
    "ServerFailed",
    "ServerMissing",
    "mongo_for_tests",
]
