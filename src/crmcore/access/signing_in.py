"""Logging in and changing one's own password (requirements USR-01, USR-02, USR-05).

A guess is counted and committed before it is looked at, so that no number of guesses at once gets more looks than the
company allows. Nobody learns whether a user name exists: unknown, retired, wrong and paused get the same answer after
the same work. The slow hash runs while no transaction is open.
"""

from typing import Final

from crmcore.access.actor import SYSTEM, System
from crmcore.access.attempts import (
    PAUSED,
    WRONG,
    Attempt,
    LogIn,
    WrongPassword,
    begin_attempt,
    complete_log_in,
    complete_password_change,
    note_failure,
)
from crmcore.access.entity import User
from crmcore.access.passwords import check_password, normal, verifiable
from crmcore.base.errors import Invalid, Problem, Refused
from crmcore.dictionary.parameters import LOCKOUT_MINUTES
from crmcore.storage.action import ANYONE, SIGNED_IN, crm_action
from crmcore.storage.crm import Crm, Person

__all__ = ["LogInFailed", "LogInPaused", "change_own_password", "log_in"]

_NO_PASSWORD: Final = "x" * 16


class LogInFailed(Refused):
    """User name or password is wrong; which of them, and whether the user exists, is not said (requirement USR-01)."""

    code = "access.log_in_failed"


class LogInPaused(Refused):
    """There were too many failures; wait, or ask an administrator for a new password."""

    code = "access.log_in_paused"


@crm_action(ANYONE)
def log_in(crm: Crm, name: str, password: str) -> LogIn:
    """Find out whether somebody is who he says (requirements USR-01, USR-02).

    Args:
        crm: The CRM; log-in needs several units of work.
        name: User name; case and width do not matter.
        password: His password.

    Raises:
        Invalid: Name or password is empty.
        LogInFailed: There is no such user, he is retired, the password is wrong, or log-in is paused.
    """
    _check_given(name, password)
    attempt = crm.perform(begin_attempt, name, as_user=SYSTEM)
    new_hash = _looked_at(crm, attempt, password)
    if new_hash is not None and attempt.user is not None and attempt.credential is not None:
        done = crm.perform(complete_log_in, attempt, new_hash, as_user=_in_the_name_of(attempt.user))
        if done is not None:
            return done
    _note(crm, attempt)
    raise LogInFailed


@crm_action(SIGNED_IN)
def change_own_password(crm: Crm, *, as_user: Person, old: str, new: str, repeated: str) -> LogIn:
    """Change one's own password (requirement USR-05); all other sessions of the user end.

    Args:
        crm: The CRM; the change needs several units of work.
        as_user: Who is signed in.
        old: His present password; failures count as failed log-ins.
        new: 8 to 128 characters, not the old one.
        repeated: The new one again.

    Returns:
        The stamp for the session that goes on.

    Raises:
        Invalid: The new password is no good one, is the old one, or was repeated differently; or one is missing.
        WrongPassword: The old one is wrong.
        LogInPaused: There were too many failures.
    """
    with crm.work(as_user=as_user, readonly=True) as work:
        user = work.unscoped(User).get(work.user_id)
    wanted = _new_password(user, old, new, repeated)
    attempt = crm.perform(begin_attempt, user.id, as_user=SYSTEM)
    if _looked_at(crm, attempt, old) is None:
        _note(crm, attempt)
        if attempt.refusal == PAUSED:
            with crm.work(as_user=user.id, readonly=True) as work:
                raise LogInPaused(minutes=work.parameter(LOCKOUT_MINUTES))
        raise WrongPassword
    new_hash = crm.passwords.hash(wanted)
    return crm.perform(complete_password_change, attempt, new_hash, as_user=_in_the_name_of(user))


def _looked_at(crm: Crm, attempt: Attempt, password: str) -> str | None:
    """Compare a password with what is stored; answer the hash to keep from now on, or None if it is wrong.

    Whatever is wrong, the hash is computed once, so that the time tells nothing.
    """
    given = normal(password) if verifiable(password) else _NO_PASSWORD
    if attempt.credential is None:
        crm.passwords.hash(given)
        return None
    known = attempt.credential.password_hash
    if not crm.passwords.verify(known, given) or not verifiable(password):
        return None
    return crm.passwords.hash(given) if crm.passwords.needs_rehash(known) else known


def _note(crm: Crm, attempt: Attempt) -> None:
    reason = attempt.refusal or WRONG
    crm.perform(note_failure, attempt.user.id if attempt.user is not None else None, reason, as_user=SYSTEM)


def _in_the_name_of(user: User) -> System:
    """The system, taking the last step for somebody who has proved who he is; records name him."""
    return System(id=user.id, name=user.display_name, language=user.language)


def _check_given(name: object, password: object) -> None:
    missing = [
        Problem(field=field, code=code, entity=entity)
        for field, code, entity, value in (
            ("name", "access.name_missing", "user", name),
            ("password", "access.password_missing", "credential", password),
        )
        if not isinstance(value, str) or not value
    ]
    if missing:
        raise Invalid(missing)


def _new_password(user: User, old: object, new: object, repeated: object) -> str:
    """Answer the new password as it is hashed, if the form was filled in well."""
    if not isinstance(old, str) or not old:
        raise Invalid(Problem(field="old", code="access.password_missing", entity="credential"))
    wanted = check_password(new, name=user.name, field="new")
    if new != repeated:
        raise Invalid(Problem(field="repeated", code="access.password_repeated", entity="credential"))
    if normal(old) == wanted:
        raise Invalid(Problem(field="new", code="access.password_same", entity="credential"))
    return wanted
