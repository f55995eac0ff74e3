"""Keeps credentials: what is stored of a password, and the stamp by which front ends know that it was changed."""

import datetime as dt
from typing import Final

import attrs

from crmcore.access.entity import Credential, UserId
from crmcore.base.clock import cut
from crmcore.storage.work import Work

__all__ = ["credential_of", "keep_password", "stamp_of"]

_TICK: Final = dt.timedelta(milliseconds=1)


def credential_of(work: Work, user: UserId) -> Credential | None:
    """Answer somebody's credential; None if he has no password yet."""
    return work.session.load(Credential, user)


def stamp_of(credential: Credential) -> str:
    """Answer what changes with the password and with nothing else; for a session cookie, it says nothing secret."""
    return credential.changed_at.strftime("%Y%m%d%H%M%S") + f"{credential.changed_at.microsecond // 1000:03d}"


def keep_password(work: Work, user: UserId, password_hash: str, *, must_change: bool) -> Credential:
    """Store a new password; whoever is signed in with the one before is not any more, and log-in is not paused.

    Args:
        work: The unit of work, in an action that has checked the password.
        user: Whose.
        password_hash: What the password hasher made of it.
        must_change: Somebody else chose it.
    """
    credentials = work.unscoped(Credential)
    known = credential_of(work, user)
    made = Credential(id=user, password_hash=password_hash, changed_at=work.now, must_change=must_change)
    if known is None:
        return credentials.add(made)
    later = max(made.changed_at, cut(known.changed_at) + _TICK)
    return credentials.save(attrs.evolve(made, changed_at=later, version=known.version))
