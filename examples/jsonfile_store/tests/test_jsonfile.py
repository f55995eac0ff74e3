"""The kit, through the entry point an application uses; and what only this store can get wrong."""

import json
from pathlib import Path

import pytest

from crmcore.base.errors import BadUrl, SchemaMissing, SchemaNewer, StoreError, Transient, Unavailable, UnknownOutcome
from crmcore.query import query
from crmcore.storage.ports import SchemaState
from crmcore.storage.stores import open_store as open_by_url
from crmcore.testing.differential import DifferentialKit
from crmcore.testing.kit import StoreKit
from crmcore.testing.samples import SCHEMAS, Mark, Sample, sample
from crmcore.testing.sessions import find, put
from crmcore_jsonfile import JsonFileStore, files, open_store


class TestPromise(StoreKit, DifferentialKit):
    """Every promise of the port, by example and by chance."""

    @pytest.fixture
    def store_url(self, tmp_path: Path) -> str:
        return f"jsonfile://{tmp_path.as_posix()}/crm data.json".replace(" ", "%20")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "crm.json"


@pytest.fixture
def store(path: Path) -> JsonFileStore:
    store = JsonFileStore(path, SCHEMAS)
    store.prepare()
    return store


def test_is_found_by_its_scheme(path: Path) -> None:
    assert isinstance(open_by_url(f"jsonfile://{path.as_posix()}", SCHEMAS), JsonFileStore)


@pytest.mark.parametrize("url", ["jsonfile://", "jsonfile://host/x.json", "jsonfile:///x/", "jsonfile:///x.json?a=1"])
def test_refuses_a_url_without_a_file(url: str) -> None:
    with pytest.raises(BadUrl):
        open_store(url, SCHEMAS)


def test_says_that_nothing_is_there(path: Path) -> None:
    store = JsonFileStore(path, SCHEMAS)
    assert store.state() is SchemaState.MISSING
    with pytest.raises(SchemaMissing):
        store.begin(write=False)
    with pytest.raises(SchemaMissing):
        store.begin(write=True)


def test_says_that_its_folder_is_not_there(path: Path) -> None:
    with pytest.raises(Unavailable):
        JsonFileStore(path / "nowhere" / "crm.json", SCHEMAS).prepare()
    with pytest.raises(Unavailable):
        JsonFileStore(path / "nowhere" / "crm.json", SCHEMAS).state()


def test_says_that_the_file_is_none_of_its_own(path: Path) -> None:
    path.write_text("not json")
    with pytest.raises(StoreError, match="is not JSON"):
        JsonFileStore(path, SCHEMAS).state()


def test_leaves_a_newer_file_alone(store: JsonFileStore) -> None:
    content = json.loads(store.path.read_text(encoding="utf-8"))
    store.path.write_text(json.dumps({**content, "format": 2}))
    assert store.state() is SchemaState.NEWER
    with pytest.raises(SchemaNewer):
        store.prepare()


def test_gives_older_records_the_fields_that_are_new(store: JsonFileStore) -> None:
    put(store, sample(1, note="kept"))
    content = json.loads(store.path.read_text(encoding="utf-8"))
    del content["records"]["sample"][0]["rank"], content["records"]["mark"]
    content["fields"]["sample"].remove("rank")
    store.path.write_text(json.dumps(content))
    assert store.state() is SchemaState.OUTDATED
    store.prepare()
    assert store.state() is SchemaState.CURRENT
    assert find(store, query(Sample)) == [sample(1, note="kept")]
    assert find(store, query(Mark)) == []


def test_keeps_the_old_file_when_the_disk_refuses(store: JsonFileStore, monkeypatch: pytest.MonkeyPatch) -> None:
    put(store, sample(1))
    before = store.path.read_bytes()

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(files.os, "fsync", full)
    with pytest.raises(Unavailable, match="No space left"):
        put(store, sample(2))
    monkeypatch.undo()
    assert store.path.read_bytes() == before
    put(store, sample(2))
    assert find(store, query(Sample)) == [sample(1), sample(2)]


def test_says_when_it_does_not_know(store: JsonFileStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """The new file is in its place, but its name may not be on disk yet."""
    synced: list[int] = []

    def folder_fails(file: int) -> None:
        synced.append(file)
        if len(synced) == 2:
            raise OSError(5, "Input/output error")

    monkeypatch.setattr(files.os, "fsync", folder_fails)
    with pytest.raises(UnknownOutcome):
        put(store, sample(1))


def test_tells_a_writer_who_waited_too_long_to_try_again(store: JsonFileStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "PATIENCE", 0.05)
    session = store.begin(write=True)
    with pytest.raises(Transient):
        store.begin(write=True)
    session.close()
    store.begin(write=True).close()
