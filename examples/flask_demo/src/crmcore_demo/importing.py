"""Imports that run while people look on: each in a thread of its own, known by a key that only its session has."""

import contextlib
import secrets
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Final, cast

import attrs
from flask import Flask, current_app, session

from crmcore import Crm, CrmError
from crmcore.access.entity import UserId
from crmcore.exchange import ImportFile, ImportPlan, ImportResult, import_file
from crmcore_demo import uploads
from crmcore_demo.errors import LOG
from crmcore_demo.session import crm, person

ERRORS: Final = "errors.csv"
MOST_KEPT: Final = 50
_KEY: Final = "import_job"


@attrs.define(kw_only=True)
class Job:
    """One import, or the rehearsal of one, as far as it has come."""

    user: UserId
    name: str
    folder: Path
    plan: ImportPlan
    dry_run: bool
    done: int = 0
    total: int = 0
    result: ImportResult | None = None
    error: CrmError | None = None
    broken: bool = False

    @property
    def over(self) -> bool:
        """Whether nothing more will come."""
        return self.result is not None or self.error is not None or self.broken

    @property
    def errors(self) -> Path:
        """The file of the rows that were wrong."""
        return self.folder / ERRORS

    def tell(self, done: int, total: int) -> None:
        """Note how far it has come."""
        self.done, self.total = done, total


class Jobs:
    """The imports of this process; the latest are kept, so that their results can be looked at."""

    def __init__(self) -> None:
        """Know none yet."""
        self._jobs: dict[str, Job] = {}
        self._lock = threading.Lock()

    def start(self, job: Job, run: Callable[[], None]) -> str | None:
        """Run an import aside and answer its key; None while another one of the same person runs."""
        key = secrets.token_urlsafe(16)
        with self._lock:
            if any(it.user == job.user and not it.over for it in self._jobs.values()):
                return None
            while len(self._jobs) >= MOST_KEPT and (over := [one for one, it in self._jobs.items() if it.over]):
                del self._jobs[over[0]]
            self._jobs[key] = job
        threading.Thread(target=run, name="import", daemon=True).start()
        return key

    def get(self, key: str) -> Job | None:
        """Return an import of this process."""
        with self._lock:
            return self._jobs.get(key)


def _jobs() -> Jobs:
    return cast("Jobs", current_app.extensions["imports"])


def start(file: ImportFile, plan: ImportPlan, *, dry_run: bool) -> bool:
    """Take this session's file in, or rehearse that; a file that is taken in goes when that is over.

    False, and nothing done, while another import of the same person runs: one at a time is enough for anybody.
    """
    found = uploads.kept()
    assert found is not None  # noqa: S101  # the page has just read it
    path, name = found
    job = Job(user=person().id, name=name, folder=path.parent, plan=plan, dry_run=dry_run)
    key = _jobs().start(job, _run(crm(), job, file))
    if key is None:
        return False
    if not dry_run:
        uploads.take_over()
    session[_KEY] = key
    return True


def _run(store: Crm, job: Job, file: ImportFile) -> Callable[[], None]:
    def run() -> None:
        try:
            job.result = import_file(
                store,
                file,
                job.plan,
                as_user=job.user,
                dry_run=job.dry_run,
                errors=job.errors,
                progress=job.tell,
            )
        except CrmError as error:
            job.error = error
        except Exception as error:  # noqa: BLE001  # nobody else would hear of it
            LOG.error("import of %s", job.name, exc_info=error)
            job.broken = True
        finally:
            if not job.dry_run:
                with contextlib.suppress(OSError):
                    (job.folder / uploads.FILE).unlink()

    return run


def running() -> Job | None:
    """Return this session's import, if the same person is still there."""
    job = _jobs().get(str(session.get(_KEY, "")))
    return job if job is not None and job.user == person().id else None


def install(app: Flask) -> None:
    """Let the application run imports."""
    app.extensions["imports"] = Jobs()
