"""Opening a store reads the URL and nothing else; what is wrong with it is said without the password."""

import sys

import pytest

import crmcore
from crmcore.base.errors import BadUrl, MissingDriver
from crmcore.testing.samples import SCHEMAS
from crmcore_mongo import open_store
from crmcore_mongo.store import MongoStore
from crmcore_mongo.urls import PATIENCE_MS


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("mongodb://host", "mongodb://host/crm"),
        ("mongodb://host/", "mongodb://host/crm"),
        ("MongoDB://host/sales", "mongodb://host/sales"),
        ("mongodb://one:1,two:2/sales?replicaSet=rs0", "mongodb://one:1,two:2/sales"),
        ("mongodb://li%40hua:se%2Fcret@host/sales?authSource=a@b", "mongodb://host/sales"),
        ("mongodb+srv://lihua:secret@cluster.example.com/sales", "mongodb+srv://cluster.example.com/sales"),
        ("mongodb://[::1]:27017/sales", "mongodb://[::1]:27017/sales"),
    ],
)
def test_names_database_and_address(url: str, address: str) -> None:
    store = open_store(url, SCHEMAS)
    assert store.address == address
    assert store.database.name == address.rpartition("/")[2]
    store.close()
    store.close()


@pytest.mark.parametrize(
    "url",
    [
        "mongodb",
        "mongodb:/host",
        "mongodb://",
        "mongodb:///crm",
        "mongodb://host:port/crm",
        "mongodb://[::1/crm",
        "mongodb://host/my crm",
        "mongodb://host/crm.people",
        "mongodb://host/admin",
        "mongodb://host/local?authSource=admin",
        "mongodb://host/" + "客" * 22,
        "mongodb://host/crm?serverSelectionTimeoutMS=soon",
        "mongodb://host/crm?surprise=1",
        "mongodb://host/crm?replicaSet",
    ],
)
def test_refuses_what_it_cannot_read(url: str) -> None:
    with pytest.raises(BadUrl) as refused:
        open_store(url, SCHEMAS)
    assert refused.value.params["hint"]


@pytest.mark.parametrize(
    "url",
    [
        "mongodb://lihua:se/cret@host/crm",
        "mongodb://lihua:se@cret@host/crm",
        "mongodb://lihua:se?cret@host/crm",
        "mongodb://lihua:se:cret@host/crm",
        "mongodb://lihua:cret@host/crm?surprise=1",
        "mongodb://lihua:cret@host/c.r.m",
        "mongodb://lihua:cret@host/config",
    ],
)
def test_never_says_the_password(url: str) -> None:
    with pytest.raises(BadUrl) as refused:
        open_store(url, SCHEMAS)
    error: BaseException | None = refused.value
    while error is not None:
        assert "cret" not in repr(error)
        assert "cret" not in str(error)
        error = error.__cause__
    assert "host/c" in str(refused.value)


@pytest.mark.parametrize(
    "url", ["mongodb://lihua:se／cret@host/crm", "mongodb://lihua:se@cret@[::1", "mongodb://lihua:se?cret@host/crm"]
)
def test_the_core_does_not_say_it_either(url: str) -> None:
    with pytest.raises(BadUrl) as refused:
        crmcore.open(url)
    assert "cret" not in f"{refused.value} {refused.value!r} {refused.value.__cause__}"


def _patience(store: MongoStore) -> float:
    seconds = store.client.options.server_selection_timeout
    store.close()
    return seconds


def test_waits_as_long_as_the_url_says() -> None:
    assert _patience(open_store("mongodb://host", SCHEMAS)) == PATIENCE_MS / 1000
    assert _patience(open_store("mongodb://host/?SERVERSELECTIONTIMEOUTMS=250", SCHEMAS)) == 0.25


def test_decides_itself_what_the_port_depends_on() -> None:
    store = open_store("mongodb://host/?retryWrites=false&tz_aware=false&uuidRepresentation=javaLegacy&w=0", SCHEMAS)
    assert store.client.options.retry_writes is True
    assert store.database.codec_options.tz_aware is True
    assert store.database.codec_options.uuid_representation == 4
    assert store.database.write_concern.document == {"w": "majority", "j": True, "wtimeout": 10_000}
    store.close()


@pytest.mark.parametrize("package", ["pymongo", "bson", "cattrs"])
def test_names_what_to_install(package: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in sys.modules if name.startswith("crmcore_mongo.")]:
        monkeypatch.delitem(sys.modules, name)
    for name in [name for name in sys.modules if name.partition(".")[0] == package]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(MissingDriver) as missing:
        open_store("mongodb+srv://host", SCHEMAS)
    assert missing.value.params["scheme"] == "mongodb+srv"
    assert missing.value.params["package"] == package
    assert 'pip install "crmcore[mongo]"' in str(missing.value)
    assert 'pip install "crmcore[mongo]"' in missing.value.explain("zh")
