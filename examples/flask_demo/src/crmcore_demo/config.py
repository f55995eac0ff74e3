"""How one installation of the demo is set up: which store, which folder, which port."""

import argparse
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import attrs

DEFAULT_PORT: Final = 5000
LARGEST_PORT: Final = 65535
DATABASE: Final = "crm.db"
NO: Final = frozenset({"no", "0", "false", "off"})


@attrs.frozen(kw_only=True)
class Settings:
    """What an administrator may decide before the demo starts.

    Args:
        instance: Folder that belongs to this installation: secret key and, unless another store is named, the database.
        url: Store the records live in; empty means an SQLite file in the instance folder.
        secret_key: Signs the session cookies; empty means one is made and kept in the instance folder.
        host: Address the server listens on.
        port: Port the server listens on.
        sample_data: Whether an empty store is filled with sample users and records on the first start.
        language: Language of the sample data: zh or en.
        address: Where browsers find this site, such as https://crm.example; empty for host and port.
        behind_proxy: Whether a reverse proxy in front says which scheme and host the browser used.
    """

    instance: Path
    url: str = attrs.field(default="", repr=False)
    secret_key: str = attrs.field(default="", repr=False)
    host: str = "127.0.0.1"
    port: int = DEFAULT_PORT
    sample_data: bool = True
    language: str = "zh"
    behind_proxy: bool = False
    address: str = ""

    @property
    def public_address(self) -> str:
        """Where browsers find this site; links that are sent to customers begin with it."""
        return (self.address or f"http://{self.host}:{self.port}").rstrip("/")

    @property
    def store_url(self) -> str:
        """The URL handed to the library."""
        return self.url or f"sqlite:///{(self.instance / DATABASE).resolve().as_posix()}"


def _port(text: str) -> int:
    if text.isascii() and text.isdecimal() and 0 < int(text) <= LARGEST_PORT:
        return int(text)
    message = f"{text!r} is no port: 1 to {LARGEST_PORT}"
    raise argparse.ArgumentTypeError(message)


def _parser(environment: Mapping[str, str]) -> argparse.ArgumentParser:
    def default(name: str, otherwise: str) -> str:
        return environment.get(name) or otherwise

    parser = argparse.ArgumentParser(prog="crmcore_demo", description="Serve the CRM demo to browsers.")
    add = parser.add_argument
    add("url", nargs="?", default=default("CRM_URL", ""), help="store, such as postgresql://… (CRM_URL)")
    add("--host", default=default("CRM_HOST", "127.0.0.1"), help="address to listen on (CRM_HOST)")
    port = default("CRM_PORT", str(DEFAULT_PORT))
    add("--port", type=_port, default=port, help="port to listen on (CRM_PORT)")
    add("--address", default=default("CRM_ADDRESS", ""), help="address browsers use, for links in mails (CRM_ADDRESS)")
    instance = Path(default("CRM_INSTANCE", "instance"))
    add("--instance", type=Path, default=instance, help="folder for secret key and database (CRM_INSTANCE)")
    add("--language", choices=("zh", "en"), default=default("CRM_LANGUAGE", "zh"), help="language of the sample data")
    sample = environment.get("CRM_SAMPLE_DATA", "yes").casefold() not in NO
    add("--no-sample-data", dest="sample_data", action="store_false", default=sample, help="leave a new store empty")
    proxy = environment.get("CRM_BEHIND_PROXY", "no").casefold() not in NO
    add("--behind-proxy", action="store_true", default=proxy, help="trust X-Forwarded-* of one proxy in front")
    return parser


def read_settings(arguments: Sequence[str] | None = None, environment: Mapping[str, str] = os.environ) -> Settings:
    """Read the command line; what it leaves open comes from the environment. Secrets come from there only."""
    chosen = vars(_parser(environment).parse_args(arguments))
    return Settings(secret_key=environment.get("CRM_SECRET_KEY", ""), **chosen)
