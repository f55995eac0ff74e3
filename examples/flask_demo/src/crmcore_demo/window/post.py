"""How a link for signing in reaches a guest: as a file in this installation's folder, or by a mail server.

The link stands in the message and nowhere else: no log and no error tells it. Sending is left to a thread of its own,
so that the time an answer takes tells nobody whose address is known.
"""

import logging
import os
import queue
import secrets
import smtplib
import ssl
import threading
import time
from collections.abc import Mapping
from email.message import EmailMessage
from email.utils import formataddr, formatdate, make_msgid
from pathlib import Path
from typing import Final, Literal
from urllib.parse import urlencode

import attrs

from crmcore import SYSTEM, Crm
from crmcore.base.tokens import digest_of
from crmcore.i18n import language_of
from crmcore.window import LinkMessage
from crmcore.window.links import note_undelivered
from crmcore_demo.words import say

LOG: Final = logging.getLogger("crmcore_demo.window")
FOLDER: Final = "outgoing mail"
MOST_WAITING: Final = 200
PATIENCE: Final = 20.0
"""Seconds until a mail server that says nothing counts as out of reach."""
SUBMISSION: Final = 587
Security = Literal["starttls", "ssl", "none"]


@attrs.frozen(kw_only=True)
class MailServer:
    """A server that takes mail for sending."""

    host: str
    port: int = SUBMISSION
    user: str = ""
    password: str = attrs.field(default="", repr=False)
    sender: str = ""
    security: Security = "starttls"

    def send(self, mail: EmailMessage) -> None:
        """Hand one message over; its certificate is looked at unless encryption is off."""
        if self.security == "ssl":
            with smtplib.SMTP_SSL(
                self.host, self.port, timeout=PATIENCE, context=ssl.create_default_context()
            ) as server:
                self._hand_over(server, mail)
        else:
            with smtplib.SMTP(self.host, self.port, timeout=PATIENCE) as server:
                if self.security == "starttls":
                    server.starttls(context=ssl.create_default_context())
                self._hand_over(server, mail)

    def _hand_over(self, server: smtplib.SMTP, mail: EmailMessage) -> None:
        if self.user:
            server.login(self.user, self.password)
        server.send_message(mail)


def mail_server(environment: Mapping[str, str]) -> MailServer | None:
    """Read which server sends mail; none unless ``CRM_SMTP_HOST`` names one.

    Raises:
        SystemExit: A value means nothing.
    """
    host = environment.get("CRM_SMTP_HOST", "")
    if not host:
        return None
    security = environment.get("CRM_SMTP_SECURITY") or "starttls"
    port = environment.get("CRM_SMTP_PORT") or str(SUBMISSION)
    known: dict[str, Security] = {"starttls": "starttls", "ssl": "ssl", "none": "none"}
    if security not in known:
        message = f"CRM_SMTP_SECURITY is {security!r}, but has to be starttls, ssl or none"
        raise SystemExit(message)
    if not (port.isascii() and port.isdecimal()):
        message = f"CRM_SMTP_PORT is {port!r}, but has to be a number"
        raise SystemExit(message)
    return MailServer(
        host=host,
        port=int(port),
        user=environment.get("CRM_SMTP_USER", ""),
        password=environment.get("CRM_SMTP_PASSWORD", ""),
        sender=environment.get("CRM_SMTP_FROM", ""),
        security=known[security],
    )


class Post:
    """Takes links and sends them one after the other, in the background."""

    def __init__(self, crm: Crm, folder: Path, address: str, server: MailServer | None = None) -> None:
        """Begin to wait for messages.

        Args:
            crm: Where it is noted that a message could not be sent.
            folder: Of this installation; messages that no server sends are kept below it.
            address: Of this site, as customers type it. Never what a request says: whoever asks for a link in
                another's name could have it lead to himself.
            server: Sends mail; without one, mail becomes a file, as short messages to mobile numbers always do.
        """
        self._crm, self._folder, self._address, self._server = crm, folder / FOLDER, address.rstrip("/"), server
        self._waiting: queue.Queue[LinkMessage | None] = queue.Queue(MOST_WAITING)
        self._thread = threading.Thread(target=self._work, name="crmcore-demo-post", daemon=True)
        self._thread.start()

    def __call__(self, message: LinkMessage, /) -> None:
        """Take one message; a full queue refuses it, which makes its link void."""
        self._waiting.put_nowait(message)

    def wait(self) -> None:
        """Wait until everything taken so far was sent, or could not be."""
        self._waiting.join()

    def close(self) -> None:
        """Send what is waiting, and end."""
        self._waiting.put(None)
        self._thread.join(PATIENCE)

    def _work(self) -> None:
        while (message := self._waiting.get()) is not None:
            try:
                self._send(message)
            except Exception as error:  # noqa: BLE001  # the next message is another matter
                self._give_up(message, error)
            finally:
                self._waiting.task_done()
        self._waiting.task_done()

    def _give_up(self, message: LinkMessage, error: Exception) -> None:
        """Make the link void and tell the administrator; what went wrong is named, what was sent is not."""
        LOG.warning("A link for signing in could not be sent: %s", type(error).__name__)
        try:
            self._crm.perform(note_undelivered, message.guest, digest_of(message.token), as_user=SYSTEM)
        except Exception as another:  # noqa: BLE001  # the store is out of reach, too
            LOG.warning("Nor could that be noted: %s", type(another).__name__)

    def _send(self, message: LinkMessage) -> None:
        text = self._text(message)
        if message.channel == "sms":
            self._keep(f"To: {message.address}\n\n{text}".encode(), "txt")
            return
        mail = self._mail(message, text)
        if self._server is None:
            self._keep(mail.as_bytes(), "eml")
        else:
            self._server.send(mail)

    def _text(self, message: LinkMessage) -> str:
        language = language_of(message.language)
        with self._crm.work(as_user=SYSTEM, readonly=True) as work:
            zone = work.zone
        until = f"{message.expires_at.astimezone(zone):%Y-%m-%d %H:%M} ({zone.key})"
        link = f"{self._address}/window/enter?{urlencode({'token': message.token})}"
        return say(language, f"window.{message.channel}", name=message.name, link=link, until=until)

    def _mail(self, message: LinkMessage, text: str) -> EmailMessage:
        sender = (self._server.sender if self._server else "") or "window@localhost"
        language = language_of(message.language)
        mail = EmailMessage()
        mail["From"] = formataddr((say(language, "window.name"), sender))
        mail["To"] = formataddr((" ".join(message.name.split()), message.address))
        mail["Subject"] = say(language, "window.mail_subject")
        mail["Date"] = formatdate()
        mail["Message-ID"] = make_msgid(domain="localhost")
        mail["Auto-Submitted"] = "auto-generated"
        mail.set_content(text)
        return mail

    def _keep(self, data: bytes, ending: str) -> None:
        """Write one message where only this program's owner reads it."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        name = f"{time.strftime('%Y%m%d-%H%M%S', time.gmtime())}-{secrets.token_hex(4)}.{ending}"
        with os.fdopen(os.open(self._folder / name, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:
            file.write(data)
