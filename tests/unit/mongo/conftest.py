"""Stores in a MongoDB-wire server, and failpoints that make its commands fail on purpose."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import pymongo
import pytest
from pymongo import monitoring

from crmcore.testing.samples import SCHEMAS
from crmcore_mongo import open_store
from crmcore_mongo.store import MongoStore
from servers import MongoServer, RemoteMongo

FailCommand = Callable[..., AbstractContextManager[None]]
Sent = list[tuple[str, dict[str, Any]]]
Watch = Callable[[], AbstractContextManager[Sent]]


class _Listener(monitoring.CommandListener):
    """Known to every client made from now on; listens only while somebody asks."""

    def __init__(self) -> None:
        self.sent: Sent | None = None

    def started(self, event: monitoring.CommandStartedEvent) -> None:
        if self.sent is not None:
            self.sent.append((event.command_name, dict(event.command)))

    def succeeded(self, event: monitoring.CommandSucceededEvent) -> None:
        pass

    def failed(self, event: monitoring.CommandFailedEvent) -> None:
        pass


_listener = _Listener()
monitoring.register(_listener)


@pytest.fixture
def commands_sent() -> Watch:
    """Collect the commands that any client sends, as the driver reports them."""

    @contextmanager
    def watch() -> Iterator[Sent]:
        sent: Sent = []
        _listener.sent = sent
        try:
            yield sent
        finally:
            _listener.sent = None

    return watch


@pytest.fixture
def mongo_url(mongo_server: MongoServer | RemoteMongo) -> Iterator[str]:
    """The URL of an empty database."""
    url = mongo_server.create_database()
    yield url
    mongo_server.drop_database(url)


@pytest.fixture
def store(mongo_url: str) -> Iterator[MongoStore]:
    """A store with the sample schemas, prepared and empty."""
    store = open_store(mongo_url, SCHEMAS)
    store.prepare()
    yield store
    store.close()


@pytest.fixture
def fail_command(mongo_url: str) -> Iterator[FailCommand]:
    """Make the server answer commands with an error, a given number of times."""
    client: pymongo.MongoClient[dict[str, Any]] = pymongo.MongoClient(mongo_url)

    @contextmanager
    def fail(*commands: str, times: int = 1, **how: Any) -> Iterator[None]:
        data = {"failCommands": list(commands), **how}
        client.admin.command({"configureFailPoint": "failCommand", "mode": {"times": times}, "data": data})
        try:
            yield
        finally:
            client.admin.command({"configureFailPoint": "failCommand", "mode": "off"})

    yield fail
    client.close()
