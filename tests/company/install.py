"""Puts the delivered data and the staff into an empty store, and takes everything out again.

It writes through the port, not through actions: a test of an action must not depend on other actions.
"""

import functools
import os
from uuid import UUID
from weakref import WeakKeyDictionary

import attrs

from company.clock import SetClock
from company.staff import STAFF, People, password_of
from company.watching import WatchedStore
from crmcore.access.argon2 import Argon2
from crmcore.access.delivered import delivered_role_id, delivered_roles
from crmcore.access.entity import Credential, User, UserId, Validity
from crmcore.base.ids import TimeOrderedIds
from crmcore.base.schema import Entity
from crmcore.base.text import fold
from crmcore.dictionary.delivered import delivered_entries
from crmcore.query import query
from crmcore.storage.crm import Crm
from crmcore.storage.ports import Session, Store
from crmcore.subjects import ENTITIES

PASSWORDS = Argon2(memory_kib=8, rounds=1)
"""Real argon2id, as cheap as it gets: a test hashes hundreds of passwords."""


@functools.cache
def _hash_of(name: str) -> str:
    return PASSWORDS.hash(password_of(name))


def wipe(store: Store) -> None:
    """Take everything out of a store that was prepared."""
    session = store.begin(write=True)
    try:
        for entity in ENTITIES:
            for record in session.find(query(entity)):
                assert session.delete(entity, record.id, record.version)
        session.commit()
    finally:
        session.close()


def fresh_crm(store: Store, clock: SetClock) -> Crm:
    """A CRM with delivered data and staff, and nothing else, on a store that may have been used before.

    What an earlier test left as it was is not written again: emptying and filling a store takes longer than most tests.
    """
    crm = Crm(store, clock=clock, ids=TimeOrderedIds(clock, os.urandom), passwords=PASSWORDS)
    installed = _INSTALLED.get(store)
    if installed is None:
        wipe(store)
        install(crm)
        _INSTALLED[store] = Installed(_everything(store), _now(store))
    else:
        _bring_back(store, installed)
        installed.moment = _now(store)
    return crm


_Records = dict[type[Entity], dict[UUID, Entity]]


@attrs.define
class Installed:
    """What a store holds when it is installed and nothing has happened yet, and when it last held just that."""

    records: _Records
    moment: int


_INSTALLED: WeakKeyDictionary[Store, Installed] = WeakKeyDictionary()


def _now(store: Store) -> int:
    return store.now() if isinstance(store, WatchedStore) else 0


def _everything(store: Store) -> _Records:
    session = store.begin(write=False)
    try:
        return {entity: {one.id: one for one in session.find(query(entity))} for entity in ENTITIES}
    finally:
        session.close()


def _bring_back(store: Store, installed: Installed) -> None:
    written = set(store.written_since(installed.moment) if isinstance(store, WatchedStore) else ENTITIES)
    session = store.begin(write=True)
    try:
        for entity in filter(written.__contains__, ENTITIES):
            wanted = installed.records[entity]
            found = {one.id: one for one in session.find(query(entity))}
            for id_, record in found.items():
                if record != wanted.get(id_):
                    assert session.delete(entity, id_, record.version)
            for id_, record in wanted.items():
                if record != found.get(id_):
                    assert session.insert(record)
        session.commit()
    finally:
        session.close()


def install(crm: Crm) -> People:
    """Put delivered roles, delivered dictionary entries and the staff with their passwords into an empty store."""
    session = crm.store.begin(write=True)
    try:
        delivered: list[Entity] = [*delivered_roles("zh"), *delivered_entries()]
        for record in delivered:
            assert session.insert(record)
        people = People(*(_hire(crm, session, place) for place in range(len(STAFF))))
        session.commit()
    finally:
        session.close()
    return people


def people_of(crm: Crm) -> People:
    """The staff of an installed company, as they are stored."""
    session = crm.store.begin(write=False)
    try:
        users = {user.name_key: user for user in session.find(query(User))}
    finally:
        session.close()
    return People(*(users[fold(member.name)] for member in STAFF))


def _hire(crm: Crm, session: Session, place: int) -> User:
    member = STAFF[place]
    user = User(
        id=UserId(crm.ids()),
        name=member.name,
        name_key=fold(member.name),
        full_name=member.full_name,
        roles=tuple(delivered_role_id(code) for code in member.roles),
        status=Validity.RETIRED if member.retired else Validity.VALID,
        created_at=crm.clock(),
        version=1,
    )
    credential = Credential(id=user.id, password_hash=_hash_of(member.name), changed_at=crm.clock(), version=1)
    assert session.insert(user)
    assert session.insert(credential)
    return user
