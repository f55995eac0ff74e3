"""What a chunk of an import leaves behind of itself: what to undo, and what was wrong with its rows (X-ADM-10)."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

import attrs

from crmcore.base.errors import Problem
from crmcore.base.schema import describe
from crmcore.customers.custom_forms import CustomProblem
from crmcore.exchange.drafts import Written
from crmcore.exchange.entity import ImportChunk
from crmcore.i18n import Language
from crmcore.storage.codec import compact, differences, entity_to_json

__all__ = ["ChangedRecord", "RowError", "changed_in", "content_of", "created_in", "errors_in", "removed_in"]


@attrs.frozen(kw_only=True)
class RowError:
    """What is wrong with one row of a file."""

    row: int
    """The row as spreadsheets number them, the heading being 1."""
    problems: tuple[Problem, ...]

    def explain(self, language: Language = "en") -> str:
        """Say every problem in one line."""
        return ("；" if language == "zh" else "; ").join(one.explain(language) for one in self.problems)


@attrs.frozen(kw_only=True)
class ChangedRecord:
    """A record that a chunk has changed."""

    kind: str
    id: UUID
    version: int
    """The version the chunk has made of it."""
    before: Mapping[str, Any]
    """Field to what it held, JSON."""


def content_of(written: Written, errors: Iterable[RowError]) -> str:
    """Answer the content of a chunk's record."""
    said: dict[str, Any] = {
        "errors": [_error(one) for one in errors],
        "created": {kind: [one.hex for one in ids] for kind, ids in written.created.items() if ids},
        "changed": [_change(before, after) for before, after in written.changed],
    }
    if written.removed:
        said["removed"] = [[describe(type(one)).name, entity_to_json(one)] for one in written.removed]
    return compact(said)


def errors_in(chunk: ImportChunk) -> list[RowError]:
    """Answer what was wrong with rows of a chunk."""
    return [
        RowError(
            row=row,
            problems=tuple(_problem(*one) for one in problems),
        )
        for row, problems in json.loads(chunk.content)["errors"]
    ]


def created_in(chunk: ImportChunk) -> dict[str, list[UUID]]:
    """Answer what a chunk has created, by kind of record."""
    created: dict[str, Sequence[str]] = json.loads(chunk.content)["created"]
    return {kind: [UUID(hex=one) for one in ids] for kind, ids in created.items()}


def changed_in(chunk: ImportChunk) -> list[ChangedRecord]:
    """Answer what a chunk has changed."""
    return [
        ChangedRecord(kind=kind, id=UUID(hex=id_), version=version, before=before)
        for kind, id_, version, before in json.loads(chunk.content)["changed"]
    ]


def removed_in(chunk: ImportChunk) -> list[tuple[str, Mapping[str, Any]]]:
    """Answer what a chunk has taken away: kind of record, and the whole record as JSON."""
    return [(kind, record) for kind, record in json.loads(chunk.content).get("removed", ())]


def _error(error: RowError) -> list[Any]:
    return [error.row, [_said(one) for one in error.problems]]


def _said(problem: Problem) -> list[Any]:
    labels = [problem.label_zh, problem.label_en] if isinstance(problem, CustomProblem) else []
    return [problem.field, problem.code, problem.entity, _plain(problem.params), *labels]


def _problem(field: str, code: str, entity: str, params: dict[str, object], *labels: str) -> Problem:
    """Make a problem again; one of the company's own fields is named by its labels."""
    if not labels:
        return Problem(field, code, entity, params)
    label_zh, label_en = labels
    return CustomProblem(field, code, entity, params, label_zh=label_zh, label_en=label_en)


def _plain(params: Mapping[str, object]) -> dict[str, object]:
    return {name: value if isinstance(value, int | str) else str(value) for name, value in params.items()}


def _change(before: Any, after: Any) -> list[Any]:
    schema = describe(type(before))
    old = {name: was for name, (was, _) in differences(schema, before, after).items()}
    return [schema.name, before.id.hex, after.version, old]
