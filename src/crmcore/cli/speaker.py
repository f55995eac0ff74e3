"""Says things to people and programs: results on standard output, everything else on standard error."""

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final, TextIO

import attrs
from rich.cells import cell_len
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from crmcore.base.errors import CrmError, Invalid
from crmcore.cli.language import SPOKEN
from crmcore.i18n import Language, text

__all__ = ["Answer", "Speaker"]


@attrs.frozen
class Answer:
    """What a command has to say when it is done."""

    facts: Mapping[str, Any]
    """For programs."""
    lines: tuple[str, ...]
    """For people."""


class Speaker:
    """Speaks one language, as text or as JSON."""

    def __init__(self, language: Language | None = None, *, as_json: bool = False) -> None:
        """Speak *language*, or the one the command line was started in."""
        self.language: Final = language or SPOKEN.get()
        self.as_json = as_json

    def words(self, key: str, **params: object) -> str:
        """Answer the words for a key of the command line's own catalogue."""
        return text(f"cli.{key}", self.language, **params)

    def answer(self, command: str, answer: Answer) -> None:
        """Say what came of a command."""
        if self.as_json:
            self._json({"ok": True, "command": command, **answer.facts})
        else:
            _write(sys.stdout, "".join(f"{line}\n" for line in answer.lines))

    def error(self, error: CrmError) -> None:
        """Say in one sentence what is wrong."""
        problems = error.problems if isinstance(error, Invalid) else ()
        details = [{"field": one.field, "code": one.code, "message": one.explain(self.language)} for one in problems]
        self.failure(error.code, error.explain(self.language), **({"problems": details} if details else {}))

    def failure(self, code: str, message: str, **more: Any) -> None:
        """Say what is wrong, to people on standard error and to programs on standard output."""
        if self.as_json:
            self._json({"ok": False, "error": {"code": code, "message": message, **more}})
        self.note(message)

    def note(self, message: str) -> None:
        """Say something that is not a result."""
        _write(sys.stderr, f"crmcore: {message}\n")

    def help(self, said: str) -> None:
        """Say how to use the command line, to somebody who did not."""
        _write(sys.stderr, f"{said}\n")

    def table(self, rows: Iterable[tuple[str, object]]) -> tuple[str, ...]:
        """Answer lines of label and value, aligned also where the labels are Chinese."""
        kept = [(label, str(value)) for label, value in rows]
        width = max(cell_len(label) for label, _ in kept) + 2
        return tuple(f"{label}{' ' * (width - cell_len(label))}{value}".rstrip() for label, value in kept)

    @contextmanager
    def progress(self, what: str) -> Iterator[Callable[[int, int], None]]:
        """Show how far something has come, if somebody is looking at standard error."""
        if sys.stderr is None or not sys.stderr.isatty():
            yield lambda _done, _of: None
            return
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
            task = bar.add_task(what, total=None)
            yield lambda done, of: bar.update(task, completed=done, total=of)

    def _json(self, facts: Mapping[str, Any]) -> None:
        unicode = str(getattr(sys.stdout, "encoding", "")).lower().startswith("utf")
        _write(sys.stdout, json.dumps(facts, ensure_ascii=not unicode) + "\n")


def _write(stream: TextIO | None, said: str) -> None:
    """Write what the stream's encoding has letters for, and the rest as escapes; to a closed stream nothing."""
    if stream is None:
        return
    encoding = stream.encoding or "ascii"
    stream.write(said.encode(encoding, "backslashreplace").decode(encoding))
    stream.flush()
