"""The steps of proving who one is, each a unit of work of its own (requirements USR-01, USR-02, USR-05)."""

import datetime as dt
from typing import Final
from uuid import UUID

import attrs
from attrs import fields

from crmcore.access.credentials import credential_of, keep_password, stamp_of
from crmcore.access.entity import Credential, User, UserId, Validity
from crmcore.base.errors import Refused
from crmcore.base.text import is_storable, key_of
from crmcore.dictionary.parameters import LOCKOUT_FAILURES, LOCKOUT_MINUTES
from crmcore.query import eq
from crmcore.storage.action import SIGNED_IN, SYSTEM_ONLY, action
from crmcore.storage.work import Work

__all__ = [
    "NEVER_SET",
    "PAUSED",
    "RETIRED",
    "SIGNED_IN_NOW",
    "UNKNOWN",
    "WRONG",
    "Attempt",
    "LogIn",
    "WrongPassword",
    "begin_attempt",
    "complete_log_in",
    "complete_password_change",
    "note_failure",
    "session_is_current",
]

UNKNOWN: Final = "access.attempt_unknown"
RETIRED: Final = "access.attempt_retired"
NEVER_SET: Final = "access.attempt_without_password"
PAUSED: Final = "access.attempt_paused"
WRONG: Final = "access.attempt_wrong"
SIGNED_IN_NOW: Final = "signed_in"
"""What the change record of a log-in that succeeded says beside what it changed."""
_LONGEST_NAME: Final = 1000
_NO_HASH: Final = "-"


class WrongPassword(Refused):
    """The old password is wrong (requirement USR-05)."""

    code = "access.wrong_password"


@attrs.frozen(kw_only=True)
class LogIn:
    """Somebody has proved who he is."""

    user: User
    must_change: bool
    """An administrator chose his password: he has to change it first."""
    stamp: str
    """Changes with the password: keep it in the session, and ask :func:`session_is_current` on every request."""


@attrs.frozen(kw_only=True)
class Attempt:
    """An attempt that was counted, and what it has to be compared with."""

    user: User | None = None
    credential: Credential | None = None
    """None if nothing could make the attempt succeed."""
    refusal: str = ""
    """Why nothing could."""


@action(SIGNED_IN)
def session_is_current(work: Work, stamp: str) -> bool:
    """Tell whether a session that began with *stamp* may go on: the password is still the same. One record is read."""
    credential = credential_of(work, work.user_id)
    return credential is not None and stamp_of(credential) == stamp


@action(SYSTEM_ONLY)
def begin_attempt(work: Work, person: UserId | str) -> Attempt:
    """Count an attempt to prove that one is *person*, before anybody looks at the password."""
    user = _user(work, person)
    most, pause = work.parameter(LOCKOUT_FAILURES), work.parameter(LOCKOUT_MINUTES)
    credential = credential_of(work, user.id if user is not None else UserId(work.new_id()))
    refusal = _refusal(work, user, credential)
    if refusal or credential is None:
        _write_as_much(work)
        return Attempt(user=user, refusal=refusal)
    work.changes.remember(credential)
    failures = 1 if credential.locked_until is not None else credential.failures + 1
    until = work.now + dt.timedelta(minutes=pause) if failures >= most else None
    counted = work.unscoped(Credential).save(attrs.evolve(credential, failures=failures, locked_until=until))
    return Attempt(user=user, credential=counted)


@action(SYSTEM_ONLY)
def complete_log_in(work: Work, attempt: Attempt, new_hash: str) -> LogIn | None:
    """Forget the failures of somebody who knew his password; None if he was retired or it was changed meanwhile.

    The audit trail tells of it as a change of his credential that says ``signed_in``.
    """
    known = _still(work, attempt)
    if known is None:
        return None
    user, credential = known
    reset = attrs.evolve(credential, failures=0, locked_until=None, password_hash=new_hash)
    work.changes.mention(Credential, credential.id, {SIGNED_IN_NOW: [None, True]})
    stored = work.unscoped(Credential).save(reset)
    return LogIn(user=user, must_change=stored.must_change, stamp=stamp_of(stored))


@action(SYSTEM_ONLY)
def complete_password_change(work: Work, attempt: Attempt, new_hash: str) -> LogIn:
    """Store the new password of somebody who knew the old one."""
    known = _still(work, attempt)
    if known is None:
        raise WrongPassword
    user, credential = known
    stored = keep_password(work, credential.id, new_hash, must_change=False)
    return LogIn(user=user, must_change=False, stamp=stamp_of(stored))


@action(SYSTEM_ONLY)
def note_failure(work: Work, user: UserId | None, reason: str) -> None:
    """Keep a record of an attempt that failed, with the reason that is told to nobody."""
    work.changes.denied("user", user, reason)


def _refusal(work: Work, user: User | None, credential: Credential | None) -> str:
    """Answer why nothing can make the attempt succeed; empty if the right password can."""
    if user is None:
        return UNKNOWN
    if user.status is not Validity.VALID:
        return RETIRED
    if credential is None:
        return NEVER_SET
    paused = credential.locked_until is not None and work.now < credential.locked_until
    return PAUSED if paused else ""


def _write_as_much(work: Work) -> None:
    """Write as much as counting does and leave nothing, so that the time a store takes does not tell who exists."""
    decoy = Credential(id=UserId(work.new_id()), password_hash=_NO_HASH, changed_at=work.now, version=1)
    work.session.insert(decoy)
    work.session.delete(Credential, decoy.id, decoy.version)


def _user(work: Work, person: UserId | str) -> User | None:
    if isinstance(person, UUID):
        return work.session.load(User, person)
    if len(person) > _LONGEST_NAME or not is_storable(person):
        return None
    return work.unscoped(User).first(eq(fields(User).name_key, key_of(person)))


def _still(work: Work, attempt: Attempt) -> tuple[User, Credential] | None:
    """Answer user and credential if what the attempt was compared with still holds."""
    seen = attempt.credential
    if seen is None:
        return None
    user, credential = work.session.load(User, seen.id), credential_of(work, seen.id)
    if user is None or user.status is not Validity.VALID:
        return None
    if credential is None or credential.changed_at != seen.changed_at:
        return None
    return user, credential
