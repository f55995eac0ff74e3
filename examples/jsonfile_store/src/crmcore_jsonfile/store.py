"""The place: a JSON file, and who may write to it."""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote, urlsplit
from uuid import UUID

from crmcore.base.errors import BadUrl, SchemaMissing, SchemaNewer
from crmcore.base.schema import EntitySchema
from crmcore.storage.codec import compact, entity_from_json, entity_to_json, value_to_json
from crmcore.storage.ports import SchemaState
from crmcore_jsonfile.files import lock, read, stamp, write
from crmcore_jsonfile.session import JsonFileSession, Tables

FORMAT: Final = 1
"""Goes up when a new version of this package could not be read by an old one."""


def open_store(url: str, schemas: Sequence[EntitySchema]) -> "JsonFileStore":
    """Open the store of a URL like ``jsonfile:///home/me/crm.json``; the file need not exist yet."""
    parts = urlsplit(url)
    path = unquote(parts.path)
    if parts.netloc or parts.query or parts.fragment or path.endswith("/") or not path:
        raise BadUrl(url=url, hint="jsonfile:///home/me/crm.json")
    if os.name == "nt":
        path = path.removeprefix("/")  # jsonfile:///C:/Users/me/crm.json
    return JsonFileStore(Path(path), schemas)


def _nothing() -> None:
    """Close a session that holds no lock."""


class JsonFileStore:
    """Keeps all records of a CRM in one file."""

    def __init__(self, path: Path, schemas: Sequence[EntitySchema]) -> None:
        """Remember where; nothing is read yet."""
        self.path, self.schemas = path, schemas
        self._known: tuple[Any, Tables] = (None, {})

    def begin(self, *, write: bool) -> JsonFileSession:
        """Open a transaction on what the file holds now; one that writes waits for the others that do."""
        close = lock(self.path).close if write else _nothing
        try:
            return JsonFileSession(self._tables(), self._save, close)
        except BaseException:
            close()
            raise

    def state(self) -> SchemaState:
        """Compare what the file says about itself with what this version would write."""
        if stamp(self.path) is None:
            return SchemaState.MISSING
        content = read(self.path)
        if content["format"] > FORMAT:
            return SchemaState.NEWER
        return SchemaState.CURRENT if content["fields"] == self._fields() else SchemaState.OUTDATED

    def prepare(self) -> None:
        """Make the file, or give older records the fields that are new."""
        with lock(self.path):
            state = self.state()
            if state is SchemaState.NEWER:
                raise SchemaNewer(url=str(self.path))
            if state is SchemaState.MISSING:
                self._save({schema.cls: {} for schema in self.schemas})
            elif state is SchemaState.OUTDATED:
                self._save(self._parsed(read(self.path)))

    def info(self) -> Mapping[str, str]:
        """Say what this is and where."""
        return {"product": "JSON file", "address": str(self.path), "schema": str(FORMAT)}

    def close(self) -> None:
        """Forget what was read."""
        self._known = (None, {})

    def _tables(self) -> Tables:
        """Answer all records; the file is read again only if it is another one than last time."""
        current = stamp(self.path)
        if current is None:
            raise SchemaMissing(url=str(self.path))
        known, tables = self._known
        if known != current:
            tables = self._parsed(read(self.path))
            self._known = (current, tables)
        return tables

    def _parsed(self, content: Any) -> Tables:
        """Turn the file's content into records; fields that it does not know yet get their defaults."""
        tables: dict[type[Any], dict[UUID, Any]] = {}
        for schema in self.schemas:
            new = {spec.name: value_to_json(spec, spec.default) for spec in schema.fields if spec.has_default}
            rows = content["records"].get(schema.name, [])
            tables[schema.cls] = {one.id: one for one in (entity_from_json(schema, {**new, **row}) for row in rows)}
        return tables

    def _fields(self) -> dict[str, list[str]]:
        return {schema.name: [spec.name for spec in schema.fields] for schema in self.schemas}

    def _save(self, tables: Tables) -> None:
        names = {schema.cls: schema.name for schema in self.schemas}
        records = {names[cls]: [entity_to_json(one) for one in table.values()] for cls, table in tables.items()}
        write(self.path, compact({"format": FORMAT, "fields": self._fields(), "records": records}))
