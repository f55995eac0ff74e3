"""Starts the demo: ``python -m crmcore_demo``."""

import logging
import os
import sys
from collections.abc import Sequence
from typing import Final

import waitress  # type: ignore[import-untyped]  # the package has no types

from crmcore import SYSTEM, Crm, CrmError
from crmcore.dictionary.parameters import WINDOW_OPEN
from crmcore.i18n import language_of
from crmcore_demo.app import create_app
from crmcore_demo.config import Settings, read_settings
from crmcore_demo.instance import prepare_folder, secret_key
from crmcore_demo.security import LARGEST_BODY
from crmcore_demo.site import Application, joined
from crmcore_demo.start import SAMPLE_PASSWORD, SampleUser, open_store, sample_users
from crmcore_demo.uploads import LARGEST_FILE
from crmcore_demo.window import create_window
from crmcore_demo.window.post import Post, mail_server
from crmcore_demo.window.visitors import PREFIX
from crmcore_demo.words import say

THREADS: Final = 8


def _tell(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _greet(crm: Crm, settings: Settings) -> None:
    _tell(f"The demo runs at http://{settings.host}:{settings.port}/  (Ctrl+C ends it)")
    with crm.work(as_user=SYSTEM, readonly=True) as work:
        closed = "" if work.parameter(WINDOW_OPEN) else ", once an administrator opens it"
    _tell(f"The customer window is at {settings.public_address}{PREFIX}{closed}")
    users = sample_users(settings.instance)
    if users:
        _tell(f"Sign in as one of these; the password of all of them is {SAMPLE_PASSWORD}")
        language = language_of(settings.language)
        for user in users:
            _tell(f"  {user.name:<14}{say(language, f'delivered_role.{user.role}')}  {user.full_name}")


def _site(crm: Crm, settings: Settings, key: str, post: Post, sample: Sequence[SampleUser]) -> Application:
    """Put the staff's pages and the customer window side by side."""
    behind_proxy = settings.behind_proxy
    address = f"{settings.public_address}{PREFIX}"
    staff = create_app(crm, secret_key=key, behind_proxy=behind_proxy, sample=sample, window_address=address)
    return joined(staff, create_window(crm, secret_key=key, deliver=post, behind_proxy=behind_proxy))


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve the demo until somebody ends it; answer 0, or 1 when it can't start and says why."""
    settings = read_settings(arguments)
    prepare_folder(settings.instance)
    try:
        crm = open_store(settings, _tell)
    except CrmError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    # That a request waits a moment for a thread is no news for whoever reads the terminal.
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    with crm:
        key = settings.secret_key or secret_key(settings.instance)
        sample = sample_users(settings.instance)
        post = Post(crm, settings.instance, settings.public_address, mail_server(os.environ))
        try:
            server = waitress.create_server(
                _site(crm, settings, key, post, sample),
                host=settings.host,
                port=settings.port,
                threads=THREADS,
                ident=None,
                max_request_body_size=LARGEST_FILE + LARGEST_BODY,
                # The application itself reads what one trusted proxy says; without one nobody's word counts.
                clear_untrusted_proxy_headers=not settings.behind_proxy,
            )
        except OSError as error:
            sys.stderr.write(
                f"Port {settings.port} of {settings.host} can't be used ({error.strerror}). "
                f"Is the demo running already? Choose another: --port {settings.port + 1}\n"
            )
            return 1
        _greet(crm, settings)
        try:
            server.run()
        except KeyboardInterrupt:
            _tell("Ended.")
        finally:
            post.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
