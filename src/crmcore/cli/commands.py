"""The commands: what they take, what they do, what they say."""

import enum
import secrets
from collections.abc import Callable
from typing import Annotated, Any, Final

import typer

from crmcore import __version__, setup
from crmcore.access.actor import SYSTEM
from crmcore.access.delivered import delivered_roles
from crmcore.base.schema import describe
from crmcore.cli.failures import DONE, USAGE, guarded
from crmcore.cli.passwords import given_password, typed_password
from crmcore.cli.speaker import Answer, Speaker
from crmcore.i18n import Language, text
from crmcore.setup.installing import Installed, administrators
from crmcore.storage.crm import Crm
from crmcore.storage.ports import SchemaState
from crmcore.storage.stores import open_crm, public_url
from crmcore.subjects import ENTITIES

__all__ = ["Json", "Lang", "Url", "app", "respond"]

app: Final = typer.Typer(
    name="crmcore",
    help="cli.help.crmcore",
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)


class Tongue(enum.Enum):
    """A language as an option's value."""

    ZH = "zh"
    EN = "en"


Url = Annotated[str, typer.Argument(metavar="URL", envvar="CRM_URL", help="cli.help.url")]
Lang = Annotated[Tongue | None, typer.Option("--lang", help="cli.help.lang")]
Json = Annotated[bool, typer.Option("--json", help="cli.help.json")]
PasswordFrom = Annotated[str, typer.Option("--password-file", metavar="FILE", help="cli.help.password_file")]
Names = Annotated[Tongue | None, typer.Option("--language", help="cli.help.language")]


def respond(command: str, lang: Tongue | None, as_json: bool, deed: Callable[[Speaker], Answer]) -> int:  # noqa: FBT001
    """Do what a command does and say what came of it."""
    say = Speaker(lang and _language(lang), as_json=as_json)

    def do() -> int:
        say.answer(command, deed(say))
        return DONE

    return guarded(say, do)


def _language(tongue: Tongue) -> Language:
    return "zh" if tongue is Tongue.ZH else "en"


@app.callback(invoke_without_command=True)
def crmcore(
    context: typer.Context,
    version: Annotated[bool, typer.Option("--version", help="cli.help.version")] = False,  # noqa: FBT002
    lang: Lang = None,
) -> None:
    """Take what stands before a command; the language holds for the command, too."""
    say = Speaker(lang and _language(lang))
    if version:
        say.answer("version", Answer({}, (f"crmcore {__version__}",)))
        raise typer.Exit
    if context.invoked_subcommand is None:
        say.help(context.get_help())
        raise typer.Exit(USAGE)


@app.command(help="cli.help.init")
def init(
    url: Url,
    administrator: Annotated[str, typer.Option(metavar="NAME", help="cli.help.administrator")] = "",
    password_file: PasswordFrom = "",
    language: Names = None,
    lang: Lang = None,
    as_json: Json = False,  # noqa: FBT002
) -> int:
    """Prepare a store."""

    def deed(say: Speaker) -> Answer:
        words = _language(language) if language else say.language
        with open_crm(url, check=False) as crm:
            done = setup.install(crm, language=words)
            if not administrator:
                with crm.work(as_user=SYSTEM, readonly=True) as work:
                    known = "there" if administrators(work) else "none"
                return _installed(say, crm, done, known)
            password = _first_password(say, crm, administrator, password_file)
            made = setup.install(crm, language=words, administrator=administrator, password=password).administrator
            return _installed(say, crm, done, "made" if made else "there", administrator)

    return respond("init", lang, as_json, deed)


@app.command(help="cli.help.upgrade")
def upgrade(url: Url, language: Names = None, lang: Lang = None, as_json: Json = False) -> int:  # noqa: FBT002
    """Bring a store up to date."""

    def deed(say: Speaker) -> Answer:
        with open_crm(url, check=False) as crm:
            done = setup.upgrade(crm, language=_language(language) if language else say.language)
            return _installed(say, crm, done)

    return respond("upgrade", lang, as_json, deed)


@app.command("demo-data", help="cli.help.demo_data")
def demo_data(
    url: Url,
    size: Annotated[int, typer.Option(metavar="N", help="cli.help.size")] = 200,
    language: Names = None,
    seed: Annotated[int, typer.Option(metavar="N", help="cli.help.seed")] = 1,
    password_file: PasswordFrom = "",
    ask_password: Annotated[bool, typer.Option("--ask-password", help="cli.help.ask_password")] = False,  # noqa: FBT002
    lang: Lang = None,
    as_json: Json = False,  # noqa: FBT002
) -> int:
    """Fill a store with sample data."""

    def deed(say: Speaker) -> Answer:
        words = _language(language) if language else say.language
        with open_crm(url) as crm:
            known = given_password(say, password_file)
            if known is None and ask_password:
                known = typed_password(say, name=say.words("demo.users"))
            password = known or secrets.token_urlsafe(9)
            with say.progress(say.words("demo.progress")) as progress:
                done = setup.demo_data(crm, size=size, language=words, seed=seed, password=password, progress=progress)
        return _filled(say, done, "" if known else password)

    return respond("demo-data", lang, as_json, deed)


@app.command(help="cli.help.info")
def info(url: Url, lang: Lang = None, as_json: Json = False) -> int:  # noqa: FBT002
    """Say what a store is and what it holds."""

    def deed(say: Speaker) -> Answer:
        with open_crm(url, check=False) as crm:
            state = crm.store.state()
            facts = crm.store.info()
            counts = _counts(crm) if state is SchemaState.CURRENT else {}
        known = {name: facts.get(name, "") for name in ("product", "version")}
        known["address"] = public_url(facts.get("address", url))
        schema = {"state": state.value, "revision": facts.get("schema", "")}
        rows: list[tuple[str, object]] = [(say.words(f"info.{name}"), value) for name, value in known.items() if value]
        rows.append((say.words("info.schema"), say.words(f"schema.{state.value}")))
        rows += [(text(name, say.language), f"{count:,}") for name, count in counts.items()]
        rows.append(("crmcore", __version__))
        return Answer({**known, "schema": schema, "records": counts, "crmcore": __version__}, say.table(rows))

    return respond("info", lang, as_json, deed)


def _first_password(say: Speaker, crm: Crm, name: str, file: str) -> str:
    """Answer the first administrator's password; nobody is asked for it when there is an administrator."""
    with crm.work(as_user=SYSTEM, readonly=True) as work:
        if administrators(work):
            return ""
    return given_password(say, file) or typed_password(say, name=name)


def _installed(say: Speaker, crm: Crm, done: Installed, known: str = "", name: str = "") -> Answer:
    address = public_url(crm.store.info().get("address", ""))
    facts: dict[str, Any] = {
        "address": address,
        "schema_before": done.before.value,
        "schema": SchemaState.CURRENT.value,
        "roles": [*done.delivered.roles],
        "entries": [*done.delivered.entries],
        "rights": [*done.delivered.rights],
        "withheld": [*done.delivered.withheld],
    }
    lines = [
        say.words("install.ready", address=address),
        say.words("install.delivered", roles=len(done.delivered.roles), entries=len(done.delivered.entries)),
    ]
    for part, rights in (("rights", done.delivered.rights), ("withheld", done.delivered.withheld)):
        if rights:
            lines.append(say.words(f"install.{part}", rights=", ".join(rights)))
    if known:
        facts["administrator"] = {"name": name, "state": known}
        lines.append(say.words(f"install.administrator_{known}", name=name, address=address))
    return Answer(facts, tuple(lines))


def _filled(say: Speaker, done: setup.SampleData, password: str) -> Answer:
    counts = {state.value: count for state, count in done.opportunities.items()}
    people = [{"name": one.name, "full_name": one.full_name, "role": one.role} for one in done.staff]
    lines = [say.words("demo.done", size=f"{done.size:,}")]
    lines += say.table((text(f"opportunity_status.{state}", say.language), f"{n:,}") for state, n in counts.items())
    lines += ["", say.words("demo.people")]
    roles = {role.code: role.name for role in delivered_roles(say.language)}
    lines += say.table((roles[one.role], f"{one.name} ({one.full_name})") for one in done.staff)
    lines += ["", say.words("demo.password", password=password) if password else say.words("demo.password_given")]
    facts = {"opportunities": counts, "users": people, **({"password": password} if password else {})}
    return Answer(facts, tuple(lines))


def _counts(crm: Crm) -> dict[str, int]:
    with crm.work(as_user=SYSTEM, readonly=True) as work:
        return {describe(cls).name: work.unscoped(cls).count() for cls in ENTITIES}
