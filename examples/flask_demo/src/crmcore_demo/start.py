"""Opens the store on start, and makes a new one ready for work."""

import json
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

import attrs

import crmcore
from crmcore import Crm, setup
from crmcore.base.errors import SchemaMissing, SchemaNewer, SchemaOutdated
from crmcore.i18n import language_of
from crmcore.reports.learning import learn
from crmcore.setup import Colleague
from crmcore.storage.ports import SchemaState
from crmcore.storage.stores import public_url
from crmcore_demo.config import Settings

SAMPLE_SIZE: Final = 240
SAMPLE_PASSWORD: Final = "crm-demo-2026"  # noqa: S105  # of sample users in a sample store; printed on every start
SAMPLE_USERS: Final = "sample_users.json"
Tell = Callable[[str], None]


@attrs.frozen(kw_only=True)
class SampleUser:
    """Somebody to sign in as."""

    name: str
    full_name: str
    role: str


def open_store(settings: Settings, tell: Tell = print) -> Crm:
    """Open the store; a new one gets its schema, the delivered data and, if wanted, sample data.

    Raises:
        SchemaOutdated: An older version made the store; it is not upgraded behind anybody's back.
        SchemaNewer: A newer version made it.
    """
    crm = crmcore.open(settings.store_url, check=False)
    try:
        _make_ready(crm, settings, tell)
    except BaseException:
        crm.close()
        raise
    return crm


def _make_ready(crm: Crm, settings: Settings, tell: Tell) -> None:
    state = crm.store.state()
    url = public_url(settings.store_url)
    if state is SchemaState.OUTDATED:
        raise SchemaOutdated(url=url)
    if state is SchemaState.NEWER:
        raise SchemaNewer(url=url)
    if state is SchemaState.CURRENT:
        return
    if not settings.sample_data:
        raise SchemaMissing(url=url)
    tell(f"Making a new store with sample data: {url}")
    language = language_of(settings.language)
    setup.install(crm, language=language)
    done = setup.demo_data(crm, size=SAMPLE_SIZE, language=language, password=SAMPLE_PASSWORD)
    learn(crm)  # what a nightly job does: churn warnings have their hints from the first minute
    _remember(settings.instance / SAMPLE_USERS, done.staff)


def _remember(path: Path, staff: Sequence[Colleague]) -> None:
    users = [{"name": one.name, "full_name": one.full_name, "role": one.role} for one in staff]
    with os.fdopen(os.open(path, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        json.dump(users, file, ensure_ascii=False, indent=1)


def sample_users(instance: Path) -> Sequence[SampleUser]:
    """List the sample users this installation was made with; none if it has a company's own data."""
    try:
        text = (instance / SAMPLE_USERS).read_text(encoding="utf-8")
    except FileNotFoundError:
        return ()
    return tuple(SampleUser(**user) for user in json.loads(text))
