"""Changing one's own password."""

from typing import Any

import pytest

from company import People, SetClock, password_of
from crmcore import SYSTEM, access
from crmcore.access.attempts import WrongPassword
from crmcore.access.rules import NotSignedIn, UserRetired
from crmcore.access.signing_in import LogInFailed, LogInPaused
from crmcore.base.errors import Invalid, NotFound
from crmcore.storage.crm import Crm

NEW = "绿色的马吃二十七个苹果"


def change(crm: Crm, who: Any = "lihua", old: Any = None, new: Any = NEW, repeated: Any = None) -> access.LogIn:
    given = password_of("lihua") if old is None else old
    return access.change_own_password(
        crm, as_user=who, old=given, new=new, repeated=new if repeated is None else repeated
    )


@pytest.mark.requirement("USR-05")
def test_old_right_new_different_and_repeated(crm: Crm, people: People, clock: SetClock) -> None:
    before = access.log_in(crm, "lihua", password_of("lihua")).stamp
    done = change(crm)
    assert done.user == people.lihua
    assert not done.must_change
    with pytest.raises(LogInFailed):
        access.log_in(crm, "lihua", password_of("lihua"))
    again = access.log_in(crm, "lihua", NEW)
    assert again.stamp == done.stamp != before
    with crm.work(as_user="lihua", readonly=True) as work:
        assert access.session_is_current(work, done.stamp)
        assert not access.session_is_current(work, before)


@pytest.mark.requirement("USR-05")
def test_the_old_password_has_to_be_right(crm: Crm) -> None:
    with pytest.raises(WrongPassword) as caught:
        change(crm, old="something else")
    assert caught.value.explain("zh") == "原密码错误。"
    access.log_in(crm, "lihua", password_of("lihua"))


@pytest.mark.requirement("USR-05")
@pytest.mark.parametrize(
    ("given", "field", "code"),
    [
        ({"new": password_of("lihua")}, "new", "access.password_same"),
        ({"repeated": "something else"}, "repeated", "access.password_repeated"),
        ({"repeated": ""}, "repeated", "access.password_repeated"),
        ({"old": ""}, "old", "access.password_missing"),
        ({"old": 7}, "old", "access.password_missing"),
        ({"new": ""}, "new", "value.missing"),
        ({"new": None}, "new", "value.missing"),
        ({"new": 12345678}, "new", "value.type"),
        ({"new": "1234567"}, "new", "value.too_short"),
        ({"new": "x" * 129}, "new", "value.too_long"),
        ({"new": "nul\0nul\0nul"}, "new", "value.characters"),
        ({"new": "half\ud800half"}, "new", "value.characters"),
    ],
)
def test_a_bad_new_password_is_refused_before_anything_is_counted(
    crm: Crm, given: dict[str, Any], field: str, code: str
) -> None:
    for _ in range(6):
        with pytest.raises(Invalid) as caught:
            change(crm, **given)
        assert {(one.field, one.code) for one in caught.value.problems} == {(field, code)}
    access.log_in(crm, "lihua", password_of("lihua"))


@pytest.mark.requirement("USR-05")
def test_the_same_password_in_other_widths_is_the_same(crm: Crm) -> None:
    change(crm, new="abcdefgh")
    for old, new in (("abcdefgh", "ａｂｃｄｅｆｇｈ"), ("ａｂｃｄｅｆｇｈ", "abcdefgh")):
        with pytest.raises(Invalid) as caught:
            change(crm, old=old, new=new)
        assert caught.value.codes == {"access.password_same"}
    assert access.log_in(crm, "lihua", "ａｂｃｄｅｆｇｈ").user.name == "lihua"


@pytest.mark.requirement("USR-05")
def test_wrong_old_passwords_count_as_failed_log_ins(crm: Crm, clock: SetClock) -> None:
    for _ in range(5):
        with pytest.raises(WrongPassword):
            change(crm, old="something else")
    with pytest.raises(LogInPaused) as caught:
        change(crm)
    assert "15" in caught.value.explain("zh")
    with pytest.raises(LogInFailed):
        access.log_in(crm, "lihua", password_of("lihua"))
    clock.advance(minutes=15)
    change(crm)
    access.log_in(crm, "lihua", NEW)


@pytest.mark.requirement("USR-05")
def test_what_the_administrator_set_has_to_be_changed_once(crm: Crm, people: People) -> None:
    crm.perform(access.set_password, people.lihua.id, password="set by admin", as_user="admin")
    assert access.log_in(crm, "lihua", "set by admin").must_change
    assert not change(crm, old="set by admin").must_change
    assert not access.log_in(crm, "lihua", NEW).must_change


def test_only_somebody_who_is_signed_in_has_an_own_password(crm: Crm) -> None:
    for who, error in ((None, NotSignedIn), ("sunli", UserRetired), ("nobody", NotFound), (SYSTEM, NotFound)):
        with pytest.raises(error):
            change(crm, who=who)


def test_who_never_had_a_password_cannot_change_it(crm: Crm, people: People) -> None:
    user = crm.perform(access.create_user, name="newcomer", roles=people.lihua.roles, as_user="admin")
    with pytest.raises(WrongPassword):
        change(crm, who=user.id)


def test_a_password_set_meanwhile_is_not_overwritten(crm: Crm, people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    hasher = crm.passwords

    class Slow:
        def hash(self, password: str) -> str:
            if password == NEW:
                monkeypatch.setattr(crm, "_passwords", hasher)
                crm.perform(access.set_password, people.lihua.id, password="set by admin", as_user="admin")
            return hasher.hash(password)

        def verify(self, password_hash: str, password: str) -> bool:
            return hasher.verify(password_hash, password)

        def needs_rehash(self, password_hash: str) -> bool:
            return hasher.needs_rehash(password_hash)

    monkeypatch.setattr(crm, "_passwords", Slow())
    with pytest.raises(WrongPassword):
        change(crm)
    assert access.log_in(crm, "lihua", "set by admin").must_change
