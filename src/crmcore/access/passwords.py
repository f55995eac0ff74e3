"""Passwords: what a good one is, and the port behind which they are hashed."""

import unicodedata
from collections.abc import Iterator
from typing import Final, Protocol

from crmcore.base.errors import Invalid, Problem
from crmcore.base.text import fold, is_storable

__all__ = ["LONGEST", "SHORTEST", "PasswordHasher", "check_password", "normal", "verifiable"]

SHORTEST: Final = 8
"""Least number of characters."""
LONGEST: Final = 128
"""Greatest number of characters."""


class PasswordHasher(Protocol):
    """Turns passwords into texts from which nobody gets them back; slow on purpose.

    ``crmcore.open(…, passwords=…)`` takes another one than argon2id, for instance where a company's rules name it.
    """

    def hash(self, password: str) -> str:
        """Answer a salted hash of at most 500 characters that names its own parameters."""
        ...

    def verify(self, password_hash: str, password: str) -> bool:
        """Tell whether the hash was made from this password. Takes as long as ``hash``."""
        ...

    def needs_rehash(self, password_hash: str) -> bool:
        """Tell whether the hash was made with weaker parameters than are in use now."""
        ...


def normal(password: str) -> str:
    """Bring a password to NFKC, so that every keyboard and every width of ``Ａ`` gives the same one (NIST 800-63B)."""
    return unicodedata.normalize("NFKC", password)


def verifiable(password: object) -> bool:
    """Tell whether a text could be somebody's password at all; others are not worth a hash of their own."""
    return isinstance(password, str) and is_storable(password) and len(normal(password)) <= LONGEST


def check_password(password: object, *, name: str, field: str = "password") -> str:
    """Answer a new password as it is hashed, if it is a good one.

    Length counts, not composition: nobody has to use digits or signs (NIST 800-63B, 5.1.1.2).

    Args:
        password: What somebody wants to use: 8 to 128 characters.
        name: The user name, which is no password.
        field: What the form calls it.

    Raises:
        Invalid: It is missing, too short, too long, the user name, or has characters that no keyboard can type.
    """
    problems = tuple(_problems(password, name, field))
    if problems:
        raise Invalid(problems)
    return normal(str(password))


def _problems(password: object, name: str, field: str) -> Iterator[Problem]:
    def problem(code: str, **params: object) -> Problem:
        return Problem(field=field, code=code, entity="credential", params=params)

    if password is None or password == "":
        yield problem("value.missing")
    elif not isinstance(password, str):
        yield problem("value.type", wanted="text", got=type(password).__name__)
    elif not is_storable(password):
        yield problem("value.characters")
    elif len(normal(password)) < SHORTEST:
        yield problem("value.too_short", min=SHORTEST, got=len(normal(password)))
    elif len(normal(password)) > LONGEST:
        yield problem("value.too_long", max=LONGEST, got=len(normal(password)))
    elif fold(password) == fold(name):
        yield problem("access.password_is_name")
