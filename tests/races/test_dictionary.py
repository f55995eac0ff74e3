"""Two people change the dictionary, or use what the other one takes away, at the same moment (DIC-01 to 04)."""

from collections.abc import Callable

import pytest

from crmcore import access, dictionary
from crmcore.access.delivered import delivered_role_id
from crmcore.access.entity import ACCOUNT_MANAGER, User
from crmcore.base.errors import AlreadyExists, Invalid
from crmcore.dictionary.entity import DictionaryEntry, DictionaryEntryId
from crmcore.dictionary.rules import EntryInUse
from crmcore.storage.crm import Crm
from crmcore.storage.work import Work
from races.arena import clash, kept

ROUNDS = 40
ROLES = (delivered_role_id(ACCOUNT_MANAGER),)


@pytest.mark.requirement("DIC-03")
@pytest.mark.timeout(600)
def test_of_two_entries_with_the_same_label_one_is_added(rivals: list[Crm]) -> None:
    def adding(place: int) -> Callable[[int], DictionaryEntry]:
        return lambda number: rivals[place].perform(
            dictionary.add_entry,
            category="region",
            code=f"code{place}.{number}",
            label_zh=f"地区 {number}",
            label_en=f"region {number}",
            as_user="admin",
        )

    for duel in clash([adding(0), adding(1)], ROUNDS):
        assert {type(one) for one in duel} == {DictionaryEntry, AlreadyExists}, duel
    labels = [one.label_zh for one in kept(rivals[0], DictionaryEntry) if one.label_zh.startswith("地区 ")]
    assert sorted(labels) == sorted(f"地区 {number}" for number in range(ROUNDS))


def take_away(work: Work, entry: DictionaryEntryId) -> None:
    dictionary.retire_entry(work, entry)
    dictionary.delete_entry(work, entry)


@pytest.mark.requirement("DIC-04", "16.9")
@pytest.mark.timeout(600)
def test_an_entry_is_not_taken_while_it_is_taken_away(rivals: list[Crm]) -> None:
    def add(work: Work) -> list[DictionaryEntry]:
        return [
            dictionary.add_entry(work, category="region", code=f"r{n}", label_zh=f"地区 {n}", label_en=f"region {n}")
            for n in range(ROUNDS)
        ]

    one, other = rivals
    entries = one.perform(add, as_user="admin")
    outcomes = clash(
        [
            lambda number: one.perform(
                access.create_user, name=f"user{number}", roles=ROLES, territory=f"r{number}", as_user="admin"
            ),
            lambda number: other.perform(take_away, entries[number].id, as_user="admin"),
        ],
        ROUNDS,
    )
    codes = {one.code for one in kept(one, DictionaryEntry)}
    territories = {one.territory for one in kept(one, User)} - {""}
    assert territories <= codes
    for entry, (hired, removed) in zip(entries, outcomes, strict=True):
        if isinstance(hired, User):
            assert isinstance(removed, EntryInUse), repr(removed)
        else:
            assert isinstance(hired, Invalid), repr(hired)
            assert removed is None
            assert entry.code not in codes
