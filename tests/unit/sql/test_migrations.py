"""Tables are brought up to date, and are the same whichever way they came to be."""

import importlib.util
import multiprocessing
import sys
import threading
from pathlib import Path
from types import ModuleType
from typing import Any

import attrs
import pytest
import sqlalchemy as sa

from crmcore.base.errors import SchemaNewer, SchemaOutdated
from crmcore.base.schema import describe
from crmcore.query import query
from crmcore.storage.ports import SchemaState
from crmcore.subjects import ENTITIES
from crmcore.testing.samples import SCHEMAS, Mark, Sample, sample
from crmcore.testing.sessions import put, reading
from crmcore_sql import migrations, open_store
from crmcore_sql.migrations import NOTHING, REVISIONS, VERSION_TABLE, frozen, make, running
from crmcore_sql.migrations.changes import AddColumn
from crmcore_sql.migrations.frozen import frozen_tables
from crmcore_sql.preparing import Preparation
from crmcore_sql.specs import Column, Index, Table, table_of
from crmcore_sql.tables import make_tables
from unit.sql.tables_seen import tables_of

OWN = tuple(describe(cls) for cls in ENTITIES)


def _stamp(store: Any, revision: str) -> None:
    with Preparation(store)._connection() as connection, store.alone(connection):
        running.stamp(connection, revision)


def test_the_last_revision_is_what_the_entities_say() -> None:
    """If this fails, an entity has changed: ``python -m crmcore_sql.migrations.make "What changes"``."""
    wanted = {table.name: table for table in map(table_of, OWN)}
    assert list(make.differences(frozen_tables(), wanted)) == []
    added = {
        (change.table, change.column.name)
        for revision in REVISIONS[1:]
        for change in frozen.changes_of(revision)
        if isinstance(change, AddColumn)
    }
    for name, table in frozen_tables().items():  # what a later revision adds stands behind
        columns = [column.name for column in wanted[name].columns]
        later = [one for one in columns if (name, one) in added]
        first = [one for one in columns if one not in later]
        assert [column.name for column in table.columns][: len(first)] == first
        assert {column.name for column in table.columns} == {*columns}


def test_upgrading_and_creating_give_the_same_tables(sql_url: str, opened: Any) -> None:
    store = opened(sql_url, OWN, prepare=False)
    with Preparation(store)._connection(create=True) as connection, store.alone(connection):
        running.upgrade(connection, store.product, store.collation(connection))
    assert store.state() is SchemaState.CURRENT
    upgraded = tables_of(store)
    with Preparation(store)._connection() as connection, store.alone(connection):
        reflected = sa.MetaData()
        reflected.reflect(connection)
        reflected.drop_all(connection)
    assert store.state() is SchemaState.MISSING
    with Preparation(store)._connection() as connection, store.alone(connection):
        make_tables(store.tables, store.product, store.collation(connection)).create_all(connection)
    assert tables_of(store) == upgraded
    assert upgraded.keys() == frozen_tables().keys()


def test_a_store_whose_preparation_was_cut_short_is_prepared_anew(sql_url: str, opened: Any) -> None:
    """Where tables are made one by one: some are there, one has not all its indexes yet."""
    store = opened(sql_url, OWN)
    whole = tables_of(store)
    with Preparation(store)._connection() as connection, store.alone(connection):
        reflected = sa.MetaData()
        reflected.reflect(connection)
        for name in (VERSION_TABLE, "outbox_message", "opportunity"):
            reflected.tables[name].drop(connection)
        for index in reflected.tables["user"].indexes:
            index.drop(connection)
    assert tables_of(store) != whole
    assert store.state() is SchemaState.MISSING
    store.prepare()
    assert store.state() is SchemaState.CURRENT
    assert tables_of(store) == whole


def _is_no_keyword_table(name: str | None, kind: str, _parents: object) -> bool:
    return kind != "table" or "_fragments" not in str(name)


def test_alembic_finds_nothing_to_add(sql_url: str, opened: Any) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    store = opened(sql_url, OWN)
    with Preparation(store)._connection() as connection:
        opts = {"version_table": VERSION_TABLE, "compare_type": True, "include_name": _is_no_keyword_table}
        context = MigrationContext.configure(connection, opts=opts)
        metadata = make_tables(store.tables, store.product, store.collation(connection))
        assert compare_metadata(context, metadata) == []


def test_states(sql_url: str, opened: Any) -> None:
    store = opened(sql_url, (*OWN, *SCHEMAS), prepare=False)
    assert store.state() is SchemaState.MISSING
    store.prepare()
    assert store.state() is SchemaState.CURRENT
    assert store.info()["schema"] == REVISIONS[-1]
    store.prepare()
    put(store, sample(1))
    _stamp(store, "9999")
    assert store.state() is SchemaState.NEWER
    before = tables_of(store)
    with pytest.raises(SchemaNewer):
        store.prepare()
    assert tables_of(store) == before
    with reading(store) as session:
        assert session.count(query(Sample)) == 1


def test_a_store_of_other_records_only_has_none_of_ours(sql_url: str, opened: Any) -> None:
    store = opened(sql_url)
    assert store.info()["schema"] == NOTHING
    put(store, sample(1))
    both = opened(sql_url, (*OWN, *SCHEMAS), prepare=False)
    assert both.state() is SchemaState.OUTDATED
    both.prepare()
    assert both.state() is SchemaState.CURRENT
    assert both.info()["schema"] == REVISIONS[-1]
    with reading(both) as session:
        assert session.load(Sample, sample(1).id) == sample(1)


def test_new_kinds_of_records_get_their_tables(sql_url: str, opened: Any) -> None:
    store = opened(sql_url, [describe(Sample)])
    put(store, sample(1))
    more = opened(sql_url, SCHEMAS, prepare=False)
    assert more.state() is SchemaState.OUTDATED
    more.prepare()
    assert more.state() is SchemaState.CURRENT
    with reading(more) as session:
        assert session.count(query(Sample)) == 1
        assert session.count(query(Mark)) == 0


def test_columns_of_others_are_theirs_to_add(sql_url: str, opened: Any) -> None:
    store = opened(sql_url)
    with Preparation(store)._connection() as connection, store.alone(connection):
        connection.exec_driver_sql("ALTER TABLE mark DROP COLUMN text")
    assert store.state() is SchemaState.OUTDATED
    with pytest.raises(SchemaOutdated):
        store.prepare()


def test_threads_that_prepare_at_once_do_not_meet(sql_url: str, opened: Any) -> None:
    stores = [opened(sql_url, OWN, prepare=False) for _ in range(3)]
    failures: list[BaseException] = []

    def prepare(store: Any) -> None:
        try:
            store.prepare()
        except BaseException as error:  # noqa: BLE001
            failures.append(error)

    threads = [threading.Thread(target=prepare, args=(store,)) for store in stores]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert failures == []
    assert stores[0].state() is SchemaState.CURRENT


def _prepare(url: str) -> None:
    store = open_store(url, OWN)
    store.prepare()
    store.close()


def test_processes_that_prepare_at_once_do_not_meet(sql_url: str, opened: Any) -> None:
    context = multiprocessing.get_context("spawn")
    processes = [context.Process(target=_prepare, args=(sql_url,)) for _ in range(3)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(100)
    assert [process.exitcode for process in processes] == [0, 0, 0]
    assert opened(sql_url, OWN, prepare=False).state() is SchemaState.CURRENT


OLD = Table(
    "thing",
    (
        Column("id", "uuid"),
        Column("name", "text", length=50),
        Column("size", "integer"),
        Column("gone", "text", nullable=True, length=10),
        Column("version", "integer"),
    ),
    (Index(("name", "id")), Index(("gone", "id"))),
)
NEW = Table(
    "thing",
    (
        Column("id", "uuid"),
        Column("name", "text", length=400),
        Column("size", "integer", nullable=True),
        Column("version", "integer"),
        Column("title", "text", length=20),
        Column("price", "decimal", digits=(9, 2), nullable=True),
        Column("active", "boolean"),
    ),
    (Index(("name", "id")), Index(("title",), unique=True), Index(("size", "id"))),
)


class Revisions:
    """Revisions of a test's own, in the place of crmcore's."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder, self.patch = folder, monkeypatch
        self.tables: dict[str, Table] = {}
        self.files: list[Path] = []
        (folder / "versions").mkdir()
        (folder / "env.py").write_text((migrations.VERSIONS.parent / "env.py").read_text())
        (folder / "script.py.mako").touch()

    def add(self, message: str, tables: dict[str, Table]) -> str:
        number = f"{len(self.files) + 1:04d}"
        previous = f"{len(self.files):04d}" if self.files else None
        changes = list(make.differences(self.tables, tables))
        source = make.render(number, previous, message, changes)
        file = self.folder / "versions" / f"r{number}_{message}.py"
        file.write_text(source)
        self.tables = dict(tables)
        self.files.append(file)
        self._install()
        assert dict(frozen.frozen_tables(number)) == {
            name: attrs.evolve(table, columns=frozen.frozen_tables(number)[name].columns)
            for name, table in tables.items()
        }
        return number

    def _install(self) -> None:
        revisions = (NOTHING, *(file.name[1:5] for file in self.files))
        modules = {file.stem: self._module(file) for file in self.files}
        for module in (frozen, running):
            self.patch.setattr(module, "REVISIONS", revisions)
        self.patch.setattr(frozen, "FILES", tuple(self.files))
        self.patch.setattr(running, "VERSIONS", self.folder / "versions")
        for stem, module in modules.items():
            self.patch.setitem(sys.modules, f"crmcore_sql.migrations.versions.{stem}", module)
        frozen.frozen_tables.cache_clear()

    def _module(self, file: Path) -> ModuleType:
        spec = importlib.util.spec_from_file_location(file.stem, file)
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module


@pytest.fixture
def revisions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    folder = tmp_path / "migrations"
    folder.mkdir()
    yield Revisions(folder, monkeypatch)
    monkeypatch.undo()
    frozen.frozen_tables.cache_clear()


def _upgrade(store: Any, to: str) -> None:
    with Preparation(store)._connection(create=True) as connection, store.alone(connection):
        running.upgrade(connection, store.product, store.collation(connection), to)


def test_records_come_through_every_kind_of_change(sql_url: str, opened: Any, revisions: Any) -> None:
    store = opened(sql_url, (), prepare=False)
    first = revisions.add("thing", {"thing": OLD, "other": attrs.evolve(OLD, name="other")})
    _upgrade(store, first)
    key = {"sqlite": b"0" * 16, "mariadb": b"0" * 16, "postgresql": "0" * 32}[store.product.name]
    mark = {"sqlite": "?", "mariadb": "%s", "postgresql": "%s"}[store.product.name]
    with Preparation(store)._connection() as connection, store.alone(connection):
        statement = f"INSERT INTO thing (id, name, size, gone, version) VALUES ({mark}, '王', 3, 'x', 7)"
        connection.exec_driver_sql(statement, (key,))
    second = revisions.add("changed", {"thing": NEW})
    _upgrade(store, second)
    with Preparation(store)._connection() as connection:
        row = connection.exec_driver_sql("SELECT name, size, version, title, price, active FROM thing").one()
        assert tuple(row) == ("王", 3, 7, "", None, False)
        created = make_tables([NEW], store.product, store.collation(connection))
        assert sa.inspect(connection).has_table("other") is False
    upgraded = tables_of(store)["thing"]
    with Preparation(store)._connection() as connection, store.alone(connection):
        connection.exec_driver_sql("DROP TABLE thing")
        created.create_all(connection)
    fresh = tables_of(store)["thing"]
    for table in (upgraded, fresh):
        table["columns"] = {name: column[:2] for name, column in table["columns"].items()}  # defaults may stay
    assert upgraded["columns"] == fresh["columns"]
    assert upgraded["indexes"] == fresh["indexes"]


def test_make_writes_what_it_finds(
    revisions: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(make, "VERSIONS", revisions.folder / "versions")
    monkeypatch.setattr(make, "REVISIONS", (NOTHING,))
    monkeypatch.setattr(make, "frozen_tables", dict)
    assert make.main(["Everything, at once!"]) == 0
    (written,) = (revisions.folder / "versions").iterdir()
    assert written.name == "r0001_everything_at_once.py"
    module = revisions._module(written)
    tables: dict[str, Table] = {}
    for change in module.CHANGES:
        change.replay(tables)
    assert tables == {table.name: table for table in map(table_of, OWN)}
    assert (module.revision, module.down_revision) == ("0001", None)
    assert "changes" in capsys.readouterr().out


def test_make_writes_nothing_when_nothing_has_changed(capsys: pytest.CaptureFixture[str]) -> None:
    assert make.main(["Nothing"]) == 0
    assert capsys.readouterr().out == "Nothing has changed.\n"
    assert make.main([]) == 2
    assert make.main(["  "]) == 2
