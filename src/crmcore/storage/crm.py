"""The CRM as an application holds it: one opened store, a clock, ids, and units of work in somebody's name."""

import random
import secrets
import time
from collections.abc import Callable, Iterable
from contextlib import closing
from types import TracebackType
from typing import Any, Final, Literal, Self, TypeVar
from uuid import UUID

from crmcore.access.actor import ANONYMOUS, Actor, System
from crmcore.access.entity import Role, User, Validity
from crmcore.access.passwords import PasswordHasher
from crmcore.access.rules import check_valid
from crmcore.access.scope import Scope
from crmcore.base.clock import Clock, cut
from crmcore.base.errors import NotFound, Transient, UnknownOutcome
from crmcore.base.ids import Entropy, IdSource, NumberSource
from crmcore.base.schema import describe
from crmcore.base.text import is_storable, key_of
from crmcore.query import EVERYTHING, Condition, Op, Query, Test
from crmcore.storage.ports import Session, Store
from crmcore.storage.receipts import once
from crmcore.storage.work import Work
from crmcore.subjects import ENTITIES, SCOPES

__all__ = ["Crm", "Person"]

R = TypeVar("R")
Person = str | UUID | Actor | None
"""A user's name or id, ``SYSTEM``, or None for somebody who has not signed in."""

_FIRST_PAUSE: Final = 0.002
_LONGEST_PAUSE: Final = 0.2


class Crm:
    """An opened CRM. Safe to use from several threads; each unit of work belongs to one.

    Made by :func:`crmcore.open`.
    """

    def __init__(
        self,
        store: Store,
        *,
        clock: Clock,
        ids: IdSource,
        numbers: NumberSource | None = None,
        scopes: Iterable[Scope] = (),
        patience: float = 15.0,
        passwords: PasswordHasher | None = None,
        entities: Iterable[type[Any]] = (),
        entropy: Entropy = secrets.token_bytes,
    ) -> None:
        """Use *store*; take time from *clock* and ids from *ids*.

        Args:
            store: Where records are kept.
            clock: Answers the present instant, aware of its zone.
            ids: Answers new ids.
            numbers: Makes numbers for people; a new source if not given.
            scopes: Record scopes of an application's own entities.
            patience: Seconds during which ``perform`` runs an action again that lost against others.
            passwords: Hashes passwords; argon2id if not given.
            entities: An application's own kinds of records, beside the core's.
            entropy: Answers random bytes that nobody can guess; tokens are made of them.
        """
        self.store = store
        self.clock = clock
        self.entropy = entropy
        self.ids = ids
        self.numbers = numbers or NumberSource()
        self.scopes = {**SCOPES, **{scope.entity: scope for scope in scopes}}
        self.patience = patience
        self._passwords = passwords
        self._kinds = {describe(cls).name: cls for cls in (*ENTITIES, *entities)}

    @property
    def passwords(self) -> PasswordHasher:
        """What hashes passwords; argon2id, loaded at the first use, unless another was given."""
        if self._passwords is None:
            from crmcore.access.argon2 import Argon2

            self._passwords = Argon2()
        return self._passwords

    def work(self, as_user: Person = None, *, readonly: bool = False) -> Work:
        """Open a unit of work in somebody's name.

        Args:
            as_user: A user's name or id, ``SYSTEM``, or None for somebody who has not signed in.
            readonly: Only read; several can at once, beside a writer.

        Raises:
            NotFound: There is no such user.
            UserRetired: The user is not valid any more (requirement USR-02).
        """
        session = self.store.begin(write=not readonly)
        work = Work(self, session, cut(self.clock()), readonly=readonly)
        try:
            work.actor = self._sign_in(session, as_user)
        except BaseException:
            session.close()
            raise
        return work

    def perform(
        self,
        action: Callable[..., R],
        *args: Any,
        as_user: Person = None,
        key: str | None = None,
        rehearse: bool = False,
        **kwargs: Any,
    ) -> R:
        """Run ``action(work, *args, **kwargs)``, commit, and answer its result.

        The whole action runs again when the store says that is safe and may succeed: it lost against somebody else, or
        a connection broke before the commit.

        Args:
            action: A registered action, or a function that calls several.
            args: Passed on.
            as_user: In whose name; see :meth:`work`.
            key: Idempotency key: asking again with the same key, actor and action answers what the first time did
                instead of doing it again, also when nobody knows whether the first commit went through: the record it
                answered as it is now, None if it answered something else. 1 to 200 characters; for the same arguments.
            rehearse: Do everything but the commit, and keep nothing, not even a record of refused attempts.
            kwargs: Passed on.

        Raises:
            Contention: It lost against others for ``patience`` seconds.
            Conflict: The caller's copy of a record is stale; running it again would not help.
        """
        deadline = time.monotonic() + self.patience
        pause = _FIRST_PAUSE
        while True:
            try:
                work = self.work(as_user)
                with closing(work.session) if rehearse else work:
                    return action(work, *args, **kwargs) if key is None else once(work, key, action, args, kwargs)
            except (Transient, UnknownOutcome) as error:
                if (isinstance(error, UnknownOutcome) and key is None) or time.monotonic() > deadline:
                    raise
            time.sleep(random.uniform(0, pause))  # noqa: S311  # spreads contenders, guards nothing
            pause = min(pause * 2, _LONGEST_PAUSE)

    def scope_of(self, entity: type[Any], actor: Actor) -> Condition | None:
        """Answer the condition that the records of a kind which *actor* may see meet; None if he may see none.

        Of a kind without a scope of its own, everybody who is signed in sees an application's records; credentials,
        changes and messages are seen by nobody but the core itself.
        """
        scope = self.scopes.get(entity)
        if scope is not None:
            return scope.condition(actor)
        if isinstance(actor, System):
            return EVERYTHING
        return EVERYTHING if actor.id is not None and entity not in ENTITIES else None

    def keeps(self, entity: object) -> bool:
        """Tell whether this CRM keeps records of a kind."""
        return entity in self._kinds.values()

    def kind_named(self, name: str) -> type[Any]:
        """Answer the kind of record that is called *name*."""
        return self._kinds[name]

    def close(self) -> None:
        """Give the store's connections back."""
        self.store.close()

    def __enter__(self) -> Self:
        """Enter; the store is closed at the end."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> Literal[False]:
        """Close the store."""
        self.close()
        return False

    def _sign_in(self, session: Session, person: Person) -> Actor:
        """Answer who acts, with the permissions of all his valid roles."""
        if person is None:
            return ANONYMOUS
        if isinstance(person, Actor):
            if isinstance(person, System) or person.id is None:
                return person
            person = person.id
        user = _user(session, person)
        check_valid(user)
        permissions: set[str] = set()
        codes: set[str] = set()
        for role_id in user.roles:
            role = session.load(Role, role_id)
            if role is not None and role.status is Validity.VALID:
                permissions.update(role.permissions)
                codes.add(role.code)
        return Actor(
            id=user.id,
            name=user.display_name,
            permissions=frozenset(permissions),
            roles=frozenset(codes - {""}),
            language=user.language,
        )


def _user(session: Session, person: object) -> User:
    if isinstance(person, UUID):
        user = session.load(User, person)
    elif not isinstance(person, str) or not is_storable(person):
        raise NotFound(entity="user", id=repr(person)[:50])
    else:
        key = Test(("name_key",), Op.EQ, key_of(person))
        user = next(iter(session.find(Query(entity=User, condition=key, limit=1))), None)
    if user is None:
        raise NotFound(entity="user", id=person)
    return user
