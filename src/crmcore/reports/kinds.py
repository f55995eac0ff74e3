"""What makes a report one of the catalogue: its name, who may see it, what it can be narrowed to, and its tables."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final, TypeVar

import attrs

from crmcore.access.actor import Actor
from crmcore.access.rules import NoPermission, may
from crmcore.access.scope import Scope
from crmcore.base.paging import Page
from crmcore.i18n import Language, language_of, text
from crmcore.reports.filters import Filter, read_filters
from crmcore.reports.seeing import shown_to
from crmcore.reports.tables import Report, Table
from crmcore.storage.scoping import scope_of
from crmcore.storage.work import Work
from crmcore.subjects import SCOPES

__all__ = ["Asked", "ReportKind"]

R = TypeVar("R")
_MOST_AT_ONCE: Final = 200
_MOST_PAGES: Final = 50
"""A file has so many pages of rows at most: ten thousand."""


@attrs.frozen(kw_only=True)
class Asked:
    """What somebody has asked of a report."""

    work: Work
    language: Language
    values: Mapping[str, Any]
    whole: bool
    """Whether all pages of its rows are wanted, as in files."""

    def __getitem__(self, name: str) -> Any:
        """Answer what a filter was set to; None where it was left open."""
        return self.values[name]

    def say(self, key: str, **params: object) -> str:
        """Answer the words for a key of the catalogue of texts."""
        return text(key, self.language, **params)

    def rows(self, fetch: Callable[[int, int | None], tuple[R, Page[Any]]]) -> tuple[R, Page[Any]]:
        """Answer the page that was asked for, or all of them as one.

        Args:
            fetch: Answers a report and its page for the number and size of a page.
        """
        if not self.whole:
            return fetch(self["page"] or 1, None)
        report, page = fetch(1, _MOST_AT_ONCE)
        rows, number = [*page.rows], 1
        while len(rows) < page.total and number < _MOST_PAGES and page.rows:
            number += 1
            _, further = fetch(number, _MOST_AT_ONCE)
            rows += further.rows
        return report, Page(tuple(rows), page.total, 1, max(len(rows), 1))


@attrs.frozen(kw_only=True)
class ReportKind:
    """A report that people can ask for."""

    name: str
    """Stable: part of its address, and of the command that makes it."""
    group: str
    """Which part of a menu it belongs to: ``management``, ``customers``, ``sales``, ``service`` or ``outlook``."""
    rights: tuple[str, ...]
    """Permissions of which one is needed."""
    reads: tuple[type[Any], ...] = ()
    """Kinds of records that it can't be made without: who is shown none of one of them, is not offered it."""
    parts: tuple["ReportKind", ...] = ()
    """Of one put together from others: these, of which it has those that its reader may see."""
    filters: tuple[Filter, ...] = ()
    present: Callable[[Asked], tuple[Table, ...]]
    """Asks :mod:`crmcore.reports`, whose actions check the permission, and puts the answer into tables."""

    def title(self, language: Language) -> str:
        """Answer what the report is called."""
        return text(f"report_kind.{self.name}", language)

    def question(self, language: Language) -> str:
        """Answer in a sentence what the report answers."""
        return text(f"report_kind.{self.name}.question", language)

    def is_for(self, actor: Actor, scopes: Mapping[type[Any], Scope] = SCOPES) -> bool:
        """Tell whether somebody may see the report: he has the right, and is shown the records it is made of.

        Args:
            actor: Who.
            scopes: Who sees which records, where an application has its own (``crm.scopes``).
        """
        return (
            any(map(actor.may, self.rights))
            and all(shown_to(actor, kind, scopes) for kind in self.reads)
            and (not self.parts or any(part.is_for(actor, scopes) for part in self.parts))
        )

    def run(
        self, work: Work, given: Mapping[str, Any] | None = None, language: str | None = None, *, whole: bool = False
    ) -> Report:
        """Answer the report. Asks the store nothing but what the report itself asks.

        Args:
            work: The unit of work.
            given: What it is narrowed to, by name of the filter: texts of a form or address, or values.
            language: ``zh`` or ``en``; that of the reader unless told.
            whole: All rows rather than a page of them.

        Raises:
            NoPermission: The reader may not see it.
            Invalid: There is no such filter, or what was said is no value of it.
        """
        self._check(work)
        spoken = language_of(language, language_of(work.actor.language))
        with _speaking(work, spoken):
            said = read_filters(work, self.filters, given or {}, spoken)
            asked = Asked(work=work, language=spoken, values=said.values, whole=whole)
            tables = self.present(asked)
            if whole:
                tables = tuple(_told_if_cut(asked, one) for one in tables)
        return Report(
            name=self.name,
            title=self.title(spoken),
            about=said.about,
            tables=tables,
            made_at=work.now.astimezone(work.zone),
        )

    def require(self, work: Work) -> None:
        """Refuse who may not see the report; for actions, which put on record that he tried.

        Raises:
            NoPermission: He has no right to it, or is shown none of the records it is made of.
        """
        if not self.is_for(work.actor, work.crm.scopes):
            self._refuse(work)

    def _check(self, work: Work) -> None:
        """Refuse who may not see the report before anything is read for it; that he tried is on record."""
        if self.is_for(work.actor, work.crm.scopes):
            return
        outer = work.action
        work.action = outer or f"reports.{self.name}"
        try:
            self._refuse(work)
        except NoPermission as error:
            work.changes.denied("report", None, error.code)
            raise
        finally:
            work.action = outer

    def _refuse(self, work: Work) -> None:
        if not any(map(work.actor.may, self.rights)):
            may(work.actor, self.rights[-1])
        for kind in self.reads:
            if not shown_to(work.actor, kind, work.crm.scopes):
                scope_of(work, kind)
        for part in self.parts:
            part._refuse(work)  # noqa: SLF001  # of its own class


def _told_if_cut(asked: Asked, table: Table) -> Table:
    """Say it under a table that is too long for a file, though all of it was wanted."""
    if table.pages == 1:
        return table
    note = asked.say("report_note.cut", rows=f"{len(table.rows):,}")
    return attrs.evolve(table, notes=(*table.notes, note))


@contextmanager
def _speaking(work: Work, language: Language) -> Iterator[None]:
    """Let the labels of codes be in a language, too."""
    reader = work.actor
    if reader.language == language:
        yield
        return
    work.actor = attrs.evolve(reader, language=language)
    try:
        yield
    finally:
        work.actor = reader
